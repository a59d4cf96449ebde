"""Groups, shares, extremes and sources, against the dairy's books counted again in plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_engine.snapshot import Snapshot
from graph_engine.snapshot.view import view
from graph_engine.snapshot.visibility import Visibility
from ontology.errors import LimitExceeded
from reasoning.answers.engine import Answerer
from reasoning.answers.types import Answer, Kind
from reasoning.network import Network
from reasoning.structure import run as running
from reasoning.structure.periods import Period, days_of_period, name_of, names_between
from tests.unit.reasoning.structure import dairy
from tests.unit.reasoning.structure.dairy import ORDERS, Row

_HELD: list[Answerer] = []


def ask(question: str) -> Answer:
    if not _HELD:
        _HELD.append(Answerer(dairy.network()))
    return _HELD[0].ask(question, today=dairy.TODAY)


def rows(question: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The groups of an answer: what they are called → the cells behind."""
    answer = ask(question)
    assert answer.kind is Kind.STRUCTURE and answer.table is not None, answer
    names = [c for c in answer.table.columns if c not in ("orders", "total", "share", "tickets")]
    return {row[: len(names)]: row[len(names) :] for row in answer.table.rows}


def quarter(day: date) -> str:
    return f"{day.year}-Q{1 + (day.month - 1) // 3}"


PERIODS: dict[str, Callable[[date], str]] = {
    "day": lambda d: d.isoformat(),
    "week": lambda d: "{}-W{:02}".format(*d.isocalendar()[:2]),
    "month": lambda d: d.strftime("%Y-%m"),
    "quarter": quarter,
    "year": lambda d: str(d.year),
    "weekday": lambda d: d.strftime("%A"),
}
FEATURES: dict[str, Callable[[Row], str]] = {
    "status": lambda r: r.state,
    "customer": lambda r: r.customer,
    "segment": lambda r: r.segment,
}
_GERMAN = {
    "day": "Tag", "week": "Woche", "month": "Monat", "quarter": "Quartal", "year": "Jahr", "weekday": "Wochentag",
}  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(PERIODS)), st.sampled_from(dairy.STATES), st.booleans())
def test_orders_by_part_of_the_calendar_agree_with_brute_force(period: str, state: str, german: bool) -> None:
    wanted = Counter(PERIODS[period](r.day) if r.day is not None else "–" for r in ORDERS if r.state == state)
    question = f"Wie viele {state} Bestellungen pro {_GERMAN[period]}?" if german else f"{state} orders per {period}"
    found = {k[0]: int(v[0]) for k, v in rows(question).items()}
    listed = sum(found.values())
    if len(found) < 100:
        assert {k: n for k, n in found.items() if n} == dict(wanted)
    else:
        assert listed <= sum(wanted.values())
    told = list(found)
    if period != "weekday":
        assert [k for k in told if k != "–"] == sorted(k for k in told if k != "–")
    assert "–" not in told[:-1]


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(FEATURES)),
    st.sampled_from(["month", "quarter", "year"]),
    st.sampled_from([None, 2024, 2025]),
)
def test_two_keys_agree_with_brute_force(feature: str, period: str, year: int | None) -> None:
    chosen = [r for r in ORDERS if year is None or (r.day is not None and r.day.year == year)]
    wanted = Counter((FEATURES[feature](r), PERIODS[period](r.day) if r.day is not None else "–") for r in chosen)
    question = f"how many orders by {feature} and {period}" + (f" in {year}" if year else "")
    assert {k: int(v[0]) for k, v in rows(question).items()} == dict(wanted)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([*FEATURES, "month", "quarter"]), st.sampled_from(["revenue by", "Umsatz pro", "turnover per"]))
