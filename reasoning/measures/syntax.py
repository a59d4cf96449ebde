"""The tree of a formula as it is written. ``at`` is the character where a part begins, ``end`` the one after it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Number:
    """``12.50``"""

    at: int
    end: int
    value: Fraction
    digits: int
    """Digits after the point."""


@dataclass(frozen=True, slots=True)
class Text:
    """``"open"``"""

    at: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Word:
    """``true``, ``false``, ``null``"""

    at: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """``total``, ``it.price``, ``order.customer.name``"""

    at: int
    end: int
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """``-x``, ``not x``"""

    at: int
    end: int
    op: str
    operand: Syntax


@dataclass(frozen=True, slots=True)
class Binary:
    """``a + b``, ``a == b``, ``a and b``"""

    at: int
    end: int
    op: str
    left: Syntax
    right: Syntax


@dataclass(frozen=True, slots=True)
class Among:
    """``status in ("open", "late")``"""

    at: int
    end: int
    operand: Syntax
    values: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """``f(a, b)``, and ``f(distinct role as name, x where c)``: what it means is known only with the names in scope."""

    at: int
    end: int
    function: str
    arguments: tuple[Syntax, ...]
    distinct: bool = False
    alias: str = ""
    where: Syntax | None = None


Syntax = Number | Text | Word | Name | Unary | Binary | Among | Call
