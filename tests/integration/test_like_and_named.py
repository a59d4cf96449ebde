"""``similar``, ``substitutes``, ``communities`` and ``mentions`` end to end: commands and routes on the sample company.

What is expected was read off the company's own files: who bought what, who supplies what, which text names whom.
"""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.cli import app
from api.project import Project
from api.serving import warm_up
from graph_engine.graph import Credentials, Graph
from tests.integration.plaetscher import SAMPLE, asking, sample_company
from tests.integration.test_text_index import HashedWords

PUMP = "Otter 900 submersible pump"
pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def project(
    tmp_path_factory: pytest.TempPathFactory, _session_graph: Graph, credentials: Credentials
) -> Iterator[Project]:
    """The sample company, ingested once for all tests of this module."""
    place = tmp_path_factory.mktemp("like") / "company"
    with sample_company(place, _session_graph, credentials, model=False) as opened:
        yield opened


@pytest.fixture
def client(project: Project) -> TestClient:
    return asking(project)


@pytest.fixture
def run(project: Project, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command on the company; the parsed JSON with ``--json``, else what it printed."""
    assert project.settings.neo4j is not None
    monkeypatch.setenv("NEO4J_URI", project.settings.neo4j.uri)
    monkeypatch.setenv("NEO4J_USERNAME", project.settings.neo4j.username)
    monkeypatch.setenv("NEO4J_PASSWORD", project.settings.neo4j.password)

    def invoke(*words: str, code: int = 0) -> Any:
        done = CliRunner().invoke(app, [*words, "-p", str(project.settings.folder)])
        assert done.exit_code == code, done.output
        return json.loads(done.output) if "--json" in words else done.output

    return invoke


def test_similar_says_why_and_the_route_says_the_same(run: Any, client: TestClient, project: Project) -> None:
    told = run("similar", PUMP, "--json", "-n", "3")
    assert told["entity"]["title"] == PUMP
    assert 0 < len(told["similar"]) <= 3
    scores = [s["score"] for s in told["similar"]]
    assert scores == sorted(scores, reverse=True) and all(0 < s <= 1 for s in scores)
    for one in told["similar"]:
        assert one["because"]
        assert one["class"] == "Product"
    answer = client.get("/v1/similar", params={"thing": PUMP, "limit": 3})
    assert answer.status_code == 200
    assert answer.json()["similar"] == told["similar"]
    assert told["similar"][0]["title"] in run("similar", PUMP)


def test_what_stands_in_for_a_supplier_offers_something_of_his(run: Any, client: TestClient, project: Project) -> None:
    network = project.network()
    suppliers = [network.entity(i).id for i in network.snapshot.members("Supplier").tolist()]
    replaced = next(s for s in suppliers if project.substitutes(s).alike)  # most supply what nobody else does
    told = run("substitutes", replaced, "--json")
    offered = _offered(project, replaced)
    assert told["similar"]
    for one in told["similar"]:
        assert one["class"] == "Supplier" and one["facts"]
        assert offered & _offered(project, one["id"])
    answer = client.get("/v1/substitutes", params={"thing": replaced})
    assert answer.json()["similar"] == told["similar"]


def test_what_stands_in_for_a_product_is_one(run: Any, client: TestClient) -> None:
    told = run("substitutes", PUMP, "--json")
    assert told["similar"]
    assert {one["class"] for one in told["similar"]} == {"Product"}
    assert told["entity"]["id"] not in {one["id"] for one in told["similar"]}
    assert told["similar"][0]["title"] in run("substitutes", PUMP)
    assert client.get("/v1/substitutes", params={"thing": PUMP}).json()["similar"] == told["similar"]


def _offered(project: Project, supplier: str) -> set[str]:
    found = set()
    for relation in project.show(supplier, limit=1_000, valid_at="any").relations:
        if relation.role == "offers":
            held = project.show(relation.other, limit=50, valid_at="any").relations
            found |= {r.other for r in held if r.role == "product"}
    return found


def test_communities_hold_everything_once_and_are_kept(run: Any, project: Project) -> None:
    told = run("communities", "--json", "-n", "500")
    assert len(told["groups"]) > 1
    assert sum(g["size"] for g in told["groups"]) <= project.network().snapshot.size
    assert all(g["label"] for g in told["groups"])
    assert run("communities", "--json", "-n", "500")["groups"] == told["groups"]
    assert run("communities", "--again", "--json", "-n", "500")["groups"] == told["groups"]


def test_mentions_are_where_the_files_name_the_thing(run: Any, client: TestClient, project: Project) -> None:
    told = run("mentions", PUMP, "--json", "-n", "200")
    assert told["mentions"]
    for one in told["mentions"]:
        assert "Otter" in one["around"] or "OTT" in one["around"], one
        assert 0 < one["sure"] <= 1 and one["record"]
    by_file = {
        f.name
        for f in (SAMPLE / "documents").glob("*.md")
        if PUMP.casefold() in f.read_text(encoding="utf-8").casefold()
    }
    named = " ".join(str(m["record"]) for m in told["mentions"])
    assert all(name in named for name in by_file)
    answer = client.get("/v1/mentions", params={"thing": PUMP, "limit": 200})
    assert answer.status_code == 200, answer.text
    assert answer.json()["mentions"] == told["mentions"]
    run("index", "--no-embedding")
    with Project(replace(project.settings, text_index="neo4j")) as indexed:
        stored = indexed.mentions(PUMP, limit=200)[1]
        assert [m.to_json() for m in stored] == told["mentions"]  # read now or from the index: the same
        indexed.texts.drop()


@pytest.mark.parametrize("path", ["similar", "substitutes", "mentions"])
def test_what_is_not_there_is_said(client: TestClient, path: str) -> None:
    answer = client.get(f"/v1/{path}", params={"thing": "Zylinderkopfgeist"})
    assert answer.status_code == 404
    assert client.get(f"/v1/{path}", params={"thing": ""}).status_code == 422
    assert client.get(f"/v1/{path}", params={"thing": PUMP, "limit": 0}).status_code == 422


def test_what_has_no_substitute_is_said(client: TestClient) -> None:
    with (SAMPLE / "shop/customers.csv").open(encoding="utf-8", newline="") as file:
        customer = next(iter(csv.DictReader(file)))
    answer = client.get("/v1/substitutes", params={"thing": f"Customer:{next(iter(customer.values()))}"})
    assert answer.status_code in (404, 409, 422)
    assert answer.json()["detail"]


# ---- the first question after a start -------------------------------------------------------------------------------


def test_the_model_is_loaded_beside_the_requests(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it loads the process says that it is up; when it is done the first question finds all ready."""
    loading, may_go_on = threading.Event(), threading.Event()
    made: list[HashedWords] = []

    def slow(_: Project, name: str) -> HashedWords:
        assert name == "auto"
        loading.set()
        assert may_go_on.wait(20)
        made.append(HashedWords())
        return made[-1]

    monkeypatch.setattr(Project, "_embedder_named", slow)
    with Project(replace(project.settings, embedding="auto")) as opened:
        client = TestClient(create_app(opened), base_url="http://127.0.0.1")
        thread = warm_up(opened)
        try:
            assert loading.wait(20)
            assert client.get("/health").json() == {"status": "up"}
            assert client.get("/ready").status_code == 200
            assert client.get("/v1/similar", params={"thing": PUMP}).status_code == 200
        finally:
            may_go_on.set()
            thread.join(60)
        assert not thread.is_alive() and len(made) == 1
        assert opened.ask("How long is the warranty on a pump?").kind
        assert len(made) == 1  # it was not loaded again


def test_without_a_model_or_texts_nothing_is_loaded(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Project, "_embedder_named", lambda _self, _name: pytest.fail("a model was loaded"))
    project.warm()  # its settings want none
