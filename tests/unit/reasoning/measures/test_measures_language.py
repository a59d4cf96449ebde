"""The language: what a formula means (worked out by hand), and what is refused, where, with which advice."""

# ruff: noqa: E501 - tables of cases and SQL read best with a case on a line
from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reasoning.measures.evaluate import Results, evaluate
from reasoning.measures.load import load_measures
from reasoning.measures.parse import parse
from reasoning.measures.problems import FormulaError, MeasureProblems
from reasoning.measures.types import Cell, CellValue, FaultKind, Options
from tests.unit.reasoning.measures.made_up import TODAY, MadeUp, ontology, own


def value(
    tmp_path: Path, made: MadeUp, key: str, formula: str, extra: str = "", period: int | None = None
) -> CellValue:
    """The value of a formula for one thing."""
    class_name = made.class_of(key)
    text = f"measures:\n  {class_name}.tested:\n    formula: |\n      {formula}\n" + "".join(
        f"    {line}\n" for line in extra.split("\n") if line
    )
    results = evaluate(made.snapshot(), own(tmp_path, text), Options(TODAY))
    return results.value(Cell(f"{class_name}.tested", made.id(key), period))


@pytest.fixture
def shop() -> MadeUp:
    made = MadeUp()
    made.add(
        "Product", "P1", standard_cost="1.25", currency="EUR", weight="0.5", made=False, days_to_make=3, name="Bolt"
    )
    made.add("Product", "P2", standard_cost="0.10", currency="EUR", made=True)
    made.add("Product", "P3", standard_cost="9", currency="USD")
    made.add("Product", "P0")
    made.link("component", "P2", "P1", quantity="3", nr=1).link("component", "P2", "P1", quantity="2", nr=2)
    made.link("component", "P2", "P0", quantity=None, nr=3)
    made.add("Order", "O1", total="100", currency="EUR", due_on=date(2026, 6, 10), shipped_on=date(2026, 6, 13))
    made.add("Region", "R", latitude=0.1, longitude=0.2)
    return made


