"""API keys: random, kept as a hash, with roles, scopes and an end; revoked at once."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from api.access.caller import Action, Caller, Unauthenticated
from api.access.office import Office, Row, now, text
from ontology.errors import BadQuestion, NotFound

PREFIX = "kk"
_FORM = re.compile(r"^kk_([0-9a-f]{8})_([A-Za-z0-9_-]{43})$")
_MENTION = "Authorization: Bearer KEY"


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret."""

    id: str
    name: str
    roles: tuple[str, ...]
    scopes: tuple[str, ...]
    created: str
    expires: str | None
    revoked: str | None

    @property
    def state(self) -> str:
        """``valid``, ``expired`` or ``revoked``."""
        if self.revoked:
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= now() else "valid"


def create_key(
    office: Office, name: str, roles: Sequence[str], *, scopes: Sequence[str] = (), days: float | None = 365,
) -> tuple[Key, str]:  # fmt: skip
    """A new key and its text, which is shown once and not kept.

    Raises:
        BadQuestion: no role, an unknown scope, or an end that is not ahead.
    """
    if not roles:
        raise BadQuestion("A key needs a role.", do="Name one: --role viewer.")
    for scope in scopes:
        if scope not in set(Action):
            raise BadQuestion(f"There is no scope {scope!r}.", do=f"There are: {', '.join(Action)}.")
    if days is not None and not 0 < days <= 36_525:
        raise BadQuestion("A key ends after some days, at most a hundred years.", do="Try --days 90.")
    id_, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    end = None if days is None else (datetime.now(UTC) + timedelta(days=days)).isoformat().replace("+00:00", "Z")
    key = Key(id_, name, tuple(sorted(set(roles))), tuple(sorted(set(scopes))), now(), end, None)
    office.change(
        "INSERT INTO key VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
        (id_, name, _hash(secret), json.dumps(key.roles), json.dumps(key.scopes), key.created, end),
    )
    return key, f"{PREFIX}_{id_}_{secret}"


def list_keys(office: Office) -> tuple[Key, ...]:
    """All keys, oldest first."""
    return tuple(_key(row) for row in office.rows("SELECT * FROM key ORDER BY created, id"))


def revoke_key(office: Office, id_: str) -> Key:
    """End a key now; the next request with it is refused.

    Raises:
        NotFound: there is no such key.
    """
    office.change("UPDATE key SET revoked = ? WHERE id = ? AND revoked IS NULL", (now(), id_))
    found = office.rows("SELECT * FROM key WHERE id = ?", (id_,))
    if not found:
        raise NotFound(f"There is no key {id_!r}.", do="`knockon keys list` shows them.")
    return _key(found[0])


def caller_of_key(office: Office, given: str) -> Caller:
    """Who a key belongs to.

    Raises:
        Unauthenticated: it is not a key, not known, at its end, or revoked. The answer does not say which.
    """
    form = _FORM.match(given)
    rows = office.rows("SELECT * FROM key WHERE id = ?", (form[1],)) if form else []
    known = text(rows[0], "hash") if rows else _hash("")
    same = hmac.compare_digest(known, _hash(form[2] if form else ""))
    if not rows or not same or _key(rows[0]).state != "valid":
        raise Unauthenticated(
            "The key is not valid.", do=f"Send a valid one: {_MENTION}. `knockon keys create` makes one."
        )
    key = _key(rows[0])
    return Caller(f"key:{key.id}", key.name, "key", key.roles, key.scopes)


def _hash(secret: str) -> str:
    # The secret has 256 random bits, so a fast hash is enough; passwords of people get argon2.
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: Row) -> Key:
    return Key(
        text(row, "id"), text(row, "name"), tuple(json.loads(text(row, "roles"))),
        tuple(json.loads(text(row, "scopes"))), text(row, "created"), text(row, "expires") or None,
        text(row, "revoked") or None,
    )  # fmt: skip
