"""What people add on a real database: corrections, assumptions, mended rows; lineage; merging and splitting."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import rdflib

from graph_engine.graph import Credentials, Graph
from ingest.report import RunReport
from ingest.state.desired import StatementRefused
from ontology.errors import BadQuestion, NotFound, StoreDamaged
from tests.integration.tiny_company import Company

pytestmark = pytest.mark.integration


@pytest.fixture
def company(tmp_path: Path, graph: Graph, credentials: Credentials) -> Iterator[Company]:
    """The company, ingested once."""
    made = Company(tmp_path / "tiny", credentials)
    made.ingest()
    yield made
    made.close()


def correct(company: Company, thing: str, *changes: str, kind: str = "correct", until: str | None = None) -> RunReport:
    """Enter a correction (or assumption)."""
    return company.project.state(kind, thing, changes, because="phone call", until=until, review=None, author="Mia")


def test_corrections_survive_a_refresh_and_can_be_withdrawn(company: Company) -> None:
    before = company.digest()
    correct(company, "Product:P1", "list_price=12.5")
    shown = company.project.show("Product:P1")
    record = shown.state.winners["list_price"][0]
    assert shown.state.values["list_price"] == 125_000
    place = shown.records[record]
    assert (place.kind, place.because, place.agent) == ("correction", "phone call", "tester")
    company.row("erp.products", "P1")["Price"] = "11"
    company.row("erp.products", "P1")["Name"] = "Steel frame"
    refresh = company.ingest()
    shown = company.project.show("Product:P1")
    assert (shown.state.values["list_price"], shown.state.title) == (125_000, "Steel frame")
    company.project.pipeline.undo("2")  # the correction
    assert company.project.show("Product:P1").state.values["list_price"] == 110_000
    company.project.pipeline.undo(refresh.run)
    assert company.digest() == before

    correct(company, "Order:O1", "customer=Customer:2")  # one customer only: it takes the place of the other
    shown = company.project.show("Order:O1")
    assert [r.other_title for r in shown.relations if r.role == "customer"] == ["Bert Bikes"]
    with pytest.raises(BadQuestion, match="several things"):
        correct(company, "Product:P3", "substitutes=Product:P1")
    correct(company, "Product:P3", "substitutes+=Product:P1", "components-=Product:P2")
    roles = {(r.role, r.other_title) for r in company.project.show("Product:P3").relations}
    assert ("substitutes", "Frame") in roles and ("components", "Wheel") not in roles
    correct(company, "Product:P3", "substitutes-=Product:P1")
    assert "substitutes" not in {r.role for r in company.project.show("Product:P3").relations}
    for run in reversed(company.project.runs()):
        if run.kind == "correct" and run.ordinal > 5:
            company.project.pipeline.undo(run.id)
    assert company.digest() == before


def test_until_sleep_assume_and_refuse(company: Company) -> None:
    before = company.digest()
    correct(company, "Customer:3", "segment=cars", until="2026-12-01")
    assert company.project.show("Customer:3").state.values["segment"] == "cars"
    company.ingest(today=date(2026, 12, 1))  # the last day it holds
    assert company.project.show("Customer:3").state.values["segment"] == "cars"
    company.ingest(today=date(2026, 12, 2))
    assert company.digest() == before
    row = company.row("shop.customers", "3")
    company.drop("shop.customers", "3")
    report = company.ingest(accept=True, today=date(2026, 12, 1))
    assert [reason for _, reason in report.sleeping] == ["shop/customers/3 is not in the graph"]
    company.tables["shop.customers"].append(row)
    report = company.ingest(today=date(2026, 12, 1))
    assert report.sleeping == ()
    assert company.project.show("Customer:3").state.values["segment"] == "cars"

    correct(company, "Offer:F1", "lead_time_days=9", kind="assume")
    assert company.project.show("Offer:F1").state.values["lead_time_days"] == 5  # the source knows
    company.row("erp.offers", "F1")["Days"] = ""
    company.ingest()
    shown = company.project.show("Offer:F1")
    assert shown.state.values["lead_time_days"] == 9
    assert shown.records[shown.state.winners["lead_time_days"][0]].kind == "assumption"

    held, runs = company.digest(), len(company.project.runs())
    with pytest.raises(StatementRefused, match="must not be negative"):
        correct(company, "Product:P1", "list_price=-1")
    assert (company.digest(), len(company.project.runs())) == (held, runs)


def test_quarantine_goes_out_is_mended_and_comes_back(company: Company, tmp_path: Path) -> None:
    company.row("shop.customers", "1")["Limit"] = "=1+1"
    company.row("shop.customers", "1")["Name"] = "-Anna"
    company.add("shop.customers", "5", "'Quoted", "", "@evil", "=9")
    company.add("shop.customers", "6", "Enno", "", "", "9999")
    company.ingest()
    file = tmp_path / "mend.csv"
    assert company.project.export_quarantine(file) == 3
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert not any(cell[:1] in "=+-@\t\r" for row in rows for cell in row.values() if cell)
    for row in rows:
        row["Limit"] = "80"
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    report = company.project.replay(file)
    assert (report.quarantined, [t.adds_up for t in report.tables]) == (0, [True])
    assert company.project.show("Customer:1").state.title == "-Anna"
    quoted = company.project.show("Customer:5").state
    assert (quoted.title, quoted.values["emails"], quoted.values["credit_limit"]) == ("'Quoted", ("@evil",), 800_000)
    mended = company.digest()
    company.row("erp.suppliers", "S1")["Name"] = "Steel plc"
    company.ingest()  # the source still has the bad rows: the mended ones stay
    assert company.project.show("Customer:6").state.values["credit_limit"] == 800_000
    assert company.digest() != mended


def test_a_row_that_could_not_be_read_is_written_anew_beside_what_it_was(company: Company, tmp_path: Path) -> None:
    company.export()
    with (company.folder / "shop" / "customers.csv").open("a", encoding="utf-8") as stream:
        stream.write("5,Ernst,,,10,one cell too many\n")
    company.pipeline().ingest(company.project.sources())
    file = tmp_path / "mend.csv"
    company.project.export_quarantine(file)
    with file.open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert "one cell too many" in row["_as_read"]
    row |= {"Id": "5", "Name": "Ernst", "Limit": "10"}
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(row))
        writer.writeheader()
        writer.writerow(row)
    assert company.project.replay(file).quarantined == 0
    assert company.project.show("Customer:5").state.title == "Ernst"


def test_replayed_rows_stand_for_the_rows_they_came_from(company: Company, tmp_path: Path) -> None:
    company.add("shop.customers", "5", "Ernst", "", "", "9999")
    company.add("shop.customers", "", "Without a key", "", "", "10")
    company.ingest()
    held = {(q.record, q.rule) for q in company.project.quarantine()}
    assert len(held) == 2
    file = tmp_path / "mend.csv"
    company.project.export_quarantine(file)
    assert company.project.replay(file).quarantined == 2  # nothing mended: nothing more, nothing less
    assert {(q.record, q.rule) for q in company.project.quarantine()} == held
    company.project.export_quarantine(file)
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        row["Id"] = row["Id"] or "7"
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    report = company.project.replay(file)
    assert report.quarantined == 1  # the key was mended, the limit was not
    assert company.project.show("Customer:7").state.title == "Without a key"
    company.project.pipeline.undo(report.run)
    assert {(q.record, q.rule) for q in company.project.quarantine()} == held


def test_a_damaged_copy_of_an_export_that_nobody_needs_stops_nothing(company: Company) -> None:
    company.row("shop.customers", "1")["Name"] = "Anna Neu"
    second = company.ingest()
    digest = company.digest()
    newest = {a for g in company.project.runs()[-1].inputs for a in g.files}
    old = {a for r in company.project.runs()[:-1] for g in r.inputs if g.table == "customers" for a in g.files} - newest
    for address in old:
        path = company.project.archive.parquet(address)
        path.write_bytes(path.read_bytes()[:100])
    company.row("shop.customers", "1")["Name"] = "Anna Neuer"
    third = company.ingest()
    company.project.pipeline.undo(third.run)
    assert company.digest() == digest
    with pytest.raises(StoreDamaged):
        company.project.pipeline.undo(second.run)
    assert company.digest() == digest


def test_a_table_that_the_mapping_forgot_is_said_and_can_be_retired(company: Company) -> None:
    mapping = company.folder / "mappings" / "crm.yaml"
    text = mapping.read_text(encoding="utf-8")
    mapping.write_text(text.replace("  accounts:\n", "  clients:\n"), encoding="utf-8")
    report = company.ingest()
    assert report.forgotten == ("crm.accounts",)
    both = company.digest()
    assert {"crm/accounts/A1", "crm/clients/A1"} <= set(company.project.show("Customer:1").state.mentions)
    retired = company.project.pipeline.retire(["crm.accounts"], because="renamed")
    assert [(t.read, t.retracted) for t in retired.tables] == [(0, 1)]
    mentions = company.project.show("Customer:1").state.mentions
    assert "crm/clients/A1" in mentions and "crm/accounts/A1" not in mentions
    assert company.ingest().forgotten == ()
    with pytest.raises(NotFound, match="accounts"):
        company.project.pipeline.retire(["crm.accounts"])
    company.project.pipeline.undo(retired.run)
    assert company.digest() == both


def test_what_points_to_a_retired_table_is_set_aside(company: Company) -> None:
    before = company.digest()
    report = company.project.pipeline.retire(["shop.orders"])
    assert report.reasons == {"reference": 4} and report.quarantined == 4
    company.project.pipeline.undo("last")
    assert company.digest() == before


def test_lineage_leads_to_file_and_row(company: Company) -> None:
    prov = rdflib.Namespace("http://www.w3.org/ns/prov#")
    graph = rdflib.Graph().parse(data=company.project.lineage("Customer:1", "prov"), format="turtle")
    records = {str(o) for o in graph.objects(None, prov.wasDerivedFrom)}
    assert {r.rsplit(":", 1)[1] for r in records} >= {"shop%2Fcustomers%2F1", "crm%2Faccounts%2FA1"}
    shop = rdflib.URIRef(next(r for r in records if "shop" in r))
    files = [str(f) for f in graph.objects(shop, prov.hadPrimarySource)]
    assert len(files) == 1 and len(files[0].rsplit(":", 1)[1]) == 64
    row = graph.value(shop, rdflib.URIRef("https://w3id.org/knockon/ns#row"))
    assert row is not None and int(str(row)) == company.project.show("Customer:1").records["shop/customers/1"].row
    activity = graph.value(shop, prov.wasGeneratedBy)
    assert activity is not None and graph.value(activity, prov.startedAtTime) is not None
    assert "shop/customers/1" in company.project.lineage("Customer:1", "text")


def test_merge_and_split_keep_ids(company: Company, graph: Graph) -> None:
    before = company.digest()
    one = company.project.show("Customer:1").state.id
    three = company.project.show("Customer:3").state.id
    company.row("shop.customers", "3")["Tax"] = "DE1"  # the same company after all
    merged_run = company.ingest()
    shown = company.project.show("Customer:1")
    assert shown.state.id in (one, three) and set(shown.aliases) == {one, three} - {shown.state.id}
    assert {"shop/customers/1", "shop/customers/3", "crm/accounts/A1"} == set(shown.state.mentions)
    assert {r.other_title for r in shown.relations if r.role == "orders"} == {"O1", "O3"}
    gone = ({one, three} - {shown.state.id}).pop()
    assert company.project.show(gone).state.id == shown.state.id  # the old id still leads to it
    earlier = company.project.show(gone, known_at=str(merged_run.version - 4))
    assert earlier.state.id == gone and len(earlier.state.mentions) < 3
    company.row("shop.customers", "3")["Tax"] = ""
    company.ingest()
    assert company.digest() == before
    assert company.project.show("Customer:1").state.id == one
    assert company.project.show("Customer:3").state.id == three
    assert graph.read("read/aliases") == []
