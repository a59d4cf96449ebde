"""What each kind of job does, as a function of the project that the queue gives it."""

from __future__ import annotations

from collections.abc import Sequence

from api.jobs.queue import Work
from api.jobs.uploads import Upload
from api.project import Project
from api.wire_service import IngestQuestion, ReplayQuestion, UndoQuestion
from ingest.report import RunReport
from ontology.errors import BadQuestion


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
    """Compute the state anew."""

    def work(own: Project) -> RunReport:
        return own.replay(None, because=question.because, dry_run=question.dry_run)

    return work