def test_revenue_by_anything_adds_up(key: str, words: str) -> None:
    wanted: dict[str, Decimal] = defaultdict(Decimal)
    for r in ORDERS:
        wanted[FEATURES[key](r) if key in FEATURES else PERIODS[key](r.day) if r.day is not None else "–"] += r.total
    shown = {"customer": "Kunde", "month": "Monat", "quarter": "Quartal"}.get(key, key)
    question = f"{words} {shown if words.startswith('Umsatz') else key}"
    found = {k[0]: v[1] for k, v in rows(question).items()}
    assert found == {k: f"{v:,.2f} EUR" for k, v in wanted.items()}


def test_months_without_anything_between_are_told() -> None:
    found = rows("orders per month of Alm GmbH with a total over 400")
    days = [r.day for r in ORDERS if r.customer == "Alm GmbH" and r.total > 400 and r.day is not None]
    assert [k[0] for k in found if k[0] != "–"] == names_between(min(days), max(days), Period.MONTH)
    assert ("0",) in found.values()


@pytest.mark.parametrize(
    ("question", "period"),
    [
        ("which month had the most orders", "month"),
        ("Welcher Monat hatte die meisten Bestellungen?", "month"),
        ("In welchem Jahr gab es die meisten Bestellungen?", "year"),
        ("which quarter had the most orders", "quarter"),
        ("which weekday has the most orders?", "weekday"),
    ],
)
def test_the_period_with_the_most_is_told(question: str, period: str) -> None:
    counted = Counter(PERIODS[period](r.day) for r in ORDERS if r.day is not None)
    most = max(counted.values())
    names = [n for n, c in counted.items() if c == most]
    text = ask(question).text
    assert text.endswith(f": {most} orders.")
    assert sorted(text.partition(": ")[0].split(", ")) == sorted(names)


def test_the_largest_by_revenue_are_told_in_order() -> None:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for r in ORDERS:
        sums[r.customer] += r.total
    first, second = sorted(sums.items(), key=lambda s: -s[1])[:2]
    for question in (
        "2 largest customers by revenue",
        "the two biggest customers by revenue",
        "top 2 customers by revenue",
    ):
        assert [part.partition(":")[0] for part in ask(question).text.split("; ")] == [first[0], second[0]]
    assert ask("which customer had the highest revenue?").text.startswith(f"{first[0]}: {first[1]:,.2f} EUR")


