"""What an answer is made of. Each statement names the evidence that carries it; nothing is said without any."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from ontology.sentences import one_stop
from reasoning.answers.confidence import Signals
from reasoning.answers.drawing import graph_json
from reasoning.types import EntityRef, Path, RecordRef


class Kind(StrEnum):
    """Which way a question was answered."""

    TEXT = "text"  # from passages and facts around the things named
    STRUCTURE = "structure"  # counted, listed or added up over the graph
    IMPACT = "impact"  # by the impact engine
    WHAT_IF = "what-if"  # by a scenario
    AMBIGUOUS = "ambiguous"  # several readings, shown in place of an answer
    UNKNOWN = "unknown"  # not known


@dataclass(frozen=True, slots=True)
class Citation:
    """A sentence of a document (or of a record's text) as it stands there."""

    number: int
    text: str
    passage: str
    """Entity id of the passage, or of the thing whose record holds the text."""
    document: EntityRef
    headings: tuple[str, ...]
    start: int
    """Offset of the sentence's first character in the document's text."""
    end: int
    dated: date | None
    """Since when the document holds, or when it was issued."""
    until: date | None
    score: float
    records: tuple[RecordRef, ...]
    language: str | None = None
    page: int | None = None

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        path = " › ".join(h for h in self.headings if h != self.document.title)
        page = f", page {self.page}" if self.page is not None else ""
        return f"{self.document.title}{f' › {path}' if path else ''}{page}, characters {self.start}–{self.end}"

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {
            "number": self.number,
            "kind": "sentence",
            "text": self.text,
            "passage": self.passage,
            "document": self.document.to_json(),
            "headings": list(self.headings),
            "page": self.page,
            "start": self.start,
            "end": self.end,
            "dated": self.dated.isoformat() if self.dated else None,
            "until": self.until.isoformat() if self.until else None,
            "language": self.language,
            "score": round(self.score, 4),
            "records": [r.to_json() for r in self.records],
        }


@dataclass(frozen=True, slots=True)
class Fact:
    """What the graph says about one thing, with the rows that say so."""

    number: int
    entity: EntityRef
    text: str
    records: tuple[RecordRef, ...]

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {
            "number": self.number,
            "kind": "fact",
            "text": self.text,
            "entity": self.entity.to_json(),
            "records": [r.to_json() for r in self.records],
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of the answer and the numbers of the evidence that carries it."""

    text: str
    support: tuple[int, ...]
    derived: bool = False
    """Worked out from the evidence (a date reckoned), not copied."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", one_stop(self.text))

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {"text": self.text, "support": list(self.support), "derived": self.derived}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Sentences that cannot both hold, as far as their figures say."""

    about: str
    sides: tuple[int, ...]
    """Numbers of the citations, newest document first."""

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {"about": self.about, "sides": list(self.sides)}


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a question."""

    text: str
    """In words, e.g. the plan of a count."""
    question: str = ""
    """The question that asks for this reading only; empty where there is no shorter way than an id."""

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {"text": self.text, "question": self.question}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that a structural answer lists."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    ids: tuple[str, ...] = ()
    total: int = 0

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
            "ids": list(self.ids),
            "total": self.total,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question, or that it is not known, with the evidence and what was nearest."""

    question: str
    kind: Kind
    version: int
    """Graph version that it rests on."""
    as_of: date
    """The day that dates are compared with."""
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    facts: tuple[Fact, ...] = ()
    paths: tuple[Path, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    nearest: tuple[Citation, ...] = ()
    """What was found nearest, where the question is not answered."""
    readings: tuple[Reading, ...] = ()
    plan: str = ""
    """How a structural question was understood, in words."""
    table: Table | None = None
    confidence: float = 0.0
    """Chance that the answer is right, fitted on questions with known answers and checked on others
    (docs/answers.md)."""
    linked: tuple[EntityRef, ...] = ()
    """Things of the graph that the question names."""
    notes: tuple[str, ...] = ()
    written_by: str = "extract"
    """``extract``, or the name of the language model that phrased it."""
    known_at: int | None = None
    details: dict[str, object] = field(default_factory=dict)
    signals: Signals | None = None
    """What the confidence of an answer from texts was worked out from."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "notes", tuple(one_stop(n) for n in self.notes))

    @property
    def known(self) -> bool:
        """Whether there is an answer at all."""
        return self.kind not in (Kind.UNKNOWN, Kind.AMBIGUOUS)

    @property
    def text(self) -> str:
        """The answer as people read it, without marks."""
        return " ".join(s.text for s in self.statements)

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {
            "question": self.question,
            "kind": self.kind.value,
            "known": self.known,
            "text": self.text,
            "confidence": round(self.confidence, 3),
            "version": self.version,
            "known_at": self.known_at,
            "as_of": self.as_of.isoformat(),
            "statements": [s.to_json() for s in self.statements],
            "evidence": [*(c.to_json() for c in self.citations), *(f.to_json() for f in self.facts)],
            "paths": [p.to_json() for p in self.paths],
            "graph": graph_json(self.paths),
            "contradictions": [c.to_json() for c in self.contradictions],
            "nearest": [c.to_json() for c in self.nearest],
            "readings": [r.to_json() for r in self.readings],
            "plan": self.plan or None,
            "table": None if self.table is None else self.table.to_json(),
            "linked": [e.to_json() for e in self.linked],
            "notes": list(self.notes),
            "written_by": self.written_by,
            **({"details": self.details} if self.details else {}),
        }