CASES = [
    ("P1", "standard_cost * 3", "", CellValue(Fraction(15, 4), "EUR")),
    ("P1", "2 * 3 + 4 / 8 - -1", "scale: 3", CellValue(Fraction(15, 2))),
    ("P1", "1 - 2 - 3", "", CellValue(Fraction(-4))),
    ("P1", "12 / 3 / 2", "scale: 2", CellValue(Fraction(2))),
    ("P1", "standard_cost / standard_cost", "scale: 1", CellValue(Fraction(1))),
    ("P1", "standard_cost / 3", "scale: 2", CellValue(Fraction(42, 100), "EUR")),
    ("P1", "0 - standard_cost / 2", "scale: 2", CellValue(Fraction(-63, 100), "EUR")),  # -0.625: half away from zero
    ("P1", "round(weight * 0.25, 2)", "", CellValue(Fraction(13, 100))),  # 0.125
    ("P1", "ceil(0 - 2.5) + floor(0 - 2.5)", "", CellValue(Fraction(-5))),
    ("P1", "not made and weight > 0.4", "", CellValue(True)),
    ("P0", "made or 1 < 2", "", CellValue(True)),
    ("P0", "made and 1 > 2", "", CellValue(False)),
    ("P0", "made and 1 < 2", "", CellValue()),
    ("P0", "standard_cost + 1", "", CellValue()),
    ("P0", "coalesce(standard_cost, 7)", "", CellValue(Fraction(7))),
    ("P0", "known(standard_cost)", "", CellValue(False)),
    ("P0", "if(weight > 1, 1, 2)", "", CellValue()),
    ("P1", "if(weight > 1, 1 / 0, 2)", "scale: 0", CellValue(Fraction(2))),  # what is not chosen does not count
    ("P1", 'name in ("Nut", "Bolt")', "", CellValue(True)),
    ("P1", 'if(name == "Bolt", "small", "large")', "", CellValue("small")),
    ("P1", "max(weight, 0.75, 0.6)", "", CellValue(Fraction(3, 4))),
    ("P1", 'as_unit(days_to_make, "hour")', "", CellValue(Fraction(72))),
    ("P1", "today + days_to_make", "", CellValue(date(2026, 6, 18))),
    ("O1", "shipped_on - due_on", "", CellValue(Fraction(3))),
    ("O1", 'due_on < date("2026-06-11")', "", CellValue(True)),
    ("P2", "count(components)", "", CellValue(Fraction(3))),  # one term for each relation, not for each target
    ("P2", "count(distinct components)", "", CellValue(Fraction(2))),
    ("P2", "count(components where rel.quantity > 2)", "", CellValue(Fraction(1))),
    ("P2", "count(components, rel.quantity)", "", CellValue(Fraction(2))),  # the known ones
    ("P2", "sum(components, rel.quantity)", "", CellValue()),  # any null → null
    ("P2", "sum_known(components, rel.quantity)", "", CellValue(Fraction(5))),
    ("P2", "sum(components, rel.quantity * it.weight where known(rel.quantity))", "", CellValue(Fraction(5, 2))),
    ("P2", "sum(components, it.weight * weight where known(rel.quantity))", "", CellValue()),  # a bare name: the owner
    ("P1", "sum(components, rel.quantity)", "", CellValue(Fraction(0))),
    ("P1", "mean(components, rel.quantity)", "scale: 2", CellValue()),
    ("P1", "min(components, rel.quantity)", "", CellValue()),
    ("P1", "one(components, rel.quantity)", "", CellValue()),
    ("P1", "any(components, it.made)", "", CellValue(False)),
    ("P1", "all(components, it.made)", "", CellValue(True)),
    ("P2", "any(components, it.made)", "", CellValue()),  # false, false, unknown
    ("P2", "all(components, it.made)", "", CellValue(False)),
    ("P2", "mean(components, rel.quantity where known(rel.quantity))", "scale: 2", CellValue(Fraction(5, 2))),
    ("P1", "sum(used_in as whole, sum(whole.components as part, part.weight where known(part.weight)))", "",
     CellValue(Fraction(2))),  # two uses, each with two known weights
    ("R", "latitude + longitude", "", CellValue(0.1 + 0.2)),
    ("R", "latitude * 3 > 0.3", "", CellValue(True)),  # 0.30000000000000004
]  # fmt: skip


@pytest.mark.parametrize(("key", "formula", "extra", "expected"), CASES, ids=[c[1][:60] for c in CASES])
def test_a_formula_means(tmp_path: Path, shop: MadeUp, key: str, formula: str, extra: str, expected: CellValue) -> None:
    assert value(tmp_path, shop, key, formula, extra) == expected


ERRORS = [
    ("P1", "1 / (weight - 0.5)", "scale: 2", FaultKind.DIVISION),
    ("R", "latitude / (longitude - longitude)", "", FaultKind.DIVISION),
    ("P2", "one(components, rel.quantity)", "", FaultKind.SEVERAL),
    ("P2", "sum(components, it.standard_cost where known(it.weight)) + sum(substitutes, it.standard_cost)", "",
     FaultKind.CURRENCY),
    ("P1", "weight * 999999999999 * 999999999999", "", FaultKind.OVERFLOW),
    ("P1", 'today + as_unit(weight * 99999999999, "day")', "", FaultKind.OVERFLOW),
]  # fmt: skip


@pytest.mark.parametrize(("key", "formula", "extra", "kind"), ERRORS, ids=[e[1][:50] for e in ERRORS])
def test_an_error_names_its_cause(
    tmp_path: Path, shop: MadeUp, key: str, formula: str, extra: str, kind: FaultKind
) -> None:
    shop.link("product_substitute", "P2", "P3")
    found = value(tmp_path, shop, key, formula, extra)
    assert found.fault is not None
    assert found.fault.kind is kind
    assert found.fault.entity == shop.id(key)
    assert found.fault.text.endswith(".")