def test_what_stands_between_is_not_passed_over() -> None:
    """The wholesale customers' highest revenue, not anybody's; and what says nothing here is not dropped."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for r in ORDERS:
        if r.state == "cancelled":
            sums[r.customer] += r.total
    best = max(sums, key=lambda c: sums[c])
    assert ask("which customer had the highest revenue with cancelled orders?").text.startswith(f"{best}: ")
    assert ask("which customer from Narnia had the highest revenue?").kind is not Kind.STRUCTURE


@pytest.mark.parametrize(
    ("question", "part", "whole"),
    [
        ("what share of orders is cancelled", lambda r: r.state == "cancelled", lambda r: True),
        ("Wie viel Prozent der Bestellungen sind storniert?", lambda r: r.state == "cancelled", lambda r: True),
        (
            "what share of orders of 2025 is open",
            lambda r: r.state == "open",
            lambda r: r.day is not None and r.day.year == 2025,
        ),
        (
            "what percentage of the orders of Alm GmbH is shipped",
            lambda r: r.state == "shipped",
            lambda r: r.customer == "Alm GmbH",
        ),
    ],
)
def test_shares_of_counts(question: str, part: Callable[[Row], bool], whole: Callable[[Row], bool]) -> None:
    of = [r for r in ORDERS if whole(r)]
    own = [r for r in of if part(r)]
    assert ask(question).text == f"{100 * len(own) / len(of):.1f} %: {len(own)} of {len(of)} orders."


@pytest.mark.parametrize(
    ("question", "part", "whole"),
    [
        ("what share of revenue comes from Alm GmbH", lambda r: r.customer == "Alm GmbH", lambda r: True),
        ("share of revenue from Alm GmbH", lambda r: r.customer == "Alm GmbH", lambda r: True),
        ("Wie viel Prozent vom Umsatz entfällt auf Alm GmbH?", lambda r: r.customer == "Alm GmbH", lambda r: True),
        (
            "what share of the revenue of 2025 comes from wholesale customers",
            lambda r: r.segment == "wholesale",
            lambda r: r.day is not None and r.day.year == 2025,
        ),
        (
            "what share of revenue came from wholesale customers in 2025",
            lambda r: r.segment == "wholesale",
            lambda r: r.day is not None and r.day.year == 2025,
        ),
    ],
)
def test_shares_of_sums(question: str, part: Callable[[Row], bool], whole: Callable[[Row], bool]) -> None:
    of = sum((r.total for r in ORDERS if whole(r)), Decimal(0))
    own = sum((r.total for r in ORDERS if whole(r) and part(r)), Decimal(0))
    assert ask(question).text.startswith(f"{100 * own / of:.1f} % of {of:,.2f} EUR: {own:,.2f} EUR over ")


def test_each_group_is_told_as_a_share() -> None:
    found = rows("share of revenue by segment")
    whole = sum(r.total for r in ORDERS)
    for (segment,), cells in found.items():
        own = sum(r.total for r in ORDERS if r.segment == segment)
        assert cells[-1] == f"{100 * own / whole:.1f} %"


def test_a_participle_names_no_property() -> None:
    """*shipped* is a state, not the freight (which is also called shipping): its share is one of orders."""
    shipped = sum(r.state == "shipped" for r in ORDERS)
    assert ask("what percentage of orders was shipped").text.endswith(f": {shipped} of {len(ORDERS)} orders.")


def test_means_over_groups_and_in_groups_differ() -> None:
    by_customer = Counter(r.customer for r in ORDERS)
    mean = len(ORDERS) / len(by_customer)
    for question in (
        "how many orders per customer on average",
        "average number of orders per customer",
        "average orders per customer",
    ):
        assert ask(question).text.startswith(f"{mean:.2f} orders per customer on average")
    found = rows("average order value by segment")
    for (segment,), cells in found.items():
        own = [r.total for r in ORDERS if r.segment == segment]
        assert cells[1] == f"{sum(own) / len(own):,.2f} EUR"


def test_an_average_that_is_not_understood_is_not_passed_over() -> None:
    assert ask("how many orders are there on average?").kind is not Kind.STRUCTURE


def test_an_extreme_in_each_group_is_not_taken_for_one_of_all() -> None:
    table = ask("largest invoice per customer").table
    assert table is not None
    assert {row[0]: row[1] for row in table.rows} == {"Alm GmbH": "R-2", "Berg KG": "R-3", "Carla Clausen": "R-4"}


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("cheapest product", "Salt: list price 0.50 EUR."),
        ("cheapest plan", "Basic: list price 9.99 EUR."),
        ("most expensive plan?", "Gold: list price 29.99 EUR."),
        ("largest open invoice", "R-3: total 410.00 EUR."),
        ("Welche ist die größte offene Rechnung?", "R-3: total 410.00 EUR."),
        ("oldest open ticket", "Case T-2: opened at 2025-02-05T09:00:00Z."),
        ("newest ticket", "Case T-3: opened at 2025-03-05T09:00:00Z."),
        ("longest lead time of the suppliers of Quark", "Quark of Südrahm (Südrahm): lead time 12 days."),
        ("shortest lead time of Quark", "Quark of Nordmilch: lead time 3 days."),
        ("the two largest invoices", "R-2: total 900.00 EUR. R-3: total 410.00 EUR."),
        ("Which supplier sells Butter 82%?", "1 supplier: Nordmilch."),
        ("Who supplies Cream 30% (light)?", "1 supplier: Südrahm."),
        ("Which invoices of Alm GmbH are open?", "1 invoice: R-1."),
        ("Welche Rechnungen von Alm GmbH sind offen?", "1 invoice: R-1."),
        ("how many products have no list price?", "3 products."),
    ],
)  # fmt: skip
def test_what_was_not_understood_before(question: str, text: str) -> None:
    answer = ask(question)
    assert answer.kind is Kind.STRUCTURE, answer
    assert answer.text == text


@pytest.mark.parametrize("words", ["retail orders", "retail_eu orders", "orders from retail_eu"])
def test_the_name_of_a_source_tells_where_things_are_recorded(words: str) -> None:
    own = sum(r.source == "retail_eu" and r.state == "cancelled" for r in ORDERS)
    assert 0 < own < sum(r.state == "cancelled" for r in ORDERS)
    answer = ask(f"How many {words} are cancelled?")
    assert answer.text == f"{own} orders."
    assert "recorded in the source retail_eu" in answer.plan


def test_a_word_that_nothing_is_called_is_still_not_passed_over() -> None:
    assert ask("How many purple orders per month?").kind is not Kind.STRUCTURE
    assert ask("cheapest plan in Narnia").kind is not Kind.STRUCTURE


def test_a_caller_counts_only_what_he_may_see() -> None:
    """Groups, shares and the names of sources know nothing of a source that is hidden."""
    base = dairy.network()
    snapshot: Snapshot = view(base.snapshot, base.ontology, Visibility(sources=frozenset({"retail_eu"})))
    own = Answerer(Network(snapshot, base.ontology))
    table = own.ask("orders per month", today=dairy.TODAY).table
    assert table is not None
    seen = [r for r in ORDERS if r.source != "retail_eu"]
    assert sum(int(row[1]) for row in table.rows) == len(seen)
    assert own.ask("How many retail_eu orders are cancelled?", today=dairy.TODAY).kind is not Kind.STRUCTURE
    assert own.ask("cheapest plan", today=dairy.TODAY).kind is not Kind.STRUCTURE


def test_a_plan_has_a_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SECONDS", -1.0)
    with pytest.raises(LimitExceeded, match="took more than"):
        ask("orders per month")


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)), st.sampled_from(list(Period)), st.integers(0, 900))
def test_periods_part_the_calendar(day: date, period: Period, further: int) -> None:
    name = name_of(day, period)
    bounds = days_of_period(name, period)
    assert (bounds is None) == (period is Period.WEEKDAY)
    if bounds is not None:
        assert bounds[0] <= day < bounds[1]
        assert name_of(bounds[0], period) == name == name_of(bounds[1] - timedelta(days=1), period)
        assert name_of(bounds[1], period) > name
    names = names_between(day, day + timedelta(days=further), period)
    if period is not Period.WEEKDAY:
        wanted = dict.fromkeys(name_of(day + timedelta(days=n), period) for n in range(further + 1))
        assert names == list(wanted)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(["more than", "at least", "fewer than", "exactly"]), st.integers(1, 45))
def test_things_with_so_many_others_agree_with_brute_force(words: str, number: int) -> None:
    counts = Counter(r.customer for r in ORDERS)
    holds = {
        "more than": lambda n: n > number, "at least": lambda n: n >= number, "fewer than": lambda n: n < number,
        "exactly": lambda n: n == number,
    }[words]  # fmt: skip
    wanted = {c for c in dairy.CUSTOMERS if holds(counts[c])}
    answer = ask(f"Which customers have {words} {number} orders?")
    told = set(answer.text.partition(": ")[2].rstrip(".").split(", ")) if wanted else set()
    assert answer.text == "No customer fits." if not wanted else told == wanted


def test_a_word_that_compares_is_not_passed_over() -> None:
    assert ask("Which product sold the most units in 2025?").kind is not Kind.STRUCTURE


def test_what_things_cost_and_German_quarters() -> None:
    assert ask("How many plans cost more than 10?").text == "1 product."
    assert ask("Umsatz im ersten Quartal 2025").text == ask("revenue in Q1 2025").text


def test_none_of_a_kind_is_not_some_of_another_kind() -> None:
    """Who has no open invoices has none that is open, not one that is paid."""
    having = {c for c, state, *_ in dairy.INVOICES.values() if state == "open"}
    for question in ("Which customers have no open invoices?", "Kunden ohne offene Rechnungen"):
        answer = ask(question)
        assert set(answer.text.partition(": ")[2].rstrip(".").split(", ")) == set(dairy.CUSTOMERS) - having, answer.plan


@pytest.mark.parametrize("state", dairy.STATES)
@pytest.mark.parametrize("number", [3, 8, 9, 12])
def test_so_many_of_a_kind(state: str, number: int) -> None:
    counts = Counter(r.customer for r in ORDERS if r.state == state)
    wanted = sum(counts[c] > number for c in dairy.CUSTOMERS)
    text = ask(f"how many customers have more than {number} {state} orders").text
    assert text == f"{wanted} customer{'' if wanted == 1 else 's'}."


def test_days_behind_what_is_counted_are_of_that() -> None:
    counts = Counter(r.customer for r in ORDERS if r.day is not None and r.day.year == 2024)
    wanted = sum(counts[c] > 3 for c in dairy.CUSTOMERS)
    assert ask("how many customers had more than 3 orders in 2024").text == f"{wanted} customers."


def test_a_share_in_each_group_is_of_that_group() -> None:
    found = rows("share of cancelled orders by segment")
    for (segment,), cells in found.items():
        own = [r for r in ORDERS if r.segment == segment]
        part = [r for r in own if r.state == "cancelled"]
        assert cells == (str(len(part)), f"{100 * len(part) / len(own):.1f} %")


def test_both_of_two_times_is_not_either() -> None:
    assert ask("which customers ordered in both January and February 2025").kind is not Kind.STRUCTURE


def test_what_is_said_in_the_singular_is_not_counted() -> None:
    """An *average rating per product* is none of how many ratings there are."""
    assert ask("average order per customer").kind is not Kind.STRUCTURE


def test_a_plan_is_also_told_as_a_query_where_that_can_say_it() -> None:
    found = ask("open orders per month in 2025 of Alm GmbH").details["query"]
    assert isinstance(found, dict)
    assert found["group"] == ["ordered_on:month"]
    assert {"path": "status", "op": "in", "value": ["open"]} in found["where"]
    assert [c["path"] for c in found["where"] if "path" in c] == ["customer.id", "status"]
    for question in ("what share of orders is open", "how many retail_eu orders", "customers with more than 3 orders"):
        answer = ask(question)
        assert answer.kind is Kind.STRUCTURE and "query" not in answer.details, question


@pytest.mark.parametrize(
    "question",
    [
        "revenue in March vs April 2025",  # two sums are asked for, not one over both
        "How many products do we buy?",  # not how many there are
    ],
)
def test_what_would_be_half_understood_is_not_told(question: str) -> None:
    assert ask(question).kind is not Kind.STRUCTURE


def test_what_was_opened_need_not_be_open() -> None:
    assert ask("How many tickets were opened in 2025?").text == "3 tickets."
    assert ask("How many tickets are open?").text == "2 tickets."


def test_a_total_by_quarter_is_a_sum() -> None:
    assert rows("open invoice total by quarter") == {
        ("2025-Q1", "1"): ("90.50 EUR",), ("2025-Q2", "2"): ("440.00 EUR",),
    }  # fmt: skip


def test_two_are_told_where_two_are_asked_for() -> None:
    assert ask("Which two products have the lowest list price?").text == (
        "Salt: list price 0.50 EUR. Basic: list price 9.99 EUR."
    )


def test_more_that_are_level_than_are_named_is_said() -> None:
    least = min(r.total for r in ORDERS)
    assert sum(r.total == least for r in ORDERS) == 1
    assert not ask("smallest order").notes
    answer = ask("largest 7 orders")
    assert answer.notes == ("7 are found; 5 are named here.",)


def test_no_price_is_none_recorded_or_none_to_pay() -> None:
    answer = ask("products without a list price")
    assert answer.plan == "all products where list price is not recorded or 0"
    assert ask("what share of products has no list price").text == "50.0 %: 3 of 6 products."
