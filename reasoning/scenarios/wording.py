"""Interventions as sentences that an operations lead understands."""

from __future__ import annotations

from decimal import Decimal

from ontology.errors import KnockonError
from ontology.model import Ontology
from reasoning.network import Network
from reasoning.scenarios.select import Finder
from reasoning.scenarios.types import (
    Add,
    Change,
    Condition,
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
    Shape,
    Target,
    Test,
)
from reasoning.scenarios.wire import plain

_LISTED = 3
_TESTS = {
    Test.IS: "is", Test.NOT: "is not", Test.IN: "is one of", Test.ABOVE: "is above", Test.BELOW: "is below",
    Test.AT_LEAST: "is at least", Test.AT_MOST: "is at most",
}  # fmt: skip


def sentence(intervention: Intervention, network: Network) -> str:
    """What an intervention does, with names in place of ids."""
    words = _Words(network)
    match intervention:
        case Change(op, name, of, amount):
            what = f"{words.figure(name)} of {words.target(of)}"
            if op is Op.SET:
                return f"{what} is taken away" if amount is None else f"{what} becomes {words.amount(amount)}"
            if isinstance(amount, Decimal):
                if op is Op.SCALE:
                    return f"{what} {_percent(amount)}"
                up = "rises" if amount >= 0 else "falls"
                return f"{what} {up} by {plain(abs(amount))}"
            return f"{what} is {'multiplied by' if op is Op.SCALE else 'shifted by'} {words.amount(amount)}"
        case Delay(of, days):
            return f"what comes from {words.target(of)} is {words.amount(days)} days late"
        case Fail(of, days, after):
            lasts = " until further notice" if days is None else f" for {words.amount(days)} days"
            begins = f", beginning in {plain(after)} days" if after else ""
            return f"{words.target(of)} fails{lasts}{begins}"
        case Replace(old, new, role, among):
            scope = "" if among is None else f" for {words.target(among)}"
            return f"{words.name(new)} takes the place of {words.name(old)}{f' as {role}' if role else ''}{scope}"
        case Remove(of):
            return f"{words.target(of)} is gone, with all its relations"
        case Add(key, class_name):
            label = network.ontology.classes[class_name].label if class_name in network.ontology.classes else class_name
            return f"a new {label}: {key}"
        case Connect(of, role, to):
            return f"{words.target(of)} gets {words.name(to)} among its {role.replace('_', ' ')}"
        case Disconnect(of, role, to_):
            which = "nothing" if to_ is None else f"{words.name(to_)} no more"
            return f"{words.target(of)} has {which} among its {role.replace('_', ' ')}"
    raise AssertionError(intervention)


class _Words:
    def __init__(self, network: Network) -> None:
        self.network = network
        self.ontology: Ontology = network.ontology

    def name(self, named: Named) -> str:
        """A thing by its title, where it can be found."""
        try:
            return self.network.snapshot.title(Finder(self.network, None).one(named))
        except KnockonError:
            return named.text

    def target(self, target: Target) -> str:
        if isinstance(target, Names):
            shown = ", ".join(self.name(n) for n in target.names[:_LISTED])
            more = len(target.names) - _LISTED
            return shown + (f" and {more:,} more" if more > 0 else "")
        definition = self.ontology.classes.get(target.class_name)
        label = definition.label if definition else target.class_name
        if not target.where:
            return f"every {label}"
        return f"every {label} whose " + " and whose ".join(self.condition(c) for c in target.where)

    def condition(self, condition: Condition) -> str:
        path = condition.path.replace(".", " ").replace("_", " ")
        if condition.test is Test.MISSING:
            return f"{path} is {'missing' if condition.values[0] == 'true' else 'known'}"
        values = [self.name(Named(v, v)) if v.startswith("e_") else v for v in condition.values]
        return f"{path} {_TESTS[condition.test]} {' or '.join(values)}"

    def figure(self, name: str) -> str:
        return name.replace(".", " ").replace("_", " ")

    def amount(self, amount: str | Decimal | Distribution | None) -> str:
        if isinstance(amount, Distribution):
            return spread(amount)
        return plain(amount) if isinstance(amount, Decimal) else amount or ""


def spread(distribution: Distribution) -> str:
    """A distribution in words."""
    numbers = [plain(p) for p in distribution.parameters]
    match distribution.shape:
        case Shape.UNIFORM:
            return f"anything between {numbers[0]} and {numbers[1]}"
        case Shape.TRIANGULAR:
            return f"between {numbers[0]} and {numbers[2]}, most likely {numbers[1]}"
        case Shape.NORMAL:
            return f"about {numbers[0]} (give or take {numbers[1]})"
        case Shape.LOGNORMAL:
            return f"about {numbers[0]} (within a factor of {numbers[1]}, squared at the ends)"
        case Shape.CHOICE:
            return " or ".join(numbers[::2])
    raise AssertionError(distribution)


def _percent(factor: Decimal) -> str:
    if factor == 2:
        return "doubles"
    share = (factor - 1) * 100
    if factor < 0:
        return f"is multiplied by {plain(factor)}"
    return f"{'rises' if share >= 0 else 'falls'} by {plain(abs(share))} %"
