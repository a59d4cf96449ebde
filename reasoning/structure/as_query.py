"""A plan in the query language of the API, where that can say it: what runs as parameterised, read-only Cypher.

Not said there: what one thing must be in two respects over a way to several, parts of wholes, days compared with days,
counts of others, sources, shares, means of groups, extremes in each group.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

from graph_engine.snapshot import Snapshot, fold
from ontology.model import Datatype, Ontology, PropertyDef
from reasoning.structure.plan import (
    EXTREMES,
    Comparison,
    Condition,
    Key,
    Measure,
    Part,
    Plan,
    Steps,
    Tie,
    is_functional,
)

Json = dict[str, object]
_ROWS = 1_000
_OPERATORS = {
    Comparison.ABOVE: "gt",
    Comparison.AT_LEAST: "ge",
    Comparison.BELOW: "lt",
    Comparison.AT_MOST: "le",
    Comparison.IS: "eq",
}
_GROUPED = {Measure.COUNT: "count", Measure.SUM: "sum", Measure.MEAN: "mean"}


def query_of(plan: Plan, snapshot: Snapshot, ontology: Ontology) -> Json | None:
    """The query that finds what a plan finds, or None where the language cannot say it."""
    several = any(not is_functional(key.steps) for key in plan.keys)
    beyond = (
        plan.through_parts or plan.many or plan.levels or plan.origins or plan.compared or plan.averaged or plan.shares
    )
    parts = (*plan.ties, *plan.conditions, *(p for g in plan.either for p in g))
    in_each = bool(plan.keys) and plan.measure in EXTREMES
    if beyond or several or in_each or plan.measure is Measure.SHARE or plan.each or _entwined(parts):
        return None
    where: list[Json] = []
    single: tuple[tuple[Part, ...], ...] = (*((t,) for t in plan.ties), *((c,) for c in plan.conditions))
    for group in (*single, *plan.either):
        told = [_part(part, plan.target, snapshot) for part in group]
        found = [t for t in told if t is not None]
        if len(found) < len(told):
            return None
        where.append(found[0] if len(found) == 1 else {"any": found})
    where += [{"path": _path(steps, "id"), "op": "missing"} for steps in plan.lacking]
    where += [{"not": {"path": _path(steps, "id"), "op": "missing"}} for steps in plan.having]
    if plan.measure in (Measure.HIGHEST, Measure.LOWEST) and plan.prop is not None:
        where.append({"not": {"path": plan.prop.name, "op": "missing"}})
    if plan.among:
        where.append({"path": "id", "op": "in", "value": [snapshot.entity_id(e) for e in plan.among]})
    return {"class": plan.target, "where": where, **(_groups(plan, ontology) or _rows(plan, ontology))}


def _entwined(parts: tuple[Part, ...]) -> bool:
    """Whether two parts must hold of the same one of several things: the query would look for each apart."""
    first = Counter(
        (p.steps[0].relation.name, p.steps[0].inverse) for p in parts if p.steps and not is_functional(p.steps[:1])
    )
    return any(number > 1 for number in first.values())


def _groups(plan: Plan, ontology: Ontology) -> Json:
    """What is counted or added up; empty where rows are asked for."""
    function = _GROUPED.get(plan.measure)
    if function is None:
        return {}
    group = [path for key in plan.keys for path in _key(key, ontology)]
    currency = plan.prop.currency if plan.prop is not None else None
    group += [currency] if currency is not None and currency not in group else []
    name = plan.prop.name if plan.prop is not None else "number"
    aggregates: list[Json] = [{"fn": function, "name": name, **({"path": name} if plan.prop is not None else {})}]
    aggregates += [{"fn": "count", "name": "number"}] if plan.prop is not None else []
    by_time = any(key.period is not None for key in plan.keys) and not plan.limit
    order: list[Json] = [] if by_time or not plan.keys else [{"by": name, "descending": not plan.smallest}]
    limit = plan.limit if plan.limit is not None and plan.limit > 1 else _ROWS
    return {"group": group, "aggregates": aggregates, "order": order, "limit": limit}


def _key(key: Key, ontology: Ontology) -> list[str]:
    if key.prop is not None:
        period = f":{key.period.name.lower()}" if key.period is not None else ""
        return [_path(key.steps, key.prop.name) + period]
    title = ontology.classes[key.steps[-1].target].title
    return [_path(key.steps, "id"), *((_path(key.steps, title),) if title is not None else ())]


def _rows(plan: Plan, ontology: Ontology) -> Json:
    """What is listed, or the largest."""
    title = ontology.classes[plan.target].title
    told = [p.name for p in (plan.prop, *plan.more) if p is not None]
    currency = [plan.prop.currency] if plan.prop is not None and plan.prop.currency is not None else []
    select = list(dict.fromkeys(([title] if title is not None else []) + told + currency))
    found: Json = {"select": select or ["id"], "limit": _ROWS}
    if plan.measure in (Measure.HIGHEST, Measure.LOWEST) and plan.prop is not None:
        found["order"] = [{"by": plan.prop.name, "descending": plan.measure is Measure.HIGHEST}]
    return found


def _part(part: Part, target: str, snapshot: Snapshot) -> Json | None:
    if isinstance(part, Tie):
        return {"path": _path(part.steps, "id"), "value": snapshot.entity_id(part.entity)}
    path = _path(part.steps, part.prop.name)
    owner = part.steps[-1].target if part.steps else target
    match part.comparison:
        case Comparison.RECORDED:
            return {"not": {"path": path, "op": "missing"}}
        case Comparison.MISSING:
            return {"path": path, "op": "missing"} if not part.steps else None
        case Comparison.WITHIN:
            return _within(part, path)
        case Comparison.IS | Comparison.IS_NOT if isinstance(part.value, str):
            held = snapshot.column(owner, part.prop.name).dictionary or ()
            same = [text for text in held if fold(text) == fold(str(part.value))] or [str(part.value)]
            found: Json = {"path": path, "op": "in", "value": same}
            if part.comparison is Comparison.IS:
                return found
            return {"not": found} if is_functional(part.steps) and part.prop.functional else None
        case _ if part.comparison in _OPERATORS and part.done is None:
            return {"path": path, "op": _OPERATORS[part.comparison], "value": _written(part)}
        case _:
            return None


def _within(part: Condition, path: str) -> Json | None:
    if not is_functional(part.steps):
        return None  # one of several things may lie behind the first day and another before the last
    bounds = (("ge", part.value), ("lt", part.until))
    held: list[Json] = [
        {"path": path, "op": op, "value": _day(part.prop, day)} for op, day in bounds if isinstance(day, date)
    ]
    return {"all": held}


def _day(definition: PropertyDef, day: date) -> str:
    return f"{day}T00:00:00Z" if definition.datatype is Datatype.DATETIME else str(day)


def _written(part: Condition) -> str | bool:
    """A value as the query language takes it: decimals as they are stored, at their scale."""
    if isinstance(part.value, bool):
        return part.value
    if part.prop.datatype is Datatype.INTEGER and isinstance(part.value, Decimal):
        return f"{part.value.normalize():f}"
    return str(part.value)


def _path(steps: Steps, name: str) -> str:
    return ".".join((*(step.name for step in steps), name))