def test_an_error_spreads_with_its_cause_and_stops_nothing(tmp_path: Path, shop: MadeUp) -> None:
    text = """
measures:
  Product.bad: {formula: 1 / (weight - 0.5), scale: 2}
  Product.above: bad + 1
  Product.whole: sum(components, it.above)
"""
    results = evaluate(shop.snapshot(), own(tmp_path, text), Options(TODAY))
    found = results.value(Cell("Product.whole", shop.id("P2")))
    assert found.fault is not None
    assert (found.fault.measure, found.fault.entity) == ("Product.bad", shop.id("P1"))
    assert results.value(Cell("Product.whole", shop.id("P3"))) == CellValue(Fraction(0))


TIMED = "over: week\nbefore: first\nafter: drop\nundated: drop"


def test_the_time_axis(tmp_path: Path) -> None:
    made = MadeUp().add("Customer", "C", credit_limit="10", currency="EUR")
    for at, (day, total) in enumerate(
        [(date(2026, 6, 14), "1"), (date(2026, 6, 15), "2"), (date(2026, 6, 21), "4"), (date(2026, 6, 22), "8"), (None, "16"),
         (date(2030, 1, 1), "32")]
    ):  # fmt: skip
        made.add("Order", f"O{at}", total=total, currency="EUR", due_on=day).link("order_customer", f"O{at}", "C")

    def row(formula: str, extra: str = TIMED) -> list[Fraction | None]:
        cells = [value(tmp_path, made, "C", formula, extra, period=p) for p in range(3)]
        return [c.value if isinstance(c.value, Fraction) else None for c in cells]

    assert row("sum(orders, bucket(it.due_on, it.total))") == [7, 8, 0]  # Sunday the 14th counts in the first week
    assert row("sum(orders, bucket(it.due_on, it.total))", TIMED.replace("undated: drop", "undated: first")) == [
        23,
        8,
        0,
    ]
    assert row("sum(orders, bucket(it.due_on, it.total))", TIMED.replace("before: first", "before: drop")) == [6, 8, 0]
    assert row("cumsum(sum(orders, bucket(it.due_on, it.total)))") == [7, 15, 15]
    assert row("shift(sum(orders, bucket(it.due_on, it.total)), 1, credit_limit)") == [10, 7, 8]
    assert row("shift(sum(orders, bucket(it.due_on, it.total)), 2)") == [None, None, 7]
    running = "shift(tested, 1, credit_limit) * 2 + sum(orders, bucket(it.due_on, it.total))"
    assert row(running, TIMED + "\nunit: money\nscale: 2") == [27, 62, 124]
    wrong = value(tmp_path, made, "C", "sum(orders, bucket(it.due_on, it.total))", TIMED.replace("drop", "error"), 0)
    assert wrong.fault is not None
    assert wrong.fault.kind is FaultKind.TIME
    assert value(tmp_path, made, "C", "count(orders where it.due_on < period_start)", "over: week", 1).value == 3


def test_off_the_axis_is_counted(tmp_path: Path) -> None:
    made = MadeUp().add("Customer", "C")
    for at, day in enumerate([date(2020, 1, 1), date(2026, 6, 16), None, None, date(2040, 1, 1)]):
        made.add("Order", f"O{at}", total="1", currency="EUR", due_on=day).link("order_customer", f"O{at}", "C")
    measures = own(
        tmp_path,
        f"measures:\n  Customer.due:\n    formula: sum(orders, bucket(it.due_on, it.total))\n{_indented(TIMED)}",
    )
    off = evaluate(made.snapshot(), measures, Options(TODAY)).column("Customer.due").off_axis
    assert (off.before, off.after, off.undated) == (1, 1, 2)


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.split("\n"))


