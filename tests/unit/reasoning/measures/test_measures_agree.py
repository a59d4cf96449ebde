"""Three ways to one number agree bit for bit: columns, single cells in exact Python, and updates after edits.

Companies and edits are drawn at random: missing values, several currencies, parallel and dated relations, cycles.
"""

# ruff: noqa: E501 - tables of cases and SQL read best with a case on a line
from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reasoning.measures.catalogue import Measures
from reasoning.measures.cell import CellReader, SnapshotSource
from reasoning.measures.evaluate import Results, evaluate, update
from reasoning.measures.types import Cell, FaultKind, Options
from tests.unit.reasoning.measures.made_up import TODAY, MadeUp, own

FORMULAS = """
periods: {week: 4}
measures:
  Product.unit_cost:
    formula: if(count(components) == 0, standard_cost, sum(components, rel.quantity * it.unit_cost) + coalesce(assembly_cost, 0))
    unit: money
    scale: 3
  Product.weight_all: {formula: "coalesce(weight, 0) + sum(components, it.weight_all)", type: number, unit: "", scale: 4}
  Product.cheapest: min(offers, it.price)
  Product.mean_price: {formula: "mean(offers, it.price)", scale: 4}
  Product.offers_in_time: count(offers where it.lead_time_days <= days_to_make or it.preferred)
  Product.any_preferred: any(offers, it.preferred)
  Product.all_preferred: all(offers, it.preferred)
  Product.suppliers_distinct: count(distinct components)
  Product.latest: max(offers, it.valid_until)
  OrderLine.cost: quantity * product.unit_cost
  OrderLine.net: {formula: "quantity * unit_price * (1 - coalesce(discount_rate, 0))", scale: 2}
  OrderLine.margin: net - cost
  OrderLine.rate: {formula: "margin / net", scale: 6}
  Order.margin: sum(lines, it.margin)
  Order.known: sum_known(lines, it.margin)
  Order.share: {formula: "sum(lines as line, line.net / total)", scale: 5}
  Order.late: if(known(shipped_on), max(shipped_on - due_on, 0), today - due_on)
  Order.late_class: if(late > 5, "late", if(late > 0, "tight", "fine"))
  Order.only_line: one(lines, it.net)
  Order.deep: "sum(lines as line, sum(line.product.components as part, part.standard_cost where part.made != line.product.made))"
  Customer.margin: sum(orders, it.margin)
  Customer.owed:
    formula: cumsum(sum(invoices, bucket(it.due_on, it.open_amount where known(it.open_amount))))
    over: week
    before: first
    after: drop
    undated: error
  Customer.balance:
    formula: shift(balance, 1, credit_limit) + sum(orders, bucket(it.due_on, it.total)) - total / 100
    over: week
    unit: money
    scale: 4
    before: drop
    after: drop
    undated: drop
  Customer.total: sum(orders, it.total)
  Customer.first_over: first_when(balance > total)
  Customer.lowest: lowest(balance)
  Customer.at_end: last(owed)
  Place.north: "if(latitude > 0, latitude * 1.5, latitude / 0)"
  Country.spread: sum(regions, it.north)
  Company.revenue: sum(Order, it.total)
  Company.late: count(Order as order where order.late > 5)
  Company.dearest: max(Product, it.unit_cost where it.made)
  Company.mean_rate: {formula: "mean(OrderLine, it.rate)", scale: 5}
  Company.north: sum(Region, it.north)
  Company.lines_each: {formula: "sum(Order as o, count(o.lines as l)) / count(Order)", scale: 3}
  Company.cash:
    formula: sum(Customer, coalesce(it.credit_limit, 0)) + cumsum(sum(Order, bucket(it.due_on, it.total) where known(it.total)) - sum_known(Invoice, bucket(it.due_on, it.open_amount)))
    over: week
    before: first
    after: drop
    undated: drop
  Company.strict: {formula: "sum(Order, bucket(it.due_on, it.total))", over: week, before: error, after: drop, undated: error}
  Company.broke_on: first_when(cash < 0)
  Company.balances: {formula: "sum(Customer, it.balance where it.balance > 0)", over: week}
  Company.mean_total: {formula: "mean(Order, it.total)", scale: 4}
  Order.of_all: {formula: "total / sum(Order, it.total)", scale: 6}
  Order.above: total > Company.mean_total
  Customer.of_company: {formula: "total / Company.revenue", scale: 4}
  Product.spoiled: {formula: "standard_cost + sum(Offer, it.price / ((it.lead_time_days - 3) / as_unit(1, 'day')))", scale: 3}
  Product.deep: sum(components as part, part.standard_cost * count(Offer as offer where offer.preferred))
  Country.middle: {formula: "mean(regions, it.latitude + it.longitude) / count(regions)"}
""".replace("bucket(it.due_on, it.open_amount where known(it.open_amount))", "bucket(it.due_on, it.open_amount)")


