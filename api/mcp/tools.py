"""The tools: each a pydantic model of its arguments and a function of the project as the assistant may see it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.access.seen import visibility_of
from api.project import Project
from api.wire import entity_json
from api.wire_query import GraphQuery
from api.wire_questions import ImpactQuestion, Name, Text, ValidAt, start_of
from ontology.errors import BadQuestion
from reasoning.types import Filters

Json = dict[str, object]
A = TypeVar("A", bound=BaseModel)


class Search(BaseModel):
    """Arguments of `search`."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(min_length=1, max_length=300, description="A name, a key, or part of one.")]
    class_name: Name | None = Field(None, alias="class", description="Only things of this class.")
    limit: int = Field(10, ge=1, le=100)


class Show(BaseModel):
    """Arguments of `show`."""

    model_config = ConfigDict(extra="forbid")
    entity: Text
    limit: int = Field(10, ge=1, le=100, description="Relations listed of each role; totals count all.")


class PathQuestion(BaseModel):
    """Arguments of `path`."""

    model_config = ConfigDict(extra="forbid")
    start: Text
    end: Text
    k: int = Field(3, ge=1, le=10, description="How many ways.")
    valid_at: ValidAt = Field("any", description="What held on that day, or `any`.")


class Question(BaseModel):
    """Arguments of `ask`."""

    model_config = ConfigDict(extra="forbid")
    question: Annotated[str, Field(min_length=1, max_length=4_000, description="In plain words.")]


class WhatIf(BaseModel):
    """Arguments of `what_if`."""

    model_config = ConfigDict(extra="forbid")
    question: Annotated[
        str, Field(min_length=1, max_length=1_000, description="In plain words: `what if X is down for 3 weeks?`")
    ]
    explain: list[str] = Field([], max_length=5, description="Why these figures differ: `MEASURE of THING`.")
    limit: int = Field(10, ge=1, le=100, description="Figures listed of each measure.")


class Nothing(BaseModel):
    """No arguments."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Tool(Generic[A]):
    """One tool."""

    name: str
    about: str
    arguments: type[A]
    run: Callable[[Project, A], Json]

    def described(self) -> Json:
        """As `tools/list` gives it."""
        return {
            "name": self.name, "description": self.about, "inputSchema": self.arguments.model_json_schema(),
            "annotations": {"readOnlyHint": True, "openWorldHint": False},
        }  # fmt: skip

    def call(self, project: Project, given: Json) -> Json:
        """The answer as JSON.

        Raises:
            BadQuestion: the arguments do not fit.
        """
        try:
            asked = self.arguments.model_validate(given)
        except ValidationError as problem:
            first = problem.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(p) for p in first["loc"]) or "arguments"
            raise BadQuestion(f"{where}: {first['msg']}.", do="tools/list describes the arguments.") from problem
        found: Json = json.loads(json.dumps(self.run(project, asked), default=str))
        return found


def _search(project: Project, asked: Search) -> Json:
    version, hits = project.search_at(asked.text, class_name=asked.class_name, limit=asked.limit)
    return {"version": version, "results": hits}


def _show(project: Project, asked: Show) -> Json:
    found = entity_json(project.ontology, project.show(asked.entity, limit=asked.limit))
    return {**found, "version": found.get("version") or project.network().snapshot.version}


def _path(project: Project, asked: PathQuestion) -> Json:
    return project.paths(asked.start, asked.end, asked.k, filters=Filters(valid_at=asked.valid_at)).to_json()


def _impact(project: Project, asked: ImpactQuestion) -> Json:
    starts = [start_of(s, project.entity_id(s.entity, asked.known_at)) for s in asked.begun()]
    return project.impact(
        starts, semantics=asked.sense(starts), filters=asked.filters(), known_at=asked.known_at,
        limit=min(asked.limit, 100), paths=min(asked.paths, 3),
    ).to_json()  # fmt: skip


def _query(project: Project, asked: GraphQuery) -> Json:
    from api.query.run import run_query

    version = project.network().snapshot.version
    visible = visibility_of(project)
    _, rows, more = run_query(project.graph, project.ontology, asked, visible, version=version, skip=0)
    return {"version": version, "rows": rows, "complete": not more}


def _classes(project: Project, _: Nothing) -> Json:
    visible, ontology = visibility_of(project), project.ontology
    snapshot = project.network().snapshot
    held = {
        name: {
            "label": c.label, "count": len(snapshot.members(name)),
            "properties": sorted(p for p in c.properties if not visible.hides_property([name], p)),
            "roles": {n: r.target for n, r in sorted(ontology.roles(name).items())},
        }
        for name, c in sorted(ontology.classes.items())
        if not visible.hides_class([name]) and len(snapshot.members(name))
    }  # fmt: skip
    return {"version": snapshot.version, "classes": held, "withheld": list(visible.withheld(ontology))}


def _ask(project: Project, asked: Question) -> Json:
    return project.ask(asked.question).to_json()


def _what_if(project: Project, asked: WhatIf) -> Json:
    from api.cli.whatif_answers import explanation_answer, run_answer
    from api.scenarios import desk_of

    desk = desk_of(project)
    scenario = desk.pinned(desk.asked(asked.question))
    done, base = desk.run(scenario, check=False), desk.base(scenario)
    why = [explanation_answer(desk.explain(done, desk.cell(base, text))) for text in asked.explain]
    return {"sentences": desk.sentences(scenario), **run_answer(done, asked.limit), "explanations": why}


TOOLS: dict[str, Tool[BaseModel]] = {
    tool.name: tool  # type: ignore[misc]
    for tool in (
        Tool("search", "Find things by name or key.", Search, _search),
        Tool("show", "One thing with its values and relations, and the row that each came from.", Show, _show),
        Tool("path", "How two things hang together, each step with the rows behind it.", PathQuestion, _path),
        Tool(
            "impact",
            "What is affected if some things fail: who, when, how much, through what.",
            ImpactQuestion,
            _impact,
        ),
        Tool("query", "Rows of one class that meet conditions, or groups with counts and sums.", GraphQuery, _query),
        Tool("classes", "What kinds of things there are, with properties and roles, for `query`.", Nothing, _classes),
        Tool("ask", "A question in plain words, answered from documents and records with citations.", Question, _ask),
        Tool(
            "what_if",
            "Figures and failures with and without a change that is tried, not made. Nothing is kept.",
            WhatIf,
            _what_if,
        ),
    )
}
