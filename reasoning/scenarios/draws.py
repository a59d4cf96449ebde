"""Figures under uncertainty: every scenario with the same luck, so that their differences are not chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from graph_engine.snapshot import days_of
from ontology.errors import BadQuestion
from ontology.model import Datatype, PropertyDef
from reasoning.flow import Float
from reasoning.measures.draws import evaluate_draws
from reasoning.measures.types import Cell, Input
from reasoning.scenarios.attribution import number
from reasoning.scenarios.plan import CellEdit, New, Plan
from reasoning.scenarios.run import Run
from reasoning.scenarios.sampling import quantiles, uniforms
from reasoning.scenarios.types import MOST_DRAWS, Distribution, Op

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
Draws = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """One figure in one scenario."""

    scenario: str
    """Id; empty: the base."""
    cell: Cell
    mean: float | None
    quantiles: tuple[float | None, ...]
    """At :data:`LEVELS`."""
    missing: int
    """Draws without a value."""


@dataclass(frozen=True, slots=True)
class Duel:
    """How often one scenario does better than another, draw by draw."""

    cell: Cell
    first: str
    second: str
    better: float
    """Share of draws in which the first is better."""
    equal: float
    margin: float
    """Half the width of the 95 % interval of ``better``."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Figures of several scenarios over the same draws."""

    draws: int
    seed: int | None
    spreads: tuple[Spread, ...]
    duels: tuple[Duel, ...]


def outlook(runs: Sequence[Run], cells: Sequence[Cell], *, draws: int | None = None) -> Outlook:
    """Quantiles of some figures in the base and each scenario, and how often each does better than each other.

    Raises:
        BadQuestion: too many draws, scenarios with different seeds, or a run without measures.
    """
    count = draws or max(r.scenario.draws for r in runs)
    if not 1 <= count <= MOST_DRAWS:
        raise BadQuestion(f"{count:,} draws are not possible.", do=f"Ask for 1 to {MOST_DRAWS:,}.")
    seeds = {r.scenario.seed for r in runs if r.scenario.is_uncertain}
    if len(seeds) > 1:
        raise BadQuestion(
            "The scenarios have different seeds, so they cannot be compared.", do="Give them one `seed:`."
        )
    seed = next(iter(seeds), None)
    held: list[tuple[str, Draws]] = [("", _certain(runs[0], cells, count))]
    held += [(r.scenario.id, drawn(r, cells, count)) for r in runs]
    spreads = [_spread(name, cell, values[i]) for i, cell in enumerate(cells) for name, values in held]
    duels = []
    for i, cell in enumerate(cells):
        results = runs[0].after
        assert results is not None
        lower = results.column(cell.measure).measure.better == "lower"
        for a in range(len(held)):
            for b in range(a):
                duels.append(_duel(cell, held[a][0], held[b][0], held[a][1][i], held[b][1][i], lower))
    return Outlook(count, seed, tuple(spreads), tuple(duels))


def drawn(run: Run, cells: Sequence[Cell], draws: int) -> Draws:
    """(cells, draws) of a run; the same number in every draw where nothing is uncertain. NaN: no value."""
    if run.after is None:
        raise BadQuestion("The scenario was run without measures.")
    inputs = inputs_of(run.plan, draws)
    if not inputs:
        return _values(run.after, cells, draws)
    return evaluate_draws(run.after, inputs, cells).values


def inputs_of(plan: Plan, draws: int) -> Mapping[Input, Float]:
    """Every property that is drawn, with its value in each draw after all interventions, in plain units."""
    uncertain: set[tuple[str, str]] = set()
    by_input: dict[tuple[str, str], list[CellEdit]] = {}
    made = {s.id: s for s in plan.steps if isinstance(s, New)}
    for step in plan.steps:
        if isinstance(step, CellEdit):
            ids = [*(plan.base.entity_id(e) for e in step.entities.tolist()), *step.added]
            for id_ in ids if isinstance(step.amount, Distribution) else ():
                uncertain.add((id_, step.definition.name))
    for step in plan.steps if uncertain else ():
        if isinstance(step, CellEdit):
            for id_ in (*(plan.base.entity_id(e) for e in step.entities.tolist()), *step.added):
                if (id_, step.definition.name) in uncertain:
                    by_input.setdefault((id_, step.definition.name), []).append(step)
    found: dict[Input, Float] = {}
    for (id_, name), steps in sorted(by_input.items()):
        new = made.get(id_)
        at = -1 if new else plan.base.index(id_)
        class_name = new.class_name if new else plan.base.classes(at)[0]
        mention = new.mention if new else plan.base.mention_key(at)
        value = new.values.get(name) if new else plan.base.value(at, name)
        held = np.full(draws, np.nan if value is None else _plain(steps[0].definition, value))
        for step in steps:
            luck = step.luck or (class_name, mention, name)
            held = _applied(held, step, uniforms(plan.scenario.seed or 0, *luck, draws))
        found[Input(id_, name)] = held
    return found


def _applied(held: Float, step: CellEdit, luck: Float) -> Float:
    amount: Float | float
    if isinstance(step.amount, Distribution):
        amount = quantiles(step.amount, luck)
    elif step.op is Op.SET:
        amount = np.nan if step.amount is None else _plain(step.definition, step.amount)
    else:
        assert isinstance(step.amount, Decimal)
        amount = float(step.amount)
    made: Float
    match step.op:
        case Op.SET:
            made = np.broadcast_to(np.asarray(amount, dtype=np.float64), held.shape).copy()
        case Op.SCALE:
            made = held * amount
        case _:
            made = held + amount
    return made


def _plain(definition: PropertyDef, value: object) -> float:
    if definition.datatype is Datatype.DECIMAL:
        return float(value) / 10.0**definition.scale  # type: ignore[arg-type]
    if definition.datatype is Datatype.DATE:
        return float(days_of(value))  # type: ignore[arg-type]
    return float(value)  # type: ignore[arg-type]


def _values(results: object, cells: Sequence[Cell], draws: int) -> Draws:
    from reasoning.measures.evaluate import Results

    assert isinstance(results, Results)
    numbers = [number(results.value(c)) for c in cells]
    column = np.array([np.nan if n is None else float(n) for n in numbers])
    return np.repeat(column[:, None], draws, axis=1)


def _certain(run: Run, cells: Sequence[Cell], draws: int) -> Draws:
    if run.before is None:
        raise BadQuestion("The scenario was run without measures.")
    return _values(run.before, cells, draws)


def _spread(name: str, cell: Cell, values: Draws) -> Spread:
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return Spread(name, cell, None, (None,) * len(LEVELS), len(values))
    found = tuple(float(q) for q in np.quantile(known, LEVELS, method="inverted_cdf"))
    return Spread(name, cell, float(known.mean()), found, len(values) - len(known))


def _duel(cell: Cell, first: str, second: str, a: Draws, b: Draws, lower: bool) -> Duel:
    both = ~(np.isnan(a) | np.isnan(b))
    count = max(int(both.sum()), 1)
    wins = float(((a < b) if lower else (a > b))[both].sum()) / count
    return Duel(
        cell, first, second, wins, float((a == b)[both].sum()) / count, 1.96 * (wins * (1 - wins) / count) ** 0.5
    )
