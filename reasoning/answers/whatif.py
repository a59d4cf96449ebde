"""What-if questions in ``ask``: read as a scenario, told as such, run on the snapshot, and told in figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ontology.errors import Ambiguous, BadQuestion, NotFound
from reasoning.answers.types import Answer, Fact, Kind, Statement
from reasoning.answers.wording import fact_text, totals_text
from reasoning.measures.types import CellChange, CellValue, Measure
from reasoning.measures.types import Kind as Measured
from reasoning.measures.wording import text
from reasoning.network import Network
from reasoning.results import Affected
from reasoning.scenarios.answer import signed
from reasoning.scenarios.attribution import difference
from reasoning.scenarios.forms import FORMS
from reasoning.scenarios.pinning import pinned
from reasoning.scenarios.run import Run
from reasoning.scenarios.types import Scenario, ScenarioError
from reasoning.scenarios.wire import scenario_json
from reasoning.scenarios.wording import sentence
from reasoning.scenarios.words import NotUnderstood, scenario_in_words

Runner = Callable[[Scenario], Run]
"""Runs a scenario on the version that it names; nothing in the graph is changed."""

_FIGURES = 5  # measures that are told
_HIT = 5  # affected things that are named as facts
_SURE = 0.9
"""Confidence of an exact answer: what is left is that the reading was not meant."""


UNREAD = "what if?"
"""The plan of a question that is no scenario after all: a text may still say what happens then."""


class WhatIfs:
    """Answers what-if questions over one version of the graph."""

    def __init__(self, network: Network, run: Runner) -> None:
        self._network = network
        self._run = run

    def answer(self, question: str, base: Answer) -> Answer:
        """The answer; where the scenario is not understood, what is missing and which forms are read."""
        try:
            scenario = pinned(self._network, replace(scenario_in_words(self._network, question), as_of=base.as_of))
        except (BadQuestion, NotFound, Ambiguous, ScenarioError) as problem:
            told = "This asks what would be if something changed; that is worked out in a scenario, not looked up."
            forms = "; ".join(FORMS[:4])
            plan = UNREAD if isinstance(problem, NotUnderstood) else ""
            return replace(base, plan=plan, notes=(told, str(problem), f"Forms that are read: {forms}."))
        plan = "what if: " + "; ".join(sentence(i, self._network) for i in scenario.interventions)
        try:
            done = self._run(scenario)
        except (ScenarioError, BadQuestion, NotFound) as problem:
            return replace(base, plan=plan, notes=(str(problem),))
        facts = self._facts(done)
        number = {f.entity.id: f.number for f in facts}
        statements = (*self._hit(done, number), *self._figures(done, number))
        if not statements:
            told = "None of the figures that are declared, and nothing that depends on it, would be different."
            statements = (Statement(told, (), derived=True),)
        return replace(
            base, kind=Kind.WHAT_IF, plan=plan, statements=statements, facts=facts, confidence=_SURE,
            paths=tuple(p for a in self._affected(done) for p in a.paths[:1]),
            notes=(*done.notes, "Nothing in the graph was changed: this is worked out beside it."),
            details={"scenario": scenario_json(scenario)},
        )  # fmt: skip

    def _affected(self, done: Run) -> tuple[Affected, ...]:
        return () if done.impact is None else done.impact.scenario.affected[:_HIT]

    def _facts(self, done: Run) -> tuple[Fact, ...]:
        """What stands behind the figures: the things edited, hit, and those whose figures move most."""
        listed = [i for touched in done.edits.cells if not touched.relation for i in touched.rows[:_HIT].tolist()]
        snapshot = self._network.snapshot
        ids = [a.entity.id for a in self._affected(done)]
        ids += [d.largest[0].cell.entity for d in done.measures[:_FIGURES] if d.largest]
        listed += [e for i in ids if (e := snapshot.exact(i)) is not None]
        return tuple(
            Fact(n, self._network.entity(e), fact_text(self._network, e), self._network.records(snapshot.records(e)))
            for n, e in enumerate(dict.fromkeys(listed), 1)
        )

    def _hit(self, done: Run, number: dict[str, int]) -> tuple[Statement, ...]:
        if done.impact is None or done.impact.nothing_fails:
            return ()
        support = tuple(number[a.entity.id] for a in self._affected(done) if a.entity.id in number)
        names = ", ".join(s.title for s in done.impact.scenario.starts)
        return (Statement(f"{names}: {totals_text(done.impact.scenario)}.", support, derived=True),)

    def _figures(self, done: Run, number: dict[str, int]) -> tuple[Statement, ...]:
        """The measures that move, those of the company first, each with its largest change."""
        assert done.before is not None or not done.measures
        moved = sorted(
            (d for d in done.measures if d.largest), key=lambda d: (not d.name.startswith("Company."), d.count, d.name)
        )
        told = []
        for delta in moved[:_FIGURES]:
            assert done.before is not None
            measure = done.before.measures.get(delta.name)
            label = measure.label or measure.short
            first = delta.largest[0]
            more = f" ({delta.count - 1:,} more differ)" if delta.count > 1 else ""
            line = f"{label[:1].upper()}{label[1:]} of {self._name(done, first)}: {_move(first, measure)}{more}."
            support = (number[first.cell.entity],) if first.cell.entity in number else ()
            told.append(Statement(line, support, derived=True))
        if len(moved) > _FIGURES:
            told.append(Statement(f"{len(moved) - _FIGURES:,} more measures differ.", (), derived=True))
        return tuple(told)

    def _name(self, done: Run, change: CellChange) -> str:
        snapshot = done.network.snapshot
        at = snapshot.find(change.cell.entity)
        base = done.plan.base
        name = snapshot.title(at) if at is not None else base.title(base.index(change.cell.entity))
        if change.cell.period is None or done.before is None:
            return name
        axis = done.before.measures.get(change.cell.measure).axis
        return f"{name}, {done.before.periods(axis).label(change.cell.period)}" if axis else name


def _move(change: CellChange, measure: Measure) -> str:
    delta = None if measure.kind is Measured.BOOLEAN else difference(change.before, change.after)
    moved = f" ({signed(delta, change.after, measure)})" if delta and change.after is not None else ""
    return f"{_short(change.before, measure)} → {_short(change.after, measure)}{moved}"


def _short(value: CellValue | None, measure: Measure) -> str:
    if value is None:
        return "not there"
    return f"error ({value.fault.kind.value})" if value.fault is not None else text(value, measure)
