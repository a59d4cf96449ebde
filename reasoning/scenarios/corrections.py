"""A scenario as facts that a person could have entered: what applying it says to the ordinary pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ontology.errors import Where
from ontology.located import Problem
from ontology.model import Datatype, Ontology, PropertyDef, RelationDef, Role
from ontology.types import Value
from ontology.values import decimal
from reasoning.scenarios.edit import edited
from reasoning.scenarios.plan import Cut, Gone, Link, New, Outage, Plan, Ref, RelationEdit, Retarget
from reasoning.scenarios.types import ScenarioError, distribution_of


@dataclass(frozen=True, slots=True)
class Correction:
    """Changes of one thing, as ``knockon correct`` takes them: ``price=5.00``, ``supplier=e_…``, ``parts-=e_…``."""

    entity: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A thing that no source has."""

    id: str
    """As the scenario calls it."""
    key: str
    """What tells it from other things of its class that are entered."""
    class_name: str
    values: Mapping[str, str]
    """Property → what a person would type."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation that no source has; its ends by id (new things as the scenario calls them)."""

    role: Role
    source: str
    target: str
    figures: Mapping[str, str]
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a scenario comes to."""

    arrivals: tuple[Arrival, ...]
    corrections: tuple[Correction, ...]
    """One for each thing, by id."""
    ties: tuple[Tie, ...]
    departures: tuple[str, ...]
    """Ids of things that go, with all their relations."""

    def __bool__(self) -> bool:
        return bool(self.arrivals or self.corrections or self.ties or self.departures)


def facts(plan: Plan, ontology: Ontology) -> Facts:
    """What a scenario comes to, as facts that can be entered.

    Raises:
        ScenarioError: some of it is no fact (a failure, a distribution, a figure of a relation that a source has); each
            such intervention is named.
    """
    problems = tuple(p for n in range(plan.count) for p in _refused(plan, n))
    if problems:
        raise ScenarioError.of(problems)
    made = edited(plan, ontology)
    new = {s.id: s for s in plan.steps if isinstance(s, New)}
    gone = {plan.base.entity_id(e) for s in plan.steps if isinstance(s, Gone) for e in s.entities.tolist()}
    found: dict[str, list[str]] = {}
    ties: list[Tie] = []
    for touched in made.cells:
        for at, row in enumerate(touched.rows.tolist()):
            text = typed(touched.definition, touched.after.python(at))
            found.setdefault(plan.base.entity_id(row), []).append(f"{touched.definition.name}={text}")
    for step in plan.steps:
        match step:
            case Retarget():
                _retargeted(plan, ontology.relations[step.relation], step, found, ties)
            case Cut():
                relation, edges = ontology.relations[step.relation], plan.base.relation(step.relation)
                for row in step.rows.tolist():
                    source = plan.base.entity_id(int(edges.source[row]))
                    target = plan.base.entity_id(int(edges.target[row]))
                    found.setdefault(source, []).append(f"{relation.role}-={target}")
            case Link():
                _linked(plan, ontology.relations[step.relation], step, found, ties)
    arrivals = tuple(
        Arrival(
            id_, f"{plan.scenario.name}: {step.mention.rpartition('/')[2]}", step.class_name,
            _values(ontology, step, made.snapshot.values(made.snapshot.index(id_))),
        )
        for id_, step in sorted(new.items())
    )  # fmt: skip
    corrections = tuple(
        Correction(e, tuple(dict.fromkeys(changes))) for e, changes in sorted(found.items()) if e not in gone
    )
    kept = tuple(t for t in ties if not gone & {t.source, t.target})
    return Facts(arrivals, corrections, kept, tuple(sorted(gone)))


def typed(definition: PropertyDef, value: Value | None) -> str:
    """A value as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "|".join(typed(definition, v) for v in value)
    if definition.datatype is Datatype.DECIMAL and isinstance(value, int):
        return f"{decimal(definition, value):f}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _values(ontology: Ontology, new: New, held: Mapping[str, Value]) -> dict[str, str]:
    properties = ontology.classes[new.class_name].properties
    return {name: typed(properties[name], value) for name, value in sorted(held.items())}


def _id(plan: Plan, ref: Ref) -> str:
    return ref if isinstance(ref, str) else plan.base.entity_id(ref)


def _linked(plan: Plan, relation: RelationDef, step: Link, found: dict[str, list[str]], ties: list[Tie]) -> None:
    source, target = _id(plan, step.source), _id(plan, step.target)
    bare = not (step.values or step.valid_from or step.valid_to)
    if bare and isinstance(step.source, int) and isinstance(step.target, int):
        found.setdefault(source, []).append(f"{relation.role}{'=' if relation.functional else '+='}{target}")
        return
    figures = {n: typed(relation.properties[n], v) for n, v in sorted(step.values.items())}
    ties.append(
        Tie(Role(relation.role, relation, inverse=False), source, target, figures, step.valid_from, step.valid_to)
    )


def _retargeted(
    plan: Plan, relation: RelationDef, step: Retarget, found: dict[str, list[str]], ties: list[Tie]
) -> None:  # fmt: skip
    edges, new = plan.base.relation(step.relation), _id(plan, step.to)
    for row in step.rows.tolist():
        source, target = (plan.base.entity_id(int(e)) for e in (edges.source[row], edges.target[row]))
        ends = (new, target) if step.at_source else (source, new)
        if step.at_source or not relation.functional:
            found.setdefault(source, []).append(f"{relation.role}-={target}")
        if isinstance(step.to, str):
            ties.append(Tie(Role(relation.role, relation, inverse=False), *ends, {}))
        else:
            found.setdefault(ends[0], []).append(f"{relation.role}{'=' if relation.functional else '+='}{ends[1]}")


_REASONS: Mapping[type, str] = {
    Outage: "a failure is an event, no fact that could be entered",
    RelationEdit: "figures of a relation are corrected in their source",
}


def _refused(plan: Plan, number: int) -> tuple[Problem, ...]:
    intervention = plan.scenario.interventions[number]
    where = intervention.at or Where(node=f"intervention {number + 1}")
    do = "Take that intervention out, then apply the rest."
    if distribution_of(intervention) is not None:
        return (Problem(where, "a value that is uncertain cannot be applied.", "Decide on a value first."),)
    for step in plan.steps:
        reason = _REASONS.get(type(step)) if step.number == number else None
        if reason is not None:
            return (Problem(where, f"this cannot be applied: {reason}.", do),)
    return ()
