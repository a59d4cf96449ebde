"""``knockon init``, ``check``, ``demo`` and ``serve``: a project as a whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from api.cli.frame import AsJson, Where, out


def check(where: Where = None, as_json: AsJson = False) -> None:
    """Find what is wrong in configuration, ontology, shapes and mappings, with file and line. Needs no database."""
    from api.checking import check_project

    findings = check_project(where)
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
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; loopback unless you know why.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535)] = 8017,
) -> None:
    """Serve the API over HTTP (documentation at /docs)."""
    import uvicorn

    from api.app import create_app
    from api.project import open_project
    from ontology.errors import ConfigurationError

    if host not in ("127.0.0.1", "localhost", "::1"):
        raise ConfigurationError(
            f"--host {host} would let anyone on the network read the company's data: the API has no keys yet.",
            do="Listen on 127.0.0.1, behind a proxy that asks for a password.",
        )
    with open_project(where, say=lambda text: out.print(text)) as found:
        found.ready()
        uvicorn.run(create_app(found), host=host, port=port, log_level="warning", access_log=False)


COMMANDS = (check, demo, serve)
