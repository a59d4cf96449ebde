"""``knockon db …`` and ``knockon doctor``: the managed Neo4j, and what is wrong with this machine."""

from __future__ import annotations

import json
import time
from collections import deque
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.frame import AsJson, Where, err, guarded, out
from ontology.errors import ConfigurationError, NotFound

if TYPE_CHECKING:
    from api.settings import Settings
    from graph_engine.backup_file import Manifest
    from graph_engine.graph import Graph
    from graph_engine.server.managed import ManagedServer

_MADE_ANEW = frozenset({"archive", "neo4j", "snapshot", "tmp", "vectors", "logs"})
"""Folders of ``.knockon`` that a backup holds otherwise (archive, neo4j) or need not hold."""
app = typer.Typer(no_args_is_help=True, help="The database that knockon runs for a project.")


def _say(text: str) -> None:
    err.print(text, markup=False)


def _settings(where: Path | None) -> Settings:
    from api.settings import find_project, load_settings

    return load_settings(find_project(where))


def _managed(settings: Settings) -> ManagedServer:
    """The project's own server, with a progress bar for what it fetches.

    Raises:
        ConfigurationError: the project uses a server of the user's own.
    """
    from graph_engine.server.managed import ManagedServer
    from graph_engine.server.progress import download_bar

    if settings.neo4j is not None:
        raise ConfigurationError(
            f"This project uses the Neo4j at {settings.neo4j.uri}, which knockon does not run.",
            do="Use that server's own tools, or unset NEO4J_URI (or `neo4j: uri` in knockon.yaml).",
        )
    return ManagedServer(
        settings.server_home, heap=settings.heap, page_cache=settings.page_cache, say=_say, fetching=download_bar
    )


def start(where: Where = None) -> None:
    """Start the database (the first time it is installed), or find it running."""
    server = _managed(_settings(where))
    begun = time.monotonic()
    credentials = server.ensure_running()
    took = time.monotonic() - begun
    out.print(f"The database answers at {credentials.uri} ({took:.1f} s).", markup=False)
    out.print(f"User {credentials.username}, password in {server.installation.password_path}", markup=False)


def stop(where: Where = None) -> None:
    """Stop the database in order."""
    stopped = _managed(_settings(where)).stop()
    out.print("The database is stopped." if stopped else "The database was not running.")


def status(where: Where = None, as_json: AsJson = False) -> None:
    """Whether the database runs, where, and what it takes."""
    server = _managed(_settings(where))
    found = server.status()
    if as_json:
        out.print_json(json.dumps(asdict(found)))
        return
    from rich.table import Table

    state = "running" if found.answering else "running, not answering yet" if found.running else "not running"
    rows = [("state", state), ("version", f"Neo4j {found.version}{'' if found.installed else ', not installed yet'}")]
    if found.port is not None:
        rows.append(("address", f"bolt://127.0.0.1:{found.port}"))
    if found.started is not None:
        since = datetime.fromtimestamp(found.started, UTC).astimezone()
        rows += [("process", str(found.pid)), ("since", f"{since:%Y-%m-%d %H:%M:%S}")]
    if found.memory is not None:
        rows.append(("memory", f"{found.memory / 1e6:,.0f} MB"))
    rows += [("on disk", f"{found.disk / 1e6:,.0f} MB in {server.home}"), ("log", str(server.log_path))]
    grid = Table(box=None, show_header=False, pad_edge=False)
    grid.add_column(style="bold")
    grid.add_column(overflow="fold")
    for name, value in rows:
        grid.add_row(name, value)
    out.print(grid)


def logs(
    where: Where = None,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many of the last lines.")] = 50,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on showing what is added, until Ctrl-C.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Neo4j's own full log, not only what matters.")] = False,
) -> None:
    """The database's log."""
    path = _managed(_settings(where)).log_path
    path = path.with_name("debug.log") if full else path
    if not path.is_file():
        raise NotFound("There is no log yet.", where=path, do="Run `knockon db start`.")
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in deque(file, maxlen=lines):
            out.print(line, end="", markup=False)
        while follow:
            line = file.readline()
            if line:
                out.print(line, end="", markup=False)
            else:
                time.sleep(0.3)


def digest(where: Where = None) -> None:
    """One hash over the graph's content: the same for the same content, however it came about."""
    from api.cli.frame import project

    with project(where) as found:
        out.print(found.digest())


def _service_files(settings: Settings) -> list[Path]:
    """What the service keeps beside the graph (keys, people, audit, reports); not what is made anew when it is lost."""
    import sqlite3
    from contextlib import closing

    kept = [p for p in sorted(settings.data.iterdir()) if p.name not in _MADE_ANEW] if settings.data.is_dir() else []
    for file in kept:
        if file.suffix == ".sqlite":
            with closing(sqlite3.connect(file)) as opened:
                opened.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return kept


