"""Units of measures, by pint. Money is a dimension of its own; which currency is a matter of each cell."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pint import Unit, UnitRegistry

_NAME = r"[A-Za-z_]+(?: *\*\* *-?[1-9])?"
_WRITTEN = re.compile(rf"(?:{_NAME}|1)?(?: *[*/] *{_NAME})*")
_QUDT = {
    "NUM": "", "FRACTION": "", "PERCENT": "percent", "DAY": "day", "HR": "hour", "MIN": "minute", "SEC": "second",
    "WK": "week", "MO": "month", "YR": "year", "DEG": "degree", "KiloGM": "kilogram", "GM": "gram", "M": "meter",
    "CentiM": "centimeter", "MilliM": "millimeter", "KiloM": "kilometer", "L": "liter", "M2": "meter ** 2",
    "M3": "meter ** 3", "KiloW-HR": "kilowatt_hour", "DEG_C": "degree_Celsius", "TONNE": "metric_ton",
}  # fmt: skip
"""QUDT's names of units, as ontologies have them."""


@cache
def registry() -> UnitRegistry[Fraction]:
    """pint's units with ``money`` and ``piece``; factors are exact fractions."""
    import pint

    found: UnitRegistry[Fraction] = pint.UnitRegistry(non_int_type=Fraction, cache_folder=None)
    found.define("money = [money]")
    return found


@cache
def parse(text: str) -> Unit:
    """A unit as it is written: ``money``, ``day``, ``money / hour``; empty: a plain number.

    Raises:
        ValueError: there is no such unit.
    """
    import pint

    if len(text) > 80 or not _WRITTEN.fullmatch(text.strip()):
        raise ValueError(f"{text!r} is not written like a unit.")
    try:
        return registry().parse_units(text)
    except (pint.PintError, ValueError, TypeError, AttributeError, SyntaxError, ArithmeticError) as problem:
        raise ValueError(f"There is no unit {text!r}.") from problem


@cache
def of_property(qudt: str | None, money: bool) -> Unit:
    """The unit of a property of the ontology; a QUDT unit that pint lacks is a unit of its own."""
    if money:
        return parse("money")
    if qudt is None:
        return parse("")
    name = _QUDT.get(qudt)
    if name is None:
        own = "qudt_" + "".join(c if c.isalnum() else "_" for c in qudt)
        if own not in registry():
            registry().define(f"{own} = [{own}]")
        name = own
    return parse(name)


def is_plain(unit: Unit) -> bool:
    """A number without a dimension, such as a count or a share (not a percentage)."""
    return bool(unit == parse(""))


def is_money(unit: Unit) -> bool:
    """An amount of money, and nothing besides."""
    return bool(unit == parse("money"))


@cache
def money_power(unit: Unit) -> Fraction:
    """1 for an amount or a price for something, 0 for what has nothing to do with money."""
    return Fraction(str(unit.dimensionality.get("[money]", 0)))


def factor(from_: Unit, to: Unit) -> Fraction | None:
    """What a number in one unit is multiplied by to be in another; None: they measure different things."""
    import pint

    if from_ == to:
        return Fraction(1)
    try:
        return Fraction(registry().convert(Fraction(1), from_, to))
    except (pint.DimensionalityError, pint.OffsetUnitCalculusError):
        return None


def name(unit: Unit) -> str:
    """As a person writes it; empty for a plain number."""
    return "" if is_plain(unit) else f"{unit:P}".replace("·", " * ").replace("/", " / ").replace("  ", " ")
