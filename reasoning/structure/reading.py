"""One reading of a question: its words are taken one by one, each for a part of a plan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from graph_engine.snapshot import fold
from ontology.model import Datatype, PropertyDef
from reasoning.retrieval.text import STOP
from reasoning.structure.dates import Span
from reasoning.structure.plan import Comparison, Condition, Measure, Plan, Steps, Tie
from reasoning.structure.ways import Ways
from reasoning.structure.words import (
    Compared,
    Token,
    comparisons,
    dates_of,
    place_of,
    property_keys,
    role_keys,
    tokens,
)

Draft = tuple[Measure, str, tuple[int, int], tuple[int, int]]
"""Measure, class of the things asked for, and the characters that say them."""
_TOP = re.compile(
    r"\b(?:top|first|last|die ersten)\s+(\d{1,3})\b|"
    r"\b(\d{1,3})\s+(?:most|largest|highest|cheapest|latest|newest|oldest|biggest|lowest)\b",
    re.IGNORECASE,
)
MOST = re.compile(r"\b(?:has|have|had|with|placed|raised)\s+(?:the\s+)?most\s+", re.IGNORECASE)
"""``which customer has the most …``"""
_BY = re.compile(r"\b(?:per|by|for each|je|pro)\s+(?=\w)", re.IGNORECASE)
_PRICE = frozenset({"expensive", "cheapest", "dearest", "cheap"})
_TIME = frozenset({"last", "latest", "newest", "recent", "earliest", "oldest", "first"})
_EMPTY = """
we us our all there any with have has had do does did get got give show list tell name find whose currently now right
total sum number count average mean amount many much most least top first last in made placed bought buy buys purchase
purchased ordered order belong related value worth every each per exist existing one ones long when and or es gibt haben
hat wir uns alle
"""
_FILLER = frozenset(_EMPTY.split())


_BUYING = frozenset({"bought", "buy", "buys", "purchased", "purchases", "ordered", "sold", "kauft", "kaufte"})


@dataclass(frozen=True, slots=True)
class Question:
    """What parsing needs of a question that was read."""

    text: str
    things: tuple[tuple[int, int, int], ...]
    """(entity, start, end) of the things it names."""
    classes: tuple[tuple[str, int, int], ...]
    spans: tuple[Span, ...]


def beside(ways: Ways, class_: tuple[str, int, int], question: Question) -> bool:
    """Whether a class only says what the thing beside it is: ``order #1617``."""
    name, start, end = class_
    return any(
        (0 <= first - end <= 2 or 0 <= start - last <= 2) and ways.snapshot.is_a(entity, name)
        for entity, first, last in question.things
    )


