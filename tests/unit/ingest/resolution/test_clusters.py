"""Clusters against a naive oracle on networkx, and the rules one by one."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.resolution.clusters import Clustering, cluster
from ingest.resolution.judgements import Decider, Judgement, Links, Verdict

SAME, DIFFERENT, UNSURE = Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE
MODEL, RULE, PERSON = Decider.MODEL, Decider.RULE, Decider.PERSON


def run(mentions: str, *judgements: Judgement) -> Clustering:
    links, _ = Links.of(judgements, list(mentions))
    return cluster(list(mentions), links)


def groups(mentions: str, clustering: Clustering) -> set[str]:
    parts: dict[int, str] = {}
    for mention, label in sorted(zip(mentions, clustering.labels.tolist(), strict=True)):
        parts[label] = parts.get(label, "") + mention
    return set(parts.values())


def judge(text: str, verdict: Verdict, decider: Decider = MODEL, weight: float = 1.0) -> Judgement:
    return Judgement(text[0], text[1], verdict, weight, decider)


def test_a_persons_different_vetoes_through_third_mentions_and_the_weakest_link_goes() -> None:
    found = run(
        "abcd",
        judge("ab", SAME, weight=9),
        judge("bc", SAME, weight=3),
        judge("cd", SAME, weight=7),
        judge("ad", DIFFERENT, PERSON),
    )
    assert groups("abcd", found) == {"ab", "cd"}
    assert found.cut == ((1, 2),)
    assert found.contradictions == ()


def test_a_persons_same_holds_over_the_model() -> None:
    found = run("ab", judge("ab", SAME, PERSON), judge("ab", DIFFERENT, MODEL, 50))
    assert groups("ab", found) == {"ab"}


def test_a_persons_different_holds_over_rule_and_model() -> None:
    found = run("ab", judge("ab", SAME, RULE, 99), judge("ab", SAME, MODEL, 99), judge("ab", DIFFERENT, PERSON))
    assert groups("ab", found) == {"a", "b"}


def test_contradictory_people_are_reported_and_not_guessed_at() -> None:
    found = run(
        "abcd",
        judge("ab", SAME, PERSON),
        judge("bc", SAME, PERSON),
        judge("cd", SAME, PERSON),
        judge("ac", DIFFERENT, PERSON),
    )
    assert groups("abcd", found) == {"a", "b", "cd"}
    (contradiction,) = found.contradictions
    assert contradiction.apart == (0, 2)
    assert contradiction.links == ((0, 1), (1, 2))
    assert "a and c are called different" in contradiction.says("abcd")


def test_both_verdicts_on_one_pair() -> None:
    found = run("ab", judge("ab", SAME, PERSON), judge("ba", DIFFERENT, PERSON))
    assert groups("ab", found) == {"a", "b"}
    assert "both 'same' and 'different' of a and b" in found.contradictions[0].says("ab")


def test_links_of_equal_strength_are_not_chosen_between() -> None:
    found = run("abc", judge("ab", SAME, weight=5), judge("bc", SAME, weight=5), judge("ac", DIFFERENT, PERSON))
    assert groups("abc", found) == {"a", "b", "c"}
    assert found.contradictions[0].decider is MODEL


def test_people_hold_together_what_a_rule_calls_different() -> None:
    found = run("abc", judge("ab", SAME, PERSON), judge("bc", SAME, PERSON), judge("ac", DIFFERENT, RULE))
    assert groups("abc", found) == {"abc"}
    assert found.overridden == ((0, 2),)
    assert found.contradictions == ()


def test_a_persons_unsure_takes_the_models_word_off_the_pair() -> None:
    assert groups("ab", run("ab", judge("ab", SAME, MODEL, 30), judge("ab", UNSURE, PERSON))) == {"a", "b"}
    assert groups("ab", run("ab", judge("ab", SAME, RULE, 30), judge("ab", UNSURE, PERSON))) == {"ab"}


def test_judgements_on_mentions_that_are_gone_sleep() -> None:
    links, asleep = Links.of([judge("ab", SAME, PERSON), judge("ax", SAME, PERSON)], ["a", "b"])
    assert asleep == (1,)
    assert cluster(["a", "b"], links).count == 1


@pytest.mark.parametrize("size", [0, 1])
def test_nothing_or_one(size: int) -> None:
    found = cluster(["a"][:size], Links.empty())
    assert (found.count, found.labels.tolist()) == (size, [0] * size)


def test_labels_follow_the_smallest_key() -> None:
    assert cluster(["z", "b", "a"], Links.same([0], [2], [1.0])).labels.tolist() == [0, 1, 0]


# --- the oracle: the rules of the module, word for word, without regard to cost -----------------------------------


def naive(size: int, judgements: list[tuple[int, int, Verdict, float, Decider]]) -> set[frozenset[int]]:
    rank = {MODEL: 0, RULE: 1, PERSON: 2}
    said: dict[tuple[int, int], list[tuple[int, Verdict, float]]] = {}
    for a, b, verdict, weight, decider in judgements:
        if a != b:
            said.setdefault((min(a, b), max(a, b)), []).append((rank[decider], verdict, weight))
    links, vetoes = [], []
    for pair, entries in said.items():
        for level in (2, 1, 0):
            verdicts = {verdict for by, verdict, _ in entries if by == level and verdict is not UNSURE}
            if not verdicts:
                continue
            if level == 0 and any(by == 2 and verdict is UNSURE for by, verdict, _ in entries):
                break
            if verdicts == {SAME}:
                weight = max(weight for by, verdict, weight in entries if by == level and verdict is SAME)
                links.append((level, 0.0 if level == 2 else weight, pair))
            elif DIFFERENT in verdicts and level > 0:
                vetoes.append((level, pair))
            break
    parts = {i: frozenset([i]) for i in range(size)}
    force = [pair for level, pair in vetoes if level == 2]
    rules = [pair for level, pair in vetoes if level == 1]
    for level, weight in sorted({(level, weight) for level, weight, _ in links}, reverse=True):
        if level < 2 and rules:
            force += [(a, b) for a, b in rules if parts[a] != parts[b]]
            rules = []
        batch = [pair for by, strength, pair in links if (by, strength) == (level, weight)]
        graph = nx.MultiGraph()
        graph.add_nodes_from(parts.values())
        graph.add_edges_from((parts[a], parts[b], (a, b)) for a, b in batch if parts[a] != parts[b])
        refused = set()
        for a, b in force:
            for path in nx.all_simple_edge_paths(graph, parts[a], parts[b]) if parts[a] != parts[b] else ():
                refused.update(key for _, _, key in path)
        for a, b in batch:
            if (a, b) not in refused:
                merged = parts[a] | parts[b]
                parts.update(dict.fromkeys(merged, merged))
    return set(parts.values())


SIZE = 6
ledgers = st.lists(
    st.tuples(
        st.integers(0, SIZE - 1),
        st.integers(0, SIZE - 1),
        st.sampled_from([SAME, SAME, DIFFERENT, UNSURE]),
        st.sampled_from([1.0, 2.0, 3.0]),
        st.sampled_from([MODEL, MODEL, RULE, PERSON]),
    ),
    max_size=12,
)


def partition(size: int, ledger: list[tuple[int, int, Verdict, float, Decider]]) -> set[frozenset[int]]:
    keys = [f"m{i}" for i in range(size)]
    links, _ = Links.of([Judgement(keys[a], keys[b], v, w, d) for a, b, v, w, d in ledger], keys)
    labels = cluster(keys, links).labels
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())}


@settings(max_examples=400, deadline=None)
@given(ledgers)
def test_equals_the_naive_oracle(ledger: list[tuple[int, int, Verdict, float, Decider]]) -> None:
    assert partition(SIZE, ledger) == naive(SIZE, ledger)


@settings(max_examples=200, deadline=None)
@given(ledgers, st.randoms(use_true_random=False), st.permutations(range(SIZE)))
def test_order_and_names_do_not_matter(ledger, random, names) -> None:  # type: ignore[no-untyped-def]
    shuffled = [(b, a, *rest) if random.random() < 0.5 else (a, b, *rest) for a, b, *rest in ledger]
    random.shuffle(shuffled)
    renamed = [(names[a], names[b], *rest) for a, b, *rest in shuffled]
    expected = {frozenset(names[i] for i in part) for part in partition(SIZE, ledger)}
    assert partition(SIZE, renamed) == expected  # type: ignore[arg-type]


@settings(max_examples=200, deadline=None)
@given(ledgers)
def test_a_persons_different_always_holds(ledger: list[tuple[int, int, Verdict, float, Decider]]) -> None:
    parts = partition(SIZE, ledger)
    for a, b, verdict, _, decider in ledger:
        if a != b and (verdict, decider) == (DIFFERENT, PERSON):
            assert not any({a, b} <= part for part in parts)


def test_random_graphs_without_vetoes_are_connected_components() -> None:
    rng = np.random.default_rng(7)
    for edges in (0, 50, 200, 1000):
        left, right = rng.integers(0, 300, edges), rng.integers(0, 300, edges)
        labels = cluster([f"k{i:03}" for i in range(300)], Links.same(left, right, rng.random(edges))).labels
        graph = nx.Graph(zip(left.tolist(), right.tolist(), strict=True))
        graph.add_nodes_from(range(300))
        for part in nx.connected_components(graph):
            assert len({labels[i] for i in part}) == 1
        assert len(set(labels.tolist())) == nx.number_connected_components(graph)


def test_ten_thousand_mentions_of_one_key_with_vetoes_stay_cheap() -> None:
    size = 10_000
    links = Links.concat(
        [
            Links.same(np.zeros(size - 1), np.arange(1, size), 10.0, RULE),
            Links.of_verdict(np.arange(1, 50), np.arange(51, 100), 0.0, DIFFERENT, PERSON),
        ]
    )
    found = cluster([f"{i:05}" for i in range(size)], links)
    assert found.count == 99  # 49 vetoes between leaves: their 98 links are left out
    assert all(a != b for a, b in combinations(found.labels[51:100].tolist(), 2))
