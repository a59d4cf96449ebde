"""Impact against oracles that share no code with it: networkx, enumeration, answers written down by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_engine.snapshot.assemble import assemble
from ontology.errors import BadQuestion, NotFound
from ontology.load import load_ontology
from reasoning import kernels
from reasoning.flow import Flow, from_arrays
from reasoning.impact import impact
from reasoning.network import Network
from reasoning.results import Affected
from reasoning.spreading import EARLIEST, REACH, STRONGEST, Reached, reach_from
from reasoning.types import ANY, Filters, Semantics, Start, Towards, sense_of
from tests.unit.reasoning.company import (
    TODAY,
    entity_rows,
    file_rows,
    id_of,
    link_id,
    network,
    record_rows,
    relation_rows,
)
from tests.unit.reasoning.measures.made_up import MadeUp


@dataclass(frozen=True)
class Case:
    size: int
    edges: tuple[tuple[int, int, float, float], ...]
    depth: int | None

    @property
    def flow(self) -> Flow:
        columns = list(zip(*self.edges, strict=True)) if self.edges else [[], [], [], []]
        return from_arrays(
            self.size,
            np.array(columns[0], dtype=np.int32),
            np.array(columns[1], dtype=np.int32),
            np.array(columns[2], dtype=np.float64),
            np.array(columns[3], dtype=np.float64),
        )

    @property
    def graph(self) -> nx.MultiDiGraph:
        graph = nx.MultiDiGraph()
        graph.add_nodes_from(range(self.size))
        for a, b, weight, lag in self.edges:
            graph.add_edge(a, b, weight=weight, lag=lag)
        return graph

    def walks(self, start: int, end: int) -> list[tuple[float, float, int]]:
        """(product of weights, sum of lags, hops) of all simple paths, by enumeration; weight 0 carries nothing."""
        found = []
        for path in nx.all_simple_edge_paths(self.graph, start, end, cutoff=self.depth or self.size):
            data = [self.graph.edges[e] for e in path]
            if all(d["weight"] > 0 for d in data):
                found.append((math.prod(d["weight"] for d in data), sum(d["lag"] for d in data), len(path)))
        return found


@st.composite
def cases(draw: st.DrawFn) -> Case:
    size = draw(st.integers(2, 7))
    node = st.integers(0, size - 1)
    # Powers of two multiply without rounding: ties are exact ties.
    weight = st.sampled_from([0.0, 0.125, 0.25, 0.5, 1.0])
    lag = st.sampled_from([0.0, 1.0, 2.0, 5.0])
    edge = st.tuples(node, node, weight, lag).filter(lambda e: e[0] != e[1])
    edges = draw(st.lists(edge, max_size=14))
    return Case(size, tuple(edges), draw(st.sampled_from([None, 1, 2, 3])))


MODES = [REACH, STRONGEST, EARLIEST]


@given(cases(), st.sampled_from(MODES))
@settings(max_examples=300, deadline=None)
def test_best_value_and_paths_equal_enumeration(case: Case, mode: int) -> None:
    flow = case.flow
    reached = reach_from(flow, [0], [1.0 if mode == STRONGEST else 0.0], mode, depth=case.depth, cutoff=None)
    rank = np.arange(case.size, dtype=np.int64)
    for end in range(1, case.size):
        expected = []
        for product, lag, hops in case.walks(0, end):
            expected.append((-product, hops) if mode == STRONGEST else (lag if mode == EARLIEST else hops, hops))
        expected.sort()
        best = reached.best(end)
        assert (best is None) == (not expected)
        if best is None:
            continue
        assert best == abs(expected[0][0])
        routes, complete = reached.routes(end, 3, rank)
        assert complete
        assert [r.value for r in routes] == [abs(v) for v, _ in expected[:3]]
        assert [len(r.edges) for r in routes] == [h for _, h in expected[:3]]
        assert len({r.edges for r in routes}) == len(routes)
        for route in routes:
            nodes = [int(flow.tail[route.edges[0]]), *(int(flow.head[e]) for e in route.edges)]
            assert nodes[0] == 0 and nodes[-1] == end
            assert len(set(nodes)) == len(nodes)
            assert all(int(flow.head[a]) == int(flow.tail[b]) for a, b in pairwise(route.edges))


@given(cases())
@settings(max_examples=100, deadline=None)
def test_unbounded_values_equal_dijkstra(case: Case) -> None:
    graph = case.graph
    graph.remove_edges_from([e for e in graph.edges if graph.edges[e]["weight"] == 0])
    days = nx.single_source_dijkstra_path_length(graph, 0, weight="lag")
    loss = nx.single_source_dijkstra_path_length(
        graph, 0, weight=lambda _u, _v, parallel: min(-math.log2(d["weight"]) for d in parallel.values())
    )
    earliest = reach_from(case.flow, [0], [0.0], EARLIEST, depth=None, cutoff=None)
    strongest = reach_from(case.flow, [0], [1.0], STRONGEST, depth=None, cutoff=None)
    assert {n: earliest.best(n) for n in days} == days
    assert {n: strongest.best(n) for n in loss} == {n: 2.0**-v for n, v in loss.items()}
    assert set(earliest.node.tolist()) == set(days)
    assert earliest.dropped == strongest.dropped == 0


@given(cases(), st.sampled_from(MODES))
@settings(max_examples=60, deadline=None)
def test_compiled_equals_plain_python(case: Case, mode: int) -> None:
    flow = case.flow

    def run(function: Callable[..., tuple[object, ...]]) -> tuple[object, ...]:
        state = flow.room(0.0 if mode == STRONGEST else np.inf)
        start = np.array([1.0 if mode == STRONGEST else 0.0])
        found = function(
            flow.pointer, flow.head, flow.weight, flow.lag, np.array([0], dtype=np.int32), start,
            case.depth or kernels.NO_BOUND, 0.0 if mode == STRONGEST else np.inf, mode, state,
        )  # fmt: skip
        return (*found, state)

    compiled = kernels.fast(kernels.spread, kernels.SMALL + 1)
    assert compiled is not kernels.spread
    for a, b in zip(run(kernels.spread), run(compiled), strict=True):
        np.testing.assert_array_equal(a, b)


@given(cases(), st.sampled_from(MODES))
@settings(max_examples=150, deadline=None)
def test_reading_edges_in_order_changes_nothing(case: Case, mode: int) -> None:
    """Layers that hold much of the graph are followed in another way; a cutoff that cuts nothing keeps to the first."""
    flow = case.flow
    start = [1.0 if mode == STRONGEST else 0.0]
    wide = reach_from(flow, [0], start, mode, depth=case.depth, cutoff=None)
    narrow = reach_from(flow, [0], start, mode, depth=case.depth, cutoff=5e-324 if mode == STRONGEST else float(2**60))

    def chains(reached: Reached) -> list[tuple[tuple[int, float], ...]]:
        found = []
        for node in range(case.size):
            chain, event = [], int(reached.state[node, 1]) - 1
            while event >= 0:
                assert reached.node[event] == node
                chain.append((int(reached.hops[event]), float(reached.value[event])))
                event = int(reached.previous[event]) - 1
            found.append(tuple(chain))
        return found

    assert chains(wide) == chains(narrow)
    assert wide.dropped == narrow.dropped


@given(cases(), st.sampled_from(MODES))
@settings(max_examples=150, deadline=None)
def test_incomplete_exactly_when_a_bound_loses_something(case: Case, mode: int) -> None:
    start = [1.0 if mode == STRONGEST else 0.0]
    bounded = reach_from(case.flow, [0], start, mode, depth=case.depth, cutoff=None)
    free = reach_from(case.flow, [0], start, mode, depth=None, cutoff=None)
    same = all(bounded.best(n) == free.best(n) for n in range(case.size))
    if mode == REACH:
        assert (bounded.dropped == 0) == same
    elif bounded.dropped == 0:
        assert same


@given(cases(), st.lists(st.tuples(st.sampled_from(MODES), st.integers(0, 6)), max_size=6))
@settings(max_examples=60, deadline=None)
def test_questions_do_not_disturb_each_other(case: Case, questions: list[tuple[int, int]]) -> None:
    """One flow asked again and again (rooms are reused) answers as a fresh one does."""
    flow = case.flow
    for mode, start in questions:
        arguments = ([start % case.size], [0.5], mode)
        used = reach_from(flow, *arguments, depth=case.depth, cutoff=None)
        fresh = reach_from(case.flow, *arguments, depth=case.depth, cutoff=None)
        assert [used.best(n) for n in range(case.size)] == [fresh.best(n) for n in range(case.size)]
        assert used.routes(0, 3, np.arange(case.size)) == fresh.routes(0, 3, np.arange(case.size))


@given(cases(), st.sampled_from([0.0, 0.2, 0.5, 1.0]))
@settings(max_examples=150, deadline=None)
def test_cutoff_keeps_what_is_at_least_as_strong(case: Case, cutoff: float) -> None:
    free = reach_from(case.flow, [0], [1.0], STRONGEST, depth=case.depth, cutoff=None)
    cut = reach_from(case.flow, [0], [1.0], STRONGEST, depth=case.depth, cutoff=cutoff)
    for n in range(1, case.size):
        best = free.best(n)
        assert cut.best(n) == (best if best is not None and best >= cutoff else None)
        if best is not None and best < cutoff:
            assert cut.dropped > 0


@given(cases(), st.integers(1, 6))
@settings(max_examples=100, deadline=None)
def test_a_second_start_never_takes_anything_away(case: Case, other: int) -> None:
    other %= case.size
    if other == 0:
        return
    alone = reach_from(case.flow, [0], [1.0], STRONGEST, depth=case.depth, cutoff=None)
    both = reach_from(case.flow, [0, other], [1.0, 0.5], STRONGEST, depth=case.depth, cutoff=None)
    for n in range(case.size):
        assert (both.best(n) or 0.0) >= (alone.best(n) or 0.0)


@pytest.fixture(scope="module")
def firm() -> Network:
    return network()


def _titles(firm: Network, key: str, **options: object) -> list[str]:
    answer = impact(firm, [Start(id_of(key))], as_of=TODAY, limit=None, **options)  # type: ignore[arg-type]
    return [a.entity.title for a in answer.affected]


def test_a_failing_supplier_reaches_the_customers(firm: Network) -> None:
    answer = impact(firm, [Start(id_of("V1"))], as_of=TODAY)
    assert [a.entity.title for a in answer.affected] == [
        "Steel tube by Ünal", "Steel tube", "Frame", "City bike", "7-1", "9-1", "Order 7", "Order 9",
        "Anna Schmidt", "Bob Ross",
    ]  # fmt: skip
    assert answer.complete and answer.frontier_dropped == 0
    assert (answer.version, answer.valid_at, answer.semantics) == (5, TODAY, Semantics.REACH)
    bike = answer.affected[3]
    assert (bike.hops, bike.earliest_days, bike.earliest_on) == (4, 12.0, TODAY + timedelta(days=12))
    hop = bike.paths[0].hops[-1]
    ontology = firm.ontology
    assert hop.relation == link_id(ontology, "component", "P4", "P3")
    assert (hop.label, hop.lag_days) == ("is built into", 2.0)
    assert [(r.file, r.row, r.table, r.key) for r in hop.records] == [("products.csv", 10, "products", "P4")]
    order = answer.affected[6]
    assert (order.amount, order.currency, order.when) == (Decimal("510"), "EUR", date(2026, 7, 1))


def test_totals_count_money_by_currency_and_say_what_is_missing(firm: Network) -> None:
    answer = impact(firm, [Start(id_of("P4")), Start(id_of("P5"))], as_of=TODAY, limit=0)
    assert answer.affected == () and answer.found == 8
    totals = {t.class_name: t for t in answer.totals}
    assert totals["OrderLine"].count == 3
    assert dict(totals["OrderLine"].amounts) == {"EUR": Decimal("500"), "USD": Decimal("2")}
    assert totals["OrderLine"].without_amount == 1
    assert totals["Customer"].amounts == {}


def test_what_is_due_before_it_can_be_felt_is_counted_apart(firm: Network) -> None:
    def orders(day: date) -> tuple[int, int, dict[str, Decimal]]:
        answer = impact(firm, [Start(id_of("V1"))], as_of=day, limit=None, paths=0, filters=Filters(valid_at=ANY))
        total = next(t for t in answer.totals if t.class_name == "Order")
        due = [a for a in answer.affected if a.entity.class_name == "Order"]
        late = [a for a in due if a.when is not None and a.earliest_on is not None and a.when < a.earliest_on]
        assert total.past == len(late)
        return total.count, total.past, dict(total.past_amounts)

    early, past, amounts = orders(date(2020, 1, 1))
    assert (past, amounts) == (0, {})
    count, past, amounts = orders(date(2030, 1, 1))
    assert early == count >= past > 0 and amounts["EUR"] >= Decimal("510")
    lines = impact(firm, [Start(id_of("V1"))], as_of=date(2030, 1, 1), limit=0, filters=Filters(valid_at=ANY)).totals
    assert next(t for t in lines if t.class_name == "OrderLine").past > 0  # by the date of their order


@pytest.mark.parametrize("day", [date(2020, 1, 1), TODAY, date(2030, 1, 1)])
def test_what_is_still_ahead_comes_before_what_was_due_before(firm: Network, day: date) -> None:
    answer = impact(firm, [Start(id_of("V1"))], as_of=day, limit=None, paths=0, filters=Filters(valid_at=ANY))

    def place(a: Affected) -> tuple[float, int, int, int]:
        felt = a.earliest_on or day
        if a.when is None:
            return a.score, a.hops, 1, 0
        return (a.score, a.hops, 0, a.when.toordinal()) if a.when >= felt else (a.score, a.hops, 2, -a.when.toordinal())

    # The part of an order has the date of its order, which the answer does not carry: it is left out here.
    places = [place(a) for a in answer.affected if a.entity.class_name != "OrderLine"]
    assert any(p[2] != 1 for p in places)
    assert places == sorted(places)
    first = impact(firm, [Start(id_of("V1"))], as_of=day, limit=3, paths=0, filters=Filters(valid_at=ANY))
    assert first.affected == answer.affected[:3]


def test_a_delay_that_nobody_knows_is_said_where_others_are_known() -> None:
    ontology = load_ontology()
    rows = [r._replace(values={}) if r.id == id_of("O2") else r for r in entity_rows()]
    unsaid = Network(
        assemble(ontology, rows, relation_rows(ontology), record_rows(), file_rows(), [], version=5, epoch=1), ontology
    )
    notes = impact(unsaid, [Start(id_of("V2"))], as_of=TODAY).notes
    assert [n for n in notes if "lead time" in n and "Bolt by Bolt & Co" in n and "0 days" in n]
    assert not [n for n in impact(unsaid, [Start(id_of("V1"))], as_of=TODAY).notes if "lead time" in n]
    assert not [n for n in notes if "make" in n]  # parts that are bought have no days to make


def test_a_relation_that_ended_carries_nothing_today(firm: Network) -> None:
    assert "City bike" not in _titles(firm, "P5")
    assert "City bike" in _titles(firm, "P5", filters=Filters(valid_at=ANY))
    assert "City bike" in _titles(firm, "P5", filters=Filters(valid_at=date(2025, 12, 31)))
    assert "City bike" not in _titles(firm, "P5", filters=Filters(valid_at=date(2026, 1, 1)))
    assert "City bike" in _titles(firm, "P5", filters=Filters(valid_at=date(2020, 1, 1)))
    assert "City bike" not in _titles(firm, "P5", filters=Filters(valid_at=date(2019, 12, 31)))


def test_filters(firm: Network) -> None:
    assert _titles(firm, "V1", filters=Filters(to=("customers",))) == ["Anna Schmidt", "Bob Ross"]
    assert _titles(firm, "V1", filters=Filters(depth=2)) == ["Steel tube by Ünal", "Steel tube"]
    assert _titles(firm, "P1", filters=Filters(via=("component",))) == ["Frame", "City bike"]
    assert "Order 7" not in _titles(firm, "V1", filters=Filters(avoid=("order line",)))
    upstream = _titles(firm, "C2", filters=Filters(towards=Towards.UPSTREAM))
    assert {"Order 8", "Order 9", "Bell", "City bike", "Ünal Metall GmbH", "Bolt & Co", "Anna Schmidt"} <= set(upstream)
    assert "Order 7" not in upstream


def test_upstream_and_downstream_agree(firm: Network) -> None:
    ids = [firm.snapshot.entity_id(i) for i in range(firm.snapshot.size)]
    down = {(a, b.entity.id) for a in ids for b in impact(firm, [Start(a)], limit=None, paths=0).affected}
    up = {
        (b.entity.id, a)
        for a in ids
        for b in impact(firm, [Start(a)], limit=None, paths=0, filters=Filters(towards=Towards.UPSTREAM)).affected
    }
    assert down == up != set()


def test_strongest_multiplies_along_the_best_path(firm: Network) -> None:
    answer = impact(firm, [Start(id_of("E1"), severity=0.5)], semantics=Semantics.STRONGEST, as_of=TODAY)
    # A sales representative carries 0.2 to the order, which carries all of it to the customer.
    assert [(a.entity.title, a.score) for a in answer.affected] == [("Order 9", 0.1), ("Bob Ross", 0.1)]
    assert answer.affected[0].paths[0].score == 0.1


def test_assumptions_behind_an_answer_are_counted(firm: Network) -> None:
    assert impact(firm, [Start(id_of("V2"))], as_of=TODAY).assumed_inputs == 1
    assert impact(firm, [Start(id_of("V1"))], as_of=TODAY).assumed_inputs == 0


def test_what_cannot_be_asked(firm: Network) -> None:
    start = [Start(id_of("V1"))]
    with pytest.raises(BadQuestion, match="needs a start"):
        impact(firm, [])
    with pytest.raises(BadQuestion, match="depth of 0"):
        impact(firm, start, filters=Filters(depth=0))
    with pytest.raises(BadQuestion, match=r"severity of 1\.5"):
        impact(firm, [Start(id_of("V1"), severity=1.5)])
    with pytest.raises(BadQuestion, match=r"no relation 'componnet'.*component"):
        impact(firm, start, filters=Filters(via=("componnet",)))
    with pytest.raises(BadQuestion, match="carries no impact"):
        impact(firm, start, filters=Filters(via=("address_country",)))
    with pytest.raises(BadQuestion, match="no class 'Custmer'"):
        impact(firm, start, filters=Filters(to=("Custmer",)))
    with pytest.raises(BadQuestion, match="given twice"):
        impact(firm, [*start, *start])
    with pytest.raises(NotFound):
        impact(firm, [Start("e_nothing")])
    with pytest.raises(BadQuestion):
        impact(firm, start, filters=Filters(cutoff=float("nan")))


def test_json_says_how_it_was_computed(firm: Network) -> None:
    answer = impact(firm, [Start(id_of("V1"))], filters=Filters(depth=3), as_of=TODAY).to_json()
    assert answer["semantics"] == "reach"
    assert answer["version"] == 5
    assert answer["complete"] is False
    assert answer["valid_at"] == "2026-06-15"
    assert answer["frontier_dropped"] == 1


@pytest.mark.parametrize("semantics", list(Semantics))
def test_shares_over_one_and_negative_delays_are_read_as_the_nearest_bound_and_said(semantics: Semantics) -> None:
    made = MadeUp()
    for key in ("A", "B", "C"):
        made.add("Capability", key)
    made.link("depends_on", "B", "A", share=Decimal("1.5"), delay_days=Decimal(-3))
    made.link("depends_on", "C", "B", share=Decimal("-0.5"), delay_days=Decimal(2))
    onto = load_ontology()
    found = impact(Network(made.snapshot(), onto), [Start(made.id("A"), days=3.0)], semantics=semantics, as_of=TODAY)
    said = " ".join(found.notes)
    assert "2 relations" in said
    assert "outside 0 to 1" in said
    assert "negative delay_days" in said
    scores = {a.entity.title: a.score for a in found.affected}
    if semantics in (Semantics.STRONGEST, Semantics.EXPECTED, Semantics.PROBABILITY):
        assert scores["B"] == pytest.approx(1.0)
        assert scores.get("C", 0.0) == 0.0


def test_a_start_that_reaches_everything_is_answered_whole() -> None:
    made = MadeUp().add("Supplier", "hub")
    count = 3_000
    for i in range(count):
        made.add("Offer", f"F{i}")
        made.link("offer_supplier", f"F{i}", "hub")
    network_ = Network(made.snapshot(), load_ontology())
    for semantics in (Semantics.REACH, Semantics.REQUIRES, Semantics.STRONGEST):
        found = impact(network_, [Start(made.id("hub"))], semantics=semantics, limit=10, as_of=TODAY)
        assert (found.found, len(found.affected), found.complete) == (count, 10, True)


def test_how_long_it_lasts_asks_for_delays_unless_another_sense_is_named(firm: Network) -> None:
    brief = Start(id_of("V1"), days=21.0)
    forward, backward = Filters(), Filters(towards=Towards.UPSTREAM)
    assert sense_of(None, [brief], forward) is Semantics.DELAYED
    assert sense_of(None, [Start(id_of("V1"))], forward) is Semantics.REACH
    assert sense_of(None, [brief], backward) is Semantics.REACH
    assert sense_of(Semantics.STRONGEST, [brief], forward) is Semantics.STRONGEST
    found = impact(firm, [brief], semantics=Semantics.REACH)
    assert any("How long a failure lasts says nothing" in note for note in found.notes)
