"""The fetch of jars against a real HTTP server on this machine that counts and misbehaves as told."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from graph_engine.server import jars
from graph_engine.server.jars import Jar
from ontology.errors import ServerError


class Repository:
    """A Maven repository: serves ``content`` by path, counts requests; ``answer`` may change what is sent."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}
        self.requests: Counter[str] = Counter()
        self.answer: Callable[[str, bytes], bytes | int] = lambda _path, body: body
        repository = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = self.path.lstrip("/")
                repository.requests[path] += 1
                body = repository.content.get(path)
                given = 404 if body is None else repository.answer(path, body)
                if isinstance(given, int):
                    self.send_response(given)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(given)
                if len(given) != len(body or b""):
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def repository() -> Iterator[Repository]:
    made = Repository()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def listed(repository: Repository) -> list[Jar]:
    """Twenty jars that the repository holds."""
    found = []
    for number in range(20):
        body = bytes([number]) * (1000 + number)
        classifier = "linux-x86_64" if number == 7 else ""
        jar = Jar("org.made.up", f"part{number}", "1.0", classifier, len(body), hashlib.sha256(body).hexdigest())
        repository.content[jar.path] = body
        found.append(jar)
    return found


def leftovers(folder: Path) -> list[Path]:
    return list(folder.rglob("*.part"))


def test_everything_is_fetched_once_and_checked(repository: Repository, listed: list[Jar], tmp_path: Path) -> None:
    arrived: list[int] = []
    assert jars.missing(listed, tmp_path) == listed
    jars.fetch(listed, tmp_path, [repository.base], arrived.append)
    assert jars.missing(listed, tmp_path) == []
    assert sum(arrived) == sum(jar.size for jar in listed)
    assert set(repository.requests.values()) == {1}
    assert leftovers(tmp_path) == []


def test_only_a_damaged_or_shortened_jar_is_fetched_again(
    repository: Repository, listed: list[Jar], tmp_path: Path
) -> None:
    jars.fetch(listed, tmp_path, [repository.base])
    repository.requests.clear()
    changed, shortened, gone = listed[3], listed[7], listed[11]
    body = repository.content[changed.path]
    (tmp_path / changed.path).write_bytes(b"x" + body[1:])
    (tmp_path / shortened.path).write_bytes(body[:-1])
    (tmp_path / gone.path).unlink()
    lacking = jars.missing(listed, tmp_path)
    assert lacking == [changed, shortened, gone]
    jars.fetch(lacking, tmp_path, [repository.base])
    assert set(repository.requests) == {changed.path, shortened.path, gone.path}
    assert jars.missing(listed, tmp_path) == []


def test_an_interrupted_fetch_goes_on_where_it_stopped(
    repository: Repository, listed: list[Jar], tmp_path: Path
) -> None:
    served: list[str] = []

    def dying(path: str, body: bytes) -> bytes | int:
        served.append(path)
        return body if len(served) <= 8 else 503

    repository.answer = dying
    with pytest.raises(ServerError):
        jars.fetch(listed, tmp_path, [repository.base], attempts=1)
    there = {jar.path for jar in listed} - {jar.path for jar in jars.missing(listed, tmp_path)}
    assert there  # the ninth request came after the first jar was whole
    assert there <= set(served[:8])
    repository.answer = lambda _path, body: body
    repository.requests.clear()
    jars.fetch(jars.missing(listed, tmp_path), tmp_path, [repository.base])
    assert set(repository.requests) == {jar.path for jar in listed} - there
    assert jars.missing(listed, tmp_path) == []


