"""Explanations, operands taken from two sides, draws, listings and rights, on a company small enough to check by hand."""

# ruff: noqa: E501 - tables of cases and SQL read best with a case on a line
from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_engine.snapshot.visibility import Visibility
from ontology.errors import BadQuestion, NotFound
from reasoning.measures.cell import CellReader, Mixed, SnapshotSource
from reasoning.measures.changes import edits
from reasoning.measures.draws import evaluate_draws
from reasoning.measures.evaluate import Results, changed, evaluate, update
from reasoning.measures.listing import listing
from reasoning.measures.rights import withheld
from reasoning.measures.trace import trace
from reasoning.measures.types import Cell, CellValue, Input, OperandKind, Options, Trace
from reasoning.measures.wording import text
from reasoning.network import Network
from tests.unit.reasoning.measures.made_up import TODAY, MadeUp, ontology, own, shipped

OPTIONS = Options(TODAY)


@pytest.fixture
def shop() -> MadeUp:
    made = MadeUp(assumed={"F1"})
    made.add("Product", "Tube", standard_cost="1.25", currency="EUR").add("Product", "Bolt", currency="EUR")
    made.add("Product", "Frame", assembly_cost="10", list_price="30", currency="EUR")
    made.link("component", "Frame", "Tube", quantity=4).link("component", "Frame", "Bolt", quantity="2.5")
    made.add("Offer", "F1", price="3", currency="EUR").link("offer_product", "F1", "Bolt")
    made.add("Customer", "Anna", currency="EUR").add("Customer", "Bob", currency="EUR")
    made.add("Order", "O1", currency="EUR").link("order_customer", "O1", "Anna")
    made.add("Order", "O2", currency="EUR").link("order_customer", "O2", "Bob")
    for key, order, total in (("L1", "O1", "60"), ("L2", "O1", "100"), ("L3", "O2", None)):
        made.add("OrderLine", key, quantity=2, total=total, currency="EUR")
        made.link("order_line_order", key, order).link("order_line_product", key, "Frame")
    return made


def results_of(made: MadeUp) -> Results:
    return evaluate(made.snapshot(), shipped(), OPTIONS)


def rows_of(one: Trace) -> set[str]:
    """All rows behind an explanation."""
    found = {r.id for o in one.operands for r in o.records}
    return found.union(*(rows_of(o.trace) for o in one.operands if o.trace is not None))


def test_a_margin_down_to_its_rows(shop: MadeUp) -> None:
    results = results_of(shop)
    network = Network(results.snapshot, ontology())
    cell = Cell("Customer.margin", shop.id("Anna"))
    one = trace(results, network, cell, depth=None)
    assert one.value == CellValue(Fraction(70), "EUR")  # 160 − 4 · 22.50
    assert rows_of(one) == {
        "erp/orderline/L1", "erp/orderline/L2", "erp/product/Tube", "erp/product/Frame", "erp/offer/F1",
    }  # fmt: skip
    assert [o.label for o in one.operands] == ["Margin of O1"]
    assert one.aggregates[0].terms == 1
    assert one.to_json()["value"] == {"state": "known", "value": "70", "currency": "EUR"}
    assert trace(results, network, cell, depth=0).operands[0].trace is None
    stack, assumed = [one], set()
    while stack:
        here = stack.pop()
        assumed |= {o.label for o in here.operands if o.assumed}
        stack += [o.trace for o in here.operands if o.trace is not None]
    assert assumed == {"Price of F1"}


def test_an_unknown_says_how_much_is_missing(shop: MadeUp) -> None:
    shop.row("F1")["price"] = None
    results = results_of(shop)
    network = Network(results.snapshot, ontology())
    one = trace(results, network, Cell("Product.unit_cost", shop.id("Frame")))
    assert one.value == CellValue()
    (parts,) = [a for a in one.aggregates if a.text.startswith("sum(")]
    assert (parts.terms, parts.unknown) == (2, 1)


