"""Pieces of the statements that a compiled table consists of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingest.compile.sql import identifier, literal

_EMPTY = {
    "mentions": ("_ord", "_file", "_row", "record", "mention", "class"),
    "vals": ("mention", "record", "property", "value"),
    "links": ("mention", "target"),
    "uniques": ("record", '"column"', "value"),
    "checks": ("record", '"column"', "target"),
}


def json_of(held: Mapping[str, str]) -> str:
    """JSON text of the values that are there, by name."""
    if not held:
        return "'{}'"
    parts = [f"{literal(identifier(name) + ':')} || to_json({sql})" for name, sql in sorted(held.items())]
    return f"'{{' || concat_ws(',', {', '.join(parts)}) || '}}'"


def union(selects: Sequence[str], name: str) -> str:
    """All of the selects; for none, one without rows that has the columns of the result ``name``."""
    if selects:
        return " UNION ALL ".join(selects)
    types = {"_ord": "BIGINT", "_row": "BIGINT"}
    return "SELECT " + ", ".join(f"NULL::{types.get(c, 'VARCHAR')} AS {c}" for c in _EMPTY[name]) + " WHERE false"


NO_REFS = (
    "SELECT NULL::VARCHAR AS record, NULL::VARCHAR AS mention, NULL::VARCHAR AS relation, NULL::BOOLEAN AS inverse, "
    "NULL::VARCHAR AS target, NULL::VARCHAR AS by_class, NULL::VARCHAR AS by_property, NULL::VARCHAR AS by_value, "
    "NULL::VARCHAR AS missing, NULL::VARCHAR AS properties, NULL::DATE AS valid_from, NULL::DATE AS valid_to, "
    "NULL::VARCHAR AS discriminator WHERE false"
)
