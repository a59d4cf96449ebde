"""The pipeline: whatever changes the graph goes through here, under the write lease, as a run.

adapter → archive → desired state (contract, references, entities, values) → difference → validation → write → publish
"""

from __future__ import annotations

import getpass
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import structlog

from graph_engine.graph import Graph
from graph_engine.schema import apply_schema
from graph_engine.store import current
from graph_engine.store.lease import Lease, write_lease
from graph_engine.store.runs import Run, RunInput, Statement, find_run, in_force, live_runs, read_runs
from graph_engine.store.writer import Writer
from ingest.archive import Archive
from ingest.compile.table import CompiledTable, compile_table
from ingest.mapping.model import SourceMapping
from ingest.pins import Pins
from ingest.report import ItemCounts, RunReport, TableCounts
from ingest.state.desired import DesiredState
from ingest.state.plan import StagedPlan
from ingest.state.staging import Staging, stoppable
from ingest.state.versions import Compile
from ontology.compatibility import require_compatible
from ontology.errors import BadQuestion, Busy, NotFound, RetractionsRefused
from ontology.model import Ontology
from validation.gate import Gate, approve

log = structlog.get_logger(__name__)
Progress = Callable[[str, int, int], None]
MISSING_SHARE = 0.05


def silent(stage: str, done: int, total: int) -> None:
    """No progress."""


@dataclass(frozen=True, slots=True)
class Source:
    """A mapping with the folder that its files lie in."""

    mapping: SourceMapping
    folder: Path


