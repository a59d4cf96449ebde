"""The core types. Frozen and slotted; pydantic stays at the file, configuration and HTTP boundaries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from ontology.values import Native

T = TypeVar("T")

Value = Native | tuple[Native, ...]
"""One value, or the sorted distinct values of a property that may have several."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a record came from, in PROV-O's terms. Never empty."""

    source: str
    file: str
    file_sha256: str
    row: int
    """1-based data row within the file (header not counted)."""
    run: str
    agent: str
    time: datetime
    mapping: str
    """sha256 of the mapping file's text."""


@dataclass(frozen=True, slots=True)
class RecordState:
    """The current version of one source row."""

    id: str
    hash: str
    source: str
    table: str
    run: str
    file: str
    """sha256 of the file."""
    row: int
    kind: str = "source"
    """``source``, ``assumption`` or ``correction``."""
    stale: bool = False
    """A newer version is in quarantine."""


@dataclass(frozen=True, slots=True)
class EntityState:
    """What one entity is, with the record that each value came from."""

    id: str
    classes: tuple[str, ...]
    """Most specific classes, sorted."""
    founding: str
    """Founding mention."""
    mentions: tuple[str, ...]
    values: Mapping[str, Value]
    winners: Mapping[str, tuple[str, ...]]
    """Property → records whose value it is."""
    title: str = ""
    first: int = 0
    """Ordinal of the run that the entity began with."""
    hash: str = ""
    others: tuple[tuple[str, str, str], ...] = ()
    """(property, canonical text, record): what other records say where one value had to be chosen."""


@dataclass(frozen=True, slots=True)
class RelationState:
    """One relation instance."""

    id: str
    name: str
    """The ontology's name of the relation."""
    source: str
    """Entity id."""
    target: str
    values: Mapping[str, Native]
    records: tuple[str, ...]
    valid_from: date | None = None
    valid_to: date | None = None
    hash: str = ""


class Op(StrEnum):
    """What happens to an item in a change set."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """One item of a change set; for REMOVE ``after`` is None and ``id`` says what goes."""

    op: Op
    id: str
    after: T | None
    type: str = ""
    """For relations: the Neo4j type, which finds the old one."""


@dataclass(frozen=True, slots=True)
class FileState:
    """A source file that records come from."""

    sha256: str
    path: str
    source: str
    table: str
    size: int


@dataclass(frozen=True, slots=True)
class QuarantineState:
    """A row that is set aside, why, and how to see it."""

    id: str
    run: str
    source: str
    table: str
    file: str
    """sha256 of the file."""
    path: str
    row: int
    record: str | None
    rule: str
    """``type``, ``required``, ``reference``, ``duplicate-key``, ``shacl`` …"""
    column: str | None
    reason: str
    raw: str
    """The row as it arrived, JSON."""
    hash: str = ""


@dataclass(frozen=True, slots=True)
class JudgementState:
    """One entry of the ledger that says whether two mentions are one thing."""

    id: str
    left: str
    """Mention; the smaller of the two."""
    right: str
    class_name: str
    verdict: str
    """``same``, ``different`` or ``unsure`` (a question to a person)."""
    decided_by: str
    """``person``, ``rule`` or ``model``."""
    weight: float
    """Bits, log2 of the odds for *same*; 0 for a person."""
    probability: float
    reasons: tuple[str, ...]
    agent: str
    """Who: a person's name, the property of an exact key, or the digest of the model."""
    run: str
    """The run that it came with, for a person's."""
    at: str
    """When, for a person's; ISO 8601."""
    asleep: bool = False
    """One of the mentions is gone: it counts again when it comes back."""
    effect: float = 0.0
    """For a question: how much an answer is expected to change the graph (doubt times records and relations moved)."""
    moves: int = 0
    """For a question: records and relations that would move if the answer is *same*."""
    hash: str = ""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A bounded part of a run's change, in the order in which it must be written."""

    files: tuple[FileState, ...] = ()
    records: tuple[Change[RecordState], ...] = ()
    entities: tuple[Change[EntityState], ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    """(old id, id of the entity it leads to now)."""
    aliases_removed: tuple[str, ...] = ()
    relations: tuple[Change[RelationState], ...] = ()
    quarantine: tuple[QuarantineState, ...] = ()
    quarantine_removed: tuple[str, ...] = ()
    judgements: tuple[JudgementState, ...] = ()
    judgements_removed: tuple[str, ...] = ()

    def __len__(self) -> int:
        return (
            len(self.files) + len(self.records) + len(self.entities) + len(self.aliases) + len(self.relations)
            + len(self.aliases_removed) + len(self.quarantine) + len(self.quarantine_removed)
            + len(self.judgements) + len(self.judgements_removed)
        )  # fmt: skip


class Plan(Protocol):
    """A whole change: it can be walked in bounded parts, more than once, with the same result."""

    def parts(self) -> Iterator[ChangeSet]:
        """The parts in writing order: records, entities, relations added; then relations, entities, records removed."""
        ...

    def size(self) -> int:
        """How many items the parts hold together."""
        ...
