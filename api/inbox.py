"""The inbox: one queue of what needs a person, gathered from where it stands; what people say of it is kept apart.

A task is there as long as its cause is: mended rows leave by themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from api.access.office import Office, now, text
from api.jobs.queue import Jobs
from api.project import Project
from ontology.errors import NotFound


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
    for task in (*_set_aside(project), *_failed(jobs)):
        row = said.get(task.id)
        if row is not None:
            task = replace(
                task, assigned=text(row, "assigned") or None, due=_day(text(row, "due")),
                snoozed_until=_day(text(row, "snoozed")), note=text(row, "note"),
            )  # fmt: skip
        found.append(task)
    return found


def change(
    project: Project, office: Office, jobs: Jobs, ids: Sequence[str], *, assigned: str | None, due: date | None,
    snoozed_until: date | None, note: str | None,
) -> None:  # fmt: skip
    """Say who looks after some tasks, until when, or not before; what is None stays as it is.

    Raises:
        NotFound: there is no such task (any more); nothing is changed.
    """
    there = {t.id for t in _gathered(project, office, jobs)}
    for id_ in ids:
        if id_ not in there:
            raise NotFound(f"There is no task {id_[:80]!r} (any more).", do="GET /v1/inbox lists what there is.")
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


def _failed(jobs: Jobs) -> list[Task]:
    """The newest job of each kind, where it did not succeed: a later success settles an earlier failure."""
    found: list[Task] = []
    seen: set[str] = set()
    for job in jobs.list(200):
        if job.kind in seen or job.state in ("waiting", "running", "cancelled"):
            continue
        seen.add(job.kind)
        if job.state in ("failed", "lost"):
            why = str((job.problem or {}).get("detail", "the service stopped meanwhile"))
            found.append(
                Task(f"job:{job.id}", "job", f"{job.kind} {job.state}: {why}", 1, f"/v1/jobs/{job.id}", job.created)
            )
    return found


def _day(given: str) -> date | None:
    return date.fromisoformat(given) if given else None
