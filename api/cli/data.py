"""``knockon ingest``, ``replay`` and ``quarantine``: getting rows in, and looking after those that could not enter."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.frame import AsJson, Because, Folders, Where, guarded, out, project

if TYPE_CHECKING:
    from ingest.report import RunReport
    from ontology.model import Ontology

quarantine = typer.Typer(no_args_is_help=True)
_SHOWN = 20
"""Rows that a dry run would set aside, as shown."""


def ingest(
    tables: Annotated[list[str] | None, typer.Argument(help="Sources or source.table; none = all.")] = None,
    where: Where = None,
    folder: Folders = None,
    accept_retractions: Annotated[
        bool, typer.Option("--accept-retractions", help="A full export that lacks more than 5 % of its rows is right.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")] = False,
    because: Because = "",
    as_json: AsJson = False,
) -> None:
    """Read the exports of all systems (or those named) and bring the graph up to them."""
    with project(where, folder) as found:
        sources = found.sources(tables or ())
        report = found.pipeline.ingest(
            sources, accept_retractions=accept_retractions, dry_run=dry_run, only=tables or (), because=because
        )
        if not dry_run:
            found.refresh()
    show_report(report, as_json)


def replay(
    file: Annotated[
        Path | None, typer.Argument(help="CSV from `quarantine export`, mended. None: try again what is set aside.")
    ] = None,
    where: Where = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")] = False,
    because: Because = "",
    as_json: AsJson = False,
) -> None:
    """Try rows in quarantine again, after they were mended in a file, or after the mapping or a shape was."""
    with project(where) as found:
        report = found.replay(file, because=because, dry_run=dry_run)
        if not dry_run:
            found.refresh()
    show_report(report, as_json)


def retire(
    tables: Annotated[list[str], typer.Argument(help="source.table, as `knockon runs` and reports name them.")],
    where: Where = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")] = False,
    because: Because = "",
    as_json: AsJson = False,
) -> None:
    """Take out the rows of a table that is no longer exported; rows that point to them are set aside. Can be undone."""
    with project(where) as found:
        report = found.pipeline.retire(tables, because=because, dry_run=dry_run)
        if not dry_run:
            found.refresh()
    show_report(report, as_json)


def show_report(report: RunReport, as_json: bool) -> None:
    """The report of a run: per table, then the graph, then what was set aside."""
    if as_json:
        out.print_json(json.dumps(asdict(report), default=str))
        return
    from rich.table import Table

    if report.tables:
        grid = Table(box=None, pad_edge=False, header_style="bold")
        grid.add_column("table")
        for name in ("read", "new", "changed", "unchanged", "duplicate", "set aside", "retracted"):
            grid.add_column(name, justify="right", no_wrap=True)
        rows = [(t.read, t.new, t.changed, t.unchanged, t.duplicate, t.quarantined, t.retracted) for t in report.tables]
        for table, row in zip(report.tables, rows, strict=True):
            style = "yellow" if table.quarantined else ""
            grid.add_row(f"{table.source}.{table.table}", *(f"{n:,}" if n else "·" for n in row), style=style)
        grid.add_section()
        grid.add_row("all", *(f"{sum(column):,}" for column in zip(*rows, strict=True)), style="bold")
        out.print(grid)
    verb = "would write" if report.dry_run else "wrote"
    if report.written:
        out.print(
            f"\n{report.run} {verb}: "
            + "; ".join(
                f"{name} +{c.added:,} ~{c.changed:,} −{c.removed:,}"
                for name, c in (
                    ("records", report.records),
                    ("entities", report.entities),
                    ("relations", report.relations),
                )
            )
        )
    elif report.kind in ("judge", "undo"):
        out.print(f"\n{report.run}: kept; it changes no record, thing or relation.")
    else:
        out.print(f"\n{report.run}: nothing to write, the graph holds all of it already.")
    if not report.dry_run:
        out.print(f"Graph version {report.version}.")
    asked, contradicted = report.resolution.get("asked"), report.resolution.get("contradictions")
    if asked:
        pairs = "1 pair of records" if asked == 1 else f"{asked:,} pairs of records"
        out.print(f"{pairs} may be one thing; a person has to say: `knockon resolve review`.")
    if isinstance(contradicted, list) and contradicted:
        out.print(f"[yellow]{len(contradicted):,} judgements contradict each other[/]: `knockon resolve review`.")
    if report.quarantined:
        reasons = ", ".join(f"{rule} {n:,}" for rule, n in report.reasons.items())
        if sum(report.reasons.values()) > report.quarantined:
            reasons += "; some break several rules"
        here = sum(t.quarantined for t in report.tables)
        elsewhere = f", {here:,} of them read here" if report.tables and here != report.quarantined else ""
        out.print(
            f"[yellow]{report.quarantined:,} rows are set aside{' in all' if elsewhere else ''}[/]{elsewhere} "
            f"({reasons}): `knockon quarantine list`."
        )
    if report.aside and report.kind == "replay" and not report.dry_run:
        again = "1 mended row is" if len(report.aside) == 1 else f"{len(report.aside):,} mended rows are"
        out.print(f"[yellow]{again} set aside again[/]:")
    for held in report.aside[:_SHOWN]:
        place = f"{held.table} {held.path} row {held.row or '?'}"
        out.print(f"  {place}  {held.rule}: {held.reason}", markup=False, style="dim")
    if len(report.aside) > _SHOWN:
        out.print(f"  … and more; --json lists {len(report.aside)}.", style="dim")
    if report.dropped_references:
        out.print(f"{report.dropped_references:,} references that lead nowhere were left out (missing: drop).")
    for name in report.forgotten:
        out.print(
            f"[yellow]{name}[/] is still in the graph, but its mapping names it no more: `knockon retire {name}` takes "
            "its rows out."
        )
    for record, reason in report.sleeping:
        out.print(f"[yellow]Sleeping:[/] {record}: {reason}.")
    for message, count in sorted(report.warnings.items(), key=lambda item: -item[1])[:8]:
        out.print(f"[yellow]Warning[/] ×{count:,}: {message}")
    if report.seconds:
        out.print("[dim]" + ", ".join(f"{stage} {s:.1f} s" for stage, s in report.seconds.items()) + "[/]")


@quarantine.command("list")
@guarded
def list_(
    where: Where = None,
    source: Annotated[str | None, typer.Option("--source", help="Only this source or source.table.")] = None,
    rule: Annotated[str | None, typer.Option("--rule", help="Only rows that broke this rule.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1)] = 40,
    as_json: AsJson = False,
) -> None:
    """Rows that are set aside, with where they stand and why."""
    with project(where) as found:
        rows = found.quarantine(source, rule)
    if as_json:
        out.print_json(json.dumps([asdict(r) for r in rows], default=str))
        return
    if not rows:
        out.print("Nothing is set aside.")
        return
    from rich.table import Table

    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("id", "table", "row", "rule", "why"):
        grid.add_column(name, overflow="fold")
    for row in rows[:limit]:
        why = said_of(row.column, row.reason, found.ontology)
        grid.add_row(row.id, f"{row.source}.{row.table}", str(row.row), row.rule, why)
    out.print(grid)
    if len(rows) > limit:
        out.print(f"… and {len(rows) - limit:,} more (--limit, --rule, --source).")
    out.print(
        "\nRows are counted from 1 below the heading. `knockon quarantine show ID` shows the row as it arrived; "
        "`quarantine export FILE.csv` gives rows to mend, `replay FILE.csv` takes them back."
    )


def said_of(column: str | None, reason: str, ontology: Ontology) -> str:
    """The reason with what it is about in front, in people's words, unless it says so itself."""
    if not column:
        return reason
    relation = ontology.relations.get(column)
    called = relation.label if relation is not None else column
    return reason if called.lower() in reason.lower() else f"{called}: {reason}"


