"""``knockon resolve``: questions about who is who, decisions, and why two records are one thing or are not."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.data import show_report
from api.cli.frame import AsJson, Where, guarded, out, project

if TYPE_CHECKING:
    from ingest.report import RunReport
    from ingest.resolution.why import Why

app = typer.Typer(no_args_is_help=True)

One = Annotated[str, typer.Argument(metavar="A", help="A record (source/table/key), an id, Class:key, or a name.")]
Other = Annotated[str, typer.Argument(metavar="B", help="The other one, named in the same ways.")]
Thing = Annotated[str, typer.Argument(metavar="ENTITY", help="An id, Class:key, a name, or one of its records.")]
Reason = Annotated[str, typer.Option("--because", help="Why; it is kept with the judgement.")]
Author = Annotated[str | None, typer.Option("--author", help="Who says so (default: you).")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")]
Chart = Annotated[
    Path | None, typer.Option("--chart", help="Also draw what each comparison adds, to this .svg or .html file.")
]


@app.command()
@guarded
def review(
    where: Where = None,
    class_name: Annotated[str, typer.Option("--class", help="Only questions about things of this class.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000)] = 10,
    as_json: AsJson = False,
) -> None:
    """Pairs that may be one thing: a person has to say. Those whose answer changes the graph most come first."""
    from api.resolution import question_json, questions, standing

    with project(where) as found:
        listed = questions(found, limit, class_name)
        contradictions = standing(found)[1]
    if as_json:
        told = {"questions": [question_json(q) for q in listed], "contradictions": list(contradictions)}
        out.print_json(json.dumps(told))
        return
    for number, question in enumerate(listed, start=1):
        j = question.judgement
        out.print(f"\n{number}. {j.class_name}: is this one?", markup=False)
        out.print(f"   {question.left[1]}  ({j.left})", markup=False)
        out.print(f"   {question.right[1]}  ({j.right})", markup=False)
        out.print(f"   {j.probability:.0%} likely: {', '.join(j.reasons) or 'little to go by'}", markup=False)
        out.print(f"   If so, {j.moves:,} records and relations come together.", markup=False)
        out.print(
            f"   knockon resolve decide {_quoted(j.left)} {_quoted(j.right)} same|different|unsure --because …",
            markup=False, style="cyan",
        )  # fmt: skip
    if not listed:
        out.print("No open questions.")
    for contradiction in contradictions:
        out.print(f"\nContradiction: {contradiction}", markup=False, style="yellow")


@app.command()
@guarded
def decide(
    left: One,
    right: Other,
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help="same, different or unsure.")],
    because: Reason,
    where: Where = None,
    author: Author = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say whether two records are one thing. It holds over the model and over exact keys, until it is withdrawn."""
    from api.resolution import judge

    with project(where) as found:
        report = judge(found, left, right, verdict, because=because, author=author, dry_run=dry_run)
        if not dry_run:
            found.refresh()
    _tell(report, as_json)