def test_operands_from_two_sides(shop: MadeUp) -> None:
    """Any subset of the changed operands can be taken over; none gives the old value, all the new one."""
    before = results_of(shop)
    after_shop = shop.copy()
    after_shop.row("Tube")["standard_cost"] = "2"
    after_shop.row("Frame")["assembly_cost"] = None
    after_shop.relations["component"].pop(1)
    after_shop.link("component", "Frame", "Bolt", quantity=1, nr=7)
    after = update(before, after_shop.snapshot())
    reader = CellReader(shipped())
    a, b = SnapshotSource(before), SnapshotSource(after)
    cell = Cell("Product.unit_cost", shop.id("Frame"))
    old, new = reader.read(cell, a), reader.read(cell, b)
    differ = [
        o for o in {**old.operands, **new.operands}
        if old.operands.get(o) != new.operands.get(o) and o.kind is not OperandKind.RELATION_PROPERTY
    ]  # fmt: skip
    assert {o.kind for o in differ} == {OperandKind.PROPERTY, OperandKind.MEASURE, OperandKind.TERM}
    seen = set()
    for count in range(len(differ) + 1):
        for some in combinations(differ, count):
            seen.add(reader.read(cell, Mixed(a, b, frozenset(some))).value.value)
    assert reader.read(cell, Mixed(a, b, frozenset())).value == before.value(cell) == CellValue(Fraction(45, 2), "EUR")
    assert (
        reader.read(cell, Mixed(a, b, frozenset(differ))).value == after.value(cell) == CellValue(Fraction(11), "EUR")
    )
    assert len(seen) > 6
    only_tube = frozenset(o for o in differ if o.kind is OperandKind.MEASURE)
    assert reader.read(cell, Mixed(a, b, only_tube)).value.value == Fraction(51, 2)


def test_what_changed_is_listed_and_the_rest_is_not(shop: MadeUp) -> None:
    before = results_of(shop)
    other = shop.copy()
    other.row("L1")["total"] = "61"
    after = update(before, other.snapshot())
    found = {(c.cell.measure, c.cell.entity) for c in changed(before, after)}  # Frame's stay unknown, for want of L3's
    assert found == {
        (name, shop.id(key))
        for name, key in [
            *((f"OrderLine.{n}", "L1") for n in ("revenue", "margin", "margin_rate")),
            *(
                (f"Order.{n}", "O1")
                for n in ("revenue", "margin", "margin_rate", "open_revenue", "exposed_revenue", "uninvoiced")
            ),
            *((f"Customer.{n}", "Anna") for n in ("revenue", "margin", "margin_rate", "exposed_revenue")),
        ]
    }
    known = update(before, other.snapshot(), edits(before.snapshot, other.snapshot(), [(shop.id("L1"), "total")]))
    assert changed(after, known) == ()


@settings(max_examples=15, deadline=None)
@given(
    prices=st.lists(st.integers(1, 900), min_size=1, max_size=6),
    costs=st.lists(st.integers(0, 99), min_size=6, max_size=6),
)
def test_draws_are_what_evaluating_each_would_give(prices: list[int], costs: list[int]) -> None:
    made = MadeUp()
    made.add("Product", "A", standard_cost="1", currency="EUR").add("Product", "B", assembly_cost="0.5", currency="EUR")
    made.link("component", "B", "A", quantity="1.5")
    made.add("Customer", "C", currency="EUR").add("Order", "O", currency="EUR").link("order_customer", "O", "C")
    made.add("OrderLine", "L", quantity=3, total="50", currency="EUR").link("order_line_order", "L", "O")
    made.link("order_line_product", "L", "B")
    results = results_of(made)
    given_ = {
        Input(made.id("L"), "total"): np.array(prices) / 10,
        Input(made.id("A"), "standard_cost"): np.array(costs[: len(prices)]) / 100,
    }
    cells = [
        Cell("Customer.margin", made.id("C")),
        Cell("Product.unit_cost", made.id("B")),
        Cell("Customer.margin_rate", made.id("C")),
    ]
    drawn = evaluate_draws(results, given_, cells)
    for at in range(len(prices)):
        one = made.copy()
        one.row("L")["total"] = Decimal(prices[at]) / 10
        one.row("A")["standard_cost"] = Decimal(costs[at]) / 100
        alone = results_of(one)
        for row, cell in enumerate(cells):
            value = alone.value(cell).value
            assert isinstance(value, Fraction)
            assert drawn.values[row, at] == float(value)
    assert not drawn.unknown.any()
    assert not drawn.errors.any()


def test_draws_of_dates_and_conditions_move_terms_between_periods(tmp_path: Path) -> None:
    measures = own(tmp_path, """
measures:
  Customer.week:
    formula: sum(orders, bucket(it.due_on, it.total) where it.total > 2)
    over: week
    before: first
    after: drop
    undated: drop
""")  # fmt: skip
    made = (
        MadeUp()
        .add("Customer", "C")
        .add("Order", "O", total="5", currency="EUR", due_on=TODAY)
        .link("order_customer", "O", "C")
    )
    results = evaluate(made.snapshot(), measures, OPTIONS)
    day = TODAY.toordinal() - date(1970, 1, 1).toordinal()
    cells = [Cell("Customer.week", made.id("C"), p) for p in (0, 1)]
    due = {Input(made.id("O"), "due_on"): np.array([day, day + 7, day + 700, np.nan])}
    assert evaluate_draws(results, due, cells).values.tolist() == [[5, 0, 0, 0], [0, 5, 0, 0]]
    total = {Input(made.id("O"), "total"): np.array([1.0, 3.0, 2.0, 2.01])}
    assert evaluate_draws(results, total, cells).values.tolist() == [[0, 3, 0, 2.01], [0, 0, 0, 0]]


