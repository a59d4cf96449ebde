"""What a scenario comes to, as statements of the ordinary pipeline: each a record with its author and reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph_engine.store.runs import Statement
    from ontology.types import EntityState
    from reasoning.network import Network
    from reasoning.scenarios.corrections import Facts, Tie


class Entering:
    """Turns facts into statements of one kind (``correct`` or ``assume``), author and reason."""

    def __init__(
        self, project: Project, network: Network, kind: str, author: str, because: str, review: str | None
    ) -> None:  # fmt: skip
        self._project, self._network = project, network
        self._kind, self._author, self._because, self._review = kind, author, because, review
        self._states: dict[str, EntityState] = {}
        self._new: dict[str, str] = {}
        """New things → their mentions."""

    def statements(self, said: Facts) -> list[Statement]:
        """All of them; a new thing before what is said of it.

        Raises:
            BadQuestion: a value does not fit its property.
        """
        return [*self._arrivals(said), *self._corrections(said), *map(self._tie, said.ties), *self._departures(said)]

    def _arrivals(self, said: Facts) -> Iterator[Statement]:
        from ingest.entry import new_thing

        for one in said.arrivals:
            made = new_thing(
                self._kind, self._project.ontology, one.class_name, one.key, one.values, author=self._author,
                because=self._because, review=self._review,
            )  # fmt: skip
            self._new[one.id] = made[0].mention
            yield from made

    def _corrections(self, said: Facts) -> Iterator[Statement]:
        from ingest.entry import parse_changes

        for one in said.corrections:
            yield from parse_changes(
                self._kind, self._project.ontology, self._state(one.entity), one.changes, self._named,
                author=self._author, because=self._because, until=None, review=self._review,
            )  # fmt: skip

    def _tie(self, tie: Tie) -> Statement:
        from ingest.entry import new_relation

        return new_relation(
            self._kind, tie.role, self._mention(tie.source), self._mention(tie.target), tie.figures,
            author=self._author, because=self._because, valid_from=tie.valid_from, valid_to=tie.valid_to,
        )  # fmt: skip

    def _departures(self, said: Facts) -> Iterator[Statement]:
        from ingest.entry import gone_thing

        for id_ in said.departures:
            yield from gone_thing(self._state(id_).mentions, author=self._author, because=self._because)

    def _mention(self, id_: str) -> str:
        return self._new.get(id_) or self._state(id_).founding

    def _state(self, id_: str) -> EntityState:
        from graph_engine.entity_view import view

        if id_ not in self._states:
            self._states[id_] = view(self._project.graph, self._project.ontology, id_, limit=1).state
        return self._states[id_]

    def _named(self, text: str, expected: str) -> EntityState:
        from reasoning.linking import link

        return self._state(link(self._network, text, to_class=expected).id)
