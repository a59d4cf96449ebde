"""Days and spans of time in a question: ``last March``, ``in Q1 2026``, ``since 1 May``, ``over 30 days``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar", "february feb februar", "march mar märz", "april apr", "may mai", "june jun juni",
            "july jul juli", "august aug", "september sep sept", "october oct oktober okt", "november nov",
            "december dec dezember dez",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_RELATION = r"(?:(?P<side>since|after|from|before|until|till|by|up to|seit|nach|vor|bis)\s+)?"
_PATTERNS = tuple(
    (kind, re.compile(rf"\b{_RELATION}(?:(?:in|on|of|during|im|am|the|vom|den|dem|der)\s+)*{body}\b", re.IGNORECASE))
    for kind, body in (
        ("iso", r"(?P<iso>(?:19|20)\d\d-\d\d-\d\d)"),
        ("dotted", r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<year>(?:19|20)\d\d)"),
        ("day", rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<month>{_MONTH})(?:,?\s+{_YEAR})?"),
        ("day", rf"(?P<month>{_MONTH})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+{_YEAR})?(?!\d)"),
        ("month", rf"(?P<last>last\s+|this\s+|next\s+|letzten\s+|diesen\s+)?(?P<month>{_MONTH})(?:,?\s+{_YEAR})?"),
        (
            "quarter",
            rf"(?:q(?P<q>[1-4])|(?P<qw>first|second|third|fourth)\s+quarter|"
            rf"(?P<qg>erste|zweite|dritte|vierte)[nrms]?\s+quartale?s?)(?:\s+(?:of\s+)?{_YEAR})?",
        ),
        (
            "relative",
            r"(?P<which>last|this|past|previous|next|letzte|diese|vorige|nächste)[nrms]?\s+"
            r"(?P<unit>week|month|quarter|year|woche|monat|quartal|jahr)s?(?:es)?",
        ),
        (
            "within",
            r"(?:last|past|letzten|vergangenen)\s+(?P<n>\d+)\s+(?P<unit>day|week|month|year|tag|woche|monat|jahr)(?:s|en|e|n)?",
        ),
        ("near", r"(?P<near>today|yesterday|tomorrow|heute|gestern|morgen)"),
        ("year", rf"(?:(?:jahre?|(?:calendar )?year)\s+)?{_YEAR}"),
    )
)
_AMOUNT_BEFORE = re.compile(
    r"(?:[#\d.,€$£<>≤≥-]|\b(?:than|above|over|below|under|exceeding|beyond|least|most|about|über|unter|mindestens|"
    r"höchstens|als))\s*$"
)
"""What makes four digits an amount, not a year: "above 2000"."""
_AMOUNT_AFTER = re.compile(r"\s*(?:€|\$|£|%|(?:eur|euros?|usd|dollars?|gbp|chf|dkk|pieces|units|days|hours|kg|km)\b)")
_QUARTERS = {1: "1 first erste", 2: "2 second zweite", 3: "3 third dritte", 4: "4 fourth vierte"}
_GERMAN = {
    "letzte": "last", "letzten": "last", "diese": "this", "diesen": "this", "vorige": "previous", "nächste": "next",
    "tag": "day", "woche": "week", "monat": "month", "quartal": "quarter", "jahr": "year", "heute": "today",
    "gestern": "yesterday", "morgen": "tomorrow",
}  # fmt: skip
_AMBIGUOUS = {"may", "mar", "march", "mai", "sep", "dec"}


@dataclass(frozen=True, slots=True)
class Span:
    """Days ``[first, end)``; None is open. ``start:stop`` are the characters that say so."""

    first: date | None
    end: date | None
    start: int
    stop: int

    def holds(self, day: date) -> bool:
        """Whether a day lies in the span."""
        return (self.first is None or self.first <= day) and (self.end is None or day < self.end)

    @property
    def says(self) -> str:
        """The span in words."""
        if self.first is not None and self.end == self.first + timedelta(days=1):
            return f"on {self.first}"
        if self.first is None:
            return f"before {self.end}"
        if self.end is None:
            return f"from {self.first} on"
        return f"from {self.first} to {self.end - timedelta(days=1)}"


def spans(text: str, today: date) -> tuple[Span, ...]:
    """Spans of time in a text, in order; a month without a year is the latest one that has begun."""
    found: list[Span] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < s.stop and s.start < match.end() for s in found):
                continue
            bounds = _bounds(kind, match, text, today)
            if bounds is not None:
                found.append(_sided(bounds, (match["side"] or "").lower(), match.start(), match.end()))
    return tuple(sorted(found, key=lambda s: s.start))


def _bounds(kind: str, match: re.Match[str], text: str, today: date) -> tuple[date, date] | None:
    groups = match.groupdict()
    year = int(groups["year"]) if groups.get("year") else None
    try:
        match kind:
            case "iso":
                day = date.fromisoformat(groups["iso"])
                return day, day + timedelta(days=1)
            case "dotted":
                day = date(int(groups["year"]), int(groups["m"]), int(groups["d"]))
                return day, day + timedelta(days=1)
            case "day":
                month, number = _MONTHS[groups["month"].lower()], int(groups["d"])
                day = date(year or today.year, month, number)
                if year is None and day > today:
                    day = date(today.year - 1, month, number)
                return day, day + timedelta(days=1)
            case "month":
                word = groups["month"]
                if year is None and word.lower() in _AMBIGUOUS and not word[0].isupper():
                    return None  # "may", "march on"
                which = _english((groups.get("last") or "").strip().lower())
                return _month(_MONTHS[word.lower()], year, which, today)
            case "quarter":
                said = (groups["q"] or groups["qw"] or groups["qg"]).lower()
                quarter = next(n for n, words in _QUARTERS.items() if said in words.split())
                first = date(year or today.year, 3 * quarter - 2, 1)
                if year is None and first > today:
                    first = first.replace(year=today.year - 1)
                return first, _months_on(first, 3)
            case "relative":
                return _relative(_english(groups["which"].lower()), _english(groups["unit"].lower()), today)
            case "within":
                number, unit = int(groups["n"]), _english(groups["unit"].lower())
                if number > 40_000:
                    return None
                end = today + timedelta(days=1)
                if unit in ("day", "week"):
                    return today - timedelta(days=number * (7 if unit == "week" else 1)), end
                return _months_on(today, -number * (12 if unit == "year" else 1)), end
            case "near":
                near = _english(groups["near"].lower())
                day = today + timedelta(days={"today": 0, "yesterday": -1, "tomorrow": 1}[near])
                return day, day + timedelta(days=1)
            case _:
                before = text[max(0, match.start() - 24) : match.start("year")].lower()
                if year is None or _AMOUNT_BEFORE.search(before) or _AMOUNT_AFTER.match(text[match.end() :].lower()):
                    return None
                return date(year, 1, 1), date(year + 1, 1, 1)
    except (ValueError, OverflowError):
        return None


def _english(word: str) -> str:
    return _GERMAN.get(word, word)


def _month(month: int, year: int | None, which: str, today: date) -> tuple[date, date]:
    if year is None:
        year = today.year
        if which == "next":
            year += month <= today.month
        elif month > today.month or (which == "last" and month == today.month):
            year -= 1
    first = date(year, month, 1)
    return first, _months_on(first, 1)


def _relative(which: str, unit: str, today: date) -> tuple[date, date]:
    step = {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1}[which]
    if unit == "week":
        first = today - timedelta(days=today.weekday()) + timedelta(days=7 * step)
        return first, first + timedelta(days=7)
    length = {"month": 1, "quarter": 3, "year": 12}[unit]
    month = (today.month - 1) // length * length + 1
    first = _months_on(date(today.year, month, 1), step * length)
    return first, _months_on(first, length)


def _months_on(day: date, months: int) -> date:
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            if not 1 <= year <= 9999:
                raise
    raise ValueError(f"no such day: {day} {months:+} months")


def add_months(day: date, months: int) -> date:
    """The same day so many months on; the last of the month where it has no such day."""
    return _months_on(day, months)


def _sided(bounds: tuple[date, date], side: str, start: int, stop: int) -> Span:
    first, end = bounds
    match side:
        case "since" | "from" | "seit":
            return Span(first, None, start, stop)
        case "after" | "nach":
            return Span(end, None, start, stop)
        case "before" | "vor":
            return Span(None, first, start, stop)
        case "until" | "till" | "by" | "up to" | "bis":
            return Span(None, end, start, stop)
        case _:
            return Span(first, end, start, stop)
