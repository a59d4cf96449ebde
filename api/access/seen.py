"""A project as one set of callers sees it: every question is computed on their view of the graph."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING

from api.access.caller import Forbidden
from api.access.policy import Policies
from api.project import Project, parse_valid_at
from graph_engine.snapshot.visibility import Visibility
from ontology.errors import KnockonError, NotFound

if TYPE_CHECKING:
    from api.access.apart import Apart
    from api.access.aside import Aside
    from api.access.matched import Compared
    from api.remembering import MemoryTexts
    from graph_engine.entity_view import EntityView, RecordPlace
    from graph_engine.snapshot import Snapshot
    from graph_engine.store.current import GraphState
    from graph_engine.store.judgements import OpenQuestion
    from ingest.mapping.model import RelationMap, Table
    from ontology.types import QuarantineState
    from reasoning.network import Network
    from validation.gate import Gate

_ROLES = 1_000
_ALL = 1_000_000
_VIEWS = 6
"""Views that are kept ready at once, over all versions."""


class SeenProject(Project):
    """A project without what some callers may not see.

    Whatever asks ``network()`` or ``snapshot()`` is answered from the view, so it cannot leak; what would go past them
    to the database (``show``, ``quarantine``) is answered from the view as well, or withheld.
    """

    sees_all = False

    def __init__(self, base: Project, visible: Visibility) -> None:
        super().__init__(base.settings, agent=base.agent)
        self.visible = visible
        self._base = base
        self._views: dict[tuple[int, int | None], tuple[Network, Network]] = {}
        self._viewing = RLock()
        self.__dict__["ontology"] = base.ontology
        self.__dict__["graph"] = base.graph  # the base's to close

    def close(self) -> None:
        """Nothing: the connection is the base's."""

    def ready(self) -> GraphState:
        """Where the graph stands, as everybody may know."""
        return self._base.ready()

    def forget(self) -> None:
        """Keep nothing ready in memory."""
        super().forget()
        with self._viewing:
            self._views.clear()

    def snapshot(self, known_at: int | None = None) -> Snapshot:
        """The caller's view of the published version (or of an earlier one)."""
        return self.network(known_at).snapshot

    def network(self, known_at: int | None = None) -> Network:
        """The caller's view made ready for reasoning; kept while the version is the same."""
        from graph_engine.snapshot.view import view
        from reasoning.network import Network

        whole = self._base.network(known_at)
        key = (whole.snapshot.version, known_at)
        with self._viewing:
            base, found = self._views.pop(key, (None, None))
            if found is None or base is not whole:  # the same version is built anew where something was erased
                found = Network(view(whole.snapshot, self.ontology, self.visible), self.ontology)
            kept = list(self._views)[-_VIEWS + 1 :]
            self._views = {k: self._views[k] for k in kept}
            self._views[key] = (whole, found)
            return found

    @cached_property
    def memory(self) -> MemoryTexts:
        """Vectors of the same texts are shared with those who see more."""
        return self._base.memory.seen(self._vectors_made)

    def _ready_networks(self) -> Iterable[Network]:
        with self._viewing:
            return [found for _, found in self._views.values()]

    def show(
        self, text: str, *, known_at: str | None = None, valid_at: str | None = None, limit: int | None = None
    ) -> EntityView:
        """One thing as the caller sees it."""
        from graph_engine.snapshot.card import card
        from reasoning.linking import link

        network = self.network(self.version_at(known_at))
        at = network.snapshot.index(link(network, text).id)
        day = parse_valid_at(valid_at)
        found = card(
            self.graph, self.ontology, network.snapshot, at, valid_at=day if isinstance(day, date) else None,
            limit=25 if limit is None else limit,
        )  # fmt: skip
        return replace(found, records={i: self._told(place) for i, place in found.records.items()})

    def _told(self, place: RecordPlace) -> RecordPlace:
        """Where a record is, without what depends on cells of its row or file that the caller may not see."""
        if "/".join(place.id.split("/")[:2]) in self._whole:
            return replace(place, because="")
        return replace(place, run="", file="", recorded="", agent="", because="")

    @cached_property
    def _whole(self) -> frozenset[str]:
        """Tables of which the caller sees every mapped cell, by mapping and policy alone."""
        return frozenset(
            f"{mapping.source}/{name}"
            for mapping in self._base.mappings()
            for name, table in mapping.tables.items()
            if self._sees(mapping.source, table)
        )

    def _sees(self, source: str, table: Table) -> bool:
        hidden = self.visible
        if hidden.hides_record(f"{source}/{table.name}/"):
            return False
        labelled = {path.partition(".")[0] for path, _ in hidden.values}
        said: list[tuple[str, RelationMap]] = []
        for thing in table.things:
            if hidden.hides_class([thing.class_name]) or thing.class_name in labelled:
                return False
            if any(hidden.hides_property([thing.class_name], p.name) for p in thing.properties):
                return False
            said += [(thing.class_name, r) for r in thing.relations]
        if table.relation is not None:
            said.append((table.relation.class_name, table.relation.relation))
        return all(self._sees_relation(class_name, r) for class_name, r in said)

    def _sees_relation(self, class_name: str, said: RelationMap) -> bool:
        hidden = self.visible
        role = self.ontology.roles(class_name).get(said.role)
        if role is None or role.relation.name in hidden.relations:
            return False
        ends = {role.relation.source, role.relation.target}
        if any(ends & {name, *self.ontology.classes[name].ancestors} for name in hidden.classes):
            return False
        return not any(f"{role.relation.name}.{p.name}" in hidden.relation_properties for p in said.properties)

    @cached_property
    def _gate_inside(self) -> Gate:
        from api.access.rules import seen_shapes
        from validation.gate import Gate
        from validation.shapes import load_shapes

        shapes = seen_shapes(load_shapes(self.ontology, self.settings.shapes), self.ontology, self.visible)
        engine = self.settings.validation_engine
        return Gate(shapes, self.ontology, engine=engine) if engine else Gate(shapes, self.ontology)

    def rules_inside(self) -> Gate | None:
        """Rules that read nothing hidden; none where single rows or values are withheld, which any rule may miss."""
        return None if self.visible.sources or self.visible.values else self._gate_inside

    def quarantine(self, where: str | None = None, rule: str | None = None) -> tuple[QuarantineState, ...]:
        """Rows that are set aside, of which he sees all that speaks for it; with the cells that are mapped."""
        shown = (self.aside.seen(row) for row in self._base.quarantine(where, rule))
        return tuple(row for row in shown if row is not None)

    @cached_property
    def aside(self) -> Aside:
        """Which rows that were set aside the caller may see."""
        from api.access.aside import Aside

        return Aside(self.ontology, self.visible, self._base.mappings(), self._whole, self.compared, self.apart)

    @cached_property
    def apart(self) -> Apart:
        """Which changes stand apart from what is withheld from the caller."""
        from api.access.apart import Apart
        from validation.shapes import load_shapes

        shapes = load_shapes(self.ontology, self.settings.shapes)
        return Apart(self.ontology, self.visible, shapes, self.compared)

    @cached_property
    def compared(self) -> Compared:
        """Of which classes the caller may see how records are compared."""
        from api.access.matched import Compared

        return Compared(self.ontology, self.visible, self._base.mappings(), self.resolution)

    def open_questions(self, limit: int = 1_000, class_name: str = "") -> tuple[OpenQuestion, ...]:
        """Those between records that the caller sees, of classes of which he sees all that is compared."""
        from api.access.matched import seen_questions

        found = self._base.open_questions(_ALL, class_name)  # cut off after what is hidden has left
        return seen_questions(found, self.compared, self.network().snapshot, self.visible)[:limit]

    def shows(self, record: str, entity: str) -> bool:
        """Whether the caller sees a record, and the thing that it describes."""
        snapshot = self.network().snapshot
        at = snapshot.exact(entity)
        return at is not None and record in {snapshot.record(int(c)).id for c in snapshot.records(at)}

    def quarantined_row(self, id_: str) -> QuarantineState:
        """One of them."""
        for row in self.quarantine():
            if row.id == id_:
                return row
        raise NotFound(f"No row in quarantine has the id {id_!r}.", do="`knockon quarantine list` shows them.")


