"""Why a figure differs: which intervention made how much of it, and through what. As data, text, JSON and a diagram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ontology.errors import BadQuestion
from reasoning.measures.evaluate import Results, update
from reasoning.measures.reading import CellReader
from reasoning.measures.trace import trace
from reasoning.measures.types import Cell, CellValue, Measure, Operand, OperandKind, OperandTrace, Trace
from reasoning.network import Network
from reasoning.scenarios.attribution import EXACT, Division, Remembered, Split, difference, divide, number
from reasoning.scenarios.edit import edited
from reasoning.scenarios.flows import Flows, flows
from reasoning.scenarios.plan import CellEdit, Cut, Gone, Link, Plan, RelationEdit, Retarget, redirected_id
from reasoning.scenarios.run import Run
from reasoning.scenarios.wording import sentence
from reasoning.types import EntityRef, RecordRef

GROUPED = 200
"""Above so many interventions those of the same kind on the same property are taken together."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a formula, in the base and in the scenario."""

    operand: Operand
    label: str
    entity: EntityRef | None
    before: CellValue | None
    after: CellValue | None
    share: Fraction | None
    """Its part of the cell's difference; None: it did not change, or the difference cannot be divided."""
    flow: Fraction | None
    """What of the target's difference comes through it here."""
    records: tuple[RecordRef, ...]
    assumed: bool
    """Whether any of its rows is an assumption."""
    edited_by: tuple[int, ...]
    """Interventions (from 1) that edit it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One changed cell on the way."""

    cell: Cell
    entity: EntityRef
    label: str
    formula: str
    unit: str
    before: CellValue
    after: CellValue
    arguments: tuple[Argument, ...]
    method: str
    error: float
    cancels: bool


