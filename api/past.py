"""What was recorded of a thing before, change by change: of who sees all, and as far as a caller's view goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from api.access.seen import SeenProject
from api.project import Project
from api.wire import Json, value_json
from graph_engine.entity_view import earlier_states
from graph_engine.snapshot.assemble import assemble
from graph_engine.snapshot.source import closed_entity
from graph_engine.snapshot.view import view
from graph_engine.snapshot.visibility import Visibility
from graph_engine.store.runs import Run
from ontology import values
from ontology.model import Ontology, PropertyDef

State = tuple[int, int, Mapping[str, object]]
"""From version, to version, payload of a state that was closed."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A state of a thing that another took the place of."""

    since: int
    until: int
    run: Run | None
    """The run that replaced it."""
    title: str
    values: Mapping[str, object]
    """As they travel."""


def history(project: Project, text: str) -> tuple[str, list[Json]]:
    """The id of a thing, and what was different of it before, newest change first.

    Where something is withheld from the caller, two states that differ only in that are one, and a state that he would
    not have seen is none.

    Raises:
        NotFound, Ambiguous: no thing, or several, that he sees is called so.
    """
    now = project.show(text, limit=1).state
    runs = {r.published: r for r in project.runs() if r.published is not None}
    states = earlier_states(project.graph, now.id)
    if isinstance(project, SeenProject):
        held = list(seen_states(project.ontology, project.visible, now.id, states, runs))
    else:
        held = list(_as_recorded(project.ontology, states, runs))
    definitions = _definitions(project.ontology, now.classes)
    return now.id, changes(held, {n: value_json(definitions.get(n), v) for n, v in now.values.items()})


def changes(states: Sequence[Earlier], now: Mapping[str, object]) -> list[Json]:
    """What was different in each state from what came next, newest first.

    Args:
        states: oldest first.
        now: the values of today, as they travel.
    """
    next_ = now
    found: list[Json] = []
    for state in reversed(states):
        different = sorted(n for n in {*state.values, *next_} if state.values.get(n) != next_.get(n))
        if different:
            found.append(
                {
                    "since": state.since, "until": state.until, "run": state.run.id if state.run else None,
                    "at": state.run.finished if state.run else None, "title": state.title,
                    "values": {n: state.values.get(n) for n in different},
                    "became": {n: next_.get(n) for n in different},
                }
            )  # fmt: skip
        next_ = state.values
    return found


def _as_recorded(ontology: Ontology, states: Iterable[State], runs: Mapping[int, Run]) -> Iterator[Earlier]:
    for since, until, payload in states:
        classes = payload.get("classes")
        names = [str(c) for c in classes] if isinstance(classes, list) else []
        held = _told(payload, _definitions(ontology, names))
        yield Earlier(since, until, _run_of(runs, until), str(payload.get("title", "")), held)


def seen_states(
    ontology: Ontology, visible: Visibility, id_: str, states: Iterable[State], runs: Mapping[int, Run]
) -> Iterator[Earlier]:
    """States as a caller's view shows them, between versions that were published.

    Numbers within a run depend on how much else it wrote, so they are those of the runs.
    """
    found: list[Earlier] = []
    for since, until, payload in states:
        began, ended = _run_of(runs, since), _run_of(runs, until)
        if began is None or ended is None or began is ended:  # never published as a state of its own
            continue
        alone = view(assemble(ontology, [closed_entity(ontology, id_, payload)], []), ontology, visible)
        if not alone.size:
            continue
        definitions = _definitions(ontology, alone.classes(0))
        told = {n: value_json(definitions.get(n), v) for n, v in alone.values(0).items()}
        assert began.published is not None and ended.published is not None
        found.append(Earlier(began.published, ended.published, ended, alone.title(0), told))
    return _joined(found)


def _joined(states: Iterable[Earlier]) -> Iterator[Earlier]:
    """Neighbours that show the same as one: what ended the earlier of them changed nothing that is seen."""
    for _, group in groupby(states, key=lambda s: s.values):
        same = list(group)
        last = same[-1]
        yield Earlier(same[0].since, last.until, last.run, last.title, last.values)


def _definitions(ontology: Ontology, classes: Iterable[str]) -> dict[str, PropertyDef]:
    return {n: p for c in classes if c in ontology.classes for n, p in ontology.classes[c].properties.items()}


def _told(payload: Mapping[str, object], definitions: Mapping[str, PropertyDef]) -> dict[str, object]:
    """The values of a closed state, as they travel."""
    held = payload.get("values")
    out: dict[str, object] = {}
    for name, value in held.items() if isinstance(held, dict) else ():
        definition = definitions.get(name)
        if definition is None:
            out[name] = value if isinstance(value, str | int | float | bool) else str(value)
            continue
        many = value if isinstance(value, list) else [value]
        read = [value_json(definition, values.native(definition, v) if isinstance(v, str) else v) for v in many]
        out[name] = read if isinstance(value, list) else read[0]
    return out


def _run_of(runs: Mapping[int, Run], version: int) -> Run | None:
    """The run that published what was written at a version: the first one at or after it."""
    later = [v for v in runs if v >= version]
    return runs[min(later)] if later else None
