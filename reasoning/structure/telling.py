"""Which property of the things a question adds up, compares or tells, and how many of them."""

from __future__ import annotations

import re

from ontology.model import Datatype, PropertyDef
from reasoning.retrieval.text import STOP
from reasoning.structure.conditions import says
from reasoning.structure.filler import AMOUNTS
from reasoning.structure.grouping import WORTH, Grouping
from reasoning.structure.plan import Measure
from reasoning.structure.words import (
    HOW_MANY,
    NUMBER_WORDS,
    Token,
    dates_of,
    is_telling,
    number_word,
    only_stem,
    place_of,
    property_keys,
)

_SIZED = (
    "most|largest|highest|cheapest|latest|newest|oldest|biggest|lowest|smallest|longest|shortest|heaviest|lightest|"
    "earliest|dearest|greatest|teuersten|billigsten|günstigsten|größten|kleinsten|höchsten|niedrigsten|neuesten|"
    "ältesten|längsten|kürzesten|schwersten|leichtesten|letzten|ersten"
)
_COUNTED = rf"\d{{1,3}}|{'|'.join(NUMBER_WORDS)}"
_TOP = re.compile(
    rf"\b(?:top|first|last|die ersten|{_SIZED})\s+({_COUNTED})\b(?!\s*(?:%|percent|days?|weeks?|months?|years?))|"
    rf"\b({_COUNTED})\s+(?:{_SIZED}|most recent|least expensive)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"\b({_COUNTED})\s+$", re.IGNORECASE)
_OF_PRICES = """
expensive cheapest dearest cheap cheaper dearer teuer teurer teuerst billig billiger billigst gunstig gunstiger
gunstigst
"""
_OF_TIMES = """
last latest newest recent earliest oldest first letzt neuest spatest altest fruhest erst later earlier
"""
PRICES = frozenset(_OF_PRICES.split())
"""Superlatives and comparatives of prices."""
_TIME = frozenset(_OF_TIMES.split())
_NUMBERS = (Datatype.INTEGER, Datatype.DECIMAL, Datatype.FLOAT)
_PRICED = (Datatype.DECIMAL,)
_DAYS = (Datatype.DATE, Datatype.DATETIME)


class Telling(Grouping):
    """Takes words for the property that is told."""

    def _top(self) -> bool:
        match = _TOP.search(self.question.text)
        if match is not None and self.measure in (Measure.HIGHEST, Measure.LOWEST):
            self.limit = number_word(match[1] or match[2])
            self.take(*match.span())
        elif self.measure in (Measure.HIGHEST, Measure.LOWEST):  # "which two products have the lowest price"
            before = _BEFORE.search(self.question.text[: self.named[0]])
            if before is not None:
                self.limit = number_word(before[1])
                self.take(*before.span(1))
        return True

    def _told(self) -> bool:
        """The property that is added up, compared or told."""
        if self.measure in (Measure.COUNT, Measure.LIST) or self.given.prop is not None:
            return True
        free = self.free()
        best: tuple[int, PropertyDef, int] | None = None
        when = self._when()
        said = {shape for w in self.words for shape in (w.word, w.german)}
        for prop in self.properties(self.target):
            if not self._may_be_told(prop, said):
                continue
            for key in property_keys(prop):
                at = place_of(key, free)
                if at is not None and (self.denied(free[at]) is not None or self._is_state(prop, key, free[at])):
                    continue
                if at is not None and (best is None or len(key) > best[0]):
                    best = (len(key), prop, at)
            if (
                when
                and best is None
                and (at := next((i for i, w in enumerate(free) if says(prop, w)), None)) is not None
            ):
                best = (1, prop, at)  # "wann wurde … versandt"
        if self.measure is Measure.SHARE:
            if best is None and WORTH.search(self.question.text):
                self.prop = self.amount()
            elif best is not None and self._is_shared(free[best[2]]):
                self.prop = best[1]
                self.take(free[best[2]].start, free[best[2] + best[0] - 1].end)
            return True
        if best is None and self.measure is Measure.MEAN and self.keys and not AMOUNTS & {w.word for w in free}:
            if not self.question.text[slice(*self.named)].endswith(("s", "n")):
                self.left = (self.question.text[slice(*self.named)],)
                return False  # "average rating per product": no number of ratings is asked for
            self.measure, self.averaged = Measure.COUNT, True  # "average orders per customer"
            return True
        worth = next((w for w in free if w.word in AMOUNTS), None)
        if best is None and worth is not None and self.measure is not Measure.VALUE:
            self.prop = self.amount()
            self.take(worth.start, worth.end)
            return True
        if best is not None:
            self.prop = best[1]
            self.take(free[best[2]].start, free[best[2] + best[0] - 1].end)
            if self.measure is Measure.VALUE:
                self._more()
        elif self.measure is Measure.VALUE:
            self._told_beside()
        elif self.measure in (Measure.HIGHEST, Measure.LOWEST):
            if said & PRICES:
                self.prop = self.amount()
            elif said & _TIME:
                held = [p for p in dates_of(self.ontology, self.target) if p.name in self.filled(self.target)]
                self.prop = held[0] if held else None
            elif self._sized_elsewhere():
                return False
            elif self.ontology.classes[self.target].amount is not None:
                self.prop = self.amount()
        return True

    def _mass(self) -> bool:
        """``stock per location``, ``budget per month``: of what is said in the singular, how much it is is added up."""
        definition = self.ontology.classes[self.target]
        said = self.question.text[slice(*self.named)].casefold()
        counted = (self.measure is Measure.COUNT and self.keys) or (self.measure is Measure.SUM and self.prop is None)
        if not counted or self.averaged:
            return True
        own = said == definition.label.casefold() != definition.plural.casefold()
        table = any((start, end) == self.named for _, start, end in self.question.origins) and not said.endswith("s")
        held = next((p for p in self.properties(self.target) if p.name == "quantity"), None) if own else None
        if held is None and (own or table) and definition.amount is not None:
            held = None if HOW_MANY.search(self.question.text) else self.amount()
        if held is not None:
            self.measure, self.prop = Measure.SUM, held
        return True

    def _may_be_told(self, prop: PropertyDef, said: set[str]) -> bool:
        """Whether the measure makes sense of a property."""
        match self.measure:
            case Measure.SUM | Measure.MEAN | Measure.SHARE:
                return prop.datatype in _NUMBERS
            case Measure.HIGHEST | Measure.LOWEST:
                return prop.datatype in (_DAYS if said & _TIME else _PRICED if said & PRICES else (*_NUMBERS, *_DAYS))
            case _:
                return not self._when() or prop.datatype in _DAYS

    def _is_shared(self, word: Token) -> bool:
        """Whether a share is said to be of what a word calls: it stands right behind *share of*."""
        between = [w for w in self.words if self.measured[1] <= w.start and w.end <= word.start]
        return word.start >= self.measured[1] and all(w.word in STOP for w in between)

    def _is_state(self, prop: PropertyDef, key: tuple[str, ...], word: Token) -> bool:
        """Whether a word only has the stem of a name: *open* tickets (opened on), *shipped* orders (shipping)."""
        if len(key) > 1 or self.measure is Measure.VALUE:
            return False
        if prop.datatype not in _DAYS and not word.word.endswith("ed"):
            return False
        return only_stem(prop, word)

    def _sized_elsewhere(self) -> bool:
        """Whether a property that the question names is one of other things: then nothing of these is meant."""
        free = self.free()
        for role in self.ways.roles(self.target):
            for prop in self.properties(role.target) if self.ways.occurs(role.target) else ():
                if prop.datatype in _NUMBERS and any(
                    is_telling(key) and place_of(key, free) is not None for key in property_keys(prop)
                ):
                    self.left = (prop.label,)
                    return True
        return False

    def _when(self) -> bool:
        """Whether a day is asked for."""
        return self.measure is Measure.VALUE and self.question.text.lower().startswith(("when", "wann"))

    def _told_beside(self) -> None:
        """A property of what hangs on the thing named: the lead time of a product is that of its offers."""
        free = self.free()
        for role in self.ways.roles(self.target):
            ways = self.ways.ways(role.target, self.target)
            if not self.ways.occurs(role.target) or not ways or len(self.among) != 1:
                continue
            for prop in self.properties(role.target):
                for key in property_keys(prop):
                    at = place_of(key, free)
                    if at is not None and is_telling(key):
                        entity = self.among.pop()
                        self.tie(ways[0], entity, 0, 0)
                        self.target, self.prop = role.target, prop
                        self.take(free[at].start, free[at + len(key) - 1].end)
                        return

    def _more(self) -> None:
        """Further properties that are asked for: ``list price and weight of …``."""
        for prop in self.properties(self.target):
            for key in sorted(property_keys(prop), key=len, reverse=True):
                free = self.free()
                at = place_of(key, free)
                if self._when() and prop.datatype not in (Datatype.DATE, Datatype.DATETIME):
                    continue
                if at is not None and prop != self.prop:
                    self.more.append(prop)
                    self.take(free[at].start, free[at + len(key) - 1].end)
                    break
