"""A question over structure as a plan: what is counted or listed, which things it hangs on, what must hold of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ontology.model import Datatype, Ontology, PropertyDef, Role
from reasoning.structure.periods import Period

Steps = tuple[Role, ...]
"""The way from the things asked for to others, role by role; empty: the things themselves."""
Operand = str | bool | int | float | Decimal | date


SETTLED = (
    "paid", "closed", "solved", "resolved", "completed", "done", "delivered", "settled", "cancelled", "bezahlt",
    "erledigt", "geschlossen", "storniert",
)  # fmt: skip
"""States that say that nothing is due any more, where no day is recorded."""


class Measure(StrEnum):
    """What is done with the things found."""

    LIST = "list"
    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    HIGHEST = "highest"
    LOWEST = "lowest"
    VALUE = "value"
    SHARE = "share"


EXTREMES = (Measure.HIGHEST, Measure.LOWEST)


class Comparison(StrEnum):
    """How a value is compared."""

    IS = "is"
    IS_NOT = "is not"
    ABOVE = "above"
    AT_LEAST = "at least"
    BELOW = "below"
    AT_MOST = "at most"
    WITHIN = "within"
    CONTAINS = "contains"
    RECORDED = "recorded"
    MISSING = "missing"
    LATE = "late"
    OVERDUE = "overdue"
    ON_TIME = "on time"


@dataclass(frozen=True, slots=True)
class Condition:
    """What a property must be, of the things themselves or of those that ``steps`` lead to.

    ``value`` is a decimal for numbers and money; for ``WITHIN`` ``value`` and ``until`` bound days ``[value, until)``,
    either may be None.
    """

    steps: Steps
    prop: PropertyDef
    comparison: Comparison
    value: Operand | None
    until: date | None = None
    done: PropertyDef | None = None
    """For ``LATE``, ``OVERDUE`` and ``ON_TIME``: the day on which it was done (or a state that says so); ``prop`` is
    when it was due."""
    off: PropertyDef | None = None
    """The day on which it was called off: such a thing is never late."""

    @property
    def words(self) -> str:
        """The condition in words."""
        if self.done is not None:
            return self._punctuality
        of = f" of its {_way(self.steps)}" if self.steps else ""
        label = self.prop.label
        if self.comparison in (Comparison.RECORDED, Comparison.MISSING):
            return f"{label}{of} is {'' if self.comparison is Comparison.RECORDED else 'not '}recorded"
        if self.comparison is Comparison.WITHIN:
            if self.value is None:
                return f"{label}{of} is before {self.until}"
            return f"{label}{of} is from {self.value}" + (f" until before {self.until}" if self.until else " on")
        if isinstance(self.value, bool):
            return f"{label}{of}: {'yes' if self.value else 'no'}"
        if self.comparison is Comparison.IS_NOT:
            return f"{label}{of} is not {self.value} (or not recorded)"
        if self.comparison is Comparison.CONTAINS:
            return f"{label}{of} has the word {str(self.value)!r}"
        value = f"{self.value:,}" if isinstance(self.value, int | Decimal) else str(self.value)
        unit = " days" if self.prop.unit == "DAY" else ""
        return f"{label}{of} is {'' if self.comparison is Comparison.IS else self.comparison.value + ' '}{value}{unit}"

    @property
    def _punctuality(self) -> str:
        assert self.done is not None
        of = f" (of its {_way(self.steps)})" if self.steps else ""
        due, done = f"{self.prop.label!r}", f"{self.done.label!r}"
        if self.done.datatype is Datatype.STRING:
            return f"{due} is before {self.value} and {done} is none of {', '.join(SETTLED)}{of}"
        off = f", and not {self.off.label}" if self.off is not None else ""
        match self.comparison:
            case Comparison.LATE:
                return f"{done} is after {due}, or missing and {due} is before {self.value}{off}{of}"
            case Comparison.OVERDUE:
                return f"{done} is missing and {due} is before {self.value}{off}{of}"
            case _:
                return f"{done} is not after {due}{of}"


@dataclass(frozen=True, slots=True)
class Tie:
    """The thing that ``steps`` must lead to (an entity's number), and what it is called."""

    steps: Steps
    entity: int
    title: str

    @property
    def words(self) -> str:
        """The tie in words."""
        return f"{_way(self.steps)} is {self.title}" if self.steps else f"it is {self.title}"


Part = Condition | Tie


@dataclass(frozen=True, slots=True)
class Many:
    """How many things ``steps`` must lead to of which ``conditions`` hold: customers with no open tickets."""

    steps: Steps
    comparison: Comparison
    number: Decimal
    conditions: tuple[Condition, ...] = ()

    def fits(self, count: int) -> bool:
        """Whether so many do."""
        return holds(Decimal(count), self.comparison, self.number)

    @property
    def words(self) -> str:
        """The condition in words."""
        kind = "exactly" if self.comparison is Comparison.IS else self.comparison.value
        held = f" where {' and '.join(c.words for c in self.conditions)}" if self.conditions else ""
        return f"the number of its {_way(self.steps)}{held} is {kind} {self.number:,f}"


@dataclass(frozen=True, slots=True)
class Level:
    """What a figure at the end of ``steps`` comes to in all (nothing there: 0), against another of the thing itself.

    A thing without that bound is never meant; neither is one whose own figure (no steps) is not recorded.
    """

    steps: Steps
    prop: PropertyDef
    comparison: Comparison
    against: PropertyDef

    @property
    def words(self) -> str:
        """The condition in words."""
        whose = f"the {self.prop.label} of its {_way(self.steps)} in all" if self.steps else f"its {self.prop.label}"
        return f"{whose} is {self.comparison.value} its {self.against.label}"


@dataclass(frozen=True, slots=True)
class Key:
    """By what things are counted: what ``steps`` lead to, or the values of a property there, days cut to a period."""

    steps: Steps = ()
    prop: PropertyDef | None = None
    period: Period | None = None

    @property
    def words(self) -> str:
        """The key in words."""
        of = f" of its {_way(self.steps)}" if self.steps else ""
        if self.prop is None:
            return _way(self.steps)
        return f"{self.period.value} of {self.prop.label}{of}" if self.period is not None else f"{self.prop.label}{of}"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the records of the things lie: what their ids begin with, and how that is said."""

    prefix: str
    title: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What to find, and what to make of it."""

    target: str
    measure: Measure
    prop: PropertyDef | None = None
    """What is added up, compared or told."""
    ties: tuple[Tie, ...] = ()
    conditions: tuple[Condition, ...] = ()
    limit: int | None = None
    more: tuple[PropertyDef, ...] = ()
    """Further properties that are told."""
    keys: tuple[Key, ...] = ()
    """By what it is counted or added up."""
    smallest: bool = False
    """Groups are told from the smallest on."""
    averaged: bool = False
    """Of what the groups come to, the mean is told."""
    among: tuple[int, ...] = ()
    """Only these entities are compared or told."""
    among_titles: tuple[str, ...] = ()
    through_parts: bool = False
    """What is said of a thing also counts for what it is made of (over relations that never lead in a circle)."""
    either: tuple[tuple[Part, ...], ...] = ()
    """Of each of these groups one holds."""
    each: tuple[tuple[Tie, ...], ...] = ()
    """Of each of these groups all hold, each over a way of its own: who bought one thing and another."""
    lacking: tuple[Steps, ...] = ()
    """Nothing is at the end of these ways."""
    having: tuple[Steps, ...] = ()
    """Something is at the end of these ways."""
    many: tuple[Many, ...] = ()
    """So many things are at the end of these ways."""
    levels: tuple[Level, ...] = ()
    """So much is at the end of these ways."""
    compared: tuple[int, ...] = ()
    """Groups are told for these things only, and for each of them."""
    base: Plan | None = None
    """For a share: what it is a share of."""
    shares: bool = False
    """Each group is also told as a share of all."""
    origins: tuple[Origin, ...] = ()
    """Only things that a record of each of these describes."""
    taken_as: str = ""
    """How a word of the question was taken that could mean something else (*best*)."""

    @property
    def _extreme(self) -> str:
        if self.prop is None or self.prop.datatype not in (Datatype.DATE, Datatype.DATETIME):
            return self.measure.value
        return "latest" if self.measure is Measure.HIGHEST else "earliest"

    def words(self, ontology: Ontology) -> str:
        """The plan as a person reads it."""
        definition = ontology.classes[self.target]
        told = " and ".join(p.label for p in (self.prop, *self.more) if p is not None)
        of = f"{told} of " if told else ""
        match self.measure:
            case Measure.COUNT:
                begin = f"the number of {definition.plural}"
            case Measure.SUM:
                begin = f"the sum of {of}{definition.plural}"
            case Measure.MEAN:
                begin = f"the mean {of}{definition.plural}"
            case Measure.HIGHEST | Measure.LOWEST:
                number = f"the {self.limit} " if self.limit and self.limit > 1 else "the "
                named = definition.plural if self.limit and self.limit > 1 else definition.label
                label = self.prop.label if self.prop is not None else "value"
                begin = f"{number}{named} with the {self._extreme} {label}"
            case Measure.VALUE:
                begin = f"{of}{definition.plural}"
            case Measure.SHARE:
                begin = f"the share of {f'the {told} of ' if told else ''}{definition.plural}"
            case _:
                begin = f"all {definition.plural}"
        held = [*(t.words for t in self.ties), *(c.words for c in self.conditions)]
        held += [_any_of(group) for group in self.either]
        held += [" and ".join(t.words for t in group) for group in self.each]
        held += [f"there is no {_way(steps)}" for steps in self.lacking]
        held += [f"there is something in {_way(steps)}" for steps in self.having]
        held += [m.words for m in self.many]
        held += [level.words for level in self.levels]
        held += [f"it is recorded in {origin.title}" for origin in self.origins]
        by = f", by {' and '.join(k.words for k in self.keys)}" if self.keys else ""
        by += ", the smallest first" if self.keys and self.smallest else ""
        by += " (the mean of the groups)" if self.averaged else ""
        by += ", each as a share of all" if self.shares else ""
        by += " (or of something that it is part of)" if self.through_parts else ""
        if self.among_titles:
            begin += f" among {' and '.join(self.among_titles)}"
        among = f", among {self.base.words(ontology)}" if self.base is not None else ""
        return begin + (f" where {' and '.join(held)}" if held else "") + by + among


def holds(number: Decimal, comparison: Comparison, bound: Decimal) -> bool:
    """Whether a number is as a comparison says."""
    match comparison:
        case Comparison.ABOVE:
            return number > bound
        case Comparison.AT_LEAST:
            return number >= bound
        case Comparison.BELOW:
            return number < bound
        case Comparison.AT_MOST:
            return number <= bound
        case _:
            return number == bound


def is_functional(steps: Steps) -> bool:
    """Whether a way leads to at most one thing."""
    return all(r.relation.inverse_functional if r.inverse else r.relation.functional for r in steps)


def _way(steps: Steps) -> str:
    return " → ".join(step.name.replace("_", " ") for step in steps)


def _any_of(group: tuple[Part, ...]) -> str:
    """``customer is A or B``; whole conditions where they say different things."""
    first, *rest = (p.words for p in group)
    lead = first.rpartition(" is ")[0] + " is "
    if len({type(p) for p in group}) == 1 and " is " in first and all(r.startswith(lead) for r in rest):
        return " or ".join((first, *(r.removeprefix(lead) for r in rest)))
    return f"({' or '.join((first, *rest))})"
