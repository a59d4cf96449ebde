"""One entity out of a snapshot, with what it hangs together with and where each value came from."""

from __future__ import annotations

from datetime import date

import numpy as np

from graph_engine.entity_view import EntityView, RelationLine, holds, places
from graph_engine.graph import Graph
from graph_engine.snapshot.columns import OPEN_FROM, OPEN_TO, date_of
from graph_engine.snapshot.edges import Edges
from graph_engine.snapshot.model import Snapshot
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
            found = _lines(snapshot, edges, definition, entity, outgoing)
            if valid_at is not None:
                found = [line for line in found if holds(line.state, valid_at)]
            if found:
                role = found[0].role
                totals[role] = totals.get(role, 0) + len(found)
                lines.extend(found[:limit])
    needed = sorted({*records, *(r for line in lines for r in line.state.records)})
    return EntityView(state, (), tuple(lines), totals, places(graph, needed), snapshot.version)


def _lines(
    snapshot: Snapshot, edges: Edges, definition: RelationDef, entity: int, outgoing: bool
) -> list[RelationLine]:
    rows = (edges.out if outgoing else edges.into).of(entity)
    ends = edges.target if outgoing else edges.source
    found: list[RelationLine] = []
    for row in np.asarray(rows).tolist():
        other = int(ends[row])
        source, target = (entity, other) if outgoing else (other, entity)
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
        found.append(
            RelationLine(role, label, state.target if outgoing else state.source, snapshot.title(other),
                         classes[0] if classes else "Entity", state)
        )  # fmt: skip
    return found
