"""``knockon runs`` and ``undo``: what changed the graph, in order, and taking it back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from api.cli.data import show_report
from api.cli.frame import AsJson, Because, Where, out, project


def runs(where: Where = None, as_json: AsJson = False) -> None:
    """Everything that changed the graph, in order: what, when, by whom, whether it is in force."""
    from graph_engine.store.runs import in_force

    with project(where) as found:
        listed = found.runs()
    held = {r.id for r in in_force(listed)}
    if as_json:
        out.print_json(json.dumps([{**asdict(r), "in_force": r.id in held} for r in listed], default=str))
        return
    from rich.table import Table

    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("run", "kind", "when", "who", "version", "state", "what"):
        grid.add_column(name)
    for run in listed:
        if run.status != "live":
            state = f"[red]{run.status}[/]"
        elif run.id not in held:
            state = "[yellow]undone[/]"
        else:
            state = "in force"
        said = f"undoes {run.target}" if run.kind == "undo" else run.because
        what = "; ".join(filter(None, (said, _what(run.counts))))
        when = (run.finished or run.started)[:19].replace("T", " ")
        grid.add_row(run.id, run.kind, when, run.agent, str(run.published or ""), state, what)
    out.print(grid if listed else "No runs yet: `knockon ingest` makes the first.")


def _what(counts: dict[str, object]) -> str:
    tables = counts.get("tables")
    if not isinstance(tables, list) or not tables:
        return ""
    rows = sum(int(t["read"]) for t in tables)
    fresh = sum(int(t["new"]) + int(t["changed"]) for t in tables)
    aside = sum(int(t["quarantined"]) for t in tables)
    count = "1 table" if len(tables) == 1 else f"{len(tables)} tables"
    return f"{count}, {rows:,} rows, {fresh:,} new or changed" + (f", {aside:,} set aside" if aside else "")


def undo(
    run: Annotated[str, typer.Argument(help="A run's id, its number, or `last`.")],
    where: Where = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")] = False,
    because: Because = "",
    as_json: AsJson = False,
) -> None:
    """Make the graph what it would be without that run; later runs are kept. An undo can be undone."""
    with project(where) as found:
        report = found.pipeline.undo(run, because=because, dry_run=dry_run)
        if not dry_run:
            found.refresh()
    show_report(report, as_json)


COMMANDS = (runs, undo)
