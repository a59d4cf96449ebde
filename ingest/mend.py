"""Quarantine out as CSV, mended rows back in: a replay is an ordinary input whose rows come from that file."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from graph_engine.store.runs import RunInput
from ingest import adapters
from ingest.adapters.rows import PROBLEM, RAW
from ingest.adapters.spec import Format, ReadSpec
from ingest.archive import Archive
from ingest.erasure import redacting
from ingest.mapping.model import SourceMapping
from ingest.pins import Pins
from ontology.errors import SourceError, Where
from ontology.model import Ontology
from ontology.types import QuarantineState

LEADING = ("_table", "_ids", "_why")
AS_READ = "_as_read"
NOT_DATA = (RAW, PROBLEM)


def export(
    entries: Sequence[QuarantineState], file: Path,
    columns_of: Callable[[QuarantineState], Sequence[str]] = lambda _: (),
) -> int:  # fmt: skip
    """Write the rows of these entries, one line a row, whatever number of rules it broke; gives their number.

    A row that could not be read stands as it was in a column of its own, for its cells to be written by hand.

    Cells that a spreadsheet would take for a formula keep their text: a leading quote is put before them and taken
    away again by :func:`read_back`.

    Args:
        columns_of: the columns of an entry's file; needed for rows that could not be read.
    """
    rows: dict[tuple[str, str, str, int], list[QuarantineState]] = {}
    for entry in entries:
        rows.setdefault((entry.source, entry.table, entry.file, entry.row), []).append(entry)
    cells = {place: json.loads(held[0].raw) for place, held in rows.items()}
    columns: dict[str, str] = {}  # tables may spell one name in two ways, and a file has it once
    for place, held in rows.items():
        for name in [*cells[place], *columns_of(held[0])]:
            if name not in NOT_DATA:
                columns.setdefault(name.lower(), name)
    unreadable = any(RAW in raw for raw in cells.values())
    leading = (*LEADING, *([AS_READ] if unreadable else []))
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*leading, *columns.values()])
        for place, held in rows.items():
            raw = {name.lower(): value for name, value in cells[place].items()}
            why = " ".join(dict.fromkeys(f"{e.rule}: {e.reason}" for e in held))
            ids = " ".join(e.id for e in held)
            first = [f"{place[0]}.{place[1]}", ids, _inert(why), *([_inert(raw.get(RAW))] if unreadable else [])]
            writer.writerow([*first, *(_inert(raw.get(c)) for c in columns)])
    return len(rows)


def read_back(
    file: Path, mappings: Sequence[SourceMapping], archive: Archive, pins: Pins, entries: Sequence[QuarantineState],
    ontology: Ontology,
) -> list[RunInput]:  # fmt: skip
    """The inputs of a replay from a mended CSV; each takes the place of the rows in ``entries`` it came from.

    Raises:
        SourceError: the file isn't one that ``quarantine export`` wrote, or names a table that no mapping has.
    """
    known = {f"{m.source}.{t}": m for m in mappings for t in m.tables}
    by_table: dict[str, list[dict[str, str]]] = {}
    places = {e.id: (f"{e.source}.{e.table}", f"{e.file}:{e.row}") for e in entries}
    spelt: dict[str, dict[str, str]] = {}
    for e in entries:
        spelt.setdefault(f"{e.source}.{e.table}", {}).update((c.lower(), c) for c in json.loads(e.raw))
    answers: dict[str, set[str]] = {}
    for number, row in enumerate(_rows(file), start=1):
        table = row["_table"] or ""
        if table not in known:
            raise SourceError(
                f"No mapping has a table {table!r}.", where=Where(str(file), row=number),
                do=f"There are: {', '.join(sorted(known))}.",
            )  # fmt: skip
        for owner, place in (places[i] for i in (row["_ids"] or "").split() if i in places):
            if owner == table:
                answers.setdefault(table, set()).add(place)
        names = spelt.get(table, {})
        cells = {names.get(c.lower(), c): v or "" for c, v in row.items() if c not in (*LEADING, AS_READ)}
        by_table.setdefault(table, []).append(cells)
    inputs = [_input(name, rows, known[name], archive, pins, file, ontology) for name, rows in sorted(by_table.items())]
    return [replace(i, answers=tuple(sorted(answers.get(f"{i.source}.{i.table}", ())))) for i in inputs]


def _rows(file: Path) -> Iterator[dict[str, str | None]]:
    """The rows of a mended file, whatever a spreadsheet made of its separator and encoding; also a workbook.

    Raises:
        SourceError: it cannot be read, or isn't one that ``quarantine export`` wrote.
    """
    spec = ReadSpec(file=file.name, header=True)
    reading = adapters.read(spec, adapters.Part(file.name, file), {}, file.parent)
    if not set(LEADING) <= set(reading.columns):
        raise SourceError(
            f"The columns {', '.join(LEADING)} are missing.", where=file,
            do="Start from a file that `knockon quarantine export` wrote.",
        )  # fmt: skip
    number = 0
    for batch in reading.batches:
        for row in batch.to_pylist():
            number += 1
            problem, _ = row.pop(PROBLEM), row.pop(RAW)
            if problem is not None:
                raise SourceError(str(problem), where=Where(str(file), row=number), do="Mend that row, then replay.")
            yield row


def _input(
    name: str, rows: list[dict[str, str]], mapping: SourceMapping, archive: Archive, pins: Pins, file: Path,
    ontology: Ontology,
) -> RunInput:  # fmt: skip
    source, _, table = name.partition(".")
    columns = [c for c in rows[0] if any(row.get(c) for row in rows)]
    with TemporaryDirectory() as folder:
        part = Path(folder) / f"{file.stem}.csv"
        with part.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(columns)
            writer.writerows([_active(row.get(c) or "") for c in columns] for row in rows)
        spec = ReadSpec(
            file=part.name, format=Format.DELIMITED, encoding="utf-8", header=True, separator=",", quote='"'
        )
        with redacting(archive.root, mapping, table, ontology) as redact:
            stored = archive.store(source, table, spec, Path(folder), redact=redact)
    return RunInput(source, table, "upsert", pins.pin_mapping(mapping), tuple(f.name for f in stored))


def _inert(value: str | None) -> str:
    text = value or ""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "'") else text


def _active(text: str) -> str:
    return text[1:] if text[:1] == "'" else text
