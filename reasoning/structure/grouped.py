"""Things counted or added up by one or more keys: what they lead to, values, parts of the calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from typing import Protocol

from ontology.errors import LimitExceeded
from ontology.model import PropertyDef
from ontology.types import Value
from ontology.values import display
from reasoning.structure.fitting import day_of
from reasoning.structure.periods import name_of, names_between, place_in_time
from reasoning.structure.plan import EXTREMES, Key, Measure, Plan, Steps

MOST = 100_000
"""Groups that a plan may have."""
NONE = "–"
"""What a group without a value is called."""
End = int | str
"""What a key comes to: an entity, or a value as it is shown."""


class Values(Protocol):
    """What grouping reads of a graph, as it is seen on the day asked for."""

    def reached(self, entity: int, steps: Steps) -> set[int]:
        """What a way leads to from an entity."""

    def value(self, entity: int, definition: PropertyDef) -> Value | None:
        """A value of an entity; None where there is none."""

    def totals(
        self, entities: Sequence[int], definition: PropertyDef, *, mean: bool = False
    ) -> tuple[dict[str, Decimal], int]:
        """Sum or mean by currency, and how many have no value."""

    def place(self, entity: int) -> int:
        """Where an entity stands among all."""

    def extreme(self, entities: Sequence[int], plan: Plan) -> tuple[int, ...]:
        """Those with the highest or lowest value."""


@dataclass(frozen=True, slots=True)
class Group:
    """One group: what each key comes to, how many things are in it, and what they come to by currency."""

    ends: tuple[End, ...]
    count: int
    amounts: dict[str, Decimal] = field(default_factory=dict)
    best: tuple[int, ...] = ()
    """For an extreme in each group: the things that have it."""


def grouped(values: Values, entities: Sequence[int], plan: Plan) -> tuple[Group, ...]:
    """The groups of a plan: along time where a key is of time, else largest first (or smallest).

    Raises:
        LimitExceeded: there would be too many groups.
    """
    if not plan.keys:
        return ()
    members: dict[tuple[End, ...], list[int]] = {}
    for entity in entities:
        for ends in product(*(_ends(values, entity, key, plan.compared) for key in plan.keys)):
            members.setdefault(ends, []).append(entity)
        if len(members) > MOST:
            raise LimitExceeded(f"There are more than {MOST:,} groups.", do="Group by something that says less.")
    ends_too: tuple[End, ...] = (*plan.compared, *_quiet(values, entities, plan))
    for end in ends_too:
        members.setdefault((end,), [])
    if plan.measure in EXTREMES:
        every = (Group(ends, len(held), best=values.extreme(held, plan)) for ends, held in members.items())
        return tuple(sorted((g for g in every if g.best), key=lambda g: _place(values, g, plan)))
    mean = plan.measure is Measure.MEAN
    found = [
        Group(ends, len(held), values.totals(held, plan.prop, mean=mean)[0] if plan.prop is not None else {})
        for ends, held in members.items()
    ]

    def size(group: Group) -> tuple[bool, Decimal]:
        amount = sum(group.amounts.values(), Decimal(0)) if plan.prop is not None else Decimal(group.count)
        return NONE in group.ends, amount if plan.smallest else -amount

    by_time = any(key.period is not None for key in plan.keys) and not plan.limit
    if by_time:
        return tuple(sorted(found, key=lambda g: _place(values, g, plan)))
    return tuple(sorted(found, key=lambda g: (size(g), _place(values, g, plan))))


def _place(values: Values, group: Group, plan: Plan) -> tuple[tuple[bool, int, str], ...]:
    """Where a group stands: along its keys, what is not recorded last."""
    return tuple(
        (end == NONE, values.place(end) if isinstance(end, int) else 0, _ordered(end, key))
        for end, key in zip(group.ends, plan.keys, strict=True)
    )


def _ordered(end: End, key: Key) -> str:
    if isinstance(end, int):
        return ""
    return end if key.period is None else place_in_time(end, key.period)


def _ends(values: Values, entity: int, key: Key, compared: Sequence[int]) -> list[End]:
    """What a key comes to for an entity; nothing recorded is told as such."""
    reached = values.reached(entity, key.steps)
    if key.prop is None:
        return sorted(reached & set(compared) if compared else reached) or ([] if compared else [NONE])
    found: dict[End, None] = {}
    for one in sorted(reached):
        value = values.value(one, key.prop)
        for told in value if isinstance(value, tuple) else (value,):
            if told is not None:
                found[_shown(told, key)] = None
    return list(found) or [NONE]


def _shown(value: Value, key: Key) -> str:
    assert key.prop is not None and not isinstance(value, tuple)
    day = day_of(value)
    if key.period is not None and day is not None:
        return name_of(day, key.period)
    return display(key.prop, value)


def _quiet(values: Values, entities: Sequence[int], plan: Plan) -> Iterator[str]:
    """Periods between the first and the last (or those that the question bounds) in which there was nothing."""
    key = plan.keys[0]
    if len(plan.keys) > 1 or key.period is None or key.prop is None or plan.measure is Measure.MEAN:
        return
    days = [
        day
        for entity in entities
        for one in values.reached(entity, key.steps)
        if (day := day_of(values.value(one, key.prop))) is not None
    ]
    if days:
        yield from names_between(min(days), max(days), key.period)
