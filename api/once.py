"""Idempotency keys: a POST sent again with the same ``Idempotency-Key`` is answered, not done, again.

After https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.caller import Caller
from api.access.office import now
from api.edge import headers_of
from api.problems import problem_response
from api.service import Service

HOURS = 24
_LARGEST = 1 << 20
_METHODS = frozenset({"POST", "DELETE", "PATCH"})
_KEPT = frozenset({b"content-type", b"location", b"retry-after"})
_SECRET = frozenset({"/v1/keys", "/v1/session", "/v1/invitations"})
"""What is answered or asked there is kept nowhere, so it cannot be answered again."""


class Once:
    """Keeps the answer to each key for a day; the same key with another request is refused."""

    def __init__(self, app: ASGIApp, *, service: Service) -> None:
        self._app, self._service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer again, or pass the request on and keep its answer."""
        key = headers_of(scope).get("idempotency-key", "") if scope["type"] == "http" else ""
        caller = scope.get("state", {}).get("caller")
        if not key or scope["method"] not in _METHODS or not isinstance(caller, Caller):
            await self._app(scope, receive, send)
            return
        if scope["path"] in _SECRET:
            await _refusal(scope, 422, "idempotency-key", "An Idempotency-Key cannot be used here: nothing is kept.")(
                scope, receive, send
            )
            return
        if len(key) > 200:
            await _refusal(scope, 422, "idempotency-key", "The Idempotency-Key is longer than 200 characters.")(
                scope, receive, send
            )
            return
        messages: list[Message] = []
        asked = hashlib.sha256(f"{scope['method']} {scope['path']} {scope['query_string']!r}".encode())
        while True:
            message = await receive()
            messages.append(message)
            asked.update(message.get("body", b""))
            if message["type"] != "http.request" or not message.get("more_body", False):
                break
        known = self._take(caller.id, key, asked.hexdigest())
        if known is not None:
            await self._again(known, asked.hexdigest(), scope)(scope, receive, send)
            return
        pending = iter(messages)
        status, headers, body = 0, "{}", bytearray()

        async def replay() -> Message:
            return next(pending, None) or await receive()

        async def kept(message: Message) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = json.dumps([[n.decode(), v.decode("latin-1")] for n, v in message["headers"] if n in _KEPT])
            else:
                body.extend(message.get("body", b"")[: _LARGEST + 1 - len(body)])
            await send(message)

        try:
            await self._app(scope, replay, kept)
        finally:
            office = self._service.office
            if 200 <= status < 500 and status not in (401, 403, 408, 412, 429) and len(body) <= _LARGEST:
                office.change(
                    "UPDATE once SET status = ?, headers = ?, body = ? WHERE caller = ? AND key = ?",
                    (status, headers, bytes(body), caller.id, key),
                )
            else:  # nothing was done for good: the same request may be tried again
                office.change("DELETE FROM once WHERE caller = ? AND key = ?", (caller.id, key))

    def _take(self, caller: str, key: str, asked: str) -> dict[str, object] | None:
        """What is known of a key; None where it is new, and now taken."""
        office = self._service.office
        old = (datetime.now(UTC) - timedelta(hours=HOURS)).isoformat().replace("+00:00", "Z")
        with office.writing():
            office.change("DELETE FROM once WHERE at < ?", (old,))
            rows = office.rows("SELECT * FROM once WHERE caller = ? AND key = ?", (caller, key))
            if rows:
                return dict(rows[0])
            office.change("INSERT INTO once VALUES (?, ?, ?, NULL, NULL, NULL, ?)", (caller, key, asked, now()))
        return None

    def _again(self, known: dict[str, object], asked: str, scope: Scope) -> Response:
        if known["asked"] != asked:
            return _refusal(scope, 422, "idempotency-key", "That Idempotency-Key was used for another request.")
        if known["status"] is None:
            return _refusal(scope, 409, "in-progress", "The request with that Idempotency-Key is being worked on.")
        body = known["body"]
        response = Response(body if isinstance(body, bytes) else b"", int(str(known["status"])))
        for name, value in json.loads(str(known["headers"])):
            response.headers[name] = value
        response.headers["Idempotency-Replayed"] = "true"
        return response


def _refusal(scope: Scope, status: int, code: str, detail: str) -> Response:
    do = "Wait a moment, then ask again." if status == 409 else "Take a new key for each request."
    return problem_response(scope["path"], status, code, "The Idempotency-Key cannot be used", detail, do=do)
