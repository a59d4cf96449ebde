"""Values in words and as JSON."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from reasoning.measures.types import CellValue, Kind, Measure, Scalar

_DIGITS = 12
"""Digits after the point that a fraction without end is shown with."""


def decimal(value: Fraction, scale: int | None = None) -> Decimal:
    """An exact number as a decimal: with ``scale`` digits, or as many as it needs (at most twelve)."""
    with localcontext() as context:
        context.prec = 60
        found = Decimal(value.numerator) / Decimal(value.denominator)
        if scale is not None:
            return found.quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_UP)
        short = found.quantize(Decimal(1).scaleb(-_DIGITS), rounding=ROUND_HALF_UP)
        return Decimal(f"{short.normalize():f}")


def text(value: CellValue, measure: Measure | None = None) -> str:
    """What a person reads: ``1,234.50 EUR``, ``12 days``, ``unknown``, ``error: …``."""
    if value.fault is not None:
        return f"error: {value.fault.text}"
    if value.value is None:
        return "unknown"
    shown = _shown(value.value, measure, money=bool(value.currency) or (measure is not None and measure.is_money))
    if value.currency:
        return f"{shown} {value.currency}{_per(measure)}"
    if measure is not None and measure.unit and not measure.is_money and measure.kind in (Kind.NUMBER, Kind.FLOAT):
        return f"{shown} %" if measure.unit == "percent" else f"{shown} {_plural(measure.unit, value.value)}"
    return shown


def _shown(value: Scalar, measure: Measure | None, *, money: bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Fraction):
        scale = measure.scale if measure is not None and measure.kind is Kind.NUMBER else None
        found = decimal(value, scale)
        return f"{_trimmed(found, 2 if money else 0):,f}"
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.2f}"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)


def _trimmed(value: Decimal, least: int) -> Decimal:
    """Without zeros at its end, but with at least some digits after the point."""
    short = Decimal(f"{value.normalize():f}")
    exponent = short.as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return short.quantize(Decimal(1).scaleb(-least)) if digits < least else short


def _per(measure: Measure | None) -> str:
    return measure.unit.partition("money")[2] if measure is not None and measure.unit != "money" else ""


def _plural(unit: str, value: Scalar) -> str:
    return unit if value == 1 or not unit.isalpha() else f"{unit}s"


def value_json(value: CellValue) -> dict[str, object]:
    """The exact terms: numbers as text, so that no digit is lost."""
    found: dict[str, object] = {"state": value.state.name.lower()}
    if value.value is not None:
        found["value"] = scalar_json(value.value)
    if value.currency:
        found["currency"] = value.currency
    if value.fault is not None:
        found["error"] = value.fault.to_json()
    return found


def scalar_json(value: Scalar) -> object:
    """One value: exact numbers as decimal text (``1/3`` where that has no end), dates in ISO 8601."""
    if isinstance(value, Fraction):
        scaled = value * 10**_DIGITS
        return f"{decimal(value):f}" if scaled.denominator == 1 else str(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value
