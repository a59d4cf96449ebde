"""One reading of a question: its words are taken one by one, each for a part of a plan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from graph_engine.snapshot import fold
from ontology.model import Datatype, PropertyDef
from reasoning.retrieval.text import STOP
from reasoning.structure.conditions import says
from reasoning.structure.filler import AMOUNTS, AND, DENIALS, DOERS, FILLER, OR
from reasoning.structure.joining import Joining, is_functional
from reasoning.structure.plan import Comparison, Condition, Measure, Part, Plan, Steps, Tie
from reasoning.structure.words import Token, dates_of, place_of, property_keys, role_keys, tokens

_TOP = re.compile(
    r"\b(?:top|first|last|die ersten)\s+(\d{1,3})\b|"
    r"\b(\d{1,3})\s+(?:most|largest|highest|cheapest|latest|newest|oldest|biggest|lowest|teuersten|billigsten|"
    r"günstigsten|größten|kleinsten|höchsten|niedrigsten|neuesten|ältesten)\b",
    re.IGNORECASE,
)
MOST = re.compile(
    r"\b(?:has|have|had|with|placed|raised)\s+(?:the\s+)?most\s+|\b(?:hat|haben|hatte|mit)\s+(?:die|den)\s+meisten\s+",
    re.IGNORECASE,
)
"""``which customer has the most …``"""
VERSUS = re.compile(
    r"^(?:compare|vergleiche?)\b|\b(?:versus|vs)\b|\b(?:more|fewer|less|higher|lower|larger|smaller|bigger|mehr|weniger)\b",
    re.IGNORECASE,
)
"""``who has more orders, Acme or Braun``, ``compare the orders of Acme and Braun``"""
WORTH = re.compile(r"\b(?:revenue|turnover|sales|umsatz)\b", re.IGNORECASE)
"""What is taken in with orders."""
_RANKED = re.compile(
    r"^(?:the |die )?(?:top|best|biggest|largest|größten?|besten?)?\s*(\d{1,3})?\s*$|"
    r"\b(?:highest|most|largest|biggest|meisten|höchsten?|größten?)\b",
    re.IGNORECASE,
)
_BY = re.compile(r"\b(?:per|by|for each|je|pro)\s+(?=\w)", re.IGNORECASE)
_PRICES = """
expensive cheapest dearest cheap cheaper dearer teuer teurer teuerst billig billiger billigst gunstig gunstiger
gunstigst
"""
_TIMES = """
last latest newest recent earliest oldest first letzt neuest spatest altest fruhest erst later earlier
"""
_BOUGHT = """
bought buy buys purchased purchases ordered sold kauft kaufte kauften gekauft bestellt bestellte verkauft
"""
_PRICE, _TIME, _BUYING = (frozenset(words.split()) for words in (_PRICES, _TIMES, _BOUGHT))
_IS = re.compile(r"\b(?:is|are|was|were|has|have|had|ist|sind|war|waren|wurden?|hat|haben|hatten?)\b", re.IGNORECASE)
_HAS = re.compile(r"\b(?:have|has|had|having|with|haben|hat|hatten?|mit)\b", re.IGNORECASE)
_THAT = re.compile(r"\b(?:that|which|who|with|mit)\b", re.IGNORECASE)


class ReadingOf(Joining):
    """One reading: what is left over at the end makes it none."""

    def plan(self) -> Plan | None:
        """The plan, if every telling word is accounted for."""
        for step in (
            self._top,
            self._tie,
            self._grouped,
            self._compare,
            self._days,
            self._punctual,
            self._lacks,
            self._told,
            self._values,
            self._nouns,
        ):
            if not step():
                return None
        left = [w for w in self.free() if w.word in DENIALS or (w.word not in STOP and w.word not in FILLER | OR | AND)]
        if left and not self._verbs(left):
            self.left = tuple(self.question.text[w.start : w.end] for w in left)
            return None
        if not self.joined():
            return None
        if self.measure in (Measure.SUM, Measure.MEAN) and self.prop is None:
            self.prop = self.amount()
        if self.measure is Measure.SUM and not self._adds_up():
            return None
        needs = (Measure.SUM, Measure.MEAN, Measure.HIGHEST, Measure.LOWEST, Measure.VALUE)
        if self.measure in needs and self.prop is None:
            return None
        if self.measure is Measure.LIST and not (
            self.ties or self.conditions or self.either or self.each or self.lacking or self._has()
        ):
            return None
        if self.measure is Measure.VALUE and not (self.among or self.ties):
            return None
        made = Plan(
            self.target, self.measure, self.prop, tuple(self.ties), tuple(self.conditions), self.limit,
            tuple(self.more), self.group, self.group_prop, tuple(self.among),
            tuple(self.snapshot.title(e) for e in self.among), either=tuple(self.either), each=tuple(self.each),
            lacking=tuple(self.lacking), having=tuple(self.having), compared=tuple(self.compared),
        )  # fmt: skip
        return made if self.measure is not Measure.SHARE else self._share(made)

    def _adds_up(self) -> bool:
        """Whether no amount counts for several: an order's total is not what one of its products brought in."""
        worth = WORTH.search(self.question.text) is not None
        ways = (self.group, *(p.steps for p, _, _ in self.placed if worth))
        return all(is_functional(steps) for steps in ways)

    def _has(self) -> bool:
        """``customers that have tickets``"""
        return bool(self.having) and _HAS.search(self.question.text) is not None

    def _share(self, made: Plan) -> Plan | None:
        """``what share of the orders of Acme is late``: what stands before the verb is what it is a share of."""
        behind = [e for n, _, e in self.question.classes if n == self.target]
        text, least = self.question.text, min(behind, default=0)
        verb = next((m.start() for p in (_IS, _THAT) for m in [p.search(text, least)] if m is not None), len(text))
        later: list[Part] = [p for p, start, _ in self.placed if start >= verb]
        if not later:  # "share of open tickets of Acme"
            later = [p for p, _, _ in self.placed if isinstance(p, Condition)]
        base = replace(
            made,
            measure=Measure.LIST,
            ties=tuple(t for t in made.ties if t not in later),
            conditions=tuple(c for c in made.conditions if c not in later),
            either=tuple(g for g in made.either if not any(p in later for p in g)),
            each=tuple(g for g in made.each if not any(t in later for t in g)),
            lacking=(),
            having=(),
        )
        return replace(made, base=base) if later or made.lacking or made.having else None

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
                self.among_at.append((start, end))
                continue
            steps = self._steps_to(entity)
            if steps is None:
                return False
            if entity in self.versus:
                self.among_at.append((start, end))
                self.compared.append(entity)
                others = [t for group in self.either for t in group]
                self.either[:] = [(*others, Tie(steps, entity, self.snapshot.title(entity)))]
                if self.group and self.group != steps:
                    return False
                self.group = steps
                continue
            self.tie(steps, entity, start, end)
        return True

    @cached_property
    def versus(self) -> frozenset[int]:
        """Things of one class for each of which it is counted or added up: ``who has more orders, Acme or Braun``."""
        if self.measure not in (Measure.COUNT, Measure.SUM, Measure.MEAN) or not VERSUS.search(self.question.text):
            return frozenset()
        own = [(e, self.snapshot.classes(e)) for e, _, _ in self.question.things]
        own = [(e, c) for e, c in own if self.target not in c]
        return frozenset(e for e, c in own) if len({c for _, c in own}) == 1 and len(own) > 1 else frozenset()

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

    def _told(self) -> bool:
        """The property that is added up, compared or told."""
        if self.measure in (Measure.COUNT, Measure.LIST, Measure.SHARE):
            return True
        free = self.free()
        best: tuple[int, PropertyDef, int] | None = None
        when = self._when()
        for prop in self.properties(self.target):
            if when and prop.datatype not in (Datatype.DATE, Datatype.DATETIME):
                continue
            if self.measure in (Measure.SUM, Measure.MEAN) and prop.datatype not in (
                Datatype.INTEGER, Datatype.DECIMAL, Datatype.FLOAT,
            ):  # fmt: skip
                continue
            for key in property_keys(prop):
                at = place_of(key, free)
                if at is not None and self.denied(free[at]) is not None:
                    continue
                if at is not None and (best is None or len(key) > best[0]):
                    best = (len(key), prop, at)
            if (
                when
                and best is None
                and (at := next((i for i, w in enumerate(free) if says(prop, w)), None)) is not None
            ):
                best = (1, prop, at)  # "wann wurde … versandt"
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
            said = {shape for w in self.words for shape in (w.word, w.german)}
            if said & _PRICE:
                self.prop = self.amount()
            elif said & _TIME:
                held = [p for p in dates_of(self.ontology, self.target) if p.name in self.filled(self.target)]
                self.prop = held[0] if held else None
            elif self.ontology.classes[self.target].amount is not None:
                self.prop = self.amount()
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
            for prop in self.properties(role.target):
                for key in property_keys(prop):
                    at = place_of(key, free)
                    if at is not None and len(key) > 1:
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

    def _grouped(self) -> bool:
        if self.measure is Measure.COUNT and MOST.search(self.question.text):
            return self._grouped_most()
        if self.measure is Measure.SUM and self._ranked():
            return True
        match = _BY.search(self.question.text)
        if match is None or self.measure not in (Measure.COUNT, Measure.SUM) or self.group:
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
        for prop in self.properties(self.target):
            for key in property_keys(prop):
                if place_of(key, behind) == 0 and prop.datatype in (Datatype.STRING, Datatype.BOOLEAN):
                    self.group_prop = prop
                    self.take(match.start(), behind[len(key) - 1].end)
                    return True
        return True

    def _ranked(self) -> bool:
        """``top 5 customers by revenue``, ``which customer has the highest revenue``: only the largest are told."""
        worth = WORTH.search(self.question.text)
        if worth is None:
            return False
        for name, start, end in self.question.classes:
            ways = self.ways.ways(self.target, name) if name != self.target and end <= worth.start() else ()
            between, before = self.question.text[end : worth.start()], self.question.text[:start]
            most = _RANKED.search(between)
            top = _RANKED.match(before)
            if not ways or not (most or (top and re.search(r"\b(?:by|nach)\s*$", between.strip()))):
                continue
            self.group, self.limit = ways[0], int(top[1]) if top and top[1] else 1 if most else None
            self.take(0 if top else start, worth.end())
            return True
        return False

    def _grouped_most(self) -> bool:
        """Counted by the class that stands first; only the largest is told."""
        for name, start, end in self.question.classes:
            ways = self.ways.ways(self.target, name) if name != self.target else ()
            if ways:
                self.group, self.limit = ways[0], 1
                self.take(start, end)
                return True
        ways = self.ways.ways(self.target, "Customer")  # "who has the most …"
        if ways:
            self.group, self.limit = ways[0], 1
        return bool(ways)

    def _nouns(self) -> bool:
        """Other classes of the question are on the way to its things; other words may be part of a name there."""
        on_the_way = {role.target for part, _, _ in self.placed for role in part.steps}
        for name, start, end in self.question.classes:
            if any(not t for w, t in zip(self.words, self.taken, strict=True) if start <= w.start < end):
                near = name == self.target or any(self.ways.fits(c, name) for c in on_the_way)
                ways = self.ways.ways(self.target, name)
                verb = all(w.word in FILLER for w in self.words if start <= w.start < end)
                if not near and not verb and ways and ways[0] not in self.having:
                    self.having.append(ways[0])
                if near or ways:
                    self.take(start, end)
        for text, start, end in self.question.phrases:
            found = self._named_so(fold(text))
            if found is not None and all(w in self.free() for w in self.words if start <= w.start < end):
                self.hold(found, start, end)
                self.take(start, end)
        for word in self.free():
            if word.word in STOP or word.word in FILLER or word.word in DENIALS or word.word.isdigit():
                continue
            found = self._part_of_name(word)
            if found is not None and self.denied(word) is None:
                self.hold(found, word.start, word.end)
                self.take(word.start, word.end)
        return True

    def _part_of_name(self, word: Token) -> Condition | None:
        shapes = dict.fromkeys((word.word, word.word.removesuffix("s"), word.german))
        return next((c for shape in shapes if len(shape) > 2 and (c := self._named_so(shape)) is not None), None)

    def _named_so(self, text: str) -> Condition | None:
        """What stands in the names of products (or of what is asked for) that the plan can reach."""
        for class_name in dict.fromkeys((self.target, "Product")):
            definition = self.ontology.classes.get(class_name)
            if definition is None or definition.title is None or not self.ways.occurs(class_name):
                continue
            prop = definition.properties[definition.title]
            held = self.snapshot.column(class_name, prop.name).dictionary
            if held is None or not any(f" {text}" in f" {fold(name)}" for name in held):
                continue
            ways: tuple[Steps, ...] = ((),) if class_name == self.target else self.ways.ways(self.target, class_name)
            if ways:
                return Condition(ways[0], prop, Comparison.CONTAINS, text)
        return None

    def _verbs(self, left: Sequence[Token]) -> bool:
        """Whether what is left are words of the relations that the plan uses: ``supplies``, ``placed``."""
        used = [r for part, _, _ in self.placed for r in part.steps]
        said = {
            part
            for role in used
            for text in (
                role.relation.label,
                role.relation.inverse_label,
                role.relation.role,
                role.relation.inverse_role,
            )
            for key in role_keys(role) | {tuple(w.stem for w in tokens(text.replace("_", " ")))}
            for part in key
        }
        said |= {verb.stem for verb in tokens(DOERS.get(self.target, ""))} if self.ties or self.conditions else set()
        return all((w.stem in said or w.german in said) and w.word not in DENIALS for w in left)