@app.command()
@guarded
def merge(
    left: One, right: Other, because: Reason, where: Where = None, author: Author = None, dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Make two things one. The older id stays, the other leads to it."""
    from api.resolution import judge

    with project(where) as found:
        report = judge(found, left, right, "same", because=because, author=author, dry_run=dry_run)
        if not dry_run:
            found.refresh()
    _tell(report, as_json)


@app.command()
@guarded
def split(
    entity: Thing,
    records: Annotated[list[str], typer.Argument(metavar="RECORD...", help="The records that are another thing.")],
    because: Reason,
    where: Where = None,
    author: Author = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take records out of a thing that are another one. The part with the founding record keeps the id."""
    from api.resolution import split as split_off

    with project(where) as found:
        report = split_off(found, entity, records, because=because, author=author, dry_run=dry_run)
        if not dry_run:
            found.refresh()
    _tell(report, as_json)


@app.command()
@guarded
def undo(
    left: Annotated[str, typer.Argument(metavar="A_OR_RUN", help="A run of judgements, or the first of two things.")],
    right: Annotated[str | None, typer.Argument(metavar="B", help="The other thing.")] = None,
    where: Where = None,
    because: Annotated[str, typer.Option("--because", help="Why; it is kept with the run.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take back the newest judgement about two things (or a run of them): the graph is as if it had not been made."""
    from api.resolution import withdraw

    with project(where) as found:
        report = withdraw(found, left, right, because=because, dry_run=dry_run)
        if not dry_run:
            found.refresh()
    _tell(report, as_json)


@app.command()
@guarded
def why(
    left: One,
    right: Annotated[str | None, typer.Argument(metavar="B", help="Leave out to see what holds A together.")] = None,
    where: Where = None,
    chart: Chart = None,
    as_json: AsJson = False,
) -> None:
    """Why two records are one thing; or, for one thing, the records and links that hold it together."""
    _explain(left, right, where, chart, as_json)


@app.command("why-not")
@guarded
def why_not(left: One, right: Other, where: Where = None, chart: Chart = None, as_json: AsJson = False) -> None:
    """Why two records are not one thing: who said so, or what the model sees in them."""
    _explain(left, right, where, chart, as_json)


@app.command()
@guarded
def judgements(where: Where = None, as_json: AsJson = False) -> None:
    """How many judgements there are, and each that a person made."""
    from graph_engine.store.judgements import judgement_counts, judgements_by_people

    with project(where) as found:
        found.ready()
        counts, people = judgement_counts(found.graph), judgements_by_people(found.graph)
    if as_json:
        kinds = [{"decided_by": d, "verdict": v, "asleep": s, "count": n} for d, v, s, n in counts]
        out.print_json(json.dumps({"counts": kinds, "people": [asdict(j) for j in people]}))
        return
    for decider, verdict, asleep, count in counts:
        who = {"person": "people", "rule": "exact keys", "mapping": "the mapping", "model": "the model"}.get(
            decider, decider
        )
        said = "in doubt" if decider == "model" and verdict == "unsure" else verdict
        out.print(f"{count:>9,}  {who}: {said}{' (asleep: a record is gone)' if asleep else ''}")
    for j in people:
        out.print(
            f"{j.at[:10]}  {j.agent}: {j.left} and {j.right} {j.verdict}: {'; '.join(j.reasons)}  [{j.run}]",
            markup=False,
        )
    if not counts:
        out.print("No judgements yet.")


@app.command()
@guarded
def train(
    where: Where = None,
    because: Annotated[str, typer.Option("--because", help="Why; it is kept with the run.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Learn anew, from the records that are there now, how to tell things apart. `knockon undo` takes it back."""
    with project(where) as found:
        report = found.pipeline.train(because=because, dry_run=dry_run)
        if not dry_run:
            found.refresh()
    _tell(report, as_json)


def _explain(left: str, right: str | None, where: Path | None, chart: Path | None, as_json: bool) -> None:
    from api.resolution import explain, explain_entity
    from ingest.resolution.why import tree_json

    if right is None:
        with project(where) as found:
            entity, tree = explain_entity(found, left)
        if as_json:
            out.print_json(json.dumps({"entity": entity.id, "title": entity.title, **tree_json(tree)}))
        else:
            out.print(f"{entity.title}  {entity.id}", markup=False, style="bold")
            out.print(tree.as_text(), markup=False)
        return
    with project(where) as found:
        told = explain(found, left, right)
    if chart is not None:
        draw(told, chart)
    if as_json:
        out.print_json(json.dumps(told.as_json()))
        return
    _show(told)
    if chart is not None:
        out.print(f"Drawn: {chart}", markup=False)


def _show(told: Why) -> None:
    state = "one thing" if told.together else "two things"
    out.print(f"{told.left} and {told.right} are {state}.", markup=False, style="bold")
    for sentence in told.sentences:
        out.print(f"- {sentence}", markup=False)
    if told.compared is not None:
        out.print("\nWhat the model sees (bits: +1 doubles the odds for the same, −1 halves them):")
        out.print(told.compared.as_text(), markup=False)
    if told.tree is not None:
        out.print("")
        out.print(told.tree.as_text(), markup=False)


def draw(told: Why, file: Path) -> None:
    """The chart of a pair as a file of its own.

    Raises:
        BadQuestion: the model compares nothing of the two, or the file is neither .svg nor .html.
    """
    from ontology.errors import BadQuestion

    if told.compared is None:
        raise BadQuestion(
            "The model compares nothing of these two, so there is nothing to draw.", do="Leave --chart out."
        )
    if file.suffix.lower() not in (".svg", ".html"):
        raise BadQuestion(f"--chart {file.name!r} is neither .svg nor .html.", do="Name it so.")
    text = told.compared.as_svg() if file.suffix.lower() == ".svg" else told.compared.as_html()
    file.write_text(text, encoding="utf-8")


def _tell(report: RunReport, as_json: bool) -> None:
    show_report(report, as_json)
    if as_json:
        return
    for name, style in (("contradictions", "yellow"), ("advice", "dim")):
        held = report.resolution.get(name)
        for sentence in held if isinstance(held, list) else ():
            out.print(f"{'Contradiction: ' if name == 'contradictions' else ''}{sentence}", markup=False, style=style)


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)
