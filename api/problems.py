"""Errors over HTTP: RFC 9457 problem details, from the status that each error's class carries. Never a stack trace."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from ontology import errors
from ontology.errors import Ambiguous, KnockonError

MEDIA_TYPE = "application/problem+json"
TYPES = "https://w3id.org/knockon/problem#"
_TITLES: Mapping[str, str] = {
    errors.NotFound.code: "Nothing is called that",
    errors.Ambiguous.code: "Several things are called that",
    errors.BadQuestion.code: "The question cannot be answered as it is asked",
    errors.Busy.code: "Another process is writing",
    errors.DatabaseError.code: "The database does not answer",
    errors.ServerError.code: "The database does not start",
    errors.StoreDamaged.code: "What knockon keeps on disk is damaged",
    errors.LimitExceeded.code: "A limit was passed",
    errors.ConfigurationError.code: "A setting is wrong",
    "not-ready": "Nothing is in the graph yet",
    "unauthenticated": "Nobody is known by that",
    "forbidden": "That is not permitted",
    "too-many": "Too many tries",
    "version-changed": "The graph has changed meanwhile",
    "in-progress": "The same request is being worked on",
    "time": "The answer took too long",
}
_RETRY_SECONDS = "5"
_CANDIDATES = 20
log = structlog.get_logger()


class Choice(BaseModel):
    """Something that may have been meant."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(description="Its id: unambiguous.", examples=["e_0123456789abcdef0123"])
    class_name: str = Field(alias="class", description="Its class.", examples=["Supplier"])
    title: str = Field(description="What a person calls it.", examples=["Nordic Bearings AB"])
    why: str = Field(description="Why it may be meant.", examples=["similar name"])


class Mistake(BaseModel):
    """One part of a request that cannot be used."""

    where: str = Field(description="Which part.", examples=["body.limit"])
    what: str = Field(description="What is wrong with it.", examples=["Input should be less than or equal to 1000"])


class Problem(BaseModel):
    """What went wrong (RFC 9457), and what to do about it."""

    type: str = Field(description="Identifies the kind of problem.", examples=[f"{TYPES}not-found"])
    title: str = Field(description="The kind in words.", examples=["Nothing is called that"])
    status: int = Field(description="The HTTP status.", examples=[404])
    code: str = Field(description="The kind, as the command line names it too.", examples=["not-found"])
    detail: str = Field(description="What happened.", examples=["Nothing in the graph is called 'Nordik'."])
    instance: str = Field(description="The path that was asked.", examples=["/v1/entities/Nordik"])
    do: str | None = Field(None, description="What to do about it.", examples=["Did you mean Nordic Bearings AB?"])
    candidates: list[Choice] | None = Field(None, description="What may have been meant.")
    errors: list[Mistake] | None = Field(None, description="Each part of the request that cannot be used.")
    reference: str | None = Field(None, description="Where to look in the log.", examples=["4f1c9a2b"])


def problem_response(
    path: str, status: int, code: str, title: str, detail: str, *, do: str = "",
    candidates: Iterable[Mapping[str, object]] = (), mistakes: Iterable[Mistake] = (), reference: str | None = None,
) -> JSONResponse:  # fmt: skip
    """One problem as an answer; what is empty is left out."""
    found = Problem(
        type=TYPES + code, title=title, status=status, code=code, detail=_safe(detail), instance=quote(_safe(path)),
        do=_safe(do) or None, candidates=[Choice.model_validate(c) for c in candidates] or None,
        errors=list(mistakes) or None, reference=reference,
    )  # fmt: skip
    headers = {"Retry-After": _RETRY_SECONDS} if status == 503 else None
    content = found.model_dump(mode="json", by_alias=True, exclude_none=True)
    return JSONResponse(content, status, headers, media_type=MEDIA_TYPE)


def add_problem_handlers(app: FastAPI) -> None:
    """Turn every error of the application into a problem."""
    app.add_exception_handler(KnockonError, _known)
    app.add_exception_handler(RequestValidationError, _mistaken)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unknown)


def title_of(error: KnockonError) -> str:
    """The kind of an error in words."""
    return _TITLES.get(error.code, error.code.replace("-", " ").capitalize())


async def _known(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, KnockonError)
    if isinstance(error, errors.DatabaseError) and _is_held(request):
        error = errors.DatabaseError(
            "The database is stopped for a moment: a backup or a restore is being made, or it is just starting.",
            do="Ask again in a minute: it comes back by itself, and nothing is lost.",
        )
    return known_problem(request.url.path, error)


def _is_held(request: Request) -> bool:
    """Whether the managed server is kept stopped by somebody on purpose."""
    service = getattr(request.app.state, "service", None)
    project = getattr(service, "project", None)
    return project is not None and project.settings.neo4j is None and bool(project.server.is_held())


def known_problem(path: str, error: KnockonError) -> JSONResponse:
    """One of knockon's own errors as an answer."""
    status = error.http_status
    if status >= 500:
        log.error("request failed", path=path, code=error.code, what=error.what, where=str(error.where))
    response = problem_response(
        path, status, error.code, title_of(error), error.what, do=error.do, candidates=_candidates(error)
    )
    if status == 413:  # what is still to come of the request is not read
        response.headers["Connection"] = "close"
    return response


def _candidates(error: KnockonError) -> list[Mapping[str, object]]:
    """What the error says may be meant (names that are ambiguous, or similar to an unknown one)."""
    found = getattr(error, "found", ())
    if found:
        return [c.to_json() for c in found[:_CANDIDATES]]
    if isinstance(error, Ambiguous):
        return [{"id": c, "class": "", "title": c, "why": "candidate"} for c in error.candidates[:_CANDIDATES]]
    return []


async def _mistaken(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    mistakes = [
        Mistake(where=_safe(".".join(str(part) for part in e["loc"]))[:200], what=_safe(str(e["msg"]))[:500])
        for e in error.errors()[:20]
    ]
    detail = f"{mistakes[0].where}: {mistakes[0].what}." if mistakes else "The request cannot be used."
    return problem_response(
        request.url.path, 422, errors.BadQuestion.code, _TITLES[errors.BadQuestion.code], detail,
        do="/docs describes what is expected.", mistakes=mistakes,
    )  # fmt: skip


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    response = problem_response(
        request.url.path, error.status_code, f"http-{error.status_code}", str(error.detail), str(error.detail),
        do="/docs lists what can be asked.",
    )  # fmt: skip
    response.headers.update(error.headers or {})
    return response


async def _unknown(request: Request, error: Exception) -> JSONResponse:
    reference = secrets.token_hex(4)
    log.error("request failed", path=request.url.path, reference=reference, exc_info=error)
    return problem_response(
        request.url.path, 500, "defect", "A defect in knockon", "knockon ran into something that it does not know.",
        do="Report it with what the log says under the reference.", reference=reference,
    )  # fmt: skip


def _safe(text: str) -> str:
    """The text without what UTF-8 cannot carry."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
