"""Documents in a real graph, and questions over command line and HTTP: State = F(runs) holds for documents too."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.project import Project
from api.settings import load_settings
from graph_engine.graph import Credentials, Graph
from ingest.report import RunReport
from tests.conftest import empty
from tests.unit.ingest.documents import makers

pytestmark = pytest.mark.integration

_MAPPING = """\
source: desk
folder: ../texts
tables:
  documents:
    read: {file: "*.*", format: documents}
    key: [document]
    class: Policy
    properties: {title: title, address: document, language_tag: language}
  passages:
    read: {file: "*.*", format: documents, explode: passages}
    key: [document, passage]
    class: Passage
    properties:
      {heading: heading, headings: path, text: text, position: passage, first_character: start, end_character: end,
       page: page, kind: kind, language_tag: language}
    relations:
      document: {to: documents, key: [document]}
"""
_RETURNS = "# Returns\n\nUnused goods may be returned within 30 days of delivery.\n"
_SHIPPING = "# Shipping\n\nParcels leave the house on the next working day.\n"


@pytest.fixture
def project(tmp_path: Path, graph: Graph, credentials: Credentials) -> Iterator[Project]:
    """A company that has documents only."""
    place = tmp_path / "company"
    (place / "mappings").mkdir(parents=True)
    (place / "texts").mkdir()
    (place / "knockon.yaml").write_text("company: Texts\nanswers: {embedding: none}\n", encoding="utf-8")
    (place / "mappings/desk.yaml").write_text(_MAPPING, encoding="utf-8")
    write(place, "returns.md", _RETURNS)
    write(place, "shipping.md", _SHIPPING)
    with Project(replace(load_settings(place), neo4j=credentials), agent="tester") as opened:
        yield opened


def write(place: Path, name: str, content: str | bytes) -> None:
    file = place / "texts" / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)


def ingest(project: Project) -> RunReport:
    with Project(project.settings, agent="tester") as again:
        return again.pipeline.ingest(again.sources(), accept_retractions=True)


def asked(project: Project, question: str) -> dict[str, object]:
    with Project(project.settings) as again:
        return again.ask(question, today=date(2026, 7, 1)).to_json()


def test_documents_come_change_and_go_without_a_trace(project: Project) -> None:
    place = project.settings.folder
    ingest(project)
    before = project.digest()
    assert "within 30 days" in str(asked(project, "How long may goods be returned?")["text"])

    write(place, "warranty.pdf", makers.pdf(["Pumps have a warranty of three years."]))
    ingest(project)
    added = project.digest()
    assert added != before
    found = asked(project, "How long is the warranty of pumps?")
    assert found["text"] == "Pumps have a warranty of three years."
    assert found["evidence"][0]["page"] == 1  # type: ignore[index]

    (place / "texts/warranty.pdf").unlink()
    ingest(project)
    assert project.digest() == before

    write(place, "returns.md", _RETURNS.replace("30", "60"))
    ingest(project)
    assert "within 60 days" in str(asked(project, "How long may goods be returned?")["text"])
    project.pipeline.undo("last")
    assert project.digest() == before
    assert "within 30 days" in str(asked(project, "How long may goods be returned?")["text"])


def test_one_bad_file_stops_nothing_and_its_older_version_stays(project: Project) -> None:
    place = project.settings.folder
    write(place, "warranty.pdf", makers.pdf(["Pumps have a warranty of three years."]))
    ingest(project)
    write(place, "warranty.pdf", makers.encrypted_pdf())
    write(place, "shipping.md", _SHIPPING.replace("next", "second"))
    report = ingest(project)
    assert report.quarantined == 1
    (aside,) = project.quarantine()
    assert aside.rule == "unreadable" and "password" in aside.reason and aside.record == "desk/documents/warranty.pdf"
    assert project.show("Policy:warranty.pdf").state.id
    assert "second working day" in str(asked(project, "When do parcels leave the house?")["text"])
    (place / "texts/shipping.md").unlink()
    ingest(project)
    assert asked(project, "When do parcels leave the house?")["known"] is False


def test_the_sample_company_answers_over_command_line_and_http(
    tmp_path: Path, graph: Graph, credentials: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = Path(__file__).resolve().parents[2] / "examples/plaetscher"
    place = tmp_path / "sample"
    shutil.copytree(sample, place, ignore=shutil.ignore_patterns(".knockon"))
    empty(graph)
    question = "Can Kowalczyk Gartencenter still return the pump it bought in March?"
    with Project(replace(load_settings(place), neo4j=credentials), agent="tester") as opened:
        opened.pipeline.ingest(opened.sources())
        client = TestClient(create_app(opened), base_url="http://127.0.0.1")
        body = {"question": question, "as_of": "2026-07-01", "embedding": False}
        answer = client.post("/v1/ask", json=body).json()
        assert "14 days from then on ended on 2026-04-10" in answer["text"]
        cited = next(e for e in answer["evidence"] if e["kind"] == "sentence")
        text = (place / "documents/policy-returns.md").read_text(encoding="utf-8")
        assert text[cited["start"] : cited["end"]] == cited["text"]
        lines = client.post("/v1/ask/stream", json=body).text.splitlines()
        events = [json.loads(line)["event"] for line in lines]
        assert events[0] == "evidence" and events[-1] == "answer" and "statement" in events
        assert client.post("/v1/ask", json={"question": ""}).status_code == 422
        count = client.post("/v1/ask", json={**body, "question": "How many orders are there?"}).json()
        assert count["text"] == f"{opened.network().snapshot.members('Order').size} orders."
    for name, value in (
        ("URI", credentials.uri),
        ("USERNAME", credentials.username),
        ("PASSWORD", credentials.password),
    ):
        monkeypatch.setenv(f"NEO4J_{name}", value)
    from api.cli import app

    ran = CliRunner().invoke(
        app, ["ask", question, "-p", str(place), "--as-of", "2026-07-01", "--no-embedding", "--json"]
    )
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout)["kind"] == "text"
