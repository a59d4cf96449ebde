"""Corrections and assumptions: what people entered, as records beside those of the sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from graph_engine.store.runs import Run, Statement
from ingest.state.staging import Staging
from ontology.ids import content_hash, encode_key
from ontology.model import Ontology

CORRECTION, ASSUMPTION = 2, 0
NEW, GONE = "new", "gone"
STANDING = {"correct": CORRECTION, "assume": ASSUMPTION}
SOURCE = {"correct": "corrections", "assume": "assumptions"}


def statement_record(kind: str, mention: str, name: str, value: str | None, op: str) -> str:
    """Id of the record that a statement is kept as: one for a single value, one for each value of a list."""
    parts = [mention, name] if op == "set" else [mention, name, value or ""]
    return f"{SOURCE[kind]}/{name}/{encode_key(parts)}"


def thing_record(kind: str, class_name: str, key: str) -> str:
    """Id of the record that a thing is which a person entered: also its mention."""
    return f"{SOURCE[kind]}/{NEW}/{encode_key([class_name, key])}"


def load_statements(db: Staging, ontology: Ontology, live: Sequence[Run], today: date) -> None:
    """Put the statements of live runs into staging; what is about a thing that is gone sleeps, and says so.

    A later statement takes the place of an earlier one about the same fact. After its ``until`` day it no longer holds.
    """
    latest: dict[str, tuple[Run, int, Statement]] = {}
    for run in live:
        if run.kind not in STANDING:  # a person's judgement is no value (``ingest.state.resolving``)
            continue
        for number, statement in enumerate(run.statements, start=1):
            latest[statement.record] = (run, number, statement)
    mentions = {str(m): str(c) for m, c in db.rows("SELECT mention, class FROM mention")} if latest else {}
    in_force = {
        record: held for record, held in sorted(latest.items())
        if held[2].until is None or date.fromisoformat(held[2].until) >= today
    }  # fmt: skip
    _things(db, in_force, mentions)
    for record, (run, number, said) in in_force.items():
        if said.op in (NEW, GONE):
            continue
        class_name = mentions.get(said.mention)
        if class_name is None:
            db.insert("sleeping", {"record": [record], "reason": [f"{said.mention} is not in the graph"]})
            continue
        _load(db, ontology, run, number, said, class_name, mentions)


def _things(db: Staging, latest: Mapping[str, tuple[Run, int, Statement]], mentions: dict[str, str]) -> None:
    """Things that people entered come, and those that they took out go, with all that is said of them."""
    for run, number, said in latest.values():
        if said.op == NEW and said.value is not None:
            mentions[said.record] = said.value
            db.insert("mention", {"record": [said.record], "mention": [said.record], "class": [said.value]})
            _kept(db, run, number, said)
    # Asked again for the same state (rows were set aside), what was taken out before is not there any more.
    db.run("CREATE TEMP TABLE IF NOT EXISTS taken_out(mention VARCHAR)")
    before = {str(m) for (m,) in db.rows("SELECT mention FROM taken_out")}
    for run, number, said in latest.values():
        if said.op != GONE:
            continue
        if mentions.pop(said.mention, None) is None and said.mention not in before:
            db.insert("sleeping", {"record": [said.record], "reason": [f"{said.mention} is not in the graph"]})
            continue
        _kept(db, run, number, said)
        db.run("INSERT INTO taken_out VALUES (?)", [said.mention])
        for table in ("mention", "val", "link", "ref"):
            db.run(f"DELETE FROM {table} WHERE mention = ?", [said.mention])


def _kept(db: Staging, run: Run, number: int, said: Statement) -> None:
    """The record that a statement is."""
    said_: list[object] = [
        said.mention, said.name, said.op, said.value, said.author, said.because, said.until, said.review
    ]  # fmt: skip
    if said.figures or said.valid_from or said.valid_to:
        said_ += [said.figures, said.valid_from, said.valid_to]
    source, table, _ = said.record.split("/", 2)
    db.insert(
        "fin_record",
        {
            "id": [said.record], "hash": [content_hash(said_)], "source": [source], "tname": [table], "run": [run.id],
            "file": [""], "row": [number], "kind": ["correction" if run.kind == "correct" else "assumption"],
            "stale": [False],
        },
    )  # fmt: skip


def _load(
    db: Staging, ontology: Ontology, run: Run, number: int, said: Statement, class_name: str, mentions: dict[str, str]
) -> None:
    standing = STANDING[run.kind]
    role = ontology.roles(class_name).get(said.name)
    if role is not None and said.value is not None and said.value not in mentions:
        db.insert("sleeping", {"record": [said.record], "reason": [f"{said.value} is not in the graph"]})
        return
    db.insert("mention", {"record": [said.record], "mention": [said.record], "class": [class_name]})
    db.insert("link", {"record": [said.record], "mention": [said.record], "target": [said.mention]})
    _kept(db, run, number, said)
    if role is None:
        db.insert(
            "val",
            {
                "mention": [said.record], "record": [said.record], "property": [said.name], "value": [said.value],
                "standing": [standing], "ord": [run.ordinal],
            },
        )  # fmt: skip
    elif said.op == "remove":
        db.insert(
            "removal",
            {
                "record": [said.record], "mention": [said.mention], "relation": [role.relation.name],
                "inverse": [role.inverse], "target": [said.value],
            },
        )  # fmt: skip
    else:
        db.insert(
            "ref",
            {
                "record": [said.record], "mention": [said.mention], "relation": [role.relation.name],
                "inverse": [role.inverse], "target": [said.value], "missing": ["drop"],
                "properties": [said.figures or "{}"], "valid_from": [_day(said.valid_from)],
                "valid_to": [_day(said.valid_to)],
                "discriminator": [None], "standing": [standing], "ord": [run.ordinal],
            },
        )  # fmt: skip


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
