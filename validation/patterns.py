"""Regular expressions in shapes: run on a linear-time engine (RE2), or refused when the shape is loaded."""

from __future__ import annotations

import re
import re._parser as _parser  # type: ignore[import-not-found]
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol, cast

import re2

from ontology.errors import ShapeError, Where

_FLAGS = frozenset("ismq")


class CompiledPattern(Protocol):
    """What is needed of a compiled expression."""

    def search(self, text: str) -> object | None:
        """A match anywhere in the text, or None."""
        ...


@lru_cache(maxsize=1024)
def compiled(pattern: str, flags: str = "") -> CompiledPattern:
    """The expression of a ``sh:pattern`` with its ``sh:flags`` (XPath's ``i``, ``s``, ``m``, ``q``).

    Raises:
        ValueError: RE2 can't run it (back-references, look-around, ``x``).
    """
    unknown = set(flags) - _FLAGS
    if unknown:
        raise ValueError(f"the flag {min(unknown)!r} is not supported")
    text = re.escape(pattern) if "q" in flags else pattern
    inline = "".join(sorted(set(flags) & set("ism")))
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 8 << 20
    try:
        return cast(CompiledPattern, re2.compile(f"(?{inline}){text}" if inline else text, options))
    except re2.error as problem:
        detail = problem.args[0] if problem.args else problem
        raise ValueError(detail.decode() if isinstance(detail, bytes) else str(detail)) from problem


def check_pattern(pattern: str, flags: str, where: Where) -> None:
    """Refuse an expression that can't run in linear time.

    Raises:
        ShapeError: with the reason.
    """
    try:
        compiled(pattern, flags)
    except ValueError as problem:
        raise ShapeError(
            f"The pattern {pattern!r} cannot be run: {problem}.",
            where=where,
            do="Patterns must be regular expressions without back-references and look-around.",
        ) from problem


_CLASSES = {"d": "0-9", "s": r"\t\n\f\r ", "w": "0-9A-Za-z_"}  # as RE2 has them
_MOST_LOOPS = 2
_LONGEST = 64
_MOST_CHOICES = 1024


def java_pattern(pattern: str, flags: str = "") -> str | None:
    """The expression in Java's syntax for a whole-text match, or None.

    Neo4j's ``=~`` is a backtracking engine, so only what it runs in at most quadratic time is translated: two unbounded
    repetitions (one, if the expression may start anywhere) of characters, sets or fixed sequences of them, with a
    bounded number of choices besides. A repetition whose characters cannot be what comes next (``[^@]+@``, ``[a-z]+$``)
    has nothing to try twice: it is written possessive, and does not count where nothing before it can be tried in
    several ways. Everything else is None and is checked at the gate.
    """
    if set(flags) - {"i", "s", "q"}:
        return None
    if "q" in flags:
        body = "".join(_java_character(ord(c)) for c in pattern)
    else:
        try:
            body = _Translator(flags, anchored=pattern.startswith("^")).translate(pattern)
        except _Unknown:
            return None
    start = "" if body.startswith(r"\A") else ".*"
    return f"(?s{'iu' if 'i' in flags else ''}){start}(?:{body}).*"


def _java_character(code: int) -> str:
    return chr(code) if chr(code).isalnum() and code < 128 else f"\\x{{{code:x}}}"


