"""``knockon search``, ``show``, ``lineage``, ``correct``, ``assume``: one thing, its facts, and putting them right."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.data import show_report
from api.cli.frame import AsJson, KnownAt, ValidAt, Where, out, project, proposed

if TYPE_CHECKING:
    from graph_engine.entity_view import EntityView, RecordPlace
    from ontology.model import Ontology

Thing = Annotated[str, typer.Argument(metavar="ENTITY", help="An id, Class:key, or a name.")]


def search(
    text: Annotated[str, typer.Argument(help="A name, a key, or part of one.")],
    where: Where = None,
    class_name: Annotated[str | None, typer.Option("--class", help="Only things of this class.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000)] = 20,
    as_json: AsJson = False,
) -> None:
    """Find things by name or key."""
    with project(where) as found:
        hits = found.search(text, class_name=class_name, limit=limit)
    if as_json:
        out.print_json(json.dumps(hits))
        return
    if not hits:
        out.print("Nothing found.")
    for hit in hits:
        out.print(f"{hit['id']}  {hit['class']:18} {hit['title']}  ({hit['why']})", markup=False)


def show(
    entity: Thing,
    where: Where = None,
    known_at: KnownAt = None,
    valid_at: ValidAt = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Relations shown of each role.")] = 10,
    as_json: AsJson = False,
) -> None:
    """A thing with its values and relations, and the row that each came from."""
    from api.wire import entity_json

    with project(where) as found:
        shown = found.show(entity, known_at=known_at, valid_at=valid_at, limit=limit)
        if as_json:
            out.print_json(json.dumps(entity_json(found.ontology, shown)))
        else:
            show_view(found.ontology, shown)


def show_view(ontology: Ontology, shown: EntityView) -> None:
    """A thing with its values and relations, each with the row that it came from."""
    from ontology import values

    state = shown.state
    classes = [ontology.classes[c] for c in state.classes if c in ontology.classes]
    definitions = {n: p for c in classes for n, p in c.properties.items()}
    out.print(f"[bold]{_e(state.title)}[/]  {', '.join(c.label for c in classes)}  [dim]{state.id}[/]")
    if shown.version is not None:
        out.print(f"[yellow]as recorded at graph version {shown.version}[/]")
    if shown.aliases:
        out.print(f"[dim]also known as {', '.join(shown.aliases)}[/]")
    for mark in shown.marks:
        if mark.severity == "warning":
            said = f" ({mark.path}: {mark.value})" if mark.value is not None else ""
            out.print(f"[yellow]Warning:[/] {_e(mark.message() + said)}")
    currency = next((str(v) for n, v in state.values.items() if n == "currency"), "")
    for name, value in state.values.items():
        definition = definitions.get(name)
        many = value if isinstance(value, tuple) else (value,)
        text = ", ".join(values.as_written(definition, v) if definition else str(v) for v in many)
        if definition is not None and definition.is_money and currency:
            text += f" {currency}"
        elif definition is not None and definition.unit not in (None, "NUM"):
            text += f" {definition.unit.lower() if definition.unit else ''}"
        source = "; ".join(_place(shown.records.get(r), r) for r in state.winners.get(name, ()))
        out.print(f"  {(definition.label if definition else name):26} {_e(text)}  [dim]← {_e(source)}[/]")
        for _, other, record in (o for o in state.others if o[0] == name):
            said = values.as_written(definition, values.native(definition, other)) if definition else other
            out.print(f"  {'':26} [yellow]≠[/] {_e(said)}  [dim]← {_e(_place(shown.records.get(record), record))}[/]")
    role = ""
    for line in shown.relations:
        if line.role != role:
            role = line.role
            total = shown.totals.get(role, 0)
            out.print(f"  [bold]{line.label}[/] [dim]({role}, {total:,})[/]")
        held = line.state
        extra = ", ".join(f"{n} {_shown(ontology, held.name, n, v)}" for n, v in held.values.items())
        if held.valid_from or held.valid_to:
            extra += f" [{held.valid_from or '…'} – {held.valid_to or '…'})"
        source = "; ".join(_place(shown.records.get(r), r) for r in held.records)
        out.print(
            f"    {_e(line.other_title)} [dim]{line.other_class} {line.other}[/] {_e(extra)} [dim]← {_e(source)}[/]"
        )
    hidden = sum(shown.totals.values()) - len(shown.relations)
    if hidden > 0:
        out.print(f"[dim]{hidden:,} more relations are not shown (--limit).[/]")


def _shown(ontology: Ontology, relation: str, name: str, value: object) -> str:
    from ontology import values

    definition = ontology.relations[relation].properties.get(name)
    return values.as_written(definition, value) if definition else str(value)  # type: ignore[arg-type]


def _place(place: RecordPlace | None, record: str) -> str:
    if place is None:
        return record
    if place.kind != "source":
        return f"{place.kind} by {place.agent} on {place.recorded[:10]}" + (
            f": {place.because}" if place.because else ""
        )
    stale = ", a newer version is in quarantine" if place.stale else ""
    return f"{place.path} row {place.row} ({place.run}{stale})"


def _e(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def lineage(
    entity: Thing,
    where: Where = None,
    form: Annotated[str, typer.Option("--format", help="text, json or prov (PROV-O Turtle).")] = "text",
) -> None:
    """Where a thing comes from: records, files, runs, and its earlier states."""
    from ontology.errors import BadQuestion

    if form not in ("text", "json", "prov"):
        raise BadQuestion(f"--format {form!r} is not known.", do="Use text, json or prov.")
    with project(where) as found:
        text = found.lineage(entity, form)
    out.print(text, markup=False)


def correct(
    entity: Thing,
    changes: Annotated[
        list[str], typer.Argument(help="prop=value, role=ENTITY, role+=ENTITY, role-=ENTITY; `prop=` empties.")
    ],
    because: Annotated[str, typer.Option("--because", help="Why this is right and the source is not.")],
    where: Where = None,
    until: Annotated[str | None, typer.Option("--until", help="Last day on which the correction holds.")] = None,
    author: Annotated[str | None, typer.Option("--author", help="Who says so (default: you).")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    as_json: AsJson = False,
) -> None:
    """Put an accepted fact right. It is a record of its own, survives refreshes, and `knockon undo` withdraws it.

    Where policy wants a second person (docs/access.md), it is only proposed.
    """
    from api.carrying_out import kind_of_correction

    with project(where) as found:
        kind = kind_of_correction(found.ontology, changes)
        if not dry_run:
            asked = {"entity": found.entity_id(entity), "changes": changes, "because": because, "until": until}
            if proposed(found, kind, asked, because, author, as_json=as_json):
                return
        report = found.state(
            "correct", entity, changes, because=because, until=until, review=None, author=author, dry_run=dry_run
        )
        if not dry_run:
            found.refresh()
    show_report(report, as_json)


def assume(
    entity: Thing,
    changes: Annotated[list[str], typer.Argument(help="prop=value")],
    because: Annotated[str, typer.Option("--because", help="What the assumption rests on.")],
    owner: Annotated[str, typer.Option("--owner", help="Who answers for it.")],
    review: Annotated[str, typer.Option("--review", help="Day on which it is to be looked at again.")],
    where: Where = None,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    as_json: AsJson = False,
) -> None:
    """Enter a value that no system holds. A source that has it wins; answers say how much they assume."""
    with project(where) as found:
        report = found.state(
            "assume", entity, changes, because=because, until=None, review=review, author=owner, dry_run=dry_run
        )
        if not dry_run:
            found.refresh()
    show_report(report, as_json)


COMMANDS = (search, show, lineage, correct, assume)
