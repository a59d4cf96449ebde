"""How the mentions of each class are matched: defaults from the ontology, overridden in ``knockon.yaml: resolution``.

A policy is pinned with the model (:mod:`ingest.resolution.pinned`), so that a later change of the file changes nothing
of what was computed before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum

from ingest.resolution.party_records import Role
from ontology.errors import ConfigurationError
from ontology.model import Ontology

MERGE_AT = 0.95
"""Probability from which pairs are merged without asking."""
REVIEW_AT = 0.20
"""Probability from which a person is asked."""


class Method(StrEnum):
    """How the mentions of a class are matched beyond their exact keys."""

    PARTY = "party"
    TEXT = "text"
    KEYS = "keys"
    """Exact keys only: orders, invoices and whatever else no likeness should merge."""
    ALIKE = "alike"
    """Exact keys, and what is written alike: addresses of the same street, postcode and town."""
    OFF = "off"
    """Nothing joins records but what the mapping declares: not even equal identifying values."""


class Survival(StrEnum):
    """Which of several values of a property is shown."""

    PRIORITY = "priority"
    """The source with the highest ``priority`` in its mapping; then the first by source and record."""
    RECENCY = "recency"
    """What was read last; then as by priority."""
    COMPLETENESS = "completeness"
    """From the record that says most about the thing; then as by priority."""
    VOTE = "vote"
    """What most records say; then as by priority."""


ROLES: Mapping[str, Role] = {
    "name": Role.NAME, "legal_name": Role.NAME, "given_name": Role.GIVEN, "family_name": Role.FAMILY,
    "birth_date": Role.BORN, "emails": Role.EMAIL, "phones": Role.PHONE, "tax_number": Role.CODE,
    "registration_number": Role.REGISTER, "national_id": Role.REGISTER,
    "line_1": Role.STREET, "postal_code": Role.POSTCODE, "city": Role.CITY,
}  # fmt: skip
"""Property of the shipped ontology → what it says about a party."""
PLACE_ROLES = (Role.STREET, Role.POSTCODE, Role.CITY)
"""What a party borrows from the addresses that its record leads to."""
TEXTS = ("name", "title", "description", "color", "size", "list_price", "product_line")
_PARTIES = ("Party",)
_TEXTS = ("Product",)
_ADDRESSES = ("Address",)


@dataclass(frozen=True, slots=True)
class ClassPolicy:
    """What is said about one class; None: the default."""

    method: Method | None = None
    merge_at: float | None = None
    review_at: float | None = None
    region: str | None = None
    """ISO 3166 code of the country of phone numbers without a country code."""
    roles: Mapping[str, str] = field(default_factory=dict)
    """Property → role, beside or in place of the defaults."""
    survivorship: Mapping[str, str] = field(default_factory=dict)
    """Property → rule; ``*`` for all others."""


@dataclass(frozen=True, slots=True)
class MatchRule:
    """How the mentions of a class are matched, defaults filled in."""

    class_name: str
    method: Method
    merge_at: float
    review_at: float
    region: str | None
    roles: Mapping[str, Role]


@dataclass(frozen=True, slots=True)
class Policy:
    """What ``resolution:`` says, by class."""

    classes: Mapping[str, ClassPolicy] = field(default_factory=dict)

    def rule(self, ontology: Ontology, class_name: str) -> MatchRule:
        """How this class is matched; what is said of an ancestor holds for it too, the nearest first."""
        definition = ontology.classes[class_name]
        lineage = [class_name, *definition.ancestors]
        said = [self.classes[name] for name in lineage if name in self.classes]
        usual = Method.KEYS
        if any(name in _PARTIES for name in lineage):
            usual = Method.PARTY
        elif any(name in _TEXTS for name in lineage):
            usual = Method.TEXT
        elif any(name in _ADDRESSES for name in lineage):
            usual = Method.ALIKE
        roles: dict[str, Role] = {n: r for n, r in ROLES.items() if n in definition.properties}
        for policy in reversed(said):
            roles |= {name: Role(role) for name, role in policy.roles.items()}
        return MatchRule(
            class_name,
            next((p.method for p in said if p.method is not None), usual),
            next((p.merge_at for p in said if p.merge_at is not None), MERGE_AT),
            next((p.review_at for p in said if p.review_at is not None), REVIEW_AT),
            next((p.region for p in said if p.region is not None), None),
            roles,
        )

    def survival(self, ontology: Ontology, class_name: str) -> dict[str, Survival]:
        """Property → rule, for those of the class that have another than the usual one (priority)."""
        definition = ontology.classes[class_name]
        out: dict[str, Survival] = {}
        for name in reversed([class_name, *definition.ancestors]):
            held = self.classes[name].survivorship if name in self.classes else {}
            if "*" in held:
                out = dict.fromkeys(definition.properties, Survival(held["*"]))
            out |= {n: Survival(s) for n, s in held.items() if n != "*"}
        return {n: s for n, s in out.items() if s is not Survival.PRIORITY}

    def as_json(self) -> dict[str, object]:
        """As JSON objects, without what is not said."""
        return {
            name: {k: v for k, v in asdict(policy).items() if v not in (None, {})}
            for name, policy in sorted(self.classes.items())
        }

    @classmethod
    def from_json(cls, said: Mapping[str, object]) -> Policy:
        """From JSON objects (or YAML), unchecked against an ontology."""
        classes = {}
        for name, held in said.items():
            given = dict(held) if isinstance(held, Mapping) else {}
            if "method" in given:
                given["method"] = Method(str(given["method"]))
            classes[name] = replace(ClassPolicy(), **given)
        return cls(classes)

    def check(self, ontology: Ontology, where: str) -> None:
        """Refuse classes, properties, roles and thresholds that are none.

        Raises:
            ConfigurationError: with what is wrong and what there is.
        """
        for name, said in self.classes.items():
            if name not in ontology.classes:
                raise ConfigurationError(
                    f"resolution: there is no class {name!r}.", where=where, do="docs/ontology.md lists them."
                )
            properties = ontology.classes[name].properties
            for kind, named in (("roles", said.roles), ("survivorship", said.survivorship)):
                for property_ in named:
                    if property_ not in properties and not (kind == "survivorship" and property_ == "*"):
                        raise ConfigurationError(
                            f"resolution.{name}.{kind}: {name} has no property {property_!r}.", where=where,
                            do=f"There are: {', '.join(sorted(properties))}.",
                        )  # fmt: skip
            merge, review = said.merge_at or MERGE_AT, said.review_at or REVIEW_AT
            if not 0 < review <= merge < 1:
                raise ConfigurationError(
                    f"resolution.{name}: 0 < review_at <= merge_at < 1 is needed, but they are {review} and {merge}.",
                    where=where, do="Take for example review_at: 0.2 and merge_at: 0.95.",
                )  # fmt: skip
