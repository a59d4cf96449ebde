"""Further things that a row describes: an address, a category known by name, the offer between part and supplier."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from ingest.onboarding.classes import is_party, required
from ingest.onboarding.columns import PropertyProposal, Value, assign, key_property
from ingest.onboarding.model import KeyProposal, Kind, Reference, TableProfile
from ingest.onboarding.names import stem, words
from ingest.onboarding.roles import RelationProposal, at_of, key_values, role_likeness
from ontology.model import Ontology

_SURELY = 0.9
_BUYING = frozenset({"supplier", "purchase", "purchasing", "procurement", "buying", "einkauf"})
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
        "Shift",
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
    same_as: tuple[str, ...] = ()
    """The columns of the row's own key, where it is the row's thing under a second key."""


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


def between(
    table: TableProfile,
    class_name: str,
    key: KeyProposal,
    unnamed: Sequence[Reference],
    known: Mapping[str, str],
    used: frozenset[str],
    ontology: Ontology,
    own_scores: Mapping[str, float] = MappingProxyType({}),
) -> tuple[list[Further], list[Reference]]:
    """A thing between the row's and the one that a column leads to, where the ontology has no direct relation.

    A product's supplier is an offer's: the class that needs both, and nothing else, if there is exactly one. What the
    row says of it (a lead time, the supplier's number) goes there. Also the references that are left.

    ``own_scores``: columns that the row's own thing takes, with how well they fit it. In a list of suppliers' prices,
    those that fit the thing between as well are its.
    """
    found: list[Further] = []
    left: list[Reference] = []
    for reference in unnamed:
        end = known.get(reference.to)
        choices = _connecting(class_name, end, ontology) if end is not None and len(reference.columns) == 1 else []
        if len(choices) != 1 or reference.to == reference.table or any(f.class_name == choices[0][0] for f in found):
            left.append(reference)
            continue
        name, own, theirs = choices[0]
        definition = ontology.classes[name]
        bought = bool(set(words(f"{table.title} {table.source}")) & _BUYING)
        taken = used - set(own_scores) if bought else used
        assigned = assign(table, definition, taken | {p.column for f in found for p in f.properties})
        properties = tuple(p for p in assigned.properties if p.score >= max(_SURELY, own_scores.get(p.column, 0)))
        lead = RelationProposal(
            theirs, reference.to, key_values(reference), reference.score, reference.reason, at=at_of(reference)
        )
        reason = f"{reference.columns[0]} leads to {reference.to}, and {definition.plural} are what lies between"
        found.append(
            Further(
                re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower(),
                name,
                (*(Value(c) for c in key.columns), Value(reference.columns[0])),
                properties,
                (RelationProposal(own, "#", (), reference.score, reason), replace(lead, missing=reference.missing)),
                reason,
            )
        )
    return found, left


def _connecting(start: str, end: str, ontology: Ontology) -> list[tuple[str, str, str]]:
    """Classes that need one thing of each of two classes and nothing else: (class, role to start, role to end)."""
    found = []
    for name, needed in required(ontology).items():
        relations = [ontology.relations[n] for n in needed if n in ontology.relations]
        if len(relations) != 2 or len(needed) != 2:
            continue
        for own, theirs in (relations, relations[::-1]):
            if ontology.is_a(start, own.target) and ontology.is_a(end, theirs.target):
                found.append((name, own.role, theirs.role))
    return found
