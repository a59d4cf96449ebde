"""Erasing a person for good: nothing that knockon keeps shows him any more, and no refresh brings him back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.access.office import Office
from api.app import create_app
from api.audit.chain import Audit
from api.erasing import Erased, again, erase
from api.privacy import subject_data
from api.retention import overdue
from api.service import office_of
from api.settings import Retention
from graph_engine.graph import Credentials, Graph
from graph_engine.store.current import graph_state
from ontology.errors import BadQuestion, NotFound
from tests.integration.tiny_company import Company

pytestmark = pytest.mark.integration
SECRETS = ("Anna Boats", "anna@boats.test", "DE1-4711")
"""Who is erased: name, e-mail address, tax number."""


@pytest.fixture
def company(tmp_path: Path, graph: Graph, credentials: Credentials) -> Iterator[Company]:
    """A company with a customer of whom all systems know, twice ingested, once corrected."""
    made = Company(tmp_path / "tiny", credentials)
    made.row("shop.customers", "1")["Tax"] = "DE1-4711"
    made.row("shop.payments", "Z1")["Payer"] = "DE1-4711"
    made.ingest()
    made.row("shop.customers", "1")["Mail"] = "old-anna@boats.test"
    made.ingest()
    made.row("shop.customers", "1")["Mail"] = "anna@boats.test"
    made.ingest()
    made.project.state(
        "correct", "Customer:1", ["legal_name=Anna Boats e.K."], because="Anna Boats called", until=None, review=None,
        author="Mia",
    )  # fmt: skip
    yield made
    made.close()


def office(company: Company) -> Office:
    return office_of(company.project)


def done(company: Company, thing: str = "Customer:1") -> Erased:
    held = office(company)
    try:
        return erase(
            company.project, [thing], because="she asked", by=("command:tester",), office=held, audit=Audit(held)
        )
    finally:
        held.close()


def kept_below(folder: Path) -> dict[str, bytes]:
    """All that knockon keeps in files; Parquet unpacked."""
    from pyarrow import parquet

    found: dict[str, bytes] = {}
    for file in folder.rglob("*"):
        if not file.is_file():
            continue
        found[str(file)] = file.read_bytes()
        if file.suffix == ".parquet":
            found[str(file)] = json.dumps(parquet.read_table(file).to_pylist(), ensure_ascii=False).encode()
    return found


def in_the_graph(graph: Graph) -> str:
    """Every property of every node and relation, as one text."""
    with graph.driver.session(database=graph.credentials.database) as session:
        nodes = session.run("MATCH (n) RETURN properties(n) AS p").value("p")
        ties = session.run("MATCH ()-[r]->() RETURN properties(r) AS p").value("p")
    return json.dumps([*nodes, *ties], default=str, ensure_ascii=False)


def test_nothing_is_left_and_nothing_comes_back(company: Company, graph: Graph) -> None:
    project = company.project
    with TestClient(create_app(project), base_url="http://127.0.0.1") as client:
        for text in ("Anna Boats", "anna@boats.test"):
            assert client.get("/v1/search", params={"q": text}).status_code == 200
        assert client.get("/v1/entities/Anna%20Boats").status_code == 200
        asked = {"kind": "query", "question": {"class": "Customer", "select": ["name", "emails"]}}
        made = client.post("/v1/reports", json=asked, headers={"Idempotency-Key": "one"})
        assert made.status_code == 201 and "Anna Boats" in client.get(f"/v1/reports/{made.json()['id']}").text
    known_before = project.runs()[0].published
    before = {p: b for p, b in kept_below(project.settings.data).items() if b"Anna Boats" in b}
    assert before and "Anna Boats" in in_the_graph(graph)
    orders = [r.other for r in project.show("Customer:1").relations if r.role == "orders"]
    payments = [r.other for r in project.show("Customer:1").relations if r.role == "payments"]
    assert len(orders) == 2 and payments

    report = done(company)
    assert report.rows["shop.customers"] == 2 and report.rows["crm.accounts"] == 1, "every version of every file"
    assert report.history > 0 and report.reports == 1 and report.audit >= 3 and report.statements == 1
    assert report.newly_set_aside == 0 and not [x for x in report.left if "quote" in x]
    for secret in (*SECRETS, "old-anna"):
        assert secret not in in_the_graph(graph), secret
        hits = [p for p, b in kept_below(project.settings.data).items() if secret.encode() in b]
        assert not hits, (secret, hits)
    with pytest.raises(NotFound):
        project.show("Anna Boats")
    shown = project.show(report.things[0])
    assert shown.state.title.startswith("erased-") and shown.state.values["credit_limit"] is not None
    assert sorted(r.other for r in shown.relations if r.role == "orders") == sorted(orders), "what hangs on her stays"
    assert [r.other for r in shown.relations if r.role == "payments"] == payments, "found by a pseudonym now"
    assert "Boats" not in json.dumps(
        project.show(report.things[0], known_at=str(known_before)).state.values, default=str
    )
    assert project.archive.verify() == [] and Audit(office(company)).verify().broken_at is None
    after = project.digest()

    assert company.ingest().nothing_new, "the same export again"
    company.row("shop.customers", "2")["Limit"] = "60"  # another export, in which she still stands
    company.ingest()
    assert not [s for s in SECRETS if s in in_the_graph(graph)]
    assert not [p for p, b in kept_below(project.settings.archive).items() if b"Anna Boats" in b]
    project.pipeline.undo("last")
    assert project.digest() == after
    for run in ("2", "1"):  # back to before the erasure: to rows that are redacted
        project.pipeline.undo(run)
        assert not [s for s in SECRETS if s in in_the_graph(graph)], run
    project.pipeline.replay()
    assert not [s for s in SECRETS if s in in_the_graph(graph)]
    with pytest.raises(BadQuestion, match="for good"):
        project.pipeline.undo(report.run)


def test_others_keep_what_is_theirs(company: Company) -> None:
    project = company.project
    before = {c: project.show(f"Customer:{c}").state.values for c in ("2", "3")}
    report = done(company)
    assert {c: project.show(f"Customer:{c}").state.values for c in ("2", "3")} == before
    version = graph_state(project.graph)
    assert version is not None and version.epoch > 0 and report.version == version.published


def test_a_dry_run_changes_nothing_and_says_what_would_go(company: Company) -> None:
    project = company.project
    before, held = project.digest(), office(company)
    files = kept_below(project.settings.archive)
    found = erase(project, ["Customer:1"], because="test", by=("x",), office=held, audit=Audit(held), dry_run=True)
    assert found.rows["shop.customers"] == 2 and found.dry_run
    assert project.digest() == before and kept_below(project.settings.archive) == files
    with pytest.raises(BadQuestion, match="reason"):
        erase(project, ["Customer:1"], because=" ", by=("x",), office=held, audit=Audit(held))
    held.close()


def test_a_restored_archive_is_redacted_again(company: Company, tmp_path: Path) -> None:
    import shutil

    project = company.project
    shutil.copytree(project.settings.archive, tmp_path / "old")
    done(company)
    listed = (project.settings.archive / "erasures.json").read_bytes()
    assert not [s for s in SECRETS if s.encode() in listed]
    shutil.rmtree(project.settings.archive)
    shutil.copytree(tmp_path / "old", project.settings.archive)
    (project.settings.archive / "erasures.json").write_bytes(listed)
    assert [p for p, b in kept_below(project.settings.archive).items() if b"Anna Boats" in b]
    held = office(company)
    assert again(project, held, Audit(held))["shop.customers"] == 2
    held.close()
    assert not [p for p, b in kept_below(project.settings.archive).items() if b"Anna Boats" in b]


def test_what_is_past_its_time_goes(company: Company) -> None:
    project = company.project
    project.settings.retention["Order"] = Retention(days=30, by="ordered_on")
    due = overdue(project, today=date(2026, 2, 10))
    assert [(d.class_name, d.before, len(d.ids)) for d in due] == [("Order", date(2026, 1, 11), 1)]
    held = office(company)
    erase(project, due[0].ids, because="retention", by=("x",), office=held, audit=Audit(held))
    held.close()
    assert overdue(project, today=date(2026, 2, 10))[0].ids == ()
    kept = project.show("Order:O1").state
    assert kept.values["number"] == "O1" and kept.values["total"] is not None, "the books stay right"


def test_what_is_known_of_a_person_says_where_he_is_named(company: Company) -> None:
    with TestClient(create_app(company.project), base_url="http://127.0.0.1") as client:
        client.get("/v1/entities/Anna%20Boats")
    held = office(company)
    found = subject_data(company.project, "Customer:1", held)
    held.close()
    named = found["named_in"]
    assert isinstance(named, dict) and len(named["audit"]) == 1
    rows = found["source_rows"]
    assert isinstance(rows, list) and {"shop", "crm"} <= {r["record"].split("/")[0] for r in rows}


FOUR_EYES = """
@id("four-eyes") forbid(principal, action == Action::"alone", resource)
                 when { resource in [Change::"apply", Change::"correct-money", Change::"erase"] };
