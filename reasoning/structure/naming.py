"""Things, sources and further classes that a question names, and words that are parts of names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from graph_engine.snapshot import fold
from reasoning.retrieval.text import STOP
from reasoning.structure.filler import DENIALS, DOERS, FILLER
from reasoning.structure.plan import Comparison, Condition, Key, Measure, Steps, Tie, is_functional
from reasoning.structure.telling import Telling
from reasoning.structure.words import Token, place_of, role_keys, tokens

_BOUGHT = """
bought buy buys purchased purchases ordered sold kauft kaufte kauften gekauft bestellt bestellte verkauft
"""
_BUYING = frozenset(_BOUGHT.split())
_RECORDED_IN = frozenset(("from", "in", "at", "aus", "im", "bei", "vom"))
VERSUS = re.compile(
    r"^(?:compare|vergleiche?)\b|\b(?:versus|vs)\b|\b(?:more|fewer|less|higher|lower|larger|smaller|bigger|mehr|weniger)\b",
    re.IGNORECASE,
)
"""``who has more orders, Acme or Braun``, ``compare the orders of Acme and Braun``"""


class Naming(Telling):
    """Takes words for things and names."""

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
                if self.keys and self.keys != [Key(steps)]:
                    return False
                self.keys = [Key(steps)]
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
        if self.given.way:
            return self.given.way
        options: list[Steps] = []
        over = [c for c, _, _ in self.question.classes if c != self.target]
        of_orders = any(is_functional(way) for way in self.ways.ways(self.target, "Order"))
        if _BUYING & {w.word for w in self.words} and not of_orders:
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

    def _origins(self) -> bool:
        """``retail orders``: the source beside a class says where the things are recorded; a table is one itself."""
        classes = [(s, e) for c, s, e in self.question.classes if c == self.target]
        for origin, start, end in self.question.origins:
            table = (start, end) in classes and origin.prefix.count("/") == 2
            before = next((w.word for w in reversed(self.words) if w.end <= start), "")
            beside = any(0 < s - end <= 1 for s, _ in classes) or before in _RECORDED_IN
            if table or (origin.prefix.count("/") == 1 and beside and self.left_free(start, end)):
                self.origins.append(origin)
                self.take(start, end)
        return True

    def _nouns(self) -> bool:
        """Other classes of the question are on the way to its things; other words may be part of a name there."""
        on_the_way = {role.target for part, _, _ in self.placed for role in part.steps}
        for name, start, end in self.question.classes:
            if any(not t for w, t in zip(self.words, self.taken, strict=True) if start <= w.start < end):
                near = name == self.target or any(self.ways.fits(c, name) for c in on_the_way)
                ways = self.ways.ways(self.target, name)
                verb = all(w.word in FILLER for w in self.words if start <= w.start < end)
                counted = [key.steps for key in self.keys]
                if not near and not verb and ways and ways[0] not in (*self.having, *counted):
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
