"""Draws at random: each draw of each figure is what a full pass over the company with that draw's values gives."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_engine.snapshot import days_of
from reasoning.measures import columns
from reasoning.measures.catalogue import Measures
from reasoning.measures.draws import evaluate_draws
from reasoning.measures.evaluate import Results, evaluate
from reasoning.measures.types import Cell, CellState, Input, Options
from tests.unit.reasoning.measures.made_up import TODAY, MadeUp, own

OPTIONS = Options(TODAY)
FORMULAS = """
periods: {week: 3}
measures:
  Product.cost:
    formula: if(count(components) == 0, standard_cost, sum(components, rel.quantity * (1 + coalesce(rel.scrap_rate, 0)) * it.cost))
    unit: money
    scale: 3
  Product.known: {formula: "coalesce(standard_cost, 0) + sum_known(components, it.known)", unit: money, scale: 4}
  Product.squared: {formula: "sum(components, it.list_price * it.weight)"}
  OrderLine.gain: {formula: "total - quantity * product.cost", scale: 2}
  Order.gain: sum(lines, it.gain)
  Company.gain: sum(Order, it.gain)
  Company.cost: sum(Product, it.standard_cost where it.made)
  Company.due: {formula: "sum(Order, bucket(it.due_on, it.gain))", over: week, before: first, after: drop, undated: drop}
  Order.share: {formula: "gain / Company.gain", scale: 4}
"""  # noqa: E501


@pytest.fixture(scope="module")
def measures(tmp_path_factory: pytest.TempPathFactory) -> Measures:
    return own(tmp_path_factory.mktemp("draws"), FORMULAS)


money = st.integers(-300, 3_000).map(lambda n: Decimal(n) / 100)


@st.composite
def companies(draw: st.DrawFn) -> MadeUp:
    made = MadeUp()
    size = draw(st.integers(2, 7))
    for i in range(size):
        made.add(
            "Product", f"P{i}", standard_cost=draw(st.none() | money), list_price=draw(money), currency="EUR",
            weight=draw(money), made=draw(st.booleans()),
        )  # fmt: skip
    for nr in range(draw(st.integers(0, 12))):
        a, b = draw(st.integers(1, size - 1)), draw(st.integers(0, size - 1))
        if a > b:
            scrap = draw(st.none() | st.sampled_from([Decimal("0.1"), Decimal("0.033333")]))
            made.link("component", f"P{a}", f"P{b}", quantity=draw(st.none() | money), scrap_rate=scrap, nr=nr)
    for i in range(draw(st.integers(1, 3))):
        made.add("Order", f"O{i}", due_on=TODAY if draw(st.booleans()) else None)
    for i in range(draw(st.integers(1, 6))):
        made.add("OrderLine", f"L{i}", quantity=draw(money), total=draw(money), currency="EUR")
        made.link("order_line_order", f"L{i}", "O0").link(
            "order_line_product", f"L{i}", f"P{draw(st.integers(0, size - 1))}"
        )
    return made


def values(results: Results, cell: Cell) -> tuple[CellState, float | None]:
    found = results.value(cell)
    return found.state, float(found.value) if isinstance(found.value, Fraction) else None


def plain(value: Decimal | date) -> float:
    """As draws are given."""
    return float(days_of(value)) if isinstance(value, date) else float(value)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=companies(), data=st.data())
def test_each_draw_is_a_full_pass(measures: Measures, made: MadeUp, data: st.DataObject) -> None:
    results = evaluate(made.snapshot(), measures, OPTIONS)
    products = [r["id"] for r in made.entities["Product"]]
    lines = [r["id"] for r in made.entities["OrderLine"]]
    choices = [(p, n) for p in products for n in ("standard_cost", "list_price", "weight")] + [
        (i, "total") for i in lines
    ]
    chosen = data.draw(st.lists(st.sampled_from(choices), min_size=1, max_size=5, unique=True))
    draws = 4
    dates = st.integers(-10, 40).map(lambda n: TODAY + timedelta(days=n))
    given_ = {
        c: data.draw(st.lists(st.none() | (dates if c[1] == "due_on" else money), min_size=draws, max_size=draws))
        for c in chosen
    }
    inputs = {
        Input(made.id(key), name): np.array([np.nan if v is None else plain(v) for v in held])
        for (key, name), held in given_.items()
    }
    cells = [
        Cell(name, results.snapshot.entity_id(int(e)), period)
        for name in results.names
        for e in results.column(name).entities
        for period in (range(3) if results.column(name).measure.axis else [None])
    ]
    drawn = evaluate_draws(results, inputs, cells)
    for at in range(draws):
        one = made.copy()
        for (key, name), held in given_.items():
            one.row(key)[name] = held[at]
        alone = evaluate(one.snapshot(), measures, OPTIONS)
        for row, cell in enumerate(cells):
            state, value = values(alone, cell)
            found = drawn.values[row, at]
            assert (np.isnan(found) and state is not CellState.KNOWN) or found == value, (cell, at)


def test_deep_sums_take_the_short_way(measures: Measures, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    del tmp_path
    made = MadeUp()
    for i in range(30):
        made.add("Product", f"P{i}", standard_cost=Decimal(i + 1), currency="EUR")
    for i in range(10, 30):
        for part in range(10):
            made.link("component", f"P{i}", f"P{part + (i - 10) // 10 * 10}", quantity=Decimal("1.5"), nr=part)
    results = evaluate(made.snapshot(), measures, OPTIONS)
    taken = []
    quick = columns.weighted_sum
    monkeypatch.setattr(columns, "weighted_sum", lambda *a: taken.append(found := quick(*a)) or found)
    inputs = {Input(made.id(f"P{i}"), "standard_cost"): np.linspace(1, 2, 2_500) for i in range(5)}
    drawn = evaluate_draws(results, inputs, [Cell("Product.cost", made.id("P29"))])
    assert taken
    assert all(t is not None for t in taken)
    cents = np.floor(np.linspace(1, 2, 2_500) * 10_000 + 0.5).astype(int)  # as the property holds it
    leaf = (2 * cents + 10) // 20  # in thousandths, half-up: as the measure does
    middle = (15 * (5 * leaf + 1000 * sum(range(6, 11))) + 5) // 10
    assert (drawn.values[0] * 1000).round().astype(int).tolist() == (15 * middle).tolist()
