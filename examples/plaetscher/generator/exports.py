"""Each system's tables, in its own words and its own way of writing dates and amounts."""

from __future__ import annotations

from datetime import date, datetime
from random import Random
from typing import Any

from . import catalogue
from .books import ACCOUNTS, Books
from .people import People, ShopCustomer
from .tables import Table, german
from .trade import LOCATIONS, Trade


def _point(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _german_day(day: date | None) -> str:
    return day.strftime("%d.%m.%Y") if day else ""


def _stamp(moment: datetime) -> str:
    summer = datetime(moment.year, 3, 30) <= moment < datetime(moment.year, 10, 26)
    return f"{moment:%Y-%m-%d %H:%M}:{moment.minute:02d} {'+0200' if summer else '+0100'}"


def mojibake(text: str) -> str:
    """UTF-8 once read as cp1252, as an old import left it; unchanged where that cannot be."""
    try:
        return text.encode("utf-8").decode("cp1252")
    except UnicodeDecodeError:
        return text


def _customer(c: ShopCustomer) -> list[Any]:
    company = mojibake(c.company) if c.created < date(2024, 12, 1) else c.company
    return [
        c.id, c.email, c.first_name, c.last_name, company, c.street, c.postal_code, c.city, c.country, c.phone,
        "true" if c.marketing else "false", f"{c.created.isoformat()} 09:00:00 +0100", c.tags,
    ]


def shop(people: People, trade: Trade) -> list[Table]:
    """The web shop: points, ISO dates with an offset."""
    sold = [i for i in catalogue.ITEMS if i.sku]
    return [
        Table(
            "shop.customers",
            ["customer_id", "email", "first_name", "last_name", "company", "street", "zip", "city", "country", "phone", "accepts_marketing", "created_at", "tags"],
            [_customer(c) for c in people.shop], ("customer_id",), file="shop/customers.csv",
        ),
        Table(
            "shop.products", ["sku", "title", "price", "weight_grams", "status", "handle"],
            [[i.sku, i.title, _point(i.price), round(i.weight_kg * 1000), "active", i.sku.lower()] for i in sold]
            + [["GNOME-EGON", "Garden gnome Egon (sold for a friend)", "24.90", 900, "active", "gnome-egon"]],
            ("sku",), file="shop/products.csv",
        ),
        Table(
            "shop.orders",
            ["order_id", "name", "created_at", "customer_id", "email", "financial_status", "fulfillment_status", "currency", "subtotal", "shipping", "tax", "total", "promised_on", "shipped_on", "note"],
            [
                [
                    o.id, o.name, _stamp(o.created), o.customer, o.email, o.financial, o.fulfillment, "EUR", _point(o.subtotal), _point(o.shipping),
                    _point(o.total - round(o.total / 1.19)), _point(o.total), o.promised.isoformat(), o.shipped.isoformat() if o.shipped else "", o.note,
                ]
                for o in trade.orders
            ],
            ("order_id",), file="shop/orders.csv",
        ),
        Table(
            "shop.order_lines", ["line_id", "order_id", "line_no", "sku", "title", "quantity", "unit_price", "discount", "line_total"],
            [[x.id, x.order, x.number, x.sku, x.title, x.quantity, _point(x.price), _point(x.discount), _point(x.price * x.quantity - x.discount)] for x in trade.lines],
            ("line_id",), file="shop/order_lines.csv",
        ),
    ]


def erp(trade: Trade, rng: Random) -> list[Table]:
    """The ERP: German headings, decimals and dates. SKUs were typed by hand there."""

    def sku(text: str) -> str:
        return text if not text or rng.random() > 0.15 else f" {text.lower()}"

    currency = {p.number: p.currency for p in trade.purchases}
    return [
        Table(
            "erp.items", ["Artikelnummer", "Bezeichnung", "Artikelart", "Warengruppe", "Einstandspreis", "Fertigungstage", "Gewicht_kg", "Sicherheitsbestand", "Shop-SKU"],
            [[i.number, i.name, i.kind, i.group, i.cost / 100, i.days_to_make, i.weight_kg, i.safety_stock, sku(i.sku)] for i in catalogue.ITEMS],
            ("Artikelnummer",), file="erp/stammdaten.xlsx",
        ),
        Table(
            "erp.suppliers", ["Lieferantennr", "Name", "Straße", "PLZ", "Ort", "Land", "USt-IdNr", "E-Mail", "Zahlungsziel", "Währung"],
            [[s.number, s.name, s.street, s.postal_code, s.city, s.country, s.vat_id, s.email, s.terms_days, {"DK": "DKK", "CH": "CHF"}.get(s.country, s.currency)] for s in catalogue.SUPPLIERS],
            ("Lieferantennr",), file="erp/stammdaten.xlsx",
        ),
        Table("erp.locations", ["Lagerort", "Bezeichnung", "Ort"], [list(row) for row in LOCATIONS], ("Lagerort",), file="erp/stammdaten.xlsx"),
        Table(
            "erp.offers", ["Angebotsnr", "Lieferantennr", "Artikelnummer", "Preis", "Währung", "Lieferzeit_Tage", "Mindestmenge", "Gültig_bis"],
            [
                [o.number, o.supplier, o.item, german(o.price), o.currency, "" if o.lead_time is None else o.lead_time, f"{o.minimum:,}".replace(",", "."), _german_day(o.valid_to)]
                for o in catalogue.offers()
            ],
            ("Angebotsnr",), file="erp/angebote.csv",
        ),
        Table(
            "erp.bom", ["Baugruppe", "Komponente", "Menge", "Einheit", "Gültig_ab", "Gültig_bis"],
            [[c.assembly, c.component, f"{c.quantity:.3f}".replace(".", ","), c.unit, _german_day(c.valid_from), _german_day(c.valid_to)] for c in catalogue.bill_of_materials()],
            ("Baugruppe", "Komponente", "Gültig_ab"), file="erp/stueckliste.csv",
        ),
        Table(
            "erp.stock", ["Artikelnummer", "Lagerort", "Menge", "Gezählt_am"],
            [[item, location, german(quantity * 1000, 3), _german_day(day)] for item, location, quantity, day in trade.stock],
            ("Artikelnummer", "Lagerort"), file="erp/bestand.csv",
        ),
        Table(
            "erp.purchase_orders", ["Bestellnr", "Lieferantennr", "Bestelldatum", "Liefertermin", "Sachbearbeiter", "Status", "Währung"],
            [[p.number, p.supplier, _german_day(p.ordered), _german_day(p.due), p.buyer, p.status, p.currency] for p in trade.purchases],
            ("Bestellnr",), file="erp/bestellungen.csv",
        ),
        Table(
            "erp.purchase_lines", ["Bestellnr", "Pos", "Artikelnummer", "Menge", "Preis", "Währung", "Termin"],
            [[x.order, x.number, x.item, f"{x.quantity:,}".replace(",", "."), german(x.price), currency[x.order], _german_day(x.due)] for x in trade.purchase_lines],
            ("Bestellnr", "Pos"), file="erp/bestellpositionen.csv",
        ),
        Table(
            "erp.receipts", ["WE-Nr", "Bestellnr", "Pos", "Datum", "Menge", "Lagerort", "Qualität"],
            [[r.number, r.order, r.line, _german_day(r.day), f"{r.quantity:,}".replace(",", "."), r.location, r.quality] for r in trade.receipts],
            ("WE-Nr",), file="erp/wareneingang.csv",
        ),
    ]


def accounting(people: People, books: Books) -> list[Table]:
    """The accounts: German decimals and dates again, debtors under numbers of their own."""
    return [
        Table("accounting.accounts", ["Konto", "Bezeichnung", "Art"], [list(a) for a in ACCOUNTS], ("Konto",), file="accounting/konten.csv"),
        Table(
            "accounting.debtors", ["Debitor", "Name", "Straße", "PLZ", "Ort", "Land", "USt-IdNr", "Zahlungsziel", "E-Mail"],
            [[d.number, d.name, d.street, d.postal_code, d.city, d.country, d.vat_id, d.terms_days, d.email] for d in people.debtors],
            ("Debitor",), file="accounting/debitoren.csv",
        ),
        Table(
            "accounting.invoices", ["Rechnungsnr", "Datum", "Fällig", "Debitor", "Auftrag", "Netto", "USt", "Brutto", "Erlöskonto", "Status"],
            [[i.number, _german_day(i.day), _german_day(i.due), i.debtor, i.order, german(i.net), german(i.tax), german(i.net + i.tax), i.account, i.status] for i in books.invoices],
            ("Rechnungsnr",), file="accounting/rechnungen.csv",
        ),
        Table(
            "accounting.payments", ["Zahlung", "Datum", "Rechnungsnr", "Betrag", "Konto", "Verwendungszweck"],
            [[p.number, _german_day(p.day), p.invoice, german(p.amount), p.account, p.text] for p in books.payments],
            ("Zahlung",), file="accounting/zahlungen.csv",
        ),
        Table(
            "accounting.bills", ["Beleg", "Lieferantennr", "Bestellnr", "Datum", "Fällig", "Betrag", "Währung", "Konto", "Bezahlt"],
            [[b.number, b.supplier, b.order, _german_day(b.day), _german_day(b.due), german(b.amount), b.currency, b.account, "ja" if b.paid else "nein"] for b in books.bills],
            ("Beleg",), file="accounting/eingangsrechnungen.csv",
        ),
        Table("accounting.budget", ["Konto", "Monat", "Betrag"], [[a, m, german(v)] for a, m, v in books.budget], ("Konto", "Monat"), file="accounting/budget.csv"),
    ]
