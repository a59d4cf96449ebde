"""One entity out of a snapshot, with what it hangs together with and where each value came from."""

from __future__ import annotations

from datetime import date

import numpy as np

from graph_engine.entity_view import EntityView, RelationLine, places
from graph_engine.graph import Graph
from graph_engine.snapshot.columns import OPEN_FROM, OPEN_TO, date_of, days_of
from graph_engine.snapshot.edges import Edges
from graph_engine.snapshot.model import Snapshot
from graph_engine.snapshot.texts import Int64
from ontology.model import Ontology, RelationDef
from ontology.types import EntityState, RelationState
from ontology.values import Native


def card(
    graph: Graph, ontology: Ontology, snapshot: Snapshot, entity: int, *, valid_at: date | None = None, limit: int = 25
) -> EntityView:
    """The entity as this snapshot has it: a view that lacks something gives a card that lacks it too.

    Args:
        valid_at: only relations that held on that day; None = all.
        limit: relations shown of each role; totals count all.
    """
    records = [snapshot.record(int(c)).id for c in snapshot.records(entity)]
    values = snapshot.values(entity)
    named = {n: tuple(snapshot.record(c).id for c in codes) for n, codes in snapshot.winners(entity).items()}
    state = EntityState(
        id=snapshot.entity_id(entity), classes=snapshot.classes(entity), founding=snapshot.mention_key(entity),
        mentions=tuple(records), values=values, winners={n: named.get(n, tuple(records[:1])) for n in values},
        title=snapshot.title(entity),
    )  # fmt: skip
    lines: list[RelationLine] = []
    totals: dict[str, int] = {}
    for name in snapshot.relations:
        definition = ontology.relations.get(name)
        if definition is None:
            continue
        edges = snapshot.relation(name)
        for outgoing in (True, False):
            rows = _rows(edges, entity, outgoing, valid_at)
            if len(rows):
                role = definition.role if outgoing else definition.inverse_role
                totals[role] = totals.get(role, 0) + len(rows)
                lines.extend(_line(snapshot, edges, definition, int(row), outgoing) for row in rows[:limit])
    needed = sorted({*records, *(r for line in lines for r in line.state.records)})
    return EntityView(state, (), tuple(lines), totals, places(graph, needed), snapshot.version)


def _rows(edges: Edges, entity: int, outgoing: bool, valid_at: date | None) -> Int64:
    """The relations of an entity one way, those that held on a day only if asked."""
    rows = np.asarray((edges.out if outgoing else edges.into).of(entity), dtype=np.int64)
    if valid_at is None:
        return rows
    day = days_of(valid_at)
    # As in reasoning: intervals are [from, to).
    return rows[(edges.valid_from[rows] <= day) & (day < edges.valid_to[rows])]


def _line(snapshot: Snapshot, edges: Edges, definition: RelationDef, row: int, outgoing: bool) -> RelationLine:
    source, target = int(edges.source[row]), int(edges.target[row])
    other = target if outgoing else source
    start, stop = int(edges.valid_from[row]), int(edges.valid_to[row])
    values: dict[str, Native] = {}
    for name in sorted(edges.filled):
        value = edges.column(name).python(row)
        if value is not None and not isinstance(value, tuple):
            values[name] = value
    state = RelationState(
        edges.id(row), edges.name, snapshot.entity_id(source), snapshot.entity_id(target), values,
        tuple(snapshot.record(int(c)).id for c in edges.records(row)),
        valid_from=None if start == OPEN_FROM else date_of(start),
        valid_to=None if stop == OPEN_TO else date_of(stop),
    )  # fmt: skip
    classes = snapshot.classes(other)
    role, label = (
        (definition.role, definition.label) if outgoing else (definition.inverse_role, definition.inverse_label)
    )
    return RelationLine(
        role, label, snapshot.entity_id(other), snapshot.title(other), classes[0] if classes else "Entity", state
    )
