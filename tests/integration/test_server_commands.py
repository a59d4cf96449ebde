"""``knockon db`` and ``knockon doctor`` as a person runs them: a process each, in a project folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_engine.server.managed import ManagedServer

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("short_lived_java")]

_ROOT = Path(__file__).resolve().parents[2]


def knockon(folder: Path, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, as installed programs do; its output in one wide column."""
    ran = subprocess.run(
        [sys.executable, str(_ROOT / "knockon" / "__main__.py"), *arguments],
        cwd=folder, env={**os.environ, "COLUMNS": "300", "KNOCKON_HEAP": "512m", "KNOCKON_PAGE_CACHE": "128m"},
        text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("commands") / "company"
    (folder / "mappings").mkdir(parents=True)
    (folder / "knockon.yaml").write_text("company: Made Up\n")
    (folder / "api").mkdir()  # a folder of the user's that is called as one of ours
    (folder / "api" / "__init__.py").write_text("raise RuntimeError('not this one')\n")
    yield folder
    ManagedServer(folder / ".knockon" / "neo4j").kill()


def test_a_database_from_start_to_restore(project: Path, tmp_path: Path) -> None:
    assert "not running" in knockon(project, "db", "status").stdout
    assert "knockon db start" in knockon(project, "db", "logs", code=5).stderr

    started = knockon(project, "db", "start").stdout
    assert "bolt://127.0.0.1:" in started
    status = json.loads(knockon(project, "db", "status", "--json").stdout)
    assert status["running"]
    assert status["answering"]
    assert str(status["port"]) in started
    assert str(status["pid"]) in knockon(project / "mappings", "db", "status").stdout  # from a folder below, too
    assert "Database is up." in knockon(project, "db", "logs").stdout
    assert len(knockon(project, "db", "logs", "--full", "-n", "3").stdout.splitlines()) == 3

    found = json.loads(knockon(project, "doctor", "--json").stdout)
    assert {"server", "Graph Data Science", "password", "disk", "memory"} <= {check["name"] for check in found}
    assert all(check["verdict"] == "ok" for check in found if check["name"] in ("server", "Graph Data Science"))

    digest = knockon(project, "db", "digest").stdout.strip()
    backup = tmp_path / "backup.zip"
    assert digest in knockon(project, "db", "backup", str(backup)).stdout
    assert "there already" in knockon(project, "db", "backup", str(backup), code=2).stderr
    assert "is whole" in knockon(project, "db", "restore", str(backup), "unused", "--check").stdout
    restored = tmp_path / "restored"
    assert digest in knockon(tmp_path, "db", "restore", str(backup), str(restored)).stdout
    assert (restored / "knockon.yaml").read_text() == "company: Made Up\n"
    assert knockon(restored, "db", "digest").stdout.strip() == digest
    assert "is stopped" in knockon(restored, "db", "stop").stdout

    assert "is stopped" in knockon(project, "db", "stop").stdout
    assert "was not running" in knockon(project, "db", "stop").stdout


def test_a_server_of_ones_own_is_not_ours_to_stop(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:1")
    for command in ("start", "stop", "status", "logs", "backup"):
        assert "which knockon does not run" in knockon(project, "db", command, code=2).stderr
    assert "cannot be reached" in knockon(project, "doctor", code=1).stdout


def test_doctor_outside_a_project(tmp_path: Path) -> None:
    assert "knockon.yaml" in knockon(tmp_path, "doctor").stdout
