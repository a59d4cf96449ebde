"""The bicycle maker's folder, columns named, mapped by `knockon init`: what each vendor affects, as mapped by hand.

The mapping by hand gives what recursive SQL over the raw files finds (``test_adventureworks_impact.py``); so the
proposed one is compared with that SQL, table by table. The questions are answered as a person would who knows the data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from api.checking import check_project
from api.cli import app
from api.project import Project
from api.settings import load_settings
from graph_engine.graph import Credentials, Graph
from reasoning.types import Filters, Start
from tests.conftest import empty
from tests.integration import adventureworks_oracle as oracle
from tests.integration.adventureworks_named import with_headings

ROOT = oracle.folder()
TABLES = {
    "offers": "product_vendor",
    "products": "product",
    "order_lines": "salesorderdetail",
    "orders": "salesorderheader",
    "customers": "customer",
    "purchase_orders": "purchase_order_header",
    "purchase_order_lines": "purchase_order_detail",
}
"""Field of the oracle's answer → table of the proposed mapping, called as its file is."""
pytestmark = [
    pytest.mark.integration,
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not ROOT.is_dir(), reason=f"no data in {ROOT}"),
]


@pytest.fixture(scope="module")
def proposed(
    tmp_path_factory: pytest.TempPathFactory, _session_graph: Graph, credentials: Credentials
) -> Iterator[Project]:
    """The project that `knockon init --yes` writes, ingested."""
    folder = with_headings(ROOT, tmp_path_factory.mktemp("bicycles") / "erp")
    result = CliRunner().invoke(app, ["init", str(folder), "--yes", "--json"])
    assert result.exit_code == 0, result.output
    content = json.loads(result.stdout.splitlines()[-1])
    assert len(content["questions"]) <= 10
    assert check_project(folder) == []
    empty(_session_graph)
    with Project(replace(load_settings(folder), neo4j=credentials)) as project:
        report = project.pipeline.ingest(project.sources())
        assert all(t.adds_up for t in report.tables)
        by_table = {t.table: t.quarantined for t in report.tables if t.quarantined}
        # 41 lines and 46 reasons belong to orders after the end of the slice: the same as under the mapping by hand.
        assert by_table == {"salesorderdetail": 41, "salesorderheadersalesreason": 46}, by_table
        yield project


def test_each_of_the_104_vendors_affects_the_same_rows(proposed: Project) -> None:
    snapshot = proposed.network().snapshot
    source = proposed.mappings()[0].source
    expected = oracle.affected(oracle.load(ROOT), None)
    assert len(expected) == 104
    wrong: dict[str, dict[str, tuple[int, int]]] = {}
    beside: set[str] = set()
    total = 0
    for vendor, wanted in expected.items():
        start = Start(proposed.entity_id(f"Supplier:{vendor}"))
        answer = proposed.impact([start], filters=Filters(valid_at="any"), limit=None, paths=0)
        assert answer.complete
        reached: dict[str, set[str]] = {}
        for item in answer.affected:
            for code in snapshot.records(snapshot.index(item.entity.id)):
                table, _, key = snapshot.record(code).id.rpartition("/")
                reached.setdefault(table.removeprefix(f"{source}/"), set()).add(key)
        for field, table in TABLES.items():
            have, want = reached.get(table, set()), getattr(wanted, field)
            total += len(want)
            if have != want:
                wrong.setdefault(vendor, {})[field] = (len(want - have), len(have - want))
        beside |= set(reached) - set(TABLES.values())
    assert total > 100_000
    assert wrong == {}
    assert beside <= {"business_entity"}, beside
