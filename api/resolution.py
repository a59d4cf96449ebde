"""What the commands and routes about entity resolution share: naming two things, judging them, and asking why."""

from __future__ import annotations

import getpass
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from api.access.caller import Forbidden
from api.access.seen import SeenProject
from api.project import Project
from ontology.errors import BadQuestion, NotFound

if TYPE_CHECKING:
    from graph_engine.store.judgements import OpenQuestion
    from graph_engine.store.runs import Run
    from ingest.report import RunReport
    from ingest.resolution.explanation import EntityExplanation
    from ingest.resolution.judging import Side
    from ingest.resolution.pinned import Pin
    from ingest.resolution.why import Why
    from ontology.types import EntityState, JudgementState

_RECORD = re.compile(r"^[^/\s]+/[^/]+/.+$")


def side(project: Project, text: str) -> Side:
    """What was named: a record (``source/table/key``), or an entity (id, ``Class:key``, name).

    Raises:
        NotFound: nothing is called so.
        Ambiguous: several things are.
    """
    from graph_engine.entity_view import view
    from ingest.resolution.judging import Side
    from ontology.ids import record_of

    if _RECORD.match(text):
        project.ready()
        found = project.graph.read("read/entities_of_record", id=record_of(text))
        if isinstance(project, SeenProject):
            found = [row for row in found if project.shows(record_of(text), str(row["entity"]))]
        exact = [row for row in found if row["mention"] == text] or found
        if exact:
            state = view(project.graph, project.ontology, str(exact[0]["entity"]), limit=1).state
            return Side(_as_seen(project, state), text)
    state = view(project.graph, project.ontology, project.entity_id(text), limit=1).state
    return Side(_as_seen(project, state))


def _as_seen(project: Project, state: EntityState) -> EntityState:
    """A thing with the mentions that the caller sees: what was entered of a hidden value is one too."""
    from ontology.ids import record_of

    if not isinstance(project, SeenProject):
        return state
    snapshot = project.network().snapshot
    at = snapshot.index(state.id)
    seen = {snapshot.record(int(c)).id for c in snapshot.records(at)}
    mentions = tuple(m for m in state.mentions if record_of(m) in seen)
    return replace(state, mentions=mentions, title=snapshot.title(at))


def judge(
    project: Project, left: str, right: str, verdict: str, *, because: str, author: str | None = None,
    dry_run: bool = False,
) -> RunReport:  # fmt: skip
    """Enter that two things are ``same``, ``different``, or that one is ``unsure``."""
    from ingest.resolution.judgements import Verdict
    from ingest.resolution.judging import decide

    if verdict not in set(Verdict):
        raise BadQuestion(f"{verdict!r} is no verdict.", do="Say same, different or unsure.")
    a, b = side(project, left), side(project, right)
    said = decide(
        project.ontology, a, b, Verdict(verdict), ledger(project, a, b), because=because,
        author=author or project.agent or getpass.getuser(),
    )  # fmt: skip
    return project.pipeline.judge(said, because=because, dry_run=dry_run)


def split(
    project: Project, entity: str, records: Sequence[str], *, because: str, author: str | None = None,
    dry_run: bool = False,
) -> RunReport:  # fmt: skip
    """Take records out of an entity: from now on they are another thing."""
    from ingest.resolution import judging

    said = judging.split(
        side(project, entity).entity, records, because=because, author=author or project.agent or getpass.getuser()
    )
    return project.pipeline.judge(said, because=because, dry_run=dry_run)


def withdraw(project: Project, left: str, right: str | None, *, because: str, dry_run: bool = False) -> RunReport:
    """Take back what a person judged: a run by its id, or the newest judgement about two things.

    Raises:
        NotFound: nobody judged these two, or there is no such run.
    """
    if right is None:
        named = [r for r in judging_runs(project) if left in (r.id, str(r.ordinal))]
        if not named:
            raise NotFound(
                f"{left!r} is no run by which somebody judged.", do="`knockon resolve judgements` lists them."
            )
        return project.pipeline.undo(named[0].id, because=because, dry_run=dry_run)
    a, b = side(project, left), side(project, right)
    ours, theirs = set(a.mentions), set(b.mentions)
    for run in judging_runs(project):
        for said in run.statements:
            ends = (said.mention, said.value or "")
            if (ends[0] in ours and ends[1] in theirs) or (ends[0] in theirs and ends[1] in ours):
                return project.pipeline.undo(run.id, because=because, dry_run=dry_run)
    # The two may have been named by other records than the judgement was: then only what joined them can be meant.
    whole = set(a.entity.mentions) | set(b.entity.mentions)
    within = [r for r in judging_runs(project) if any({s.mention, s.value or ""} <= whole for s in r.statements)]
    if len(within) == 1:
        return project.pipeline.undo(within[0].id, because=because, dry_run=dry_run)
    raise NotFound("Nobody has judged these two.", do="`knockon resolve why A B` says what joins or parts them.")


