"""The bicycle maker through the whole pipeline, on a real database: counts, quarantine, encodings, impact, again, undo.

One ingest serves the module, in two runs: everything but the sales and the reviews, then all tables. For each of the
104 vendors the answer is compared, class by class, with what recursive SQL finds in the raw files.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from api.project import Project
from api.settings import load_settings
from graph_engine.graph import Credentials, Graph
from ingest.report import RunReport
from reasoning.types import Filters, Start
from tests.conftest import empty
from tests.integration import adventureworks_oracle as oracle

ROOT = oracle.folder()
EXAMPLE = Path(__file__).resolve().parents[2] / "examples/adventureworks"
LATER = ("orders", "order_lines", "order_reasons", "reviews")
"""Tables that the first run leaves out."""
pytestmark = [
    pytest.mark.integration,
    pytest.mark.slow,
    pytest.mark.skipif(not ROOT.is_dir(), reason=f"no data in {ROOT}"),
]
TABLES = {
    "offers": "aw/offers",
    "products": "aw/products",
    "order_lines": "aw/order_lines",
    "orders": "aw/orders",
    "customers": "aw/customers",
    "purchase_orders": "aw/purchase_orders",
    "purchase_order_lines": "aw/purchase_order_lines",
}
"""Field of the oracle's answer → first parts of the records' ids."""


@dataclass(frozen=True, slots=True)
class Ingested:
    """The project with the reports of its two runs and the digest between them."""

    project: Project
    earlier: RunReport
    digest: str
    report: RunReport


@pytest.fixture(scope="module")
def ingested(
    tmp_path_factory: pytest.TempPathFactory, _session_graph: Graph, credentials: Credentials
) -> Iterator[Ingested]:
    """All tables, on the session's server."""
    place = tmp_path_factory.mktemp("bicycles") / "adventureworks"
    shutil.copytree(EXAMPLE, place)
    empty(_session_graph)
    settings = replace(load_settings(place, {"aw": ROOT}), neo4j=credentials)
    with Project(settings) as project:
        sources = project.sources()
        names = [f"aw.{name}" for name in sources[0].mapping.tables if name not in LATER]
        earlier = project.pipeline.ingest(sources, only=names)
        digest = project.digest()
        yield Ingested(project, earlier, digest, project.pipeline.ingest(sources))


def test_every_row_is_accounted_for(ingested: Ingested) -> None:
    files = {name: table.read.file for name, table in ingested.project.mappings()[0].tables.items()}
    raw = oracle.raw_counts(ROOT)
    tables = {t.table: t for t in ingested.report.tables}
    assert set(tables) == set(files)
    for name, table in tables.items():
        assert table.adds_up, name
        assert table.read == (4 if name == "reviews" else raw[str(files[name])]), name
        assert (table.new if name in LATER else table.unchanged) == table.read - table.quarantined, name
    quarantined = {name: table.quarantined for name, table in tables.items() if table.quarantined}
    assert quarantined == {"order_lines": 41, "order_reasons": 46}


def test_lines_without_an_order_are_set_aside_for_that_reason(ingested: Ingested) -> None:
    rows = ingested.project.quarantine("aw.order_lines")
    _, lines = oracle.raw_sales(ROOT, "salesorderdetail")
    _, headers = oracle.raw_sales(ROOT, "salesorderheader")
    known = {row[0] for row in headers}
    assert {q.record for q in rows} == {f"aw/order_lines/{row[2]}" for row in lines if row[0] not in known}
    assert {q.rule for q in rows} == {"reference"}
    assert all("45" in q.reason and "aw.orders" in q.reason for q in rows)


def test_four_reviews_with_their_line_breaks(ingested: Ingested) -> None:
    snapshot = ingested.project.network().snapshot
    reviews = snapshot.members("Review").tolist()
    assert len(reviews) == 4
    texts = {str(snapshot.value(i, "reviewer_name")): str(snapshot.value(i, "text")) for i in reviews}
    assert set(texts) == {"John Smith", "David", "Jill", "Laura Norman"}
    assert texts["Jill"].count("\n") == 2
    assert texts["Laura Norman"].startswith("The Road-550-W from Adventure Works Cycles")
    assert texts["Laura Norman"].endswith("hard-earned money.")


def test_encodings_come_out_right(ingested: Ingested) -> None:
    snapshot = ingested.project.network().snapshot
    people = {snapshot.title(i) for i in snapshot.members("Person").tolist()}
    assert {"Ken J Sánchez", "François P Ajenstat", "Ruben L Muñoz", "Jésus K Munoz"} <= people
    assert not any("Ã" in name for name in people)
    streets = {snapshot.title(i) for i in snapshot.members("Address").tolist()}
    assert {"25730, boul. St-Régis", "1, place de la République"} <= streets
    texts = {str(snapshot.value(i, "text")) for i in snapshot.members("ProductText").tolist()}
    assert any("自行车" in text for text in texts)  # one field of the UTF-16 file


def test_a_business_entity_is_one_thing(ingested: Ingested) -> None:
    snapshot = ingested.project.network().snapshot
    assert snapshot.members("Party").size == 20_777 + 19_820  # business entities and customers
    assert snapshot.members("Supplier").size == 104
    assert snapshot.members("Person").size == 19_972
    assert snapshot.members("SalesRepresentative").size == 17
    assert snapshot.members("Product").size == 504


def test_parallel_lines_of_the_bill_of_materials_are_kept_apart(ingested: Ingested) -> None:
    edges = ingested.project.network().snapshot.relation("component")
    assert edges.size == 2_679 - 103
    pairs = set(zip(edges.source.tolist(), edges.target.tolist(), strict=True))
    assert edges.size - len(pairs) > 150


@pytest.mark.parametrize("day", [None, date(2012, 1, 1), date(2010, 9, 1)])
def test_what_each_of_the_104_vendors_affects(ingested: Ingested, day: date | None) -> None:
    project = ingested.project
    snapshot = project.network().snapshot
    filters = Filters(valid_at=day if day is not None else "any")
    wrong = []
    expected = oracle.affected(oracle.load(ROOT), day)
    assert len(expected) == 104
    for vendor, wanted in expected.items():
        answer = project.impact([Start(project.entity_id(f"Supplier:{vendor}"))], filters=filters, limit=None, paths=0)
        assert answer.complete
        reached: dict[str, set[str]] = {}
        for item in answer.affected:
            for code in snapshot.records(snapshot.index(item.entity.id)):
                table, _, key = snapshot.record(code).id.rpartition("/")
                reached.setdefault(table, set()).add(key)
        for field, table in TABLES.items():
            if reached.get(table, set()) != getattr(wanted, field):
                wrong.append((vendor, field))
        others = set(reached) - set(TABLES.values()) - {"aw/business_entities", "aw/component_units"}
        assert not others, (vendor, others)
    assert not wrong


def test_undone_read_again_and_read_once_more(ingested: Ingested) -> None:
    project = ingested.project
    after = project.digest()
    project.pipeline.undo(ingested.report.run)
    assert project.digest() == ingested.digest != after
    anew = project.pipeline.ingest(project.sources())
    assert anew.written > 0
    assert project.digest() == after
    again = project.pipeline.ingest(project.sources())
    assert again.written == 0
    assert all(t.unchanged == t.read - t.duplicate - t.quarantined for t in again.tables)
    assert project.digest() == after
