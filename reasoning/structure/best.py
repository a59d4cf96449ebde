"""The *best* or *largest* of what has no amount of its own: customers by revenue, suppliers by what is bought there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ontology.model import PropertyDef
from reasoning.retrieval.text import STOP
from reasoning.structure.plan import Key, Measure, Steps, is_functional
from reasoning.structure.taking import Draft, Given, Place, Question, beside
from reasoning.structure.ways import Ways
from reasoning.structure.words import NUMBER_WORDS, number_word, tokens

_NUMBER = rf"\d{{1,3}}|{'|'.join(NUMBER_WORDS)}"
_SIZES = (
    ("high", r"biggest|largest|most (?:important|valuable)|strongest|top|größte[nrsm]?|wichtigste[nrsm]?"),
    ("low", r"smallest|least (?:important|valuable)|weakest|kleinste[nrsm]?|unwichtigste[nrsm]?"),
    ("good", r"best|beste[nrsm]?|umsatzstärkste[nrsm]?"),
    ("bad", r"worst|schlechteste[nrsm]?|umsatzschwächste[nrsm]?"),
)
_SIZED = re.compile(
    rf"\b(?:(?P<before>{_NUMBER})\s+)?(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _SIZES)})"
    rf"(?:\s+(?P<behind>{_NUMBER}))?\b(?!-)",
    re.IGNORECASE,
)
"""``best``, ``five largest``, ``top 5``"""
_BETWEEN = 2  # words between such a word and the class


@dataclass(frozen=True, slots=True)
class Best:
    """*our five largest customers*: the draft that finds them, and the characters that say so."""

    draft: Draft
    place: Place


def bests(ways: Ways, question: Question) -> Iterator[Best]:
    """``our best customer``, ``the five largest suppliers``: ranked by what they bring in, or what is bought there.

    Only of what has no amount of its own (the largest invoice is the one with the highest total).
    """
    for match in _SIZED.finditer(question.text):
        if any(match.start() < s.stop and s.start < match.end() for s in question.spans):
            continue
        for class_name, start, end in question.classes:
            between = [w for w in tokens(question.text) if match.end() <= w.start and w.end <= start]
            if start < match.end() or len(between) > _BETWEEN or beside(ways, (class_name, start, end), question):
                continue
            nearer = any(match.end() <= s and e <= start for _, s, e in question.classes)
            if nearer or any(w.word in STOP for w in between):
                continue
            definition = ways.ontology.classes[class_name]
            if definition.amount is not None or not ways.occurs(class_name):
                continue
            good = match["good"] or match["bad"]
            found = _ranking(ways, class_name, bool(good))
            if found is None:
                continue
            name, steps, prop = found
            number = number_word(match["before"] or match["behind"] or "")
            one = question.text[start:end].casefold() != definition.plural.casefold() and not _several(
                question.text, match
            )
            said = next(m for n, _ in _SIZES if (m := match[n])).casefold()
            low = bool(match["low"] or match["bad"])
            what = f"the {'lowest' if low else 'highest'} sum of {prop.label} of {ways.ontology.classes[name].plural}"
            given = Given(
                prop, (), (Key(steps),), number if number is not None else 1 if one else None, low,
                places=(match.span(), (start, end)), taken_as=f"{said!r} means {what}",
            )  # fmt: skip
            yield Best(Draft(Measure.SUM, name, match.span(), (start, end), given), (match.start(), end))


def _several(text: str, match: re.Match[str]) -> bool:
    """Whether the verb before speaks of several: ``who are our best customers``, ``wer sind …``."""
    return re.search(r"\b(?:are|were|sind|waren)\b", text[: match.start()], re.IGNORECASE) is not None


def _ranking(ways: Ways, class_name: str, good: bool) -> tuple[str, Steps, PropertyDef] | None:
    """What things of a class are ranked by: (class, way from it, amount): revenue; of suppliers what is bought."""
    sources: Sequence[str] = ("Order", "OrderLine") if good else ("Order", "OrderLine", "PurchaseOrder", "Bill")
    for name in sources:
        prop = ways.worth(name) if ways.occurs(name) else None
        own = (
            w for w in ways.ways(name, class_name) if is_functional(w) and ways.ontology.is_a(w[-1].target, class_name)
        )
        steps = next(own, None) if prop is not None else None
        if steps and prop is not None and len(steps) <= _BETWEEN:
            return name, steps, prop
    return None
