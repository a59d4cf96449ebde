"""Which pairs of records a caller may see compared: those of classes of which nothing that is compared is hidden.

Which pairs are asked about, and how likely each is one thing, follows from the cells of *all* records of a class. So it
is decided class by class, from policy, ontology and mappings alone, never from the data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from graph_engine.snapshot.visibility import Visibility
from ontology.ids import record_of
from ontology.model import Ontology

if TYPE_CHECKING:
    from graph_engine.snapshot import Snapshot
    from graph_engine.store.judgements import OpenQuestion
    from ingest.mapping.model import SourceMapping
    from ingest.resolution.policy import Policy
    from ontology.types import JudgementState

PLACE = ("line_1", "postal_code", "city")
_WITHHELD = "why is withheld from you"


def family(ontology: Ontology, name: str) -> frozenset[str]:
    """A class with what is above and below it: a thing may be described as any of these."""
    return frozenset({name, *ontology.classes[name].ancestors, *ontology.subclasses(name)})


class Compared:
    """What is compared of each class, against what is hidden.

    Args:
        mappings: of all sources: which tables describe which classes.
        policy: how each class is matched.
    """

    def __init__(
        self, ontology: Ontology, visible: Visibility, mappings: Iterable[SourceMapping], policy: Policy
    ) -> None:
        self._ontology, self._visible, self._policy = ontology, visible, policy
        self._tables: dict[str, set[str]] = {}
        for mapping in mappings:
            for name, table in mapping.tables.items():
                for thing in table.things:
                    self._tables.setdefault(thing.class_name, set()).add(f"{mapping.source}/{name}/")

    @cached_property
    def seen(self) -> frozenset[str]:
        """Classes whose comparisons read nothing that is hidden."""
        return frozenset(name for name in self._ontology.classes if self._is_seen(name))

    @cached_property
    def left_out(self) -> tuple[str, ...]:
        """Classes that the company has records of and that are compared by likeness, but not shown: in words."""
        from ingest.resolution.policy import Method

        liked = (Method.PARTY, Method.TEXT, Method.ALIKE)
        named = [
            self._ontology.classes[name].plural or name
            for name in self._tables
            if name not in self.seen and self._policy.rule(self._ontology, name).method in liked
        ]
        return tuple(sorted(set(named)))

    def reads(self, name: str) -> frozenset[str]:
        """Properties that records of a class are compared by, its own only."""
        from ingest.resolution.policy import TEXTS

        definition = self._ontology.classes[name]
        read = {*self._policy.rule(self._ontology, name).roles, *TEXTS, *(p.name for p in definition.identifying)}
        return frozenset({*read, *((definition.title,) if definition.title else ())})

    def borrows(self, name: str) -> bool:
        """Whether records of a class are compared by the addresses that they lead to."""
        from ingest.resolution.policy import PLACE_ROLES, Method

        rule = self._policy.rule(self._ontology, name)
        return rule.method is Method.PARTY or bool(set(rule.roles.values()) & set(PLACE_ROLES))

    def _is_seen(self, name: str) -> bool:
        related = family(self._ontology, name)
        if not self._whole(related, self.reads(name)):
            return False
        return not self.borrows(name) or self._reaches_places(related)

    def _whole(self, classes: frozenset[str], read: Iterable[str]) -> bool:
        hidden = self._visible
        if hidden.hides_class(sorted(classes)) or any(p.partition(".")[0] in classes for p, _ in hidden.values):
            return False
        if any(hidden.hides_property(sorted(classes), name) for name in read):
            return False
        return not any(hidden.hides_record(t) for c in classes for t in self._tables.get(c, ()))

    def _reaches_places(self, related: frozenset[str]) -> bool:
        """Whether the addresses that records of these classes lead to, and the way there, are seen."""
        places = family(self._ontology, "Address")
        if not self._whole(places, PLACE):
            return False
        return not any(
            r.name in self._visible.relations
            for r in self._ontology.relations.values()
            if {r.source, r.target} & places and {r.source, r.target} & related
        )


def seen_questions(
    questions: Sequence[OpenQuestion], compared: Compared, snapshot: Snapshot, visible: Visibility
) -> tuple[OpenQuestion, ...]:
    """Open questions of classes that are seen, both of whose records are; weighed by what of them is seen."""
    found = []
    for question in questions:
        judgement = question.judgement
        ends = [snapshot.exact(e) for e, _ in (question.left, question.right)]
        if judgement.class_name not in compared.seen or any(
            visible.hides_record(record_of(m)) for m in (judgement.left, judgement.right)
        ):
            continue
        places = [at for at in ends if at is not None]
        if len(places) < 2:
            continue
        moves = min(_size(snapshot, at) for at in places)
        doubt = judgement.probability * (1 - judgement.probability)
        weighed = replace(judgement, moves=moves, effect=round(moves * doubt, 4), run="", at="")
        left, right = ((snapshot.entity_id(at), snapshot.title(at)) for at in places)
        found.append(replace(question, judgement=weighed, left=left, right=right))
    return tuple(sorted(found, key=lambda q: (-q.judgement.effect, q.judgement.id)))


def seen_judgements(said: Sequence[JudgementState]) -> tuple[JudgementState, ...]:
    """Judgements without what people wrote and which run it was: they may have seen more."""
    return tuple(
        replace(j, run="", at="", agent="somebody", reasons=(_WITHHELD,))
        if j.decided_by == "person"
        else replace(j, run="", at="")
        for j in said
    )


def _size(snapshot: Snapshot, entity: int) -> int:
    """Records and relations of a thing."""
    found = len(snapshot.records(entity))
    for name in snapshot.relations:
        edges = snapshot.relation(name)
        found += int(np.size(edges.out.of(entity))) + int(np.size(edges.into.of(entity)))
    return found
