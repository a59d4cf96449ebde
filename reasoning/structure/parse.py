"""From a question to plans: what it counts or lists, the things and conditions it names, in the ontology's own words.

A plan is only made when every word of the question that says something is accounted for: what is left over means that
the question was not understood, and it goes to the texts instead. Several plans are several readings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ontology.model import Datatype
from reasoning.network import Network
from reasoning.structure.filler import AMOUNTS, DOERS, TOTALS
from reasoning.structure.grouping import MOST, WORTH
from reasoning.structure.idioms import idioms
from reasoning.structure.naming import VERSUS
from reasoning.structure.origins import Origins
from reasoning.structure.plan import Measure, Plan, is_functional
from reasoning.structure.reading import ReadingOf
from reasoning.structure.shares import SAYS_SHARE, SHARE
from reasoning.structure.taking import Draft, Question, beside
from reasoning.structure.telling import PRICES
from reasoning.structure.ways import Ways
from reasoning.structure.words import comparisons, is_at, is_telling, place_of, property_keys, tokens

_READINGS = 4
_ADDING = (Measure.SUM, Measure.SHARE)
ELSEWHERE = (-1, -1)
"""Where the class of a draft stands that no word of the question names: it has what is asked for."""
_ADJECTIVES = 24  # characters between *most* and the class that is counted
_SUPERLATIVE = r"(?:am\s+)?(?:{0})(?:e[nrs]?|en)?"
_MEASURES: tuple[tuple[Measure, str], ...] = (
    (
        Measure.SHARE,
        SAYS_SHARE,
    ),
    (
        Measure.COUNT,
        r"how many|number of|count(?: of)?|wie viele|wieviele|anzahl(?: der)?",
    ),
    (
        Measure.HIGHEST,
        r"most expensive|highest|largest|biggest|greatest|longest|latest|newest|most recent|top|maximum|dearest|last|"
        + _SUPERLATIVE.format("teuerst|höchst|größt|längst|neuest|spätest|letzt"),
    ),
    (
        Measure.LOWEST,
        r"cheapest|lowest|smallest|shortest|earliest|oldest|first|minimum|least expensive|"
        + _SUPERLATIVE.format("billigst|günstigst|niedrigst|kleinst|kürzest|ältest|frühest|erst"),
    ),
    (Measure.MEAN, r"average|mean|on average|durchschnittlich(?:e[nrs]?)?|im durchschnitt|durchschnitt(?: der)?"),
    (Measure.SUM, r"(?:in )?total(?: of)?|sum(?: of)?|how much|altogether|summe(?: der)?|wie viel|wieviel"),
)
_BETWEEN: tuple[tuple[Measure, str], ...] = (
    (
        Measure.HIGHEST,
        r"more expensive|dearer|higher|larger|longer|later|heavier|bigger|more|"
        r"teurer|höher|größer|länger|später|schwerer",
    ),
    (
        Measure.LOWEST,
        r"cheaper|lower|smaller|shorter|earlier|lighter|less|sooner|billiger|günstiger|niedriger|kleiner|kürzer|früher",
    ),
)
_ASKING = re.compile(
    r"^(?:which|what|who|whose|list(?! price)|show(?: me)?|give me|name|tell me|find|are there|is there|"
    r"do we have|compare|when|how long|welche[rsnm]?|zeige?(?: mir)?|nenne?(?: mir)?|gib mir|liste|wer|wem|wann|was|"
    r"wie (?:hoch|lange|teuer|gross|groß) (?:ist|sind|war)|gibt es|vergleiche?)\b",
    re.IGNORECASE,
)
MAY = re.compile(r"\b(?:can|may|must|should|could|shall|allowed|possible|have to|has to|darf|kann|muss)\b")
_QUANTITY = re.compile(
    r"(?:how many|how much|number of|total|sum|average|count|what (?:share|percentage)|wie viele?|anzahl|summe|"
    r"anteil)\b",
    re.IGNORECASE,
)
_WHO = re.compile(r"^(?:who|whom|which (?:company|person|people)|wer|wem)\b", re.IGNORECASE)
_ASKED_FOR = re.compile(
    r"^(?:(?:in|an|on|from|aus)\s+)?(?:who|whom|which|what|wer|wem|welche[rsnm]?)\b|^(?:the\s+)?month|^(?:the\s+)?year",
    re.IGNORECASE,
)
_NUMBERS = (Datatype.INTEGER, Datatype.DECIMAL, Datatype.FLOAT)
_OF_OTHERS = (Measure.HIGHEST, Measure.LOWEST, Measure.MEAN)
_CHOOSES = re.compile(r"\b(?:which|what|whose|welche[rsnm]?)\s+$", re.IGNORECASE)
_ADDED = re.compile(r"\b(?:total|sum|revenue|turnover|value|summe|umsatz|wert)\b", re.IGNORECASE)


def _is_compound(text: str, first: tuple[str, int, int], further: tuple[str, int, int]) -> bool:
    """``shop orders``, ``customer tickets``: the last noun is asked for; *customers ordered* is none."""
    noun, behind = text[first[1] : first[2]].lower(), text[further[1] : further[2]].lower()
    if first[2] > further[1] or text[first[2] : further[1]].strip() or noun.endswith("s") or behind.endswith("ed"):
        return False
    return _CHOOSES.search(text[: first[1]]) is None


class Parser:
    """Plans for questions, with the words of one network."""

    def __init__(self, network: Network) -> None:
        self._snapshot = network.snapshot
        self._ontology = network.ontology
        self.ways = Ways(network)
        self._origins = Origins(network, self.ways)

    def plan(self, question: Question, draft: Draft) -> Plan | None:
        """The plan of one draft, if every word of the question has a place in it."""
        return ReadingOf(self.ways, question, draft).plan()

    def plans(self, question: Question) -> tuple[tuple[Plan, ...], tuple[str, ...]]:
        """The readings of a question, likeliest first, and the words that the likeliest one could not place.

        No plan: it is no question over structure, or was not understood as one. No words either: it is none.
        """
        question = self._origins.found(question)
        found: list[Plan] = []
        idiom = False
        left: tuple[str, ...] = ()
        for draft in self._drafts(question):
            if idiom:
                break  # what the idiom means is what was asked
            if found and draft.measure in _ADDING and draft.target == "OrderLine" and found[0].target == "Order":
                break  # the orders themselves add up
            if found and (draft.measure is Measure.VALUE or draft.named == ELSEWHERE):
                break  # what is asked is a class of things, not a value of the one named
            reading = ReadingOf(self.ways, question, draft)
            plan = reading.plan()
            if plan is not None and plan not in found:
                found.append(plan)
                idiom = draft.given is not None
            elif plan is None and not left:
                left = reading.left
        return tuple(found[:_READINGS]), left

    def _drafts(self, question: Question) -> Iterator[Draft]:
        """What a reading may begin with, likeliest first."""
        text = question.text
        yield from idioms(self.ways, question)
        if most := tuple(self._most(question)):
            yield from most
            return
        if MAY.search(text) and not _QUANTITY.match(text):
            return  # what may or must be done is a matter of policies
        if worth := tuple(self._worth(question)):
            yield from worth
            return
        if versus := tuple(self._versus(question)):
            yield from versus
            return
        measure, at = Measure.LIST, (0, 0)
        held = [(s.start, s.stop) for s in question.spans] + [(s, e) for _, s, e in question.things]
        for kind, words in (*(_BETWEEN if len(question.things) > 1 else ()), *_MEASURES):
            match = re.search(rf"(?<!\w)(?:{words})(?!\w)", text, re.IGNORECASE)
            if match is None or any(match.start() < e and s < match.end() for s, e in held):
                continue
            if match[0].lower() != "total" or not any(c[2] <= match.start() for c in question.classes):
                measure, at = kind, match.span()
                break
        else:
            asking = _ASKING.match(text)
            if asking is not None:
                at = asking.span()
        named = [c for c in question.classes if self.ways.occurs(c[0]) and not beside(self.ways, c, question)]
        behind = [c for c in named if c[1] >= at[0]]
        first = (behind or named)[:1]
        for further in behind or named:
            if _is_compound(text, first[0], further):
                first = [further]
        for name, start, end in (c for c in (behind or named) if first[0][1:] == c[1:]):
            if measure is Measure.LIST and self._says_amount(question, name, end):
                if not any(self._snapshot.is_a(entity, name) for entity, _, _ in question.things):
                    yield Draft(Measure.SUM, name, at, (start, end))
                continue
            yield Draft(measure, name, at, (start, end))  # a word may mean several classes
        if measure in _OF_OTHERS:
            yield from self._elsewhere(question, measure, at, [c[0] for c in first])
        yield from self._who(question, measure)
        # "the price of OTT-550", "when was #1084 shipped": a value of a thing that is named
        for entity, start, end in question.things[:1]:
            for name in self._snapshot.classes(entity):
                if measure in (Measure.HIGHEST, Measure.LOWEST) and len(question.things) > 1:
                    yield Draft(measure, name, at, (start, end))
                elif measure is Measure.LIST:
                    yield Draft(Measure.VALUE, name, at, (start, end))

    def _says_amount(self, question: Question, name: str, end: int) -> bool:
        """``order value of Acme``: what things are worth, right behind what they are called."""
        behind = [w for w in tokens(question.text) if w.start >= end][:2]
        amount = self.ways.amount(name)
        if amount is None or not behind or question.text[end : behind[0].start].strip() or comparisons(question.text):
            return False
        return behind[0].word in AMOUNTS | TOTALS or any(is_at(key, behind, 0) for key in property_keys(amount))

    def _elsewhere(
        self, question: Question, measure: Measure, at: tuple[int, int], named: Sequence[str]
    ) -> Iterator[Draft]:
        """``the longest lead time of the suppliers of …``: that of what stands between, which has such a property."""
        words = tokens(question.text)
        things = [name for entity, _, _ in question.things for name in self._snapshot.classes(entity)]
        for start in (*named, *things):
            for role in self.ways.roles(start):
                if role.target in (*named, *things) or not self.ways.occurs(role.target):
                    continue
                if start in named and self._is_priced_there(question, start, role.target):
                    yield Draft(measure, role.target, at, ELSEWHERE)
                    return
                for prop in self._ontology.classes[role.target].properties.values():
                    if prop.datatype in _NUMBERS and any(
                        is_telling(key) and place_of(key, words) is not None for key in property_keys(prop)
                    ):
                        yield Draft(measure, role.target, at, ELSEWHERE)
                        return

    def _is_priced_there(self, question: Question, named: str, other: str) -> bool:
        """``cheapest supplier``: what has no price of its own is compared by the prices of what it offers."""
        price = self.ways.amount(other)
        own = self._ontology.classes[named].amount is not None or self.ways.amount(named) is not None
        priced = price is not None and price.name.endswith("price")
        back = any(is_functional(way) for way in self.ways.ways(other, named))
        return not own and priced and back and bool(PRICES & {w.word for w in tokens(question.text)})

    def _most(self, question: Question) -> Iterator[Draft]:
        """``which customer has the most orders``: orders are counted by customer."""
        match = MOST.search(question.text)
        if match is None:
            return
        behind = [c for c in question.classes if 0 <= c[1] - match.end() <= _ADJECTIVES and self.ways.occurs(c[0])]
        if behind and (_ASKED_FOR.match(question.text) or any(c[2] <= match.start() for c in question.classes)):
            yield Draft(Measure.COUNT, behind[0][0], match.span(), behind[0][1:])

    def _worth(self, question: Question) -> Iterator[Draft]:
        """``revenue by customer``, ``top 5 products by revenue``: what orders are worth."""
        match = WORTH.search(question.text)
        share = SHARE.search(question.text)
        if match is None or (len(question.things) > 1 and share is None):
            return
        measure, at = (Measure.SUM, match.span()) if share is None else (Measure.SHARE, share.span())
        order = next((c for c in question.classes if c[0] == "Order"), None)
        if order is not None and order[1] < match.end():
            return  # "orders with a revenue above …"
        for name in ("Order", "OrderLine"):  # what is asked by product is what its lines are worth
            if self.ways.occurs(name):
                yield Draft(measure, name, at, order[1:] if order is not None and name == "Order" else match.span())

    def _versus(self, question: Question) -> Iterator[Draft]:
        """``who has more orders, Acme or Braun``: orders are counted (or added up) for each of the two."""
        match = VERSUS.search(question.text)
        if match is None or len(question.things) < 2:
            return
        classes = [self._snapshot.classes(e) for e, _, _ in question.things]
        for name, start, end in question.classes:
            known = self.ways.occurs(name) and not beside(self.ways, (name, start, end), question)
            if not known or any(name in own for own in classes) or len(set(classes)) > 1:
                continue
            added = _ADDED.search(question.text)
            yield (
                Draft(Measure.COUNT, name, match.span(), (start, end))
                if added is None
                else Draft(Measure.SUM, name, added.span(), (start, end))
            )

    def _who(self, question: Question, measure: Measure) -> Iterator[Draft]:
        """``who supplies …``: the class of people or companies that the verb speaks of."""
        asked = _WHO.match(question.text)
        if asked is None or measure is not Measure.LIST:
            return
        said = {w.word for w in tokens(question.text)}
        for name, verbs in DOERS.items():
            if said & set(verbs.split()) and name in self._ontology.classes and self.ways.occurs(name):
                yield Draft(Measure.LIST, name, asked.span(), (0, 0))
