"""Values in Cypher: their text, whether one is a given term, and comparing them as SPARQL does (SHACL 4.3, 4.5)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from validation.branches import BranchConditions
from validation.fragments import FALSE, TRUE, both, fill, no, quoted
from validation.terms import (
    FLOAT_TYPES,
    INTEGER_TYPES,
    LANG_STRING,
    NUMERIC_TYPES,
    XSD,
    Iri,
    Literal,
    Term,
    canonical,
    value_of,
)
from validation.walk import Kind, NotInGraph, Spot

_INT64 = 2**63


class ValueConditions(BranchConditions):
    """Conditions on one value; types are known from the vocabulary, so nothing is compared that cannot be."""

    def is_one_of(self, spot: Spot, terms: Sequence[Term]) -> str:
        """The value is one of these terms."""
        kind = spot.kind
        match kind.name:
            case "node":
                keys = [k for t in terms if (k := self.vocabulary.key_of(t)) is not None]
                return f"{spot.value}.{quoted(self.vocabulary.node_key)} IN {self.param(keys)}" if keys else FALSE
            case "statement":
                ids = [t.removeprefix("urn:knockon:relation:") for t in terms if isinstance(t, Iri)]
                return f"{spot.value}.id IN {self.param(ids)}" if ids else FALSE
            case "iri":
                iris = [str(t) for t in terms if isinstance(t, Iri)]
                return f"{spot.value} IN {self.param(iris)}" if iris else FALSE
            case _:
                natives = [v for t in terms if isinstance(t, Literal) and (v := native(t, kind)) is not None]
                return f"{spot.value} IN {self.param(natives)}" if natives else FALSE

    def _text_test(self, spot: Spot, test: Callable[[str], str]) -> str:
        if spot.kind.name == "node" and self.vocabulary.has_blanks():
            return both(no(f"{spot.value}._blank"), test(self.text(spot)))
        return test(self.text(spot))

    def text(self, spot: Spot) -> str:
        """The value's text, as ``str()`` has it in SPARQL."""
        kind = spot.kind
        match kind.name:
            case "node":
                probe = self.vocabulary.term_of("")
                key = f"{spot.value}.{quoted(self.vocabulary.node_key)}"
                return f"({self.param(str(probe))} + {key})" if probe else key
            case "statement":
                return f"({self.param('urn:knockon:relation:')} + {spot.value}.id)"
            case "iri":
                return spot.value
        if kind.text or kind.datatype in (XSD + "string", LANG_STRING) or not _is_typed(kind.datatype):
            return spot.value
        if kind.datatype in INTEGER_TYPES or kind.datatype in (XSD + "boolean", XSD + "date"):
            return f"toString({spot.value})"
        if kind.datatype == XSD + "decimal":
            if kind.scale == 0:
                return f"(toString({spot.value}) + '.0')"
            return fill("decimal_text", v=spot.value, unit=str(10**kind.scale))
        raise NotInGraph(f"the text of a {kind.datatype.removeprefix(XSD)}")

    def _compare(self, name: str, bound: Literal, spot: Spot) -> str:
        kind = spot.kind
        limit = value_of(bound)
        if kind.name != "literal" or kind.text or limit is None:
            return FALSE
        sign = {"minExclusive": ">", "minInclusive": ">=", "maxExclusive": "<", "maxInclusive": "<="}[name]
        if kind.datatype in FLOAT_TYPES and bound.datatype in NUMERIC_TYPES:
            number = float(limit)  # type: ignore[arg-type]
            return FALSE if math.isnan(number) else f"{spot.value} {sign} {self.param(number)}"
        if kind.datatype in NUMERIC_TYPES and bound.datatype in NUMERIC_TYPES:
            return self._compare_whole(sign, limit, spot)  # type: ignore[arg-type]
        if kind.datatype != bound.datatype or kind.datatype == LANG_STRING or not _is_typed(kind.datatype):
            return FALSE
        if isinstance(limit, datetime) and (limit.tzinfo is not None) != kind.zoned:
            return FALSE  # one instant with a zone and one without cannot be compared
        return f"{spot.value} {sign} {self.param(limit)}"

    def _compare_whole(self, sign: str, limit: int | float | Decimal, spot: Spot) -> str:
        """Compare a scaled integer with any number, exactly: the bound is moved to the next whole step."""
        if isinstance(limit, float) and not math.isfinite(limit):
            if math.isnan(limit):
                return FALSE
            return TRUE if (limit > 0) == (sign in ("<", "<=")) else FALSE
        exact = Decimal(limit) * (Decimal(10) ** spot.kind.scale)
        floor = math.floor(exact)
        ceiling = math.ceil(exact)
        threshold, test = {
            ">=": (ceiling, ">="), ">": (floor, ">"), "<=": (floor, "<="), "<": (ceiling, "<"),
        }[sign]  # fmt: skip
        if not -_INT64 <= threshold < _INT64:
            return TRUE if (threshold < 0) == (sign in (">", ">=")) else FALSE
        return f"{spot.value} {test} {self.param(threshold)}"