class Seen:
    """For each caller the project that he sees; callers with the same view share one."""

    def __init__(self, base: Project, policies: Policies) -> None:
        self._base = base
        self._policies = policies
        self._projects: dict[Visibility, SeenProject] = {}
        self._by_roles: dict[tuple[str, ...], Project] = {}
        self._tables: frozenset[str] | None = None
        self._told: tuple[Network, dict[str, frozenset[str]]] | None = None
        self._lock = RLock()

    def kept(self, roles: Iterable[str]) -> Project | None:
        """The project as callers with these roles see it, if that is known already. Asks and waits for nothing."""
        return self._by_roles.get(tuple(sorted(roles)))

    def project(self, roles: Iterable[str]) -> Project:
        """The project as callers with these roles see it."""
        names = tuple(sorted(roles))
        visible = self.visibility(names)
        with self._lock:
            if visible.everything:
                found: Project = self._base
            else:
                if visible not in self._projects:
                    if len(self._projects) > 20:
                        self._projects.clear()
                    self._projects[visible] = SeenProject(self._base, visible)
                found = self._projects[visible]
            if not self._policies.labels:  # then what is hidden does not depend on what the graph holds
                if len(self._by_roles) > _ROLES:
                    self._by_roles.clear()
                self._by_roles[names] = found
            return found

    def visibility(self, roles: tuple[str, ...]) -> Visibility:
        """What callers with these roles do not see."""
        return self._policies.visibility(roles, self._base.ontology, self.tables(), self._values())

    def tables(self) -> frozenset[str]:
        """``source/table`` of all mapped tables."""
        with self._lock:
            if self._tables is None:
                try:
                    found = {f"{m.source}/{t}" for m in self._base.mappings() for t in m.tables}
                except KnockonError:  # a project without a usable mapping has no tables; asking shows why
                    found = set()
                self._tables = frozenset(found)
            return self._tables

    def _values(self) -> dict[str, frozenset[str]]:
        """The values of the properties that policies label things by."""
        if not self._policies.labels:
            return {}
        network = self._base.network()
        with self._lock:
            if self._told is None or self._told[0] is not network:
                found: dict[str, frozenset[str]] = {}
                for path in self._policies.labels:
                    class_name, _, name = path.partition(".")
                    column = network.snapshot.column(class_name, name)
                    found[path] = frozenset(column.dictionary or ())
                self._told = (network, found)
            return self._told[1]


def visibility_of(project: Project) -> Visibility:
    """What is hidden in a project as it was given to a route."""
    return project.visible if isinstance(project, SeenProject) else Visibility()


def view_digest(project: Project) -> str:
    """What is hidden in a project, as a hash: equal for all who see the same."""
    visible = visibility_of(project)
    parts = [sorted(map(str, getattr(visible, n))) for n in visible.__dataclass_fields__]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def refuse_partial_view(project: Project, because: str) -> None:
    """Let pass only callers from whom nothing is withheld: for answers that cannot be computed on a view.

    Raises:
        Forbidden: something is withheld; ``because`` says why that matters here.
    """
    if isinstance(project, SeenProject):
        raise Forbidden(because, do="Ask who sees all.")
