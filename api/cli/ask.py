"""``knockon ask``: a question in plain words, answered with the sentences and rows that carry the answer."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from api.cli.frame import AsJson, KnownAt, ValidAt, Where, out, project
from api.project import parse_valid_at

if TYPE_CHECKING:
    from reasoning.answers.types import Answer, Citation, Fact

_ROWS = 3  # rows named for each fact


def ask(
    question: Annotated[str, typer.Argument(help="In your own words, in quotation marks.")],
    where: Where = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="The day that dates are compared with (default: today).")
    ] = None,
    valid_at: ValidAt = "any",
    known_at: KnownAt = None,
    class_: Annotated[
        list[str] | None, typer.Option("--class", help="Only texts of this class, such as Policy. May be repeated.")
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option("--language", help="Only texts in this language, such as en. May be repeated.")
    ] = None,
    no_embedding: Annotated[
        bool, typer.Option("--no-embedding", help="Words and the graph only: starts faster, finds fewer other words.")
    ] = False,
    no_model: Annotated[
        bool, typer.Option("--no-model", help="Extracts only, also where a language model is set up.")
    ] = False,
    draw: Annotated[
        str | None, typer.Option("--draw", help="How it hangs together, as text to draw: mermaid or dot.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question from documents and records, each sentence with its source; or say that it is not known."""
    from ontology.errors import BadQuestion
    from reasoning.retrieval.types import Filter

    try:
        today = None if as_of is None else date.fromisoformat(as_of)
    except ValueError:
        raise BadQuestion(f"--as-of {as_of!r} is not a date.", do="Write it as 2026-03-31.") from None
    if not question.strip():
        raise BadQuestion("The question is empty.", do='Ask in your own words, such as "Who supplies the pump?".')
    if draw not in (None, "mermaid", "dot"):
        raise BadQuestion(f"--draw {draw!r} is not known.", do="Use mermaid or dot.")
    with project(where) as found:
        classes = found.network(found.version_at(known_at)).classes(class_ or ())
        filter_ = Filter(classes=frozenset(classes), languages=frozenset(language or ()))
        answer = found.ask(
            question, today=today, valid_at=parse_valid_at(valid_at), known_at=known_at, filter_=filter_,
            embedding=not no_embedding, phrase=not no_model,
        )  # fmt: skip
    if draw is not None and not as_json:
        from reasoning.answers import drawing

        out.print(drawing.mermaid(answer.paths) if draw == "mermaid" else drawing.dot(answer.paths), markup=False)
        return
    print_answer(answer, console=out, as_json=as_json)


def print_answer(answer: Answer, *, console: Console, as_json: bool) -> None:
    """The answer, then what carries it, then how sure it is."""
    if as_json:
        console.print_json(json.dumps(answer.to_json(), ensure_ascii=False))
        return
    from reasoning.answers.types import Kind

    if answer.kind is Kind.UNKNOWN:
        console.print("[bold]Not known.[/] What is recorded does not answer this.")
    elif answer.kind is Kind.AMBIGUOUS:
        console.print("[bold]This may be understood in several ways:[/]")
        for reading in answer.readings:
            console.print(f"  • {reading.text}", markup=False)
            if reading.question:
                console.print(f"    ask: {reading.question}", markup=False)
    engine = answer.kind in (Kind.IMPACT, Kind.WHAT_IF)
    if answer.plan and engine:  # how the engine was asked, before what it said
        console.print(f"Understood as: {answer.plan}\n", markup=False, style="cyan")
    for statement in answer.statements:
        marks = "".join(f"[{n}]" for n in statement.support)
        console.print(f"{statement.text} {marks}".rstrip(), markup=False, style="bold" if statement.derived else "")
    for note in answer.notes:
        console.print(note, markup=False, style="yellow")
    if answer.plan and not engine:
        console.print(f"\nUnderstood as: {answer.plan}", markup=False, style="cyan")
    if answer.table is not None and answer.table.rows:
        _print_table(answer, console)
    for contradiction in answer.contradictions:
        console.print(f"\n[bold yellow]These contradict each other[/] ({contradiction.about}):")
        for number in contradiction.sides:
            side = next(c for c in answer.citations if c.number == number)
            dated = f", from {side.dated}" if side.dated is not None else ", without a date"
            console.print(f"  [{number}] {side.document.title}{dated}: {_one_line(side.text)}", markup=False)
    _print_citations("\nSentences", answer.citations, console)
    _print_facts(answer.facts, console)
    if answer.paths:
        console.print("\n[bold]How it hangs together[/]")
        for path in answer.paths:
            console.print(f"  {path.sentence}", markup=False)
    if not answer.known:
        _print_citations("\nNearest, but no answer", answer.nearest, console)
    console.print(_foot(answer), markup=False, style="dim")


def _print_citations(heading: str, citations: tuple[Citation, ...], console: Console) -> None:
    if not citations:
        return
    console.print(f"[bold]{heading}[/]")
    for c in citations:
        dated = f" (from {c.dated})" if c.dated is not None else ""
        console.print(f'  [{c.number}] "{_one_line(c.text)}"', markup=False)
        rows = "; ".join(str(r) for r in c.records[:1])
        console.print(f"      {c.place}{dated}{f' · {rows}' if rows else ''}", markup=False, style="dim")


def _print_facts(facts: tuple[Fact, ...], console: Console) -> None:
    if not facts:
        return
    console.print("\n[bold]Facts[/]")
    for fact in facts:
        console.print(f"  [{fact.number}] {fact.text}", markup=False)
        rows = "; ".join(str(r) for r in fact.records[:_ROWS])
        more = f" and {len(fact.records) - _ROWS} more" if len(fact.records) > _ROWS else ""
        console.print(f"      {rows}{more}", markup=False, style="dim")


def _print_table(answer: Answer, console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    assert answer.table is not None
    shown = Table(box=None, pad_edge=False)
    for column in answer.table.columns:
        shown.add_column(Text(column))
    for row in answer.table.rows:
        shown.add_row(*(Text(cell) for cell in row))
    console.print(shown)
    if answer.table.total > len(answer.table.rows):
        console.print(f"… {answer.table.total:,} in all.", style="dim")


def _foot(answer: Answer) -> str:
    parts = [f"\nVersion {answer.version} of the graph", f"as of {answer.as_of}"]
    if answer.kind.value in ("text", "unknown"):
        parts.append(f"confidence {answer.confidence:.0%}")
    if answer.written_by != "extract":
        parts.append(f"phrased by {answer.written_by}, each sentence checked against the evidence")
    return ", ".join(parts) + "."


def _one_line(text: str) -> str:
    return " ".join(text.split())


COMMANDS = (ask,)
