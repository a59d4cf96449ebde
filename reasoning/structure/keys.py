"""What things may be counted by: classes, roles, kinds, states, parts of the calendar, as a question names them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ontology.model import Datatype
from reasoning.structure.conditions import says
from reasoning.structure.joining import Joining
from reasoning.structure.periods import Period, period_at
from reasoning.structure.plan import Comparison, Key, Measure, Steps, is_functional
from reasoning.structure.taking import beside
from reasoning.structure.words import dates_of, is_at, property_keys, role_keys

_OF = re.compile(r"\s+(?:of|when|in which|der|des)\s+(?:the\s+)?", re.IGNORECASE)


_WORDS = 2  # that say which things of a class are meant


class Keys(Joining):
    """Finds keys where they are named."""

    def _said_by(self, start: int, key: Key) -> Key:
        """``orders shipped per month``: the day that the word before says."""
        word = next(w for w in self.words if w.start == start)
        for prop in dates_of(self.ontology, self.target):
            if prop.name in self.filled(self.target) and says(prop, word) is True and word in self.free():
                self.take(word.start, word.end)
                return replace(key, prop=prop)
        return key

    def _key_at(self, start: int) -> tuple[Key, int] | None:
        """What is named from a character on that things may be counted by, and where its name ends."""
        found = list(self._keys_from(start))
        return max(found, key=lambda f: (f[1], -len(f[0].steps)), default=None)

    def _keys_from(self, start: int) -> Iterator[tuple[Key, int]]:
        text = self.question.text
        at = next((i for i, w in enumerate(self.words) if w.start == start), None)
        if at is None or any(s.start <= start < s.stop for s in self.question.spans):
            return
        period = period_at(text, start)
        if period is not None:
            yield self._dated(period[0], period[1])
        for prop in dates_of(self.ontology, self.target):  # "shipping month"
            for key in property_keys(prop):
                behind = self.words[at + len(key)].start if at + len(key) < len(self.words) else -1
                if is_at(key, self.words, at) and behind > 0 and (named := period_at(text, behind)) is not None:
                    yield Key((), prop, named[0]), named[1]
        for name, begin, end in self.question.classes:
            if begin == start and not beside(self.ways, (name, begin, end), self.question):
                if name == self.target:  # "orders by order status"
                    further = next((w.start for w in self.words if w.start >= end), None)
                    if further is not None and not text[end:further].strip():
                        yield from self._properties_from(further)
                    continue
                ways = self.ways.ways(self.target, name)
                if ways:
                    yield Key(sorted(ways, key=lambda w: not is_functional(w))[0]), end
        for role in self.ways.roles(self.target):  # "tickets by assignee"
            for called in role_keys(role) if is_functional((role,)) and self.ways.occurs(role.target) else ():
                if is_at(called, self.words, at):
                    yield Key((role,)), self.words[at + len(called) - 1].end
        yield from self._properties_from(start)
        yield from self._kinds_from(at)

    def _key_behind(self, start: int) -> tuple[Key, int] | None:
        """``for every wholesale customer``: a class behind words that say which of them; these stay to be taken."""
        at = next((i for i, w in enumerate(self.words) if w.start >= start), len(self.words))
        for word in self.words[at + 1 : at + 1 + _WORDS]:
            if any(begin == word.start for _, begin, _ in self.question.classes):
                return self._key_at(word.start)
        return None

    def _kinds_from(self, at: int) -> Iterator[tuple[Key, int]]:
        """``tickets by agent``: what things are called by a kind that a value says (job title *agent*)."""
        word = self.words[at]
        if any(begin == self.words[at + 1].start for _, begin, _ in self.question.classes if at + 1 < len(self.words)):
            return  # "wholesale customers": which customers, not by what they are called
        for role in self.ways.roles(self.target):
            if not is_functional((role,)) or not self.ways.occurs(role.target):
                continue
            for prop in self.properties(role.target):
                if prop.datatype is Datatype.STRING and prop.name != self.ontology.classes[role.target].title:
                    held = self.ways.texts(role.target, prop)
                    if any((shape,) in held for shape in (word.word, word.word.removesuffix("s"))):
                        yield Key((role,)), word.end
                        break

    def _properties_from(self, start: int) -> Iterator[tuple[Key, int]]:
        """Properties by which things fall into kinds: their own, then those of what they belong to."""
        at = next(i for i, w in enumerate(self.words) if w.start == start)
        counted = self.measure in (Measure.COUNT, Measure.LIST)
        for steps, class_name in (*self._belonging(), *(self._belonging(several=True) if counted else ())):
            for prop in self.properties(class_name):
                if prop.is_money or prop.datatype not in (Datatype.STRING, Datatype.BOOLEAN, Datatype.INTEGER):
                    continue
                for key in property_keys(prop):
                    if is_at(key, self.words, at):
                        yield Key(steps, prop), self.words[at + len(key) - 1].end
                        return

    def _belonging(self, *, several: bool = False) -> Iterator[tuple[Steps, str]]:
        """The class asked for, and those that its things belong to, at most two steps away: one each (or several)."""
        queue: list[tuple[Steps, str]] = [((), self.target)]
        seen = {self.target}
        while queue:
            steps, name = queue.pop(0)
            yield steps, name
            for role in self.ways.roles(name) if len(steps) < 2 else ():
                if role.target not in seen and (several or is_functional((role,))) and self.ways.occurs(role.target):
                    seen.add(role.target)
                    queue.append(((*steps, role), role.target))

    def _dated(self, period: Period, end: int) -> tuple[Key, int]:
        """A period, with the day that is meant where the question says which: ``month of shipping``."""
        of = _OF.match(self.question.text, end)
        at = next((i for i, w in enumerate(self.words) if of is not None and w.start == of.end()), None)
        if at is not None:
            for prop in dates_of(self.ontology, self.target):
                if prop.name not in self.filled(self.target):
                    continue
                for key in property_keys(prop):
                    if is_at(key, self.words, at):
                        return Key((), prop, period), self.words[at + len(key) - 1].end
        return Key(period=period), end

    def _periods(self) -> bool:
        """Which day the periods are of: that which the question bounds, else that on which such a thing comes about."""
        for number, key in enumerate(self.keys):
            if key.period is None or key.prop is not None:
                continue
            bounded = [
                Key(c.steps, c.prop, key.period)
                for c in self.conditions
                if c.comparison is Comparison.WITHIN and is_functional(c.steps)
            ]
            found = bounded[0] if bounded else self._usual(key.period)
            if found is None:
                self.left = (key.period.value,)
                return False
            self.keys[number] = found
        return True

    def _usual(self, period: Period) -> Key | None:
        """The day on which things of the class come about, or that of what they belong to (a line: its order)."""
        for steps, class_name in self._belonging():
            if steps and self.ontology.classes[class_name].when is None:
                continue
            held = [p for p in dates_of(self.ontology, class_name) if p.name in self.filled(class_name)]
            held = [p for p in held if not p.personal]  # employees per year are not those born in it
            if held:
                return Key(steps, held[0], period)
        return None
