"""A scenario with ids in place of names: it means the same for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ontology.errors import Where
from reasoning.network import Network
from reasoning.scenarios.select import Finder, day_of
from reasoning.scenarios.types import (
    Add,
    Change,
    Connect,
    Delay,
    Disconnect,
    Fail,
    Intervention,
    Named,
    Names,
    Remove,
    Replace,
    Scenario,
    Target,
)
from reasoning.scenarios.wire import names_in


def pinned(network: Network, scenario: Scenario, *, today: date | None = None) -> Scenario:
    """The scenario with ids in place of names and the version it was made on: it means the same for ever.

    Raises:
        ScenarioError: a name means nothing, or several things.
    """
    as_of = scenario.as_of or today or date.today()
    find = Finder(network, day_of(scenario, as_of))
    find.prepare(sum(len(names_in(i)) for i in scenario.interventions))
    keys = {i.key for i in scenario.interventions if isinstance(i, Add)}

    def pin(named: Named, at: Where | None) -> Named:
        if named.id is not None or named.text in keys:
            return named
        return Named(named.text, network.snapshot.entity_id(find.one(named, at)))

    def pin_target(target: Target, at: Where | None) -> Target:
        return Names(tuple(pin(n, at) for n in target.names)) if isinstance(target, Names) else target

    done: list[Intervention] = []
    for step in scenario.interventions:
        match step:
            case Replace(old, new, role, among, at):
                scope = None if among is None else pin_target(among, at)
                done.append(Replace(pin(old, at), pin(new, at), role, scope, at))
            case Add(key, class_name, values, links, at):
                held = tuple((r, tuple(pin(n, at) for n in names)) for r, names in links)
                done.append(Add(key, class_name, values, held, at))
            case Connect(of, _, to, _, _, _, at):
                done.append(replace(step, of=pin_target(of, at), to=pin(to, at)))
            case Disconnect(of, _, end, at):
                done.append(replace(step, of=pin_target(of, at), to=None if end is None else pin(end, at)))
            case Change(at=at) | Delay(at=at) | Fail(at=at) | Remove(at=at):
                done.append(replace(step, of=pin_target(step.of, at)))
    return replace(scenario, interventions=tuple(done), base=network.snapshot.version, as_of=as_of)
