"""The write lease: one writer at a time, with a fencing token that every write transaction checks."""

from __future__ import annotations

import os
import platform
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil

from graph_engine.graph import Graph
from ontology.errors import Busy, DatabaseError

SECONDS = 60


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write, until it is given back or runs out."""

    token: str
    fencing: int


def _owner() -> str:
    return f"{platform.node()}/{os.getpid()}/{psutil.Process().create_time():.2f}"


def _is_dead(owner: str) -> bool:
    """Whether ``owner`` is a process of this machine that is gone."""
    node, _, rest = owner.partition("/")
    pid, _, created = rest.partition("/")
    if node != platform.node() or not pid.isdigit():
        return False
    try:
        return f"{psutil.Process(int(pid)).create_time():.2f}" != created
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


@contextmanager
def write_lease(graph: Graph) -> Iterator[Lease]:
    """Hold the write lease; it is renewed in the background while the block runs.

    Raises:
        Busy: another process holds it (a holder on this machine that died is passed over at once).
    """
    rows = graph.read("read/graph_state")
    holder = str(rows[0]["owner"]) if rows and rows[0]["owner"] is not None else ""
    token = uuid.uuid4().hex
    taken = graph.write(
        "write/lease_take", token=token, owner=_owner(), dead=holder if holder and _is_dead(holder) else "-",
        seconds=SECONDS,
    )  # fmt: skip
    if not taken:
        raise Busy(
            f"Another knockon process is writing ({holder or 'unknown'}).",
            do="Wait for it to end, then run the command again. Nothing was changed.",
        )
    done = threading.Event()
    beat = threading.Thread(target=_renew, args=(graph, token, done), name="lease", daemon=True)
    beat.start()
    try:
        yield Lease(token, int(str(taken[0]["fencing"])))
    finally:
        done.set()
        beat.join(timeout=5)
        with suppress(DatabaseError):  # it runs out by itself; the error that ended the block is the one to show
            graph.write("write/lease_release", token=token)


def _renew(graph: Graph, token: str, done: threading.Event) -> None:
    while not done.wait(SECONDS / 4):
        try:
            graph.write("write/lease_renew", token=token, seconds=SECONDS)
        except DatabaseError:
            continue  # every write checks the token, so a lost lease is found there
