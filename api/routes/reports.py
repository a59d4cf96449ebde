"""``/reports``: answers kept with their graph version, and what has changed since."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response

from api.access.caller import Action, Caller, does
from api.access.seen import view_digest
from api.project import Project
from api.reports import keep, render
from api.routes.parts import Asked, Serving, Who, problems
from api.wire_service import ReportAnswer, ReportLine, ReportQuestion, ReportsAnswer
from ontology.errors import Ambiguous, BadQuestion, NotFound

router = APIRouter(prefix="/reports", tags=["reports"])
ReportId = Annotated[
    str, Path(alias="id", max_length=40, pattern=r"^report-[0-9a-f]+$", description="The report's id.")
]


@router.post("", status_code=201, responses=problems(404, 409))
@does(Action.ASK)
def create(question: ReportQuestion, service: Serving, caller: Who, project: Asked) -> ReportLine:
    """Answer a question and keep the answer as it is."""
    made = keep.keep(service.office, project, caller, question.kind, question.question, question.title)
    return _line(made)


@router.get("")
def reports(service: Serving, project: Asked) -> ReportsAnswer:
    """Kept answers that the caller may see, newest first."""
    view = view_digest(project)
    return ReportsAnswer(reports=[_line(r) for r in keep.reports(service.office) if r.view == view])


@router.get("/{id}", responses=problems(404))
def report(service: Serving, caller: Who, project: Asked, id_: ReportId) -> ReportAnswer:
    """A kept answer, and what is different today."""
    held = _seen(keep.kept(service.office, id_), project, caller)
    is_now = project.network().snapshot.version
    changed, found = None, list[str]()
    if is_now != held.version:
        try:
            today = keep.answer_of(project, held.kind, held.question, today=True)
            found = keep.differences(held, today)
        except (NotFound, Ambiguous, BadQuestion) as problem:  # what it was about is gone, or is called otherwise
            found = [problem.what]
        changed = bool(found)
    return ReportAnswer(
        **_line(held).model_dump(), question=dict(held.question), answer=dict(held.answer), changed=changed,
        differences=found,
    )  # fmt: skip


@router.get("/{id}/file", response_class=Response, responses=problems(404))
def file(
    service: Serving,
    caller: Who,
    project: Asked,
    id_: ReportId,
    form: Annotated[Literal["html", "xlsx"], Query(description="A page, or a workbook with the source rows.")] = "html",
) -> Response:
    """A kept answer as a page or a workbook."""
    held = _seen(keep.kept(service.office, id_), project, caller)
    headers = {"Content-Disposition": f'attachment; filename="{held.id}.{form}"'}
    if form == "xlsx":
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return Response(render.xlsx(held, project.settings.company), media_type=kind, headers=headers)
    headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return Response(render.html(held, project.settings.company), media_type="text/html", headers=headers)


def _seen(held: keep.Report, project: Project, caller: Caller) -> keep.Report:
    """The report, if its answer was computed on the caller's own view.

    Raises:
        NotFound: it was not: for him there is no such report.
    """
    if held.view != view_digest(project):
        raise NotFound(f"There is no report {held.id!r} for {caller.name}.", do="GET /v1/reports lists them.")
    return held


def _line(held: keep.Report) -> ReportLine:
    return ReportLine(id=held.id, kind=held.kind, title=held.title, version=held.version, created=held.created)
