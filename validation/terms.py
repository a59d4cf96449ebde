"""RDF terms, light enough for millions of them, and the one canonical text of a literal.

``Iri`` and ``Blank`` are strings, so they hash and compare fast; blank nodes begin with ``_:`` and can't be mistaken
for IRIs. Literals of the types that the ontology knows are brought to one lexical form (decimals: XSD 1.0 canonical),
in data and in shapes alike, because SHACL compares terms, not values (``sh:hasValue 12.50`` must find ``12.5``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from rdflib import BNode, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.term import Node

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SH = "http://www.w3.org/ns/shacl#"


class Iri(str):
    """An IRI."""

    __slots__ = ()


class Blank(str):
    """A blank node; the text begins with ``_:``."""

    __slots__ = ()


class Literal(NamedTuple):
    """A literal: text, datatype IRI, language tag (lower case) or the empty string."""

    text: str
    datatype: str = XSD + "string"
    language: str = ""


Term = Iri | Blank | Literal
Triple = tuple[Term, Iri, Term]

TYPE = Iri(RDF + "type")
SUBCLASS = Iri(RDFS + "subClassOf")
LANG_STRING = RDF + "langString"

INTEGER_TYPES = frozenset(
    XSD + name
    for name in (
        "integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger",
        "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte",
    )
)  # fmt: skip
FLOAT_TYPES = frozenset((XSD + "double", XSD + "float"))
NUMERIC_TYPES = INTEGER_TYPES | FLOAT_TYPES | {XSD + "decimal"}
_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    XSD + "long": (-(2**63), 2**63 - 1), XSD + "int": (-(2**31), 2**31 - 1), XSD + "short": (-(2**15), 2**15 - 1),
    XSD + "byte": (-128, 127), XSD + "nonNegativeInteger": (0, None), XSD + "positiveInteger": (1, None),
    XSD + "nonPositiveInteger": (None, 0), XSD + "negativeInteger": (None, -1), XSD + "unsignedLong": (0, 2**64 - 1),
    XSD + "unsignedInt": (0, 2**32 - 1), XSD + "unsignedShort": (0, 2**16 - 1), XSD + "unsignedByte": (0, 255),
}  # fmt: skip

_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)\Z")
_DOUBLE = re.compile(r"([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN)\Z")
_DATE = re.compile(r"(-?[0-9]{4,}-[0-9]{2}-[0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})?\Z")
_DATETIME = re.compile(
    r"-?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?\Z"
)
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?\Z")

Comparable = int | float | Decimal | str | bool | date | datetime | time


def decimal_text(value: Decimal) -> str:
    """XSD 1.0 canonical decimal: no exponent, no trailing zeros, at least one digit after the point."""
    text = f"{value:f}"
    if "." not in text:
        return text + ".0" if text not in ("-0", "0") else "0.0"
    text = text.rstrip("0")
    if text.endswith("."):
        text += "0"
    return "0.0" if text == "-0.0" else text


def scaled_decimal_text(scaled: str, scale: int) -> str:
    """Canonical decimal text of an integer at a scale (``1250``, 2 → ``12.5``)."""
    sign, digits = ("-", scaled[1:]) if scaled.startswith("-") else ("", scaled)
    if scale == 0:
        return f"{sign}{digits}.0" if digits.strip("0") else "0.0"
    digits = digits.rjust(scale + 1, "0")
    whole, part = digits[:-scale], digits[-scale:].rstrip("0") or "0"
    return f"{sign}{whole}.{part}" if (whole + part).strip("0") else "0.0"


def value_of(literal: Literal) -> Comparable | None:
    """The value that a literal denotes, or None when its text does not fit its datatype or the type is unknown."""
    text, kind, _ = literal
    if kind == XSD + "string" or kind == LANG_STRING:
        return text
    if kind in INTEGER_TYPES:
        if not _INTEGER.match(text):
            return None
        number = int(text)
        low, high = _BOUNDS.get(kind, (None, None))
        return None if (low is not None and number < low) or (high is not None and number > high) else number
    if kind == XSD + "decimal":
        return Decimal(text) if _DECIMAL.match(text) else None
    if kind in FLOAT_TYPES:
        return float(text) if _DOUBLE.match(text) else None
    if kind == XSD + "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(text)
    try:
        if kind == XSD + "date":
            found = _DATE.match(text)
            return date.fromisoformat(found[1]) if found else None
        if kind == XSD + "dateTime":
            return datetime.fromisoformat(text) if _DATETIME.match(text) else None
        if kind == XSD + "time":
            return time.fromisoformat(text) if _TIME.match(text) else None
    except ValueError:
        return None
    return None


def fits(literal: Literal, datatype: str) -> bool:
    """Whether the literal has this datatype and, for the types that are known, a text that fits it."""
    if literal.datatype != datatype:
        return False
    if datatype in _CHECKED:
        return value_of(literal) is not None
    return True


_CHECKED = NUMERIC_TYPES | {XSD + "boolean", XSD + "date", XSD + "dateTime", XSD + "time"}


def compare(left: Literal, right: Literal) -> int | None:
    """−1, 0 or 1 as SPARQL's ``<`` orders two literals; None where it cannot (different kinds, ill-formed, zones)."""
    a, b = value_of(left), value_of(right)
    if a is None or b is None:
        return None
    if left.datatype in NUMERIC_TYPES and right.datatype in NUMERIC_TYPES:
        if (isinstance(a, float) and math.isnan(a)) or (isinstance(b, float) and math.isnan(b)):
            return None
        if isinstance(a, Decimal) and isinstance(b, float):
            a = float(a)
        elif isinstance(a, float) and isinstance(b, Decimal):
            b = float(b)
    elif left.datatype != right.datatype or left.datatype == LANG_STRING:
        return None
    try:
        if a == b:
            return 0
        return -1 if a < b else 1  # type: ignore[operator]
    except TypeError:  # one instant with a zone and one without are not comparable (XSD 1.1, 3.3.7)
        return None


