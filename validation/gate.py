"""The gate: nothing enters the graph that breaks a shape, and only what passed can be written."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from ontology.errors import KnockonError
from ontology.ids import content_hash
from ontology.model import Ontology
from validation import shape_model as m
from validation.engine import ShaclEngine
from validation.engines import make_engine
from validation.focus import backward, forward
from validation.graph import TripleIndex
from validation.image import ENTITY, RELATION, Encoder, EntityImage, Image, RelationImage, Touched
from validation.reads import Anchor, Reads, ReadsBuilder
from validation.targets import reports_elsewhere, target_nodes
from validation.terms import Iri, Term, Triple
from validation.validated import Validated, _seal
from validation.violations import Violation, predicate_names, to_violations
from validation.worker import Limits, check_by_reference, run_limited

T = TypeVar("T")
Progress = Callable[[int, int], None]

BATCH = 4000
_MANY = 20_000
"""So many changed entities: checking a class whole is cheaper than walking backwards to its members."""


class ValidationRefused(KnockonError):
    """A change breaks shapes and may not be written."""

    code = "validation-refused"
    http_status = 422
    exit_code = 4


@dataclass(frozen=True, slots=True)
class Scope:
    """Shapes (by digest) that were checked on these entities."""

    shapes: frozenset[str]
    entities: frozenset[str] | None
    """None: on all that they target."""


@dataclass(frozen=True, slots=True)
class GateReport:
    """What the gate found."""

    violations: tuple[Violation, ...] = ()
    """These stop the change."""
    warnings: tuple[Violation, ...] = ()
    infos: tuple[Violation, ...] = ()
    checked: int = 0
    """Focus nodes looked at, counted once for each group of shapes."""
    shapes: int = 0
    seconds: float = 0.0
    engine: str = "off"
    scopes: tuple[Scope, ...] = ()
    """What was looked at, so that what was found earlier and is not found now is known to be mended."""
    known: frozenset[str] = frozenset()
    """The digests of all shapes that there are now."""

    @property
    def conforms(self) -> bool:
        """Nothing stops the change."""
        return not self.violations


_MARKING = 2
"""Counted up when findings get other keys: everything is checked once more then, and marked anew."""


@dataclass(slots=True)
class _Group:
    anchor: Anchor
    shapes: list[m.Shape]
    reads: Reads
    ids: Sequence[str] = field(default_factory=tuple)
    whole: bool = False
    """``ids`` are all that the anchor has."""


class Gate:
    """Checks changes against shapes.

    Args:
        engine: ``direct`` (default), ``pyshacl`` (the reference), ``shifty`` (if installed), or ``off``.
        batch: focus nodes that are loaded at once; memory is bounded by them and what their shapes read.
        limits: what SPARQL constraints may use; they run in a process of their own.
        trusted: whether someone here answers for the shapes. If not, Core shapes too run in a process with limits.

    Raises:
        ConfigurationError: no such engine.
        ShapeError: a shape reads what the graph cannot have.
    """

    def __init__(
        self,
        shapes: m.Shapes,
        ontology: Ontology,
        *,
        engine: str = "direct",
        batch: int = BATCH,
        limits: Limits | None = None,
        trusted: bool = True,
    ) -> None:
        self._shapes = shapes
        self._ontology = ontology
        self.engine = engine
        self._batch = batch
        self._limits = limits or Limits(seconds=600, megabytes=4096)
        self._encoder = Encoder(ontology)
        self._names = predicate_names(ontology)
        self._fast = make_engine(engine, None if trusted else self._limits)
        self._builder = ReadsBuilder(shapes, ontology)
        self._core = [s for s in shapes.targeted() if not shapes.uses_sparql(s)]
        self._sparql = [s for s in shapes.targeted() if shapes.uses_sparql(s)]
        self._reads: dict[tuple[Anchor, tuple[Term, ...]], Reads] = {}
        self._grouped(Touched())  # a path that cannot be followed is an error now, not at the first change
        self._deep = {s.id for s in self._core if reports_elsewhere(shapes, s)}

    def rules(self) -> frozenset[str]:
        """What is checked, as digests: one for each shape with targets, another when it or the ontology changes."""
        if self._fast is None:
            return frozenset()
        return frozenset(self._rule(s) for s in (*self._core, *self._sparql))

    def _rule(self, shape: m.Shape) -> str:
        return content_hash(f"{_MARKING}{self._shapes.digests.get(shape.id, '')}{self._ontology.digest}")[:24]

    def check(self, touched: Touched, image: Image, progress: Progress | None = None) -> GateReport:
        """Check every focus node that the change can affect.

        Args:
            touched: what changes; relations as they were before included.
            image: the state after the change.
            progress: told (done, total) focus nodes.
        """
        begun = time.perf_counter()
        if self._fast is None:
            return GateReport(engine="off")
        groups = self._grouped(touched)
        done = 0
        found: list[Violation] = []
        with _cycles_wait():
            for group in groups:
                group.ids = self._affected(group, touched, image)
            total = sum(len(g.ids) for g in groups)
            for group in groups:
                for ids in _batches(group.ids, self._batch):
                    found.extend(self._check(self._fast, group, ids, image))
                    done += len(ids)
                    if progress is not None:
                        progress(done, total)
        scopes = list(self._scopes(groups))
        if self._sparql and (touched.everything or touched.entities or touched.relations or touched.shapes):
            found.extend(self._check_whole(image))
            scopes.append(Scope(frozenset(k for s in self._sparql for k in self._keys(s)), None))
        found = list({(v.focus, v.key, v.path, v.component, v.value, v.relations): v for v in found}.values())
        by_level: dict[str, list[Violation]] = {"violation": [], "warning": [], "info": []}
        for violation in sorted(found, key=lambda v: (v.focus, v.shape, v.path, v.component, v.value or "")):
            by_level[violation.severity].append(violation)
        return GateReport(
            tuple(by_level["violation"]),
            tuple(by_level["warning"]),
            tuple(by_level["info"]),
            checked=total,
            shapes=len(self._core) + len(self._sparql),
            seconds=time.perf_counter() - begun,
            engine=self.engine,
            scopes=tuple(scopes),
            known=frozenset(self._shapes.digests.values()),
        )

    # -- which focus nodes -----------------------------------------------------------------------------------------

    def _grouped(self, touched: Touched) -> list[_Group]:
        """Shapes with the same anchor are loaded together; those that are checked on everything apart."""
        again = set(touched.shapes)
        by_anchor: dict[tuple[Anchor, bool], list[m.Shape]] = {}
        for shape in self._core:
            whole = touched.everything or (bool(again) and self._rule(shape) in again)
            for anchor in self._builder.anchors(shape):
                by_anchor.setdefault((anchor, whole), []).append(shape)
        ordered = sorted(by_anchor.items(), key=lambda i: (i[0][0].cls, i[0][0].relation or "", i[0][0].only or ""))
        return [_Group(anchor, found, self._read_by(anchor, found), whole=whole) for (anchor, whole), found in ordered]

    def _read_by(self, anchor: Anchor, shapes: Sequence[m.Shape]) -> Reads:
        key = (anchor, tuple(s.id for s in shapes))
        if key not in self._reads:
            self._reads[key] = self._builder.build(shapes, relation=anchor.relation)
        return self._reads[key]

    def _affected(self, group: _Group, touched: Touched, image: Image) -> Sequence[str]:
        anchor = group.anchor
        if anchor.only is not None:
            return (anchor.only,)
        group.whole = group.whole or len(touched.entities) > _MANY
        if not group.whole:
            candidates = sorted(backward(group.reads, touched, image))
            wanted = set(self._ontology.subclasses(anchor.cls))
            found = [e.id for e in image.entities(candidates) if not wanted.isdisjoint(e.classes)]
            if not found or not any(s.id in self._deep for s in group.shapes):
                return found
            group.whole = True
        return list(image.entities_of_class(anchor.cls))

    def _scopes(self, groups: Iterable[_Group]) -> Iterator[Scope]:
        """What was looked at. A shape that was checked on some entities only is in force on the others as before."""
        for group in groups:
            keys = frozenset(k for s in group.shapes for k in self._keys(s))
            yield Scope(keys, None if group.whole else frozenset(group.ids))

    def _keys(self, shape: m.Shape) -> Iterator[str]:
        return (self._shapes.digests.get(s.id, "") for s in self._shapes.reporting(shape))

    # -- checking --------------------------------------------------------------------------------------------------

    def _check(self, engine: ShaclEngine, group: _Group, ids: Sequence[str], image: Image) -> Iterator[Violation]:
        entities: list[EntityImage] = []
        relations: list[RelationImage] = []
        for kind, item in forward(group.reads, ids, image):
            if kind == "entity" and isinstance(item, EntityImage):
                entities.append(item)
            elif isinstance(item, RelationImage):
                relations.append(item)
        only = None if group.reads.closed else group.reads.predicates
        data = TripleIndex(self._triples(entities, relations, only))
        nodes: list[Term]
        if group.anchor.relation is not None:
            wanted = set(ids)
            nodes = [Iri(RELATION + r.id) for r in relations if r.name == group.anchor.relation and r.source in wanted]
        else:
            nodes = [Iri(ENTITY + i) for i in ids]
        results = engine.validate(data, self._shapes, {s.id: nodes for s in group.shapes})
        if results:
            yield from to_violations(results, relations, self._shapes, self._names)

    def _check_whole(self, image: Image) -> Iterator[Violation]:
        """Shapes with SPARQL can read anything, so they see everything; pySHACL runs them in a process with limits."""

        ids = sorted(
            {i for c in self._ontology.classes.values() if not c.parents for i in image.entities_of_class(c.name)}
        )
        relations = list(image.outgoing(ids, None))
        data = TripleIndex(self._triples(image.entities(ids), relations))
        nodes = {s.id: [n for t in s.targets for n in target_nodes(data, t)] for s in self._sparql}
        results = run_limited(check_by_reference, self._shapes.graph, list(data), nodes, limits=self._limits)
        yield from to_violations(results, relations, self._shapes, self._names)

    def _triples(
        self,
        entities: Iterable[EntityImage],
        relations: Iterable[RelationImage],
        only: Collection[str] | None = None,
    ) -> Iterator[Triple]:
        yield from self._encoder.hierarchy()
        for entity in entities:
            yield from self._encoder.entity(entity, only)
        for relation in relations:
            yield from self._encoder.relation(relation)


def approve(change: T, report: GateReport) -> Validated[T]:
    """The change, sealed for the writer.

    Raises:
        ValidationRefused: the report has violations.
    """
    if report.violations:
        first = report.violations[0]
        raise ValidationRefused(
            f"{len(report.violations)} violation(s), the first: {first.focus}: {first.message()}",
            do="Mend the records behind it, or leave them out; `knockon validate` lists them all.",
        )
    return _seal(change)


@contextmanager
def _cycles_wait() -> Iterator[None]:
    """No search for cycles meanwhile: triples hold none, and looking for some among millions took half of a check."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


def _batches(ids: Sequence[str], size: int) -> Iterator[list[str]]:
    iterator = iter(ids)
    while batch := list(islice(iterator, size)):
        yield batch


__all__ = ["Gate", "GateReport", "Scope", "ValidationRefused", "Violation", "approve"]