"""


def test_where_policy_wants_it_a_second_person_decides_and_the_audit_names_both(company: Company) -> None:
    from api.access.keys import create_key

    project = company.project
    folder = project.settings.folder / "policies"
    folder.mkdir(exist_ok=True)
    (folder / "own.cedar").write_text(FOUR_EYES, encoding="utf-8")
    app = create_app(project)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        mia, jon = (
            {"Authorization": "Bearer " + create_key(app.state.service.office, name, ["owner"])[1]}
            for name in ("Mia", "Jon")
        )
        corrected = {"entity": "Product:P1", "changes": ["list_price=99"], "because": "typo"}
        money = client.post("/v1/corrections", json=corrected, headers=mia).json()
        assert (money["kind"], money["state"], money["job"]) == ("correct-money", "open", None)
        alone = client.post("/v1/corrections", json={**corrected, "changes": ["name=Bow"]}, headers=mia).json()
        assert alone["kind"] == "correct" and alone["id"].startswith("job-"), "no money, no second person"
        client.get(f"/v1/jobs/{alone['id']}/events", headers=mia)

        plan = client.post("/v1/privacy/plan", json={"subject": "Customer:1", "because": "letter"}, headers=mia).json()
        assert plan["rows"]["shop.customers"] == 2
        asked = client.post("/v1/privacy/erasures", json={"subject": "Customer:1", "because": "letter"}, headers=mia)
        assert asked.status_code == 202 and asked.headers["location"] == f"/v1/proposals/{asked.json()['id']}"
        waiting = client.get("/v1/inbox", headers=jon).json()["tasks"]
        assert {f"approval:{money['id']}", f"approval:{asked.json()['id']}"} <= {t["id"] for t in waiting}
        path = f"/v1/proposals/{asked.json()['id']}/decision"
        own = client.post(path, json={"verdict": "approved"}, headers=mia)
        assert (own.status_code, own.json()["code"]) == (403, "forbidden")
        assert client.post(path, json={"verdict": "approved"}).status_code == 403, "nobody knows who that is"
        assert project.show("Customer:1").state.title == "Anna Boats"
        done_ = client.post(path, json={"verdict": "approved", "because": "seen the letter"}, headers=jon).json()
        assert done_["state"] == "approved" and done_["job"]
        client.get(f"/v1/jobs/{done_['job']}/events", headers=jon)
        job = client.get(f"/v1/jobs/{done_['job']}", headers=jon).json()
        assert job["state"] == "done", job
        assert client.get("/v1/search", params={"q": "Anna Boats"}, headers=jon).json()["results"] == []
        rejected = client.post(f"/v1/proposals/{money['id']}/decision", json={"verdict": "rejected"}, headers=jon)
        assert (
            rejected.json()["state"] == "rejected" and project.show("Product:P1").state.values["list_price"] != 990_000
        )
        entries = client.get("/v1/audit", params={"action": "approved"}, headers=jon).json()["entries"]
        assert len(entries) == 1 and entries[0]["who"]["name"] == "Jon" and entries[0]["proposed_by"]["name"] == "Mia"
        (erased,) = client.get("/v1/audit", params={"action": "privacy.erase"}, headers=jon).json()["entries"]
        assert len(erased["by"]) == 2
        made = client.post(
            "/v1/scenarios", json={"question": "what if Steel AG is down for 3 weeks?"}, headers=mia
        ).json()
        applied = client.post(f"/v1/scenarios/{made['id']}/apply", json={"because": "plan"}, headers=mia)
        assert applied.status_code == 202 and applied.json()["proposal"]["kind"] == "apply"
        withdrawn = client.post(
            f"/v1/proposals/{applied.json()['proposal']['id']}/decision", json={"verdict": "withdrawn"}, headers=mia
        )
        assert withdrawn.json()["state"] == "withdrawn"
