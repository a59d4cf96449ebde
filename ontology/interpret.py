"""Definitions → classes, properties and relations. Notes every problem it finds and goes on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rdflib import OWL, RDF, RDFS, BNode, Literal, URIRef
from rdflib.term import Node

from ontology.definitions import Definition, suggestion
from ontology.identifiers import (
    RESERVED_CLASSES,
    RESERVED_PROPERTIES,
    RESERVED_RELATIONS,
    is_class_name,
    is_snake_name,
)
from ontology.impact_spec import read_impact
from ontology.model import ClassDef, Datatype, PropertyDef, RelationDef
from ontology.vocabulary import DATATYPES, KO, QUDT_UNIT, local_name

Definitions = Mapping[URIRef, Definition]


def read_properties(definitions: Definitions) -> tuple[dict[URIRef, dict[str, PropertyDef]], dict[str, Definition]]:
    """Own properties by the class or relation that they belong to, and the definition of each by IRI."""
    owned: dict[URIRef, dict[str, PropertyDef]] = {}
    sources: dict[str, Definition] = {}
    for definition in definitions.values():
        if definition.kind != "property":
            continue
        owner = _owner(definition, definitions)
        property_ = read_property(definition)
        if owner is None or property_ is None:
            continue
        siblings = owned.setdefault(owner, {})
        if property_.name in siblings:
            definition.add(
                f"{local_name(str(owner))} has two properties called {property_.name}.", "Rename one.", at=KO.name
            )
            continue
        siblings[property_.name] = property_
        sources[property_.iri] = definition
    return owned, sources


def _owner(definition: Definition, definitions: Definitions) -> URIRef | None:
    domains, relations = definition.objects(RDFS.domain), definition.objects(KO.onRelation)
    if len(domains) + len(relations) != 1:
        definition.add(
            f"{definition.name} belongs to {len(domains) + len(relations)} classes or relations.",
            "Give it exactly one rdfs:domain (a class) or one ko:onRelation (a relation).",
        )
        return None
    owner, kind = (domains[0], "class") if domains else (relations[0], "relation")
    return owner if _known(definition, owner, kind, definitions) and isinstance(owner, URIRef) else None


def _known(definition: Definition, target: Node, kind: str, definitions: Definitions) -> bool:
    other = definitions.get(target) if isinstance(target, URIRef) else None
    if other is not None and other.kind == kind:
        return True
    name = local_name(str(target))
    names = [d.name for d in definitions.values() if d.kind == kind]
    said = f"{definition.name} names {name}, which is not a {kind}."
    definition.add(said, suggestion(name, names) or f"Define it, or name a {kind} that exists.", at=target)
    return False


def read_property(definition: Definition) -> PropertyDef | None:
    """One property by itself; what it needs of its siblings is checked when they are all there."""
    name = definition.text(KO.name, definition.name)
    if not is_snake_name(name):
        definition.add(f"{name!r} can't be a property's name.", "Use snake_case letters, digits and _.", at="ko:name")
        return None
    if name in RESERVED_PROPERTIES:
        definition.add(f"{name!r} is a name that knockon uses itself.", "Choose another with ko:name.")
        return None
    range_ = definition.one(RDFS.range)
    datatype = DATATYPES.get(range_) if isinstance(range_, URIRef) else None
    if datatype is None:
        said = "no rdfs:range" if range_ is None else f"the datatype {local_name(str(range_))}, which knockon can't hold"
        possible = ", ".join(f"xsd:{local_name(str(iri))}" for iri in DATATYPES)
        definition.add(f"{definition.name} has {said}.", f"Use one of {possible}.", at=range_)
        return None
    multiple = definition.flag(KO.multiple)
    if multiple and OWL.FunctionalProperty in definition.objects(RDF.type):
        definition.add(f"{definition.name} is functional and has ko:multiple true.", "Keep one of the two.")
    identifying = definition.flag(KO.identifying)
    if identifying and datatype in (Datatype.FLOAT, Datatype.BOOLEAN):
        definition.add(f"A {datatype.value} can't identify: {definition.name}.", at="ko:identifying")
    on_relation = bool(definition.objects(KO.onRelation))
    discriminator = definition.flag(KO.discriminator)
    if discriminator and not on_relation:
        definition.add(f"Only a relation's property can be a discriminator, not {name}.", at="ko:discriminator")
    if on_relation and (multiple or identifying):
        definition.add(f"A relation's property can be neither ko:multiple nor ko:identifying: {definition.name}.")
    values = definition.texts(KO.value)
    if values and datatype is not Datatype.STRING:
        definition.add(f"A closed list needs xsd:string: {definition.name}.", at="ko:value")
    currency = definition.one(KO.currencyProperty)
    if currency is not None and datatype is not Datatype.DECIMAL:
        definition.add(f"Money needs xsd:decimal: {definition.name}.", at="ko:currencyProperty")
    labels = definition.labels()
    return PropertyDef(
        name=name,
        iri=str(definition.iri),
        datatype=datatype,
        label=labels.get("en", name),
        comment=definition.labels(RDFS.comment).get("en", ""),
        scale=_scale(definition, datatype),
        unit=_unit(definition),
        currency=None if currency is None else str(currency),
        functional=not multiple,
        identifying=identifying,
        personal=definition.flag(KO.personal),
        searchable=definition.flag(KO.searchable),
        discriminator=discriminator,
        synonyms=definition.texts(KO.synonym),
        labels=MappingProxyType(labels),
        values=values,
    )


def _scale(definition: Definition, datatype: Datatype) -> int:
    stated = definition.one(KO.scale)
    if datatype is not Datatype.DECIMAL:
        if stated is not None:
            definition.add(f"Only xsd:decimal has a scale: {definition.name}.", at="ko:scale")
        return 0
    if stated is None:
        definition.add(f"{definition.name} is a decimal without ko:scale.", "Say how many digits follow the point.")
        return 0
    value = stated.value if isinstance(stated, Literal) else None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 12:
        definition.add(f"ko:scale of {definition.name} is {stated}.", "It must be 0 to 12.", at="ko:scale")
        return 0
    return value


def _unit(definition: Definition) -> str | None:
    stated = definition.one(KO.unit)
    if stated is None:
        return None
    if not str(stated).startswith(QUDT_UNIT) or not local_name(str(stated)).replace("-", "").replace("_", "").isalnum():
        definition.add(f"{stated} is not a QUDT unit.", "Write ko:unit unit:DAY, for example.", at="ko:unit")
        return None
    return local_name(str(stated))


def read_classes(definitions: Definitions, owned: Mapping[URIRef, Mapping[str, PropertyDef]]) -> dict[str, ClassDef]:
    """All classes with what they inherit."""
    parents: dict[URIRef, tuple[URIRef, ...]] = {}
    for iri, definition in definitions.items():
        if definition.kind != "class":
            continue
        if not is_class_name(definition.name):
            definition.add(f"{definition.name!r} can't be a class's name.", "Use CamelCase letters and digits.")
        elif definition.name in RESERVED_CLASSES:
            definition.add(f"{definition.name!r} is a name that knockon uses itself.", "Choose another.")
        parents[iri] = _parents(definition, definitions)
    order = _ancestors(definitions, parents)
    classes: dict[str, ClassDef] = {}
    for iri, ancestors in order.items():
        definition = definitions[iri]
        if definition.name in classes:
            definition.add(f"There are two classes called {definition.name}.", "Rename one: names must differ.")
            continue
        labels = definition.labels()
        label = labels.get("en", definition.name)
        classes[definition.name] = ClassDef(
            name=definition.name,
            iri=str(iri),
            label=label,
            plural=definition.labels(KO.plural).get("en", f"{label}s"),
            comment=definition.labels(RDFS.comment).get("en", ""),
            parents=tuple(local_name(str(p)) for p in parents[iri]),
            ancestors=tuple(local_name(str(a)) for a in ancestors),
            properties=_inherit(definition, ancestors, owned),
            module=_module(definition),
            title=_first(definition, ancestors, definitions, KO.title),
            amount=_first(definition, ancestors, definitions, KO.amount),
            when=_first(definition, ancestors, definitions, KO.when),
            synonyms=definition.texts(KO.synonym),
            labels=MappingProxyType(labels),
        )
    return classes


def _parents(definition: Definition, definitions: Definitions) -> tuple[URIRef, ...]:
    found: list[URIRef] = []
    for parent in definition.objects(RDFS.subClassOf):
        if isinstance(parent, BNode):
            continue  # an OWL restriction: allowed, and of no effect here
        inside = any(str(parent).startswith(_namespace(str(iri))) for iri in definitions)
        known = isinstance(parent, URIRef) and parent in definitions and definitions[parent].kind == "class"
        if known and isinstance(parent, URIRef):
            found.append(parent)
        elif inside:
            _known(definition, parent, "class", definitions)
    return tuple(found)


def _namespace(iri: str) -> str:
    return iri[: -len(local_name(iri))]


def _ancestors(
    definitions: Definitions, parents: Mapping[URIRef, tuple[URIRef, ...]]
) -> dict[URIRef, tuple[URIRef, ...]]:
    """Every class's superclasses, nearest first. A class on a cycle is reported and keeps none."""
    found: dict[URIRef, tuple[URIRef, ...]] = {}
    for start in parents:
        level, seen = list(parents[start]), dict.fromkeys(parents[start])
        while level:
            level = [p for child in level for p in parents.get(child, ()) if p not in seen]
            seen.update(dict.fromkeys(level))
        if start in seen:
            definitions[start].add(
                f"{definitions[start].name} is a subclass of itself, through {_cycle(start, parents)}.",
                "Remove one rdfs:subClassOf.",
                at="rdfs:subClassOf",
            )
            seen = {}
        found[start] = tuple(seen)
    return found