class _Translator:
    def __init__(self, flags: str, *, anchored: bool) -> None:
        self._dot = "." if "s" in flags else "[^\\n]"
        self._any_case = "i" in flags
        self._loops = 0 if anchored else 1
        self._choices = 1

    def translate(self, pattern: str) -> str:
        try:
            parsed = _parser.parse(pattern)
        except (re.error, OverflowError, RecursionError) as problem:
            raise _Unknown from problem
        items = _items(parsed)
        if parsed.state.flags & ~re.UNICODE or any(str(op) == "BRANCH" for op, _ in items):
            self._loops = max(self._loops, 1)
        if parsed.state.flags & ~re.UNICODE:
            raise _Unknown
        return self._sequence(items, inside=False)

    def _sequence(self, items: Sequence[tuple[object, object]], *, inside: bool) -> str:
        text = []
        for at, (op, value) in enumerate(items):
            following = items[at + 1] if at + 1 < len(items) else None
            if not inside and following is not None and self._ends_where(str(op), value, following):
                low, _, body = cast("tuple[int, object, object]", value)
                if self._loops:  # for each way to come here the text is read again
                    self._loop()
                text.append(f"(?:{self._sequence(_items(body), inside=True)}){{{low},}}+")
            else:
                text.append(self._item(str(op), value, inside=inside))
        return "".join(text)

    def _ends_where(self, op: str, value: object, following: tuple[object, object]) -> bool:
        """Whether a repetition without end can only end where what follows begins: no character can be of both."""
        if op != "MAX_REPEAT":
            return False
        _, high, body = cast("tuple[int, object, object]", value)
        repeated = _items(body)
        if str(high) != "MAXREPEAT" or len(repeated) != 1:
            return False
        match str(following[0]), following[1]:
            case "AT", position:
                return str(position) == "AT_END" and str(repeated[0][0]) in ("LITERAL", "NOT_LITERAL", "IN", "ANY")
            case "LITERAL", int(code):
                cased = self._any_case and chr(code).lower() != chr(code).upper()
                return not cased and not _may_hold(*repeated[0], code)
            case _:
                return False

    def _item(self, op: str, value: object, *, inside: bool) -> str:
        match op, value:
            case "LITERAL", int(code):
                return _java_character(code)
            case "NOT_LITERAL", int(code):
                return f"[^{_java_character(code)}]"
            case "ANY", _:
                return self._dot
            case "IN", list(parts):
                return self._set(parts)
            case "AT", position if str(position) == "AT_BEGINNING":
                return r"\A"
            case "AT", position if str(position) == "AT_END":
                return r"\z"
            case "SUBPATTERN", (_, 0, 0, body):
                return f"(?:{self._sequence(_items(body), inside=inside)})"
            case "BRANCH", (None, list(options)) if not inside:
                self._choose(len(options))
                return "(?:" + "|".join(self._sequence(_items(o), inside=inside) for o in options) + ")"
            case "MAX_REPEAT", (int(low), high, body):
                return self._repeat(low, high, body, inside=inside)
            case _:
                raise _Unknown

    def _repeat(self, low: int, high: object, body: object, *, inside: bool) -> str:
        unbounded = str(high) == "MAXREPEAT"
        if inside:
            raise _Unknown
        if unbounded:
            self._loop()
        elif isinstance(high, int) and high <= _LONGEST:
            self._choose(high - low + 1)
        else:
            raise _Unknown
        inner = self._sequence(_items(body), inside=high != 1)
        return f"(?:{inner}){{{low},{'' if unbounded else high}}}"

    def _loop(self) -> None:
        self._loops += 1
        if self._loops > _MOST_LOOPS:
            raise _Unknown

    def _choose(self, options: int) -> None:
        self._choices *= options
        if self._choices > _MOST_CHOICES:
            raise _Unknown

    def _set(self, parts: Sequence[tuple[object, object]]) -> str:
        text, negated = "", ""
        for op, value in parts:
            match str(op), value:
                case "NEGATE", _:
                    negated = "^"
                case "LITERAL", int(code):
                    text += _java_character(code)
                case "RANGE", (int(low), int(high)):
                    text += f"{_java_character(low)}-{_java_character(high)}"
                case "CATEGORY", name if str(name).startswith("CATEGORY_") and "NOT" not in str(name):
                    text += _CLASSES[{"DIGIT": "d", "SPACE": "s", "WORD": "w"}[str(name)[9:]]]
                case "CATEGORY", name if len(parts) == 1:
                    text, negated = _CLASSES[{"DIGIT": "d", "SPACE": "s", "WORD": "w"}[str(name)[13:]]], "^"
                case _:
                    raise _Unknown
        return f"[{negated}{text}]"


def _may_hold(op: object, value: object, code: int) -> bool:
    """Whether a character may be of this set; True where that is not plain to see."""
    match str(op), value:
        case "LITERAL", int(one):
            return one == code
        case "NOT_LITERAL", int(one):
            return one != code
        case "IN", list(parts):
            negated = any(str(kind) == "NEGATE" for kind, _ in parts)
            named = False
            for kind, held in parts:
                match str(kind), held:
                    case "LITERAL", int(one):
                        named |= one == code
                    case "RANGE", (int(low), int(high)):
                        named |= low <= code <= high
                    case "CATEGORY", _:
                        if not negated:
                            return True
            return named != negated
        case _:
            return True


def _items(parsed: object) -> list[tuple[object, object]]:
    return list(cast("Iterable[tuple[object, object]]", parsed))


class _Unknown(Exception):
    """Not among what is translated."""
