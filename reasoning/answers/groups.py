"""Groups in words and as rows: what each comes to, which is the largest, what part of all it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from ontology.model import Ontology, PropertyDef
from reasoning.answers.types import Table
from reasoning.network import Network
from reasoning.structure.grouped import NONE, End, Group
from reasoning.structure.outcome import Outcome
from reasoning.structure.plan import Key, Measure, Plan

ROWS = 100
"""Groups that a table lists."""
_TOLD = 5  # groups that a sentence names
_MONEY = Decimal("0.01")


def sentences(network: Network, plan: Plan, outcome: Outcome) -> tuple[str, ...]:
    """What a plan with groups came to."""
    definition = network.ontology.classes[plan.target]
    count = len(outcome.entities)
    noun = definition.label if count == 1 else definition.plural
    if plan.averaged:
        return (_mean_of(network, plan, outcome),)
    groups = _ranked(plan, outcome.groups)
    if plan.limit:
        if not groups:
            return (f"No {definition.label} fits.",)
        if plan.limit == 1 and len(groups) > 1:
            names = ", ".join(called(network, g.ends) for g in groups[:_TOLD])
            more = f" and {len(groups) - _TOLD:,} more" if len(groups) > _TOLD else ""
            return (f"{names}{more}: {_size(network, plan, groups[0])}.",)
        return (f"{'; '.join(_told(network, plan, g) for g in groups)}.",)
    if plan.compared:
        return (f"{'; '.join(_told(network, plan, g) for g in groups)}.",)
    whole = "" if plan.prop is None else f", {amounts_text(outcome.amounts, plan.prop)} in all"
    if plan.measure is Measure.MEAN and plan.prop is not None:
        whole = f", {plan.prop.label} {amounts_text(outcome.amounts, plan.prop)} on average"
    by = " and ".join(heading(network.ontology, k) for k in plan.keys)
    lead = f"{count:,} {noun}{whole}, by {by}: "
    parts = [
        f"{called(network, g.ends)} {_comes_to(plan, g, outcome)}"
        for g in groups[: 3 * _TOLD if len(groups) <= 15 else _TOLD]
    ]
    more = f"; {len(groups) - len(parts):,} more" if len(groups) > len(parts) else ""
    return (f"{lead}{'; '.join(parts)}{more}.",) if parts else (f"No {definition.label} fits.",)


def notes(plan: Plan, outcome: Outcome) -> tuple[str, ...]:
    """What must be said of groups: several currencies, groups of nothing."""
    found = []
    if plan.limit and len({c for g in outcome.groups for c in g.amounts}) > 1:
        found.append(
            "The amounts are in several currencies, which are not converted: the order is that of the figures."
        )
    if plan.smallest and plan.keys[0].prop is None:
        found.append("Only those that have any are compared.")
    if not plan.limit and len(outcome.groups) > ROWS:
        found.append(f"The table lists {ROWS} of {len(outcome.groups):,} groups.")
    return tuple(found)


def table(network: Network, plan: Plan, outcome: Outcome) -> Table:
    """The groups as rows."""
    snapshot, ontology = network.snapshot, network.ontology
    definition = ontology.classes[plan.target]
    whole = _whole(plan, outcome)
    wholes = {g.ends: replace(outcome, whole=g.count, whole_amounts=g.amounts) for g in outcome.whole_groups}
    groups = _ranked(plan, outcome.groups)  # where five are asked for, five are listed
    rows = tuple(
        (
            *(end_text(network, e) for e in g.ends),
            f"{g.count:,}",
            *((amounts_text(g.amounts, plan.prop),) if plan.prop is not None else ()),
            *((_part(plan, g, wholes.get(g.ends, whole)),) if plan.shares else ()),
        )
        for g in groups[:ROWS]
    )
    head = (
        *(heading(ontology, k) for k in plan.keys),
        definition.plural,
        *((plan.prop.label,) if plan.prop is not None else ()),
        *(("share",) if plan.shares else ()),
    )
    ids = tuple(snapshot.entity_id(g.ends[0]) for g in groups[:ROWS] if isinstance(g.ends[0], int))
    return Table(head, rows, ids if len(ids) == len(rows) else (), len(groups))


def amounts_text(amounts: dict[str, Decimal], definition: PropertyDef) -> str:
    """Sums by currency; currencies are never mixed."""
    told = []
    for currency, amount in amounts.items():
        text = f"{amount:,.2f}" if definition.is_money else f"{amount.normalize():,f}"
        told.append(f"{text} {currency}".strip() + unit_text(definition))
    return " and ".join(told) or "nothing"


def unit_text(definition: PropertyDef) -> str:
    """A unit as it stands behind a number."""
    return {"DAY": " days", "HR": " hours", "WK": " weeks", "MIN": " minutes"}.get(definition.unit or "", "")


def share_text(outcome: Outcome) -> str:
    """A share of things, or of sums by currency."""
    if outcome.whole_amounts:
        told = []
        for currency, whole in outcome.whole_amounts.items():
            part = outcome.amounts.get(currency, Decimal(0))
            told.append(
                f"{100 * part / whole:.1f} % of {whole:,.2f} {currency}".strip() if whole else f"nothing in {currency}"
            )
        return " and ".join(told)
    return f"{100 * len(outcome.entities) / outcome.whole:.1f} %" if outcome.whole else "nothing"


def _ranked(plan: Plan, groups: Sequence[Group]) -> Sequence[Group]:
    """The groups that are told: where only one is asked for, all that are level with it."""
    if not plan.limit:
        return groups
    named = [g for g in groups if NONE not in g.ends]
    if plan.limit > 1 or not named:
        return named[: plan.limit]
    first = named[0]
    return [g for g in named if (g.amounts == first.amounts if plan.prop is not None else g.count == first.count)]


def _told(network: Network, plan: Plan, group: Group) -> str:
    return f"{called(network, group.ends)}: {_size(network, plan, group)}"


def _size(network: Network, plan: Plan, group: Group) -> str:
    definition = network.ontology.classes[plan.target]
    noun = definition.label if group.count == 1 else definition.plural
    worth = f"{amounts_text(group.amounts, plan.prop)} over " if plan.prop is not None else ""
    return f"{worth}{group.count:,} {noun}"


def _comes_to(plan: Plan, group: Group, outcome: Outcome) -> str:
    if plan.shares:
        of = next((g for g in outcome.whole_groups if g.ends == group.ends), None)
        whole = _whole(plan, outcome) if of is None else replace(outcome, whole=of.count, whole_amounts=of.amounts)
        return _part(plan, group, whole)
    return amounts_text(group.amounts, plan.prop) if plan.prop is not None else f"{group.count:,}"


def called(network: Network, ends: Sequence[End]) -> str:
    """What a group is called."""
    return ", ".join("not recorded" if e == NONE else end_text(network, e) for e in ends)


def end_text(network: Network, end: End) -> str:
    """What an end is called: by its title; a thing without one by its code."""
    if isinstance(end, str):
        return end
    names = [d for c in network.snapshot.classes(end) if (d := network.ontology.classes.get(c)) is not None]
    if any(d.title is not None and network.snapshot.value(end, d.title) is not None for d in names):
        return network.snapshot.title(end)
    codes = (network.snapshot.value(end, name) for name in ("code", "number"))
    return next((c for c in codes if isinstance(c, str)), network.snapshot.title(end))


def heading(ontology: Ontology, key: Key) -> str:
    """What stands above the groups of a key."""
    if key.prop is None:
        return ontology.classes[key.steps[-1].target].label
    return f"{key.period.value} of {key.prop.label}" if key.period is not None else key.prop.label


def _mean_of(network: Network, plan: Plan, outcome: Outcome) -> str:
    """The mean of what the groups come to."""
    definition = network.ontology.classes[plan.target]
    groups = [g for g in outcome.groups if NONE not in g.ends]
    by = " and ".join(heading(network.ontology, k) for k in plan.keys)
    if not groups:
        return f"No {definition.label} fits."
    if plan.prop is None:
        mean = f"{Decimal(sum(g.count for g in groups)) / len(groups):.2f} {definition.plural}"
    else:
        sums: dict[str, Decimal] = {}
        for group in groups:
            for currency, amount in group.amounts.items():
                sums[currency] = sums.get(currency, Decimal(0)) + amount
        mean = amounts_text({c: (s / len(groups)).quantize(_MONEY) for c, s in sums.items()}, plan.prop)
    return f"{mean} per {by} on average ({len(groups):,} that have any)."


def _whole(plan: Plan, outcome: Outcome) -> Outcome:
    """All groups together, as what each is a share of."""
    return replace(outcome, whole=len(outcome.entities), whole_amounts=outcome.amounts if plan.prop is not None else {})


def _part(plan: Plan, group: Group, whole: Outcome) -> str:
    if plan.prop is None:
        return f"{100 * group.count / whole.whole:.1f} %" if whole.whole else "–"
    told = [
        f"{100 * group.amounts.get(c, Decimal(0)) / of:.1f} %"
        for c, of in whole.whole_amounts.items()
        if of and c in group.amounts
    ]
    return " and ".join(told) or "0.0 %"
