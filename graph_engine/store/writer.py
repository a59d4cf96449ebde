"""The writer: a validated plan becomes batches, each in a transaction that draws its own sequence number.

Every transaction begins with ``write/begin`` (locks the graph node, checks the lease's token) and
``write/batch_marker`` (a batch whose answer was lost is not written twice). What is changed or removed is first
copied to ``Closed``. A batch that is too large for the server's memory is halved, other transient errors are retried.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import TypeVar

import structlog

from graph_engine.graph import Graph, Transaction, is_out_of_memory, is_transient
from graph_engine.statements import with_identifiers
from graph_engine.store import rows
from graph_engine.store.judgements import judgement_row
from graph_engine.store.lease import Lease
from graph_engine.store.runs import Run
from ontology.errors import Busy, DatabaseError
from ontology.ids import canonical_json, record_of
from ontology.model import Ontology
from ontology.types import Change, ChangeSet, EntityState, Op, Plan, RecordState, RelationState
from validation.validated import Validated

log = structlog.get_logger(__name__)
T = TypeVar("T")
Progress = Callable[[int], None]
ATTEMPTS = 6


class Writer:
    """Writes one run. Only the holder of the lease can."""

    def __init__(self, graph: Graph, ontology: Ontology, lease: Lease, run: Run) -> None:
        self._graph = graph
        self._ontology = ontology
        self._lease = lease
        self._run = run
        self._batch = 0
        self._types = {r.type: name for name, r in ontology.relations.items()}

    def begin(self) -> None:
        """Note the run, before anything of it is written."""
        self._graph.write(
            "write/run_create",
            id=self._run.id,
            ordinal=self._run.ordinal,
            properties={
                "kind": self._run.kind, "agent": self._run.agent, "because": self._run.because,
                "target": self._run.target, "inputs": self._run.inputs_json(),
            },
        )  # fmt: skip

    def apply(self, plan: Validated[Plan], progress: Progress = lambda _: None) -> None:
        """Write the whole plan, part by part."""
        for part in plan.value.parts():
            self._write(part)
            progress(len(part))

    def publish(self, counts: dict[str, object]) -> int:
        """Make the run live and its state the published one; gives the graph version."""

        def work(tx: Transaction) -> int:
            seq = self._sequence(tx)
            tx.run(
                "write/run_publish", id=self._run.id, seq=seq, counts=canonical_json(counts),
                ontology_version=self._ontology.version, ontology_digest=self._ontology.digest,
            )  # fmt: skip
            return seq

        version = self._attempt(work)
        log.info("run.published", run=self._run.id, version=version)
        return version

    def fail(self, reason: str) -> None:
        """Mark the run as failed (what it wrote is put right by the next run)."""
        self._graph.write("write/run_fail", id=self._run.id, reason=reason)

    # -- one part ---------------------------------------------------------------------------------------------------

    def _write(self, part: ChangeSet) -> None:
        number = self._batch + 1
        try:
            self._attempt(lambda tx: self._part(tx, part, number))
        except DatabaseError as problem:
            if not is_out_of_memory(problem) or len(part) < 2:
                raise
            log.warning("batch.halved", run=self._run.id, size=len(part))
            for half in _halves(part):
                self._write(half)
            return
        self._batch = number

    def _part(self, tx: Transaction, part: ChangeSet, number: int) -> None:
        seq = self._sequence(tx)
        if not tx.run("write/batch_marker", run=self._run.id, batch=number):
            return
        if part.files:
            tx.run("write/files_merge", rows=[asdict(f) for f in part.files])
        self._records(tx, part.records, seq)
        self._entities(tx, part.entities, seq)
        if part.aliases_removed:
            tx.run("write/aliases_remove", ids=list(part.aliases_removed))
        if part.aliases:
            tx.run("write/aliases_merge", rows=[{"alias": a, "entity": e} for a, e in part.aliases])
        self._relations(tx, part.relations, seq)
        self._removals(tx, part, seq)
        if part.quarantine_removed:
            tx.run("write/quarantine_remove", ids=list(part.quarantine_removed))
        if part.quarantine:
            tx.run("write/quarantine_merge", rows=[asdict(q) for q in part.quarantine])
        if part.judgements_removed:
            tx.run("write/judgements_remove", ids=list(part.judgements_removed))
        if part.judgements:
            tx.run("write/judgements_merge", rows=[judgement_row(j) for j in part.judgements], seq=seq)

    def _records(self, tx: Transaction, changes: Sequence[Change[RecordState]], seq: int) -> None:
        added = [rows.record_row(c.after) for c in changes if c.op is Op.ADD and c.after]
        changed = [rows.record_row(c.after) for c in changes if c.op is Op.CHANGE and c.after]
        if added:
            tx.run("write/records_create", rows=added, seq=seq)
        if changed:
            self._close_records(tx, [str(r["id"]) for r in changed], seq)
            tx.run("write/records_change", rows=changed, seq=seq)

    def _entities(self, tx: Transaction, changes: Sequence[Change[EntityState]], seq: int) -> None:
        added = [c.after for c in changes if c.op is Op.ADD and c.after]
        changed = {c.id: c.after for c in changes if c.op is Op.CHANGE and c.after}
        if added:
            tx.run(
                "write/entities_create",
                rows=[
                    {"properties": rows.entity_row(e), "labels": rows.labels(self._ontology, e.classes)} for e in added
                ],
                seq=seq,
            )
            pairs = [{"record": record_of(m), "entity": e.id, "mention": m} for e in added for m in e.mentions]
            tx.run("write/describes_create", rows=pairs)
        if changed:
            before = self._close_entities(tx, list(changed), seq)
            tx.run(
                "write/entities_change",
                rows=[self._changed_entity(before[id_], after) for id_, after in changed.items()],
                seq=seq,
            )
            moved = [
                {
                    "entity": id_,
                    "mentions": list(after.mentions),
                    "pairs": [{"record": record_of(m), "mention": m} for m in after.mentions],
                }
                for id_, after in changed.items()
            ]
            tx.run("write/describes_replace", rows=moved)

    def _changed_entity(self, before: EntityState, after: EntityState) -> rows.Properties:
        now = rows.labels(self._ontology, after.classes)
        known = [c for c in before.classes if c in self._ontology.classes]
        return {
            "id": after.id,
            "properties": rows.entity_row(after),
            "labels": now,
            "labels_gone": sorted(set(rows.labels(self._ontology, known)) - set(now)),
        }

    def _relations(self, tx: Transaction, changes: Sequence[Change[RelationState]], seq: int) -> None:
        stale = [c for c in changes if c.op is Op.CHANGE]
        self._drop_relations(tx, stale, seq)
        rows_ = [
            {
                "type": self._ontology.relations[c.after.name].type,
                "source": c.after.source,
                "target": c.after.target,
                "properties": rows.relation_row(c.after),
            }
            for c in changes
            if c.after is not None
        ]
        if rows_:
            tx.run("write/relations_create", rows=rows_, seq=seq)

    def _removals(self, tx: Transaction, part: ChangeSet, seq: int) -> None:
        self._drop_relations(tx, [c for c in part.relations if c.op is Op.REMOVE], seq)
        entities = [c.id for c in part.entities if c.op is Op.REMOVE]
        if entities:
            self._close_entities(tx, entities, seq)
            tx.run("write/entities_remove", ids=entities)
        records = [c.id for c in part.records if c.op is Op.REMOVE]
        if records:
            self._close_records(tx, records, seq)
            tx.run("write/records_remove", ids=records)

    def _drop_relations(self, tx: Transaction, changes: Sequence[Change[RelationState]], seq: int) -> None:
        by_type: dict[str, list[str]] = defaultdict(list)
        for change in changes:
            by_type[change.type].append(change.id)
        for type_, ids in sorted(by_type.items()):
            found = tx.run_text(with_identifiers("read/relations_by_id", {"type": type_}), ids=ids)
            closed = []
            for row in found:
                properties = _mapping(row["properties"])
                state = rows.read_relation(
                    self._types.get(type_, type_.lower()), properties, str(row["source"]), str(row["target"])
                )
                payload = rows.relation_payload(self._ontology, state)
                row_ = self._closed("relation", state.id, properties["_seq"], payload)
                closed.append({**row_, "source": state.source, "target": state.target})
            if closed:
                tx.run("write/closed_create", rows=closed, seq=seq)
            tx.run_text(with_identifiers("write/relations_remove", {"type": type_}), ids=ids)

    def _close_entities(self, tx: Transaction, ids: list[str], seq: int) -> dict[str, EntityState]:
        before: dict[str, EntityState] = {}
        closed = []
        for row in tx.run("read/entities_by_id", ids=ids):
            properties = _mapping(row["properties"])
            state = rows.read_entity(properties)
            before[state.id] = state
            payload = rows.entity_payload(self._ontology, state)
            closed.append(self._closed("entity", state.id, properties["_seq"], payload))
        if closed:
            tx.run("write/closed_create", rows=closed, seq=seq)
        return before

    def _close_records(self, tx: Transaction, ids: list[str], seq: int) -> None:
        closed = []
        for row in tx.run("read/records_by_id", ids=ids):
            properties = _mapping(row["properties"])
            state = rows.read_record(properties)
            row_ = self._closed("record", state.id, properties["_seq"], rows.record_payload(state))
            closed.append({**row_, "file": state.file, "of_run": state.run})
        if closed:
            tx.run("write/closed_create", rows=closed, seq=seq)

    def _closed(self, kind: str, id_: str, seq_from: object, payload: str) -> rows.Properties:
        return {"kind": kind, "id": id_, "seq_from": seq_from, "payload": payload, "run": self._run.id}

    # -- transactions -----------------------------------------------------------------------------------------------

    def _sequence(self, tx: Transaction) -> int:
        found = tx.run("write/begin", token=self._lease.token)
        if not found:
            raise Busy(
                "The write lease was lost: this process stood still for longer than it lasts.",
                do="Run the command again; it repairs what was half-written.",
            )
        return int(str(found[0]["seq"]))

    def _attempt(self, work: Callable[[Transaction], T]) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self._graph.transaction() as tx:
                    return work(tx)
            except DatabaseError as problem:
                if attempt == ATTEMPTS or is_out_of_memory(problem) or not is_transient(problem):
                    raise
                log.warning("batch.retry", run=self._run.id, attempt=attempt)
                time.sleep(min(8.0, 0.25 * 2**attempt) * (0.5 + random.random() / 2))
        raise AssertionError("unreachable")


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"expected properties, got {type(value).__name__}")
    return value


def _halves(part: ChangeSet) -> Iterator[ChangeSet]:
    """The same part in two, kinds in their order."""
    kinds = (
        "files",
        "records",
        "entities",
        "aliases_removed",
        "aliases",
        "relations",
        "quarantine_removed",
        "quarantine",
        "judgements_removed",
        "judgements",
    )
    flat = [(kind, item) for kind in kinds for item in getattr(part, kind)]
    middle = len(flat) // 2
    for piece in (flat[:middle], flat[middle:]):
        grouped: dict[str, list[object]] = defaultdict(list)
        for kind, item in piece:
            grouped[kind].append(item)
        yield replace(ChangeSet(), **{k: tuple(v) for k, v in grouped.items()})  # type: ignore[arg-type]
