"""Customers as the shop, the accounts and the helpdesk each know them, and which of those records are the same."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

FIRST = "Anke Bernd Çiğdem Detlef Elif Frauke Gülay Henrike İlker Jörg Käthe Lutz Marlies Nils Özlem Petra Quirin Rüdiger Sönke Tülin Ute Volker Wiebke Xaver Yvonne Zofia André Björn Chloé Dörte".split()
LAST = "Abel Böttcher Çelik Dückers Eßer Fäth Görtz Hülsmann Ihßen Jäger Köhler Lößner Müller Nöthen Oßwald Pöschl Quast Rößler Schäfer Thüringer Übelacker Vößing Weiß Yıldız Zöllner Kowalczyk Novák Lefèvre Sørensen Håkansson".split()
TRADE = ("Gartenbau", "Baumschule", "Landschaftspflege", "Teichbau", "Haustechnik", "Gartencenter", "Brunnenbau", "Hausverwaltung")
FORMS = ("GmbH", "GmbH & Co. KG", "KG", "e.K.", "OHG")
CITIES = (
    ("37073", "Göttingen", "DE"), ("34117", "Kassel", "DE"), ("34346", "Hann. Münden", "DE"), ("99084", "Erfurt", "DE"),
    ("48143", "Münster", "DE"), ("50667", "Köln", "DE"), ("80331", "München", "DE"), ("70173", "Stuttgart", "DE"),
    ("20095", "Hamburg", "DE"), ("04109", "Leipzig", "DE"), ("1010", "Wien", "AT"), ("5020", "Salzburg", "AT"),
    ("8001", "Zürich", "CH"), ("4051", "Basel", "CH"), ("2100", "København", "DK"), ("1012", "Amsterdam", "NL"),
)
STREETS = ("Lindenweg", "Mühlenstraße", "Am Teich", "Brunnengasse", "Gärtnerweg", "Hauptstraße", "Weserblick", "Schloßallee")


@dataclass(frozen=True)
class ShopCustomer:
    """A row of the shop's customer export."""

    id: int
    email: str
    first_name: str
    last_name: str
    company: str
    street: str
    postal_code: str
    city: str
    country: str
    phone: str
    marketing: bool
    created: date
    tags: str = ""


@dataclass(frozen=True)
class Debtor:
    """A row of the accounts' debtor list."""

    number: int
    name: str
    street: str
    postal_code: str
    city: str
    country: str
    vat_id: str
    terms_days: int
    email: str = ""


@dataclass
class People:
    """Everything made here; ``same`` holds groups of record ids that describe one customer."""

    shop: list[ShopCustomer] = field(default_factory=list)
    debtors: list[Debtor] = field(default_factory=list)
    debtor_of: dict[int, int] = field(default_factory=dict)
    same: list[list[str]] = field(default_factory=list)


def ascii_name(text: str) -> str:
    """The name as it stands in an e-mail address."""
    table = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ç": "c", "ğ": "g", "ı": "i", "i̇": "i", "é": "e", "è": "e", "ø": "oe", "å": "aa", "á": "a"}
    lowered = text.lower()
    for plain, to in table.items():
        lowered = lowered.replace(plain, to)
    return "".join(c for c in lowered if c.isascii() and (c.isalnum() or c in "-."))


def _typo(name: str, rng: Random) -> str:
    """The same name as another clerk would have typed it."""
    choices = [
        name.replace("ü", "ue").replace("ö", "oe").replace("ä", "ae").replace("ß", "ss"),
        name.replace("GmbH", "GmbH & Co") if "& Co" not in name else name.replace(" & Co. KG", ""),
        name.upper(),
        name.replace(" ", "  ", 1),
        name[:3] + name[4:] if len(name) > 8 else name + ".",
        f"Firma {name}",
    ]
    return rng.choice([c for c in choices if c != name])


def make_people(rng: Random) -> People:
    """320 shop customers (some registered twice) and 210 debtors (many the same, spelt otherwise)."""
    people = People()
    used: set[str] = set()
    for index in range(304):
        first, last = rng.choice(FIRST), rng.choice(LAST)
        postal_code, city, country = rng.choice(CITIES)
        business = index % 3 == 0
        company = f"{last} {rng.choice(TRADE)} {rng.choice(FORMS)}" if business else ""
        host = f"{ascii_name(last)}-{ascii_name(company.split()[1])}.example" if business else rng.choice(("post.example", "mail.example", "kasten.example"))
        email = f"{ascii_name(first)}.{ascii_name(last)}@{host}"
        while email in used:
            email = email.replace("@", f"{rng.randint(2, 99)}@", 1)
        used.add(email)
        phone = f"+{ {'DE': 49, 'AT': 43, 'CH': 41, 'DK': 45, 'NL': 31}[country] } {rng.randint(200, 999)} {rng.randint(100000, 999999)}" if rng.random() < 0.7 else ""
        people.shop.append(
            ShopCustomer(
                7001 + index, email, first, last, company, f"{rng.choice(STREETS)} {rng.randint(1, 120)}", postal_code, city, country,
                phone, rng.random() < 0.4, date(2024, 6, 1) + timedelta(days=rng.randint(0, 600)), "wholesale" if business else "",
            )
        )
    # Customers who registered a second time with another address.
    for index in range(16):
        original = people.shop[index * 17]
        twice = replace(
            original, id=7305 + index, email=original.email.replace("@", ".2@"), phone="",
            first_name=original.first_name[:1] + ".", created=original.created + timedelta(days=90),
        )
        people.shop.append(twice)
    # Debtors: every business, and private customers who asked for an invoice.
    number = 10001
    for customer in people.shop[:304]:
        if not (customer.company or customer.id % 5 == 0):
            continue
        name = customer.company or f"{customer.last_name}, {customer.first_name}"
        if rng.random() < 0.45:
            name = _typo(name, rng)
        vat = f"{customer.country}8{customer.id * 7919 % 10**8:08d}" if customer.company else ""
        email = customer.email if rng.random() < 0.25 else ""
        people.debtors.append(Debtor(number, name, customer.street.replace("straße", "str."), customer.postal_code, customer.city, customer.country, vat, rng.choice((8, 14, 30)), email))
        people.debtor_of[customer.id] = number
        number += 1
    for debtor in people.debtors[5:60:9]:  # the same firm opened twice in the accounts
        people.debtors.append(replace(debtor, number=number, name=_typo(debtor.name, rng), email="", street=debtor.street.upper()))
        number += 1
    by_customer: dict[int, list[str]] = {}
    for customer in people.shop[:304]:
        by_customer[customer.id] = [f"shop/customers/{customer.id}"]
    for index in range(16):
        by_customer[people.shop[index * 17].id].append(f"shop/customers/{7305 + index}")
    firsts = {debtor: customer for customer, debtor in people.debtor_of.items()}
    for debtor in people.debtors:
        owner = firsts.get(debtor.number)
        if owner is None:
            twin = next(d for d in people.debtors if d.vat_id == debtor.vat_id and d.postal_code == debtor.postal_code and d.street.upper() == debtor.street)
            owner = firsts[twin.number]
        by_customer[owner].append(f"accounting/debtors/{debtor.number}")
    people.same = [sorted(group) for _, group in sorted(by_customer.items()) if len(group) > 1]
    return people
