"""What a survey of a folder finds: tables with columns, keys, references between them, and findings with evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from ingest.adapters.spec import ReadSpec


class Kind(StrEnum):
    """What the values of a column look like."""

    EMPTY = "empty"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    UUID = "uuid"
    EMAIL = "email"
    TEXT = "text"
    NESTED = "nested"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something seen in the data that a person should know, with what it rests on."""

    code: str
    what: str
    evidence: str = ""
    table: str | None = None
    column: str | None = None
    rows: tuple[int, ...] = ()
    """Data rows (1-based, as knockon counts them) that show it; at most a handful."""


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column: counts over the rows that were read, and what its values look like."""

    name: str
    position: int
    """From 0."""
    kind: Kind
    rows: int
    filled: int
    distinct: int
    low: int | None = None
    """Smallest value of an integer column."""
    high: int | None = None
    top: float | None = None
    """Largest value of a column of numbers; None where they are not written plainly."""
    listed: str | None = None
    """``country``: nearly all values are codes of ISO 3166; ``currency``: of ISO 4217."""
    longest: int = 0
    mean_length: float = 0.0
    decimal_comma: bool = False
    thousands: str | None = None
    """The mark between thousands, where there is one."""
    date_format: str | None = None
    """None: ISO dates."""
    date_sure: bool = True
    """Whether the values decide which comes first, day or month."""
    has_time: bool = False
    transforms: tuple[str, ...] = ()
    """What the values need before they can be cast, as named in the mapping."""
    currency: str | None = None
    """ISO code that stands in the values or the heading."""
    leading_zeros: bool = False
    scale: int = 0
    """Most digits after the point."""
    negative: bool = False
    examples: tuple[str, ...] = ()
    named: bool = True
    """Whether the name came with the data."""
    currencies: tuple[str, ...] = ()
    """ISO codes of the marks beside the numbers, the most frequent first."""

    @property
    def unique(self) -> bool:
        """Whether every row has a value of its own."""
        return self.rows > 0 and self.filled == self.rows and self.distinct == self.rows

    @property
    def share(self) -> float:
        """Distinct values to filled rows, in [0, 1]."""
        return self.distinct / self.filled if self.filled else 0.0


@dataclass(frozen=True, slots=True)
class TableProfile:
    """One table as it was found."""

    name: str
    """Unique in the survey; what the mapping calls it."""
    title: str
    """As the folder calls it: the file's name, the sheet, the path in a document."""
    source: str
    """The system that it belongs to: the folder that its file lies in."""
    path: Path
    read: ReadSpec
    """How to read it; the file is relative to the surveyed folder."""
    columns: tuple[ColumnProfile, ...]
    rows: int
    """Rows that were profiled."""
    header: bool
    sampled: bool = False
    """Only a sample of the file was read."""
    bad_rows: int = 0
    drop_rows: str | None = None
    """A condition that leaves total rows out."""
    parent: str | None = None
    """The table whose records hold this one as a list."""
    pivot: tuple[str, ...] = ()
    """Columns that are values of one dimension (months, years)."""
    system: str | None = None
    """The template that its headings match."""

    def column(self, name: str) -> ColumnProfile:
        """The column of that name; raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class KeyProposal:
    """The columns that tell a table's rows apart."""

    table: str
    columns: tuple[str, ...]
    score: float
    reason: str
    repeated: int = 0
    """Rows that share a key with another; they will be set aside."""
    empty: int = 0
    alternatives: tuple[tuple[str, ...], ...] = ()
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns of one table whose values are keys of another."""

    table: str
    columns: tuple[str, ...]
    to: str
    key: tuple[str, ...]
    score: float
    """In [0, 1]; calibrated on nothing: an order, not a probability."""
    included: float
    """Share of the distinct values that are there at the other end."""
    reason: str
    is_key: bool = True
    """Leads to the other table's key; otherwise to another column with unique values."""
    missing: int = 0
    """Distinct values that lead nowhere."""
    fold: str | None = None
    """``upper`` or ``lower``, where the values lead there only once their letters are."""


@dataclass(frozen=True, slots=True)
class ColumnRules:
    """What a column keeps to, as a contract writes it, and what that rests on."""

    column: str
    parts: tuple[tuple[str, str], ...]
    """Name and value of each rule, as YAML."""
    evidence: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is no table, and why."""

    path: str
    why: str
    do: str = ""
    paper: bool = False
    """A document that can be read as one: a letter, a manual, a mail."""


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything found in a folder."""

    folder: Path
    tables: tuple[TableProfile, ...]
    keys: Mapping[str, KeyProposal]
    references: tuple[Reference, ...]
    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]
    papers: tuple[str, ...] = ()
    """Documents, by their path as seen from the folder."""
    undecided: tuple[Reference, ...] = ()
    """References that are possible and not certain enough to be proposed; the best first."""
    seconds: float = 0.0
    by_name: Mapping[str, TableProfile] = field(default_factory=lambda: MappingProxyType({}))

    def table(self, name: str) -> TableProfile:
        """The table of that name; raises KeyError."""
        return self.by_name[name]