def test_relations_hold_on_the_day(tmp_path: Path) -> None:
    made = MadeUp().add("Product", "P1").add("Product", "P2")
    made.link("component", "P1", "P2", valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 15), nr=1)
    made.link("component", "P1", "P2", valid_from=date(2026, 6, 15), nr=2)
    measures = own(tmp_path, "measures:\n  Product.parts: count(components)\n")

    def parts(options: Options) -> object:
        return evaluate(made.snapshot(), measures, options).value(Cell("Product.parts", made.id("P1"))).value

    assert parts(Options(TODAY)) == 1  # [from, to): the first has ended
    assert parts(Options(TODAY, "any")) == 2
    assert parts(Options(TODAY, date(2025, 1, 1))) == 0


def test_a_cycle_is_an_error_that_names_it(tmp_path: Path) -> None:
    made = MadeUp()
    for key in ("A", "B", "C", "D", "E"):
        made.add("Product", key, weight="1")
    made.link("component", "A", "B").link("component", "B", "C").link("component", "C", "A")  # a circle
    made.link("component", "D", "A")  # leads to it
    text = "measures:\n  Product.all:\n    formula: weight + sum(components, it.all)\n    type: number\n    scale: 4\n"
    results = evaluate(made.snapshot(), own(tmp_path, text), Options(TODAY))
    for key in ("A", "B", "C", "D"):
        fault = results.value(Cell("Product.all", made.id(key))).fault
        assert fault is not None
        assert fault.kind is FaultKind.CYCLE
        assert "A" in fault.text
        assert "→" in fault.text
    assert results.value(Cell("Product.all", made.id("E"))) == CellValue(Fraction(1))
    (cycle,) = results.cycles["Product.all"]
    assert set(cycle) == {made.id(k) for k in "ABC"}


def test_money_is_exact(tmp_path: Path) -> None:
    made = MadeUp().add("OrderLine", "L", quantity="0.3", unit_price="0.35", discount_rate="0.1", currency="EUR")
    # 0.3 · 0.35 · 0.9 = 0.0945; in float64 it is 0.09449999999999999
    found = value(tmp_path, made, "L", "round(quantity * unit_price * (1 - discount_rate), 3)")
    assert found == CellValue(Fraction(95, 1000), "EUR")


def test_exchange_rates_are_data(tmp_path: Path) -> None:
    made = MadeUp().add("Order", "O", total="100", currency="USD", ordered_on=date(2026, 3, 3))
    made.add("Currency", "USD", code="USD").add("Currency", "EUR", code="EUR")
    for key, day, rate in (
        ("R1", date(2026, 3, 1), "0.90"),
        ("R2", date(2026, 3, 2), "0.95"),
        ("R3", date(2026, 4, 1), "0.5"),
    ):
        made.add("ExchangeRate", key, on=day, closing_rate=rate)
        made.link("exchange_rate_from", key, "USD").link("exchange_rate_to", key, "EUR")
    extra = "scale: 4"
    assert value(tmp_path, made, "O", 'convert(total, "EUR", ordered_on)', extra) == CellValue(Fraction(95), "EUR")
    made.row("O")["currency"] = "EUR"  # the other way round, and what is in that currency already
    assert value(tmp_path, made, "O", 'convert(total, "USD", ordered_on)', extra).value == Fraction(1052632, 10000)
    assert value(tmp_path, made, "O", 'convert(total, "EUR", ordered_on)', extra).value == 100
    missing = value(tmp_path, made, "O", 'convert(total, "USD", date("2020-01-01"))', extra)
    assert missing.fault is not None
    assert missing.fault.kind is FaultKind.RATE


