"""*Or*, *not*, shares, comparisons and German questions over the shop, against figures written down from its tables."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reasoning.answers.engine import Answerer
from reasoning.answers.types import Answer, Kind
from reasoning.structure.dates import spans
from reasoning.structure.words import comparisons, german_stem
from tests.unit.reasoning.answers import shop


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    return Answerer(shop.network())


def ask(answerer: Answerer, question: str) -> Answer:
    return answerer.ask(question, today=shop.TODAY)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many tickets have priority high or low?", "3 tickets."),
        ("How many orders in November 2025 or March 2026?", "4 orders."),
        ("orders in November 2025 or above 5,400", "2 orders: #1003, #1004."),
        ("How many orders of Acme or Berta Braun?", "4 orders."),
        ("How many orders of Acme and Berta Braun?", "4 orders."),  # an order has one customer: each of them
        ("Which suppliers supply the Heron fountain and the magnet ring?", "1 supplier: Quick Parts."),
        ("Which suppliers supply the Heron fountain or the magnet ring?", "2 suppliers: Kolding Magnets, Quick Parts."),
        ("orders not shipped or shipped after 2026-03-20", "3 orders: #1002, #1003, #1004."),
        ("Which tickets are open or high?", "2 tickets: Pump is loud, Broken seal."),
    ],
)
def test_or_joins_what_stands_around_it(answerer: Answerer, question: str, text: str) -> None:
    assert ask(answerer, question).text == text


def test_one_offer_fits_each_side_of_an_or(answerer: Answerer) -> None:
    """Quick Parts takes 60 days for fountains and 5 for rings; Kolding 42 for rings."""
    found = ask(answerer, "which suppliers of the magnet ring or the Heron fountain have a lead time over 50 days")
    assert found.text == "1 supplier: Quick Parts."
    assert "Magnet ring or Heron fountain" in found.plan


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("customers that are not wholesale", "3 customers: Berta Braun, Jo Weber, Jo Weber."),
        ("How many tickets are not high?", "2 tickets."),
        ("How many tickets are neither open nor high?", "1 ticket."),
        ("customers without orders", "2 customers: Jo Weber, Jo Weber."),
        ("products without offers", "1 product: Otter submersible pump."),
        ("Which customers ordered the Heron fountain in March 2026?", "1 customer: Berta Braun."),
        ("Which customers ordered the Heron fountain in April 2026?", "No customer fits."),
        ("Who has the most open tickets?", "Acme GmbH, Berta Braun: 1 ticket."),
        ("Which customers have tickets?", "2 customers: Acme GmbH, Berta Braun."),
        ("How many customers have high tickets?", "1 customer."),
        ("orders between 100 and 700", "1 order: #1001."),
        ("orders of 5,500 or more", "2 orders: #1003, #1004."),
    ],
)
def test_what_is_denied_or_must_be_there_counts(answerer: Answerer, question: str, text: str) -> None:
    assert ask(answerer, question).text == text


@pytest.mark.parametrize(
    "question",
    [
        "How many orders 5000",
        "How many tickets nobody saw?",
    ],
)
def test_a_word_without_a_place_is_never_dropped(answerer: Answerer, question: str) -> None:
    answer = ask(answerer, question)
    assert answer.kind is Kind.UNKNOWN
    assert "no record's property was found" in answer.notes[0]


@pytest.mark.parametrize("question", ["orders or tickets of Acme", "How many orders or customers"])
def test_an_or_between_classes_is_said_not_to_be_understood(answerer: Answerer, question: str) -> None:
    answer = ask(answerer, question)
    assert answer.kind is Kind.UNKNOWN
    assert "'or'" in answer.notes[0]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What share of tickets is open?", "66.7 %: 2 of 3 tickets."),
        ("What percentage of the orders of Acme is shipped?", "33.3 %: 1 of 3 orders."),
        ("What is the share of tickets with low priority?", "66.7 %: 2 of 3 tickets."),
        ("Wie viel Prozent der Tickets sind offen?", "66.7 %: 2 of 3 tickets."),
        ("What share of orders in 2024 is shipped?", "There are no orders that this could be a share of."),
    ],
)
def test_a_share_says_of_what(answerer: Answerer, question: str, text: str) -> None:
    answer = ask(answerer, question)
    assert answer.text == text
    assert "among all" in answer.plan


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Which has more orders, Acme or Berta Braun?", "Acme GmbH: 3 orders; Berta Braun: 1 order."),
        ("revenue of Acme in 2026", "The sum of total is 600.00 EUR and 5,500.00 USD, over 2 orders."),
        ("top 1 customers by revenue", "Acme GmbH: 7,600.00 EUR and 5,500.00 USD over 3 orders."),
        ("Who has fewer open tickets, Acme or Berta Braun?", "Acme GmbH: 1 ticket; Berta Braun: 1 ticket."),
        (
            "compare the total of orders in 2026 of Acme and Berta Braun",
            "Acme GmbH: 600.00 EUR and 5,500.00 USD over 2 orders; Berta Braun: 80.00 EUR over 1 order.",
        ),
    ],
)
def test_two_things_are_compared(answerer: Answerer, question: str, text: str) -> None:
    assert ask(answerer, question).text == text


def test_an_orders_total_is_not_what_one_of_its_products_brought_in(answerer: Answerer) -> None:
    """The lines of the shop say no totals: nothing is made of the orders' totals instead."""
    assert ask(answerer, "revenue by product").kind is not Kind.STRUCTURE
    assert ask(answerer, "revenue of OT-1").kind is not Kind.STRUCTURE


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Wie viele Lieferanten haben wir?", "2 suppliers."),
        ("Wie viele Kunden haben wir?", "4 customers."),
        ("Welche Lieferanten hat der Magnetring?", None),
        ("Welche Lieferanten hat Heron fountain?", "1 supplier: Quick Parts."),
        ("Offene Tickets von Acme", "1 ticket: Pump is loud."),
        ("Tickets von Acme, die nicht offen sind", "1 ticket: Where is my order?."),
        ("Wie hoch ist der Listenpreis von OT-1?", "Otter submersible pump: list price 139.00 EUR."),
        ("Wann wurde Auftrag #1001 versandt?", "#1001: shipped on 2026-03-09."),
        ("Welches Produkt ist am teuersten?", "Otter submersible pump: list price 139.00 EUR."),
        ("Aufträge letzten Monat über 5.000", "1 order: #1004."),
        ("Welcher Kunde hat die meisten Aufträge?", "Acme GmbH: 3 orders."),
        ("Wer liefert den Heron fountain?", "1 supplier: Quick Parts."),
        ("Kunden ohne Aufträge", "2 customers: Jo Weber, Jo Weber."),
    ],
)
def test_german_questions(answerer: Answerer, question: str, text: str | None) -> None:
    answer = ask(answerer, question)
    if text is None:
        assert answer.kind in (Kind.UNKNOWN, Kind.STRUCTURE)  # one word for a thing of two
    else:
        assert answer.text == text, answer
        assert answer.plan


