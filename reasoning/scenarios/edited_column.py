"""A column that a scenario edits: set, multiplied, shifted, exactly; the base's column is never written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np

from graph_engine.snapshot import Column, days_of
from graph_engine.snapshot.columns import pack
from graph_engine.snapshot.texts import Array
from graph_engine.snapshot.weave import Weave
from graph_engine.snapshot.woven import weave_column
from ontology.model import Datatype, PropertyDef
from ontology.types import Value
from ontology.values import INT64
from reasoning.scenarios.types import Op, ScenarioError


class EditedColumn:
    """A column that is being edited: numbers in an array of their own, texts and lists as the rows that differ."""

    def __init__(self, column: Column, definition: PropertyDef) -> None:
        self.column = column
        self.definition = definition
        self.texts: dict[int, Value | None] = {}
        self.plain = column.dictionary is None and column.offsets is None
        self.values = column.values.copy() if self.plain else column.values
        self.null = column.null.copy() if self.plain else column.null

    def set(self, rows: Array, value: Value | None) -> None:
        if not self.plain:
            self.texts.update((int(r), value) for r in rows)
            return
        self.null[rows] = value is None
        self.values[rows] = 0 if value is None else stored_value(value)

    def combine(self, rows: Array, op: Op, amount: Decimal) -> None:
        """Multiply or shift; null stays null.

        Raises:
            ScenarioError: the result does not fit 64 bits.
        """
        rows = rows[~self.null[rows]]
        if len(rows) == 0:
            return
        kind = self.definition.datatype
        held = self.values[rows]
        if kind is Datatype.FLOAT:
            with np.errstate(over="ignore"):
                made: Array = held * float(amount) if op is Op.SCALE else held + float(amount)
            if not np.isfinite(made).all():
                raise ScenarioError(f"{self.definition.label} would become too large a number.")
        elif op is Op.SHIFT:
            unit = 10**self.definition.scale if kind is Datatype.DECIMAL else 1
            if kind is Datatype.DATETIME:
                unit = 86_400_000_000
            made = combined(self.definition, held, Fraction(1), Fraction(amount) * unit)
        else:
            made = combined(self.definition, held, Fraction(amount), Fraction(0))
        self.values[rows] = made

    def done(self) -> Column:
        column = self.column
        if self.plain:
            if np.array_equal(self.null, column.null) and np.array_equal(self.values, column.values):
                return column
            return Column(column.datatype, self.values, self.null)
        rows = sorted(r for r, value in self.texts.items() if column.python(r) != value)
        if not rows:
            return column
        cells = [None if self.texts[r] is None else self.texts[r] for r in rows]
        fresh = pack(column.datatype, cells, functional=column.offsets is None, name=self.definition.name)
        return weave_column(Weave(len(column), rows, rows), column, fresh)

    def rows(self) -> Array:
        """Rows that differ."""
        if self.plain:
            return np.flatnonzero((self.null != self.column.null) | (self.values != self.column.values))
        return np.array(sorted(r for r, v in self.texts.items() if self.column.python(r) != v), dtype=np.int64)


def stored_value(value: Value) -> int | float | bool:
    if isinstance(value, datetime):
        return int(value.astimezone(UTC).timestamp()) * 1_000_000 + value.microsecond
    if isinstance(value, date):
        return days_of(value)
    assert isinstance(value, int | float)
    return value


def half_up(number: Fraction) -> int:
    """Half away from zero, as the ontology's decimals are rounded."""
    sign = -1 if number < 0 else 1
    return sign * int((abs(number) * 2 + 1) // 2)


def combined(definition: PropertyDef, held: Array, factor: Fraction, plus: Fraction) -> Array:
    """``held * factor + plus``, rounded half-up, exactly.

    Raises:
        ScenarioError: a result does not fit the column.
    """
    most = INT64 if held.dtype == np.int64 else 2**31
    over = factor.denominator * plus.denominator
    times, add = factor.numerator * plus.denominator, plus.numerator * factor.denominator
    largest = int(np.abs(held.astype(np.int64)).max(initial=0)) * abs(times) + abs(add)
    if (largest + over) * 2 < 2**62:
        top = held.astype(np.int64) * times + add
        made = np.where(top < 0, -((2 * -top + over) // (2 * over)), (2 * top + over) // (2 * over))
    else:
        exact = [half_up(Fraction(int(v) * times + add, over)) for v in held]
        if any(not -most < v < most for v in exact):
            raise ScenarioError(f"{definition.label} would become too large a number.", do="Check the amount.")
        made = np.array(exact, dtype=np.int64)
    if held.dtype != np.int64 and (np.abs(made) >= most - 1).any():
        raise ScenarioError(f"{definition.label} would leave the calendar.", do="Check the number of days.")
    if definition.datatype is Datatype.DATE and len(made) and not (made.min() >= -719_162 and made.max() <= 2_932_896):
        raise ScenarioError(f"{definition.label} would leave the calendar.", do="Check the number of days.")
    return made.astype(held.dtype)


def set_value(definition: PropertyDef, amount: Decimal) -> Value:
    """A drawn number as a value of the property, rounded half-up to what it can hold."""
    if definition.datatype is Datatype.FLOAT:
        return float(amount)
    scaled = amount.scaleb(definition.scale) if definition.datatype is Datatype.DECIMAL else amount
    return half_up(Fraction(scaled))
