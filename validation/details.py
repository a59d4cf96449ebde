"""Statements that explain: for one constraint of a shape, which values of which focus nodes break it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from validation import shape_model as m
from validation.branches import grouped
from validation.comparisons import less
from validation.compiler import Conditions
from validation.fragments import FALSE, fill, no, quoted
from validation.terms import Term
from validation.vocabulary import Vocabulary
from validation.walk import Branch, Kind, Spot


@dataclass(frozen=True, slots=True)
class Detail:
    """A statement that gives the results of one constraint: rows ``root``, ``focus``, ``value`` (and ``key``)."""

    text: str
    params: Mapping[str, object]
    owner: Term
    """The targeted shape that it explains."""
    shape: m.Shape
    constraint: m.Constraint
    component: str
    focus: Kind
    value: Kind | None


class Explainer:
    """Compiles the explaining statements of shapes."""

    def __init__(self, shapes: m.Shapes, vocabulary: Vocabulary) -> None:
        self._shapes = shapes
        self._vocabulary = vocabulary
        self._params: dict[str, object] = {}
        self._conditions = Conditions(shapes, vocabulary, self._params)
        self._key = quoted(vocabulary.node_key)
        self._base = quoted(vocabulary.node_label)

    def details(self, shape: m.Shape, kind: Kind) -> Iterator[Detail]:
        """A statement for each constraint of the shape and of what it is made of."""
        match kind.name:
            case "statement" if kind.label:
                prefix = fill("root_statements", f="f", type=quoted(kind.label))
            case "literal":
                prefix = fill("root_values", f="f")
            case _:
                prefix = fill("root_nodes", f="f", base=self._base, key=self._key)
        yield from self._explain(shape, Spot("f", kind), prefix)

    def _explain(self, shape: m.Shape, spot: Spot, prefix: str) -> Iterator[Detail]:
        if shape.deactivated:
            return
        build = self._conditions
        branches = build.values(shape, spot)
        for constraint in shape.constraints:
            match constraint:
                case m.Property(child):
                    for branch in build.merged(branches, spot):
                        yield from self._descend(self._shapes.by_id[child], branch, spot, prefix)
                case m.MinCount() | m.MaxCount() | m.HasValue():
                    broken = no(build.holds(constraint, spot, branches))
                    yield from self._whole(shape, constraint, spot, prefix, broken)
                case m.UniqueLang():
                    for group in grouped(branches):
                        if group[0].kind.language:
                            broken = no(build.holds(constraint, spot, group))
                            yield from self._whole(shape, constraint, spot, prefix, broken)
                case m.Qualified():
                    counted = build.number(branches, lambda s, c=constraint: build.qualifies(c, s))  # type: ignore[misc]
                    if constraint.minimum:
                        broken = f"{counted} < {build.param(constraint.minimum)}"
                        yield from self._whole(shape, constraint, spot, prefix, broken, "QualifiedMinCount")
                    if constraint.maximum is not None:
                        broken = f"{counted} > {build.param(constraint.maximum)}"
                        yield from self._whole(shape, constraint, spot, prefix, broken, "QualifiedMaxCount")
                case m.Equals() | m.Disjoint():
                    others = build.walker.walk(m.Predicate(constraint.predicate), spot)
                    if isinstance(constraint, m.Disjoint):
                        yield from self._values(shape, constraint, spot, prefix, branches,
                                                lambda s, o=others: build.among(s, o))  # type: ignore[misc]  # fmt: skip
                    else:
                        yield from self._values(shape, constraint, spot, prefix, branches,
                                                lambda s, o=others: no(build.among(s, o)))  # type: ignore[misc]  # fmt: skip
                        yield from self._values(shape, constraint, spot, prefix, others,
                                                lambda s: no(build.among(s, branches)))  # fmt: skip
                case m.LessThan():
                    yield from self._less_than(shape, constraint, spot, prefix, build.merged(branches, spot))
                case m.Closed():
                    yield from self._closed(shape, constraint, spot, prefix, build.merged(branches, spot))
                case _:
                    yield from self._values(shape, constraint, spot, prefix, branches,
                                            lambda s, c=constraint: no(build.value_holds(c, s)))  # type: ignore[misc]  # fmt: skip

    def _descend(self, child: m.Shape, branch: Branch, spot: Spot, prefix: str) -> Iterator[Detail]:
        if not branch.clauses and branch.value == spot.value:
            yield from self._explain(child, spot, prefix)
            return
        clauses, value = self._conditions.walker.bound(branch)
        # One round for each focus node: a value that two focus nodes share is explained for both.
        longer = fill("narrow", prefix=prefix, walk=" ".join(clauses), root="f", value=value)
        yield from self._explain(child, Spot(value, branch.kind), longer)

    def _whole(
        self, shape: m.Shape, constraint: m.Constraint, spot: Spot, prefix: str, broken: str, component: str = ""
    ) -> Iterator[Detail]:
        if broken == FALSE:
            return
        text = fill(
            "detail_node", prefix=prefix, carry=_carry(spot), condition=broken,
            root="id", focus=self._shown(spot),
        )  # fmt: skip
        yield self._detail(text, shape, constraint, component, spot.kind, None)

    def _values(
        self,
        shape: m.Shape,
        constraint: m.Constraint,
        spot: Spot,
        prefix: str,
        branches: Iterable[Branch],
        broken: Callable[[Spot], str],
    ) -> Iterator[Detail]:
        for group in grouped(branches):
            scale = max(b.kind.scale for b in group)
            texts = []
            for branch in group:
                clauses, value = self._conditions.walker.bound(branch)
                condition = broken(Spot(value, branch.kind))
                if condition == FALSE:
                    continue
                shown = self._shown(Spot(value, branch.kind))
                if branch.kind.scale != scale:
                    shown = f"{shown} * {10 ** (scale - branch.kind.scale)}"
                texts.append(
                    fill(
                        "detail_value",
                        prefix=prefix,
                        walk=" ".join(clauses),
                        carry=_carry(spot),
                        value=value,
                        condition=condition,
                        root="id",
                        focus=self._shown(spot),
                        shown=shown,
                    )
                )
            if texts:
                kind = _with_scale(group[0].kind, scale)
                yield self._detail(" UNION ".join(texts), shape, constraint, "", spot.kind, kind)

    def _less_than(
        self, shape: m.Shape, constraint: m.LessThan, spot: Spot, prefix: str, branches: Sequence[Branch]
    ) -> Iterator[Detail]:
        """One result for each pair that is out of order."""
        for other in self._conditions.walker.walk(m.Predicate(constraint.predicate), spot):
            others = self._conditions.list_of([other])
            for branch in branches:
                clauses, value = self._conditions.walker.bound(branch)
                left, right = Spot(value, branch.kind), Spot("other", other.kind)
                condition = no(less(left, right, or_equals=constraint.or_equals))
                text = fill(
                    "detail_value_plain", prefix=prefix, walk=" ".join(clauses), carry=_carry(spot), value=value,
                    others=others, condition=condition, root="id", focus=self._shown(spot),
                    shown=self._shown(left),
                )  # fmt: skip
                yield self._detail(text, shape, constraint, "", spot.kind, branch.kind)

    def _closed(
        self, shape: m.Shape, constraint: m.Closed, spot: Spot, prefix: str, branches: Sequence[Branch]
    ) -> Iterator[Detail]:
        for branch in branches:
            if branch.kind.name in ("literal", "iri"):
                continue
            clauses, value = self._conditions.walker.bound(branch)
            keys, types = self._conditions.closed_keys(constraint, Spot(value, branch.kind))
            shared = {
                "prefix": prefix, "walk": " ".join(clauses), "carry": _carry(spot), "value": value,
                "root": "id", "focus": self._shown(spot),
            }  # fmt: skip
            own = self._conditions.param(self._vocabulary.node_key)
            yield self._detail(
                fill("detail_keys", own=own, allowed=keys, **shared), shape, constraint, "", spot.kind, Kind("literal")
            )
            yield self._detail(
                fill("detail_types", base=self._base, key=self._key, allowed=types, **shared),
                shape, constraint, "", spot.kind, Kind("node"),
            )  # fmt: skip

    def _detail(
        self, text: str, shape: m.Shape, constraint: m.Constraint, component: str, focus: Kind, value: Kind | None
    ) -> Detail:
        used = {name: v for name, v in self._params.items() if f"${name}" in text}
        return Detail(text, used, shape.id, shape, constraint, component or m.component(constraint), focus, value)

    def _shown(self, spot: Spot) -> str:
        match spot.kind.name:
            case "node":
                return f"{spot.value}.{self._key}"
            case "statement":
                return f"{spot.value}.id"
            case _:
                return spot.value


def _carry(spot: Spot) -> str:
    return f"id, f, {spot.value}" if spot.value != "f" else "id, f"


def _with_scale(kind: Kind, scale: int) -> Kind:
    return Kind(kind.name, kind.datatype, kind.language, scale, kind.text, kind.zoned, kind.label)
