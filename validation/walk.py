"""Shape paths as Cypher: each path from a position becomes branches that reach nodes, statements or literals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

from validation import shape_model as m
from validation.fragments import fill, quoted
from validation.image import OBJECT, PREDICATE, SUBJECT
from validation.terms import TYPE, Iri
from validation.vocabulary import PropertySlot, RelationSlot, TypeSlot, Vocabulary


class NotInGraph(Exception):
    """A shape cannot be checked inside the graph; the text says why."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is: ``node``, ``statement`` (a relationship), ``iri`` (a string) or ``literal``."""

    name: str
    datatype: str = ""
    language: str = ""
    scale: int = 0
    text: bool = False
    """A literal that does not fit its datatype, stored as text."""
    zoned: bool = True
    """For instants: stored with a zone."""
    label: str | None = None
    """For nodes: a label that they are known to carry. For statements: their relationship type, if it is one."""

    @property
    def group(self) -> tuple[str, str, str, bool, bool]:
        """Values of different groups are different terms."""
        return (self.name, self.datatype, self.language, self.text, self.zoned)


@dataclass(frozen=True, slots=True)
class Spot:
    """A position: an expression (a variable, or a property access) and what is there."""

    value: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Branch:
    """One way to values.

    With ``clauses`` empty, the value is an expression on variables that are there: ``many`` says that it is a list,
    ``nullable`` that it may be null. Otherwise the clauses bind the variable ``value``.
    """

    clauses: tuple[str, ...]
    value: str
    kind: Kind
    many: bool = False
    nullable: bool = True
    guard: str = ""
    """A condition under which the property means this predicate."""

    def as_list(self) -> str:
        """The value of a branch without clauses as a list."""
        plain = fill("many_as_list" if self.many else "one_as_list", value=self.value)
        if not self.many and not self.nullable:
            plain = f"[{self.value}]"
        return f"CASE WHEN {self.guard} THEN {plain} ELSE [] END" if self.guard else plain


