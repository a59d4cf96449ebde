"""What a caller may not see, by what the data is: class, property, relation, source, labelled value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ontology.model import Ontology


@dataclass(frozen=True)
class Visibility:
    """Everything hidden from one set of callers. Equal sets share one view of each version of the graph.

    What is derived carries the labels of all that it is derived from (``docs/access.md``).
    """

    classes: frozenset[str] = frozenset()
    """Classes of which nothing is seen; subclasses are listed too."""
    properties: frozenset[str] = frozenset()
    """``Class.name``; a subclass that inherits it is listed too."""
    relations: frozenset[str] = frozenset()
    relation_properties: frozenset[str] = frozenset()
    """``relation.name``."""
    sources: frozenset[str] = frozenset()
    """``source`` or ``source/table``: records, and what rests on them alone."""
    values: frozenset[tuple[str, str]] = frozenset()
    """(``Class.name``, value): things with that value are hidden whole; the empty text stands for having none."""

    @cached_property
    def everything(self) -> bool:
        """Whether nothing is hidden."""
        return not (
            self.classes or self.properties or self.relations or self.relation_properties or self.sources or self.values
        )

    @cached_property
    def prefixes(self) -> tuple[str, ...]:
        """What the ids of hidden records begin with, sorted."""
        return tuple(sorted(f"{s}/" for s in self.sources))

    def hides_class(self, names: Sequence[str]) -> bool:
        """Whether a thing of these most specific classes is hidden."""
        return any(n in self.classes for n in names)

    def hides_property(self, names: Sequence[str], property_: str) -> bool:
        """Whether a property is hidden on a thing of these classes."""
        return any(f"{n}.{property_}" in self.properties for n in names)

    def hides_record(self, id_: str) -> bool:
        """Whether a record is of a hidden source or table."""
        return id_.startswith(self.prefixes) if self.prefixes else False

    def withheld(self, ontology: Ontology) -> tuple[str, ...]:
        """What answers leave out, in words, from the policy alone: never from what the data holds."""
        found = [ontology.classes[c].plural or c for c in self.classes if not self._parent_hidden(ontology, c)]
        tops = {
            (p.partition(".")[2], p.partition(".")[0])
            for p in self.properties
            if p.partition(".")[0] not in self.classes and not self._inherited(ontology, p)
        }
        found += [f"{ontology.classes[c].label}: {ontology.classes[c].properties[n].label}" for n, c in tops]
        found += [f"the relation “{ontology.relations[r].label}”" for r in self.relations]
        found += [f"{p.replace('.', ': ')}" for p in self.relation_properties]
        found += [f"what comes from {s}" for s in self.sources]
        found += [f"{name} = {text}" if text else f"things without {name}" for name, text in self.values]
        return tuple(sorted(set(found)))

    def _parent_hidden(self, ontology: Ontology, name: str) -> bool:
        return any(a in self.classes for a in ontology.classes[name].ancestors)

    def _inherited(self, ontology: Ontology, path: str) -> bool:
        owner, _, name = path.partition(".")
        return any(f"{a}.{name}" in self.properties for a in ontology.classes[owner].ancestors)
