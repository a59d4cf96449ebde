"""The conditions of a question: comparisons with numbers, days, words that are values, what did (not) happen."""

from __future__ import annotations

from collections.abc import Sequence

from graph_engine.snapshot import fold
from ontology.model import Datatype, PropertyDef
from reasoning.retrieval.text import STOP
from reasoning.structure.dates import Span
from reasoning.structure.filler import FILLER
from reasoning.structure.plan import Comparison, Condition, Steps
from reasoning.structure.taking import Taking
from reasoning.structure.words import Compared, Token, comparisons, dates_of, place_of, property_keys


class Conditions(Taking):
    """Takes words for conditions."""

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
        for steps, class_name in self.places():
            for prop in self.properties(class_name):
                if prop.datatype not in numbers:
                    continue
                for key in sorted(property_keys(prop), key=len, reverse=True):
                    at = place_of(key, before)
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
        for steps, class_name in self.places():
            for prop in dates_of(self.ontology, class_name):
                for key in sorted(property_keys(prop), key=len, reverse=True):
                    at = place_of(key, free)
                    if at is not None and prop.name in self.filled(class_name):
                        self.take(free[at].start, free[at + len(key) - 1].end)
                        return steps, prop
        for steps, class_name in self.places():
            held = [p for p in dates_of(self.ontology, class_name) if p.name in self.filled(class_name)]
            if held:
                return steps, held[0]
        return None

    def _values(self) -> bool:
        """Words that are values: ``open`` tickets, ``wholesale`` customers, tickets with priority ``high``."""
        for steps, class_name in self.places():
            for prop in self.properties(class_name):
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
            if not word.word.endswith("ed") or (word.stem,) not in property_keys(prop) or word.word in FILLER:
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
