"""Shapes proposed from a profile, each with its evidence, for a person to keep or drop. Nothing is installed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ontology.model import ClassDef, Datatype, Ontology, PropertyDef, RelationDef
from validation.image import XSD_OF
from validation.terms import XSD, Literal, n_triples, scaled_decimal_text

_LEAST = 20
"""Below so many entities, regularities are chance."""
_FEW = 12
_REPEATED = 5
"""A closed list is proposed when each value occurs so often on average."""


@dataclass(frozen=True, slots=True)
class PropertyProfile:
    """What the values of a property look like."""

    definition: PropertyDef
    present: int
    distinct: int
    low: str | None
    high: str | None
    listed: tuple[str, ...]
    """All values, canonical, if they are few."""
    longest: int | None


@dataclass(frozen=True, slots=True)
class RelationProfile:
    """How many targets entities have."""

    definition: RelationDef
    present: int
    most: int


@dataclass(frozen=True, slots=True)
class ClassProfile:
    """What the entities of a class look like."""

    definition: ClassDef
    total: int
    properties: tuple[PropertyProfile, ...]
    relations: tuple[RelationProfile, ...]


def suggested_turtle(ontology: Ontology, profile: ClassProfile, *, presence: float = 0.98) -> str:
    """A shapes file for the class; every proposal carries its evidence in a comment and is a warning, not a violation.

    Args:
        presence: propose ``sh:minCount 1`` where at least this share of the entities has a value.
    """
    del ontology
    name = profile.definition.name
    blocks = [
        *(b for p in profile.properties if (b := _property(profile, p, presence))),
        *(b for r in profile.relations if (b := _relation(profile, r, presence))),
    ]
    head = [
        f"# Proposed from {profile.total:,} entities of class {name}. Each line says why: keep what is a rule,",
        "# drop what is chance. Set sh:severity to sh:Violation for what must never enter.",
        "@prefix k: <https://w3id.org/knockon/ns#> .",
        "@prefix sh: <http://www.w3.org/ns/shacl#> .",
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .",
        "",
    ]
    if profile.total < _LEAST:
        head.insert(2, f"# Only {profile.total} entities: too few to tell a rule from chance, so nothing is proposed.")
        blocks = []
    if not blocks:
        return "\n".join(head)
    body = " ;\n".join(blocks)
    return (
        "\n".join([*head, f"k:{name}SuggestedShape a sh:NodeShape ;", f"    sh:targetClass k:{name} ;", body, "."])
        + "\n"
    )


def _property(profile: ClassProfile, found: PropertyProfile, presence: float) -> str | None:
    lines = list(_property_lines(profile, found, presence))
    return _block(found.definition.iri, lines) if lines else None


def _property_lines(profile: ClassProfile, found: PropertyProfile, presence: float) -> Iterator[str]:
    definition = found.definition
    if not found.present:
        return
    if found.present >= presence * profile.total:
        yield f"sh:minCount 1 ;  # {found.present:,} of {profile.total:,} have it"
    if not definition.functional:
        return
    closed = found.listed and found.distinct <= _FEW and found.present >= _REPEATED * found.distinct
    if closed and definition.datatype is Datatype.STRING:
        values = " ".join(_literal(definition, text) for text in found.listed)
        yield f"sh:in ( {values} ) ;  # only {found.distinct} values in {found.present:,}"
    elif definition.datatype in (Datatype.INTEGER, Datatype.DECIMAL, Datatype.FLOAT) and found.low is not None:
        if float(found.low) >= 0:
            zero = _literal(definition, "0")
            yield f"sh:minInclusive {zero} ;  # the smallest of {found.present:,} is {_plain(definition, found.low)}"
    elif definition.datatype is Datatype.STRING and found.longest is not None and found.longest <= _FEW:
        yield f"sh:maxLength {found.longest} ;  # the longest of {found.present:,}"
    if definition.datatype is Datatype.STRING and found.distinct == found.present and found.present >= _LEAST:
        yield f"# all {found.present:,} values differ: consider ko:identifying in the ontology"


def _relation(profile: ClassProfile, found: RelationProfile, presence: float) -> str | None:
    lines: list[str] = []
    if found.present and found.present >= presence * profile.total:
        lines.append(f"sh:minCount 1 ;  # {found.present:,} of {profile.total:,} have one")
    if found.present >= _LEAST and found.most == 1:
        lines.append(f"sh:maxCount 1 ;  # none of {found.present:,} has more")
    return _block(found.definition.iri, lines) if lines else None


def _block(iri: str, lines: list[str]) -> str:
    inner = "\n".join(f"        {line}" for line in lines)
    return f"    sh:property [\n        sh:path <{iri}> ;\n        sh:severity sh:Warning ;\n{inner}\n    ]"


def _plain(definition: PropertyDef, text: str) -> str:
    return scaled_decimal_text(text, definition.scale) if definition.datatype is Datatype.DECIMAL else text


def _literal(definition: PropertyDef, text: str) -> str:
    datatype = XSD_OF[definition.datatype]
    lexical = n_triples(Literal(_plain(definition, text), datatype))
    return lexical.replace(f"<{XSD}{datatype.removeprefix(XSD)}>", f"xsd:{datatype.removeprefix(XSD)}")
