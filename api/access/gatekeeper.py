"""Who is it? Every request is known, counted and written to the audit here, before and after any route."""

from __future__ import annotations

import hashlib
import json
import re
from http.cookies import CookieError, SimpleCookie

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.caller import LOCAL, Caller, Unauthenticated
from api.access.keys import PREFIX, caller_of_key
from api.access.people import caller_of_session
from api.edge import LOOPBACK, headers_of, host_of
from api.problems import known_problem, problem_response
from api.service import Service
from api.trail import route_of
from ontology.errors import KnockonError
from ontology.ids import canonical_json

COOKIE = "knockon_session"
OPEN = frozenset({"/v1/session", "/v1/invitations"})
"""Where somebody becomes known: asked without a key."""
_GUARDED = re.compile(r"^/(v1(/|$)|metrics$|openapi\.json$|docs$)")
_VERSION = re.compile(rb'[{,]"version":(\d+)[,}]')
_SECRET = frozenset({"/v1/session", "/v1/invitations"})
_ASKED = 4_000
_PEEK = 1 << 20


class Gatekeeper:
    """Lets in whoever is known, at their rate, and writes down what came of it."""

    def __init__(self, app: ASGIApp, *, service: Service) -> None:
        self._app, self._service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its caller in ``request.state.caller``, or refuse it."""
        if scope["type"] != "http" or not _GUARDED.match(scope["path"]):
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        notes = _Notes(self._service, scope)
        try:
            state["caller"] = notes.caller = self._caller(scope)
        except KnockonError as error:
            response = known_problem(scope["path"], error)
            if isinstance(error, Unauthenticated):
                response.headers["WWW-Authenticate"] = "Bearer"
            await response(scope, receive, notes.sending(send))
            return
        wait = self._service.rates.take(notes.caller.id) if notes.caller.kind != "local" else 0.0
        if wait > 0:
            response = problem_response(
                scope["path"], 429, "too-many", "Too many requests", "This key asks faster than it may.",
                do="Ask more slowly.",
            )  # fmt: skip
            response.headers["Retry-After"] = str(max(1, round(wait + 0.5)))
            await response(scope, receive, notes.sending(send))
            return
        await self._app(scope, notes.hearing(receive), notes.sending(send))

    def _caller(self, scope: Scope) -> Caller:
        headers = headers_of(scope)
        scheme, _, token = headers.get("authorization", "").partition(" ")
        given = token.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "")
        if given.startswith(f"{PREFIX}_") or (given and self._service.tokens is None):
            return caller_of_key(self._service.office, given)
        if given and self._service.tokens is not None:
            return self._service.tokens.caller(given)
        if (secret := _cookie(headers.get("cookie", ""))) is not None:
            return caller_of_session(self._service.office, secret)
        if scope["path"] in OPEN:
            return Caller("unknown", "somebody who signs in", "unknown", ())
        forwarded = any(name in headers for name in ("forwarded", "x-forwarded-for", "x-real-ip", "via"))
        if self._service.anonymous and host_of(headers) in LOOPBACK and not forwarded:
            return LOCAL
        raise Unauthenticated(
            "A key is needed.", do="Send one: Authorization: Bearer KEY. `knockon keys create` makes one; or sign in."
        )


class _Notes:
    """What the audit will say of one request, gathered while it passes."""

    def __init__(self, service: Service, scope: Scope) -> None:
        self.caller = Caller("unknown", "unknown", "unknown", ())
        self._service, self._scope = service, scope
        self._asked = bytearray()
        self._sha = hashlib.sha256()
        self._start: Message | None = None
        self._status = 0

    def hearing(self, receive: Receive) -> Receive:
        async def heard() -> Message:
            message = await receive()
            if len(self._asked) < _ASKED:
                self._asked += message.get("body", b"")[: _ASKED - len(self._asked)]
            return message

        return heard

    def sending(self, send: Send) -> Send:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._start, self._status = message, message["status"]
                return
            body = message.get("body", b"")
            self._sha.update(body)
            last = not message.get("more_body", False)
            if self._start is not None:
                start, self._start = self._start, None
                version = self._version(body) if body.startswith(b"{") else None
                if version is not None:
                    start = {**start, "headers": [*start["headers"], (b"graph-version", b"%d" % version)]}
                if last:
                    self._write(version)
                else:
                    self._write(version, streamed=True)
                await send(start)
            await send(message)

        return sent

    def _version(self, body: bytes) -> int | None:
        found = _VERSION.search(body, 0, _PEEK)
        return int(found[1][:18]) if found else None

    def _write(self, version: int | None, *, streamed: bool = False) -> None:
        """The entry: written before the answer leaves, so that none leaves without it."""
        scope, state = self._scope, self._scope["state"]
        secret = scope["path"] in _SECRET
        caller = state.get("named", self.caller)
        self._service.audit.append(
            {
                "action": str(state.get("action", "access")), "who": _who(caller), "method": scope["method"],
                "route": route_of(scope), "path": scope["path"][:500],
                "query": "" if secret else scope["query_string"].decode("latin-1")[:_ASKED],
                "asked": None if secret else self._question(), "status": self._status, "version": version,
                "policies": list(state.get("policies", ())), "policy": self._service.policies.digest,
                "evidence": list(state.get("evidence", ())), "written_by": state.get("written_by"),
                "answer": None if streamed else self._sha.hexdigest(), "request": state.get("id"),
            }
        )  # fmt: skip

    def _question(self) -> object:
        if not self._asked:
            return None
        try:
            found: object = json.loads(self._asked)
            canonical_json(found).encode()  # NaN, infinity and half characters are no JSON that can be sealed
            return found
        except (ValueError, RecursionError):
            return {"sha256": hashlib.sha256(bytes(self._asked)).hexdigest(), "bytes": len(self._asked)}


def _who(caller: Caller) -> dict[str, object]:
    return {"id": caller.id, "name": caller.name, "kind": caller.kind, "roles": list(caller.roles)}


def _cookie(header: str) -> str | None:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return None
    return found.value if found is not None and found.value else None