def comparison(bound: Literal, allowed: tuple[int, ...]) -> Callable[[Literal], bool]:
    """A test whether a literal compares with ``bound`` as one of −1, 0, 1; the bound is read once."""
    limit = value_of(bound)
    if not isinstance(limit, int | Decimal) or isinstance(limit, bool):
        return lambda literal: compare(literal, bound) in allowed
    below, same, above = (n in allowed for n in (-1, 0, 1))

    def test(literal: Literal) -> bool:
        text, kind, _ = literal
        value: int | Decimal
        if kind == _DECIMAL_TYPE and _DECIMAL.match(text):
            value = Decimal(text)
        elif kind == _INTEGER_TYPE and _INTEGER.match(text):
            value = int(text)
        else:
            return compare(literal, bound) in allowed
        return below if value < limit else above if value > limit else same

    return test


_DECIMAL_TYPE, _INTEGER_TYPE = XSD + "decimal", XSD + "integer"


def canonical(literal: Literal) -> Literal:
    """The literal with its one lexical form; unchanged when the text does not fit the datatype."""
    kind = literal.datatype
    if kind == XSD + "string":
        return literal
    if kind == XSD + "decimal" and _DECIMAL.match(literal.text):
        try:
            return Literal(decimal_text(Decimal(literal.text)), kind)
        except InvalidOperation:
            return literal
    value = value_of(literal)
    if value is None:
        return literal
    if kind in INTEGER_TYPES:
        return Literal(str(value), kind)
    if kind in FLOAT_TYPES and isinstance(value, float):
        return Literal(repr(value + 0.0) if math.isfinite(value) else literal.text, kind)
    if kind == XSD + "dateTime" and isinstance(value, datetime) and value.tzinfo is not None:
        return Literal(value.astimezone(UTC).isoformat().replace("+00:00", "Z"), kind)
    return literal


def from_rdflib(node: Node) -> Term:
    """The light term of an rdflib node, literals canonical."""
    if isinstance(node, URIRef):
        return Iri(node)
    if isinstance(node, BNode):
        return Blank("_:" + node)
    if isinstance(node, RdfLiteral):
        if node.language:
            return Literal(str(node), LANG_STRING, node.language.lower())
        return canonical(Literal(str(node), str(node.datatype or XSD + "string")))
    raise TypeError(f"not a term: {node!r}")


def to_rdflib(term: Term) -> URIRef | BNode | RdfLiteral:
    """The rdflib node of a light term, its text kept as it is."""
    if isinstance(term, Literal):
        if term.language:
            return RdfLiteral(term.text, lang=term.language)
        if term.datatype == XSD + "string":
            return RdfLiteral(term.text)
        return RdfLiteral(term.text, datatype=URIRef(term.datatype), normalize=False)
    return BNode(term[2:]) if isinstance(term, Blank) else URIRef(term)


def n_triples(term: Term) -> str:
    """N-Triples text of a term."""
    if isinstance(term, Literal):
        quoted = '"' + term.text.translate(_ESCAPES) + '"'
        if term.language:
            return f"{quoted}@{term.language}"
        return quoted if term.datatype == XSD + "string" else f"{quoted}^^<{term.datatype}>"
    return str(term) if isinstance(term, Blank) else f"<{term}>"


_ESCAPES = {ord("\\"): "\\\\", ord('"'): '\\"', ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}


def readable(term: Term) -> str:
    """How a person reads a term: literals bare, knockon's own IRIs by their last part."""
    if isinstance(term, Literal):
        return term.text
    for prefix in ("urn:knockon:entity:", "urn:knockon:relation:"):
        if term.startswith(prefix):
            return term[len(prefix) :]
    if isinstance(term, Blank):
        return str(term)
    return re.split(r"[#/]", term)[-1] or str(term)
