"""Resolution as the pipeline computes it: order of arrival, judgements of people, crowds, classes off, survivorship."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up import one_table, person, person_again, same  # type: ignore[import-not-found]
from staged import Company, Row  # type: ignore[import-not-found]

from ingest.resolution.pinned import Pin
from ingest.resolution.policy import Policy

CASE = one_table("staged", person, same, person_again, 150, 0.5, seed=12)
COLUMN = {"Street": "street", "Zip": "postcode", "City": "city", "Phone": "phone", "Mail": "email"}


def rows() -> dict[str, list[Row]]:
    """The made-up people, spread over three systems."""
    held: dict[str, list[Row]] = {"shop": [], "erp": [], "desk": []}
    systems = sorted(held)
    for at in range(len(CASE.left)):
        row = {"Id": str(at)} | {name: CASE.left.column(column)[at] for name, column in COLUMN.items()}
        row["Name"] = f"{CASE.left.column('given_name')[at]} {CASE.left.column('surname')[at]}".strip()
        held[systems[at % 3]].append(row)
    return held


ROWS = rows()


@pytest.fixture(scope="module")
def pin() -> Pin:
    company = Company()
    for source, held in ROWS.items():
        company.read(source, held)
    pinned: Pin = company.compute().pin
    assert pinned.parties["Customer"].usable
    return pinned


@given(seed=st.integers(0, 10_000))
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_arrival_gives_the_same_clusters(pin: Pin, seed: int) -> None:
    """For a fixed model and fixed judgements; also step by step, with what was kept of the step before."""
    chance = Random(seed)
    parts = [(source, held[i::2]) for source, held in ROWS.items() for i in (0, 1)]
    somebody = [f"{s}/customers/{r['Id']}" for s, held in ROWS.items() for r in held]
    said = [(*chance.sample(somebody, 2), chance.choice(["same", "different", "unsure"])) for _ in range(12)]
    outcomes = []
    for turn in range(2):
        chance.shuffle(parts)
        company = Company()
        cache = company.archive.root.parent / "resolution" if turn else None
        company.judge(*said)
        for source, held in parts:
            company.read(source, held)
            if cache is not None:
                company.compute(pin, cache=cache)
        outcomes.append(company.compute(pin, cache=cache))
    one, other = outcomes
    assert one.clusters == other.clusters
    assert one.ledger == other.ledger


def test_taking_a_run_away_takes_its_influence_away(pin: Pin) -> None:
    company, fewer = Company(), Company()
    first, second = company.read("shop", ROWS["shop"]), company.read("erp", ROWS["erp"])
    company.read("desk", ROWS["desk"])
    fewer.read("shop", ROWS["shop"])
    fewer.read("erp", ROWS["erp"])
    assert company.compute(pin, [first, second]).clusters == fewer.compute(pin).clusters


ANNA = {
    "Id": "a", "Name": "Anna Boats", "Mail": "anna@boats.test", "Phone": "+49 30 1234567", "Street": "Kai 7",
    "Zip": "10115", "City": "Berlin",
}  # fmt: skip


def with_anna(*systems: str) -> Company:
    company = Company()
    for source, held in ROWS.items():
        company.read(source, [*held, *([ANNA] if source in systems else [])])
    return company


A, B, C = (f"{s}/customers/a" for s in ("desk", "erp", "shop"))


def test_a_person_is_above_the_model(pin: Pin) -> None:
    company = with_anna("desk", "erp")
    assert company.compute(pin).together(A, B)
    company.judge((A, B, "different"))
    assert not company.compute(pin).together(A, B)
    company.judge((A, B, "same"))  # the newest word counts
    assert company.compute(pin).together(A, B)
    company.judge((A, B, "unsure"))  # takes the model's word off the pair
    assert not company.compute(pin).together(A, B)


def test_different_holds_also_through_a_third_record(pin: Pin) -> None:
    company = with_anna("desk", "erp", "shop")
    assert company.compute(pin).together(A, B, C)
    company.judge((A, B, "different"))
    found = company.compute(pin)
    assert not found.together(A, B)


def test_people_who_contradict_each_other_are_reported_and_nothing_is_guessed(pin: Pin) -> None:
    company = with_anna("desk", "erp", "shop")
    company.judge((A, B, "same"), (B, C, "same"), (A, C, "different"))
    found = company.compute(pin)
    assert not found.together(A, C)
    assert not found.together(A, B)
    assert not found.together(B, C)
    (told,) = found.resolved.contradictions
    assert A in told and C in told and "people say" in told


def test_a_judgement_about_a_record_that_is_gone_sleeps(pin: Pin) -> None:
    company = Company()
    company.read("shop", ROWS["shop"])
    company.judge((A, f"shop/customers/{ROWS['shop'][0]['Id']}", "same"))
    assert company.compute(pin).resolved.asleep == 1
    company.read("desk", [ANNA, *ROWS["desk"]])
    back = company.compute(pin)
    assert back.resolved.asleep == 0


def test_a_class_can_be_turned_off(pin: Pin) -> None:
    company = with_anna("desk", "erp")
    for method in ("keys", "off"):
        said = Pin(Policy.from_json({"Customer": {"method": method}}), pin.parties)
        assert not company.compute(said).together(A, B)
    taxed = Company()
    taxed.read("desk", [{**ANNA, "Tax": "DE 123.456.789"}])
    taxed.read("erp", [{"Id": "a", "Name": "Somebody", "Tax": "DE123456789"}])
    assert taxed.compute(Pin(Policy.from_json({"Customer": {"method": "keys"}}))).together(A, B)
    assert not taxed.compute(Pin(Policy.from_json({"Customer": {"method": "off"}}))).together(A, B)


def test_thresholds_of_the_policy_are_used(pin: Pin) -> None:
    usual, strict = with_anna("desk"), Pin(Policy.from_json({"Party": {"merge_at": 0.9999999}}), pin.parties)
    assert usual.compute(strict).resolved.merged < usual.compute(pin).resolved.merged


@pytest.mark.parametrize(
    ("column", "value"), [("Phone", "+49 30 555000"), ("Mail", "info@firm.test"), ("Tax", "DE111"), ("Name", "Smith")]
)
def test_what_thousands_share_links_nobody_and_is_bounded(pin: Pin, column: str, value: str) -> None:
    company = Company()
    crowd = [{"Id": str(at), "Name": f"Firm number {at}", column: value} for at in range(1_500)]
    company.read("shop", crowd)
    found = company.compute(pin)
    assert max(len(c) for c in found.clusters) == 1
    if column != "Name":
        assert any("it links nothing" in a or "tells nobody apart" in a for a in found.resolved.advice)


@pytest.mark.parametrize("count", [1, 2])
def test_a_class_with_hardly_a_record(count: int) -> None:
    company = Company()
    company.read("shop", [{"Id": str(at), "Name": "Anna"} for at in range(count)])
    found = company.compute()
    assert all(len(c) == 1 for c in found.clusters)
    assert found.resolved.asked == 0


def test_records_with_nothing_in_them() -> None:
    company = Company()
    company.read("shop", [{"Id": str(at), "Segment": "x"} for at in range(50)])
    found = company.compute()
    assert all(len(c) == 1 for c in found.clusters)


def test_other_scripts_and_legal_forms_meet(pin: Pin) -> None:
    company = Company()
    for source, held in ROWS.items():
        company.read(source, held)
    company.read("shop", [{**ANNA, "Name": "Иван Петров"}])
    company.read("desk", [{**ANNA, "Name": "Ivan Petrov"}])
    assert company.compute(pin).together(A, C)


@pytest.mark.parametrize(
    ("rule", "winner"),
    [(None, "shop"), ("priority", "shop"), ("recency", "desk"), ("completeness", "erp"), ("vote", "desk")],
)
def test_survivorship_by_rule_and_what_the_others_say(rule: str | None, winner: str) -> None:
    """Shop has priority, the ERP knows most, the desk was read last and another record agrees with it."""
    company = Company()
    tax = "DE1"
    company.read("shop", [{"Id": "1", "Tax": tax, "Name": "A of shop"}])
    company.read(
        "erp", [{"Id": "1", "Tax": tax, "Name": "A of erp", "Mail": "a@b.test", "Phone": "+49 30 1", "Segment": "x"}]
    )
    company.read("desk", [{"Id": str(n), "Tax": tax, "Name": "A of desk"} for n in (1, 2)])
    said = {} if rule is None else {"Customer": {"survivorship": {"name": rule}}}
    found = company.compute(Pin(Policy.from_json(said)))
    value, record = found.values["desk/customers/1", "name"]
    assert value == f"A of {winner}"
    assert record == f"{winner}/customers/1"
    assert {v for _, p, v, _ in found.others if p == "name"} == {"A of shop", "A of erp", "A of desk"} - {value}


def test_where_all_agree_nothing_is_in_dispute() -> None:
    company = Company()
    for source in ("shop", "erp"):
        company.read(source, [{"Id": "1", "Tax": "DE1", "Name": "A"}])
    assert company.compute().others == ()


def test_what_the_mapping_ties_is_in_the_ledger_and_a_person_stands_above_it() -> None:
    company = Company(ties=True)
    company.read("erp", [{"Id": "1", "Name": "Anna Boats"}, {"Id": "2", "Name": "Bo Kite"}])
    company.read("desk", [{"Id": "7", "Name": "A. Boats", "Erp": "1"}, {"Id": "8", "Name": "Kite", "Erp": "2"}])
    first = company.compute()
    assert first.together("erp/customers/1", "desk/customers/7")
    assert [(v, d, w, a) for _, v, d, w, _, _, a in first.ledger] == [("same", "rule", 1000.0, "mapping")] * 2
    company.judge(("erp/customers/1", "desk/customers/7", "different"))
    found = company.compute()
    assert not found.together("erp/customers/1", "desk/customers/7")
    assert found.together("erp/customers/2", "desk/customers/8")
    (told,) = found.resolved.contradictions
    assert "The mapping says that desk/customers/7 and erp/customers/1 are one" in told
    assert "ann says that they are different (she knows)" in told
    assert "knockon resolve undo" in told


def test_a_second_mail_and_a_second_address_are_compared_too(pin: Pin) -> None:
    """The row that carries the address is one of two of the same customer; the first value is another one."""
    company = Company(ties=True)
    for source, held in ROWS.items():
        company.read(source, held)
    old = {"Id": "o", "Name": "Anna Boats", "Mail": "zz@boats.test", "Street": "Am Markt 9", "Zip": "20095"}
    company.read("erp", [{**old, "City": "Hamburg"}])
    company.read("desk", [{**ANNA, "Id": "n", "Mail": "zz2@boats.test", "Phone": "", "Erp": "o"}])
    company.read("shop", [{**ANNA, "Mail": "", "Phone": ""}])
    assert company.compute(pin).together("erp/customers/o", "desk/customers/n")
    assert company.compute(pin).together("desk/customers/n", C)  # by name and the second street


def test_mailboxes_of_firms_at_other_domains_say_nothing_and_tax_numbers_that_differ_settle_it() -> None:
    company = Company()
    rows = [{**row, "Tax": f"DE{100_000_000 + 7919 * at}"} for at, row in enumerate(ROWS["shop"])]
    twins = [{**row, "Id": f"t{row['Id']}"} for row in rows[: len(rows) // 2]]
    kroeger = {"Name": "Kröger GmbH", "Street": "Kai 7", "Zip": "10115", "City": "Berlin", "Phone": "+49 30 1234567"}
    company.read("shop", [*rows, {"Id": "k", **kroeger, "Mail": "info@kroeger-a.test", "Tax": "DE 811 111 115"}])
    company.read("erp", [*twins, {"Id": "k", **kroeger, "Mail": "info@kroeger-b.test", "Tax": "DE 822 222 226"}])
    found = company.compute()
    assert not found.together("shop/customers/k", "erp/customers/k")
    assert max((p for _, v, d, _, p, _, _ in found.ledger if (v, d) == ("unsure", "model")), default=0.0) <= 0.9


def test_addresses_written_alike_are_one_and_others_are_not() -> None:
    company = Company()
    place = {"Street": "Hauptstraße 5", "Zip": "10115", "City": "Köln"}
    company.read("shop", [{"Id": "1", **place}, {"Id": "2", **place, "Zip": ""}, {"Id": "3", **place, "Zip": ""}])
    company.read("erp", [{"Id": "1", **place, "Street": "Haupt-Str. 5", "City": "Koln"}])
    company.read(
        "desk", [{"Id": "1", **place, "Street": "HAUPTSTRASSE 5"}, {"Id": "2", **place, "Street": "Hauptstr. 51"}]
    )
    found = company.compute()
    one, other = "shop/customers/1#address", "desk/customers/1#address"
    assert found.together(one, other)
    assert not found.together("shop/customers/2#address", "shop/customers/3#address")  # without a postcode
    assert not found.together(one, "desk/customers/2#address")
    assert not found.together("shop/customers/1", "desk/customers/1")  # who lives there is another matter
    assert {(v, d, a) for _, v, d, _, _, _, a in found.ledger} == {("same", "rule", "address")}
    keys = Pin(Policy.from_json({"Address": {"method": "keys"}}))
    assert not company.compute(keys).together(one, other)