@quarantine.command("show")
@guarded
def show(id_: Annotated[str, typer.Argument(metavar="ID")], where: Where = None, as_json: AsJson = False) -> None:
    """One row that is set aside: as it arrived, where, why, what to do."""
    with project(where) as found:
        row = found.quarantined_row(id_)
    if as_json:
        out.print_json(json.dumps(asdict(row), default=str))
        return
    out.print(f"[bold]{row.id}[/]  {row.source}.{row.table}  rule [yellow]{row.rule}[/]")
    out.print(f"file   {row.path}\nrow    {row.row}\nrun    {row.run}\nrecord {row.record or '(no readable key)'}")
    out.print(f"why    {row.column + ': ' if row.column else ''}{row.reason}", markup=False)
    for name, value in json.loads(row.raw).items():
        out.print(f"  {name:24} {'(empty)' if value is None else value}", markup=False)
    out.print(
        "\nMend it in the source and ingest again, or `knockon quarantine export`, mend the CSV, `knockon replay` it."
    )


@quarantine.command("export")
@guarded
def export(
    file: Annotated[Path, typer.Argument(help="CSV to write.")],
    where: Where = None,
    source: Annotated[str | None, typer.Option("--source", help="Only this source or source.table.")] = None,
    rule: Annotated[str | None, typer.Option("--rule", help="Only rows that broke this rule.")] = None,
) -> None:
    """Write rows that are set aside as CSV: the columns as they arrived, behind an id and the reason."""
    with project(where) as found:
        count = found.export_quarantine(file, source, rule)
    out.print(f"{count:,} rows written to {file}. Mend the columns, keep the first three, then: knockon replay {file}")


COMMANDS = (ingest, replay, retire)
