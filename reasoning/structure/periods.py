"""Parts of the calendar that things are counted by: days, weeks, months, quarters, years, days of the week."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MOST = 3_000
"""Periods in a row that are told one by one, those without anything too."""


class Period(StrEnum):
    """A part of the calendar."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    WEEKDAY = "day of the week"


_CALLED = (
    (Period.WEEKDAY, r"week ?days?|days? of the week|wochentage?n?"),
    (Period.DAY, r"(?:calendar )?days?|tage?n?"),
    (Period.WEEK, r"(?:calendar )?weeks?|(?:kalender)?wochen?"),
    (Period.MONTH, r"(?:calendar )?months?|(?:kalender)?monate?[ns]?"),
    (Period.QUARTER, r"quarters?|quartale?[ns]?|vierteljahre?[ns]?"),
    (Period.YEAR, r"(?:calendar )?years?|(?:kalender)?jahre?[ns]?"),
)
_NOUNS = tuple((period, re.compile(rf"(?:{words})(?!\w)", re.IGNORECASE)) for period, words in _CALLED)
_ADVERBS = tuple(
    (period, re.compile(rf"\b(?:{words})\b", re.IGNORECASE))
    for period, words in (
        (Period.DAY, r"daily|day by day|täglich(?:e[nrs]?)?"),
        (Period.WEEK, r"weekly|week by week|wöchentlich(?:e[nrs]?)?"),
        (Period.MONTH, r"monthly|month by month|monatlich(?:e[nrs]?)?"),
        (Period.QUARTER, r"quarterly|quarter by quarter|quartalsweise|vierteljährlich(?:e[nrs]?)?"),
        (Period.YEAR, r"yearly|annual(?:ly)?|year by year|jährlich(?:e[nrs]?)?"),
    )
)


def period_at(text: str, start: int) -> tuple[Period, int] | None:
    """The period that is named from a character on, and where its name ends."""
    for period, pattern in _NOUNS:
        match = pattern.match(text, start)
        if match is not None:
            return period, match.end()
    return None


def adverb_in(text: str) -> tuple[Period, int, int] | None:
    """``monthly``, ``quarterly``: the period, and the characters that say it."""
    for period, pattern in _ADVERBS:
        match = pattern.search(text)
        if match is not None:
            return period, match.start(), match.end()
    return None


def name_of(day: date, period: Period) -> str:
    """What the period of a day is called; names sort as time runs, those of days of the week as the week does.

    Weeks are those of ISO 8601: week 1 holds the first Thursday of the year.
    """
    match period:
        case Period.DAY:
            return day.isoformat()
        case Period.WEEK:
            year, week, _ = day.isocalendar()
            return f"{year:04}-W{week:02}"
        case Period.MONTH:
            return f"{day.year:04}-{day.month:02}"
        case Period.QUARTER:
            return f"{day.year:04}-Q{(day.month + 2) // 3}"
        case Period.YEAR:
            return f"{day.year:04}"
        case Period.WEEKDAY:
            return _WEEKDAYS[day.weekday()]


def place_in_time(name: str, period: Period) -> str:
    """What names of periods are put in order by."""
    return str(_WEEKDAYS.index(name)) if period is Period.WEEKDAY and name in _WEEKDAYS else name


def names_between(first: date, last: date, period: Period) -> list[str]:
    """All periods from the one of a day to that of another; empty where there are too many to tell."""
    if period is Period.WEEKDAY:
        return list(_WEEKDAYS)
    found: list[str] = []
    for day in _days(first, last, 1 if period is Period.DAY else 7):
        name = name_of(day, period)
        if not found or found[-1] != name:
            found.append(name)
        if len(found) > _MOST:
            return []
    return found


def _days(first: date, last: date, step: int) -> Iterator[date]:
    """Days some days apart; the last one is always among them."""
    for number in range(first.toordinal(), last.toordinal(), step):
        yield date.fromordinal(number)
    yield last


def days_of_period(name: str, period: Period) -> tuple[date, date] | None:
    """The days ``[first, end)`` of a period by its name; None for days of the week."""
    match period:
        case Period.DAY:
            first = date.fromisoformat(name)
            return first, first + timedelta(days=1)
        case Period.WEEK:
            first = date.fromisocalendar(int(name[:4]), int(name[6:]), 1)
            return first, first + timedelta(days=7)
        case Period.MONTH:
            year, month, length = int(name[:4]), int(name[5:]), 1
        case Period.QUARTER:
            year, month, length = int(name[:4]), 3 * int(name[6:]) - 2, 3
        case Period.YEAR:
            year, month, length = int(name), 1, 12
        case Period.WEEKDAY:
            return None
    after = year * 12 + month - 1 + length
    return date(year, month, 1), date(after // 12, after % 12 + 1, 1)
