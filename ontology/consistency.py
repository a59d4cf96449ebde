"""What can only be checked when all classes and relations are known."""

from __future__ import annotations

from collections.abc import Mapping

from rdflib import URIRef

from ontology.definitions import Definition, suggestion
from ontology.model import ClassDef, Datatype, PropertyDef, RelationDef
from ontology.vocabulary import KO


def check_annotated_properties(definitions: Mapping[URIRef, Definition], classes: Mapping[str, ClassDef]) -> None:
    """``ko:title``, ``ko:amount``, ``ko:when`` and ``ko:arrives`` must name a property of a fitting kind."""
    for definition in definitions.values():
        found = classes.get(definition.name)
        if definition.kind != "class" or found is None:
            continue
        stated = {"title": KO.title, "amount": KO.amount, "when": KO.when, "arrives": KO.arrives}
        for annotation, predicate in stated.items():
            name = getattr(found, annotation)
            if name is None or (not definition.objects(predicate) and name in found.properties):
                continue
            property_ = found.properties.get(name)
            if property_ is None:
                definition.add(
                    f"ko:{annotation} of {found.name} names {name}, which is not one of its properties.",
                    suggestion(name, found.properties),
                    at=f"ko:{annotation}",
                )
            elif not property_.functional or property_.datatype not in _FITTING[annotation]:
                kinds = " or ".join(kind.value for kind in _FITTING[annotation])
                definition.add(
                    f"ko:{annotation} of {found.name} names {name}, which is not a single {kinds}.",
                    at=f"ko:{annotation}",
                )


_FITTING: Mapping[str, tuple[Datatype, ...]] = {
    "title": (Datatype.STRING,),
    "amount": (Datatype.DECIMAL, Datatype.INTEGER, Datatype.FLOAT),
    "when": (Datatype.DATE, Datatype.DATETIME),
    "arrives": (Datatype.DATE, Datatype.DATETIME),
}


def check_currencies(
    sources: Mapping[str, Definition], classes: Mapping[str, ClassDef], relations: Mapping[str, RelationDef]
) -> None:
    """Money must name a sibling text property that holds its currency."""
    owners: tuple[ClassDef | RelationDef, ...] = (*classes.values(), *relations.values())
    for owner in owners:
        for property_ in owner.properties.values():
            definition = sources[property_.iri]
            if property_.currency is None:
                continue
            sibling = owner.properties.get(property_.currency)
            if sibling is None or sibling.datatype is not Datatype.STRING or not sibling.functional:
                definition.add(
                    f"{property_.name} of {owner.name} has its currency in {property_.currency}, "
                    "which is not a single text property beside it.",
                    suggestion(property_.currency, owner.properties) or f"Add it: ko:name {property_.currency!r}.",
                    at="ko:currencyProperty",
                )


def check_roles(
    definitions: Mapping[URIRef, Definition], classes: Mapping[str, ClassDef], relations: Mapping[str, RelationDef]
) -> None:
    """Each role name means one thing in a class with its ancestors, and is not also a property's name there."""
    by_class: dict[str, list[tuple[str, RelationDef]]] = {}
    for relation in relations.values():
        by_class.setdefault(relation.source, []).append((relation.role, relation))
        by_class.setdefault(relation.target, []).append((relation.inverse_role, relation))
    reported: set[tuple[str, str]] = set()
    for class_ in classes.values():
        taken: dict[str, RelationDef] = {}
        for line in (*reversed(class_.ancestors), class_.name):
            for role, relation in by_class.get(line, ()):
                definition = definitions[URIRef(relation.iri)]
                other = taken.setdefault(role, relation)
                twice = other is relation and relation.role == relation.inverse_role
                if (other is not relation or twice) and (relation.name, role) not in reported:
                    reported.add((relation.name, role))
                    definition.add(
                        f"{class_.name} has two roles called {role}: of {other.name} and of {relation.name}.",
                        "Rename one: ko:role or ko:inverseRole.",
                        at=f'"{role}"',
                    )
                elif role in class_.properties and (relation.name, role) not in reported:
                    reported.add((relation.name, role))
                    definition.add(
                        f"{class_.name} has both a role and a property called {role}.",
                        "Rename one: ko:role, ko:inverseRole or ko:name.",
                        at=f'"{role}"',
                    )


def check_wholes(
    definitions: Mapping[URIRef, Definition], classes: Mapping[str, ClassDef], relations: Mapping[str, RelationDef]
) -> None:
    """``ko:whenOf`` must name a role of the class that leads to one thing with a ``ko:when``."""
    for definition in definitions.values():
        found = classes.get(definition.name)
        if definition.kind != "class" or found is None or not definition.objects(KO.whenOf):
            continue
        lines = (found.name, *found.ancestors)
        roles = {r.role: r for r in relations.values() if r.source in lines and r.functional}
        whole = roles.get(found.when_of or "")
        if whole is None:
            definition.add(
                f"ko:whenOf of {found.name} names {found.when_of}, which is no role of it that leads to one thing.",
                suggestion(found.when_of or "", roles),
                at="ko:whenOf",
            )
        elif classes[whole.target].when is None:
            definition.add(f"ko:whenOf of {found.name} leads to {whole.target}, which has no ko:when.", at="ko:whenOf")


def check_relation_properties(sources: Mapping[str, Definition], relations: Mapping[str, RelationDef]) -> None:
    """Discriminators are part of an identity, so they must have one exact text."""
    for relation in relations.values():
        for property_ in relation.properties.values():
            if property_.discriminator and property_.datatype is Datatype.FLOAT:
                _exact(sources[property_.iri], property_)


def _exact(definition: Definition, property_: PropertyDef) -> None:
    definition.add(
        f"A float can't be a discriminator: {property_.name}.", "Use xsd:decimal or xsd:string.", at="ko:discriminator"
    )
