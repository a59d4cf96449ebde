"""A scenario made definite: which cells, relations and things of the base each intervention edits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from graph_engine.snapshot import Snapshot
from ontology.ids import relation_id
from ontology.model import PropertyDef
from ontology.types import Value
from reasoning.flow import Int32
from reasoning.scenarios.types import Distribution, Op, Scenario

Ref = int | str
"""An entity of the base by number, or an added one by id."""
Amount = Value | Decimal | Distribution | None
"""SET: the new value (None: taken away); SCALE: a factor; SHIFT: an amount in the property's own unit, or days."""


@dataclass(frozen=True, slots=True, eq=False)
class CellEdit:
    """A property of some entities of the base is edited."""

    number: int
    """The intervention, from 0."""
    op: Op
    definition: PropertyDef
    entities: Int32
    amount: Amount
    added: tuple[str, ...] = ()
    """Ids of added entities that it is edited of too."""
    luck: tuple[str, str, str] | None = None
    """Class, mention and name whose draw all of it shares; None: each thing has its own."""


@dataclass(frozen=True, slots=True, eq=False)
class RelationEdit:
    """A property of some relations of one type is edited."""

    number: int
    op: Op
    relation: str
    definition: PropertyDef
    rows: Int32
    amount: Amount


@dataclass(frozen=True, slots=True, eq=False)
class Retarget:
    """One end of some relations of one type leads elsewhere."""

    number: int
    relation: str
    rows: Int32
    at_source: bool
    to: Ref


@dataclass(frozen=True, slots=True, eq=False)
class Gone:
    """Entities go, with all their relations."""

    number: int
    entities: Int32


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Relations go."""

    number: int
    relation: str
    rows: Int32


@dataclass(frozen=True, slots=True)
class New:
    """A new entity."""

    number: int
    id: str
    class_name: str
    title: str
    mention: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Link:
    """A new relation."""

    number: int
    id: str
    relation: str
    source: Ref
    target: Ref
    record: str
    valid_from: date | None = None
    valid_to: date | None = None
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Outage:
    """Entities that fail; what it delays is in cell edits of the same number."""

    number: int
    entities: Int32
    days: Decimal | Distribution | None
    after: Decimal
    severity: Decimal


Step = CellEdit | RelationEdit | Retarget | Gone | Cut | New | Link | Outage


def redirected_id(relation: str, old_id: str, source: str, target: str) -> str:
    """The id of a relation that leads elsewhere in a scenario: another relation than before, as in the graph."""
    return relation_id(relation, source, target, [old_id])


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What a scenario does to one snapshot, in order."""

    scenario: Scenario
    base: Snapshot
    as_of: date
    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()
    """What a reader should know: interventions that change no figure, for example."""

    @property
    def count(self) -> int:
        """How many interventions there are."""
        return len(self.scenario.interventions)

    def of(self, taken: frozenset[int]) -> Plan:
        """Only the steps of some interventions, in their order."""
        kept = tuple(s for s in self.steps if s.number in taken)
        return Plan(self.scenario, self.base, self.as_of, kept, self.notes)

    def without_outages(self) -> Plan:
        """Without what failures delay: the business in which they are then asked for."""
        failing = {s.number for s in self.steps if isinstance(s, Outage)}
        return self.of(frozenset(range(self.count)) - failing)

    def needs(self) -> Mapping[int, frozenset[int]]:
        """Intervention → those that add what it edits: they play together."""
        makers = {s.id: s.number for s in self.steps if isinstance(s, New)}
        found: dict[int, set[int]] = {}
        for step in self.steps:
            refs: tuple[Ref, ...] = ()
            match step:
                case CellEdit():
                    refs = step.added
                case Link():
                    refs = (step.source, step.target)
                case Retarget():
                    refs = (step.to,)
            for ref in refs:
                if isinstance(ref, str) and makers[ref] != step.number:
                    found.setdefault(step.number, set()).add(makers[ref])
        return {n: frozenset(m) for n, m in found.items()}
