"""A mapping against the ontology, against the columns of its sources, and against other mappings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from ingest.mapping.columns import check_columns, check_expressions
from ingest.mapping.model import (
    Cell,
    PropertyMap,
    RelationMap,
    RelationRow,
    SourceMapping,
    Table,
    Target,
    Thing,
)
from ingest.mapping.problems import Collector, suggestion
from ontology.model import ClassDef, Datatype, Ontology, PropertyDef, RelationDef, Role


def check_mapping(mapping: SourceMapping, ontology: Ontology, found: Collector) -> SourceMapping:
    """The mapping with each relation row's class filled in; problems go to ``found``."""
    tables = {}
    for table in mapping.tables.values():
        for thing in table.things:
            _thing(thing, table, mapping, ontology, found)
        relation = table.relation
        if relation is not None:
            relation = _relation_row(relation, table, mapping, ontology, found)
        for rule in table.contract:
            if rule.reference is not None:
                _target(rule.reference, None, table, mapping, ontology, found)
        check_expressions(table, found)
        if table.read.columns and table.read.explode is None:
            check_columns(table, table.read.columns, found)
        tables[table.name] = replace(table, relation=relation)
    return replace(mapping, tables=MappingProxyType(tables))


def check_together(mappings: Iterable[SourceMapping], ontology: Ontology, found: Collector) -> None:
    """References from one source to another lead somewhere that fits."""
    by_source: dict[str, SourceMapping] = {}
    folded: dict[str, SourceMapping] = {}
    for mapping in mappings:
        first = folded.setdefault(mapping.source.casefold(), mapping)
        if first is not mapping:
            found.add(
                next(iter(mapping.tables.values())).where,
                f"source {mapping.source!r} is mapped twice, also in {first.path} (as {first.source!r}).",
                "Give one of them another `source:` name, or put all tables of the system into one file.",
            )
        by_source[mapping.source] = mapping
    for mapping in by_source.values():
        for table in mapping.tables.values():
            for target, expected in _targets(table, ontology):
                if target.source is None or target.source == mapping.source:
                    continue
                other = by_source.get(target.source)
                if other is None:
                    found.unknown(target.where, "source", target.source, by_source)
                elif target.table is not None:
                    _fits(target, expected, other, ontology, found)


def _targets(table: Table, ontology: Ontology) -> Iterable[tuple[Target, str | None]]:
    for thing in table.things:
        for same in thing.same_as:
            yield same, _general(ontology.classes[thing.class_name])
        roles = ontology.roles(thing.class_name)
        for relation in thing.relations:
            yield relation.target, roles[relation.role].target
    if table.relation is not None:
        role = ontology.roles(table.relation.class_name)[table.relation.role]
        yield table.relation.relation.target, role.target
    for rule in table.contract:
        if rule.reference is not None:
            yield rule.reference, None


def _thing(thing: Thing, table: Table, mapping: SourceMapping, ontology: Ontology, found: Collector) -> None:
    definition = ontology.classes.get(thing.class_name)
    if definition is None:
        found.unknown(thing.where, "class", thing.class_name, ontology.classes, called=_called(ontology.classes))
        return
    _properties(thing.properties, definition.properties, f" of {definition.name}", mapping, found)
    for same in thing.same_as:
        _target(same, _general(definition), table, mapping, ontology, found)
    roles = ontology.roles(definition.name)
    for relation in thing.relations:
        role = roles.get(relation.role)
        if role is None:
            found.unknown(relation.where, "role", relation.role, roles, f" of {definition.name}", _called_roles(roles))
        else:
            _relation(relation, role, table, mapping, ontology, found)


def _general(definition: ClassDef) -> str:
    """The most general class of a thing: one thing may be of two of its subclasses (an employee who is a customer)."""
    return definition.ancestors[-1] if definition.ancestors else definition.name


def _relation_row(
    row: RelationRow, table: Table, mapping: SourceMapping, ontology: Ontology, found: Collector
) -> RelationRow:
    start = row.start
    if start.table is None:
        return row
    if start.source != mapping.source:
        found.add(
            start.where,
            f"a relation row must start from a table of its own source, {mapping.source!r}.",
            "Turn it round: use the inverse role.",
        )
        return row
    origin = mapping.tables.get(start.table)
    if origin is None:
        found.unknown(start.where, "table", start.table, mapping.tables)
        return row
    thing = origin.thing(start.thing)
    definition: ClassDef | None = ontology.classes.get(thing.class_name) if thing is not None else None
    if thing is None:
        found.add(
            start.where, f"the rows of {start.table!r} describe no such thing.", "Start from a table with a `class:`."
        )
    if thing is None or definition is None:
        return row
    _key_fits(start, origin, found)
    roles = ontology.roles(definition.name)
    role = roles.get(row.role)
    if role is None:
        found.unknown(row.where, "role", row.role, roles, f" of {definition.name}", _called_roles(roles))
        return row
    _relation(row.relation, role, table, mapping, ontology, found)
    return replace(row, class_name=definition.name)


def _relation(
    relation: RelationMap, role: Role, table: Table, mapping: SourceMapping, ontology: Ontology, found: Collector
) -> None:
    definition: RelationDef = role.relation
    _properties(relation.properties, definition.properties, f" of the relation {definition.name}", mapping, found)
    given = {p.name for p in relation.properties}
    for name in definition.discriminators:
        if name not in given and name not in ("valid_from", "valid_to"):
            found.add(
                relation.where,
                f"{definition.name} is told apart by {name!r}, which is not mapped.",
                f"Add `properties: {{{name}: column}}`.",
            )
    if not definition.has_valid_time and (relation.valid_from or relation.valid_to):
        found.add(
            relation.where,
            f"{definition.name} has no valid time in the ontology.",
            "Leave `valid_from` and `valid_to` out.",
        )
    _target(relation.target, role.target, table, mapping, ontology, found)


