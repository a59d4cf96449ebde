"""``knockon impact`` and ``path``: what is affected, through what, and how two things hang together."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.frame import AsJson, KnownAt, ValidAt, Where, out, project
from api.project import parse_valid_at

if TYPE_CHECKING:
    from reasoning.types import Filters

Via = Annotated[list[str] | None, typer.Option("--via", help="Only along these relations or roles. May be repeated.")]
Avoid = Annotated[list[str] | None, typer.Option("--avoid", help="Nothing of this class is followed. May be repeated.")]


def _duration(text: str) -> float:
    """Days in ``21``, ``3 weeks``, ``drei Wochen``."""
    from reasoning.scenarios.forms import days_said

    try:
        return float(days_said(text))
    except ValueError as problem:
        raise typer.BadParameter(f"{text!r} is no length of time; say for example 21, or 3 weeks.") from problem


def impact(
    starts: Annotated[
        list[str] | None, typer.Argument(metavar="START…", help="What fails: an id, Class:key, or a name.")
    ] = None,
    where: Where = None,
    semantics: Annotated[
        str | None,
        typer.Option(
            "--semantics",
            "-s",
            help="reach, strongest, earliest, expected, probability, delayed, requires "
            "(default: delayed with --days, otherwise reach).",
        ),
    ] = None,
    to: Annotated[list[str] | None, typer.Option("--to", help="Report only this class. May be repeated.")] = None,
    via: Via = None,
    avoid: Avoid = None,
    depth: Annotated[int | None, typer.Option("--depth", min=1, help="At most so many steps.")] = None,
    cutoff: Annotated[
        float | None, typer.Option("--cutoff", help="strongest: least score; earliest: most days.")
    ] = None,
    upstream: Annotated[
        bool, typer.Option("--upstream", help="What could affect START, in place of what it affects.")
    ] = False,
    days: Annotated[
        float | None,
        typer.Option(
            "--days", parser=_duration, metavar="<days>", help='How long it lasts (delayed): 21, or "3 weeks".'
        ),
    ] = None,
    valid_at: ValidAt = None,
    known_at: KnownAt = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many to list; totals count all.")] = 25,
    paths: Annotated[int, typer.Option("--paths", "-k", min=0, max=20, help="Paths for each of them.")] = 3,
    why_not: Annotated[str | None, typer.Option("--why-not", help="Say why this thing is (not) affected.")] = None,
    critical: Annotated[
        bool,
        typer.Option("--critical", help="Which single failure, and which pair, hurts most; START: what they stop."),
    ] = False,
    among: Annotated[list[str] | None, typer.Option("--among", help="--critical: classes that may fail.")] = None,
    as_json: AsJson = False,
) -> None:
    """What is affected if START fails: who, when, how much money, through what, with the rows behind each step."""
    from api.cli.impact import print_critical, print_impact, print_why_not
    from ontology.errors import BadQuestion
    from reasoning.types import Semantics, Start, sense_of

    try:
        asked = None if semantics is None else Semantics(semantics)
    except ValueError:
        raise BadQuestion(
            f"--semantics {semantics!r} is not known.", do=f"There are: {', '.join(s.value for s in Semantics)}."
        ) from None
    filters = filters_of(depth, via, avoid, to, upstream, parse_valid_at(valid_at), cutoff)
    if critical:
        with project(where) as found:
            weak = found.critical(
                starts[0] if starts else None, among=among or (), filters=filters, known_at=known_at, limit=limit
            )
        print_critical(weak, console=out, as_json=as_json)
        return
    if not starts:
        raise BadQuestion("START is missing.", do="Say what fails: knockon impact NAME, or ask --critical.")
    with project(where) as found:
        begun = [Start(found.entity_id(s, known_at), days=days) for s in starts]
        chosen = sense_of(asked, begun, filters)
        if why_not is not None:
            answer = found.why_not(begun, why_not, semantics=chosen, filters=filters, known_at=known_at)
            print_why_not(answer, console=out, as_json=as_json)
            return
        result = found.impact(begun, semantics=chosen, filters=filters, known_at=known_at, limit=limit, paths=paths)
    print_impact(result, console=out, as_json=as_json)


def path(
    start: Annotated[str, typer.Argument(metavar="A")],
    end: Annotated[str, typer.Argument(metavar="B")],
    where: Where = None,
    k: Annotated[int, typer.Option("-k", min=1, max=50, help="How many paths.")] = 3,
    via: Via = None,
    avoid: Avoid = None,
    depth: Annotated[int | None, typer.Option("--depth", min=1, help="At most so many steps.")] = None,
    valid_at: ValidAt = "any",
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """How two things hang together: the shortest ways between them, each step with the rows behind it."""
    from api.cli.impact import print_connection

    filters = filters_of(depth, via, avoid, None, False, parse_valid_at(valid_at), None)
    with project(where) as found:
        result = found.paths(start, end, k, filters=filters, known_at=known_at)
    print_connection(result, console=out, as_json=as_json)


def filters_of(
    depth: int | None, via: list[str] | None, avoid: list[str] | None, to: list[str] | None, upstream: bool,
    valid_at: date | str | None, cutoff: float | None,
) -> Filters:  # fmt: skip
    """The filters that options describe."""
    from reasoning.types import Filters, Towards

    return Filters(
        depth=depth, via=tuple(via or ()), avoid=tuple(avoid or ()), to=tuple(to or ()),
        towards=Towards.UPSTREAM if upstream else Towards.DOWNSTREAM,
        valid_at="any" if valid_at == "any" else valid_at if isinstance(valid_at, date) else None, cutoff=cutoff,
    )  # fmt: skip


COMMANDS = (impact, path)
