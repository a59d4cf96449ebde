"""The largest (newest, cheapest …) of each group, in words and as rows."""

from __future__ import annotations

from reasoning.answers.groups import ROWS, called, end_text, heading
from reasoning.answers.groups import unit_text as unit
from reasoning.answers.types import Table
from reasoning.answers.wording import shown
from reasoning.network import Network
from reasoning.structure.outcome import Outcome
from reasoning.structure.plan import Plan

_TOLD = 5  # groups that a sentence names, and things of one group


def sentences(network: Network, plan: Plan, outcome: Outcome) -> tuple[str, ...]:
    """What has the highest (or lowest) value in each group."""
    definition = network.ontology.classes[plan.target]
    if not outcome.groups:
        return (f"No {definition.label} fits.",)
    parts = [
        f"{called(network, group.ends)}: {', '.join(_thing(network, plan, outcome, e) for e in group.best[:_TOLD])}"
        + (f" and {len(group.best) - _TOLD:,} more" if len(group.best) > _TOLD else "")
        for group in outcome.groups[:_TOLD]
    ]
    left = len(outcome.groups) - len(parts)
    return (f"{'; '.join(parts)}{f'; {left:,} more' if left else ''}.",)


def table(network: Network, plan: Plan, outcome: Outcome) -> Table:
    """A row for each thing that is the largest of its group."""
    assert plan.prop is not None
    ontology = network.ontology
    found = [(group, entity) for group in outcome.groups for entity in group.best]
    rows = tuple(
        (
            *(end_text(network, e) for e in group.ends),
            _title(network, outcome, entity),
            _value(network, plan, entity),
        )
        for group, entity in found[:ROWS]
    )
    head = (*(heading(ontology, k) for k in plan.keys), ontology.classes[plan.target].label, plan.prop.label)
    ids = tuple(network.snapshot.entity_id(entity) for _, entity in found[:ROWS])
    return Table(head, rows, ids, len(found))


def notes(outcome: Outcome) -> tuple[str, ...]:
    """That not all are listed."""
    found = sum(len(group.best) for group in outcome.groups)
    return (f"The table lists {ROWS} of {found:,}.",) if found > ROWS else ()


def _thing(network: Network, plan: Plan, outcome: Outcome, entity: int) -> str:
    return f"{_title(network, outcome, entity)} ({_value(network, plan, entity)})"


def _title(network: Network, outcome: Outcome, entity: int) -> str:
    """What a thing is called; where something beside it was asked for (the supplier of an offer), that."""
    beside = outcome.beside.get(entity, ())
    return ", ".join(network.snapshot.title(e) for e in beside) or network.snapshot.title(entity)


def _value(network: Network, plan: Plan, entity: int) -> str:
    assert plan.prop is not None
    values = network.snapshot.values(entity)
    return shown(plan.prop, values[plan.prop.name], values) + unit(plan.prop)