class Walker:
    """Makes branches from paths.

    Raises:
        NotInGraph: a path has no counterpart in the graph.
    """

    def __init__(self, vocabulary: Vocabulary, params: dict[str, object]) -> None:
        self.vocabulary = vocabulary
        self._params = params
        self._numbers = count(1)

    def fresh(self, prefix: str = "v") -> str:
        """A variable that is not in use."""
        return f"{prefix}{next(self._numbers)}"

    def param(self, value: object) -> str:
        """A parameter with this value."""
        for name, known in self._params.items():
            if type(known) is type(value) and known == value:
                return f"${name}"
        name = f"p{len(self._params)}"
        self._params[name] = value
        return f"${name}"

    def here(self, spot: Spot) -> Branch:
        """The position itself as the only value."""
        return Branch((), spot.value, spot.kind, nullable=False)

    def bound(self, branch: Branch) -> tuple[tuple[str, ...], str]:
        """Clauses that bind one variable to each value of a branch."""
        if branch.clauses:
            return branch.clauses, branch.value
        variable = self.fresh()
        if branch.kind.name in ("node", "statement"):
            return (fill("same_node", **{"from": branch.value, "to": variable}),), variable
        return (fill("unwind", list=branch.as_list(), to=variable),), variable

    # -- paths -----------------------------------------------------------------------------------------------------

    def walk(self, path: m.Path, spot: Spot) -> list[Branch]:
        """All branches of a path from a position."""
        match path:
            case m.Predicate(iri):
                return self._forward(iri, spot)
            case m.Inverse(m.Predicate(iri)):
                return self._backward(iri, spot)
            case m.Inverse(inner):
                return self.walk(m.invert(inner), spot)
            case m.Sequence(steps):
                return self._sequence(steps, spot)
            case m.Alternative(options):
                return [b for option in options for b in self.walk(option, spot)]
            case m.Repeat(inner, minimum, unbounded):
                if not unbounded:
                    return [self.here(spot), *self.walk(inner, spot)]
                branches = self._repeat(inner, spot)
                return branches if minimum else [self.here(spot), *branches]

    def _sequence(self, steps: tuple[m.Path, ...], spot: Spot) -> list[Branch]:
        branches = self.walk(steps[0], spot)
        for step in steps[1:]:
            branches = [longer for branch in branches for longer in self._then(branch, step)]
        return branches

    def _then(self, branch: Branch, step: m.Path) -> Iterator[Branch]:
        clauses: tuple[str, ...] = branch.clauses
        value = branch.value
        if branch.kind.name in ("literal", "iri"):
            clauses, value = self.bound(branch)
        for following in self.walk(step, Spot(value, branch.kind)):
            if not clauses:
                yield following
            elif following.clauses:
                yield replace(following, clauses=(*clauses, *following.clauses))
            elif following.value == value:
                yield replace(branch, clauses=clauses, value=value)
            else:
                variable = self.fresh()
                unwound = fill("unwind", list=following.as_list(), to=variable)
                yield Branch((*clauses, unwound), variable, following.kind)

    def _forward(self, iri: Iri, spot: Spot) -> list[Branch]:
        match spot.kind.name:
            case "node":
                return [b for slot in self.vocabulary.slots(iri) for b in self._slot(slot, spot)]
            case "statement":
                return self._of_statement(iri, spot)
            case _:
                return []

    def _slot(self, slot: PropertySlot | RelationSlot | TypeSlot, spot: Spot) -> Iterator[Branch]:
        match slot:
            case PropertySlot():
                yield self.property(slot, spot)
            case RelationSlot():
                end = self.fresh()
                clause = fill(
                    "step_out", **{"from": spot.value, "rel": "", "types": quoted(slot.type), "to": end, "label": ""}
                )
                yield Branch((clause,), end, Kind("node"))
            case TypeSlot(key):
                names = self.param({k: str(v) for k, v in self.vocabulary.class_iris().items()})
                yield Branch((), f"[name IN {spot.value}.{quoted(key)} | {names}[name]]", Kind("iri"), many=True)

    def property(self, slot: PropertySlot, spot: Spot) -> Branch:
        """The values of a property slot at a node or relationship."""
        guard = ""
        if slot.guards and not (spot.kind.label and self.vocabulary.is_a(spot.kind.label, slot.guards)):
            guard = "(" + " OR ".join(f"{spot.value}:{quoted(g)}" for g in slot.guards) + ")"
        kind = _literal(slot)
        value = f"{spot.value}.{quoted(slot.key)}"
        if guard and not slot.many:
            value, guard = f"CASE WHEN {guard} THEN {value} END", ""
        return Branch((), value, kind, many=slot.many, guard=guard)

    def _of_statement(self, iri: Iri, spot: Spot) -> list[Branch]:
        types = [spot.kind.label] if spot.kind.label else sorted(self.vocabulary.reified)
        if iri in (SUBJECT, OBJECT):
            end = self.fresh()
            clause = fill("start_node" if iri == SUBJECT else "end_node", rel=spot.value, to=end)
            return [Branch((clause,), end, Kind("node"))]
        if iri in (PREDICATE, TYPE):
            names = self.param({t: str(self.vocabulary.reified[t]) for t in types})
            return [Branch((), f"{names}[type({spot.value})]", Kind("iri"), nullable=False)]
        branches: list[Branch] = []
        for type_ in types:
            slot = self.vocabulary.statement_slot(type_, iri)
            if slot is None:
                continue
            value = f"{spot.value}.{quoted(slot.key)}"
            if len(types) > 1:
                value = f"CASE WHEN type({spot.value}) = {self.param(type_)} THEN {value} END"
            branches.append(
                Branch((), value, Kind("literal", slot.datatype, slot.language, slot.scale, slot.text, slot.zoned))
            )
        return branches

    def _backward(self, iri: Iri, spot: Spot) -> list[Branch]:
        if spot.kind.name == "statement":
            return []
        if spot.kind.name != "node":
            raise NotInGraph("an inverse path starts at a text or number")
        if iri in (SUBJECT, OBJECT) and self.vocabulary.reified:
            relation = self.fresh("r")
            clause = fill(
                "step_out" if iri == SUBJECT else "step_in",
                **{
                    "from": spot.value,
                    "rel": relation,
                    "types": _types(sorted(self.vocabulary.reified)),
                    "to": "",
                    "label": "",
                },
            )
            return [Branch((clause,), relation, Kind("statement"))]
        branches = []
        for slot in self.vocabulary.slots(iri):
            if isinstance(slot, TypeSlot):
                raise NotInGraph("an inverse path over rdf:type")
            if isinstance(slot, RelationSlot):
                end = self.fresh()
                clause = fill(
                    "step_in", **{"from": spot.value, "rel": "", "types": quoted(slot.type), "to": end, "label": ""}
                )
                branches.append(Branch((clause,), end, Kind("node")))
        return branches

    # -- repeated paths --------------------------------------------------------------------------------------------

    def _repeat(self, inner: m.Path, spot: Spot) -> list[Branch]:
        """One or more rounds. Reachability, so each end is wanted once: never all the trails that lead to it."""
        if spot.kind.name in ("literal", "iri"):
            return self.walk(inner, spot)
        if spot.kind.name == "statement":
            raise NotInGraph("a repeated path from a statement")
        while isinstance(inner, m.Repeat):
            if not inner.minimum:
                raise NotInGraph("a repeated path within a repeated path that may be empty")
            inner = inner.path
        rounds = list(self._rounds(inner))
        hops = [r for r in rounds if isinstance(r[-1], tuple)]
        ends = [r for r in rounds if not isinstance(r[-1], tuple)]
        branches: list[Branch] = []
        if hops:
            branches.append(self._loop(hops, spot))
        for round_ in ends:
            path = round_[-1]
            for start in [self.here(spot), *branches[:1]]:
                branches.extend(b for b in self._then(start, path) if b.kind.name == "literal")  # type: ignore[arg-type]
        return branches

    def _rounds(self, path: m.Path) -> Iterator[tuple[object, ...]]:
        """The ways of one round: sequences of (type, inverse) hops; a last element may be a path to literals."""
        match path:
            case m.Predicate(iri):
                for slot in self.vocabulary.slots(iri):
                    if isinstance(slot, RelationSlot):
                        yield ((slot.type, False),)
                    elif isinstance(slot, TypeSlot):
                        raise NotInGraph("a repeated path over rdf:type")
                    else:
                        yield (path,)
                        return
            case m.Inverse(m.Predicate(iri)):
                for slot in self.vocabulary.slots(iri):
                    if isinstance(slot, RelationSlot):
                        yield ((slot.type, True),)
            case m.Alternative(options):
                for option in options:
                    yield from self._rounds(option)
            case m.Sequence(steps):
                found: list[tuple[object, ...]] = [()]
                for step in steps:
                    found = [(*a, *b) for a in found for b in self._rounds(step)]
                yield from found
            case _:
                raise NotInGraph(f"the repeated path {m.path_text(path)}")

    def _loop(self, rounds: list[tuple[object, ...]], spot: Spot) -> Branch:
        end = self.fresh()
        hops: list[list[tuple[str, bool]]] = [[h for h in r if isinstance(h, tuple)] for r in rounds]
        if any(len(h) != len(r) for h, r in zip(hops, rounds, strict=True)):
            raise NotInGraph("a repeated path that passes through texts or numbers")
        if all(len(h) == 1 for h in hops):
            out = sorted({t for h in hops for t, inverse in h if not inverse})
            into = sorted({t for h in hops for t, inverse in h if inverse})
            if not into or not out:
                name = "repeat_out" if out else "repeat_in"
                clause = fill(name, **{"from": spot.value, "types": _types(out or into), "to": end})
            else:
                a, b, r = self.fresh("a"), self.fresh("b"), self.fresh("r")
                clause = fill(
                    "repeat_both",
                    **{"from": spot.value, "types": _types(sorted({*out, *into})), "to": end,
                       "out": self.param(out), "in": self.param(into)},
                ).replace("{a}", a).replace("{b}", b).replace("{r}", r)  # fmt: skip
            return Branch((clause,), end, Kind("node"))
        if len(hops) > 1 or len({t for t, _ in hops[0]}) < len(hops[0]):
            raise NotInGraph("a repeated sequence that uses a relation more than once in a round, or has alternatives")
        first = self.fresh("a")
        text = f"({first})"
        for type_, inverse in hops[0]:
            text += f"{'<' if inverse else ''}-[:{quoted(type_)}]-{'' if inverse else '>'}({self.fresh('b')})"
        clause = fill("repeat_sequence", **{"from": spot.value, "round": text, "to": end})
        return Branch((clause,), end, Kind("node"))


def _step(name: str, origin: str, relation: str, types: str, end: str) -> str:
    return fill(name, **{"from": origin, "rel": relation, "types": types, "to": end})


def _literal(slot: PropertySlot) -> Kind:
    return Kind("literal", slot.datatype, slot.language, slot.scale, slot.text, slot.zoned)


def _types(names: list[str]) -> str:
    return "|".join(quoted(n) for n in names)
