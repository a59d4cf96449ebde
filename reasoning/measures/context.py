"""What an evaluation rests on: tables, today, time axes, exchange rates; each made when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from graph_engine.snapshot import Snapshot, days_of
from reasoning.measures.axis import bounds, periods_of, zone_of
from reasoning.measures.rates import Rates
from reasoning.measures.tables import Tables
from reasoning.measures.types import Int64, Options, Periods


class Context:
    """Shared by all measures of one evaluation."""

    def __init__(self, snapshot: Snapshot, options: Options, defaults: Mapping[str, int]) -> None:
        self.snapshot = snapshot
        self.options = options
        self._defaults = defaults
        self._periods: dict[str, Periods] = {}
        self._bounds: dict[str, Int64] = {}
        held = options.valid_at if options.valid_at is not None else options.as_of
        self.tables = Tables(snapshot, days_of(held) if isinstance(held, date) else None)

    @cached_property
    def today(self) -> int:
        """Days since 1970-01-01."""
        return days_of(self.options.as_of)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        return zone_of(self.options.zone)

    @cached_property
    def rates(self) -> Rates:
        """Exchange rates."""
        return Rates(self.snapshot)

    def periods(self, axis: str) -> Periods:
        """The periods of a time axis."""
        if axis not in self._periods:
            self._periods[axis] = periods_of(axis, self.options, self._defaults)
        return self._periods[axis]

    def bounds(self, axis: str) -> Int64:
        """First days of the periods and the day after the last."""
        if axis not in self._bounds:
            self._bounds[axis] = bounds(self.periods(axis))
        return self._bounds[axis]
