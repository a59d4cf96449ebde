"""The writer against the plain driver's ``UNWIND … MERGE`` of the same nodes and relations, records and links included.

``python -m bench writer [--share 0.25] [--rounds 2] [--plan FILE]`` ingests AdventureWorks (``--quick``: the sample
company) up to the point where it would be written, keeps the change sets in memory, and then writes them to the same
emptied database in turns: knockon, plain, plain, knockon, … The same constraints and indexes are there for both.
knockon's time includes turning states into rows ("the rest"), a sequence number, a lease check and a marker for each
batch; the plain driver gets ready-made rows in batches of 5,000, grouped by labels and by type, and keeps no run, file
or history. Afterwards the database must hold the same number of nodes of each label and of relations of each type.
"""

from __future__ import annotations

import argparse
import pickle
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import ingest.pipeline
from api.project import Project
from bench.company import Company, NoData, adventureworks, cypher, empty, opened, run, sample, work_folder
from bench.machine import describe, peak
from bench.table import Line, record, show
from graph_engine.graph import Graph, Transaction
from graph_engine.schema import apply_schema
from graph_engine.store import rows
from graph_engine.store.lease import write_lease
from graph_engine.store.runs import Run
from graph_engine.store.writer import Writer
from ontology.ids import record_of
from ontology.model import Ontology
from ontology.types import Change, ChangeSet, EntityState, Plan, RecordState, RelationState
from validation.gate import GateReport, approve
from validation.validated import Validated

