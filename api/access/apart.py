"""Which changes stand apart from what is withheld: no rule and no comparison of records reads both.

Such a change comes to the same whatever the hidden data holds, so whoever does not see it may make it himself; of any
other, whether it enters would tell something, and somebody who sees all decides. Decided from policy, ontology, rules
and mappings alone, never from the data.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from api.access.matched import PLACE, family
from api.access.rules import read_by_hidden
from graph_engine.snapshot.visibility import Visibility
from ontology.model import Ontology

if TYPE_CHECKING:
    from api.access.matched import Compared
    from validation.shape_model import Shapes


class Apart:
    """What may change without being held against anything hidden.

    Args:
        shapes: all rules of the project.
        compared: how records of each class are compared.
    """

    def __init__(self, ontology: Ontology, visible: Visibility, shapes: Shapes, compared: Compared) -> None:
        self._ontology, self._visible, self._shapes, self._compared = ontology, visible, shapes, compared

    def value(self, classes: Iterable[str], name: str) -> bool:
        """Whether a property of things of these classes does."""
        related = self._related(classes)
        held = {p.iri for c in related for n, p in self._ontology.classes[c].properties.items() if n == name}
        if self._rows_hidden or self._ruled is None or held & self._ruled:
            return False
        if related & self._places and name in PLACE and not self._borrowed_in_the_open:
            return False
        return all(c in self._compared.seen for c in related if name in self._compared.reads(c))

    def relation(self, name: str) -> bool:
        """Whether a relation does."""
        definition = self._ontology.relations[name]
        iris = {definition.iri, *(p.iri for p in definition.properties.values())}
        if self._rows_hidden or self._ruled is None or iris & self._ruled:
            return False
        return self._borrowed_in_the_open or not {definition.source, definition.target} & self._places

    def thing(self, classes: Iterable[str]) -> bool:
        """Whether things of these classes do as a whole: that they come, go, or are one."""
        related = self._related(classes)
        if self._rows_hidden or self._ruled is None or not related <= self._compared.seen:
            return False
        if related & self._places and not self._borrowed_in_the_open:
            return False
        known = self._ontology
        iris = {known.classes[c].iri for c in related}
        iris |= {p.iri for c in related for p in known.classes[c].properties.values()}
        iris |= {r.iri for r in known.relations.values() if {r.source, r.target} & related}
        return not iris & self._ruled

    @property
    def _rows_hidden(self) -> bool:
        """What a hidden row says may win, or hold together, anything."""
        return bool(self._visible.sources or self._visible.values)

    @cached_property
    def _ruled(self) -> frozenset[str] | None:
        return read_by_hidden(self._shapes, self._ontology, self._visible)

    @cached_property
    def _places(self) -> frozenset[str]:
        return family(self._ontology, "Address")

    @cached_property
    def _borrowed_in_the_open(self) -> bool:
        """Whether all that are compared by addresses are so in the caller's view."""
        return all(c in self._compared.seen for c in self._ontology.classes if self._compared.borrows(c))

    def _related(self, classes: Iterable[str]) -> frozenset[str]:
        return frozenset(f for c in classes if c in self._ontology.classes for f in family(self._ontology, c))
