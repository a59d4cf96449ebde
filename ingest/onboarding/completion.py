"""What a proposal needs to hold together: titles, what a class requires, and no relation into nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ingest.onboarding.classes import required
from ingest.onboarding.columns import PropertyProposal, Value, key_property
from ingest.onboarding.names import words
from ingest.onboarding.proposed import TableProposal
from ingest.onboarding.roles import RelationProposal
from ontology.model import Ontology


def complete(t: TableProposal, ontology: Ontology) -> TableProposal:
    """With a title where one is missing and the key can serve; left out where what the class needs is not there."""
    if t.class_.name is None or t.left_out:
        return t
    definition = ontology.classes[t.class_.name]
    given = {p.name for p in t.properties}
    properties = list(t.properties)
    if t.key is not None and len(t.key.columns) == 1:
        name = key_property(definition)
        column = t.table.column(t.key.columns[0])
        free = column.name not in {p.column for p in t.properties}
        if name is not None and name not in given and free and not t.same_as and name != "sku":
            properties.append(PropertyProposal(name, column.name, Value(column.name), 0.6, "its key"))
            given.add(name)
    if "name" in definition.properties and "name" not in given and definition.title == "name":
        parts = [p for p in t.properties if p.name in ("given_name", "family_name")]
        company = next((p for p in t.properties if p.name == "legal_name"), None)
        if len(parts) == 2:
            names = [_quoted(p.column) for p in sorted(parts, key=lambda p: p.name != "given_name")]
            sql = f"concat_ws(' ', {', '.join(names)})"
            if company is not None:
                sql = f"coalesce({_quoted(company.column)}, {sql})"
            properties.append(PropertyProposal("name", parts[0].column, Value(sql=sql), 0.8, "first and last name"))
        else:
            first, last = _people_names(t)
            if first and last:
                sql = f"concat_ws(' ', {_quoted(first)}, {_quoted(last)})"
                if company is not None:
                    sql = f"coalesce({_quoted(company.column)}, {sql})"
                properties.append(PropertyProposal("name", first, Value(sql=sql), 0.8, "first and last name"))
            elif company is not None:
                properties.append(PropertyProposal("name", company.column, company.value, 0.7, "the company's name"))
            elif not t.same_as and (said := _short_description(t)) is not None:
                properties.append(
                    PropertyProposal("name", said.column, said.value, 0.6, "what tells it apart in words")
                )
            elif not t.same_as and (number := _shown_number(t)) is not None:
                properties.append(
                    PropertyProposal("name", number.column, number.value, 0.6, "it has no name of its own here")
                )
    needed = required(ontology).get(t.class_.name, frozenset())
    there = {
        ontology.roles(t.class_.name)[r.role].relation.name
        for r in t.relations
        if r.role in ontology.roles(t.class_.name)
    }
    lacking = sorted(n for n in needed if n not in there and n not in {p.name for p in properties})
    if lacking and not t.same_as:
        what = " or ".join(_called(n, ontology) for n in lacking)
        return replace(
            t, left_out=f"it looks like {definition.plural}, but nothing in it says which {what} each belongs to"
        )
    needed_roles = {n for n in needed if n in ontology.relations}
    roles = ontology.roles(t.class_.name)
    relations = tuple(
        replace(r, required=r.role in roles and roles[r.role].relation.name in needed_roles) for r in t.relations
    )
    return replace(t, properties=tuple(properties), relations=relations)


def _called(name: str, ontology: Ontology) -> str:
    """What is missing, in words: the thing at the other end of a relation, or the property."""
    return ontology.classes[ontology.relations[name].target].label if name in ontology.relations else name


def _short_description(t: TableProposal) -> PropertyProposal | None:
    """A description so short, and so different from row to row, that it can stand for a name."""
    for p in t.properties:
        column = t.table.column(p.column)
        if p.name == "description" and column.mean_length <= 50 and column.share > 0.9 and column.filled == column.rows:
            return p
    return None


def _shown_number(t: TableProposal) -> PropertyProposal | None:
    """The number, other than the key, that each row has and that can stand for a name."""
    key = set(t.key.columns) if t.key is not None else set()
    for p in t.properties:
        column = t.table.column(p.column)
        plain = p.value.column is not None and not p.value.transforms and p.value.date_format is None
        if p.name in ("account_number", "number", "code") and p.column not in key and plain and column.unique:
            return p
    return None


def _people_names(t: TableProposal) -> tuple[str | None, str | None]:
    first = next(
        (c.name for c in t.table.columns if c.named and words(c.name)[-2:] in (("given", "name"), ("first", "name"))),
        None,
    )
    last = next(
        (c.name for c in t.table.columns if c.named and words(c.name)[-2:] in (("family", "name"), ("last", "name"))),
        None,
    )
    return first, last


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def consistent(tables: list[TableProposal]) -> list[TableProposal]:
    """Without relations to tables that are left out or are no things, or over other columns than their key."""
    while True:
        things = {t.table.name: t for t in tables if not t.left_out and t.class_.name is not None and t.key is not None}
        links = {t.table.name for t in tables if t.link is not None and not {t.link.start, t.link.end} <= set(things)}
        changed = False
        again: list[TableProposal] = []
        for t in tables:
            kept = tuple(r for r in t.relations if r.to.startswith("#") or r.by is not None or _leads(r, things))
            same = tuple(r for r in t.same_as if _leads(r, things))
            further = tuple(f for f in t.further if all(r.to.startswith("#") or _leads(r, things) for r in f.relations))
            lost = t.link is not None and t.table.name in links
            if (
                len(kept) != len(t.relations)
                or len(same) != len(t.same_as)
                or further != t.further
                or (lost and not t.left_out)
            ):
                changed = True
                t = replace(
                    t,
                    relations=kept,
                    same_as=same,
                    further=further,
                    left_out="what it links is not in the mapping" if lost else t.left_out,
                )
                if any(r.required for r in tables[len(again)].relations if r not in kept):
                    t = replace(t, left_out="what its rows belong to is not in the mapping")
            again.append(t)
        tables = again
        if not changed:
            return tables


def _leads(relation: RelationProposal, things: Mapping[str, TableProposal]) -> bool:
    target = things.get(relation.to)
    if relation.at is not None:
        return target is not None and target.key is not None and not target.same_as
    return target is not None and target.key is not None and len(target.key.columns) == len(relation.key)
