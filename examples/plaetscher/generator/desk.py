"""The helpdesk: agents, tickets with their messages, articles. Nested JSON, as such systems export it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from . import catalogue
from .people import ShopCustomer
from .trade import TODAY, Trade

AGENTS = (
    {"id": 1, "name": "Tülin Plätscher-Yıldız", "email": "tuelin@plaetscher.example", "team": "Service", "role": "Team lead"},
    {"id": 2, "name": "Henrike Grünewald", "email": "henrike@plaetscher.example", "team": "Service", "role": "Agent"},
    {"id": 3, "name": "Sönke Brodersen", "email": "soenke@plaetscher.example", "team": "Service", "role": "Agent"},
    {"id": 4, "name": "Zofia Kowalczyk", "email": "zofia@plaetscher.example", "team": "Workshop", "role": "Repair technician"},
    {"id": 5, "name": "Dieter Maß", "email": "dieter@plaetscher.example", "team": "Workshop", "role": "Repair technician"},
)


@dataclass(frozen=True)
class Topic:
    """What people write about, which article helps, and what we answer."""

    tag: str
    kinds: tuple[str, ...]
    subject: str
    question: str
    answer: str
    article: str


TOPICS = (
    Topic("hums", ("OTT", "BIB", "REI"), "{title} hums but does not pump", "My {title} hums, but no water comes out. It stood dry over the winter.", "Please free the impeller first: unplug, remove the suction foot, turn it by hand. If it hums on, the capacitor is worn.", "A-01"),
    Topic("leak", ("OTT", "BIB"), "Oil film on the water, {title}", "There is a thin oily film on the pond since I use the {title} ({order}).", "This is the shaft seal. Pumps built before September 2025 have a ceramic seal; we replace it with silicon carbide free of charge.", "A-02"),
    Topic("float", ("OTT",), "Float switch does not switch off", "The {title} keeps running although the cellar is empty.", "Check that the float can swing freely, 40 cm around the pump. Otherwise order SP-FLOAT.", "A-03"),
    Topic("pressure", ("DAC",), "Dachs switches on and off all the time", "Our {title} starts every few seconds.", "The vessel has lost its air cushion: 1.5 bar with the tap open. If it does not hold, the membrane is broken.", "A-04"),
    Topic("solar", ("LIB",), "Fountain stops in the shade", "The {title} stops whenever a cloud comes.", "That is how it is built: it has no battery. Place the panel facing south, or choose Libelle M.", "A-05"),
    Topic("late", ("OTT", "BIB", "DAC", "LIB", "REI", "SET", "ACC"), "Where is my order {order}?", "You promised delivery for last week. Where is {order}?", "We are sorry: the pump waits for motor parts. We ship as soon as the magnets arrive.", "A-06"),
    Topic("return", ("OTT", "BIB", "LIB", "SET", "ACC"), "Return of {title}", "I would like to return the {title} from {order}. It was never used.", "You can return it within 30 days. The label is attached; money comes back within 14 days of arrival.", "A-07"),
    Topic("winter", ("OTT", "BIB", "DAC", "REI"), "Can {title} stay outside in winter?", "Can I leave the {title} in the pond over winter?", "Only below the frost line. Otherwise drain it, and store it in a bucket of water so that the seal stays wet.", "A-08"),
)


def make_tickets(customers: list[ShopCustomer], trade: Trade, rng: Random) -> list[dict[str, Any]]:
    """240 tickets with two to five messages each; some by people whom the shop does not know."""
    by_id = {c.id: c for c in customers}
    lines: dict[int, list[str]] = {}
    for line in trade.lines:
        lines.setdefault(line.order, []).append(line.sku)
    titles = {i.sku: i.title for i in catalogue.ITEMS if i.sku}
    tickets: list[dict[str, Any]] = []
    while len(tickets) < 240:
        order = rng.choice(trade.orders)
        sku = rng.choice(lines[order.id])
        topics = [t for t in TOPICS if sku.split("-")[0] in t.kinds]
        if not topics:
            continue
        topic = rng.choice(topics)
        customer = by_id[order.customer]
        opened = min(order.created + timedelta(days=rng.randint(1, 120), minutes=rng.randint(0, 900)), datetime(TODAY.year, TODAY.month, TODAY.day, 17))
        agent = rng.choice(AGENTS)
        fill = {"title": titles[sku], "order": order.name}
        messages = [{"from": customer.email, "at": opened.isoformat() + "+02:00", "body": topic.question.format(**fill)}]
        for step in range(rng.choice((1, 1, 2, 3, 4))):
            at = opened + timedelta(hours=5 + 20 * step)
            sender = str(agent["email"]) if step % 2 == 0 else customer.email
            body = topic.answer if step == 0 else "Thank you, I will try." if step % 2 else "Did it help?"
            messages.append({"from": sender, "at": at.isoformat() + "+02:00", "body": body.format(**fill)})
        stranger = len(tickets) % 23 == 7
        email = f"garten{len(tickets)}@unbekannt.example" if stranger else customer.email
        if len(tickets) % 17 == 3:
            email = email.upper()  # as the mail program wrote it
        solved = (datetime(TODAY.year, TODAY.month, TODAY.day) - opened).days > 6
        tickets.append(
            {
                "id": 30001 + len(tickets), "subject": topic.subject.format(**fill), "status": "solved" if solved else "open",
                "priority": rng.choice(("low", "normal", "normal", "high")), "created_at": opened.isoformat() + "+02:00",
                "requester": {"name": f"{customer.first_name} {customer.last_name}", "email": email},
                "assignee": {"id": agent["id"], "name": agent["name"]},
                "product": {"sku": sku}, "order": None if rng.random() < 0.3 else {"name": order.name, "id": order.id},
                "tags": sorted({topic.tag, "wholesale" if customer.company else "private"}),
                "article": topic.article if solved else None,
                "messages": [{"id": f"{30001 + len(tickets)}-{n}", **m} for n, m in enumerate(messages, start=1)],
            }
        )
    return tickets


def make_articles() -> list[dict[str, Any]]:
    """What the helpdesk knows about its articles; their text lies in ``documents/``."""
    rows = (
        ("A-01", "Pump hums but does not pump", "hums", ["OTT-250", "OTT-550", "OTT-900", "BIB-250", "BIB-550"], "article-pump-hums.md"),
        ("A-02", "Oil film on the water: replacing the shaft seal", "leak", ["OTT-250", "OTT-550", "BIB-250", "BIB-550"], "article-shaft-seal.md"),
        ("A-03", "Float switch keeps the pump running", "float", ["OTT-250", "OTT-550", "OTT-900", "SP-FLOAT"], "article-float-switch.md"),
        ("A-04", "Dachs starts every few seconds: checking the air cushion", "pressure", ["DAC-900", "DAC-1300"], "article-air-cushion.md"),
        ("A-05", "Placing the solar panel of a Libelle", "solar", ["LIB-S", "LIB-M"], "article-solar-panel.md"),
        ("A-06", "When an order is late", "late", [], "policy-service-levels.md"),
        ("A-07", "Returning a product", "return", [], "policy-returns.md"),
        ("A-08", "Winter storage", "winter", ["OTT-250", "OTT-550", "OTT-900", "OTT-1300", "REI-250", "REI-550"], "article-winter-storage.md"),
    )
    return [
        {"id": key, "title": title, "section": tag, "products": skus, "file": file, "updated_at": f"2026-0{1 + n % 6}-1{n}"}
        for n, (key, title, tag, skus, file) in enumerate(rows)
    ]