@pytest.mark.parametrize("spoil", [lambda body: body[:-1] + b"!", lambda body: body[: len(body) // 2]])
def test_what_is_not_the_pinned_file_never_lands(
    repository: Repository, listed: list[Jar], tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    victim = listed[5]
    repository.answer = lambda path, body: spoil(body) if path == victim.path else body
    arrived: list[int] = []
    with pytest.raises(ServerError) as caught:
        jars.fetch(listed, tmp_path, [repository.base], arrived.append, attempts=1)
    assert not (tmp_path / victim.path).exists()
    assert leftovers(tmp_path) == []
    assert sum(arrived) == sum(jar.size for jar in listed if (tmp_path / jar.path).exists())
    assert victim.name in caught.value.what


def test_a_passing_fault_is_tried_again(repository: Repository, listed: list[Jar], tmp_path: Path) -> None:
    victim = listed[0]
    repository.answer = lambda path, body: 502 if path == victim.path and repository.requests[path] == 1 else body
    jars.fetch(listed, tmp_path, [repository.base])
    assert repository.requests[victim.path] == 2


def test_a_second_repository_serves_what_the_first_lacks(
    repository: Repository, listed: list[Jar], tmp_path: Path
) -> None:
    other = Repository()
    only_there = listed[4]
    other.content[only_there.path] = repository.content.pop(only_there.path)
    jars.fetch(listed, tmp_path, [repository.base, other.base], attempts=1)
    assert set(other.requests) == {only_there.path}
    assert jars.missing(listed, tmp_path) == []
    other.server.shutdown()
    other.server.server_close()


def test_offline_says_how_much_is_missing_and_what_to_do(
    listed: list[Jar], tmp_path: Path, repository: Repository
) -> None:
    repository.server.shutdown()
    repository.server.server_close()
    base = repository.base.replace("http://", "http://name:secret@")
    with pytest.raises(ServerError) as caught:
        jars.fetch(listed, tmp_path, [base], attempts=1)
    message = str(caught.value)
    assert "20 files" in message
    assert "MB" in message
    assert "no connection" in message
    assert str(tmp_path) in message
    assert "run the command again" in message
    assert "secret" not in message
    assert "127.0.0.1" not in message


def test_two_fetches_at_once_do_no_harm(repository: Repository, listed: list[Jar], tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(jars.fetch, listed, tmp_path, [repository.base]) for _ in range(2)]:
            done.result()
    assert jars.missing(listed, tmp_path) == []
    assert leftovers(tmp_path) == []


def test_an_interrupt_stops_the_fetch_and_keeps_what_arrived(
    repository: Repository, listed: list[Jar], tmp_path: Path
) -> None:
    """Ctrl-C reaches the main thread while it waits; here the waiting call itself raises it."""
    released = threading.Event()

    def slow(path: str, body: bytes) -> bytes | int:
        released.wait(10)
        return body

    repository.answer = slow

    def interrupted(*_args: object, **_named: object) -> None:
        released.set()
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(jars, "wait", interrupted)
        jars.fetch(listed, tmp_path, [repository.base])
    assert leftovers(tmp_path) == []
    jars.fetch(jars.missing(listed, tmp_path), tmp_path, [repository.base])
    assert jars.missing(listed, tmp_path) == []


def test_the_lock_lists_neo4j_and_gds_and_no_address() -> None:
    text = jars.LOCK.read_text(encoding="utf-8")
    assert "://" not in text
    found = {(jar.group, jar.artifact) for jar in jars.pinned()}
    assert {("org.neo4j", "neo4j"), ("org.neo4j.gds", "proc"), ("org.neo4j.gds", "opengds-extension")} <= found
    assert len({jar.path for jar in jars.pinned()}) == len(jars.pinned()) > 300
    assert all(len(jar.sha256) == 64 and jar.size > 0 for jar in jars.pinned())


def test_a_damaged_lock_names_its_line(tmp_path: Path) -> None:
    lock = tmp_path / "jars.lock"
    lock.write_text("# fine\nabc 12\n", encoding="utf-8")
    with pytest.raises(ServerError, match=r"jars\.lock:2"):
        jars.pinned(lock)


def test_the_resolvers_settings_replace_and_add_repositories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "jgo.conf"
    monkeypatch.setenv("JGO_CONFIG_FILE", str(settings))
    assert len(jars.repositories()) == 1
    settings.write_text("[repositories]\ncentral = https://mirror.example/m2/\nother = https://other.example/m2\n")
    assert jars.repositories() == ("https://mirror.example/m2", "https://other.example/m2")


def test_sweep_removes_only_old_partial_files(repository: Repository, listed: list[Jar], tmp_path: Path) -> None:
    jars.fetch(listed, tmp_path, [repository.base])
    left = tmp_path / "org" / ".part1.jar.abc.part"
    left.write_bytes(b"half")
    assert jars.sweep(tmp_path, older_than=left.stat().st_mtime - 10) == 0
    assert jars.sweep(tmp_path, older_than=left.stat().st_mtime + 10) == 1
    assert jars.missing(listed, tmp_path) == []
