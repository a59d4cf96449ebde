"""Questions for figures that are declared as measures: *the unit cost of the pump*, *products by days of cover*."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from graph_engine.snapshot import COMPANY
from ontology.errors import KnockonError
from reasoning.answers.reader import Ask
from reasoning.answers.types import Answer, Fact, Kind, Statement, Table
from reasoning.answers.wording import fact_text
from reasoning.measures.catalogue import Measures
from reasoning.measures.evaluate import Results, evaluate
from reasoning.measures.listing import Listing, Row, listing
from reasoning.measures.trace import trace
from reasoning.measures.types import Cell, Measure, Options
from reasoning.measures.wording import text
from reasoning.network import Network
from reasoning.retrieval.text import STOP
from reasoning.structure.filler import FILLER
from reasoning.structure.words import EMPTY, Token, keys_of, number_word, place_of, property_keys, tokens

Held = date | Literal["any"]

_SURE = 0.9
"""Confidence of an exact answer: what is left is that the reading was not meant."""
_LISTED = 10
_TOLD = 3
_INPUTS = 6
_HIGH = re.compile(
    r"\b(?:highest|most|largest|biggest|longest|top|best|höchste[nrs]?|größte[nrs]?|längste[nrs]?)\b", re.I
)
_LOW = re.compile(r"\b(?:lowest|least|smallest|shortest|worst|niedrigste[nrs]?|kleinste[nrs]?|kürzeste[nrs]?)\b", re.I)
_BY = re.compile(r"\b(?:by|nach)\b", re.I)
_UNRECORDED = "something that it rests on is not recorded"
_EXPLAINED = "`knockon measures values {name} --explain THING` follows it down to the rows."


@dataclass(frozen=True, slots=True)
class Figures:
    """The measures of a company, those that who asks may not see, and the time zone that days are of."""

    measures: Measures
    withheld: frozenset[str] = frozenset()
    zone: str = "UTC"

    def of(self, class_name: str) -> tuple[Measure, ...]:
        """What things of a class have."""
        return tuple(m for m in self.measures.of_class(class_name) if m.name not in self.withheld)


class Measured:
    """Answers questions for measures over one version of the graph.

    Args:
        figures: gives the measures; asked for with the first such question.
    """

    def __init__(self, network: Network, figures: Callable[[], Figures]) -> None:
        self._network = network
        self._given = figures

    def answer(self, ask: Ask, things: tuple[int, ...], base: Answer, valid_at: Held) -> Answer | None:
        """The answer; None where the question names no measure, or says more than that."""
        figures = self._held()
        if figures is None or len(things) > 1 or (ask.names and not things):
            return None
        options = _options(figures, base, valid_at)
        if things:
            measure = _meant(self._of(things[0], figures), self._around(ask, things[0]))
            return None if measure is None else self._of_thing(measure, things[0], figures, options, base)
        return self._ranked(ask, figures, options, base) or self._of_company(ask, figures, options, base)

    def exact(self, ask: Ask, things: tuple[int, ...], base: Answer, valid_at: Held) -> Answer | None:
        """The answer where a thing's measure is called by its whole name, of two words and more.

        Such a name (*unit cost*) would else be taken for a property that shares a word with it (*standard cost*).
        """
        words = self._around(ask, things[0]) if len(things) == 1 else []
        if sum(map(_tells, words)) < 2 or self._is_property(things[0], words):
            return None
        figures = self._held()
        measure = None if figures is None else _named(self._of(things[0], figures), words)
        if figures is None or measure is None:
            return None
        return self._of_thing(measure, things[0], figures, _options(figures, base, valid_at), base)

    def _held(self) -> Figures | None:
        """The measures; None where a file of them is wrong: `knockon check` says what."""
        try:
            return self._given()
        except KnockonError:
            return None

    def _is_property(self, thing: int, words: Sequence[Token]) -> bool:
        """Whether the thing has a property of that name, which is recorded and not worked out."""
        known = (self._network.ontology.classes.get(c) for c in self._network.snapshot.classes(thing))
        held = [p for d in known if d is not None for p in d.properties.values()]
        told = [w for w in words if _tells(w)]
        return any(len(key) == len(told) and place_of(key, told) == 0 for p in held for key in property_keys(p))

    def _of(self, thing: int, figures: Figures) -> list[Measure]:
        known = figures.measures.ontology.classes
        held = [m for c in self._network.snapshot.classes(thing) if c in known for m in figures.of(c)]
        return list(dict.fromkeys(held))

    def _around(self, ask: Ask, thing: int) -> list[Token]:
        """Words of the question but those that name the thing."""
        own = [(s, e) for c, s, e in ask.classes if self._network.snapshot.is_a(thing, c)]
        return _outside(ask.text, [*((n.start, n.end) for n in ask.names), *own])

    def _of_thing(self, measure: Measure, thing: int, figures: Figures, options: Options, base: Answer) -> Answer:
        return self._told(measure, [self._network.snapshot.entity_id(thing)], figures, options, base)

    def _of_company(self, ask: Ask, figures: Figures, options: Options, base: Answer) -> Answer | None:
        if not self._network.snapshot.has_company:
            return None
        measure = _meant(figures.of(COMPANY), _outside(ask.text, ()))
        company = self._network.entity(self._network.snapshot.size)
        return None if measure is None else self._told(measure, [company.id], figures, options, base)

    def _told(self, measure: Measure, ids: Sequence[str], figures: Figures, options: Options, base: Answer) -> Answer:
        results = evaluate(self._network.snapshot, figures.measures, options, names=[measure.name])
        found = listing(results, self._network, measure.name, entities=ids)
        row = found.rows[0]
        title = row.entity.title if row.entity.class_name != COMPANY else "the company"
        periods = found.periods
        plan = f"measure {measure.name} = {measure.formula}"
        notes = (f"What it says: {measure.description}",) if measure.description else ()
        value = next((v for v in row.values if v.fault is not None or v.value is None), None)
        if value is not None and (periods is None or value.fault is not None):
            why = _UNRECORDED if value.fault is None else value.fault.text
            told = f"{measure.label} of {title} cannot be worked out: {why.rstrip('.')}."
            return replace(base, plan=plan, notes=(*base.notes, told, *notes))
        if periods is not None:
            table = Table(
                (measure.axis or "", measure.label),
                tuple((periods.label(n), text(v, measure)) for n, v in enumerate(row.values)), (), len(row.values),
            )  # fmt: skip
            told = f"{measure.label} of {title}, by {measure.axis}: {text(row.values[0], measure)} in "
            told += f"{periods.label(0)}, {text(row.values[-1], measure)} in {periods.label(len(periods) - 1)}."
            statement = Statement(told, (), derived=True)
            return replace(
                base, kind=Kind.STRUCTURE, plan=plan, statements=(statement,), table=table, confidence=_SURE,
                notes=(*base.notes, *notes),
            )  # fmt: skip
        facts = self._facts(results, measure, row)
        told = f"{measure.label} of {title}: {text(row.values[0], measure)}."
        statement = Statement(told, tuple(f.number for f in facts), derived=True)
        return replace(
            base, kind=Kind.STRUCTURE, plan=plan, statements=(statement,), facts=facts, confidence=_SURE,
            notes=(*base.notes, *notes, _EXPLAINED.format(name=measure.name)),
        )  # fmt: skip

    def _facts(self, results: Results, measure: Measure, row: Row) -> tuple[Fact, ...]:
        """What the formula reads, each with the rows that say so."""
        why = trace(results, self._network, Cell(measure.name, row.entity.id), depth=2)
        found: list[Fact] = []
        waiting = list(why.operands)
        while waiting and len(found) < _INPUTS:
            operand = waiting.pop(0)
            if operand.trace is not None:
                waiting += operand.trace.operands
            if operand.entity is not None and operand.records:
                said = f"{operand.label}: {text(operand.value)}"
                found.append(Fact(len(found) + 1, operand.entity, said, operand.records))
        return tuple(found)

    def _ranked(self, ask: Ask, figures: Figures, options: Options, base: Answer) -> Answer | None:
        """``which products have the lowest days of cover``, ``customers by margin``."""
        high, low, by = _HIGH.search(ask.text), _LOW.search(ask.text), _BY.search(ask.text)
        first = next(iter(ask.classes), None)
        if first is None or not (high or low or by):
            return None
        places = [m.span() for m in (high, low, by) if m is not None] + [first[1:]]
        words = [w for w in _outside(ask.text, places) if number_word(w.word) is None]
        measure = _meant(figures.of(first[0]), words)
        if measure is None or measure.axis is not None:
            return None
        results = evaluate(self._network.snapshot, figures.measures, options, names=[measure.name])
        descending = True if high else False if low else None
        number = next((n for w in tokens(ask.text) if (n := number_word(w.word)) is not None and n > 1), None)
        found = listing(
            results, self._network, measure.name, class_name=first[0], descending=descending, limit=number or _LISTED
        )
        return self._list_told(found, measure, base)

    def _list_told(self, found: Listing, measure: Measure, base: Answer) -> Answer:
        rows = [r for r in found.rows if r.values[0].value is not None]
        plan = f"measure {measure.name} = {measure.formula}"
        if not rows:
            faults = "; ".join(fault.text for fault, _ in found.faults[:_TOLD])
            told = f"{measure.label} cannot be worked out for any of them: {faults or _UNRECORDED}."
            return replace(base, plan=plan, notes=(*base.notes, told))
        facts = tuple(
            Fact(n, r.entity, fact_text(self._network, at), self._network.records(self._network.snapshot.records(at)))
            for n, r in enumerate(rows[:_TOLD], 1)
            if (at := self._network.snapshot.exact(r.entity.id)) is not None
        )
        listed = "; ".join(f"{r.entity.title} {text(r.values[0], measure)}" for r in rows[:_TOLD])
        more = f" and {len(rows) - _TOLD} more" if len(rows) > _TOLD else ""
        statement = Statement(f"{measure.label}: {listed}{more}.", tuple(f.number for f in facts), derived=True)
        table = Table(
            (self._network.ontology.classes[measure.class_name].label, measure.label),
            tuple((r.entity.title, text(r.values[0], measure)) for r in rows), tuple(r.entity.id for r in rows),
            found.known,
        )  # fmt: skip
        unknown = (f"{found.unknown:,} have no value.",) if found.unknown else ()
        return replace(
            base, kind=Kind.STRUCTURE, plan=plan, statements=(statement,), facts=facts, table=table, confidence=_SURE,
            notes=(*base.notes, *unknown),
        )  # fmt: skip


def _options(figures: Figures, base: Answer, valid_at: Held) -> Options:
    return Options(base.as_of, None if valid_at == "any" else valid_at, zone=figures.zone)


def _outside(question: str, inside: Sequence[tuple[int, int]]) -> list[Token]:
    """Words of a question outside some places."""
    return [w for w in tokens(question) if not any(s <= w.start and w.end <= e for s, e in inside)]


def _tells(word: Token) -> bool:
    return word.word not in STOP and word.word not in FILLER


def _named(measures: Sequence[Measure], words: Sequence[Token]) -> Measure | None:
    """The one measure that is called by words which stand together, where no other word says anything."""
    held = [w for w in words if w.word not in EMPTY]
    found: dict[Measure, int] = {}
    for measure in measures:
        for key in keys_of((measure.label, measure.short.replace("_", " "))):
            at = place_of(key, held)
            if at is not None and not any(_tells(w) for w in (*held[:at], *held[at + len(key) :])):
                found[measure] = max(found.get(measure, 0), len(key))
    best = [m for m, length in found.items() if length == max(found.values())]
    return best[0] if len(best) == 1 else None


def _meant(measures: Sequence[Measure], words: Sequence[Token]) -> Measure | None:
    """The one measure that is called by the words, or else the only one whose name ends with them."""
    named = _named(measures, words)
    told = [w for w in words if _tells(w)]
    if named is not None or not told:
        return named
    endings = {tuple(w.stem for w in told), tuple(w.german for w in told)}
    keys = {m: keys_of((m.label, m.short.replace("_", " "))) for m in measures}
    found = [m for m, own in keys.items() if any(key[-len(told) :] in endings for key in own)]
    return found[0] if len(found) == 1 else None
