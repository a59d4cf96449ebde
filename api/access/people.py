"""People: invited with a link, known by a password (argon2id), kept signed in by a session."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from api.access.caller import Caller, Unauthenticated
from api.access.office import Office, Row, now, text
from ontology.errors import BadQuestion, LimitExceeded, NotFound

INVITED_DAYS = 7
SESSION_HOURS = 12
SHORTEST = 12
TRIES, WINDOW = 10, 300.0
_MAIL = re.compile(r"^[^@\s]{1,64}@[^@\s]{1,190}$")
_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_hex(16))


class TooManyTries(LimitExceeded):
    """Somebody guesses."""

    code = "too-many"
    http_status = 429


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in."""

    email: str
    name: str
    roles: tuple[str, ...]
    created: str
    state: str
    """``invited``, ``active`` or ``disabled``."""


def invite(office: Office, email: str, name: str, roles: Sequence[str]) -> tuple[Person, str]:
    """Invite somebody (again): gives the code of the link, which is shown once. An active password stays until then.

    Raises:
        BadQuestion: not an e-mail address, or no role.
    """
    email = email.strip().lower()
    if not _MAIL.match(email):
        raise BadQuestion(f"{email!r} is not an e-mail address.", do="Write it as anna@company.example.")
    if not roles:
        raise BadQuestion("A person needs a role.", do="Name one: --role viewer.")
    code = secrets.token_urlsafe(32)
    end = _ahead(timedelta(days=INVITED_DAYS))
    office.change(
        "INSERT INTO person VALUES (?, ?, ?, NULL, ?, ?, ?, NULL) ON CONFLICT (email) DO UPDATE SET "
        "name = excluded.name, roles = excluded.roles, invitation = excluded.invitation, "
        "invitation_ends = excluded.invitation_ends, disabled = NULL",
        (email, name or email.split("@")[0], json.dumps(sorted(set(roles))), _hash(code), end, now()),
    )
    return _one(office, email), code


def accept(office: Office, code: str, password: str) -> Person:
    """Use an invitation: sets the password. The link works once.

    Raises:
        Unauthenticated: the link is not valid any more.
        BadQuestion: the password is too short or too simple.
    """
    rows = office.rows("SELECT * FROM person WHERE invitation = ? AND invitation_ends > ?", (_hash(code), now()))
    if not rows:
        raise Unauthenticated("The invitation is not valid any more.", do="Ask for another: `knockon invite`.")
    email = text(rows[0], "email")
    if not SHORTEST <= len(password) <= 200 or len(set(password)) < 6 or email.split("@")[0] in password.lower():
        raise BadQuestion(
            f"The password is too simple: it needs {SHORTEST} characters, not all alike, and not your name.",
            do="Take four words that have nothing to do with each other.",
        )
    office.change(
        "UPDATE person SET password = ?, invitation = NULL, invitation_ends = NULL WHERE email = ? AND invitation = ?",
        (_hasher.hash(password), email, _hash(code)),
    )
    office.change("DELETE FROM session WHERE email = ?", (email,))
    return _one(office, email)


class Door:
    """Signing in; holds back whoever guesses."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._tries: dict[str, list[float]] = {}
        self._lock = Lock()

    def sign_in(self, email: str, password: str) -> tuple[Person, str]:
        """A session for an address and password; gives its secret.

        Raises:
            Unauthenticated: address or password is wrong; the answer does not say which.
            TooManyTries: there were too many wrong ones.
        """
        email = email.strip().lower()
        self._count(email)
        rows = self._office.rows("SELECT * FROM person WHERE email = ? AND disabled IS NULL", (email,))
        kept = (text(rows[0], "password") if rows else "") or _NOBODY
        try:
            _hasher.verify(kept, password)
        except (Argon2Error, InvalidHashError):
            raise Unauthenticated("Address or password is wrong.", do="Try again, or ask for an invitation.") from None
        if not rows or kept == _NOBODY:
            raise Unauthenticated("Address or password is wrong.", do="Try again, or ask for an invitation.")
        with self._lock:
            self._tries.pop(email, None)
        secret = secrets.token_urlsafe(32)
        self._office.change("DELETE FROM session WHERE ends <= ?", (now(),))
        self._office.change(
            "INSERT INTO session VALUES (?, ?, ?, ?)",
            (_hash(secret), email, now(), _ahead(timedelta(hours=SESSION_HOURS))),
        )
        return _one(self._office, email), secret

    def _count(self, email: str) -> None:
        at = time.monotonic()
        with self._lock:
            recent = [t for t in self._tries.get(email, ()) if at - t < WINDOW]
            if len(recent) >= TRIES:
                raise TooManyTries("There were too many wrong passwords.", do="Wait five minutes.")
            if len(self._tries) > 10_000:
                self._tries.clear()
            self._tries[email] = [*recent, at]


def caller_of_session(office: Office, secret: str) -> Caller:
    """Who a session belongs to.

    Raises:
        Unauthenticated: it ended.
    """
    rows = office.rows(
        "SELECT p.* FROM session s JOIN person p ON p.email = s.email "
        "WHERE s.hash = ? AND s.ends > ? AND p.disabled IS NULL",
        (_hash(secret), now()),
    )
    if not rows:
        raise Unauthenticated("The session has ended.", do="Sign in again.")
    person = _person(rows[0])
    return Caller(f"person:{person.email}", person.name, "person", person.roles)


def sign_out(office: Office, secret: str) -> None:
    """End a session."""
    office.change("DELETE FROM session WHERE hash = ?", (_hash(secret),))


def disable(office: Office, email: str) -> Person:
    """Let somebody in no more, at once.

    Raises:
        NotFound: nobody has that address.
    """
    office.change("UPDATE person SET disabled = ?, invitation = NULL WHERE email = ?", (now(), email.strip().lower()))
    office.change("DELETE FROM session WHERE email = ?", (email.strip().lower(),))
    return _one(office, email.strip().lower())


def people(office: Office) -> tuple[Person, ...]:
    """Everybody who was invited."""
    return tuple(_person(row) for row in office.rows("SELECT * FROM person ORDER BY email"))


def _one(office: Office, email: str) -> Person:
    rows = office.rows("SELECT * FROM person WHERE email = ?", (email,))
    if not rows:
        raise NotFound(f"Nobody has the address {email!r}.", do="`knockon invite --list` shows everybody.")
    return _person(rows[0])


def _person(row: Row) -> Person:
    state = "disabled" if row["disabled"] else "active" if row["password"] else "invited"
    return Person(
        text(row, "email"), text(row, "name"), tuple(json.loads(text(row, "roles"))), text(row, "created"), state
    )


def _ahead(span: timedelta) -> str:
    return (datetime.now(UTC) + span).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
