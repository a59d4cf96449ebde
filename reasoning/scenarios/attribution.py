"""How much of a cell's difference each argument of its formula makes: the Shapley value of the formula.

L. S. Shapley, A Value for n-Person Games (1953). Exact up to ten changed arguments. Above that the mean of joining
first and joining last, which is exact where at most two arguments act together (Σ = Δ tells); otherwise sampled
orders, with the standard error. All arithmetic is in fractions, so the parts add up to the difference exactly.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import Generic, TypeVar

from graph_engine.snapshot import days_of
from ontology.model import Role
from reasoning.measures.evaluate import Results
from reasoning.measures.origin import Source, Term
from reasoning.measures.plan import Node
from reasoning.measures.reading import CellReader
from reasoning.measures.sources import Mixed, SnapshotSource
from reasoning.measures.types import Cell, CellState, CellValue, Operand, OperandKind
from reasoning.scenarios.summands import pieces, summands

EXACT = 10
"""Up to so many players every coalition is tried."""
_READS = 4000
"""About so many evaluations are spent on sampled orders."""
_FEWEST = 16
_PROBED = 12
"""Up to so many changed arguments it is tried whether each makes the formula read others."""
K = TypeVar("K", bound=Hashable)
Worth = Callable[[frozenset[K]], Fraction | None]
"""The value with some players in; None where there is none."""


@dataclass(frozen=True, slots=True)
class Division(Generic[K]):
    """A difference divided among players."""

    shares: Mapping[K, Fraction]
    method: str
    """``exact``, ``pairs`` (exact where no three act together), ``sampled``, or ``none``: not divisible."""
    error: float = 0.0
    """Largest standard error of a share, where sampled."""


@dataclass(frozen=True, slots=True)
class Split:
    """The difference of one cell, divided among the arguments that changed."""

    cell: Cell
    before: CellValue
    after: CellValue
    operands: Mapping[Operand, tuple[CellValue | None, CellValue | None]]
    """Everything that either formula reads; None where the scenario or the base does not have it."""
    changed: tuple[Operand, ...]
    division: Division[Operand]

    @property
    def delta(self) -> Fraction | None:
        """After − before; None where one of them is no number."""
        return difference(self.before, self.after)

    @property
    def cancels(self) -> bool:
        """Arguments changed, and their effects cancel out."""
        return bool(self.changed) and self.delta == 0


class Remembered(SnapshotSource):
    """Reads the results of an evaluation, each cell once: coalitions ask for the same ones again and again."""

    def __init__(self, results: Results) -> None:
        super().__init__(results)
        self._cells: dict[Cell, CellValue] = {}
        self._terms: dict[tuple[str, str], Sequence[Term]] = {}
        self._members: dict[str, Sequence[str]] = {}

    def measure(self, cell: Cell) -> CellValue:
        """Another cell."""
        if cell not in self._cells:
            self._cells[cell] = super().measure(cell)
        return self._cells[cell]

    def members(self, entity: str, class_name: str) -> Sequence[str]:
        """All things of a class."""
        if class_name not in self._members:
            self._members[class_name] = super().members(entity, class_name)
        return self._members[class_name]

    def terms(self, entity: str, role: Role) -> Sequence[Term]:
        """The relations of an entity that hold, in relation-id order."""
        key = entity, role.name
        if key not in self._terms:
            self._terms[key] = super().terms(entity, role)
        return self._terms[key]


def divide(
    players: Sequence[K], worth: Worth[K], *, seed: int = 0, exact: int = EXACT, reads: int = _READS
) -> Division[K]:
    """The Shapley value of each player.

    The shares add up to ``worth(all) − worth(none)`` exactly, whatever the method. A coalition without a value makes
    the whole indivisible.
    """
    known: dict[frozenset[K], Fraction | None] = {}

    def v(coalition: frozenset[K]) -> Fraction:
        if coalition not in known:
            known[coalition] = worth(coalition)
        found = known[coalition]
        if found is None:
            raise _Indivisible
        return found

    everyone, nobody = frozenset(players), frozenset[K]()
    try:
        if not players:
            return Division({}, "exact")
        if len(players) <= exact:
            return Division(_exact(players, v), "exact")
        ends = {p: (v(frozenset([p])) - v(nobody) + v(everyone) - v(everyone - {p})) / 2 for p in players}
        if sum(ends.values()) == v(everyone) - v(nobody):
            return Division(ends, "pairs")
        return _sampled(players, v, seed, reads)
    except _Indivisible:
        return Division({}, "none")


@dataclass(frozen=True, slots=True)
class _Arguments:
    """What a formula, or a part of one, reads on both sides."""

    operands: Mapping[Operand, tuple[CellValue | None, CellValue | None]]
    changed: tuple[Operand, ...]
    along: frozenset[Operand]
    """What comes and goes with a relation or thing that only one side has."""
    old: Mapping[Operand, CellValue]


Read = Callable[[Source], Mapping[Operand, CellValue]]


def split(reader: CellReader, before: Source, after: Source, cell: Cell, *, seed: int = 0) -> Split:
    """Divide the difference of a cell among the arguments of its formula that changed."""
    was, now = reader.read(cell, before), reader.read(cell, after)
    found = _arguments(lambda source: reader.read(cell, source).operands, before, after, was.operands, now.operands)
    delta = difference(was.value, now.value)
    division: Division[Operand] | None = None
    if len(found.changed) > EXACT and delta is not None:
        division = _by_parts(reader, before, after, cell, found.changed, delta, seed)
    if division is None:
        division = _whole(reader, before, after, cell, found, seed)
    # A thing of a whole class that counts on neither side is no argument, unless it would if only part had changed.
    counts = {o for reading in (was, now) for o in reading.operands if o not in reading.idle}
    idle = was.idle | now.idle
    kept = {o: v for o, v in found.operands.items() if o in counts or o not in idle or division.shares.get(o)}
    changed = tuple(o for o in found.changed if o in kept)
    shares = {o: s for o, s in division.shares.items() if o in kept}
    return Split(cell, was.value, now.value, kept, changed, Division(shares, division.method, division.error))


def _arguments(
    read: Read, before: Source, after: Source, was: Mapping[Operand, CellValue], now: Mapping[Operand, CellValue]
) -> _Arguments:
    old, new = dict(was), dict(now)

    def probe(taken: frozenset[Operand]) -> None:
        """What the formula reads besides, when only these arguments are exchanged."""
        for found, one, other in ((old, before, after), (new, after, before)):
            for operand, value in read(Mixed(one, other, taken)).items():
                if operand not in taken and operand.kind is not OperandKind.TERM:
                    found.setdefault(operand, value)

    terms = frozenset(o for o in {**old, **new} if o.kind is OperandKind.TERM and (o in old) != (o in new))
    if terms:
        probe(terms)
    first = [o for o in old if o in new and old[o] != new[o]]
    for operand in first if len(first) <= _PROBED else ():
        probe(frozenset([operand]))
    operands = {o: (old.get(o), new.get(o)) for o in (*old, *(o for o in new if o not in old))}
    # What belongs to a thing that only one side has comes and goes with the relation that leads to it.
    tied = frozenset(
        o for o, (a, b) in operands.items()
        if not (o in was and o in now) and o not in terms and _is_known(a) != _is_known(b)
    )  # fmt: skip
    along = frozenset(o for o in tied if _is_known(operands[o][1]))
    changed = tuple(
        o for o, (a, b) in operands.items()
        if o in terms or (o not in tied and a is not None and b is not None and a != b)
    )  # fmt: skip
    return _Arguments(operands, changed, along, old)


def _whole(
    reader: CellReader, before: Source, after: Source, cell: Cell, found: _Arguments, seed: int
) -> Division[Operand]:  # fmt: skip
    """The formula as one: every coalition of changed arguments is computed."""

    def worth(taken: frozenset[frozenset[Operand]]) -> Fraction | None:
        chosen = found.along.union(*taken)
        return number(reader.read(cell, Mixed(before, after, chosen)).value)

    division = divide([frozenset([o]) for o in found.changed], worth, seed=seed)
    if division.method == "none":  # a relation that takes the place of another: without both there is no value
        division = divide(_swaps(found.changed, found.old), worth, seed=seed)
    terms = {o for o in found.changed if o.kind is OperandKind.TERM}
    shares = dict.fromkeys(found.changed if division.shares else (), Fraction(0))
    for group, share in division.shares.items():
        shares[min(group, key=lambda o: (o in found.old and o in terms, o))] += share
    return Division(shares, division.method, division.error)


def _by_parts(
    reader: CellReader, before: Source, after: Source, cell: Cell, changed: Sequence[Operand], delta: Fraction,
    seed: int,
) -> Division[Operand] | None:  # fmt: skip
    """The Shapley value of a sum is the sum of those of its summands, of which each reads little.

    None where the formula is no sum, a summand has no value on the way, or rounding takes part in the difference.
    """
    shares = dict.fromkeys(changed, Fraction(0))
    method, error = "exact", 0.0
    for sign, node, period in summands(reader.plan(cell.measure), cell.period):
        for one, other in pieces(node, cell.entity, before, after):

            def worth(
                taken: frozenset[Operand], node: Node = node, period: int | None = period, one: Source = one,
                other: Source = other,
            ) -> Fraction | None:  # fmt: skip
                amount, _ = reader.part(cell, node, period, Mixed(one, other, taken))
                return amount.value if isinstance(amount.value, Fraction) and amount.fault is None else None

            def read(source: Source, node: Node = node, period: int | None = period) -> Mapping[Operand, CellValue]:
                return reader.part(cell, node, period, source)[1]

            (was, old), (now, new) = (reader.part(cell, node, period, s) for s in (one, other))
            differing = [o for o in {**old, **new} if old.get(o) != new.get(o)]
            if not differing:
                continue
            if len(differing) == 1:  # whatever it is, all of the difference is its own
                if not (isinstance(was.value, Fraction) and isinstance(now.value, Fraction)):
                    return None
                shares[differing[0]] = shares.get(differing[0], Fraction(0)) + sign * (now.value - was.value)
                continue
            found = _arguments(read, one, other, old, new)
            made = divide(found.changed, lambda t, w=worth, a=found.along: w(a | t), seed=seed)  # type: ignore[misc]
            if made.method == "none":
                return None
            if made.method != "exact" and method != "sampled":
                method = made.method
            error = max(error, made.error)
            for operand, share in made.shares.items():
                shares[operand] = shares.get(operand, Fraction(0)) + sign * share
    if sum(shares.values(), Fraction(0)) != delta:
        return None
    return Division(shares, method, error)


def _is_known(value: CellValue | None) -> bool:
    return value is not None and value.state is CellState.KNOWN


def _swaps(changed: Sequence[Operand], old: Mapping[Operand, CellValue]) -> list[frozenset[Operand]]:
    """Arguments, those relations together that come and go in one role of one thing."""
    groups: dict[str, set[Operand]] = {}
    for operand in changed:
        if operand.kind is OperandKind.TERM:
            groups.setdefault(operand.name, set()).add(operand)
    found: list[frozenset[Operand]] = []
    for operand in changed:
        group = groups.get(operand.name, set()) if operand.kind is OperandKind.TERM else set()
        both = any(o in old for o in group) and any(o not in old for o in group)
        made = frozenset(group) if both else frozenset([operand])
        if made not in found:
            found.append(made)
    return found


def number(value: CellValue | None) -> Fraction | None:
    """A value as a number: booleans as 0 and 1, dates as days; None for texts, unknowns and errors."""
    if value is None or value.state is not CellState.KNOWN:
        return None
    match value.value:
        case bool() as flag:
            return Fraction(int(flag))
        case Fraction() | int() | float() as found:
            return Fraction(found)
        case None | str():
            return None
        case day:
            return Fraction(days_of(day))


def difference(before: CellValue | None, after: CellValue | None) -> Fraction | None:
    """After − before, where both are numbers in the same currency (or one is zero in none)."""
    a, b = number(before), number(after)
    if a is None or b is None or before is None or after is None:
        return None
    if before.currency and after.currency and before.currency != after.currency:
        return None
    return b - a


class _Indivisible(Exception):
    pass


def _exact(players: Sequence[K], v: Callable[[frozenset[K]], Fraction]) -> dict[K, Fraction]:
    n = len(players)
    weight = [Fraction(factorial(s) * factorial(n - s - 1), factorial(n)) for s in range(n)]
    shares = dict.fromkeys(players, Fraction(0))
    for size in range(n):
        for chosen in combinations(players, size):
            coalition = frozenset(chosen)
            for player in players:
                if player not in coalition:
                    shares[player] += weight[size] * (v(coalition | {player}) - v(coalition))
    return shares


def _sampled(players: Sequence[K], v: Callable[[frozenset[K]], Fraction], seed: int, reads: int) -> Division[K]:
    """Orders of arrival, each with its reverse (which balances it); every order adds up, so their mean does."""
    source = random.Random(seed)
    rounds = max(_FEWEST, reads // len(players) // 2)
    total = dict.fromkeys(players, Fraction(0))
    squares = dict.fromkeys(players, 0.0)
    for _ in range(rounds):
        order = list(players)
        source.shuffle(order)
        pair = dict.fromkeys(players, Fraction(0))
        for way in (order, order[::-1]):
            inside: frozenset[K] = frozenset()
            worth = v(inside)
            for player in way:
                inside |= {player}
                after = v(inside)
                pair[player] += (after - worth) / 2
                worth = after
        for player, share in pair.items():
            total[player] += share
            squares[player] += float(share) ** 2
    shares = {p: t / rounds for p, t in total.items()}
    spread = max((max(squares[p] / rounds - float(shares[p]) ** 2, 0.0) / max(rounds - 1, 1)) ** 0.5 for p in players)
    return Division(shares, "sampled", spread)
