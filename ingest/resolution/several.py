"""Several values of one kind on one record (e-mails, phones, addresses, former names): compared all with all.

They travel as one text, joined by a character that no value holds. A record of several values stands as several
*variants*, one value of each kind in each; whatever two records agree on best counts.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SEPARATOR = "\x1f"
MOST = 8
"""Values of one kind that are compared for one record; further ones are left out, so that time stays bounded."""
BESIDE = ("house",)
"""Columns made from others, value by value, in which an empty text is a value."""


def parts(text: str) -> list[str]:
    """The single values of a joined text."""
    return text.split(SEPARATOR)


def joined(values: Iterable[str], aligned: bool = False) -> str:
    """One text of several values; at most :data:`MOST`.

    Args:
        aligned: values at one place belong together over several columns (an address), so gaps and repeats stay.
    """
    held = list(values) if aligned else list(dict.fromkeys(v for v in values if v))
    return SEPARATOR.join(held[:MOST]) if any(held) else ""


def first(text: str) -> str:
    """The first value that is there."""
    return text if SEPARATOR not in text else next((p for p in parts(text) if p), "")


def column_has_several(column: pa.ChunkedArray | pa.Array) -> bool:
    """Whether a record of this column has several values."""
    return bool(pc.any(pc.match_substring(column, SEPARATOR)).as_py())


def without(column: pa.Array, crowd: pa.Array) -> pa.Array:
    """A column of (joined) values without those in ``crowd``."""
    kept = pc.if_else(pc.is_in(column, value_set=crowd), None, column)
    if not column_has_several(column):
        return kept
    gone = set(crowd.to_pylist())
    values = [v and (joined(p for p in parts(v) if p not in gone) or None) for v in kept.to_pylist()]
    return pa.array(values, pa.string())


def counted(column: pa.Array) -> pa.StructArray:
    """How many records carry each single value."""
    if column_has_several(column):
        column = pc.list_flatten(pc.split_pattern(column, SEPARATOR))
    return pc.value_counts(column)


def spread(con: duckdb.DuckDBPyConnection, records: pa.Table) -> str:
    """Register records; where some have several values, as variants. Gives the name of the table or view.

    Variants have ``unique_id``, the columns with one value each, ``many`` (true), and per column ``n_…``, how many
    different values the record has.
    """
    names = [n for n in records.column_names if n != "unique_id"]
    several = [n for n in names if pa.types.is_string(records[n].type) and column_has_several(records[n])]
    con.register("incoming", records)
    if not several:
        return "incoming"
    counts = ", ".join(f"len(string_split({n}, chr(31)))" for n in several)
    many = " OR ".join(f"contains(coalesce({n}, ''), chr(31))" for n in several)
    values, sizes = [], []
    for name in names:
        if name not in several:
            values.append(name)
            sizes.append(f"1 AS n_{name}")
            continue
        held = f"string_split({name}, chr(31))"
        value = f"{held}[1 + v % len({held})]"
        values.append(f"{value if name in BESIDE else f'nullif({value}, {chr(39) * 2})'} AS {name}")
        sizes.append(f"greatest(1, len(list_distinct(list_filter({held}, lambda x: x <> '')))) AS n_{name}")
    plain = ", ".join(f"1 AS n_{name}" for name in names)
    con.execute(
        f"CREATE TABLE variant AS SELECT unique_id, {', '.join(values)}, true AS many, {', '.join(sizes)} FROM "
        f"(SELECT *, unnest(range(greatest(1, {counts}))) AS v FROM incoming WHERE {many}) UNION ALL "
        f"SELECT unique_id, {', '.join(names)}, false, {plain} FROM incoming WHERE NOT ({many})"
    )
    return "variant"


def combinations(left: dict[str, str], right: dict[str, str]) -> tuple[pa.Table, int]:
    """Two records as the table of all their variants, those of the left first; and how many those are."""
    rows = []
    for record in (left, right):
        held = {name: parts(text) for name, text in record.items()}
        size = max((len(values) for values in held.values()), default=1)
        rows.append([{n: values[at % len(values)] for n, values in held.items()} for at in range(size)])
    every = [*rows[0], *rows[1]]
    columns = {n: pa.array([(r[n] if n in BESIDE else r[n] or None) for r in every], pa.string()) for n in left}
    return pa.table({"unique_id": pa.array(np.arange(len(every), dtype=np.int64)), **columns}), len(rows[0])
