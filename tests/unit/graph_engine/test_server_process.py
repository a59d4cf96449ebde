"""Locks and notes, with real processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from graph_engine.server.process import Note, is_locked, living, locked, read_note, write_note
from ontology.errors import Busy

_HOLDER = """
import sys
from pathlib import Path
from graph_engine.server.process import locked
with locked(Path(sys.argv[1]), seconds=0, what="testing"):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(file: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).resolve().parents[3],
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def test_a_lock_is_exclusive_and_ends_with_a_killed_process(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    assert not is_locked(file)
    with hold(file) as child:
        assert is_locked(file)
        with pytest.raises(Busy, match="testing"), locked(file, seconds=0, what="testing"):
            pass
        child.kill()
        child.wait()
        with locked(file, seconds=5, what="testing"):
            assert is_locked(file)
    assert not is_locked(file)


def test_a_note_finds_its_process(tmp_path: Path) -> None:
    file = tmp_path / "server.json"
    note = write_note(file, 7687, "2026.08.1")
    assert read_note(file) == note
    process = living(note)
    assert process is not None
    assert process.pid == psutil.Process().pid


def test_another_program_with_the_same_number_is_not_ours(tmp_path: Path) -> None:
    note = write_note(tmp_path / "server.json", 7687, "2026.08.1")
    assert living(Note(note.pid, note.started - 60, note.port, note.version)) is None


def test_a_dead_process_is_not_living(tmp_path: Path) -> None:
    with hold(tmp_path / "lock") as child:
        note = Note(child.pid, psutil.Process(child.pid).create_time(), 7687, "2026.08.1")
        assert living(note) is not None
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # dead, and not yet collected
        assert psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE
        assert living(note) is None
        child.wait()
    assert living(note) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', '{"pid": "x", "started": 1, "port": 1, "version": ""}'])
def test_a_damaged_note_is_no_note(tmp_path: Path, text: str) -> None:
    file = tmp_path / "server.json"
    file.write_text(text)
    assert read_note(file) is None
    assert living(None) is None
