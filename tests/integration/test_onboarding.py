"""From the sample company's raw exports to answers, without a mapping by hand: for every supplier the same."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.access.caller import LOCAL
from api.checking import check_project
from api.cli import app
from api.project import Project
from api.reports.keep import keep
from api.service import office_of
from api.settings import load_settings
from graph_engine.graph import Credentials, Graph
from reasoning.types import Filters, Start
from tests.conftest import empty

SAMPLE = Path(__file__).resolve().parents[2] / "examples/plaetscher"
SYSTEMS = ("shop", "erp", "helpdesk", "accounting")
FILES = {
    "erp/offers": "erp/angebote",
    "erp/items": "erp/stammdaten_artikel",
    "shop/products": "shop/products",
    "shop/order_lines": "shop/order_lines",
    "shop/orders": "shop/orders",
    "shop/customers": "shop/customers",
    "accounting/invoices": "accounting/rechnungen",
    "accounting/payments": "accounting/zahlungen",
}
"""Tables of the mapping by hand → of the proposed one, which are called as their files are."""
SUPPLIERS = [f"L-{n}" for n in range(1001, 1027)]

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]


def affected(project: Project, tables: dict[str, str], supplier: str) -> dict[str, set[str]]:
    """Table (as the mapping by hand calls it) → keys of the records that a supplier's failure affects."""
    start = Start(project.entity_id(f"Supplier:{supplier}"))
    answer = project.impact([start], filters=Filters(valid_at="any"), limit=None, paths=0)
    assert answer.complete
    snapshot = project.network().snapshot
    named = {own: name for name, own in tables.items()}
    found: dict[str, set[str]] = {name: set() for name in tables}
    for item in answer.affected:
        for code in snapshot.records(snapshot.index(item.entity.id)):
            table, _, key = snapshot.record(code).id.rpartition("/")
            if table in named:
                found[named[table]].add(key)
    return found


