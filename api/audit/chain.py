"""The audit: decisions in a chain of hashes, so that none can be changed, dropped or moved unseen.

hash(n) = sha256(hash(n - 1) + canonical JSON of entry n); hash(0) = 64 zeros. The last number and hash are kept in a
second file beside the first (``.knockon/audit-head.json``), so that cutting off the end shows as well. Whoever can
write both files can forge both: send the head elsewhere (``knockon audit export``) to be safe from that.

What an entry quotes of the data (:data:`QUOTING`) is sealed under a key of its own, kept beside the chain: the hashes
cover the ciphertext. Erasing a person destroys the keys of the entries that name him, and the chain still holds.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.access.office import Office, Row, now, text
from ontology.ids import canonical_json

START = "0" * 64
HEAD = "audit-head.json"
QUOTING = ("asked", "path", "query", "because", "evidence")
"""Fields that may quote data."""
_PAGE = 5_000
_NONCE = 12
_HEAD_SIZE = 128
_ENTRIES = "SELECT decision.*, key FROM decision LEFT JOIN decision_key USING (seq)"


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision."""

    seq: int
    body: Mapping[str, object]
    """With what was sealed, where its key is still there; otherwise ``erased`` is true."""
    hash: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check of the chain found."""

    entries: int
    head: str
    broken_at: int | None
    """Number of the first entry that was changed, dropped or moved."""
    why: str


class Audit:
    """The chain of one project. Threads and processes may append at once."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._head = office.file.with_name(HEAD)
        self._order = Lock()

    def append(self, body: Mapping[str, object]) -> Entry:
        """Add one entry; it is on disk when this returns."""
        sealed = {**body, "at": now()}
        try:
            written = canonical_json(sealed)
            written.encode()
        except (ValueError, RecursionError):  # NaN, half characters, endless nesting: said, not kept
            sealed["asked"] = "cannot be written as JSON"
            written = canonical_json(sealed)
        quoted = canonical_json({n: sealed[n] for n in QUOTING if sealed.get(n)})
        key = AESGCM.generate_key(bit_length=128)
        if quoted != "{}":
            closed = {n: v for n, v in sealed.items() if n not in QUOTING or not v}
            written = canonical_json({**closed, "sealed": _closed(key, quoted)})
        with self._order:
            with self._office.writing():
                rows = self._office.rows("SELECT seq, hash FROM decision ORDER BY seq DESC LIMIT 1")
                seq, before = (int(str(rows[0]["seq"])), text(rows[0], "hash")) if rows else (0, START)
                hash_ = seal(before, written)
                self._office.change("INSERT INTO decision VALUES (?, ?, ?)", (seq + 1, written, hash_))
                if quoted != "{}":
                    self._office.change("INSERT INTO decision_key VALUES (?, ?)", (seq + 1, key))
            # After it: a head that names an entry which a crash took back would be a false alarm for ever.
            _replace(self._head, json.dumps({"seq": seq + 1, "hash": hash_}))
        return Entry(seq + 1, sealed, hash_)

    def entries(self, after: int = 0, limit: int | None = None) -> Iterator[Entry]:
        """Entries in order, from the one after ``after``."""
        given = 0
        while limit is None or given < limit:
            take = _PAGE if limit is None else min(_PAGE, limit - given)
            rows = self._office.rows(f"{_ENTRIES} WHERE seq > ? ORDER BY seq LIMIT ?", (after, take))
            if not rows:
                return
            for row in rows:
                after = int(str(row["seq"]))
                given += 1
                yield _entry(row)

    def forget(self, quotes: Callable[[str], bool]) -> tuple[int, int]:
        """Destroy the keys of entries whose sealed part ``quotes`` says yes to.

        Gives how many, and how many entries quote it in the open (written by an earlier version): these stay.
        """
        gone: list[int] = []
        plain = 0
        after = 0
        while rows := self._office.rows(f"{_ENTRIES} WHERE seq > ? ORDER BY seq LIMIT ?", (after, _PAGE)):
            for row in rows:
                after = int(str(row["seq"]))
                entry = _entry(row)
                if not quotes(json.dumps({n: entry.body.get(n) for n in QUOTING}, ensure_ascii=False)):
                    continue
                if row["key"] is None:
                    plain += 1
                else:
                    gone.append(after)
        with self._office.writing():
            for seq in gone:
                self._office.change("DELETE FROM decision_key WHERE seq = ?", (seq,))
        return len(gone), plain

    def newest(
        self, limit: int, *, before: int | None = None, who: str = "", action: str = "", since: str = "",
        until: str = "", words: str = "",
    ) -> list[Entry]:  # fmt: skip
        """Entries newest first, those that fit only.

        Args:
            who: a caller's id or name.
            since, until: instants or days (UTC), the second one excluded.
            words: a text that the entry holds somewhere, what was sealed included; in any case.
        """
        found: list[Entry] = []
        wanted = words.casefold()
        take = _PAGE if wanted else limit
        while len(found) < limit:
            rows = self._office.rows(
                f"{_ENTRIES} WHERE (? IS NULL OR seq < ?) "
                "AND (? = '' OR body ->> '$.who.id' = ? OR body ->> '$.who.name' = ? COLLATE NOCASE) "
                "AND (? = '' OR body ->> '$.action' = ?) AND (? = '' OR body ->> '$.at' >= ?) "
                "AND (? = '' OR body ->> '$.at' < ?) ORDER BY seq DESC LIMIT ?",
                (before, before, who, who, who, action, action, since, since, until, until, take),
            )
            entries = map(_entry, rows)
            found += [e for e in entries if not wanted or wanted in canonical_json(dict(e.body)).casefold()]
            if len(rows) < take:
                break
            before = int(str(rows[-1]["seq"]))
        return found[:limit]

    def verify(self) -> Verified:
        """Walk the chain from its start; names the first entry that does not fit."""
        kept = _read(self._head)  # first: what is added meanwhile is no error
        last, sealed = (0, START) if kept is None else (int(str(kept["seq"])), str(kept["hash"]))
        before, expected, count = START, 1, 0
        after, forged = 0, False
        while rows := self._office.rows("SELECT * FROM decision WHERE seq > ? ORDER BY seq LIMIT ?", (after, _PAGE)):
            for row in rows:
                after = int(str(row["seq"]))
                if after != expected:
                    return Verified(count, before, expected, f"Entry {expected} is missing: after it comes {after}.")
                if seal(before, text(row, "body")) != text(row, "hash"):
                    return Verified(count, before, after, f"Entry {after} was changed, or stood elsewhere.")
                before, expected, count = text(row, "hash"), after + 1, count + 1
                forged |= count == last and before != sealed
        if count < last:
            at = count + 1
            return Verified(count, before, at, f"Entries from {at} on are missing: there were {last:,}.")
        if forged:
            return Verified(count, before, last, f"Entry {last:,}, or one before it, is not the one that was sealed.")
        return Verified(count, before, None, "")


