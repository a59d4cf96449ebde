"""A company of three systems and a dozen rows, written to a folder as a user would have it; tests change its rows.

Shop: customers and orders (full exports), order lines (full), payments (append, by tax number). ERP: suppliers and
products (full, with a category that rows share), offers (upsert), a bill of materials with valid time (rows that are
relations). CRM: accounts that are the shop's customers.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import date
from pathlib import Path

from api.project import Project
from api.settings import load_settings
from graph_engine.graph import Credentials
from ingest.pipeline import Pipeline
from ingest.report import RunReport

Rows = list[dict[str, str]]
Tables = dict[str, Rows]

SHOP = """\
source: shop
title: Web shop
folder: ../shop
currency: EUR
nulls: [""]
priority: 10
tables:
  customers:
    read: {file: customers.csv}
    key: [Id]
    class: Customer
    properties: {name: Name, tax_number: Tax, emails: Mail, credit_limit: Limit}
    contract:
      Name: {required: true}
      Limit: {type: integer, range: [0, 1000]}
  orders:
    read: {file: orders.csv}
    key: [No]
    class: Order
    properties: {number: No, ordered_on: Day, total: Total}
    relations:
      customer: {to: customers, key: [Customer]}
  lines:
    read: {file: lines.csv}
    key: [Order, Line]
    class: OrderLine
    properties: {line_number: Line, quantity: Qty}
    relations:
      order: {to: orders, key: [Order]}
      product: {to: erp.products, key: [Product], missing: drop}
  payments:
    read: {file: payments.csv}
    mode: append
    key: [Id]
    class: Payment
    properties: {number: Id, amount: Amount}
    relations:
      party: {to: Customer, by: {tax_number: Payer}}
"""
ERP = """\
source: erp
title: ERP
folder: ../erp
currency: EUR
nulls: [""]
priority: 5
tables:
  suppliers:
    read: {file: suppliers.csv}
    key: [Id]
    class: Supplier
    properties: {name: Name, tax_number: Tax}
  products:
    read: {file: products.csv}
    key: [Id]
    class: Product
    properties: {name: Name, sku: Sku, list_price: Price}
    relations:
      categories: {to: "#category"}
    also:
      category:
        class: ProductCategory
        key: [Category]
        properties: {name: Category}
  offers:
    read: {file: offers.csv}
    mode: upsert
    key: [Id]
    class: Offer
    properties: {price: Price, lead_time_days: Days}
    relations:
      supplier: {to: suppliers, key: [Supplier]}
      product: {to: products, key: [Product]}
  bom:
    read: {file: bom.csv}
    key: [Id]
    relation:
      role: components
      from: {products: [Assembly]}
      to: {products: [Part]}
      properties: {quantity: Qty, row_key: Id}
      valid_from: Start
      valid_to: End
"""
CRM = """\
source: crm
title: CRM
folder: ../crm
nulls: [""]
tables:
  accounts:
    read: {file: accounts.csv}
    key: [Id]
    class: Customer
    same_as: {shop.customers: [Shop]}
    properties: {name: Name, segment: Segment, emails: Mail}
"""
SHAPES = """\
@prefix k: <https://w3id.org/knockon/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
k:SoleSourceShape a sh:NodeShape ; sh:targetClass k:Product ;
  sh:property [ sh:path [ sh:inversePath k:offer_product ] ; sh:maxCount 2 ; sh:severity sh:Violation ;
                sh:message "A product has at most two offers."@en ] .
k:PricedPartShape a sh:NodeShape ; sh:targetClass k:Offer ;
  sh:property [ sh:path ( k:offer_product k:product_list_price ) ; sh:minCount 1 ; sh:severity sh:Violation ;
                sh:message "An offer is only for a product with a price."@en ] .
