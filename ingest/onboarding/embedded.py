"""Things that stand within the rows of others: the order in each of its lines, the product and the customer by columns.

A flat export repeats what it says of an order in each line, and of a customer in each order. Columns belong to such a
thing if they are called after it and depend on its key: the same key, the same value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.onboarding.called import by_second_key
from ingest.onboarding.classes import class_forms, is_party, required
from ingest.onboarding.columns import SURE, PropertyProposal, Value, assign, misfit, name_fit, value_of
from ingest.onboarding.further import Further
from ingest.onboarding.model import ColumnProfile, Kind
from ingest.onboarding.names import is_number_of, words
from ingest.onboarding.proposed import TableProposal
from ingest.onboarding.roles import RelationProposal, fitting_roles, key_values, role_likeness
from ingest.onboarding.store import Store
from ontology.model import ClassDef, Ontology, Role

_SAME = 0.98
"""Share of a thing's keys with one value of a column, from which the column says something of the thing."""
_LEAST_ROWS = 4


def with_embedded(tables: list[TableProposal], ontology: Ontology, store: Store) -> list[TableProposal]:
    """With the things that rows hold beside their own."""
    again = []
    for t in tables:
        plain = t.class_.name is not None and not t.left_out and t.link is None and t.known is None
        if plain and t.table.header and t.table.parent is None and t.table.rows >= _LEAST_ROWS:
            t = _with_head(t, ontology, store)
            t = _with_things(t, ontology, store)
        again.append(t)
    return again


def _depends(t: TableProposal, key: ColumnProfile, column: ColumnProfile, store: Store) -> bool:
    """Whether rows with the same key say the same in a column."""
    k, c = f"c{key.position}", f"c{column.position}"
    row = store.connection.execute(
        f"SELECT count(*), count(*) FILTER (n = 1) FROM (SELECT count(DISTINCT coalesce({c}, '')) AS n FROM "
        f"t{store.names[t.table.name]} WHERE {k} IS NOT NULL GROUP BY lower({k}))"
    ).fetchone()
    return row is not None and row[0] > 0 and row[1] >= _SAME * row[0]


def _with_head(t: TableProposal, ontology: Ontology, store: Store) -> TableProposal:
    """Lines that lack what they belong to, with that: its number stands in each, and what depends on it."""
    assert t.class_.name is not None
    roles = ontology.roles(t.class_.name)
    taken = {roles[r.role].relation.name for r in t.relations if r.role in roles}
    lacking = [n for n in required(ontology).get(t.class_.name, ()) if n in ontology.relations and n not in taken]
    role = next((r for r in roles.values() if not r.inverse and [r.relation.name] == lacking), None)
    if role is None or t.key is None or len(t.key.columns) < 2:
        return t
    head = ontology.classes[role.target]
    called = {f.words for f in class_forms(ontology)[head.name]}
    number = next((c for c in t.key.columns if is_number_of(c, called)), None)
    if number is None:
        return t
    key = t.table.column(number)
    own = [c for c in t.table.columns if c.name != number and c.filled and _depends(t, key, c, store)]
    named = {c.name for c in own}
    found = assign(t.table, head, frozenset(c.name for c in t.table.columns if c.name not in named))
    moved = {p.column for p in found.properties}
    properties = list(found.properties)
    title = head.title if head.title in ("number", "name") else None
    if title is not None and title not in {p.name for p in properties}:
        properties.append(PropertyProposal(title, number, Value(number), 0.85, "its number"))
    relations, used = [], set()
    for reference in t.unnamed:
        end = t.classes.get(reference.to)
        fitting = fitting_roles(ontology, head.name, end) if end is not None and set(reference.columns) <= named else []
        best = max(((role_likeness(reference.columns[0], r), r.name) for r in fitting if not r.inverse), default=None)
        if best is not None and best[0] >= 0.7 and best[1] not in used:
            used.add(best[1])
            relations.append(
                RelationProposal(best[1], reference.to, key_values(reference), reference.score, reference.reason)
            )
    inside = replace(t, properties=(), relations=tuple(relations), further=(), class_=replace(t.class_, name=head.name))
    whole = _with_things(inside, ontology, store, frozenset(named - moved))
    moved |= {p.column for f in whole.further for p in f.properties}
    why = f"rows with the same {number} say the same of it"
    thing = Further("head", head.name, (Value(number),), tuple(properties), whole.relations, why)
    lead = RelationProposal(role.name, "#head", (), 0.85, why)
    return replace(
        t,
        properties=tuple(p for p in t.properties if p.column not in moved),
        unsure=tuple(u for u in t.unsure if u.column not in moved),
        relations=(*t.relations, lead),
        further=(*t.further, *whole.further, thing),
    )