@pytest.fixture(scope="session")
def measures(tmp_path_factory: pytest.TempPathFactory) -> Measures:
    return own(tmp_path_factory.mktemp("agree"), FORMULAS)


amounts = st.none() | st.integers(-500, 5_000).map(lambda n: Decimal(n) / 100)
quantities = st.none() | st.integers(0, 400).map(lambda n: Decimal(n) / 4)
currencies = st.sampled_from(["EUR", "EUR", "EUR", "EUR", "USD", None])
days = st.none() | st.integers(-30, 60).map(lambda n: TODAY + timedelta(days=n))
floats = st.none() | st.floats(-80, 80, allow_nan=False).map(lambda f: f + 0.0)


@st.composite
def companies(draw: st.DrawFn) -> MadeUp:
    made = MadeUp()
    n_products, n_orders, n_lines = draw(st.integers(1, 6)), draw(st.integers(1, 4)), draw(st.integers(0, 8))
    for i in range(n_products):
        made.add(
            "Product", f"P{i}", standard_cost=draw(amounts), assembly_cost=draw(amounts), currency=draw(currencies),
            weight=draw(quantities), made=draw(st.sampled_from([True, False, None])),
            days_to_make=draw(st.none() | st.integers(0, 9)),
        )  # fmt: skip
    cyclic = draw(st.integers(0, 5)) == 0
    for nr in range(draw(st.integers(0, 8))):
        a, b = draw(st.integers(0, n_products - 1)), draw(st.integers(0, n_products - 1))
        if a > b or cyclic:
            made.link(
                "component", f"P{a}", f"P{b}", quantity=draw(quantities), nr=nr,
                valid_to=draw(st.sampled_from([None, None, None, date(2026, 1, 1)])),
            )  # fmt: skip
    for i in range(draw(st.integers(0, 4))):
        made.add(
            "Offer", f"F{i}", price=draw(amounts), currency=draw(currencies), preferred=draw(st.sampled_from([True, False, None])),
            lead_time_days=draw(st.none() | st.integers(0, 9)), valid_until=draw(days),
        )  # fmt: skip
        made.link("offer_product", f"F{i}", f"P{draw(st.integers(0, n_products - 1))}")
    made.add("Customer", "C0", credit_limit=draw(amounts), currency="EUR").add(
        "Customer", "C1", currency=draw(currencies)
    )
    for i in range(n_orders):
        made.add(
            "Order", f"O{i}", total=draw(amounts), currency=draw(currencies), due_on=draw(days), shipped_on=draw(days)
        )
        made.link("order_customer", f"O{i}", f"C{draw(st.integers(0, 1))}")
    for i in range(n_lines):
        made.add(
            "OrderLine", f"L{i}", quantity=draw(quantities), unit_price=draw(amounts), currency=draw(currencies),
            discount_rate=draw(st.none() | st.sampled_from([Decimal("0.05"), Decimal("0.333333")])),
        )  # fmt: skip
        made.link("order_line_order", f"L{i}", f"O{draw(st.integers(0, n_orders - 1))}")
        if draw(st.integers(0, 4)):
            made.link("order_line_product", f"L{i}", f"P{draw(st.integers(0, n_products - 1))}")
    for i in range(draw(st.integers(0, 3))):
        made.add("Invoice", f"I{i}", open_amount=draw(amounts), currency=draw(currencies), due_on=draw(days))
        made.link("invoice_customer", f"I{i}", "C0")
    made.add("Country", "DE")
    for i in range(draw(st.integers(0, 4))):
        made.add("Region", f"R{i}", latitude=draw(floats), longitude=draw(floats))
        made.link("region_country", f"R{i}", "DE")
    return made


def bits(results: Results) -> dict[str, object]:
    """Everything that columns hold, entities by id."""
    found: dict[str, object] = {}
    for name in results.names:
        column = results.column(name)
        rows = {}
        for at, entity in enumerate(column.entities.tolist()):
            periods = range(column.values.shape[1]) if column.measure.axis else [None]
            values = []
            for period in periods:
                place = (at,) if period is None else (at, period)
                shown = results.at(column, place)
                raw = column.values[place]
                values.append((shown, raw.hex() if isinstance(raw, np.float64) else raw))
            rows[results.snapshot.entity_id(entity)] = values
        found[name] = (rows, column.off_axis)
    return found


OPTIONS = Options(TODAY)


