"""What happened between 2025 and mid-2026: shop orders, purchases, receipts, stock."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from . import catalogue
from .people import People

TODAY = date(2026, 6, 30)
"""The day of the first export."""
BUYERS = ("M. Plätscher", "T. Plätscher-Yildiz", "H. Grünewald")
LOCATIONS = (
    ("HL", "Hauptlager", "Hann. Münden"), ("MO", "Montage", "Hann. Münden"), ("VS", "Versand", "Hann. Münden"),
    ("SP", "Sperrlager", "Hann. Münden"), ("AW", "Außenlager Witzenhausen", "Witzenhausen"), ("MS", "Messelager", "Kassel"),
)


@dataclass(frozen=True)
class Line:
    """A row of the shop's order lines. Money in cents."""

    id: int
    order: int
    number: int
    sku: str
    title: str
    quantity: int
    price: int
    discount: int


@dataclass(frozen=True)
class Order:
    """A row of the shop's orders. Money in cents."""

    id: int
    name: str
    created: datetime
    customer: int
    email: str
    financial: str
    fulfillment: str
    subtotal: int
    shipping: int
    total: int
    promised: date
    shipped: date | None
    note: str = ""


@dataclass(frozen=True)
class PurchaseLine:
    """A row of the ERP's purchase order lines."""

    order: str
    number: int
    item: str
    quantity: int
    price: int
    due: date


@dataclass(frozen=True)
class Purchase:
    """A row of the ERP's purchase orders."""

    number: str
    supplier: str
    ordered: date
    due: date
    buyer: str
    status: str
    currency: str


@dataclass(frozen=True)
class Receipt:
    """A row of the ERP's goods receipts."""

    number: str
    order: str
    line: int
    day: date
    quantity: int
    location: str
    quality: str


@dataclass
class Trade:
    """All movements."""

    orders: list[Order] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    purchases: list[Purchase] = field(default_factory=list)
    purchase_lines: list[PurchaseLine] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    stock: list[tuple[str, str, int, date]] = field(default_factory=list)


def _sell(trade: Trade, people: People, rng: Random) -> None:
    sold = [i for i in catalogue.ITEMS if i.sku]
    weights = [8 if i.kind == "Fertigprodukt" else 5 if i.kind == "Handelsware" else 2 for i in sold]
    days = (TODAY - date(2025, 1, 2)).days
    moments = sorted(rng.randint(0, days * 24 * 60 - 1) for _ in range(760))
    line_id = 900001
    for index, minute in enumerate(moments):
        created = datetime(2025, 1, 2) + timedelta(minutes=minute)
        customer = rng.choice(people.shop)
        chosen = rng.choices(sold, weights, k=rng.choice((1, 1, 1, 2, 2, 3)))
        subtotal = 0
        for number, item in enumerate(dict.fromkeys(chosen), start=1):
            quantity = rng.choice((1, 1, 1, 2)) * (rng.choice((1, 3, 5)) if customer.company else 1)
            discount = item.price * quantity // 10 if customer.company and quantity > 4 else 0
            trade.lines.append(Line(line_id, 50001 + index, number, item.sku, item.title, quantity, item.price, discount))
            subtotal += item.price * quantity - discount
            line_id += 1
        shipping = 0 if subtotal > 15000 else 690
        promised = created.date() + timedelta(days=rng.choice((3, 5, 7, 14)))
        late = rng.choice((-1, 0, 0, 0, 2, 9))
        shipped = promised + timedelta(days=late)
        done = shipped <= TODAY
        trade.orders.append(
            Order(
                50001 + index, f"#{1001 + index}", created, customer.id, customer.email,
                "refunded" if rng.random() < 0.03 else "paid" if done or rng.random() < 0.6 else "pending",
                "fulfilled" if done else "unfulfilled", subtotal, shipping, subtotal + shipping, promised, shipped if done else None,
            )
        )


def _buy(trade: Trade, rng: Random) -> None:
    current = [o for o in catalogue.offers() if o.valid_to is None]
    by_supplier: dict[str, list[catalogue.Offer]] = {}
    for offer in current:
        by_supplier.setdefault(offer.supplier, []).append(offer)
    receipt = 1
    for index in range(210):
        supplier = rng.choice(sorted(by_supplier))
        ordered = date(2025, 1, 7) + timedelta(days=index * 530 // 210)
        offers = rng.sample(by_supplier[supplier], min(len(by_supplier[supplier]), rng.choice((1, 2, 3))))
        due = ordered + timedelta(days=max((o.lead_time or 30) for o in offers))
        number = f"B{ordered.year % 100}-{index + 1:04d}"
        arrived = due + timedelta(days=rng.choice((-2, 0, 0, 1, 4, 12)))
        partly = rng.random() < 0.1
        status = "offen" if arrived > TODAY else "teilgeliefert" if partly else "geliefert"
        trade.purchases.append(Purchase(number, supplier, ordered, due, rng.choice(BUYERS), status, offers[0].currency))
        for position, offer in enumerate(offers, start=1):
            quantity = offer.minimum * rng.choice((1, 1, 2, 4))
            trade.purchase_lines.append(PurchaseLine(number, position * 10, offer.item, quantity, offer.price, due))
            if status == "offen":
                continue
            received = quantity // 2 if partly else quantity
            quality = "gesperrt" if rng.random() < 0.04 else "frei"
            trade.receipts.append(
                Receipt(f"WE{receipt:05d}", number, position * 10, arrived, received, "SP" if quality == "gesperrt" else "HL", quality)
            )
            receipt += 1


def _store(trade: Trade, rng: Random) -> None:
    for item in catalogue.ITEMS:
        where = {"Rohteil": ("HL", "AW"), "Baugruppe": ("MO",), "Fertigprodukt": ("VS", "MS"), "Set": ("VS",), "Handelsware": ("HL", "VS")}[item.kind]
        for location in where:
            scale = item.safety_stock or 10
            trade.stock.append((item.number, location, rng.randint(scale // 4, scale * 2), TODAY - timedelta(days=rng.randint(0, 40))))


def make_trade(people: People, rng: Random) -> Trade:
    """760 orders with their lines, 210 purchase orders with lines and receipts, stock by location."""
    trade = Trade()
    _sell(trade, people, rng)
    _buy(trade, rng)
    _store(trade, rng)
    # The newest orders wait for magnets: this is what the demo asks about.
    trade.orders = [replace(o, note="waits for assembly") if o.fulfillment == "unfulfilled" and o.id % 4 == 0 else o for o in trade.orders]
    return trade
