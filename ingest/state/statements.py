"""Corrections and assumptions: what people entered, as records beside those of the sources."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from graph_engine.store.runs import Run, Statement
from ingest.state.staging import Staging
from ontology.ids import content_hash, encode_key
from ontology.model import Ontology

CORRECTION, ASSUMPTION = 2, 0
STANDING = {"correct": CORRECTION, "assume": ASSUMPTION}
SOURCE = {"correct": "corrections", "assume": "assumptions"}


def statement_record(kind: str, mention: str, name: str, value: str | None, op: str) -> str:
    """Id of the record that a statement is kept as: one for a single value, one for each value of a list."""
    parts = [mention, name] if op == "set" else [mention, name, value or ""]
    return f"{SOURCE[kind]}/{name}/{encode_key(parts)}"


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
    for record, (run, number, said) in sorted(latest.items()):
        if said.until is not None and date.fromisoformat(said.until) < today:
            continue
        class_name = mentions.get(said.mention)
        if class_name is None:
            db.insert("sleeping", {"record": [record], "reason": [f"{said.mention} is not in the graph"]})
            continue
        _load(db, ontology, run, number, said, class_name, mentions)


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
    hash_ = content_hash(
        [said.mention, said.name, said.op, said.value, said.author, said.because, said.until, said.review]
    )
    source, table, _ = said.record.split("/", 2)
    db.insert(
        "fin_record",
        {
            "id": [said.record], "hash": [hash_], "source": [source], "tname": [table], "run": [run.id],
            "file": [""], "row": [number], "kind": ["correction" if run.kind == "correct" else "assumption"],
            "stale": [False],
        },
    )  # fmt: skip
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
                "properties": ["{}"], "discriminator": [None], "standing": [standing], "ord": [run.ordinal],
            },
        )  # fmt: skip