"""
COLUMNS = {
    "shop.customers": ("Id", "Name", "Tax", "Mail", "Limit"),
    "shop.orders": ("No", "Day", "Total", "Customer"),
    "shop.lines": ("Order", "Line", "Qty", "Product"),
    "shop.payments": ("Id", "Amount", "Payer"),
    "erp.suppliers": ("Id", "Name", "Tax"),
    "erp.products": ("Id", "Name", "Sku", "Price", "Category"),
    "erp.offers": ("Id", "Supplier", "Product", "Price", "Days"),
    "erp.bom": ("Id", "Assembly", "Part", "Qty", "Start", "End"),
    "crm.accounts": ("Id", "Shop", "Name", "Segment", "Mail"),
}


def rows_of(name: str, *rows: Sequence[str]) -> Rows:
    """Rows of a table from tuples in the order of its columns."""
    return [dict(zip(COLUMNS[name], row, strict=True)) for row in rows]


START: Mapping[str, Rows] = {
    "shop.customers": rows_of(
        "shop.customers",
        ("1", "Anna Boats", "DE1", "anna@boats.test", "100"),
        ("2", "Bert Bikes", "DE2", "bert@bikes.test", ""),
        ("3", "Cara Cars", "", "cara@cars.test", "50"),
    ),
    "shop.orders": rows_of(
        "shop.orders",
        ("O1", "2026-01-05", "30.50", "1"), ("O2", "2026-02-01", "12", "2"), ("O3", "2026-02-03", "7", "1"),
    ),
    "shop.lines": rows_of(
        "shop.lines",
        ("O1", "1", "2", "P1"), ("O1", "2", "1", "P2"), ("O2", "1", "4", "P1"), ("O3", "1", "1", "P9"),
    ),
    "shop.payments": rows_of("shop.payments", ("Z1", "30.50", "DE1"), ("Z2", "12.00", "DE2")),
    "erp.suppliers": rows_of("erp.suppliers", ("S1", "Steel AG", "AT1"), ("S2", "Tyre Ltd", "AT2")),
    "erp.products": rows_of(
        "erp.products",
        ("P1", "Frame", "SKU-1", "10", "parts"), ("P2", "Wheel", "SKU-2", "4.50", "parts"),
        ("P3", "Bike", "SKU-3", "99", "bikes"),
    ),
    "erp.offers": rows_of("erp.offers", ("F1", "S1", "P1", "8", "5"), ("F2", "S2", "P2", "3", "7")),
    "erp.bom": rows_of(
        "erp.bom", ("B1", "P3", "P1", "1", "2025-01-01", ""), ("B2", "P3", "P2", "2", "2024-01-01", "2025-06-30"),
        ("B3", "P3", "P2", "3", "2025-06-30", ""),
    ),
    "crm.accounts": rows_of("crm.accounts", ("A1", "1", "Anna's Boats", "boats", "hello@boats.test")),
}  # fmt: skip


class Company:
    """The company in a folder; ``tables`` is what its systems would export now."""

    def __init__(self, folder: Path, credentials: Credentials, *, shapes: bool = False) -> None:
        self.folder = folder
        self.tables: Tables = deepcopy(dict(START))
        (folder / "mappings").mkdir(parents=True)
        for name, text in (("shop", SHOP), ("erp", ERP), ("crm", CRM)):
            (folder / "mappings" / f"{name}.yaml").write_text(text, encoding="utf-8")
            (folder / name).mkdir()
        settings = "company: Tiny\nmappings: [mappings/*.yaml]\n"
        if shapes:
            (folder / "own.ttl").write_text(SHAPES, encoding="utf-8")
            settings += "shapes: [own.ttl]\n"
        (folder / "knockon.yaml").write_text(settings, encoding="utf-8")
        self.project = Project(replace(load_settings(folder), neo4j=credentials), agent="tester")

    @classmethod
    def at(cls, folder: Path, credentials: Credentials) -> Company:
        """The company that is in that folder already, with the files that its systems exported last."""
        made = cls.__new__(cls)
        made.folder = folder
        made.tables = {}
        made.project = Project(replace(load_settings(folder), neo4j=credentials), agent="tester")
        return made

    def close(self) -> None:
        """Close the connection."""
        self.project.close()

    def export(self, *, line_end: str = "\n") -> None:
        """Write every table as the systems would."""
        for name, rows in self.tables.items():
            source, table = name.split(".")
            with (self.folder / source / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, COLUMNS[name], lineterminator=line_end)
                writer.writeheader()
                writer.writerows(rows)

    def ingest(self, *only: str, accept: bool = False, today: date | None = None, dry_run: bool = False) -> RunReport:
        """Export and ingest: everything, or the tables named."""
        self.export()
        return self.pipeline(today).ingest(
            self.project.sources(), only=only, accept_retractions=accept, dry_run=dry_run
        )

    def pipeline(self, today: date | None = None) -> Pipeline:
        """The pipeline, as of a day."""
        p = self.project
        return Pipeline(p.graph, p.ontology, p.archive, p.gate, p.settings.tmp, agent="tester", today=today)

    def row(self, table: str, key: str) -> dict[str, str]:
        """The row whose first column is ``key``."""
        return next(r for r in self.tables[table] if r[COLUMNS[table][0]] == key)

    def drop(self, table: str, *keys: str) -> None:
        """Take rows out of a table by their first column."""
        self.tables[table] = [r for r in self.tables[table] if r[COLUMNS[table][0]] not in keys]

    def add(self, table: str, *row: str) -> None:
        """Append a row."""
        self.tables[table] += rows_of(table, row)

    def rules(self) -> dict[str | None, str]:
        """Record → rule of what is in quarantine."""
        return {q.record: q.rule for q in self.project.quarantine()}

    def digest(self) -> str:
        """The digest of the graph."""
        return self.project.digest()