def judging_runs(project: Project) -> list[Run]:
    """The runs in force by which people judged, newest first."""
    from graph_engine.store.runs import live_runs

    return [r for r in reversed(live_runs(project.runs())) if r.kind == "judge"]


def questions(project: Project, limit: int, class_name: str = "") -> tuple[OpenQuestion, ...]:
    """What only a person can answer; those whose answer changes the graph most come first."""
    project.ready()
    if class_name and class_name not in project.ontology.classes:
        raise BadQuestion(f"There is no class {class_name!r}.", do="docs/ontology.md lists them.")
    return project.open_questions(limit, class_name)


def left_out(project: Project) -> tuple[str, ...]:
    """Kinds of things whose pairs are not shown to the caller, by policy alone."""
    return project.compared.left_out if isinstance(project, SeenProject) else ()


def question_json(question: OpenQuestion) -> dict[str, object]:
    """A question as one JSON object."""
    j = question.judgement
    return {
        "class": j.class_name,
        "left": {"record": j.left, "entity": question.left[0], "title": question.left[1]},
        "right": {"record": j.right, "entity": question.right[0], "title": question.right[1]},
        "probability": j.probability,
        "weight": j.weight,
        "reasons": list(j.reasons),
        "moves": j.moves,
        "effect": j.effect,
    }


def ledger(project: Project, *sides: Side) -> tuple[JudgementState, ...]:
    """The judgements among the mentions of these."""
    from graph_engine.store.judgements import judgements_of

    return judgements_of(project.graph, sorted({m for s in sides for m in s.entity.mentions}))


def explain(project: Project, left: str, right: str) -> Why:
    """Why two things are one, or are not.

    Raises:
        Forbidden: what they are compared by is withheld from the caller.
    """
    from ingest.resolution.why import why

    a, b = side(project, left), side(project, right)
    found, contradictions = standing(project)
    said = ledger(project, a, b)
    if isinstance(project, SeenProject):
        from api.access.matched import seen_judgements

        _require_seen(project, a, b)
        said, contradictions = seen_judgements(said), ()
    return why(project.ontology, a, b, said, found, cache(project), contradictions)


def decidable(project: SeenProject, left: str, right: str, verdict: str, *, because: str) -> tuple[Side, Side]:
    """What was named, if the caller sees all that both are compared by and such a judgement can be entered.

    Raises:
        NotFound: nothing of that kind is called so, as far as he sees.
        Ambiguous: several things are.
        BadQuestion: both are one thing already, or of kinds that cannot be.
    """
    from ingest.resolution.judgements import Verdict
    from ingest.resolution.judging import decide

    named = side(project, left), side(project, right)
    for text, found in zip((left, right), named, strict=True):
        if not set(found.entity.classes) <= project.compared.seen:
            raise NotFound(
                f"There is no question about {text!r}.", do="GET /v1/resolution/questions lists those that are yours."
            )
    decide(project.ontology, *named, Verdict(verdict), (), because=because, author="-")
    return named


def _require_seen(project: SeenProject, *sides: Side) -> None:
    """Refuse things of classes of which something that is compared is hidden; the classes say it, not the records."""
    for held in sides:
        if not set(held.entity.classes) <= project.compared.seen:
            raise Forbidden(
                "Some of what things of this kind are compared by is withheld from you.", do="Ask who sees all."
            )


def explain_entity(project: Project, entity: str) -> tuple[EntityState, EntityExplanation]:
    """The tree of records and links that holds an entity together."""
    from ingest.resolution.why import tree_of

    named = side(project, entity)
    return named.entity, tree_of(named.entity, ledger(project, named))


def standing(project: Project) -> tuple[Pin, tuple[str, ...]]:
    """The model in force, and the contradictions that the last run reported."""
    from graph_engine.store.runs import in_force
    from ingest.resolution.pinned import Pin, Shelf

    runs = [r for r in in_force(project.runs()) if r.resolution]
    pin = Shelf(project.archive.root).take(runs[-1].resolution) if runs else Pin()
    for run in reversed([r for r in project.runs() if r.status == "live"]):
        held = run.counts.get("resolution")
        if isinstance(held, dict) and "contradictions" in held:
            return pin, tuple(str(c) for c in held["contradictions"])
    return pin, ()


def cache(project: Project) -> Path:
    """Where the standardised records of the last run lie."""
    return project.settings.data / "resolution"
