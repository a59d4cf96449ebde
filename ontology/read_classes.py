"""Class definitions → :class:`ClassDef`, with all that they inherit. Notes every problem and goes on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rdflib import RDFS, BNode, URIRef

from ontology.definitions import Definition, names_known
from ontology.identifiers import RESERVED_CLASSES, is_class_name
from ontology.model import ClassDef, Datatype, PropertyDef
from ontology.read_turtle import SHIPPED_PREFIX
from ontology.vocabulary import KO, local_name


def read_classes(
    definitions: Mapping[URIRef, Definition], owned: Mapping[URIRef, Mapping[str, PropertyDef]]
) -> dict[str, ClassDef]:
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
            when_of=_first(definition, ancestors, definitions, KO.whenOf),
            arrives=_first(definition, ancestors, definitions, KO.arrives),
            synonyms=definition.texts(KO.synonym),
            labels=MappingProxyType(labels),
        )
    return classes


def _parents(definition: Definition, definitions: Mapping[URIRef, Definition]) -> tuple[URIRef, ...]:
    found: list[URIRef] = []
    for parent in definition.objects(RDFS.subClassOf):
        if isinstance(parent, BNode):
            continue  # an OWL restriction: allowed, and of no effect here
        inside = any(str(parent).startswith(_namespace(str(iri))) for iri in definitions)
        known = isinstance(parent, URIRef) and parent in definitions and definitions[parent].kind == "class"
        if known and isinstance(parent, URIRef):
            found.append(parent)
        elif inside:
            names_known(definition, parent, "class", definitions)
    return tuple(found)


def _namespace(iri: str) -> str:
    return iri[: -len(local_name(iri))]


def _ancestors(
    definitions: Mapping[URIRef, Definition], parents: Mapping[URIRef, tuple[URIRef, ...]]
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
    name = definition.files[0].name.removeprefix(SHIPPED_PREFIX).replace("\\", "/").rsplit("/", 1)[-1]
    return name.removesuffix(".ttl")


def _first(
    definition: Definition, ancestors: tuple[URIRef, ...], definitions: Mapping[URIRef, Definition], predicate: URIRef
) -> str | None:
    """An annotation, own or inherited from the nearest ancestor that has it."""
    for iri in (definition.iri, *ancestors):
        found = definitions[iri].one(predicate)
        if found is not None:
            return str(found)
    return None
