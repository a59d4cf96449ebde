"""Parties as the party model sees them: one column per role, each value made comparable."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from ingest.resolution import normalise, several
from ingest.resolution.columns import ColumnPair, Kind, day, name_likeness
from ingest.resolution.tables import Table
from ingest.resolution.text import fold, plain


class Role(StrEnum):
    """What a column says about a party."""

    GIVEN = "given"
    FAMILY = "family"
    NAME = "name"
    BORN = "born"
    EMAIL = "email"
    PHONE = "phone"
    STREET = "street"
    CITY = "city"
    POSTCODE = "postcode"
    CODE = "code"
    """Tax number."""
    REGISTER = "register"
    """Number in a register of firms, or of an identity card."""


PLACES = (Role.STREET, Role.POSTCODE, Role.CITY)
"""What an address is made of: where a party has several, values at one place belong together."""
SHAREABLE = (Role.EMAIL, Role.PHONE, Role.CODE, Role.REGISTER)
"""What tells apart whom it belongs to, unless too many share it."""

_CALLED = (
    (Role.GIVEN, "given_name"),
    (Role.FAMILY, "surname"),
    (Role.EMAIL, "email"),
    (Role.PHONE, "phone"),
    (Role.BORN, "birth date"),
    (Role.BORN, "birthdate"),
    (Role.STREET, "street"),
    (Role.POSTCODE, "postcode"),
    (Role.CITY, "city"),
    (Role.CODE, "tax_number"),
    (Role.REGISTER, "registration_number"),
    (Role.NAME, "name"),
    (Role.NAME, "company name"),
)


@dataclass(frozen=True, slots=True)
class PartyRecords:
    """Standardised records: role → text per record; an empty text is absent, several values are joined
    (:mod:`ingest.resolution.several`)."""

    columns: Mapping[Role, tuple[str, ...]]
    size: int

    def first(self) -> PartyRecords:
        """With the first of several values: what a model is trained on."""
        return PartyRecords({r: tuple(map(several.first, values)) for r, values in self.columns.items()}, self.size)

    def arrow(self, offset: int = 0) -> pa.Table:
        """As a table with ``unique_id`` counting from ``offset``; absent values are null."""
        arrays = {"unique_id": pa.array(range(offset, offset + self.size), pa.int64())}
        arrays |= {
            str(role): pa.array([v or None for v in values], pa.string()) for role, values in self.columns.items()
        }
        if Role.STREET in self.columns:  # numbers tell addresses apart that are spelled alike: Level 9, Level 25
            figures = [_beside(_figures, text) for text in self.columns[Role.STREET]]
            arrays["house"] = pa.array(figures, pa.string())
        if Role.EMAIL in self.columns:  # info@abc.example is not a slip of the pen for info@abd.example
            owned = [_beside(_own, text) or None for text in self.columns[Role.EMAIL]]
            arrays["own"] = pa.array(owned, pa.string())
        return pa.table(arrays)


def _figures(street: str) -> str:
    return " ".join(sorted(re.findall(r"\d+", street)))


def _own(email: str) -> str:
    return "" if normalise.is_shared_mailbox(email) else email


def _beside(made: Callable[[str], str], text: str) -> str:
    """What is made of each single value, in their order."""
    if several.SEPARATOR not in text:
        return made(text)
    return several.SEPARATOR.join(made(part) for part in several.parts(text))


def role_of(name: str) -> Role | None:
    """The role that a column's name speaks of."""
    score, role = max((name_likeness(name, called), role) for role, called in _CALLED)
    if score >= 0.75:
        return role
    return (
        Role.NAME if re.search(r"(customer|client|supplier|vendor|kunden|lieferanten)[ _-]?name$", fold(name)) else None
    )


def roles_of(mapping: Sequence[ColumnPair]) -> dict[Role, ColumnPair]:
    """One mapped column pair per role, by the names of both columns."""
    found: dict[Role, ColumnPair] = {}
    for pair in mapping:
        role = role_of(pair.left) or role_of(pair.right)
        if role is None and pair.kind is Kind.DATE:
            role = Role.BORN
        if role is not None and role not in found:
            found[role] = pair
    if Role.FAMILY not in found and Role.GIVEN in found and Role.NAME in found:
        found[Role.FAMILY] = found.pop(Role.NAME)
    return found


SHARED_BY = 20
"""An e-mail address, phone or tax number on more records than this says nothing about who is meant."""


def without_shared(records: PartyRecords) -> tuple[PartyRecords, tuple[str, ...]]:
    """The records without e-mails, phones and codes that too many of them share, and what those were, in words."""
    columns, said = dict(records.columns), []
    for role in SHAREABLE:
        counts = Counter(part for value in columns.get(role, ()) for part in several.parts(value))
        crowd = {value: count for value, count in counts.items() if value and count > SHARED_BY}
        if crowd:
            columns[role] = tuple(
                several.joined(part for part in several.parts(value) if part not in crowd) for value in columns[role]
            )
            value, most = max(crowd.items(), key=lambda item: (item[1], item[0]))
            more = f" (and {len(crowd) - 1} more like it)" if len(crowd) > 1 else ""
            said.append(f"{role} '{value}' is on {most:,} records{more}: it tells nobody apart and is not used.")
    return PartyRecords(columns, records.size), tuple(said)


def standardise(table: Table, columns: Mapping[Role, str], region: str | None = None) -> PartyRecords:
    """Make a table's values comparable, role by role."""
    return standardise_columns({role: table.column(name) for role, name in columns.items()}, len(table), region)


def standardise_columns(
    columns: Mapping[Role, Sequence[str | None]], size: int, region: str | None = None
) -> PartyRecords:
    """Make values comparable, role by role.

    Args:
        region: ISO 3166 code of the country of phone numbers without a country code.
    """
    return PartyRecords(
        {role: tuple(_clean(role, value or "", region) for value in values) for role, values in columns.items()}, size
    )


_LISTED = re.compile(r"\s*[;,|\n]\s*|\s+(?:or|oder|und|and|/)\s+", re.IGNORECASE)
"""What stands between several e-mail addresses or phone numbers in one cell."""


def _clean(role: Role, value: str, region: str | None) -> str:
    if not value:
        return ""
    if role in (Role.EMAIL, Role.PHONE):
        value = _LISTED.sub(several.SEPARATOR, value)
    if several.SEPARATOR not in value:
        return _clean_one(role, value, region)
    return several.joined((_clean_one(role, part, region) for part in several.parts(value)), aligned=role in PLACES)


def _damaged(value: str) -> str:
    """A date with a slip of the pen in it: its figures, where there are enough of them."""
    figures = re.findall(r"\d+", value)
    return "-".join(figures) if sum(map(len, figures)) >= 6 else plain(value)


def _clean_one(role: Role, value: str, region: str | None) -> str:
    match role:
        case Role.EMAIL:
            return normalise.email(value)
        case Role.PHONE:
            return normalise.phone(value, region)
        case Role.STREET:
            return normalise.street(value)
        case Role.BORN:
            found = day(value)
            return found.isoformat() if found else _damaged(value)
        case Role.NAME:
            words = normalise.firm(normalise.person(value)).split()
            return " ".join(sorted(words))
        case Role.GIVEN | Role.FAMILY:
            return normalise.person(value)
        case Role.POSTCODE:
            return normalise.compact(value)
        case Role.CODE | Role.REGISTER:
            return normalise.official_number(value)
        case Role.CITY:
            return plain(value)
