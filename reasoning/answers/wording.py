"""Things and values of the graph in words: the facts of an answer."""

from __future__ import annotations

from ontology.model import Datatype, PropertyDef
from ontology.types import Value
from ontology.values import display
from reasoning.network import Network
from reasoning.results import Impact

_MOST = 9  # properties that one fact tells
_LONGEST = 160  # characters of a value that is told


def definitions_of(network: Network, entity: int) -> dict[str, PropertyDef]:
    """The properties that an entity may have, by name."""
    found: dict[str, PropertyDef] = {}
    for name in network.snapshot.classes(entity):
        definition = network.ontology.classes.get(name)
        if definition is not None:
            found.update(definition.properties)
    return found


def shown(definition: PropertyDef, value: Value, values: dict[str, Value]) -> str:
    """A value as a person reads it, with its unit or currency."""
    listed = value if isinstance(value, tuple) else (value,)
    text = ", ".join(display(definition, v) for v in listed)
    if definition.is_money and definition.scale > 2 and text.endswith("0" * (definition.scale - 2)):
        text = text[: 2 - definition.scale]
    if definition.currency is not None and isinstance(values.get(definition.currency), str):
        return f"{text} {values[definition.currency]}"
    if definition.datatype is Datatype.DECIMAL and "." in text and definition.scale > 2:
        text = text.rstrip("0").rstrip(".")
    return text


def fact_text(network: Network, entity: int, *, first: frozenset[str] = frozenset()) -> str:
    """One line about an entity: its class, its title, and its values; those of ``first`` before the others."""
    values = network.snapshot.values(entity)
    definitions = definitions_of(network, entity)
    title = network.snapshot.title(entity)
    told: list[str] = []
    currencies = {d.currency for d in definitions.values() if d.currency}
    order = sorted(values, key=lambda n: (n not in first, _weight(definitions.get(n)), n))
    for name in order:
        definition = definitions.get(name)
        if definition is None or name in currencies or len(told) == _MOST:
            continue
        text = shown(definition, values[name], values)
        if text == title or len(text) > _LONGEST:
            continue
        told.append(f"{definition.label} {text}")
    kind = network.entity(entity).kind
    return f"{kind[:1].upper()}{kind[1:]} {title}" + (f": {', '.join(told)}" if told else "")


def totals_text(found: Impact) -> str:
    """What an impact comes to, in words: how many of each kind, what they are worth, and whether it is too late."""
    count, past = sum(t.count for t in found.totals), sum(t.past for t in found.totals)
    if not count:
        to = " of the kind asked for" if found.filters.to else ""
        return f"nothing{to} that is recorded depends on it"
    parts = []
    for total in found.totals[:8]:
        money = " and ".join(f"{a:,.2f} {c}".strip() for c, a in total.amounts.items())
        parts.append(f"{total.count:,} {total.label}{f' worth {money}' if money else ''}")
    more = f" and {len(found.totals) - 8} more kinds" if len(found.totals) > 8 else ""
    listed = f"{', '.join(parts)}{more}"
    if past == count:
        things = "thing depends" if count == 1 else "things depend"
        return (
            f"{count:,} {things} on it, {listed}; none is dated later than it could be reached, from {found.as_of} on"
        )
    dated = f"; {past:,} of these {count:,} dated before it could reach them" if past else ""
    return f"affected are {listed}{dated}"


def _weight(definition: PropertyDef | None) -> int:
    """Dates, money and states are told first, then numbers, then the rest."""
    if definition is None:
        return 9
    if definition.datatype in (Datatype.DATE, Datatype.DATETIME):
        return 0
    if definition.is_money or definition.values or definition.name == "status":
        return 1
    return 2 if definition.datatype in (Datatype.INTEGER, Datatype.DECIMAL, Datatype.FLOAT) else 3
