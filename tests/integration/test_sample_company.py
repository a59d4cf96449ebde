"""The shipped sample company: its files are what its generator writes, and its truth is true."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.project import Project
from api.settings import load_settings
from graph_engine.graph import Credentials, Graph
from ingest.report import RunReport
from reasoning.types import Filters, Start
from tests.conftest import empty

SAMPLE = Path(__file__).resolve().parents[2] / "examples/plaetscher"
GENERATED = ("shop", "erp", "helpdesk", "accounting", "later", "truth")


def truth(name: str) -> Any:
    """What the generator knows to be true."""
    return json.loads((SAMPLE / "truth" / f"{name}.json").read_text(encoding="utf-8"))


def files(folder: Path) -> dict[str, bytes]:
    """Content of all generated files by their path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for part in GENERATED
        for path in sorted((folder / part).rglob("*"))
        if path.is_file()
    }


def test_the_files_are_what_the_generator_writes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SAMPLE / "generate.py"), str(tmp_path)], check=True, capture_output=True)
    assert files(SAMPLE) == files(tmp_path)


def test_the_company_is_small_and_has_everything() -> None:
    content = files(SAMPLE)
    assert sum(len(data) for data in content.values()) < 3_000_000
    assert {"erp/stammdaten.xlsx", "shop/orders.csv", "helpdesk/tickets.json", "accounting/rechnungen.csv"} <= set(
        content
    )
    assert content["erp/stueckliste.csv"][:2] in (b"\xff\xfe", b"\xfe\xff")
    assert not content["erp/wareneingang.csv"].endswith(b"\n")
    assert "Ã¼".encode() in content["shop/customers.csv"]
    assert 10 <= len(list((SAMPLE / "documents").glob("*.md"))) <= 15


def test_bad_rows_are_as_many_as_the_counts_say() -> None:
    counts = truth("counts")
    for table, expected in counts.items():
        assert expected["read"] == expected["new"] + expected["duplicate"] + expected["quarantined"], table
        assert expected["quarantined"] == sum(row["table"] == table for row in truth("bad_rows"))


def test_the_page_about_it_gives_the_right_figures() -> None:
    page = (SAMPLE.parents[1] / "docs/sample-company.md").read_text(encoding="utf-8")
    counts = truth("counts")
    for system in ("shop", "erp", "helpdesk", "accounting"):
        rows = sum(table["read"] for name, table in counts.items() if name.startswith(system))
        assert f"(`{system}/`)" in page and f"| {rows:,} |" in page, (system, rows)
    assert f"{len(truth('bad_rows'))} in all" in page
    affected = {name: len(records) for name, records in truth("impact")["records"].items()}
    for name, plural in (
        ("Product", "products"),
        ("OrderLine", "order lines"),
        ("Order", "orders"),
        ("Customer", "customers"),
    ):
        assert f"{affected[name]} {plural}" in page.replace("\n", " "), name


def documents_of(folder: Path) -> list[Path]:
    """The company's documents; each of them is short enough to be one passage."""
    return sorted((folder / "documents").glob("*.md"))


# ---- through the whole pipeline, on a real database -----------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company as a user has it: a copy, since a project keeps what it makes beside its mappings."""
    place = tmp_path_factory.mktemp("sample") / "plaetscher"
    shutil.copytree(SAMPLE, place)
    return place


@pytest.fixture(scope="module")
def company(folder: Path, _session_graph: Graph, credentials: Credentials) -> Iterator[Project]:
    """The company's project on the session's server, emptied first."""
    empty(_session_graph)
    with Project(replace(load_settings(folder), neo4j=credentials)) as project:
        yield project


@pytest.fixture(scope="module")
def first(company: Project) -> RunReport:
    """The report of the first ingest."""
    return company.pipeline.ingest(company.sources())


@pytest.mark.integration
def test_every_row_is_accounted_for_as_the_truth_says(first: RunReport) -> None:
    expected = truth("counts")
    found = {f"{t.source}.{t.table}": t for t in first.tables}
    documents = {name for name in found if name.startswith("documents.")}
    assert set(expected) | {"helpdesk.article_products"} | documents == set(found)
    assert sum(found[name].new for name in documents if name.endswith("_passages")) == len(documents_of(SAMPLE))
    for name, counts in expected.items():
        table = found[name]
        assert table.adds_up, name
        assert {
            "read": table.read,
            "new": table.new,
            "duplicate": table.duplicate,
            "quarantined": table.quarantined,
        } == counts
        assert (table.changed, table.unchanged, table.retracted) == (0, 0, 0), name


