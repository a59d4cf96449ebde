"""Run a scenario: measures and impact on the base and on the edited snapshot, and what differs."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from reasoning.impact import impact
from reasoning.measures.evaluate import Results, changed, update
from reasoning.measures.types import CellChange, CellState, Measure
from reasoning.network import Network
from reasoning.scenarios.check import Finding, findings
from reasoning.scenarios.edit import Edited, edited
from reasoning.scenarios.plan import Outage, Plan
from reasoning.scenarios.resolve import resolve
from reasoning.scenarios.sampling import median
from reasoning.scenarios.types import Distribution, Scenario
from reasoning.types import Affected, EntityRef, Filters, Impact, Semantics, Start
from validation.gate import Gate


@dataclass(frozen=True, slots=True)
class MeasureDelta:
    """One measure in the scenario against the base."""

    measure: Measure
    changes: tuple[CellChange, ...]
    """Every cell that differs, the largest difference first."""
    better: int
    worse: int
    lost: int
    """Cells that had a value and have none in the scenario."""


@dataclass(frozen=True, slots=True)
class ImpactDelta:
    """What failures hit in the scenario, against what they hit in the base."""

    base: Impact
    scenario: Impact
    spared: tuple[Affected, ...]
    """Hit in the base only."""
    struck: tuple[Affected, ...]
    """Hit in the scenario only."""
    later: int
    earlier: int
    """Hit in both, but later or earlier in the scenario."""


@dataclass(frozen=True, slots=True)
class EditedValue:
    """A value that the scenario edits, before and after (as the graph holds it; None: there is none)."""

    owner: EntityRef
    name: str
    label: str
    before: str
    after: str
    relation: str = ""
    """The relation's id, where the value is one of a relation of ``owner``."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What a scenario comes to."""

    scenario: Scenario
    plan: Plan
    edits: Edited
    network: Network
    """The edited snapshot, ready for questions."""
    before: Results | None
    after: Results | None
    measures: tuple[MeasureDelta, ...]
    cells: int
    """Cells of measures that differ."""
    impact: ImpactDelta | None
    findings: tuple[Finding, ...] | None
    """Rules that the scenario breaks and the base does not; None: not checked."""
    notes: tuple[str, ...]
    seconds: Mapping[str, float]

    @property
    def version(self) -> int:
        """The graph version that it rests on."""
        return self.plan.base.version


def run(
    network: Network, scenario: Scenario, results: Results | None, *, gate: Gate | None = None,
    today: date | None = None,
) -> Run:  # fmt: skip
    """Run a scenario on a base; neither is changed.

    Args:
        results: measures of the base (None: only the edits and impact are compared).
        gate: checks the rules of the data in the scenario; None: they are not checked.

    Raises:
        ScenarioError: the scenario names what is not there, or asks for what cannot be done.
    """
    clock = _Clock()
    plan = resolve(network, scenario, today=today)
    clock("resolve")
    made = edited(plan, network.ontology)
    clock("edit")
    inside = network if made.snapshot is network.snapshot else Network(made.snapshot, network.ontology)
    after = None if results is None else update(results, made.snapshot)
    deltas: tuple[MeasureDelta, ...] = ()
    if results is not None and after is not None:
        deltas = _deltas(changed(results, after, scenario.ask.measures or None))
    clock("measures")
    hit = _impact(network, plan)
    clock("impact")
    found = None if gate is None else findings(gate, network, inside, made)
    if gate is not None:
        clock("rules")
    cells = sum(len(d.changes) for d in deltas)
    return Run(
        scenario, plan, made, inside, results, after, deltas, cells, hit, found, _notes(plan, made), clock.seconds
    )


def values_edited(run: Run, limit: int | None = None) -> tuple[EditedValue, ...]:
    """The values that a run edits, with both values in words."""
    from ontology.values import display

    base, found = run.plan.base, []
    network = Network(base, run.network.ontology)
    for touched in run.edits.cells:
        rows = touched.rows if limit is None else touched.rows[: max(limit - len(found), 0)]
        for at, row in enumerate(rows.tolist()):
            owner = int(base.relation(touched.relation).source[row]) if touched.relation else row
            texts = []
            for column in (touched.before, touched.after):
                value = column.python(at)
                several = value if isinstance(value, tuple) else () if value is None else (value,)
                texts.append(", ".join(display(touched.definition, v) for v in several) or "unknown")
            relation = base.relation(touched.relation).id(row) if touched.relation else ""
            found.append(EditedValue(
                network.entity(owner), touched.definition.name, touched.definition.label, texts[0], texts[1], relation
            ))  # fmt: skip
    return tuple(found)


def number_of(change: CellChange) -> tuple[float | None, float | None]:
    """Before and after as numbers, where they are."""
    return _number(change.before), _number(change.after)


def _number(value: object) -> float | None:
    from reasoning.measures.types import CellValue

    if not isinstance(value, CellValue) or value.state is not CellState.KNOWN:
        return None
    held = value.value
    if isinstance(held, date):
        return float(held.toordinal())
    return None if isinstance(held, str) or held is None else float(held)


def _deltas(changes: Sequence[CellChange]) -> tuple[MeasureDelta, ...]:
    raise NotImplementedError(changes)


def _impact(network: Network, plan: Plan) -> ImpactDelta | None:
    raise NotImplementedError(network, plan)


def _notes(plan: Plan, made: Edited) -> tuple[str, ...]:
    raise NotImplementedError(plan, made)


class _Clock:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def __call__(self, stage: str) -> None:
        now = time.perf_counter()
        self.seconds[stage] = now - self._last
        self._last = now
