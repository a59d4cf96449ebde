"""What must hold of a thing, as trees of ways: one for each choice that a plan leaves open (*or*)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product

from ontology.model import Role
from reasoning.structure.plan import Condition, Part, Plan, Steps, Tie


@dataclass(slots=True)
class Node:
    """A place on the ways of a plan: what must hold of the thing there, and where it leads on to.

    Ways that begin alike lead to the same thing: one offer, its supplier, its lead time.
    """

    conditions: list[Condition] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    next: dict[tuple[str, bool], tuple[Role, Node]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: all its trees hold. Things that a plan ties one by one (*bought this and that*) have a tree each."""

    trees: tuple[Node, ...]
    ties: tuple[Tie, ...]


def choices_of(plan: Plan) -> tuple[Choice, ...]:
    """All choices of a plan; a thing is found when one of them holds."""
    found = []
    for chosen in product(*plan.either):
        parts: list[Part] = [*plan.ties, *plan.conditions, *chosen]
        apart = [tie for group in plan.each for tie in group]
        trees = tuple(_tree([*parts, tie]) for tie in apart) or (_tree(parts),)
        found.append(Choice(trees, (*(p for p in parts if isinstance(p, Tie)), *apart)))
    return tuple(found)


def _tree(parts: Iterable[Part]) -> Node:
    root = Node()
    for part in parts:
        node = _at(root, part.steps)
        node.conditions.append(part) if isinstance(part, Condition) else node.ties.append(part)
    return root


def _at(root: Node, steps: Steps) -> Node:
    node = root
    for step in steps:
        key = (step.relation.name, step.inverse)
        if key not in node.next:
            node.next[key] = (step, Node())
        node = node.next[key][1]
    return node
