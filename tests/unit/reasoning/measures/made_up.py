"""Made-up companies as plain tables: the same rows make a snapshot, DuckDB tables and edits.

A *table* is a list of dictionaries. An entity has ``id`` (``P1``) and property values as a person writes them
(``Decimal("12.50")``); a relation has ``from``, ``to``, perhaps ``valid_from`` and ``valid_to``, its own properties.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from graph_engine.snapshot import EntityRow, RecordRow, RelationRow, Snapshot, assemble
from ontology.ids import entity_id, relation_id
from ontology.load import load_ontology
from ontology.model import Datatype, Ontology, PropertyDef
from reasoning.measures.catalogue import Measures
from reasoning.measures.load import load_measures

TODAY = date(2026, 6, 15)
Rows = list[dict[str, Any]]


@cache
def ontology() -> Ontology:
    """The shipped ontology."""
    return load_ontology()


@cache
def shipped() -> Measures:
    """The shipped measures."""
    return load_measures(ontology())


def own(folder: Path, text: str) -> Measures:
    """Measures of one file, without the shipped ones."""
    file = folder / "measures.yaml"
    file.write_text(text, encoding="utf-8")
    return load_measures(ontology(), [file], shipped=False)


@dataclass
class MadeUp:
    """A company. Keys are unique over all classes."""

    entities: dict[str, Rows] = field(default_factory=dict)
    """Class → rows."""
    relations: dict[str, Rows] = field(default_factory=dict)
    """Relation → rows."""
    assumed: set[str] = field(default_factory=set)
    """Keys of entities whose record is an assumption."""

    def add(self, class_name: str, key: str, /, **values: Any) -> MadeUp:
        """One thing."""
        self.entities.setdefault(class_name, []).append({"id": key, **values})
        return self

    def link(self, relation: str, source: str, target: str, /, **values: Any) -> MadeUp:
        """One relation."""
        self.relations.setdefault(relation, []).append({"from": source, "to": target, **values})
        return self

    def copy(self) -> MadeUp:
        """To be edited."""
        return copy.deepcopy(self)

    def row(self, key: str) -> dict[str, Any]:
        """The row of a thing."""
        return next(r for rows in self.entities.values() for r in rows if r["id"] == key)

    def class_of(self, key: str) -> str:
        """The class of a thing."""
        return next(c for c, rows in self.entities.items() for r in rows if r["id"] == key)

    def id(self, key: str) -> str:
        """The entity id of a thing."""
        return entity_id(self.class_of(key), f"erp/{self.class_of(key).lower()}/{key}")

    def snapshot(self) -> Snapshot:
        """As the graph's snapshot would be."""
        onto = ontology()
        ids = {
            r["id"]: (c, entity_id(c, f"erp/{c.lower()}/{r['id']}")) for c, rows in self.entities.items() for r in rows
        }
        entities, records = [], []
        for class_name, rows in self.entities.items():
            for row in rows:
                mention = f"erp/{class_name.lower()}/{row['id']}"
                values = _native(onto.classes[class_name].properties, row, {"id"})
                entities.append(EntityRow(ids[row["id"]][1], [class_name], str(row["id"]), [mention], [], values))
                kind = "assumption" if row["id"] in self.assumed else "source"
                records.append(RecordRow(mention, kind, False, None, len(records) + 1))
        links = []
        for name, rows in self.relations.items():
            definition = onto.relations[name]
            for at, row in enumerate(rows):
                a, b = (f"erp/{ids[row[e]][0].lower()}/{row[e]}" for e in ("from", "to"))
                values = _native(definition.properties, row, {"from", "to", "valid_from", "valid_to", "nr"})
                nr = row.get("nr", at)
                links.append(
                    RelationRow(
                        relation_id(definition.type, a, f"{b}#{nr}"), name, ids[row["from"]][1], ids[row["to"]][1],
                        row.get("valid_from"), row.get("valid_to"), [a], values,
                    )
                )  # fmt: skip
        return assemble(onto, entities, links, records)

    def tables(self) -> duckdb.DuckDBPyConnection:
        """The same rows in DuckDB: a table for each class and relation, with exact decimals."""
        database = duckdb.connect()
        for name, definition in sorted(ontology().classes.items()):
            if name in self.entities:
                _table(database, name, definition.properties, self.entities[name], ("id",))
        for name, relation in sorted(ontology().relations.items()):
            _table(
                database,
                name,
                relation.properties,
                self.relations.get(name, []),
                ("from", "to", "valid_from", "valid_to"),
            )
        return database


def _native(properties: Mapping[str, PropertyDef], row: Mapping[str, Any], skip: set[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in row.items():
        if name in skip or value is None:
            continue
        definition = properties[name]
        if definition.datatype is Datatype.DECIMAL:
            value = int(Decimal(str(value)).scaleb(definition.scale))
        found[name] = value
    return found


_SQL = {
    Datatype.STRING: "VARCHAR", Datatype.INTEGER: "BIGINT", Datatype.FLOAT: "DOUBLE", Datatype.BOOLEAN: "BOOLEAN",
    Datatype.DATE: "DATE", Datatype.DATETIME: "TIMESTAMP WITH TIME ZONE",
}  # fmt: skip


def _table(
    database: duckdb.DuckDBPyConnection,
    name: str,
    properties: Mapping[str, PropertyDef],
    rows: Rows,
    own: tuple[str, ...],
) -> None:
    columns = [f'"{c}" {"DATE" if c.startswith("valid") else "VARCHAR"}' for c in own]
    for prop in properties.values():
        kind = f"DECIMAL(24, {prop.scale})" if prop.datatype is Datatype.DECIMAL else _SQL[prop.datatype]
        columns.append(f'"{prop.name}" {kind}')
    database.execute(f'CREATE TABLE "{name}" ({", ".join(columns)})')
    names = [*own, *(p.name for p in properties.values())]
    if rows:
        marks = ", ".join("?" for _ in names)
        given = [[str(v) if isinstance(v, Decimal) else v for v in (row.get(n) for n in names)] for row in rows]
        database.executemany(f'INSERT INTO "{name}" VALUES ({marks})', given)
