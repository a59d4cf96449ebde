"""``knockon whatif``, ``scenarios …`` and ``verify``: what would be different if, why, how sure, and from when on."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.data import show_report
from api.cli.frame import AsJson, Because, Where, guarded, out, project, proposed
from api.scenarios import Scenarios

if TYPE_CHECKING:
    pass

app = typer.Typer(no_args_is_help=True)

Which = Annotated[str, typer.Argument(metavar="SCENARIO", help="A kept scenario: id, name, or `last`.")]
Cells = Annotated[
    list[str] | None,
    typer.Option("--explain", help="Why this figure differs: `MEASURE of THING [in PERIOD]`. May be repeated."),
]


def whatif(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="A file, a kept scenario, or a question in words.")],
    where: Where = None,
    measure: Annotated[
        list[str] | None, typer.Option("--measure", "-m", help="Report only this measure. May be repeated.")
    ] = None,
    to: Annotated[list[str] | None, typer.Option("--to", help="Failures: report only this class.")] = None,
    explain: Cells = None,
    form: Annotated[str, typer.Option("--format", help="--explain: text, mermaid or dot.")] = "text",
    seek: Annotated[
        str | None, typer.Option("--seek", help="From which amount on `CELL >= VALUE` holds (also <=, >, <).")
    ] = None,
    vary: Annotated[int, typer.Option("--vary", min=1, help="--seek: which intervention's amount is varied.")] = 1,
    drivers: Annotated[
        str | None, typer.Option("--drivers", help="Which inputs this figure rests on, and how strongly.")
    ] = None,
    chances: Annotated[
        list[str] | None, typer.Option("--chances", help="This figure under uncertainty. May be repeated.")
    ] = None,
    draws: Annotated[int | None, typer.Option("--draws", min=1, max=100_000, help="--chances: how many draws.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="Lines of each table.")] = 5,
    keep: Annotated[bool, typer.Option("--keep/--no-keep", help="Keep the scenario in the graph.")] = True,
    only_show: Annotated[bool, typer.Option("--show", help="Show the scenario; do not run it.")] = False,
    check: Annotated[bool, typer.Option("--check/--no-check", help="Check the rules inside the scenario.")] = True,
    answer: Annotated[Path | None, typer.Option("--out", help="Write it there, for `knockon verify`.")] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """What would be different if: measures and impact with and without a scenario. The data is never changed."""
    from dataclasses import replace

    from api.cli import whatif_answers as answers
    from api.cli import whatif_print as show
    from ontology.errors import BadQuestion

    if form not in ("text", "mermaid", "dot"):
        raise BadQuestion(f"--format {form!r} is not known.", do="Use text, mermaid or dot.")
    with project(where) as found:
        desk = Scenarios(found)
        scenario = desk.read(what)
        scenario = scenario if scenario.base is not None else desk.pinned(scenario)
        base = desk.base(scenario)
        if not as_json:
            show.print_scenario(scenario, base.network, console=out)
        if only_show:
            if as_json:
                show.print_json(answers.scenario_answer(scenario), out)
            return
        if keep:
            desk.keep(scenario)
        ask = scenario.ask
        asked = replace(ask, measures=tuple(measure or ask.measures), to=tuple(to or ask.to))
        done = desk.run(replace(scenario, ask=asked), check=check)
        body = answers.run_answer(done, limit)
        if not as_json:
            show.print_run(done, console=out, limit=limit)
        for text in explain or ():
            made = desk.explain(done, desk.cell(base, text))
            body.setdefault("explanations", []).append(answers.explanation_answer(made))  # type: ignore[attr-defined]
            if answer is not None:
                whole = json.dumps(answers.explanation_answer(made), ensure_ascii=False, indent=1)
                answer.write_text(whole, encoding="utf-8")
            if not as_json:
                show.print_explanation(made, form, console=out)
        if seek is not None:
            sought = desk.seek(scenario, seek, number=vary - 1)
            body["sought"] = answers.sought_answer(sought)
            if not as_json:
                show.print_sought(sought, seek, console=out)
        if drivers is not None:
            listed = desk.drivers(done, desk.cell(base, drivers))
            body["drivers"] = answers.drivers_answer(listed)
            if not as_json:
                show.print_drivers(listed[:limit], drivers, console=out)
        if chances:
            cells = [desk.cell(base, text) for text in chances]
            seen = desk.outlook([done], cells, draws=draws)
            body["chances"] = answers.outlook_answer(seen)
            if not as_json:
                show.print_outlook(seen, [done], console=out)
        if as_json:
            show.print_json(body, out)


@app.command("list")
@guarded
def list_(where: Where = None, as_json: AsJson = False) -> None:
    """Scenarios that are kept, oldest first."""
    from api.cli import whatif_answers as answers
    from api.cli import whatif_print as show

    with project(where) as found:
        kept = Scenarios(found).listed()
    if as_json:
        show.print_json([answers.kept_answer(k) for k in kept], out)
        return
    show.print_kept(kept, console=out)


@app.command("show")
@guarded
def show_(which: Which, where: Where = None, as_json: AsJson = False) -> None:
    """A kept scenario, as the file that makes it."""
    from api.cli import whatif_answers as answers
    from api.cli import whatif_print as show

    with project(where) as found:
        desk = Scenarios(found)
        scenario = desk.kept(which)
        if as_json:
            show.print_json(answers.scenario_answer(scenario), out)
        else:
            show.print_scenario(scenario, desk.base(scenario).network, console=out, whole=True)


@app.command()
@guarded
def compare(
    which: Annotated[list[str], typer.Argument(metavar="SCENARIO…", help="Kept scenarios, files, questions.")],
    where: Where = None,
    measure: Annotated[
        list[str] | None, typer.Option("--measure", "-m", help="Only this measure. May be repeated.")
    ] = None,
    chances: Annotated[
        list[str] | None, typer.Option("--chances", help="Which is better, how likely: this figure. May be repeated.")
    ] = None,
    draws: Annotated[int | None, typer.Option("--draws", min=1, max=100_000, help="--chances: how many draws.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="Figures listed.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Scenarios side by side, all on the published version: the figures in which they differ most."""
    from api.cli import whatif_answers as answers
    from api.cli import whatif_print as show

    with project(where) as found:
        desk = Scenarios(found)
        runs = desk.compared([desk.read(w) for w in which], measures=tuple(measure or ()))
        table = desk.side_by_side(runs, limit=limit)
        seen = None
        if chances:
            cells = [desk.cell(desk.base(runs[0].scenario, newest=True), text) for text in chances]
            seen = desk.outlook(runs, cells, draws=draws)
    if as_json:
        show.print_json(answers.comparison_answer(runs, table, seen), out)
        return
    show.print_comparison(runs, table, console=out)
    if seen is not None:
        show.print_outlook(seen, runs, console=out)


