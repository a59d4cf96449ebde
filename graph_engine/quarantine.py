"""Rows that are set aside, as the graph holds them."""

from __future__ import annotations

from graph_engine.graph import Graph
from ontology.errors import NotFound
from ontology.types import QuarantineState


def entries(graph: Graph, where: str | None = None, rule: str | None = None) -> tuple[QuarantineState, ...]:
    """All entries, or those of a source, a ``source.table``, a rule."""
    source, _, table = (where or "").partition(".")
    found = graph.read("read/quarantine", source=source, table=table, rule=rule or "")
    return tuple(_entry(row["properties"]) for row in found)


def entry(graph: Graph, id_: str) -> QuarantineState:
    """One entry, by its id or a unique beginning of it.

    Raises:
        NotFound: there is none.
    """
    found = [e for e in entries(graph) if e.id == id_] or [e for e in entries(graph) if e.id.startswith(id_)]
    if len(found) != 1:
        raise NotFound(f"No row in quarantine has the id {id_!r}.", do="`knockon quarantine list` shows them.")
    return found[0]


def _entry(properties: object) -> QuarantineState:
    held = properties if isinstance(properties, dict) else {}
    return QuarantineState(
        id=str(held["id"]), run=str(held["run"]), source=str(held["source"]), table=str(held["table"]),
        file=str(held.get("file", "")), path=str(held.get("path", "")), row=int(str(held["row"])),
        record=None if held.get("record") is None else str(held["record"]), rule=str(held["rule"]),
        column=None if held.get("column") is None else str(held["column"]), reason=str(held["reason"]),
        raw=str(held["raw"]), hash=str(held.get("hash", "")),
    )  # fmt: skip
