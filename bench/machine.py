"""The machine that measurements were made on, and the memory that a piece of work took."""

from __future__ import annotations

import os
import platform
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

MIB = 1024 * 1024
_EVERY = 0.05


def describe() -> dict[str, object]:
    """Cores, memory, system, Python and how busy the machine was when asked."""
    load = os.getloadavg() if hasattr(os, "getloadavg") else (0.0, 0.0, 0.0)
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / MIB / 1024),
        "free_gib": round(psutil.virtual_memory().available / MIB / 1024, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load": [round(x, 1) for x in load],
    }


@dataclass(slots=True)
class Peak:
    """What a piece of work took of this process (DuckDB and Arrow live in it), and of the server.

    Memory is the largest resident size seen, MiB. Processor time is what both used together: on a busy machine it says
    more than the clock.
    """

    own: float = 0.0
    server: float = 0.0
    cpu: float = 0.0
    """Seconds."""


@contextmanager
def peak(server_pid: Callable[[], int | None] = lambda: None) -> Iterator[Peak]:
    """Watch resident memory while the block runs, every 50 ms, in a thread of its own; processor time at its ends."""
    held = Peak()
    before = _cpu(server_pid())
    done = threading.Event()

    def watch() -> None:
        own = psutil.Process()
        server: psutil.Process | None = None
        while True:
            held.own = max(held.own, own.memory_info().rss / MIB)
            try:
                if server is None and (pid := server_pid()) is not None:
                    server = psutil.Process(pid)
                if server is not None:
                    held.server = max(held.server, server.memory_info().rss / MIB)
            except psutil.Error:
                server = None
            if done.wait(_EVERY):
                return

    thread = threading.Thread(target=watch, name="peak", daemon=True)
    thread.start()
    try:
        yield held
    finally:
        done.set()
        thread.join()
        held.cpu = _cpu(server_pid()) - before


def _cpu(server: int | None) -> float:
    """Seconds that this process and the server have used since they began."""
    total = 0.0
    for pid in (None, server) if server is not None else (None,):
        times = psutil.Process(pid).cpu_times()
        total += times.user + times.system
    return total
