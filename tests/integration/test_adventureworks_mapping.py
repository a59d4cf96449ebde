"""The mapping of the bicycle maker covers the tables and turns every foreign key of ``schema.json`` into a relation.

Reads the YAML as plain text: what the loader makes of it is not asked, so that a loader's mistake cannot hide one here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.integration import adventureworks_oracle as oracle

ROOT = oracle.folder()
MAPPING = Path(__file__).resolve().parents[2] / "examples/adventureworks/adventureworks.yaml"
pytestmark = pytest.mark.skipif(not ROOT.is_dir(), reason=f"no data in {ROOT}")

THE_SAME_THING = (
    "the row describes the same thing as the row it points to (same_as): one entity, so no relation between two"
)
NOT_EXPORTED = "the referred table is not among the exported ones: its codes become things of their own (also)"
EXCEPTIONS = {
    ("Person.EmailAddress", "BusinessEntityID"): THE_SAME_THING,
    ("HumanResources.Employee", "BusinessEntityID"): THE_SAME_THING,
    ("Sales.SalesPerson", "BusinessEntityID"): THE_SAME_THING,
    ("Sales.Store", "BusinessEntityID"): THE_SAME_THING,
    ("Purchasing.Vendor", "BusinessEntityID"): THE_SAME_THING,
    ("Production.ProductModelProductDescriptionCulture", "ProductDescriptionID"): THE_SAME_THING,
    ("Production.ProductModelProductDescriptionCulture", "CultureID"): NOT_EXPORTED,
}
INSTEAD_OF = {"Person.Person": "Person.BusinessEntity"}
"""The slice holds 2,057 of 19,972 people; each has a row in the table of business entities, which is the same thing."""


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((ROOT / "schema.json").read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def tables() -> dict[str, Any]:
    content: dict[str, Any] = YAML(typ="safe").load(MAPPING.read_text(encoding="utf-8"))["tables"]
    return content


def columns(key: list[Any]) -> tuple[str, ...]:
    return tuple(cell if isinstance(cell, str) else cell["column"] for cell in key)


def relations(table: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """(columns, table they lead to) of every relation that a table's rows state."""
    for end in ("from", "to"):
        for name, key in table.get("relation", {}).get(end, {}).items():
            yield columns(key), name
    for relation in table.get("relations", {}).values():
        yield columns(relation.get("key", [])), relation["to"]


def foreign_keys(schema: dict[str, Any]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    for name, table in schema.items():
        for key in table["foreign_keys"]:
            yield name, tuple(key["cols"]), key["ref"]


def test_every_table_and_the_whole_slice_are_mapped(schema: dict[str, Any], tables: dict[str, Any]) -> None:
    read = {table["read"]["file"] for table in tables.values()}
    assert {table["file"] for table in schema.values()} <= read
    assert {f"sales_slice/{file.name}" for file in (ROOT / "sales_slice").glob("*.csv")} <= read


def test_columns_and_encodings_are_those_of_the_schema(schema: dict[str, Any], tables: dict[str, Any]) -> None:
    by_file = {table["file"]: table for table in schema.values()}
    for name, table in tables.items():
        read = table["read"]
        if read["file"] in by_file:
            expected = by_file[read["file"]]
            assert read["columns"] == [column["name"] for column in expected["columns"]], name
            assert read["encoding"] == expected["encoding"], name
            if expected["primary_key"]:
                assert sorted(columns(table["key"])) == sorted(expected["primary_key"]), name


def test_every_foreign_key_is_a_relation(schema: dict[str, Any], tables: dict[str, Any]) -> None:
    files = {name: table["file"] for name, table in schema.items()}
    missing = []
    for name, key, target in foreign_keys(schema):
        if (name, ",".join(key)) in EXCEPTIONS:
            continue
        wanted = files[INSTEAD_OF.get(target, target)]
        found = [
            to
            for table in tables.values()
            if table["read"]["file"] == files[name]
            for from_columns, to in relations(table)
            if from_columns == key and tables[to]["read"]["file"] == wanted
        ]
        if not found:
            missing.append(f"{name} {key} → {target}")
    assert not missing


def test_exceptions_are_what_they_say(schema: dict[str, Any], tables: dict[str, Any]) -> None:
    files = {name: table["file"] for name, table in schema.items()}
    keys = {(name, ",".join(key)): target for name, key, target in foreign_keys(schema)}
    assert set(EXCEPTIONS) <= set(keys)
    for (name, column), reason in EXCEPTIONS.items():
        table = next(t for t in tables.values() if t["read"]["file"] == files[name])
        if reason == THE_SAME_THING:
            ((other, key),) = table["same_as"].items()
            assert columns(key) == (column,), name
            assert other in tables
        else:
            assert keys[name, column] not in schema
            assert any(columns(thing["key"]) == (column,) for thing in table["also"].values())
