"""Loads measures: the shipped files and a company's own, each formula checked against the ontology and the others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from ontology.model import Ontology, Role
from reasoning.measures import plan, units
from reasoning.measures.catalogue import Definition, Measures, Policy
from reasoning.measures.check import Checker
from reasoning.measures.declared import Declaration, read_file
from reasoning.measures.digits import digits
from reasoning.measures.every import with_company
from reasoning.measures.names import Declared
from reasoning.measures.parse import parse
from reasoning.measures.plan import Node, Type
from reasoning.measures.problems import FormulaError, MeasureProblem, MeasureProblems, suggest
from reasoning.measures.reads import reads
from reasoning.measures.types import Kind, Measure

if TYPE_CHECKING:
    from pint import Unit

SHIPPED = Path(__file__).resolve().parents[2] / "ontology" / "measures"


def shipped_files() -> tuple[Path, ...]:
    """The shipped measure files."""
    return tuple(sorted(SHIPPED.glob("*.yaml")))


def load_measures(ontology: Ontology, files: Sequence[Path] = (), *, shipped: bool = True) -> Measures:
    """The shipped measures with those of ``files``.

    Args:
        shipped: without, only those of ``files``.

    Raises:
        MeasureProblems: naming everything that is wrong, with file and line.
    """
    problems: list[MeasureProblem] = []
    read = [
        read_file(p, problems, name=f"ontology/measures/{p.name}", shipped=True) for p in shipped_files() if shipped
    ]
    read += [read_file(p, problems) for p in files]
    periods: dict[str, int] = {}
    for one in read:
        periods.update(one.periods)
    loader = _Loader(ontology, problems, [d for one in read for d in one.declarations])
    definitions = loader.load()
    if problems:
        raise MeasureProblems(problems)
    return Measures(ontology, definitions, loader.sites, periods)


class _Loader:
    def __init__(self, ontology: Ontology, problems: list[MeasureProblem], declared: Sequence[Declaration]) -> None:
        self._ontology = with_company(ontology)
        self._problems = problems
        self._declared: dict[str, Declaration] = {}
        for one in declared:
            self._enter(one)
        self._definitions: dict[str, Definition] = {}
        self._failed: set[str] = set()
        self._stack: list[str] = []
        self.sites: list[tuple[str, Node]] = []

    def load(self) -> dict[str, Definition]:
        for name in self._order():
            self._definition(name)
        return self._definitions

    def _order(self) -> list[str]:
        """All measures, those that a formula seems to name before it, so that checking need not go deep."""
        by_short: dict[str, list[str]] = {}
        for name in sorted(self._declared):
            by_short.setdefault(name.partition(".")[2], []).append(name)
        found: dict[str, None] = {}
        entered: set[str] = set()
        stack = [(name, False) for name in sorted(self._declared, reverse=True)]
        while stack:
            name, ready = stack.pop()
            if ready:
                found[name] = None
            elif name not in entered:
                entered.add(name)
                stack.append((name, True))
                named = sorted(set(re.findall(r"[a-z_][a-z_0-9]*", self._declared[name].formula.text)), reverse=True)
                stack.extend((other, False) for word in named for other in reversed(by_short.get(word, ())))
        return list(found)

    def _enter(self, one: Declaration) -> None:
        class_name, _, short = one.name.partition(".")
        if class_name not in self._ontology.classes:
            do = suggest(class_name, self._ontology.classes, otherwise="docs/ontology.md lists the classes.")
            self._wrong(one, f"There is no class {class_name!r}.", do)
            return
        class_ = self._ontology.classes[class_name]
        if short in class_.properties or short in self._ontology.roles(class_name):
            self._wrong(one, f"{class_name} has a {short!r} already in the ontology.", "Choose another name.")
            return
        related = {class_name, *class_.ancestors, *self._ontology.subclasses(class_name)}
        for other in sorted(related):
            earlier = self._declared.get(f"{other}.{short}")
            if earlier is None:
                continue
            if other == class_name and one.replace:
                continue
            place = f"{earlier.file}:{earlier.line}"
            do = "Add `replace: true` to put yours in its place." if other == class_name else "Choose another name."
            self._wrong(one, f"{earlier.name} is declared already ({place}).", do)
            return
        if one.replace and one.name not in self._declared:
            self._wrong(one, f"There is no {one.name} that could be replaced.", "Delete `replace`.")
            return
        self._declared[one.name] = one

    def _find(self, class_name: str, short: str) -> str | None:
        for name in (class_name, *self._ontology.classes[class_name].ancestors):
            if f"{name}.{short}" in self._declared:
                return f"{name}.{short}"
        return None

    def _names(self, class_name: str) -> Mapping[str, str]:
        classes = {class_name, *self._ontology.classes[class_name].ancestors}
        return {n.partition(".")[2]: n for n in self._declared if n.partition(".")[0] in classes}

    def _type(self, name: str) -> Type:
        found = self._definition(name)
        if found is None:
            raise FormulaError(f"{name} is wrong itself.", 0)
        m = found.measure
        return Type(m.kind, units.parse(m.unit), axis=m.axis)

    def _definition(self, name: str) -> Definition | None:
        if name in self._definitions:
            return self._definitions[name]
        if name in self._failed:
            return None
        if name in self._stack:
            circle = [*self._stack[self._stack.index(name) :], name]
            raise FormulaError(
                f"Measures use each other in a circle: {' → '.join(circle)}.", 0, "Take one of these uses out."
            )
        one = self._declared[name]
        self._stack.append(name)
        try:
            found = self._checked(one)
        except FormulaError as problem:
            self._failed.add(name)
            if not problem.what.endswith("is wrong itself."):
                line, column = one.formula.place(problem.at)
                self._problems.append(MeasureProblem(one.file, line, column, f"{name}: {problem.what}", problem.do))
            return None
        finally:
            self._stack.pop()
        self._definitions[name] = found
        return found

    def _checked(self, one: Declaration) -> Definition:
        class_name, _, short = one.name.partition(".")
        unit = self._unit(one)
        declared_type = self._declared_type(one, unit)

        def site() -> int:
            self.sites.append((one.name, _NOWHERE))
            return len(self.sites) - 1

        checker = Checker(
            self._ontology, Declared(one.name, class_name, declared_type, one.over), one.formula.text,
            self._find, self._type, self._names, site,
        )  # fmt: skip
        root = checker.check(parse(one.formula.text))
        type_ = root.type
        if type_.kind is None:
            raise FormulaError("The formula never gives a value.", 0, "Take out null, or add what else it may be.")
        if type_.axis is not None and one.over is None:
            raise FormulaError(
                f"The formula has a value for each {type_.axis}.", 0,
                f"Add `over: {type_.axis}`, or make one value of them: last(…), lowest(…), first_when(…).",
            )  # fmt: skip
        if type_.axis is not None and type_.axis != one.over:
            raise FormulaError(f"Time axes do not mix: {type_.axis} and {one.over}.", 0)
        self._check_declared(one, type_, unit)
        for node in plan.walk(root):
            self.sites[node.site] = (one.name, node)
        itself = [n for n in plan.walk(root) if isinstance(n, plan.Reference) and n.itself]
        through = self._through(root, itself)
        timed = any(isinstance(n, plan.Aggregate) and n.bucket is not None for n in plan.walk(root))
        self._check_policies(one, timed)
        kind = type_.kind
        measure = Measure(
            name=one.name, class_name=class_name, short=short,
            label=one.label or short.replace("_", " ").capitalize(), description=one.description,
            formula=" ".join(one.formula.text.split()) if "#" not in one.formula.text else one.formula.text.strip(),
            kind=kind, unit=units.name(unit if unit is not None else type_.unit),
            scale=self._scale(one, root, itself), axis=one.over, file=one.file, line=one.line,
            uses=tuple(sorted({n.measure for n in plan.walk(root) if isinstance(n, plan.Reference) and not n.itself})),
            better=cast(Literal["higher", "lower", ""], one.better), shipped=one.shipped, total=one.total,
        )  # fmt: skip
        return Definition(
            measure, root, reads(root), through, bool(itself) and through is None,
            *(cast(Policy, p or "error") for p in (one.before, one.after, one.undated)),
        )  # fmt: skip

    def _unit(self, one: Declaration) -> Unit | None:
        if one.unit is None:
            return None
        try:
            return units.parse(one.unit)
        except ValueError as problem:
            self._wrong(one, f"{one.name}: {problem}", "Units are such as money, day, hour, kilogram.", key="unit")
            raise FormulaError("is wrong itself.", 0) from problem

    def _declared_type(self, one: Declaration, unit: Unit | None) -> Type | None:
        if one.unit is None and one.type is None:
            return None
        kind = Kind(one.type) if one.type is not None else Kind.NUMBER
        if kind is Kind.NUMBER and one.scale is None:
            return None
        return Type(kind, unit if unit is not None else units.parse(""), axis=one.over)

    def _check_declared(self, one: Declaration, type_: Type, unit: Unit | None) -> None:
        if one.type is not None and type_.kind is not Kind(one.type):
            assert type_.kind is not None
            raise FormulaError(f"The formula gives a {type_.kind.value}, not a {one.type}.", 0, "Correct `type`.")
        if unit is None or type_.literal:
            return
        if not type_.is_number:
            raise FormulaError("Only numbers have a unit.", 0, "Delete `unit`.")
        if type_.unit != unit:
            have = units.name(type_.unit) or "no unit"
            want = units.name(unit) or "no unit"
            fits = units.factor(type_.unit, unit) is not None
            do = f'Write as_unit(…, "{want}") around it.' if fits else f"Correct `unit`, or the formula ({have})."
            raise FormulaError(f"The formula gives {have}, not {want}.", 0, do)

    def _check_policies(self, one: Declaration, timed: bool) -> None:
        given = {"before": one.before, "after": one.after, "undated": one.undated}
        if timed:
            missing = [k for k, v in given.items() if v is None]
            if missing:
                raise FormulaError(
                    f"bucket() needs to know what becomes of dates off the time axis: {', '.join(missing)}.", 0,
                    "Add `before: first`, `after: drop` and `undated: drop` (or error) to the measure.",
                )  # fmt: skip
        elif any(given.values()):
            raise FormulaError("before, after and undated are for formulas with bucket().", 0, "Delete them.")

    def _scale(self, one: Declaration, root: Node, itself: Sequence[Node]) -> int:
        if root.type.kind is not Kind.NUMBER:
            if one.scale is not None:
                raise FormulaError("Only exact numbers have a scale.", 0, "Delete `scale`.")
            return 0
        if one.scale is not None:
            return one.scale
        found = None if itself else digits(root, lambda name: self._definitions[name].measure.scale)
        if found is None or found > 9:
            raise FormulaError(
                "How many digits after the point are to be kept?", 0,
                f"Add `scale: {4 if units.money_power(root.type.unit) else 2}`; the value is rounded half-up to it.",
            )  # fmt: skip
        return found

    @staticmethod
    def _through(root: Node, itself: Sequence[Node]) -> Role | None:
        aggregates = [n for n in plan.walk(root) if isinstance(n, plan.Aggregate)]
        scopes = {n.scope: n.role for n in aggregates if isinstance(n.role, Role)}
        roles = {scopes[n.scope].name: scopes[n.scope] for n in itself if isinstance(n, plan.Reference) and n.scope}
        if len(roles) > 1 or (roles and any(isinstance(n, plan.Reference) and n.scope == 0 for n in itself)):
            raise FormulaError(f"The measure uses itself in two ways: {', '.join(sorted(roles))}.", 0, "Choose one.")
        return next(iter(roles.values()), None)

    def _wrong(self, one: Declaration, what: str, do: str = "", *, key: str = "") -> None:
        self._problems.append(MeasureProblem(one.file, one.lines.get(key, one.line), None, what, do))


_NOWHERE = plan.Node(-1, Type(None, None), "")  # type: ignore[arg-type]
