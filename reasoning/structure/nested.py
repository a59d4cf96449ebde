"""A thing that a question names by its rank: *our largest customer*, found first and then asked about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from reasoning.network import Network
from reasoning.structure.best import bests
from reasoning.structure.dates import Span
from reasoning.structure.grouped import NONE
from reasoning.structure.grouping import WORTH
from reasoning.structure.parse import Parser
from reasoning.structure.plan import Plan
from reasoning.structure.run import run
from reasoning.structure.shares import SHARE
from reasoning.structure.taking import Question

_MOST = 50
"""Things that one rank may name (*our top 50 customers*)."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """The question with the things that are meant, and how they were found."""

    question: Question
    note: str


def ranked(network: Network, parser: Parser, question: Question, valid_at: date | Literal["any"]) -> Ranked | None:
    """The question with *our largest customer* as the thing it is; None where it names none by rank.

    In a share of revenue the days of the question bound the rank too; elsewhere they are of what is asked.
    """
    share = SHARE.search(question.text) is not None and WORTH.search(question.text) is not None
    spans = question.spans if share else ()
    for best in bests(parser.ways, question):
        given = best.draft.given
        assert given is not None and given.prop is not None
        if given.limit is None or given.limit > _MOST:
            continue
        inner = replace(question, text=_only(question.text, best.place, spans), things=(), phrases=(), origins=())
        inner = replace(inner, spans=spans, classes=tuple(c for c in question.classes if _within(c[1:], best.place)))
        plan = parser.plan(inner, best.draft)
        if plan is None:
            continue
        found = _first(network, plan, given.limit, valid_at)
        if not found:
            continue
        held = tuple((entity, *best.place) for entity in found)
        things = tuple(t for t in question.things if not _within(t[1:], best.place))
        classes = tuple(c for c in question.classes if not _within(c[1:], best.place))
        phrases = tuple(p for p in question.phrases if not _within(p[1:], best.place))
        titles = ", ".join(network.snapshot.title(e) for e in found)
        said = question.text[slice(*best.place)]
        note = f"{said!r}: {titles} ({plan.words(network.ontology)})."
        return Ranked(replace(question, things=(*things, *held), classes=classes, phrases=phrases), note)
    return None


def _first(network: Network, plan: Plan, limit: int, valid_at: date | Literal["any"]) -> tuple[int, ...]:
    """The things that come first; none where more are level with the last of them."""
    groups = [g for g in run(network, plan, valid_at).groups if NONE not in g.ends]
    if len(groups) > limit and groups[limit].amounts == groups[limit - 1].amounts:
        return ()
    if len({currency for g in groups for currency in g.amounts}) > 1:
        return ()  # figures of several currencies have no order
    return tuple(end for g in groups[:limit] for end in g.ends if isinstance(end, int))


def _only(text: str, place: tuple[int, int], spans: tuple[Span, ...]) -> str:
    """The text with nothing but what stands at a place, and days; all characters stay where they are."""
    kept = [place, *((s.start, s.stop) for s in spans)]
    return "".join(c if any(a <= i < b for a, b in kept) else " " for i, c in enumerate(text))


def _within(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]
