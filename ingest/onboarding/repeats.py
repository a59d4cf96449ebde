"""Rows that stand twice word for word: an export's damage, which says nothing of what tells its rows apart.

They are harmless (an ingest counts the second as a duplicate and reads it once), but would hide every key.
"""

from __future__ import annotations

from dataclasses import replace

from ingest.onboarding.model import Finding
from ingest.onboarding.store import Loaded, Store

_FEW = 0.1
"""Share of the rows up to which repetition is damage; beyond, rows may be alike by nature (a list of clicks)."""
_SHOWN = 5


def without_repeats(store: Store, loaded: Loaded) -> tuple[Loaded, list[Finding]]:
    """The table with each row once, and what was left out of the count; as it is where rows are alike by nature."""
    width = len(loaded.draft.columns)
    cells = ", ".join(f"c{i}" for i in range(width))
    counted = store.connection.execute(f"SELECT count(DISTINCT hash({cells})) FROM {loaded.table}").fetchone()
    assert counted is not None
    distinct = int(counted[0])
    again = loaded.rows - distinct
    if again <= 0 or width < 2 or (again > max(1, _FEW * loaded.rows) and not _has_key(store, loaded, distinct)):
        return loaded, []
    twice = (
        f"SELECT _row, rowid AS r, row_number() OVER (PARTITION BY h ORDER BY _file, _row) AS n FROM (SELECT _row, "
        f"_file, rowid, hash({cells}) AS h FROM {loaded.table}) WHERE h IN (SELECT hash({cells}) FROM {loaded.table} "
        "GROUP BY 1 HAVING count(*) > 1)"
    )
    shown = store.connection.execute(f"SELECT _row FROM ({twice}) WHERE n > 1 ORDER BY _row LIMIT {_SHOWN}").fetchall()
    store.connection.execute(f"DELETE FROM {loaded.table} WHERE rowid IN (SELECT r FROM ({twice}) WHERE n > 1)")
    rows = tuple(int(r[0]) for r in shown)
    finding = Finding(
        "repeated-rows",
        f"{again:,} row{' stands' if again == 1 else 's stand'} there again word for word: each counts once.",
        f"row{'' if len(rows) == 1 else 's'} {', '.join(map(str, rows))}{' …' if again > len(rows) else ''}",
        loaded.draft.title,
        rows=rows,
    )
    return replace(loaded, rows=distinct), [finding]


def _has_key(store: Store, loaded: Loaded, distinct: int) -> bool:
    """Whether a column has as many values as there are different rows: a file was put below itself."""
    counts = ", ".join(f"count(DISTINCT c{i})" for i in range(len(loaded.draft.columns)))
    row = store.connection.execute(f"SELECT {counts} FROM {loaded.table}").fetchone()
    return row is not None and distinct > 1 and distinct in row
