"""Two graphs that differ only in what a caller may not see give him the same bytes, whatever he asks."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from api.access.policy import Policies
from api.access.seen import Seen, SeenProject
from api.measures import ProjectMeasures
from api.project import Project
from api.settings import Settings
from graph_engine.snapshot import Snapshot
from graph_engine.snapshot.visibility import Visibility
from ontology.errors import KnockonError
from ontology.load import load_ontology
from reasoning.network import Network
from reasoning.types import Filters, Semantics, Start
from tests.unit.graph_engine.test_snapshot_patch import State, states
from tests.unit.graph_engine.test_snapshot_view import founded, titled, visibilities, without

ONTOLOGY = load_ontology()
DAY = date(2026, 3, 1)
NOWHERE = Settings(Path("/nowhere"), "Nobody", None, None, (), (), (), None, None, None, None)


class InMemory(Project):
    """A project whose graph is one snapshot in memory; there is no database to ask."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__(NOWHERE)
        self._network = Network(snapshot, ONTOLOGY)
        self.__dict__["ontology"] = ONTOLOGY
        self.__dict__["graph"] = None

    def ready(self) -> None:
        pass

    def network(self, known_at: int | None = None) -> Network:
        return self._network


def told(question: Callable[[], object]) -> str:
    """The answer's bytes, or the refusal's."""
    try:
        return json.dumps(question(), default=str)
    except KnockonError as problem:
        return f"{problem.code} {problem.what} {problem.do}"


def everything(project: Project, state: State) -> list[str]:
    """What a curious caller learns: about every id and name that ever was, in several senses."""
    ids, any_time = sorted(state.entities), Filters(valid_at="any")
    found = []
    for id_ in ids:
        for semantics in (Semantics.REACH, Semantics.STRONGEST, Semantics.EARLIEST):
            found.append(
                told(
                    lambda i=id_, s=semantics: project.impact(  # type: ignore[misc]
                        [Start(project.entity_id(i))], semantics=s, filters=any_time, limit=None, paths=2
                    ).to_json()
                )
            )
        found.append(told(lambda i=id_: project.paths(ids[0], i, 2, filters=any_time).to_json()))  # type: ignore[misc]
    for text in ("Ada", "a", "zz", "1", "x/t/1", "Customer:1", "red", "e_"):
        found.append(told(lambda t=text: project.search(t)))  # type: ignore[misc]
        found.append(told(lambda t=text: project.entity_id(t)))  # type: ignore[misc]
    return found


@settings(max_examples=120, deadline=None)
@given(state=states(), hidden=visibilities())
def test_what_is_hidden_changes_no_byte_of_any_answer(state: State, hidden: Visibility) -> None:
    full, bare = titled(founded(state)), titled(without(founded(state), hidden))
    one = SeenProject(InMemory(full.snapshot()), hidden)
    two = SeenProject(InMemory(bare.snapshot()), hidden)
    assert everything(one, full) == everything(two, full)


def figures(project: Project) -> list[str]:
    """All measures of a project, their values, and why they are what they are."""
    held = ProjectMeasures(project)
    found = [json.dumps([m.name for m in held.seen()])]
    for measure in held.measures:
        if measure.class_name in ("Product", "Customer", "Order", "Supplier", "Offer"):
            for question in (
                lambda n=measure.name: held.values(n, limit=50, valid_at="any", as_of=DAY).to_json(),
                lambda n=measure.name: held.explained(n, "x/t/1", valid_at="any", as_of=DAY).to_json(),
            ):
                found.append(told(question))  # type: ignore[arg-type]
    return found


@settings(max_examples=15, deadline=None)
@given(state=states(), hidden=visibilities())
def test_what_is_hidden_changes_no_figure(state: State, hidden: Visibility) -> None:
    full, bare = titled(founded(state)), titled(without(founded(state), hidden))
    one = SeenProject(InMemory(full.snapshot()), hidden)
    two = SeenProject(InMemory(bare.snapshot()), hidden)
    assert figures(one) == figures(two)


QUESTIONS = ("Who is Ada?", "What does Ada offer?", "Which products are red?", "How many customers are there?",
             "What is affected if Ada fails?", "a@x", "zz")  # fmt: skip


def answered(project: Project, question: str) -> object:
    return project.ask(question, today=DAY, embedding=False, phrase=False).to_json()


@settings(max_examples=25, deadline=None)
@given(state=states(), hidden=visibilities())
def test_what_is_hidden_changes_no_answer_in_words(state: State, hidden: Visibility) -> None:
    full, bare = titled(founded(state)), titled(without(founded(state), hidden))
    answers = []
    for each in (full, bare):
        project = SeenProject(InMemory(each.snapshot()), hidden)
        answers.append([told(partial(answered, project, q)) for q in QUESTIONS])
    assert answers[0] == answers[1]


@settings(max_examples=30, deadline=None)
@given(state=states(), role=st.sampled_from(["viewer", "analyst"]))
def test_the_shipped_roles_hide_what_is_personal(state: State, role: str) -> None:
    full = titled(founded(state))
    seen = Seen(InMemory(full.snapshot()), Policies()).project([role])
    texts = "".join(everything(seen, full))
    snapshot = seen.network().snapshot
    assert "a@x" not in texts and "c@x" not in texts
    assert not [v for i in range(snapshot.size) for v in snapshot.values(i) if v == "emails"]
    assert Seen(InMemory(full.snapshot()), Policies()).project(["owner"]).network().snapshot.size == snapshot.size


def test_callers_with_the_same_view_share_it() -> None:
    base = InMemory(titled(State({}, {}, {}, ())).snapshot())
    seen = Seen(base, Policies())
    assert seen.project(["viewer"]) is seen.project(["viewer", "viewer"]) is not base
    assert seen.project(["analyst"]) is seen.project(["viewer"]), "both lack the same"
    assert seen.project(["owner"]) is base and seen.project(["viewer", "personal"]) is base
    nothing = seen.project(["unknown"])
    assert isinstance(nothing, SeenProject) and nothing.visible.classes == frozenset(ONTOLOGY.classes)
