"""``/corrections``, ``/assumptions``, ``/history``: what people say of a thing, and what was recorded of it before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path

from api.access.caller import Action, does
from api.access.seen import refuse_partial_view
from api.carrying_out import kind_of_correction, proposed
from api.four_eyes import needs_two
from api.jobs.queue import Work
from api.project import Project
from api.routes.parts import Asked, Serving, Who, problems, published
from api.wire import Json, value_json
from api.wire_ontology import Assumption, Correction, HistoryOfAnswer
from api.wire_proposals import ProposalAnswer
from api.wire_questions import Text
from api.wire_service import JobAnswer
from graph_engine.entity_view import earlier_states
from graph_engine.store.runs import Run
from ingest.report import RunReport
from ontology import values
from ontology.model import PropertyDef

_PARTIAL = "What is entered is checked against values that are withheld from you."
_PAST = "What was recorded before may hold values that are withheld from you."
router = APIRouter(tags=["things"])


@router.post(
    "/corrections", status_code=202, response_model=JobAnswer | ProposalAnswer, responses=problems(404, 409, 422)
)
@does(Action.DECIDE)
def correct(question: Correction, project: Asked, service: Serving, caller: Who) -> JobAnswer | ProposalAnswer:
    """Put accepted facts right. They are records of their own, survive refreshes, and an undo withdraws them.

    Where policy wants a second person, they are only proposed.
    """
    refuse_partial_view(project, _PARTIAL)
    project.entity_id(question.entity)  # who is meant is said at once, not by a job that fails
    kind = kind_of_correction(project.ontology, question.changes)
    if not question.dry_run and needs_two(service.policies, caller, kind):
        made = proposed(service, caller, kind, question.model_dump(mode="json"), question.because)
        return ProposalAnswer.model_validate(asdict(made))

    def work(own: Project) -> RunReport:
        until = question.until.isoformat() if question.until else None
        return _entered(
            own, own.state(
                "correct", question.entity, question.changes, because=question.because, until=until, review=None,
                author=caller.name, dry_run=question.dry_run,
            ),
        )  # fmt: skip

    return _started(service, caller, "correct", question.model_dump(mode="json"), work)


@router.post("/assumptions", status_code=202, responses=problems(404, 409, 422))
@does(Action.DECIDE)
def assume(question: Assumption, project: Asked, service: Serving, caller: Who) -> JobAnswer:
    """Enter values that no system holds. A source that has them wins; answers say how much they assume."""
    refuse_partial_view(project, _PARTIAL)
    project.entity_id(question.entity)

    def work(own: Project) -> RunReport:
        return _entered(
            own, own.state(
                "assume", question.entity, question.changes, because=question.because, until=None,
                review=question.review.isoformat(), author=question.owner, dry_run=question.dry_run,
            ),
        )  # fmt: skip

    return _started(service, caller, "assume", question.model_dump(mode="json"), work)


@router.get("/history/{id:path}", responses=problems(404, 409, 422, 503))
@does(Action.READ)
def history(project: Asked, id_: Annotated[Text, Path(alias="id", examples=["Product:OTT-550"])]) -> HistoryOfAnswer:
    """What was recorded of a thing before, change by change, and the run that changed it."""
    refuse_partial_view(project, _PAST)
    version = published(project.graph)
    shown = project.show(id_, limit=1)
    definitions = {
        n: p
        for c in shown.state.classes
        if c in project.ontology.classes
        for n, p in project.ontology.classes[c].properties.items()
    }
    runs = {r.published: r for r in project.runs() if r.published is not None}
    next_: Mapping[str, object] = {
        n: value_json(definitions.get(n), v) for n, v in shown.state.values.items()
    }  # fmt: skip
    changes: list[Json] = []
    for since, until, payload in reversed(earlier_states(project.graph, shown.state.id)):
        held = _told(payload, definitions)
        different = sorted(n for n in {*held, *next_} if held.get(n) != next_.get(n))
        run = _run_of(runs, until)
        if different:
            changes.append(
                {
                    "since": since, "until": until, "run": run.id if run else None,
                    "at": run.finished if run else None, "title": str(payload.get("title", "")),
                    "values": {n: held.get(n) for n in different}, "became": {n: next_.get(n) for n in different},
                }
            )  # fmt: skip
        next_ = held
    return HistoryOfAnswer.model_validate({"id": shown.state.id, "version": version, "changes": changes})


def _told(payload: Mapping[str, object], definitions: Mapping[str, PropertyDef]) -> dict[str, object]:
    """The values of a closed state, as they travel."""
    held = payload.get("values")
    out: dict[str, object] = {}
    for name, value in held.items() if isinstance(held, dict) else ():
        definition = definitions.get(name)
        if definition is None:
            out[name] = value if isinstance(value, str | int | float | bool) else str(value)
            continue
        many = value if isinstance(value, list) else [value]
        read = [value_json(definition, values.native(definition, v) if isinstance(v, str) else v) for v in many]
        out[name] = read if isinstance(value, list) else read[0]
    return out


def _run_of(runs: Mapping[int, Run], version: int) -> Run | None:
    """The run that published what was written at a version: the first one at or after it."""
    later = [v for v in runs if v >= version]
    return runs[min(later)] if later else None


def _entered(own: Project, report: RunReport) -> RunReport:
    if not report.dry_run:
        own.refresh()
    return report


def _started(service: Serving, caller: Who, kind: str, asked: Json, work: Work) -> JobAnswer:
    return JobAnswer.model_validate(asdict(service.jobs.start(caller, kind, asked, work)))
