"""The measures of a company, checked: each with its plan, what it reads, and those it uses."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ontology.errors import NotFound
from ontology.model import Ontology, Role
from reasoning.measures.every import with_company
from reasoning.measures.plan import Node
from reasoning.measures.problems import suggest
from reasoning.measures.reads import Read
from reasoning.measures.types import Measure

PERIODS: Mapping[str, int] = MappingProxyType({"day": 90, "week": 26, "month": 12, "quarter": 8, "year": 5})
"""How many periods a time axis has unless something else is said."""
Policy = Literal["first", "drop", "error"]


@dataclass(frozen=True, slots=True)
class Definition:
    """A measure with its plan."""

    measure: Measure
    plan: Node
    reads: tuple[Read, ...]
    """What it depends on."""
    through: Role | None
    """The acyclic relation over which it uses itself."""
    shifted: bool
    """It uses its own earlier values."""
    before: Policy
    after: Policy
    undated: Policy


class Measures:
    """All measures of a company, checked; in an order in which each comes after those that it uses."""

    def __init__(
        self, ontology: Ontology, definitions: Mapping[str, Definition], sites: Sequence[tuple[str, Node]],
        periods: Mapping[str, int],
    ) -> None:  # fmt: skip
        self.ontology = with_company(ontology)
        self.definitions = definitions
        self.sites = sites
        """Site number → measure and part of its formula."""
        self.periods = MappingProxyType({**PERIODS, **periods})
        self._by_class: dict[str, tuple[Measure, ...]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """``Class.name`` of all, each after those that it uses."""
        return tuple(self.definitions)

    @property
    def digest(self) -> str:
        """sha256 over what the measures say: equal measures have equal digests."""
        said = [
            (m.name, m.formula, m.kind.value, m.unit, m.scale, m.axis, d.before, d.after, d.undated)
            for d in self.definitions.values()
            for m in (d.measure,)
        ]
        return hashlib.sha256(json.dumps([sorted(said), sorted(self.periods.items())]).encode()).hexdigest()

    def __iter__(self) -> Iterator[Measure]:
        return (d.measure for d in self.definitions.values())

    def __len__(self) -> int:
        return len(self.definitions)

    def get(self, name: str) -> Measure:
        """The measure of that name: ``Class.name``, or ``name`` alone where one class has it.

        Raises:
            NotFound: there is none.
        """
        return self.definition(name).measure

    def definition(self, name: str) -> Definition:
        """Like :meth:`get`, with its plan."""
        found = self.definitions.get(name)
        if found is None:
            class_name, _, short = name.rpartition(".")
            fitting = [n for n, d in self.definitions.items() if d.measure.short == short]
            if class_name in self.ontology.classes:
                ancestors = self.ontology.classes[class_name].ancestors
                fitting = [n for n in fitting if self.definitions[n].measure.class_name in ancestors]
            elif class_name:
                fitting = []
            if len(fitting) != 1:
                known = [*self.definitions, *(fitting or ())]
                do = f"There are {' and '.join(fitting)}." if fitting else suggest(name, known)
                raise NotFound(f"There is no measure {name!r}.", do=f"{do} `knockon measures list` lists them.")
            found = self.definitions[fitting[0]]
        return found

    def of_class(self, class_name: str) -> tuple[Measure, ...]:
        """Measures that things of a class have: its own and its ancestors', by name."""
        if class_name not in self._by_class:
            held = [m for m in self if self.ontology.is_a(class_name, m.class_name)]
            self._by_class[class_name] = tuple(sorted(held, key=lambda m: m.name))
        return self._by_class[class_name]

    def needed(self, names: Sequence[str]) -> tuple[str, ...]:
        """The measures named with all that they use, in an order in which each comes after what it uses."""
        wanted: set[str] = set()
        stack = [self.definition(n).measure.name for n in names]
        while stack:
            name = stack.pop()
            if name not in wanted:
                wanted.add(name)
                stack.extend(self.definitions[name].measure.uses)
        return tuple(n for n in self.definitions if n in wanted)
