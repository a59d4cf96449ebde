"""Currencies as numbers: the letters themselves, so that a code means the same in every snapshot."""

from __future__ import annotations

import re

NONE = 0
"""An amount of zero in no currency: it goes with every other."""
UNSTATED = 1
"""An amount of which nothing says the currency."""
FOREIGN = 2
"""A text that is no currency's code."""
_FIRST = 3
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CODE = re.compile(r"[A-Z]{3}")


def code_of(text: str | None) -> int:
    """The number of an ISO 4217 code."""
    text = "" if text is None else text.strip().upper()
    if not text:
        return UNSTATED
    if not _CODE.fullmatch(text):
        return FOREIGN  # also what `text_of` gives for it
    number = 0
    for letter in text:
        number = number * 26 + _LETTERS.index(letter)
    return number + _FIRST


def text_of(code: int) -> str | None:
    """The ISO 4217 code; empty: nothing says it; None: a zero in no currency, or no amount."""
    if code == NONE:
        return None
    if code == UNSTATED:
        return ""
    if code == FOREIGN:
        return "?"
    number, letters = int(code) - _FIRST, ""
    for _ in range(3):
        number, at = divmod(number, 26)
        letters = _LETTERS[at] + letters
    return letters


def named(code: int) -> str:
    """In a sentence."""
    return {NONE: "no currency", UNSTATED: "an unstated currency", FOREIGN: "an unknown currency"}.get(
        int(code), text_of(code) or ""
    )
