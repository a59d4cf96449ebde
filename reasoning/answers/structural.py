"""Plans carried out and told: a number, a list or a value, with the rows behind it and the plan that was followed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from graph_engine.snapshot import fold
from ontology.model import PropertyDef
from reasoning.answers import extremes, groups
from reasoning.answers.groups import amounts_text, share_text, unit_text
from reasoning.answers.reader import Ask
from reasoning.answers.types import Answer, Fact, Kind, Reading, Statement, Table
from reasoning.answers.wording import fact_text, shown
from reasoning.network import Network
from reasoning.structure.as_query import query_of
from reasoning.structure.filler import DENIALS, OR
from reasoning.structure.nested import ranked
from reasoning.structure.outcome import Outcome
from reasoning.structure.parse import MAY, Parser
from reasoning.structure.plan import EXTREMES, Measure, Plan, Steps, Tie
from reasoning.structure.run import run
from reasoning.structure.taking import Question
from reasoning.structure.ways import part_relations

NOT_COUNTED = "?"
"""Plan of a question that asks for a number of records, but was not understood: a text may still say it."""
_COUNTING = re.compile(
    r"^(?:how many|how much|count|number of|sum|total|average|wie ?viele?|anzahl|summe|anteil|"
    r"what (?:share|percentage|percent|proportion))\b",
    re.IGNORECASE,
)
_TOLD = 5  # things that the sentence names
_ROWS = 25  # things that the table lists
_FACTS = 5
_SURE = 0.9
"""Confidence of an exact answer to a question of one reading: what is left is that the reading was not meant."""

Held = date | Literal["any"]


class Structural:
    """Answers questions over structure."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._parser = Parser(network)

    def answer(self, ask: Ask, things: tuple[int, ...], base: Answer, valid_at: Held) -> Answer | None:
        """The answer; the readings where there are several that differ; None where it is no question over structure."""
        named = [n for n in ask.names if any(e in things for e in n.entities)]
        placed = tuple((next(e for e in n.entities if e in things), n.start, n.end) for n in named)
        phrases = tuple((n.text, n.start, n.end) for n in ask.names if n not in named)
        # A class word inside a name is part of the name: "Teil Ventil A" asks for no parts.
        classes = tuple(
            c for c in ask.classes if not any(s < c[2] and c[1] < e and e - s > c[2] - c[1] for _, s, e in placed)
        )
        if (note := self._misnamed(ask.text, placed, classes)) is not None:
            return replace(base, notes=(*base.notes, note))
        question = Question(ask.text, placed, classes, ask.spans, base.as_of, phrases)
        plans, left = self._parser.plans(question)
        if not plans and (named_by := ranked(self._network, self._parser, question, valid_at)) is not None:
            plans, left = self._parser.plans(named_by.question)
            base = replace(base, notes=(*base.notes, named_by.note))
        nearest = min((_far(p) for p in plans), default=0)  # things that hang together more closely are meant
        outcomes = [(p, run(self._network, p, valid_at)) for p in plans if _far(p) == nearest]
        if not outcomes:
            if left and all(fold(word) in OR | DENIALS for word in left):
                listed = ", ".join(repr(word) for word in left)
                note = f"All of this was understood as a question over records, but not what {listed} joins or denies."
                return replace(base, notes=(note,))
            if left and _COUNTING.match(ask.text) and not MAY.search(ask.text):
                listed = ", ".join(repr(word) for word in left)
                note = f"This asks to count or add up records, but no record's property was found for {listed}."
                return replace(base, notes=(note,), plan=NOT_COUNTED)
            return None
        different = {(o.entities, tuple(o.amounts.items()), o.whole, str(o.groups)) for _, o in outcomes}
        if len(different) > 1:
            readings = tuple(Reading(f"{p.words(self._network.ontology)}: {self._short(p, o)}") for p, o in outcomes)
            return replace(base, kind=Kind.AMBIGUOUS, readings=readings)
        plan, outcome = outcomes[0]
        through = any(self._has_parts(r.target) for w in _steps(plan) for r in w) and not self._asks_for_parts(plan)
        if not outcome.entities and through:
            # Nobody delivers the pump itself: what is said of it is meant of its parts.
            over_parts = replace(plan, through_parts=True)
            found = run(self._network, over_parts, valid_at)
            if found.entities:
                return self._told(over_parts, found, base)
        query = None
        if valid_at == "any" and base.known_at is None:  # queries ask what is held now, of all times
            query = query_of(plan, self._network.snapshot, self._network.ontology)
        told = self._told(plan, outcome, base)
        return told if query is None else replace(told, details={"query": query})

    def _misnamed(
        self, text: str, placed: Sequence[tuple[int, int, int]], classes: Sequence[tuple[str, int, int]]
    ) -> str | None:
        """What to say where a number belongs to a thing of another class than the word before it: ``ticket 1042``."""
        for entity, start, end in placed:
            number = text[start:end].removeprefix("#")
            before = [c for c, _, e in classes if e <= start and not text[e:start].strip(" #")]
            if not number.isdigit() or not before or any(self._network.snapshot.is_a(entity, c) for c in before):
                continue
            known = [c for c in before if self._parser.ways.occurs(c)]
            if known:
                called = self._network.entity(entity)
                label, other = (self._network.ontology.classes[c].label for c in (known[0], called.class_name))
                return f"No {label} is called {number!r}; there is the {other} {called.title}."
        return None

    def _has_parts(self, class_name: str) -> bool:
        ontology = self._network.ontology
        return any(ontology.is_a(class_name, ontology.relations[n].source) for n in part_relations(ontology))

    def _asks_for_parts(self, plan: Plan) -> bool:
        """Whether a thing's parts, or what it is a part of, are asked for: those of its parts are none of them."""
        names = part_relations(self._network.ontology)
        return any(r.relation.name in names for w in _steps(plan) for r in w)

    def _short(self, plan: Plan, outcome: Outcome) -> str:
        if plan.measure in (Measure.SUM, Measure.MEAN) and plan.prop is not None:
            return amounts_text(outcome.amounts, plan.prop)
        if plan.measure is Measure.SHARE:
            return share_text(outcome)
        return f"{len(outcome.entities):,}"

    def _told(self, plan: Plan, outcome: Outcome, base: Answer) -> Answer:
        best = tuple(e for group in outcome.groups for e in group.best)
        listed = (best or outcome.entities)[:_FACTS]
        facts = tuple(self._fact(n, e, plan) for n, e in enumerate(listed, 1))
        support = tuple(f.number for f in facts)
        notes = [*base.notes]
        if outcome.missing and plan.prop is not None:
            have = "has" if outcome.missing == 1 else "have"
            notes.append(f"{outcome.missing:,} of them {have} no {plan.prop.label}; they are not in it.")
        count = len(outcome.entities)
        if plan.measure in (*EXTREMES, Measure.VALUE) and count > _TOLD and not plan.keys:
            notes.append(f"{count:,} are found; {_TOLD} are named here.")
        if outcome.tied:
            notes.append(f"{outcome.tied:,} more have the same value as the last one told.")
        if plan.keys:
            notes += extremes.notes(outcome) if plan.measure in EXTREMES else groups.notes(plan, outcome)
        if plan.taken_as:
            notes.append(f"How it was taken: {plan.taken_as}.")
        return replace(
            base,
            kind=Kind.STRUCTURE,
            plan=plan.words(self._network.ontology),
            statements=tuple(Statement(s, support, derived=True) for s in self._sentences(plan, outcome)),
            facts=facts,
            table=self._table(plan, outcome),
            confidence=_SURE,
            notes=tuple(notes),
        )

    def _sentences(self, plan: Plan, outcome: Outcome) -> tuple[str, ...]:
        definition = self._network.ontology.classes[plan.target]
        count = len(outcome.entities)
        noun = definition.label if count == 1 else definition.plural
        match plan.measure:
            case _ if plan.keys and plan.measure in EXTREMES:
                return extremes.sentences(self._network, plan, outcome)
            case _ if plan.keys:
                return groups.sentences(self._network, plan, outcome)
            case Measure.SHARE:
                if not outcome.whole:
                    return (f"There are no {definition.plural} that this could be a share of.",)
                return (f"{share_text(outcome)}: {self._shared(plan, outcome)}.",)
            case Measure.COUNT:
                return (f"{count:,} {noun}.",)
            case Measure.SUM | Measure.MEAN:
                assert plan.prop is not None
                what = "sum" if plan.measure is Measure.SUM else "mean"
                if not outcome.amounts:
                    return (f"There is no {plan.prop.label} to add up: {count:,} {noun} fit.",)
                amounts = amounts_text(outcome.amounts, plan.prop)
                if plan.measure is Measure.MEAN:
                    count -= outcome.missing
                return (f"The {what} of {plan.prop.label} is {amounts}, over {count:,} {noun}.",)
            case Measure.HIGHEST | Measure.LOWEST | Measure.VALUE:
                if not count:
                    return (f"No {definition.label} fits.",)
                return tuple(self._value_sentence(e, plan, outcome) for e in outcome.entities[:_TOLD])
            case _:
                if not count:
                    return (f"No {definition.label} fits.",)
                names = ", ".join(self._network.snapshot.title(e) for e in outcome.entities[:_TOLD])
                more = f" and {count - _TOLD:,} more" if count > _TOLD else ""
                return (f"{count:,} {noun}: {names}{more}.",)

    def _shared(self, plan: Plan, outcome: Outcome) -> str:
        """What the share is made of."""
        told = f"{len(outcome.entities):,} of {outcome.whole:,} {self._network.ontology.classes[plan.target].plural}"
        return told if plan.prop is None else f"{amounts_text(outcome.amounts, plan.prop)} over {told}"

    def _value_sentence(self, entity: int, plan: Plan, outcome: Outcome) -> str:
        assert plan.prop is not None
        values = self._network.snapshot.values(entity)
        value = values.get(plan.prop.name)
        title = self._network.snapshot.title(entity)
        others = [self._network.snapshot.title(e) for e in outcome.beside.get(entity, ())[:_TOLD]]
        title += f" ({', '.join(others)})" if others else ""
        if value is None:
            return f"{title}: no {plan.prop.label} is recorded."
        told = [f"{plan.prop.label} {shown(plan.prop, value, values)}{unit_text(plan.prop)}"]
        for prop in plan.more:
            further = (
                shown(prop, values[prop.name], values) + unit_text(prop) if prop.name in values else "not recorded"
            )
            told.append(f"{prop.label} {further}")
        return f"{title}: {', '.join(told)}."

    def _fact(self, number: int, entity: int, plan: Plan) -> Fact:
        first = frozenset(c.prop.name for c in plan.conditions if not c.steps)
        first |= {plan.prop.name} if plan.prop is not None else set()
        records = self._network.records(self._network.snapshot.records(entity))
        return Fact(number, self._network.entity(entity), fact_text(self._network, entity, first=first), records)

    def _table(self, plan: Plan, outcome: Outcome) -> Table | None:
        snapshot, ontology = self._network.snapshot, self._network.ontology
        definition = ontology.classes[plan.target]
        if plan.keys and plan.measure in EXTREMES:
            return extremes.table(self._network, plan, outcome) if outcome.groups else None
        if plan.keys:
            return groups.table(self._network, plan, outcome) if outcome.groups else None
        if plan.measure is Measure.VALUE or not outcome.entities:
            return None
        props = [c.prop for c in plan.conditions if not c.steps]
        props += [plan.prop] if plan.prop is not None else []
        props += [definition.properties[n] for n in (definition.amount, definition.when) if n is not None]
        chosen: Sequence[PropertyDef] = list({p.name: p for p in props if p.name != definition.title}.values())
        rows = tuple(self._row(e, chosen) for e in outcome.entities[:_ROWS])
        ids = tuple(snapshot.entity_id(e) for e in outcome.entities[:_ROWS])
        return Table((definition.label, *(p.label for p in chosen)), rows, ids, len(outcome.entities))

    def _row(self, entity: int, props: Sequence[PropertyDef]) -> tuple[str, ...]:
        values = self._network.snapshot.values(entity)
        cells = (shown(p, values[p.name], values) if p.name in values else "–" for p in props)
        return (self._network.snapshot.title(entity), *cells)


def _far(plan: Plan) -> int:
    """Steps to the things that a plan names, and to those by which it counts."""
    ties = (*plan.ties, *(p for g in plan.either for p in g if isinstance(p, Tie)))
    return sum(len(t.steps) for t in ties) + sum(len(k.steps) for k in plan.keys)


def _steps(plan: Plan) -> tuple[Steps, ...]:
    parts = (*plan.ties, *plan.conditions, *(p for g in plan.either for p in g), *(t for g in plan.each for t in g))
    return tuple(p.steps for p in parts)
