"""Ways between classes over the roles that a graph uses."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from ontology.model import Ontology, PropertyDef, Role
from reasoning.network import Network
from reasoning.structure.plan import Steps
from reasoning.structure.words import tokens

_VALUES = 2_000  # texts of a property up to which a word of a question may be one of them
_STEPS = 3  # roles between the things asked for and those that are named


class Ways:
    """What of the ontology occurs in one network, and how its classes hang together."""

    def __init__(self, network: Network) -> None:
        self.snapshot = network.snapshot
        self.ontology = network.ontology
        self._used = frozenset(network.snapshot.relations)
        self._present = frozenset(c for b in network.snapshot.blocks for c in b.classes)
        self._ways: dict[tuple[str, str, str], tuple[Steps, ...]] = {}
        self._texts: dict[tuple[str, str], dict[tuple[str, ...], str]] = {}

    def occurs(self, class_name: str) -> bool:
        """Whether there are things of a class."""
        return any(self.ontology.is_a(c, class_name) for c in self._present if c in self.ontology.classes)

    def filled(self, class_name: str) -> frozenset[str]:
        """Properties of a class that any of its things has."""
        return frozenset(
            name
            for block in self.snapshot.blocks
            if any(c in self.ontology.classes and self.ontology.is_a(c, class_name) for c in block.classes)
            for name in block.columns
        )

    def properties(self, class_name: str) -> list[PropertyDef]:
        """Properties of a class that occur, by name."""
        filled = self.filled(class_name)
        return [p for n, p in sorted(self.ontology.classes[class_name].properties.items()) if n in filled]

    def worth(self, class_name: str) -> PropertyDef | None:
        """What may be added up over things of a class (no price for a piece); None where none is recorded."""
        definition = self.ontology.classes[class_name]
        held = definition.amount is not None and definition.amount in self.filled(class_name)
        return definition.properties[definition.amount] if held and definition.amount is not None else None

    def amount(self, class_name: str) -> PropertyDef | None:
        """The money that a thing of a class is worth, else a price of it; None where none is recorded."""
        worth = self.worth(class_name)
        if worth is not None:
            return worth
        money = [p for p in self.properties(class_name) if p.is_money]
        return next(
            (p for p in money if p.name in ("total", "list_price", "price", "amount")), money[0] if money else None
        )

    def ways(self, start: str, end: str, via: str = "") -> tuple[Steps, ...]:
        """The shortest ways from a class to another (over things of ``via``) by roles that occur; at most three."""
        key = (start, end, via)
        if key not in self._ways:
            self._ways[key] = tuple(self._search(start, end, via))
        return self._ways[key]

    def texts(self, class_name: str, prop: PropertyDef) -> dict[tuple[str, ...], str]:
        """Values of a text property by their words; none where there are too many to be kinds or places."""
        key = (class_name, prop.name)
        if key not in self._texts:
            held = self.snapshot.column(class_name, prop.name).dictionary
            few = held if held is not None and len(held) <= _VALUES else ()
            self._texts[key] = {words: text for text in few if (words := tuple(w.word for w in tokens(text)))}
        return self._texts[key]

    def roles(self, class_name: str) -> list[Role]:
        """The roles of a class and its subclasses that occur, by name."""
        found: dict[tuple[str, bool], Role] = {}
        for name in self.ontology.subclasses(class_name):
            for role in self.ontology.roles(name).values():
                if role.relation.name in self._used:
                    found[role.relation.name, role.inverse] = role
        return [found[key] for key in sorted(found)]

    def _search(self, start: str, end: str, via: str) -> Iterator[Steps]:
        queue: deque[tuple[str, Steps]] = deque([(start, ())])
        shortest = _STEPS
        while queue:
            at, steps = queue.popleft()
            if len(steps) >= shortest:
                continue
            for role in self.roles(at):
                if steps and steps[-1].relation.name == role.relation.name and steps[-1].inverse != role.inverse:
                    continue  # there and back
                way = (*steps, role)
                passed = not via or any(self.ontology.is_a(r.target, via) for r in way[:-1])
                if self.fits(role.target, end) and passed:
                    shortest = len(way)
                    yield way
                else:
                    queue.append((role.target, way))

    def fits(self, found: str, wanted: str) -> bool:
        """Whether things of a class may be things of another."""
        return self.ontology.is_a(found, wanted) or self.ontology.is_a(wanted, found)


def part_relations(ontology: Ontology) -> tuple[str, ...]:
    """Relations of wholes with their parts: they lead from a class to itself, never in a circle, and carry impact."""
    return tuple(
        name
        for name, relation in sorted(ontology.relations.items())
        if relation.acyclic and relation.source == relation.target and relation.impact is not None
    )
