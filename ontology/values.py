"""Values: one canonical text per typed value, and back (``docs/semantics.md``, "Values").

Canonical text is what hashes, the staging tables and the archive use; Neo4j values are what the driver takes.

=========  =========================================  =================================
datatype   canonical text                             Neo4j value
=========  =========================================  =================================
string     NFC                                        str
integer    ``-12``                                    int (64 bit)
decimal    integer at the property's scale: ``1250``  int (64 bit)
float      ``repr``; finite; ``-0.0`` → ``0.0``       float
boolean    ``true`` / ``false``                       bool
date       ``2024-02-29``                             datetime.date
datetime   ``2024-02-29T12:00:00Z`` (UTC)             datetime.datetime, UTC
=========  =========================================  =================================
"""

from __future__ import annotations

import math
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from ontology.model import Datatype, PropertyDef

Native = str | int | float | bool | date | datetime
"""What the driver takes and gives for one value."""

INT64 = 2**63


def native(definition: PropertyDef, text: str) -> Native:
    """The Neo4j value of a canonical text.

    Raises:
        ValueError: the text is not canonical for the datatype.
    """
    match definition.datatype:
        case Datatype.STRING:
            return text
        case Datatype.INTEGER | Datatype.DECIMAL:
            number = int(text)
            if not -INT64 <= number < INT64:
                raise ValueError(f"{text} does not fit 64 bits")
            return number
        case Datatype.FLOAT:
            value = float(text)
            if not math.isfinite(value):
                raise ValueError(f"{text} is not finite")
            return value + 0.0
        case Datatype.BOOLEAN:
            if text not in ("true", "false"):
                raise ValueError(f"{text!r} is neither true nor false")
            return text == "true"
        case Datatype.DATE:
            return date.fromisoformat(text)
        case Datatype.DATETIME:
            return datetime.fromisoformat(text).astimezone(UTC)


def canonical(definition: PropertyDef, value: object) -> str:
    """The canonical text of a Neo4j value (or of a Python value of the matching type).

    For DECIMAL an ``int`` is taken as already scaled; a ``Decimal`` is scaled here.

    Raises:
        ValueError: the value does not fit the datatype.
    """
    match definition.datatype:
        case Datatype.STRING:
            return unicodedata.normalize("NFC", str(value))
        case Datatype.DECIMAL if isinstance(value, Decimal):
            scaled = value.scaleb(definition.scale)
            if scaled != scaled.to_integral_value():
                raise ValueError(f"{value} has more than {definition.scale} digits after the point")
            return str(int(scaled))
        case Datatype.INTEGER | Datatype.DECIMAL if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        case Datatype.FLOAT if isinstance(value, int | float):
            if not math.isfinite(value):
                raise ValueError(f"{value} is not finite")
            return repr(float(value) + 0.0)
        case Datatype.BOOLEAN if isinstance(value, bool):
            return "true" if value else "false"
        case Datatype.DATE if isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
        case Datatype.DATETIME if isinstance(value, datetime):
            if value.tzinfo is None:
                raise ValueError(f"{value} has no zone")
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case _:
            # The driver's own temporal types know how to become Python's.
            to_native = getattr(value, "to_native", None)
            if to_native is not None:
                return canonical(definition, to_native())
            raise ValueError(f"{value!r} is not a {definition.datatype.value}")


def parse(definition: PropertyDef, text: str) -> str:
    """Canonical text from what a person typed (``12.50`` for a DECIMAL of scale 2 → ``1250``).

    Raises:
        ValueError: with a sentence that says what was expected.
    """
    text = unicodedata.normalize("NFC", text.strip())
    kind = definition.datatype
    try:
        match kind:
            case Datatype.STRING:
                return text
            case Datatype.INTEGER:
                return str(int(text))
            case Datatype.DECIMAL:
                return canonical(definition, Decimal(text))
            case Datatype.FLOAT:
                return canonical(definition, float(text))
            case Datatype.BOOLEAN:
                lowered = text.lower()
                if lowered in ("true", "yes", "1"):
                    return "true"
                if lowered in ("false", "no", "0"):
                    return "false"
                raise ValueError
            case Datatype.DATE:
                return date.fromisoformat(text).isoformat()
            case Datatype.DATETIME:
                moment = datetime.fromisoformat(text)
                return canonical(definition, moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, InvalidOperation) as problem:
        detail = str(problem) if "digits" in str(problem) else f"{text!r} is not a {kind.value}"
        raise ValueError(f"{definition.name}: {detail}") from problem


def display(definition: PropertyDef, value: Native) -> str:
    """What a person reads: decimals with their point, dates in ISO 8601."""
    if definition.datatype is Datatype.DECIMAL and isinstance(value, int):
        return f"{Decimal(value).scaleb(-definition.scale):,f}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)


def as_written(definition: PropertyDef, value: Native) -> str:
    """:func:`display` without the zeros that only the scale adds: ``1``, ``2.5``; money keeps two (``12.50``)."""
    text = display(definition, value)
    if definition.datatype is not Datatype.DECIMAL or "." not in text:
        return text
    whole, part = text.split(".")
    part = part.rstrip("0")
    if definition.is_money:
        part = part.ljust(2, "0")
    return f"{whole}.{part}" if part else whole


def decimal(definition: PropertyDef, scaled: int) -> Decimal:
    """The exact decimal of a scaled integer."""
    return Decimal(scaled).scaleb(-definition.scale)
