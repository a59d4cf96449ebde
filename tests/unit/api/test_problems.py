"""Every error of the project is a problem of the promised form, whatever it holds; the table has no gaps."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.edge import Edge, Whole
from api.problems import MEDIA_TYPE, add_problem_handlers, title_of
from api.wire_answers import AffectedThing
from ontology import errors
from ontology.errors import Ambiguous, Cycle, KnockonError


def kinds(of: type[KnockonError] = KnockonError) -> Iterator[type[KnockonError]]:
    """All errors that the ontology's table has."""
    for kind in of.__subclasses__():
        if kind.__module__ == errors.__name__:
            yield kind
            yield from kinds(kind)


def made(kind: type[KnockonError], text: str) -> KnockonError:
    """An error of a kind."""
    if issubclass(kind, Ambiguous | Cycle):
        return kind(text, ("a", "b"), do="Do.")
    return kind(text, do="Do.")


@pytest.mark.parametrize("kind", sorted(set(kinds()), key=lambda k: k.__name__))
def test_each_error_has_its_status_and_says_what_and_what_to_do(kind: type[KnockonError]) -> None:
    app = FastAPI()
    add_problem_handlers(app)

    @app.get("/")
    def fails() -> None:
        raise made(kind, "It is wrong.")

    answer = TestClient(app, raise_server_exceptions=False).get("/")
    assert answer.status_code == kind.http_status
    assert 400 <= kind.http_status < 600
    assert answer.headers["content-type"] == MEDIA_TYPE
    found = answer.json()
    assert (found["code"], found["detail"], found["do"]) == (kind.code, "It is wrong.", "Do.")
    assert found["title"] == title_of(made(kind, "")) != ""
    assert ("retry-after" in answer.headers) == (kind.http_status == 503)


def test_a_defect_tells_the_client_nothing_but_a_reference() -> None:
    app = FastAPI()
    add_problem_handlers(app)

    @app.get("/")
    def fails() -> None:
        raise ZeroDivisionError("secret of the company")

    answer = TestClient(app, raise_server_exceptions=False).get("/")
    assert (answer.status_code, answer.json()["code"]) == (500, "defect")
    assert len(answer.json()["reference"]) == 8
    assert "secret" not in answer.text and "ZeroDivision" not in answer.text


@given(text=st.text(alphabet=st.characters(), max_size=30) | st.just("\ud800"))
def test_no_text_in_an_error_breaks_the_answer(text: str) -> None:
    app = FastAPI()
    add_problem_handlers(app)

    @app.get("/")
    def fails() -> None:
        raise errors.NotFound(text)

    assert TestClient(app, raise_server_exceptions=False).get("/").json()["status"] == 404


def test_a_duration_without_end_travels_as_null() -> None:
    thing = {"id": "e", "class": "Order", "title": "1"}
    held = AffectedThing.model_validate(
        {
            "entity": thing, "score": 1.0, "earliest_days": 3.0, "earliest_on": None, "hops": 1, "amount": None,
            "currency": None, "when": None, "paths": [], "records": [], "until_days": float("inf"),
        }
    )  # fmt: skip
    assert held.until_days is None
    assert "Infinity" not in held.model_dump_json()


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("127.0.0.1", True), ("127.0.0.1:8017", True), ("LOCALHOST:1", True), ("[::1]", True), ("[::1]:80", True),
        ("graph.example", True), ("evil.example", False), ("127.0.0.1.evil.example", False), ("", False),
        ("localhost.evil.example:8017", False),
    ],
)  # fmt: skip
def test_only_known_hosts_are_let_in(host: str, allowed: bool) -> None:
    asked: list[str] = []

    async def inner(scope: object, receive: object, send: object) -> None:
        asked.append(host)

    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", host.encode())]}
    asyncio.run(Edge(inner, hosts=["Graph.Example"])(scope, receive, send))  # type: ignore[arg-type]
    assert bool(asked) == allowed
    assert allowed or sent[0]["status"] == 421


@given(sizes=st.lists(st.integers(0, 40), max_size=6), announced=st.integers(0, 200) | st.none())
def test_exactly_bodies_up_to_the_limit_arrive_unchanged(sizes: list[int], announced: int | None) -> None:
    parts = [bytes([65 + i]) * size for i, size in enumerate(sizes)] or [b""]
    pending = [{"type": "http.request", "body": part, "more_body": i < len(parts) - 1} for i, part in enumerate(parts)]
    arrived: list[bytes] = []
    sent: list[dict[str, object]] = []

    async def inner(scope: object, receive: object, send: object) -> None:
        while True:
            message = await receive()  # type: ignore[operator]
            arrived.append(message["body"])
            if not message["more_body"]:
                return

    async def receive() -> dict[str, object]:
        return pending.pop(0)

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), *([(b"content-length", b"%d" % announced)] if announced is not None else [])]
    edge = Whole(inner, body_limit=100)  # type: ignore[arg-type]
    asyncio.run(edge({"type": "http", "method": "POST", "path": "/", "headers": headers}, receive, send))  # type: ignore[arg-type]
    fits = sum(map(len, parts)) <= 100 and (announced is None or announced <= 100)
    if fits:
        assert b"".join(arrived) == b"".join(parts)
    else:
        assert not arrived and sent[0]["status"] == 413


def test_a_database_that_is_stopped_for_a_backup_is_said_to_come_back(tmp_path: Path) -> None:
    """The lock that a backup holds says that it is no outage."""
    from api.app import create_app
    from api.project import Project
    from api.settings import load_settings
    from graph_engine.graph import Credentials, Graph
    from graph_engine.server.process import locked

    (tmp_path / "knockon.yaml").write_text("company: Nobody\n", encoding="utf-8")
    project = Project(replace(load_settings(tmp_path), neo4j=None))
    nowhere = Credentials("bolt://127.0.0.1:1", "neo4j", "x")
    project.__dict__["graph"] = Graph.connect(nowhere, check=False)
    client = TestClient(create_app(project), base_url="http://127.0.0.1", raise_server_exceptions=False)
    outage = client.get("/v1/runs")
    assert (outage.status_code, outage.json()["code"]) == (503, "database") and "backup" not in outage.text
    held = project.server.home / "run" / "control.lock"
    held.parent.mkdir(parents=True)
    with locked(held, seconds=5, what="a test"):
        meanwhile = client.get("/v1/runs")
    assert (meanwhile.status_code, meanwhile.json()["code"]) == (503, "database") and "retry-after" in meanwhile.headers
    assert "backup" in meanwhile.json()["detail"] and "by itself" in meanwhile.json()["do"]
    assert "backup" not in client.get("/v1/runs").text