def backup(
    target: Annotated[Path | None, typer.Argument(help="The new file (default: a name with today's date).")] = None,
    where: Where = None,
) -> None:
    """Write all that the company would lose into one file: graph, raw rows, mappings, ontology, configuration.

    The database is stopped for the moment of the dump and then started again.
    """
    from graph_engine import backup as backups

    settings = _settings(where)
    server = _managed(settings)
    file = target or Path(f"knockon-{settings.folder.name}-{datetime.now(UTC):%Y-%m-%d-%H%M%S}.zip")
    parts = [settings.folder / "knockon.yaml", *settings.mappings, *settings.ontology, *settings.shapes]
    parts += [settings.folder / name for name in ("measures", "scenarios", "policies")]
    parts += _service_files(settings)
    manifest = backups.backup(
        server, settings.folder, [*dict.fromkeys(parts), settings.archive], file.expanduser().absolute(),
        digest=lambda graph: _digest(graph, settings), versions=_versions(settings), say=_say,
    )  # fmt: skip
    out.print(f"{file}: {_described(manifest)}", markup=False)
    out.print("It holds the company's data in plain: keep it where only the right people can read it.")


def restore(
    source: Annotated[Path, typer.Argument(help="A backup.")],
    folder: Annotated[Path, typer.Argument(help="A new or empty folder; it becomes the project folder.")],
    check_only: Annotated[bool, typer.Option("--check", help="Only read the backup through; restore nothing.")] = False,
) -> None:
    """Bring back a backup into an empty folder, and check that the graph is what it was."""
    from api.settings import load_settings
    from graph_engine import backup as backups
    from graph_engine.server.managed import ManagedServer
    from graph_engine.server.progress import download_bar

    if check_only:
        out.print(f"{source} is whole: {_described(backups.verify(source))}", markup=False)
        return
    project = folder.expanduser().absolute()
    server = ManagedServer(project / ".knockon" / "neo4j", say=_say, fetching=download_bar)
    manifest = backups.restore(
        source, project, server, digest=lambda graph: _digest(graph, load_settings(project)), say=_say
    )
    out.print(f"{project}: {_described(manifest)}", markup=False)
    out.print(
        "Questions can be asked at once. The exports that the mappings read are not part of a backup: before the next "
        "ingest put them back where the mappings look for them, or name their place with --folder SOURCE=PATH."
    )


def doctor(where: Where = None, as_json: AsJson = False) -> None:
    """What is wrong with the machine, the packages, the database, and what to do about it."""
    from api.settings import find_project, load_settings
    from graph_engine import doctor as doctors

    try:
        settings = load_settings(find_project(where))
    except ConfigurationError as problem:
        checks = (
            *doctors.examine(where or Path.cwd(), None),
            doctors.Check("project", doctors.Verdict.WARN, problem.what, problem.do),
        )
    else:
        server = None if settings.neo4j is not None else _managed(settings)
        checks = doctors.examine(settings.folder, server, settings.neo4j)
    if as_json:
        out.print_json(json.dumps([asdict(check) for check in checks]))
    else:
        _show(checks)
    if doctors.worst(checks) is doctors.Verdict.FAIL:
        raise typer.Exit(1)


def _show(checks: tuple[object, ...]) -> None:
    from rich.table import Table
    from rich.text import Text

    from graph_engine.doctor import Check, Verdict

    colours = {Verdict.OK: "green", Verdict.WARN: "yellow", Verdict.FAIL: "red"}
    grid = Table(box=None, show_header=False, pad_edge=False)
    grid.add_column()
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for check in checks:
        assert isinstance(check, Check)
        text = Text(check.found)
        if check.do:
            text.append(f"\n→ {check.do}", style="cyan")
        grid.add_row(Text(check.verdict.value, style=colours[check.verdict]), check.name, text)
    out.print(grid)


def _digest(graph: Graph, settings: Settings) -> str:
    from graph_engine.store.current import digest as content
    from ontology.load import load_ontology

    return content(graph, load_ontology(settings.ontology))


def _versions(settings: Settings) -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    from ontology.load import load_ontology

    try:
        own = version("knockon")
    except PackageNotFoundError:
        own = "source"
    return {"knockon": own, "ontology": str(load_ontology(settings.ontology).version)}


def _described(manifest: Manifest) -> str:
    return (
        f"{len(manifest.members)} files, {manifest.size / 1e6:,.1f} MB unpacked, made {manifest.made}, "
        f"digest {manifest.digest}"
    )


for command in (start, stop, status, logs, backup, restore, digest):
    app.command(command.__name__)(guarded(command))