def test_what_nobody_delivers_itself_in_german(answerer: Answerer) -> None:
    found = ask(answerer, "Welche Lieferanten hat die Pumpe?")
    assert found.text == "2 suppliers: Kolding Magnets, Quick Parts."
    assert found.plan.endswith("(or of something that it is part of)")


def test_german_endings() -> None:
    for one, other in (
        ("lieferant", "lieferanten"), ("kunde", "kunden"), ("auftrag", "auftrage"), ("auftrag", "auftragen"),
        ("rechnung", "rechnungen"), ("land", "landern"), ("offen", "offene"), ("offen", "offenen"),
    ):  # fmt: skip
        assert german_stem(one) == german_stem(other)


def test_german_days_and_amounts() -> None:
    def told(text: str) -> list[tuple[date | None, date | None]]:
        return [(s.first, s.end) for s in spans(text, date(2026, 4, 20))]

    assert told("seit letztem Monat") == told("since last month") or told("letzten Monat") == told("last month")
    assert told("letzte Woche") == told("last week")
    assert told("in den letzten 30 Tagen") == told("in the last 30 days")
    assert told("gestern") == told("yesterday")
    assert [(str(c.number), c.unit) for c in comparisons("mehr als 30 Tage oder zwischen 1.000 und 2.000 EUR")] == [
        ("30", "day"), ("1000", "eur"), ("2000", "eur"),
    ]  # fmt: skip


_SAID = """
how many|which|what share of|compare|who has more|wie viele|welche|orders|tickets|customers|suppliers|products|aufträge
lieferanten|of|or|and|not|without|is|are|with|have|open|high|wholesale|late|overdue|shipped|Acme|Berta Braun|OT-1
the|#1001|Heron fountain|in March|since 2026|over 500|between 1 and 7|5 or more|per|top 3|most|cheapest|total|average
nicht|ohne|teuerste|?|,|price|lead time|7|Jo Weber|pump|more expensive|share|percent|wann|neither|nor|days|offene|oder
"""


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([w for line in _SAID.strip().splitlines() for w in line.split("|")]), max_size=9))
def test_no_order_of_words_is_too_odd(words: list[str]) -> None:
    question = " ".join(words)
    if not question.strip():
        return
    answer = _shared().ask(question, today=shop.TODAY)
    if answer.kind is Kind.STRUCTURE:
        assert answer.plan and answer.text
    answer.to_json()


def test_more_choices_than_can_be_tried_are_no_question() -> None:
    question = "how many orders " + " ".join(f"of Acme or Berta Braun in March or {m}" for m in ["April", "May"] * 9)
    answer = _shared().ask(question, today=shop.TODAY)
    assert answer.kind in (Kind.UNKNOWN, Kind.STRUCTURE)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(range(1, 13)), min_size=1, max_size=4, unique=True), st.sampled_from([2025, 2026]))
def test_months_joined_by_or_agree_with_brute_force(months: list[int], year: int) -> None:
    days = [v["ordered_on"] for c, _, _, v in shop.THINGS if c == "Order"]
    expected = sum(isinstance(d, date) and d.year == year and d.month in months for d in days)
    named = " or ".join(f"in {date(year, m, 1):%B} {year}" for m in months)
    answer = _shared().ask(f"how many orders {named}", today=shop.TODAY)
    assert answer.text == f"{expected} order{'' if expected == 1 else 's'}."
    share = _shared().ask(f"what share of orders were placed {named}", today=shop.TODAY)
    assert share.text == f"{100 * expected / len(days):.1f} %: {expected} of {len(days)} orders."


@cache
def _shared() -> Answerer:
    return Answerer(shop.network())
