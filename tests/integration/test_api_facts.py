"""Corrections, assumptions, history and sources over HTTP, on the sample company."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.project import Project
from graph_engine.graph import Credentials, Graph
from tests.integration.plaetscher import asking, sample_company

THING = "Product:OTT-550"
pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def project(
    tmp_path_factory: pytest.TempPathFactory, _session_graph: Graph, credentials: Credentials
) -> Iterator[Project]:
    place = tmp_path_factory.mktemp("facts") / "company"
    with sample_company(place, _session_graph, credentials, sources=["shop", "erp"], model=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(project: Project) -> TestClient:
    return asking(project)


def done(client: TestClient, path: str, body: dict[str, object]) -> Any:
    """The job that a change became, once it is over."""
    answer = client.post(path, json=body)
    assert answer.status_code == 202, answer.text
    job, until = answer.json(), time.monotonic() + 120
    while job["state"] in ("waiting", "running"):
        assert time.monotonic() < until
        job = client.get(f"/v1/jobs/{job['id']}").json()
    return job


def test_a_correction_is_history_once_it_is_taken_back(client: TestClient, project: Project) -> None:
    before = client.get(f"/v1/entities/{THING}").json()["values"]["list_price"]["value"]
    body = {"entity": THING, "changes": ["list_price=49.90"], "because": "price list of May"}
    assert done(client, "/v1/corrections", {**body, "dry_run": True})["result"]["dry_run"] is True
    assert client.get(f"/v1/entities/{THING}").json()["values"]["list_price"]["value"] == before, "only tried"
    job = done(client, "/v1/corrections", body)
    assert job["state"] == "done", job
    card = client.get(f"/v1/entities/{THING}").json()
    value = card["values"]["list_price"]
    place = card["records"][value["records"][0]]
    assert (Decimal(value["value"]), place["kind"]) == (Decimal("49.90"), "correction")
    assert place["because"] == "price list of May"
    assert before in [o["value"] for o in value["others"]], "what the source says is still told"
    (change,) = client.get(f"/v1/history/{THING}").json()["changes"]
    assert change["values"]["list_price"] == before and Decimal(change["became"]["list_price"]) == Decimal("49.90")
    assert change["run"] == job["result"]["run"]
    assert done(client, "/v1/runs/undo", {"run": "last"})["state"] == "done"
    assert client.get(f"/v1/entities/{THING}").json()["values"]["list_price"]["value"] == before
    changes = client.get(f"/v1/history/{THING}").json()["changes"]
    newest_first = [Decimal(c["became"]["list_price"]) for c in changes]
    assert newest_first == [Decimal(before), Decimal("49.90")]


def test_an_assumption_gives_way_to_a_source(client: TestClient) -> None:
    body = {
        "entity": THING, "changes": ["list_price=1.00"], "because": "told by phone", "owner": "Kim",
        "review": "2027-01-31",
    }  # fmt: skip
    assert done(client, "/v1/assumptions", body)["state"] == "done"
    value = client.get(f"/v1/entities/{THING}").json()["values"]["list_price"]
    assert value["value"] != "1.00"
    assert done(client, "/v1/runs/undo", {"run": "last"})["state"] == "done"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/corrections", {"entity": "Nobody at all", "changes": ["name=x"], "because": "y"}, 404),
        ("/v1/corrections", {"entity": THING, "changes": [], "because": "y"}, 422),
        ("/v1/corrections", {"entity": THING, "changes": ["name=x"], "because": ""}, 422),
        ("/v1/assumptions", {"entity": THING, "changes": ["name=x"], "because": "y", "owner": "Kim"}, 422),
        (
            "/v1/assumptions",
            {"entity": THING, "changes": ["name=x"], "because": "y", "owner": "K", "review": "soon"},
            422,
        ),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(
    client: TestClient, path: str, body: dict[str, object], status: int
) -> None:
    assert client.post(path, json=body).status_code == status


def test_a_change_that_fits_no_property_fails_with_what_to_do(client: TestClient) -> None:
    job = done(client, "/v1/corrections", {"entity": THING, "changes": ["colour=red"], "because": "y"})
    assert job["state"] == "failed" and job["problem"]["do"]


def test_sources_and_words_are_those_of_the_project(client: TestClient, project: Project) -> None:
    sources = {s["source"]: s for s in client.get("/v1/sources").json()["sources"]}
    assert set(sources) == {m.source for m in project.mappings()}
    files = {t["table"]: t["file"] for t in sources["shop"]["tables"]}
    assert files["order_lines"] == "order_lines.csv"
    assert str(project.settings.folder) not in client.get("/v1/sources").text, "no path of this machine"
    words = client.get("/v1/ontology").json()
    assert words["digest"] == project.ontology.digest and len(words["classes"]) == len(project.ontology.classes)
