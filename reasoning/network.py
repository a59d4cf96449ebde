"""A snapshot with the merged graphs that questions on it need, built once per set of filters."""

from __future__ import annotations

import difflib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import date
from threading import Lock
from typing import Literal

import numpy as np

from graph_engine.snapshot import Snapshot, days_of
from ontology.errors import BadQuestion
from ontology.ids import split_record_id
from ontology.model import Ontology
from reasoning.flow import Float, Flow, Int32, Int64, impact_flow, tie_flow
from reasoning.spellings import Spellings
from reasoning.types import EntityRef, Filters, RecordRef, Towards

_KEPT = 8
Gaps = tuple[Int32, int]
"""Entities without a value, and how many should have one."""


class Network:
    """Everything reasoning asks of one version of the graph. Safe to share between threads."""

    def __init__(self, snapshot: Snapshot, ontology: Ontology) -> None:
        self.snapshot = snapshot
        self.ontology = ontology
        self.rank: Int64 = np.asarray(snapshot.rank, dtype=np.int64)
        self._flows: OrderedDict[tuple[object, ...], Flow] = OrderedDict()
        self._dates: dict[int, Float] = {}
        self._gaps: dict[str, Gaps] = {}
        self._spellings: Spellings | None = None
        self._lock = Lock()

    def flow(self, filters: Filters, valid_at: date | Literal["any"]) -> Flow:
        """The merged impact graph for a question.

        Raises:
            BadQuestion: the filters name a relation or class that there is not, or a relation without impact.
        """
        relations = self._relations(filters.via, impact=True)
        avoid = self.classes(filters.avoid)
        upstream = filters.towards is Towards.UPSTREAM
        day = days_of(valid_at) if isinstance(valid_at, date) else None
        return self._cached(
            ("impact", relations, avoid, upstream, day),
            lambda: impact_flow(self.snapshot, self.ontology, relations, day=day, avoid=avoid, upstream=upstream),
        )

    def ties(self, filters: Filters, valid_at: date | Literal["any"]) -> Flow:
        """All relations, both ways, for questions of how things hang together."""
        relations = self._relations(filters.via, impact=False)
        avoid = self.classes(filters.avoid)
        day = days_of(valid_at) if isinstance(valid_at, date) else None
        return self._cached(
            ("ties", relations, avoid, day), lambda: tie_flow(self.snapshot, relations, day=day, avoid=avoid)
        )

    def dates(self, number: int, make: Callable[[], Float]) -> Float:
        """Days by entity of a block, made once for this version: every question with totals asks for them."""
        found = self._dates.get(number)
        if found is None:
            found = self._dates[number] = make()
        return found

    def gaps(self, relation: str, make: Callable[[], Gaps]) -> Gaps:
        """Entities of which nobody knows the delay, by relation; made once for this version."""
        found = self._gaps.get(relation)
        if found is None:
            found = self._gaps[relation] = make()
        return found

    def spellings(self, make: Callable[[], Spellings]) -> Spellings:
        """All names as they are compared, made once for this version: every search that finds none like it asks."""
        if self._spellings is None:
            self._spellings = make()
        return self._spellings

    def classes(self, names: Iterable[str]) -> tuple[str, ...]:
        """Class names as the ontology writes them, from names, labels or plurals in any case.

        Raises:
            BadQuestion: there is no such class.
        """
        known: dict[str, str] = {}
        for name, c in sorted(self.ontology.classes.items()):
            for text in (*c.synonyms, *c.labels.values(), c.plural, c.label, name):
                known[text.casefold()] = name
        return tuple(sorted({_pick("class", name, known) for name in names}))

    def entity(self, index: int) -> EntityRef:
        """An entity as a person recognises it."""
        classes = self.snapshot.classes(index)
        name = classes[0] if classes else "Entity"
        definition = self.ontology.classes.get(name)
        kind = definition.label if definition is not None else name
        return EntityRef(self.snapshot.entity_id(index), name, self.snapshot.title(index), kind)

    def records(self, codes: Int32) -> tuple[RecordRef, ...]:
        """Records as evidence."""
        found: list[RecordRef] = []
        for code in codes.tolist():
            row = self.snapshot.record(code)
            source, table, key = split_record_id(row.id) if row.id.count("/") >= 2 else ("", "", row.id)
            found.append(RecordRef(row.id, source, table, key, row.kind, row.stale, row.file, row.row))
        return tuple(found)

    def _relations(self, via: Iterable[str], *, impact: bool) -> tuple[str, ...]:
        relations = {n: r for n, r in self.ontology.relations.items() if r.impact is not None or not impact}
        if not via:
            return tuple(sorted(relations))
        known: dict[str, set[str]] = {}
        for name, r in sorted(self.ontology.relations.items()):
            for text in (name, r.type, r.role, r.inverse_role, r.label, r.inverse_label, *r.synonyms):
                known.setdefault(text.casefold(), set()).add(name)
            # A relation's own name is never drowned by another's role.
            known[name.casefold()] = {name}
        chosen: set[str] = set()
        for text in via:
            found = known[_pick("relation", text, {k: k for k in known})]
            usable = found & relations.keys()
            if not usable:
                raise BadQuestion(
                    f"The relation {text!r} carries no impact.",
                    do=f"These do: {', '.join(sorted(relations))}.",
                )
            chosen |= usable
        return tuple(sorted(chosen))

    def _cached(self, key: tuple[object, ...], make: Callable[[], Flow]) -> Flow:
        with self._lock:
            if key in self._flows:
                self._flows.move_to_end(key)
                return self._flows[key]
        flow = make()
        with self._lock:
            self._flows[key] = flow
            while len(self._flows) > _KEPT:
                self._flows.popitem(last=False)
        return flow


def _pick(what: str, text: str, known: dict[str, str]) -> str:
    found = known.get(text.strip().casefold())
    if found is None:
        near = difflib.get_close_matches(text.casefold(), known, n=3, cutoff=0.6)
        meant = ", ".join(sorted({known[n] for n in near}))
        raise BadQuestion(
            f"There is no {what} {text!r} in the ontology.",
            do=f"Did you mean {meant}?" if meant else "`docs/ontology.md` lists them.",
        )
    return found
