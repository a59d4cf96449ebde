"""Which columns lead to which tables: values that are there, names that fit, and what speaks against chance.

A column within a key ``1…n`` proves little: any small number is there. So an inclusion counts by how unlikely it is by
chance (gaps in the key, values that are no plain numbers, a range that is filled); a name that fits counts beside it.
Where several tables fit equally, or little speaks for one, nothing is proposed: it becomes a question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.onboarding.agreement import agreed
from ingest.onboarding.chance import evidence, hardly_by_chance
from ingest.onboarding.inclusion import Inclusion, ValueSets, contained, inclusions
from ingest.onboarding.model import ColumnProfile, KeyProposal, Kind, Reference, TableProfile
from ingest.onboarding.names import is_key_like, reference_likeness, stem, words
from ingest.onboarding.spans import COUNTS, RAISED, SORTED, Spans, joins, sorts, speaks_of

LEAST = 0.9
"""Share of the values that must be there: exports have a few rows that lead nowhere."""
ACCEPTED = 0.6
POSSIBLE = 0.35
"""Below, nothing is asked; what the ontology speaks for may still be a reference."""
_WEAK = 0.2
_REFERRING = frozenset(
    {
        "by",
        "to",
        "from",
        "via",
        "parent",
        "manager",
        "superior",
        "owner",
        "head",
        "ref",
        "reference",
        "component",
        "assembly",
        "rep",
        "agent",
    }
)
_FLAGS = frozenset(
    {
        "status",
        "level",
        "priority",
        "rating",
        "rank",
        "count",
        "quantity",
        "size",
        "revision",
        "version",
        "year",
        "month",
        "day",
        "days",
        "age",
        "points",
        "score",
        "percent",
        "hours",
        "minute",
        "duration",
        "length",
        "width",
        "height",
        "weight",
        "time",
        "class",
        "kind",
        "line",
        "sequence",
        "index",
        "stock",
        "unit",
        "units",
        "price",
        "amount",
        "total",
        "flag",
        "cost",
        "rate",
        "frequency",
        "term",
    }
)
_TECHNICAL = frozenset({"rowguid", "modified", "timestamp"})


def find_references(
    tables: Sequence[TableProfile], keys: Mapping[str, KeyProposal], sets: ValueSets
) -> tuple[list[Reference], list[Reference]]:
    """The references that can be relied on, and those that are possible, best first."""
    by_name = {t.name: t for t in tables}
    targets = [(by_name[k.table], by_name[k.table].column(k.columns[0])) for k in keys.values() if len(k.columns) == 1]
    targets = [(t, c) for t, c in targets if c.kind not in (Kind.DATE, Kind.DATETIME)]
    scored: dict[tuple[str, str], list[Reference]] = {}
    for found in inclusions(tables, targets, sets, LEAST, _is_likely):
        reference = _scored(found, by_name, keys, joins(by_name[found.table], tables))
        if reference is not None:
            scored.setdefault((found.table, found.column), []).append(reference)
    spans = Spans(tables, sets)
    for (table, column), candidates in scored.items():
        profile = by_name[table].column(column)
        if not profile.named:
            candidates[:] = spans.raised(by_name[table], profile, candidates, by_name)
    _one_of_each_sort(scored, by_name)
    sure: list[Reference] = []
    possible: list[Reference] = []
    for (table, column), candidates in sorted(scored.items()):
        chosen, rest = _choose(by_name[table], by_name[table].column(column), candidates, by_name, keys)
        sure += [chosen] if chosen is not None else []
        possible += rest
    sure = _without_rings(_one_spoken_of(sure, by_name), by_name)
    led = {(r.table, r.columns) for r in sure}
    ways = agreed([r for r in possible if (r.table, r.columns) not in led], sure, by_name, sets)
    ways += _beside([r for r in possible if (r.table, r.columns) not in led], sure, by_name)
    led = {(r.table, r.columns) for r in ways}
    sure += ways
    possible = [r for r in possible if (r.table, r.columns) not in led]
    sure += _composite(tables, keys, sets)
    return sure, sorted(possible, key=lambda r: -r.score)


def _one_of_each_sort(scored: Mapping[tuple[str, str], list[Reference]], tables: Mapping[str, TableProfile]) -> None:
    """Without names, what a table's things are sorted by is meant by one column: if several could be it, by none."""
    meant: dict[tuple[str, str], int] = {}
    for (table, _), candidates in scored.items():
        for r in candidates:
            meant[table, r.to] = meant.get((table, r.to), 0) + (r.score >= COUNTS and max(candidates, key=_score) is r)
    for (table, column), candidates in scored.items():
        if tables[table].column(column).named:
            continue
        candidates[:] = [
            replace(r, score=min(r.score, COUNTS))
            if sorts(tables[table], tables[r.to]) and meant[table, r.to] > 1
            else r
            for r in candidates
        ]


