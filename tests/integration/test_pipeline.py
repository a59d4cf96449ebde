"""The pipeline on a real database: counts, idempotence, undo, retraction, quarantine, references, shapes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from graph_engine.graph import Credentials, Graph
from ingest.report import RunReport
from ontology.errors import BadQuestion, RetractionsRefused, SourceError
from tests.conftest import empty
from tests.integration.tiny_company import START, Company

pytestmark = pytest.mark.integration


@pytest.fixture
def company(tmp_path: Path, graph: Graph, credentials: Credentials) -> Iterator[Company]:
    """The company on an empty graph."""
    made = Company(tmp_path / "tiny", credentials)
    yield made
    made.close()


@pytest.fixture
def shaped(tmp_path: Path, graph: Graph, credentials: Credentials) -> Iterator[Company]:
    """The company with two rules of its own: at most two offers a product, offers only for priced products."""
    made = Company(tmp_path / "tiny", credentials, shapes=True)
    yield made
    made.close()


def table(report: RunReport, name: str) -> tuple[int, int, int, int, int, int, int]:
    """(read, new, changed, unchanged, duplicate, quarantined, retracted) of a table."""
    t = next(t for t in report.tables if f"{t.source}.{t.table}" == name)
    assert t.adds_up
    return (t.read, t.new, t.changed, t.unchanged, t.duplicate, t.quarantined, t.retracted)


def fresh_digest(company: Company, folder: Path, *states: dict[str, list[dict[str, str]]]) -> str:
    """The digest of an empty graph that ingests only these states of the company."""
    empty(company.project.graph)
    other = Company(folder, company.project.settings.neo4j or pytest.fail("no server"))
    try:
        for state in states:
            other.tables = state
            other.ingest(accept=True)
        return other.digest()
    finally:
        other.close()


def test_first_ingest_then_the_same_again(company: Company, graph: Graph) -> None:
    first = company.ingest()
    assert {f"{t.source}.{t.table}": (t.read, t.new, t.adds_up) for t in first.tables} == {
        name: (len(rows), len(rows), True) for name, rows in START.items()
    }
    assert (first.quarantined, first.dropped_references) == (0, 1)  # one line names a product that is not there

    frame = company.project.show("Product:P1")
    assert frame.state.values["list_price"] == 100_000  # at scale 4
    assert frame.state.values["currency"] == "EUR"
    assert frame.state.winners["name"] == ("erp/products/P1",)
    place = frame.records["erp/products/P1"]
    assert place.path.endswith("products.csv") and place.row == 1 and len(place.file) == 64
    bike = company.project.show("Product:P3")
    parts = sorted((r.other_title, r.state.values["quantity"]) for r in bike.relations if r.role == "components")
    assert parts == [("Frame", 10_000), ("Wheel", 20_000), ("Wheel", 30_000)]
    assert {r.state.records for r in bike.relations if r.other_title == "Frame"} == {("erp/bom/B1",)}
    assert [r.other_title for r in frame.relations if r.role == "categories"] == ["parts"]
    anna = company.project.show("Customer:1").state
    assert anna.values["name"] == "Anna Boats"  # the shop's priority is higher than the CRM's
    assert anna.values["segment"] == "boats"
    assert anna.values["emails"] == ("anna@boats.test", "hello@boats.test")
    assert anna.winners["emails"] == ("shop/customers/1", "crm/accounts/A1")
    paid = [r.other_title for r in company.project.show("Z1").relations if r.role == "party"]
    assert paid == ["Anna Boats"]
    # 14 things by key + 4 lines + 2 categories shared by rows + the CRM's account in its customer
    assert first.entities.added == 3 + 3 + 4 + 2 + 2 + 3 + 2 + 2

    before = company.digest()
    again = company.ingest()
    assert (again.written, again.nothing_new) == (0, True)
    assert [(t.read, t.unchanged) for t in again.tables] == [(t.read, t.read) for t in first.tables]
    company.export(line_end="\r\n")
    other_bytes = company.pipeline().ingest(company.project.sources())
    assert (other_bytes.written, other_bytes.nothing_new) == (0, False)
    assert company.digest() == before


def test_undo_keeps_later_runs_and_can_be_undone(company: Company, tmp_path: Path) -> None:
    company.row("shop.customers", "3")["Limit"] = "5000"  # out of range in A
    company.add("shop.customers", "4", "Dora Docks", "DE4", "", "")
    company.add("shop.orders", "O4", "2026-03-01", "9", "4")
    company.ingest()
    a = {name: [dict(r) for r in rows] for name, rows in company.tables.items()}
    with_a = company.digest()
    assert company.rules() == {"shop/customers/3": "range"}

    company.row("shop.customers", "3")["Limit"] = "70"
    company.drop("shop.customers", "4")
    company.row("erp.offers", "F1")["Price"] = "9"
    company.drop("erp.offers", "F2")
    company.ingest(accept=True)
    b = {name: [dict(r) for r in rows] for name, rows in company.tables.items()}
    with_both = company.digest()
    # B lacks customer 4, so order O4 of it points to nothing now
    assert company.rules() == {"shop/orders/O4": "reference"}

    first, second = (r.id for r in company.project.runs())
    company.project.pipeline.undo(first)
    without_a = company.digest()
    with pytest.raises(BadQuestion, match="not in force"):
        company.project.pipeline.undo(first)
    company.project.pipeline.undo("last")
    assert company.digest() == with_both
    company.project.pipeline.undo(second)
    assert company.digest() == with_a
    assert company.rules() == {"shop/customers/3": "range"}
    company.project.pipeline.undo("last")
    assert company.digest() == with_both
    company.project.pipeline.undo(first)  # the undo of it was undone: it is in force again
    assert company.digest() == without_a
    assert fresh_digest(company, tmp_path / "only_b", b) == without_a
    assert fresh_digest(company, tmp_path / "both", a, b) == with_both


def test_full_export_retracts_but_asks_first(company: Company) -> None:
    company.ingest()
    before = company.digest()
    company.drop("shop.lines", "O3")
    with pytest.raises(RetractionsRefused, match=r"shop\.lines: 1 of 4"):
        company.ingest()
    assert company.digest() == before
    dry = company.ingest(accept=True, dry_run=True)
    assert table(dry, "shop.lines") == (3, 0, 0, 3, 0, 0, 1)
    assert company.digest() == before
    report = company.ingest(accept=True)
    assert table(report, "shop.lines") == (3, 0, 0, 3, 0, 0, 1)
    assert report.entities.removed == 1
    company.drop("erp.offers", "F1")  # an upsert keeps what an export lacks
    report = company.ingest()
    assert table(report, "erp.offers") == (1, 0, 0, 1, 0, 0, 0)
    held = company.digest()
    company.tables["shop.customers"] = []
    with pytest.raises(SourceError, match=r"customers\.csv"):
        company.ingest(accept=True)
    assert company.digest() == held


def test_rows_that_cannot_be_read_keep_what_was_there(company: Company) -> None:
    company.ingest()
    company.row("shop.customers", "1")["Limit"] = "many"
    company.row("shop.customers", "2")["Name"] = "Bert Bicycles"
    company.drop("shop.customers", "3")
    company.tables["shop.customers"] += [
        {"Id": "", "Name": "No Key", "Tax": "", "Mail": "", "Limit": ""},
        {"Id": "7", "Name": "Twin", "Tax": "", "Mail": "", "Limit": ""},
        {"Id": "7", "Name": "Twin", "Tax": "", "Mail": "", "Limit": ""},
        {"Id": "8", "Name": "Left", "Tax": "", "Mail": "", "Limit": ""},
        {"Id": "8", "Name": "Right", "Tax": "", "Mail": "", "Limit": ""},
    ]
    company.row("shop.payments", "Z1")["Amount"] = "31.50"
    company.drop("shop.payments", "Z2")
    company.add("shop.payments", "Z3", "1.00", "DE2")
    report = company.ingest(accept=True)
    # 1 type, 1 without key, 2 with one key and different content; customer 3 stays, since a row has no readable key
    assert table(report, "shop.customers") == (7, 1, 1, 0, 1, 4, 0)
    assert table(report, "shop.payments") == (2, 1, 0, 0, 0, 1, 0)
    anna = company.project.show("Customer:1")
    assert anna.state.values["credit_limit"] == 1_000_000 and anna.records["shop/customers/1"].stale
    assert company.project.show("Customer:3").state.title == "Cara Cars"
    assert company.project.show("Z1").state.values["amount"] == 305_000
    rules = sorted((str(q.record), q.rule) for q in company.project.quarantine())
    assert rules == [
        ("None", "key"), ("shop/customers/1", "type"), ("shop/customers/8", "duplicate-key"),
        ("shop/customers/8", "duplicate-key"), ("shop/payments/Z1", "append-changed"),
    ]  # fmt: skip
    again = company.ingest(accept=True)
    assert again.nothing_new and table(again, "shop.customers") == (7, 0, 0, 2, 1, 4, 0)
    company.tables["shop.customers"] = [r for r in company.tables["shop.customers"] if r["Id"]]
    report = company.ingest(accept=True)
    assert table(report, "shop.customers") == (6, 0, 0, 2, 1, 3, 1)  # now customer 3 is retracted


def test_references_settle_to_a_fixpoint(company: Company) -> None:
    company.ingest()
    whole = company.digest()
    company.drop("shop.customers", "2")
    report = company.ingest(accept=True)
    # the customer goes; its order points to nothing, then the order's line, then the payment by its tax number
    assert company.rules() == {
        "shop/orders/O2": "reference", "shop/lines/O2|1": "reference", "shop/payments/Z2": "reference",
    }  # fmt: skip
    assert table(report, "shop.orders") == (3, 0, 0, 2, 0, 1, 1)
    reasons = {q.record: q.reason for q in company.project.quarantine()}
    assert reasons["shop/orders/O2"] == "There is no shop.customers with key 2."
    assert reasons["shop/payments/Z2"] == "There is no Customer with tax_number = DE2."
    company.tables["shop.customers"].append(dict(START["shop.customers"][1]))
    back = company.ingest("shop.customers")  # only the customers are read: the rest enters by itself
    assert company.digest() == whole
    assert (back.quarantined, back.records.added) == (0, 4)


def test_shapes_set_aside_the_record_to_blame(shaped: Company) -> None:
    shaped.row("erp.products", "P2")["Price"] = "-1"
    report = shaped.ingest()
    entry = next(q for q in shaped.project.quarantine() if q.record == "erp/products/P2")
    assert entry.rule == "shacl" and "must not be negative" in entry.reason and "Wheel" in entry.reason
    # its offer and its place in the bill of materials point to nothing then; the order line merely lacks a product
    assert shaped.rules() == {
        "erp/products/P2": "shacl", "erp/offers/F2": "reference", "erp/bom/B2": "reference", "erp/bom/B3": "reference",
    }  # fmt: skip
    assert report.dropped_references == 2

    # Two more offers for P1: each is fine alone, the product's rule breaks without the product changing
    shaped.add("erp.offers", "F3", "S2", "P1", "7", "3")
    shaped.ingest()
    assert "erp/offers/F3" not in shaped.rules()
    shaped.add("erp.offers", "F4", "S2", "P1", "6", "3")
    shaped.ingest()
    assert shaped.rules()["erp/offers/F4"] == "shacl"
    shaped.drop("erp.offers", "F4")

    # An unchanged offer becomes invalid when the price of its product is no longer there
    shaped.row("erp.products", "P1")["Price"] = ""
    shaped.ingest()
    assert {r: rule for r, rule in shaped.rules().items() if rule == "shacl"}.keys() >= {
        "erp/products/P2",
        "erp/offers/F4",
    }
    offers = {r.other for r in shaped.project.show("Product:P1").relations if r.role == "offers"}
    assert not offers or shaped.project.show("Product:P1").state.values["list_price"] == 100_000


def test_known_and_valid_at(company: Company) -> None:
    first = company.ingest()
    company.row("erp.products", "P2")["Name"] = "Rim"
    company.row("erp.bom", "B1")["Qty"] = "5"
    company.drop("erp.offers", "F2")
    company.drop("shop.orders", "O3")
    company.drop("shop.lines", "O3")
    company.ingest(accept=True)
    bike = company.project.show("Product:P3", known_at=str(first.version))
    assert sorted((r.other_title, str(r.state.valid_from)) for r in bike.relations if r.role == "components") == [
        ("Frame", "2025-01-01"), ("Wheel", "2024-01-01"), ("Wheel", "2025-06-30"),
    ]  # fmt: skip
    frame = next(r.state for r in bike.relations if r.other_title == "Frame")
    assert frame.values["quantity"] == Decimal(1) * 10_000
    then = company.project.show("O3", known_at=str(first.version))
    assert then.state.values["total"] == 70_000
    assert then.records["shop/orders/O3"].row == 3 and then.records["shop/orders/O3"].path.endswith("orders.csv")
    on = company.project.show("Product:P3", valid_at="2025-06-30")
    assert sorted((r.other_title, r.state.values["quantity"]) for r in on.relations if r.role == "components") == [
        ("Frame", 50_000), ("Rim", 30_000),
    ]  # fmt: skip
    before = company.project.show("Product:P3", valid_at=str(date(2025, 6, 29)))
    assert {r.state.values["quantity"] for r in before.relations if r.other_title == "Rim"} == {20_000}
