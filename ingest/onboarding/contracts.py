"""Rules that a table's columns keep in every row looked at: proposed with their evidence, for a person to keep.

A rule is proposed only where its being kept by chance is unlikely: from :data:`ENOUGH` rows on, and with bounds that
come from what a column means (a price is not negative), never from the largest value seen so far.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.compile.sql import literal
from ingest.onboarding.model import ColumnProfile, ColumnRules, Kind
from ingest.onboarding.names import is_key_like, words
from ingest.onboarding.proposed import TableProposal
from ingest.onboarding.store import Store

ENOUGH = 100
"""Rows from which a rule without exception is taken for one: were one in thirty otherwise, it would show (p > .96)."""
_DIFFERENT = 30
_MOST_LISTED = 12
_EACH = 5
"""How often each value of a closed list was seen, at least."""
_MOST_FORMS = 40
_LONGEST = 40
_NUMBERS = (Kind.INTEGER, Kind.DECIMAL)
_DAYS = (Kind.DATE, Kind.DATETIME)
_SCALES = frozenset({"rating", "score", "priority", "level", "rank", "star", "grade", "severity", "urgency"})
_SHARES = frozenset({"rate", "share", "pct", "percent", "percentage", "discount"})
_COUNTS = frozenset({"quantity", "count", "piece", "unit"})
_RUNS = re.compile(r"9+|A+|a+|.", re.DOTALL)


def column_rules(t: TableProposal, store: Store) -> tuple[ColumnRules, ...]:
    """The rules that the columns of a table keep which the mapping reads. Empty where there are too few rows to tell.

    Nothing is proposed of a column whose text is changed before it is cast: a contract judges the text as it came.
    """
    if t.left_out or t.known is not None or t.table.rows < ENOUGH or t.table.bad_rows:
        return ()
    key = frozenset(t.key.columns) if t.key is not None else frozenset()
    leading = {v.column for r in (*t.relations, *t.same_as) for v in r.key}
    found = []
    for column in t.table.columns:
        if column.name not in t.used or not column.filled:
            continue
        said = list(_of_column(t, column, store, is_key=column.name in key, leads=column.name in leading))
        if said:
            parts = tuple(part for parts, _ in said for part in parts)
            found.append(ColumnRules(column.name, parts, "; ".join(why for _, why in said)))
    return tuple(found)


_Said = tuple[tuple[tuple[str, str], ...], str]


def _of_column(t: TableProposal, column: ColumnProfile, store: Store, *, is_key: bool, leads: bool) -> Iterator[_Said]:
    rows = f"{column.rows:,}"
    if column.filled == column.rows and not is_key:
        yield (("required", "true"),), f"all {rows} rows have one"
    if column.unique and not is_key and _tells_apart(column):
        yield (("unique", "true"),), "none comes twice"
    if column.filled < ENOUGH or column.transforms or column.date_format is not None or leads:
        return
    table = f"t{store.names[t.table.name]}"
    if column.kind in _NUMBERS:
        yield from _of_numbers(column, table, store)
    elif column.kind is Kind.TEXT and not is_key and column.distinct <= _MOST_LISTED:
        yield from _closed_list(column, table, store)
    elif column.kind is Kind.TEXT and column.distinct >= _DIFFERENT:
        yield from _written_alike(column, table, store)


def _tells_apart(column: ColumnProfile) -> bool:
    if column.rows < _DIFFERENT or column.kind in (*_DAYS, Kind.DECIMAL, Kind.NESTED):
        return False
    return column.kind in (Kind.EMAIL, Kind.UUID) or (column.named and is_key_like(column.name))


def _of_numbers(column: ColumnProfile, table: str, store: Store) -> Iterator[_Said]:
    if column.negative or not column.named or (column.low is not None and (column.high or 0) <= 1):
        return  # a flag is no number
    said = set(words(column.name))
    kind = "integer" if column.kind is Kind.INTEGER else "decimal"
    c = f"c{column.position}"
    if column.kind is Kind.INTEGER and said & _SCALES and column.low in (0, 1) and (column.high or 99) <= 10:
        row = store.connection.execute(
            f"SELECT count(*), min(n) FROM (SELECT count(*) AS n FROM {table} WHERE {c} IS NOT NULL GROUP BY {c})"
        ).fetchone()
        assert column.low is not None and column.high is not None
        if row is not None and row[0] == column.high - column.low + 1 and row[1] >= _EACH:
            bounds = f"[{column.low}, {column.high}]"
            yield (
                (("type", kind), ("range", bounds)),
                f"each of {column.low} to {column.high} came {row[1]} times or more",
            )
            return
    if column.kind is Kind.DECIMAL and said & _SHARES:
        row = store.connection.execute(f"SELECT max(TRY_CAST({c} AS DOUBLE)) FROM {table}").fetchone()
        if row is not None and row[0] is not None and row[0] <= 1:
            yield (("type", kind), ("range", "[0, 1]")), f"a share: none of {column.filled:,} is above {row[0]:g}"
            return
    if is_key_like(column.name):
        return
    low = 1 if said & _COUNTS and column.low is not None and column.low >= 1 else 0
    yield (("type", kind), ("range", f"[{low}, null]")), f"none of {column.filled:,} is below {low}"


def _closed_list(column: ColumnProfile, table: str, store: Store) -> Iterator[_Said]:
    c = f"c{column.position}"
    found = store.connection.execute(
        f"SELECT {c}, count(*) FROM {table} WHERE {c} IS NOT NULL GROUP BY 1 ORDER BY 1"
    ).fetchall()
    if len(found) < 2 or min(n for _, n in found) < _EACH:
        return
    listed = ", ".join(_yaml(str(value)) for value, _ in found)
    yield (("in", f"[{listed}]"),), f"no other in {column.filled:,}, the rarest came {min(n for _, n in found)} times"


def _written_alike(column: ColumnProfile, table: str, store: Store) -> Iterator[_Said]:
    """One way of writing that all values share, with a digit in it: ``PO-1234``."""
    if column.longest > _LONGEST:
        return
    c = f"c{column.position}"
    form = (
        f"regexp_replace(regexp_replace(regexp_replace({c}, '[0-9]', '9', 'g'), '[A-Z]', 'A', 'g'), '[a-z]', 'a', 'g')"
    )
    forms = [
        str(r[0])
        for r in store.connection.execute(
            f"SELECT DISTINCT {form} FROM {table} WHERE {c} IS NOT NULL LIMIT {_MOST_FORMS + 1}"
        ).fetchall()
    ]
    pattern = pattern_of(forms) if len(forms) <= _MOST_FORMS else None
    if pattern is None:
        return
    front = re.match(r"(\[[A-Za-z-]+\](\{\d+\})?)+", pattern)
    if front is not None:
        starts = store.connection.execute(
            f"SELECT DISTINCT regexp_extract({c}, '^[A-Za-z]+') FROM {table} WHERE {c} IS NOT NULL LIMIT 2"
        ).fetchall()
        if len(starts) == 1:
            pattern = re.escape(str(starts[0][0])) + pattern[front.end() :]
    row = store.connection.execute(
        f"SELECT count(*) FROM {table} WHERE {c} IS NOT NULL AND NOT regexp_full_match({c}, {literal(pattern)})"
    ).fetchone()
    if row is not None and row[0] == 0:
        yield (("pattern", _yaml(pattern)),), f"all {column.distinct:,} different ones are written so"


def pattern_of(forms: list[str]) -> str | None:
    """The expression (RE2, the whole text) that texts of these forms fit; None where they are not built alike.

    A form has ``9`` for each digit, ``A`` and ``a`` for letters. Numbers may grow: their length has no upper bound.
    """
    cut = [_RUNS.findall(form) for form in forms]
    if not cut or len({tuple(run[0] if run[0] in "9Aa" else run for run in runs) for runs in cut}) != 1:
        return None
    parts = []
    for runs in zip(*cut, strict=True):
        lengths = {len(run) for run in runs}
        match runs[0][0]:
            case "9":
                parts.append(f"[0-9]{{{min(lengths)},}}" if min(lengths) > 1 else "[0-9]+")
            case "A" | "a":
                letters = "[A-Z]" if runs[0][0] == "A" else "[a-z]"
                fixed = f"{{{min(lengths)}}}" if min(lengths) > 1 else ""
                parts.append(letters + (fixed if len(lengths) == 1 else "+"))
            case mark:
                if not mark.isascii():
                    return None
                parts.append(re.escape(mark))
    text = "".join(parts)
    fixed_parts = [p for p in parts if not p.startswith("[a-z]+") and not p.startswith("[A-Z]+")]
    return text if "[0-9]" in text and len(parts) > 1 and len(fixed_parts) == len(parts) else None


def _yaml(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
