"""The accounts: invoices, payments, bills, accounts and the budget."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from .people import People
from .trade import TODAY, Trade

ACCOUNTS = (
    ("1200", "Bank Sparkasse", "asset"), ("1210", "Bank Volksbank", "asset"), ("1400", "Forderungen aus Lieferungen und Leistungen", "asset"),
    ("1600", "Verbindlichkeiten aus Lieferungen und Leistungen", "liability"), ("1776", "Umsatzsteuer 19 %", "liability"),
    ("3400", "Wareneingang 19 % Vorsteuer", "expense"), ("3425", "Innergemeinschaftlicher Erwerb", "expense"), ("3550", "Wareneingang Drittland", "expense"),
    ("4100", "Löhne und Gehälter", "expense"), ("4210", "Miete", "expense"), ("4240", "Gas, Strom, Wasser", "expense"),
    ("4600", "Werbekosten", "expense"), ("4730", "Ausgangsfrachten", "expense"), ("4806", "Wartung Maschinen", "expense"),
    ("8400", "Erlöse 19 % USt", "income"), ("8125", "Steuerfreie EU-Lieferungen", "income"), ("8120", "Erlöse Drittland", "income"),
)
_BUDGET = {"3400": 6_200_000, "3425": 2_100_000, "3550": 900_000, "4100": 18_400_000, "4210": 1_150_000, "4240": 640_000, "4600": 380_000, "4730": 410_000, "4806": 120_000, "8400": 33_000_000}


@dataclass(frozen=True)
class Invoice:
    """A row of the outgoing invoices. Money in cents."""

    number: str
    day: date
    due: date
    debtor: int
    order: str
    net: int
    tax: int
    account: str
    status: str


@dataclass(frozen=True)
class Payment:
    """A row of the incoming payments. Money in cents."""

    number: str
    day: date
    invoice: str
    amount: int
    account: str
    text: str


@dataclass(frozen=True)
class Bill:
    """A row of the suppliers' bills. Money in cents of ``currency``."""

    number: str
    supplier: str
    order: str
    day: date
    due: date
    amount: int
    currency: str
    account: str
    paid: bool


@dataclass
class Books:
    """Everything booked."""

    invoices: list[Invoice] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    bills: list[Bill] = field(default_factory=list)
    budget: list[tuple[str, str, int]] = field(default_factory=list)


def make_books(people: People, trade: Trade, rng: Random) -> Books:
    """An invoice for each order of a debtor, payments for most, a bill for each delivered purchase, a year of budget."""
    books = Books()
    terms = {d.number: d for d in people.debtors}
    for order in trade.orders:
        debtor = terms.get(people.debtor_of.get(order.customer, 0))
        if debtor is None or order.financial == "refunded":
            continue
        day = order.created.date() + timedelta(days=1)
        net = round(order.total / 1.19)
        number = f"RE{day.year}-{len(books.invoices) + 1:05d}"
        due = day + timedelta(days=debtor.terms_days)
        paid = day + timedelta(days=debtor.terms_days + rng.choice((-4, -1, 0, 0, 3, 11, 25)))
        open_ = paid > TODAY or rng.random() < 0.05
        account = {"DE": "8400", "CH": "8120"}.get(debtor.country, "8125")
        books.invoices.append(Invoice(number, day, due, debtor.number, order.name, net, order.total - net, account, "offen" if open_ else "bezahlt"))
        if not open_:
            books.payments.append(Payment(f"Z{len(books.payments) + 1:05d}", max(paid, day), number, order.total, rng.choice(("1200", "1210")), f"{number} {debtor.name}"[:60]))
    for purchase in trade.purchases:
        if purchase.status == "offen":
            continue
        amount = sum(line.quantity * line.price for line in trade.purchase_lines if line.order == purchase.number)
        day = purchase.due + timedelta(days=3)
        account = {"EUR": "3400", "DKK": "3425"}.get(purchase.currency, "3550")
        books.bills.append(
            Bill(f"ER-{len(books.bills) + 1:04d}", purchase.supplier, purchase.number, day, day + timedelta(days=30), amount, purchase.currency, account, day + timedelta(days=30) < TODAY)
        )
    for month in range(1, 13):
        for account, amount in _BUDGET.items():
            season = 130 if month in (4, 5, 6, 7) and account in ("3400", "8400", "4730") else 100
            books.budget.append((account, f"2026-{month:02d}", amount * season // 100))
    return books
