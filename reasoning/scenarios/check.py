"""The rules of the data (SHACL) inside a scenario: on what it can affect, without what the base breaks too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from graph_engine.snapshot import OPEN_FROM, OPEN_TO, Column, Edges, Snapshot, date_of
from ontology.model import Ontology
from ontology.values import canonical
from reasoning.flow import Int32
from reasoning.network import Network
from reasoning.scenarios.edit import Edited
from reasoning.types import EntityRef
from validation.gate import Gate, Violation
from validation.image import EntityImage, RelationImage, Touched


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that the scenario breaks."""

    entity: EntityRef | None
    message: str
    severity: str
    """``violation`` (applying it would be refused), ``warning`` or ``info``."""
    path: str


class SnapshotImage:
    """A snapshot as the gate sees it."""

    def __init__(self, snapshot: Snapshot, ontology: Ontology) -> None:
        self._snapshot = snapshot
        self._ontology = ontology
        self._columns: dict[str, dict[str, Column]] = {}
        self._found: dict[str, int | None] = {}
        self._images: dict[str, EntityImage | None] = {}

    def _exact(self, id_: str) -> int | None:
        if id_ not in self._found:
            self._found[id_] = self._snapshot.exact(id_)
        return self._found[id_]

    def _filled(self, edges: Edges) -> dict[str, Column]:
        if edges.name not in self._columns:
            self._columns[edges.name] = {n: edges.column(n) for n in sorted(edges.filled)}
        return self._columns[edges.name]

    def entities(self, ids: Sequence[str]) -> Iterable[EntityImage]:
        """The entities with these ids."""
        for id_ in ids:
            if id_ not in self._images:
                at = self._exact(id_)
                self._images[id_] = None if at is None else self._image(id_, at)
            image = self._images[id_]
            if image is not None:
                yield image

    def _image(self, id_: str, at: int) -> EntityImage:
        classes = self._snapshot.classes(at)
        definitions = {n: d for c in classes for n, d in self._ontology.classes[c].properties.items()}
        values: dict[str, tuple[str, ...]] = {}
        for name, value in self._snapshot.values(at).items():
            several = value if isinstance(value, tuple) else (value,)
            values[name] = tuple(canonical(definitions[name], v) for v in several)
        return EntityImage(id_, classes, values)

    def outgoing(self, ids: Sequence[str], names: Collection[str] | None) -> Iterable[RelationImage]:
        """Relations that start at one of ``ids``."""
        return self._at(ids, names, into=False)

    def incoming(self, ids: Sequence[str], names: Collection[str] | None) -> Iterable[RelationImage]:
        """Relations that end at one of ``ids``."""
        return self._at(ids, names, into=True)

    def entities_of_class(self, name: str) -> Iterable[str]:
        """Ids of the entities of the class or of one of its subclasses."""
        return (self._snapshot.entity_id(int(i)) for i in self._snapshot.members(name))

    def relation(self, edges: Edges, row: int) -> RelationImage:
        """One relation."""
        definitions = self._ontology.relations[edges.name].properties
        values = {
            n: canonical(definitions[n], v)
            for n, column in self._filled(edges).items()
            if (v := column.python(row)) is not None and not isinstance(v, tuple)
        }
        begin, end = int(edges.valid_from[row]), int(edges.valid_to[row])
        return RelationImage(
            edges.id(row), edges.name, self._snapshot.entity_id(int(edges.source[row])),
            self._snapshot.entity_id(int(edges.target[row])), values,
            None if begin == OPEN_FROM else date_of(begin).isoformat(),
            None if end == OPEN_TO else date_of(end).isoformat(),
        )  # fmt: skip

    def _at(self, ids: Sequence[str], names: Collection[str] | None, *, into: bool) -> Iterator[RelationImage]:
        found = [at for i in ids if (at := self._exact(i)) is not None]
        for name in self._snapshot.relations if names is None else sorted(names):
            edges = self._snapshot.relation(name)
            if edges.size:
                csr = edges.into if into else edges.out
                for at in found:
                    for row in csr.of(at).tolist():
                        yield self.relation(edges, row)


def findings(gate: Gate, base: Network, inside: Network, made: Edited) -> tuple[Finding, ...]:
    """Rules that the scenario breaks and the base does not, violations first."""
    if inside.snapshot is base.snapshot:
        return ()
    ontology = base.ontology
    before, after = SnapshotImage(base.snapshot, ontology), SnapshotImage(inside.snapshot, ontology)
    touched = _touched(base.snapshot, inside.snapshot, made, before, after)
    known = {_key(v) for r in [gate.check(touched, before)] for v in (*r.violations, *r.warnings, *r.infos)}
    report = gate.check(touched, after)
    fresh = [v for v in (*report.violations, *report.warnings, *report.infos) if _key(v) not in known]
    found = []
    for violation in fresh:
        at = inside.snapshot.exact(violation.focus)
        entity = None if at is None else inside.entity(at)
        found.append(Finding(entity, violation.message(), violation.severity, violation.path))
    return tuple(found)


def _key(violation: Violation) -> tuple[str, str, str, str | None]:
    return violation.focus, violation.shape, violation.path, violation.value


def _touched(base: Snapshot, inside: Snapshot, made: Edited, before: SnapshotImage, after: SnapshotImage) -> Touched:
    entities = {base.entity_id(int(e)) for t in made.cells if not t.relation for e in t.rows}
    entities |= {base.entity_id(int(e)) for e in made.removed} | {n.id for n in made.added}
    relations: list[RelationImage] = []
    for name in sorted({*base.relations, *inside.relations}):
        old, new = base.relation(name), inside.relation(name)
        if old.source is new.source and old.target is new.target and name not in {t.relation for t in made.cells}:
            continue
        rows = [t.rows for t in made.cells if t.relation == name]
        changed = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int32)
        relations += _different(base, inside, old, new, before, after, changed)
    return Touched(entities, relations)


def _different(
    base: Snapshot, inside: Snapshot, old: Edges, new: Edges, before: SnapshotImage, after: SnapshotImage,
    edited_rows: Int32,
) -> list[RelationImage]:  # fmt: skip
    """Relations of one type that one of the two has not, or that lead elsewhere or hold other values."""
    found: list[RelationImage] = []
    if old.ids.array.dtype != new.ids.array.dtype or not old.size or not new.size:
        pairs = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    else:
        _, *both = np.intersect1d(old.ids.array, new.ids.array, return_indices=True)
        pairs = both[0], both[1]
    for edges, image, common in ((old, before, pairs[0]), (new, after, pairs[1])):
        alone = np.setdiff1d(np.arange(edges.size), common)
        found += [image.relation(edges, int(r)) for r in alone]
    a, b = pairs
    moved = np.zeros(len(a), dtype=np.bool_)
    for one, other in ((old.source, new.source), (old.target, new.target)):
        moved |= base.ids.array[one[a]] != inside.ids.array[other[b]]
    moved |= np.isin(a, edited_rows)
    for i in np.flatnonzero(moved).tolist():
        found += [before.relation(old, int(a[i])), after.relation(new, int(b[i]))]
    return found
