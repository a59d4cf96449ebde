"""The edge of the API: requests that are too large or meant for another host are refused before they are read."""

from __future__ import annotations

from collections.abc import Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem_response
from ontology.errors import LimitExceeded

BODY_LIMIT = 256 * 1024
"""Largest request body, in bytes: a question with all that it may hold takes less."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Edge:
    """Refuses bodies above a limit and, so that no web page can ask under a name of its own, hosts not known.

    Args:
        hosts: names that the API may be asked under, besides those of the loopback.
    """

    def __init__(self, app: ASGIApp, *, hosts: Collection[str] = (), body_limit: int = BODY_LIMIT) -> None:
        self._app = app
        self._hosts = LOOPBACK | {h.lower() for h in hosts}
        self._limit = body_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        host = _name(headers.get(b"host", ""))
        if host not in self._hosts:
            response = problem_response(
                scope["path"], 421, "host", "This is not that host", f"Nothing is served as {host[:100]!r} here.",
                do="Ask 127.0.0.1, or name the host to `knockon serve --name`.",
            )  # fmt: skip
            await response(scope, receive, send)
            return
        messages = await self._whole(headers.get(b"content-length", ""), receive)
        if messages is None:
            response = problem_response(
                scope["path"], LimitExceeded.http_status, LimitExceeded.code, "A limit was passed",
                f"The request is larger than {self._limit // 1024} KiB.", do="Ask in several requests.",
            )  # fmt: skip
            response.headers["Connection"] = "close"
            await response(scope, receive, send)
            return
        pending = iter(messages)

        async def replay() -> Message:
            return next(pending, None) or await receive()

        await self._app(scope, replay, send)

    async def _whole(self, announced: str, receive: Receive) -> list[Message] | None:
        """The body's messages, or None where it is too large."""
        if announced.isdecimal() and int(announced[:20]) > self._limit:
            return None
        messages: list[Message] = []
        size = 0
        while True:
            message = await receive()
            messages.append(message)
            size += len(message.get("body", b""))
            if size > self._limit:
                return None
            if message["type"] != "http.request" or not message.get("more_body", False):
                return messages


def _name(host: str) -> str:
    """The name in a ``Host`` header, without the port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()
