"""``knockon similar``, ``substitutes`` and ``communities``: what is like a thing, stands in for it, hangs together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.frame import AsJson, KnownAt, Where, out, project

if TYPE_CHECKING:
    from reasoning.similarity.alike import Alike, Similar

Thing = Annotated[str, typer.Argument(metavar="THING", help="An id, `Class:key`, or a name.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=200, help="How many to list.")]


def similar(
    thing: Thing, where: Where = None, known_at: KnownAt = None, limit: Limit = 10, as_json: AsJson = False
) -> None:
    """Things that hang together with the same things; and what is like the things it has, but is not there."""
    with project(where) as found:
        made = found.similar(thing, known_at=known_at, limit=limit)
    if as_json:
        out.print_json(json.dumps(made.to_json(), ensure_ascii=False))
        return
    out.print(f"Like {made.entity.title} ({made.entity.kind}):", markup=False, style="bold")
    _print(made)
    if made.suggested:
        out.print("\n[bold]Like what it has, but not there[/] (a relation that may be missing, or still to come):")
        for one in made.suggested:
            out.print(f"  {one.score:>5.0%}  {one.entity.title} ({one.entity.kind})", markup=False)
            has = ", ".join(e.title for e in one.like)
            holders = ", ".join(e.title for e in one.had_by)
            out.print(f"         like {has}; had by {holders}", markup=False, style="dim")


def substitutes(
    thing: Thing, where: Where = None, known_at: KnownAt = None, limit: Limit = 10, as_json: AsJson = False
) -> None:
    """What could stand in for a product or a supplier: why, what is missing, and what differs in price and time."""
    with project(where) as found:
        made = found.substitutes(thing, known_at=known_at, limit=limit)
    if as_json:
        out.print_json(json.dumps(made.to_json(), ensure_ascii=False))
        return
    out.print(f"In place of {made.entity.title} ({made.entity.kind}):", markup=False, style="bold")
    _print(made)


def communities(
    where: Where = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=500, help="How many groups to list.")] = 15,
    again: Annotated[bool, typer.Option("--again", help="Find them anew, also where little has changed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Groups of things that hang together, found by Graph Data Science (Leiden), each with the words that tell it."""
    with project(where) as found:
        made = found.communities(limit=limit, again=again)
    if as_json:
        out.print_json(json.dumps(made.to_json(), ensure_ascii=False))
        return
    for one in made.groups:
        counts = ", ".join(f"{count:,} {kind}" for kind, count in one.classes[:4])
        out.print(f"{one.size:>7,}  {one.label}", markup=False)
        out.print(f"         {counts}", markup=False, style="dim")
    out.print(made.told, style="dim")


def _print(made: Similar) -> None:
    for one in made.alike:
        _line(one)
    for note in made.notes:
        out.print(note, markup=False, style="yellow")
    out.print(f"Version {made.version} of the graph.", style="dim")


def _line(one: Alike) -> None:
    out.print(f"  {one.score:>5.0%}  {one.entity.title}", markup=False)
    out.print(f"         {one.because}", markup=False, style="dim")
    for fact in one.facts:
        out.print(f"         {fact}", markup=False)


COMMANDS = (similar, substitutes, communities)