@pytest.mark.integration
def test_the_rows_set_aside_are_the_bad_ones(company: Project, first: RunReport) -> None:
    found = company.quarantine()
    assert {(f"{q.source}.{q.table}", q.record) for q in found} == {
        (b["table"], b["record"]) for b in truth("bad_rows")
    }
    places = {(b["table"], b["row"]) for b in truth("bad_rows") if b["row"] is not None}
    assert places == {(f"{q.source}.{q.table}", q.row) for q in found if q.table != "messages"}
    rules = {q.record: q.rule for q in found if q.record}
    assert rules["shop/order_lines/990001"] == "reference"
    assert rules["shop/order_lines/900078"] == "range"
    assert rules["erp/offers/A4022"] == "duplicate-key"
    assert rules["accounting/invoices/RE2025-00042"] == "type"


@pytest.mark.integration
def test_one_product_in_two_systems_is_one_thing(company: Project, first: RunReport) -> None:
    otter = company.show("Product:OTT-550").state
    assert {"erp/items/10-0550", "shop/products/OTT-550"} <= set(otter.mentions)
    assert otter.values["name"] == "Otter 550 submersible pump"  # the shop's name wins: it has the higher priority
    assert otter.winners["days_to_make"] == ("erp/items/10-0550",)


@pytest.mark.integration
def test_wrong_letters_are_put_right_and_tickets_find_their_customers(company: Project, first: RunReport) -> None:
    snapshot = company.network().snapshot
    names = {snapshot.title(i) for i in snapshot.members("Customer").tolist()}
    assert any("ü" in name for name in names)
    assert not any("Ã" in name for name in names)
    tickets = snapshot.members("Ticket").size
    assert tickets == truth("counts")["helpdesk.tickets"]["new"]
    linked = snapshot.relation("ticket_customer").size
    assert tickets - 15 <= linked < tickets  # all but those whom the shop does not know


@pytest.mark.integration
def test_impact_of_the_magnet_maker_is_what_the_truth_says(company: Project, first: RunReport) -> None:
    expected = truth("impact")
    start = Start(company.entity_id("Magnetfabrik Kolding A/S"))
    answer = company.impact([start], filters=Filters(valid_at="any"), limit=None, paths=0)
    assert answer.complete
    snapshot = company.network().snapshot
    found: dict[str, list[set[str]]] = {}
    for item in answer.affected:
        index = snapshot.index(item.entity.id)
        for name in snapshot.classes(index):
            found.setdefault(name, []).append({snapshot.record(code).id for code in snapshot.records(index)})
    for name, records in expected["records"].items():
        table = records[0].rsplit("/", 1)[0]
        things = [{r for r in held if r.rsplit("/", 1)[0] == table} for held in found[name]]
        # Two accounts of one customer are one thing: it is reached when one of them ordered.
        assert set(records) <= set().union(*things), name
        assert all(held & set(records) for held in things if held), name


@pytest.mark.integration
def test_the_same_exports_again_write_nothing(company: Project, first: RunReport) -> None:
    before = company.digest()
    again = company.pipeline.ingest(company.sources())
    assert again.written == 0
    assert company.digest() == before


@pytest.mark.integration
def test_a_month_later_and_back(company: Project, folder: Path, first: RunReport) -> None:
    before = company.digest()
    placed = {"shop": folder / "later/shop", "erp": folder / "later/erp"}
    with Project(replace(company.settings, folders=placed)) as later:
        report = later.pipeline.ingest(later.sources(("shop", "erp")))
    expected = truth("later")
    for table in report.tables:
        changes = expected[f"{table.source}.{table.table}"]
        counted = {"new": table.new, "changed": table.changed, "vanished": table.retracted}
        assert counted == {kind: len(records) for kind, records in changes.items()}, table.table
    assert company.digest() != before
    company.pipeline.undo("last")
    assert company.digest() == before
