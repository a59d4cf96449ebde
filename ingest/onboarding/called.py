"""References to what is no key: a supplier by its name, a customer by the e-mail address; and the second key they need.

A name changes and a key does not, so the things keep their key; beside it the mapping gives their rows a second one
(``also: by_name``), which such references lead to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ingest.onboarding.columns import Value
from ingest.onboarding.further import Further
from ingest.onboarding.inclusion import ValueSets, contained, may_refer
from ingest.onboarding.model import ColumnProfile, KeyProposal, Kind, Reference, TableProfile
from ingest.onboarding.names import GENERIC, reference_likeness, words
from ingest.onboarding.proposed import TableProposal
from ingest.onboarding.roles import RelationProposal
from ingest.onboarding.slugs import slug

_LIKE = 0.85
_ROWS = 0.9
"""Share of the rows with a value that must lead there."""
_NAMES = frozenset({"name", "title", "company", "description"})


def references_by_name(
    tables: Sequence[TableProfile],
    keys: Mapping[str, KeyProposal],
    references: Sequence[Reference],
    sets: ValueSets,
) -> list[Reference]:
    """References to texts other than a table's key, each of them once there, by columns that are called like it."""
    targets = [(t, c) for t in tables if t.name in keys for c in t.columns if _may_lead(t, c, keys[t.name])]
    taken = {(r.table, c) for r in references for c in r.columns}
    found = []
    for table in tables:
        if not table.header:
            continue
        for column in table.columns:
            if (table.name, column.name) in taken or column.kind is not Kind.TEXT or not may_refer(column):
                continue
            if column.distinct < 2 or (table.parent is not None and "." not in column.name):
                continue
            fitting = [r for other, target in targets if (r := _led(table, column, other, target, sets)) is not None]
            fitting.sort(key=lambda r: (-r.score, r.missing))
            if fitting and (len(fitting) == 1 or fitting[1].to == fitting[0].to or fitting[1].score < fitting[0].score):
                found.append(fitting[0])
    return found


def _may_lead(table: TableProfile, column: ColumnProfile, key: KeyProposal) -> bool:
    alone = column.filled == column.distinct and column.filled >= _ROWS * table.rows
    fits = column.named and column.kind is Kind.TEXT and column.mean_length <= 60 and may_refer(column)
    return fits and alone and column.name not in key.columns and table.rows >= 2


def _led(
    table: TableProfile, column: ColumnProfile, other: TableProfile, target: ColumnProfile, sets: ValueSets
) -> Reference | None:
    if other.name == table.name or other.parent == table.name:
        return None
    titles = {other.title, other.read.sheet or other.title}
    like, why = max(reference_likeness(column.name, title, target.name) for title in titles)
    said = words(column.name)
    if said == words(target.name) and not set(said) <= GENERIC | _NAMES:
        like, why = 0.95, f"it is called like {target.name!r} there"
    if like < _LIKE:
        return None
    own, theirs = sets.of(table.name, column), sets.of(other.name, target)
    inside, count = contained(own, theirs)
    if inside < 2 or inside < count / 2:
        return None
    rows = sets.rows_within(table.name, column, theirs) if inside < count else 1.0
    if rows < _ROWS:
        return None
    reason = f"{why}; {inside} of its {count} values are a {target.name} there"
    return Reference(
        table.name,
        (column.name,),
        other.name,
        (target.name,),
        0.62 * like + 0.38 * rows,
        inside / count,
        reason,
        False,
        count - inside,
    )


def by_second_key(value: str) -> Value:
    """A column as a second key, or as what leads to one: blanks and capitals don't count."""
    return Value(value, transforms=("trim", "lower"))


def second_name(column: str) -> str:
    """What the further thing is called that has a column as its key."""
    return f"by_{slug(column, 'name')}"


def with_second_keys(tables: list[TableProposal]) -> list[TableProposal]:
    """With a second key at each table that relations lead to by another column than its key."""
    wanted: dict[str, list[str]] = {}
    for relation in (r for t in tables if not t.left_out for r in _all_relations(t)):
        if relation.at is not None and relation.at not in wanted.setdefault(relation.to, []):
            wanted[relation.to].append(relation.at)
    again = []
    for t in tables:
        more: list[Further] = []
        for column in wanted.get(t.table.name, ()):
            key, class_name = t.key, t.class_.name
            assert key is not None and class_name is not None
            if t.known is not None:
                t = replace(t, known=t.known.with_thing(second_name(column), _as_part(t, column)))
                continue
            more.append(
                Further(
                    second_name(column),
                    class_name,
                    (by_second_key(column),),
                    (),
                    reason=f"others know it by {column!r}: if two ever share one, they would be taken for the same",
                    same_as=key.columns,
                )
            )
        again.append(replace(t, further=(*t.further, *more)) if more else t)
    return again


def _as_part(t: TableProposal, column: str) -> dict[str, object]:
    """The second key of a known system's table, as its template would write it."""
    assert t.key is not None and t.class_.name is not None
    key = {"column": column, "transforms": ["trim", "lower"]}
    return {"class": t.class_.name, "key": [key], "same_as": {t.table.name: list(t.key.columns)}}


def _all_relations(t: TableProposal) -> Iterator[RelationProposal]:
    yield from t.relations
    for further in t.further:
        yield from further.relations