@pytest.fixture(scope="module")
def by_hand(
    tmp_path_factory: pytest.TempPathFactory, _session_graph: Graph, credentials: Credentials
) -> dict[str, dict[str, set[str]]]:
    """Every supplier's impact under the shipped mapping."""
    place = tmp_path_factory.mktemp("hand") / "plaetscher"
    shutil.copytree(SAMPLE, place)
    empty(_session_graph)
    with Project(replace(load_settings(place), neo4j=credentials)) as project:
        project.pipeline.ingest(project.sources(SYSTEMS))
        return {s: affected(project, {n: n for n in FILES}, s) for s in SUPPLIERS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The raw exports and nothing else."""
    place = tmp_path_factory.mktemp("raw")
    for system in SYSTEMS:
        shutil.copytree(SAMPLE / system, place / system)
    return place


@pytest.fixture(scope="module")
def proposed(
    folder: Path, by_hand: dict[str, dict[str, set[str]]], _session_graph: Graph, credentials: Credentials
) -> Iterator[Project]:
    """The project that `knockon init --yes` writes, ingested."""
    result = CliRunner().invoke(app, ["init", str(folder), "--yes"])
    assert result.exit_code == 0, result.output
    assert check_project(folder, {}) == []
    empty(_session_graph)
    with Project(replace(load_settings(folder), neo4j=credentials)) as project:
        report = project.pipeline.ingest(project.sources())
        assert all(t.adds_up for t in report.tables)
        assert report.quarantined < 0.01 * sum(t.read for t in report.tables)
        yield project


def test_every_supplier_has_the_same_impact(proposed: Project, by_hand: dict[str, dict[str, set[str]]]) -> None:
    wrong = {}
    for supplier, expected in by_hand.items():
        found = affected(proposed, FILES, supplier)
        differing = {
            t: (len(expected[t] - found[t]), len(found[t] - expected[t])) for t in FILES if expected[t] != found[t]
        }
        if differing:
            wrong[supplier] = differing
    total = sum(len(keys) for expected in by_hand.values() for keys in expected.values())
    missed = sum(a for d in wrong.values() for a, _ in d.values())
    added = sum(b for d in wrong.values() for _, b in d.values())
    assert total > 5_000
    # A few rows differ where the mapping by hand has a rule that no data shows (a negative quantity is set aside).
    assert (missed + added) / total < 0.01, wrong


def test_a_renamed_column_is_proposed_and_half_an_export_stopped(
    proposed: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials = proposed.settings.neo4j
    assert credentials is not None
    monkeypatch.setenv("NEO4J_URI", credentials.uri)
    monkeypatch.setenv("NEO4J_USERNAME", credentials.username)
    monkeypatch.setenv("NEO4J_PASSWORD", credentials.password)
    offers = folder / "erp/angebote.csv"
    text = offers.read_text(encoding="cp1252")
    offers.write_text(text.replace("Lieferzeit_Tage", "Lieferzeit_in_Tagen", 1), encoding="cp1252")
    runner = CliRunner()
    waiting = runner.invoke(app, ["refresh", "--project", str(folder), "--json"])
    assert waiting.exit_code == 3, waiting.output
    assert json.loads(waiting.stdout.splitlines()[-1])["waiting"] == ["erp.angebote"]
    assert "Lieferzeit_in_Tagen" in (folder / "mappings/erp.yaml.proposed").read_text(encoding="utf-8")
    taken = runner.invoke(app, ["refresh", "--project", str(folder), "--accept", "--json"])
    assert taken.exit_code == 0, taken.output
    assert check_project(folder, {}) == []
    half = text.splitlines(keepends=True)[:40]
    offers.write_text("".join(half).replace("Lieferzeit_Tage", "Lieferzeit_in_Tagen", 1), encoding="cp1252")
    stopped = runner.invoke(app, ["refresh", "--project", str(folder), "--json"])
    assert stopped.exit_code == 4, stopped.output
    assert "stopped" in json.loads(stopped.stdout.splitlines()[-1])
    changed = text.replace("Lieferzeit_Tage", "Lieferzeit_in_Tagen", 1).replace("12,65", "13,65", 1)
    # One more offer of a supplier: what its failure affects is more than it was.
    changed += "A9999;L-1026;30-1001;9,99;EUR;14;25;\n"
    offers.write_text(changed, encoding="cp1252")
    proposed.refresh()
    office = office_of(proposed)
    asked = {"starts": ["Supplier:L-1026"], "valid_at": "any", "limit": 1000, "paths": 1}
    held = keep(office, proposed, LOCAL, "impact", asked, "If L-1026 fails")
    other = {"starts": ["Supplier:L-1003"], "valid_at": "any", "limit": 1000, "paths": 0}
    keep(office, proposed, LOCAL, "impact", other, "If L-1003 fails")
    office.close()
    before = proposed.version_at(None) or max(r.published or 0 for r in proposed.runs())
    assert runner.invoke(app, ["refresh", "--project", str(folder), "--json"]).exit_code == 0
    told = runner.invoke(app, ["changes", "--since", str(before), "--project", str(folder), "--json"])
    assert told.exit_code == 0, told.output
    things = json.loads(told.stdout.splitlines()[-1])["things"]
    answers = {a["title"]: a for a in json.loads(told.stdout.splitlines()[-1])["answers"]}
    moved = answers["If L-1026 fails"]
    assert moved["report"] == held.id and moved["different"] and not moved["problem"]
    assert any("A9999" in reason or "Offer" in reason for reason in moved["because"]), moved
    assert answers["If L-1003 fails"]["different"] == []
    values = [(v["name"], v["before"], v["after"]) for t in things if t["class"] == "Offer" for v in t["values"]]
    assert sorted(t["kind"] for t in things if t["class"] == "Offer") == ["changed", "new"]
    assert [v[0] for v in values] == ["price"]
    listed = runner.invoke(app, ["catalog", "--project", str(folder), "--json"])
    lines = {f"{c['source']}.{c['table']}": c for c in json.loads(listed.stdout.splitlines()[-1])}
    assert lines["erp.angebote"]["holds"] == "Offer"
    assert "angebote" in lines["erp.stammdaten_lieferanten"]["rests"]
