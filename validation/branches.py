"""What holds for some, all or so many of the values that branches lead to, as Cypher conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from validation.fragments import FALSE, TRUE, both, either, fill, no
from validation.vocabulary import Vocabulary
from validation.walk import Branch, Spot, Walker

Condition = Callable[[Spot], str]


class BranchConditions:
    """Quantifies conditions over branches; ``params`` collects the values that they use."""

    def __init__(self, vocabulary: Vocabulary, params: dict[str, object]) -> None:
        self.vocabulary = vocabulary
        self.walker = Walker(vocabulary, params)
        self.param = self.walker.param

    def some(self, branches: Iterable[Branch], condition: Condition) -> str:
        """Some value meets the condition."""
        return either(*(self._some(b, condition) for b in branches))

    def _some(self, branch: Branch, condition: Condition) -> str:
        if not branch.clauses and not branch.many and not branch.guard:
            there = TRUE if not branch.nullable else f"{branch.value} IS NOT NULL"
            return both(there, condition(Spot(branch.value, branch.kind)))
        if not branch.clauses:
            variable = self.walker.fresh()
            met = condition(Spot(variable, branch.kind))
            if met == FALSE:
                return FALSE
            return fill("any_in_list", value=variable, list=branch.as_list(), condition=met)
        met = condition(Spot(branch.value, branch.kind))
        if met == FALSE:
            return FALSE
        walk = " ".join(branch.clauses)
        if met == TRUE:
            return fill("exists_plain", walk=walk, value=branch.value)
        return fill("exists", walk=walk, value=branch.value, condition=met)

    def every(self, branches: Iterable[Branch], condition: Condition) -> str:
        """All values meet the condition."""
        return no(self.some(branches, lambda spot: no(condition(spot))))

    def number(self, branches: Sequence[Branch], condition: Condition | None = None) -> str:
        """How many distinct values meet the condition, as an integer expression."""
        met = condition or (lambda _: TRUE)
        terms = [self._number(group, met) for group in grouped(branches)]
        terms = [t for t in terms if t != "0"]
        return " + ".join(terms) if terms else "0"

    def _number(self, group: Sequence[Branch], condition: Condition) -> str:
        branch = group[0]
        if len(group) == 1 and not branch.clauses:
            variable = self.walker.fresh()
            if not branch.many and not branch.guard:
                there = self._some(branch, condition)
                return "0" if there == FALSE else "1" if there == TRUE else f"CASE WHEN {there} THEN 1 ELSE 0 END"
            met = condition(Spot(variable, branch.kind))
            if met == FALSE:
                return "0"
            return fill("count_in_list", value=variable, list=branch.as_list(), condition=met)
        parts = self._parts(group, condition)
        return fill("count", parts=parts) if parts else "0"

    def list_of(self, branches: Sequence[Branch]) -> str:
        """The distinct values of branches of one group, as a list."""
        if not branches:
            return "[]"
        if len(branches) == 1 and not branches[0].clauses:
            return branches[0].as_list()
        return fill("collect", parts=self._parts(branches, lambda _: TRUE))

    def merged(self, branches: Iterable[Branch], spot: Spot) -> list[Branch]:
        """The same values, with each value in one branch only: what several ways lead to is one value."""
        found: list[Branch] = []
        for group in grouped(branches):
            if len(group) == 1:
                found.append(group[0])
                continue
            name = self.walker.fresh()
            clause = fill("call", **{"from": spot.value, "parts": self._parts(group, lambda _: TRUE, name)})
            scale = max(b.kind.scale for b in group)
            found.append(Branch((clause,), name, replace(group[0].kind, scale=scale, label=None)))
        return found

    def _parts(self, group: Sequence[Branch], condition: Condition, name: str = "") -> str:
        scale = max(b.kind.scale for b in group)
        name = name or self.walker.fresh()
        parts = []
        for branch in group:
            clauses, value = self.walker.bound(branch)
            met = condition(Spot(value, branch.kind))
            if met == FALSE:
                continue
            shown = value if branch.kind.scale == scale else f"{value} * {10 ** (scale - branch.kind.scale)}"
            walk = " ".join(clauses)
            if met != TRUE:
                walk += f" WITH {value} WHERE {met}"
            parts.append(fill("part", walk=walk, value=shown, name=name, condition=TRUE))
        return " UNION ".join(parts)


def grouped(branches: Iterable[Branch]) -> list[list[Branch]]:
    """Branches by what kind of term they lead to: values of different kinds are never the same value."""
    groups: dict[object, list[Branch]] = {}
    for branch in branches:
        groups.setdefault(branch.kind.group, []).append(branch)
    return list(groups.values())


def single(group: Sequence[Branch]) -> bool:
    """The group can have one value at most."""
    return len(group) == 1 and not group[0].clauses and not group[0].many
