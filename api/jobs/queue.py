"""Jobs: ingest, replay, undo. They run one after another in a thread; their state outlives the process."""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from api.access.caller import Caller
from api.access.office import Office, Row, now, text
from api.audit.chain import Audit
from api.project import Project
from ontology.errors import BadQuestion, Busy, KnockonError, NotFound

log = structlog.get_logger(__name__)
WAITING = 20
"""Jobs that may wait at once."""


class Outcome(Protocol):
    """What came of a job."""

    @property
    def run(self) -> str:
        """The run that it made."""

    @property
    def version(self) -> int:
        """Graph version after it."""

    @property
    def dry_run(self) -> bool:
        """Nothing was written."""

    def counts(self) -> dict[str, object]:
        """What it did, in numbers."""


Work = Callable[[Project], Outcome]


class Cancelled(KeyboardInterrupt):
    """A person stopped the job; the pipeline puts right what was half-written, as after Ctrl-C."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as a caller sees it."""

    id: str
    caller: str
    kind: str
    asked: Mapping[str, object]
    state: str
    """``waiting``, ``running``, ``done``, ``failed``, ``cancelled`` or ``lost`` (the service stopped meanwhile)."""
    result: Mapping[str, object] | None
    problem: Mapping[str, object] | None
    created: str
    finished: str | None


@dataclass
class _Live:
    """What is known of a job while this process runs it."""

    cancelled: bool = False
    progress: dict[str, object] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)
    count: int = 0


class Jobs:
    """The queue of one service."""

    def __init__(self, office: Office, project: Project, audit: Audit) -> None:
        self._office, self._project, self._audit = office, project, audit
        self._pool = ThreadPoolExecutor(1, "job")
        self._live: dict[str, _Live] = {}
        self._owner = f"{os.getpid()}-{secrets.token_hex(4)}"
        office.change(
            "UPDATE job SET state = 'lost', finished = ? WHERE state IN ('waiting', 'running') AND owner != ?",
            (now(), self._owner),
        )

    def start(self, caller: Caller, kind: str, asked: Mapping[str, object], work: Work) -> Job:
        """Put a job into the queue.

        Raises:
            Busy: too many wait already.
        """
        if len(self._live) >= WAITING:
            raise Busy("Too much work is waiting already.", do="Wait until some of it is done: GET /v1/jobs.")
        id_ = f"job-{secrets.token_hex(6)}"
        self._office.change(
            "INSERT INTO job VALUES (?, ?, ?, ?, 'waiting', NULL, NULL, ?, NULL, ?)",
            (id_, caller.id, kind, json.dumps(asked), now(), self._owner),
        )
        self._live[id_] = _Live()
        self._pool.submit(self._run, id_, caller, work)
        return self.get(id_)

    def get(self, id_: str) -> Job:
        """One job.

        Raises:
            NotFound: there is none.
        """
        rows = self._office.rows("SELECT * FROM job WHERE id = ?", (id_,))
        if not rows:
            raise NotFound(f"There is no job {id_!r}.", do="GET /v1/jobs lists them.")
        return _job(rows[0])

    def list(self, limit: int, before: str | None = None) -> list[Job]:
        """Jobs, newest first; ``before``: those older than that instant."""
        return [
            _job(r)
            for r in self._office.rows(
                "SELECT * FROM job WHERE ? IS NULL OR created < ? ORDER BY created DESC LIMIT ?",
                (before, before, limit),
            )
        ]

    def cancel(self, id_: str) -> Job:
        """Stop a job at its next step.

        Raises:
            BadQuestion: it is over already.
        """
        job, live = self.get(id_), self._live.get(id_)
        if live is None:
            raise BadQuestion(f"{id_} is {job.state} already.", do="`POST /v1/runs/undo` takes back what a run wrote.")
        live.cancelled = True
        return job

    def events(self, id_: str, timeout: float = 15.0) -> Iterator[dict[str, object] | None]:
        """What happens to a job until it is over: its progress as it changes; None after ``timeout`` s of silence."""
        seen = -1
        while (live := self._live.get(id_)) is not None:
            with live.changed:
                if live.count == seen and not live.changed.wait(timeout):
                    yield None
                    continue
                seen = live.count
                event = dict(live.progress)
            if event:
                yield {"id": id_, "state": "running", **event}
        job = self.get(id_)
        yield {"id": id_, "state": job.state, "result": job.result, "problem": job.problem}

    def close(self) -> None:
        """Stop what runs, and take no more; what waits is lost and says so."""
        for live in self._live.values():
            live.cancelled = True
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._office.change(
            "UPDATE job SET state = 'lost', finished = ? WHERE owner = ? AND state = 'waiting'", (now(), self._owner)
        )

    def _run(self, id_: str, caller: Caller, work: Work) -> None:
        live = self._live[id_]

        def progress(stage: str, done: int, total: int) -> None:
            if live.cancelled:
                raise Cancelled
            with live.changed:
                live.progress = {"stage": stage, "done": done, "total": total}
                live.count += 1
                live.changed.notify_all()

        state, result, problem = "done", None, None
        try:
            if live.cancelled:
                raise Cancelled
            self._office.change("UPDATE job SET state = 'running' WHERE id = ?", (id_,))
            own = Project(self._project.settings, agent=caller.name, progress=progress)
            own.__dict__["graph"] = self._project.graph
            own.__dict__["ontology"] = self._project.ontology
            report = work(own)
            result = {**report.counts(), "run": report.run, "version": report.version, "dry_run": report.dry_run}
        except Cancelled:
            state = "cancelled"
        except KnockonError as error:
            state, problem = "failed", {"code": error.code, "detail": error.what, "do": error.do}
        except Exception as error:  # a defect must not end the thread that runs all jobs
            reference = secrets.token_hex(4)
            log.error("job failed", job=id_, reference=reference, exc_info=error)
            state, problem = (
                "failed",
                {"code": "defect", "detail": "knockon ran into a defect.", "reference": reference},
            )
        finally:
            self._office.change(
                "UPDATE job SET state = ?, result = ?, problem = ?, finished = ? WHERE id = ?",
                (state, _json(result), _json(problem), now(), id_),
            )
            self._audit.append(
                {"action": "job", "job": id_, "state": state, "who": {"id": caller.id, "name": caller.name},
                 "run": (result or {}).get("run"), "version": (result or {}).get("version")}
            )  # fmt: skip
            self._live.pop(id_, None)
            with live.changed:
                live.count += 1
                live.changed.notify_all()


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value, default=str)


def _job(row: Row) -> Job:
    def held(name: str) -> dict[str, object] | None:
        return json.loads(text(row, name)) if row[name] is not None else None

    return Job(
        text(row, "id"), text(row, "caller"), text(row, "kind"), held("asked") or {}, text(row, "state"),
        held("result"), held("problem"), text(row, "created"), text(row, "finished") or None,
    )  # fmt: skip
