"""Which records a violation is laid to: those that, taken out, take the violation with them.

The rule does not look at what a run changed, only at the state, so the same records are blamed whatever the order of
arrival: a value is blamed on the record that it came from, a relation too many on all but the first of the records
that make it, a value that is missing on every record that describes the thing.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.state.staging import Staging
from validation.gate import Violation


def blame(db: Staging, violations: Sequence[Violation]) -> dict[str, tuple[str, str]]:
    """Record id → (shape or path, message)."""
    out: dict[str, tuple[str, str]] = {}
    for violation in violations:
        for record in _records(db, violation):
            out.setdefault(record, (violation.path or violation.shape, _message(db, violation)))
    return out


def _message(db: Staging, violation: Violation) -> str:
    title = db.rows("SELECT classes[1], title FROM fin_entity WHERE id = ?", [violation.focus])
    subject = f"{title[0][0]} {title[0][1]}: " if title else ""
    return f"{subject}{violation.message()}"


def _records(db: Staging, violation: Violation) -> list[str]:
    if violation.relations:
        marks = ", ".join("?" for _ in violation.relations)
        found = db.rows(
            f"SELECT r.record, coalesce(min(c.ord), 0) AS ord FROM (SELECT unnest(records) AS record FROM fin_relation "
            f"WHERE id IN ({marks})) r LEFT JOIN chosen c USING (record) GROUP BY r.record ORDER BY ord, record",
            list(violation.relations),
        )
        records = [str(r[0]) for r in found]
        if violation.component.startswith("MaxCount") and len(records) > 1:
            return records[1:]
        return records
    if violation.properties:
        marks = ", ".join("?" for _ in violation.properties)
        found = db.rows(
            f"SELECT DISTINCT record FROM fin_value WHERE entity = ? AND property IN ({marks}) ORDER BY 1",
            [violation.focus, *violation.properties],
        )
        if found:
            return [str(r[0]) for r in found]
    found = db.rows(
        "SELECT DISTINCT split_part(mention, '#', 1) FROM membership WHERE entity = ? ORDER BY 1", [violation.focus]
    )
    return [str(r[0]) for r in found]
