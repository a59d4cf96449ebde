"""A table of a known system: its template, cut down to the columns that this export has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ingest.onboarding.columns import misfit, value_of
from ingest.onboarding.model import ColumnProfile, TableProfile
from ingest.templates import Part, Template, recognise
from ontology.model import ClassDef, Ontology


@dataclass(frozen=True, slots=True)
class Known:
    """What a template says of a table."""

    template: Template
    body: Part

    def column_of(self, prop: str) -> str | None:
        """The column that a property is read from; None: it has none, or an expression."""
        properties = self.body.get("properties")
        cell = properties.get(prop) if isinstance(properties, Mapping) else None
        column = cell.get("column") if isinstance(cell, Mapping) else cell
        return column if isinstance(column, str) else None

    def with_thing(self, name: str, thing: Part) -> Known:
        """With a further thing in each row."""
        also = self.body.get("also")
        return Known(self.template, {**self.body, "also": {**(also if isinstance(also, Mapping) else {}), name: thing}})


def known_table(table: TableProfile, ontology: Ontology) -> Known | None:
    """The template that a table's headings match, with what its export lacks left out."""
    template = recognise(c.name for c in table.columns) if table.header and table.parent is None else None
    if template is None:
        return None
    columns = {c.name.lower(): c for c in table.columns}
    return Known(template, _thing(template.body, columns, ontology))


def _thing(body: Part, columns: Mapping[str, ColumnProfile], ontology: Ontology) -> Part:
    definition = ontology.classes[str(body["class"])]
    result: dict[str, object] = {}
    for name, part in body.items():
        match name:
            case "key":
                assert isinstance(part, list)
                result[name] = [c for cell in part if (c := _cell(cell, columns, None, definition)) is not None]
            case "properties":
                assert isinstance(part, Mapping)
                own = _named_in(body.get("key"))
                cells = {p: _cell(v, columns, p, definition, own) for p, v in part.items()}
                result[name] = {p: v for p, v in cells.items() if v is not None}
            case "relations":
                assert isinstance(part, Mapping)
                kept = {r: _relation(v, columns, definition) for r, v in part.items()}
                result[name] = {r: v for r, v in kept.items() if v is not None}
            case "also":
                assert isinstance(part, Mapping)
                result[name] = {n: _thing(v, columns, ontology) for n, v in part.items()}
            case "when":
                result[name] = _sql(str(part), columns) or "true"
            case _:
                result[name] = part
    return _without_empty(result)


def _without_empty(thing: dict[str, object]) -> dict[str, object]:
    """Without further things that have no key left, and relations to them."""
    also = thing.get("also")
    if isinstance(also, dict):
        gone = {n for n, t in also.items() if not t.get("key")}
        thing["also"] = {n: t for n, t in also.items() if n not in gone}
        for part in (thing, *also.values()):
            relations = part.get("relations")
            if isinstance(relations, dict):
                part["relations"] = {r: v for r, v in relations.items() if str(v.get("to", "")).lstrip("#") not in gone}
    return thing


def _relation(part: object, columns: Mapping[str, ColumnProfile], definition: ClassDef) -> dict[str, object] | None:
    assert isinstance(part, Mapping)
    result = dict(part)
    for name in ("key",):
        if name in result:
            cells = [_cell(c, columns, None, definition) for c in result[name]]
            if any(c is None for c in cells):
                return None
            result[name] = cells
    if "by" in result:
        held = {p: _cell(c, columns, None, definition) for p, c in result["by"].items()}
        if any(c is None for c in held.values()):
            return None
        result["by"] = held
    return result


def _named_in(key: object) -> frozenset[str]:
    """The columns of a thing's key, in small letters."""
    cells = key if isinstance(key, list) else []
    return frozenset(str(c["column"] if isinstance(c, Mapping) and "column" in c else c).lower() for c in cells)


def _cell(
    cell: object,
    columns: Mapping[str, ColumnProfile],
    prop: str | None,
    definition: ClassDef,
    key: frozenset[str] = frozenset(),
) -> object | None:
    """The cell with the heading as it is written here; None where there is no such column or its values don't fit."""
    if isinstance(cell, str):
        column = columns.get(cell.lower())
        return None if column is None else _typed(column, prop, definition, key)
    assert isinstance(cell, Mapping)
    if "const" in cell:
        return dict(cell)
    if "sql" in cell:
        text = _sql(str(cell["sql"]), columns)
        return None if text is None else {**cell, "sql": text}
    column = columns.get(str(cell["column"]).lower())
    if column is None:
        return None
    if cell.get("date") or cell.get("number"):
        return _typed(column, prop, definition, key)
    return {**cell, "column": column.name}


def _typed(column: ColumnProfile, prop: str | None, definition: ClassDef, key: frozenset[str]) -> object | None:
    """The column with the transforms that its values need for the property.

    What tells the thing itself apart comes again in each of its rows: an order's number in its lines.
    """
    wanted = definition.properties.get(prop) if prop is not None else None
    if wanted is None:
        return column.name
    own = replace(wanted, identifying=False) if column.name.lower() in key else wanted
    if column.filled and misfit(column, own):
        return None
    value = value_of(column, wanted)
    parts: dict[str, object] = {"sql": value.sql} if value.sql is not None else {"column": value.column}
    if value.transforms:
        parts["transforms"] = list(value.transforms)
    if value.date_format is not None:
        parts["date_format"] = value.date_format
    return column.name if parts == {"column": column.name} else parts


_NAME = re.compile(r'"([^"]+)"|\b([A-Za-z_]\w*)\b(?!\s*\()')
_SQL_WORDS = frozenset({"is", "not", "null", "in", "and", "or", "case", "when", "then", "else", "end", "true", "false"})


def _sql(text: str, columns: Mapping[str, ColumnProfile]) -> str | None:
    """The expression with the headings as written here; None where one is missing (arguments of coalesce go alone)."""
    missing = [n for n in _named(text) if n.lower() not in columns]
    for name in missing:
        for form in (f'"{name}", ', f"{name}, ", f', "{name}"', f", {name}"):
            if "coalesce(" in text and form in text:
                text = text.replace(form, "", 1)
                break
        else:
            return None
    for name in _named(text):
        actual = columns[name.lower()].name
        text = (
            text.replace(f'"{name}"', f'"{actual}"')
            if f'"{name}"' in text
            else re.sub(rf"\b{re.escape(name)}\b", f'"{actual}"', text)
        )
    return text


def _named(text: str) -> Iterator[str]:
    bare = re.sub(r"'[^']*'", "''", text)
    seen: set[str] = set()
    for match in _NAME.finditer(bare):
        name = match.group(1) or match.group(2)
        if name.lower() not in _SQL_WORDS and name not in seen:
            seen.add(name)
            yield name