WRONG = [
    ("standard_cots", "no property or measure 'standard_cots'", "standard_cost"),
    ("sum(componets, it.weight)", "no relation 'componets'", "components"),
    ("sum(components, weigth)", "'weigth'", "weight"),
    ("sum(components, rel.quantiti)", "no property 'quantiti'", "quantity"),
    ("sum(components)", "takes a relation and one value", "sum(lines"),
    ("total_cost()", "no function 'total_cost'", ""),
    ("standard_cost + weight", "Units do not fit", ""),
    ("days_to_make + weight", "Units do not fit: day and a plain number", ""),
    ("standard_cost * list_price", "multiplied with each other", ""),
    ("1 / standard_cost", "divided by money", ""),
    ("name + 1", "a text", ""),
    ("made + 1", "yes or no", ""),
    ("if(weight, 1, 2)", "yes or no is expected", ""),
    ('standard_cost > "x"', "do not go together", ""),
    ("weight = 1", "`=` alone", "=="),
    ("weight >", "ends too early", ""),
    ("(weight", "closing `)`", ""),
    ("1 < weight < 2", "do not chain", "and"),
    ('"open', "not closed", ""),
    ("weight ^ 2", "not an operation", ""),
    ("__import__('os')", "no function '__import__'", ""),
    ("weight.__class__", "no relation 'weight'", ""),
    ("components", "is a relation", "count(components)"),
    ("categories.name", "may have several", "sum"),
    ("it.weight", "means nothing here", ""),
    ("sum(components, sum(it.components, it.weight))", "must name its things", "as part"),
    ("sum(components as weight, weight)", "already", "Choose another"),
    ("cumsum(weight)", "needs a time axis", "over: week"),
    ("sum(stocks, bucket(it.counted_on, it.quantity))", "needs a time axis", "over"),
    ("bucket(today, 1)", "stands directly in sum", ""),
    ("null", "never gives a value", ""),
    ("weight / 3", "How many digits", "scale"),
    ("weight + sum(components, it.tested)", "must say what it gives", "scale"),
    ("sum(substitutes, it.tested)", "must say what it gives", ""),
    ("tested + 1", "must say what it gives", ""),
    ('as_unit(weight, "light")', "no unit", ""),
    ('as_unit(days_to_make, "kilogram")', "cannot be given", ""),
    ('date("2026-02-30")', "takes a day", ""),
    ('convert(weight, "EUR", today)', "amount of money", ""),
    ("min(weight)", "takes 2 or more", ""),
    ("round(weight, weight)", "how many digits", "round(x, 2)"),
    ("(" * 80 + "1" + ")" * 80, "nested", ""),
    (" + ".join(["1"] * 400), "more than", ""),
    ("model" + ".products" * 400, "8 points", ""),
]


@pytest.mark.parametrize(("formula", "what", "do"), WRONG, ids=[w[0][:40] for w in WRONG])
def test_what_is_refused(tmp_path: Path, formula: str, what: str, do: str) -> None:
    with pytest.raises(MeasureProblems) as caught:
        own(
            tmp_path,
            f"measures:\n  Product.tested: {formula!r}\n"
            if "'" not in formula
            else f'measures:\n  Product.tested: "{formula}"\n',
        )
    (problem,) = caught.value.problems
    assert what in problem.what
    assert do in problem.do
    assert problem.line == 2
    assert problem.file.endswith("measures.yaml")


def test_the_place_is_exact(tmp_path: Path) -> None:
    text = "measures:\n  Product.good: weight\n  Product.bad:\n    label: Bad\n    formula: |\n      weight\n      + wieght\n"
    with pytest.raises(MeasureProblems) as caught:
        own(tmp_path, text)
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (7, 9)
    assert text.split("\n")[6][8:].startswith("wieght")


