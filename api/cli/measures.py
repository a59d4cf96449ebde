"""``knockon measures``: figures declared as formulas; which there are, their values, and why."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from api.cli.frame import AsJson, KnownAt, ValidAt, Where, guarded, out, project
from ontology.errors import BadQuestion

if TYPE_CHECKING:
    from reasoning.measures.listing import Listing
    from reasoning.measures.types import Measure, OperandTrace, Trace

app = typer.Typer(no_args_is_help=True)
Named = Annotated[str, typer.Argument(metavar="MEASURE", help="Class.name, such as Product.unit_cost.")]
OfClass = Annotated[str | None, typer.Option("--class", help="Only things of this class.")]
_COLUMNS = 8
"""Periods that a table shows side by side."""
_RECORDS = 3


def list_(where: Where = None, class_name: OfClass = None, as_json: AsJson = False) -> None:
    """All measures: shipped ones and your own, with what they say."""
    from api.measures import ProjectMeasures, measure_json

    with project(where) as found:
        held = ProjectMeasures(found).seen(class_name)
    if as_json:
        out.print_json(json.dumps([measure_json(m) for m in held]))
        return
    table = Table(box=None, pad_edge=False)
    for head in ("Measure", "Unit", "By", "What it says"):
        table.add_column(head, overflow="fold")
    for m in held:
        own = "" if m.shipped else " [cyan](own)[/]"
        table.add_row(f"{m.name}{own}", m.unit or _KINDS.get(m.kind.value, ""), m.axis or "", escape(m.description))
    out.print(table)
    out.print("[dim]`knockon measures values MEASURE` shows values, `knockon measures show MEASURE` the formula.[/]")


_KINDS = {"boolean": "yes/no", "date": "date", "instant": "moment", "text": "text"}


def show(measure: Named, where: Where = None, as_json: AsJson = False) -> None:
    """One measure: what it says, its formula, what it uses."""
    from api.measures import ProjectMeasures, measure_json

    with project(where) as found:
        held = ProjectMeasures(found)
        one = held.get(measure)
        used = held.used_by(one.name)
    if as_json:
        out.print_json(json.dumps({**measure_json(one), "used_by": list(used)}))
        return
    out.print(f"[bold]{escape(one.label)}[/]  {one.name}")
    if one.description:
        out.print(escape(one.description))
    out.print(f"\n  {escape(one.formula)}\n")
    kept = f", kept with {one.scale} digits after the point" if one.kind.value == "number" else ""
    over = f", for each {one.axis}" if one.axis else ""
    out.print(f"gives {one.unit or _KINDS.get(one.kind.value, one.kind.value)}{over}{kept}")
    if one.uses:
        out.print(f"uses {', '.join(one.uses)}")
    if used:
        out.print(f"used by {', '.join(used)}")
    out.print(f"[dim]{escape(one.file)}:{one.line}[/]")


def values(
    measure: Named,
    where: Where = None,
    class_name: OfClass = None,
    entity: Annotated[
        list[str] | None,
        typer.Option("--entity", "-e", help="Only this thing (id, Class:key or name). May be repeated."),
    ] = None,
    explain: Annotated[
        str | None, typer.Option("--explain", help="Why this thing has its value, with the rows.")
    ] = None,
    period: Annotated[str | None, typer.Option("--period", help="With --explain: such as 2026-W07.")] = None,
    order: Annotated[str, typer.Option("--order", help="worst, largest or smallest first.")] = "worst",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many to list.")] = 20,
    as_of: Annotated[str | None, typer.Option("--as-of", help="The day that counts as today.")] = None,
    known_at: KnownAt = None,
    valid_at: ValidAt = None,
    as_json: AsJson = False,
) -> None:
    """Values of a measure, or with --explain why one is what it is."""
    from api.measures import ProjectMeasures

    orders = {"worst": None, "largest": True, "smallest": False}
    if order not in orders:
        raise BadQuestion(f"--order {order!r} is not known.", do="Use worst, largest or smallest.")
    with project(where) as found:
        held = ProjectMeasures(found)
        if explain is not None:
            trace = held.explained(
                measure, explain, period=period, as_of=_day(as_of), valid_at=valid_at, known_at=known_at
            )
            if as_json:
                out.print_json(json.dumps(trace.to_json()))
            else:
                print_trace(trace, held.get(measure))
            return
        listed = held.values(
            measure, class_name=class_name, things=entity or (), descending=orders[order], limit=limit,
            as_of=_day(as_of), valid_at=valid_at, known_at=known_at,
        )  # fmt: skip
    if as_json:
        out.print_json(json.dumps(listed.to_json()))
    else:
        print_listing(listed)


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as problem:
        raise BadQuestion(f"--as-of {text!r} is not a day.", do="Write it as 2026-03-31.") from problem


def print_listing(listed: Listing) -> None:
    """Values as a table, with what is missing below."""
    from reasoning.measures.types import CellValue
    from reasoning.measures.wording import text

    measure, periods = listed.measure, listed.periods
    out.print(f"[bold]{escape(measure.label)}[/] ({measure.name}) as of {listed.as_of}")
    if periods is not None and len(listed.rows) == 1:
        _print_periods(listed)
        _missing(listed)
        return
    table = Table(box=None, pad_edge=False)
    table.add_column(measure.class_name)
    shown = min(_COLUMNS, len(periods)) if periods is not None else 1
    heads = [periods.label(p) for p in range(shown)] if periods is not None else [measure.label]
    for head in heads:
        table.add_column(head, justify="right")
    for row in listed.rows:
        table.add_row(escape(row.entity.title), *(_cell(text(v, measure), v) for v in row.values[:shown]))
    for currency in sorted({c for t in listed.totals for c in t}):
        sums = [t.get(currency) for t in listed.totals[:shown]]
        cells = ["" if s is None else text(CellValue(s, currency or None), measure) for s in sums]
        table.add_row(f"[bold]All {listed.found:,}[/]", *(f"[bold]{c}[/]" for c in cells))
    out.print(table)
    if listed.found > len(listed.rows):
        out.print(f"[dim]{listed.found - len(listed.rows):,} more: --limit {listed.found}[/]")
    if periods is not None and len(periods) > shown:
        out.print(f"[dim]{len(periods) - shown} more periods, up to {periods.label(len(periods) - 1)}: --json[/]")
    _missing(listed)


def _print_periods(listed: Listing) -> None:
    """All periods of one thing, one below the other."""
    from reasoning.measures.wording import text

    (row,) = listed.rows
    assert listed.periods is not None
    table = Table(box=None, pad_edge=False)
    table.add_column(listed.periods.axis.capitalize())
    table.add_column("From")
    table.add_column(row.entity.title, justify="right")
    for period, value in enumerate(row.values):
        begin = listed.periods.starts[period]
        table.add_row(listed.periods.label(period), f"{begin}", _cell(text(value, listed.measure), value))
    out.print(table)


def _missing(listed: Listing) -> None:
    if listed.unknown:
        what = "value is" if listed.unknown == 1 else "values are"
        out.print(f"{listed.unknown:,} {what} unknown, because something is that goes into it; --explain says what.")
    if listed.errors:
        out.print(f"[yellow]{listed.errors:,} {'value is an error' if listed.errors == 1 else 'values are errors'}:[/]")
        for fault, count in listed.faults:
            out.print(f"  {count:,} × {escape(fault.text)} [dim]({fault.measure})[/]")
    if listed.blank:
        lacking = ", ".join(f"{what} of {things}" for things, what in listed.blank)
        out.print(f"No system says {lacking}; each counts as one without.", markup=False, style="dim")
    off = listed.off_axis
    parts = [f"{n:,} {what}" for n, what in (
        (off.before, "before the first period"), (off.after, "after the last"), (off.undated, "without a date"),
    ) if n]  # fmt: skip
    if parts:
        out.print(
            f"[dim]Off the time axis: {', '.join(parts)} (the measure's description says what becomes of them).[/]"
        )


def _cell(shown: str, value: object) -> str:
    from reasoning.measures.types import CellState, CellValue

    assert isinstance(value, CellValue)
    if value.state is CellState.KNOWN:
        return escape(shown)
    return f"[dim]{shown}[/]" if value.state is CellState.UNKNOWN else "[yellow]error[/]"


def print_trace(trace: Trace, measure: Measure) -> None:
    """Why a value is what it is, as a tree down to the rows."""
    from reasoning.measures.wording import text

    period = f" in {trace.period}" if trace.period else ""
    tree = Tree(
        f"[bold]{escape(trace.label)} of {escape(trace.entity.title)}[/]{period} = "
        f"[bold]{escape(text(trace.value, measure))}[/]"
    )
    _grow(tree, trace)
    out.print(tree)
    assumed = _assumed(trace)
    if assumed:
        what = "value that it rests on is an assumption" if assumed == 1 else "values that it rests on are assumptions"
        out.print(f"[yellow]{assumed} {what}.[/]")


def _grow(tree: Tree, trace: Trace) -> None:
    from reasoning.measures.types import CellState
    from reasoning.measures.wording import text

    tree.add(f"[dim]= {escape(trace.formula)}[/]")
    for a in trace.aggregates if trace.value.state is CellState.UNKNOWN else ():
        if a.unknown:
            tree.add(f"[yellow]{a.unknown} of {a.terms} values are unknown in {escape(a.text)}[/]")
    for operand in trace.operands:
        branch = tree.add(f"{escape(operand.label)}: [bold]{escape(text(operand.value))}[/]{_from(operand)}")
        if operand.trace is not None:
            _grow(branch, operand.trace)
    if trace.more:
        tree.add(f"[dim]and {trace.more:,} more that count for less[/]")


def _from(operand: OperandTrace) -> str:
    if not operand.records:
        return ""
    shown = "; ".join(escape(str(r)) for r in operand.records[:_RECORDS])
    more = f" and {len(operand.records) - _RECORDS} more" if len(operand.records) > _RECORDS else ""
    guess = " [yellow](assumption)[/]" if operand.assumed else ""
    return f"  [dim]← {shown}{more}[/]{guess}"


def _assumed(trace: Trace) -> int:
    """Assumptions among the values that a trace shows, each once."""
    found: set[tuple[str, str]] = set()
    stack = [trace]
    while stack:
        one = stack.pop()
        for operand in one.operands:
            if operand.assumed:
                found.add((operand.operand.owner, operand.operand.name))
            if operand.trace is not None:
                stack.append(operand.trace)
    return len(found)


app.command("list")(guarded(list_))
app.command("show")(guarded(show))
app.command("values")(guarded(values))