@app.command()
@guarded
def rebase(which: Which, where: Where = None, as_json: AsJson = False) -> None:
    """Move a scenario to the published version; fields that the data changed meanwhile are listed."""
    from api.cli import whatif_answers as answers
    from api.cli import whatif_print as show

    with project(where) as found:
        desk = Scenarios(found)
        made = desk.rebase(desk.kept(which))
        desk.keep(made.scenario)
    if as_json:
        show.print_json(answers.rebase_answer(made), out)
        return
    show.print_rebase(made, console=out)


@app.command()
@guarded
def apply(
    which: Which,
    because: Because,
    where: Where = None,
    author: Annotated[str | None, typer.Option("--author", help="Who decided it (default: you).")] = None,
    assume: Annotated[
        bool, typer.Option("--assume", help="Enter it as assumptions: a source that has a value wins.")
    ] = False,
    review: Annotated[
        str | None, typer.Option("--review", help="With --assume: day on which it is to be looked at again.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change; change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a scenario true: what it says becomes corrections, checked by the rules; `knockon undo last` undoes it.

    Where policy wants a second person (docs/access.md), it is only proposed.
    """
    from ontology.errors import BadQuestion

    if assume and review is None:
        raise BadQuestion("--assume needs --review.", do="Say when it is to be looked at again: --review 2026-12-31.")
    with project(where) as found:
        desk = Scenarios(found)
        scenario = desk.kept(which)
        asked = {"scenario": scenario.id, "because": because, "assume": assume, "review": review}
        if not dry_run and proposed(found, "apply", asked, because, author, as_json=as_json):
            return
        report = desk.apply(
            scenario, because=because, author=author or "", dry_run=dry_run, assume=assume, review=review
        )
        if not dry_run:
            found.refresh()
    show_report(report, as_json)


def verify(
    answer: Annotated[Path, typer.Argument(metavar="ANSWER.json", help="What `whatif --explain … --out` wrote.")],
    where: Where = None,
    as_json: AsJson = False,
) -> None:
    """Replay an explanation from the records alone: every figure, row and sum in it. Fails if one does not hold."""
    from api.cli import whatif_answers as answers
    from api.cli import whatif_print as show
    from ontology.errors import BadQuestion

    try:
        content = json.loads(answer.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise BadQuestion(f"{answer} cannot be read as JSON.", do="Give the file that --out wrote.") from problem
    with project(where) as found:
        verdict = Scenarios(found).verify(content)
    if as_json:
        show.print_json(answers.verdict_answer(verdict), out)
    else:
        show.print_verdict(verdict, console=out)
    if not verdict.holds:
        sys.stdout.flush()
        raise typer.Exit(1)


COMMANDS = (whatif, verify)
