"""Who is asking, and what can be asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from ontology.errors import KnockonError

F = TypeVar("F", bound=Callable[..., object])


class Action(StrEnum):
    """What a route does; policies permit actions."""

    READ = "read"  # facts: entities, search, measures, runs
    ASK = "ask"  # answers: impact, paths, queries, scenarios, questions in words
    REVIEW = "review"  # see what was set aside or needs a person
    DECIDE = "decide"  # corrections, judgements, replay, applying a scenario
    INGEST = "ingest"  # read the configured sources, uploads
    UNDO = "undo"  # take a run back
    AUDIT = "audit"  # read the audit
    ADMINISTER = "administer"  # keys, people, privacy


CHANGES = frozenset({Action.DECIDE, Action.INGEST, Action.UNDO, Action.ADMINISTER})
"""Actions that change something: ``If-Match`` is heeded."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who asks, known by a key, a session, a token, or by asking from this machine."""

    id: str
    name: str
    kind: str
    """``key``, ``person``, ``token``, ``local`` or ``command`` (the command line)."""
    roles: tuple[str, ...]
    scopes: tuple[str, ...] = ()
    """Actions that it is limited to; empty: all that its roles permit."""


LOCAL = Caller("local", "somebody on this machine", "local", ("local",))


class Unauthenticated(KnockonError):
    """No key, or one that is not valid."""

    code = "unauthenticated"
    http_status = 401
    exit_code = 10


class Forbidden(KnockonError):
    """The caller may not do that."""

    code = "forbidden"
    http_status = 403
    exit_code = 10


def does(action: Action) -> Callable[[F], F]:
    """Mark a route's function with what it does. Unmarked: GET reads, anything else decides."""

    def mark(function: F) -> F:
        function.__dict__["action"] = action
        return function

    return mark


def action_of(endpoint: object, method: str) -> Action:
    """What a route does."""
    found = getattr(endpoint, "action", None)
    if isinstance(found, Action):
        return found
    return Action.READ if method in ("GET", "HEAD") else Action.DECIDE