class ReadingOf:
    """One reading of a question: words are taken one by one; what is left over at the end makes it none."""

    def __init__(self, ways: Ways, question: Question, draft: Draft) -> None:
        self.ways, self.question = ways, question
        self.ontology, self.snapshot = ways.ontology, ways.snapshot
        self.measure, self.target, measured, placed = draft
        self.words = tokens(question.text)
        self.taken = [False] * len(self.words)
        self.take(*measured)
        self.take(*placed)
        for near in question.classes:
            if beside(ways, near, question):
                self.take(*near[1:])
        self.ties: list[Tie] = []
        self.conditions: list[Condition] = []
        self.prop: PropertyDef | None = None
        self.limit: int | None = None
        self.group: Steps = ()
        self.group_prop: PropertyDef | None = None
        self.among: list[int] = []
        self.more: list[PropertyDef] = []
        self.left: tuple[str, ...] = ()
        """Words that could not be placed."""

    def take(self, start: int, end: int) -> None:
        """These characters are accounted for."""
        for i, word in enumerate(self.words):
            if start <= word.start and word.end <= end:
                self.taken[i] = True

    def free(self) -> list[Token]:
        """Words that are not accounted for."""
        return [w for w, t in zip(self.words, self.taken, strict=True) if not t]

    def plan(self) -> Plan | None:
        """The plan, if every telling word is accounted for."""
        for step in (
            self._top,
            self._tie,
            self._grouped,
            self._compare,
            self._days,
            self._told,
            self._values,
            self._nouns,
        ):
            if not step():
                return None
        left = [w for w in self.free() if w.word not in STOP and w.word not in _FILLER and not w.word.isdigit()]
        if left and not self._verbs(left):
            self.left = tuple(self.question.text[w.start : w.end] for w in left)
            return None
        if self.measure in (Measure.SUM, Measure.MEAN) and self.prop is None:
            self.prop = self._amount()
        needs = (Measure.SUM, Measure.MEAN, Measure.HIGHEST, Measure.LOWEST, Measure.VALUE)
        if self.measure in needs and self.prop is None:
            return None
        if self.measure is Measure.LIST and not (self.ties or self.conditions):
            return None
        if self.measure is Measure.VALUE and not (self.among or self.ties):
            return None
        return Plan(
            self.target, self.measure, self.prop, tuple(self.ties), tuple(self.conditions), self.limit,
            tuple(self.more), self.group, self.group_prop, tuple(self.among),
            tuple(self.snapshot.title(e) for e in self.among),
        )  # fmt: skip

    # -- the parts, in the order in which they take words ------------------------------------------------------------

    def _top(self) -> bool:
        match = _TOP.search(self.question.text)
        if match is not None and self.measure in (Measure.HIGHEST, Measure.LOWEST):
            self.limit = int(match[1] or match[2])
            self.take(*match.span())
        return True

    def _tie(self) -> bool:
        for entity, start, end in self.question.things:
            self.take(start, end)
            compared = self.measure in (Measure.VALUE, Measure.HIGHEST, Measure.LOWEST)
            if compared and self.snapshot.is_a(entity, self.target):
                self.among.append(entity)
                continue
            steps = self._steps_to(entity)
            if steps is None:
                return False
            self.ties.append(Tie(steps, entity, self.snapshot.title(entity)))
        return True

    def _steps_to(self, entity: int) -> Steps | None:
        """The way to a thing, over roles that lead to it; one that a word of the question names wins."""
        options: list[Steps] = []
        over = [c for c, _, _ in self.question.classes if c != self.target]
        if _BUYING & {w.word for w in self.words}:
            over.append("Order")
        for via in (*over, ""):
            for name in self.snapshot.classes(entity):
                options += [w for w in self.ways.ways(self.target, name, via) if w not in options]
            if options:
                break
        if not options:
            return None
        free = self.free()

        def named(steps: Steps) -> bool:
            return any(place_of(key, free) is not None for step in steps for key in role_keys(step))

        best = sorted(options, key=lambda s: (len(s), not named(s), [r.name for r in s]))[0]
        for step in best:
            for key in role_keys(step):
                at = place_of(key, free)
                if at is not None:
                    self.take(free[at].start, free[at + len(key) - 1].end)
        return best

    def _compare(self) -> bool:
        for compared in comparisons(self.question.text):
            if any(compared.start < s.stop and s.start < compared.end for s in self.question.spans):
                continue
            found = self._property_for(compared)
            if found is None:
                return False
            steps, prop = found
            value = compared.number
            if prop.unit == "DAY" and compared.unit.startswith(("week", "month", "year")):
                value *= {"w": 7, "m": 30, "y": 365}[compared.unit[0]]
            self.conditions.append(Condition(steps, prop, compared.comparison, value))
            self.take(compared.start, compared.end)
        return True

    def _property_for(self, compared: Compared) -> tuple[Steps, PropertyDef] | None:
        """The number that a comparison is about: one that words before it name, else the amount, else by its unit."""
        before = [w for w in self.free() if w.end <= compared.start]
        numbers = (Datatype.INTEGER, Datatype.DECIMAL, Datatype.FLOAT)
        for steps, class_name in self._places():
            for prop in self._properties(class_name):
                if prop.datatype not in numbers:
                    continue
                for key in sorted(property_keys(prop), key=len, reverse=True):
                    at = place_of(key, before)
                    if at is not None:
                        self.take(before[at].start, before[at + len(key) - 1].end)
                        return steps, prop
        if compared.unit.startswith(("day", "week", "month", "year")):
            for steps, class_name in self._places():
                timed = [p for p in self._properties(class_name) if p.unit == "DAY" and p.datatype in numbers]
                if len(timed) == 1:
                    return steps, timed[0]
            return None
        amount = self._amount()
        return ((), amount) if amount is not None and (compared.money or not compared.unit) else None

    def _days(self) -> bool:
        for span in self.question.spans:
            found = self._date_for(span)
            if found is None:
                return False
            steps, prop = found
            self.conditions.append(Condition(steps, prop, Comparison.WITHIN, span.first, span.end))
            self.take(span.start, span.stop)
        return True

    def _date_for(self, span: Span) -> tuple[Steps, PropertyDef] | None:
        free = [w for w in self.free() if not (span.start <= w.start and w.end <= span.stop)]
        for steps, class_name in self._places():
            for prop in dates_of(self.ontology, class_name):
                for key in sorted(property_keys(prop), key=len, reverse=True):
                    at = place_of(key, free)
                    if at is not None and prop.name in self._filled(class_name):
                        self.take(free[at].start, free[at + len(key) - 1].end)
                        return steps, prop
        for steps, class_name in self._places():
            held = [p for p in dates_of(self.ontology, class_name) if p.name in self._filled(class_name)]
            if held:
                return steps, held[0]
        return None

    def _values(self) -> bool:
        """Words that are values: ``open`` tickets, ``wholesale`` customers, tickets with priority ``high``."""
        for steps, class_name in self._places():
            for prop in self._properties(class_name):
                free = self.free()
                if prop.datatype is Datatype.BOOLEAN:
                    self._boolean(steps, prop, free)
                elif prop.datatype in (Datatype.DATE, Datatype.DATETIME) and not steps:
                    self._happened(prop, free)
                elif prop.datatype is Datatype.STRING:
                    self._text_value(steps, class_name, prop, free)
        return True

    def _boolean(self, steps: Steps, prop: PropertyDef, free: Sequence[Token]) -> None:
        if any(c.prop.name == prop.name for c in self.conditions):
            return
        for key in property_keys(prop):
            at = place_of(key, free)
            if at is not None:
                place = self.words.index(free[at])
                denied = place > 0 and self.words[place - 1].word in ("not", "no", "non", "nicht")
                self.conditions.append(Condition(steps, prop, Comparison.IS, not denied))
                self.take(free[at].start, free[at + len(key) - 1].end)
                if denied:
                    self.taken[place - 1] = True
                return

    def _happened(self, prop: PropertyDef, free: Sequence[Token]) -> None:
        """``orders that are not shipped``: the day on which it happened is (not) recorded."""
        for word in free:
            if not word.word.endswith("ed") or (word.stem,) not in property_keys(prop) or word.word in _FILLER:
                continue
            place = self.words.index(word)
            denied = place > 0 and self.words[place - 1].word in ("not", "never", "nicht", "yet")
            kind = Comparison.MISSING if denied else Comparison.RECORDED
            self.conditions.append(Condition((), prop, kind, None))
            self.take(word.start, word.end)
            return

    def _text_value(self, steps: Steps, class_name: str, prop: PropertyDef, free: Sequence[Token]) -> None:
        held = self.snapshot.column(class_name, prop.name).dictionary
        if held is None or len(held) > 200:
            return
        by_key = {fold(text): text for text in held}
        for word in free:
            if word.word in by_key and word.word not in STOP:
                self.conditions.append(Condition(steps, prop, Comparison.IS, by_key[word.word]))
                self.take(word.start, word.end)
                for key in property_keys(prop):
                    at = place_of(key, self.free())
                    if at is not None:
                        self.take(self.free()[at].start, self.free()[at + len(key) - 1].end)
                return

    def _told(self) -> bool:
        """The property that is added up, compared or told."""
        if self.measure in (Measure.COUNT, Measure.LIST):
            return True
        free = self.free()
        best: tuple[int, PropertyDef, int] | None = None
        when = self._when()
        for prop in self._properties(self.target):
            if when and prop.datatype not in (Datatype.DATE, Datatype.DATETIME):
                continue
            if self.measure in (Measure.SUM, Measure.MEAN) and prop.datatype not in (
                Datatype.INTEGER, Datatype.DECIMAL, Datatype.FLOAT,
            ):  # fmt: skip
                continue
            for key in property_keys(prop):
                at = place_of(key, free)
                if at is not None and (best is None or len(key) > best[0]):
                    best = (len(key), prop, at)
        if best is not None:
            self.prop = best[1]
            self.take(free[best[2]].start, free[best[2] + best[0] - 1].end)
            if self.measure is Measure.VALUE:
                self._more()
        elif self.measure is Measure.VALUE:
            self._told_beside()
        elif self.measure in (Measure.HIGHEST, Measure.LOWEST):
            said = {w.word for w in self.words}
            if said & _PRICE:
                self.prop = self._amount()
            elif said & _TIME:
                held = [p for p in dates_of(self.ontology, self.target) if p.name in self._filled(self.target)]
                self.prop = held[0] if held else None
            else:
                self.prop = self._amount()
        return True

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
            for prop in self._properties(role.target):
                for key in property_keys(prop):
                    at = place_of(key, free)
                    if at is not None and len(key) > 1:
                        entity = self.among.pop()
                        self.ties.append(Tie(ways[0], entity, self.snapshot.title(entity)))
                        self.target, self.prop = role.target, prop
                        self.take(free[at].start, free[at + len(key) - 1].end)
                        return

    def _more(self) -> None:
        """Further properties that are asked for: ``list price and weight of …``."""
        for prop in self._properties(self.target):
            for key in sorted(property_keys(prop), key=len, reverse=True):
                free = self.free()
                at = place_of(key, free)
                if self._when() and prop.datatype not in (Datatype.DATE, Datatype.DATETIME):
                    continue
                if at is not None and prop != self.prop:
                    self.more.append(prop)
                    self.take(free[at].start, free[at + len(key) - 1].end)
                    break

    def _grouped(self) -> bool:
        if self.measure is Measure.COUNT and MOST.search(self.question.text):
            return self._grouped_most()
        match = _BY.search(self.question.text)
        if match is None or self.measure not in (Measure.COUNT, Measure.SUM):
            return True
        for name, start, end in self.question.classes:
            if start == match.end():
                ways = self.ways.ways(self.target, name)
                if not ways:
                    return False
                self.group = ways[0]
                self.take(match.start(), end)
                return True
        behind = [w for w in self.words if w.start >= match.end()]
        for prop in self._properties(self.target):
            for key in property_keys(prop):
                if place_of(key, behind) == 0 and prop.datatype in (Datatype.STRING, Datatype.BOOLEAN):
                    self.group_prop = prop
                    self.take(match.start(), behind[len(key) - 1].end)
                    return True
        return True

    def _grouped_most(self) -> bool:
        """Counted by the class that stands first; only the largest is told."""
        for name, start, end in self.question.classes:
            ways = self.ways.ways(self.target, name) if name != self.target else ()
            if ways:
                self.group, self.limit = ways[0], 1
                self.take(start, end)
                return True
        return False

    def _nouns(self) -> bool:
        """Other classes of the question are on the way to its things; other words may be part of a name there."""
        on_the_way = {role.target for tie in self.ties for role in tie.steps}
        for name, start, end in self.question.classes:
            if any(not t for w, t in zip(self.words, self.taken, strict=True) if start <= w.start < end):
                near = name == self.target or any(self.ways.fits(c, name) for c in on_the_way)
                if near or self.ways.ways(self.target, name):
                    self.take(start, end)
        for word in self.free():
            if word.word in STOP or word.word in _FILLER or word.word.isdigit():
                continue
            found = self._part_of_name(word)
            if found is not None:
                self.conditions.append(found)
                self.take(word.start, word.end)
        return True

    def _part_of_name(self, word: Token) -> Condition | None:
        """A word that stands in the names of products (or of what is asked for) that the plan can reach."""
        for class_name in dict.fromkeys((self.target, "Product")):
            definition = self.ontology.classes.get(class_name)
            if definition is None or definition.title is None or not self.ways.occurs(class_name):
                continue
            prop = definition.properties[definition.title]
            column = self.snapshot.column(class_name, prop.name)
            if column.dictionary is None:
                continue
            for shape in dict.fromkeys((word.word, word.word.removesuffix("s"))):
                if len(shape) > 2 and any(f" {shape}" in f" {fold(text)}" for text in column.dictionary):
                    ways: tuple[Steps, ...] = (
                        ((),) if class_name == self.target else self.ways.ways(self.target, class_name)
                    )
                    if ways:
                        steps = ways[0] if class_name != self.target else ()
                        return Condition(steps, prop, Comparison.CONTAINS, shape)
        return None

    def _verbs(self, left: Sequence[Token]) -> bool:
        """Whether what is left are words of the relations that the plan uses: ``supplies``, ``placed``."""
        used = [r for t in self.ties for r in t.steps] + [r for c in self.conditions for r in c.steps]
        said = {
            part
            for role in used
            for text in (
                role.relation.label,
                role.relation.inverse_label,
                role.relation.role,
                role.relation.inverse_role,
            )
            for key in role_keys(replace(role)) | {tuple(w.stem for w in tokens(text.replace("_", " ")))}
            for part in key
        }
        return all(w.stem in said for w in left)

    # -- what the plan can speak of ------------------------------------------------------------------------------------

    def _places(self) -> list[tuple[Steps, str]]:
        """Where a property may be: at the things asked for, on the ways to those named, then one role away."""
        found: list[tuple[Steps, str]] = [((), self.target)]
        for tie in self.ties:
            for length in range(1, len(tie.steps)):
                found.append((tie.steps[:length], tie.steps[length - 1].target))
        for condition in self.conditions:
            for length in range(1, len(condition.steps)):
                found.append((condition.steps[:length], condition.steps[length - 1].target))
        if len(found) == 1 or self.measure is Measure.LIST:
            found += [((role,), role.target) for role in self.ways.roles(self.target) if self.ways.occurs(role.target)]
        return list({(tuple((r.relation.name, r.inverse) for r in s), c): (s, c) for s, c in found}.values())

    def _properties(self, class_name: str) -> list[PropertyDef]:
        filled = self._filled(class_name)
        return [p for n, p in sorted(self.ontology.classes[class_name].properties.items()) if n in filled]

    def _filled(self, class_name: str) -> frozenset[str]:
        """Properties of a class that any of its things has."""
        return frozenset(
            name
            for block in self.snapshot.blocks
            if any(c in self.ontology.classes and self.ontology.is_a(c, class_name) for c in block.classes)
            for name in block.columns
        )

    def _amount(self) -> PropertyDef | None:
        definition = self.ontology.classes[self.target]
        named = definition.amount
        if named is not None and named in self._filled(self.target):
            return definition.properties[named]
        money = [p for p in self._properties(self.target) if p.is_money]
        return next(
            (p for p in money if p.name in ("total", "list_price", "price", "amount")), money[0] if money else None
        )
