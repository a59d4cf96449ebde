"""Comparisons with numbers, days, and what there are so many of: *customers with more than 3 open tickets*."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from reasoning.structure.conditions import Conditions
from reasoning.structure.dates import Span
from reasoning.structure.plan import Comparison, Condition, Many, is_functional
from reasoning.structure.words import SPELT, Compared, comparisons, dates_of, number_word

_ONLY = re.compile(
    rf"\b(?:only|just|nur|lediglich)\s+(?:(?:have|has|had|with|haben|hat|mit)\s+)?"
    rf"(?:(?P<number>{SPELT}|\d{{1,3}})\b|an?\b)(?:\s+(?:single|einzige[nrms]?)\b)?|"
    r"\b(?:(?:one|an?|ein(?:e[nmr]?)?)\s+)?(?:single|sole|einzige[nrms]?)\b",
    re.IGNORECASE,
)
_SINGLE_SOURCED = re.compile(r"\bsingle[- ]sourced?\b", re.IGNORECASE)


class Counting(Conditions):
    """Takes numbers and days."""

    def _limited(self) -> bool:
        """``only one supplier``, ``a single order``, ``single-source parts``: exactly so many, and no more."""
        sourced = _SINGLE_SOURCED.search(self.question.text)
        ways = self.ways.ways(self.target, "Supplier") if sourced is not None else ()
        if sourced is not None and ways:
            self.many.append(Many(ways[0], Comparison.IS, Decimal(1)))
            self.take(*sourced.span())
            return True
        for match in _ONLY.finditer(self.question.text):
            number = number_word(match["number"]) if match["number"] else 1
            if number is not None:
                self._counted(*match.span(), Comparison.IS, Decimal(number))
        return True

    def _compare(self) -> bool:
        for compared in comparisons(self.question.text):
            if any(compared.start < s.stop and s.start < compared.end for s in (*self.question.spans, *self.spent)):
                continue
            if self._many(compared):
                continue
            found = self._property_for(compared)
            if found is None:
                return False
            steps, prop = found
            value = compared.number
            if prop.unit == "DAY" and compared.unit.startswith(("week", "month", "year")):
                value *= {"w": 7, "m": 30, "y": 365}[compared.unit[0]]
            self.hold(Condition(steps, prop, compared.comparison, value), compared.start, compared.end)
            self.take(compared.start, compared.end)
        return True

    def _many(self, compared: Compared) -> bool:
        """``customers with more than 5 orders``: how many things a way leads to."""
        if compared.unit or compared.money:
            return False
        return self._counted(compared.start, compared.end, compared.comparison, compared.number)

    def _counted(self, start: int, end: int, comparison: Comparison, number: Decimal) -> bool:
        """So many things of the class that is named behind, perhaps with states before it: *no open tickets*."""
        for name, first, last in sorted(self.question.classes, key=self._near):
            between = [w for w in self.words if end <= w.start and w.end <= first]
            if first < end or len(between) > 2 or name == self.target or not self.ways.occurs(name):
                continue
            ways = self.ways.ways(self.target, name)
            if not ways or is_functional(ways[0]) or not self.left_free(first, last):
                return False
            before, held, placed = self.taken.copy(), len(self.conditions), len(self.placed)
            self.take(start, end)
            self._values_at(ways[0], name, [w for w in between if w in self.free()])
            own = tuple(replace(c, steps=()) for c in self.conditions[held:])
            del self.conditions[held:], self.placed[placed:]
            if any(w in self.free() for w in between):
                self.taken = before
                return False  # what is left over says that this was not understood
            self.many.append(Many(ways[0], comparison, number, own))
            self.many_at.append((name, last))
            self.take(start, last)
            return True
        return False

    def _days(self) -> bool:
        for span in self.question.spans:
            if span in self.spent or self._counted_then(span):
                continue
            found = self._date_for(span)
            if found is None:
                return False
            steps, prop = found
            self.hold(Condition(steps, prop, Comparison.WITHIN, span.first, span.end), span.start, span.stop)
            self.take(span.start, span.stop)
        return True

    def _near(self, named: tuple[str, int, int]) -> tuple[int, int]:
        """Where a class stands; of several that a word may mean, the one that hangs together most closely is first."""
        ways = self.ways.ways(self.target, named[0])
        return named[1], len(ways[0]) if ways else 99

    def _counted_then(self, span: Span) -> bool:
        """``more than 3 orders in 2025``: the days right behind what is counted are of that."""
        for number, (name, end) in enumerate(self.many_at):
            held = [p for p in dates_of(self.ontology, name) if p.name in self.filled(name)]
            if end <= span.start and not self.question.text[end : span.start].strip() and held:
                then = Condition((), held[0], Comparison.WITHIN, span.first, span.end)
                many = self.many[number]
                self.many[number] = replace(many, conditions=(*many.conditions, then))
                self.take(span.start, span.stop)
                return True
        return False
