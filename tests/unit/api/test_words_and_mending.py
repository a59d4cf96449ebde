"""The ontology over HTTP leaves out what a caller may not see; rows put right go back as they were set aside."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from api.jobs.work import _write_mended
from api.routes.ontology import _told
from api.wire_service import MendedRow
from graph_engine.snapshot.visibility import Visibility
from ontology.errors import BadQuestion, NotFound
from ontology.load import load_ontology
from ontology.types import QuarantineState


def test_what_is_hidden_is_in_no_word() -> None:
    known = load_ontology()
    whole = json.loads(_told(known.digest, known, Visibility()))
    assert {c["name"] for c in whole["classes"]} == set(known.classes)
    product = next(c for c in whole["classes"] if c["name"] == "Product")
    assert {p["name"] for p in product["properties"]} == set(known.classes["Product"].properties)
    assert {r["name"] for r in product["roles"]} == set(known.roles("Product"))
    hidden = Visibility(
        classes=frozenset({"Supplier"}), properties=frozenset({"Product.list_price"}),
        relations=frozenset({"offer_product"}),
    )  # fmt: skip
    seen = json.loads(_told(known.digest, known, hidden))
    by_name = {c["name"]: c for c in seen["classes"]}
    assert "Supplier" not in by_name
    assert not [r for c in seen["classes"] for r in c["roles"] if r["to"] == "Supplier"]
    assert "list_price" not in {p["name"] for p in by_name["Product"]["properties"]}
    assert "offer_product" not in {r["relation"] for c in seen["classes"] for r in c["roles"]}
    assert json.loads(_told(known.digest, known, Visibility())) == whole, "one view's answer is not another's"


def aside(id_: str, **raw: str) -> QuarantineState:
    return QuarantineState(
        id=id_, run="run-1", source="shop", table="lines", file="a" * 64, path="lines.csv", row=7,
        record="shop/lines/7", rule="range", column="quantity", reason="-3 is below 1.", raw=json.dumps(raw), hash="h",
    )  # fmt: skip


def test_mended_cells_replace_those_that_were_set_aside(tmp_path: Path) -> None:
    file = tmp_path / "mended.csv"
    row = aside("q1", id="7", quantity="-3", note="=1+1")
    _write_mended(file, [MendedRow(id="q1", cells={"quantity": "3"})], {"q1": row})
    with file.open(encoding="utf-8-sig", newline="") as stream:
        (found,) = csv.DictReader(stream)
    assert (found["_table"], found["_ids"]) == ("shop.lines", "q1")
    assert (found["id"], found["quantity"]) == ("7", "3")
    assert found["note"] == "'=1+1", "as a spreadsheet gets it; reading it back takes the quote away"


def test_what_is_not_set_aside_or_no_column_is_refused(tmp_path: Path) -> None:
    there = {"q1": aside("q1", id="7")}
    with pytest.raises(NotFound):
        _write_mended(tmp_path / "a.csv", [MendedRow(id="q2", cells={"id": "8"})], there)
    with pytest.raises(BadQuestion, match="no column 'quantity'"):
        _write_mended(tmp_path / "a.csv", [MendedRow(id="q1", cells={"quantity": "8"})], there)
    assert not (tmp_path / "a.csv").exists()
