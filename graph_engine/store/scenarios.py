"""Scenarios as the graph keeps them: immutable nodes apart from the company's data, which they never touch."""

from __future__ import annotations

from dataclasses import dataclass

from graph_engine.graph import Graph
from ontology.errors import NotFound


@dataclass(frozen=True, slots=True)
class KeptScenario:
    """A scenario in the graph."""

    id: str
    name: str
    author: str
    because: str
    base: int
    """Graph version it was made on."""
    parent: str | None
    """The scenario that it was rebased from."""
    interventions: int
    body: str
    """The whole scenario, JSON."""
    created: str = ""
    view: str = ""
    """Digest of what was hidden from whoever made it; empty: nothing."""


def keep_scenario(graph: Graph, scenario: KeptScenario) -> bool:
    """Keep a scenario; False if it was there already. Bumps no version: it is no part of the company's data."""
    properties = {
        "name": scenario.name, "author": scenario.author, "because": scenario.because, "base": scenario.base,
        "parent": scenario.parent, "interventions": scenario.interventions, "body": scenario.body,
        "view": scenario.view or None,
    }  # fmt: skip
    return bool(graph.write("write/scenario_create", id=scenario.id, properties=properties)[0]["created"])


def kept_scenarios(graph: Graph, view: str | None = None) -> tuple[KeptScenario, ...]:
    """All scenarios (or those that were made under one view), oldest first."""
    return tuple(
        KeptScenario(
            str(row["id"]), str(row["name"]), str(row["author"] or ""), str(row["because"] or ""),
            int(str(row["base"])), None if row["parent"] is None else str(row["parent"]),
            int(str(row["interventions"])), str(row["body"]), str(row["created"] or ""),
            str(row["view"]),
        )
        for row in graph.read("read/scenarios")
        if view is None or row["view"] == view
    )  # fmt: skip


def kept_scenario(graph: Graph, name: str, view: str | None = None) -> KeptScenario:
    """The scenario with this id, a unique beginning of one, its name, or ``last``; among those of one view, if given.

    Raises:
        NotFound: there is none, or several fit.
    """
    kept = kept_scenarios(graph, view)
    if name == "last" and kept:
        return kept[-1]
    found = [s for s in kept if s.id == name] or [s for s in kept if s.id.startswith(name)]
    found = found or [s for s in kept if s.name.casefold() == name.casefold()]
    if len(found) != 1:
        what = f"{len(found)} scenarios fit" if found else "There is no scenario"
        raise NotFound(f"{what} {name!r}.", do="`knockon scenarios list` lists them.")
    return found[0]