def _score(reference: Reference) -> float:
    return reference.score


def _beside(
    undecided: Sequence[Reference], sure: Sequence[Reference], tables: Mapping[str, TableProfile]
) -> list[Reference]:
    """A code beside another one that leads to the same table: from one currency to another, whatever few are used."""
    led = {(r.table, tables[r.table].column(r.columns[0]).position, r.to): r for r in sure if len(r.columns) == 1}
    found = []
    for r in undecided:
        column = tables[r.table].column(r.columns[0])
        if column.named or column.kind is not Kind.TEXT or r.missing:
            continue
        for at in (column.position - 1, column.position + 1):
            other = led.get((r.table, at, r.to))
            if other is None:
                continue
            beside = tables[r.table].column(other.columns[0])
            if beside.mean_length == column.mean_length and beside.longest == column.longest:
                why = f"the code beside it leads there, too; {r.reason}"
                found.append(replace(r, score=max(r.score, RAISED), reason=why))
                break
    return found


_NAMED_FOR = 0.85
"""Likeness of names from which a few orphans more than usual are put down to the data."""


def _is_likely(table: TableProfile, column: ColumnProfile, other: TableProfile, key: ColumnProfile) -> bool:
    """Whether a column is called as one is that leads there."""
    if not (column.named and key.named) or table.name == other.name:
        return False
    return reference_likeness(column.name, other.title, key.name)[0] >= _NAMED_FOR


def _scored(
    found: Inclusion, tables: Mapping[str, TableProfile], keys: Mapping[str, KeyProposal], linking: frozenset[str]
) -> Reference | None:
    """``linking``: tables that this one's name is made of."""
    table, other = tables[found.table], tables[found.to]
    column, key = table.column(found.column), other.column(found.key)
    if other.parent == table.name or (column.named and set(words(column.name)) & _TECHNICAL):
        return None
    if table.parent is not None and "." not in column.name and found.to != table.parent and column.name != "_index":
        return None  # repeated from the record that it lies in
    if column.name == "_index":
        return None
    named = column.named and key.named
    likeness, why = reference_likeness(column.name, other.title, key.name) if column.named else (0.0, "")
    if table.name == other.name and column.named and _is_upward(column.name, table):
        likeness, why = max(likeness, 0.85), "it names what stands above, in the same table"
    if table.name == other.name and likeness >= 0.9 and not (set(words(column.name)) & _REFERRING):
        likeness = 0.5
    proof, how = evidence(column, key, found)
    own_key = keys.get(found.table)
    is_own_key = own_key is not None and own_key.columns == (column.name,)
    least = LEAST if likeness >= 0.7 and column.distinct >= 10 else 0.985 if proof >= 0.6 or likeness >= 0.7 else 1.0
    held = max(found.included, found.rows if found.rows < 1 and likeness >= _NAMED_FOR else 0.0)
    one = likeness >= _NAMED_FOR and found.missing == 1
    if held < (LEAST if held > found.included else least) and not one and not hardly_by_chance(column, found):
        return None
    if is_own_key or (column.unique and table.rows > 5):
        if found.to == found.table:
            return None
        if named and likeness < 0.9:
            return None
        if (
            named
            and own_key is not None
            and set(words(key.name)) <= {"id", "key", "code", "number", "uuid", "name", "_key"}
            and is_own_key
        ):
            return None
        begins = other.name in linking and column.position < len(linking)
        if not named and not begins and (proof < 0.9 or (column.low == 1 and column.distinct == column.high)):
            return None
    if named:
        score = 0.62 * likeness + 0.38 * proof
        if likeness >= 0.7 and (is_key_like(column.name) or set(words(column.name)) & _REFERRING):
            score += 0.08
        said = set(words(column.name))
        if likeness < 0.5:
            score = 0.4 * proof + (0.12 if is_key_like(column.name) or said & _REFERRING else 0.0)
            if said & _FLAGS and not is_key_like(column.name):
                score -= 0.2
            if (
                column.kind is Kind.TEXT
                and proof >= 0.75
                and (is_key_like(column.name) or said & _REFERRING or key.share == 1)
            ):
                score += 0.16
            if proof >= 0.9 and column.kind is Kind.INTEGER and (is_key_like(column.name) or said & _REFERRING):
                score += 0.2
    else:
        score = proof - min(0.08, 0.02 * column.position)
        score -= 0.25 if column.kind is Kind.TEXT and column.mean_length < 2 else 0.0
        if speaks_of(table, other) and (other.name in linking or (proof >= 0.3 and not _is_counter(column))):
            score += 0.3
            why = f"the table's name speaks of {other.title}"
        if sorts(table, other) and not column.unique and column.distinct >= 2 and not found.missing:
            score = max(score, SORTED)
            why = f"{other.title} says by its name of what sort the rows of {table.title} are"
    score -= min(0.1, found.missing / max(1, column.distinct))
    if score < (_WEAK if column.named else POSSIBLE):
        return None
    there = f"{found.included:.0%} of its {column.distinct} values are there"
    if held > found.included:
        there += f", in {found.rows:.0%} of the rows"
    reason = "; ".join(filter(None, (why, there, how)))
    return Reference(
        found.table,
        (found.column,),
        found.to,
        (found.key,),
        max(0.0, min(1.0, score)),
        found.included,
        reason,
        True,
        found.missing,
    )


