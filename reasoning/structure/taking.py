"""The words of a question as they are taken for a plan, and what of the ontology the plan can speak of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ontology.model import PropertyDef
from reasoning.structure.dates import Span
from reasoning.structure.filler import DENIALS
from reasoning.structure.plan import Condition, Key, Level, Many, Measure, Origin, Part, Steps, Tie
from reasoning.structure.ways import Ways
from reasoning.structure.words import Token, tokens

Place = tuple[int, int]
"""Characters of the question, ``[start, end)``."""


@dataclass(frozen=True, slots=True)
class Given:
    """Parts of a plan that an idiom stands for (*owes us*, *best*), and the characters that say it."""

    prop: PropertyDef | None = None
    conditions: tuple[Condition, ...] = ()
    keys: tuple[Key, ...] = ()
    limit: int | None = None
    smallest: bool = False
    ranked_at: int | None = None
    """What stands before this character is what is counted by, the largest first."""
    places: tuple[Place, ...] = ()
    taken_as: str = ""
    """How the idiom was taken, where it could mean something else; told with the answer."""
    way: Steps = ()
    """How the things asked for hang on the one that is named."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reading begins with: measure, class of the things asked for, and the characters that say both."""

    measure: Measure
    target: str
    measured: Place
    named: Place
    given: Given | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What parsing needs of a question that was read."""

    text: str
    things: tuple[tuple[int, int, int], ...]
    """(entity, start, end) of the things it names."""
    classes: tuple[tuple[str, int, int], ...]
    spans: tuple[Span, ...]
    today: date = date.max
    """What is due before it and not done is late."""
    phrases: tuple[tuple[str, int, int], ...] = ()
    """What several things' names begin with or hold."""
    origins: tuple[tuple[Origin, int, int], ...] = ()
    """Sources and their tables, where words of the question are called like them."""


def beside(ways: Ways, class_: tuple[str, int, int], question: Question) -> bool:
    """Whether a class only says what the thing beside it is: ``order #1617``."""
    name, start, end = class_
    return any(
        (0 <= first - end <= 2 or 0 <= start - last <= 2) and ways.snapshot.is_a(entity, name)
        for entity, first, last in question.things
    )


class Taking:
    """What one reading has taken so far; parts of a plan are added word by word."""

    def __init__(self, ways: Ways, question: Question, draft: Draft) -> None:
        self.ways, self.question = ways, question
        self.ontology, self.snapshot = ways.ontology, ways.snapshot
        self.measure, self.target = draft.measure, draft.target
        self.measured = draft.measured
        """Characters that say what is made of the things."""
        self.named = draft.named
        """Characters that say which things."""
        self.given = draft.given or Given()
        self.words = tokens(question.text)
        self.taken = [False] * len(self.words)
        for place in (self.measured, self.named, *self.given.places):
            self.take(*place)
        for near in question.classes:
            if beside(ways, near, question):
                self.take(*near[1:])
        self.ties: list[Tie] = []
        self.conditions: list[Condition] = list(self.given.conditions)
        self.prop: PropertyDef | None = self.given.prop
        self.limit: int | None = self.given.limit
        self.keys: list[Key] = list(self.given.keys)
        self.smallest, self.shares, self.averaged = self.given.smallest, False, False
        self.origins: list[Origin] = []
        self.among: list[int] = []
        self.more: list[PropertyDef] = []
        self.among_at: list[tuple[int, int]] = []
        """Characters that name the things compared."""
        self.compared: list[int] = []
        """Things for each of which it is counted or added up."""
        self.either: list[tuple[Part, ...]] = []
        self.each: list[tuple[Tie, ...]] = []
        self.lacking: list[Steps] = []
        self.having: list[Steps] = []
        self.many: list[Many] = []
        self.levels: list[Level] = []
        self.many_at: list[tuple[str, int]] = []
        """The class that each of these counts, and where its words end."""
        self.spent: list[Span] = []
        """Days that are said of something else than the things asked for."""
        self.placed: list[tuple[Part, int, int]] = []
        """Ties and conditions with the characters that say them."""
        self.left: tuple[str, ...] = ()
        """Words that could not be placed."""

    def take(self, start: int, end: int) -> None:
        """These characters are accounted for."""
        for i, word in enumerate(self.words):
            if start <= word.start and word.end <= end:
                self.taken[i] = True

    def tie(self, steps: Steps, entity: int, start: int, end: int) -> None:
        """The things asked for are tied to one that the question names."""
        found = Tie(steps, entity, self.snapshot.title(entity))
        self.ties.append(found)
        self.placed.append((found, start, end))

    def hold(self, condition: Condition, start: int, end: int) -> None:
        """This must hold, as these characters say."""
        self.conditions.append(condition)
        self.placed.append((condition, start, end))

    def denied(self, word: Token) -> Token | None:
        """The word right before one that turns it around, unless that is taken for something else."""
        place = self.words.index(word)
        before = self.words[place - 1] if place else None
        denies = before is not None and before.word in DENIALS and not self.taken[place - 1]
        return before if denies else None

    def free(self) -> list[Token]:
        """Words that are not accounted for."""
        return [w for w, t in zip(self.words, self.taken, strict=True) if not t]

    def left_free(self, start: int, end: int) -> bool:
        """Whether all words between two characters are still to be accounted for."""
        return not any(t for w, t in zip(self.words, self.taken, strict=True) if start <= w.start and w.end <= end)

    def places(self, *, beside: bool = True) -> list[tuple[Steps, str]]:
        """Where a property may be: at the things asked for, on the ways to those named, (``beside``) a role away."""
        found: list[tuple[Steps, str]] = [((), self.target)]
        for tie in self.ties:
            for length in range(1, len(tie.steps)):
                found.append((tie.steps[:length], tie.steps[length - 1].target))
        for condition in self.conditions:
            for length in range(1, len(condition.steps)):
                found.append((condition.steps[:length], condition.steps[length - 1].target))
        if beside:
            found += [((role,), role.target) for role in self.ways.roles(self.target) if self.ways.occurs(role.target)]
        return list({(tuple((r.relation.name, r.inverse) for r in s), c): (s, c) for s, c in found}.values())

    def properties(self, class_name: str) -> list[PropertyDef]:
        """Properties of a class that occur, by name."""
        return self.ways.properties(class_name)

    def filled(self, class_name: str) -> frozenset[str]:
        """Properties of a class that any of its things has."""
        return self.ways.filled(class_name)

    def amount(self) -> PropertyDef | None:
        """The money that a thing of the class asked for is worth."""
        return self.ways.amount(self.target)
