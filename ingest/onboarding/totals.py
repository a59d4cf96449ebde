"""Rows that sum up others: by what they are called, or by their numbers where they are called nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from ingest.onboarding.draft import TOTALS
from ingest.onboarding.model import Finding
from ingest.onboarding.store import Loaded, Store

_FIRST = 3
"""Columns in which a total may be called so, whatever stands beside it; further right, only if it has no key."""
_MOST = 20
_NUMBER = re.compile(r"[+-]?[\d.,' ]*\d[\d.,' ]*")


def without_totals(store: Store, loaded: Loaded) -> tuple[Loaded, str | None, list[Finding]]:
    """The table without rows that sum up others, and a condition that leaves them out of the mapping, too."""
    for position in range(len(loaded.draft.columns)):
        found = _called(store, loaded, position)
        if found:
            return _left_out(store, loaded, position, found, _called_so(loaded, position))
    nameless = _nameless(store, loaded)
    if nameless is not None:
        row, position, empty = nameless
        condition = " AND ".join(f"{_quoted(loaded.draft.columns[i])} IS NULL" for i in empty)
        return _left_out(store, loaded, position, [row], f"NOT ({condition})")
    return loaded, None, []


def _called(store: Store, loaded: Loaded, position: int) -> list[tuple[int, str]]:
    """Rows that are called a total in that column, and say little else."""
    width = len(loaded.draft.columns)
    keyless = "" if position < _FIRST else " AND c0 IS NULL"
    found = store.connection.execute(
        f"SELECT _row, c{position} FROM {loaded.table} WHERE regexp_matches(lower(c{position}), ?){keyless} "
        f"ORDER BY _row LIMIT {_MOST}",
        [TOTALS],
    ).fetchall()
    if not found or len(found) > 0.2 * loaded.rows + 1:
        return []
    filled = store.connection.execute(
        f"SELECT avg({' + '.join(f'(c{i} IS NOT NULL)::INT' for i in range(width))}) FROM {loaded.table} "
        f"WHERE _row IN ({', '.join(str(r[0]) for r in found)})"
    ).fetchone()
    if filled is None or filled[0] is None or (filled[0] > 0.75 * width and width > 2):
        return []
    return [(int(r[0]), str(r[1])) for r in found]


def _called_so(loaded: Loaded, position: int) -> str:
    columns = loaded.draft.columns
    named = f"coalesce(regexp_matches(lower({_quoted(columns[position])}), '{TOTALS}'), false)"
    return f"NOT {named}" if position < _FIRST else f"NOT ({named} AND {_quoted(columns[0])} IS NULL)"


def _nameless(store: Store, loaded: Loaded) -> tuple[tuple[int, str], int, tuple[int, ...]] | None:
    """The last row, if it has no key and a number that is the sum of all above it: (row, column, its empty columns).

    Its empty columns are those that every other row fills: they tell such a row from one that lacks its key by mistake.
    """
    width = len(loaded.draft.columns)
    if loaded.sampled or loaded.rows < 4 or width < 2:
        return None
    cells = ", ".join(f"c{i}" for i in range(width))
    last = store.connection.execute(f"SELECT _row, {cells} FROM {loaded.table} ORDER BY _row DESC LIMIT 1").fetchone()
    if last is None or last[1] is not None or not any(v is not None and _NUMBER.fullmatch(v) for v in last[1:]):
        return None
    counted = ", ".join(f"count(c{i})" for i in range(width))
    above = store.connection.execute(f"SELECT {counted} FROM {loaded.table} WHERE _row < ?", [last[0]]).fetchone()
    assert above is not None
    empty = tuple(i for i in range(width) if last[i + 1] is None and above[i] == loaded.rows - 1)
    if 0 not in empty or sum(v is not None for v in last[1:]) > width // 2:
        return None
    for i in range(1, width):
        if last[i + 1] is None or not _NUMBER.fullmatch(last[i + 1]):
            continue
        rows = store.connection.execute(
            f"SELECT c{i} FROM {loaded.table} WHERE _row < ? AND c{i} IS NOT NULL", [last[0]]
        ).fetchall()
        if len(rows) >= 3 and _is_sum([str(r[0]) for r in rows], str(last[i + 1])):
            return (int(last[0]), str(last[i + 1])), i, empty
    return None


def _is_sum(values: Sequence[str], total: str) -> bool:
    """Whether numbers, all with a decimal comma or all with a point, come to the total: to half a cent each."""
    for comma in (False, True):
        numbers = [_number(v, comma=comma) for v in (*values, total)]
        if all(n is not None for n in numbers):
            *parts, whole = [n for n in numbers if n is not None]
            if whole and any(parts) and abs(sum(parts) - whole) <= Fraction(1, 100) * len(parts) / 2:
                return True
    return False


def _number(text: str, *, comma: bool) -> Fraction | None:
    bare = re.sub(r"[ ']", "", text)
    bare = bare.replace(".", "").replace(",", ".") if comma else bare.replace(",", "")
    return Fraction(bare) if re.fullmatch(r"[+-]?\d+(\.\d+)?", bare) else None


def _left_out(
    store: Store, loaded: Loaded, position: int, found: Sequence[tuple[int, str]], condition: str
) -> tuple[Loaded, str, list[Finding]]:
    rows = tuple(r for r, _ in found)
    store.connection.execute(f"DELETE FROM {loaded.table} WHERE _row IN ({', '.join(map(str, rows))})")
    finding = Finding(
        "total-rows",
        f"{len(rows):,} row{' that sums' if len(rows) == 1 else 's that sum'} up others: left out.",
        found[0][1],
        loaded.draft.title,
        loaded.draft.columns[position],
        rows[:5],
    )
    return replace(loaded, rows=loaded.rows - len(rows)), condition, [finding]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
