"""Running a compiled query: bounded in time and rows, on a graph that nobody is writing, money exact."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from api.query.compile import Column, compile_query
from api.wire import value_json
from api.wire_query import FARTHEST, Function, GraphQuery
from graph_engine.graph import Graph
from graph_engine.snapshot.visibility import Visibility
from graph_engine.store.current import graph_state
from graph_engine.store.rows import read_native, read_value
from ontology import values
from ontology.errors import BadQuestion, Busy, LimitExceeded
from ontology.model import Datatype, Ontology

SECONDS = 20.0
Rows = list[dict[str, object]]


def run_query(
    graph: Graph, ontology: Ontology, query: GraphQuery, visible: Visibility, *, version: int, skip: int
) -> tuple[list[Column], Rows, bool]:
    """The columns, one page of rows, and whether there are more.

    Raises:
        BadQuestion: the query makes no sense.
        Busy: a run is being written; what is live now may be half of it.
        LimitExceeded: it took too long, or a sum is too large to be exact.
    """
    if skip > FARTHEST:
        raise BadQuestion(f"Only {FARTHEST:,} rows can be paged to.", do="Narrow the query.")
    compiled = compile_query(query, ontology, visible)
    _settled(graph, version)
    params = {**compiled.params, "skip": skip, "limit": query.limit + 1}
    found = list(graph.stream_limited(compiled.text, SECONDS, **params))
    _settled(graph, version)
    rows: Rows = []
    for row in found[: query.limit]:
        cells = row["cells"]
        assert isinstance(cells, list)
        held = {c.name: _cell(c, raw) for c, raw in zip(compiled.columns, cells, strict=True)}
        rows.append({"id": row["id"], "values": held})
    return list(compiled.columns), rows, len(found) > query.limit


def _settled(graph: Graph, version: int) -> None:
    state = graph_state(graph)
    if state is None or state.published != version or state.seq > state.published:
        raise Busy("The graph is being written.", do="Ask again in some seconds.")


def _cell(column: Column, raw: object) -> object:
    definition = column.definition
    if raw is None or definition is None or column.function is Function.COUNT:
        return raw
    if column.function is Function.MEAN:
        return _mean(column, raw)
    if isinstance(raw, float) and definition.datatype in (Datatype.INTEGER, Datatype.DECIMAL):
        raise LimitExceeded(f"{column.name}: the sum is too large to be exact.", do="Sum smaller groups.")
    if column.many and isinstance(raw, list):
        flat = [v for one in raw for v in (one if isinstance(one, list) else [one])]
        return [value_json(definition, read_native(v)) for v in flat]
    return value_json(definition, read_value(raw))


def _mean(column: Column, raw: object) -> object:
    assert isinstance(raw, list) and column.definition is not None
    total, count = raw
    if not count:
        return None
    if column.definition.datatype is Datatype.FLOAT:
        return float(total) / int(count)
    if isinstance(total, float):
        raise LimitExceeded(f"{column.name}: the sum is too large to be exact.", do="Take smaller groups.")
    exact = (
        values.decimal(column.definition, total) if column.definition.datatype is Datatype.DECIMAL else Decimal(total)
    )
    digits = Decimal(1).scaleb(-(column.definition.scale + 2))
    return str((exact / Decimal(count)).quantize(digits, ROUND_HALF_UP))
