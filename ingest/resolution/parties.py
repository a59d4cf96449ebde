"""Parties, people and addresses through Splink on DuckDB."""

from __future__ import annotations

from ingest.resolution.matching import Matches, match_tables
from ingest.resolution.tables import Table

PARTY_CLASSES = frozenset(
    {
        "party",
        "person",
        "people",
        "organisation",
        "organization",
        "company",
        "customer",
        "supplier",
        "employee",
        "contact",
        "address",
    }
)


def is_party_class(name: str) -> bool:
    """Whether records of this class are matched by the party model."""
    return name.strip().lower() in PARTY_CLASSES


def match_parties(left: Table, right: Table, ids: tuple[str | None, str | None]) -> Matches:
    return match_tables(left, right, ids)
