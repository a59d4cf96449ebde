"""A table's live inputs cut into segments: each full export begins one, later upserts and mended rows belong to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph_engine.store.runs import Run


@dataclass(frozen=True, slots=True)
class Group:
    """Files of one table, of one segment, under one mapping."""

    tbl: int
    segment: int
    source: str
    table: str
    mapping: str
    files: tuple[tuple[int, str], ...]
    """(run ordinal, content address)."""


@dataclass(frozen=True, slots=True)
class TableInputs:
    """All live inputs of one table, newest segment first."""

    tbl: int
    source: str
    table: str
    mode: str
    newest: int
    """Ordinal of the newest input."""
    segments: tuple[tuple[Group, ...], ...]


def table_inputs(live: Sequence[Run]) -> list[TableInputs]:
    """The live inputs by table, cut into segments. The same file read twice counts at its newest reading."""
    by_table: dict[tuple[str, str], list[tuple[int, str, str, str]]] = {}
    for run in live:
        for given in run.inputs:
            held = by_table.setdefault((given.source, given.table), [])
            # A full export without any file says that nothing of the table exists any more: a segment of its own.
            addresses = given.files or (("",) if given.mode == "full" else ())
            held.extend((run.ordinal, given.mode, given.mapping, address) for address in addresses)
    out: list[TableInputs] = []
    for tbl, ((source, table), inputs) in enumerate(sorted(by_table.items())):
        segments: list[list[tuple[int, str, str, str]]] = [[]]
        last_full = -1
        for ordinal, mode, mapping, address in inputs:
            if mode == "full" and ordinal != last_full:
                segments.append([])
                last_full = ordinal
            segments[-1].append((ordinal, mode, mapping, address))
        newest_first = [s for s in reversed(segments) if s]
        groups: list[tuple[Group, ...]] = []
        for number, segment in enumerate(newest_first):
            newest: dict[str, tuple[int, str]] = {}
            for ordinal, _, mapping, address in segment:
                newest[address] = max(newest.get(address, (ordinal, mapping)), (ordinal, mapping))
            by_mapping: dict[str, list[tuple[int, str]]] = {}
            newest.pop("", None)
            for address, (ordinal, mapping) in newest.items():
                by_mapping.setdefault(mapping, []).append((ordinal, address))
            groups.append(
                tuple(Group(tbl, number, source, table, m, tuple(sorted(f))) for m, f in sorted(by_mapping.items()))
            )
        last = inputs[-1]
        out.append(TableInputs(tbl, source, table, last[1], last[0], tuple(groups)))
    return out
