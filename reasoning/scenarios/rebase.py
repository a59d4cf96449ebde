"""A scenario on newer data: what it edits there, and where the data moved under it, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from graph_engine.snapshot import Snapshot
from ontology.errors import KnockonError
from ontology.model import Ontology
from ontology.values import display
from reasoning.network import Network
from reasoning.scenarios.edit import edited
from reasoning.scenarios.plan import CellEdit, Plan
from reasoning.scenarios.resolve import resolve
from reasoning.scenarios.types import Intervention, Op, Scenario
from reasoning.types import EntityRef


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that the scenario sets and that the data changed meanwhile, or a thing that is gone."""

    number: int
    """The intervention, from 1."""
    entity: EntityRef | None
    field: str
    was: str
    """In the base that the scenario was made on."""
    now: str
    """In the newer base."""
    wanted: str
    """In the scenario."""
    resolved: str = ""
    """What the rebased scenario does about it."""


@dataclass(frozen=True, slots=True)
class Rebase:
    """A scenario on a newer version."""

    scenario: Scenario
    conflicts: tuple[Conflict, ...]
    moved: tuple[Conflict, ...]
    """Fields that the data changed and the scenario edits relatively: the edit is applied to the newer value."""
    dropped: tuple[int, ...]
    """Interventions (from 1) that mean nothing any more and were left out."""


def rebase(old: Network, new: Network, scenario: Scenario) -> Rebase:
    """The scenario on ``new``, made on ``old``. Neither network is changed.

    A field that the scenario *sets* and that the data changed meanwhile is a conflict: the scenario's value is kept.
    A field that it scales or shifts is moved along. An intervention about what is gone is left out and is a conflict.

    Raises:
        ScenarioError: nothing of the scenario means anything any more.
    """
    kept: list[Intervention] = []
    numbers: list[int] = []
    conflicts: list[Conflict] = []
    day = scenario.as_of
    for number, intervention in enumerate(scenario.interventions):
        trial = replace(scenario, interventions=(*kept, intervention))
        try:
            resolve(new, trial, today=day)
        except KnockonError as problem:
            conflicts.append(
                Conflict(number + 1, None, "", "", "", "", f"{problem.what} The intervention is left out.")
            )
            continue
        kept.append(intervention)
        numbers.append(number)
    dropped = tuple(n + 1 for n in range(len(scenario.interventions)) if n not in set(numbers))
    if not kept:
        resolve(new, scenario, today=day)  # says what is wrong with the first
    moved: list[Conflict] = []
    before, after = (
        resolve(old, scenario, today=day),
        resolve(new, replace(scenario, interventions=tuple(kept)), today=day),
    )
    held = _fields(before, old.ontology)
    for (id_, name), (local, op, wanted) in _fields(after, new.ontology).items():
        at = old.snapshot.exact(id_)
        if at is None or (id_, name) not in held:
            continue
        was, now = _text(old.snapshot, old.ontology, id_, name), _text(new.snapshot, new.ontology, id_, name)
        if was == now:
            continue
        entity = new.entity(new.snapshot.index(id_))
        found = Conflict(numbers[local] + 1, entity, name, was, now, wanted)
        if op is Op.SET:
            conflicts.append(replace(found, resolved="The scenario's value is kept."))
        else:
            moved.append(replace(found, resolved="The edit is applied to the newer value."))
    version = new.snapshot.version
    made = replace(scenario, interventions=tuple(kept), base=version)
    if made.id != scenario.id:
        made = replace(made, parent=scenario.id)
    return Rebase(made, tuple(sorted(conflicts, key=lambda c: c.number)), tuple(moved), dropped)


def _fields(plan: Plan, ontology: Ontology) -> Mapping[tuple[str, str], tuple[int, Op, str]]:
    """(entity id, property) → the last intervention that edits it, how, and to what."""
    wanted: dict[tuple[str, str], str] = {}
    for touched in edited(plan, ontology).cells:
        if not touched.relation:
            for at, row in enumerate(touched.rows.tolist()):
                value = touched.after.python(at)
                text = "unknown" if value is None or isinstance(value, tuple) else display(touched.definition, value)
                wanted[plan.base.entity_id(row), touched.definition.name] = text
    found: dict[tuple[str, str], tuple[int, Op, str]] = {}
    for step in plan.steps:
        if isinstance(step, CellEdit):
            for entity in step.entities.tolist():
                key = plan.base.entity_id(entity), step.definition.name
                found[key] = step.number, step.op, wanted.get(key, "what it is already")
    return found


def _text(snapshot: Snapshot, ontology: Ontology, id_: str, name: str) -> str:
    at = snapshot.index(id_)
    value = snapshot.value(at, name)
    if value is None:
        return "unknown"
    definition = next(d for c in snapshot.classes(at) if (d := ontology.classes[c].properties.get(name)) is not None)
    several = value if isinstance(value, tuple) else (value,)
    return ", ".join(display(definition, v) for v in several)