def test_null_draws_and_errors_are_reported(shop: MadeUp) -> None:
    results = results_of(shop)
    given_ = {Input(shop.id("L1"), "total"): np.array([1.0, np.nan, 3.0])}
    drawn = evaluate_draws(
        results, given_, [Cell("OrderLine.margin", shop.id("L1")), Cell("Product.unit_cost", shop.id("Tube"))]
    )
    assert drawn.unknown.tolist() == [1, 0]
    assert np.isnan(drawn.values[0, 1])
    assert drawn.values[1].tolist() == [1.25] * 3  # what no input reaches stays as it is


def test_what_cannot_be_drawn_is_refused(shop: MadeUp) -> None:
    results = results_of(shop)
    cells = [Cell("Product.unit_cost", shop.id("Tube"))]
    for inputs in (
        {Input(shop.id("Tube"), "name"): np.ones(2)},
        {Input(shop.id("Tube"), "nothing"): np.ones(2)},
        {Input(shop.id("Tube"), "standard_cost"): np.array([1e30])},
        {Input(shop.id("Tube"), "standard_cost"): np.ones(2), Input(shop.id("Bolt"), "standard_cost"): np.ones(3)},
        {},
    ):
        with pytest.raises(BadQuestion):
            evaluate_draws(results, inputs, cells)


def test_the_worst_comes_first_and_amounts_are_totalled(shop: MadeUp) -> None:
    results = results_of(shop)
    network = Network(results.snapshot, ontology())
    listed = listing(results, network, "Customer.margin")
    assert [r.entity.title for r in listed.rows] == ["Anna", "Bob"]  # unknown last
    assert (listed.known, listed.unknown, listed.errors) == (1, 1, 0)
    assert listed.totals == ({"EUR": Fraction(70)},)
    assert [r.entity.title for r in listing(results, network, "Product.unit_cost", limit=2).rows] == ["Frame", "Bolt"]
    assert listing(results, network, "Product.unit_cost").totals == ()  # a sum of unit costs means nothing
    assert listing(results, network, "Product.unit_cost").blank == (("offers", "preferred offer"),)  # no offer says so
    assert listing(results, network, "Product.unit_cost", descending=False).rows[0].entity.title == "Tube"
    one = listing(results, network, "Customer.margin", entities=[shop.id("Bob")])
    assert one.found == 1
    with pytest.raises(BadQuestion):
        listing(results, network, "Customer.margin", class_name="Product")
    with pytest.raises(NotFound):
        listing(results, network, "Customer.margin", entities=[shop.id("Tube")])


def test_words() -> None:
    cost = shipped().get("Product.unit_cost")
    assert text(CellValue(Fraction(45, 2), "EUR"), cost) == "22.50 EUR"
    assert text(CellValue(Fraction(123456789, 10000), "EUR"), cost) == "12,345.6789 EUR"
    assert text(CellValue(), cost) == "unknown"
    assert text(CellValue(Fraction(12)), shipped().get("Product.lead_time")) == "12 days"
    assert text(CellValue(Fraction(1)), shipped().get("Product.lead_time")) == "1 day"
    assert text(CellValue(Fraction(205, 10)), shipped().get("Team.load")) == "20.5 %"
    assert text(CellValue(True), shipped().get("Product.single_source")) == "yes"


@pytest.mark.parametrize(
    ("visible", "gone", "kept"),
    [
        (Visibility(properties=frozenset({"Product.standard_cost"})), {"Product.unit_cost", "Customer.margin"}, {"Customer.revenue"}),
        (Visibility(properties=frozenset({"Offer.price"})), {"Product.unit_cost", "Order.margin_rate"}, {"Product.lead_time"}),
        (Visibility(relations=frozenset({"component"})), {"Product.unit_cost", "Order.days_late"}, {"Team.open_tickets"}),
        (Visibility(classes=frozenset({"Ticket"})), {"Team.load", "Customer.open_tickets"}, {"Customer.margin"}),
        (Visibility(relation_properties=frozenset({"component.scrap_rate"})), {"Product.unit_cost"}, {"Product.sources"}),
        (Visibility(), set(), {"Product.unit_cost"}),
    ],
)  # fmt: skip
def test_a_measure_is_withheld_with_what_it_reads(visible: Visibility, gone: set[str], kept: set[str]) -> None:
    hidden = withheld(shipped(), visible)
    assert gone <= hidden
    assert not kept & hidden