class Pipeline:
    """Changes the graph, one run at a time.

    Args:
        graph: the connection.
        ontology: what the graph's data must fit.
        archive: where raw rows and pinned mappings lie.
        gate: checks SHACL before anything is written.
        tmp: folder for staging.
        agent: who is doing this, for provenance.
    """

    def __init__(
        self, graph: Graph, ontology: Ontology, archive: Archive, gate: Gate, tmp: Path, *,
        agent: str = "", progress: Progress = silent, today: date | None = None,
    ) -> None:  # fmt: skip
        self._graph = graph
        self._ontology = ontology
        self._archive = archive
        self._pins = Pins(archive.root)
        self._gate = gate
        self._tmp = tmp
        self._agent = agent or getpass.getuser()
        self._progress = progress
        self._today = today or datetime.now(UTC).date()

    # -- the ways to change the graph -------------------------------------------------------------------------------

    def ingest(
        self, sources: Sequence[Source], *, accept_retractions: bool = False, dry_run: bool = False,
        only: Sequence[str] = (), because: str = "",
    ) -> RunReport:  # fmt: skip
        """Read these sources (all their tables, or ``source.table`` in ``only``) and bring the graph up to them.

        Raises:
            SourceError: a file cannot be read; nothing is written.
            RetractionsRefused: a full export lacks more than 5 % of the keys.
        """
        with stoppable():
            stored = self._read(sources, only, accept_retractions)
        return self._run("ingest", inputs=stored, because=because, dry_run=dry_run)

    def replay(self, inputs: Sequence[RunInput] = (), *, because: str = "", dry_run: bool = False) -> RunReport:
        """Compute the state anew, with mended rows if there are any: what can enter now, enters."""
        return self._run("replay", inputs=inputs, because=because, dry_run=dry_run, compute_always=True)

    def state(self, kind: str, statements: Sequence[Statement], *, because: str, dry_run: bool = False) -> RunReport:
        """Enter corrections (``correct``) or assumptions (``assume``)."""
        return self._run(kind, statements=statements, because=because, dry_run=dry_run)

    def undo(self, name: str, *, because: str = "", dry_run: bool = False) -> RunReport:
        """Make the graph what it would be without that run; later runs are kept.

        Raises:
            NotFound: no such run.
            BadQuestion: the run is not in force (failed, or undone already).
        """
        runs = read_runs(self._graph)
        target = find_run(runs, name)
        if target not in in_force(runs):
            raise BadQuestion(
                f"Run {target.id} is not in force ({'undone already' if target.status == 'live' else target.status}).",
                do="`knockon runs` shows which runs are.",
            )
        return self._run("undo", target=target.id, because=because, dry_run=dry_run)

    def repair_if_dead(self) -> RunReport | None:
        """Put right what a run that died left half-written; None where there is nothing to do.

        A run that is still being written by a living process is left alone.
        """
        if not self._graph.read("read/unfinished_runs"):
            return None
        try:
            return self._run("repair", because="an earlier run died", compute_always=True)
        except Busy:
            return None

    # -- one run ----------------------------------------------------------------------------------------------------

    def _read(self, sources: Sequence[Source], only: Sequence[str], accepted: bool) -> list[RunInput]:
        inputs: list[RunInput] = []
        known = {f"{s.mapping.source}.{t}" for s in sources for t in s.mapping.tables}
        for name in only:
            if name not in known and name not in {s.mapping.source for s in sources}:
                raise NotFound(f"No mapping has a table {name!r}.", do=f"There are: {', '.join(sorted(known))}.")
        for source in sources:
            digest = self._pins.pin_mapping(source.mapping)
            for name, table in source.mapping.tables.items():
                full_name = f"{source.mapping.source}.{name}"
                if only and full_name not in only and source.mapping.source not in only:
                    continue
                self._progress(f"reading {full_name}", 0, 0)
                stored = self._archive.store(source.mapping.source, name, table.read, source.folder)
                addresses = tuple(f.name for f in stored)
                inputs.append(RunInput(source.mapping.source, name, table.mode.value, digest, addresses, accepted))
        return inputs

    def _run(
        self, kind: str, *, inputs: Sequence[RunInput] = (), statements: Sequence[Statement] = (),
        target: str | None = None, because: str = "", dry_run: bool = False, compute_always: bool = False,
    ) -> RunReport:  # fmt: skip
        clock = _Clock()
        self._graph.write(
            "write/graph_create", ontology_version=self._ontology.version, ontology_digest=self._ontology.digest
        )
        apply_schema(self._graph, self._ontology)
        with write_lease(self._graph) as lease:
            refuse_orphans_in(self._graph, self._pins, self._ontology)
            runs = read_runs(self._graph)
            died = [r for r in runs if r.status == "writing"]
            ordinal = max((r.ordinal for r in runs), default=0) + 1
            run = Run(
                id=f"run-{ordinal:04d}-{uuid.uuid4().hex[:6]}", ordinal=ordinal, kind=kind, status="live",
                agent=self._agent, because=because, target=target, inputs=tuple(inputs), statements=tuple(statements),
            )  # fmt: skip
            live = live_runs([*(r for r in runs if r.status == "live"), run])
            clean = not died and not any(r.status == "failed" for r in runs[_last_live(runs) :])
            if clean and not compute_always and kind == "ingest":
                same = self._unchanged(run, live)
                if same is not None:
                    return same if dry_run else self._publish_unchanged(lease, run, same)
            with stoppable(), Staging(self._tmp) as db:
                return self._compute_and_write(db, lease, run, live, died, dry_run, clock, whole=not clean)

    def _compute_and_write(
        self, db: Staging, lease: Lease, run: Run, live: Sequence[Run], died: Sequence[Run], dry_run: bool,
        clock: _Clock, *, whole: bool,
    ) -> RunReport:  # fmt: skip
        state = DesiredState(
            db, self._graph, self._ontology, self._archive, self._compiler(live), live, run,
            self._priorities(live), self._today, whole=whole,
        )  # fmt: skip
        with clock("read graph"):
            state.load_current()
        with clock("compute"):
            state.compute(self._progress)
        self._guard_retractions(db, run)
        with clock("validate"):
            report = state.validate(self._gate, self._progress)
            state.difference()
        plan = StagedPlan(db, self._ontology, self._raw_row)
        result = self._report(db, run, state, report.warnings, clock, dry_run)
        if dry_run:
            return result
        writer = Writer(self._graph, self._ontology, lease, run)
        for dead in died:
            self._graph.write("write/run_fail", id=dead.id, reason="the process died; repaired by " + run.id)
        writer.begin()
        total, done = plan.size(), 0

        def wrote(count: int) -> None:
            nonlocal done
            done += count
            self._progress("writing", done, total)

        try:
            with clock("write"):
                writer.apply(approve(plan, report), wrote)
            self._pins.pin_ontology(self._ontology)
            result = replace(result, seconds=clock.seconds())
            version = writer.publish(result.counts())
        except KeyboardInterrupt:
            writer.fail("interrupted")
            raise
        log.info("run.done", run=run.id, written=result.written, version=version)
        return replace(result, version=version)

    def _raw_row(self, address: str, number: int) -> dict[str, str | None]:
        return self._archive.row(self._archive.find(address), number)

    def _compiler(self, live: Sequence[Run]) -> Compile:
        """Compiles tables of pinned mappings; a mapping may refer to the newest live mapping of another source."""
        newest = {given.source: given.mapping for run in live for given in run.inputs}
        others = [self._pins.mapping(digest, self._ontology) for digest in newest.values()]

        def compile_one(mapping: str, table: str, columns: tuple[str, ...]) -> CompiledTable:
            return compile_table(self._pins.mapping(mapping, self._ontology), table, self._ontology, columns, others)

        return compile_one

    def _priorities(self, live: Sequence[Run]) -> dict[str, int]:
        newest = {given.source: given.mapping for run in live for given in run.inputs}
        return {source: self._pins.mapping(digest, self._ontology).priority for source, digest in newest.items()}

    def _guard_retractions(self, db: Staging, run: Run) -> None:
        refused = []
        for given in run.inputs:
            if given.mode != "full" or given.retractions_accepted:
                continue
            prefix = f"{given.source}/{given.table}/"
            held = db.count("SELECT count(*) FROM cur_record WHERE starts_with(id, ?)", [prefix])
            missing = db.count(
                "SELECT count(*) FROM cur_record WHERE starts_with(id, ?) AND id NOT IN (SELECT record FROM version "
                "WHERE record IS NOT NULL AND segment = 0) AND id NOT IN (SELECT id FROM fin_record)",
                [prefix],
            )
            if held and missing / held > MISSING_SHARE:
                refused.append(f"{given.source}.{given.table}: {missing:,} of {held:,} rows are missing")
        if refused:
            raise RetractionsRefused(
                "This export lacks more than 5 % of what was there before: " + "; ".join(refused) + ".",
                do="If these really are gone, run again with --accept-retractions; nothing was changed.",
            )

    # -- reports ----------------------------------------------------------------------------------------------------

    def _report(
        self, db: Staging, run: Run, state: DesiredState, warnings: Sequence[object], clock: _Clock, dry_run: bool
    ) -> RunReport:
        by_message: dict[str, int] = {}
        for warning in warnings:
            message = str(getattr(warning, "message", lambda: "")())
            by_message[message] = by_message.get(message, 0) + 1
        published = current.graph_state(self._graph)
        return RunReport(
            run=run.id,
            kind=run.kind,
            version=published.published if published else 0,
            tables=tuple(_table_counts(db, run, given) for given in run.inputs),
            records=_items(db, "d_record"),
            entities=_items(db, "d_entity"),
            relations=_items(db, "d_relation"),
            quarantined=db.count("SELECT count(DISTINCT (source, tname, file, row)) FROM fin_quarantine"),
            reasons={
                str(r): int(str(n))
                for r, n in db.rows("SELECT rule, count(*) FROM fin_quarantine GROUP BY rule ORDER BY 2 DESC, 1")
            },
            warnings=by_message,
            dropped_references=state.dropped_references,
            sleeping=tuple((str(a), str(b)) for a, b in db.rows("SELECT record, reason FROM sleeping ORDER BY 1")),
            seconds=clock.seconds(),
            dry_run=dry_run,
        )

    def _unchanged(self, run: Run, live: Sequence[Run]) -> RunReport | None:
        """The report of a run whose every input is what the table's newest live input was, or None."""
        published = current.graph_state(self._graph)
        if published is None or published.ontology_digest != self._ontology.digest:
            return None
        if any(s.until is not None for r in live for s in r.statements):
            return None  # what holds depends on the day
        before: dict[tuple[str, str], tuple[RunInput, Run]] = {}
        for earlier in live[:-1]:
            for given in earlier.inputs:
                before[(given.source, given.table)] = (given, earlier)
        tables = []
        aside = self._graph.read("read/quarantine_totals")
        held = self._graph.read("read/quarantine_files")
        for given in run.inputs:
            found = before.get((given.source, given.table))
            if found is None or replace(found[0], retractions_accepted=given.retractions_accepted) != given:
                return None
            files = {self._archive.find(address).sha256 for address in given.files}
            mine = (h for h in held if (h["source"], h["table"]) == (given.source, given.table) and h["file"] in files)
            counts = _kept_counts(found[1], given, sum(int(str(h["rows"])) for h in mine))
            if counts is None:
                return None
            tables.append(counts)
        reasons: dict[str, int] = {}
        for total in aside:
            reasons[str(total["rule"])] = reasons.get(str(total["rule"]), 0) + int(str(total["rows"]))
        return RunReport(
            run=run.id, kind=run.kind, version=published.published, tables=tuple(tables), records=ItemCounts(),
            entities=ItemCounts(), relations=ItemCounts(), quarantined=sum(int(str(h["rows"])) for h in held),
            reasons=reasons, nothing_new=True,
        )  # fmt: skip

    def _publish_unchanged(self, lease: Lease, run: Run, report: RunReport) -> RunReport:
        writer = Writer(self._graph, self._ontology, lease, run)
        writer.begin()
        return replace(report, version=writer.publish(report.counts()))