def _target(
    target: Target, expected: str | None, table: Table, mapping: SourceMapping, ontology: Ontology, found: Collector
) -> None:
    """``expected`` is the class that must stand there; None: any."""
    if target.class_name is not None:
        definition = ontology.classes.get(target.class_name)
        if definition is None:
            found.unknown(target.where, "class", target.class_name, ontology.classes, called=_called(ontology.classes))
            return
        _classes_fit(target, definition.name, expected, ontology, found)
        names = [p.name for p in definition.identifying]
        if target.property not in names:
            found.unknown(target.where, "identifying property", target.property or "", names, f" of {definition.name}")
    elif target.table is None:
        thing = table.thing(target.thing or None)
        if thing is None:
            found.unknown(
                target.where,
                "thing",
                target.thing or "",
                [t.name for t in table.things if t.name],
                f" in {table.name!r}",
            )
        else:
            _classes_fit(target, thing.class_name, expected, ontology, found)
    elif target.source == mapping.source:
        _fits(target, expected, mapping, ontology, found)


def _fits(target: Target, expected: str | None, mapping: SourceMapping, ontology: Ontology, found: Collector) -> None:
    """The table, its key and its class fit the reference."""
    assert target.table is not None
    other = mapping.tables.get(target.table)
    if other is None:
        found.unknown(target.where, "table", target.table, mapping.tables, f" in {mapping.source!r}")
        return
    _key_fits(target, other, found)
    thing = other.thing(target.thing)
    if thing is None:
        if expected is not None:
            names = [t.name for t in other.things if t.name]
            what = (
                f"the rows of {target.table!r} describe no {'thing' if target.thing is None else repr(target.thing)}."
            )
            found.add(target.where, what, suggestion(target.thing or "", names))
        return
    _classes_fit(target, thing.class_name, expected, ontology, found)


def _key_fits(target: Target, other: Table, found: Collector) -> None:
    thing = other.thing(target.thing) if target.thing else None
    wanted = thing.key if thing is not None else other.key
    if not wanted:
        found.add(target.where, f"table {other.name!r} has no key to point to.", "Add `key: [columns]` to it.")
    elif len(target.key) != len(wanted):
        found.add(
            target.where,
            f"{len(target.key)} columns are given, but the key of {other.name!r} has {len(wanted)}.",
            f"It is: {', '.join(cell.label for cell in wanted)}.",
        )


def _classes_fit(target: Target, name: str, expected: str | None, ontology: Ontology, found: Collector) -> None:
    if expected is None or name not in ontology.classes:
        return
    if not (ontology.is_a(name, expected) or ontology.is_a(expected, name)):
        found.add(
            target.where, f"this leads to a {name}, but a {expected} is expected.", "Check the table or the role."
        )


def _properties(
    given: Sequence[PropertyMap],
    definitions: Mapping[str, PropertyDef],
    of: str,
    mapping: SourceMapping,
    found: Collector,
) -> None:
    names = {item.name for item in given}
    for item in given:
        cell = item.cell
        definition = definitions.get(item.name)
        if definition is None:
            found.unknown(cell.where, "property", item.name, definitions, of, _called(definitions))
            continue
        if definition.currency is not None and definition.currency not in names and mapping.currency is None:
            found.add(
                cell.where,
                f"{item.name!r} is an amount of money without a currency.",
                f"Add `currency: EUR` to the mapping, or map {definition.currency!r} beside it.",
            )
        if (cell.columns or cell.split) and definition.functional:
            found.add(
                cell.where,
                f"{item.name!r} takes one value, but several are given.",
                "Choose one column, or declare the property as multiple.",
            )
        if cell.datetime_format and definition.datatype not in (Datatype.DATETIME, Datatype.DATE):
            found.add(
                cell.where,
                f"{item.name!r} is a {definition.datatype.value}, not a date.",
                "Leave `datetime_format` out.",
            )
        if cell.date_format and definition.datatype not in (Datatype.DATETIME, Datatype.DATE):
            found.add(
                cell.where, f"{item.name!r} is a {definition.datatype.value}, not a date.", "Leave `date_format` out."
            )
        constant_problem = _constant(cell, definition)
        if constant_problem:
            found.add(cell.where, constant_problem)


def _called(definitions: Mapping[str, ClassDef] | Mapping[str, PropertyDef]) -> dict[str, tuple[str, ...]]:
    """Labels in all languages and synonyms."""
    return {n: (d.label, *d.labels.values(), *d.synonyms) for n, d in definitions.items()}


def _called_roles(roles: Mapping[str, Role]) -> dict[str, tuple[str, ...]]:
    """What a role is called: its relation's label and synonyms, or the label seen from the other end."""
    return {
        n: (r.relation.inverse_label,) if r.inverse else (r.relation.label, *r.relation.synonyms)
        for n, r in roles.items()
    }


def _constant(cell: Cell, definition: PropertyDef) -> str:
    from ontology.values import parse

    if cell.const is None or cell.transforms or cell.date_format or cell.datetime_format:
        return ""
    try:
        parse(definition, cell.const)
    except ValueError as problem:
        return f"{problem}."
    if definition.values and cell.const not in definition.values:
        return f"{cell.const!r} is not permitted for {definition.name!r}: {', '.join(definition.values)}."
    return ""
