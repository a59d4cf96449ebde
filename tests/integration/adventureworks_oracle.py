"""What a failing vendor affects, by recursive SQL straight over the raw files. Shares no code with knockon.

The reader below is a few lines on purpose: decode, split at the row end, split at the separator. It is good enough for
the tables that the question needs, and wrong for nothing in them.
"""

from __future__ import annotations

import csv
import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

SHARED = Path(__file__).resolve().parents[2] / "../shared/data"
NEEDED = {
    "vendor": "Purchasing.Vendor",
    "offer": "Purchasing.ProductVendor",
    "bom": "Production.BillOfMaterials",
    "purchase": "Purchasing.PurchaseOrderHeader",
    "purchase_line": "Purchasing.PurchaseOrderDetail",
}
SALES = {"header": "salesorderheader", "line": "salesorderdetail"}


@dataclass(frozen=True, slots=True)
class Affected:
    """Keys of what one vendor affects, as the raw files write them."""

    offers: frozenset[str]
    products: frozenset[str]
    """Bought from the vendor, or made of something bought from it."""
    order_lines: frozenset[str]
    orders: frozenset[str]
    customers: frozenset[str]
    purchase_orders: frozenset[str]
    purchase_order_lines: frozenset[str]


def folder() -> Path:
    """Where the raw files lie: ``ADVENTUREWORKS``, or in ``KNOCKON_TEST_DATA``, or beside the project."""
    shared = Path(os.environ.get("KNOCKON_TEST_DATA", SHARED))
    return Path(os.environ.get("ADVENTUREWORKS", shared / "adventureworks")).resolve()


def raw_table(root: Path, name: str) -> tuple[list[str], list[list[str | None]]]:
    """Columns and rows of a table of ``schema.json``; empty fields are null."""
    table = json.loads((root / "schema.json").read_text(encoding="utf-8"))[name]
    text = (root / table["file"]).read_bytes().decode(table["encoding"])
    escapes = {"\\t": "\t", "\\n": "\n"}
    separator = escapes.get(table["column_separator"], table["column_separator"])
    row_end = escapes.get(table["row_separator"], table["row_separator"])
    columns = [column["name"] for column in table["columns"]]
    rows = [
        [field or None for field in row.strip("\r\n").split(separator)]
        for row in text.split(row_end)
        if row.strip("\r\n")
    ]
    assert all(len(row) == len(columns) for row in rows), name
    return columns, rows


def raw_sales(root: Path, name: str) -> tuple[list[str], list[list[str | None]]]:
    """Columns and rows of a file of the sales slice."""
    with (root / "sales_slice" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        columns, *rows = csv.reader(file)
    return columns, [[field or None for field in row] for row in rows]


def raw_counts(root: Path) -> dict[str, int]:
    """Rows of each file, by its path below ``root`` (``schema.json`` says it for the tables)."""
    tables = json.loads((root / "schema.json").read_text(encoding="utf-8"))
    found = {str(table["file"]): int(table["rows"]) for table in tables.values()}
    for file in sorted((root / "sales_slice").glob("*.csv")):
        found[f"sales_slice/{file.name}"] = len(raw_sales(root, file.stem)[1])
    return found


def load(root: Path) -> duckdb.DuckDBPyConnection:
    """A database with the needed tables, all columns text."""
    con = duckdb.connect()
    parts = {name: raw_table(root, table) for name, table in NEEDED.items()}
    parts |= {name: raw_sales(root, file) for name, file in SALES.items()}
    for name, (columns, rows) in parts.items():
        arrays = [pa.array(values, pa.string()) for values in zip(*rows, strict=True)]
        con.register("incoming", pa.table(arrays, names=columns))
        con.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming").fetchall()
        con.unregister("incoming")
    return con


REACH = """
WITH RECURSIVE reach(vendor, product) AS (
    SELECT BusinessEntityID, ProductID FROM offer
    UNION
    SELECT reach.vendor, bom.ProductAssemblyID
    FROM reach JOIN bom ON bom.ComponentID = reach.product
    WHERE bom.ProductAssemblyID IS NOT NULL
      AND ($day IS NULL OR (bom.StartDate::TIMESTAMP::DATE <= $day::DATE
                            AND (bom.EndDate IS NULL OR $day::DATE < bom.EndDate::TIMESTAMP::DATE)))),
sold AS (
    SELECT reach.vendor, line.salesorderdetailid AS line, header.salesorderid AS "order", header.customerid AS customer
    FROM reach JOIN line ON line.productid = reach.product JOIN header USING (salesorderid)),
bought AS (
    SELECT p.VendorID AS vendor, p.PurchaseOrderID AS "order",
           l.PurchaseOrderID || '|' || l.PurchaseOrderDetailID AS line
    FROM purchase p JOIN purchase_line l USING (PurchaseOrderID))
SELECT BusinessEntityID, 'offers', ProductID || '|' || BusinessEntityID FROM offer
UNION ALL SELECT DISTINCT vendor, 'products', product FROM reach
UNION ALL SELECT DISTINCT vendor, 'order_lines', line FROM sold
UNION ALL SELECT DISTINCT vendor, 'orders', "order" FROM sold
UNION ALL SELECT DISTINCT vendor, 'customers', customer FROM sold
UNION ALL SELECT DISTINCT vendor, 'purchase_orders', "order" FROM bought
UNION ALL SELECT DISTINCT vendor, 'purchase_order_lines', line FROM bought
"""


def affected(con: duckdb.DuckDBPyConnection, valid_at: date | None = None) -> dict[str, Affected]:
    """For every vendor: what it affects, over the bill of materials of a day (None: of any day)."""
    found: dict[str, dict[str, set[str]]] = {
        vendor: {field: set() for field in Affected.__dataclass_fields__}
        for (vendor,) in con.execute("SELECT BusinessEntityID FROM vendor").fetchall()
    }
    for vendor, field, key in con.execute(REACH, {"day": valid_at.isoformat() if valid_at else None}).fetchall():
        found[vendor][field].add(key)
    return {
        vendor: Affected(**{field: frozenset(keys) for field, keys in fields.items()})
        for vendor, fields in found.items()
    }
