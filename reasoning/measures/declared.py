"""Reads measure files: YAML to declarations, each part with the place it stands at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarstring import FoldedScalarString, LiteralScalarString, ScalarString

from reasoning.measures.problems import MeasureProblem, suggest

STEPS = ("day", "week", "month", "quarter", "year")
TYPES = ("number", "float", "boolean", "text", "date", "instant")
_KEYS = (
    "label", "description", "formula", "unit", "type", "scale", "over", "before", "after", "undated", "better",
    "replace", "total",
)  # fmt: skip
_NAME = re.compile(r"[A-Z][A-Za-z0-9]*\.[a-z][a-z0-9_]*")
_LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and where its first character stands."""

    text: str
    line: int
    column: int
    inside: bool
    """Whether later lines of it are lines of the file too (a block `|`)."""

    def place(self, at: int) -> tuple[int, int | None]:
        """Line and column of a character of it."""
        before = self.text[:at]
        lines = before.count("\n")
        if lines == 0:
            return self.line, self.column + at
        if not self.inside:
            return self.line, None
        return self.line + lines, self.column + len(before) - before.rfind("\n") - 1


@dataclass(frozen=True, slots=True)
class Declaration:
    """One measure as a file has it."""

    name: str
    file: str
    line: int
    formula: Formula
    label: str = ""
    description: str = ""
    unit: str | None = None
    type: str | None = None
    scale: int | None = None
    over: str | None = None
    before: str | None = None
    after: str | None = None
    undated: str | None = None
    better: str = ""
    replace: bool = False
    total: bool = False
    shipped: bool = False
    lines: Mapping[str, int] = field(default_factory=dict)
    """Key → line."""


@dataclass(frozen=True, slots=True)
class MeasureFile:
    """What one file declares."""

    declarations: tuple[Declaration, ...]
    periods: Mapping[str, int]
    """Axis → number of periods."""


def read_file(path: Path, problems: list[MeasureProblem], *, name: str = "", shipped: bool = False) -> MeasureFile:
    """The declarations of a file; what is wrong is added to ``problems``."""
    return _Reader(name or str(path), problems, shipped).read(path)


