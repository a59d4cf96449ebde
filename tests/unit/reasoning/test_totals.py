"""``expected`` against dense matrix powers and enumeration, ``probability`` against all worlds and ProbLog."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graph_engine.snapshot import EntityRow, RelationRow, assemble
from ontology.errors import BadQuestion, Cycle
from ontology.load import load_ontology
from reasoning import probability as probability_module
from reasoning.impact import impact
from reasoning.network import Network
from reasoning.probability import bernoulli, wilson
from reasoning.results import Affected
from reasoning.types import Filters, Semantics, Start
from tests.unit.reasoning.company import id_of, network

ONTOLOGY = load_ontology()


@dataclass(frozen=True)
class Case:
    """Systems that depend on each other: (needed, dependant, share)."""

    size: int
    edges: tuple[tuple[int, int, float], ...]
    depth: int | None

    @property
    def network(self) -> Network:
        entities = [EntityRow(f"e{i}", ["System"], f"S{i}", [f"it/systems/{i}"], [], {}) for i in range(self.size)]
        relations = [
            RelationRow(
                f"r{number:03}", "depends_on", f"e{b}", f"e{a}", None, None, ["it/x/1"], {"share": int(share * 1e6)}
            )
            for number, (a, b, share) in enumerate(self.edges)
        ]
        return Network(assemble(ONTOLOGY, entities, relations), ONTOLOGY)

    def ask(self, semantics: Semantics, severity: float = 1.0) -> dict[str, Affected]:
        answer = impact(
            self.network, [Start("e0", severity=severity)], semantics=semantics, filters=Filters(depth=self.depth),
            limit=None, paths=0, as_of=date(2026, 1, 1),
        )  # fmt: skip
        return {a.entity.title: a for a in answer.affected}

    def reachable(self, alive: tuple[bool, ...]) -> set[int]:
        graph = nx.DiGraph()
        graph.add_nodes_from(range(self.size))
        graph.add_edges_from((a, b) for (a, b, _), on in zip(self.edges, alive, strict=True) if on)
        return set(nx.single_source_shortest_path_length(graph, 0, cutoff=self.depth or self.size))


@st.composite
def cases(draw: st.DrawFn, depths: tuple[int | None, ...] = (None, 1, 2, 3), max_edges: int = 9) -> Case:
    size = draw(st.integers(2, 6))
    node = st.integers(0, size - 1)
    edge = st.tuples(node, node, st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0])).filter(lambda e: e[0] != e[1])
    return Case(size, tuple(draw(st.lists(edge, max_size=max_edges))), draw(st.sampled_from(depths)))


@given(cases(), st.sampled_from([1.0, 0.5]))
@settings(max_examples=200, deadline=None)
def test_expected_equals_matrix_powers(case: Case, severity: float) -> None:
    matrix = np.zeros((case.size, case.size))
    for a, b, share in case.edges:
        matrix[a, b] += share
    region = case.reachable(tuple(share > 0 for _, _, share in case.edges))
    inside = matrix.copy()
    outside = [i for i in range(case.size) if i not in region]
    inside[outside, :] = 0
    if case.depth is None and not nx.is_directed_acyclic_graph(nx.from_numpy_array(inside, create_using=nx.DiGraph)):
        with pytest.raises(Cycle, match="in a circle"):
            case.ask(Semantics.EXPECTED)
        return
    total = sum(np.linalg.matrix_power(matrix, h) for h in range(1, (case.depth or case.size) + 1))[0] * severity
    found = case.ask(Semantics.EXPECTED, severity)
    assert {t: a.score for t, a in found.items()} == pytest.approx(
        {f"S{i}": total[i] for i in range(1, case.size) if total[i] > 0}
    )


def test_a_circle_is_named() -> None:
    case = Case(4, ((0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0), (3, 1, 1.0)), None)
    with pytest.raises(Cycle) as problem:
        case.ask(Semantics.EXPECTED)
    assert set(problem.value.members) == {"e1", "e2", "e3"}
    assert "S1 → S2 → S3 → S1" in str(problem.value)


@given(cases(), st.sampled_from([1.0, 0.25]))
@settings(max_examples=150, deadline=None)
def test_probability_equals_all_worlds(case: Case, severity: float) -> None:
    exact = [0.0] * case.size
    for world in product([False, True], repeat=len(case.edges)):
        chance = math.prod(s if on else 1 - s for (_, _, s), on in zip(case.edges, world, strict=True))
        if chance:
            for v in case.reachable(world):
                exact[v] += chance * severity
    found = case.ask(Semantics.PROBABILITY, severity)
    assert {t: a.score for t, a in found.items()} == pytest.approx(
        {f"S{i}": exact[i] for i in range(1, case.size) if exact[i] > 0}
    )
    assert all(a.interval == (a.score, a.score) for a in found.values())


def test_probability_equals_problog() -> None:
    problog = pytest.importorskip("problog")
    from problog.program import PrologString

    edges = [(0, 1, 0.5), (1, 2, 0.4), (0, 2, 0.3), (2, 3, 0.9), (3, 1, 0.7), (3, 4, 0.25), (1, 4, 0.5), (4, 0, 0.9)]
    text = "".join(f"{share}::edge({a},{b}). " for a, b, share in edges)
    text += "hit(0). hit(Y) :- hit(X), edge(X,Y). query(hit(1)). query(hit(2)). query(hit(3)). query(hit(4))."
    answer = problog.get_evaluatable().create_from(PrologString(text)).evaluate()
    expected = {f"S{term.args[0]!s}": value for term, value in answer.items()}
    found = Case(5, tuple(edges), None).ask(Semantics.PROBABILITY)
    assert {t: a.score for t, a in found.items()} == pytest.approx(expected)


def test_sampling_agrees_with_all_worlds(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(5, ((0, 1, 0.5), (1, 2, 0.4), (0, 2, 0.3), (2, 3, 0.9), (3, 1, 0.7), (3, 4, 0.25)), None)
    exact = {t: a.score for t, a in case.ask(Semantics.PROBABILITY).items()}
    monkeypatch.setattr(probability_module, "EXACT", 0)
    sampled = case.ask(Semantics.PROBABILITY)
    again = case.ask(Semantics.PROBABILITY)
    for title, affected in sampled.items():
        assert affected.interval is not None
        # Six standard deviations of 10,048 draws: fails once in 10⁸ seeds, and the seed is fixed.
        assert abs(affected.score - exact[title]) < 6 * math.sqrt(0.25 / 10_048)
        assert affected.interval[0] <= affected.score <= affected.interval[1]
        assert again[title].score == affected.score


def test_a_change_elsewhere_leaves_the_luck_of_a_relation_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probability_module, "EXACT", 0)
    edges = ((0, 1, 0.5), (1, 2, 0.4))
    with_more = Case(4, (*edges, (2, 3, 0.5)), None).ask(Semantics.PROBABILITY)
    without = Case(4, edges, None).ask(Semantics.PROBABILITY)
    assert with_more["S2"].score == without["S2"].score


@given(st.floats(0, 1), st.integers(0, 2**32))
@settings(max_examples=20, deadline=None)
def test_draws_have_their_chance(chance: float, seed: int) -> None:
    keys = np.arange(500, dtype=np.uint64)
    words = [bernoulli(np.full(500, chance), keys, seed, word) for word in range(4)]
    share = sum(int(np.bitwise_count(w).sum()) for w in words) / (500 * 64 * 4)
    assert abs(share - chance) < 6 * math.sqrt(0.25 / (500 * 64 * 4))
    if 0.01 < chance < 0.99:
        assert (words[0] != words[1]).any()


def test_wilson_matches_published_values() -> None:
    # Newcombe 1998, table I, method 3: 81/263 and 0/20.
    low, high = wilson(np.array([81.0]), 263)
    assert (round(float(low[0]), 4), round(float(high[0]), 4)) == (0.2553, 0.3662)
    low, high = wilson(np.array([0.0]), 20)
    assert (round(float(low[0]), 4), round(float(high[0]), 4)) == (0.0, 0.1611)


@given(cases(depths=(None,)), st.integers(0, 8), st.sampled_from([0.0, 0.25, 0.5]))
@settings(max_examples=50, deadline=None)
def test_a_weaker_relation_never_makes_anything_likelier(case: Case, which: int, share: float) -> None:
    assume(case.edges)
    at = which % len(case.edges)
    a, b, old = case.edges[at]
    weaker = Case(case.size, (*case.edges[:at], (a, b, min(old, share)), *case.edges[at + 1 :]), None)
    before, after = case.ask(Semantics.PROBABILITY), weaker.ask(Semantics.PROBABILITY)
    assert all(a.score <= before[t].score + 1e-12 for t, a in after.items())


def test_cutoffs_that_mean_nothing_are_refused() -> None:
    with pytest.raises(BadQuestion, match="has no cutoff"):
        impact(network(), [Start(id_of("V1"))], semantics=Semantics.EXPECTED, filters=Filters(cutoff=0.1))