def _cycle(start: URIRef, parents: Mapping[URIRef, tuple[URIRef, ...]]) -> str:
    path = [start]
    stack = [(start, iter(parents[start]))]
    visited = {start}
    while stack:
        _, successors = stack[-1]
        following = next(successors, None)
        if following is None:
            stack.pop()
            path.pop()
        elif following == start:
            break
        elif following not in visited:
            visited.add(following)
            path.append(following)
            stack.append((following, iter(parents.get(following, ()))))
    return " → ".join(local_name(str(p)) for p in (*path, start))


def _inherit(
    definition: Definition, ancestors: tuple[URIRef, ...], owned: Mapping[URIRef, Mapping[str, PropertyDef]]
) -> Mapping[str, PropertyDef]:
    found = dict(owned.get(definition.iri, {}))
    for ancestor in ancestors:
        for name, inherited in owned.get(ancestor, {}).items():
            nearer = found.setdefault(name, inherited)
            if _storage(nearer) != _storage(inherited):
                definition.add(
                    f"{name} of {definition.name} is a {_storage_text(nearer)}, "
                    f"but the one it has from {local_name(str(ancestor))} is a {_storage_text(inherited)}.",
                    "Give one of them another ko:name, or the same datatype.",
                )
    return MappingProxyType(dict(sorted(found.items())))