def less(left: Spot, right: Spot, *, or_equals: bool) -> str:
    """SPARQL's ``<`` (or ``<=``) between two values; false where they cannot be compared."""
    a, b = left.kind, right.kind
    if a.name != "literal" or b.name != "literal" or a.text or b.text:
        return FALSE
    sign = "<=" if or_equals else "<"
    if a.datatype in NUMERIC_TYPES and b.datatype in NUMERIC_TYPES:
        if a.datatype in FLOAT_TYPES or b.datatype in FLOAT_TYPES:
            return f"{_as_float(left)} {sign} {_as_float(right)}"
        scale = max(a.scale, b.scale)
        return f"{_scaled(left, scale)} {sign} {_scaled(right, scale)}"
    if a.datatype != b.datatype or a.zoned != b.zoned or a.datatype == LANG_STRING or not _is_typed(a.datatype):
        return FALSE
    return f"{left.value} {sign} {right.value}"


def equal(left: Spot, right: Spot) -> str:
    """Two values of one group are the same term."""
    scale = max(left.kind.scale, right.kind.scale)
    return f"{_scaled(left, scale)} = {_scaled(right, scale)}"


def _scaled(spot: Spot, scale: int) -> str:
    return spot.value if spot.kind.scale == scale else f"{spot.value} * {10 ** (scale - spot.kind.scale)}"


def _as_float(spot: Spot) -> str:
    if spot.kind.datatype in FLOAT_TYPES:
        return spot.value
    return f"toFloat({spot.value}) / {float(10**spot.kind.scale)}" if spot.kind.scale else f"toFloat({spot.value})"


def _is_typed(datatype: str) -> bool:
    return datatype in _TYPED


_TYPED = NUMERIC_TYPES | {XSD + n for n in ("string", "boolean", "date", "dateTime", "time")}


def native(literal: Literal, kind: Kind) -> object | None:
    """What the graph holds for a literal, if it can be among the values of this kind."""
    if literal.datatype != kind.datatype or (literal.datatype == LANG_STRING and literal.language != kind.language):
        return None
    value = value_of(literal)
    if kind.text or not _is_typed(kind.datatype):
        return literal.text if kind.text == (value is None and _is_typed(kind.datatype)) else None
    if value is None:
        return None
    if isinstance(value, Decimal):
        scaled = value.scaleb(kind.scale)
        return int(scaled) if scaled == scaled.to_integral_value() and abs(scaled) < _INT64 else None
    if isinstance(value, int) and not isinstance(value, bool):
        return value if -_INT64 <= value < _INT64 else None
    if isinstance(value, datetime) and (value.tzinfo is not None) != kind.zoned:
        return None
    return value


def literal_kind(literal: Literal) -> Kind:
    """The kind of one literal that stands alone."""
    value = value_of(literal)
    scale = len(canonical(literal).text.split(".")[1]) if isinstance(value, Decimal) else 0
    zoned = value.tzinfo is not None if isinstance(value, datetime) else True
    text = value is None and _is_typed(literal.datatype)
    return Kind("literal", literal.datatype, literal.language, scale, text, zoned)
