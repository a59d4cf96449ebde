"""``knockon audit``: who asked, answered, decided and changed what, and whether the record is whole."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date
from typing import Annotated

import typer

from api.cli.frame import AsJson, Where, guarded, out
from api.cli.keys import opened


def verify(where: Where = None, as_json: AsJson = False) -> None:
    """Check that no entry was changed, dropped or moved; names the first that was. Exit code 8 if one was."""
    from dataclasses import asdict

    from api.audit.chain import Audit

    with opened(where) as (office, _):
        found = Audit(office).verify()
    if as_json:
        out.print_json(json.dumps({**asdict(found), "sound": found.broken_at is None}))
    elif found.broken_at is None:
        out.print(
            f"The audit is whole: {found.entries:,} entries, the last one sealed {found.head[:16]}.", markup=False
        )
    else:
        out.print(f"The audit is broken. {found.why} {found.entries:,} entries before it are sound.", markup=False)
    if found.broken_at is not None:
        raise typer.Exit(8)


def list_(
    who: Annotated[str, typer.Option("--who", help="Only of this caller: id (key:1f2e3d4c) or name.")] = "",
    action: Annotated[str, typer.Option("--action", help="Only this action, such as ask or undo.")] = "",
    words: Annotated[str, typer.Option("--words", help="Only entries that hold this text.")] = "",
    since: Annotated[str, typer.Option("--since", help="From this day on (UTC), such as 2026-03-31.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100_000, help="How many, newest first.")] = 25,
    where: Where = None,
    as_json: AsJson = False,
) -> None:
    """Entries, newest first."""
    from rich.table import Table

    from api.audit.chain import Audit

    with opened(where) as (office, _):
        found = Audit(office).newest(limit, who=who, action=action, since=_day(since), words=words)
    if as_json:
        out.print_json(json.dumps([{"seq": e.seq, "hash": e.hash, **e.body} for e in found]))
        return
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("no.", "when", "who", "action", "what", "version", "result"):
        grid.add_column(name)
    for entry in found:
        body = entry.body
        caller = body.get("who")
        name = str(caller.get("name", "")) if isinstance(caller, dict) else ""
        what = str(body.get("path") or body.get("job") or body.get("key") or body.get("person") or _proposal(body))
        cells = (entry.seq, str(body.get("at", ""))[:19], name, body.get("action"), what, body.get("version"),
                 body.get("status") or body.get("state"))  # fmt: skip
        grid.add_row(*("" if c is None else str(c) for c in cells))
    out.print(grid if found else "Nothing was asked yet.")


def _proposal(body: Mapping[str, object]) -> str:
    """What was proposed or decided on, and whose it was; empty for anything else."""
    if "proposal" not in body:
        return ""
    maker = body.get("proposed_by")
    named = f" of {maker.get('name')}" if isinstance(maker, Mapping) else ""
    return f"{body.get('kind')} {body['proposal']}{named}"


def _day(text: str) -> str:
    from ontology.errors import BadQuestion

    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as problem:
        raise BadQuestion(f"{text!r} is not a day.", do="Write it as 2026-03-31.") from problem


def export(
    form: Annotated[str, typer.Option("--format", help="jsonl (JSON Lines) or prov (PROV-O Turtle).")] = "jsonl",
    where: Where = None,
) -> None:
    """The whole audit on standard output, oldest first."""
    from api.audit.chain import Audit
    from api.audit.export import json_lines, prov
    from ontology.errors import BadQuestion

    if form not in ("jsonl", "prov"):
        raise BadQuestion(f"There is no format {form!r}.", do="There are: jsonl, prov.")
    with opened(where) as (office, _):
        entries = Audit(office).entries()
        for line in json_lines(entries) if form == "jsonl" else prov(entries):
            sys.stdout.write(line if line.endswith("\n") else line + "\n")


app = typer.Typer(no_args_is_help=True)
for command, called in ((verify, "verify"), (list_, "list"), (export, "export")):
    app.command(called)(guarded(command))
