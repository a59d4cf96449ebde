"""A dairy's books of a year and a half, made by rule; tests count them again with nothing but Python."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache

from graph_engine.snapshot import EntityRow, FileRow, RecordRow, RelationRow, assemble
from ontology.ids import entity_id, relation_id
from ontology.load import load_ontology
from reasoning.network import Network

TODAY = date(2026, 2, 10)
STATES = ("open", "cancelled", "shipped")


@dataclass(frozen=True)
class Row:
    """An order as the books have it."""

    key: str
    customer: str
    segment: str
    day: date | None
    state: str
    total: Decimal
    source: str


CUSTOMERS = {"Alm GmbH": "wholesale", "Berg KG": "wholesale", "Carla Clausen": "private", "Dora Dietz": "private"}
ORDERS = tuple(
    Row(
        f"{n}",
        name := tuple(CUSTOMERS)[n * n % 7 % 4],
        CUSTOMERS[name],
        None if n % 29 == 11 else date(2024, 11, 3) + timedelta(days=(n * 37) % 400),
        STATES[(n * n + n // 7) % 3],
        Decimal(100 + (n * 7919) % 4000) / 8,
        "retail_eu" if n % 5 == 0 else "farm",
    )
    for n in range(1, 91)
)
OFFERS = {  # (supplier, product): (lead time in days, price)
    ("Nordmilch", "Butter 82%"): (4, Decimal("2.10")),
    ("Südrahm", "Cream 30% (light)"): (9, Decimal("1.40")),
    ("Südrahm", "Quark"): (12, Decimal("0.90")),
    ("Nordmilch", "Quark"): (3, Decimal("1.10")),
}
INVOICES = {  # number: (customer, state, total, issued)
    "R-1": ("Alm GmbH", "open", Decimal("90.50"), date(2025, 3, 1)),
    "R-2": ("Alm GmbH", "paid", Decimal("900.00"), date(2025, 4, 1)),
    "R-3": ("Berg KG", "open", Decimal("410.00"), date(2025, 5, 1)),
    "R-4": ("Carla Clausen", "open", Decimal("30.00"), date(2025, 6, 1)),
}
PLANS = {"Basic": Decimal("9.99"), "Gold": Decimal("29.99")}
"""Rows of a table ``plans`` whose things are products."""
TICKETS = {  # number: (open, opened)
    "T-1": (False, datetime(2025, 1, 5, 9, tzinfo=UTC)),
    "T-2": (True, datetime(2025, 2, 5, 9, tzinfo=UTC)),
    "T-3": (True, datetime(2025, 3, 5, 9, tzinfo=UTC)),
}


def _things() -> list[tuple[str, str, str, dict[str, object]]]:
    """Class, record, title, values."""
    found: list[tuple[str, str, str, dict[str, object]]] = [
        ("Customer", f"farm/customers/{n}", n, {"name": n, "segment": s}) for n, s in CUSTOMERS.items()
    ]
    for row in ORDERS:
        values: dict[str, object] = {
            "number": f"A{row.key}", "status": row.state, "total": int(row.total * 10_000), "currency": "EUR",
            "freight": 50_000,
        }  # fmt: skip
        values |= {"ordered_on": row.day} if row.day is not None else {}
        found.append(("Order", f"{row.source}/orders/{row.key}", f"A{row.key}", values))
    for name in sorted({s for s, _ in OFFERS}):
        found.append(("Supplier", f"farm/suppliers/{name}", name, {"name": name}))
    for name in sorted({p for _, p in OFFERS}):
        found.append(("Product", f"farm/items/{name}", name, {"name": name}))
    for name, price in PLANS.items():
        values = {"name": name, "list_price": int(price * 10_000), "currency": "EUR"}
        found.append(("Product", f"retail_eu/plans/{name}", name, values))
    found.append(("Product", "farm/items/Salt", "Salt", {"name": "Salt", "list_price": 5_000, "currency": "EUR"}))
    for (supplier, product), (days, price) in OFFERS.items():
        title = f"{product} of {supplier}"
        values = {"name": title, "lead_time_days": days, "price": int(price * 10_000), "currency": "EUR"}
        found.append(("Offer", f"farm/offers/{title}", title, values))
    for number, (_, state, total, day) in INVOICES.items():
        values = {
            "number": number, "status": state, "total": int(total * 10_000), "currency": "EUR", "issued_on": day,
        }  # fmt: skip
        found.append(("Invoice", f"farm/invoices/{number}", number, values))
    for number, (is_open, at) in TICKETS.items():
        values = {"number": number, "subject": f"Case {number}", "open": is_open, "opened_at": at}
        found.append(("Ticket", f"farm/tickets/{number}", f"Case {number}", values))
    return found


def _links() -> list[tuple[str, str, str]]:
    found = [("order_customer", f"{r.source}/orders/{r.key}", f"farm/customers/{r.customer}") for r in ORDERS]
    for supplier, product in OFFERS:
        offer = f"farm/offers/{product} of {supplier}"
        found += [
            ("offer_supplier", offer, f"farm/suppliers/{supplier}"),
            ("offer_product", offer, f"farm/items/{product}"),
        ]
    return found + [
        ("invoice_customer", f"farm/invoices/{n}", f"farm/customers/{c}") for n, (c, *_) in INVOICES.items()
    ]


@cache
def network() -> Network:
    """The books, ready for questions."""
    ontology = load_ontology()
    things = _things()
    ids = {record: entity_id(name, record) for name, record, *_ in things}
    entities = [EntityRow(ids[r], [c], t, [r], [f"{n}={r}" for n in sorted(v)], v) for c, r, t, v in things]
    relations = [
        RelationRow(relation_id(ontology.relations[n].type, a, b), n, ids[a], ids[b], None, None, [a], {})
        for n, a, b in _links()
    ]
    records = [RecordRow(r, "source", False, "sha", n) for n, (_, r, *_) in enumerate(things, 1)]
    snapshot = assemble(ontology, entities, relations, records, [FileRow("sha", "books.csv")], [], version=3)
    return Network(snapshot, ontology)
