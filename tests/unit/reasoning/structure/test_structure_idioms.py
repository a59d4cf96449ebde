"""Idioms, ranks, absence and extremes in each group, against the stall's books counted again in plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

import pytest

from reasoning.answers.engine import Answerer
from reasoning.answers.types import Answer, Kind
from tests.unit.reasoning.structure import stall
from tests.unit.reasoning.structure.stall import LINES, OFFERS, TODAY

_HELD: list[Answerer] = []


def ask(question: str) -> Answer:
    if not _HELD:
        _HELD.append(Answerer(stall.network()))
    return _HELD[0].ask(question, today=TODAY)


def told(question: str) -> str:
    answer = ask(question)
    assert answer.kind is Kind.STRUCTURE, answer
    return answer.text


REVENUE: Counter[str] = Counter()
PIECES: Counter[str] = Counter()
MONTHS: Counter[str] = Counter()
for _line in LINES:
    REVENUE[_line.customer] += _line.total  # type: ignore[assignment]
    PIECES[_line.product] += _line.pieces
    MONTHS[f"{_line.day:%Y-%m}"] += _line.pieces
BEST = max(REVENUE, key=lambda name: REVENUE[name])


@pytest.mark.parametrize(
    "question",
    [
        "Who is our best customer?",
        "Who is our biggest customer?",
        "Wer ist unser bester Kunde?",
        "Which is our most important customer?",
    ],
)
def test_the_best_customer_is_the_one_with_the_highest_revenue_and_that_is_said(question: str) -> None:
    answer = ask(question)
    assert answer.text.startswith(f"{BEST}: {REVENUE[BEST]:,.2f} EUR over")
    assert any("highest sum of total of orders" in note for note in answer.notes)


def test_of_several_best_all_are_told_in_order_or_as_many_as_are_asked_for() -> None:
    order = [name for name, _ in sorted(REVENUE.items(), key=lambda kv: -kv[1])]
    for question, number in (("Who are our best customers?", len(order)), ("our two largest customers", 2)):
        table = ask(question).table
        assert table is not None
        assert [row[0] for row in table.rows] == order[:number]
        assert table.total == number
    worst = ask("Who is our worst customer?").table
    assert worst is not None and worst.rows[0][0] == order[-1]


def test_top_n_lists_n_groups() -> None:
    table = ask("top 2 customers by revenue").table
    assert table is not None and len(table.rows) == table.total == 2


def test_a_share_of_the_largest_finds_it_first() -> None:
    whole = sum(REVENUE.values())
    for question in (
        "What share of revenue comes from our largest customer?",
        "Wie viel Prozent des Umsatzes kommt von unserem größten Kunden?",
    ):
        answer = ask(question)
        assert answer.text.startswith(f"{100 * REVENUE[BEST] / whole:.1f} %")
        assert any(BEST in note for note in answer.notes)
    two = sum(sorted(REVENUE.values())[-2:])
    assert told("What share of revenue comes from our top 2 customers?").startswith(f"{100 * two / whole:.1f} %")


def test_who_is_named_by_rank_is_asked_about() -> None:
    orders = {line.order for line in LINES if line.customer == BEST}
    assert told("How many orders has our largest customer?") == f"{len(orders)} orders."


@pytest.mark.parametrize(
    ("question", "since"),
    [
        ("Which customers have not ordered since March?", date(2026, 3, 1)),
        ("Welche Kunden haben seit März nicht bestellt?", date(2026, 3, 1)),
        ("Which customers have not ordered in the last 6 months?", date(2025, 10, 20)),
        ("Which customers have not placed an order since 2026-02-15?", date(2026, 2, 15)),
        ("customers who have not bought anything for more than 90 days", date(2026, 1, 20)),
        ("Welche Kunden haben seit drei Monaten nicht bestellt?", date(2026, 1, 20)),
        ("customers without orders in 2026", date(2026, 1, 1)),
    ],
)
def test_who_has_not_ordered_since_is_counted(question: str, since: date) -> None:
    answer = ask(question)
    quiet = [n for n in stall.CUSTOMERS if not any(x.customer == n and x.day >= since for x in LINES)]
    assert answer.kind is Kind.STRUCTURE and answer.table is not None, answer
    assert {row[0] for row in answer.table.rows} == set(quiet)
    assert ".." not in answer.text


def test_products_that_were_not_sold() -> None:
    sold = {x.product for x in LINES if x.day >= date(2026, 4, 1)}
    wanted = [p for p in stall.PRODUCTS if p not in sold]
    text = told("Which products have not been sold since April?")
    assert text.startswith(f"{len(wanted)} product" if wanted else "No product")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who owes us the most?", "Anna Inc.: 140.00 EUR over 2 invoices."),
        ("Wer schuldet uns am meisten?", "Anna Inc.: 140.00 EUR over 2 invoices."),
        ("How much does Bert Ltd. owe us?", "The sum of total is 120.00 EUR, over 1 invoice."),
        ("Wie viel schuldet uns Anna Inc.?", "The sum of total is 140.00 EUR, over 2 invoices."),
        ("How much are we owed?", "The sum of total is 260.00 EUR, over 3 invoices."),
        ("How much do we owe Orchard?", "The sum of total is 70.00 EUR, over 1 bill."),
        ("Who do we owe the most?", "Orchard: 70.00 EUR over 1 bill."),
    ],
)
def test_debts_are_what_is_not_paid(question: str, text: str) -> None:
    assert told(question) == text


def test_bounds_on_what_somebody_owes_are_not_taken_for_bounds_on_one_invoice() -> None:
    assert not ask("Who owes us more than 130 EUR?").known


def test_pieces_sold_are_added_up() -> None:
    most = max(PIECES, key=lambda name: PIECES[name])
    for question in (
        "Which product sold the most units?", "What is our best-selling product?", "Which product sells best?",
        "Welches Produkt wurde am meisten verkauft?",
    ):  # fmt: skip
        assert told(question).startswith(f"{most}: {PIECES[most]} over"), question
    table = ask("units sold per month").table
    assert table is not None and {row[0]: int(row[2]) for row in table.rows if row[2] != "nothing"} == dict(MONTHS)
    crates = sum(x.pieces for x in LINES if "crate" in x.product)
    assert told("How many crates did we sell?").startswith(f"The sum of quantity is {crates},")
    march = sum(x.pieces for x in LINES if "crate" in x.product and x.day.month == 3)
    assert told("Wie viele crates haben wir im März verkauft?").startswith(f"The sum of quantity is {march},")
    anna = sum(x.pieces for x in LINES if x.customer == "Anna Inc." and x.product == "Honey jar")
    assert told("How many units of the Honey jar did we sell to Anna Inc.?").startswith(
        f"The sum of quantity is {anna},"
    )


def test_the_largest_of_each_group() -> None:
    totals: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    days: dict[str, date] = {}
    for line in LINES:
        totals[line.customer][line.order] += line.total
        days[line.customer] = max(days.get(line.customer, line.day), line.day)
    table = ask("largest order per customer").table
    assert table is not None
    found = {row[0]: row[2] for row in table.rows}
    assert found == {name: f"{max(own.values()):,.2f} EUR" for name, own in totals.items()}
    for question in ("newest order of each customer", "letzter Auftrag je Kunde", "each customer's latest order"):
        table = ask(question).table
        assert table is not None, question
        assert {row[0]: row[2] for row in table.rows} == {name: day.isoformat() for name, day in days.items()}
    assert "query" not in ask("largest order per customer").details


def test_the_cheapest_supplier_of_each_product_is_named() -> None:
    table = ask("cheapest supplier per product").table
    assert table is not None
    wanted = {}
    for (supplier, product), price in sorted(OFFERS.items(), key=lambda kv: -kv[1]):
        wanted[product] = (supplier, f"{price:,.2f} EUR")
    assert {row[0]: row[1:] for row in table.rows} == wanted


def test_what_things_are_worth_is_added_up_where_it_is_called_so() -> None:
    own = sum(x.total for x in LINES if x.customer == BEST)
    assert told(f"order value of {BEST}").startswith(f"The sum of total is {own:,.2f} EUR")
    one = sum(x.total for x in LINES if x.order == "S4")
    assert told("order value of S4") == f"S4: total {one:,.2f} EUR."


def test_a_name_that_ends_in_a_full_stop_ends_the_sentence() -> None:
    text = told("Which customers have not ordered since 2026-04-19?")
    assert text.endswith(".") and not text.endswith("..")


def test_contractions_deny_too() -> None:
    since = {line.customer for line in LINES if line.day >= date(2026, 3, 1)}
    table = ask("Which customers haven't ordered since March?").table
    assert table is not None and {row[0] for row in table.rows} == set(stall.CUSTOMERS) - since


def test_pieces_by_what_stands_first() -> None:
    most = max(MONTHS, key=lambda month: MONTHS[month])
    for question in ("In which month did we sell the most pieces?", "Which month had the most units sold?"):
        assert told(question).startswith(f"{most}: {MONTHS[most]} over"), question


def test_a_mean_of_one_of_them() -> None:
    orders = {line.order: line.customer for line in LINES}
    mean = Decimal(len(orders)) / len(set(orders.values()))
    assert told("How many orders does a customer place on average?").startswith(f"{mean:.2f} orders per customer")


def test_so_many_may_be_said_in_words() -> None:
    orders = Counter({line.order: line.customer for line in LINES}.values())
    wanted = sum(number > 9 for number in orders.values())
    assert told("How many customers have ten or more orders?") == f"{wanted} customer{'s' if wanted != 1 else ''}."


def test_the_thing_of_a_line_is_what_was_sold() -> None:
    own = sum(x.pieces for x in LINES if x.product == "Honey jar" and x.day.year == 2026)
    text = told("How many units of the Honey jar have we sold in 2026?")
    assert text.startswith(f"The sum of quantity is {own},")


def test_in_each_group_of_things_of_a_kind_says_which_things() -> None:
    table = ask("cheapest offer for every product").table
    assert table is not None and {row[0]: row[1] for row in table.rows} == {
        "Apple crate": "Apple crate of Orchard",
        "Honey jar": "Honey jar of Beehive",
    }


def test_two_days_are_each_of_what_they_stand_behind() -> None:
    spring = {x.customer for x in LINES if date(2026, 2, 1) <= x.day < date(2026, 3, 1)}
    later = {x.customer for x in LINES if x.day >= date(2026, 3, 20)}
    answer = ask("Which customers ordered in February but have not ordered since 2026-03-20?")
    assert answer.kind is Kind.STRUCTURE
    assert {row[0] for row in answer.table.rows} == spring - later if answer.table else spring <= later


def test_who_spends_the_most() -> None:
    for question in ("Which customer spent the most with us?", "Wer hat am meisten bestellt?"):
        assert told(question).startswith(f"{BEST}: {REVENUE[BEST]:,.2f} EUR over"), question


def test_what_sells_worst() -> None:
    least = min(PIECES, key=lambda name: PIECES[name])
    assert told("What is our worst-selling product?").startswith(f"{least}: {PIECES[least]} over")


def test_what_was_spent_is_never_a_sum_of_prices() -> None:
    whole = sum(total for _, total, _ in stall.BILLS.values())
    assert told("How much did we spend?") == f"The sum of total is {whole:,.2f} EUR, over 2 bills."
    assert told("How much did we buy from Orchard?") == "The sum of total is 70.00 EUR, over 1 bill."
