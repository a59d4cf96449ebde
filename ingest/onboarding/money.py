"""How a currency is written: codes of ISO 4217, marks beside numbers, words in headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.onboarding.names import words

CODES = (
    "EUR",
    "USD",
    "GBP",
    "CHF",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "HUF",
    "RON",
    "BGN",
    "ISK",
    "JPY",
    "CNY",
    "HKD",
    "SGD",
    "KRW",
    "INR",
    "THB",
    "CAD",
    "AUD",
    "NZD",
    "BRL",
    "MXN",
    "ZAR",
    "ILS",
    "AED",
    "SAR",
)
"""Codes of ISO 4217 that small firms meet; those that are English words are left out."""
MARKS = {"€": "EUR", "$": "USD", "£": "GBP"}
_WORDS = {"euro": "EUR", "eur": "EUR", "usd": "USD", "gbp": "GBP", "chf": "CHF", "sterling": "GBP"}
_TOKEN = re.compile(rf"[€$£]|(?<![A-Za-z])(?:{'|'.join(CODES)})(?![A-Za-z])")
SHOWN = "[€$£]|[A-Z]{3}"
"""What stands beside a number and is its currency."""


def said_in(heading: str) -> str | None:
    """The currency that a heading names: ``Price (GBP)``, ``Betrag in €``; None for none, or more than one."""
    found = {MARKS.get(m, m) for m in _TOKEN.findall(heading)}
    found |= {_WORDS[w] for w in words(heading) if w in _WORDS}
    return next(iter(found)) if len(found) == 1 else None


def marks_in(values: Sequence[str]) -> tuple[str, ...]:
    """The currencies that stand beside the numbers of a column, the most frequent first."""
    counts = Counter(MARKS.get(m, m) for v in values for m in re.findall(SHOWN, v.upper()))
    return tuple(c for c, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if c in CODES)
