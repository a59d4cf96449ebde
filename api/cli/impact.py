"""Printing what reasoning answers: tables in the user's words, paths as trees, JSON in exact terms."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from reasoning.results import Affected, Candidate, ClassTotal, Connection, Critical, Impact, WeakPoint, WhyNot
from reasoning.types import EntityRef, Hop, Path, RecordRef, Semantics, Towards

_ASKED = {
    Semantics.REACH: "touched",
    Semantics.STRONGEST: "affected, by the strongest link",
    Semantics.EXPECTED: "affected, all links added up",
    Semantics.PROBABILITY: "possibly hit",
    Semantics.EARLIEST: "affected, by the earliest date",
    Semantics.DELAYED: "delayed, alternatives counted",
    Semantics.REQUIRES: "unable to work",
}
_SCORE = {
    Semantics.STRONGEST: "Strongest link",
    Semantics.EXPECTED: "Total",
    Semantics.PROBABILITY: "How likely",
}
_RECORDS = 3


def print_impact(impact: Impact, *, console: Console, as_json: bool = False, trees: int = 3) -> None:
    """Print an impact answer; ``trees`` of the affected get their paths with the rows behind them."""
    if as_json:
        _json(console, impact.to_json())
        return
    console.print(_headline(impact))
    if impact.found == 0:
        console.print("Nothing is affected. `knockon impact … --why-not NAME` says why something is not.")
    else:
        console.print(_totals(impact.totals))
        console.print(_listing(impact))
        if impact.found > len(impact.affected):
            more = impact.found - len(impact.affected)
            one_kind = "" if impact.filters.to else ", `--to CLASS` one kind"
            console.print(f"… and {more:,} more: `--limit {impact.found}` lists all{one_kind}.")
        for affected in impact.affected[:trees]:
            if affected.paths:
                console.print(_tree(affected))
    for group in impact.self_supporting:
        names = ", ".join(escape(e.title) for e in group)
        console.print(f"[yellow]Stand only because each needs another of them:[/] {names}")
    for line in _caveats(impact):
        console.print(line)


def print_totals(impact: Impact, *, console: Console) -> None:
    """Print only how much is affected of each kind."""
    console.print(_headline(impact))
    console.print(_totals(impact.totals))


def print_connection(connection: Connection, *, console: Console, as_json: bool = False) -> None:
    """Print how two entities hang together."""
    if as_json:
        _json(console, connection.to_json())
        return
    start, end = _name(connection.start), _name(connection.end)
    if not connection.paths:
        console.print(f"Nothing in the data connects {start} and {end}.")
        return
    for number, path in enumerate(connection.paths, 1):
        tree = Tree(f"[bold]{number}. {start} to {end}[/], {_hops(len(path.hops))}")
        _grow(tree, path)
        console.print(tree)
    if not connection.complete:
        console.print("[yellow]The search was given up: better paths than these may exist.[/]")
    console.print(_footer(connection.version, connection.assumed_inputs))


def print_why_not(answer: WhyNot, *, console: Console, as_json: bool = False) -> None:
    """Print why an entity is (not) affected."""
    if as_json:
        _json(console, answer.to_json())
        return
    console.print(f"[bold]{_name(answer.target)}[/]: {'affected' if answer.affected else 'not affected'}.")
    console.print(escape(answer.reason))
    if answer.path is not None:
        tree = Tree("The rows behind it")
        _grow(tree, answer.path)
        console.print(tree)


def print_critical(answer: Critical, *, console: Console, as_json: bool = False) -> None:
    """Print which failures hurt most."""
    if as_json:
        _json(console, answer.to_json())
        return
    about = f" for {_name(answer.target)}" if answer.target else ""
    console.print(f"[bold]Weak points{about}[/]: {answer.searched:,} things tried, one at a time and in pairs")
    if not answer.singles:
        console.print("No single failure stops anything.")
    else:
        console.print(_weak("If this one fails", answer.singles))
    if answer.found[0] > len(answer.singles):
        console.print(f"… and {answer.found[0] - len(answer.singles):,} more.")
    if answer.pairs:
        console.print(_weak("If these two fail together", answer.pairs))
    if answer.found[1] > len(answer.pairs):
        console.print(f"… and {answer.found[1] - len(answer.pairs):,} more pairs.")
    for note in answer.notes:
        console.print(f"[yellow]{escape(note)}[/]")
    console.print(f"[dim]Graph version {answer.version}.[/]")


def _weak(title: str, points: Sequence[WeakPoint]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(title)
    table.add_column("stops", justify="right")
    if any(len(p.entities) > 1 for p in points):
        table.add_column("only together", justify="right")
    table.add_column("of these")
    for point in points:
        row = [" and ".join(_name(e) for e in point.entities), f"{point.count:,}"]
        if len(point.entities) > 1:
            row.append(f"{point.extra:,}")
        row.append(", ".join(f"{t.count:,} {escape(t.label)}{_money(t)}" for t in point.totals[:4]))
        table.add_row(*row)
    return table


def _money(total: ClassTotal) -> str:
    sums = " + ".join(f"{amount:,.2f} {currency}".rstrip() for currency, amount in sorted(total.amounts.items()))
    return f" ({sums})" if sums else ""


def print_candidates(candidates: Sequence[Candidate], *, console: Console, as_json: bool = False) -> None:
    """Print what a text may mean."""
    if as_json:
        _json(console, [c.to_json() for c in candidates])
        return
    table = Table(box=None, pad_edge=False)
    for title in ("Name", "Kind", "Id", "Why"):
        table.add_column(title)
    for c in candidates:
        table.add_row(escape(c.entity.title), c.entity.kind or c.entity.class_name, c.entity.id, c.why)
    console.print(table if candidates else "Nothing is called something like that.")


def _headline(impact: Impact) -> str:
    names = ", ".join(_name(s) for s in impact.starts)
    when = "at any time" if impact.valid_at == "any" else f"as things stand on {impact.valid_at}"
    what = impact.totals[0].label if impact.filters.to and len(impact.totals) == 1 else "things"
    if impact.filters.towards is Towards.UPSTREAM:
        text = f"What could affect {names}: {impact.found:,} {escape(what)}"
    else:
        fails = "fails" if len(impact.starts) == 1 else "fail"
        text = f"If {names} {fails}: {impact.found:,} {escape(what)} are {_ASKED[impact.semantics]}"
    return f"[bold]{text}[/] ({when})"


def _totals(totals: Sequence[ClassTotal]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("What")
    past = any(t.past for t in totals)
    table.add_column("How many", justify="right")
    if past:
        table.add_column("Still ahead", justify="right")
    table.add_column("Money ahead" if past else "Money", justify="right")
    table.add_column("From")
    for total in totals:
        ahead = {c: a - total.past_amounts.get(c, 0) for c, a in total.amounts.items()} if total.past else total.amounts
        shown = {c: a for c, a in sorted(ahead.items()) if a or not total.past}
        money = "\n".join(f"{amount:,.2f} {currency}".rstrip() for currency, amount in shown.items())
        if total.without_amount and total.amounts:
            money += f"\n(+ {total.without_amount:,} without an amount)"
        row = [escape(total.label), f"{total.count:,}"]
        if past:
            row.append(f"{total.count - total.past:,}")
        table.add_row(*row, money, _day(total.first_on))
    if past:
        table.caption = "Still ahead: not due, shipped or paid before it could be felt."
        table.caption_justify = "left"
    return table


def _listing(impact: Impact) -> Table:
    table = Table(box=None, pad_edge=False)
    score = _SCORE.get(impact.semantics)
    money = any(a.amount is not None for a in impact.affected)
    due = any(a.when is not None for a in impact.affected)
    table.add_column("Who")
    table.add_column("Kind")
    if score:
        table.add_column(score, justify="right")
    table.add_column("From")
    if any(a.until_days is not None for a in impact.affected):
        table.add_column("For", justify="right")
    if money:
        table.add_column("Money", justify="right")
    if due:
        table.add_column("Due")
    table.add_column("Through")
    for a in impact.affected:
        row = [escape(a.entity.title), a.entity.kind or a.entity.class_name]
        if score:
            row.append(_score(a, impact.semantics))
        row.append(_day(a.earliest_on))
        if any(x.until_days is not None for x in impact.affected):
            row.append(_span(a))
        if money:
            row.append("" if a.amount is None else f"{a.amount:,.2f} {a.currency or ''}".rstrip())
        if due:
            row.append(_due(a))
        row.append(_through(a))
        table.add_row(*row)
    return table


def _score(affected: Affected, semantics: Semantics) -> str:
    if semantics is Semantics.EXPECTED:
        return f"{affected.score:.3g}"
    text = f"{affected.score:.0%}" if affected.score >= 0.1 or affected.score == 0 else f"{affected.score:.2g}"
    if affected.interval is not None and affected.interval[0] < affected.interval[1]:
        text += f" ({affected.interval[0]:.0%}–{affected.interval[1]:.0%})"
    return text


def _span(affected: Affected) -> str:
    if affected.until_days is None or affected.earliest_days is None:
        return ""
    if affected.until_days == float("inf"):
        return "no end known"
    return _days(affected.until_days - affected.earliest_days)


def _due(affected: Affected) -> str:
    if affected.when is None:
        return ""
    late = affected.earliest_on is not None and affected.earliest_on <= affected.when
    return f"[red]{affected.when}[/]" if late else str(affected.when)


def _through(affected: Affected) -> str:
    if not affected.paths:
        return ""
    between = affected.paths[0].entities[1:-1]
    text = " → ".join(escape(e.title) for e in between) if between else "directly"
    more = len(affected.paths) - 1
    return text + (f" (+ {more})" if more else "")


def _tree(affected: Affected) -> Tree:
    tree = Tree(f"[bold]{_name(affected.entity)}[/] is reached by")
    for path in affected.paths:
        branch = tree.add(f"{_hops(len(path.hops))}" + (f", after {_days(path.lag_days)}" if path.lag_days else ""))
        _grow(branch, path)
    return tree


def _grow(branch: Tree, path: Path) -> None:
    if path.hops:
        branch.add(escape(path.hops[0].source.title))
    for hop in path.hops:
        branch.add(_hop(hop))


def _hop(hop: Hop) -> str:
    text = f"– {escape(hop.label)} → [bold]{escape(hop.target.title)}[/]"
    extra = []
    if hop.weight != 1:
        extra.append(f"strength {hop.weight:.0%}")
    if hop.lag_days:
        extra.append(f"{_days(hop.lag_days)} later")
    rows = ", ".join(_record(r) for r in hop.records[:_RECORDS])
    if len(hop.records) > _RECORDS:
        rows += f" and {len(hop.records) - _RECORDS} more"
    return text + (f" ({', '.join(extra)})" if extra else "") + (f"  [dim]{rows}[/]" if rows else "")


def _record(record: RecordRef) -> str:
    mark = "" if record.kind == "source" else f" [yellow]{record.kind}[/]"
    return escape(str(record)) + mark + (" [yellow]outdated[/]" if record.stale else "")


def _caveats(impact: Impact) -> list[str]:
    lines = [f"[yellow]{escape(note)}[/]" for note in impact.notes]
    if impact.complete:
        lines.append("Complete: nothing was cut off.")
    else:
        bounds = []
        if impact.filters.depth is not None:
            bounds.append(f"depth {impact.filters.depth}")
        if impact.cutoff is not None:
            bounds.append(f"cutoff {impact.cutoff:g}")
        because = f" ({', '.join(bounds)})" if bounds else ""
        lines.append(f"[yellow]Not complete: {impact.frontier_dropped:,} further steps were not followed{because}.[/]")
    lines.append(_footer(impact.version, impact.assumed_inputs, impact.known_at))
    return lines


def _footer(version: int, assumed: int, known_at: int | None = None) -> str:
    inputs = "no input is assumed" if assumed == 0 else f"{assumed:,} inputs are assumptions, not data"
    if assumed == 1:
        inputs = "1 input is an assumption, not data"
    recorded = f" (as recorded at version {known_at})" if known_at is not None else ""
    return f"[dim]Graph version {version}{recorded}; {inputs}.[/]"


def _name(entity: EntityRef) -> str:
    return f"{escape(entity.title)} ({entity.kind or entity.class_name})"


def _hops(count: int) -> str:
    return f"{count} step" + ("" if count == 1 else "s")


def _days(count: float) -> str:
    text = f"{count:,.1f}".removesuffix(".0")
    return f"{text} day" + ("" if count == 1 else "s")


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _json(console: Console, value: object) -> None:
    # Not through rich: it would wrap lines.
    console.file.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
