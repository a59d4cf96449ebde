"""The edge of the API: what is too large, too slow, or meant for another host is refused before it is read."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem_response
from ontology.errors import LimitExceeded

BODY_LIMIT = 256 * 1024
"""Largest request body, in bytes: a question with all that it may hold takes less."""
BODY_SECONDS = 20.0
"""How long a body may take to arrive."""
UPLOADS = "/v1/uploads/"
"""Below here bodies are files: their route reads them as they come, with a limit of its own."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Edge:
    """Refuses hosts that are not known, so that no web page asks under a name of its own, and changes by other sites.

    Args:
        hosts: names that the API may be asked under, besides those of the loopback.
    """

    def __init__(self, app: ASGIApp, *, hosts: Collection[str] = ()) -> None:
        self._app = app
        self._hosts = LOOPBACK | {h.lower() for h in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = headers_of(scope)
        host = host_of(headers)
        if host not in self._hosts:
            response = problem_response(
                scope["path"], 421, "host", "This is not that host", f"Nothing is served as {host[:100]!r} here.",
                do="Ask 127.0.0.1, or name the host to `knockon serve --name`.",
            )  # fmt: skip
            await response(scope, receive, send)
        elif scope["method"] not in _SAFE and _foreign(headers, host):
            response = problem_response(
                scope["path"], 403, "origin", "This comes from another web page",
                "A page of another site may not change anything here.", do="Use the page that knockon serves.",
            )  # fmt: skip
            await response(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class Whole:
    """Reads bodies whole before anything is worked on, so that a slow sender holds up nobody but himself."""

    def __init__(self, app: ASGIApp, *, body_limit: int = BODY_LIMIT, seconds: float = BODY_SECONDS) -> None:
        self._app = app
        self._limit = body_limit
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body, or answer with a problem."""
        if scope["type"] != "http" or (scope["path"].startswith(UPLOADS) and scope["method"] == "PUT"):
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds):
                messages = await self._whole(headers_of(scope).get("content-length", ""), receive)
        except TimeoutError:
            response = problem_response(
                scope["path"], 408, "slow", "The request did not arrive",
                f"The body took longer than {self._seconds:g} seconds.", do="Send it again, faster.",
            )  # fmt: skip
            response.headers["Connection"] = "close"
            await response(scope, receive, send)
            return
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


def headers_of(scope: Scope) -> dict[str, str]:
    """The request's headers by lower-case name."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def host_of(headers: dict[str, str]) -> str:
    """The name that the request was sent to."""
    return _name(headers.get("host", ""))


def _foreign(headers: dict[str, str], host: str) -> bool:
    """Whether a browser says that a page of another site sent this."""
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return True
    origin = headers.get("origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).hostname != host
    except ValueError:
        return True


def _name(host: str) -> str:
    """The name in a ``Host`` header, without the port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()
