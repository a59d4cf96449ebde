"""Judgements as the graph holds them: who said that two mentions are one thing or are not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from graph_engine.graph import Graph
from graph_engine.store.rows import Properties
from ontology.ids import record_of
from ontology.types import JudgementState


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A pair that a person is asked about, and the two entities that it lies between now (id, title)."""

    judgement: JudgementState
    left: tuple[str, str]
    right: tuple[str, str]


def judgement_row(state: JudgementState) -> Properties:
    """A judgement as a parameter of ``write/judgements_merge``."""
    held = asdict(state)
    held["reasons"] = list(state.reasons)
    ends = [
        {"record": record_of(mention), "mention": mention, "side": side}
        for side, mention in (("left", state.left), ("right", state.right))
    ]
    return {"properties": held, "ends": ends}


def open_questions(graph: Graph, limit: int, class_name: str = "") -> tuple[OpenQuestion, ...]:
    """The questions whose answer would change most, first."""
    return tuple(
        OpenQuestion(
            _state(row["properties"]),
            (str(row["left"] or ""), str(row["left_title"] or "")),
            (str(row["right"] or ""), str(row["right_title"] or "")),
        )
        for row in graph.read("read/judgements_open", limit=limit, **{"class": class_name})
    )


def judgements_of(graph: Graph, mentions: Sequence[str]) -> tuple[JudgementState, ...]:
    """The judgements with both ends among some mentions."""
    held = set(mentions)
    found = graph.read("read/judgements_of", records=sorted({record_of(m) for m in mentions}))
    states = (_state(row["properties"]) for row in found)
    return tuple(s for s in states if s.left in held and s.right in held)


def judgements_by_people(graph: Graph) -> tuple[JudgementState, ...]:
    """What people judged, also what sleeps."""
    return tuple(_state(row["properties"]) for row in graph.read("read/judgements_by_people"))


def judgement_counts(graph: Graph) -> tuple[tuple[str, str, bool, int], ...]:
    """(decided by: person, rule, mapping, model; verdict, asleep, how many)."""
    return tuple(
        (str(r["decided_by"]), str(r["verdict"]), bool(r["asleep"]), int(str(r["count"])))
        for r in graph.read("read/judgement_counts")
    )


def _state(properties: object) -> JudgementState:
    held = properties if isinstance(properties, dict) else {}
    return JudgementState(
        id=str(held["id"]), left=str(held["left"]), right=str(held["right"]), class_name=str(held["class_name"]),
        verdict=str(held["verdict"]), decided_by=str(held["decided_by"]), weight=float(held["weight"]),
        probability=float(held["probability"]), reasons=tuple(str(r) for r in held["reasons"]),
        agent=str(held["agent"]), run=str(held["run"]), at=str(held["at"] or ""), asleep=bool(held["asleep"]),
        effect=float(held["effect"]), moves=int(held["moves"]), hash=str(held["hash"]),
    )  # fmt: skip
