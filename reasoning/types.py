"""What reasoning is asked (starts, filters, semantics) and what its answers point to (things, rows, hops, paths)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

ANY: Literal["any"] = "any"
"""For ``valid_at``: whatever the dates of a relation say."""


class Semantics(StrEnum):
    """What an impact question asks (``docs/impact.md``)."""

    REACH = "reach"  # what is touched at all?
    STRONGEST = "strongest"  # how strongly, by the best path?
    EXPECTED = "expected"  # how much in total, over all paths?
    PROBABILITY = "probability"  # how likely?
    EARLIEST = "earliest"  # when could it first be felt?
    DELAYED = "delayed"  # when will it be felt, alternatives and stocks counted?
    REQUIRES = "requires"  # what can no longer work?


class Towards(StrEnum):
    """Which way to look from the start."""

    DOWNSTREAM = "downstream"  # what the start affects
    UPSTREAM = "upstream"  # what could affect the start


@dataclass(frozen=True, slots=True)
class Filters:
    """What a question leaves out; applied before anything is followed."""

    depth: int | None = None
    """At most so many hops; None: no bound."""
    via: tuple[str, ...] = ()
    """Only these relations (ontology names); empty: all that carry impact."""
    avoid: tuple[str, ...] = ()
    """Classes that nothing is followed through or reported of."""
    to: tuple[str, ...] = ()
    """Classes that are reported; others are still followed through. Empty: all."""
    towards: Towards = Towards.DOWNSTREAM
    valid_at: date | Literal["any"] | None = None
    """Relations that held on that day; None: today."""
    cutoff: float | None = None
    """``strongest``: scores below it are not followed; ``earliest``, ``delayed``: days past it. Others have none."""

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {
            "depth": self.depth,
            "via": list(self.via),
            "avoid": list(self.avoid),
            "to": list(self.to),
            "towards": self.towards.value,
            "valid_at": self.valid_at.isoformat() if isinstance(self.valid_at, date) else self.valid_at,
            "cutoff": self.cutoff,
        }


@dataclass(frozen=True, slots=True)
class Start:
    """Where a question starts."""

    entity: str
    """Entity id."""
    severity: float = 1.0
    """How badly it is hit, in (0, 1]; for ``probability`` how likely it fails."""
    days: float | None = None
    """How long it lasts; None: until further notice."""
    after: float = 0.0
    """Days until it begins."""


def sense_of(asked: Semantics | None, starts: Sequence[Start], filters: Filters) -> Semantics:
    """The sense of a question that names none: ``delayed`` where it says how long a failure lasts, or ``reach``."""
    if asked is not None:
        return asked
    lasts = any(start.days is not None for start in starts)
    return Semantics.DELAYED if lasts and filters.towards is Towards.DOWNSTREAM else Semantics.REACH


@dataclass(frozen=True, slots=True)
class EntityRef:
    """An entity as a person recognises it."""

    id: str
    class_name: str
    title: str
    kind: str = ""
    """The class in words."""

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {"id": self.id, "class": self.class_name, "title": self.title}


@dataclass(frozen=True, slots=True)
class RecordRef:
    """A source row that carries an answer."""

    id: str
    source: str
    table: str
    key: str
    kind: str
    """``source``, ``assumption`` or ``correction``."""
    stale: bool
    file: str | None
    row: int | None

    def __str__(self) -> str:
        place = f" ({self.file} row {self.row})" if self.file is not None and self.row is not None else ""
        return f"{self.id}{place}"

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {
            "id": self.id,
            "source": self.source,
            "table": self.table,
            "key": self.key,
            "kind": self.kind,
            "stale": self.stale,
            "file": self.file,
            "row": self.row,
        }


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path: ``source`` – ``label`` → ``target``."""

    relation: str
    """Relation id."""
    name: str
    """The ontology's name of the relation."""
    label: str
    """How the relation reads in this direction."""
    source: EntityRef
    target: EntityRef
    weight: float
    lag_days: float
    valid_from: date | None
    valid_to: date | None
    records: tuple[RecordRef, ...]
    """Rows that support the relation."""

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {
            "relation": self.relation,
            "name": self.name,
            "label": self.label,
            "source": self.source.to_json(),
            "target": self.target.to_json(),
            "weight": self.weight,
            "lag_days": self.lag_days,
            "valid_from": self.valid_from.isoformat() if self.valid_from else None,
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
            "records": [r.to_json() for r in self.records],
        }


@dataclass(frozen=True, slots=True)
class Path:
    """A simple path: no entity occurs twice."""

    hops: tuple[Hop, ...]
    score: float
    """Product of the weights (and of the start's severity)."""
    lag_days: float
    """Sum of the lags."""

    @property
    def entities(self) -> tuple[EntityRef, ...]:
        """From the start to the end."""
        return (self.hops[0].source, *(h.target for h in self.hops)) if self.hops else ()

    @property
    def sentence(self) -> str:
        """The path as one line of text."""
        if not self.hops:
            return ""
        return self.hops[0].source.title + "".join(f" – {h.label} → {h.target.title}" for h in self.hops)

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {
            "sentence": self.sentence,
            "score": self.score,
            "lag_days": self.lag_days,
            "hops": [h.to_json() for h in self.hops],
        }
