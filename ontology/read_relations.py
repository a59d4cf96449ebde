"""Relation definitions → :class:`RelationDef`. Notes every problem it finds and goes on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rdflib import OWL, RDF, RDFS, URIRef

from ontology.definitions import Definition, names_known
from ontology.identifiers import RESERVED_PROPERTIES, RESERVED_RELATIONS, is_snake_name
from ontology.model import ClassDef, PropertyDef, RelationDef
from ontology.read_impact import read_impact
from ontology.vocabulary import KO, local_name


def read_relations(
    definitions: Mapping[URIRef, Definition],
    owned: Mapping[URIRef, Mapping[str, PropertyDef]],
    classes: Mapping[str, ClassDef],
) -> dict[str, RelationDef]:
    """All relations whose ends exist."""
    found: dict[str, RelationDef] = {}
    for iri, definition in definitions.items():
        if definition.kind != "relation":
            continue
        ends = [_end(definition, predicate, definitions) for predicate in (RDFS.domain, RDFS.range)]
        role, inverse_role = (_role(definition, predicate) for predicate in (KO.role, KO.inverseRole))
        named = is_snake_name(definition.name) and definition.name not in RESERVED_RELATIONS
        if not named:
            definition.add(
                f"{definition.name!r} can't be a relation's name.",
                "Use snake_case letters, digits and _, and none of: " + ", ".join(sorted(RESERVED_RELATIONS)) + ".",
            )
        if definition.name in found:
            definition.add(f"There are two relations called {definition.name}.", "Rename one: names must differ.")
        source, target = ends
        if source not in classes or target not in classes or not role or not inverse_role or not named:
            continue
        inverse_label = definition.labels(KO.inverseLabel).get("en")
        if inverse_label is None:
            definition.add(f"{definition.name} has no English ko:inverseLabel.", "Say how it reads backwards.")
        types = definition.objects(RDF.type)
        properties = MappingProxyType(dict(sorted(owned.get(iri, {}).items())))
        if KO.AcyclicRelation in types and not _may_cycle(classes[source], classes[target]):
            definition.add(f"{definition.name} can't have cycles: {source} and {target} are not of one kind.")
        found[definition.name] = RelationDef(
            name=definition.name,
            iri=str(iri),
            type=definition.name.upper(),
            source=source,
            target=target,
            role=role,
            inverse_role=inverse_role,
            label=definition.labels().get("en", role),
            inverse_label=inverse_label or inverse_role,
            comment=definition.labels(RDFS.comment).get("en", ""),
            functional=OWL.FunctionalProperty in types,
            inverse_functional=OWL.InverseFunctionalProperty in types,
            acyclic=KO.AcyclicRelation in types,
            has_valid_time=definition.flag(KO.validTime),
            properties=properties,
            impact=read_impact(definition, classes[source], classes[target], properties),
            synonyms=definition.texts(KO.synonym),
        )
    return found


def _end(definition: Definition, predicate: URIRef, definitions: Mapping[URIRef, Definition]) -> str:
    target = definition.one(predicate)
    side = "rdfs:domain" if predicate == RDFS.domain else "rdfs:range"
    if target is None:
        definition.add(f"{definition.name} has no {side}.", "Name the class.")
        return ""
    return local_name(str(target)) if names_known(definition, target, "class", definitions) else ""


def _role(definition: Definition, predicate: URIRef) -> str:
    name = definition.text(predicate)
    side = f"ko:{local_name(str(predicate))}"
    if not name:
        definition.add(f"{definition.name} has no {side}.", "Say what the other end is called from here.")
    elif not is_snake_name(name) or name in RESERVED_PROPERTIES:
        definition.add(f"{name!r} can't be a role's name.", "Use snake_case letters, digits and _.", at=side)
        return ""
    return name


def _may_cycle(source: ClassDef, target: ClassDef) -> bool:
    lines = ({source.name, *source.ancestors}, {target.name, *target.ancestors})
    return bool(lines[0] & lines[1])