def _with_things(
    t: TableProposal, ontology: Ontology, store: Store, only: frozenset[str] | None = None
) -> TableProposal:
    """With the product, customer or supplier that columns are called after. ``only``: the columns to look at."""
    assert t.class_.name is not None
    roles = ontology.roles(t.class_.name)
    taken = {r.role for r in t.relations}
    needed = {r.name for r in roles.values() if r.relation.name in required(ontology).get(t.class_.name, ())}
    for role in sorted(roles.values(), key=lambda r: (r.name not in needed, r.name)):
        if role.inverse or not role.relation.functional or role.relation.discriminators or role.name in taken:
            continue
        target = ontology.classes.get(role.target)
        if target is None or (target.name != "Product" and not is_party(target)) or target.name == "Party":
            continue
        if any(ontology.is_a(c, target.name) or ontology.is_a(target.name, c) for c in t.classes.values()):
            continue  # a table of its own says what they are
        free = [
            c
            for c in t.table.columns
            if c.named and c.filled and c.name not in t.used - _key_of(t) and (only is None or c.name in only)
        ]
        thing = _thing(t, role, target, free, ontology, store)
        if thing is not None:
            why = thing.reason
            t = replace(
                t,
                further=(*t.further, thing),
                relations=(*t.relations, RelationProposal(role.name, f"#{thing.name}", (), 0.8, why)),
            )
            taken.add(role.name)
    return t


def _key_of(t: TableProposal) -> frozenset[str]:
    return frozenset(t.key.columns) if t.key is not None else frozenset()


def _thing(
    t: TableProposal,
    role: Role,
    target: ClassDef,
    free: Sequence[ColumnProfile],
    ontology: Ontology,
    store: Store,
) -> Further | None:
    """The thing that some of these columns are about, if one of them can tell such things apart."""
    forms = {f.words for f in class_forms(ontology)[target.name]} | {words(role.name)}
    about = [c for c in free if any(words(c.name)[: len(f)] == f for f in forms) or _identifies(c, target)]
    ranked = sorted(
        ((rank, c.position, c) for c in about if (rank := _rank(c, target, forms)) is not None), key=lambda r: r[:2]
    )
    if not ranked or ranked[0][2].distinct < 2:
        return None
    key = ranked[0][2]
    if len(about) < 2 and not _identifies(key, target):
        return None  # one number or name alone is little to go by
    properties: dict[str, PropertyProposal] = {}
    for column in about:
        if column is not key and not _depends(t, key, column, store):
            continue
        fits = sorted(
            (
                (score, p.name)
                for p in target.properties.values()
                if (score := name_fit(column.name, p, target)[0]) >= SURE
            ),
            reverse=True,
        )
        bare = words(column.name) in forms and not _identifies(column, target)
        names = ["name"] if bare and "name" in target.properties else [n for _, n in fits]
        for name in names:
            prop = target.properties[name]
            if name not in properties and not (misfit(column, prop) and column.share >= 0.9):
                why = f"called after the {target.label}"
                properties[name] = PropertyProposal(name, column.name, value_of(column, prop), 0.8, why)
                break
    title = target.title
    if title is not None and title not in properties and title in target.properties:
        properties[title] = PropertyProposal(title, key.name, Value(key.name), 0.7, "known by this")
    said = "says" if len(about) == 1 else "say"
    reason = f"{', '.join(c.name for c in about[:4])} {said} which {target.label} it is"
    return Further(role.name, target.name, (by_second_key(key.name),), tuple(properties.values()), (), reason)


def _identifies(column: ColumnProfile, target: ClassDef) -> bool:
    """``SKU``: called like what identifies such a thing, and nothing else."""
    return any(
        p.identifying and p.name in ("sku", "gtin") and name_fit(column.name, p, target)[0] >= 0.95
        for p in target.properties.values()
    )


def _rank(column: ColumnProfile, target: ClassDef, forms: set[tuple[str, ...]]) -> int | None:
    """How well a column tells such things apart: its own number, an address, a name; None: not at all."""
    said = words(column.name)
    if _identifies(column, target) or is_number_of(column.name, forms):
        return 0
    if column.kind is Kind.EMAIL:
        return 1
    if column.kind is Kind.TEXT and (said in forms or said[-1] in ("name", "title")) and column.mean_length >= 3:
        return 2
    return None
