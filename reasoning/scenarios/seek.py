"""From which value on: goal seek and thresholds; and which inputs drive a figure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np

from ontology.errors import BadQuestion
from ontology.model import Datatype
from ontology.values import display
from reasoning.measures.draws import evaluate_draws
from reasoning.measures.evaluate import Results, update
from reasoning.measures.reading import CellReader
from reasoning.measures.sources import SnapshotSource
from reasoning.measures.types import Cell, CellValue, Input, Operand, OperandKind
from reasoning.network import Network
from reasoning.scenarios.attribution import number
from reasoning.scenarios.edit import edited
from reasoning.scenarios.plan import CellEdit
from reasoning.scenarios.resolve import resolve
from reasoning.scenarios.types import Change, Delay, Fail, Op, Scenario
from reasoning.types import EntityRef

_GOAL = re.compile(r"^(?P<cell>.+?)\s*(?P<test>>=|<=|>|<)\s*(?P<value>-?\d+(?:[.,]\d+)?)\s*(?P<percent>%)?\s*$")
_STEPS = 60
_PROBES = 12
TESTS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, "<": lambda a, b: a < b,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sought:
    """The amount of one intervention from which on a condition holds."""

    number: int
    """The intervention, from 1."""
    amount: Decimal | None
    """None: no amount was found."""
    value: CellValue
    """The figure at that amount (without one: in the base)."""
    start: CellValue
    """The figure without the intervention."""
    already: bool
    """The condition holds without the intervention."""
    steady: bool
    """Between start and amount the figure moves one way only, so this is the first such amount."""
    tried: int


@dataclass(frozen=True, slots=True)
class Driver:
    """An input that a figure rests on."""

    entity: EntityRef
    name: str
    label: str
    value: str
    elasticity: float | None
    """Per cent by which the figure moves when the input rises by one per cent; None where there is no such figure."""
    slope: float
    """By how much the figure moves when the input rises by one unit, near its value."""


def parse_goal(text: str) -> tuple[str, str, Fraction]:
    """``CELL >= VALUE`` as its parts; ``20 %`` is 0.2.

    Raises:
        BadQuestion: it is not written so.
    """
    found = _GOAL.match(text)
    if found is None:
        raise BadQuestion(f"{text!r} is no goal.", do="Write for example: Product.unit_cost of OTT-550 <= 40")
    value = Fraction(found["value"].replace(",", "."))
    return found["cell"], found["test"], value / 100 if found["percent"] else value


def seek(
    network: Network, scenario: Scenario, results: Results, cell: Cell, test: str, wanted: Fraction, *, number: int = 0,
    today: date | None = None,
) -> Sought:  # fmt: skip
    """The amount of intervention ``number`` (from 0) nearest to no change at which the condition holds.

    The amount is sought on the grid of what the property can hold (for factors 0.0001), outwards from no change, then
    by halving. ``test`` negated gives a threshold: when does it first break?

    Raises:
        BadQuestion: that intervention has no amount to vary.
    """
    if not 0 <= number < len(scenario.interventions):
        raise BadQuestion(f"There is no intervention {number + 1}.", do=f"There are {len(scenario.interventions)}.")
    start, grid = _scale(network, scenario, number, today)
    memo: dict[Decimal, CellValue] = {}

    def at(amount: Decimal) -> CellValue:
        if amount not in memo:
            memo[amount] = _value(network, _with(scenario, number, amount), results, cell, today)
        return memo[amount]

    def holds(amount: Decimal) -> bool:
        found = _number(at(amount))
        return found is not None and TESTS[test](found, wanted)

    begin = at(start)
    if holds(start):
        return Sought(number + 1, start, begin, begin, True, True, len(memo))
    inside = _bracket(start, grid, holds, scenario.interventions[number])
    if inside is None:
        return Sought(number + 1, None, begin, begin, False, False, len(memo))
    outside, good = inside
    while abs(good - outside) > grid:
        middle = outside + ((good - outside) / 2 / grid).to_integral_value() * grid
        if middle in (outside, good):
            break
        if holds(middle):
            good = middle
        else:
            outside = middle
    steady = _steady(start, good, grid, at)
    return Sought(number + 1, good, at(good), begin, False, steady, len(memo))


def _number(value: CellValue) -> Fraction | None:
    return number(value)


def _scale(network: Network, scenario: Scenario, at: int, today: date | None) -> tuple[Decimal, Decimal]:
    """The amount that changes nothing, and the smallest step."""
    intervention = scenario.interventions[at]
    match intervention:
        case Change(Op.SCALE):
            return Decimal(1), Decimal("0.0001")
        case Delay() | Fail():
            return Decimal(0), Decimal(1)
        case Change(op):
            plan = resolve(network, _with(scenario, at, Decimal(0)), today=today)
            step = next(s for s in plan.steps if isinstance(s, CellEdit) and s.number == at)
            places = step.definition.scale if step.definition.datatype is Datatype.DECIMAL else 0
            grid = Decimal("0.000001") if step.definition.datatype is Datatype.FLOAT else Decimal(1).scaleb(-places)
            if op is Op.SHIFT:
                return Decimal(0), grid
            value = network.snapshot.value(int(step.entities[0]), step.definition.name) if len(step.entities) else None
            if not isinstance(value, int | float) or isinstance(value, bool):
                return Decimal(0), grid
            return (Decimal(value).scaleb(-places) if places else Decimal(repr(value))), grid
    raise BadQuestion(
        f"Intervention {at + 1} has no amount that could be varied.", do="Choose a set, scale, shift or delay."
    )


def _with(scenario: Scenario, at: int, amount: Decimal) -> Scenario:
    """The scenario with another amount in one intervention; without it where the amount is no failure at all."""
    held = scenario.interventions[at]
    match held:
        case Change(Op.SET):
            made: object = replace(held, amount=f"{amount:f}")
        case Change():
            made = replace(held, amount=amount)
        case Delay() | Fail():
            made = replace(held, days=amount)
        case _:
            raise BadQuestion(f"Intervention {at + 1} has no amount that could be varied.")
    rest = list(scenario.interventions)
    rest[at] = made  # type: ignore[call-overload]
    return replace(scenario, interventions=tuple(rest))


def _value(network: Network, scenario: Scenario, results: Results, cell: Cell, today: date | None) -> CellValue:
    snapshot = edited(resolve(network, scenario, today=today), network.ontology).snapshot
    if snapshot is results.snapshot:
        return results.value(cell)
    return update(results, snapshot).value(cell)


def _bracket(
    start: Decimal, grid: Decimal, holds: Callable[[Decimal], bool], intervention: object
) -> tuple[Decimal, Decimal] | None:
    """Neighbouring probes, the first of which does not hold and the second does, nearest to the start."""
    positive = isinstance(intervention, Delay | Fail) or (
        isinstance(intervention, Change) and intervention.op is Op.SCALE
    )
    width = max(abs(start) / 64, grid * 8)
    last = {1: start, -1: start}
    for step in range(_STEPS):
        reach = (width * (Decimal(2) ** step) / grid).to_integral_value() * grid
        for way in (1, -1):
            probe = start + way * reach
            if positive and probe < 0:
                if last[way] == 0 or way > 0:
                    continue
                probe = Decimal(0)
            if abs(probe) > Decimal(10) ** 12:
                continue
            try:
                good = holds(probe)
            except BadQuestion:
                raise
            except Exception as problem:
                from reasoning.scenarios.types import ScenarioError

                if not isinstance(problem, ScenarioError):
                    raise
                continue
            if good:
                return last[way], probe
            last[way] = probe
    return None


def _steady(start: Decimal, end: Decimal, grid: Decimal, at: Callable[[Decimal], CellValue]) -> bool:
    """Whether the figure moves one way at probes between two amounts."""
    values: list[Fraction] = []
    for i in range(_PROBES + 1):
        probe = start + ((end - start) * i / _PROBES / grid).to_integral_value() * grid
        found = number(at(probe))
        if found is None:
            return False
        values.append(found)
    rises = [b - a for a, b in pairwise(values)]
    return all(r >= 0 for r in rises) or all(r <= 0 for r in rises)


def shown(network: Network, operand: Operand) -> tuple[EntityRef, str, str]:
    """Whose property an input is, its label, and its value in words."""
    at = network.snapshot.index(operand.owner)
    classes = network.snapshot.classes(at)
    definition = next(d for c in classes if (d := network.ontology.classes[c].properties.get(operand.name)) is not None)
    value = network.snapshot.value(at, operand.name)
    text = "unknown" if value is None or isinstance(value, tuple) else display(definition, value)
    return network.entity(at), definition.label, text


def drivers(network: Network, results: Results, cell: Cell, *, limit: int = 20) -> tuple[Driver, ...]:
    """Inputs that a figure rests on, by how much it moves with each (one per cent up and down), the strongest first."""
    inputs = leaves(CellReader(results.measures), SnapshotSource(results), cell)
    numbers = {
        o: float(n) for o, v in inputs.items() if (n := number(v)) is not None and isinstance(v.value, Fraction | float)
    }
    if not numbers:
        return ()
    names = sorted(numbers)
    size = len(names)
    drawn: dict[Input, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}
    steps = {o: max(abs(numbers[o]) / 100, 0.01) for o in names}
    for i, operand in enumerate(names):
        values = np.full(2 * size, numbers[operand])
        values[2 * i] += steps[operand]
        values[2 * i + 1] -= steps[operand]
        drawn[Input(operand.owner, operand.name)] = values
    found = evaluate_draws(results, drawn, [cell]).values[0]
    base = number(results.value(cell))
    made: list[Driver] = []
    for i, operand in enumerate(names):
        up, down = found[2 * i], found[2 * i + 1]
        slope = (up - down) / (2 * steps[operand])
        if np.isnan(slope) or slope == 0:
            continue
        entity, label, text = shown(network, operand)
        elastic = None if not base else float(slope) * numbers[operand] / float(base)
        made.append(Driver(entity, operand.name, label, text, elastic, float(slope)))
    made.sort(key=lambda d: (-abs(d.elasticity if d.elasticity is not None else d.slope), d.entity.id, d.name))
    return tuple(made[:limit])


def leaves(reader: CellReader, source: SnapshotSource, cell: Cell) -> dict[Operand, CellValue]:
    """Every property that a figure rests on, over all figures between."""
    found: dict[Operand, CellValue] = {}
    seen: set[Cell] = set()
    stack = [cell]
    while stack:
        here = stack.pop()
        if here in seen:
            continue
        seen.add(here)
        for operand, value in reader.read(here, source).operands.items():
            if operand.kind is OperandKind.PROPERTY:
                found[operand] = value
            elif (below := operand.cell) is not None:
                stack.append(below)
    return found