@dataclass(frozen=True, slots=True)
class Part:
    """What an intervention (or several of one kind, or that need each other) makes of the difference."""

    numbers: tuple[int, ...]
    """From 1."""
    text: str
    share: Fraction


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Why one figure differs."""

    run: Run
    measure: Measure
    target: Step
    delta: Fraction | None
    steps: tuple[Step, ...]
    """Every changed cell on the way, the target first, each before those that it reads."""
    flows: Flows
    parts: tuple[Part, ...]
    """By intervention: they add up to the difference."""
    parts_method: str
    parts_error: float
    notes: tuple[str, ...]

    def step(self, cell: Cell) -> Step | None:
        """The step of a cell."""
        return next((s for s in self.steps if s.cell == cell), None)

    def argument(self, operand: Operand) -> Argument | None:
        """An argument, by what it is."""
        return next((a for s in self.steps for a in s.arguments if a.operand == operand), None)


def explain(run: Run, cell: Cell, *, routes: int = 20) -> Explanation:
    """Why a cell differs between base and scenario.

    The two divisions answer different questions: by intervention ("which edit") and along paths ("through what"). Each
    adds up to the difference.

    Raises:
        BadQuestion: the run has no measures.
        NotFound: there is no such cell.
        LimitExceeded: more cells changed on the way than can be followed.
    """
    if run.before is None or run.after is None:
        raise BadQuestion("The scenario was run without measures.")
    before, after = run.before, run.after
    reader = CellReader(before.measures)
    found = flows(reader, Remembered(before), Remembered(after), cell, routes=routes)
    base = Network(run.plan.base, run.network.ontology)
    editors = edits_of(run.plan)
    steps = tuple(_step(run, base, c, s, found, editors) for c, s in found.splits.items())
    division, parts = by_intervention(run, cell)
    notes: list[str] = []
    target = steps[0]
    delta = found.splits[cell].delta
    if delta is None:
        notes.append("One of the two has no value, so there is no difference to divide.")
    elif not found.complete:
        notes.append("Some formulas on the way have no value with only part of the changes; there the way ends.")
    assumed = sum(1 for s in steps for a in s.arguments if a.assumed)
    if assumed:
        notes.append(f"{assumed} of the arguments rest on assumptions, not data.")
    measure = before.measures.get(cell.measure)
    return Explanation(run, measure, target, delta, steps, found, parts, division.method, division.error, tuple(notes))


def edits_of(plan: Plan) -> Mapping[tuple[str, str], tuple[int, ...]]:
    """(entity or relation id, property) → interventions (from 1) that edit it; ``""`` for a relation as a whole."""
    found: dict[tuple[str, str], list[int]] = {}
    base = plan.base
    for step in plan.steps:
        keys: list[tuple[str, str]] = []
        match step:
            case CellEdit():
                ids = [*(base.entity_id(e) for e in step.entities.tolist()), *step.added]
                keys = [(i, step.definition.name) for i in ids]
            case RelationEdit():
                edges = base.relation(step.relation)
                keys = [(edges.id(r), step.definition.name) for r in step.rows.tolist()]
            case Cut():
                edges = base.relation(step.relation)
                keys = [(edges.id(r), "") for r in step.rows.tolist()]
            case Retarget():
                edges = base.relation(step.relation)
                new = step.to if isinstance(step.to, str) else base.entity_id(step.to)
                for r in step.rows.tolist():
                    ends = [base.entity_id(int(edges.source[r])), base.entity_id(int(edges.target[r]))]
                    ends[0 if step.at_source else 1] = new
                    moved = redirected_id(step.relation, edges.id(r), ends[0], ends[1])
                    keys += [(edges.id(r), ""), (moved, "")]
            case Link():
                keys = [(step.id, "")]
            case Gone():
                gone = set(step.entities.tolist())
                for name in base.relations:
                    edges = base.relation(name)
                    for entity in gone:
                        rows = [*edges.out.of(entity).tolist(), *edges.into.of(entity).tolist()]
                        keys += [(edges.id(r), "") for r in rows]
        for key in keys:
            numbers = found.setdefault(key, [])
            if step.number + 1 not in numbers:
                numbers.append(step.number + 1)
    return {k: tuple(v) for k, v in found.items()}


def by_intervention(run: Run, cell: Cell) -> tuple[Division[int], tuple[Part, ...]]:
    """Divide a cell's difference among the interventions: the Shapley value of running only some of them, in order.

    Selections are those of the base. An intervention that needs an added thing plays with the one that adds it.
    """
    before = run.before
    assert before is not None
    plan = run.plan
    groups = _players(plan, run.network)
    players = list(range(len(groups)))
    whole = frozenset(players)

    def worth(taken: frozenset[int]) -> Fraction | None:
        if taken == whole:
            assert run.after is not None
            return number(_at(run.after, cell))
        chosen = frozenset(n for g in taken for n in groups[g][0])
        snapshot = edited(plan.of(chosen), run.network.ontology).snapshot
        return number(_at(before if snapshot is before.snapshot else update(before, snapshot), cell))

    seed = run.scenario.seed or 0
    division = divide(players, worth, seed=seed, exact=EXACT, reads=400)
    parts = tuple(
        Part(tuple(n + 1 for n in sorted(groups[g][0])), groups[g][1], share) for g, share in division.shares.items()
    )
    return division, tuple(sorted(parts, key=lambda p: (-abs(p.share), p.numbers)))


def _at(results: Results, cell: Cell) -> CellValue | None:
    return None if results.snapshot.exact(cell.entity) is None else results.value(cell)


def _players(plan: Plan, network: Network) -> list[tuple[frozenset[int], str]]:
    """Interventions that play together, with what they are called."""
    interventions = plan.scenario.interventions
    base = Network(plan.base, network.ontology)
    if len(interventions) > GROUPED:
        kinds: dict[str, set[int]] = {}
        for n, held in enumerate(interventions):
            kinds.setdefault(f"{held.kind} {getattr(held, 'name', '')}".strip(), set()).add(n)
        return [(frozenset(v), f"{len(v):,} interventions: {k}") for k, v in sorted(kinds.items())]
    leader = list(range(len(interventions)))

    def root(n: int) -> int:
        while leader[n] != n:
            n = leader[n]
        return n

    for n, makers in plan.needs().items():
        for maker in makers:
            leader[root(n)] = root(maker)
    groups: dict[int, list[int]] = {}
    for n in range(len(interventions)):
        groups.setdefault(root(n), []).append(n)
    return [(frozenset(g), "; ".join(sentence(interventions[n], base) for n in g)) for g in groups.values()]


def _step(
    run: Run, base: Network, cell: Cell, made: Split, found: Flows, editors: Mapping[tuple[str, str], tuple[int, ...]]
) -> Step:
    assert run.before is not None and run.after is not None
    was, now = (_trace(r, n, cell, made) for r, n in ((run.before, base), (run.after, run.network)))
    told: dict[Operand, OperandTrace] = {}
    for one in (now, was):
        if one is not None:
            told.update((o.operand, o) for o in one.operands)
    known = now or was
    assert known is not None
    arguments = []
    for operand, (a, b) in made.operands.items():
        held = told.get(operand)
        name = "" if operand.kind is OperandKind.TERM else operand.name
        share = made.division.shares.get(operand) if operand in made.changed else None
        arguments.append(Argument(
            operand, held.label if held else operand.name, held.entity if held else None, a, b, share,
            found.through.get((cell, operand)), held.records if held else (), bool(held and held.assumed),
            editors.get((operand.owner, name), ()),
        ))  # fmt: skip
    return Step(
        cell, known.entity, known.label, known.formula, known.unit, made.before, made.after, tuple(arguments),
        made.division.method, made.division.error, made.cancels,
    )  # fmt: skip


def _trace(results: Results, network: Network, cell: Cell, made: Split) -> Trace | None:
    if network.snapshot.exact(cell.entity) is None:
        return None
    return trace(results, network, cell, depth=1, listed=None, only=made.operands)


def delta_of(argument: Argument) -> Fraction | None:
    """By how much an argument differs; a relation that comes or goes counts as 1."""
    if argument.operand.kind is OperandKind.TERM:
        return Fraction((argument.after is not None) - (argument.before is not None))
    return difference(argument.before, argument.after)


def way_of(explanation: Explanation, operands: Sequence[Operand]) -> tuple[Argument, ...]:
    """The arguments along a route, the input first."""
    found: list[Argument] = []
    for operand in operands:
        argument = explanation.argument(operand)
        if argument is not None:
            found.append(argument)
    return tuple(found)
