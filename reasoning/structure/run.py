"""A plan carried out on the snapshot: exact, read-only, nothing cut silently."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from graph_engine.snapshot import days_of, fold
from ontology.errors import LimitExceeded
from ontology.model import PropertyDef, Role
from ontology.types import Value
from reasoning.network import Network
from reasoning.structure.choices import Choice, Node, choices_of
from reasoning.structure.fitting import day_of, fits, number_of
from reasoning.structure.grouped import grouped
from reasoning.structure.outcome import Outcome
from reasoning.structure.plan import (
    SETTLED,
    Comparison,
    Condition,
    Level,
    Many,
    Measure,
    Origin,
    Plan,
    Steps,
    Tie,
    holds,
)
from reasoning.structure.ways import part_relations

SECONDS = 20.0
"""What a plan may take."""


def run(network: Network, plan: Plan, valid_at: date | Literal["any"] = "any") -> Outcome:
    """Carry out a plan. Ways that begin alike lead to the same thing: one offer, its supplier, its lead time."""
    runner = _Runner(network, None if valid_at == "any" else days_of(valid_at), through_parts=plan.through_parts)
    found = runner.found(plan)
    match plan.measure:
        case Measure.SHARE:
            assert plan.base is not None
            whole = runner.found(plan.base)
            if plan.prop is None:
                return Outcome(tuple(found), whole=len(whole))
            amounts, missing = runner.totals(whole, plan.prop)
            part = runner.totals(found, plan.prop)[0]
            return Outcome(tuple(found), part, missing, whole=len(whole), whole_amounts=amounts)
        case Measure.SUM | Measure.MEAN:
            assert plan.prop is not None
            amounts, missing = runner.totals(found, plan.prop, mean=plan.measure is Measure.MEAN)
            of = grouped(runner, runner.found(plan.base), plan) if plan.shares and plan.base is not None else ()
            return Outcome(tuple(found), amounts, missing, grouped(runner, found, plan), whole_groups=of)
        case Measure.HIGHEST | Measure.LOWEST if plan.keys:
            assert plan.prop is not None
            own = grouped(runner, found, plan)
            named = [e for group in own for e in group.best]
            missing = runner.extremes(found, plan).missing
            return Outcome(tuple(found), missing=missing, groups=own, beside=runner.beside(named, plan))
        case Measure.HIGHEST | Measure.LOWEST:
            assert plan.prop is not None
            return runner.extremes(found, plan)
        case Measure.COUNT if plan.shares and plan.base is not None:
            whole = runner.found(plan.base)
            return Outcome(
                tuple(found), groups=grouped(runner, found, plan), whole=len(whole),
                whole_groups=grouped(runner, whole, plan),
            )  # fmt: skip
        case Measure.COUNT:
            return Outcome(tuple(found), groups=grouped(runner, found, plan))
        case _:
            return Outcome(tuple(found))


class _Runner:
    def __init__(self, network: Network, day: int | None, *, through_parts: bool) -> None:
        self._network = network
        self._snapshot = network.snapshot
        self._day = day
        self._held: dict[tuple[int, int], bool] = {}
        self._through_parts = through_parts
        self._until = time.monotonic() + SECONDS

    def found(self, plan: Plan) -> list[int]:
        """The things that a plan is about, in order of rank."""
        choices = choices_of(plan)
        origins = [self._codes(origin) for origin in plan.origins]
        self._held.clear()  # it names trees of choices that are gone
        held = (
            e
            for e in self.candidates(plan, choices)
            if self._in_time()
            and all(self._is_from(e, codes) for codes in origins)
            and any(all(self.holds(e, tree) for tree in choice.trees) for choice in choices)
            and not any(self._reaches(e, steps) for steps in plan.lacking)
            and all(self._reaches(e, steps) for steps in plan.having)
            and all(m.fits(self._count(e, m)) for m in plan.many)
            and all(self._stands(e, level) for level in plan.levels)
        )
        return sorted(held, key=lambda e: int(self._network.rank[e]))

    def _in_time(self) -> bool:
        """True until the time is over.

        Raises:
            LimitExceeded: it is.
        """
        if time.monotonic() > self._until:
            raise LimitExceeded(f"The question took more than {SECONDS:g} s.", do="Ask for less: one month, one thing.")
        return True

    def _codes(self, origin: Origin) -> tuple[int, int]:
        """The records of an origin: codes ``[first, end)``."""
        ids = self._snapshot.record_ids
        return ids.lower_bound(origin.prefix), ids.lower_bound(origin.prefix + "\U0010ffff")

    def _is_from(self, entity: int, codes: tuple[int, int]) -> bool:
        return any(codes[0] <= code < codes[1] for code in self._snapshot.records(entity).tolist())

    def candidates(self, plan: Plan, choices: Sequence[Choice]) -> Iterable[int]:
        """The members of the class; where all choices are tied to things, only those that these lead back to."""
        if plan.among:
            return plan.among
        if not all(c.ties for c in choices):
            found: list[int] = self._snapshot.members(plan.target).tolist()
            return found
        reached: set[int] = set()
        for choice in choices:
            reached |= set.intersection(*(self._behind(tie) for tie in choice.ties))
        return [e for e in reached if self._snapshot.is_a(e, plan.target)]

    def _behind(self, tie: Tie) -> set[int]:
        """What the thing of a tie leads back to."""
        reached = {tie.entity}
        if self._through_parts:
            reached |= self._made_of(tie.entity)
        for step in reversed(tie.steps):
            reached = {other for one in reached for other in self.neighbours(one, step, back=True)}
        return reached

    def _reaches(self, entity: int, steps: Steps) -> bool:
        return bool(self.reached(entity, steps))

    def _stands(self, entity: int, level: Level) -> bool:
        bound = number_of(self.value(entity, level.against), level.against)
        ends = self.reached(entity, level.steps) if level.steps else (entity,)
        held = [n for e in ends if (n := number_of(self.value(e, level.prop), level.prop)) is not None]
        if bound is None or not (held or level.steps):
            return False
        return holds(sum(held, Decimal(0)), level.comparison, bound)

    def _count(self, entity: int, many: Many) -> int:
        return sum(all(self._meets(o, c) for c in many.conditions) for o in self.reached(entity, many.steps))

    def neighbours(self, entity: int, step: Role, *, back: bool = False) -> Iterator[int]:
        """Where a role leads from an entity (``back``: from where it leads there), on the day asked for."""
        edges = self._snapshot.relation(step.relation.name)
        outward = step.inverse == back
        rows = edges.out.of(entity) if outward else edges.into.of(entity)
        others = edges.target if outward else edges.source
        for row in rows.tolist():
            if self._day is None or edges.valid_from[row] <= self._day < edges.valid_to[row]:
                yield int(others[row])

    def holds(self, entity: int, node: Node) -> bool:
        """Whether everything below ``node`` holds of an entity."""
        key = (entity, id(node))
        if key not in self._held:
            self._held[key] = (
                self._own(entity, node)
                or (self._through_parts and any(self._own(whole, node) for whole in self._wholes(entity)))
            ) and (
                all(
                    any(self.holds(other, below) for other in self.neighbours(entity, step))
                    for step, below in node.next.values()
                )
            )
        return self._held[key]

    def _own(self, entity: int, node: Node) -> bool:
        return all(t.entity == entity for t in node.ties) and all(self._meets(entity, c) for c in node.conditions)

    def _meets(self, entity: int, condition: Condition) -> bool:
        value = self.value(entity, condition.prop)
        if condition.done is None:
            return fits(value, condition)
        state = self.value(entity, condition.done)
        due, done = day_of(value), day_of(state)
        if isinstance(state, str) and fold(state) in SETTLED:
            return False
        if due is None or (condition.off is not None and self.value(entity, condition.off) is not None):
            return False
        if condition.comparison is Comparison.ON_TIME:
            return done is not None and done <= due
        assert isinstance(condition.value, date)
        if done is None:
            return due < condition.value
        return condition.comparison is Comparison.LATE and done > due

    def _wholes(self, part: int) -> set[int]:
        """Everything that a thing is part of, at any depth."""
        return self._closure(part, up=True)

    def _made_of(self, whole: int) -> set[int]:
        """Everything that a thing is made of, at any depth."""
        return self._closure(whole, up=False)

    def _closure(self, start: int, *, up: bool) -> set[int]:
        found: set[int] = set()
        queue = [start]
        while queue:
            at = queue.pop()
            for name in part_relations(self._network.ontology):
                edges = self._snapshot.relation(name)
                rows, ends = (edges.into, edges.source) if up else (edges.out, edges.target)
                for row in rows.of(at).tolist():
                    other = int(ends[row])
                    valid = self._day is None or edges.valid_from[row] <= self._day < edges.valid_to[row]
                    if valid and other not in found:
                        found.add(other)
                        queue.append(other)
        return found

    def value(self, entity: int, definition: PropertyDef) -> Value | None:
        """A value of an entity; None where its class has no such property."""
        return self._snapshot.value(entity, definition.name)

    def amount(self, entity: int, definition: PropertyDef) -> tuple[Decimal, str] | None:
        """A number with its currency (empty without one)."""
        value = self.value(entity, definition)
        number = number_of(value, definition)
        if number is None:
            return None
        currency = self._snapshot.value(entity, definition.currency) if definition.currency else None
        return number, currency if isinstance(currency, str) else ""

    def totals(
        self, entities: Sequence[int], definition: PropertyDef, *, mean: bool = False
    ) -> tuple[dict[str, Decimal], int]:
        """Sum (or mean) by currency, exact, and how many have no value."""
        sums: dict[str, Decimal] = {}
        counts: dict[str, int] = {}
        missing = 0
        for entity in entities:
            found = self.amount(entity, definition)
            if found is None:
                missing += 1
                continue
            sums[found[1]] = sums.get(found[1], Decimal(0)) + found[0]
            counts[found[1]] = counts.get(found[1], 0) + 1
        if mean:
            sums = {c: (s / counts[c]).quantize(Decimal("0.01")) for c, s in sums.items()}
        return dict(sorted(sums.items())), missing

    def reached(self, entity: int, steps: Steps) -> set[int]:
        """What a way leads to from an entity."""
        found = {entity}
        for step in steps:
            found = {other for one in found for other in self.neighbours(one, step)}
        return found

    def place(self, entity: int) -> int:
        """Where an entity stands among all."""
        return int(self._network.rank[entity])

    def extremes(self, entities: Sequence[int], plan: Plan) -> Outcome:
        """The things with the highest or lowest values; ties are all told. Currencies are never compared."""
        assert plan.prop is not None
        sign = -1 if plan.measure is Measure.HIGHEST else 1
        kept: list[tuple[Decimal, int, int, str]] = []
        missing = 0
        for entity in entities:
            found = self.amount(entity, plan.prop)
            if found is None:
                missing += 1
            else:
                kept.append((sign * found[0], int(self._network.rank[entity]), entity, found[1]))
        ordered: list[int] = []
        tied = 0
        for currency in sorted({k[3] for k in kept}):
            own = sorted(k for k in kept if k[3] == currency)
            limit = plan.limit or 1
            if len(own) > limit:
                last = own[limit - 1][0]
                same = sum(1 for k in own[limit:] if k[0] == last)
                own = own[: limit + same] if limit == 1 else own[:limit]
                tied += same if limit > 1 else 0
            ordered += [k[2] for k in own]
        return Outcome(tuple(ordered), missing=missing, beside=self.beside(ordered, plan), tied=tied)

    def extreme(self, entities: Sequence[int], plan: Plan) -> tuple[int, ...]:
        """Those with the highest or lowest values; ties are all told."""
        return self.extremes(entities, plan).entities

    def beside(self, entities: Sequence[int], plan: Plan) -> dict[int, tuple[int, ...]]:
        """What belongs to things and was asked for too."""
        return {
            e: tuple(sorted({o for steps in plan.having for o in self.reached(e, steps)}, key=self.place))
            for e in entities
        }
