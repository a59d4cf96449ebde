"""A scenario as corrections that a person could have entered: what applying it says to the ordinary pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ontology.errors import Where
from ontology.located import Problem
from ontology.model import Datatype, Ontology, PropertyDef, RelationDef
from ontology.types import Value
from ontology.values import decimal
from reasoning.scenarios.edit import edited
from reasoning.scenarios.plan import Cut, Gone, Link, New, Outage, Plan, RelationEdit, Retarget
from reasoning.scenarios.types import ScenarioError, distribution_of


@dataclass(frozen=True, slots=True)
class Correction:
    """Changes of one thing, as ``knockon correct`` takes them: ``price=5.00``, ``supplier=e_…``, ``parts-=e_…``."""

    entity: str
    changes: tuple[str, ...]


def corrections(plan: Plan, ontology: Ontology) -> tuple[Correction, ...]:
    """What a scenario comes to, as corrections of facts, one for each thing, by id.

    Raises:
        ScenarioError: some of it is no fact that could be corrected (a failure, a distribution, a new or vanished
            thing, a property of a relation); each such intervention is named.
    """
    problems = tuple(p for n in range(plan.count) for p in _refused(plan, n))
    if problems:
        raise ScenarioError.of(problems)
    found: dict[str, list[str]] = {}
    for touched in edited(plan, ontology).cells:
        for at, row in enumerate(touched.rows.tolist()):
            text = typed(touched.definition, touched.after.python(at))
            found.setdefault(plan.base.entity_id(row), []).append(f"{touched.definition.name}={text}")
    for step in plan.steps:
        match step:
            case Retarget():
                _retargeted(plan, ontology.relations[step.relation], step, found)
            case Cut():
                relation, edges = ontology.relations[step.relation], plan.base.relation(step.relation)
                for row in step.rows.tolist():
                    source = plan.base.entity_id(int(edges.source[row]))
                    target = plan.base.entity_id(int(edges.target[row]))
                    found.setdefault(source, []).append(f"{relation.role}-={target}")
            case Link():
                assert isinstance(step.source, int) and isinstance(step.target, int)
                relation = ontology.relations[step.relation]
                sign = "=" if relation.functional else "+="
                change = f"{relation.role}{sign}{plan.base.entity_id(step.target)}"
                found.setdefault(plan.base.entity_id(step.source), []).append(change)
    return tuple(Correction(e, tuple(dict.fromkeys(changes))) for e, changes in sorted(found.items()))


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


def _retargeted(plan: Plan, relation: RelationDef, step: Retarget, found: dict[str, list[str]]) -> None:
    edges = plan.base.relation(step.relation)
    assert isinstance(step.to, int)
    new = plan.base.entity_id(step.to)
    for row in step.rows.tolist():
        source, target = (plan.base.entity_id(int(e)) for e in (edges.source[row], edges.target[row]))
        if step.at_source:
            found.setdefault(source, []).append(f"{relation.role}-={target}")
            found.setdefault(new, []).append(f"{relation.role}{'=' if relation.functional else '+='}{target}")
        elif relation.functional:
            found.setdefault(source, []).append(f"{relation.role}={new}")
        else:
            found.setdefault(source, []).extend((f"{relation.role}-={target}", f"{relation.role}+={new}"))


_REASONS: Mapping[type, str] = {
    Outage: "a failure is an event, no fact that could be entered",
    Gone: "things go when their source no longer has them",
    New: "new things come from a source",
    RelationEdit: "figures of a relation are corrected in their source",
}


def _refused(plan: Plan, number: int) -> tuple[Problem, ...]:
    intervention = plan.scenario.interventions[number]
    where = intervention.at or Where(node=f"intervention {number + 1}")
    do = "Take that intervention out, then apply the rest."
    if distribution_of(intervention) is not None:
        return (Problem(where, "a value that is uncertain cannot be applied.", "Decide on a value first."),)
    for step in plan.steps:
        if step.number != number:
            continue
        for kind, reason in _REASONS.items():
            if isinstance(step, kind):
                return (Problem(where, f"this cannot be applied: {reason}.", do),)
        if isinstance(step, Link) and (step.values or step.valid_from or step.valid_to):
            return (Problem(where, "this cannot be applied: a correction states a bare relation.", do),)
    return ()
