"""What a caller enters about a thing, checked before anything is done: on his view of the graph, and by policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.access.caller import Forbidden
from api.access.seen import SeenProject
from api.project import Project

if TYPE_CHECKING:
    from ontology.types import EntityState
    from reasoning.scenarios.corrections import Facts

TRIED = "What a change would come to is worked out over the whole graph, and some of it is withheld from you."


@dataclass(frozen=True, slots=True)
class Checked:
    """Changes of one thing, with ids in place of names: these mean the same to who sees all."""

    entity: str
    changes: tuple[str, ...]
    apart: bool
    """Nothing that is withheld can change what comes of it, so it can be entered at once."""


def refuse_dry_run(project: Project, dry_run: bool) -> None:
    """Refuse to try out a change for callers from whom something is withheld: its figures are those of the whole.

    Raises:
        Forbidden: such a caller asks for it.
    """
    if dry_run and isinstance(project, SeenProject):
        raise Forbidden(TRIED, do="Make it, or propose it; it can be taken back.")


def checked(
    project: SeenProject, kind: str, entity: str, changes: Sequence[str], *, because: str, until: str | None = None,
    review: str | None = None,
) -> Checked:  # fmt: skip
    """Changes as they will be entered; whatever is wrong with them is said of the caller's view.

    Args:
        kind: ``correct`` or ``assume``.

    Raises:
        NotFound, Ambiguous: he sees no thing, or several, that are called so.
        Forbidden: a change names a property or relation that is withheld from him.
        BadQuestion: there is none of that name, or a value does not fit it.
    """
    from ingest.entry import parse_changes, split_change

    state = project.show(entity, limit=1).state
    ontology, hidden = project.ontology, project.visible
    named: list[str] = []

    def resolve(text: str, expected: str) -> EntityState:
        from reasoning.linking import link

        other = link(project.network(), text, to_class=expected).id
        named.append(other)
        return project.show(other, limit=1).state

    made, apart = [], True
    for change in changes:
        name, sign, text = split_change(change)
        role = next((r[name] for c in state.classes if name in (r := ontology.roles(c))), None)
        if any(name in ontology.classes[c].properties for c in state.classes):
            _refuse(hidden.hides_property(state.classes, name), name)
            apart &= project.apart.value(state.classes, name)
        elif role is not None:
            _refuse(role.relation.name in hidden.relations or hidden.hides_class([role.target]), name)
            apart &= project.apart.relation(role.relation.name)
        named.clear()
        parse_changes(
            kind, ontology, state, [change], resolve, author="-", because=because, until=until, review=review
        )  # fmt: skip
        made.append(f"{name}{sign}{named[0] if named else text}")
    return Checked(state.id, tuple(made), apart)


def require_editable(project: Project, fixed: frozenset[str], entity: str, changes: Iterable[str]) -> None:
    """Refuse changes of what policy keeps a caller from entering.

    Args:
        fixed: what he may not enter (:meth:`api.access.policy.Policies.not_editable`).

    Raises:
        Forbidden: one is such.
        NotFound, Ambiguous: he sees no thing, or several, that are called so.
    """
    from ingest.entry import split_change

    if not fixed:
        return
    classes = project.show(entity, limit=1).state.classes
    for change in changes:
        name = split_change(change)[0]
        roles = (r[name].relation.name for c in classes if name in (r := project.ontology.roles(c)))
        if fixed & {*(f"{c}.{name}" for c in classes), *roles}:
            raise Forbidden(f"Policy does not let you enter {name!r}.", do="Ask somebody who may.")


def require_editable_facts(project: Project, fixed: frozenset[str], said: Facts) -> None:
    """The same of what a scenario comes to."""
    if not fixed:
        return
    for one in said.corrections:
        require_editable(project, fixed, one.entity, one.changes)
    named = {f"{a.class_name}.{n}" for a in said.arrivals for n in a.values}
    named |= {t.role.relation.name for t in said.ties}
    if found := sorted(named & fixed):
        raise Forbidden(f"Policy does not let you enter {found[0]!r}.", do="Ask somebody who may.")


def _refuse(hidden: bool, name: str) -> None:
    if hidden:
        raise Forbidden(f"{name!r} is withheld from you.", do="Leave it out, or ask who sees all.")
