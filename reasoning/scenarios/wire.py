"""A scenario as plain content in the shape of its file: what is hashed, stored, sent, and shown before it runs."""

from __future__ import annotations

from decimal import Decimal
from io import StringIO

from ruamel.yaml import YAML

from reasoning.scenarios.types import (
    DRAWS,
    FORMAT,
    Add,
    Change,
    Connect,
    Delay,
    Disconnect,
    Distribution,
    Fail,
    Intervention,
    Named,
    Names,
    Op,
    Remove,
    Replace,
    Scenario,
    Shape,
    Target,
    Test,
)

Json = dict[str, object]


def content_json(scenario: Scenario) -> Json:
    """What a scenario does, without who, why and what is asked of it: equal contents give equal ids."""
    found: Json = {"do": [intervention_json(i) for i in scenario.interventions]}
    if scenario.as_of is not None:
        found["as_of"] = scenario.as_of.isoformat()
    if scenario.valid_at is not None:
        found["valid_at"] = scenario.valid_at
    if scenario.is_uncertain:
        found["seed"] = scenario.seed
        if scenario.draws != DRAWS:
            found["draws"] = scenario.draws
    return found


def scenario_json(scenario: Scenario) -> Json:
    """The whole scenario; reading it again gives an equal one."""
    found: Json = {"format": FORMAT, "name": scenario.name}
    for name in ("because", "author"):
        if getattr(scenario, name):
            found[name] = getattr(scenario, name)
    if scenario.base is not None:
        found["base"] = scenario.base
    names = {n.id: n.text for i in scenario.interventions for n in names_in(i) if n.id is not None and n.id != n.text}
    found.update(content_json(scenario))
    if names:
        found["names"] = names
    ask = {
        "measures": list(scenario.ask.measures) or None,
        "to": list(scenario.ask.to) or None,
        "semantics": scenario.ask.semantics,
    }
    if any(ask.values()):
        found["ask"] = {k: v for k, v in ask.items() if v is not None}
    return found


def scenario_yaml(scenario: Scenario) -> str:
    """The scenario as a file would have it."""
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    yaml.dump(scenario_json(scenario), stream)
    return stream.getvalue()


def intervention_json(intervention: Intervention) -> Json:
    """One intervention as a file has it."""
    match intervention:
        case Change(Op.SET, name, of, amount):
            return {"set": name, "of": _target(of), "to": _amount(amount)}
        case Change(op, name, of, amount):
            return {op.value: name, "of": _target(of), "by": _amount(amount)}
        case Delay(of, days):
            return {"delay": _target(of), "days": _amount(days)}
        case Fail(of, days, after, severity):
            found: Json = {"fail": _target(of)}
            if days is not None:
                found["days"] = _amount(days)
            if after:
                found["after"] = plain(after)
            if severity != 1:
                found["severity"] = plain(severity)
            return found
        case Replace(old, new, role, among):
            also = {"role": role, "of": None if among is None else _target(among)}
            return {"replace": _name(old), "by": _name(new), **{k: v for k, v in also.items() if v is not None}}
        case Remove(of):
            return {"remove": _target(of)}
        case Add(key, class_name, values, links):
            made: Json = {"add": class_name, "as": key}
            if values:
                made["properties"] = dict(values)
            if links:
                made["relations"] = {role: [_name(n) for n in names] for role, names in links}
            return made
        case Connect(of, role, to, values, valid_from, valid_to):
            made = {"connect": _target(of), "role": role, "to": _name(to)}
            if values:
                made["properties"] = dict(values)
            for key, day in (("valid_from", valid_from), ("valid_to", valid_to)):
                if day is not None:
                    made[key] = day.isoformat()
            return made
        case Disconnect(of, role, end):
            made = {"disconnect": _target(of), "role": role}
            return made if end is None else {**made, "to": _name(end)}
    raise AssertionError(intervention)


def names_in(intervention: Intervention) -> tuple[Named, ...]:
    """All names that an intervention gives."""
    found: list[Named] = []
    match intervention:
        case Replace(old, new, _, among):
            found += [old, new, *(among.names if isinstance(among, Names) else ())]
        case Add(links=links):
            found += [n for _, names in links for n in names]
        case Connect(of, _, to):
            found += [*(of.names if isinstance(of, Names) else ()), to]
        case Disconnect(of, _, end):
            found += [*(of.names if isinstance(of, Names) else ()), *([end] if end else [])]
        case Change(of=of) | Delay(of=of) | Fail(of=of) | Remove(of=of):
            found += of.names if isinstance(of, Names) else ()
    return tuple(found)


def plain(number: Decimal) -> str:
    """A number without exponent or idle zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _name(named: Named) -> str:
    return named.key


def _target(target: Target) -> object:
    if isinstance(target, Names):
        return _name(target.names[0]) if len(target.names) == 1 else [_name(n) for n in target.names]
    where: Json = {}
    for condition in target.where:
        match condition.test:
            case Test.IS if condition.path not in where:
                where[condition.path] = condition.values[0]
                continue
            case Test.IN:
                said: object = list(condition.values)
            case Test.MISSING:
                said = condition.values[0] == "true"
            case _:
                said = condition.values[0]
        held = where.setdefault(condition.path, {})
        if not isinstance(held, dict):
            held = where[condition.path] = {Test.IS.value: held}
        held[condition.test.value] = said
    return {"class": target.class_name, **({"where": where} if where else {})}


def _amount(amount: str | Decimal | Distribution | None) -> object:
    match amount:
        case Decimal():
            return plain(amount)
        case Distribution(shape, parameters, together):
            also: Json = {"together": True} if together else {}
            if shape is Shape.CHOICE:
                pairs = zip(parameters[::2], parameters[1::2], strict=True)
                return {shape.value: {plain(v): plain(w) for v, w in pairs}, **also}
            return {shape.value: [plain(p) for p in parameters], **also}
    return amount
