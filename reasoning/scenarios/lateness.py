"""What is later when something is late or stands still: lead times, dates, and what is on its way from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np

from graph_engine.snapshot import Snapshot
from ontology.model import Datatype, Direction, Ontology
from reasoning.flow import DAYS_IN, Int32
from reasoning.network import Network
from reasoning.scenarios.plan import Amount, CellEdit, Step
from reasoning.scenarios.select import Finder
from reasoning.scenarios.types import Distribution, Op

_NOW = Decimal(0)


@dataclass(frozen=True, slots=True)
class Lateness:
    """Finds what hangs on things that are late. ``day``: relations must hold on it; None: any."""

    network: Network
    find: Finder
    day: int | None
    as_of: date

    @property
    def snapshot(self) -> Snapshot:
        """The version that is looked at."""
        return self.network.snapshot

    @property
    def ontology(self) -> Ontology:
        """What its classes and relations mean."""
        return self.network.ontology

    def held_up(
        self, number: int, entities: Int32, days: Decimal | Distribution, *, dates: bool = True, after: Decimal = _NOW
    ) -> list[Step]:
        """The edits that make later what these things hold up.

        With an uncertain delay, everything that waits for one thing waits equally long.

        Args:
            dates: whether a thing's own date is later too (it is late), or not (it stands still).
            after: days until it begins.
        """
        if not isinstance(days, Distribution):
            return self._together(number, entities, days, None, dates, after)
        steps: list[Step] = []
        for entity in entities.tolist():
            luck = self.snapshot.classes(entity)[0], self.snapshot.mention_key(entity), "days"
            steps += self._together(number, np.array([entity], dtype=np.int32), days, luck, dates, after)
        return steps

    def _together(
        self, number: int, entities: Int32, days: Decimal | Distribution, luck: tuple[str, str, str] | None,
        dates: bool, after: Decimal,
    ) -> list[Step]:  # fmt: skip
        """Lead times and dates that are later by ``days`` when these are late.

        A thing's own lead time (the lag that the ontology gives it); else its own date (if ``dates``); else the lead
        times of what comes from it directly. What is on its way from it comes later too: arrivals expected from
        ``after`` days on.
        """
        lags: dict[str, set[str]] = {}
        for relation in self.ontology.relations.values():
            if relation.impact is not None and relation.impact.lag_node_property is not None:
                owner = relation.target if relation.impact.direction is Direction.AGAINST else relation.source
                lags.setdefault(owner, set()).add(relation.impact.lag_node_property)
        found: dict[tuple[int, str], list[int]] = {}
        for entity in entities.tolist():
            if self._lag_of(entity, lags, found):
                continue
            when = next((w for c in self.snapshot.classes(entity) if (w := self.ontology.classes[c].when)), None)
            if when is not None and dates:
                found.setdefault((self.snapshot.block_of(entity).number, when), []).append(entity)
            else:
                for other in self._next(entity):
                    self._lag_of(other, lags, found)
            self._on_its_way(entity, self.as_of + timedelta(days=float(after)), found)
        steps: list[Step] = []
        for (block, name), members in sorted(found.items()):
            definition = self.find.property_of(self.snapshot.blocks[block].classes, name, None)
            each = DAYS_IN.get(definition.unit or "DAY", 1.0)
            amount: Amount = days
            if isinstance(days, Decimal) and definition.datatype is not Datatype.DATE:
                amount = days / Decimal(repr(each))
            chosen = np.unique(np.array(members, dtype=np.int32))
            steps.append(CellEdit(number, Op.SHIFT, definition, chosen, amount, (), luck))
        return steps

    def _on_its_way(self, entity: int, since: date, found: dict[tuple[int, str], list[int]]) -> None:
        """Expected arrivals that hang on a thing, and on each other: an order to a supplier, its lines."""
        seen, front = {entity}, [entity]
        while front:
            waiting = dict.fromkeys(n for e in front for n in self._next(e) if n not in seen)
            seen.update(waiting)
            front = []
            for other in waiting:
                name = self._arrival(other)
                if name is None:
                    continue
                front.append(other)
                when = self.snapshot.value(other, name)
                if isinstance(when, date) and (when.date() if isinstance(when, datetime) else when) >= since:
                    found.setdefault((self.snapshot.block_of(other).number, name), []).append(other)

    def _arrival(self, entity: int) -> str | None:
        """The property that says when a thing is expected to come in."""
        classes = (self.ontology.classes.get(c) for c in self.snapshot.classes(entity))
        return next((c.arrives for c in classes if c is not None and c.arrives is not None), None)

    def _lag_of(self, entity: int, lags: dict[str, set[str]], found: dict[tuple[int, str], list[int]]) -> bool:
        hit = False
        for owner, names in lags.items():
            if self.snapshot.is_a(entity, owner):
                for name in names:
                    found.setdefault((self.snapshot.block_of(entity).number, name), []).append(entity)
                    hit = True
        return hit

    def _next(self, entity: int) -> list[int]:
        """What impact reaches from an entity in one step."""
        found: list[int] = []
        for name in self.snapshot.relations:
            definition = self.ontology.relations.get(name)
            if definition is None or definition.impact is None:
                continue
            edges = self.snapshot.relation(name)
            against = definition.impact.direction is Direction.AGAINST
            rows = (edges.into if against else edges.out).of(entity)
            if self.day is not None and len(rows):
                rows = rows[edges.valid_on(self.day)[rows]]
            found += (edges.source if against else edges.target)[rows].tolist()
        return found
