"""``knockon check``, ``demo`` and ``serve``: a project as a whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from api.cli.frame import AsJson, Folders, Where, out, project


def check(
    where: Where = None,
    folder: Folders = None,
    no_data: Annotated[
        bool, typer.Option("--no-data", help="Don't try rows; a file that is not there is a warning only.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Find what is wrong in configuration, ontology, shapes, mappings and the first rows of each file; no database."""
    from api.checking import check_project
    from api.project import placed_folders

    findings = check_project(where, placed_folders(folder or ()), data=not no_data)
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
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any that is free.")] = 8017,
    names: Annotated[
        list[str] | None, typer.Option("--name", help="Host name that a proxy passes on. May be repeated.")
    ] = None,
    keys: Annotated[bool, typer.Option("--keys", help="Ask for a key on this machine too.")] = False,
    certificate: Annotated[Path | None, typer.Option("--certificate", help="PEM file: speak HTTPS.")] = None,
    certificate_key: Annotated[Path | None, typer.Option("--certificate-key", help="PEM file of its key.")] = None,
    behind_proxy: Annotated[bool, typer.Option("--behind-proxy", help="A proxy in front speaks HTTPS.")] = False,
) -> None:
    """Serve the API and the page (documentation at /docs); off this machine only with keys. Ctrl-C stops it."""
    from rich.markup import escape

    from api.access.keys import list_keys
    from api.access.people import people
    from api.edge import LOOPBACK
    from api.parts import NotReady
    from api.service import office_of
    from api.serving import listen, require_safe, serve_project

    pair = (certificate, certificate_key) if certificate and certificate_key else None
    with project(where, progress=False) as found:
        office = office_of(found)
        known = any(k.state == "valid" for k in list_keys(office)) or bool(people(office))
        office.close()
    require_safe(host, known=known, certificate=pair is not None, proxied=behind_proxy)
    local = host in LOOPBACK and not keys and not behind_proxy
    listener = listen(host, port)
    with listener, project(where, progress=False) as found:
        address = f"{'https' if pair else 'http'}://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
        out.print("Looking at the graph …")
        try:
            found.network()
        except NotReady as problem:
            out.print(f"[yellow]Not ready yet:[/] {escape(str(problem))}")
        out.print(f"Serving {found.settings.company} at [bold]{address}[/] (documentation: {address}/docs).")
        if local:
            out.print("Programs on this machine need no key (--keys asks for one). Ctrl-C stops it.")
        else:
            out.print("Whoever asks needs a key or signs in: `knockon keys`, `knockon invite`. Ctrl-C stops it.")
        named = [*(names or ()), *(() if host in LOOPBACK or host in ("0.0.0.0", "::") else (host,))]
        serve_project(found, listener, named, anonymous=local, certificate=pair)
    out.print("Stopped. The database goes on running: `knockon db stop`.")


COMMANDS = (check, demo, serve)
