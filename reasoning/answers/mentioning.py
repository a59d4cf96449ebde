"""Which entities a passage names: by name, by the class beside it, and by what else the passage is about.

What may mean several things stays so: every candidate is given, each with its share of the confidence. A candidate that
is tied in the graph to what the passage surely names, or to the thing whose record holds the text, is the likelier one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from graph_engine.text_index import EntityMention
from reasoning.answers.corpus import entity_of
from reasoning.answers.names import Named
from reasoning.answers.reader import Reader
from reasoning.retrieval.text import fold, stem, words
from reasoning.retrieval.types import Passage

_LISTED = 10
"""Candidates of a name that are kept; ``candidates`` says how many there are."""
_TYPED = 8.0
"""How much likelier a candidate of the class that stands beside its name is."""
_TIED = 5.0
"""How much likelier a candidate that is tied to what the passage is about is."""
_SURE = 0.8
"""Share from which one candidate is taken for the one that is meant."""
_DEGREE = 60
"""What has more relations ties nothing together."""
_ABBREVIATION = re.compile(r"\s*\(([A-ZÄÖÜ][A-ZÄÖÜ0-9&.-]{1,7})\)")
_AROUND = 50  # characters shown beside a mention


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a text names a thing."""

    passage: str
    document: str
    around: str
    """The name with some words before and behind it."""
    start: int
    """Offset in the document's text."""
    end: int
    sure: float
    how: str
    candidates: int
    record: str | None

    def to_json(self) -> dict[str, object]:
        """As the command line and the API have it."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


def hit(passage: Passage, m: EntityMention) -> Hit:
    """A mention of a passage as it is shown."""
    lead, tail = passage.text[max(0, m.start - _AROUND) : m.start], passage.text[m.end : m.end + _AROUND]
    around = " ".join(f"{'…' if m.start > _AROUND else ''}{lead}{m.text}{tail}".split())
    how = m.how if m.candidates == 1 else f"{m.how}, one of {m.candidates} it may mean"
    start = passage.start + m.start
    return Hit(passage.id, passage.title, around, start, start + len(m.text), m.confidence, how, m.candidates, m.record)


def _abbreviated(text: str, named: Sequence[Named]) -> list[Named]:
    """Where an abbreviation stands for a name that the text gives it for: ``Magnetfabrik Kolding (MFK)``."""
    found: list[Named] = []
    for one in named:
        given = _ABBREVIATION.match(text, one.end)
        if given is None:
            continue
        for at in re.finditer(rf"(?<!\w){re.escape(given[1])}(?!\w)", text[given.start(1) :]):
            start, end = given.start(1) + at.start(), given.start(1) + at.end()
            if not any(n.start < end and start < n.end for n in (*named, *found)):
                found.append(Named(given[1], start, end, one.entities, one.confidence, f"short for {one.text}"))
    return found


class Mentions:
    """Finds the entities that passages of one snapshot name."""

    def __init__(self, reader: Reader) -> None:
        self._network = reader.network
        self._reader = reader
        self._gazetteer = reader.gazetteer
        self._classes = reader.class_words

    def of(self, passage: Passage) -> tuple[EntityMention, ...]:
        """The mentions of a passage, in order of place; none of the thing that holds the text itself."""
        snapshot = self._network.snapshot
        own = snapshot.find(entity_of(passage.id))
        found_names = [n for n in self._reader.names(passage.text) if n.entities]
        named = [n for n in (*found_names, *_abbreviated(passage.text, found_names)) if set(n.entities) - {own}]
        named.sort(key=lambda n: n.start)
        about = {n.entities[0] for n in named if not n.ambiguous}
        about |= {e for e in (own, snapshot.find(passage.document)) if e is not None}
        near = about | {o for e in about for o in self._tied(e)}
        record = self._record(own)
        found: list[EntityMention] = []
        for one in named:
            found += self._mentions(one, passage.text, about, near, record)
        return tuple(found)

    def places(self, entity: int, passages: Iterable[Passage], limit: int) -> tuple[Hit, ...]:
        """Where passages name an entity, surest first; only those are read that hold a word of its names."""
        id_ = self._network.snapshot.entity_id(entity)
        said = {w for name in self._gazetteer.names_of(entity) for w in words(name) if len(w) > 1} | {id_}
        found: list[tuple[Passage, EntityMention]] = []
        for passage in passages:
            folded = fold(passage.text)
            if any(word in folded for word in said):
                found += [(passage, one) for one in self.of(passage) if one.entity == id_]
        found.sort(key=lambda f: (-f[1].confidence, f[0].id, f[1].start))
        return tuple(hit(passage, one) for passage, one in found[:limit])

    def names_of(self, entities: Iterable[int]) -> tuple[str, ...]:
        """What entities are called: where these words occur, an entity that came may be meant."""
        return tuple(name for e in entities for name in self._gazetteer.names_of(e))

    def _mentions(
        self, named: Named, text: str, about: set[int], near: set[int], record: str | None
    ) -> list[EntityMention]:
        weights = {}
        beside = self._beside(text, named.start, named.end)
        for entity in named.entities:
            weight = 1.0
            if beside is not None and self._network.snapshot.is_a(entity, beside):
                weight *= _TYPED
            if named.ambiguous and entity in near and entity not in about:
                weight *= _TIED
            weights[entity] = weight
        total = sum(weights.values())
        sure = named.confidence * len(named.entities)
        order = sorted(weights, key=lambda e: (-weights[e], int(self._network.rank[e])))
        first = weights[order[0]] / total
        if len(order) > 1 and first >= _SURE:
            order = order[:1]
            how, candidates = f"{named.how}, told apart by what stands around it", 1
        else:
            how, candidates = named.how, len(order)
        return [
            EntityMention(
                self._network.snapshot.entity_id(e), named.start, named.end, named.text,
                round(sure * weights[e] / total, 4), how, candidates, record,
            )
            for e in order[:_LISTED]
        ]  # fmt: skip

    def _beside(self, text: str, start: int, end: int) -> str | None:
        """The class whose word stands right before or behind a name: ``customer Weber``, ``the Otter pump``."""
        before = text[max(0, start - 40) : start].split()
        behind = text[end : end + 40].split()
        for word in (*before[-1:], *behind[:1]):
            found = self._classes.get((stem(fold(word.strip(".,;:()"))),))
            if found is not None:
                return found
        return None

    def _tied(self, entity: int) -> Sequence[int]:
        """What one relation leads to, from a thing that has not too many."""
        found: list[int] = []
        for name in self._network.snapshot.relations:
            edges = self._network.snapshot.relation(name)
            outgoing, incoming = edges.out.of(entity), edges.into.of(entity)
            if len(outgoing) + len(incoming) > _DEGREE:
                continue
            found += edges.target[outgoing].tolist()
            found += edges.source[incoming].tolist()
        return found

    def _record(self, own: int | None) -> str | None:
        if own is None:
            return None
        codes = self._network.snapshot.records(own)
        return None if not len(codes) else str(self._network.snapshot.record(int(codes[0])).id)
