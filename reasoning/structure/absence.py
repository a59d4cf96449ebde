"""What there is none of, and what was not done: *customers who have not ordered since March*."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from ontology.model import Datatype
from reasoning.retrieval.text import STOP
from reasoning.structure.counting import Counting
from reasoning.structure.dates import Span, add_months
from reasoning.structure.filler import DEEDS, DENIALS, FILLER
from reasoning.structure.plan import Comparison, Condition, Many, is_functional
from reasoning.structure.taking import beside
from reasoning.structure.words import NUMBER_WORDS, dates_of, is_at, number_word, property_keys

_WITHOUT = re.compile(
    r"\b(?:without|with no|(?:have|has|had|having|there is|there are) no|ohne|keine?[nr]?)\s+"
    r"(?:an?\s+|any\s+|einen?\s+)?",
    re.IGNORECASE,
)


_FOR = re.compile(
    rf"\b(?:for|in|since|seit)\s+(?:more than\s+|over\s+|at least\s+|mehr als\s+|über\s+|mindestens\s+)?"
    rf"(?P<n>\d{{1,4}}|{'|'.join(NUMBER_WORDS)})\s+(?P<unit>day|week|month|year|tag|woche|monat|jahr)(?:s|en|e|n)?\b",
    re.IGNORECASE,
)
"""``for more than 90 days``, ``seit 6 Monaten``"""
_DAYS = {"day": 1, "week": 7, "tag": 1, "woche": 7}
_MONTHS = {"month": 1, "year": 12, "monat": 1, "jahr": 12}
_BETWEEN = 3  # words between a denial and what it denies


class Absence(Counting):
    """Takes words for what there is none of."""

    def _undone(self) -> bool:
        """``have not ordered since March``, ``without orders in 2025``: the days are of what was not done."""
        if self.ontology.classes[self.target].when is not None:
            return True  # an order that is not delivered says so itself
        for name, start, end in sorted(self._denied_deeds(), key=self._near):
            ways = self.ways.ways(self.target, name)
            if not ways or is_functional(ways[0]) or not self.ways.occurs(name):
                continue
            days = self._for_days(start)
            if days is None:
                self.lacking.append(ways[0])
            else:
                held = [p for p in dates_of(self.ontology, name) if p.name in self.filled(name)]
                if not held:
                    return False
                then = Condition((), held[0], Comparison.WITHIN, days.first, days.end)
                self.many.append(Many(ways[0], Comparison.IS, Decimal(0), (then,)))
                self.spent.append(days)
                self.take(days.start, days.stop)
            self.take(start, end)
            return True
        return True

    def _denied_deeds(self) -> Iterator[tuple[str, int, int]]:
        """What is said not to have been done, as the class that comes about by it: from the denial to the verb."""
        said = [(name, w.start, w.end) for w in self.words for name in DEEDS.get(w.word, ())]
        said += [c for c in self.question.classes if c[0] != self.target and not beside(self.ways, c, self.question)]
        for name, start, end in said:
            before = [w for w in self.words if w.end <= start][-_BETWEEN - 1 :]
            for at, word in reversed(list(enumerate(before))):
                between = before[at + 1 :]
                if word.word in DENIALS and not any(w.word in DENIALS for w in between):
                    if all(w.word in STOP or w.word in FILLER for w in between):
                        yield name, word.start, end
                    break

    def _for_days(self, start: int) -> Span | None:
        """The days of what was not done: so long until today, those behind its denial, else before it."""
        match = _FOR.search(self.question.text)
        if match is not None:
            number = number_word(match["n"])
            unit = match["unit"].casefold()
            assert number is not None
            today = self.question.today
            first = (
                today - timedelta(days=number * _DAYS[unit])
                if unit in _DAYS
                else add_months(today, -number * _MONTHS[unit])
            )
            return Span(first, None, *match.span())
        behind = [s for s in self.question.spans if s.start >= start]
        return next(iter((*behind, *reversed(self.question.spans))), None)

    def _lacks(self) -> bool:
        """``products without suppliers``: nothing is at the end of the way; ``without a price``: none is recorded."""
        for match in _WITHOUT.finditer(self.question.text):
            for name, start, end in sorted(self.question.classes, key=self._near):
                if not self.left_free(start, end):
                    continue
                if start != match.end() or name == self.target:
                    continue
                ways = self.ways.ways(self.target, name)
                if ways:
                    self.lacking.append(ways[0])
                    self.take(match.start(), end)
            if self.left_free(match.start(), match.end()):
                self._counted(match.start(), match.end(), Comparison.IS, Decimal(0))
            for prop in self.properties(self.target):
                at = next((i for i, w in enumerate(self.words) if w.start >= match.end()), len(self.words))
                key = next((k for k in property_keys(prop) if is_at(k, self.words, at)), None)
                if key is not None and self.words[at] in self.free():
                    end = self.words[at + len(key) - 1].end
                    none = Condition((), prop, Comparison.MISSING, None)
                    if prop.datatype in (Datatype.INTEGER, Datatype.DECIMAL, Datatype.FLOAT):  # a price of 0 is none
                        zero = Condition((), prop, Comparison.IS, Decimal(0))
                        self.either.append((none, zero))
                        self.placed += [(none, match.start(), end), (zero, match.start(), end)]
                    else:
                        self.hold(none, match.start(), end)
                    self.take(match.start(), end)
                    break
        return True
