"""Parties as the party model sees them: one column per role, each value made comparable."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from ingest.resolution import normalise
from ingest.resolution.columns import ColumnPair, Kind, day, name_likeness
from ingest.resolution.tables import Table
from ingest.resolution.text import plain


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
    (Role.NAME, "name"),
)


@dataclass(frozen=True, slots=True)
class PartyRecords:
    """Standardised records: role → text per record; an empty text is absent."""

    columns: Mapping[Role, tuple[str, ...]]
    size: int

    def arrow(self, offset: int = 0) -> pa.Table:
        """As a table with ``unique_id`` counting from ``offset``; absent values are null."""
        arrays = {"unique_id": pa.array(range(offset, offset + self.size), pa.int64())}
        arrays |= {
            str(role): pa.array([v or None for v in values], pa.string()) for role, values in self.columns.items()
        }
        if Role.STREET in self.columns:  # numbers tell addresses apart that are spelled alike: Level 9, Level 25
            figures = [" ".join(sorted(re.findall(r"\d+", text))) for text in self.columns[Role.STREET]]
            arrays["house"] = pa.array(figures, pa.string())
        return pa.table(arrays)


def role_of(name: str) -> Role | None:
    """The role that a column's name speaks of."""
    score, role = max((name_likeness(name, called), role) for role, called in _CALLED)
    return role if score >= 0.75 else None


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
    for role in (Role.EMAIL, Role.PHONE, Role.CODE):
        counts = Counter(columns.get(role, ()))
        crowd = {value: count for value, count in counts.items() if value and count > SHARED_BY}
        if crowd:
            columns[role] = tuple("" if value in crowd else value for value in columns[role])
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


def _clean(role: Role, value: str, region: str | None) -> str:
    if not value:
        return ""
    match role:
        case Role.EMAIL:
            return normalise.email(value)
        case Role.PHONE:
            return normalise.phone(value, region)
        case Role.STREET:
            return normalise.street(value)
        case Role.BORN:
            found = day(value)
            return found.isoformat() if found else plain(value)
        case Role.NAME:
            words = normalise.firm(normalise.person(value)).split()
            return " ".join(sorted(words))
        case Role.GIVEN | Role.FAMILY:
            return normalise.person(value)
        case Role.POSTCODE | Role.CODE:
            return normalise.compact(value)
        case Role.CITY:
            return plain(value)