def _is_upward(name: str, table: TableProfile) -> bool:
    """``ReportsTo``, ``parent_id``, ``manager``: a row of the same kind, if nothing else is named."""
    said = stem(name) or words(name)
    above = {"parent", "supervisor", "superior", "boss", "manager"}
    return (bool(set(said) & above) and set(said) <= above | set(words(table.title))) or said[:2] == ("report", "to")


def _is_counter(column: ColumnProfile) -> bool:
    """``1…n`` without gaps and without repetition: a number that the table gives its own rows."""
    return column.unique and column.low in (0, 1) and column.high is not None and column.distinct >= column.high


def _one_spoken_of(references: list[Reference], tables: Mapping[str, TableProfile]) -> list[Reference]:
    """Without names of columns, a table that the name speaks of is meant once: by the best, then the first column."""
    best: dict[tuple[str, str], Reference] = {}
    for r in references:
        table = tables[r.table]
        if table.header or not speaks_of(table, tables[r.to]):
            continue
        held = best.get((r.table, r.to))
        place = table.column(r.columns[0]).position
        if held is None or (-round(r.score, 1), place) < (
            -round(held.score, 1),
            table.column(held.columns[0]).position,
        ):
            best[r.table, r.to] = r
    return [
        r
        for r in references
        if tables[r.table].header or not speaks_of(tables[r.table], tables[r.to]) or best[r.table, r.to] is r
    ]


def _choose(
    table: TableProfile,
    column: ColumnProfile,
    candidates: list[Reference],
    tables: Mapping[str, TableProfile],
    keys: Mapping[str, KeyProposal],
) -> tuple[Reference | None, list[Reference]]:
    """The one to rely on, and the others. Equal in all else, the smallest table that holds all values is nearest."""

    def size(r: Reference) -> int:
        return tables[r.to].column(r.key[0]).distinct

    def speaks(r: Reference) -> bool:
        return not column.named and speaks_of(table, tables[r.to])

    best_score = max(r.score for r in candidates)
    near = [r for r in candidates if r.score >= best_score - (0.09 if column.named else 0.12)]
    own = keys.get(table.name)
    if own is not None and own.columns == (column.name,):
        larger = [
            r
            for r in near
            if size(r) > column.distinct or table.rows < 3 or _is_named_for(column, tables[r.to]) or speaks(r)
        ]
        near = larger
        if not near:
            return None, []
    near.sort(
        key=lambda r: (-_named_for(column, tables[r.to]), size(r), len(tables[r.to].columns) == 1, -r.score)
    )  # a bare list of keys is made from the table that says what they are
    best = _nearest(column, near, tables)
    rest = [r for r in sorted(candidates, key=lambda r: -r.score) if r is not best]
    if best.score < ACCEPTED:
        return None, [best, *rest][:3]
    ties = [
        r
        for r in near
        if r is not best
        and size(r) == size(best)
        and not (len(tables[r.to].columns) == 1 < len(tables[best.to].columns))
        and _named_for(column, tables[r.to]) == _named_for(column, tables[best.to])
    ]
    if ties:
        return None, [best, *rest][:3]
    spoken = not column.named and speaks_of(table, tables[best.to])
    if not column.named and not spoken and any(size(r) < 2 * size(best) for r in near if r is not best):
        return None, [best, *rest][:3]
    return best, []