def refuse_orphans_in(graph: Graph, pins: Pins, ontology: Ontology) -> None:
    """Refuse a change of the ontology that would orphan data in the graph.

    Raises:
        OntologyChangeRefused: with the list of what it would orphan.
    """
    state = current.graph_state(graph)
    if state is None or state.published == 0 or state.ontology_digest == ontology.digest:
        return
    old = pins.ontology(state.ontology_digest)
    if old is not None:
        require_compatible(old, ontology, lambda kind, name: current.count_of(graph, old, kind, name))


def _last_live(runs: Sequence[Run]) -> int:
    """Position after the last live run."""
    return max((i + 1 for i, r in enumerate(runs) if r.status == "live"), default=0)


def _items(db: Staging, table: str) -> ItemCounts:
    held = {str(op): int(str(n)) for op, n in db.rows(f"SELECT op, count(*) FROM {table} GROUP BY op")}
    return ItemCounts(held.get("add", 0), held.get("change", 0), held.get("remove", 0))


def _table_counts(db: Staging, run: Run, given: RunInput) -> TableCounts:
    rows = db.rows(
        "WITH mine AS (SELECT v.* FROM version v WHERE v.ord = ? AND v.tbl IN "
        "(SELECT tbl FROM input WHERE source = ? AND tname = ?)) "
        "SELECT count(*), count(*) FILTER (verdict = 'duplicate'), "
        "count(*) FILTER (verdict IS NOT NULL AND verdict <> 'duplicate'), "
        "count(*) FILTER (verdict IS NULL AND c.id IS NULL), "
        "count(*) FILTER (verdict IS NULL AND c.hash <> mine.hash), "
        "count(*) FILTER (verdict IS NULL AND c.hash = mine.hash) "
        "FROM mine LEFT JOIN cur_record c ON c.id = mine.record",
        [run.ordinal, given.source, given.table],
    )
    read, duplicate, quarantined, new, changed, unchanged = (int(str(n)) for n in rows[0])
    repeated = len(given.files) - len(set(given.files))
    if repeated:  # the same file twice in one export: every row of the second is a duplicate
        for address in set(given.files):
            again = given.files.count(address) - 1
            n = db.count(
                "SELECT count(*) FROM version v JOIN source_file f ON f.sha256 = v.file "
                "WHERE v.ord = ? AND f.address = ?",
                [run.ordinal, address],
            )
            read, duplicate = read + again * n, duplicate + again * n
    retracted = db.count(
        "SELECT count(*) FROM d_record WHERE op = 'remove' AND starts_with(id, ?)", [f"{given.source}/{given.table}/"]
    )
    return TableCounts(given.source, given.table, read, new, changed, unchanged, duplicate, quarantined, retracted)


def _kept_counts(run: Run, given: RunInput, aside: int) -> TableCounts | None:
    """Counts of a table that is read again unchanged: rows and duplicates as then, quarantine as it is now."""
    tables = run.counts.get("tables")
    for held in tables if isinstance(tables, list) else []:
        if held["source"] == given.source and held["table"] == given.table:
            read, duplicate = held["read"], held["duplicate"]
            return TableCounts(given.source, given.table, read, 0, 0, read - duplicate - aside, duplicate, aside, 0)
    return None


class _Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self._held: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self._held[stage] = self._held.get(stage, 0.0) + time.perf_counter() - start

    def seconds(self) -> dict[str, float]:
        """Stage → seconds, rounded to milliseconds."""
        return {stage: round(seconds, 3) for stage, seconds in self._held.items()}
