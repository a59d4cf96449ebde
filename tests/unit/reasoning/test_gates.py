"""``requires`` and ``delayed`` against brute force: sets and clocks computed the slow way from the definition."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontology.errors import BadQuestion
from ontology.model import Gate
from reasoning import gate_kernels
from reasoning.flow import Flow, from_arrays
from reasoning.gates import delayed, needs_of, requires
from reasoning.impact import impact
from reasoning.kernels import SMALL, fast
from reasoning.types import Filters, Semantics, Start, Towards
from tests.unit.reasoning.company import TODAY, id_of, network

GATES = [(Gate.ALL, 1), (Gate.ANY, 1), (Gate.K_OF_N, 1), (Gate.K_OF_N, 2)]


@dataclass(frozen=True)
class Case:
    size: int
    edges: tuple[tuple[int, int, int, float, float], ...]  # supplier, dependant, relation, weight, lag

    @property
    def flow(self) -> Flow:
        columns = list(zip(*self.edges, strict=True)) if self.edges else [[]] * 5
        return from_arrays(
            self.size,
            np.array(columns[0], dtype=np.int32),
            np.array(columns[1], dtype=np.int32),
            np.array(columns[3], dtype=np.float64),
            np.array(columns[4], dtype=np.float64),
            relation=np.array(columns[2], dtype=np.int32),
            gates=GATES,
        )

    def needs(self) -> list[tuple[int, int, dict[int, float]]]:
        """(dependant, failures needed, supplier → shortest lag) for each dependant and relation."""
        found = []
        for v in range(self.size):
            for relation, (gate, k) in enumerate(GATES):
                lags: dict[int, float] = {}
                for a, b, r, weight, lag in self.edges:
                    if b == v and r == relation and weight > 0 and (gate is not Gate.ALL or weight == 1):
                        lags[a] = min(lag, lags.get(a, math.inf))
                if lags:
                    n = len(lags)
                    needed = {Gate.ALL: 1, Gate.ANY: n, Gate.K_OF_N: max(n - k + 1, 1)}[gate]
                    found.append((v, needed, lags))
        return found

    def failed(self, starts: set[int]) -> set[int]:
        down = set(starts)
        while True:
            more = {v for v, needed, lags in self.needs() if sum(u in down for u in lags) >= needed} | down
            if more == down:
                return down
            down = more

    def clock(self, starts: dict[int, tuple[float, float]], until: int) -> list[set[int]]:
        """What is down in each half-open unit of time; only where all lags are 1 or more (the past decides)."""
        states: list[set[int]] = []
        for now in range(until):
            down = {s for s, (a, b) in starts.items() if a <= now < b}
            for v, needed, lags in self.needs():
                lost = sum(1 for u, lag in lags.items() if now - lag >= 0 and u in states[now - int(lag)])
                if lost >= needed:
                    down.add(v)
            states.append(down)
        return states


@st.composite
def cases(draw: st.DrawFn, lags: tuple[float, ...] = (0.0, 1.0, 3.0), acyclic: bool = False) -> Case:
    size = draw(st.integers(2, 7))
    node = st.integers(0, size - 1)
    edge = st.tuples(
        node, node, st.integers(0, len(GATES) - 1), st.sampled_from([1.0, 1.0, 0.5, 0.0]), st.sampled_from(lags)
    ).filter(lambda e: e[0] < e[1] if acyclic else e[0] != e[1])
    return Case(size, tuple(draw(st.lists(edge, max_size=14))))


@given(cases(), st.sets(st.integers(0, 6), min_size=1, max_size=3))
@settings(max_examples=400, deadline=None)
def test_requires_is_the_least_fixpoint(case: Case, starts: set[int]) -> None:
    starts = {s % case.size for s in starts}
    outcome = requires(case.flow, sorted(starts), None)
    assert set(outcome.entities.tolist()) == case.failed(starts) - starts
    for entity in outcome.entities.tolist():
        routes, complete = outcome.reached.routes(entity, 2, np.arange(case.size))
        assert routes and complete
        for route in routes:
            nodes = [int(outcome.flow.tail[route.edges[0]]), *(int(outcome.flow.head[e]) for e in route.edges)]
            assert set(nodes) <= case.failed(starts)


@given(cases(), st.integers(0, 6))
@settings(max_examples=300, deadline=None)
def test_self_supporting_sets(case: Case, start: int) -> None:
    start %= case.size
    failed = case.failed({start})

    def standing(down: set[int]) -> set[int]:
        """Least fixpoint of standing; what the start does not reach stands."""
        region = set(needs_of(case.flow, [start], None).nodes.tolist())
        up = {v for v in range(case.size) if v not in region}
        while True:
            more = up | {
                v
                for v in region - down
                if all(
                    sum(u in up for u in lags) >= len(lags) - needed + 1 for w, needed, lags in case.needs() if w == v
                )
            }
            if more == up:
                return up
            up = more

    expected = standing(set()) - standing(failed) - failed
    groups = requires(case.flow, [start], None).groups
    assert {v for group in groups for v in group} == expected
    assert all(len(group) > 1 for group in groups)


def test_two_that_hold_each_other_up_are_named() -> None:
    # 0 and 1 supply 2 and 3, which also back each other: any of the two will do.
    any_ = 1
    case = Case(4, ((0, 2, any_, 1.0, 0.0), (3, 2, any_, 1.0, 0.0), (1, 3, any_, 1.0, 0.0), (2, 3, any_, 1.0, 0.0)))
    assert requires(case.flow, [0], None).groups == ()
    both = requires(case.flow, [0, 1], None)
    assert (both.entities.tolist(), both.groups) == ([], ((2, 3),))


@given(cases(), st.dictionaries(st.integers(0, 6), st.sampled_from([0.0, 1.0, 4.0]), min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
def test_delayed_without_an_end_is_all_any_kth(case: Case, starts: dict[int, float]) -> None:
    """all → the earliest failing input, any → the latest, k of n → the (n - k + 1)-th; iterated to a fixpoint."""
    begin = {s % case.size: after for s, after in starts.items()}
    times = {v: begin.get(v, math.inf) for v in range(case.size)}
    for _ in range(200):
        fresh = dict(times)
        for v, needed, lags in case.needs():
            felt = sorted(times[u] + lag for u, lag in lags.items())
            fresh[v] = min(fresh[v], felt[needed - 1])
        if fresh == times:
            break
        times = fresh
    outcome = delayed(case.flow, list(begin), [Start(str(s), after=after) for s, after in begin.items()], None, None)
    expected = {v: t for v, t in times.items() if t < math.inf and v not in begin}
    assert dict(zip(outcome.entities.tolist(), outcome.score.tolist(), strict=True)) == expected
    assert outcome.complete and outcome.until is None


@given(
    cases(lags=(1.0, 2.0, 3.0), acyclic=True),
    st.dictionaries(st.integers(0, 6), st.tuples(st.integers(0, 3), st.integers(1, 4)), min_size=1, max_size=3),
)
@settings(max_examples=300, deadline=None)
def test_delayed_with_an_end_equals_a_clock(case: Case, starts: dict[int, tuple[int, int]]) -> None:
    spans = {s % case.size: (a, a + days) for s, (a, days) in starts.items()}
    states = case.clock({s: (float(a), float(b)) for s, (a, b) in spans.items()}, 40)
    outcome = delayed(
        case.flow, list(spans), [Start(str(s), after=a, days=b - a) for s, (a, b) in spans.items()], None, None
    )
    expected = {}
    for v in set(range(case.size)) - set(spans):
        down = [t for t, state in enumerate(states) if v in state]
        if down:
            expected[v] = (float(down[0]), float(down[-1] + 1))
    assert outcome.until is not None
    found = zip(outcome.entities.tolist(), outcome.score.tolist(), outcome.until.tolist(), strict=True)
    assert {v: (a, b) for v, a, b in found} == expected


def test_an_outage_that_ends_as_the_next_begins_is_none() -> None:
    # Any of two suppliers will do; one reaches the dependant directly, the other through a chain without lag.
    any_, all_ = 1, 0
    edges = ((0, 3, any_, 1.0, 0.0), (2, 3, any_, 1.0, 0.0), (1, 2, all_, 1.0, 0.0))
    case = Case(4, edges)
    for first, second in ((0, 1), (1, 0)):
        spans = [Start("a", after=0.0, days=5.0), Start("b", after=5.0, days=5.0)]
        outcome = delayed(case.flow, [first, second], spans, None, None)
        assert 3 not in outcome.entities.tolist()
        overlap = [Start("a", after=0.0, days=5.5), Start("b", after=5.0, days=5.0)]
        outcome = delayed(case.flow, [first, second], overlap, None, None)
        at = outcome.entities.tolist().index(3)
        assert outcome.until is not None
        assert (outcome.score[at], outcome.until[at]) == (5.0, 5.5)


def test_a_circle_that_never_ends_is_given_up_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reasoning.gates.EVENTS", 1000)
    case = Case(3, ((0, 1, 0, 1.0, 1.0), (1, 2, 0, 1.0, 1.0), (2, 1, 0, 1.0, 5.0)))
    endless = delayed(case.flow, [0], [Start("0", days=1.0)], None, None)
    assert not endless.complete
    assert "circle" in endless.notes[0]
    bounded = delayed(case.flow, [0], [Start("0", days=1.0)], None, 30.0)
    assert bounded.complete and bounded.dropped == 2  # the next failure and its end


@given(cases(), st.integers(0, 6))
@settings(max_examples=40, deadline=None)
def test_compiled_equals_plain_python(case: Case, start: int) -> None:
    needs = needs_of(case.flow, [start % case.size], None)
    groups = (needs.pointer, needs.entry_group)
    size = len(needs.nodes)
    zero = np.zeros(1)
    for function, arguments in (
        (gate_kernels.fail, (*groups, needs.owner, needs.needed, needs.starts, size)),
        (gate_kernels.stand, (*groups, needs.owner, needs.needed, needs.members, needs.starts, size)),
        (
            gate_kernels.pulses,
            (
                *groups,
                needs.entry_lag,
                needs.owner,
                needs.needed,
                needs.starts,
                zero,
                zero + 1,
                size,
                20.0,
                99,
            ),
        ),
    ):
        for a, b in zip(function(*arguments), fast(function, SMALL + 1)(*arguments), strict=True):
            np.testing.assert_array_equal(a, b)


def test_one_of_two_bolt_suppliers_stops_nothing() -> None:
    firm = network()
    one = impact(firm, [Start(id_of("V2"))], semantics=Semantics.REQUIRES, as_of=TODAY)
    assert [a.entity.title for a in one.affected] == ["Bolt by Bolt & Co"]
    both = impact(firm, [Start(id_of("V2")), Start(id_of("V3"))], semantics=Semantics.REQUIRES, as_of=TODAY)
    assert {"Bolt", "Frame", "City bike", "Order 7", "Order 9"} <= {a.entity.title for a in both.affected}
    late = impact(firm, [Start(id_of("V2")), Start(id_of("V3"))], semantics=Semantics.DELAYED, as_of=TODAY)
    days = {a.entity.title: a.earliest_days for a in late.affected}
    # The second supplier's lead time decides: 20 days, then 2 to make the frame.
    assert (days["Bolt"], days["Frame"], days["City bike"]) == (20.0, 20.0, 22.0)
    for path in (p for a in late.affected for p in a.paths):
        assert all(x.target == y.source for x, y in pairwise(path.hops))


def test_three_weeks_are_felt_and_end() -> None:
    firm = network()
    answer = impact(firm, [Start(id_of("V1"), days=21)], semantics=Semantics.DELAYED, as_of=TODAY)
    spans = {a.entity.title: (a.earliest_days, a.until_days) for a in answer.affected}
    assert spans["Steel tube"] == (10.0, 31.0)
    assert spans["Order 7"] == (13.0, 34.0)


def test_upstream_is_refused() -> None:
    with pytest.raises(BadQuestion, match="downstream only"):
        impact(network(), [Start(id_of("V1"))], semantics=Semantics.REQUIRES, filters=Filters(towards=Towards.UPSTREAM))
