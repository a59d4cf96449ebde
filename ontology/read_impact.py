"""The ``ko:impact`` of a relation, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from rdflib import RDF, Literal
from rdflib.term import Node

from ontology.definitions import Definition, suggestion
from ontology.model import ClassDef, Datatype, Direction, Gate, ImpactSpec, PropertyDef
from ontology.vocabulary import ANNOTATIONS, KO, local_name

_NUMBERS = (Datatype.INTEGER, Datatype.DECIMAL, Datatype.FLOAT)


def read_impact(
    definition: Definition, source: ClassDef, target: ClassDef, properties: Mapping[str, PropertyDef]
) -> ImpactSpec | None:
    """The impact of a relation, or None where it carries none. Problems are noted on the definition."""
    node = definition.one(KO.impact)
    if node is None:
        return None
    stated = _annotations(definition, node)
    direction = _choice(definition, stated.get("direction"), "direction", tuple(Direction))
    gate = _choice(definition, stated.get("gate", "all"), "gate", tuple(Gate))
    weight = _number(definition, stated.get("weight"), "weight", 1.0, 0.0, 1.0)
    lag = _number(definition, stated.get("lag"), "lag", 0.0, 0.0, 36_500.0)
    k = _number(definition, stated.get("k"), "k", 1.0, 1.0, 1_000_000.0)
    if gate == Gate.K_OF_N and "k" not in stated:
        definition.add(f"The impact of {definition.name} needs k of n, but has no ko:k.", at="ko:gate")
    if k != int(k):
        definition.add(f"ko:k of {definition.name} is not a whole number.", at="ko:k")
    for key in ("weightProperty", "lagProperty"):
        if key in stated:
            _names_number(definition, key, str(stated[key]), properties, "relation")
    leaves = target if direction == Direction.AGAINST else source
    if "lagNodeProperty" in stated:
        _names_number(definition, "lagNodeProperty", str(stated["lagNodeProperty"]), leaves.properties, leaves.name)
    if direction is None or gate is None:
        return None
    return ImpactSpec(
        direction=Direction(direction),
        weight=weight,
        weight_property=_text(stated.get("weightProperty")),
        lag=lag,
        lag_property=_text(stated.get("lagProperty")),
        lag_node_property=_text(stated.get("lagNodeProperty")),
        gate=Gate(gate),
        k=int(k),
    )


def _annotations(definition: Definition, node: Node) -> dict[str, Node | str]:
    found: dict[str, Node | str] = {}
    for file in reversed(definition.files):
        if (definition.iri, KO.impact, node) not in file.graph:
            continue
        for predicate, value in sorted(file.graph.predicate_objects(node), key=str):
            name = local_name(str(predicate))
            if not str(predicate).startswith(str(KO)) or name not in ANNOTATIONS["impact"]:
                if predicate != RDF.type:
                    hint = suggestion(name, ANNOTATIONS["impact"])
                    definition.add(f"The impact of {definition.name} has no annotation {name}.", hint, at=name)
            elif name in found:
                definition.add(f"The impact of {definition.name} has two of ko:{name}.", "Keep one.", at=f"ko:{name}")
            else:
                found[name] = value
        break
    return found


def _text(value: Node | str | None) -> str | None:
    return None if value is None else str(value)


def _choice(definition: Definition, value: Node | str | None, name: str, possible: tuple[str, ...]) -> str | None:
    if value is not None and str(value) in possible:
        return str(value)
    said = f"has no ko:{name}" if value is None else f"has ko:{name} {str(value)!r}"
    choices = ", ".join(f'"{choice}"' for choice in possible)
    definition.add(f"The impact of {definition.name} {said}.", f"It must be one of {choices}.", at=f"ko:{name}")
    return None


def _number(
    definition: Definition, value: Node | str | None, name: str, default: float, low: float, high: float
) -> float:
    if value is None:
        return default
    number = value.value if isinstance(value, Literal) else None
    if isinstance(number, int | float | Decimal) and not isinstance(number, bool) and low <= number <= high:
        return float(number)
    limits = f"between {low:g} and {high:g}" if high < 1000 else f"{low:g} or more"
    definition.add(f"ko:{name} of {definition.name} is {value}.", f"It must be {limits}.", at=f"ko:{name}")
    return default


def _names_number(
    definition: Definition, key: str, name: str, properties: Mapping[str, PropertyDef], owner: str
) -> None:
    found = properties.get(name)
    if found is None:
        definition.add(
            f"ko:{key} of {definition.name} names {name}, which is not a property of the {owner}.",
            suggestion(name, properties),
            at=f"ko:{key}",
        )
    elif found.datatype not in _NUMBERS or not found.functional or found.is_money:
        definition.add(f"ko:{key} of {definition.name} names {name}, which is not a plain number.", at=f"ko:{key}")
    elif key != "weightProperty" and found.unit != "DAY":
        definition.add(
            f"ko:{key} of {definition.name} names {name}, which is not in days.",
            f"Add ko:unit unit:DAY to {name}.",
            at=f"ko:{key}",
        )
