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
EMPTY = frozenset(_NOTHING.split())
"""Words that names of properties, relations and measures do without."""
_CALLED_UNITS = (
    "day days week weeks hour hours month months year years eur euro euros usd dollar dollars "
    "tag tage tagen woche wochen stunde stunden monat monate monaten jahr jahre jahren"
)
_ENGLISH = {"tag": "day", "woche": "week", "wochen": "week", "monat": "month", "jahr": "year", "stunde": "hour"}
_ENDINGS = ("ern", "em", "en", "er", "es", "e", "n", "s")
_LONG = 8  # letters of a stem
UNITS = frozenset(_CALLED_UNITS.split())

NUMBER_WORDS = {
    word: number
    for number, words in enumerate(
        ("two zwei", "three drei", "four vier", "five fünf", "six sechs", "seven sieben", "eight acht", "nine neun",
         "ten zehn"),
        2,
    )
    for word in words.split()
}  # fmt: skip
_ONE = dict.fromkeys(("one", "ein", "eine", "einen", "einem", "einer"), 1)
SPELT = "|".join((*NUMBER_WORDS, *_ONE))
"""Numbers up to ten as words."""

COMPARISONS = (
    (Comparison.AT_LEAST, r"at least|no less than|not less than|not under|minimum of|mindestens|>=|≥"),
    (Comparison.AT_MOST, r"at most|no more than|not more than|not over|up to|maximum of|höchstens|maximal|bis zu|<=|≤"),
    (
        Comparison.ABOVE,
        r"(?:more|greater|higher|larger|longer|dearer) than|above|over|exceeding|beyond|"
        r"(?:mehr|größer|höher|länger|teurer) als|über|>",
    ),
    (
        Comparison.BELOW,
        r"(?:less|fewer|lower|smaller|shorter|cheaper) than|below|under|"
        r"(?:weniger|kleiner|kürzer|billiger) als|unter|<",
    ),
    (Comparison.IS, r"exactly|equal to|equals|genau|="),
)
_NUMBER = (
    r"(?P<sign>-)?(?P<currency>[€$£]|eur\s|usd\s)?\s?(?P<number>\d[\d.,]*\d|\d|(?:" + SPELT + r")\b)(?P<kilo>\s?k\b)?"
    r"(?:\s?(?P<unit>%|[€$£]|[A-Za-z]+))?"
)
_BEHIND = tuple(
    (kind, re.compile(rf"(?<![\w.,]){_NUMBER}\s+(?:or|oder)\s+(?:{words})\b(?!\s*[\d€$£])", re.IGNORECASE))
    for kind, words in (
        (Comparison.AT_LEAST, r"more|longer|later|higher|above|mehr|länger"),
        (Comparison.AT_MOST, r"less|fewer|shorter|lower|below|weniger|kürzer"),
    )
)
"""``30 days or more``"""
_BETWEEN = re.compile(
    r"\b(?:between|zwischen)\s+(?P<currency>[€$£])?\s?(?P<low>\d[\d.,]*\d|\d)\s*(?:€|eur)?\s+(?:and|und)\s+"
    r"[€$£]?\s?(?P<high>\d[\d.,]*\d|\d)(?!\d)(?:\s?(?P<unit>[A-Za-z]+))?",
    re.IGNORECASE,
)
_COMPARED = tuple((kind, re.compile(rf"(?<!\w)(?:{words})\s*{_NUMBER}", re.IGNORECASE)) for kind, words in COMPARISONS)
HOW_MANY = re.compile(r"\b(?:how many|number of|wie ?viele|anzahl(?: der)?)\b(?:\s+(?:of|von)\b)?", re.IGNORECASE)
"""What asks for a number of things."""
_ENDED = frozenset(pattern for _, pattern in _BEHIND)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the question with its place and stem."""

    start: int
    end: int
    word: str
    stem: str
    german: str
    """The stem it has if it is German."""

    @property
    def bare(self) -> Token | None:
        """The word without an *un-* that turns it around (unpaid, unbezahlt)."""
        word = self.word.removeprefix("un")
        if word == self.word or len(word) < 4:
            return None
        return Token(self.start, self.end, word, stem(word), german_stem(word))


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
    found = ((m, fold(m.group())) for m in WORD.finditer(text))
    return tuple(Token(m.start(), m.end(), word, stem(word), german_stem(word)) for m, word in found)


def german_stem(word: str) -> str:
    """A folded word without the ending of a German plural, case or adjective: one ending, four letters stay."""
    for end in _ENDINGS:
        if word.endswith(end):
            return word[: -len(end)] if len(word) - len(end) >= 4 else word
    return word


def comparisons(text: str) -> tuple[Compared, ...]:
    """All comparisons with numbers, in order; thousands may have marks (``5,000``, ``5.000,00``)."""
    found: list[Compared] = []
    for match in _BETWEEN.finditer(text):
        low, high = (_number(match[side]) for side in ("low", "high"))
        if low is not None and high is not None:
            unit, money = (match["unit"] or "").casefold(), bool(match["currency"])
            unit = unit if unit in UNITS else ""
            for kind, bound in ((Comparison.AT_LEAST, low), (Comparison.AT_MOST, high)):
                found.append(Compared(kind, bound, _in_english(unit), money, match.start(), match.end()))
    for kind, pattern in (*_BEHIND, *_COMPARED):
        for match in pattern.finditer(text):
            if any(match.start() < c.end and c.start < match.end() for c in found):
                continue
            number = _number(match["number"])
            if number is None:
                continue
            if match["kilo"]:
                number *= 1000
            unit = (match["unit"] or "").casefold()
            known = unit in UNITS or unit in ("%", "€", "$", "£")
            end = match.end() if known or not unit or pattern in _ENDED else match.start("unit")
            unit = _in_english(unit)
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


def _in_english(unit: str) -> str:
    return next((english for word, english in _ENGLISH.items() if unit.startswith(word)), unit)


def _number(text: str) -> Decimal | None:
    """A number as people write it; a mark followed by three digits parts thousands, another one is the point."""
    if text.isalpha():
        spelt = number_word(text)
        return None if spelt is None else Decimal(spelt)
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


def number_word(text: str) -> int | None:
    """A small number, in digits or as a word."""
    key = text.casefold()
    return int(text) if text.isdigit() else NUMBER_WORDS.get(key, _ONE.get(key))


def keys_of(texts: Iterable[str]) -> frozenset[tuple[str, ...]]:
    """Texts as sequences of stems (English and German ones), without words that say nothing."""
    found = set()
    for text in texts:
        words = [w for m in WORD.finditer(text.replace("_", " ")) if (w := fold(m.group())) not in EMPTY]
        if words:
            found |= {tuple(stem(w) for w in words), tuple(german_stem(w) for w in words)}
    return frozenset(found)


def property_keys(definition: PropertyDef) -> frozenset[tuple[str, ...]]:
    """What a property is called."""
    name = re.sub(r"_(?:days|on|at|hours)$", "", definition.name)
    return keys_of((definition.label, name, *definition.synonyms, *definition.labels.values()))


def only_stem(definition: PropertyDef, word: Token) -> bool:
    """Whether a word has but the stem of a word that a property is called by: *opened* is not *open*."""
    called = (definition.label, definition.name.replace("_", " "), *definition.synonyms, *definition.labels.values())
    return word.word not in {w.word for text in called for w in tokens(text)}


def is_telling(key: Sequence[str]) -> bool:
    """Whether what a property is called says which one is meant by itself: several words, or a long (compound) one."""
    return len(key) > 1 or len(key[0]) >= _LONG


def role_keys(role: Role) -> frozenset[tuple[str, ...]]:
    """What a role is called, as seen from where it starts."""
    synonyms = () if role.inverse else role.relation.synonyms
    return keys_of((role.name, role.label, *synonyms))


def place_of(key: Sequence[str], words: Sequence[Token]) -> int | None:
    """Where a sequence of stems begins among words; None where it does not stand there."""
    for at in range(len(words) - len(key) + 1):
        if is_at(key, words, at):
            return at
    return None


def is_at(key: Sequence[str], words: Sequence[Token], at: int) -> bool:
    """Whether a sequence of stems stands at a place among words."""
    own = words[at : at + len(key)]
    if len(own) < len(key):
        return False
    return all(w.stem == k for w, k in zip(own, key, strict=True)) or all(
        w.german == k for w, k in zip(own, key, strict=True)
    )


def nearest_place(key: Sequence[str], words: Sequence[Token], start: int) -> int | None:
    """Where a sequence of stems stands among words nearest to a character; before it rather than behind it."""
    places = [at for at in range(len(words) - len(key) + 1) if is_at(key, words, at)]
    if not places:
        return None
    return min(places, key=lambda at: (words[at].start > start, abs(words[at].start - start)))


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
