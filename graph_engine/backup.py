"""Backup and restore of all that a company would lose, as one file.

A backup holds the graph (Neo4j's offline dump), and of the project folder what the caller names: raw archive, mappings,
ontology extensions, configuration. The password and the port are not in it: a restored database gets its own.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from graph_engine import backup_file
from graph_engine.backup_file import DUMP, PROJECT, BackupFile, Manifest
from graph_engine.graph import Graph
from graph_engine.server.installation import DATABASE, Say, silent
from graph_engine.server.managed import ManagedServer
from graph_engine.store.lease import write_lease
from ontology.errors import ConfigurationError, KnockonError, StoreDamaged

Digest = Callable[[Graph], str]


def backup(
    server: ManagedServer,
    project: Path,
    parts: Sequence[Path],
    target: Path,
    *,
    digest: Digest,
    versions: Mapping[str, str],
    say: Say = silent,
) -> Manifest:
    """Write a backup to the new file ``target``; the database is stopped for the moment of the dump, then runs again.

    Args:
        parts: files and folders below ``project`` that belong in it; those that don't exist are passed over.
        digest: the hash over the graph's content, by which a restore is checked.
        versions: what else to note, such as knockon's version.

    Raises:
        ConfigurationError: ``target`` exists or cannot be written, or a part lies outside the project.
        ServerError: the database cannot be dumped.
        Busy: another process is writing to the graph, starting or stopping the database.
    """
    if target.exists():
        raise ConfigurationError("This file is there already.", where=target, do="Name another file, or remove it.")
    files = _files(project.resolve(), parts, leave_out=server.home)
    with Graph.connect(server.ensure_running()) as graph:
        if graph.read("read/graph_state"):
            with write_lease(graph):  # no run is half-way
                content = digest(graph)
        else:
            content = digest(graph)
        noted = {**versions, "neo4j": graph.version()}
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as scratch:
            say("The database is stopped for the moment of the dump and then started again.")
            with server.offline() as installation:
                installation.admin("database", "dump", DATABASE, f"--to-path={scratch}")
            files.insert(0, (DUMP, Path(scratch) / f"{DATABASE}.dump"))
            say(f"Packing {len(files)} files …")
            part = Path(scratch) / "part.zip"
            made = datetime.now(UTC).isoformat(timespec="seconds")
            manifest = backup_file.write(part, files, made, content, noted)
            part.chmod(0o600)  # it holds the company's data
            with part.open("rb+") as stream:
                os.fsync(stream.fileno())
            part.rename(target)
    except OSError as problem:
        raise ConfigurationError(
            f"The backup cannot be written: {problem.strerror or problem}.",
            where=problem.filename or target,
            do="Name a place with enough free space where you may write.",
        ) from problem
    return manifest


def verify(source: Path) -> Manifest:
    """Read a backup through and compare every member with the manifest, without unpacking anything.

    Raises:
        ConfigurationError: there is no such file.
        StoreDamaged: it isn't a backup, or not as it was written.
    """
    with BackupFile.open(source) as opened:
        opened.verify()
        return opened.manifest


def restore(
    source: Path, project: Path, server: ManagedServer, *, digest: Digest | None = None, say: Say = silent
) -> Manifest:
    """Unpack a backup into an empty folder, load the graph into ``server`` (whose home lies there) and start it.

    When anything fails, the folder is as empty as it was.

    Raises:
        ConfigurationError: the folder isn't empty, has too little space, or cannot be written.
        StoreDamaged: the backup isn't what its manifest says, or the graph's digest differs.
        ServerError: the database cannot load the dump.
    """
    if project.exists() and (not project.is_dir() or any(project.iterdir())):
        raise ConfigurationError(
            "A backup is restored into an empty folder only, and this one is not empty.",
            where=project,
            do="Name a new folder.",
        )
    if not server.home.is_relative_to(project.resolve()):
        raise ConfigurationError("The database's folder lies outside the project.", where=server.home)
    with BackupFile.open(source) as opened:
        existed = project.exists()
        try:
            project.mkdir(parents=True, exist_ok=True)
            _require_space(project, 2 * opened.manifest.size)
            _load(opened, project, server, say)
            _compare(server, digest, opened.manifest, source)
        except BaseException as problem:
            with suppress(KnockonError):
                server.stop()
            server.kill()
            _clear(project, remove=not existed)
            if isinstance(problem, OSError):
                raise ConfigurationError(
                    f"The backup cannot be unpacked: {problem.strerror or problem}.",
                    where=problem.filename or project,
                    do="Check the free disk space and who may write there.",
                ) from problem
            raise
        return opened.manifest


def _files(project: Path, parts: Sequence[Path], leave_out: Path) -> list[tuple[str, Path]]:
    """Every file below the parts with its name in the backup, sorted, each once."""
    found: dict[str, Path] = {}
    for part in parts:
        top = (project / part).resolve()  # an absolute part stays as it is
        for file in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if not file.is_file() or file.resolve().is_relative_to(leave_out):
                continue
            if not file.is_relative_to(project):
                raise ConfigurationError(
                    "This file lies outside the project folder, so that a backup of the folder would lack it.",
                    where=file,
                    do="Move it into the project folder and say so in knockon.yaml.",
                )
            found[PROJECT + file.relative_to(project).as_posix()] = file
    return sorted(found.items())


def _load(opened: BackupFile, project: Path, server: ManagedServer, say: Say) -> None:
    members = opened.manifest.members
    say(f"Unpacking and checking {len(members)} files …")
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=project) as scratch:
        for member in members:
            inside = project / member.name.removeprefix(PROJECT)
            if inside.resolve().is_relative_to(server.home):
                raise StoreDamaged(
                    f"This backup cannot be restored: {member.name} would change the database's own files.",
                    do="Use another backup.",
                )
            opened.unpack(member, Path(scratch) / f"{DATABASE}.dump" if member.name == DUMP else inside)
        say("Loading the graph …")
        with server.offline() as installation:
            installation.admin("database", "load", DATABASE, f"--from-path={scratch}", "--overwrite-destination=true")


def _compare(server: ManagedServer, digest: Digest | None, manifest: Manifest, source: Path) -> None:
    credentials = server.ensure_running()
    if digest is None:
        return
    with Graph.connect(credentials) as graph:
        found = digest(graph)
    if found != manifest.digest:
        raise StoreDamaged(
            f"The restored graph has the digest {found}, and the backup says {manifest.digest}.",
            where=source,
            do="Use another backup: this one is damaged, or another version of knockon made it.",
        )


def _require_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ConfigurationError(
            f"Restoring takes {needed / 1e6:.0f} MB, and {free / 1e6:.0f} MB are free.",
            where=folder,
            do="Free some space, or name a folder on another disk.",
        )


def _clear(folder: Path, *, remove: bool) -> None:
    for child in list(folder.iterdir()) if folder.is_dir() else []:
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child, ignore_errors=True)
        else:
            child.unlink(missing_ok=True)
    if remove:
        with suppress(OSError):
            folder.rmdir()