FILES = [
    ("Measures:\n  Product.x: '1'\n", "'Measures' means nothing"),
    ("measures:\n  Produkt.x: weight\n", "no class 'Produkt'"),
    ("measures:\n  x: weight\n", "does not name a measure"),
    ("measures:\n  Product.weight: '1'\n", "already in the ontology"),
    ("measures:\n  Product.x: {formula: weight, colour: red}\n", "'colour' means nothing"),
    ("measures:\n  Product.x: {formula: weight, unit: parsec ** 99999999}\n", "not written like a unit"),
    ("measures:\n  Product.x: {formula: weight, unit: day}\n", "gives no unit, not day"),
    ("measures:\n  Product.x: {formula: weight, over: fortnight}\n", "over cannot be 'fortnight'"),
    ("measures:\n  Product.x: {formula: weight, scale: many}\n", "not a number of digits"),
    ("measures:\n  Product.x: {formula: weight, replace: true}\n", "could be replaced"),
    ("measures:\n  Product.x: y + 1\n  Product.y: z + 1\n  Product.z: x + 1\n", "in a circle: "),
    ("measures:\n  Party.x: '1'\n  Customer.x: '2'\n", "declared already"),
    ("measures:\n  Product.x: {formula: 'sum(stocks, bucket(it.counted_on, it.quantity))', over: week}\n", "before, after, undated"),
    ("measures:\n  Product.x: {formula: 'last(y)'}\n  Product.y: {formula: weight, over: week}\n", None),
    ("measures:\n  Product.x: {formula: y, over: month}\n  Product.y: {formula: 'shift(weight, 1)', over: week}\n", "Time axes do not mix"),
    ("measures:\n  Product.x: y\n  Product.y: {formula: 'shift(weight, 1)', over: week}\n", "a value for each week"),
    ("measures: [1, 2\n", "not YAML"),
    ("periods: {week: 0}\nmeasures:\n  Product.x: weight\n", "not a number of periods"),
    ("", "no measures"),
    ("measures:\n  Product.x: !!python/object/apply:os.system ['true']\n", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "what"), FILES, ids=range(len(FILES)))
def test_wrong_files(tmp_path: Path, text: str, what: str | None) -> None:
    if what is None:
        assert len(own(tmp_path, text)) == 2
        return
    with pytest.raises(MeasureProblems) as caught:
        own(tmp_path, text)
    assert what in str(caught.value)


def test_all_problems_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(MeasureProblems) as caught:
        own(tmp_path, "measures:\n  Product.x: wight\n  Product.y: weigth\n  Product.z: x + 1\n  Prodct.v: '1'\n")
    assert [p.line for p in caught.value.problems] == [2, 3, 5]  # z is not to blame for x


def test_a_measure_of_a_class_that_has_no_relations(tmp_path: Path) -> None:
    made = MadeUp().add("Product", "P")
    assert value(tmp_path, made, "P", "sum(tickets, it.effort_hours)") == CellValue(Fraction(0))


def test_a_shipped_measure_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("measures:\n  Product.target_margin: {formula: '35', unit: percent, scale: 1, replace: true}\n")
    measures = load_measures(ontology(), [file])
    made = MadeUp().add("Product", "P", standard_cost="6.50", list_price="9.99", currency="EUR")
    results: Results = evaluate(made.snapshot(), measures, Options(TODAY), names=["Product.price_gap"])
    assert results.value(Cell("Product.price_gap", made.id("P"))).value == Fraction(1, 100)  # 10.00 gives 35 %
    assert set(results.names) < set(measures.names)


def test_a_hundred_measures_on_each_other(tmp_path: Path) -> None:
    lines = ["  Product.m0: weight", *(f"  Product.m{i}: m{i - 1} + 1" for i in range(1, 300))]
    made = MadeUp().add("Product", "P", weight=Decimal("0.5"))
    measures = own(tmp_path, "measures:\n" + "\n".join(lines) + "\n")
    found = evaluate(made.snapshot(), measures, Options(TODAY)).value(Cell("Product.m299", made.id("P")))
    assert found.value == Fraction(599, 2)


@given(st.text(alphabet="abit.rel,()+-*/<>=! \"'0123456789\n#wheresumandornot", max_size=60))
@example("sum(")
@example("1 in (")
def test_no_text_crashes_the_parser(text: str) -> None:
    try:
        parse(text)
    except FormulaError as problem:
        assert 0 <= problem.at <= len(text)
