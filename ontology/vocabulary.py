"""The annotations (``ko:``) that knockon reads from an ontology file, and the IRIs it compares with."""

from __future__ import annotations

from types import MappingProxyType

from rdflib import XSD, Namespace, URIRef

from ontology.model import KO as KO_IRI
from ontology.model import Datatype
from ontology.model import K as K_IRI

K = Namespace(K_IRI)
KO = Namespace(KO_IRI)
QUDT_UNIT = "http://qudt.org/vocab/unit/"
SHACL = "http://www.w3.org/ns/shacl#"

ANNOTATIONS = MappingProxyType(
    {
        "class": frozenset({"plural", "title", "amount", "when", "whenOf", "arrives", "synonym"}),
        "property": frozenset(
            {"name", "onRelation", "scale", "unit", "currencyProperty", "multiple", "synonym", "value"}
            | {"identifying", "personal", "searchable", "discriminator"}
        ),
        "relation": frozenset({"inverseLabel", "role", "inverseRole", "validTime", "impact", "synonym"}),
        "impact": frozenset(
            {"direction", "weight", "weightProperty", "lag", "lagProperty", "lagNodeProperty", "gate", "k"}
        ),
    }
)
"""Local names of the ``ko:`` annotations that each kind of definition may carry."""

REFINEMENTS = frozenset(
    ["synonym", "searchable", "personal", "impact", "title", "amount", "when", "whenOf", "arrives", "value"]
)
"""``ko:`` annotations that a file of the user's own may add to (or, where one value is allowed, replace on) a
shipped definition, because no data depends on them."""

DATATYPES = MappingProxyType(
    {
        XSD.string: Datatype.STRING,
        XSD.integer: Datatype.INTEGER,
        XSD.decimal: Datatype.DECIMAL,
        XSD.double: Datatype.FLOAT,
        XSD.boolean: Datatype.BOOLEAN,
        XSD.date: Datatype.DATE,
        XSD.dateTime: Datatype.DATETIME,
    }
)

XSD_OF: MappingProxyType[Datatype, URIRef] = MappingProxyType({kind: iri for iri, kind in DATATYPES.items()})


def local_name(iri: str) -> str:
    """What follows the last ``#`` or ``/``."""
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
