"""What the tests may hold knockon to: which rows are bad, which customers are the same, what one supplier affects.

Computed from the tables as written, by loops over rows: nothing here knows how knockon works.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from .tables import Row, Table

REFERENCES = (
    # table, columns, referred table
    ("shop.orders", ("customer_id",), "shop.customers"),
    ("shop.order_lines", ("order_id",), "shop.orders"),
    ("shop.order_lines", ("sku",), "shop.products"),
    ("erp.offers", ("Lieferantennr",), "erp.suppliers"),
    ("erp.offers", ("Artikelnummer",), "erp.items"),
    ("erp.bom", ("Baugruppe",), "erp.items"),
    ("erp.bom", ("Komponente",), "erp.items"),
    ("erp.stock", ("Artikelnummer",), "erp.items"),
    ("erp.stock", ("Lagerort",), "erp.locations"),
    ("erp.purchase_orders", ("Lieferantennr",), "erp.suppliers"),
    ("erp.purchase_lines", ("Bestellnr",), "erp.purchase_orders"),
    ("erp.purchase_lines", ("Artikelnummer",), "erp.items"),
    ("erp.receipts", ("Bestellnr", "Pos"), "erp.purchase_lines"),
    ("erp.receipts", ("Lagerort",), "erp.locations"),
    ("accounting.invoices", ("Debitor",), "accounting.debtors"),
    ("accounting.payments", ("Rechnungsnr",), "accounting.invoices"),
    ("accounting.bills", ("Lieferantennr",), "erp.suppliers"),
    ("accounting.bills", ("Konto",), "accounting.accounts"),
    ("accounting.budget", ("Konto",), "accounting.accounts"),
)


def _key(table: Table, row: Row, columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(row[table.column(c)]) for c in columns)


def follow_references(tables: dict[str, Table]) -> None:
    """Note every row that points to a row which is missing or set aside, until nothing changes."""
    while True:
        bad = {name: {id(row) for row, _, _ in table.notes} for name, table in tables.items()}
        present = {name: {_key(t, r, t.key) for r in t.rows if id(r) not in bad[name]} for name, t in tables.items()}
        found = 0
        for name, columns, target in REFERENCES:
            table = tables.get(name)
            if table is None or target not in tables:
                continue
            for row in table.rows:
                wanted = _key(table, row, columns)
                if id(row) not in bad[name] and any(wanted) and wanted not in present[target]:
                    table.note(row, f"points to {target} {'|'.join(wanted)}, which is set aside or missing")
                    bad[name].add(id(row))
                    found += 1
        if not found:
            return


def good(table: Table) -> list[Row]:
    """Rows that are not set aside."""
    bad = {id(row) for row, _, _ in table.notes}
    return [row for row in table.rows if id(row) not in bad]


def counts(table: Table) -> dict[str, int]:
    """What an ingest of this table must report."""
    duplicates = sum(n - 1 for n in Counter(tuple(map(str, r)) for r in good(table)).values())
    return {"read": len(table.rows), "new": len(good(table)) - duplicates, "duplicate": duplicates, "quarantined": len(table.notes)}


def bad_rows(table: Table) -> list[dict[str, Any]]:
    """Rows to be set aside, with their place in the file."""
    places = {id(row): n for n, row in enumerate(table.rows, start=1)}
    notes = sorted(table.notes, key=lambda note: places[id(note[0])])
    return [{"table": table.name, "file": table.file, "row": places[id(row)], "record": record, "why": why} for row, record, why in notes]


def changes(before: Table, after: Table) -> dict[str, list[str]]:
    """Records that came, changed or went between two exports, by the rows that are good in both."""
    old = {before.record(r): [str(c) for c in r] for r in good(before)}
    new = {after.record(r): [str(c) for c in r] for r in good(after)}
    return {
        "new": sorted(str(k) for k in new if k not in old),
        "changed": sorted(str(k) for k in new if k in old and new[k] != old[k]),
        "vanished": sorted(str(k) for k in old if k not in {after.record(r) for r in after.rows}),
    }


def impact(tables: dict[str, Table], supplier: str) -> dict[str, Any]:
    """Everything that cannot be had, made, delivered or billed when a supplier fails: at any date, whatever the alternatives."""
    offers, bom, lines, orders, invoices, payments = (
        tables[n] for n in ("erp.offers", "erp.bom", "shop.order_lines", "shop.orders", "accounting.invoices", "accounting.payments")
    )
    offered = {r[offers.column("Angebotsnr")]: r[offers.column("Artikelnummer")] for r in good(offers) if r[offers.column("Lieferantennr")] == supplier}
    items = set(offered.values())
    while more := {r[0] for r in good(bom) if r[1] in items} - items:
        items |= more
    master = tables["erp.items"]
    skus = {str(r[master.column("Shop-SKU")]).strip().upper() for r in good(master) if r[0] in items} - {""}
    hit_lines = [r for r in good(lines) if r[lines.column("sku")] in skus]
    hit_orders = {r[lines.column("order_id")] for r in hit_lines}
    names = {r[orders.column("name")] for r in good(orders) if r[0] in hit_orders}
    hit_invoices = {r[0] for r in good(invoices) if r[invoices.column("Auftrag")] in names}
    return {
        "supplier": f"erp/suppliers/{supplier}",
        "records": {
            "Offer": sorted(f"erp/offers/{o}" for o in offered),
            "Product": sorted(f"erp/items/{i}" for i in items),
            "OrderLine": sorted(f"shop/order_lines/{r[0]}" for r in hit_lines),
            "Order": sorted(f"shop/orders/{o}" for o in hit_orders),
            "Customer": sorted({f"shop/customers/{r[orders.column('customer_id')]}" for r in good(orders) if r[0] in hit_orders}),
            "Invoice": sorted(f"accounting/invoices/{i}" for i in hit_invoices),
            "Payment": sorted(f"accounting/payments/{r[0]}" for r in good(payments) if r[payments.column("Rechnungsnr")] in hit_invoices),
        },
        "skus": sorted(skus),
    }
