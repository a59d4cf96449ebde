"""Divisions of a difference against the definition: all orders of arrival; what adds up, adds up exactly."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reasoning.measures.reading import CellReader
from reasoning.measures.sources import SnapshotSource
from reasoning.measures.types import Cell, Operand
from reasoning.scenarios.attribution import difference, divide, number
from reasoning.scenarios.edit import edited
from reasoning.scenarios.explain import by_intervention, explain
from reasoning.scenarios.flows import flows
from reasoning.scenarios.resolve import resolve
from reasoning.scenarios.run import Run
from tests.unit.reasoning.scenarios.shop import base, cell, measures, ontology, ran, scenario

TWO = """
- {scale: price, of: {class: Offer, where: {supplier: V1}}, by: +10 %}
- {scale: components.quantity, of: 'Product:P3', by: 2}
- {set: price, of: 'Offer:O2', to: 0.03}
- {set: lead_time_days, of: 'Offer:O1', to: 99}
"""
SWAP = "- {replace: 'Product:P4', by: 'Product:P3', role: product}\n- {scale: price, of: 'Offer:O1', by: 3}"
ADD = """
- {add: Offer, as: cheap, properties: {price: 1, lead_time_days: 1, currency: EUR}, relations: {product: 'Product:P1'}}
- {set: price, of: cheap, to: 2}
- {disconnect: 'Product:P3', role: components, to: 'Product:P2'}
"""


def by_orders(worth: Mapping[frozenset[int], Fraction], players: int) -> dict[int, Fraction]:
    """The Shapley value by its definition: the mean marginal contribution over all orders."""
    orders = list(permutations(range(players)))
    total = dict.fromkeys(range(players), Fraction(0))
    for order in orders:
        inside: frozenset[int] = frozenset()
        for player in order:
            total[player] += worth[inside | {player}] - worth[inside]
            inside |= {player}
    return {p: t / len(orders) for p, t in total.items()}


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 5).flatmap(
        lambda n: st.tuples(st.just(n), st.lists(st.integers(-9, 9), min_size=2**n, max_size=2**n))
    )
)
def test_shapley_is_the_mean_over_all_orders(game: tuple[int, list[int]]) -> None:
    n, values = game
    worth = {frozenset(p for p in range(n) if mask >> p & 1): Fraction(v) for mask, v in enumerate(values)}
    found = divide(list(range(n)), worth.__getitem__)
    assert found.method == "exact"
    assert found.shares == by_orders(worth, n)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-9, 9), min_size=4, max_size=4), st.lists(st.integers(-9, 9), min_size=6, max_size=6))
def test_where_only_pairs_act_together_the_ends_are_exact(alone: list[int], pairs: list[int]) -> None:
    couples = [(a, b) for a in range(4) for b in range(a)]

    def worth(taken: frozenset[int]) -> Fraction:
        together = sum(v for (a, b), v in zip(couples, pairs, strict=True) if a in taken and b in taken)
        return Fraction(sum(alone[p] for p in taken) + together)

    assert divide(range(4), worth, exact=1).method in ("exact", "pairs")
    assert divide(range(4), worth, exact=1).shares == divide(range(4), worth).shares


def test_samples_add_up_and_say_how_wrong_they_are() -> None:
    def worth(taken: frozenset[int]) -> Fraction:
        return Fraction(len(taken) ** 3 + (100 if {0, 1, 2} <= taken else 0))

    found = divide(range(12), worth, seed=1)
    assert found.method == "sampled"
    assert sum(found.shares.values()) == worth(frozenset(range(12)))
    wanted = Fraction(12**3, 12) + Fraction(100, 3)
    assert abs(float(found.shares[0] - wanted)) < 5 * found.error
    assert divide(range(12), worth, seed=1).shares == found.shares


def test_a_part_without_a_value_is_not_divided() -> None:
    found = divide(range(3), lambda taken: None if len(taken) == 1 else Fraction(len(taken)))
    assert (found.method, found.shares) == ("none", {})


def moved(run: Run, wanted: Cell) -> Fraction:
    """By how much a cell differs."""
    assert run.before is not None
    assert run.after is not None
    found = difference(run.before.value(wanted), run.after.value(wanted))
    assert found is not None
    return found


@pytest.mark.parametrize("text", [TWO, SWAP, ADD, TWO + SWAP])
@pytest.mark.parametrize(
    ("name", "key"), [("Order.test_gain", "7"), ("Product.test_cost", "P4"), ("OrderLine.test_gain", "7|1")]
)
def test_explanations_add_up_over_every_cut(text: str, name: str, key: str) -> None:
    run = ran(text)
    wanted = cell(name, key)
    delta = moved(run, wanted)
    found = explain(run, wanted)
    assert found.delta == delta
    assert found.parts_method == "exact"
    assert sum(p.share for p in found.parts) == delta
    assert found.flows.complete
    assert sum(found.flows.inputs.values()) == delta
    assert sum(r.flow for r in found.flows.routes) + found.flows.rest == delta
    inflow: dict[Cell, Fraction] = {wanted: delta}
    for made in found.flows.splits.values():
        if made.delta:
            assert sum(made.division.shares.values()) == made.delta
            out = {o: f for (c, o), f in found.flows.through.items() if c == made.cell}
            assert sum(out.values()) == inflow[made.cell]
            for operand, flow in out.items():
                if operand.cell is not None:
                    inflow[operand.cell] = inflow.get(operand.cell, Fraction(0)) + flow


def test_interventions_get_what_all_orders_of_running_them_give() -> None:
    network, results = base()
    run = ran(TWO)
    wanted = cell("Order.test_gain", "7")
    plan = resolve(network, scenario(TWO))
    worth: dict[frozenset[int], Fraction] = {}
    from itertools import combinations

    from reasoning.measures.evaluate import evaluate

    for size in range(5):
        for chosen in combinations(range(4), size):
            part = edited(plan.of(frozenset(chosen)), ontology()).snapshot
            value = number(evaluate(part, measures(), results.options, names=results.names).value(wanted))
            assert value is not None
            worth[frozenset(chosen)] = value
    division, parts = by_intervention(run, wanted)
    assert division.shares == by_orders(worth, 4)
    assert [p.numbers for p in parts if p.share == 0] == [(4,)]  # the lead time is no part of the gain


def test_an_edit_of_an_added_thing_plays_with_the_edit_that_adds_it() -> None:
    _, parts = by_intervention(ran(ADD), cell("Order.test_gain", "7"))
    assert sorted(p.numbers for p in parts) == [(1, 2), (3,)]


def test_the_way_leads_from_the_edited_price_through_the_bill_of_materials() -> None:
    found = explain(ran("- {scale: price, of: 'Offer:O1', by: +10 %}"), cell("Order.test_gain", "7"))
    (route,) = found.flows.routes
    ways = [found.argument(o) for o in route.operands]
    assert [a.label for a in ways if a] == [
        "Price of Steel tube by Ünal", "purchase price of Steel tube", "cost of Steel tube", "cost of Frame",
        "cost of City bike", "gain of 7-1",
    ]  # fmt: skip
    assert ways[0] is not None
    assert ways[0].edited_by == (1,)
    assert [r.id for r in ways[0].records] == ["erp/offers/O1"]
    assert route.flow == Fraction(-2)  # 4 tubes, 0.50 dearer each


def test_effects_that_cancel_are_said() -> None:
    text = "- {set: total, of: 'OrderLine:7|1', to: 501}\n- {set: total, of: 'OrderLine:7|2', to: 9}"
    found = explain(ran(text), cell("Order.test_gain", "7"))
    assert found.delta == 0
    assert found.target.cancels
    assert sorted(float(p.share) for p in found.parts) == [-1.0, 1.0]


def test_what_becomes_unknown_has_no_difference_but_its_arguments_are_shown() -> None:
    found = explain(ran("- {set: price, of: 'Offer:O1', to: null}"), cell("Product.test_buy", "P1"))
    assert found.delta is None
    assert found.parts == ()
    changed = [a for a in found.target.arguments if a.before != a.after]
    assert [a.edited_by for a in changed] == [(1,)]


def test_flows_of_a_cell_that_does_not_change_are_none() -> None:
    run = ran("- {scale: price, of: 'Offer:O1', by: 2}")
    assert run.before is not None
    assert run.after is not None
    made = flows(
        CellReader(measures()), SnapshotSource(run.before), SnapshotSource(run.after), cell("Product.test_buy", "P2")
    )
    assert made.inputs == dict[Operand, Fraction]()
    assert made.routes == ()
