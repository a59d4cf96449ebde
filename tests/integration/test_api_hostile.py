"""A real server on a real port against rude clients: slow ones, endless ones, many at once. No database is needed."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import httpx
import psutil
import pytest
import uvicorn

import api.jobs.uploads as uploads
from api.app import create_app
from api.edge import Whole
from api.patience import Patient
from api.project import Project
from api.serving import listen, server_config
from api.settings import load_settings
from graph_engine.graph import Credentials

MAPPING = """\
source: shop
title: Shop
folder: .
tables:
  customers:
    read: {file: customers.csv}
    key: [Id]
    class: Customer
    properties: {name: Name}
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int, Project]]:
    """A server with one source that files can be sent for."""
    place = tmp_path_factory.mktemp("company")
    (place / "knockon.yaml").write_text("company: Nobody\nmappings: [shop.yaml]\n", encoding="utf-8")
    (place / "shop.yaml").write_text(MAPPING, encoding="utf-8")
    nowhere = Credentials("bolt://127.0.0.1:1", "neo4j", "none")
    with Project(replace(load_settings(place), neo4j=nowhere)) as project, listen("127.0.0.1", 0) as listener:
        server = uvicorn.Server(server_config(create_app(project)))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        host, port = listener.getsockname()
        for _ in range(200):
            if server.started:
                break
            threading.Event().wait(0.05)
        yield host, port, project
        server.should_exit = True
        thread.join(20)


def test_five_hundred_slow_senders_hold_up_nobody(address: tuple[str, int, Project]) -> None:
    host, port, _ = address
    with ExitStack() as stack:
        for number in range(500):
            held = stack.enter_context(socket.create_connection((host, port), timeout=10))
            if number % 2:
                held.sendall(b"POST /v1/impact HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{")
            else:
                held.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        took = []
        with httpx.Client(base_url=f"http://{host}:{port}", timeout=30) as client:
            for _ in range(40):
                begun = time.perf_counter()
                assert client.get("/health").status_code == 200
                took.append(time.perf_counter() - begun)
        assert sorted(took)[-3] < 2.0


def test_who_never_ends_the_head_of_a_request_is_hung_up_on(
    address: tuple[str, int, Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that sends a byte now and then, and one that begins a second request after a whole one."""
    host, port, _ = address
    monkeypatch.setattr(Patient, "seconds", 1.0)
    whole = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    for begun in (b"", b"GET /health HT", whole + b"GET /hea"):
        with socket.create_connection((host, port), timeout=20) as held:
            held.sendall(begun)
            started, answered = time.perf_counter(), b""
            while time.perf_counter() - started < 15:
                try:
                    held.settimeout(0.2)
                    got = held.recv(4096)
                except TimeoutError:
                    try:
                        held.sendall(b"X" if begun else b"")
                    except OSError:
                        break
                    continue
                except OSError:
                    break
                if not got:
                    break
                answered += got
            assert time.perf_counter() - started < 10, begun
            assert answered.startswith(b"HTTP/1.1 200") == begun.startswith(whole)
    with httpx.Client(base_url=f"http://{host}:{port}", timeout=30) as client:  # who asks in time is served, and again
        assert [client.get("/health").status_code for _ in range(5)] == [200] * 5


def test_an_upload_that_stops_is_given_up(address: tuple[str, int, Project], monkeypatch: pytest.MonkeyPatch) -> None:
    host, port, project = address
    monkeypatch.setattr(uploads, "SILENCE", 0.5)
    with socket.create_connection((host, port), timeout=20) as held:
        held.sendall(
            b"PUT /v1/uploads/shop/customers.csv HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nId,Name\n"
        )
        assert held.recv(4096).startswith(b"HTTP/1.1 408")
    assert not list((project.settings.data / "uploads").glob("*/*"))


def test_a_body_that_never_comes_is_given_up() -> None:
    sent: list[dict[str, object]] = []

    async def inner(scope: object, receive: object, send: object) -> None:
        raise AssertionError("nothing was asked")

    async def receive() -> dict[str, object]:
        await asyncio.sleep(60)
        return {}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/v1/impact", "headers": []}
    asyncio.run(Whole(inner, seconds=0.05)(scope, receive, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == 408


def test_a_gigabyte_that_is_announced_is_refused_before_it_is_sent(address: tuple[str, int, Project]) -> None:
    host, port, project = address
    with socket.create_connection((host, port), timeout=20) as held:
        held.sendall(
            b"PUT /v1/uploads/shop/customers.csv HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1073741824\r\n\r\nId"
        )
        assert held.recv(4096).startswith(b"HTTP/1.1 413")
    assert not list((project.settings.data / "uploads").glob("*/*"))


def test_a_gigabyte_that_is_not_announced_is_refused_on_the_way(
    address: tuple[str, int, Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    host, port, project = address
    monkeypatch.setattr(uploads, "LIMIT", 64 << 20)
    sent, block = 0, b"x" * (1 << 20)
    process = psutil.Process()
    before = process.memory_info().rss

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 1 << 30:
            sent += len(block)
            yield block

    status: int | None = None
    try:
        answer = httpx.put(f"http://{host}:{port}/v1/uploads/shop/customers.csv", content=endless(), timeout=60)
        status = answer.status_code
    except httpx.TransportError:  # it hung up on us, which is as good
        pass
    assert status in (413, None)
    assert sent < 200 << 20, "most of it was never taken"
    assert process.memory_info().rss - before < 64 << 20, "it was not kept in memory"
    assert not list((project.settings.data / "uploads").glob("*/*"))


def test_a_small_upload_is_kept_as_it_was_sent(address: tuple[str, int, Project]) -> None:
    host, port, project = address
    content = "Id,Name\n1,Ünal\n".encode()
    answer = httpx.put(f"http://{host}:{port}/v1/uploads/shop/customers.csv", content=content, timeout=30)
    assert answer.status_code == 201, answer.text
    place = project.settings.data / "uploads" / answer.json()["id"] / "customers.csv"
    assert place.read_bytes() == content


def test_without_a_database_requests_fail_clearly_and_at_once(address: tuple[str, int, Project]) -> None:
    host, port, _ = address
    begun = time.perf_counter()
    for path in ("/ready", "/v1/runs", "/v1/search?q=a"):
        answer = httpx.get(f"http://{host}:{port}{path}", timeout=60)
        assert (answer.status_code, answer.json()["code"]) == (503, "database"), answer.text
    assert time.perf_counter() - begun < 40


@pytest.mark.parametrize(
    "raw",
    [
     b"GET / HTTP/9.9\r\n\r\n", b"\x00\x01\x02\r\n\r\n", b"GET /%zz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
     b"GET /v1/runs HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X-A: " + b"y" * 300_000 + b"\r\n\r\n",
     b"POST /v1/impact HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n",
     b"POST /v1/impact HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: x\r\n\r\n"],
)  # fmt: skip
def test_what_is_no_http_is_refused(address: tuple[str, int, Project], raw: bytes) -> None:
    host, port, _ = address
    with socket.create_connection((host, port), timeout=20) as held:
        held.sendall(raw)
        assert held.recv(200).split(b" ")[1][:1] in (b"4", b""), raw[:40]
    assert httpx.get(f"http://{host}:{port}/health", timeout=30).status_code == 200
