"""Backup into one file, restore into an empty folder, on a real server."""

from __future__ import annotations

import hashlib
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_engine.backup import backup, restore, verify
from graph_engine.backup_file import DUMP
from graph_engine.graph import Graph
from graph_engine.server.managed import ManagedServer
from ontology.errors import ConfigurationError, StoreDamaged

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("short_lived_java")]

VERSIONS = {"knockon": "0"}
PARTS = [Path("knockon.yaml"), Path("mappings"), Path(".knockon/archive"), Path("not-there")]


def content(graph: Graph) -> str:
    """An independent digest: every node and relation as text, sorted."""
    lines = [
        str(row)
        for text in (
            "MATCH (n) RETURN labels(n) AS l, properties(n) AS p ORDER BY n.i",
            "MATCH (a)-[r]->(b) RETURN a.i AS a, type(r) AS t, properties(r) AS p, b.i AS b ORDER BY a, b",
            "SHOW CONSTRAINTS YIELD name, type, labelsOrTypes, properties",
        )
        for row in graph.stream_text(text)
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, ManagedServer]]:
    """A project with a graph, an archive, a mapping, and things that a backup must not hold."""
    project = tmp_path_factory.mktemp("project")
    server = ManagedServer(project / ".knockon" / "neo4j", heap="512m", page_cache="128m")
    for name, body in {
        "knockon.yaml": b"name: made up\n",
        "mappings/erp.yaml": b"source: erp\n",
        ".knockon/archive/ab/abcd.parquet": bytes(range(256)) * 40,
        ".knockon/tmp/scratch": b"not this",
        "secret.env": b"nor this",
    }.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_bytes(body)
    with Graph.connect(server.ensure_running()) as graph:
        graph.driver.execute_query("CREATE CONSTRAINT thing FOR (n:Thing) REQUIRE n.i IS UNIQUE")
        graph.driver.execute_query("UNWIND range(1, 3000) AS i CREATE (:Thing:Part {i: i, name: 'Größe ' + i})")
        graph.driver.execute_query(
            "MATCH (a:Thing), (b:Thing) WHERE b.i = a.i + 1 CREATE (a)-[:NEXT {since: date('2026-01-01')}]->(b)"
        )
    yield project, server
    server.kill()


@pytest.fixture(scope="module")
def made(company: tuple[Path, ManagedServer], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the company."""
    project, server = company
    target = tmp_path_factory.mktemp("backups") / "monday.zip"
    before = server.status().pid
    manifest = backup(server, project, PARTS, target, digest=content, versions=VERSIONS)
    assert manifest.versions == {"knockon": "0", "neo4j": "2026.08.1"}
    assert server.status().answering
    assert server.status().pid != before
    return target


@pytest.fixture
def target(tmp_path: Path) -> Iterator[tuple[Path, ManagedServer]]:
    """An empty folder with a server to restore into."""
    project = tmp_path / "restored"
    server = ManagedServer(project / ".knockon" / "neo4j", heap="512m", page_cache="128m")
    yield project, server
    server.kill()


def test_a_backup_holds_what_was_named_and_only_its_owner_can_read_it(made: Path) -> None:
    with zipfile.ZipFile(made) as packed:
        assert sorted(packed.namelist()) == sorted(
            [DUMP, "manifest.json", "project/knockon.yaml", "project/mappings/erp.yaml",
             "project/.knockon/archive/ab/abcd.parquet"]
        )  # fmt: skip
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert [file.name for file in made.parent.iterdir()] == ["monday.zip"]
    assert len(verify(made).members) == 4


def test_a_restore_into_an_empty_folder_has_the_same_digest(
    company: tuple[Path, ManagedServer], made: Path, target: tuple[Path, ManagedServer]
) -> None:
    source, original = company
    project, server = target
    manifest = restore(made, project, server, digest=content)
    with Graph.connect(original.ensure_running()) as one, Graph.connect(server.ensure_running()) as other:
        assert content(one) == content(other) == manifest.digest
        assert one.credentials.password != other.credentials.password
        assert one.credentials.uri != other.credentials.uri
    for name in ("knockon.yaml", "mappings/erp.yaml", ".knockon/archive/ab/abcd.parquet"):
        assert (project / name).read_bytes() == (source / name).read_bytes()
    assert sorted(p.name for p in project.iterdir()) == [".knockon", "knockon.yaml", "mappings"]
    assert sorted(p.name for p in (project / ".knockon").iterdir()) == ["archive", "neo4j"]


def test_a_folder_that_is_not_empty_is_left_alone(made: Path, target: tuple[Path, ManagedServer]) -> None:
    project, server = target
    project.mkdir()
    (project / "mine.txt").write_text("keep")
    with pytest.raises(ConfigurationError, match="not empty"):
        restore(made, project, server)
    assert [file.name for file in project.iterdir()] == ["mine.txt"]


def test_a_damaged_backup_leaves_nothing(made: Path, target: tuple[Path, ManagedServer], tmp_path: Path) -> None:
    project, server = target
    damaged = tmp_path / "damaged.zip"
    raw = bytearray(made.read_bytes())
    place = raw.index(bytes(range(256)))  # the archive's file is stored unpacked
    raw[place + 1000] ^= 1
    damaged.write_bytes(raw)
    with pytest.raises(StoreDamaged, match=r"abcd\.parquet"):
        verify(damaged)
    with pytest.raises(StoreDamaged, match=r"abcd\.parquet"):
        restore(damaged, project, server)
    assert not project.exists()


def test_a_graph_with_another_digest_is_not_accepted(made: Path, target: tuple[Path, ManagedServer]) -> None:
    project, server = target
    project.mkdir()
    with pytest.raises(StoreDamaged, match="digest"):
        restore(made, project, server, digest=lambda graph: "something else")
    assert list(project.iterdir()) == []
    assert not server.status().running


def test_a_backup_that_would_change_the_databases_own_files_is_refused(
    made: Path, target: tuple[Path, ManagedServer], tmp_path: Path
) -> None:
    from graph_engine import backup_file

    project, server = target
    body = tmp_path / "evil"
    body.write_text("x")
    forged = tmp_path / "forged.zip"
    name = "project/.knockon/neo4j/plugins/evil.jar"
    backup_file.write(forged, [(DUMP, body), (name, body)], "", "", {})
    with pytest.raises(StoreDamaged, match="own files"):
        restore(forged, project, server)
    assert not project.exists()


def test_an_existing_file_is_not_overwritten(company: tuple[Path, ManagedServer], made: Path) -> None:
    project, server = company
    before = made.read_bytes()
    with pytest.raises(ConfigurationError, match="there already"):
        backup(server, project, PARTS, made, digest=content, versions=VERSIONS)
    assert made.read_bytes() == before


def test_a_part_outside_the_project_is_refused(company: tuple[Path, ManagedServer], tmp_path: Path) -> None:
    project, server = company
    outside = tmp_path / "elsewhere.yaml"
    outside.write_text("source: x\n")
    with pytest.raises(ConfigurationError, match="outside"):
        backup(server, project, [outside], tmp_path / "b.zip", digest=content, versions=VERSIONS)
    assert not (tmp_path / "b.zip").exists()
