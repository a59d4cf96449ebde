"""The scenario file: what is wrong is said where it stands; what is right reads back as it was written."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from ontology.errors import LimitExceeded
from reasoning.scenarios.document import days_in, parse_scenario, read_scenario, scenario_from
from reasoning.scenarios.types import Change, Distribution, ScenarioError
from reasoning.scenarios.wire import scenario_json, scenario_yaml

GOOD = """\
format: 1
name: everything
because: to see it all
seed: 3
ask: {measures: Product.unit_cost, to: [Order], semantics: delayed}
do:
  - {set: lead_time_days, of: "Offer:O1", to: 63}
  - {set: name, of: "Product:P1", to: null}
  - scale: price
    of: {class: Offer, where: {supplier: V1, lead_time_days: {above: 3, at_most: 9}, name: [a, b]}}
    by: +8 %
  - {shift: due_on, of: [A, B], by: 3 weeks}
  - {set: price, of: A, to: {normal: [3, 0.5]}}
  - {scale: price, of: A, by: {triangular: [0.9, 1, 1.2], together: true}}
  - {set: price, of: A, to: {choice: {3: 0.5, 4: 0.25}}}
  - {delay: A, days: {uniform: [1, 5]}}
  - {fail: A, days: 21, after: 2, severity: 0.5}
  - {fail: A}
  - {replace: A, by: B, role: supplier, of: {class: Offer}}
  - {remove: [A, B]}
  - {add: Offer, as: new, properties: {price: 3}, relations: {supplier: A, product: [B]}}
  - {connect: A, role: components, to: B, properties: {quantity: 2}, valid_from: 2026-01-01, valid_to: 2027-01-01}
  - {disconnect: A, role: components, to: B}
  - {disconnect: A, role: components}
  - {set: price, values: {A: 1, B: null}}
"""


def test_what_is_written_reads_back_equal() -> None:
    first = parse_scenario(GOOD)
    for again in (parse_scenario(scenario_yaml(first)), scenario_from(json.loads(json.dumps(scenario_json(first))))):
        assert again == first
        assert again.id == first.id
    assert len(first.interventions) == 18
    scaled = first.interventions[2]
    assert isinstance(scaled, Change)
    assert scaled.amount == Decimal("1.08")


def test_the_id_is_what_it_says_not_who_says_it() -> None:
    plain = "name: a\ndo: [{set: price, of: A, to: 3}]"
    said = "name: b\nauthor: Eva\nbecause: so\ndo: [{set: price, of: A, to: '3'}]"
    assert parse_scenario(plain).id == parse_scenario(said).id
    assert parse_scenario(plain).id != parse_scenario(plain.replace("3", "4")).id


@pytest.mark.parametrize(
    ("text", "line", "says", "suggests"),
    [
        ("name: x\ndo:\n  - {sett: a}", 3, "'sett' is no intervention", "'set'"),
        ("name: x\ndo:\n  - set: a\n    off: x\n    to: 1", 4, "'off' is not known", "'of'"),
        ("name: x\ndo:\n  - {scale: a, by: 2}", 3, "'of' is missing", "Add"),
        ("name: x\ndo:\n  - {scale: a, of: b, by: 8 %}", 3, "neither more nor less", ""),
        ("name: x\ndo:\n  - {scale: a, of: b, by: much}", 3, "'much' is not a number", ""),
        ("name: x\ndo:\n  - {scale: a, of: b, by: nan}", 3, "not a finite number", ""),
        ("name: x\ndo:\n  - {fail: a, days: -3}", 3, "lasts more than 0 days", ""),
        ("name: x\ndo:\n  - {fail: a, severity: 1.5}", 3, "less than or equal to 1", ""),
        ("name: x\ndo:\n  - {set: a, of: b, to: {normal: [1, -2]}}", 3, "standard deviation", ""),
        ("name: x\ndo:\n  - {set: a, of: b, to: {choice: {1: 0.7, 2: 0.9}}}", 3, "more than 1", ""),
        ("name: x\ndo:\n  - {set: a, of: b, to: {uniform: [3, 1]}}", 3, "low end is above", ""),
        ("name: x\ndo:\n  - {set: a, of: b, to: {normal: [1, 2], uniform: [1, 2]}}", 3, "a distribution is one of", ""),
        ("name: x\ndo:\n  - {set: a, of: b}", 3, "`to:` is missing", ""),
        ("name: x\ndo:\n  - {set: a, of: b, to: 1, fail: c}", 3, "one intervention does one thing", ""),
        (
            "name: x\ndo:\n  - {connect: a, role: r, to: b, valid_from: 2026-02-01, valid_to: 2026-01-01}",
            3,
            "not after",
            "",
        ),
        ("name: x\ndo: []", 2, "at least 1 item", ""),
        ("name: x", 1, "'do' is missing", "Add"),
        ("format: 0\nname: x\ndo: []", 1, "format 0", "docs/scenarios.md"),
        ("format: 7\nname: x\ndo: []", 1, "format 7", "Upgrade"),
        ("name: [x", 1, "expected", "Check"),
        ("- a", 1, "names with values are expected", ""),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(text: str, line: int, says: str, suggests: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, "file.yaml")
    assert caught.value.where is not None
    assert caught.value.where.line == line
    assert caught.value.where.column is not None
    assert says in str(caught.value)
    assert suggests in str(caught.value)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario("name: x\ndo:\n  - {sett: a}\n  - {fail: a, days: 0}\n  - 3\n")
    assert [p.where.line for p in caught.value.problems] == [3, 4, 5]


def test_a_seed_is_chosen_and_recorded_where_values_are_drawn() -> None:
    text = "name: x\ndo: [{set: a, of: b, to: {uniform: [1, 2]}}]"
    drawn = parse_scenario(text)
    assert drawn.seed is not None
    assert drawn.seed_chosen
    assert scenario_json(drawn)["seed"] == drawn.seed
    assert parse_scenario("seed: 4\n" + text).seed == 4
    assert parse_scenario("name: x\ndo: [{set: a, of: b, to: 1}]").seed is None


def test_a_hundred_thousand_edits_are_read_as_json_and_refused_as_too_large_a_yaml(tmp_path: Path) -> None:
    values = {f"Offer:{i}": f"{i}" for i in range(100_000)}
    content = {"name": "many", "do": [{"set": "price", "values": values}]}
    file = tmp_path / "many.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    assert len(read_scenario(file).interventions) == 100_000
    too_many = tmp_path / "more.yaml"
    too_many.write_text("name: x\ndo: [" + "{remove: a}, " * 400_000 + "]", encoding="utf-8")
    with pytest.raises(LimitExceeded):
        read_scenario(too_many)


def test_files_that_are_no_scenarios(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no such scenario"):
        read_scenario(tmp_path / "none.yaml")
    broken = tmp_path / "broken.json"
    broken.write_text('{"name": }', encoding="utf-8")
    with pytest.raises(ScenarioError, match="not JSON") as caught:
        read_scenario(broken)
    assert caught.value.where is not None
    assert (caught.value.where.line, caught.value.where.column) == (1, 10)


@pytest.mark.parametrize(("text", "days"), [("21", 21), ("3 weeks", 21), ("1 day", 1), ("2 months", 60), ("-2", -2)])
def test_durations(text: str, days: int) -> None:
    assert days_in(text) == days


def test_distributions_are_read_with_their_options() -> None:
    step = parse_scenario(GOOD).interventions[5]
    assert isinstance(step, Change)
    assert isinstance(step.amount, Distribution)
    assert step.amount.together
