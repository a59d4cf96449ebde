"""Weak points against brute force: every single and every pair is let fail, by the definition."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_engine.snapshot import EntityRow, RelationRow, assemble
from ontology.errors import BadQuestion
from ontology.load import load_ontology
from reasoning.critical import critical
from reasoning.network import Network
from reasoning.types import Filters
from tests.unit.reasoning.company import TODAY, id_of, network

ONTOLOGY = load_ontology()


def _systems(size: int, all_: list[tuple[int, int]], any_: list[tuple[int, int]]) -> Network:
    """Systems: ``all_`` and ``any_`` hold (needed, dependant)."""
    entities = [EntityRow(f"e{i}", ["System"], f"S{i}", [f"it/systems/{i}"], [], {}) for i in range(size)]
    relations = [
        RelationRow(f"{name}{number:03}", name, f"e{b}", f"e{a}", None, None, ["it/x/1"], {})
        for name, pairs in (("depends_on", all_), ("backed_by", any_))
        for number, (a, b) in enumerate(pairs)
    ]
    return Network(assemble(ONTOLOGY, entities, relations), ONTOLOGY)


def _failed(size: int, all_: list[tuple[int, int]], any_: list[tuple[int, int]], starts: set[int]) -> set[int]:
    down = set(starts)
    while True:
        more = set(down)
        for v in range(size):
            needs = {a for a, b in all_ if b == v}
            backs = {a for a, b in any_ if b == v}
            if needs & down or (backs and backs <= down):
                more.add(v)
        if more == down:
            return down
        down = more


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_singles_and_pairs_equal_brute_force(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 7))
    node = st.integers(0, size - 1)
    edge = st.tuples(node, node).filter(lambda e: e[0] != e[1])
    all_, any_ = data.draw(st.lists(edge, max_size=8)), data.draw(st.lists(edge, max_size=8))
    target = data.draw(st.none() | node)
    answer = critical(
        _systems(size, all_, any_), among=("System",), target=None if target is None else f"e{target}", limit=99
    )
    tried = {a for a, _ in (*all_, *any_)} - {target}
    alone = {c: _failed(size, all_, any_, {c}) for c in tried}
    singles = {(f"S{c}",): len(f) - 1 for c, f in alone.items() if len(f) > 1 and (target is None or target in f)}
    assert {tuple(e.title for e in w.entities): w.count for w in answer.singles} == singles
    pairs = {}
    for a, b in combinations(sorted(tried), 2):
        failed = _failed(size, all_, any_, {a, b})
        extra = failed - alone[a] - alone[b]
        if extra and (target is None or target in extra):
            pairs[f"S{a}", f"S{b}"] = (len(failed) - 2, len(extra))
    assert {tuple(e.title for e in w.entities): (w.count, w.extra) for w in answer.pairs} == pairs
    counts = [w.count for w in answer.singles]
    assert counts == sorted(counts, reverse=True)
    assert answer.found == (len(singles), len(pairs))


def test_the_company_depends_on_one_tube_supplier_and_two_for_bolts() -> None:
    answer = critical(network(), among=("Supplier",), filters=Filters(to=("Order",)), as_of=TODAY)
    assert [(w.entities[0].title, w.count) for w in answer.singles] == [("Ünal Metall GmbH", 2)]
    assert [({e.title for e in w.entities}, w.count, w.extra) for w in answer.pairs] == [
        ({"Bolt & Co", "Boltz Ltd"}, 2, 2)
    ]
    assert [t.class_name for t in answer.singles[0].totals] == ["Order"]


def test_minimal_cuts_of_one_order() -> None:
    answer = critical(network(), among=("Supplier",), target=id_of("8"), as_of=TODAY)
    assert answer.singles == answer.pairs == ()
    assert answer.target is not None and answer.target.title == "Order 8"
    answer = critical(network(), among=("Supplier",), target=id_of("9"), as_of=TODAY)
    assert [w.entities[0].title for w in answer.singles] == ["Ünal Metall GmbH"]


def test_depth_is_refused() -> None:
    with pytest.raises(BadQuestion, match="at any depth"):
        critical(network(), filters=Filters(depth=2))
