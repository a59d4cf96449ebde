"""Writes ``docs/ontology.md`` from the ontology: ``python -m ontology.document [FILE]``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from ontology.load import load_ontology
from ontology.model import ClassDef, Datatype, Direction, Gate, ImpactSpec, Ontology, PropertyDef, RelationDef

TARGET = Path(__file__).resolve().parent.parent / "docs" / "ontology.md"

_HEAD = """\
# The ontology

<!-- Written by `python -m ontology.document`. Change the files in ontology/modules, not this page. -->

What knockon knows of a company: the kinds of things ({classes} classes), what is known of each ({properties}
properties), and how they hang together ({relations} relations). Version {version}.

How to read it: **Label** is what people say; **name** is what mappings, measures and the API use. A class has all
that its parents have. *Key* marks a property that identifies: two records with the same value are the same thing.
*Personal* marks data about a person. Money is a decimal with its currency beside it. Terms are explained in the
[glossary](glossary.md); how to add a class of your own is in
[extending the ontology](extending-the-ontology.md).
"""
_IMPACT_HEAD = """
## What a failure reaches

Impact runs along these relations only. *Needs all* means that one failure is enough; *needs any* means that all
must fail. Weight 1 is a full loss; lag is when it is felt.

| from | reaches | through | needs | weight | lag (days) | because |
|---|---|---|---|---|---|---|
"""


def render(ontology: Ontology) -> str:
    """The page, in Markdown."""
    return "".join(_page(ontology)).rstrip("\n") + "\n"


def _page(ontology: Ontology) -> Iterator[str]:
    own = [list(_own_properties(ontology, c)) for c in ontology.classes.values()]
    yield _HEAD.format(
        classes=len(ontology.classes),
        properties=sum(map(len, own)) + sum(len(r.properties) for r in ontology.relations.values()),
        relations=len(ontology.relations),
        version=ontology.version,
    )
    yield _IMPACT_HEAD
    for _, relation in sorted(ontology.relations.items(), key=lambda item: _impact_order(item[1])):
        if relation.impact is not None:
            yield _impact_row(relation, relation.impact)
    modules: dict[str, list[ClassDef]] = {}
    for class_ in ontology.classes.values():
        modules.setdefault(class_.module, []).append(class_)
    yield "\n## Modules\n\n"
    for module, classes in modules.items():
        names = ", ".join(f"[{c.name}](#{c.name.lower()})" for c in sorted(classes, key=lambda c: c.name))
        yield f"- **{module}**: {names}\n"
    for module, classes in modules.items():
        yield f"\n## {module.capitalize()}\n"
        for class_ in sorted(classes, key=lambda c: c.name):
            yield from _class(ontology, class_)


def _impact_order(relation: RelationDef) -> tuple[str, str, str]:
    against = relation.impact is not None and relation.impact.direction is Direction.AGAINST
    ends = (relation.target, relation.source) if against else (relation.source, relation.target)
    return (*ends, relation.name)


def _impact_row(relation: RelationDef, impact: ImpactSpec) -> str:
    start, end, _ = _impact_order(relation)
    through = f"`{end}.{relation.role if impact.direction is Direction.AGAINST else relation.inverse_role}`"
    needs = {Gate.ALL: "all", Gate.ANY: "any", Gate.K_OF_N: f"{impact.k} of them"}[impact.gate]
    weight = f"`{impact.weight_property}`, else {impact.weight:g}" if impact.weight_property else f"{impact.weight:g}"
    lags = [
        f"`{impact.lag_property}`" if impact.lag_property else "",
        f"`{start}.{impact.lag_node_property}`" if impact.lag_node_property else "",
        f"{impact.lag:g}" if impact.lag else "",
    ]
    lag = " + ".join(filter(None, lags)) or "0"
    return f"| {start} | {end} | {through} | {needs} | {weight} | {lag} | {_cell(relation.comment)} |\n"


def _class(ontology: Ontology, class_: ClassDef) -> Iterator[str]:
    yield f"\n### {class_.name}\n\n"
    german = class_.labels.get("de")
    yield f"**{class_.label}** ({class_.plural}){f', German: {german}' if german else ''}. {class_.comment}\n"
    if class_.parents:
        parents = ", ".join(f"[{p}](#{p.lower()})" for p in class_.parents)
        yield f"\nA kind of {parents}: has all that it has."
        yield "\n"
    children = sorted(c.name for c in ontology.classes.values() if class_.name in c.parents)
    if children:
        yield f"\nKinds of it: {', '.join(f'[{c}](#{c.lower()})' for c in children)}.\n"
    if class_.synonyms:
        yield f"\nAlso called: {', '.join(class_.synonyms)}.\n"
    said = [("called by", class_.title), ("worth", class_.amount), ("due", class_.when)]
    stated = [f"{what} its `{name}`" for what, name in said if name]
    if stated:
        yield f"\nIn answers: {', '.join(stated)}.\n"
    properties = list(_own_properties(ontology, class_))
    if properties:
        yield "\n| property | label | kind | meaning |\n|---|---|---|---|\n"
        for property_ in properties:
            yield f"| `{property_.name}` | {property_.label} | {_kind(property_)} | {_meaning(property_)} |\n"
    roles = list(_own_roles(ontology, class_))
    if roles:
        yield "\n| role | leads to | reads | notes |\n|---|---|---|---|\n"
        yield from roles


def _own_properties(ontology: Ontology, class_: ClassDef) -> Iterator[PropertyDef]:
    inherited = {p.iri for a in class_.ancestors for p in ontology.classes[a].properties.values()}
    yield from (p for _, p in sorted(class_.properties.items()) if p.iri not in inherited)


def _own_roles(ontology: Ontology, class_: ClassDef) -> Iterator[str]:
    rows: list[tuple[str, str]] = []
    for relation in ontology.relations.values():
        for end, far, role, label, single in (
            (relation.source, relation.target, relation.role, relation.label, relation.functional),
            (relation.target, relation.source, relation.inverse_role, relation.inverse_label, False),
        ):
            if end == class_.name:
                notes = _notes(relation, single, role == relation.role)
                rows.append((role, f"| `{role}` | [{far}](#{far.lower()}) | {label} | {notes} |\n"))
    yield from (row for _, row in sorted(rows))


def _notes(relation: RelationDef, single: bool, forward: bool) -> str:
    notes = ["one"] if single else []
    if relation.has_valid_time:
        notes.append("has valid time")
    if relation.acyclic:
        notes.append("no cycles")
    if forward and relation.properties:
        named = ", ".join(f"`{p.name}` ({_kind(p)})" for p in relation.properties.values())
        notes.append(f"with {named}")
    if forward and relation.comment and relation.impact is None:
        notes.append(_cell(relation.comment).rstrip("."))
    return "; ".join(notes)


def _kind(property_: PropertyDef) -> str:
    text = "money" if property_.is_money else {Datatype.STRING: "text"}.get(property_.datatype, property_.datatype)
    if property_.datatype is Datatype.DECIMAL:
        text += f", {property_.scale} digits"
    if property_.unit and property_.unit not in ("NUM", "FRACTION"):
        text += f", unit {property_.unit}"
    marks = [("key", property_.identifying), ("personal", property_.personal), ("several", not property_.functional)]
    marks.append(("tells parallel relations apart", property_.discriminator))
    return text + "".join(f", *{mark}*" for mark, holds in marks if holds)


def _meaning(property_: PropertyDef) -> str:
    parts = [_cell(property_.comment)] if property_.comment else []
    if property_.values:
        parts.append("One of: " + ", ".join(f"`{v}`" for v in property_.values) + ".")
    if property_.synonyms:
        parts.append(f"Also: {', '.join(property_.synonyms)}.")
    return " ".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main() -> None:
    """Write the page."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.write_text(render(load_ontology()), encoding="utf-8")


if __name__ == "__main__":
    main()
