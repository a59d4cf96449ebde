"""What reasoning answers: impact, connections, critical things, why not. Frozen; each names the graph version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from ontology.sentences import one_stop
from reasoning.types import EntityRef, Filters, Path, RecordRef, Semantics


@dataclass(frozen=True, slots=True)
class Affected:
    """One entity that the answer names."""

    entity: EntityRef
    score: float
    earliest_days: float | None
    """Days after the start until it can first be felt."""
    earliest_on: date | None
    hops: int
    """Length of the path that the score belongs to."""
    paths: tuple[Path, ...]
    records: tuple[RecordRef, ...]
    """Rows that describe the entity."""
    amount: Decimal | None = None
    currency: str | None = None
    when: date | None = None
    interval: tuple[float, float] | None = None
    """Confidence interval of the score, where it was sampled."""
    until_days: float | None = None
    """Days after the start until it is over, where durations are known."""
    note: str = ""

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        found: dict[str, object] = {
            "entity": self.entity.to_json(),
            "score": self.score,
            "earliest_days": self.earliest_days,
            "earliest_on": self.earliest_on.isoformat() if self.earliest_on else None,
            "hops": self.hops,
            "amount": str(self.amount) if self.amount is not None else None,
            "currency": self.currency,
            "when": self.when.isoformat() if self.when else None,
            "paths": [p.to_json() for p in self.paths],
            "records": [r.to_json() for r in self.records],
        }
        if self.interval is not None:
            found["interval"] = list(self.interval)
        if self.until_days is not None:
            found["until_days"] = self.until_days
        if self.note:
            found["note"] = self.note
        return found


@dataclass(frozen=True, slots=True)
class ClassTotal:
    """All affected entities of one class together, listed or not."""

    class_name: str
    label: str
    """Plural, for people."""
    count: int
    amounts: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    """Sum of the amounts by currency (``""`` where the currency is not known)."""
    without_amount: int = 0
    """How many have no amount although the class has one."""
    first_on: date | None = None
    """When the first of them can be affected."""
    past: int = 0
    """How many are dated (``ko:when``) before they could be affected: due, shipped or paid by then."""
    past_amounts: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    """Their part of ``amounts``."""

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {
            "class": self.class_name,
            "label": self.label,
            "count": self.count,
            "past": self.past,
            "past_amounts": {currency: str(amount) for currency, amount in self.past_amounts.items()},
            "amounts": {currency: str(amount) for currency, amount in self.amounts.items()},
            "without_amount": self.without_amount,
            "first_on": self.first_on.isoformat() if self.first_on else None,
        }


@dataclass(frozen=True, slots=True)
class Impact:
    """The answer to an impact question."""

    starts: tuple[EntityRef, ...]
    semantics: Semantics
    filters: Filters
    version: int
    """Graph version that it was computed on."""
    known_at: int | None
    as_of: date
    """The day that "days after" counts from."""
    valid_at: date | Literal["any"]
    affected: tuple[Affected, ...]
    """Best first; at most as many as were asked for."""
    found: int
    """How many there are."""
    totals: tuple[ClassTotal, ...]
    complete: bool
    """Whether nothing was left out by depth, cutoff or an effort limit."""
    cutoff: float | None
    frontier_dropped: int
    """Steps not followed because of depth, cutoff or limit."""
    assumed_inputs: int
    """Records among the evidence shown that are assumptions, not data."""
    notes: tuple[str, ...] = ()
    """What a reader should know about the answer."""
    self_supporting: tuple[tuple[EntityRef, ...], ...] = ()
    """``requires``: sets that stand only because each of them needs another of the set."""

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {
            "starts": [s.to_json() for s in self.starts],
            "semantics": self.semantics.value,
            "filters": self.filters.to_json(),
            "version": self.version,
            "known_at": self.known_at,
            "as_of": self.as_of.isoformat(),
            "valid_at": self.valid_at.isoformat() if isinstance(self.valid_at, date) else self.valid_at,
            "found": self.found,
            "listed": len(self.affected),
            "complete": self.complete,
            "cutoff": self.cutoff,
            "frontier_dropped": self.frontier_dropped,
            "assumed_inputs": self.assumed_inputs,
            "notes": list(self.notes),
            "totals": [t.to_json() for t in self.totals],
            "affected": [a.to_json() for a in self.affected],
            "self_supporting": [[e.to_json() for e in group] for group in self.self_supporting],
        }


@dataclass(frozen=True, slots=True)
class Connection:
    """How two entities hang together."""

    start: EntityRef
    end: EntityRef
    version: int
    paths: tuple[Path, ...]
    complete: bool
    """Whether the paths shown are proven to be the best."""
    assumed_inputs: int

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {
            "start": self.start.to_json(),
            "end": self.end.to_json(),
            "version": self.version,
            "complete": self.complete,
            "assumed_inputs": self.assumed_inputs,
            "paths": [p.to_json() for p in self.paths],
        }


@dataclass(frozen=True, slots=True)
class WeakPoint:
    """One thing, or two together, whose failure stops others."""

    entities: tuple[EntityRef, ...]
    count: int
    """How many others can no longer work."""
    extra: int
    """Of those, how many neither of them stops alone (for one thing: all)."""
    totals: tuple[ClassTotal, ...]

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {
            "entities": [e.to_json() for e in self.entities],
            "count": self.count,
            "extra": self.extra,
            "totals": [t.to_json() for t in self.totals],
        }


@dataclass(frozen=True, slots=True)
class Critical:
    """Which failures hurt most, and which pairs are dangerous only together."""

    version: int
    valid_at: date | Literal["any"]
    filters: Filters
    target: EntityRef | None
    """Only failures that stop this; None: all."""
    searched: int
    """How many things were tried."""
    singles: tuple[WeakPoint, ...]
    pairs: tuple[WeakPoint, ...]
    """Minimal: neither of the two does it alone."""
    found: tuple[int, int]
    """How many singles and pairs there are, listed or not."""
    complete: bool
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {
            "semantics": Semantics.REQUIRES.value,
            "version": self.version,
            "valid_at": self.valid_at.isoformat() if isinstance(self.valid_at, date) else self.valid_at,
            "filters": self.filters.to_json(),
            "target": self.target.to_json() if self.target else None,
            "searched": self.searched,
            "singles": [w.to_json() for w in self.singles],
            "pairs": [w.to_json() for w in self.pairs],
            "found": list(self.found),
            "complete": self.complete,
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why an entity is (not) affected."""

    target: EntityRef
    affected: bool
    reason: str
    relaxed: str | None = None
    """The filter that keeps it out."""
    path: Path | None = None
    """How it is affected, or would be without that filter."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", one_stop(self.reason))

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {
            "target": self.target.to_json(),
            "affected": self.affected,
            "reason": self.reason,
            "relaxed": self.relaxed,
            "path": self.path.to_json() if self.path else None,
        }


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that a text may mean."""

    entity: EntityRef
    why: str
    score: float
    """1 = exactly that name."""

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {**self.entity.to_json(), "why": self.why, "score": self.score}
