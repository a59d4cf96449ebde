"""REST: a real HTTP server on loopback, one behaviour for each path."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pyarrow import parquet

from ingest.adapters.spec import ReadSpec, RestSpec
from ingest.archive import Archive
from ontology.errors import KnockonError, LimitExceeded, SourceError

ITEMS = [{"id": i, "who": {"name": f"n{i}"}, "price": 1.10} for i in range(1, 8)]
TOKEN = "t0ken-very-secret"


class Handler(BaseHTTPRequestHandler):
    """Seven items, three on a page."""

    busy = 0

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""

    def answer(self, body: object, status: int = 200, **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {k: v[0] for k, v in parse_qs(url.query).items()}
        origin = f"http://{self.headers['Host']}"
        match url.path:
            case "/pages":
                at = (int(query["page"]) - 1) * 3
                self.answer({"data": {"items": ITEMS[at : at + 3]}})
            case "/offset":
                at = int(query["skip"])
                self.answer(ITEMS[at : at + int(query["n"])])
            case "/next":
                at = int(query.get("at", 0))
                follow = f"/next?at={at + 3}" if at + 3 < 7 else None
                self.answer({"items": ITEMS[at : at + 3], "links": {"next": follow}})
            case "/cursor":
                at = int(query.get("cursor", 0))
                self.answer({"items": ITEMS[at : at + 3], "cursor": str(at + 3) if at + 3 < 7 else ""})
            case "/link":
                at = int(query.get("at", 0))
                link = {"Link": f'<{origin}/link?at={at + 3}>; rel="next"'} if at + 3 < 7 else {}
                self.answer(ITEMS[at : at + 3], **link)
            case "/circle":
                self.answer({"items": ITEMS, "next": "/circle"})
            case "/elsewhere":
                self.answer({"items": ITEMS, "next": "http://127.0.0.2:9/x"})
            case "/moved":
                self.answer(b"", 302, Location="http://127.0.0.2:9/steal")
            case "/bearer":
                fine = self.headers.get("Authorization") == f"Bearer {TOKEN}"
                self.answer(ITEMS if fine else {}, 200 if fine else 401)
            case "/basic":
                wanted = "Basic " + base64.b64encode(f"ann:{TOKEN}".encode()).decode()
                fine = self.headers.get("Authorization") == wanted
                self.answer(ITEMS if fine else {}, 200 if fine else 403)
            case "/busy":
                type(self).busy += 1
                self.answer(ITEMS if self.busy > 2 else {}, 200 if self.busy > 2 else 503, Retry_After="0")
            case "/html":
                self.answer(b"<html>log in</html>", Content_Type="text/html")
            case _:
                self.answer({}, 404)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Address of the running server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def store(tmp_path: Path, rest: RestSpec, records: str | None = None) -> list[str]:
    archive = Archive(tmp_path / "archive", {"API_TOKEN": TOKEN})
    file = archive.store("shop", "t", ReadSpec(rest=rest, records=records), tmp_path)[0]
    assert TOKEN not in "".join(p.read_text() for p in (tmp_path / "archive").rglob("*.json"))
    rows = parquet.read_table(archive.parquet(file.name)).to_pylist()
    assert all(r["price"] == "1.1" and r["who.name"] == f"n{r['id']}" for r in rows)
    return [r["id"] for r in rows]


SEVEN = [str(i) for i in range(1, 8)]


def test_each_way_of_paging(address: str, tmp_path: Path) -> None:
    assert store(tmp_path, RestSpec(f"{address}/pages", page_param="page", size=3), "data.items") == SEVEN
    assert store(tmp_path, RestSpec(f"{address}/pages", page_param="page"), "data.items") == SEVEN
    assert store(tmp_path, RestSpec(f"{address}/offset", offset_param="skip", size_param="n", size=2)) == SEVEN
    assert store(tmp_path, RestSpec(f"{address}/next", next="links.next"), "items") == SEVEN
    assert store(tmp_path, RestSpec(f"{address}/cursor", next="cursor", cursor_param="cursor"), "items") == SEVEN
    assert store(tmp_path, RestSpec(f"{address}/link")) == SEVEN


def test_credentials_come_from_the_environment(address: str, tmp_path: Path) -> None:
    assert store(tmp_path, RestSpec(f"{address}/bearer", bearer="${API_TOKEN}")) == SEVEN
    assert store(tmp_path, RestSpec(f"{address}/basic", user="ann", password="${API_TOKEN}")) == SEVEN


def test_a_busy_server_is_asked_again(address: str, tmp_path: Path) -> None:
    Handler.busy = 0
    assert store(tmp_path, RestSpec(f"{address}/busy")) == SEVEN
    assert Handler.busy == 3


@pytest.mark.parametrize(
    ("rest", "says"),
    [
        ({"url": "{}/bearer"}, r"refuses us \(401\)"),
        ({"url": "{}/basic", "user": "ann", "password": "wrong"}, r"refuses us \(403\)"),
        ({"url": "{}/bearer", "bearer": "${OTHER}"}, "OTHER is not set"),
        ({"url": "{}/none"}, "answers 404"),
        ({"url": "{}/html"}, "not JSON but text/html"),
        ({"url": "{}/moved"}, "sends us on to"),
        ({"url": "{}/circle", "next": "next"}, "circle"),
        ({"url": "{}/elsewhere", "next": "next"}, "another host"),
        ({"url": "{}/pages", "page_param": "page", "max_pages": 2}, "more than 2 pages"),
        ({"url": "http://127.0.0.1:1/x?token=" + TOKEN}, "cannot be reached"),
    ],
)
def test_what_goes_wrong_is_said_without_secrets(
    address: str, tmp_path: Path, rest: dict[str, object], says: str
) -> None:
    spec = RestSpec(**{k: v.format(address) if k == "url" and isinstance(v, str) else v for k, v in rest.items()})  # type: ignore[arg-type]
    records = {"/pages": "data.items", "/circle": "items", "/elsewhere": "items"}.get(urlsplit(spec.url).path)
    with pytest.raises(KnockonError, match=says) as caught:
        store(tmp_path, spec, records)
    assert isinstance(caught.value, SourceError | LimitExceeded)
    assert TOKEN not in str(caught.value)
    assert not list((tmp_path / "archive").rglob("*.parquet"))