def _entry(row: Row) -> Entry:
    body: dict[str, object] = json.loads(text(row, "body"))
    if "sealed" in body:
        key = row["key"]
        opened = _opened(key, str(body["sealed"])) if isinstance(key, bytes) else None
        body = {**body, "erased": True} if opened is None else {**body, **opened}
    return Entry(int(str(row["seq"])), body, text(row, "hash"))


def _closed(key: bytes, content: str) -> str:
    nonce = os.urandom(_NONCE)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, content.encode(), None)).decode()


def _opened(key: bytes, sealed: str) -> dict[str, object] | None:
    held = base64.b64decode(sealed)
    try:
        found = json.loads(AESGCM(key).decrypt(held[:_NONCE], held[_NONCE:], None))
    except (InvalidTag, ValueError):
        return None
    return found if isinstance(found, dict) else None


def seal(before: str, body: str) -> str:
    """The hash of an entry, from that of the one before it and its text."""
    return hashlib.sha256(f"{before}{body}".encode()).hexdigest()


def _replace(file: Path, content: str) -> None:
    # Written over in one call and in one sector: a process that dies leaves the old or the new, never a part.
    held = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        written = content.encode().ljust(_HEAD_SIZE)
        os.write(held, written)
        if os.fstat(held).st_size > len(written):
            os.ftruncate(held, len(written))
    finally:
        os.close(held)


def _read(file: Path) -> dict[str, object] | None:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
