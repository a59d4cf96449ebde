"""What *or* and *and* join: conditions of which one holds, things of which each is meant."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from math import prod

from reasoning.structure.filler import OR
from reasoning.structure.levels import Levels
from reasoning.structure.plan import Comparison, Condition, Part, Tie, is_functional
from reasoning.structure.words import comparisons

_CHOICES = 256  # combinations of what *or* leaves open


class Joining(Levels):
    """Takes *or* for what stands around it."""

    def joined(self) -> bool:
        """Group what is joined; an *or* between anything else means that the question was not understood."""
        parts = sorted(self.placed, key=lambda p: p[1])
        group = list(range(len(parts)))  # of each part, the first of those it is joined with

        def join(one: int, other: int) -> None:
            low, high = sorted((group[one], group[other]))
            group[:] = [low if g == high else g for g in group]

        for word in self.words:
            if word.word not in OR or any(s <= word.start < e for s, e in self._inside()):
                continue
            before = [i for i, p in enumerate(parts) if p[2] <= word.start]
            behind = [i for i, p in enumerate(parts) if p[1] >= word.end]
            if not before or not behind:
                self.left = (self.question.text[word.start : word.end],)
                return False
            join(before[-1], behind[0])
            for i in reversed(before[:-1]):  # "in Kassel, Bremen or Hamburg"
                if self.question.text[parts[i][2] : parts[i + 1][1]].strip() != ",":
                    break
                join(i, before[-1])
        for one, other in combinations(range(len(parts)), 2):
            if group[one] != group[other] and self._exclude(parts[one][0], parts[other][0]):
                join(one, other)
        for first in sorted(set(group)):
            own = tuple(p for i, (p, _, _) in enumerate(parts) if group[i] == first)
            if len(own) > 1:
                self.either.append(own)
                self.ties = [t for t in self.ties if t not in own]
                self.conditions = [c for c in self.conditions if c not in own]
        self._each()
        if prod(len(g) for g in self.either) > _CHOICES:
            self.left = ("or",)
            return False
        return True

    def _inside(self) -> list[tuple[int, int]]:
        """Characters in which an *or* joins nothing: those of names, of days, and between things that are compared."""
        found = [(s, e) for _, s, e in (*self.placed, *self.question.things)]
        found += [(c.start, c.end) for c in comparisons(self.question.text)]  # "two or more"
        if len(self.among_at) > 1:
            found.append((min(s for s, _ in self.among_at), max(e for _, e in self.among_at)))
        return found

    def _exclude(self, one: Part, other: Part) -> bool:
        """Whether two parts cannot both hold of one thing, so that *and* must mean one or the other."""
        if one.steps != other.steps or not is_functional(one.steps):
            return False
        if isinstance(one, Tie) and isinstance(other, Tie):
            return one.entity != other.entity
        if not isinstance(one, Condition) or not isinstance(other, Condition) or one.prop != other.prop:
            return False
        if one.comparison is other.comparison is Comparison.IS:
            return one.prop.functional and one.value != other.value
        if one.comparison is other.comparison is Comparison.WITHIN:
            return _ends_before(one, other) or _ends_before(other, one)
        return False

    def _each(self) -> None:
        """Several things at the end of one way are reached each over its own: who bought a pump and a ring."""
        for first in tuple(self.ties):
            own = tuple(t for t in self.ties if t.steps == first.steps)
            if first.steps and len(own) > 1:
                self.each.append(own)
                self.ties = [t for t in self.ties if t not in own]


def _ends_before(one: Condition, other: Condition) -> bool:
    return one.until is not None and isinstance(other.value, date) and one.until <= other.value
