"""Run a scenario: measures and impact on the base and on the edited snapshot, and what differs."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from reasoning.impact import impact
from reasoning.measures.evaluate import Results, update
from reasoning.network import Network
from reasoning.results import Affected, Impact
from reasoning.scenarios.check import Finding, findings
from reasoning.scenarios.deltas import MeasureDelta, deltas_of
from reasoning.scenarios.edit import Edited, edited
from reasoning.scenarios.plan import CellEdit, Outage, Plan
from reasoning.scenarios.resolve import resolve
from reasoning.scenarios.sampling import median
from reasoning.scenarios.types import Distribution, Op, Scenario
from reasoning.types import EntityRef, Filters, Semantics, Start
from validation.gate import Gate


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
    nothing_fails: bool = False
    """In the scenario what fails is gone already."""


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
    deltas = () if results is None or after is None else deltas_of(results, after, scenario.ask.measures)
    clock("measures")
    hit = _impact(network, plan)
    clock("impact")
    found = None if gate is None else findings(gate, network, inside, made)
    if gate is not None:
        clock("rules")
    cells = sum(d.count for d in deltas)
    return Run(
        scenario, plan, made, inside, results, after, deltas, cells, hit, found, _notes(plan, made), clock.seconds
    )


def values_edited(run: Run, limit: int | None = None) -> tuple[EditedValue, ...]:
    """The values that a run edits, with both values in words."""
    from ontology.values import display

    base = run.plan.base
    found: list[EditedValue] = []
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


def _impact(network: Network, plan: Plan) -> ImpactDelta | None:
    """What the scenario's failures hit, on the base and with the other interventions in place."""
    outages = [s for s in plan.steps if isinstance(s, Outage)]
    if not outages:
        return None
    rest = edited(plan.without_outages(), network.ontology).snapshot
    other = network if rest is network.snapshot else Network(rest, network.ontology)
    base = _asked(network, network, plan, outages)
    there = base if other is network else _asked(network, other, plan, outages)
    assert base is not None
    if there is None or there is base:
        return ImpactDelta(base, base if there is None else there, (), (), 0, 0, there is None)
    ours, theirs = {a.entity.id: a for a in base.affected}, {a.entity.id: a for a in there.affected}
    later = earlier = 0
    for id_ in ours.keys() & theirs.keys():
        was, now = ours[id_].earliest_days, theirs[id_].earliest_days
        if was is not None and now is not None:
            later, earlier = later + (now > was), earlier + (now < was)
    spared = tuple(a for a in base.affected if a.entity.id not in theirs)
    struck = tuple(a for a in there.affected if a.entity.id not in ours)
    return ImpactDelta(base, there, spared, struck, later, earlier)


def _asked(network: Network, inside: Network, plan: Plan, outages: Sequence[Outage]) -> Impact | None:
    """The failures asked for in one of the two; None where what fails is gone."""
    ask, scenario = plan.scenario.ask, plan.scenario
    starts: dict[str, Start] = {}
    for outage in outages:
        days = outage.days
        lasts = median(days) if isinstance(days, Distribution) else days
        for entity in outage.entities.tolist():
            id_ = network.snapshot.entity_id(entity)
            if inside.snapshot.exact(id_) is not None:
                length = None if lasts is None else float(lasts)
                starts[id_] = Start(id_, float(outage.severity), length, float(outage.after))
    if not starts:
        return None
    timed = all(s.days is not None for s in starts.values())
    semantics = Semantics(ask.semantics) if ask.semantics else Semantics.DELAYED if timed else Semantics.REQUIRES
    held = scenario.valid_at
    valid_at: date | Literal["any"] = (
        plan.as_of if held is None else "any" if held == "any" else date.fromisoformat(held)
    )
    return impact(
        inside, tuple(starts.values()), semantics=semantics, filters=Filters(to=ask.to, valid_at=valid_at), limit=None,
        paths=0, as_of=plan.as_of, seed=scenario.seed or 0,
    )  # fmt: skip


def _notes(plan: Plan, made: Edited) -> tuple[str, ...]:
    found = list(plan.notes)
    for step in plan.steps:
        if isinstance(step, CellEdit) and step.op is not Op.SET and len(step.entities):
            block = plan.base.block_of(int(step.entities[0]))
            column = plan.base.block_column(block, step.definition.name)
            rows = step.entities - block.start
            unknown = len(rows) if column is None else int(column.null[rows].sum())
            if unknown:
                what = f"{step.definition.label} is not known for {unknown:,} of {len(rows):,} things"
                found.append(f"Intervention {step.number + 1}: {what}; they stay unknown.")
    if plan.scenario.is_uncertain:
        chosen = " (chosen by knockon and recorded)" if plan.scenario.seed_chosen else ""
        found.append(f"Uncertain values stand at their median here; draws use seed {plan.scenario.seed}{chosen}.")
    if made.snapshot is plan.base:
        found.append("No value, relation or thing is different from the base.")
    return tuple(dict.fromkeys(found))


class _Clock:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def __call__(self, stage: str) -> None:
        now = time.perf_counter()
        self.seconds[stage] = now - self._last
        self._last = now
