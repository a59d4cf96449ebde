"""Whole classes in formulas: `sum(Order, it.total)`; and the company as a whole, which has figures of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from graph_engine.snapshot import COMPANY
from ontology.model import ClassDef, Ontology


@dataclass(frozen=True, slots=True)
class Every:
    """All things of a class, where an aggregate has a relation otherwise."""

    class_name: str

    @property
    def name(self) -> str:
        """The class, as the formula names it."""
        return self.class_name

    @property
    def target(self) -> str:
        """The class of the things."""
        return self.class_name


def with_company(ontology: Ontology) -> Ontology:
    """The ontology with the company as a class of one, without properties and relations (if it has none so named)."""
    if COMPANY in ontology.classes:
        return ontology
    whole = ClassDef(COMPANY, "", "company", "companies", "The company as a whole.", (), (), MappingProxyType({}))
    return replace(ontology, classes={**ontology.classes, COMPANY: whole})


def merged(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """Ids of two lists, each once, in an order that both keep to."""
    old, new = set(before), set(after)
    at = 0
    for id_ in after:
        if id_ in old:
            while before[at] != id_:
                if before[at] not in new:
                    yield before[at]
                at += 1
            at += 1
        yield id_
    yield from (id_ for id_ in before[at:] if id_ not in new)
