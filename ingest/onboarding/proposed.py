"""What is proposed for a folder: tables with their class, properties and relations, and what to ask first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ingest.onboarding.classes import ClassProposal
from ingest.onboarding.columns import PropertyProposal
from ingest.onboarding.further import Further
from ingest.onboarding.known import Known
from ingest.onboarding.model import ColumnRules, Finding, KeyProposal, Reference, Survey, TableProfile
from ingest.onboarding.papers import PaperTable
from ingest.onboarding.roles import LinkProposal, RelationProposal

Answers = Mapping[str, str]
"""Question id → the option chosen."""


@dataclass(frozen=True, slots=True)
class TableProposal:
    """What a table's rows are taken to be."""

    table: TableProfile
    key: KeyProposal | None
    class_: ClassProposal
    link: LinkProposal | None = None
    properties: tuple[PropertyProposal, ...] = ()
    unsure: tuple[PropertyProposal, ...] = ()
    relations: tuple[RelationProposal, ...] = ()
    same_as: tuple[RelationProposal, ...] = ()
    further: tuple[Further, ...] = ()
    unnamed: tuple[Reference, ...] = ()
    """References that the ontology has no relation for."""
    refused: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    mode: str = "full"
    mode_reason: str = ""
    known: Known | None = None
    """The template that it follows, in place of all that stands above."""
    rules: tuple[ColumnRules, ...] = ()
    """What its columns keep to; proposed, not in force."""
    classes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Classes of all tables."""
    left_out: str = ""
    """Why the table is not in the mapping; empty: it is."""

    @property
    def used(self) -> frozenset[str]:
        """Columns that the mapping reads."""
        found = {p.column for p in self.properties} | {
            v.column for r in (*self.relations, *self.same_as) for v in r.key if v.column
        }
        found |= {r.by[2].column for r in self.relations if r.by is not None and r.by[2].column}
        found |= {p.column for f in self.further for p in f.properties}
        found |= {v.column for f in self.further for v in f.key if v.column}
        if self.key is not None:
            found |= set(self.key.columns)
        if self.link is not None:
            found |= {
                *self.link.start_key,
                *self.link.end_key,
                *(v.column for _, v in self.link.properties if v.column),
            }
            found |= {v.column for v in (self.link.valid_from, self.link.valid_to) if v is not None and v.column}
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Option:
    """An answer that can be chosen."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """Something that only a person can know."""

    id: str
    text: str
    options: tuple[Option, ...]
    default: str
    why: str
    """What hangs on it."""
    examples: tuple[str, ...] = ()
    weight: float = 0.0
    """How much hangs on it: rows, and what leads there."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping as it would be written, and what to ask first."""

    survey: Survey
    tables: tuple[TableProposal, ...]
    questions: tuple[Question, ...]
    unasked: tuple[Question, ...]
    """Doubts past the tenth, taken at their default."""
    currency: str | None
    timezone: str | None
    findings: tuple[Finding, ...] = ()
    shapes: str = ""
    """A Turtle file of rules that things keep; proposed, not in force."""
    shape_rules: int = 0
    """How many rules it holds."""
    papers: tuple[PaperTable, ...] = ()
    """Documents in the folder, to be asked about."""
    currencies: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Source → currency of its amounts that name none, where it is not that of the others."""

    def mapped(self) -> tuple[TableProposal, ...]:
        """Tables that are in the mapping."""
        return tuple(t for t in self.tables if not t.left_out)
