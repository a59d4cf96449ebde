"""Rules proposed from a profile, each with its evidence, for a person to keep or drop. Nothing is installed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from ontology.model import ClassDef, Datatype, PropertyDef, RelationDef
from validation.image import XSD_OF
from validation.terms import XSD, Literal, n_triples, scaled_decimal_text

_LEAST = 20
"""Below so many entities, regularities are chance."""
_FEW = 12
_REPEATED = 5
"""A closed list is proposed when each value occurs so often on average."""
_LONG = 40
"""A length is a rule only for short texts."""
_ORDERED = (Datatype.INTEGER, Datatype.DECIMAL, Datatype.FLOAT)


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
    forms: tuple[str, ...] = ()
    """How the texts are built (:func:`form_of`), if all were looked at and there are few forms."""


@dataclass(frozen=True, slots=True)
class PairProfile:
    """Two dates of the same entities."""

    first: PropertyDef
    second: PropertyDef
    both: int
    in_order: int


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
    pairs: tuple[PairProfile, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """One rule that could be kept."""

    path: str
    """IRI of the property or relation."""
    name: str
    """What a person calls it."""
    constraint: str
    """As it stands in the file."""
    says: str
    """The rule as a sentence."""
    evidence: str
    """What it rests on."""


def form_of(text: str) -> str:
    """How a text is built: digits ``9``, letters ``A`` and ``a``, anything else as it is; runs as they are long."""
    return re.sub(r"[a-z]", "a", re.sub(r"[A-Z]", "A", re.sub(r"[0-9]", "9", text)))


def proposals(profile: ClassProfile, *, presence: float = 0.98) -> tuple[Proposal, ...]:
    """The rules that the profile speaks for; none where there are too few entities to tell a rule from chance.

    Args:
        presence: propose that a value is required where at least this share of the entities has one.
    """
    if profile.total < _LEAST:
        return ()
    found: list[Proposal] = []
    for held in profile.properties:
        found.extend(_of_property(profile, held, presence))
    for pair in profile.pairs:
        found.extend(_of_pair(pair))
    for relation in profile.relations:
        found.extend(_of_relation(profile, relation, presence))
    return tuple(found)


def _of_property(profile: ClassProfile, found: PropertyProfile, presence: float) -> Iterator[Proposal]:
    definition = found.definition

    def propose(constraint: str, says: str, evidence: str) -> Proposal:
        return Proposal(definition.iri, definition.label, constraint, says, evidence)

    if not found.present:
        return
    if found.present >= presence * profile.total:
        yield propose("sh:minCount 1", "is required", f"{found.present:,} of {profile.total:,} have it")
    if not definition.functional:
        return
    closed = found.listed and found.distinct <= _FEW and found.present >= _REPEATED * found.distinct
    if closed and definition.datatype is Datatype.STRING:
        values = " ".join(_literal(definition, text) for text in found.listed)
        shown = ", ".join(found.listed)
        yield propose(
            f"sh:in ( {values} )", f"is one of: {shown}", f"only {found.distinct} values in {found.present:,}"
        )
    elif definition.datatype in _ORDERED and found.low is not None and found.high is not None:
        low, high = (_plain(definition, t) for t in (found.low, found.high))
        evidence = f"{found.present:,} values from {low} to {high}"
        if float(low) >= 0:
            yield propose(f"sh:minInclusive {_literal(definition, '0')}", "is not negative", evidence)
        if float(low) >= 0 and 0 < float(high) <= 1 and definition.datatype is not Datatype.INTEGER:
            one = str(10**definition.scale) if definition.datatype is Datatype.DECIMAL else "1"
            yield propose(f"sh:maxInclusive {_literal(definition, one)}", "is a share, at most 1", evidence)
    elif definition.datatype is Datatype.STRING and found.present >= _LEAST:
        yield from _of_text(found, propose)


def _of_text(found: PropertyProfile, propose: Callable[[str, str, str], Proposal]) -> Iterator[Proposal]:
    form = found.forms[0] if len(found.forms) == 1 else ""
    if form and "9" in form and len(form) <= _LONG:
        yield propose(
            f"sh:pattern {n_triples(Literal(pattern_of(form)))}",
            f"is written like {form}",
            f"all {found.present:,} are",
        )
    elif found.longest is not None and found.longest <= _FEW:
        evidence = f"the longest of {found.present:,}"
        yield propose(f"sh:maxLength {found.longest}", f"has at most {found.longest} characters", evidence)


def _of_pair(pair: PairProfile) -> Iterator[Proposal]:
    if pair.both >= _LEAST and pair.in_order == pair.both:
        yield Proposal(
            pair.first.iri, pair.first.label, f"sh:lessThanOrEquals <{pair.second.iri}>",
            f"is not after {pair.second.label}", f"so in all {pair.both:,} that have both",
        )  # fmt: skip


def _of_relation(profile: ClassProfile, found: RelationProfile, presence: float) -> Iterator[Proposal]:
    iri, label = found.definition.iri, found.definition.label
    if found.present and found.present >= presence * profile.total:
        yield Proposal(iri, label, "sh:minCount 1", "is required", f"{found.present:,} of {profile.total:,} have one")
    if found.present >= _LEAST and found.most == 1:
        yield Proposal(iri, label, "sh:maxCount 1", "is one at most", f"none of {found.present:,} has more")


def hints(profile: ClassProfile) -> tuple[str, ...]:
    """What is no rule of one thing but worth a thought: properties whose values never repeat."""
    return tuple(
        f"all {p.present:,} values of {p.definition.label} differ: consider ko:identifying in the ontology"
        for p in profile.properties
        if p.definition.datatype is Datatype.STRING and p.distinct == p.present >= _LEAST and p.definition.functional
        and not p.definition.identifying
    )  # fmt: skip


def as_turtle(profile: ClassProfile, kept: Iterable[Proposal]) -> str:
    """A shapes file with these rules, the evidence as comments. All are warnings: nothing is kept out by a proposal."""
    name = profile.definition.name
    head = [
        f"# Proposed from {profile.total:,} entities of class {name}. Each line says why: keep what is a rule,",
        "# drop what is chance. Set sh:severity to sh:Violation for what must never enter.",
        *(f"# {hint}" for hint in hints(profile)),
        "@prefix k: <https://w3id.org/knockon/ns#> .",
        "@prefix sh: <http://www.w3.org/ns/shacl#> .",
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .",
        "",
    ]
    by_path: dict[str, list[Proposal]] = {}
    for proposal in kept:
        by_path.setdefault(proposal.path, []).append(proposal)
    if not by_path:
        few = profile.total < _LEAST
        head.insert(2, f"# Only {profile.total}: too few to tell a rule from chance." if few else "# Nothing is left.")
        return "\n".join(head)
    blocks = []
    for path, listed in by_path.items():
        lines = "\n".join(f"        {p.constraint} ;  # {p.evidence}" for p in listed)
        blocks.append(
            f"    sh:property [\n        sh:path <{path}> ;\n        sh:severity sh:Warning ;\n{lines}\n    ]"
        )
    body = " ;\n".join(blocks)
    return (
        "\n".join([*head, f"<{profile.definition.iri}SuggestedShape> a sh:NodeShape ;",
                   f"    sh:targetClass <{profile.definition.iri}> ;", body, "."]) + "\n"
    )  # fmt: skip


def forms_of(texts: Collection[str]) -> tuple[str, ...]:
    """The forms of texts, if they are few."""
    forms = sorted({form_of(t) for t in texts})
    return tuple(forms) if len(forms) <= _FEW else ()


def pattern_of(form: str) -> str:
    """The regular expression that fits the texts of a form and no others."""
    parts = []
    for run in re.finditer(r"(9+|A+|a+|.)", form, re.DOTALL):
        text = run[1]
        if text[0] in "9Aa":
            parts.append({"9": "[0-9]", "A": "[A-Z]", "a": "[a-z]"}[text[0]] + (f"{{{len(text)}}}" if text[1:] else ""))
        else:
            parts.append(re.escape(text) if text.isascii() else text)
    return "^" + "".join(parts) + "$"


def _plain(definition: PropertyDef, text: str) -> str:
    return scaled_decimal_text(text, definition.scale) if definition.datatype is Datatype.DECIMAL else text


def _literal(definition: PropertyDef, text: str) -> str:
    datatype = XSD_OF[definition.datatype]
    lexical = n_triples(Literal(_plain(definition, text), datatype))
    return lexical.replace(f"<{XSD}{datatype.removeprefix(XSD)}>", f"xsd:{datatype.removeprefix(XSD)}")
