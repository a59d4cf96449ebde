"""The managed server as a real process: start, find, stop, kill, damage."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from neo4j.exceptions import ServiceUnavailable

from graph_engine.graph import Graph
from graph_engine.server import conf, jars
from graph_engine.server.managed import ManagedServer
from graph_engine.server.memory import Memory
from graph_engine.server.process import living, read_note
from graph_engine.server.requirements import gds_version, require_gds
from ontology.errors import DatabaseError, ServerError

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("short_lived_java")]

_ROOT = Path(__file__).resolve().parents[2]
_STARTER = """
import signal
import sys
from pathlib import Path
from graph_engine.server.managed import ManagedServer
server = ManagedServer(Path(sys.argv[1]), heap="512m", page_cache="128m")
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job is started with it ignored
print(server.ensure_running().uri, server.status().pid, flush=True)
sys.stdin.read()
"""


def starter(home: Path) -> subprocess.Popen[str]:
    """Another command that makes sure that the server runs, prints where, and waits."""
    return subprocess.Popen(
        [sys.executable, "-c", _STARTER, str(home)], cwd=_ROOT, text=True, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


@pytest.fixture(scope="module")
def restartable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManagedServer]:
    """A server that tests may stop and kill, as long as its files stay whole; it may run or not."""
    made = ManagedServer(tmp_path_factory.mktemp("restartable"), heap="512m", page_cache="128m")
    yield made
    made.kill()


def put(graph: Graph, count: int) -> None:
    with graph.driver.session() as session:
        session.run("UNWIND range(1, $count) AS i CREATE (:Thing {i: i})", count=count).consume()


def held(server: ManagedServer) -> int:
    with Graph.connect(server.ensure_running()) as graph:
        return int(str(next(graph.stream_text("MATCH (n:Thing) RETURN count(n) AS n"))["n"]))


def test_it_is_the_pinned_neo4j_with_gds(graph: Graph, server: ManagedServer) -> None:
    assert graph.version() == server.status().version == "2026.08.1"
    assert gds_version(graph) == require_gds(graph, "a test") == "2.26.0"


def test_it_listens_on_loopback_only(server: ManagedServer) -> None:
    status = server.status()
    assert status.running
    assert status.answering
    listening = [c.laddr for c in psutil.Process(status.pid).net_connections() if c.status == psutil.CONN_LISTEN]
    assert {address.ip.removeprefix("::ffff:") for address in listening} == {"127.0.0.1"}
    assert [address.port for address in listening] == [status.port]
    assert not [c for c in psutil.Process(status.pid).net_connections("udp") if c.laddr.ip not in ("127.0.0.1", "::1")]


def test_only_its_owner_can_read_the_password(server: ManagedServer) -> None:
    file = server.installation.password_path
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(file.read_text().strip()) >= 24
    password = file.read_text().strip()
    assert password not in repr(server.ensure_running())
    for other in (server.log_path, server.home / "logs" / "debug.log", server.home / "conf" / "neo4j.conf"):
        assert password not in other.read_text(encoding="utf-8")
    assert not list((server.home / "run").glob("*.args"))


def test_a_wrong_password_is_said_to_be_wrong(server: ManagedServer) -> None:
    file = server.installation.password_path
    right = file.read_text()
    file.write_text("something else\n")
    try:
        with pytest.raises(ServerError, match="refuses the password") as caught:
            server.ensure_running()
        assert str(file) in str(caught.value)
        assert "knockon db start" in caught.value.do
    finally:
        file.write_text(right)
    server.ensure_running()


def test_a_second_start_finds_the_first(server: ManagedServer) -> None:
    first = server.status()
    credentials = server.ensure_running()
    assert ManagedServer(server.home).ensure_running() == ManagedServer(server.home).start() == credentials
    with starter(server.home) as other:
        assert other.stdout is not None
        assert other.stdout.readline().split() == [credentials.uri, str(first.pid)]
        other.communicate()
    assert server.status().pid == first.pid


def test_two_starts_at_once_make_one_server_that_outlives_both(own_server: ManagedServer) -> None:
    starters = [starter(own_server.home) for _ in range(2)]
    lines = [child.stdout.readline() if child.stdout else "" for child in starters]
    assert lines[0] == lines[1] != ""
    for child in starters:  # Ctrl-C in a terminal goes to the whole process group
        os.killpg(child.pid, signal.SIGINT)
        child.communicate()
        assert child.returncode != 0
    status = own_server.status()
    assert status.answering
    assert str(status.pid) == lines[0].split()[1]


def test_stop_ends_it_in_order_and_start_brings_back_port_and_data(restartable: ManagedServer) -> None:
    credentials = restartable.start()
    before = held(restartable)
    with Graph.connect(credentials) as graph:
        put(graph, 1000)
    assert restartable.stop()
    assert not restartable.stop()
    assert not restartable.status().running
    assert not restartable.note_path.exists()
    assert restartable.log_path.read_text().endswith("Shut down.\n")
    with pytest.raises(DatabaseError, match="cannot be reached"):
        Graph.connect(credentials)
    assert restartable.start() == credentials
    assert held(restartable) == before + 1000


def test_committed_work_survives_kill_9(restartable: ManagedServer) -> None:
    credentials = restartable.start()
    first = restartable.status().pid
    before = held(restartable)
    graph = Graph.connect(credentials)
    put(graph, 1000)
    session = graph.driver.session()
    session.begin_transaction().run("UNWIND range(1, 500) AS i CREATE (:Thing {i: -i})").consume()  # never committed
    assert restartable.kill()
    with pytest.raises(ServiceUnavailable):
        session.close()
    graph.close()
    assert read_note(restartable.note_path) is not None  # what a crash leaves
    assert not restartable.status().running
    assert restartable.ensure_running() == credentials
    assert restartable.status().pid != first
    assert held(restartable) == before + 1000


def test_a_lost_password_is_made_anew_and_the_data_stays(restartable: ManagedServer) -> None:
    before = restartable.start()
    with Graph.connect(before) as graph:
        put(graph, 10)
        graph.driver.execute_query("CREATE CONSTRAINT FOR (n:Other) REQUIRE n.i IS UNIQUE")
    count = held(restartable)
    restartable.stop()
    restartable.installation.password_path.unlink()
    after = restartable.start()
    assert after.password != before.password
    assert held(restartable) == count >= 10
    with Graph.connect(after) as graph:
        assert len(list(graph.stream_text("SHOW CONSTRAINTS"))) == 1


def test_a_note_about_another_program_stops_nobody(own_server: ManagedServer) -> None:
    """After a crash and a reboot the number in the note may belong to anything."""
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as bystander:
        own_server.note_path.parent.mkdir(parents=True)
        own_server.note_path.write_text(
            f'{{"pid": {bystander.pid}, "started": 1000.0, "port": 7687, "version": "2026.08.1"}}'
        )
        assert not own_server.status().running
        assert not own_server.stop()
        assert not own_server.kill()
        assert bystander.poll() is None
        bystander.communicate()


def test_a_port_that_another_program_took_is_replaced(restartable: ManagedServer) -> None:
    taken = restartable.start().uri
    restartable.stop()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", int(taken.rsplit(":", 1)[1])))
        other.listen()
        assert restartable.start().uri != taken


def test_a_server_that_cannot_start_says_why(restartable: ManagedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    real = conf.settings

    def wrong(home: Path, port: int, memory: Memory) -> dict[str, str]:
        return {**real(home, port, memory), "db.tx_log.preallocate": "perhaps"}

    restartable.start()
    restartable.stop()
    monkeypatch.setattr(conf, "settings", wrong)
    with pytest.raises(ServerError, match=r"ended while it was starting.*perhaps") as caught:
        restartable.start()
    assert str(restartable.log_path) in str(caught.value)
    assert living(read_note(restartable.note_path)) is None
    monkeypatch.undo()
    restartable.start()


def test_a_damaged_jar_is_fetched_again_before_a_start(server: ManagedServer, tmp_path: Path) -> None:
    """A cache of its own, in which one jar is cut short; the repository is the real one."""
    cache = tmp_path / "cache"
    shutil.copytree(server.installation.cache, cache, copy_function=os.link)
    victim = next(jar for jar in jars.pinned() if jar.artifact == "neo4j-kernel")
    whole = (cache / victim.path).read_bytes()
    (cache / victim.path).unlink()
    (cache / victim.path).write_bytes(whole[:-1])
    said: list[str] = []
    own = ManagedServer(tmp_path / "home", cache, say=said.append, bases=[server.installation.cache.as_uri()])
    with pytest.raises(ServerError, match="1 files"):
        own.start()
    assert any("1 of 379 files" in text for text in said)
    assert not own.status().installed or jars.missing(jars.pinned(), cache) == [victim]
    ManagedServer(tmp_path / "home", cache).installation.fetch()
    assert jars.missing(jars.pinned(), cache) == []
    assert (cache / victim.path).read_bytes() == whole


def test_a_server_without_gds_is_told_apart(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    real = graph.read
    monkeypatch.setattr(graph, "read", lambda name: [{"present": False}] if name == "read/gds_present" else real(name))
    assert gds_version(graph) is None
    with pytest.raises(DatabaseError, match=r"no Graph Data Science plugin.*communities"):
        require_gds(graph, "communities")
