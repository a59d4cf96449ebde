"""The trail of a request: an id in answer, log and audit; metrics; a limit on its time."""

from __future__ import annotations

import asyncio
import re
import secrets
import time

import structlog
from opentelemetry import trace
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.edge import UPLOADS, headers_of
from api.problems import problem_response

SECONDS = 60.0
"""How long an answer may take."""
WAITING = 1_000
"""Requests that may be worked on or wait at once."""
_GIVEN = re.compile(r"^[A-Za-z0-9._-]{1,64}$")
_EVENTS = re.compile(r"^/v1/jobs/[^/]+/events$")
log = structlog.get_logger(__name__)


class Metrics:
    """What is counted, for Prometheus. Labels are route templates, never what was asked."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "knockon_requests", "Requests answered.", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "knockon_request_seconds", "Seconds until an answer was complete.", ["route"], registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
        )  # fmt: skip
        self.open = Gauge("knockon_requests_open", "Requests being worked on.", registry=self.registry)
        self.version = Gauge(
            "knockon_graph_version", "Version of the graph last answered from.", registry=self.registry
        )


class Trail:
    """Gives each request an id, times it, and ends what takes too long."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, seconds: float = SECONDS, waiting: int = WAITING) -> None:
        self._app, self._metrics, self._seconds, self._waiting = app, metrics, seconds, waiting
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; its id is in ``request.state.id`` and in ``X-Request-Id``."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = headers_of(scope).get("x-request-id", "")
        id_ = given if _GIVEN.match(given) else secrets.token_hex(8)
        state = scope.setdefault("state", {})
        state["id"] = id_
        started, begun, status = False, time.perf_counter(), 500

        async def told(message: Message) -> None:
            nonlocal started, status
            if message["type"] == "http.response.start":
                started, status = True, message["status"]
                message = {**message, "headers": [*message["headers"], *_guards(id_, scope["path"])]}
            await send(message)

        endless = scope["path"].startswith(UPLOADS) or _EVENTS.match(scope["path"])
        self._open += 1
        self._metrics.open.set(self._open)
        span = trace.get_tracer("knockon").start_span(f"HTTP {scope['method']}", attributes={"request.id": id_})
        try:
            if self._open > self._waiting:
                await problem_response(
                    scope["path"], 503, "overloaded", "Too much is asked at once",
                    f"{self._waiting} requests are being worked on.", do="Ask again in some seconds.",
                )(scope, receive, told)  # fmt: skip
                return
            with trace.use_span(span, end_on_exit=False):
                async with asyncio.timeout(None if endless else self._seconds):
                    await self._app(scope, receive, told)
        except TimeoutError:
            if started:
                raise
            await problem_response(
                scope["path"], 504, "time", "The answer took too long",
                f"No answer was found in {self._seconds:g} seconds.",
                do="Ask for less: a smaller depth or limit, or fewer starts.",
            )(scope, receive, told)  # fmt: skip
        finally:
            self._open -= 1
            took = time.perf_counter() - begun
            route = route_of(scope) or "other"
            span.set_attributes({"http.route": route, "http.response.status_code": status})
            span.end()
            self._metrics.open.set(self._open)
            self._metrics.requests.labels(scope["method"], route, str(status)).inc()
            self._metrics.seconds.labels(route).observe(took)
            log.info("request", id=id_, method=scope["method"], route=route, status=status, ms=round(took * 1e3, 1))


def route_of(scope: Scope) -> str | None:
    """The template of the path that was asked, such as ``/v1/entities/{id}``; None where there is no such route."""
    path = getattr(scope.get("route"), "path", None)
    if path is None:
        return None
    below = scope["path"].startswith("/v1/") and not str(path).startswith("/v1/")
    return f"/v1{path}" if below else str(path)


def _guards(id_: str, path: str) -> list[tuple[bytes, bytes]]:
    headers = [
        (b"x-request-id", id_.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
    ]
    if path.startswith("/v1"):
        headers.append((b"cache-control", b"no-store"))
    return headers
