"""Read a scenario: YAML or JSON → shape → frozen scenario. All problems are reported at once, each where it stands."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from ontology.errors import LimitExceeded, Where
from ontology.located import Document, Kind, PathKey, Plain, Problem, parse_document, read_document, suggestion
from reasoning.scenarios import schema
from reasoning.scenarios.types import (
    FORMAT,
    Add,
    Change,
    Condition,
    Connect,
    Delay,
    Disconnect,
    Distribution,
    Fail,
    Intervention,
    Named,
    Names,
    Op,
    Question,
    Remove,
    Replace,
    Scenario,
    ScenarioError,
    Selection,
    Shape,
    Target,
    Test,
)

SCENARIO = Kind("scenario", ScenarioError)
MOST_INTERVENTIONS = 200_000
_MOST_JSON = 64 << 20
_LIST = re.compile(r"^\s*([+-])\s*([0-9]+(?:[.,][0-9]+)?)\s*%\s*$")
_DAYS = re.compile(r"^\s*([+-]?[0-9]+(?:\.[0-9]+)?)\s*(d|days?|w|weeks?|months?)?\s*$", re.IGNORECASE)
P = TypeVar("P", bound=schema.Part)


def read_scenario(path: Path) -> Scenario:
    """The scenario in a file; ``.json`` is read as JSON, all else as YAML.

    Raises:
        ScenarioError: everything that is wrong, each with file, line, column and a suggestion.
        LimitExceeded: it is larger or deeper than can be read.
    """
    if path.suffix.lower() != ".json":
        return scenario_of(read_document(path, SCENARIO)[0])
    try:
        if path.stat().st_size > _MOST_JSON:
            raise LimitExceeded(f"the scenario has more than {_MOST_JSON:,} bytes.", where=path)
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as problem:
        where = Where(str(path), problem.lineno, problem.colno)
        raise ScenarioError(f"this is not JSON: {problem.msg}.", where=where, do="Check commas and quotes.") from None
    except (OSError, UnicodeDecodeError) as problem:
        raise ScenarioError("the scenario cannot be read.", where=str(path), do="Check the name.") from problem
    return scenario_of(Document(str(path), content, {}))


def parse_scenario(text: str, file: str = "scenario") -> Scenario:
    """The scenario in a YAML text; raises as :func:`read_scenario`."""
    return scenario_of(parse_document(text, file, SCENARIO))


def scenario_from(content: Plain, name: str = "scenario") -> Scenario:
    """The scenario in plain content (a request, the graph); raises as :func:`read_scenario`."""
    return scenario_of(Document(name, content, {}))


def scenario_of(document: Document) -> Scenario:
    """The scenario in a document; raises as :func:`read_scenario`."""
    reader = _Reader(document)
    scenario = reader.scenario()
    if reader.problems or scenario is None:
        raise ScenarioError.of(tuple(reader.problems))
    if scenario.is_uncertain and scenario.seed is None:
        return replace(scenario, seed=secrets.randbits(31), seed_chosen=True)
    return scenario


def days_in(text: str) -> Decimal:
    """Days in ``21``, ``21 days``, ``3 weeks``, ``2 months`` (of 30 days).

    Raises:
        ValueError: it says no duration.
    """
    found = _DAYS.match(text)
    if found is None:
        raise ValueError(f"{text!r} is no number of days")
    each = {"w": 7, "m": 30}.get((found[2] or "d")[0].lower(), 1)
    return Decimal(found[1]) * each


class _Reader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self.names: dict[str, str] = {}

    def scenario(self) -> Scenario | None:
        content = self.document.content
        if isinstance(content, dict) and (said := content.get("format", FORMAT)) != FORMAT:
            old = isinstance(said, int) and not isinstance(said, bool) and said < FORMAT
            self._add(
                ("format",),
                f"the file says format {said!r}; this knockon reads format {FORMAT}.",
                "Write `format: 1` and check the file against docs/scenarios.md."
                if old
                else "Upgrade knockon, or write the file in format 1 (docs/scenarios.md).",
            )
            return None
        top = self._shape(schema.ScenarioFile, content, ())
        if top is None:
            return None
        if len(top.do) > MOST_INTERVENTIONS:
            self._add(("do",), f"{len(top.do):,} interventions are too many.", f"At most {MOST_INTERVENTIONS:,}.")
            return None
        self.names = top.names
        done: list[Intervention] = []
        items = content.get("do") if isinstance(content, dict) else None
        for number, item in enumerate(items if isinstance(items, list) else ()):
            done += self._intervention(item, ("do", number))
        asked = top.ask or schema.AskPart.model_validate({})
        ask = Question(tuple(asked.measures or ()), tuple(asked.to or ()), asked.semantics)
        return Scenario(
            name=top.name, interventions=tuple(done), because=top.because or "", author=top.author or "",
            as_of=top.as_of, valid_at=None if top.valid_at is None else str(top.valid_at), seed=top.seed,
            draws=top.draws, ask=ask, base=top.base,
        )  # fmt: skip

    def _add(self, path: PathKey, what: str, do: str = "") -> None:
        self.problems.append(Problem(self._where(path), what, do))

    def _where(self, path: PathKey) -> Where:
        if self.document.places:
            return self.document.where(path)
        parts = ".".join(str(p + 1) if isinstance(p, int) else p for p in path)
        return Where(self.document.file, node=parts or None)

    def _shape(self, model: type[P], content: object, at: PathKey) -> P | None:
        try:
            return model.model_validate(content)
        except ValidationError as problem:
            for error in problem.errors(include_url=False):
                self._tell(model, at, error["type"], error["msg"], tuple(error["loc"]))
            return None

    def _tell(self, model: type[BaseModel], at: PathKey, kind: str, message: str, loc: tuple[int | str, ...]) -> None:
        # Names of alternatives that pydantic tried are no part of the file.
        path = (*at, *(p for p in loc if isinstance(p, int) or (p and p[0].islower() and "[" not in p and p != "str")))
        name = str(loc[-1]) if loc else "the file"
        match kind:
            case "extra_forbidden":
                known = [f.alias or n for n, f in model.model_fields.items()]
                self._add(path, f"{name!r} is not known here.", suggestion(name, known))
            case "missing":
                self._add(path, f"{name!r} is missing.", f"Add `{name}:`.")
            case "model_type" | "dict_type":
                self._add(path, "names with values are expected here.", "Write `name: value` lines, indented.")
            case _:
                text = message.removeprefix("Value error, ")
                self._add(path, f"{name}: {text[:1].lower()}{text[1:]}.")

    # Interventions

    def _intervention(self, item: object, at: PathKey) -> Sequence[Intervention]:
        if not isinstance(item, dict):
            self._add(at, "an intervention says what is done: `- set: …`.", f"There is: {', '.join(schema.PARTS)}.")
            return ()
        kinds = [key for key in item if key in schema.PARTS]
        if len(kinds) != 1:
            first = str(next(iter(item), ""))
            what = f"this says {' and '.join(kinds)}; one intervention does one thing." if kinds else (
                f"{first!r} is no intervention."
            )  # fmt: skip
            self._add(at, what, "Begin a new `- ` line for each." if kinds else suggestion(first, schema.PARTS))
            return ()
        part = self._shape(schema.PARTS[kinds[0]], item, at)
        if part is None:
            return ()
        where = self._where((*at, kinds[0]))
        try:
            return self._made(part, where, at)
        except (ValueError, InvalidOperation) as problem:
            what = str(problem) if isinstance(problem, ValueError) else "a number is expected"
            self.problems.append(Problem(where, f"{what}."))
            return ()

    def _made(self, part: schema.Part, where: Where, at: PathKey) -> Sequence[Intervention]:
        match part:
            case schema.SetPart() if part.values is not None:
                return [
                    Change(Op.SET, part.set, Names((self._named(n),)), v, self._where((*at, "values", n)))
                    for n, v in part.values.items()
                ]
            case schema.SetPart():
                assert part.of is not None
                amount = _distribution(part.to) if isinstance(part.to, schema.DistributionPart) else part.to
                return [Change(Op.SET, part.set, self._target(part.of), amount, where)]
            case schema.ScalePart():
                return [Change(Op.SCALE, part.scale, self._target(part.of), _factor(part.by), where)]
            case schema.ShiftPart():
                return [Change(Op.SHIFT, part.shift, self._target(part.of), _days(part.by), where)]
            case schema.DelayPart():
                return [Delay(self._target(part.delay), _days(part.days), where)]
            case schema.FailPart():
                days = None if part.days is None else _days(part.days)
                if isinstance(days, Decimal) and days <= 0:
                    raise ValueError("a failure lasts more than 0 days")
                after = days_in(part.after)
                if after < 0:
                    raise ValueError("a failure cannot begin in the past: `after` is 0 or more days")
                return [Fail(self._target(part.fail), days, after, part.severity, where)]
            case schema.ReplacePart():
                among = None if part.of is None else self._target(part.of)
                return [Replace(self._named(part.replace), self._named(part.by), part.role, among, where)]
            case schema.RemovePart():
                return [Remove(self._target(part.remove), where)]
            case schema.AddPart():
                links = tuple((r, tuple(self._named(t) for t in texts)) for r, texts in part.relations.items())
                return [Add(part.as_, part.add, tuple(part.properties.items()), links, where)]
            case schema.ConnectPart():
                if part.valid_from and part.valid_to and part.valid_from >= part.valid_to:
                    raise ValueError("`valid_to` is not after `valid_from`")
                values = tuple(part.properties.items())
                to = self._named(part.to)
                return [
                    Connect(self._target(part.connect), part.role, to, values, part.valid_from, part.valid_to, where)
                ]
            case schema.DisconnectPart():
                to_ = None if part.to is None else self._named(part.to)
                return [Disconnect(self._target(part.disconnect), part.role, to_, where)]
        raise AssertionError(part)

    def _named(self, text: str) -> Named:
        return Named(self.names[text], text) if text in self.names else Named(text)

    def _target(self, part: schema.TargetPart) -> Target:
        if isinstance(part, str):
            return Names((self._named(part),))
        if isinstance(part, list):
            return Names(tuple(self._named(t) for t in dict.fromkeys(part)))
        found: list[Condition] = []
        for path, value in part.where.items():
            if isinstance(value, str):
                found.append(Condition(path, Test.IS, (value,)))
            elif isinstance(value, list):
                found.append(Condition(path, Test.IN, tuple(value)))
            else:
                for name, said in value.model_dump(by_alias=True, exclude_none=True).items():
                    texts = tuple(said) if isinstance(said, list) else ("true" if said is True else str(said),)
                    if said is False:
                        texts = ("false",)
                    found.append(Condition(path, Test(name), texts))
        return Selection(part.class_, tuple(found))


def _distribution(part: schema.DistributionPart) -> Distribution:
    """Raises ValueError for parameters that make no distribution."""
    said = {n: v for n in Shape if (v := getattr(part, n.value)) is not None}
    if len(said) != 1:
        raise ValueError(f"a distribution is one of {', '.join(s.value for s in Shape)}")
    (shape, given), *_ = said.items()
    if shape is Shape.CHOICE:
        pairs = [(_number(str(value)), weight) for value, weight in given.items()]
        if any(w < 0 for _, w in pairs) or sum(w for _, w in pairs) <= 0:
            raise ValueError("weights are 0 or more, and not all 0")
        if sum(w for _, w in pairs) > 1 and all(w <= 1 for _, w in pairs):
            raise ValueError("the probabilities add up to more than 1")
        return Distribution(shape, tuple(x for pair in pairs for x in pair), part.together)
    numbers = tuple(Decimal(x) for x in given)
    if not all(n.is_finite() for n in numbers):
        raise ValueError("the parameters are finite numbers")
    match shape:
        case Shape.UNIFORM if numbers[0] > numbers[1]:
            raise ValueError("uniform: the low end is above the high one")
        case Shape.TRIANGULAR if not numbers[0] <= numbers[1] <= numbers[2]:
            raise ValueError("triangular: write low, most likely, high in that order")
        case Shape.NORMAL if numbers[1] < 0:
            raise ValueError("normal: a standard deviation is 0 or more")
        case Shape.LOGNORMAL if numbers[0] <= 0 or numbers[1] < 1:
            raise ValueError("lognormal: the median is above 0 and the spread at least 1")
    return Distribution(shape, numbers, part.together)


def _number(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is not a number") from None
    if not found.is_finite():
        raise ValueError(f"{text!r} is not a finite number")
    return found


def _factor(part: str | schema.DistributionPart) -> Decimal | Distribution:
    """``1.08`` or ``+8 %``."""
    if not isinstance(part, str):
        return _distribution(part)
    if found := _LIST.match(part):
        share = Decimal(found[2].replace(",", ".")) / 100
        return 1 + share if found[1] == "+" else 1 - share
    if "%" in part:
        raise ValueError(f"{part!r} says neither more nor less: write +8 %, -8 %, or the factor 1.08")
    return _number(part)


def _days(part: str | schema.DistributionPart) -> Decimal | Distribution:
    if not isinstance(part, str):
        return _distribution(part)
    try:
        return days_in(part)
    except ValueError:
        return _number(part)
