"""Time axes: periods of days, ISO weeks, months, quarters or years, and the period that a day falls in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from graph_engine.snapshot import days_of
from ontology.errors import BadQuestion
from reasoning.measures.types import Array, Int64, Options, Periods

_QUARTER_HOUR = 900_000_000
_MOST = 4_000


def periods_of(axis: str, options: Options, defaults: Mapping[str, int]) -> Periods:
    """The periods of an axis: the first holds the start (or today).

    Raises:
        BadQuestion: the number of periods is out of range, or they end past the calendar.
    """
    count = options.periods.get(axis, defaults[axis])
    if not 1 <= count <= _MOST:
        raise BadQuestion(f"{count} periods of a {axis} are too many or too few.", do=f"Give 1 to {_MOST}.")
    day = options.start or options.as_of
    starts = [_begin(axis, day)]
    try:
        while len(starts) <= count:
            starts.append(_next(axis, starts[-1]))
    except (OverflowError, ValueError) as problem:
        raise BadQuestion(f"{count} periods from {day} on end past the calendar.", do="Give fewer.") from problem
    return Periods(axis, tuple(starts))


def _begin(axis: str, day: date) -> date:
    match axis:
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
    return day


def _next(axis: str, day: date) -> date:
    if axis in ("day", "week"):
        return day + timedelta(days=1 if axis == "day" else 7)
    months = day.month - 1 + {"month": 1, "quarter": 3, "year": 12}[axis]
    return day.replace(year=day.year + months // 12, month=months % 12 + 1)


def bounds(periods: Periods) -> Int64:
    """First days of the periods and the day after the last, days since 1970-01-01."""
    return np.array([days_of(d) for d in periods.starts], dtype=np.int64)


def zone_of(name: str) -> ZoneInfo:
    """A time zone.

    Raises:
        BadQuestion: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise BadQuestion(f"There is no time zone {name!r}.", do="Write one such as Europe/Berlin.") from problem


def local_days(instants: Array, zone: ZoneInfo) -> Int64:
    """The day that each instant (microseconds in UTC) falls on in a zone; days since 1970-01-01."""
    quarters, place = np.unique(np.asarray(instants, dtype=np.int64) // _QUARTER_HOUR, return_inverse=True)
    offsets = np.array([_offset(int(q), zone) for q in quarters.tolist()], dtype=np.int64)
    # A change of clocks happens on a quarter of an hour, so all instants of one have its offset.
    shifted = np.asarray(instants, dtype=np.int64) + offsets[place].reshape(np.shape(instants))
    found: Int64 = shifted // 86_400_000_000
    return found


def _offset(quarter: int, zone: ZoneInfo) -> int:
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=quarter * _QUARTER_HOUR)
        offset = moment.astimezone(zone).utcoffset()
    except OverflowError:
        return 0
    return 0 if offset is None else int(offset.total_seconds()) * 1_000_000
