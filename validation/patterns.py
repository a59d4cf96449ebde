"""Regular expressions in shapes: run on a linear-time engine (RE2), or refused when the shape is loaded."""

from __future__ import annotations

import re
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
