"""Properties that hold for any input: names, quoting, inclusion, headings, rewriting of mappings."""

from __future__ import annotations

from io import StringIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ingest.onboarding.drift import Drift, Rename, changed_mapping
from ingest.onboarding.headings import column_names
from ingest.onboarding.inclusion import contained
from ingest.onboarding.names import reference_likeness, words
from ingest.onboarding.writing import quoted

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@given(texts)
def test_what_is_quoted_reads_back_the_same_alone_and_in_a_list(text: str) -> None:
    yaml = YAML(typ="safe", pure=True)
    assert yaml.load(StringIO(f"a: [{quoted(text)}, {quoted(text, always=True)}]")) == {"a": [text, text]}


@given(st.lists(texts, min_size=1, max_size=8))
def test_columns_can_always_be_told_apart(cells: list[str]) -> None:
    names, _ = column_names(cells)
    assert len({n.lower() for n in names}) == len(cells)
    assert all(n.strip() for n in names)


@given(st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)))
def test_inclusion_is_that_of_sets(own: set[int], theirs: set[int]) -> None:
    left, right = (np.array(sorted(s), dtype=np.uint64) for s in (own, theirs))
    assert contained(left, right) == (len(own & theirs) if theirs else 0, len(own))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Lieferantennr", "supplier number"),
        ("supplier_id", "supplier id"),
        ("CustomerID", "customer id"),
        ("customerid", "customer id"),
        ("OrderLines", "order line"),
        ("PLZ", "postal code"),
        ("Größe", "size"),
        ("first_name", "given name"),
        ("E-Mail", "email"),
    ],
)
def test_names_in_one_language_and_number(name: str, expected: str) -> None:
    assert " ".join(words(name)) == expected


@pytest.mark.parametrize(
    ("column", "table", "key", "least", "most"),
    [
        ("customer_id", "customers", "id", 0.9, 1),
        ("CustomerID", "Customer", "CustomerID", 1, 1),
        ("ShipToAddressID", "Address", "AddressID", 0.75, 0.9),
        ("id", "orders", "id", 0, 0.3),
        ("name", "products", "name", 0, 0.3),
        ("quantity", "products", "id", 0, 0.3),
    ],
)
def test_how_much_a_column_speaks_of_a_table(column: str, table: str, key: str, least: float, most: float) -> None:
    assert least <= reference_likeness(column, table, key)[0] <= most


MAPPING = """\
# ours
source: shop
tables:
  orders:
    read: {file: orders.csv}
    key: [No]  # the number
    class: Order
    properties:
      number: No
      total: {column: Sum, transforms: [decimal_comma]}
      note: {sql: "upper(\\"Note\\")"}
    relations:
      customer: {to: customers, key: [Cust]}
    contract:
      Sum: {type: decimal}
"""


def test_a_renamed_column_is_renamed_everywhere_and_comments_stay() -> None:
    drift = Drift("shop", "orders", renamed=(Rename("Sum", "Amount", 1, ""), Rename("Note", "Remark", 1, "")))
    text = changed_mapping(MAPPING, [drift])
    assert "# ours" in text and "# the number" in text
    held = YAML(typ="safe", pure=True).load(text)["tables"]["orders"]
    assert held["properties"]["total"] == {"column": "Amount", "transforms": ["decimal_comma"]}
    assert held["contract"] == {"Amount": {"type": "decimal"}}
    assert held["properties"]["note"] == {"sql": 'upper("Remark")'}


def test_what_reads_a_column_that_is_gone_goes() -> None:
    held = YAML(typ="safe", pure=True).load(changed_mapping(MAPPING, [Drift("shop", "orders", gone=("Cust", "Sum"))]))
    table = held["tables"]["orders"]
    assert set(table["properties"]) == {"number", "note"}
    assert not table["relations"] and not table["contract"]


def test_a_table_whose_key_is_gone_is_left_alone() -> None:
    drift = Drift("shop", "orders", gone=("No",), key_gone=True)
    assert YAML(typ="safe", pure=True).load(changed_mapping(MAPPING, [drift]))["tables"]["orders"]["key"] == ["No"]
