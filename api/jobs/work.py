"""What each kind of job does, as a function of the project that the queue gives it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from api.jobs.queue import Job, Work
from api.jobs.uploads import Upload, uploaded
from api.project import Project
from api.service import Service
from api.wire_service import IngestQuestion, MendedRow, ReplayQuestion, UndoQuestion
from ingest.report import RunReport
from ontology.errors import BadQuestion, NotFound
from ontology.types import QuarantineState


def ingest(project: Project, question: IngestQuestion, uploads: Sequence[Upload]) -> Work:
    """Read sources, or uploaded files in place of theirs.

    Raises:
        NotFound: no mapping is for a source that is named.
        BadQuestion: uploads and `only` name different things.
    """
    from ingest.pipeline import Source

    places = {u.source: u.folder for u in uploads}
    if len(places) < len({u.folder for u in uploads}):
        raise BadQuestion("Two uploads of one source lie apart.", do="Ingest them one after the other.")
    only = list(question.only)
    if uploads:
        given = {t for u in uploads for t in u.tables}
        if only and not set(only) <= given:
            raise BadQuestion("`only` names what was not uploaded.", do=f"Uploaded were: {', '.join(sorted(given))}.")
        only = only or sorted(given)
    sources = project.sources(places or only)
    placed = [Source(s.mapping, places.get(s.mapping.source, s.folder)) for s in sources]

    def work(own: Project) -> RunReport:
        report = own.pipeline.ingest(
            placed, accept_retractions=question.accept_retractions, dry_run=question.dry_run, only=only,
            because=question.because,
        )  # fmt: skip
        if not question.dry_run:
            own.refresh()
        return report

    return work


def undo(question: UndoQuestion) -> Work:
    """Take a run back."""

    def work(own: Project) -> RunReport:
        report = own.pipeline.undo(question.run, because=question.because, dry_run=question.dry_run)
        if not question.dry_run:
            own.refresh()
        return report

    return work


def replay(question: ReplayQuestion) -> Work:
    """Compute the state anew, with the rows that were put right."""

    def work(own: Project) -> RunReport:
        if not question.mended:
            return own.replay(None, because=question.because, dry_run=question.dry_run)
        with TemporaryDirectory() as folder:
            file = Path(folder) / "mended.csv"
            _write_mended(file, question.mended, {r.id: r for r in own.quarantine()})
            report = own.replay(file, because=question.because or "mended by hand", dry_run=question.dry_run)
        if not question.dry_run:
            own.refresh()
        return report

    return work


def places_of(project: Project, question: ReplayQuestion) -> set[str]:
    """``source/table`` of the rows that were put right, once these and their cells are known to be there.

    Raises:
        NotFound, BadQuestion: as from the replay itself, but said at once, of what the project shows.
    """
    there = {r.id: r for r in project.quarantine()}
    rows = [mended_row(given, there) for given in question.mended]
    return {f"{r.source}/{r.table}" for r in rows}


def _write_mended(file: Path, mended: Sequence[MendedRow], there: Mapping[str, QuarantineState]) -> None:
    """The rows in the form that a replay reads, with the cells that were changed."""
    from ingest.mend import export

    export([mended_row(given, there) for given in mended], file)


def mended_row(given: MendedRow, there: Mapping[str, QuarantineState]) -> QuarantineState:
    """A row that was set aside, with the cells that were changed.

    Raises:
        NotFound: it is not set aside (any more).
        BadQuestion: it has no such column.
    """
    row = there.get(given.id)
    if row is None:
        raise NotFound(f"No row with the id {given.id!r} is set aside.", do="GET /v1/quarantine lists them.")
    cells = json.loads(row.raw)
    unknown = sorted(set(given.cells) - set(cells))
    if unknown:
        raise BadQuestion(f"That row has no column {unknown[0]!r}.", do=f"It has: {', '.join(sorted(cells))}.")
    return replace(row, raw=json.dumps({**cells, **given.cells}))


def anew(service: Service, job: Job) -> Work:
    """The work of a job that ended without being done, to be done anew; what it had begun was put right already.

    Raises:
        BadQuestion: the job is done, or still runs, or is of a kind that is started elsewhere.
    """
    if job.state not in ("lost", "cancelled", "failed"):
        raise BadQuestion(f"{job.id} is {job.state}.", do="Only a lost, stopped or failed job can be taken up again.")
    said = {name: value for name, value in job.asked.items() if name != "resumes"}
    match job.kind:
        case "ingest":
            asked = IngestQuestion.model_validate(said)
            held = [uploaded(service.office, id_) for id_ in asked.uploads]
            return ingest(service.project, asked, held)
        case "undo":
            return undo(UndoQuestion.model_validate(said))
        case "replay":
            return replay(ReplayQuestion.model_validate(said))
        case _:
            raise BadQuestion(f"A job of kind {job.kind} is not taken up again.", do="Ask for it once more.")