class _Reader:
    def __init__(self, file: str, problems: list[MeasureProblem], shipped: bool) -> None:
        self._file, self._problems, self._shipped = file, problems, shipped

    def read(self, path: Path) -> MeasureFile:
        loaded = self._load(path)
        if loaded is None:
            return MeasureFile((), {})
        periods: dict[str, int] = {}
        found: list[Declaration] = []
        for key in loaded:
            if key == "measures":
                found.extend(self._measures(loaded))
            elif key == "periods":
                periods = self._periods(loaded)
            elif key != "title":
                self._wrong(
                    _line(loaded, key),
                    f"{key!r} means nothing here.",
                    suggest(str(key), ("title", "measures", "periods")),
                )
        if "measures" not in loaded:
            self._wrong(1, "The file has no measures.", "Begin it with `measures:`.")
        return MeasureFile(tuple(found), periods)

    def _load(self, path: Path) -> Mapping[object, object] | None:
        reader = YAML(typ="rt")
        reader.preserve_quotes = True
        try:
            if path.stat().st_size > _LARGEST:
                self._wrong(None, f"The file has more than {_LARGEST:,} bytes.", "Split it.")
                return None
            loaded = reader.load(path.read_text(encoding="utf-8"))
        except MarkedYAMLError as problem:
            mark = problem.problem_mark
            self._wrong(mark.line + 1 if mark else None, f"This is not YAML: {problem.problem}.", "Mend that line.")
            return None
        except UnicodeDecodeError:
            self._wrong(None, "The file is not UTF-8.", "Save it as UTF-8.")
            return None
        except OSError as problem:
            self._wrong(None, f"The file cannot be read: {problem.strerror}.", "Check the name and who may read it.")
            return None
        except (YAMLError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            self._wrong(None, "This is not YAML: it holds a control character or a tag that does not fit.",
                        "Delete what is not plain text.")  # fmt: skip
            return None
        if loaded is None or not isinstance(loaded, Mapping):
            self._wrong(1, "The file has no measures.", "Begin it with `measures:`.")
            return None
        return loaded

    def _periods(self, loaded: Mapping[object, object]) -> dict[str, int]:
        held = loaded["periods"]
        if not isinstance(held, Mapping):
            self._wrong(_line(loaded, "periods"), "periods: takes lines such as `week: 26`.")
            return {}
        found: dict[str, int] = {}
        for step, count in held.items():
            if step not in STEPS:
                self._wrong(_line(held, step), f"There is no time axis {step!r}.", suggest(str(step), STEPS))
            elif not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= 4_000:
                self._wrong(_line(held, step), f"{step}: {count!r} is not a number of periods.", "Give 1 to 4000.")
            else:
                found[str(step)] = int(count)
        return found

    def _measures(self, loaded: Mapping[object, object]) -> Iterator[Declaration]:
        held = loaded["measures"]
        if not isinstance(held, Mapping):
            self._wrong(_line(loaded, "measures"), "measures: takes lines such as `Order.margin: …`.")
            return
        for name, body in held.items():
            line = _line(held, name)
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                self._wrong(line, f"{name!r} does not name a measure.", "Write Class.name, such as Product.unit_cost.")
            elif isinstance(body, str):
                yield Declaration(name, self._file, line or 1, self._formula(held, name, body), shipped=self._shipped)
            elif isinstance(body, Mapping):
                declared = self._one(name, line or 1, body)
                if declared is not None:
                    yield declared
            else:
                self._wrong(line, f"{name} is neither a formula nor a list of its properties.")

    def _one(self, name: str, line: int, body: Mapping[object, object]) -> Declaration | None:
        before = len(self._problems)
        for key in body:
            if key not in _KEYS:
                self._wrong(_line(body, key), f"{name}: {key!r} means nothing here.", suggest(str(key), _KEYS))
        formula = body.get("formula")
        if not isinstance(formula, str):
            self._wrong(_line(body, "formula") or line, f"{name} has no formula.", "Add `formula: …`.")
        scale = body.get("scale")
        if scale is not None and (not isinstance(scale, int) or isinstance(scale, bool) or not 0 <= scale <= 9):
            self._wrong(_line(body, "scale"), f"{name}: scale {scale!r} is not a number of digits.", "Give 0 to 9.")
        for key in ("replace", "total"):
            if not isinstance(body.get(key, False), bool):
                self._wrong(_line(body, key), f"{name}: {key} is true or false.")
        texts = {key: self._text(name, body, key) for key in ("label", "description", "unit")}
        chosen = {
            key: self._choice(name, body, key, options)
            for key, options in (
                ("type", TYPES), ("over", STEPS), ("before", ("first", "drop", "error")), ("after", ("drop", "error")),
                ("undated", ("first", "drop", "error")), ("better", ("higher", "lower")),
            )
        }  # fmt: skip
        if len(self._problems) > before:
            return None
        assert isinstance(formula, str)
        return Declaration(
            name, self._file, line, self._formula(body, "formula", formula),
            label=texts["label"] or "", description=" ".join((texts["description"] or "").split()), unit=texts["unit"],
            type=chosen["type"], scale=scale if isinstance(scale, int) else None, over=chosen["over"],
            before=chosen["before"], after=chosen["after"], undated=chosen["undated"], better=chosen["better"] or "",
            replace=body.get("replace") is True, total=body.get("total") is True, shipped=self._shipped,
            lines={str(k): _line(body, k) or line for k in body},
        )  # fmt: skip

    def _text(self, name: str, body: Mapping[object, object], key: str) -> str | None:
        value = body.get(key)
        if value is None or isinstance(value, str):
            return None if value is None else str(value)
        self._wrong(_line(body, key), f"{name}: {key} is a text.")
        return None

    def _choice(self, name: str, body: Mapping[object, object], key: str, options: tuple[str, ...]) -> str | None:
        value = body.get(key)
        if value is None or value in options:
            return None if value is None else str(value)
        self._wrong(_line(body, key), f"{name}: {key} cannot be {value!r}.", f"It is one of {', '.join(options)}.")
        return None

    def _formula(self, holder: Mapping[object, object], key: str, text: str) -> Formula:
        line, column = _value_place(holder, key)
        if isinstance(text, LiteralScalarString):
            # The first line below the key; its column is the indentation, which YAML took away.
            return Formula(str(text), line + 1, _indent(holder), True)
        quoted = isinstance(text, ScalarString) and not isinstance(text, FoldedScalarString)
        return Formula(str(text), line, column + (1 if quoted else 0), False)

    def _wrong(self, line: int | None, what: str, do: str = "", column: int | None = None) -> None:
        self._problems.append(MeasureProblem(self._file, line, column, what, do))


def _indent(holder: Mapping[object, object]) -> int:
    marks = getattr(holder, "lc", None)
    return (marks.col if marks is not None else 0) + 3


def _line(holder: Mapping[object, object], key: object) -> int | None:
    marks = getattr(holder, "lc", None)
    try:
        return int(marks.key(key)[0]) + 1 if marks is not None else None
    except (KeyError, AttributeError):
        return None


def _value_place(holder: Mapping[object, object], key: object) -> tuple[int, int]:
    marks = getattr(holder, "lc", None)
    try:
        line, column = marks.value(key) if marks is not None else (0, 0)
    except (KeyError, AttributeError):
        line, column = 0, 0
    return int(line) + 1, int(column) + 1
