"""Changes of a mapping's text as data: a column renamed, gone, or written otherwise. Comments stay."""

from __future__ import annotations

import re
from collections.abc import MutableMapping

from ingest.compile.expression import parse_expression
from ingest.onboarding.rewritten import Reform


def renamed_in(node: object, old: str, new: str, inside: str = "") -> None:
    """Rename a column wherever a column may stand; constants, classes and roles are left alone."""
    if isinstance(node, MutableMapping):
        for name in list(node):
            value = node[name]
            if inside == "contract" and name == old:
                node[new] = node.pop(name)
                continue
            if isinstance(value, str):
                if name in ("sql", "when"):
                    node[name] = _in_expression(value, old, new)
                elif (
                    value == old
                    and name not in ("const", "class", "role", "to", "file", "mode")
                    and name != "date_format"
                ):
                    node[name] = new
            elif name != "read":
                renamed_in(value, old, new, str(name) if name == "contract" else "")
    elif isinstance(node, list):
        for i, value in enumerate(node):
            if isinstance(value, str) and value == old:
                node[i] = new
            elif not isinstance(value, str):
                renamed_in(value, old, new)


def _in_expression(sql: str, old: str, new: str) -> str:
    fresh = '"' + new.replace('"', '""') + '"'
    quoted = '"' + old.replace('"', '""') + '"'
    return sql.replace(quoted, fresh) if quoted in sql else re.sub(rf"\b{re.escape(old)}\b(?!')", lambda _: fresh, sql)


def without(table: MutableMapping[str, object], column: str) -> None:
    """Take out what reads a column that is gone: the property, relation, rule or further thing."""
    for part in (table, *_things(table)):
        for group in ("properties", "relations", "contract"):
            held = part.get(group)
            if isinstance(held, MutableMapping):
                for name in list(held):
                    if (name == column and group == "contract") or _mentions(held[name], column):
                        del held[name]


def in_currency(table: MutableMapping[str, object], before: str | None, now: str | None) -> None:
    """State amounts in the currency that a heading names now, where the mapping states the one that it named before."""
    if before is None or now is None or before == now:
        return
    for part in (table, *_things(table)):
        held = part.get("properties")
        for name, value in held.items() if isinstance(held, MutableMapping) else ():
            if str(name).endswith("currency") and isinstance(value, MutableMapping) and value.get("const") == before:
                value["const"] = now


def _things(table: MutableMapping[str, object]) -> list[MutableMapping[str, object]]:
    also = table.get("also")
    return [t for t in also.values() if isinstance(t, MutableMapping)] if isinstance(also, MutableMapping) else []


def _mentions(node: object, column: str) -> bool:
    if isinstance(node, str):
        return node == column
    if isinstance(node, MutableMapping):
        return any(
            (column in parse_expression(str(v)).columns) if k in ("sql", "when") else _mentions(v, column)
            for k, v in node.items()
            if k != "const"
        )
    return isinstance(node, list) and any(_mentions(v, column) for v in node)


_CELLS = ("properties", "valid_from", "valid_to")


def reformed(node: MutableMapping[str, object], reform: Reform, inside: bool = False) -> None:
    """Read a column in the form that it is written in now, wherever it gives a value (not where it is a key)."""
    for name in list(node):
        value = node[name]
        if name in ("read", "contract", "key", "same_as", "by"):
            continue
        if (inside or name in ("valid_from", "valid_to")) and not isinstance(value, list):
            fresh = _cell(value, reform)
            if fresh is not None:
                node[name] = fresh
                continue
        if isinstance(value, MutableMapping):
            reformed(value, reform, inside=name == "properties")


def _cell(value: object, reform: Reform) -> dict[str, object] | str | None:
    """A cell that reads the column, as it must be now; None: it does not read it, or not plainly."""
    column = reform.column
    day = 'substr("' + column.replace('"', '""') + '", 1, 10)'
    held: dict[str, object]
    if isinstance(value, str) and value == column:
        held = {"column": column}
    elif isinstance(value, MutableMapping) and value.get("column") == column:
        held = dict(value)
    elif isinstance(value, MutableMapping) and value.get("sql") == day and reform.date_format is not None:
        held = {"column": column}
    else:
        return None
    if reform.date_format is not None:
        held.pop("date_format", None)
        listed = held.pop("transforms", None)
        kept = [t for t in listed if t != "date_part"] if isinstance(listed, list) else []
        if kept:
            held["transforms"] = kept
        if reform.date_format:
            held["date_format"] = reform.date_format
    if reform.decimal_comma is not None:
        listed = held.pop("transforms", None)
        kept = [t for t in listed if t != "decimal_comma"] if isinstance(listed, list) else []
        if reform.decimal_comma:
            kept = ["decimal_comma", *kept]
        if kept:
            held["transforms"] = kept
    return column if list(held) == ["column"] else held
