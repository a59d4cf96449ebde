"""Relations by an identifying value (an order's number, an article's SKU), where no key leads there."""

from __future__ import annotations

from dataclasses import replace

from ingest.onboarding.classes import required
from ingest.onboarding.columns import Value
from ingest.onboarding.inclusion import ValueSets, contained, may_refer
from ingest.onboarding.model import ColumnProfile, Kind, TableProfile
from ingest.onboarding.proposed import TableProposal
from ingest.onboarding.roles import RelationProposal, fitting_roles, role_likeness
from ingest.onboarding.store import Store
from ontology.model import Ontology

_OWN = 0.99
"""Share of different values from which a known system's column tells its rows apart."""


def _lacking(t: TableProposal, ontology: Ontology) -> frozenset[str]:
    """Relations that the class cannot be without and that no key leads to yet; a column may be both key and reference.

    A list of what lies in the one warehouse has the product's number as its key.
    """
    assert t.class_.name is not None
    roles = ontology.roles(t.class_.name)
    there = {roles[r.role].relation.name for r in t.relations if r.role in roles}
    return frozenset(n for n in required(ontology).get(t.class_.name, ()) if n in ontology.relations and n not in there)


def linked_by_value(tables: list[TableProposal], ontology: Ontology, store: Store) -> list[TableProposal]:
    """Relations by an identifying value (an order's number, an article's SKU), where no key leads there."""
    targets: list[tuple[str, str, TableProfile, ColumnProfile]] = []
    for t in tables:
        if t.class_.name is None or t.left_out:
            continue
        definition = ontology.classes[t.class_.name]
        for p in t.properties:
            if definition.properties[p.name].identifying and p.value.column is not None and not p.value.transforms:
                targets.append((t.class_.name, p.name, t.table, t.table.column(p.column)))
        if t.known is not None:
            for name in (n for n, p in definition.properties.items() if p.identifying):
                at = t.known.column_of(name)
                if at is not None and t.table.column(at).share > _OWN:
                    targets.append((t.class_.name, name, t.table, t.table.column(at)))
    if not targets:
        return tables
    stored = {name: f"t{i}" for name, i in store.names.items()}
    sets = ValueSets(store.connection, stored)
    found = []
    for t in tables:
        if t.class_.name is None or t.left_out or t.link is not None or not t.table.header:
            found.append(t)
            continue
        more: list[RelationProposal] = []
        roles_taken = {r.role for r in t.relations}
        lacking = _lacking(t, ontology)
        for column in t.table.columns:
            if (
                (column.name in t.used and not (lacking and t.key is not None and column.name in t.key.columns))
                or column.kind not in (Kind.TEXT, Kind.INTEGER)
                or not may_refer(column)
                or column.distinct < 3
            ):
                continue
            if t.table.parent is not None and not column.name.startswith((t.table.read.explode or "") + "."):
                continue
            for class_name, prop, other, target in targets:
                if other.name == t.table.name or (target.kind is Kind.INTEGER) != (column.kind is Kind.INTEGER):
                    continue
                inside, count = contained(sets.of(t.table.name, column), sets.of(other.name, target))
                if not count or inside / count < 0.9:
                    continue
                roles = [
                    r
                    for r in fitting_roles(ontology, t.class_.name, class_name)
                    if r.name not in roles_taken
                    and not r.relation.discriminators
                    and (column.name not in t.used or r.relation.name in lacking)
                ]
                roles.sort(key=lambda r: (-role_likeness(column.name, r), r.inverse))
                if not roles or (column.kind is Kind.INTEGER and role_likeness(column.name, roles[0]) < 0.7):
                    continue
                role = roles[0]
                roles_taken.add(role.name)
                more.append(
                    RelationProposal(
                        role.name,
                        class_name,
                        (),
                        0.7,
                        f"{inside / count:.0%} of its {count} values are the {prop} of a {class_name} in {other.name}",
                        count - inside,
                        (class_name, prop, Value(column.name)),
                    )
                )
                break
        gone = {m.by[2].column for m in more if m.by is not None}
        found.append(
            replace(t, relations=(*t.relations, *more), unsure=tuple(u for u in t.unsure if u.column not in gone))
        )
    return found
