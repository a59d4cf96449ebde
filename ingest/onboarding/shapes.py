"""Shapes proposed from the rows of a folder, before anything is in the graph, as `knockon shapes suggest` does after.

Only classes that one table alone describes are looked at: what holds of one table need not hold of things known from
another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from ingest.onboarding.columns import PropertyProposal
from ingest.onboarding.contracts import ENOUGH
from ingest.onboarding.first_look import day
from ingest.onboarding.model import ColumnProfile, Kind
from ingest.onboarding.proposed import TableProposal
from ingest.onboarding.store import Store
from ontology.model import Datatype, Ontology, PropertyDef
from validation.suggest import (
    ClassProfile,
    PairProfile,
    PropertyProfile,
    RelationProfile,
    as_turtle,
    forms_of,
    proposals,
)

_LISTED = 12
_LOOKED_AT = 20_000
_NUMBERS = (Kind.INTEGER, Kind.DECIMAL)
_DAYS = (Kind.DATE, Kind.DATETIME)


def proposed_shapes(tables: Sequence[TableProposal], ontology: Ontology, store: Store) -> tuple[str, int]:
    """A Turtle file of shapes as warnings, each with its evidence; and how many rules it holds."""
    texts = []
    count = 0
    for t in tables:
        if t.class_.name is None or not _alone(t, tables, ontology):
            continue
        profile = _profile(t, t.class_.name, ontology, store)
        listed = proposals(profile, presence=1.0)
        if listed:
            count += len(listed)
            texts.append(as_turtle(profile, listed).replace(" entities of class ", f" rows of {t.table.name}, class "))
    return "\n".join(texts), count


def _alone(t: TableProposal, tables: Sequence[TableProposal], ontology: Ontology) -> bool:
    """Whether no other table describes things of this class, of a kind of it, or of what it is a kind of."""
    name = t.class_.name
    if name is None or t.left_out or t.known is not None or t.same_as or t.table.rows < ENOUGH or t.table.bad_rows:
        return False
    for other in tables:
        if other.left_out:
            continue
        classes = [other.class_.name, *(f.class_name for f in other.further)] if other is not t else []
        if any(c is not None and (ontology.is_a(c, name) or ontology.is_a(name, c)) for c in classes):
            return False
        if any(r.to == t.table.name for r in other.same_as):
            return False
    return True


def _profile(t: TableProposal, name: str, ontology: Ontology, store: Store) -> ClassProfile:
    definition = ontology.classes[name]
    properties = []
    days: list[tuple[PropertyDef, str]] = []
    for p in t.properties:
        column, prop = t.table.column(p.column), definition.properties[p.name]
        properties.append(_property(t, p, column, prop, store))
        if column.kind in _DAYS and prop.datatype is Datatype.DATE:
            days.append((prop, day(column)))
    roles = ontology.roles(name)
    relations = [
        RelationProfile(roles[r.role].relation, _filled(t, [v.column for v in r.key if v.column], store), 1)
        for r in t.relations
        if r.role in roles and not roles[r.role].inverse and not r.missing and r.key
    ]
    return ClassProfile(definition, t.table.rows, tuple(properties), tuple(relations), tuple(_pairs(t, days, store)))


def _property(
    t: TableProposal, p: PropertyProposal, column: ColumnProfile, prop: PropertyDef, store: Store
) -> PropertyProfile:
    present = column.filled if p.value.sql is None or column.kind in (*_DAYS, Kind.BOOLEAN) else 0
    plain = p.value.sql is None and not p.value.transforms and p.value.const is None and prop.functional
    low = high = None
    listed: tuple[str, ...] = ()
    longest = None
    forms: tuple[str, ...] = ()
    c, table = f"c{column.position}", f"t{store.names[t.table.name]}"
    if plain and column.kind in _NUMBERS and prop.datatype in (Datatype.INTEGER, Datatype.DECIMAL):
        scaled = f"CAST(ceil(%s(TRY_CAST({c} AS DOUBLE)) * {10 ** (prop.scale or 0)}) AS BIGINT)"
        row = store.connection.execute(f"SELECT {scaled % 'min'}, {scaled % 'max'} FROM {table}").fetchone()
        if row is not None and row[0] is not None:
            low, high = str(row[0]), str(row[1])
    elif plain and prop.datatype is Datatype.STRING and not prop.values:
        found = [
            str(r[0])
            for r in store.connection.execute(
                f"SELECT DISTINCT {c} FROM {table} WHERE {c} IS NOT NULL ORDER BY 1 LIMIT {_LOOKED_AT}"
            ).fetchall()
        ]
        listed = tuple(found) if len(found) <= _LISTED and _each_often(c, table, store) else ()
        forms = forms_of(found) if _LISTED < len(found) < _LOOKED_AT else ()
    return PropertyProfile(prop, present, column.distinct, low, high, listed, longest, forms)


def _each_often(c: str, table: str, store: Store) -> bool:
    row = store.connection.execute(
        f"SELECT min(n) FROM (SELECT count(*) AS n FROM {table} WHERE {c} IS NOT NULL GROUP BY {c})"
    ).fetchone()
    return row is not None and row[0] is not None and row[0] >= 5


def _filled(t: TableProposal, columns: Sequence[str], store: Store) -> int:
    whole = " AND ".join(f"c{t.table.column(c).position} IS NOT NULL" for c in columns) or "false"
    row = store.connection.execute(f"SELECT count(*) FROM t{store.names[t.table.name]} WHERE {whole}").fetchone()
    return int(row[0]) if row is not None else 0


def _pairs(t: TableProposal, days: Sequence[tuple[PropertyDef, str]], store: Store) -> Iterator[PairProfile]:
    for (first, a), (second, b) in permutations(days, 2):
        row = store.connection.execute(
            f"SELECT count(*), count(*) FILTER ({a} <= {b}), count(*) FILTER ({a} < {b}) FROM "
            f"t{store.names[t.table.name]} WHERE {a} IS NOT NULL AND {b} IS NOT NULL"
        ).fetchone()
        if row is not None and row[2]:
            yield PairProfile(first, second, int(row[0]), int(row[1]))
