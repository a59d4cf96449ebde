"""What a caller is told of a job: what it counts and names may be what is withheld from him."""

from __future__ import annotations

from dataclasses import asdict, replace

from api.access.caller import Caller
from api.access.seen import visibility_of
from api.jobs.queue import Job
from api.project import Project
from api.wire_service import JobAnswer

_TOLD = ("run", "version", "dry_run")
"""Of what came of a job: the rest counts what is hidden too."""
_WHY, _ASK = "Why is withheld from you: it may name what you do not see.", "Ask who sees all."


def job_answer(job: Job, project: Project, caller: Caller) -> JobAnswer:
    """A job as it travels, without what names or counts things where some are withheld from the caller."""
    if not visibility_of(project).everything:
        if job.caller != caller.id:
            job = replace(job, asked={}, result=None, problem=None)
        result = None if job.result is None else {n: job.result[n] for n in _TOLD if n in job.result}
        problem = None if job.problem is None else {"code": job.problem.get("code", ""), "detail": _WHY, "do": _ASK}
        job = replace(job, result=result, problem=problem)
    return JobAnswer.model_validate(asdict(job))