def _storage(property_: PropertyDef) -> tuple[Datatype, int, bool, str | None, str | None]:
    return property_.datatype, property_.scale, property_.functional, property_.unit, property_.currency


def _storage_text(property_: PropertyDef) -> str:
    scale = f" with {property_.scale} digits" if property_.datatype is Datatype.DECIMAL else ""
    unit = f" in {property_.unit}" if property_.unit else ""
    return f"{property_.datatype.value}{scale}{unit}{'' if property_.functional else ' (several)'}"


def _module(definition: Definition) -> str:
    name = definition.files[0].name.replace("\\", "/").rsplit("/", 1)[-1]
    return name.removesuffix(".ttl")


def _first(
    definition: Definition, ancestors: tuple[URIRef, ...], definitions: Definitions, predicate: URIRef
) -> str | None:
    """An annotation, own or inherited from the nearest ancestor that has it."""
    for iri in (definition.iri, *ancestors):
        found = definitions[iri].one(predicate)
        if found is not None:
            return str(found)
    return None


def read_relations(
    definitions: Definitions, owned: Mapping[URIRef, Mapping[str, PropertyDef]], classes: Mapping[str, ClassDef]
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


def _end(definition: Definition, predicate: URIRef, definitions: Definitions) -> str:
    target = definition.one(predicate)
    side = "rdfs:domain" if predicate == RDFS.domain else "rdfs:range"
    if target is None:
        definition.add(f"{definition.name} has no {side}.", "Name the class.")
        return ""
    return local_name(str(target)) if _known(definition, target, "class", definitions) else ""


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
