"""Runs: whatever changes the graph, in order. State = F(live runs in order, …) (``docs/semantics.md``)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from graph_engine.graph import Graph
from ontology.errors import NotFound


@dataclass(frozen=True, slots=True)
class RunInput:
    """One table that a run read: immutable files in the archive, under a pinned mapping."""

    source: str
    table: str
    mode: str
    mapping: str
    """Digest of the mapping, pinned in the archive."""
    files: tuple[str, ...]
    """Content addresses in the archive."""
    retractions_accepted: bool = False
    answers: tuple[str, ...] = ()
    """Rows that were set aside and that this input replaces, mended or not: ``<sha256 of their file>:<row>``."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person entered: a correction of a fact, or an assumption where no system holds one."""

    record: str
    mention: str
    """The mention whose entity it is about."""
    name: str
    """Property or role."""
    op: str
    """``set``, ``add`` or ``remove``; of a thing as a whole ``new`` or ``gone``."""
    value: str | None
    """Canonical text of a property, the mention at the other end of a relation, or the class of a new thing."""
    author: str
    because: str
    until: str | None = None
    review: str | None = None
    figures: str = ""
    """Of a relation: its properties as JSON, name to canonical text."""
    valid_from: str | None = None
    valid_to: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run as the graph holds it."""

    id: str
    ordinal: int
    kind: str
    """``ingest``, ``replay``, ``correct``, ``assume``, ``judge``, ``train``, ``erase``, ``undo``, ``repair``."""
    status: str
    """``writing``, ``live``, ``failed``."""
    agent: str
    because: str = ""
    target: str | None = None
    started: str = ""
    finished: str | None = None
    published: int | None = None
    inputs: tuple[RunInput, ...] = ()
    statements: tuple[Statement, ...] = ()
    resolution: str = ""
    """Digest of the resolution model that it was computed with, pinned in the archive."""
    counts: dict[str, object] = field(default_factory=dict)

    def inputs_json(self) -> str:
        """Inputs and statements as the graph keeps them."""
        return json.dumps(
            {
                "tables": [asdict(i) for i in self.inputs],
                "statements": [asdict(s) for s in self.statements],
                "resolution": self.resolution,
            },
            sort_keys=True,
        )


def read_runs(graph: Graph) -> tuple[Run, ...]:
    """All runs, oldest first."""
    return tuple(_run(row) for row in graph.read("read/runs"))


def _run(row: dict[str, object]) -> Run:
    kept = json.loads(str(row["inputs"] or "{}"))
    return Run(
        id=str(row["id"]),
        ordinal=int(str(row["ordinal"])),
        kind=str(row["kind"]),
        status=str(row["status"]),
        agent=str(row["agent"] or ""),
        because=str(row["because"] or ""),
        target=None if row["target"] is None else str(row["target"]),
        started=str(row["started"] or ""),
        finished=None if row["finished"] is None else str(row["finished"]),
        published=None if row["published"] is None else int(str(row["published"])),
        inputs=tuple(_input(i) for i in kept.get("tables", ())),
        statements=tuple(Statement(**s) for s in kept.get("statements", ())),
        resolution=str(kept.get("resolution", "")),
        counts=json.loads(str(row["counts"] or "{}")),
    )


def _input(kept: dict[str, Any]) -> RunInput:
    return RunInput(**{**kept, "files": tuple(kept["files"]), "answers": tuple(kept.get("answers", ()))})


def in_force(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The published runs that no undo in force takes off the list, undos included, in order."""
    gone: set[str] = set()
    kept: list[Run] = []
    for run in sorted(runs, key=lambda r: r.ordinal, reverse=True):
        if run.status != "live" or run.id in gone:
            continue
        if run.kind == "undo" and run.target is not None:
            gone.add(run.target)
        kept.append(run)
    return tuple(reversed(kept))


def live_runs(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The runs that the state is made of, in order: published, not undone (an undo that was undone does not count)."""
    return tuple(run for run in in_force(runs) if run.kind != "undo")


def find_run(runs: Sequence[Run], name: str) -> Run:
    """The run with this id, a unique beginning of one, its ordinal, or ``last``.

    ``last`` is the newest run that a person started: a repair changes nothing of what was asked for.

    Raises:
        NotFound: there is none, or the beginning fits several.
    """
    published = [r for r in runs if r.status == "live" and r.kind != "repair"]
    if name == "last" and published:
        return published[-1]
    found = [r for r in runs if r.id == name or str(r.ordinal) == name] or [r for r in runs if r.id.startswith(name)]
    if len(found) != 1:
        what = "several runs begin with" if found else "there is no run"
        raise NotFound(f"{what.capitalize()} {name!r}.", do="`knockon runs` lists them.")
    return found[0]
