"""``/audit``: who asked, answered, decided and changed what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from api.access.caller import Action, does
from api.access.seen import refuse_partial_view
from api.audit.export import json_lines, prov
from api.routes.parts import Asked, Cursor, Serving, cursor, place_in, problems
from api.wire_service import AuditAnswer, VerifyAnswer

router = APIRouter(prefix="/audit", tags=["audit"])
_PARTIAL = "The audit quotes what everybody asked, and some of that is withheld from you."
_LAST = date.max - timedelta(days=1)
Limit = Annotated[int, Query(ge=1, le=1000, description="How many to list.")]


@router.get("")
@does(Action.AUDIT)
def entries(
    service: Serving,
    project: Asked,
    who: Annotated[str, Query(max_length=300, description="Only of this caller: id or name.")] = "",
    action: Annotated[str, Query(max_length=60, description="Only this action.")] = "",
    since: Annotated[date | None, Query(description="From this day on (UTC).")] = None,
    until: Annotated[date | None, Query(description="Up to this day, included (UTC).")] = None,
    words: Annotated[str, Query(max_length=300, description="Only entries that hold this text.")] = "",
    limit: Limit = 100,
    after: Cursor = None,
) -> AuditAnswer:
    """Entries, newest first."""
    refuse_partial_view(project, _PARTIAL)
    place = place_in(after, 0, 1)
    before = int(place[0]) if place and isinstance(place[0], int) else None
    end = "" if until is None else (min(until, _LAST) + timedelta(days=1)).isoformat()
    found = service.audit.newest(
        limit + 1, before=before, who=who, action=action, since=since.isoformat() if since else "", until=end,
        words=words,
    )  # fmt: skip
    lines = [{"seq": e.seq, "hash": e.hash, **e.body} for e in found[:limit]]
    more = cursor(0, found[limit - 1].seq) if len(found) > limit else None
    return AuditAnswer.model_validate({"entries": lines, "next": more})


@router.get("/verify")
@does(Action.AUDIT)
def verify(service: Serving) -> VerifyAnswer:
    """Walk the chain; names the first entry that was changed, dropped or moved."""
    found = service.audit.verify()
    return VerifyAnswer(
        sound=found.broken_at is None, entries=found.entries, head=found.head, broken_at=found.broken_at, why=found.why
    )


@router.get("/export", response_class=StreamingResponse, responses=problems(422))
@does(Action.AUDIT)
def export(
    service: Serving,
    project: Asked,
    form: Annotated[Literal["jsonl", "prov"], Query(description="JSON Lines or PROV-O Turtle.")] = "jsonl",
) -> StreamingResponse:
    """The whole audit, oldest first."""
    refuse_partial_view(project, _PARTIAL)
    held = service.audit.entries()

    def lines() -> Iterator[str]:
        if form == "prov":
            yield from prov(held)
        else:
            yield from (line + "\n" for line in json_lines(held))

    return StreamingResponse(lines(), media_type="text/turtle" if form == "prov" else "application/x-ndjson")