def _nearest(column: ColumnProfile, near: Sequence[Reference], tables: Mapping[str, TableProfile]) -> Reference:
    """The first; but a much smaller table with a key of the same name, if it holds all values: no chance does that.

    Keys are handed down: every employee is a person, and what only employees have leads to the employees.
    """
    best = near[0]
    if not column.named:
        return best
    for other in sorted(near[1:], key=lambda r: tables[r.to].column(r.key[0]).distinct):
        small, large = tables[other.to].column(other.key[0]), tables[best.to].column(best.key[0])
        if words(small.name) != words(large.name) or other.included < 1 or small.distinct >= large.distinct:
            continue
        if (small.distinct / large.distinct) ** min(column.distinct, 100) < 0.01:
            return other
    return best


def _named_for(column: ColumnProfile, table: TableProfile) -> float:
    """1 where the column bears the table's own name; less where it bears its key's only."""
    if not column.named:
        return 0.0
    return 1.0 if "".join(stem(column.name)) == "".join(words(table.title)) and stem(column.name) else 0.0


def _is_named_for(column: ColumnProfile, table: TableProfile) -> bool:
    return _named_for(column, table) == 1.0


def _without_rings(references: list[Reference], tables: Mapping[str, TableProfile]) -> list[Reference]:
    """Two keys that lead to each other say one thing twice: the one to the table that the key is named for stays, else
    (without names) to the one where it comes first, else the one from the smaller table."""

    def rank(r: Reference) -> tuple[float, int, int, str]:
        column, table = tables[r.table].column(r.columns[0]), tables[r.table]
        return -_named_for(column, tables[r.to]), 0 if column.named else -column.position, table.rows, r.table

    kept = []
    pairs = {(r.table, r.columns, r.to, r.key): r for r in references}
    for r in references:
        back = pairs.get((r.to, r.key, r.table, r.columns))
        if back is not None and rank(r) > rank(back):
            continue
        kept.append(r)
    return kept


def _composite(tables: Sequence[TableProfile], keys: Mapping[str, KeyProposal], sets: ValueSets) -> list[Reference]:
    """References over several columns, where all are called as the key's are."""
    found = []
    by_name = {t.name: t for t in tables}
    for key in keys.values():
        if len(key.columns) < 2:
            continue
        other = by_name[key.table]
        if not other.header:
            continue
        for table in tables:
            if table.name == key.table or not table.header or table.parent is not None:
                continue
            names = {tuple(words(c.name)): c for c in table.columns if c.filled}
            wanted = [tuple(words(c)) for c in key.columns]
            if not all(w in names for w in wanted):
                continue
            own = [names[w] for w in wanted]
            mine = keys.get(table.name)
            if mine is not None and set(mine.columns) == {c.name for c in own} and table.rows >= other.rows:
                continue
            inside, count = contained(
                sets.tuples(table.name, own), sets.tuples(key.table, [other.column(c) for c in key.columns])
            )
            if count >= 2 and inside / count >= 0.97:
                found.append(
                    Reference(
                        table.name,
                        tuple(c.name for c in own),
                        key.table,
                        key.columns,
                        0.85,
                        inside / count,
                        f"called like the key of {other.title}; {inside / count:.0%} of {count} combinations are there",
                        True,
                        count - inside,
                    )
                )
    return found


def with_columns(reference: Reference, columns: tuple[str, ...], key: tuple[str, ...]) -> Reference:
    """The same reference over other columns."""
    return replace(reference, columns=columns, key=key)
