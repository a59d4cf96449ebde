"""Terms reckoned from a sentence and a date: "within 30 days of delivery", delivered on 4 March: until 3 April.

Nothing is guessed: the sentence must say a number of days, weeks, months or years, and the facts must hold a date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ontology.model import PropertyDef
from ontology.types import Value
from reasoning.retrieval.text import terms
from reasoning.structure.dates import add_months

_COUNTED = "zero one two three four five six seven eight nine ten eleven twelve"
_NUMBERS = {word: number for number, word in enumerate(_COUNTED.split())}
_TERM = re.compile(
    r"(?P<n>\d{1,4}|"
    + "|".join(_NUMBERS)
    + r")[\s*_-]*(?P<business>business|working)?\s*(?P<unit>day|week|month|year)s?",
    re.IGNORECASE,
)
_ANCHORS = (
    # words of a sentence → words in the names of dates, the surest first
    (("deliver", "receiv", "receipt"), ("delivered", "received", "shipped")),
    (("ship", "dispatch", "leav"), ("shipped", "dispatch", "sent")),
    (("purchas", "order", "buy", "bought", "sale"), ("ordered", "purchas", "bought", "sold")),
    (("invoic", "bill"), ("issued", "invoic")),
    (("sign", "contract", "start", "activat"), ("starts", "signed", "valid_from", "activat")),
)


_CALLED = {"deliver": "delivery", "receiv": "receipt", "receipt": "receipt", "purchas": "purchase", "buy": "purchase"}
_NEAR = 40  # characters behind a term in which the passage says what it counts from


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A term counted from a date."""

    text: str
    property: str
    from_day: date
    until: date
    passed: bool


def reckon(
    sentence: str, passage: str, values: Mapping[str, Value], definitions: Mapping[str, PropertyDef], what: str,
    today: date,
) -> Reckoned | None:  # fmt: skip
    """When the term that a sentence gives ends for a thing, or None where either says no day.

    The date is one whose name fits what the sentence counts from ("of delivery"), or else what the sentences around it
    (``passage``) count from; without such a hint none is taken.
    """
    match = _TERM.search(sentence)
    if match is None or match["business"]:
        return None
    found = _anchor((sentence[match.end() :], sentence), values)
    around = found is None
    if found is None:
        found = _anchor([passage[m.end() : m.end() + _NEAR] for m in _TERM.finditer(passage)], values)
    if found is None:
        return None
    name, day, hint, near = found
    number = int(match["n"]) if match["n"].isdigit() else _NUMBERS[match["n"].lower()]
    unit = match["unit"].lower()
    try:
        if unit in ("day", "week"):
            until = day + timedelta(days=number * (7 if unit == "week" else 1))
        else:
            until = add_months(day, number * (12 if unit == "year" else 1))
    except (ValueError, OverflowError):
        return None
    label = definitions[name].label if name in definitions else name.replace("_", " ")
    passed = today > until
    counted = f"{number} {unit}{'s' if number != 1 else ''}"
    told = (
        f"{what}: {label} {day}; {counted} from then on {'ended' if passed else 'end'} on {until} "
        f"({'that is over' if passed else 'that is still to come'}; reckoned on {today})."
    )
    if around:
        told += f" The sentence does not say from when; those around it count from {hint}."
    if near:
        told += f" No day of {hint} is recorded; {label} is the nearest."
    return Reckoned(told, name, day, until, passed)


def _anchor(texts: Sequence[str], values: Mapping[str, Value]) -> tuple[str, date, str, bool] | None:
    """The first date whose name fits a hint of the texts: property, day, what is counted from, whether only near it."""
    days = {n: v.date() if isinstance(v, datetime) else v for n, v in values.items() if isinstance(v, date)}
    for text in texts:
        said = terms(text)
        for hints, names in _ANCHORS:
            hint = next((h for h in hints if any(s.startswith(h) for s in said)), None)
            if hint is None:
                continue
            for place, wanted in enumerate(names):
                for name, day in sorted(days.items()):
                    if wanted in name:
                        return name, day, _CALLED.get(hint, hint), place > 0 and hint in _CALLED
    return None
