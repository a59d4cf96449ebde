"""Further things that a row describes: an address with street and city, a category known by name only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ingest.onboarding.classes import is_party
from ingest.onboarding.columns import PropertyProposal, Value, assign, key_property
from ingest.onboarding.model import KeyProposal, Kind, TableProfile
from ingest.onboarding.names import stem, words
from ingest.onboarding.roles import RelationProposal, role_likeness
from ontology.model import Ontology

_NAMED = frozenset(
    {
        "ProductCategory",
        "Category",
        "Team",
        "Country",
        "PaymentTerm",
        "ShippingMethod",
        "Department",
        "Territory",
        "Region",
        "ProductModel",
        "Location",
        "Employee",
        "SalesRepresentative",
        "Supplier",
        "Language",
        "Role",
    }
)
"""Classes of things that a table often knows by one name or code only."""


@dataclass(frozen=True, slots=True)
class Further:
    """A further thing of a row."""

    name: str
    class_name: str
    key: tuple[Value, ...]
    properties: tuple[PropertyProposal, ...]
    relations: tuple[RelationProposal, ...] = ()
    reason: str = ""


def addresses(
    table: TableProfile, class_name: str, key: KeyProposal, used: frozenset[str], ontology: Ontology
) -> tuple[list[Further], list[RelationProposal]]:
    """An address of a party, and its country, where street, place or postal code stand in its row."""
    if not is_party(ontology.classes[class_name]) or "addresses" not in ontology.roles(class_name):
        return [], []
    found = assign(table, ontology.classes["Address"], used)
    parts = tuple(p for p in found.properties if p.name in ("line_1", "line_2", "city", "postal_code"))
    if len({p.name for p in parts}) < 2:
        return [], []
    own = tuple(Value(c) for c in key.columns)
    relations: list[RelationProposal] = []
    things: list[Further] = []
    country = next(
        (c for c in table.columns if "country" in words(c.name) and c.kind is Kind.TEXT and c.name not in used), None
    )
    if country is not None and country.longest <= 3:
        code = PropertyProposal("code", country.name, Value(country.name), 0.9, "a country's code")
        things.append(Further("country", "Country", (Value(country.name),), (code,), (), "a country's code"))
        relations.append(RelationProposal("country", "#country", (), 0.9, "a country's code"))
    things.append(Further("address", "Address", own, parts, tuple(relations), "street and place stand in the row"))
    kind = (("kind", Value(const="main")),)
    return things, [
        RelationProposal("addresses", "#address", (), 0.9, "street and place stand in the row", properties=kind)
    ]


def by_name(
    table: TableProfile, class_name: str, used: frozenset[str], taken_roles: frozenset[str], ontology: Ontology
) -> tuple[list[Further], list[RelationProposal]]:
    """Things known by a name or code in one column, where a role of the class is called like that column."""
    things: list[Further] = []
    relations: list[RelationProposal] = []
    roles = dict(
        taken := {n: r for n, r in ontology.roles(class_name).items() if not r.inverse and n not in taken_roles}
    )
    for column in table.columns:
        if (
            not column.named
            or column.name in used
            or column.kind is not Kind.TEXT
            or column.share > 0.9
            or column.mean_length > 40
        ):
            continue
        if set(stem(column.name)) <= {"kind", "name", "status", "type"}:
            continue
        best = max(
            (
                (role_likeness(column.name, role), role)
                for name, role in taken.items()
                if role.target in _NAMED and name in roles
            ),
            key=lambda pair: pair[0],
            default=(0.0, None),
        )
        score, role = best
        if role is None or score < 0.85 or role.relation.discriminators:
            continue
        target = ontology.classes[role.target]
        code, title = key_property(target), target.title
        properties = []
        if code is not None and code in ("code",):
            properties.append(PropertyProposal(code, column.name, Value(column.name), score, "known by this alone"))
        if title is not None and title in target.properties and target.name != "Country":
            properties.append(PropertyProposal(title, column.name, Value(column.name), score, "known by this alone"))
        if not properties:
            continue
        name = role.name if role.name.isidentifier() else "thing"
        roles.pop(role.name)
        things.append(
            Further(name, target.name, (Value(column.name),), tuple(properties), (), f"{column.name} names it")
        )
        relations.append(RelationProposal(role.name, f"#{name}", (), score, f"{column.name} names it"))
    return things, relations


def used_columns(parts: Mapping[str, object]) -> frozenset[str]:
    """Names of columns as a set."""
    return frozenset(parts)
