"""Fixtures for all tests: one real Neo4j for the session, emptied for each test that asks for a graph.

The server starts with the first test that needs it and stops at the end of the session, also when tests failed. Its
folder is temporary; the jars come from the cache that all projects share.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_engine.graph import Credentials, Graph
from graph_engine.server.managed import ManagedServer

_EMPTY = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManagedServer]:
    """The session's running server. Tests that stop or damage a server make one of their own (``own_server``)."""
    running = ManagedServer(tmp_path_factory.mktemp("neo4j"), heap="1g", page_cache="256m", say=_say)
    try:
        running.ensure_running()
        yield running
    finally:
        running.kill()


@pytest.fixture(scope="module")
def short_lived_java() -> Iterator[None]:
    """Servers that live for seconds start a third cheaper without Java's second compiler."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1")
        yield


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[ManagedServer]:
    """A server that the test may stop, kill and damage; not yet started."""
    own = ManagedServer(tmp_path / "server", heap="512m", page_cache="128m")
    try:
        yield own
    finally:
        own.kill()


@pytest.fixture(scope="session")
def credentials(server: ManagedServer) -> Credentials:
    """How to reach the session's server."""
    return server.ensure_running()


@pytest.fixture(scope="session")
def _session_graph(credentials: Credentials) -> Iterator[Graph]:
    with Graph.connect(credentials) as graph:
        yield graph


@pytest.fixture
def graph(_session_graph: Graph) -> Graph:
    """A connected graph without nodes; constraints and indexes that earlier tests made may be there."""
    empty(_session_graph)
    return _session_graph


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real company data that some integration tests read; skips where it isn't there."""
    folder = Path(os.environ.get("KNOCKON_TEST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the real data is not at {folder} (KNOCKON_TEST_DATA names another place)")
    return folder


def empty(graph: Graph) -> None:
    """Delete every node and relation, in batches."""
    with graph.driver.session(database=graph.credentials.database) as session:
        session.run(_EMPTY).consume()


def _say(text: str) -> None:
    print(text, flush=True)
