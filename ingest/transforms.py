"""Declared cleansing: named, traced steps from text to text, each compiled to DuckDB SQL (``docs/mapping.md``).

A transform of null is null. Nothing is repaired that the mapping does not name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ingest.compile.sql import literal

Build = Callable[[str, tuple[str, ...]], str]
"""From the SQL of a text and the arguments to the SQL of the new text."""


@dataclass(frozen=True, slots=True)
class TransformKind:
    """A transform that a mapping can name."""

    name: str
    arguments: tuple[str, ...]
    """Names of its arguments; the last may be left out where it ends in ``?``."""
    comment: str
    build: Build


@dataclass(frozen=True, slots=True)
class Transform:
    """One use of a transform: ``left_pad:5:0``."""

    name: str
    arguments: tuple[str, ...] = ()

    def sql(self, text: str) -> str:
        """The SQL of the transformed text; ``text`` is evaluated once."""
        kind = KINDS[self.name]
        if kind.build("{}", self.arguments).count("{}") == 1:
            return kind.build(text, self.arguments)
        return f"list_transform([{text}], lambda t: {kind.build('t', self.arguments)})[1]"

    def __str__(self) -> str:
        return ":".join((self.name, *self.arguments))


# The 27 characters that cp1252 has where Latin-1 has control codes, with their bytes.
_CP1252 = {bytes([b]).decode("cp1252"): b for b in range(0x80, 0xA0) if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_ENTITIES = (
    ("&nbsp;", " "),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", '"'),
    ("&#39;", "'"),
    ("&apos;", "'"),
    ("&amp;", "&"),
)


def _mojibake(text: str) -> str:
    """UTF-8 once read as cp1252 or Latin-1, read again as UTF-8; any other text as it is.

    Each character becomes the byte it stood for (``?`` where it stood for none, which is no UTF-8 there, so that
    the text stays as it is).
    """
    specials = "map {" + ", ".join(f"{literal(c)}: '{b:02X}'" for c, b in _CP1252.items()) + "}"
    one = (
        "CASE WHEN unicode(c) < 128 OR unicode(c) BETWEEN 160 AND 255 OR unicode(c) IN (129, 141, 143, 144, 157)"
        " THEN printf('%02X', unicode(c)) "
        f"ELSE coalesce({specials}[c], "
        "CASE WHEN unicode(c) BETWEEN 128 AND 159 THEN printf('%02X', unicode(c)) END, 'FF') END"
    )
    repaired = f"TRY(decode(unhex(array_to_string(list_transform(string_split({text}, ''), lambda c: {one}), ''))))"
    suspect = f"regexp_matches({text}, '[\\x{{C2}}-\\x{{F4}}][^\\x00-\\x7F]')"
    return f"CASE WHEN {suspect} THEN coalesce({repaired}, {text}) ELSE {text} END"


def _title(text: str) -> str:
    return f"array_to_string(list_transform(string_split(lower({text}), ' '), lambda w: upper(w[1:1]) || w[2:]), ' ')"


def _strip_html(text: str) -> str:
    sql = f"regexp_replace({text}, '<[^<>]*>', '', 'g')"
    for entity, character in _ENTITIES:
        sql = f"replace({sql}, {literal(entity)}, {literal(character)})"
    return sql


def _percent(text: str) -> str:
    number = f"rtrim(trim({text}), '% ')"
    exact = f"CAST(TRY_CAST({number} AS DECIMAL(36, 16)) * CAST(0.01 AS DECIMAL(2, 2)) AS VARCHAR)"
    return f"CASE WHEN trim({text}) LIKE '%\\%' ESCAPE '\\' THEN coalesce({_plain(exact)}, {text}) ELSE {text} END"


def _plain(number: str) -> str:
    """A decimal text without zeros at the end of its fraction."""
    return f"regexp_replace(regexp_replace({number}, '(\\.\\d*?)0+$', '\\1'), '\\.$', '')"


def _round(text: str, arguments: tuple[str, ...]) -> str:
    digits = int(arguments[0])
    rounded = f"CAST(round(TRY_CAST({text} AS DECIMAL(38, 15)), {digits}) AS DECIMAL(38, {digits}))"
    return f"coalesce(CAST({rounded} AS VARCHAR), {text})"


def _left_pad(text: str, arguments: tuple[str, ...]) -> str:
    length = int(arguments[0])
    padded = f"lpad({text}, {length}, {literal(arguments[1])})"
    return f"CASE WHEN length({text}) >= {length} THEN {text} ELSE {padded} END"


def _thousands(text: str, arguments: tuple[str, ...]) -> str:
    mark = arguments[0] if arguments else ","
    return f"replace({text}, {literal(mark)}, '')"


def _simple(pattern: str) -> Build:
    return lambda text, _arguments: pattern.replace("{}", text)


def _kinds(*kinds: TransformKind) -> Mapping[str, TransformKind]:
    return MappingProxyType({kind.name: kind for kind in kinds})


_TRIM = r"regexp_replace({}, '^[\s\x{A0}]+|[\s\x{A0}]+$', '', 'g')"
_COLLAPSE = r"regexp_replace({}, '[\s\x{A0}]+', ' ', 'g')"
_DECIMAL_COMMA = r"replace(regexp_replace({}, '[.\s\x{A0}\x{202F}'']', '', 'g'), ',', '.')"
_DATE_PART = r"regexp_replace({}, '^(\d{4}-\d{2}-\d{2})[T ].*$', '\1')"

KINDS = _kinds(
    TransformKind("trim", (), "Spaces, tabs and line breaks at both ends go.", _simple(_TRIM)),
    TransformKind("collapse_spaces", (), "Runs of spaces, tabs and line breaks become one space.", _simple(_COLLAPSE)),
    TransformKind("upper", (), "Capital letters.", _simple("upper({})")),
    TransformKind("lower", (), "Small letters.", _simple("lower({})")),
    TransformKind("title", (), "Each word begins with a capital letter, the rest is small.", lambda t, _a: _title(t)),
    TransformKind(
        "digits_only", (), "Everything but the digits 0–9 goes.", _simple("regexp_replace({}, '[^0-9]', '', 'g')")
    ),
    TransformKind("decimal_comma", (), "German and French numbers: `1.234,50` → `1234.50`.", _simple(_DECIMAL_COMMA)),
    TransformKind(
        "thousands", ("mark?",), "The mark between thousands goes (`,` unless another is given).", _thousands
    ),
    TransformKind("percent", (), "`12.5 %` → `0.125`; a text without `%` stays.", lambda t, _a: _percent(t)),
    TransformKind("round", ("digits",), "Rounds half up to so many digits after the point.", _round),
    TransformKind("date_part", (), "Drops the time of day of an ISO date and time.", _simple(_DATE_PART)),
    TransformKind("nfc", (), "Unicode normal form C.", _simple("nfc_normalize({})")),
    TransformKind(
        "fix_mojibake",
        (),
        "UTF-8 that was once read as cp1252 or Latin-1: `SÃ¡nchez` → `Sánchez`.",
        lambda t, _a: _mojibake(t),
    ),
    TransformKind(
        "strip_html", (), "HTML tags go, the common entities become characters.", lambda t, _a: _strip_html(t)
    ),
    TransformKind(
        "null_if", ("text",), "This text means that nothing is known.", lambda t, a: f"nullif({t}, {literal(a[0])})"
    ),
    TransformKind("prefix", ("text",), "Puts a text in front.", lambda t, a: f"{literal(a[0])} || {t}"),
    TransformKind("suffix", ("text",), "Puts a text behind.", lambda t, a: f"{t} || {literal(a[0])}"),
    TransformKind("left_pad", ("length", "character"), "Fills up on the left to a length.", _left_pad),
)

_NUMBERS = frozenset({"digits", "length"})


def parse_transform(text: str) -> Transform:
    """A transform as a mapping writes it: ``name`` or ``name:argument:argument``.

    Raises:
        KeyError: there is no transform of that name.
        ValueError: the arguments do not fit; the message says what is expected.
    """
    name, *given = text.split(":")
    name = name.strip()
    kind = KINDS[name]
    if len(kind.arguments) == 1 and len(given) > 1:
        given = [":".join(given)]  # the one argument may hold colons
    needed = sum(not a.endswith("?") for a in kind.arguments)
    if not needed <= len(given) <= len(kind.arguments):
        form = ":".join((name, *kind.arguments)).replace("?", "")
        raise ValueError(f"{name} is written `{form}`" if kind.arguments else f"{name} takes no argument")
    for label, value in zip(kind.arguments, given, strict=False):
        if label in _NUMBERS and not re.fullmatch(r"\d{1,3}", value):
            raise ValueError(f"{name}: {label} must be a whole number, not {value!r}")
        if label == "character" and len(value) != 1:
            raise ValueError(f"{name}: one character is expected, not {value!r}")
    return Transform(name, tuple(given))
