"""One reading of a question: its words are taken one by one, each for a part of a plan."""

from __future__ import annotations

import re
from dataclasses import replace

from reasoning.retrieval.text import STOP
from reasoning.structure.filler import AGAINST, AND, BOTH, COMPARING, DENIALS, FILLER, LIMITING, MEANS, OR
from reasoning.structure.grouping import WORTH
from reasoning.structure.naming import Naming
from reasoning.structure.plan import Measure, Plan, is_functional
from reasoning.structure.shares import VERB, base_of, in_each

_HAS = re.compile(r"\b(?:have|has|had|having|with|haben|hat|hatten?|mit)\b", re.IGNORECASE)


_WE_BUY = re.compile(r"\bwe\s+(?:buy|bought|purchased?|order(?:ed)?)\b|\b(?:kaufen|bestellen) wir\b", re.IGNORECASE)


class ReadingOf(Naming):
    """One reading: what is left over at the end makes it none."""

    def plan(self) -> Plan | None:
        """The plan, if every telling word is accounted for."""
        for step in (
            self._top,
            self._grouped,
            self._tie,
            self._undone,
            self._limited,
            self._leveled,
            self._compare,
            self._days,
            self._periods,
            self._punctual,
            self._lacks,
            self._told,
            self._mass,
            self._values,
            self._origins,
            self._nouns,
        ):
            if not step():
                return None
        left = [w for w in self.free() if self._tells(w.word) or (w.word in LIMITING and w.start > self.named[1])]
        if not self.question.things and _WE_BUY.search(self.question.text):
            self.left = ("buy",)  # what we buy is not what there is
            return None
        if left and not self._verbs(left):
            self.left = tuple(self.question.text[w.start : w.end] for w in left)
            return None
        if not self.joined():
            return None
        if self.measure in (Measure.SUM, Measure.MEAN) and self.prop is None:
            self.prop = self.amount()
        added = self.measure is Measure.SUM or (self.measure is Measure.SHARE and self.prop is not None)
        return self._made() if self._enough() and (not added or self._adds_up()) else None

    def _tells(self, word: str) -> bool:
        """Whether a word that is left over says something."""
        if word in DENIALS | COMPARING or (word in MEANS and self.measure is not Measure.MEAN and not self.averaged):
            return True
        if word in AGAINST and not self.compared and not self.among:
            return True
        if word in BOTH and len(self.question.spans) > 1:
            return True  # "in both January and February" is neither of the two
        if self.measure is Measure.SHARE and VERB.fullmatch(word):
            return False
        return word not in STOP and word not in FILLER | OR | AND

    def _enough(self) -> bool:
        """Whether what was read is a question that has an answer."""
        if self.averaged and not self.keys:
            self.left = ("average",)
            return False
        needs = (Measure.SUM, Measure.MEAN, Measure.HIGHEST, Measure.LOWEST, Measure.VALUE)
        if self.measure in needs and self.prop is None:
            return False
        held = self.ties or self.conditions or self.either or self.each or self.lacking or self.origins or self.levels
        if self.measure is Measure.LIST and not (held or self.many or self._has()):
            return False
        return self.measure is not Measure.VALUE or bool(self.among or self.ties)

    def _made(self) -> Plan | None:
        made = Plan(
            self.target, self.measure, self.prop, tuple(self.ties), tuple(self.conditions), self.limit,
            tuple(self.more), tuple(self.keys), self.smallest, self.averaged, tuple(self.among),
            tuple(self.snapshot.title(e) for e in self.among), either=tuple(self.either), each=tuple(self.each),
            lacking=tuple(self.lacking), having=tuple(self.having), many=tuple(self.many),
            levels=tuple(self.levels),
            compared=tuple(self.compared), shares=self.shares,
            origins=tuple(self.origins), taken_as=self.given.taken_as,
        )  # fmt: skip
        if self.shares:
            base = in_each(made, self.placed)
            return made if base is None else replace(made, base=base)
        if self.measure is not Measure.SHARE:
            return made
        behind = [e for n, _, e in self.question.classes if n == self.target]
        base = base_of(made, self.question.text, min(behind, default=self.named[1]), self.placed)
        return None if base is None else replace(made, base=base)

    def _adds_up(self) -> bool:
        """Whether no amount counts for several: an order's total is not what one of its products brought in."""
        worth = WORTH.search(self.question.text) is not None
        ways = (*(k.steps for k in self.keys), *(p.steps for p, _, _ in self.placed if worth))
        return all(is_functional(steps) for steps in ways)

    def _has(self) -> bool:
        """``customers that have tickets``"""
        return bool(self.having) and _HAS.search(self.question.text) is not None
