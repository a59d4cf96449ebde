"""Property definitions → :class:`PropertyDef`. Notes every problem it finds and goes on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rdflib import OWL, RDF, RDFS, Literal, URIRef

from ontology.definitions import Definition, names_known
from ontology.identifiers import RESERVED_PROPERTIES, is_snake_name
from ontology.model import Datatype, PropertyDef
from ontology.vocabulary import DATATYPES, KO, QUDT_UNIT, local_name


def read_properties(
    definitions: Mapping[URIRef, Definition],
) -> tuple[dict[URIRef, dict[str, PropertyDef]], dict[str, Definition]]:
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


def _owner(definition: Definition, definitions: Mapping[URIRef, Definition]) -> URIRef | None:
    domains, relations = definition.objects(RDFS.domain), definition.objects(KO.onRelation)
    if len(domains) + len(relations) != 1:
        definition.add(
            f"{definition.name} belongs to {len(domains) + len(relations)} classes or relations.",
            "Give it exactly one rdfs:domain (a class) or one ko:onRelation (a relation).",
        )
        return None
    owner, kind = (domains[0], "class") if domains else (relations[0], "relation")
    return owner if names_known(definition, owner, kind, definitions) and isinstance(owner, URIRef) else None


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
        said = "no rdfs:range" if range_ is None else f"the datatype {local_name(str(range_))}, which can't be held"
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
