"""What flows over each hop from the edited inputs to a figure: over any cut it adds up to the figure's difference.

Over the graph of changed cells, flow(target) = Δ(target); what a cell passes on to an argument is
flow(cell) · φ / Δ(cell), φ being the argument's share in that formula (:mod:`reasoning.scenarios.attribution`).
So along a path it is the difference of the edited input times the multipliers φᵢ/Δᵢ on the way.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from ontology.errors import LimitExceeded
from reasoning.measures.reading import CellReader, Source
from reasoning.measures.types import Cell, CellState, Operand, OperandKind
from reasoning.scenarios.attribution import EXACT, Split, split

MOST_CELLS = 20_000
_STEPS = 200_000


@dataclass(frozen=True, slots=True)
class Route:
    """One way from an edited input to the target."""

    flow: Fraction
    operands: tuple[Operand, ...]
    """The input first, then the cells on the way; the target itself is left out."""


@dataclass(frozen=True, slots=True)
class Flows:
    """How a difference comes about."""

    target: Cell
    splits: Mapping[Cell, Split]
    """Every changed cell that the target's difference rests on, each after those that read it."""
    through: Mapping[tuple[Cell, Operand], Fraction]
    """What flows from an argument into a cell."""
    inputs: Mapping[Operand, Fraction]
    """What comes from each input that is no cell: they add up to the difference."""
    routes: tuple[Route, ...]
    """The largest first."""
    rest: Fraction
    """What flows over the routes that are not listed."""
    complete: bool
    """Whether every part of the difference was followed to an input."""


def flows(reader: CellReader, before: Source, after: Source, target: Cell, *, routes: int = 20) -> Flows:
    """Follow the difference of a cell back to what was edited.

    Raises:
        LimitExceeded: more cells changed on the way than can be followed.
    """
    splits = _splits(reader, before, after, target)
    through: dict[tuple[Cell, Operand], Fraction] = {}
    inputs: dict[Operand, Fraction] = {}
    held: dict[Cell, Fraction] = {cell: Fraction(0) for cell in splits}
    held[target] = splits[target].delta or Fraction(0)
    complete = splits[target].delta is not None
    for cell, found in splits.items():
        flow, delta = held[cell], found.delta
        if not delta:
            continue
        if found.division.method == "none":
            complete = False
            continue
        for operand, share in found.division.shares.items():
            part = flow * share / delta
            through[cell, operand] = part
            below = operand.cell
            if below is not None and below in splits and splits[below].delta:
                held[below] += part
            elif below is None or part:
                inputs[operand] = inputs.get(operand, Fraction(0)) + part
                complete = complete and (operand.kind is not OperandKind.MEASURE)
    listed = _routes(target, splits, through, routes)
    rest = sum(inputs.values(), Fraction(0)) - sum((r.flow for r in listed), Fraction(0))
    return Flows(target, splits, through, inputs, listed, rest, complete)


def _splits(reader: CellReader, before: Source, after: Source, target: Cell) -> dict[Cell, Split]:
    """Splits of the target and of every changed cell below it, each cell after all that read it."""
    found: dict[Cell, Split] = {}
    done: list[Cell] = []
    stack: list[tuple[Cell, bool]] = [(target, False)]
    while stack:
        cell, finished = stack.pop()
        if finished:
            done.append(cell)
            continue
        if cell in found:
            continue
        if len(found) >= MOST_CELLS:
            raise LimitExceeded(
                f"More than {MOST_CELLS:,} figures changed on the way to this one.",
                do="Explain one that rests on fewer.",
            )
        made = found[cell] = split(reader, before, after, cell)
        stack.append((cell, True))
        for operand in made.changed:
            below = operand.cell
            if len(made.changed) > EXACT and made.division.shares and not made.division.shares.get(operand):
                continue  # nothing flows through it
            if below is not None and below not in found and _is_followed(made, operand):
                stack.append((below, False))
    return {cell: found[cell] for cell in reversed(done)}


def _is_followed(made: Split, operand: Operand) -> bool:
    was, now = made.operands[operand]
    return was is not None and now is not None and CellState.ERROR not in (was.state, now.state)


def _routes(
    target: Cell, splits: Mapping[Cell, Split], through: Mapping[tuple[Cell, Operand], Fraction], most: int
) -> tuple[Route, ...]:
    """The routes over which most flows, by best-first search: a part never carries more than what it is part of
    where all parts have one sign; where they cancel, the order is by what is met first.
    """
    into: dict[Cell, list[tuple[Operand, Fraction]]] = {}
    for (cell, operand), flow in through.items():
        if flow:
            into.setdefault(cell, []).append((operand, flow))
    if target not in into:
        return ()
    total = {c: sum((f for _, f in parts), Fraction(0)) for c, parts in into.items()}
    heap: list[tuple[Fraction, int, Cell | None, Fraction, tuple[Operand, ...]]] = []
    start = total[target]
    heapq.heappush(heap, (-abs(start), 0, target, start, ()))
    found: list[Route] = []
    count = 0
    while heap and len(found) < most and count < _STEPS:
        _, _, at, flow, way = heapq.heappop(heap)
        if at is None:
            found.append(Route(flow, way))
            continue
        for operand, part in into[at]:
            count += 1
            carried = flow * part / total[at] if total[at] else Fraction(0)
            if not carried:
                continue
            below = operand.cell
            goes_on = below if below is not None and below in into and below in splits else None
            heapq.heappush(heap, (-abs(carried), count, goes_on, carried, (operand, *way)))
    return tuple(sorted(found, key=lambda r: (-abs(r.flow), r.operands)))
