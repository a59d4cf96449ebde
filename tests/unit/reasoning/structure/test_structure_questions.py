"""Questions over structure, against figures written down from the tables of the shop and against brute force."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reasoning.answers.engine import Answerer
from reasoning.answers.types import Answer, Kind
from reasoning.structure.dates import spans
from reasoning.structure.words import comparisons
from tests.unit.reasoning.answers import shop


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    return Answerer(shop.network())


def ask(answerer: Answerer, question: str) -> Answer:
    return answerer.ask(question, today=shop.TODAY)


@pytest.mark.parametrize(
    ("question", "text", "plan"),
    [
        (
            "How many open tickets has Acme?",
            "1 ticket.",
            "the number of tickets where customer is Acme GmbH and is open: yes",
        ),
        ("How many tickets are not open?", "1 ticket.", "the number of tickets where is open: no"),
        ("how many customers are there", "4 customers.", "the number of customers"),
        (
            "orders of last March above 5,000",
            "1 order: #1004.",
            "all orders where total is above 5,000 and ordered on is from 2026-03-01 until before 2026-04-01",
        ),
        (
            "which suppliers of the magnet ring have a lead time over 30 days",
            "1 supplier: Kolding Magnets.",
            None,
        ),
        ("Which suppliers have a lead time over 6 weeks?", "1 supplier: Quick Parts.", None),
        ("Who supplies the Heron fountain?", "1 supplier: Quick Parts.", None),
        ("Which suppliers supply the Heron fountain?", "1 supplier: Quick Parts.", None),
        ("Who bought the Heron fountain?", "1 customer: Berta Braun.", None),
        ("What is the list price of OT-1?", "Otter submersible pump: list price 139.00 EUR.", None),
        ("When was order #1001 shipped?", "#1001: shipped on 2026-03-09.", None),
        ("What is the cheapest product?", "Heron fountain: list price 90.00 EUR.", None),
        ("Which is more expensive, OT-1 or HE-2?", "Otter submersible pump: list price 139.00 EUR.", None),
        ("total of orders in 2026", "The sum of total is 680.00 EUR and 5,500.00 USD, over 3 orders.", None),
        ("How many orders are not shipped?", "2 orders.", "the number of orders where shipped on is not recorded"),
        ("wholesale customers", "1 customer: Acme GmbH.", "all customers where segment is wholesale"),
        ("tickets opened since 2 April 2026", "1 ticket: Broken seal.", None),
        ("Who is the customer of order #1002?", "1 customer: Berta Braun.", None),
        ("Which customer has the most orders?", "Acme GmbH: 3 orders.", "the number of orders, by customer"),
        (
            "What is the lead time of MR-3?",
            "ring from Kolding: lead time 42 days. ring from Quick: lead time 5 days.",
            "lead time of offers where product is Magnet ring",
        ),
        ("What do we know about Acme GmbH?", "Customer Acme GmbH: segment wholesale.", "what is recorded of Acme GmbH"),
    ],
)
def test_the_answer_is_exact_and_says_how_it_was_understood(
    answerer: Answerer, question: str, text: str, plan: str | None
) -> None:
    answer = ask(answerer, question)
    assert answer.kind is Kind.STRUCTURE, answer
    assert answer.text == text
    assert answer.plan == plan if plan else answer.plan


def test_what_nobody_delivers_itself_is_looked_for_in_its_parts(answerer: Answerer) -> None:
    answer = ask(answerer, "which suppliers of the pump have a lead time over 30 days")
    assert answer.text == "1 supplier: Kolding Magnets."
    assert answer.plan.endswith("(or of something that it is part of)")


def test_one_offer_has_both_the_product_and_the_lead_time(answerer: Answerer) -> None:
    """Quick Parts delivers rings in 5 days and fountains in 60: no ring of theirs takes over 30 days."""
    assert "Quick" not in ask(answerer, "which suppliers of the magnet ring have a lead time over 30 days").text


def test_groups_are_counted_apart(answerer: Answerer) -> None:
    answer = ask(answerer, "How many tickets per priority?")
    assert answer.table is not None
    assert answer.table.rows == (("low", "2"), ("high", "1"))


def test_each_number_names_rows(answerer: Answerer) -> None:
    answer = ask(answerer, "How many open tickets has Acme?")
    assert [str(r) for f in answer.facts for r in f.records] == ["shop/things/T1 (things.csv row 14)"]


def test_what_was_not_understood_is_said_and_no_number_is_made_up(answerer: Answerer) -> None:
    answer = ask(answerer, "How many purple orders are there?")
    assert answer.kind is Kind.UNKNOWN
    assert "'purple'" in answer.notes[0]


def test_nothing_found_is_an_answer(answerer: Answerer) -> None:
    assert ask(answerer, "orders above 1,000,000").text == "No order fits."


def test_impact_questions_go_to_their_engine(answerer: Answerer) -> None:
    answer = ask(answerer, "Which orders are affected if Kolding Magnets fails?")
    assert answer.kind is Kind.IMPACT
    assert "1 orders worth 600.00 EUR" in answer.text
    assert answer.paths[0].entities[0].title == "Kolding Magnets"


def test_what_happens_asks_for_everything_affected(answerer: Answerer) -> None:
    answer = ask(answerer, "What happens if Kolding Magnets is late?")
    assert answer.kind is Kind.IMPACT
    assert "orders" in answer.text and "reporting" not in answer.plan


def test_what_if_questions_are_not_answered_from_records(answerer: Answerer) -> None:
    answer = ask(answerer, "What if we raise the list price by 5 %?")
    assert answer.kind is Kind.UNKNOWN and "scenario" in answer.notes[0]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["over", "at least", "under", "at most", "exactly"]), st.integers(0, 8_000))
def test_comparisons_agree_with_brute_force(words: str, number: int) -> None:
    totals = {k: int(v["total"]) / 10_000 for c, k, _, v in shop.THINGS if c == "Order" and isinstance(v["total"], int)}
    holds = {
        "over": lambda x: x > number, "at least": lambda x: x >= number, "under": lambda x: x < number,
        "at most": lambda x: x <= number, "exactly": lambda x: x == number,
    }[words]  # fmt: skip
    expected = sum(holds(x) for x in totals.values())
    answer = _shared().ask(f"how many orders with a total {words} {number:,}", today=shop.TODAY)
    assert answer.text == f"{expected} order{'' if expected == 1 else 's'}."


def test_months_and_quarters_are_the_latest_that_have_begun() -> None:
    def told(text: str) -> list[tuple[date | None, date | None]]:
        return [(s.first, s.end) for s in spans(text, date(2026, 4, 20))]

    assert told("in March") == [(date(2026, 3, 1), date(2026, 4, 1))]
    assert told("last November") == [(date(2025, 11, 1), date(2025, 12, 1))]
    assert told("since 1 May 2025") == [(date(2025, 5, 1), None)]
    assert told("before 2026-02-01") == [(None, date(2026, 2, 1))]
    assert told("Q4") == [(date(2025, 10, 1), date(2026, 1, 1))]
    assert told("may we march on") == []
    assert told("order #2023") == []


def test_numbers_are_read_as_people_write_them() -> None:
    assert [str(c.number) for c in comparisons("over 5,000 or above 1.250,50 or at least 2.5")] == [
        "5000",
        "1250.50",
        "2.5",
    ]


_HELD: list[Answerer] = []


def _shared() -> Answerer:
    if not _HELD:
        _HELD.append(Answerer(shop.network()))
    return _HELD[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("orders of October 2026 above 2000", ["from 2026-10-01 to 2026-10-31"]),
        ("orders since 2019 over 1999 EUR", ["from 2019-01-01 on"]),
        ("invoices of 2025", ["from 2025-01-01 to 2025-12-31"]),
        ("more than 2000 pieces", []),
    ],
)
def test_four_digits_after_a_size_are_an_amount(text: str, said: list[str]) -> None:
    assert [s.says for s in spans(text, date(2026, 11, 21))] == said
