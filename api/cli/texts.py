"""``knockon index`` and ``mentions``: the texts in Neo4j's own indexes, and which of them name a thing."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from api.cli.frame import AsJson, Where, out, project

Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="Lines to show.")]


def index(
    where: Where = None,
    no_embedding: Annotated[
        bool, typer.Option("--no-embedding", help="Words, names and mentions only; vectors stay as they are.")
    ] = False,
    drop: Annotated[
        bool, typer.Option("--drop", help="Throw the index away; the data stays, it can be made anew.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the index of texts in Neo4j up to date: words, names, vectors, and which things are mentioned where."""
    from reasoning.answers.reader import Reader

    with project(where) as found:
        if drop:
            found.texts.drop()
            out.print_json(json.dumps({"dropped": True})) if as_json else out.print("The index is gone.")
            return
        network = found.network()
        model = None if no_embedding else found.embedder()
        told = found.texts.bring_up(
            network, Reader(network, spacy_model=found.settings.spacy_model), model, source=found.settings.embedding
        )
    if as_json:
        out.print_json(json.dumps({"version": network.snapshot.version, "indexes": [t.to_json() for t in told]}))
        return
    for one, name in zip(told, ("Documents", "Texts of records"), strict=True):
        out.print(f"[bold]{name}[/]: {one.state.passages:,} passages, {one.written:,} indexed now, {one.gone:,} gone.")
        vectors = f"vectors by {one.state.model}" if one.state.model else "no vectors: found by words and names"
        out.print(
            f"  {vectors}{f', {one.waiting:,} still to be made' if one.waiting else ''}; {one.embedded:,} made now."
        )
        out.print(
            f"  {one.mentions:,} mentions of {one.entities:,} things, {one.ambiguous:,} of them may mean several; "
            f"looked for in {one.linked:,} passages now."
        )
    out.print(f"[dim]Stands for version {network.snapshot.version} of the graph.[/]")


def mentions(
    thing: Annotated[str, typer.Argument(help="An id, `Class:key`, or a name.")],
    where: Where = None,
    limit: Limit = 20,
    as_json: AsJson = False,
) -> None:
    """The passages that name a thing, surest first; many texts are found in the index that `knockon index` makes."""
    with project(where) as found:
        indexed = found.texts.is_wanted(found.network(), found.settings.text_index)
        entity, listed = found.mentions(thing, limit=limit)
    if as_json:
        out.print_json(json.dumps({"entity": entity.to_json(), "mentions": [m.to_json() for m in listed]}))
        return
    if not listed:
        hint = ", as far as the index knows. `knockon index` brings it up to date." if indexed else "."
        out.print(f"No text names {entity.title}{hint}", markup=False)
        return
    for one in listed:
        out.print(f"{one.sure:>5.0%}  {one.document} · {one.around}", markup=False)
        out.print(f"       {one.how} · characters {one.start}–{one.end} · {one.record or one.passage}", markup=False)


COMMANDS = (index, mentions)
