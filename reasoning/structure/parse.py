"""From a question to plans: what it counts or lists, the things and conditions it names, in the ontology's own words.

A plan is only made when every word of the question that says something is accounted for: what is left over means that
the question was not understood, and it goes to the texts instead. Several plans are several readings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reasoning.network import Network
from reasoning.structure.filler import DOERS
from reasoning.structure.plan import Measure, Plan
from reasoning.structure.reading import MOST, ReadingOf
from reasoning.structure.taking import Draft, Question, beside
from reasoning.structure.ways import Ways

_READINGS = 4
_MEASURES: tuple[tuple[Measure, str], ...] = (
    (Measure.COUNT, r"how many|number of|count(?: of)?|wie viele|anzahl(?: der)?"),
    (
        Measure.HIGHEST,
        r"most expensive|highest|largest|biggest|greatest|longest|latest|newest|most recent|top|maximum|dearest|last",
    ),
    (Measure.LOWEST, r"cheapest|lowest|smallest|shortest|earliest|oldest|first|minimum|least expensive"),
    (Measure.MEAN, r"average|mean|on average|durchschnittliche?r?"),
    (Measure.SUM, r"(?:in )?total(?: of)?|sum(?: of)?|how much|altogether|summe(?: der)?|wie viel"),
)
_BETWEEN: tuple[tuple[Measure, str], ...] = (
    (Measure.HIGHEST, r"more expensive|dearer|higher|larger|longer|later|heavier|bigger|more"),
    (Measure.LOWEST, r"cheaper|lower|smaller|shorter|earlier|lighter|less|sooner"),
)
_ASKING = re.compile(
    r"^(?:which|what|who|whose|list(?! price)|show(?: me)?|give me|name|tell me|find|are there|is there|do we have|"
    r"when|how long|welche[rs]?|zeige?|nenne|wer|wann|was)\b",
    re.IGNORECASE,
)
_MAY = re.compile(r"\b(?:can|may|must|should|could|shall|allowed|possible|have to|has to|darf|kann|muss)\b")
_QUANTITY = re.compile(r"(?:how many|how much|number of|total|sum|average|count)\b", re.IGNORECASE)
_WHO = re.compile(
    r"^(?:who|whom|which (?:company|person|people)|wer)\s+(?:has |have |is |are |else )*(\w+)", re.IGNORECASE
)


class Parser:
    """Plans for questions, with the words of one network."""

    def __init__(self, network: Network) -> None:
        self._snapshot = network.snapshot
        self._ontology = network.ontology
        self._ways = Ways(network)

    def plans(self, question: Question) -> tuple[tuple[Plan, ...], tuple[str, ...]]:
        """The readings of a question, likeliest first, and the words that the likeliest one could not place.

        No plan: it is no question over structure, or was not understood as one. No words either: it is none.
        """
        found: list[Plan] = []
        left: tuple[str, ...] = ()
        for draft in self._drafts(question):
            if found and draft[0] is Measure.VALUE:
                break  # what is asked is a class of things, not a value of the one named
            reading = ReadingOf(self._ways, question, draft)
            plan = reading.plan()
            if plan is not None and plan not in found:
                found.append(plan)
            elif plan is None and not left:
                left = reading.left
        return tuple(found[:_READINGS]), left

    def _drafts(self, question: Question) -> Iterator[Draft]:
        """(measure, target class, where the measure stands, where the class stands)."""
        text = question.text
        yield from self._most(question)
        if _MAY.search(text) and not _QUANTITY.match(text):
            return  # what may or must be done is a matter of policies
        measure, at = Measure.LIST, (0, 0)
        for kind, words in (*(_BETWEEN if len(question.things) > 1 else ()), *_MEASURES):
            match = re.search(rf"(?<!\w)(?:{words})(?!\w)", text, re.IGNORECASE)
            if match is None or any(match.start() < s.stop and s.start < match.end() for s in question.spans):
                continue
            if match[0].lower() != "total" or not any(c[2] <= match.start() for c in question.classes):
                measure, at = kind, match.span()
                break
        else:
            asking = _ASKING.match(text)
            if asking is not None:
                at = asking.span()
        named = [c for c in question.classes if self._ways.occurs(c[0]) and not beside(self._ways, c, question)]
        behind = [c for c in named if c[1] >= at[0]]
        for name, start, end in (behind or named)[:1]:
            yield measure, name, at, (start, end)
        yield from self._who(question, measure)
        # "the price of OTT-550", "when was #1084 shipped": a value of a thing that is named
        for entity, start, end in question.things[:1]:
            for name in self._snapshot.classes(entity):
                if measure in (Measure.HIGHEST, Measure.LOWEST) and len(question.things) > 1:
                    yield measure, name, at, (start, end)
                elif measure is Measure.LIST:
                    yield Measure.VALUE, name, at, (start, end)

    def _most(self, question: Question) -> Iterator[Draft]:
        """``which customer has the most orders``: orders are counted by customer."""
        match = MOST.search(question.text)
        if match is None:
            return
        before = [c for c in question.classes if c[2] <= match.start()]
        behind = [c for c in question.classes if c[1] == match.end()]
        if before and behind and self._ways.occurs(before[0][0]) and self._ways.occurs(behind[0][0]):
            yield Measure.COUNT, behind[0][0], match.span(), behind[0][1:]

    def _who(self, question: Question, measure: Measure) -> Iterator[Draft]:
        """``who supplies …``: the class of people or companies that the verb speaks of."""
        match = _WHO.match(question.text)
        if match is None or measure is not Measure.LIST or not question.things:
            return
        for name, verbs in DOERS.items():
            if match[1].lower() in verbs.split() and name in self._ontology.classes and self._ways.occurs(name):
                yield Measure.LIST, name, (0, match.end()), (0, 0)
