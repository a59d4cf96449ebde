"""How much memory the managed server may use on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psutil

from ontology.errors import ConfigurationError

_UNITS = {"m": 1, "g": 1024}
_SMALLEST_HEAP = 256
_CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


@dataclass(frozen=True, slots=True)
class Memory:
    """Heap and page cache, in MiB."""

    heap: int
    page_cache: int


def machine_mebibytes(limits: tuple[Path, ...] = _CGROUP_LIMITS) -> int:
    """Memory that this process can count on: the machine's, or the container's limit where that is less. In MiB."""
    total = int(psutil.virtual_memory().total)
    for file in limits:
        try:
            text = file.read_text(encoding="ascii").strip()
        except OSError:
            continue
        if text.isdigit():
            total = min(total, int(text))
    return total >> 20


def sized(total: int, heap: str | None = None, page_cache: str | None = None) -> Memory:
    """Memory for a machine of ``total`` MiB: an eighth for the heap (1 to 4 GiB, never more than a third of the
    machine), an eighth for the page cache (128 MiB to 8 GiB). ``heap`` and ``page_cache`` (``"2g"``, ``"800m"``)
    override.

    Raises:
        ConfigurationError: an override is not a size, or is more than the machine has.
    """
    by_machine = Memory(
        heap=max(_SMALLEST_HEAP, min(max(total // 8, 1024), 4096, total // 3)),
        page_cache=max(128, min(total // 8, 8192)),
    )
    chosen = Memory(
        heap=_mebibytes(heap, "heap") if heap else by_machine.heap,
        page_cache=_mebibytes(page_cache, "page_cache") if page_cache else by_machine.page_cache,
    )
    if chosen.heap < _SMALLEST_HEAP:
        raise ConfigurationError(
            f"The database cannot run with a heap of {chosen.heap} MB.",
            do=f"Set `neo4j: heap` to {_SMALLEST_HEAP}m or more, or leave it out.",
        )
    if chosen.heap + chosen.page_cache > total:
        raise ConfigurationError(
            f"Heap and page cache together ({chosen.heap + chosen.page_cache} MB) exceed this machine's {total} MB.",
            do="Lower `neo4j: heap` or `neo4j: page_cache` in knockon.yaml, or leave them out.",
        )
    return chosen


def _mebibytes(text: str, name: str) -> int:
    number, unit = text.strip().lower()[:-1], text.strip().lower()[-1:]
    if unit not in _UNITS or not number.isdigit() or int(number) == 0:
        raise ConfigurationError(f"{text!r} is not a size for `neo4j: {name}`.", do="Write it like 800m or 2g.")
    return int(number) * _UNITS[unit]
