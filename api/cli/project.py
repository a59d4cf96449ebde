"""``knockon check``, ``demo`` and ``serve``: a project as a whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from api.cli.frame import AsJson, Folders, Where, out, project


def check(where: Where = None, folder: Folders = None, as_json: AsJson = False) -> None:
    """Find what is wrong in configuration, ontology, shapes and mappings, with file and line. Needs no database."""
    from api.checking import check_project
    from api.project import placed_folders

    findings = check_project(where, placed_folders(folder or ()))
    if as_json:
        out.print_json(json.dumps([f.to_json() for f in findings]))
    else:
        for finding in findings:
            out.print(f"{finding}", markup=False)
        errors = sum(f.severity == "error" for f in findings)
        out.print("Everything fits." if not findings else f"{errors} errors, {len(findings) - errors} warnings.")
    if any(f.severity == "error" for f in findings):
        raise typer.Exit(2)


def demo(
    folder: Annotated[Path | None, typer.Argument(help="Where to put the sample company.")] = None,
    keep: Annotated[bool, typer.Option("--keep/--fresh", help="Use what is there, or begin anew.")] = True,
) -> None:
    """Set up the sample company, ingest it, ask one question of each kind, say what to try next."""
    from api.demo import run_demo

    run_demo(folder, keep=keep, out=out)


def serve(
    where: Where = None,
    host: Annotated[str, typer.Option("--host", help="Loopback address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any that is free.")] = 8017,
    names: Annotated[
        list[str] | None, typer.Option("--name", help="Host name that a proxy passes on. May be repeated.")
    ] = None,
) -> None:
    """Serve the API over HTTP, on this machine only (documentation at /docs). Ctrl-C stops it."""
    from rich.markup import escape

    from api.project import NotReady
    from api.serving import listen, serve_project

    listener = listen(host, port)
    with listener, project(where, progress=False) as found:
        address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
        out.print("Looking at the graph …")
        try:
            found.network()
        except NotReady as problem:
            out.print(f"[yellow]Not ready yet:[/] {escape(str(problem))}")
        out.print(f"Serving {found.settings.company} at [bold]{address}[/] (documentation: {address}/docs).")
        out.print("Only programs on this machine can ask: there are no keys yet. Ctrl-C stops it.")
        serve_project(found, listener, names or ())
    out.print("Stopped. The database goes on running: `knockon db stop`.")


COMMANDS = (check, demo, serve)
