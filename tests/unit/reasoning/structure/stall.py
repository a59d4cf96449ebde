"""A market stall's books, made by rule: orders with lines of so many pieces; tests count them again in plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from graph_engine.snapshot import EntityRow, FileRow, RecordRow, RelationRow, assemble
from ontology.ids import entity_id, relation_id
from ontology.load import load_ontology
from reasoning.network import Network

TODAY = date(2026, 4, 20)
CUSTOMERS = ("Anna Inc.", "Bert Ltd.", "Cora AG", "Dirk KG", "Emil GmbH")
PRODUCTS = {"Apple crate": Decimal("12.50"), "Pear crate": Decimal("15.00"), "Honey jar": Decimal("6.25")}


@dataclass(frozen=True)
class Line:
    """A line of an order, with the order's customer and day."""

    order: str
    customer: str
    day: date
    product: str
    pieces: int
    total: Decimal


def _lines() -> tuple[Line, ...]:
    found = []
    for n in range(1, 41):
        customer = CUSTOMERS[n * n % 11 % 4]  # nobody sells to Emil
        day = date(2025, 9, 1) + timedelta(days=n * 31 % 220)
        for at in range(1 + n % 2):
            product = tuple(PRODUCTS)[(n + at) % 3]
            pieces = 1 + n * 7 % 9
            found.append(Line(f"S{n}", customer, day, product, pieces, pieces * PRODUCTS[product]))
    return tuple(found)


LINES = _lines()
INVOICES = {  # number: (customer, total, paid on)
    "F1": ("Anna Inc.", Decimal("100.00"), None),
    "F2": ("Anna Inc.", Decimal("40.00"), None),
    "F3": ("Bert Ltd.", Decimal("120.00"), None),
    "F4": ("Cora AG", Decimal("900.00"), date(2026, 1, 5)),
}
BILLS = {"B1": ("Orchard", Decimal("70.00"), "open"), "B2": ("Beehive", Decimal("80.00"), "paid")}
OFFERS = {("Orchard", "Apple crate"): Decimal("8.00"), ("Beehive", "Honey jar"): Decimal("3.00"),
          ("Orchard", "Honey jar"): Decimal("4.00")}  # fmt: skip


@cache
def network() -> Network:
    """The books, ready for questions."""
    ontology = load_ontology()
    things: list[tuple[str, str, str, dict[str, object]]] = [
        ("Customer", f"stall/customers/{n}", n, {"name": n}) for n in CUSTOMERS
    ]
    things += [("Supplier", f"stall/suppliers/{n}", n, {"name": n}) for n in ("Orchard", "Beehive")]
    things += [("Product", f"stall/products/{n}", n, {"name": n}) for n in PRODUCTS]
    links: list[tuple[str, str, str]] = []
    for order in dict.fromkeys(line.order for line in LINES):
        own = [line for line in LINES if line.order == order]
        total = sum((line.total for line in own), Decimal(0))
        values: dict[str, object] = {
            "number": order, "ordered_on": own[0].day, "total": int(total * 10_000), "currency": "EUR",
        }  # fmt: skip
        things.append(("Order", f"stall/orders/{order}", order, values))
        links.append(("order_customer", f"stall/orders/{order}", f"stall/customers/{own[0].customer}"))
        for at, line in enumerate(own):
            record = f"stall/lines/{order}-{at}"
            values = {
                "name": line.product, "quantity": line.pieces * 10_000, "total": int(line.total * 10_000),
                "currency": "EUR",
            }  # fmt: skip
            things.append(("OrderLine", record, line.product, values))
            links += [
                ("order_line_order", record, f"stall/orders/{order}"),
                ("order_line_product", record, f"stall/products/{line.product}"),
            ]
    for number, (customer, total, paid) in INVOICES.items():
        values = {"number": number, "total": int(total * 10_000), "currency": "EUR"}
        values |= {"paid_on": paid} if paid is not None else {}
        things.append(("Invoice", f"stall/invoices/{number}", number, values))
        links.append(("invoice_customer", f"stall/invoices/{number}", f"stall/customers/{customer}"))
    for number, (supplier, total, state) in BILLS.items():
        values = {"number": number, "total": int(total * 10_000), "currency": "EUR", "status": state}
        things.append(("Bill", f"stall/bills/{number}", number, values))
        links.append(("bill_supplier", f"stall/bills/{number}", f"stall/suppliers/{supplier}"))
    for (supplier, product), price in OFFERS.items():
        title = f"{product} of {supplier}"
        values = {"name": title, "price": int(price * 10_000), "currency": "EUR"}
        things.append(("Offer", f"stall/offers/{title}", title, values))
        links += [
            ("offer_supplier", f"stall/offers/{title}", f"stall/suppliers/{supplier}"),
            ("offer_product", f"stall/offers/{title}", f"stall/products/{product}"),
        ]
    ids = {record: entity_id(name, record) for name, record, *_ in things}
    entities = [EntityRow(ids[r], [c], t, [r], [f"{n}={r}" for n in sorted(v)], v) for c, r, t, v in things]
    relations = [
        RelationRow(relation_id(ontology.relations[n].type, a, b), n, ids[a], ids[b], None, None, [a], {})
        for n, a, b in links
    ]
    records = [RecordRow(r, "source", False, "sha", n) for n, (_, r, *_) in enumerate(things, 1)]
    return Network(assemble(ontology, entities, relations, records, [FileRow("sha", "b.csv")], [], version=1), ontology)
