"""``POST /ask``: a question in plain words; ``POST /ask/stream``: the same, part by part as it is known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from api import doubts
from api.access.caller import Action, does
from api.asking import answered
from api.project import Project
from api.routes.parts import Asked, Serving, problems, resting_on
from api.service import Service
from api.wire_questions import Question
from reasoning.answers.types import Answer

router = APIRouter(tags=["answers"])


class AnswerOut(BaseModel):
    """The answer, or that it is not known; `evidence` is numbered, each statement names what carries it."""

    model_config = ConfigDict(extra="allow")

    question: str
    kind: Literal["text", "structure", "impact", "what-if", "ambiguous", "unknown"]
    known: bool
    text: str = Field(description="The answer as one text, without marks.")
    confidence: float = Field(description="Chance that the first sentence answers it (docs/answers.md).")
    version: int = Field(description="Graph version that it rests on.")
    as_of: date
    statements: list[dict[str, object]] = Field(description="Sentences, each with the numbers of its evidence.")
    evidence: list[dict[str, object]] = Field(description="Sentences of documents with their place, and facts.")
    paths: list[dict[str, object]]
    graph: dict[str, object] = Field(description="The paths as one graph: `nodes` and `edges`.")
    contradictions: list[dict[str, object]]
    nearest: list[dict[str, object]] = Field(description="What was found nearest where it is not known.")
    readings: list[dict[str, object]] = Field(description="Ways to understand the question, where there are several.")
    plan: str | None = Field(description="How a question over structure was understood.")
    notes: list[str]
    written_by: str


@router.post("/ask", responses=problems(404, 409, 413, 422, 503))
@does(Action.ASK)
def ask(question: Question, project: Asked, service: Serving, request: Request) -> AnswerOut:
    """A question answered from documents and records, each sentence with its source; or that it is not known."""
    return AnswerOut.model_validate(_answered(question, project, service, request).to_json())


@router.post("/ask/stream", response_class=StreamingResponse, responses=problems(404, 409, 413, 422, 503))
@does(Action.ASK)
def stream(question: Question, project: Asked, service: Serving, request: Request) -> StreamingResponse:
    """The same as JSON lines: evidence first, then each statement, then the whole answer (`{"event": "answer"}`).

    A problem is found before the first line is sent, so it is answered as any other problem.
    """
    return StreamingResponse(_lines(_answered(question, project, service, request)), media_type="application/x-ndjson")


def _answered(question: Question, project: Project, service: Service, request: Request) -> Answer:
    answer = answered(project, question)
    resting_on(request, answer.to_json(), written_by=answer.written_by)
    doubts.note(service.office, question.question, known=answer.known, confidence=answer.confidence)
    return answer


def _lines(answer: Answer) -> Iterator[str]:
    for part in (*(c.to_json() for c in answer.citations), *(f.to_json() for f in answer.facts)):
        yield json.dumps({"event": "evidence", **part}, ensure_ascii=False) + "\n"
    for statement in answer.statements:
        yield json.dumps({"event": "statement", **statement.to_json()}, ensure_ascii=False) + "\n"
    yield json.dumps({"event": "answer", **answer.to_json()}, ensure_ascii=False) + "\n"
