"""``/inbox``: what needs a person, who looks after it, and until when."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter

from api import inbox
from api.access.caller import Action, does
from api.routes.parts import Asked, Serving, problems, published
from api.wire_inbox import AssignedAnswer, BulkChange, InboxAnswer

router = APIRouter(prefix="/inbox", tags=["inbox"])


@router.get("")
@does(Action.REVIEW)
def listed(service: Serving, project: Asked) -> InboxAnswer:
    """What needs a person, most pressing first; what is put off is only counted."""
    version = published(project.graph)
    found, snoozed = inbox.tasks(project, service.office, service.jobs)
    return InboxAnswer.model_validate({"version": version, "tasks": [asdict(t) for t in found], "snoozed": snoozed})


@router.patch("", responses=problems(404))
@does(Action.DECIDE)
def change(question: BulkChange, service: Serving, project: Asked) -> InboxAnswer:
    """Say of some tasks who looks after them, when they are due, that they are put off, or what is to know."""
    inbox.change(
        project, service.office, service.jobs, question.ids, assigned=question.assigned, due=question.due,
        snoozed_until=question.snoozed_until, note=question.note, done=question.done,
    )  # fmt: skip
    return listed(service, project)


@router.post("/assign")
@does(Action.DECIDE)
def assign(service: Serving, project: Asked) -> AssignedAnswer:
    """Give tasks that nobody looks after to those who can and have least to do, as `inbox` in knockon.yaml says."""
    held = project.settings.inbox
    who = [inbox.Helper(name, tuple(h.skills), h.most) for name, h in sorted(held.people.items())]
    days = {str(kind): days for kind, days in held.days.items()}
    return AssignedAnswer(assigned=inbox.assign(project, service.office, service.jobs, who, days))
