"""A table as a file shows it before its values were counted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.adapters.spec import ReadSpec
from ingest.onboarding.model import Finding

TOTALS = r"^\s*(grand total|sub-?total|totals?|summe|gesamt\w*|zwischensumme|sum|somme|totaal|totale)\b"
"""How a row begins that sums up others."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What to read and how."""

    title: str
    path: Path
    read: ReadSpec
    columns: tuple[str, ...]
    header: bool
    findings: tuple[Finding, ...] = ()
    explode_of: str | None = None
    """Title of the draft whose records hold this one as a list."""
    inherited: tuple[str, ...] = ()
    """Columns that are the parent's."""
    parts: tuple[Path, ...] = ()
    """Further files with the same table, read with it."""
    pivot: tuple[str, ...] = ()
