"""Whether the bounds of a contract's ``range:`` are values of its type, the lower one first."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

Bound = Decimal | date | datetime | str


def wrong_bounds(kind: str | None, low: str | None, high: str | None) -> str:
    """What is wrong with a range, or nothing (an empty text)."""
    read: list[Bound | None] = []
    for text in (low, high):
        try:
            read.append(None if text is None else _bound(kind, text))
        except (ValueError, InvalidOperation):
            return f"the range's {text!r} is no {kind}"
    first, last = read
    # Both are of the type that `kind` names.
    if first is not None and last is not None and first > last:  # type: ignore[operator]
        return f"the range ends ({high}) before it begins ({low}): no value could ever fit"
    return ""


def _bound(kind: str | None, text: str) -> Bound:
    match kind:
        case "integer" | "decimal" | "float":
            number = Decimal(text)
            if not number.is_finite():
                raise ValueError(text)
            return number
        case "date":
            return date.fromisoformat(text)
        case "datetime":
            return datetime.fromisoformat(text).replace(tzinfo=None)
        case _:
            return text
