"""What a what-if or a correction may name for a caller from whom something is withheld.

Decided from what it names, the classes of things that he sees, and the policy alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.access.caller import Forbidden
from graph_engine.snapshot.visibility import Visibility
from ontology.model import Ontology

if TYPE_CHECKING:
    from reasoning.scenarios.plan import Plan
    from reasoning.scenarios.types import Intervention, Scenario, Selection


def require_seen_selections(scenario: Scenario, visible: Visibility, ontology: Ontology) -> None:
    """Refuse selections by what is hidden: on the caller's view nothing would meet them.

    Raises:
        Forbidden: a condition names a hidden class, property or relation.
    """
    for step in scenario.interventions:
        for selection in _selections(step):
            _require_selection(selection, visible, ontology)


def require_seen(plan: Plan, visible: Visibility, ontology: Ontology) -> None:
    """Refuse edits of what is hidden: on the caller's view it would seem not to be known.

    Hidden things need no check: on his view nothing is called so.

    Raises:
        Forbidden: an edit names a hidden class, property or relation.
    """
    from reasoning.scenarios.plan import CellEdit, Cut, Link, New, RelationEdit, Retarget
    from reasoning.scenarios.types import Change

    interventions = plan.scenario.interventions
    for at in plan.steps:
        match at:
            case CellEdit() if isinstance(interventions[at.number], Change) and len(at.entities):
                classes = plan.base.classes(int(at.entities[0]))
                _refuse(visible.hides_property(classes, at.definition.name), at.definition.label)
            case RelationEdit():
                hidden = f"{at.relation}.{at.definition.name}" in visible.relation_properties
                _refuse(hidden, at.definition.label)
            case New():
                _refuse(visible.hides_class([at.class_name]), ontology.classes[at.class_name].label)
                for name in at.values:
                    _refuse(visible.hides_property([at.class_name], name), name)
            case Link():
                _refuse(at.relation in visible.relations, ontology.relations[at.relation].label)
                for name in at.values:
                    _refuse(f"{at.relation}.{name}" in visible.relation_properties, name)
            case Retarget() | Cut():
                _refuse(at.relation in visible.relations, ontology.relations[at.relation].label)


def _selections(step: Intervention) -> list[Selection]:
    from reasoning.scenarios.types import Replace, Selection

    targets = [step.among] if isinstance(step, Replace) else [getattr(step, "of", None)]
    return [t for t in targets if isinstance(t, Selection)]


def _require_selection(selection: Selection, visible: Visibility, ontology: Ontology) -> None:
    _refuse(visible.hides_class([selection.class_name]), selection.class_name)
    for condition in selection.where:
        here = selection.class_name
        for part in condition.path.split("."):
            role = ontology.roles(here).get(part)
            if role is None:
                family = [here, *ontology.classes[here].ancestors, *ontology.subclasses(here)]
                _refuse(visible.hides_property(family, part), part)
                break
            _refuse(role.relation.name in visible.relations or visible.hides_class([role.target]), part)
            here = role.target


def _refuse(hidden: bool, what: str) -> None:
    if hidden:
        raise Forbidden(f"This names {what!r}, which is withheld from you.", do="Leave it out, or ask who sees all.")
