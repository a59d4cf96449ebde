"""One figure of a thing against another of its own: stock *below its safety stock*, a price *below cost*."""

from __future__ import annotations

import re

from ontology.model import Datatype, PropertyDef
from reasoning.structure.absence import Absence
from reasoning.structure.plan import Comparison, Level, Steps
from reasoning.structure.words import COMPARISONS, is_at, nearest_place, property_keys

_NUMBERS = (Datatype.INTEGER, Datatype.DECIMAL, Datatype.FLOAT)
_STOCKED = ("reorder_point", "safety_stock")
"""Bounds of what is in stock; the first that a class has recorded says when more is needed."""
_AGAINST = tuple(
    (
        kind,
        re.compile(
            rf"(?<!\w)(?:{words})\s+(?:the |their |its |our |dem |der |den |das |ihre[mnr]? |seine[mnr]? )?(?=[^\W\d])",
            re.IGNORECASE,
        ),
    )
    for kind, words in COMPARISONS
    if kind is not Comparison.IS
)
_LOW = re.compile(
    r"\b(?:(?:must|should|needs?(?: to)?|has to|have to) be (?:re-?ordered|restocked)|"
    r"needs? (?:re-?ordering|restocking)|"
    r"(?:are|is)? ?(?:running|run|runs) (?:low|out|short)(?: of stock)?|low (?:on|in) stock|"
    r"(?:müssen|sollten|muss|sollte) (?:bald |jetzt )?nachbestellt werden|"
    r"nachbestellt werden (?:müssen|sollten|muss|sollte)|"
    r"gehen (?:bald )?(?:aus|zur neige))\b",
    re.IGNORECASE,
)
_OF_STOCK = """
stock stocks inventory level levels hand fall falls fallen falling drop dropped lie lies lying lager bestand bestande
lagerbestand liegen liegt gefallen fallt sinkt gesunken
"""
_IN_STOCK = frozenset(_OF_STOCK.split())


class Levels(Absence):
    """Takes words for figures that are compared with one another."""

    def _leveled(self) -> bool:
        """``below their safety stock``: what is in stock, or the figure named before, against the thing's own."""
        low = _LOW.search(self.question.text)
        bound = next((p for n in _STOCKED for p in self.properties(self.target) if p.name == n), None)
        if low is not None and bound is not None and self._hold(Comparison.AT_MOST, bound, *low.span()):
            return True
        for kind, pattern in _AGAINST:
            for match in pattern.finditer(self.question.text):
                at = next((i for i, w in enumerate(self.words) if w.start >= match.end()), len(self.words))
                for prop in self._numbers():
                    keys = sorted(property_keys(prop), key=len, reverse=True)
                    length = next((len(k) for k in keys if is_at(k, self.words, at)), 0)
                    free = length > 0 and self.words[at] in self.free()
                    if free and self._hold(kind, prop, match.start(), self.words[at + length - 1].end):
                        return True
        return True

    def _numbers(self) -> list[PropertyDef]:
        return [p for p in self.properties(self.target) if p.datatype in _NUMBERS]

    def _hold(self, kind: Comparison, bound: PropertyDef, start: int, end: int) -> bool:
        """Compare what stands before with the bound; False where nothing does that it could be compared with."""
        before = [w for w in self.free() if w.end <= start]
        found: tuple[Steps, PropertyDef] | None = None
        for prop in self._numbers():
            if prop.name == bound.name or prop.unit != bound.unit:
                continue
            key = next((k for k in property_keys(prop) if nearest_place(k, before, start) is not None), None)
            if key is not None:
                place = nearest_place(key, before, start)
                assert place is not None
                self.take(before[place].start, before[place + len(key) - 1].end)
                found = (), prop
                break
        if found is None and bound.name in _STOCKED:
            found = self._stock()
        if found is None:
            return False
        self.levels.append(Level(*found, kind, bound))
        self.take(start, end)
        for word in before:
            if word.word in _IN_STOCK:
                self.take(word.start, word.end)
        return True

    def _stock(self) -> tuple[Steps, PropertyDef] | None:
        if "Stock" not in self.ontology.classes or "quantity" not in self.filled("Stock"):
            return None
        ways = self.ways.ways(self.target, "Stock")
        return (ways[0], self.ontology.classes["Stock"].properties["quantity"]) if ways else None
