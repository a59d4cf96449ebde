"""Whether a value is as a condition says; values as numbers and days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from graph_engine.snapshot import fold
from ontology.model import Datatype, PropertyDef
from ontology.types import Value
from reasoning.structure.plan import Comparison, Condition, holds


def number_of(value: Value | None, definition: PropertyDef) -> Decimal | None:
    """A value as a number that can be added up or compared; days count from year 1. None where it is none."""
    if value is None or isinstance(value, str | bool | tuple):
        return None
    if isinstance(value, datetime):
        return Decimal(str(value.timestamp()))
    if isinstance(value, date):
        return Decimal(value.toordinal())
    if definition.datatype is Datatype.DECIMAL and isinstance(value, int):
        return Decimal(value).scaleb(-definition.scale)
    return Decimal(str(value))


def day_of(value: Value | None) -> date | None:
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None


def fits(value: Value | None, condition: Condition) -> bool:
    if condition.comparison is Comparison.IS_NOT:
        return not fits(value, replace(condition, comparison=Comparison.IS))
    if condition.comparison in (Comparison.RECORDED, Comparison.MISSING):
        return (value is None) == (condition.comparison is Comparison.MISSING)
    for one in value if isinstance(value, tuple) else (value,):
        if one is not None and _one_fits(one, condition):
            return True
    return False


def _one_fits(value: Value, condition: Condition) -> bool:
    wanted = condition.value
    if condition.comparison is Comparison.WITHIN:
        day = day_of(value)
        first = wanted if isinstance(wanted, date) else None
        until = condition.until
        return day is not None and (first is None or first <= day) and (until is None or day < until)
    if isinstance(value, str):
        if condition.comparison is Comparison.CONTAINS:
            return f" {fold(str(wanted))}" in f" {fold(value)}"
        return condition.comparison is Comparison.IS and fold(value) == fold(str(wanted))
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    number = number_of(value, condition.prop)
    if number is None or not isinstance(wanted, int | Decimal):
        return False
    return holds(number, condition.comparison, Decimal(wanted))
