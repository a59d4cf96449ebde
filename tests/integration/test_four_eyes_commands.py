"""Four eyes on the command line, on a live graph: one person proposes there, another approves, and both are named."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import Result
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.access.keys import create_key
from api.app import create_app
from api.cli import app
from api.cli.audit import _proposal
from api.project import open_project
from graph_engine.graph import Credentials, Graph
from tests.integration.tiny_company import Company

pytestmark = pytest.mark.integration
EYES = """
@id("four-eyes") forbid(principal, action == Action::"alone", resource)
                 when { resource in [Change::"apply", Change::"correct-money", Change::"erase"] };
"""
Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, graph: Graph, credentials: Credentials, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny company, ingested, with a policy that wants a second person; commands run in its folder."""
    for name, value in (("URI", credentials.uri), ("USERNAME", credentials.username),
                        ("PASSWORD", credentials.password), ("DATABASE", credentials.database)):  # fmt: skip
        monkeypatch.setenv(f"NEO4J_{name}", value)
    made = Company(tmp_path / "tiny", credentials)
    (made.folder / "policies").mkdir()
    (made.folder / "policies/eyes.cedar").write_text(EYES, encoding="utf-8")
    made.ingest()
    made.close()
    return made.folder


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("getpass.getuser", lambda: "mbeck")

    def run(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(app, [*arguments, "-p", str(folder)])
        assert result.exit_code == code and "Traceback" not in result.output, result.output
        return result

    return run


def price(run: Run) -> object:
    return json.loads(run("show", "Product:P1", "--json").output)["values"]["list_price"]["value"]


def test_proposed_here_by_one_and_approved_by_another(run: Run, folder: Path) -> None:
    (folder / "dearer.yaml").write_text(
        'format: 1\nname: Dearer\ndo:\n  - {set: list_price, of: "Product:P1", to: "12.00"}\n', encoding="utf-8"
    )
    was = price(run)
    run("whatif", str(folder / "dearer.yaml"), "--no-check")
    said = run("scenarios", "apply", "last", "--because", "price round", "--author", "Mia Beck").output
    assert "Proposed as proposal-" in said and "nothing is changed" in said
    typo = run("correct", "Product:P1", "list_price=13", "--because", "a typo", "--author", "Mia Beck", "--json").output
    assert json.loads(typo)["proposal"]["kind"] == "correct-money"
    assert "would write" in run("correct", "Product:P1", "list_price=13", "--because", "x", "--dry-run").output
    run("correct", "Product:P2", "name=Big wheel", "--because", "its name")  # no amount: nobody else is needed
    assert price(run) == was, "nothing is changed before somebody approves"

    with open_project(folder) as project:
        service = create_app(project)
        with TestClient(service, base_url="http://127.0.0.1") as client:

            def decides(name: str, proposal: str, verdict: str = "approved") -> int:
                key = create_key(service.state.service.office, name, ["steward"])[1]
                client.headers["Authorization"] = f"Bearer {key}"
                asked = {"verdict": verdict, "because": "looked at"}
                return client.post(f"/v1/proposals/{proposal}/decision", json=asked).status_code

            client.headers["Authorization"] = (
                "Bearer " + create_key(service.state.service.office, "Reader", ["steward"])[1]
            )
            waiting = {p["kind"]: p["id"] for p in client.get("/v1/proposals?state=open").json()["proposals"]}
            assert set(waiting) == {"apply", "correct-money"}
            assert decides(" mia beck", waiting["apply"]) == 403, "her own, whatever key she has"
            assert decides("mbeck", waiting["apply"]) == 403, "nor by the name that she is logged in with"
            del client.headers["Authorization"]
            asked = {"verdict": "approved", "because": "me again"}
            assert client.post(f"/v1/proposals/{waiting['apply']}/decision", json=asked).status_code == 403
            assert decides("Jon", waiting["apply"]) == 200
            assert decides("Jon", waiting["apply"]) == 422, "it is decided"
            assert decides("Jon", waiting["correct-money"], "rejected") == 200
            for _ in range(600):
                jobs = client.get("/v1/jobs").json()["jobs"]
                if jobs and all(j["state"] not in ("waiting", "running") for j in jobs):
                    break
                time.sleep(0.1)
            assert [j["state"] for j in jobs] == ["done"], jobs

    assert Decimal(str(price(run))) == 12 != Decimal(str(was))
    assert "Mia Beck, approved by Jon" in run("show", "Product:P1", "--json").output
    listed = json.loads(run("audit", "list", "--json", "-n", "100").output)
    approved = next(e for e in listed if e.get("action") == "approved")
    assert approved["who"]["name"] == "Jon" and approved["proposed_by"] == {"id": "command:mbeck", "name": "Mia Beck"}
    assert {e["action"] for e in listed} >= {"propose", "approved", "rejected"}
    assert _proposal(approved) == f"apply {waiting['apply']} of Mia Beck"
    run("audit", "verify")
