"""The pipeline: whatever changes the graph goes through here, under the write lease, as a run.

adapter → archive → desired state (contract, references, entities, values) → difference → validation → write → publish
"""

from __future__ import annotations

import getpass
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import structlog

from graph_engine import findings
from graph_engine.graph import Graph
from graph_engine.schema import apply_schema
from graph_engine.store import current
from graph_engine.store.lease import Lease, write_lease
from graph_engine.store.runs import Run, RunInput, Statement, find_run, in_force, live_runs, read_runs
from graph_engine.store.writer import Writer
from ingest.accounting import run_report, unchanged_report
from ingest.archive import Archive
from ingest.compile.table import CompiledTable, compile_table
from ingest.erasure import redacting
from ingest.mapping.model import SourceMapping
from ingest.pins import Pins
from ingest.progress import Progress, silent
from ingest.report import RunReport
from ingest.resolution.pinned import Pin, Shelf
from ingest.resolution.policy import Policy
from ingest.state.desired import DesiredState
from ingest.state.plan import StagedPlan
from ingest.state.resolving import JUDGE, Resolving
from ingest.state.staging import Staging, stoppable
from ingest.state.versions import Compile
from ontology.compatibility import require_compatible
from ontology.errors import BadQuestion, Busy, NotFound, RetractionsRefused
from ontology.model import Ontology
from validation.gate import Gate, approve
from validation.marks import counted

log = structlog.get_logger(__name__)
MISSING_SHARE = 0.05
ONE_MISSING = 0.1
"""The share up to which one row alone may be gone: a person who left a firm of fourteen is no half export."""


