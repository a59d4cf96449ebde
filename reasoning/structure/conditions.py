"""The conditions of a question: comparisons with numbers, days, words that are values, what did (not) happen."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from ontology.model import ClassDef, Datatype, PropertyDef
from reasoning.retrieval.text import STOP, stem
from reasoning.structure.dates import Span
from reasoning.structure.filler import COSTING, DENIALS, FILLER, HAPPENED, SAME_STATE
from reasoning.structure.plan import Comparison, Condition, Steps
from reasoning.structure.taking import Taking
from reasoning.structure.words import (
    Compared,
    Token,
    dates_of,
    german_stem,
    nearest_place,
    only_stem,
    place_of,
    property_keys,
    tokens,
)

_LONGEST = 4  # words of a value
_PUNCTUAL = re.compile(
    r"\b(?:(?P<overdue>overdue|past due|überfällige?[nrs]?)|(?P<on_time>on time|in time|punctual|pünktliche?[nrs]?)|"
    r"(?P<late>(?:too )?late|delayed|zu spät|verspätete?[nrs]?))\b",
    re.IGNORECASE,
)
_PUNCTUAL_KINDS = {"overdue": Comparison.OVERDUE, "on_time": Comparison.ON_TIME, "late": Comparison.LATE}
_DONE = ("delivered_on", "shipped_on", "received_on", "paid_on", "finished_on", "solved_at", "resolved_at")
"""Days on which things that were due are done; the first that a class has recorded counts."""


def due_of(filled: Collection[str]) -> str | None:
    """When things are due, among the properties that are recorded."""
    return next((n for n in ("due_on", "due_at") if n in filled), None)


def due_and_done(
    definition: ClassDef, filled: Collection[str]
) -> tuple[PropertyDef, PropertyDef, PropertyDef | None] | None:
    """When things of a class are due, are done, and are called off; None where both first are not recorded."""
    due = due_of(filled)
    done = next((n for n in _DONE if n in filled), None)
    if due is None or done is None:
        return None
    properties = definition.properties
    return properties[due], properties[done], properties["cancelled_on"] if "cancelled_on" in filled else None


def says(prop: PropertyDef, word: Token) -> bool | None:
    """Whether a word says that what the day is of has happened (shipped, versandt) or has not (unpaid); else None."""
    for shape, happened in ((word.word, True), (word.word.removeprefix("un"), False)):
        if not happened and shape == word.word:
            continue
        if shape.endswith(("ed", "id")) and (stem(shape),) in property_keys(prop):
            return happened
        if any(HAPPENED.get(one) == prop.name for one in (shape, german_stem(shape))):
            return happened
    return None


class Conditions(Taking):
    """Takes words for conditions."""

    def _property_for(self, compared: Compared) -> tuple[Steps, PropertyDef] | None:
        """The number that a comparison is about: one that words before it name, else the amount, else by its unit."""
        before = [w for w in self.free() if w.end <= compared.start]
        numbers = (Datatype.INTEGER, Datatype.DECIMAL, Datatype.FLOAT)
        own = self.amount()
        if before and before[-1].word in COSTING and own is not None and not compared.unit:
            self.take(before[-1].start, before[-1].end)  # "plans that cost more than 50"
            return (), own
        for steps, class_name in self.places():
            for prop in self.properties(class_name):
                if prop.datatype not in numbers:
                    continue
                for key in sorted(property_keys(prop), key=len, reverse=True):
                    at = nearest_place(key, before, compared.start)
                    if at is not None:
                        self.take(before[at].start, before[at + len(key) - 1].end)
                        return steps, prop
        if compared.unit.startswith(("day", "week", "month", "year")):
            for steps, class_name in self.places():
                timed = [p for p in self.properties(class_name) if p.unit == "DAY" and p.datatype in numbers]
                if len(timed) == 1:
                    return steps, timed[0]
            return None
        amount = self.amount()
        return ((), amount) if amount is not None and (compared.money or not compared.unit) else None

    def _date_for(self, span: Span) -> tuple[Steps, PropertyDef] | None:
        free = [w for w in self.free() if not (span.start <= w.start and w.end <= span.stop)]
        for steps, class_name in self.places():
            for prop in dates_of(self.ontology, class_name):
                for key in sorted(property_keys(prop), key=len, reverse=True):
                    at = nearest_place(key, free, span.start)
                    if at is not None and free[at].start > span.stop + 1:
                        continue  # "orders of March that are shipped": shipped is said for itself
                    if at is not None and prop.name in self.filled(class_name) and self.denied(free[at]) is None:
                        self.take(free[at].start, free[at + len(key) - 1].end)
                        return steps, prop
        happened = [
            (steps, name) for steps, name in self.places(beside=False) if self.ontology.classes[name].when is not None
        ]  # who ordered it in March: the order is of March, not the customer
        promised: tuple[Steps, PropertyDef] | None = None
        for steps, class_name in (*happened, *self.places()):
            held = [p for p in dates_of(self.ontology, class_name) if p.name in self.filled(class_name)]
            if held and (class_name == self.target or not held[0].name.startswith("due_")):
                return steps, held[0]
            if held and promised is None:
                promised = steps, held[0]  # when a line is due is not when it was ordered
        return promised

    def _values(self) -> bool:
        """Words that are values: ``open`` tickets, ``wholesale`` customers, tickets with priority ``high``."""
        for name, start, _ in self.question.classes:  # what stands right before another class is of that class
            if name == self.target or not (ways := self.ways.ways(self.target, name)):
                continue
            before = [w for w in self.words if w.end <= start][-2:]
            near = [w for w in before if w in self.free() and w.word not in STOP and w.word not in FILLER]
            if near:
                self._values_at(ways[0], name, near)
        for steps, class_name in self.places():
            self._values_at(steps, class_name, None)
        return True

    def _values_at(self, steps: Steps, class_name: str, among: Sequence[Token] | None) -> None:
        for prop in self.properties(class_name):
            free = [w for w in self.free() if among is None or w in among]
            if prop.datatype is Datatype.BOOLEAN:
                self._boolean(steps, prop, free)
            elif prop.datatype in (Datatype.DATE, Datatype.DATETIME) and (not steps or among is not None):
                self._happened(steps, prop, free)
            elif prop.datatype is Datatype.STRING:
                self._text_value(steps, class_name, prop, free)

    def _boolean(self, steps: Steps, prop: PropertyDef, free: Sequence[Token]) -> None:
        if any(c.prop.name == prop.name for c in self.conditions):
            return
        for key in property_keys(prop):
            at = place_of(key, free)
            if at is not None and len(key) == 1 and free[at].word.endswith("ed") and only_stem(prop, free[at]):
                continue  # tickets *opened* by customers are not the *open* ones
            if at is not None:
                denial = self.denied(free[at])
                end = free[at + len(key) - 1].end
                self.hold(Condition(steps, prop, Comparison.IS, denial is None), free[at].start, end)
                self.take((denial or free[at]).start, end)
                return

    def _happened(self, steps: Steps, prop: PropertyDef, free: Sequence[Token]) -> None:
        """``orders that are not shipped``: the day on which it happened is (not) recorded."""
        for word in free:
            said = says(prop, word)
            if word.word in FILLER or said is None:
                continue
            denial = self.denied(word)
            kind = Comparison.RECORDED if said == (denial is None) else Comparison.MISSING
            self.hold(Condition(steps, prop, kind, None), word.start, word.end)
            self.take((denial or word).start, word.end)
            return

    def _punctual(self) -> bool:
        """``late``, ``overdue``, ``on time``: what was done against the day on which it was due."""
        match = _PUNCTUAL.search(self.question.text)
        if match is None or self._is_value(match[0]):
            return True
        kind = _PUNCTUAL_KINDS[match.lastgroup or ""]
        for steps, class_name in self.places(beside=False):
            filled = self.filled(class_name)
            found = due_and_done(self.ontology.classes[class_name], filled)
            if found is None and kind is Comparison.OVERDUE and "status" in filled and (due := due_of(filled)):
                properties = self.ontology.classes[class_name].properties
                found = properties[due], properties["status"], None
            if found is not None:
                condition = Condition(steps, found[0], kind, self.question.today, done=found[1], off=found[2])
                self.hold(condition, *match.span())
                self.take(*match.span())
                return True
        return True

    def _is_value(self, text: str) -> bool:
        """Whether what is asked for has a state that is called so: what is recorded counts, nothing is reckoned."""
        key = tuple(w.word for w in tokens(text))
        listed = (p for p in self.properties(self.target) if p.datatype is Datatype.STRING)
        return any(key in self.ways.texts(self.target, p) for p in listed)

    def _text_value(self, steps: Steps, class_name: str, prop: PropertyDef, free: Sequence[Token]) -> None:
        by_key = {tuple(w.word for w in tokens(text)): text for text in prop.values}
        by_key |= self.ways.texts(class_name, prop)
        longest = min(_LONGEST, max(map(len, by_key), default=0))
        for length in range(longest, 0, -1):
            for at in range(len(free) - length + 1):
                own = free[at : at + length]
                text = by_key.get(tuple(w.word for w in own)) or (_translated(by_key, own[0]) if length == 1 else None)
                without = _translated(by_key, own[0].bare) if length == 1 and text is None and own[0].bare else None
                text = text or without
                if text is None or any(w not in self.free() for w in own) or not _tells(own):
                    continue
                denial = self.denied(own[0])
                kind = Comparison.IS if (denial is None) == (without is None) else Comparison.IS_NOT
                self.hold(Condition(steps, prop, kind, text), own[0].start, own[-1].end)
                self.take((denial or own[0]).start, own[-1].end)
                self._called(prop)

    def _called(self, prop: PropertyDef) -> None:
        """What the property of a value is called says no more: priority *high*."""
        for key in property_keys(prop):
            at = place_of(key, self.free())
            if at is not None:
                self.take(self.free()[at].start, self.free()[at + len(key) - 1].end)


def _translated(by_key: Mapping[tuple[str, ...], str], word: Token) -> str | None:
    """The value that a word for a state has in the language of the source: ``bezahlt`` where it says *paid*."""
    shapes = (word.word, word.german)
    states = (*shapes, *(s for shape in shapes for s in SAME_STATE.get(shape, ())))
    return next((by_key[(s,)] for s in states if (s,) in by_key), None)


def _tells(words: Sequence[Token]) -> bool:
    return any(w.word not in STOP and w.word not in DENIALS for w in words)
