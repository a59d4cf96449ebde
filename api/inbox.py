"""The inbox: one queue of what needs a person, gathered from where it stands; what people say of it is kept apart.

A task is there as long as its cause is: mended rows, answered questions and decided proposals leave by themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from api import doubts, four_eyes
from api.access.office import Office, now, text
from api.access.seen import visibility_of
from api.jobs.queue import Jobs
from api.project import Project
from ontology.errors import BadQuestion, NotFound


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that needs a person."""

    id: str
    kind: str
    title: str
    count: int
    where: str
    since: str = ""
    assigned: str | None = None
    due: date | None = None
    snoozed_until: date | None = None
    note: str = ""


def tasks(project: Project, office: Office, jobs: Jobs, *, today: date | None = None) -> tuple[list[Task], int]:
    """What needs a person, most pressing first, and how many are put off.

    Due first, then by how many rows wait.
    """
    day = today or datetime.now(UTC).date()
    found = _gathered(project, office, jobs)
    awake = [t for t in found if t.snoozed_until is None or t.snoozed_until <= day]
    awake.sort(key=lambda t: (t.due or date.max, -t.count, t.id))
    return awake, len(found) - len(awake)


def _gathered(project: Project, office: Office, jobs: Jobs) -> list[Task]:
    said = {text(r, "id"): r for r in office.rows("SELECT * FROM task")}
    found: list[Task] = []
    everything = visibility_of(project).everything
    whole = (*_approvals(office), *_unsure(office)) if everything else ()
    for task in (*_set_aside(project), *_failed(jobs, everything), *_questions(project), *whole):
        row = said.get(task.id)
        if row is not None:
            task = replace(
                task, assigned=text(row, "assigned") or None, due=_day(text(row, "due")),
                snoozed_until=_day(text(row, "snoozed")), note=text(row, "note"),
            )  # fmt: skip
        found.append(task)
    return found


