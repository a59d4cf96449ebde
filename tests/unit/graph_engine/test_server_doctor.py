"""What the doctor finds without a running server."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from graph_engine import doctor
from graph_engine.doctor import Check, Verdict, examine, worst
from graph_engine.graph import Credentials
from graph_engine.server.managed import ManagedServer


def named(checks: tuple[Check, ...], name: str) -> Check:
    return next(check for check in checks if check.name == name)


@pytest.fixture
def server(tmp_path: Path) -> ManagedServer:
    return ManagedServer(tmp_path / "neo4j", tmp_path / "cache", heap="512m", page_cache="128m")


def test_a_machine_where_nothing_ran_yet_can_do(tmp_path: Path, server: ManagedServer) -> None:
    checks = examine(tmp_path, server)
    assert worst(checks) is not Verdict.FAIL
    assert named(checks, "database program").verdict is Verdict.WARN
    assert "379 of 379" in named(checks, "database program").found
    assert named(checks, "server").verdict is Verdict.OK
    assert not server.home.exists()


def test_every_finding_that_is_not_fine_says_what_to_do(tmp_path: Path, server: ManagedServer) -> None:
    unreachable = Credentials("bolt://127.0.0.1:1", "neo4j", "x")
    for check in (*examine(tmp_path, server), *examine(tmp_path, None, unreachable)):
        assert check.found
        assert (check.do != "") == (check.verdict is not Verdict.OK)


def test_a_server_of_ones_own_that_does_not_answer(tmp_path: Path) -> None:
    checks = examine(tmp_path, None, Credentials("bolt://127.0.0.1:1", "neo4j", "x"))
    assert worst(checks) is Verdict.FAIL
    assert "bolt://127.0.0.1:1" in named(checks, "server").found


def test_a_password_that_others_can_read(tmp_path: Path, server: ManagedServer) -> None:
    server.home.mkdir()
    password = server.installation.password_path
    password.write_text("secret")
    password.chmod(0o644)
    found = named(examine(tmp_path, server), "password")
    assert found.verdict is Verdict.FAIL
    assert "644" in found.found
    assert "secret" not in found.found
    password.chmod(0o600)
    assert named(examine(tmp_path, server), "password").verdict is Verdict.OK


def test_what_a_crash_left(tmp_path: Path, server: ManagedServer) -> None:
    server.note_path.parent.mkdir(parents=True)
    server.note_path.write_text('{"pid": 1, "started": 1.0, "port": 7687, "version": "2026.08.1"}')
    found = named(examine(tmp_path, server), "server")
    assert found.verdict is Verdict.WARN
    assert "process 1 is gone" in found.found


@pytest.mark.parametrize(("free", "verdict"), [(100, Verdict.FAIL), (1000, Verdict.WARN), (9000, Verdict.OK)])
def test_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, verdict: Verdict) -> None:
    real = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: real._replace(free=free * 1_000_000))
    assert named(examine(tmp_path / "not" / "there", None), "disk").verdict is verdict


def test_memory_that_was_set_too_high(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    greedy = ManagedServer(tmp_path / "neo4j", tmp_path / "cache", heap="9999g")
    found = named(examine(tmp_path, greedy), "memory")
    assert found.verdict is Verdict.FAIL
    assert "neo4j: heap" in found.do
    monkeypatch.setattr(doctor, "machine_mebibytes", lambda: 2000)
    assert named(examine(tmp_path, None), "memory").verdict is Verdict.FAIL
