"""Which engine a question goes to: counts and lists over structure, impact, what-if; the rest is looked up in texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Literal

from reasoning.answers.measured import Figures, Measured
from reasoning.answers.reader import Ask, Reader
from reasoning.answers.structural import Structural
from reasoning.answers.types import Answer, Fact, Kind, Statement
from reasoning.answers.whatif import Runner, WhatIfs
from reasoning.answers.wording import fact_text, totals_text
from reasoning.impact import impact
from reasoning.network import Network
from reasoning.types import Filters, Semantics, Start

Held = date | Literal["any"]

_FAILS = (
    r"fail\w*|stops?|stopped|breaks?|broken|goes? (?:bankrupt|down|out of business)|"
    r"(?:is|are|were|was|comes?) (?:[\w ]{0,12}\b)?(?:late|delayed|unavailable|missing|down|gone|out)|"
    r"can ?no(?:t| longer) deliver|does(?: not|n['’]t) deliver|drops? out|closes?|ausfällt"
)
_IMPACT = re.compile(
    rf"\b(?:affected|impact(?:ed)?(?: of)?|knock-?on|depends? on|hit)\b|\bif\b.*\b(?:{_FAILS})\b|"
    rf"\bwhat happens\b.*\b(?:{_FAILS})\b",
    re.IGNORECASE,
)
_WHAT_IF = re.compile(
    r"\b(?:what if|what would|how would|suppose|assume|would .* if|if we (?:raise|lower|cut|double|replace|buy)|"
    r"was (?:ist|wäre|passiert|geschieht)\s*,? (?:wenn|falls)|was\s*,? (?:wenn|falls)|angenommen)\b",
    re.IGNORECASE,
)
_LATE = re.compile(
    r"\b(?:late|delayed?)\b.*?\b(\d{1,4})\s*(day|week|month)s?|(\d{1,4})\s*(day|week|month)s?\s+late", re.IGNORECASE
)
_ABOUT = re.compile(r"(?:what|who|tell|show|was|wer)\b", re.IGNORECASE)
_TELLING = frozenset({"know", "tell", "show", "record", "is"})
_DAYS = {"day": 1, "week": 7, "month": 30}
_LISTED = 5


class Router:
    """Answers what an engine can answer exactly; what-if questions only where scenarios can be run."""

    def __init__(
        self, network: Network, reader: Reader, run_scenario: Runner | None = None,
        figures: Callable[[], Figures] | None = None,
    ) -> None:  # fmt: skip
        self._network = network
        self._reader = reader
        self._structural = Structural(network)
        self._measured = None if figures is None else Measured(network, figures)
        self._what_ifs = None if run_scenario is None else WhatIfs(network, run_scenario)

    def answer(self, ask: Ask, things: tuple[int, ...], base: Answer, valid_at: Held) -> Answer | None:
        """The answer of an engine; None where the question is none of theirs."""
        if things and _IMPACT.search(ask.text):
            return self._impact(ask, things, base, valid_at)
        if _WHAT_IF.search(ask.text):
            if self._what_ifs is not None:
                return self._what_ifs.answer(ask.text, base)
            note = "This asks what would be if something changed. That is worked out in a scenario, not looked up."
            return replace(base, notes=(note,))
        if len(things) == 1 and _ABOUT.match(ask.text) and not ask.classes and not set(ask.stems) - _TELLING:
            return self._known_of(things[0], base)
        if self._measured is None:
            return self._structural.answer(ask, things, base, valid_at)
        exact = self._measured.exact(ask, things, base, valid_at)
        if exact is not None and exact.known:
            return exact
        found = self._structural.answer(ask, things, base, valid_at)
        if found is None or found.kind is Kind.UNKNOWN:
            return exact or self._measured.answer(ask, things, base, valid_at) or found
        return found

    def _known_of(self, thing: int, base: Answer) -> Answer:
        """What its own records say of one thing."""
        network = self._network
        entity = network.entity(thing)
        fact = Fact(1, entity, fact_text(network, thing), network.records(network.snapshot.records(thing)))
        told = Statement(f"{fact.text}.", (1,))
        return replace(
            base, kind=Kind.STRUCTURE, statements=(told,), facts=(fact,), confidence=0.9,
            plan=f"what is recorded of {entity.title}",
        )  # fmt: skip

    def _impact(self, ask: Ask, things: tuple[int, ...], base: Answer, valid_at: Held) -> Answer:
        snapshot = self._network.snapshot
        days = _late_by(ask.text)
        starts = [Start(snapshot.entity_id(i), days=days) for i in things]
        own = {c for i in things for c in snapshot.classes(i)}
        held = {c for block in snapshot.blocks for c in block.classes}
        wanted = tuple(
            c
            for c, start, end in ask.classes
            if not any(n.start <= start and end <= n.end for n in ask.names)  # "Quick Parts" asks for no parts
            and not any(self._network.ontology.is_a(o, c) for o in own)
            and any(self._network.ontology.is_a(h, c) for h in held if h in self._network.ontology.classes)
        )
        semantics = Semantics.DELAYED if days is not None else Semantics.REACH
        found = impact(
            self._network, starts, semantics=semantics, filters=Filters(to=wanted, valid_at=valid_at), limit=_LISTED,
            paths=1, as_of=base.as_of,
        )  # fmt: skip
        facts = tuple(
            Fact(n, a.entity, f"{a.entity.kind[:1].upper()}{a.entity.kind[1:]} {a.entity.title}", a.records)
            for n, a in enumerate(found.affected, 1)
        )
        names = ", ".join(s.title for s in found.starts)
        told = Statement(f"{names}: {totals_text(found)}.", tuple(f.number for f in facts), derived=True)
        paths = tuple(p for a in found.affected for p in a.paths[:1])
        to = f", reporting {', '.join(wanted)}" if wanted else ""
        return replace(
            base, kind=Kind.IMPACT, statements=(told,), facts=facts, paths=paths, confidence=0.9,
            plan=f"what {names} affects in the sense {semantics.value}{f', {days} days late' if days else ''}{to}",
            notes=found.notes,
        )  # fmt: skip


def _late_by(text: str) -> float | None:
    match = _LATE.search(text)
    if match is None:
        return None
    number, unit = (match[1], match[2]) if match[1] else (match[3], match[4])
    return float(int(number) * _DAYS[unit.lower()])
