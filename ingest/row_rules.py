"""Which columns of a table say who a thing is: what erasing takes out of its rows, and what has to stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.compile.expression import parse_expression
from ingest.mapping.model import Cell, Table, Thing, cells, conditions
from ontology.model import Datatype, Ontology, PropertyDef

_WHOLLY_PERSONAL = frozenset({"Person", "Address", "ContactPoint"})
"""Classes of which every text in a row about the erased thing goes."""


@dataclass(frozen=True, slots=True)
class RowRule:
    """Which columns of a table say what of the things that its rows describe."""

    wiped: Mapping[str | None, frozenset[str]]
    """Further thing (None: the whole row is about the erased thing) → columns that are emptied."""
    named: frozenset[str]
    """Columns of the row's name: not emptied but replaced, so that the thing still has one."""
    sealed: Mapping[str | None, frozenset[str]]
    """Further thing → columns of keys that tell who it is: replaced by a pseudonym."""
    identifying: Mapping[str | None, frozenset[str]]
    """Further thing → columns whose cells other rows may refer to it by."""


def row_rule(table: Table, ontology: Ontology, columns: Sequence[str]) -> RowRule:
    """What erasing means for the rows of one table. Columns of keys and references are never emptied."""
    there = frozenset(columns)
    keys = frozenset(c for cell in _reference_cells(table) for c in _columns(cell))
    mentioned = {c for cell in cells(table) for c in _columns(cell)}
    for sql, _ in conditions(table):
        mentioned |= set(parse_expression(sql).columns)
    unmapped = there - mentioned
    told = {t.name: _thing_rule(t, ontology, keys) for t in table.things}
    wiped = {t: r.goes | unmapped for t, r in told.items()}
    sealed = {t: r.sealed for t, r in told.items()}
    identifying = {t: r.tells for t, r in told.items()}
    if table.main is not None:
        for thing in table.things:
            rule = told[thing.name]
            if thing.name is None or _is_wholly_personal(thing, ontology):
                wiped[None] |= rule.goes
                sealed[None] |= rule.sealed
                identifying[None] |= rule.tells
            else:  # a thing that others share, a country or a payment term: only what is marked
                wiped[None] |= _marked(thing, ontology) - keys
                sealed[None] |= _marked(thing, ontology) & keys
    return RowRule(
        {t: c & there for t, c in wiped.items()},
        frozenset(told[None].names if None in told else ()) & there,
        {t: c & there for t, c in sealed.items()},
        {t: c & there for t, c in identifying.items()},
    )


@dataclass(frozen=True, slots=True)
class _ThingRule:
    """Columns that are emptied, name the thing, are keys and tell who it is, and that others refer to it by."""

    goes: frozenset[str]
    names: frozenset[str]
    sealed: frozenset[str]
    tells: frozenset[str]


def _thing_rule(thing: Thing, ontology: Ontology, keys: frozenset[str]) -> _ThingRule:
    class_ = ontology.classes[thing.class_name]
    party = bool({"Party", *_WHOLLY_PERSONAL} & {class_.name, *class_.ancestors})
    goes: set[str] = set()
    names: set[str] = set()
    tells: set[str] = set()
    sealed: set[str] = set()
    for item in thing.properties:
        held = class_.properties[item.name]
        found = set(_columns(item.cell))
        title = held.name == class_.title
        if held.personal or title:
            goes |= found
            names |= found if title else set()
            if held.personal or party:  # a name or an address as key: it stands in the ids of rows
                sealed |= found & keys
        elif held.datatype is Datatype.STRING and not held.values and item.cell.sql is None:
            goes |= found
        if _is_identifier(held):
            tells |= found if held.personal else found - keys
    return _ThingRule(frozenset(goes - keys), frozenset(names - keys), frozenset(sealed), frozenset(tells | sealed))


def _is_identifier(held: PropertyDef) -> bool:
    text = held.datatype is Datatype.STRING and not held.values
    return text and (held.identifying or (held.personal and not held.functional))


def _marked(thing: Thing, ontology: Ontology) -> frozenset[str]:
    held = ontology.classes[thing.class_name].properties
    return frozenset(c for item in thing.properties if held[item.name].personal for c in _columns(item.cell))


def _is_wholly_personal(thing: Thing, ontology: Ontology) -> bool:
    return bool(_WHOLLY_PERSONAL & {thing.class_name, *ontology.classes[thing.class_name].ancestors})


def _reference_cells(table: Table) -> Iterable[Cell]:
    """Cells of keys and references: without them a row loses its place in the graph."""
    yield from table.key
    targets = [same for thing in table.things for same in thing.same_as]
    targets += [relation.target for thing in table.things for relation in thing.relations]
    if table.relation is not None:
        targets += [table.relation.start, table.relation.relation.target]
    for thing in table.things:
        yield from thing.key
    for target in targets:
        yield from target.key
        if target.value is not None:
            yield target.value


def _columns(cell: Cell) -> tuple[str, ...]:
    read = parse_expression(cell.sql).columns if cell.sql is not None else ()
    return (*((cell.column,) if cell.column is not None else ()), *cell.columns, *read)