def change(
    project: Project, office: Office, jobs: Jobs, ids: Sequence[str], *, assigned: str | None = None,
    due: date | None = None, snoozed_until: date | None = None, note: str | None = None, done: bool = False,
) -> None:  # fmt: skip
    """Say who looks after some tasks, until when, or not before; what is None stays as it is.

    Args:
        done: strike off questions that could not be answered well; other tasks leave by themselves.

    Raises:
        NotFound: there is no such task (any more); nothing is changed.
        BadQuestion: ``done``, and one of them leaves only with its cause.
    """
    there = {t.id: t for t in _gathered(project, office, jobs)}
    for id_ in ids:
        if id_ not in there:
            raise NotFound(f"There is no task {id_[:80]!r} (any more).", do="GET /v1/inbox lists what there is.")
        if done and there[id_].kind != "answer":
            raise BadQuestion(f"{id_[:80]} leaves by itself, with its cause.", do=f"See to it: {there[id_].where}")
    if done:
        for id_ in ids:
            doubts.settle(office, id_)
        return
    with office.writing():
        for id_ in ids:
            office.change(
                "INSERT INTO task VALUES (?, '', NULL, NULL, NULL, 'open', '', '[]', ?) ON CONFLICT (id) DO NOTHING",
                (id_, now()),
            )
            for column, value in (
                ("assigned", assigned), ("due", None if due is None else due.isoformat()),
                ("snoozed", None if snoozed_until is None else snoozed_until.isoformat()), ("note", note),
            ):  # fmt: skip
                if value is not None:
                    office.change(f"UPDATE task SET {column} = ?, updated = ? WHERE id = ?", (value, now(), id_))  # noqa: S608


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who takes tasks."""

    name: str
    skills: tuple[str, ...]
    """Beginnings of task ids, such as ``quarantine:shop`` or ``resolution``; none: anything."""
    most: int
    """Tasks at once."""


def assign(
    project: Project, office: Office, jobs: Jobs, who: Sequence[Helper], days: dict[str, int], *,
    today: date | None = None,
) -> dict[str, str]:  # fmt: skip
    """Give tasks that nobody looks after to those who can and have least to do; gives task id → who.

    The most specific skill wins, then the smallest load, then the name. A proposal never goes to who made it. What has
    no due time gets one: today and the days of its kind.
    """
    day = today or datetime.now(UTC).date()
    found, _ = tasks(project, office, jobs, today=day)
    load = Counter(t.assigned for t in found if t.assigned)
    proposed = {f"approval:{p.id}": p.name for p in four_eyes.proposals(office, state="open")}
    given: dict[str, str] = {}
    for task in found:
        if task.assigned:
            continue
        able = [
            (-best, load[h.name], h.name)
            for h in who
            if (best := _skill(h, task.id)) is not None and load[h.name] < h.most and proposed.get(task.id) != h.name
        ]
        if not able:
            continue
        name = min(able)[2]
        load[name] += 1
        given[task.id] = name
        due = None if task.due else day + timedelta(days=days.get(task.kind, 7))
        change(project, office, jobs, [task.id], assigned=name, due=due)
    return given


def _skill(helper: Helper, task: str) -> int | None:
    """How well a skill fits: the length of the longest beginning; None: not at all."""
    if not helper.skills:
        return 0
    return max((len(s) for s in helper.skills if task.startswith(s)), default=None)


def _approvals(office: Office) -> list[Task]:
    said = {"apply": "apply a scenario", "correct": "correct a fact", "correct-money": "correct an amount",
            "erase": "erase a person or thing", "assume": "assume a value", "judge": "say who is who",
            "mend": "put a row right"}  # fmt: skip
    return [
        Task(f"approval:{p.id}", "approval", f"{p.name} wants to {said[p.kind]}; a second person has to decide", 1,
             f"/v1/proposals/{p.id}", p.created)
        for p in reversed(four_eyes.proposals(office, state="open"))
    ]  # fmt: skip


def _questions(project: Project) -> list[Task]:
    counts = Counter(q.judgement.class_name for q in project.open_questions())
    return [
        Task(
            f"resolution:{name}", "resolution",
            f"{count} pair{'s' if count > 1 else ''} of {name} may be one thing; only a person can tell", count,
            "/v1/resolution/questions?" + urlencode({"class": name}),
        )
        for name, count in sorted(counts.items())
    ]  # fmt: skip


def _unsure(office: Office) -> list[Task]:
    return [
        Task(
            d.id, "answer",
            f"{'Not known' if not d.known else f'Answered with confidence {d.confidence:.2f}'}: {d.question[:200]}",
            d.count, "/v1/ask", d.since,
        )
        for d in doubts.listed(office)
    ]  # fmt: skip


def _set_aside(project: Project) -> list[Task]:
    counts = Counter((f"{q.source}.{q.table}", q.rule) for q in project.quarantine())
    return [
        Task(
            f"quarantine:{table}:{rule}", "quarantine",
            f"{count} row{'s' if count > 1 else ''} of {table} break{'' if count > 1 else 's'} the rule {rule}", count,
            "/v1/quarantine?" + urlencode({"source": table, "rule": rule}),
        )
        for (table, rule), count in sorted(counts.items())
    ]  # fmt: skip


def _failed(jobs: Jobs, everything: bool) -> list[Task]:
    """The newest job of each kind, where it did not succeed: a later success settles an earlier failure.

    Why is said to those who see everything: it may name anything.
    """
    found: list[Task] = []
    seen: set[str] = set()
    for job in jobs.list(200):
        if job.kind in seen or job.state in ("waiting", "running", "cancelled"):
            continue
        seen.add(job.kind)
        if job.state in ("failed", "lost"):
            why = ": " + str((job.problem or {}).get("detail", "the service stopped meanwhile")) if everything else ""
            title = f"{job.kind} {job.state}{why}"
            found.append(Task(f"job:{job.id}", "job", title, 1, f"/v1/jobs/{job.id}", job.created))
    return found


def _day(given: str) -> date | None:
    return date.fromisoformat(given) if given else None
