"""Which process serves a data folder: locks, and a note that survives the command that started it.

A process is known by its number *and* its start time, so that a number that the system gave to another program is never
taken for ours, let alone stopped.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import psutil

from ontology.errors import Busy

if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Note:
    """What the server process says of itself: ``started`` in seconds since 1970, as the system counts it."""

    pid: int
    started: float
    port: int
    version: str


@contextmanager
def locked(file: Path, *, seconds: float, what: str) -> Iterator[None]:
    """Hold an exclusive lock on a file; the system lets go of it when the process ends, however it ends.

    Raises:
        Busy: another process held it for longer than ``seconds``.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+b") as stream:
        until = time.monotonic() + seconds
        while not _try_lock(stream):
            if time.monotonic() >= until:
                raise Busy(f"Another process is {what}.", where=file, do="Wait until it is done, then try again.")
            time.sleep(0.1)
        yield


def is_locked(file: Path) -> bool:
    """Whether a process holds the lock."""
    if not file.exists():
        return False
    with file.open("a+b") as stream:
        return not _try_lock(stream)


def write_note(file: Path, port: int, version: str) -> Note:
    """Write the note about this very process."""
    note = Note(os.getpid(), psutil.Process().create_time(), port, version)
    part = file.with_suffix(".part")
    part.write_text(json.dumps(asdict(note)), encoding="utf-8")
    part.replace(file)
    return note


def read_note(file: Path) -> Note | None:
    """The note, or nothing if there is none that can be read."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return Note(int(found["pid"]), float(found["started"]), int(found["port"]), str(found["version"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def living(note: Note | None) -> psutil.Process | None:
    """The process that the note speaks of, if it still runs."""
    if note is None:
        return None
    with suppress(psutil.Error):
        process = psutil.Process(note.pid)
        if abs(process.create_time() - note.started) < 1.0 and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None
