"""The ontology's own words for properties and roles, as stems, with what a question says of quantities and order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from ontology.model import Datatype, Ontology, PropertyDef, Role
from reasoning.retrieval.text import WORD, fold, stem
from reasoning.structure.plan import Comparison

_NOTHING = "of on at in is the a an was has by for to and which its it"
_EMPTY = frozenset(_NOTHING.split())
_CALLED_UNITS = "day days week weeks hour hours month months year years eur euro euros usd dollar dollars"
_UNITS = frozenset(_CALLED_UNITS.split())

COMPARISONS = (
    (Comparison.AT_LEAST, r"at least|no less than|not less than|not under|minimum of|mindestens|>=|≥"),
    (Comparison.AT_MOST, r"at most|no more than|not more than|not over|up to|maximum of|höchstens|<=|≤"),
    (
        Comparison.ABOVE,
        r"more than|greater than|higher than|larger than|longer than|above|over|exceeding|beyond|über|>",
    ),
    (Comparison.BELOW, r"less than|fewer than|lower than|smaller than|shorter than|below|under|unter|<"),
    (Comparison.IS, r"exactly|equal to|equals|genau|="),
)
_NUMBER = (
    r"(?P<sign>-)?(?P<currency>[€$£]|eur\s|usd\s)?\s?(?P<number>\d[\d.,]*\d|\d)(?P<kilo>\s?k\b)?"
    r"(?:\s?(?P<unit>%|[€$£]|[A-Za-z]+))?"
)
_COMPARED = tuple((kind, re.compile(rf"(?<!\w)(?:{words})\s*{_NUMBER}", re.IGNORECASE)) for kind, words in COMPARISONS)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the question with its place and stem."""

    start: int
    end: int
    word: str
    stem: str


@dataclass(frozen=True, slots=True)
class Compared:
    """``over 30 days``: the comparison, the number, its unit in small letters, and where it stands."""

    comparison: Comparison
    number: Decimal
    unit: str
    money: bool
    start: int
    end: int


def tokens(text: str) -> tuple[Token, ...]:
    """The words of a text."""
    return tuple(Token(m.start(), m.end(), fold(m.group()), stem(fold(m.group()))) for m in WORD.finditer(text))


def comparisons(text: str) -> tuple[Compared, ...]:
    """All comparisons with numbers, in order; thousands may have marks (``5,000``, ``5.000,00``)."""
    found: list[Compared] = []
    for kind, pattern in _COMPARED:
        for match in pattern.finditer(text):
            if any(match.start() < c.end and c.start < match.end() for c in found):
                continue
            number = _number(match["number"])
            if number is None:
                continue
            if match["kilo"]:
                number *= 1000
            unit = (match["unit"] or "").casefold()
            known = unit in _UNITS or unit in ("%", "€", "$", "£")
            end = match.end() if known or not unit else match.start("unit")
            money = bool(match["currency"]) or unit in (
                "€",
                "$",
                "£",
                "eur",
                "euro",
                "euros",
                "usd",
                "dollar",
                "dollars",
            )
            if match["sign"]:
                number = -number
            found.append(Compared(kind, number, unit if known else "", money, match.start(), end))
    return tuple(sorted(found, key=lambda c: c.start))


def _number(text: str) -> Decimal | None:
    """A number as people write it; a mark followed by three digits parts thousands, another one is the point."""
    marks = [c for c in text if c in ".,"]
    plain = text
    if len(set(marks)) == 2:
        point = text[max(text.rfind("."), text.rfind(","))]
        plain = text.replace("." if point == "," else ",", "").replace(point, ".")
    elif marks:
        whole = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", text)
        plain = re.sub(r"[.,]", "", text) if whole else text.replace(",", ".")
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def keys_of(texts: Iterable[str]) -> frozenset[tuple[str, ...]]:
    """Texts as sequences of stems, without words that say nothing."""
    found = set()
    for text in texts:
        words = [fold(m.group()) for m in WORD.finditer(text.replace("_", " "))]
        key = tuple(stem(w) for w in words if w not in _EMPTY)
        if key:
            found.add(key)
    return frozenset(found)


def property_keys(definition: PropertyDef) -> frozenset[tuple[str, ...]]:
    """What a property is called."""
    name = re.sub(r"_(?:days|on|at|hours)$", "", definition.name)
    return keys_of((definition.label, name, *definition.synonyms, *definition.labels.values()))


def role_keys(role: Role) -> frozenset[tuple[str, ...]]:
    """What a role is called, as seen from where it starts."""
    synonyms = () if role.inverse else role.relation.synonyms
    return keys_of((role.name, role.label, *synonyms))


def place_of(key: Sequence[str], words: Sequence[Token]) -> int | None:
    """Where a sequence of stems begins among words; None where it does not stand there."""
    for at in range(len(words) - len(key) + 1):
        if all(words[at + i].stem == part for i, part in enumerate(key)):
            return at
    return None


def dates_of(ontology: Ontology, class_name: str) -> tuple[PropertyDef, ...]:
    """The dates of a class, the one that a person means by "the orders of March" first.

    That is the day on which such a thing comes about, not when it is due.
    """
    definition = ontology.classes[class_name]
    listed = [p for p in definition.properties.values() if p.datatype in (Datatype.DATE, Datatype.DATETIME)]
    own = {part for key in keys_of((definition.label, definition.name)) for part in key}

    def order(prop: PropertyDef) -> tuple[int, str]:
        called = {part for key in property_keys(prop) for part in key}
        born = ("opened", "created", "issued", "placed", "sent", "received", "paid", "starts", "signed", "counted")
        if called & own:
            return 0, prop.name
        if prop.name.startswith(born):
            return 1, prop.name
        return (2 if prop.name == definition.when else 3), prop.name

    return tuple(sorted(listed, key=order))