BATCH = 5_000
_KINDS = {
    "write/records_create": "records", "write/entities_create": "entities", "write/describes_create": "links",
    "write/relations_create": "relations",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Items:
    """What a first ingest writes: additions only."""

    records: tuple[Change[RecordState], ...]
    entities: tuple[Change[EntityState], ...]
    relations: tuple[Change[RelationState], ...]

    def parts(self) -> Iterator[ChangeSet]:
        """As batches, in the order in which they must be written."""
        for at in range(0, len(self.records), BATCH):
            yield ChangeSet(records=self.records[at : at + BATCH])
        for at in range(0, len(self.entities), BATCH):
            yield ChangeSet(entities=self.entities[at : at + BATCH])
        for at in range(0, len(self.relations), BATCH):
            yield ChangeSet(relations=self.relations[at : at + BATCH])

    def size(self) -> int:
        """Nodes and relations, without links."""
        return len(self.records) + len(self.entities) + len(self.relations)

    @property
    def links(self) -> int:
        """Links between records and entities."""
        return sum(len(c.after.mentions) for c in self.entities if c.after)

    def share(self, part: float) -> Items:
        """About this part of the relations of each type, with the entities at their ends and the records of these."""
        if part >= 1:
            return self
        every = round(1 / part)
        relations = self.relations[::every]
        ends = {e for c in relations if c.after for e in (c.after.source, c.after.target)}
        entities = tuple(c for at, c in enumerate(self.entities) if c.id in ends or at % every == 0)
        kept = {record_of(m) for c in entities if c.after for m in c.after.mentions}
        return Items(tuple(c for c in self.records if c.id in kept), entities, relations)


@dataclass(slots=True)
class Took:
    """Seconds of one round, and by kind of item."""

    seconds: float = 0.0
    cpu: float = 0.0
    """Processor seconds of this process and the server."""
    by_kind: dict[str, float] = field(default_factory=lambda: defaultdict(float))


class _Captured(Exception):
    """The plan is in hand; there is nothing to write."""


def first_ingest(project: Project) -> Items:
    """What a first ingest of the project's sources would write."""
    held: list[ChangeSet] = []

    class Capturing(Writer):
        def apply(self, plan: Validated[Plan], progress: Callable[[int], None] = lambda _: None) -> None:
            held.extend(plan.value.parts())
            raise _Captured

    with mock.patch.object(ingest.pipeline, "Writer", Capturing):
        try:
            project.pipeline.ingest(project.sources())
        except _Captured:
            return Items(
                tuple(c for p in held for c in p.records),
                tuple(c for p in held for c in p.entities),
                tuple(c for p in held for c in p.relations),
            )
    raise RuntimeError("the graph is not empty: the ingest found nothing to write")


def ours(graph: Graph, ontology: Ontology, items: Items) -> Took:
    """Write the items with knockon's writer."""
    took = Took()
    plan: Validated[Plan] = approve(items, GateReport())
    with write_lease(graph) as lease:
        writer = Writer(graph, ontology, lease, Run(id="run-bench", ordinal=1, kind="ingest", status="live", agent=""))
        writer.begin()
        with _by_statement(took):
            began = time.perf_counter()
            writer.apply(plan)
            took.seconds = time.perf_counter() - began
    took.by_kind["the rest"] = took.seconds - sum(took.by_kind.values())
    return took


@contextmanager
def _by_statement(took: Took) -> Iterator[None]:
    plain, opened_ = Transaction.run, Graph.transaction

    def timed(self: Transaction, name: str, /, **params: object) -> list[dict[str, object]]:
        began = time.perf_counter()
        try:
            return plain(self, name, **params)
        finally:
            took.by_kind[_KINDS.get(name, "sequence and markers")] += time.perf_counter() - began

    @contextmanager
    def committed(self: Graph) -> Iterator[Transaction]:
        with opened_(self) as tx:
            yield tx
            began = time.perf_counter()
        took.by_kind["commit"] += time.perf_counter() - began

    with mock.patch.object(Transaction, "run", timed), mock.patch.object(Graph, "transaction", committed):
        yield


def prepared(ontology: Ontology, items: Items) -> list[tuple[str, str, Sequence[Mapping[str, object]]]]:
    """(kind, statement, rows) of the plain driver, not in batches yet."""
    found: list[tuple[str, str, Sequence[Mapping[str, object]]]] = [
        ("records", cypher("merge_records"), [rows.record_row(c.after) for c in items.records if c.after])
    ]
    by_labels: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    links: list[Mapping[str, object]] = []
    for entity in (c.after for c in items.entities if c.after):
        by_labels[":".join(f"`{n}`" for n in rows.labels(ontology, entity.classes))].append(rows.entity_row(entity))
        links.extend({"record": record_of(m), "entity": entity.id, "mention": m} for m in entity.mentions)
    found += [("entities", cypher("merge_entities", labels=names), held) for names, held in by_labels.items()]
    found.append(("links", cypher("merge_describes"), links))
    by_type: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    for relation in (c.after for c in items.relations if c.after):
        row = {"id": relation.id, "source": relation.source, "target": relation.target}
        by_type[ontology.relations[relation.name].type].append({**row, "properties": rows.relation_row(relation)})
    found += [("relations", cypher("merge_relations", type=f"`{n}`"), held) for n, held in by_type.items()]
    return found


def plain(graph: Graph, work: Sequence[tuple[str, str, Sequence[Mapping[str, object]]]]) -> Took:
    """Write the same with the driver alone, one transaction for each batch."""
    took = Took()
    began = time.perf_counter()
    with graph.driver.session(database=graph.credentials.database) as session:
        for kind, text, held in work:
            at = time.perf_counter()
            for start in range(0, len(held), BATCH):
                batch = list(held[start : start + BATCH])
                with session.begin_transaction() as tx:
                    tx.run(text, {"rows": batch}).consume()
                    tx.commit()
            took.by_kind[kind] += time.perf_counter() - at
    took.seconds = time.perf_counter() - began
    return took


def compare(project: Project, items: Items, rounds: int) -> tuple[list[Line], list[Line]]:
    """Rounds of each, in turns that change order; the totals, and the seconds by kind of item."""
    graph, ontology = project.graph, project.ontology
    work = prepared(ontology, items)
    total = items.size() + items.links
    held: dict[str, list[Took]] = {"ours": [], "plain": []}
    counts: dict[str, object] = {}

    def round_of(name: str) -> None:
        empty(graph)
        apply_schema(graph, ontology)
        with peak(lambda: project.server.status().pid) as used:
            took = ours(graph, ontology, items) if name == "ours" else plain(graph, work)
        took.cpu = used.cpu
        held[name].append(took)
        found = run(graph, cypher("counts"))
        if counts.setdefault("found", found) != found:
            raise AssertionError("knockon and the plain driver did not write the same")
        print(f"  {name:6} {took.seconds:7.1f} s  {total / took.seconds:8,.0f} items/s", flush=True)

    for number in range(rounds):
        for name in ("ours", "plain") if number % 2 == 0 else ("plain", "ours"):
            round_of(name)
    empty(graph)
    middle = {name: statistics.median(t.seconds for t in tooks) for name, tooks in held.items()}
    cpu = {name: statistics.median(t.cpu for t in tooks) for name, tooks in held.items()}
    lines = [
        Line("all items", total / middle["ours"], "items/s", total / middle["plain"], note=f"{total:,} items"),
        Line("seconds, median", middle["ours"], "s", middle["plain"]),
        Line("processor time, median", cpu["ours"], "s", cpu["plain"], note="server included"),
        Line("seconds, best", min(t.seconds for t in held["ours"]), "s", min(t.seconds for t in held["plain"])),
    ]
    kinds = {k for tooks in held.values() for t in tooks for k in t.by_kind}
    parts = [
        Line(
            kind,
            statistics.median(t.by_kind.get(kind, 0.0) for t in held["ours"]),
            "s",
            None if kind not in held["plain"][0].by_kind else statistics.median(
                t.by_kind[kind] for t in held["plain"]
            ),
        )
        for kind in ("records", "entities", "links", "relations", "sequence and markers", "commit", "the rest")
        if kind in kinds
    ]  # fmt: skip
    return lines, parts


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; 0, or 3 where the data is not on this machine."""
    parser = argparse.ArgumentParser(prog="python -m bench writer", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="The sample company in place of AdventureWorks.")
    parser.add_argument("--rounds", type=int, default=2, help="Rounds of each.")
    parser.add_argument("--share", type=float, default=1.0, help="Part of the items to write.")
    parser.add_argument("--plan", type=Path, help="File that keeps the change sets from one run to the next.")
    parser.add_argument("--work", type=Path, help="Folder to work in and to keep.")
    parser.add_argument("--json", type=Path, help="File to append the figures to.")
    options = parser.parse_args(argv)
    try:
        company: Company = sample() if options.quick else adventureworks()
    except NoData as problem:
        print(problem)
        return 3
    machine = describe()
    with work_folder(options.work) as folder, opened(company, folder / "writer") as project:
        items = _items(project, options.plan).share(options.share)
        print(f"{len(items.records):,} records, {len(items.entities):,} entities, {items.links:,} links, "
              f"{len(items.relations):,} relations", flush=True)  # fmt: skip
        lines, parts = compare(project, items, options.rounds)
    for title, held in ((f"Writing {company.name}", lines), ("By kind of item, median", parts)):
        print("\n" + show(title, held, peer="plain driver"))
        record("writer", title, held, machine, options.json)
    return 0


def _items(project: Project, kept: Path | None) -> Items:
    """From the file that keeps them, if there is one; else from a first ingest."""
    if kept is not None and kept.is_file():
        return Items(*pickle.loads(kept.read_bytes()))
    empty(project.graph)
    items = first_ingest(project)
    if kept is not None:
        kept.write_bytes(pickle.dumps((items.records, items.entities, items.relations)))
    return items


if __name__ == "__main__":
    raise SystemExit(main())