@settings(max_examples=40, deadline=None)
@given(made=companies())
def test_columns_and_single_cells_agree(measures: Measures, made: MadeUp) -> None:
    results = evaluate(made.snapshot(), measures, OPTIONS)
    reader, source = CellReader(measures), SnapshotSource(results)
    for name in results.names:
        column = results.column(name)
        for at, entity in enumerate(column.entities.tolist()):
            for period in range(column.values.shape[1]) if column.measure.axis else [None]:
                cell = Cell(name, results.snapshot.entity_id(entity), period)
                held = results.at(column, (at,) if period is None else (at, period))
                if held.fault is not None and held.fault.kind is FaultKind.CYCLE:
                    continue  # a single cell sees its inputs, not what these lead to
                assert reader.read(cell, source).value == held, (cell, column.measure.formula)


EDITS = ("standard_cost", "price", "quantity", "total", "due_on", "open_amount", "latitude", "made", "currency")


@st.composite
def edits(draw: st.DrawFn) -> list[tuple[str, object, object]]:
    return draw(
        st.lists(
            st.tuples(st.sampled_from(EDITS), st.integers(0, 30), st.integers(0, 9))
            | st.tuples(st.just("drop relation"), st.integers(0, 30), st.just(0))
            | st.tuples(st.just("add component"), st.integers(0, 30), st.integers(0, 30))
            | st.tuples(st.just("drop entity"), st.integers(0, 30), st.just(0))
            | st.tuples(st.just("add entity"), st.integers(0, 30), st.just(0)),
            max_size=4,
        )
    )


def edited(made: MadeUp, steps: list[tuple[str, object, object]]) -> MadeUp:
    """The company with edits; what an edit does not fit is left alone."""
    made = made.copy()
    values: dict[str, list[object]] = {
        "standard_cost": [None, Decimal("1.11"), Decimal("99")], "price": [None, Decimal("3.33")],
        "quantity": [None, Decimal("2"), Decimal("0.5")], "total": [None, Decimal("70")],
        "due_on": [None, TODAY, TODAY + timedelta(days=9)], "open_amount": [None, Decimal("5")],
        "latitude": [None, 0.1, -3.7], "made": [None, True, False], "currency": ["EUR", "USD", None],
    }  # fmt: skip
    for what, at, value in steps:
        assert isinstance(at, int)
        assert isinstance(value, int)
        if what in values:
            rows = [
                r
                for group in (*made.entities.values(), made.relations.get("component", []))
                for r in group
                if what in r
            ]
            if rows:
                rows[at % len(rows)][what] = values[what][value % len(values[what])]
        elif what == "drop relation":
            every = [(n, r) for n, rows in made.relations.items() for r in rows]
            if every:
                name, row = every[at % len(every)]
                made.relations[name].remove(row)
        elif what == "add component":
            products = made.entities["Product"]
            made.link(
                "component", products[at % len(products)]["id"], products[value % len(products)]["id"],
                quantity=Decimal(2), nr=100 + value,
            )  # fmt: skip
        elif what == "drop entity":
            every = [(c, r) for c, rows in made.entities.items() for r in rows if len(rows) > 1]
            if every:
                name, row = every[at % len(every)]
                made.entities[name].remove(row)
                for links in made.relations.values():
                    links[:] = [r for r in links if row["id"] not in (r["from"], r["to"])]
        elif what == "add entity" and not any(r["id"] == f"N{at}" for r in made.entities.get("OrderLine", [])):
            made.add("OrderLine", f"N{at}", quantity=Decimal(3), unit_price=Decimal("7.77"), currency="EUR")
            made.link("order_line_order", f"N{at}", made.entities["Order"][0]["id"])
    return made


@pytest.fixture(params=[0.05, 1.0], ids=["whole columns", "single rows"])
def share(request: pytest.FixtureRequest) -> Iterator[None]:
    """Small companies would always be computed whole: from which share of rows on that happens is turned up."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reasoning.measures.update._FEW", request.param)
        yield


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=companies(), steps=edits(), more=edits())
def test_an_update_gives_what_a_full_pass_gives(
    measures: Measures, share: None, made: MadeUp, steps: list[tuple[str, object, object]],
    more: list[tuple[str, object, object]],
) -> None:  # fmt: skip
    base = evaluate(made.snapshot(), measures, OPTIONS)
    first = edited(made, steps)
    one = update(base, first.snapshot())
    assert bits(one) == bits(evaluate(first.snapshot(), measures, OPTIONS))
    second = edited(first, more)
    two = update(one, second.snapshot())
    assert bits(two) == bits(evaluate(second.snapshot(), measures, OPTIONS))
    assert bits(update(two, made.snapshot())) == bits(base)  # undone


def test_no_edit_computes_nothing(measures: Measures) -> None:
    made = MadeUp().add("Product", "P1", standard_cost=Decimal(1), currency="EUR").add("Customer", "C0")
    base = evaluate(made.snapshot(), measures, OPTIONS)
    again = update(base, made.snapshot())
    assert again.recomputed == 0
    assert bits(again) == bits(base)
