"""The difference between desired and current state as a plan: bounded parts in writing order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from ingest.state.staging import Staging
from ontology import values
from ontology.ids import canonical_json
from ontology.model import Datatype, Ontology, PropertyDef
from ontology.types import (
    Change,
    ChangeSet,
    EntityState,
    FileState,
    JudgementState,
    Op,
    QuarantineState,
    RecordState,
    RelationState,
    Value,
)
from ontology.values import Native

SIZE = 5_000
RawRow = Callable[[str, int], Mapping[str, object]]
"""(content address, row) → the row as it arrived."""


def compute_difference(db: Staging, live_run_ids: Sequence[str]) -> None:
    """Fill ``d_record``, ``d_entity``, ``d_relation``, ``d_quarantine`` and ``d_judgement``."""
    for name in ("d_record", "d_entity", "d_relation", "d_quarantine", "d_judgement"):
        db.run(f"DROP TABLE IF EXISTS {name}")
    db.run("CREATE OR REPLACE TABLE live_run(run VARCHAR)")
    db.insert("live_run", {"run": list(live_run_ids)})
    for name in ("records", "entities", "relations", "quarantine", "judgements"):
        db.script("difference.sql", name)


class StagedPlan:
    """A :class:`~ontology.types.Plan` that reads its parts from staging, so memory stays bounded."""

    def __init__(self, db: Staging, ontology: Ontology, raw_row: RawRow) -> None:
        self._db = db
        self._ontology = ontology
        self._raw_row = raw_row

    def size(self) -> int:
        """How many items change (files not counted)."""
        return self._db.count(
            "SELECT (SELECT count(*) FROM d_record) + (SELECT count(*) FROM d_entity)"
            " + (SELECT count(*) FROM d_relation) + (SELECT count(*) FROM d_quarantine)"
            " + (SELECT count(*) FROM d_judgement)"
        )

    def relation_types(self) -> frozenset[str]:
        """The relationship types of relations that are new or different."""
        return frozenset(
            str(t)
            for (t,) in self._db.rows("SELECT DISTINCT f.type FROM d_relation d JOIN fin_relation f ON f.id = d.id")
        )

    def parts(self) -> Iterator[ChangeSet]:
        """Files and records, entities, aliases, relations; then what goes; then quarantine and judgements."""
        yield from self._files()
        for records in self._records():
            yield ChangeSet(records=records)
        for entities in self._entities():
            yield ChangeSet(entities=entities)
        yield from self._aliases()
        for relations in self._relations():
            yield ChangeSet(relations=relations)
        yield from self._removals()
        yield from self._quarantine()
        yield from self._judgements()

    def _files(self) -> Iterator[ChangeSet]:
        sql = (
            "SELECT DISTINCT ON (f.sha256) f.sha256, f.path, f.source, f.tname, f.size FROM source_file f "
            "WHERE f.sha256 IN (SELECT r.file FROM fin_record r SEMI JOIN d_record d ON d.id = r.id)"
        )
        for batch in self._db.batches(sql, SIZE):
            yield ChangeSet(
                files=tuple(
                    FileState(_t(r["sha256"]), _t(r["path"]), _t(r["source"]), _t(r["tname"]), _n(r["size"]))
                    for r in batch
                )
            )

    def _records(self) -> Iterator[tuple[Change[RecordState], ...]]:
        sql = "SELECT d.op, f.* FROM d_record d JOIN fin_record f ON f.id = d.id ORDER BY f.id"
        for batch in self._db.batches(sql, SIZE):
            yield tuple(
                Change(
                    Op(_t(r["op"])),
                    _t(r["id"]),
                    RecordState(
                        _t(r["id"]), _t(r["hash"]), _t(r["source"]), _t(r["tname"]), _t(r["run"]), _t(r["file"]),
                        _n(r["row"]), _t(r["kind"]), bool(r["stale"]),
                    ),
                )
                for r in batch
            )  # fmt: skip

    def _entities(self) -> Iterator[tuple[Change[EntityState], ...]]:
        sql = (
            "SELECT d.op, f.*, v.said, o.others FROM d_entity d JOIN fin_entity f ON f.id = d.id LEFT JOIN "
            "(SELECT entity, list([property, value, record] ORDER BY property, value, record) AS others FROM fin_other "
            " GROUP BY entity) o ON o.entity = f.id LEFT JOIN "
            "(SELECT entity, list({'p': property, 'v': value, 'r': record} ORDER BY property, value, record) AS said "
            " FROM fin_value SEMI JOIN d_entity e ON e.id = fin_value.entity GROUP BY entity) v ON v.entity = f.id "
            "ORDER BY f.classes, f.id"
        )
        for batch in self._db.batches(sql, SIZE):
            yield tuple(Change(Op(_t(r["op"])), _t(r["id"]), self._entity(r)) for r in batch)

    def _entity(self, row: Mapping[str, object]) -> EntityState:
        classes = tuple(_t(c) for c in _list(row["classes"]))
        definitions = {n: p for c in classes for n, p in self._ontology.classes[c].properties.items()}
        held: dict[str, list[Native]] = {}
        winners: dict[str, list[str]] = {}
        for said in _list(row["said"]):
            name, text, record = (_t(said[k]) for k in "pvr") if isinstance(said, dict) else ("", "", "")
            held.setdefault(name, []).append(values.native(definitions[name], text))
            winners.setdefault(name, []).append(record)
        chosen: dict[str, Value] = {n: v[0] if definitions[n].functional else tuple(v) for n, v in held.items()}
        return EntityState(
            id=_t(row["id"]),
            classes=classes,
            founding=_t(row["founding"]),
            mentions=tuple(_t(m) for m in _list(row["mentions"])),
            values=chosen,
            winners={n: tuple(r) for n, r in winners.items()},
            title=_title(self._ontology, classes, chosen, _t(row["title"])),
            first=_n(row["first"]),
            hash=_t(row["hash"]),
            others=tuple((_t(o[0]), _t(o[1]), _t(o[2])) for o in _list(row["others"]) if isinstance(o, list)),
        )

    def _aliases(self) -> Iterator[ChangeSet]:
        gone = self._db.rows(
            "SELECT c.alias FROM cur_alias c LEFT JOIN new_alias n USING (alias) WHERE n.alias IS NULL ORDER BY 1"
        )
        new = self._db.rows(
            "SELECT n.alias, n.entity FROM new_alias n LEFT JOIN cur_alias c USING (alias) "
            "WHERE c.entity IS DISTINCT FROM n.entity ORDER BY 1"
        )
        for start in range(0, len(gone), SIZE):
            yield ChangeSet(aliases_removed=tuple(str(r[0]) for r in gone[start : start + SIZE]))
        for start in range(0, len(new), SIZE):
            yield ChangeSet(aliases=tuple((str(r[0]), str(r[1])) for r in new[start : start + SIZE]))

    def _relations(self) -> Iterator[tuple[Change[RelationState], ...]]:
        sql = (
            "SELECT d.op, d.type AS old_type, f.* FROM d_relation d JOIN fin_relation f ON f.id = d.id "
            "WHERE d.op <> 'remove' ORDER BY f.type, f.source, f.id"
        )
        for batch in self._db.batches(sql, SIZE):
            yield tuple(Change(Op(_t(r["op"])), _t(r["id"]), self._relation(r), type=_t(r["old_type"])) for r in batch)

    def _relation(self, row: Mapping[str, object]) -> RelationState:
        name = _t(row["name"])
        definitions = self._ontology.relations[name].properties
        held: dict[str, str] = json.loads(_t(row["properties"]) or "{}")
        return RelationState(
            id=_t(row["id"]),
            name=name,
            source=_t(row["source"]),
            target=_t(row["target"]),
            values={n: values.native(definitions[n], t) for n, t in held.items() if t is not None},
            records=tuple(_t(r) for r in _list(row["records"])),
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            hash=_t(row["hash"]),
        )

    def _removals(self) -> Iterator[ChangeSet]:
        for batch in self._db.batches("SELECT id, type FROM d_relation WHERE op = 'remove' ORDER BY type, id", SIZE):
            yield ChangeSet(relations=tuple(Change(Op.REMOVE, _t(r["id"]), None, type=_t(r["type"])) for r in batch))
        for batch in self._db.batches("SELECT id FROM d_entity WHERE op = 'remove' ORDER BY id", SIZE):
            yield ChangeSet(entities=tuple(Change(Op.REMOVE, _t(r["id"]), None) for r in batch))
        for batch in self._db.batches("SELECT id FROM d_record WHERE op = 'remove' ORDER BY id", SIZE):
            yield ChangeSet(records=tuple(Change(Op.REMOVE, _t(r["id"]), None) for r in batch))

    def _quarantine(self) -> Iterator[ChangeSet]:
        for batch in self._db.batches("SELECT id FROM d_quarantine WHERE op = 'remove' ORDER BY id", SIZE):
            yield ChangeSet(quarantine_removed=tuple(_t(r["id"]) for r in batch))
        sql = (
            "SELECT f.* FROM d_quarantine d JOIN fin_quarantine f ON f.id = d.id WHERE d.op = 'add' "
            "ORDER BY f.address, f.row"
        )
        for batch in self._db.batches(sql, 1000):
            yield ChangeSet(quarantine=tuple(self._set_aside(r) for r in batch))

    def _judgements(self) -> Iterator[ChangeSet]:
        for batch in self._db.batches("SELECT id FROM d_judgement WHERE op = 'remove' ORDER BY id", SIZE):
            yield ChangeSet(judgements_removed=tuple(_t(r["id"]) for r in batch))
        sql = "SELECT f.* FROM d_judgement d JOIN fin_judgement f ON f.id = d.id WHERE d.op = 'add' ORDER BY f.id"
        for batch in self._db.batches(sql, SIZE):
            yield ChangeSet(
                judgements=tuple(
                    JudgementState(
                        _t(r["id"]), _t(r["left"]), _t(r["right"]), _t(r["class_name"]), _t(r["verdict"]),
                        _t(r["decided_by"]), _f(r["weight"]), _f(r["probability"]),
                        tuple(_t(x) for x in _list(r["reasons"])), _t(r["agent"]), _t(r["run"]), "",
                        bool(r["asleep"]), _f(r["effect"]), _n(r["moves"]), _t(r["hash"]),
                    )
                    for r in batch
                )
            )  # fmt: skip

    def _set_aside(self, row: Mapping[str, object]) -> QuarantineState:
        raw = canonical_json(dict(self._raw_row(_t(row["address"]), _n(row["row"]))))
        return QuarantineState(
            id=_t(row["id"]), run=_t(row["run"]), source=_t(row["source"]), table=_t(row["tname"]),
            file=_t(row["file"]), path=_t(row["path"]), row=_n(row["row"]), record=_o(row["record"]),
            rule=_t(row["rule"]), column=_o(row["column"]), reason=_t(row["reason"]), raw=raw, hash=_t(row["hash"]),
        )  # fmt: skip


def _title(ontology: Ontology, classes: Sequence[str], held: Mapping[str, Value], text: str) -> str:
    """The title as a person reads it: staging has canonical text, a number shows its point."""
    for name in classes:
        title = ontology.classes[name].title
        value = held.get(title) if title is not None else None
        if title is not None and value is not None and not isinstance(value, tuple):
            definition: PropertyDef = ontology.classes[name].properties[title]
            if definition.datatype is not Datatype.STRING:
                return values.display(definition, value)
    return text


def _t(value: object) -> str:
    return "" if value is None else str(value)


def _o(value: object) -> str | None:
    return None if value is None else str(value)


def _n(value: object) -> int:
    return 0 if value is None else int(str(value))


def _f(value: object) -> float:
    return 0.0 if value is None else float(str(value))


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