def lacks_too_many(missing: int, held: int) -> bool:
    """Whether a full export lacks so many of the rows held before that it looks cut off."""
    return held > 0 and missing / held > (ONE_MISSING if missing == 1 else MISSING_SHARE)


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
        policy: how the mentions of each class are matched.
    """

    def __init__(
        self, graph: Graph, ontology: Ontology, archive: Archive, gate: Gate, tmp: Path, *,
        agent: str = "", progress: Progress = silent, today: date | None = None, policy: Policy | None = None,
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
        self._policy = policy or Policy()
        self._shelf = Shelf(archive.root)

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
        report = self._run("ingest", inputs=stored, because=because, dry_run=dry_run)
        return replace(report, forgotten=self._forgotten(sources))

    def _forgotten(self, sources: Sequence[Source]) -> tuple[str, ...]:
        """Tables of these sources that have rows in force and that their mapping names no more."""
        newest = {(i.source, i.table): i for r in live_runs(read_runs(self._graph)) for i in r.inputs}
        named = {s.mapping.source: s.mapping.tables for s in sources}
        return tuple(sorted(f"{s}.{t}" for (s, t), i in newest.items() if i.files and s in named and t not in named[s]))

    def replay(self, inputs: Sequence[RunInput] = (), *, because: str = "", dry_run: bool = False) -> RunReport:
        """Compute the state anew, with mended rows if there are any: what can enter now, enters."""
        return self._run("replay", inputs=inputs, because=because, dry_run=dry_run, compute_always=True)

    def retire(self, tables: Sequence[str], *, because: str = "", dry_run: bool = False) -> RunReport:
        """Take out all rows of these ``source.table``, as a full export without rows would; an undo brings them back.

        Raises:
            NotFound: nothing in the graph comes from such a table.
        """
        newest = {f"{i.source}.{i.table}": i for r in live_runs(read_runs(self._graph)) for i in r.inputs}
        for name in tables:
            if name not in newest or not newest[name].files:
                raise NotFound(
                    f"Nothing in the graph comes from a table {name!r}.",
                    do=f"There are: {', '.join(sorted(n for n, i in newest.items() if i.files))}.",
                )
        inputs = [
            RunInput(newest[n].source, newest[n].table, "full", newest[n].mapping, (), retractions_accepted=True)
            for n in sorted(set(tables))
        ]
        return self._run("retire", inputs=inputs, because=because, dry_run=dry_run, compute_always=True)

    def state(self, kind: str, statements: Sequence[Statement], *, because: str, dry_run: bool = False) -> RunReport:
        """Enter corrections (``correct``) or assumptions (``assume``)."""
        return self._run(kind, statements=statements, because=because, dry_run=dry_run)

    def judge(self, judgements: Sequence[Statement], *, because: str, dry_run: bool = False) -> RunReport:
        """Enter what a person says of pairs of records: same, different or unsure (:mod:`ingest.judging`)."""
        return self._run(JUDGE, statements=judgements, because=because, dry_run=dry_run)

    def erase(self, *, because: str) -> RunReport:
        """Compute the state anew after raw rows were redacted (:mod:`ingest.erasure`). It cannot be undone."""
        return self._run("erase", because=because, compute_always=True)

    def train(self, *, because: str = "", dry_run: bool = False) -> RunReport:
        """Estimate the models anew, from the records that are in force; from this run on they judge."""
        return self._run("train", because=because, dry_run=dry_run, compute_always=True)

    def undo(self, name: str, *, because: str = "", dry_run: bool = False) -> RunReport:
        """Make the graph what it would be without that run; later runs are kept.

        Raises:
            NotFound: no such run.
            BadQuestion: the run is not in force (failed, or undone already).
        """
        runs = read_runs(self._graph)
        target = find_run(runs, name)
        if target.kind == "erase":
            raise BadQuestion(f"Run {target.id} erased data, and that is for good.", do="Undo another run.")
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
                with redacting(self._archive.root, source.mapping, name, self._ontology) as redact:
                    stored = self._archive.store(source.mapping.source, name, table.read, source.folder, redact=redact)
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
        apply_schema(self._graph, self._ontology, relations=())
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
            rules = findings.rules_in_force(self._graph)
            resolving = self._resolving(live, kind)
            usual = rules == self._gate.rules() and resolving.pin.digest == _pinned(live)
            if clean and not compute_always and kind == "ingest" and usual:
                run = replace(run, resolution=_pinned(live))
                same = unchanged_report(self._graph, self._archive, self._ontology.digest, run, live)
                if same is not None:
                    return same if dry_run else self._publish_unchanged(lease, run, same)
            with stoppable(), Staging(self._tmp) as db:
                return self._compute_and_write(
                    db, lease, run, live, died, dry_run, clock, rules, resolving, whole=not clean
                )

    def _compute_and_write(
        self, db: Staging, lease: Lease, run: Run, live: Sequence[Run], died: Sequence[Run], dry_run: bool,
        clock: _Clock, rules: frozenset[str] | None, resolving: Resolving, *, whole: bool,
    ) -> RunReport:  # fmt: skip
        fresh = self._gate.rules() - (rules or frozenset())
        state = DesiredState(
            db, self._graph, self._ontology, self._archive, self._compiler(live), live, run,
            self._priorities(live), self._today, whole=whole, rules=fresh, resolving=resolving,
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
        published = current.graph_state(self._graph)
        result = run_report(
            db, run, state.dropped_references, report.warnings, clock.seconds(),
            version=published.published if published else 0, dry_run=dry_run,
        )  # fmt: skip
        if state.resolved is not None:
            result = replace(result, resolution=state.resolved.as_json())
        if dry_run:
            return result
        run = replace(run, resolution=self._shelf.keep(resolving.pin))
        if types := plan.relation_types():
            apply_schema(self._graph, self._ontology, relations=types)
        writer = Writer(self._graph, self._ontology, lease, run)
        for dead in died:
            self._graph.write("write/run_fail", id=dead.id, reason="the process died; repaired by " + run.id)
        writer.begin()
        findings.begin_change(self._graph)
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
            with clock("validate"):
                stopped = counted(state.stopped)
                findings.keep(self._graph, run.id, report, stopped, rules=self._gate.rules(), before=rules)
        except KeyboardInterrupt:
            writer.fail("interrupted")
            raise
        resolving.save()
        log.info("run.done", run=run.id, written=result.written, version=version)
        return replace(result, version=version)

    def _raw_row(self, address: str, number: int) -> dict[str, str | None]:
        return self._archive.row(self._archive.find(address), number)

    def _resolving(self, live: Sequence[Run], kind: str) -> Resolving:
        """Policy and models in force: those of the newest live run; an ingest or training takes up today's policy."""
        digest = _pinned(live)
        pin = self._shelf.take(digest) if digest else Pin(self._policy)
        if kind in ("ingest", "replay", "train"):
            pin = replace(pin, policy=self._policy)
        return Resolving(self._ontology, pin, self._tmp.parent / "resolution", anew=kind == "train")

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


def _pinned(live: Sequence[Run]) -> str:
    """Digest of the resolution model of the newest run in force."""
    return next((run.resolution for run in reversed(live) if run.resolution), "")


def _last_live(runs: Sequence[Run]) -> int:
    """Position after the last live run."""
    return max((i + 1 for i, r in enumerate(runs) if r.status == "live"), default=0)


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
