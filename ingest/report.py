"""What a run did, in numbers that add up: read = new + changed + unchanged + duplicate + quarantined."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class TableCounts:
    """One table of one run. ``retracted`` is apart: those rows were not in the export."""

    source: str
    table: str
    read: int
    new: int
    changed: int
    unchanged: int
    duplicate: int
    quarantined: int
    retracted: int

    @property
    def adds_up(self) -> bool:
        """Whether every row that was read is accounted for."""
        return self.read == self.new + self.changed + self.unchanged + self.duplicate + self.quarantined


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """Items of one kind that a run added, changed and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    @property
    def total(self) -> int:
        """All together."""
        return self.added + self.changed + self.removed


@dataclass(frozen=True, slots=True)
class RowAside:
    """A row that a dry run would set aside."""

    table: str
    """``source.table``."""
    path: str
    row: int | None
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class RunReport:
    """The result of a run (or, with ``dry_run``, what it would be)."""

    run: str
    kind: str
    version: int
    """Graph version after the run."""
    tables: tuple[TableCounts, ...]
    records: ItemCounts
    entities: ItemCounts
    relations: ItemCounts
    quarantined: int
    """Rows in quarantine after the run, of all runs together."""
    reasons: dict[str, int] = field(default_factory=dict)
    """Rule → rows in quarantine."""
    warnings: dict[str, int] = field(default_factory=dict)
    """SHACL warning → how often, among what was checked."""
    dropped_references: int = 0
    sleeping: tuple[tuple[str, str], ...] = ()
    """Corrections and assumptions about things that are gone: (record, reason)."""
    seconds: dict[str, float] = field(default_factory=dict)
    resolution: dict[str, object] = field(default_factory=dict)
    """``merged`` and ``expected`` (pairs, and their expected precision), ``asked``, ``contradictions``, ``advice``."""
    dry_run: bool = False
    aside: tuple[RowAside, ...] = ()
    """Of a dry run: rows that it would newly set aside, the first of them."""
    nothing_new: bool = False
    """All files, mappings and rules are those of the last run: nothing had to be computed."""
    forgotten: tuple[str, ...] = ()
    """``source.table`` with rows in force that its mapping names no more."""

    @property
    def written(self) -> int:
        """Items of the graph that the run wrote."""
        return self.records.total + self.entities.total + self.relations.total

    def counts(self) -> dict[str, object]:
        """What the graph keeps of the report."""
        kept = asdict(self)
        for name in ("run", "kind", "version", "dry_run", "aside"):
            kept.pop(name)
        return kept
