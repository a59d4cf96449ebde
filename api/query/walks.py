"""Paths of a query: resolved against the ontology, written as steps, with what the caller may not see left out."""

from __future__ import annotations

from dataclasses import dataclass, field

from api.query.fragments import fill
from graph_engine.snapshot.visibility import Visibility
from ontology.errors import BadQuestion
from ontology.model import Datatype, Ontology, PropertyDef, Role
from validation.fragments import both, either, no, quoted

_ID = PropertyDef("id", "", Datatype.STRING, "id")
"""What a thing is known by everywhere; no property of the ontology."""
DEEPEST = 6
"""Steps of a path."""


@dataclass(frozen=True, slots=True)
class Walk:
    """A path resolved against the ontology."""

    roles: tuple[Role, ...]
    classes: tuple[str, ...]
    """The class at the end of each role."""
    definition: PropertyDef

    @property
    def is_single(self) -> bool:
        """Whether it leads to one value at most."""
        return self.definition.functional and all(_leads_to_one(r) for r in self.roles)


@dataclass
class Walks:
    """Writes the parts of one statement; its values become parameters."""

    ontology: Ontology
    visible: Visibility
    root: str
    params: dict[str, object] = field(default_factory=dict)
    names: int = 0

    def walk(self, path: str) -> Walk:
        *names, last = path.split(".")
        if len(names) > DEEPEST:
            raise BadQuestion(f"{path!r} has more than {DEEPEST} steps.", do="Begin with a nearer class.")
        here, roles, classes = self.root, list[Role](), list[str]()
        for name in names:
            role = self.ontology.roles(here).get(name)
            if role is None or role.relation.name in self.visible.relations or role.target in self.visible.classes:
                known = ", ".join(sorted(self.ontology.roles(here)))
                raise BadQuestion(f"{path!r}: {here} has no role {name!r}.", do=f"There are: {known}.")
            roles.append(role)
            here = role.target
            classes.append(here)
        if last == _ID.name:
            return Walk(tuple(roles), tuple(classes), _ID)
        definition = self.ontology.classes[here].properties.get(last)
        if definition is None or self.visible.hides_property([here], last):
            known = ", ".join(
                sorted(n for n in self.ontology.classes[here].properties if not self.visible.hides_property([here], n))
            )
            raise BadQuestion(f"{path!r}: {here} has no property {last!r} that you see.", do=f"There are: {known}.")
        return Walk(tuple(roles), tuple(classes), definition)

    def steps(self, walk: Walk) -> tuple[list[tuple[str, str]], str, str]:
        """(MATCH of a step, its condition) each, and the variable and class at the end."""
        found: list[tuple[str, str]] = []
        here, class_name = "n", self.root
        for role, class_name in zip(walk.roles, walk.classes, strict=True):
            rel, to = self.fresh("r"), self.fresh("m")
            text = fill(
                "step", **{"from": here, "class": quoted(class_name)}, to=to, rel=rel, type=quoted(role.relation.type),
                left="<-" if role.inverse else "-", right="-" if role.inverse else "->", condition="",
            )  # fmt: skip
            seen = [self.seen(to, class_name)]
            if self.visible.sources:
                seen.append(fill("seen_relation", rel=rel))
            found.append((text.removesuffix("WHERE ").removesuffix("WHERE").rstrip(), both(*seen)))
            here = to
        return found, here, class_name

    def value(self, walk: Walk) -> str:
        if not walk.roles:
            return self.cell("n", self.root, walk.definition)
        steps, node, class_name = self.steps(walk)
        cell = self.cell(node, class_name, walk.definition)
        text = "\n".join(f"{step} WHERE {test}" for step, test in steps)
        collected = fill("collect", walk=text, value=cell)
        return f"head({collected})" if walk.is_single else collected

    def cell(self, node: str, class_name: str, definition: PropertyDef) -> str:
        if definition is _ID:
            return f"{node}.id"
        # A subclass may hide what the class shows.
        below = [c for c in self.ontology.subclasses(class_name) if f"{c}.{definition.name}" in self.visible.properties]
        if below:
            raise BadQuestion(
                f"{definition.label} of {class_name} is withheld for some kinds of it ({', '.join(below)}).",
                do="Ask for another class.",
            )
        if self.visible.sources:
            return fill("seen_value", node=node, name=definition.name, property=quoted(definition.name))
        return f"{node}.{quoted(definition.name)}"

    # -- what is seen -----------------------------------------------------------------------------------------------

    def seen(self, node: str, class_name: str) -> str:
        """The condition that a thing may be seen."""
        found: list[str] = []
        if self.visible.classes:
            found.append(fill("seen_class", node=node))
        if self.visible.sources:
            found.append(fill("seen_thing", node=node))
        by_path: dict[str, list[str]] = {}
        for path, text in sorted(self.visible.values):
            by_path.setdefault(path, []).append(text)
        for path, texts in by_path.items():
            owner, _, name = path.partition(".")
            if not (self.ontology.is_a(class_name, owner) or self.ontology.is_a(owner, class_name)):
                continue
            labelled = [t for t in texts if t]
            tests = []
            if labelled:
                tests.append(fill("seen_label", node=node, property=quoted(name), param=self.param(labelled)))
            if "" in texts:
                tests.append(fill("has_label", node=node, property=quoted(name)))
            test = both(*tests)
            if not self.ontology.is_a(class_name, owner):  # only some things of the class have the label
                test = either(no(f"{node}:{quoted(owner)}"), test)
            found.append(test)
        return both(*found)

    def param(self, value: object) -> str:
        name = f"p{len(self.params)}"
        self.params[name] = value
        return name

    def fresh(self, kind: str) -> str:
        self.names += 1
        return f"{kind}{self.names}"


def _leads_to_one(role: Role) -> bool:
    return role.relation.inverse_functional if role.inverse else role.relation.functional
