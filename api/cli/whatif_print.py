"""Printing what scenarios come to: plain sentences and tables (as data: ``whatif_answers``)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.cli.whatif_answers import name_of
from reasoning.measures.types import CellChange, CellValue, Kind, Measure
from reasoning.measures.wording import text
from reasoning.network import Network
from reasoning.scenarios.answer import dot, explanation_text, mermaid
from reasoning.scenarios.attribution import difference
from reasoning.scenarios.draws import LEVELS, Outlook
from reasoning.scenarios.explain import Explanation
from reasoning.scenarios.rebase import Conflict, Rebase
from reasoning.scenarios.run import ImpactDelta, Run, values_edited
from reasoning.scenarios.seek import Driver, Sought
from reasoning.scenarios.types import Scenario
from reasoning.scenarios.verify import Verdict
from reasoning.scenarios.wire import scenario_yaml
from reasoning.scenarios.wording import sentence

if TYPE_CHECKING:
    from api.scenarios import SideBySide
    from graph_engine.store.scenarios import KeptScenario

Json = dict[str, object]
_SHOWN = 12


def print_json(value: object, console: Console) -> None:
    """One JSON document, not wrapped."""
    console.file.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


# A scenario


def print_scenario(scenario: Scenario, network: Network, *, console: Console, whole: bool = False) -> None:
    """What a scenario does, in sentences (``whole``: also as a file)."""
    made = f"{scenario.id}, on graph version {scenario.base}, as of {scenario.as_of}"
    console.print(f"[bold]{escape(scenario.name)}[/]  [dim]{made}[/]")
    for number, intervention in enumerate(scenario.interventions[:_SHOWN], 1):
        words = sentence(intervention, network)
        console.print(f"  {number}. {escape(words[:1].upper() + words[1:])}")
    if len(scenario.interventions) > _SHOWN:
        console.print(f"  … and {len(scenario.interventions) - _SHOWN:,} more interventions")
    if scenario.is_uncertain:
        chosen = ", chosen by knockon" if scenario.seed_chosen else ""
        console.print(f"  [dim]Uncertain values are drawn {scenario.draws:,} times (seed {scenario.seed}{chosen}).[/]")
    if whole:
        console.print()
        console.print(scenario_yaml(scenario), markup=False)


def print_kept(kept: Sequence[KeptScenario], *, console: Console) -> None:
    """The scenarios that are kept."""
    if not kept:
        console.print("No scenario is kept yet. `knockon whatif FILE.yaml` makes one, and so does a question in words.")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("id", "name", "edits", "on version", "made", "by", "from"):
        table.add_column(name)
    for k in kept:
        table.add_row(
            k.id, escape(k.name), f"{k.interventions:,}", str(k.base), k.created[:16], escape(k.author), k.parent or ""
        )
    console.print(table)


# A run


def print_run(run: Run, *, console: Console, limit: int, measures: int | None = None) -> None:
    """What a scenario comes to; ``measures``: only so many of them."""
    _print_edits(run, console, limit)
    if run.impact is not None:
        _print_impact(run.impact, console, limit)
    _print_measures(run, console, limit, measures)
    if run.findings is not None:
        wrong = [f for f in run.findings if f.severity == "violation"]
        if wrong:
            console.print(f"[red]The scenario breaks {len(wrong):,} rules of the data; it could not be applied:[/]")
            for finding in wrong[:limit]:
                who = f"{finding.entity.title}: " if finding.entity else ""
                console.print(f"  {escape(who + finding.message)}")
        minor = len(run.findings) - len(wrong)
        if minor:
            console.print(f"[yellow]{minor:,} warnings that the data does not give without the scenario.[/]")
    for note in run.notes:
        console.print(f"[yellow]{escape(note)}[/]")
    took = sum(run.seconds.values())
    console.print(f"[dim]Graph version {run.version}; nothing in it was changed; {took * 1000:,.0f} ms.[/]")


def _print_edits(run: Run, console: Console, limit: int) -> None:
    edits = run.edits
    parts = [
        f"{edits.count:,} value{'s' * (edits.count != 1)}" if edits.count else "",
        f"{edits.redirected:,} relations redirected" if edits.redirected else "",
        f"{edits.cut:,} relations cut" if edits.cut else "",
        f"{edits.linked:,} relations added" if edits.linked else "",
        f"{len(edits.added):,} things added" if edits.added else "",
        f"{len(edits.removed):,} things gone" if len(edits.removed) else "",
    ]
    said = ", ".join(p for p in parts if p)
    if not said:
        return
    console.print(f"\n[bold]Edited[/]: {said}")
    for value in values_edited(run, limit):
        console.print(escape(f"  {value.label} of {value.owner.title}: {value.before} → {value.after}"))
    if edits.count > limit:
        console.print(f"  [dim]… and {edits.count - limit:,} more[/]")


def _print_measures(run: Run, console: Console, limit: int, most: int | None) -> None:
    if run.before is None:
        return
    if not run.measures:
        console.print("\n[bold]Figures[/]: none of the measures is different.")
        return
    console.print(f"\n[bold]Figures that differ[/]: {run.cells:,}")
    for delta in run.measures[:most]:
        measure = run.before.measures.get(delta.name)
        bits = [f"{delta.count:,} differ"]
        for count, way, good in ((delta.risen, "higher", "higher"), (delta.fallen, "lower", "lower")):
            if count:
                mark = " [green](better)[/]" if measure.better == good else " [red](worse)[/]"
                mark = mark if measure.better else ""
                bits.append(f"{count:,} {way}{mark}")
        if delta.lost:
            bits.append(f"[red]{delta.lost:,} no longer known[/]")
        if delta.found:
            bits.append(f"{delta.found:,} known only so")
        label = (measure.label or measure.short)[:1].upper() + (measure.label or measure.short)[1:]
        console.print(f"  [bold]{escape(label)}[/] [dim]{measure.name}[/]: {', '.join(bits)}")
        for change in delta.largest[:limit]:
            console.print(f"    {escape(name_of(run, change))}: {_move(change, measure)}")

    if most is not None and len(run.measures) > most:
        console.print(f"  [dim]… and {len(run.measures) - most} more measures[/]")


def _move(change: CellChange, measure: Measure) -> str:
    delta = None if measure.kind is Kind.BOOLEAN else difference(change.before, change.after)
    moved = f" ({_signed(delta, change, measure)})" if delta else ""
    return escape(f"{_short(change.before, measure)} → {_short(change.after, measure)}{moved}")


def _short(value: CellValue | None, measure: Measure) -> str:
    if value is None:
        return "not there"
    return f"error ({value.fault.kind.value})" if value.fault is not None else text(value, measure)


def _signed(delta: Fraction, change: CellChange, measure: Measure) -> str:
    from reasoning.scenarios.answer import signed

    assert change.after is not None
    return signed(delta, change.after, measure)


def _print_impact(found: ImpactDelta, console: Console, limit: int) -> None:
    from api.cli.impact import print_totals

    console.print()
    if found.nothing_fails:
        console.print("[bold]Impact[/]: what fails in the base is gone in the scenario.")
        return
    if found.scenario.found:
        print_totals(found.scenario, console=console)
    else:
        console.print("[bold]Impact[/]: with the other interventions in place the failure hits nothing.")
    hit = [a for a in found.scenario.affected if a.when is not None and a.earliest_on is not None]
    late = [a for a in hit if a.when is not None and a.earliest_on is not None and a.earliest_on <= a.when]
    if late:
        console.print(f"[bold]Due after it is felt[/]: {len(late):,}, for example")
        for a in late[:limit]:
            amount = "" if a.amount is None else f", {a.amount:,.2f} {a.currency or ''}".rstrip()
            console.print(
                escape(f"  {a.entity.title} ({a.entity.kind}): felt from {a.earliest_on}, due {a.when}{amount}")
            )
    if found.base is found.scenario:
        return
    console.print(
        f"[bold]Against the same failure without the other interventions[/]: {len(found.spared):,} spared, "
        f"{len(found.struck):,} struck instead, {found.later:,} later, {found.earlier:,} earlier."
    )
    for name, group in (("spared", found.spared), ("struck", found.struck)):
        for a in group[:limit]:
            console.print(f"  {name}: {escape(a.entity.title)} ({a.entity.kind})")


# Why, how sure, from when on


def print_explanation(found: Explanation, form: str, *, console: Console) -> None:
    """Why a figure differs."""
    console.print()
    match form:
        case "mermaid":
            console.file.write(mermaid(found))
        case "dot":
            console.file.write(dot(found))
        case _:
            console.print(explanation_text(found), markup=False)


def print_sought(found: Sought, wanted: str, *, console: Console) -> None:
    """From which amount on."""
    console.print()
    if found.already:
        console.print(f"[bold]{escape(wanted)}[/] holds without intervention {found.number}: {_plain(found.start)}.")
    elif found.amount is None:
        console.print(
            f"[yellow]No amount of intervention {found.number} makes {escape(wanted)} true[/] "
            f"({found.tried} tried; the figure without it: {_plain(found.start)})."
        )
    else:
        console.print(
            f"[bold]{escape(wanted)}[/] from an amount of [bold]{found.amount:f}[/] in intervention {found.number} on "
            f"(then {_plain(found.value)}; without it {_plain(found.start)})."
        )
        if not found.steady:
            console.print("[yellow]On the way the figure goes up and down: it may hold at a nearer amount too.[/]")


def _plain(value: CellValue) -> str:
    return text(value)


def print_drivers(found: Sequence[Driver], what: str, *, console: Console) -> None:
    """What a figure rests on."""
    console.print()
    if not found:
        console.print(f"{escape(what)} rests on no figure that could be varied.")
        return
    console.print(f"[bold]What drives {escape(what)}[/]")
    table = Table(box=None, pad_edge=False)
    for name in ("Input", "Now", "If it rises by 1 %", "If it rises by 1"):
        table.add_column(name, justify="left" if name == "Input" else "right")
    for driver in found:
        share = "" if driver.elasticity is None else f"{driver.elasticity:+.3f} %"
        table.add_row(
            escape(f"{driver.label} of {driver.entity.title}"), escape(driver.value), share, f"{driver.slope:+,.6g}"
        )
    console.print(table)


def print_outlook(found: Outlook, runs: Sequence[Run], *, console: Console) -> None:
    """Figures under uncertainty."""
    names = {"": "as it is", **{r.scenario.id: r.scenario.name for r in runs}}
    seed = "" if found.seed is None else f", seed {found.seed}"
    console.print(f"\n[bold]Chances[/] ({found.draws:,} draws{seed}; the same luck in all)")
    table = Table(box=None, pad_edge=False)
    for name in ("Figure", "Scenario", "Mean", *(f"{level:.0%}" for level in LEVELS), "No value"):
        table.add_column(name, justify="left" if name in ("Figure", "Scenario") else "right")
    for spread in found.spreads:
        numbers = ["" if q is None else f"{q:,.2f}" for q in (spread.mean, *spread.quantiles)]
        owner = runs[0].network.snapshot
        at = owner.find(spread.cell.entity)
        title = spread.cell.measure + (f" of {owner.title(at)}" if at is not None else "")
        missing = f"{spread.missing:,}" if spread.missing else ""
        table.add_row(escape(title), escape(names[spread.scenario]), *numbers, missing)
    console.print(table)
    for duel in found.duels:
        margin = f" ± {duel.margin:.1%}" if duel.margin else ""
        first, second = escape(names[duel.first]), escape(names[duel.second])
        equal = f" (equal in {duel.equal:.1%})" if duel.equal else ""
        console.print(f"  {first} is better than {second} in {duel.better:.1%}{margin} of the draws{equal}")


# Several


def print_comparison(runs: Sequence[Run], table: SideBySide, *, console: Console) -> None:
    """Scenarios side by side."""
    for letter, run in zip(table.letters, runs, strict=True):
        console.print(f"  [bold]{letter}[/]  {escape(run.scenario.name)}  [dim]{run.scenario.id}[/]")
    grid = Table(box=None, pad_edge=False)
    grid.add_column("Figure")
    for name in ("as it is", *table.letters):
        grid.add_column(name, justify="right")
    for row in table.rows:
        results = runs[0].before
        assert results is not None
        measure = results.measures.get(row.cell.measure)
        cells = ["" if v is None else escape(text(v, measure)) for v in (row.base, *row.values)]
        grid.add_row(escape(f"{measure.label or measure.short} of {row.title}"), *cells)
    console.print(grid if table.rows else "They do not differ from the base in any figure.")
    if table.found > len(table.rows):
        console.print(f"[dim]… and {table.found - len(table.rows):,} more figures differ (--limit, --measure).[/]")
    for letter, run in zip(table.letters, runs, strict=True):
        if run.impact is not None:
            console.print(f"  {letter}: {run.impact.scenario.found:,} things hit by its failures")


def print_rebase(found: Rebase, *, console: Console) -> None:
    """What moving a scenario met."""
    console.print(
        f"[bold]{escape(found.scenario.name)}[/] is now {found.scenario.id}, on graph version {found.scenario.base} "
        f"(from {found.scenario.parent})."
    )
    for title, group in (("Conflicts", found.conflicts), ("Moved along", found.moved)):
        if group:
            console.print(f"[bold]{title}[/]: {len(group):,}")
        for conflict in group[:_SHOWN]:
            console.print(f"  {escape(_conflict(conflict))}")
        if len(group) > _SHOWN:
            console.print(f"  [dim]… and {len(group) - _SHOWN:,} more[/]")
    if not found.conflicts:
        console.print("No conflicts.")


def _conflict(conflict: Conflict) -> str:
    if conflict.entity is None:
        return f"intervention {conflict.number}: {conflict.resolved}"
    return (
        f"intervention {conflict.number}, {conflict.field} of {conflict.entity.title}: was {conflict.was}, "
        f"now {conflict.now}, in the scenario {conflict.wanted}. {conflict.resolved}"
    )


def print_verdict(found: Verdict, *, console: Console) -> None:
    """What replaying came to."""
    if found.holds:
        console.print(
            f"[green]Holds.[/] {found.figures:,} figures computed anew from the records, {found.values:,} values and "
            f"{found.records:,} rows looked up, {found.sums:,} sums add up. {found.reread:,} rows were read again from "
            f"the archive: {found.raw:,} values are what they say."
        )
        return
    console.print(f"[red]Does not hold: {len(found.failures):,} things are not as the explanation says.[/]")
    for failure in found.failures[:_SHOWN]:
        console.print(f"  {escape(failure)}")
