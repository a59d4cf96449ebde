"""What a scenario is made of. Frozen; a scenario's id is the hash of what it says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from ontology.errors import KnockonError, Where
from ontology.ids import content_hash
from ontology.located import Problem, in_order

FORMAT = 1
"""Version of the file format."""
DRAWS = 1000
MOST_DRAWS = 100_000


class ScenarioError(KnockonError):
    """A scenario cannot be read, or names what is not there; ``problems`` lists everything that is wrong."""

    code = "scenario"
    http_status = 422
    exit_code = 2

    def __init__(self, what: str, *, where: Where | str | None = None, do: str = "") -> None:
        self.problems: tuple[Problem, ...] = ()
        super().__init__(what, where=where, do=do)

    @classmethod
    def of(cls, problems: tuple[Problem, ...]) -> ScenarioError:
        """One error for several problems, in file and line order."""
        ordered = in_order(problems)
        first = ordered[0]
        if len(ordered) == 1:
            made = cls(first.what, where=first.where, do=first.do)
        else:
            made = cls(f"{len(ordered)} problems in the scenario:" + "".join(f"\n  {p}" for p in ordered))
        made.problems = ordered
        return made


class Test(StrEnum):
    """How a condition compares."""

    __test__ = False  # no test class, though its name begins so

    IS = "is"
    NOT = "not"
    IN = "in"
    ABOVE = "above"
    BELOW = "below"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a selection: ``path`` leads over roles to a property or (with IS, NOT, IN) to a thing."""

    path: str
    test: Test
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A thing as it was called, and the id that it turned out to be."""

    text: str
    id: str | None = None

    @property
    def key(self) -> str:
        """What finds it: the id if it is known, otherwise the name."""
        return self.id or self.text


@dataclass(frozen=True, slots=True)
class Names:
    """Things by name."""

    names: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Every member of a class that meets all conditions, in the base."""

    class_name: str
    where: tuple[Condition, ...] = ()


Target = Names | Selection


class Shape(StrEnum):
    """Families of distributions."""

    UNIFORM = "uniform"  # low, high
    TRIANGULAR = "triangular"  # low, most likely, high
    NORMAL = "normal"  # mean, standard deviation
    LOGNORMAL = "lognormal"  # median, spread: 95 % lie within median / spread² … median · spread²
    CHOICE = "choice"  # value, weight, value, weight …


@dataclass(frozen=True, slots=True)
class Distribution:
    """A value that is not certain."""

    shape: Shape
    parameters: tuple[Decimal, ...]
    together: bool = False
    """One draw for all things it is used for, in place of one for each."""


class Op(StrEnum):
    """What is done to a value."""

    SET = "set"
    SCALE = "scale"
    SHIFT = "shift"


@dataclass(frozen=True, slots=True)
class Change:
    """A value of some things is set, multiplied or shifted. ``role.property`` is a property of relations."""

    op: Op
    name: str
    of: Target
    amount: str | Decimal | Distribution | None
    """SET: what a person would type (None: the value is taken away); SCALE: a factor; SHIFT: an amount or days."""
    at: Where | None = field(default=None, compare=False)
    kind: ClassVar[str] = "change"


@dataclass(frozen=True, slots=True)
class Delay:
    """What comes from things is late by some days: the nearest date or lead time is shifted."""

    of: Target
    days: Decimal | Distribution
    at: Where | None = field(default=None, compare=False)
    kind: ClassVar[str] = "delay"


@dataclass(frozen=True, slots=True)
class Fail:
    """Things fail for some days (None: until further notice), beginning after some."""

    of: Target
    days: Decimal | Distribution | None = None
    after: Decimal = Decimal(0)
    severity: Decimal = Decimal(1)
    at: Where | None = field(default=None, compare=False)
    kind: ClassVar[str] = "fail"


@dataclass(frozen=True, slots=True)
class Replace:
    """One thing takes the place of another in relations, for all or for some of the things related to it."""

    old: Named
    new: Named
    role: str | None = None
    """Only relations that the things at the other end call so."""
    among: Target | None = None
    """Only for these things at the other end."""
    at: Where | None = field(default=None, compare=False)
    kind: ClassVar[str] = "replace"


@dataclass(frozen=True, slots=True)
class Remove:
    """Things go, with all their relations."""

    of: Target
    at: Where | None = field(default=None, compare=False)
    kind: ClassVar[str] = "remove"


@dataclass(frozen=True, slots=True)
class Add:
    """A new thing; other interventions call it by ``key``."""

    key: str
    class_name: str
    values: tuple[tuple[str, str], ...] = ()
    """Property → what a person would type."""
    links: tuple[tuple[str, tuple[Named, ...]], ...] = ()
    """Role → things."""
    at: Where | None = field(default=None, compare=False)
    kind: ClassVar[str] = "add"


@dataclass(frozen=True, slots=True)
class Connect:
    """A new relation from each of some things to another."""

    of: Target
    role: str
    to: Named
    values: tuple[tuple[str, str], ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    at: Where | None = field(default=None, compare=False)
    kind: ClassVar[str] = "connect"


@dataclass(frozen=True, slots=True)
class Disconnect:
    """Relations of some things go: all of a role, or those to one thing."""

    of: Target
    role: str
    to: Named | None = None
    at: Where | None = field(default=None, compare=False)
    kind: ClassVar[str] = "disconnect"


Intervention = Change | Delay | Fail | Replace | Remove | Add | Connect | Disconnect


@dataclass(frozen=True, slots=True)
class Question:
    """What is reported of a run."""

    measures: tuple[str, ...] = ()
    """Empty: all that change."""
    to: tuple[str, ...] = ()
    """Impact: only these classes."""
    semantics: str | None = None
    """Impact: in which sense; None: ``delayed`` where durations are given, otherwise ``requires``."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Ordered interventions on a base version of the graph."""

    name: str
    interventions: tuple[Intervention, ...]
    because: str = ""
    author: str = ""
    as_of: date | None = None
    """The day that everything is counted from; None: the day it is run."""
    valid_at: str | None = None
    """Relations that held on that day (ISO) or ``any``; None: on ``as_of``."""
    seed: int | None = None
    seed_chosen: bool = False
    """Whether knockon chose the seed, since the file gave none."""
    draws: int = DRAWS
    ask: Question = Question()
    base: int | None = None
    """Graph version it was made on."""
    parent: str | None = None
    """Id of the scenario that it was rebased from."""
    view: str = ""
    """Digest of what was hidden from whoever made it; empty: nothing. Its names and figures are of that view."""

    @property
    def id(self) -> str:
        """``s_`` + 16 hex digits of sha256 over what it says (author and reason are not part of it)."""
        from reasoning.scenarios.wire import content_json

        body = content_json(self)
        return "s_" + content_hash([FORMAT, body, self.base, *([self.view] if self.view else [])])[:16]

    @property
    def is_uncertain(self) -> bool:
        """Whether any value is drawn."""
        return any(distribution_of(i) is not None for i in self.interventions)


def distribution_of(intervention: Intervention) -> Distribution | None:
    """The distribution in an intervention, if it has one."""
    match intervention:
        case Change(amount=Distribution() as found) | Delay(days=Distribution() as found):
            return found
        case Fail(days=Distribution() as found):
            return found
    return None
