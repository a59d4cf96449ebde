"""What a person types (``list_price=12.50``, ``supplier=Acme``, ``emails+=x@y.z``) as statements."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches

from graph_engine.store.runs import Statement
from ingest.state.statements import GONE, NEW, statement_record, thing_record
from ontology import values
from ontology.errors import BadQuestion
from ontology.model import Ontology, PropertyDef, Role
from ontology.types import EntityState

_CHANGE = re.compile(r"^\s*([A-Za-z_][\w.]*?)\s*(\+=|-=|=)(.*)$", re.DOTALL)
_OPS = {"=": "set", "+=": "add", "-=": "remove"}
Resolve = Callable[[str, str], EntityState]
"""(what was typed, class that is expected) → the entity that it names."""


def split_change(change: str) -> tuple[str, str, str]:
    """Name, sign (``=``, ``+=``, ``-=``) and text of what a person typed.

    Raises:
        BadQuestion: it is not written so.
    """
    found = _CHANGE.match(change)
    if found is None:
        raise BadQuestion(f"{change!r} is not name=value.", do="Write for example list_price=12.50.")
    return found[1], found[2], found[3].strip()


def parse_changes(
    kind: str, ontology: Ontology, entity: EntityState, changes: Sequence[str], resolve: Resolve, *,
    author: str, because: str, until: str | None, review: str | None,
) -> tuple[Statement, ...]:  # fmt: skip
    """Statements about ``entity``.

    Raises:
        BadQuestion: no such property or role (with a suggestion), a value that doesn't fit, a date that is none.
    """
    if not because.strip():
        raise BadQuestion("--because is empty.", do="Say in a few words why; it is shown wherever the value is.")
    for option, text in (("--until", until), ("--review", review)):
        if text is not None:
            _day(option, text)
    properties = {n: p for c in entity.classes for n, p in ontology.classes[c].properties.items()}
    roles = {n: r for c in entity.classes for n, r in ontology.roles(c).items()}
    out = []
    for change in changes:
        name, sign, text = split_change(change)
        op = _OPS[sign]
        if name in properties:
            out.append(_property(kind, entity, properties[name], op, text, author, because, until, review))
        elif name in roles and kind == "correct":
            role = roles[name]
            if op == "set" and not (role.relation.inverse_functional if role.inverse else role.relation.functional):
                raise BadQuestion(
                    f"{name} may lead to several things, so there is none to put in the place of.",
                    do=f"Write {name}+=NAME to add one, {name}-=NAME to take one away.",
                )
            other = resolve(text, role.target)
            out.append(
                Statement(
                    statement_record(kind, entity.founding, name, other.founding, op), entity.founding, name, op,
                    other.founding, author, because, until, review,
                )
            )  # fmt: skip
        else:
            known = sorted(properties) + (sorted(roles) if kind == "correct" else [])
            near = get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(sorted(properties))}."
            raise BadQuestion(f"{' and '.join(entity.classes)} has no property {name!r}.", do=hint)
    return tuple(out)


def new_thing(
    kind: str, ontology: Ontology, class_name: str, key: str, entered: Mapping[str, str], *,
    author: str, because: str, review: str | None = None,
) -> tuple[Statement, ...]:  # fmt: skip
    """Statements that a thing is there which no source has, and what it is like; the first one's record names it.

    Args:
        key: tells it from other things of its class that are entered.
        entered: property → what a person would type.

    Raises:
        BadQuestion: a value does not fit.
    """
    record = thing_record(kind, class_name, key)
    made = [Statement(record, record, NEW, NEW, class_name, author, because, None, review)]
    for name, text in sorted(entered.items()):
        definition = ontology.classes[class_name].properties[name]
        made.append(_said(kind, record, definition, "set", text, author, because, None, review))
    return tuple(made)


def gone_thing(mentions: Sequence[str], *, author: str, because: str) -> tuple[Statement, ...]:
    """Statements that a thing is there no more, whatever sources say: one for each of its mentions."""
    return tuple(
        Statement(statement_record("correct", m, GONE, None, "set"), m, GONE, GONE, None, author, because)
        for m in sorted(mentions)
    )


def new_relation(
    kind: str, role: Role, near: str, far: str, figures: Mapping[str, str], *,
    author: str, because: str, valid_from: date | None = None, valid_to: date | None = None,
) -> Statement:  # fmt: skip
    """A statement that two mentions are related.

    Args:
        figures: property of the relation → what a person would type.

    Raises:
        BadQuestion: a value does not fit.
    """
    single = role.relation.inverse_functional if role.inverse else role.relation.functional
    op = "set" if single else "add"
    known = role.relation.properties
    canonical = {name: _canonical(known[name], text) for name, text in sorted(figures.items())}
    return Statement(
        statement_record(kind, near, role.name, far, op), near, role.name, op, far, author, because,
        figures=json.dumps(canonical) if canonical else "",
        valid_from=None if valid_from is None else valid_from.isoformat(),
        valid_to=None if valid_to is None else valid_to.isoformat(),
    )  # fmt: skip


def _property(
    kind: str, entity: EntityState, definition: PropertyDef, op: str, text: str,
    author: str, because: str, until: str | None, review: str | None,
) -> Statement:  # fmt: skip
    if op != "set" and definition.functional:
        raise BadQuestion(f"{definition.name} has one value only.", do=f"Write {definition.name}=value.")
    if op == "remove":
        raise BadQuestion(
            f"A value of the list {definition.name} cannot be taken out alone.", do=f"Write {definition.name}=value."
        )
    return _said(kind, entity.founding, definition, op, text, author, because, until, review)


def _said(
    kind: str, mention: str, definition: PropertyDef, op: str, text: str,
    author: str, because: str, until: str | None, review: str | None,
) -> Statement:  # fmt: skip
    if not text and kind == "assume":
        raise BadQuestion("An assumption needs a value.", do=f"Write {definition.name}=value.")
    canonical = _canonical(definition, text) if text else None
    record = statement_record(kind, mention, definition.name, canonical, op)
    return Statement(record, mention, definition.name, op, canonical, author, because, until, review)


def _canonical(definition: PropertyDef, text: str) -> str:
    try:
        canonical = values.parse(definition, text)
    except ValueError as problem:
        raise BadQuestion(f"{problem}.", do="Dates are written 2026-03-31, decimals with a point.") from problem
    if definition.values and canonical not in definition.values:
        raise BadQuestion(f"{definition.name} cannot be {text!r}.", do=f"It is one of: {', '.join(definition.values)}.")
    return canonical


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise BadQuestion(f"{option} {text!r} is not a date.", do="Write it as 2026-03-31.") from problem
