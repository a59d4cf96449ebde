"""Questions in words that were answered badly, until they are answered well: a person should see what is missing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from api.access.office import Office, now, text

ENOUGH = 0.5
"""From this confidence on an answer needs nobody."""
_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Doubt:
    """A question that knockon could not answer well."""

    id: str
    question: str
    known: bool
    confidence: float
    count: int
    """How often it was asked."""
    since: str


def note(office: Office, question: str, *, known: bool, confidence: float) -> None:
    """Keep a question that was answered badly, or strike it off where it was answered well now."""
    id_ = f"answer:{hashlib.sha256(' '.join(question.split()).casefold().encode()).hexdigest()[:16]}"
    if known and confidence >= ENOUGH:
        settle(office, id_)
        return
    office.change(
        "INSERT INTO doubt VALUES (?, ?, ?, ?, 1, ?, ?) ON CONFLICT (id) DO UPDATE SET count = count + 1, "
        "known = excluded.known, confidence = excluded.confidence, asked = excluded.asked",
        (id_, question[:4_000], int(known), str(confidence), now(), now()),
    )
    office.change("DELETE FROM doubt WHERE id NOT IN (SELECT id FROM doubt ORDER BY asked DESC LIMIT ?)", (_KEPT,))


def settle(office: Office, id_: str) -> None:
    """Strike a question off."""
    office.change("DELETE FROM doubt WHERE id = ?", (id_,))


def listed(office: Office) -> list[Doubt]:
    """Most asked first."""
    return [
        Doubt(text(r, "id"), text(r, "question"), bool(r["known"]), float(text(r, "confidence")),
              int(text(r, "count")), text(r, "since"))
        for r in office.rows("SELECT * FROM doubt ORDER BY count DESC, since, id")
    ]  # fmt: skip
