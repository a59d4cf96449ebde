"""What is wrong with measure files: collected, so that all of it is reported at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from ontology.errors import KnockonError, Where


class MeasureError(KnockonError):
    """A measure file says something that cannot be used."""

    code = "measure"
    http_status = 422
    exit_code = 2


class FormulaError(Exception):
    """Something in a formula is wrong; ``at`` is the character (0-based) it is about."""

    def __init__(self, what: str, at: int, do: str = "") -> None:
        self.what = what
        self.at = at
        self.do = do
        super().__init__(what)


@dataclass(frozen=True, slots=True, order=True)
class MeasureProblem:
    """One thing that is wrong: where, what, and what to do about it."""

    file: str
    line: int | None
    column: int | None
    what: str
    do: str = ""

    @property
    def where(self) -> Where:
        """The place, for messages."""
        return Where(self.file, self.line, self.column)

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f" {self.do}" if self.do else "")


class MeasureProblems(MeasureError):
    """One or more problems in measure files; ``problems`` lists them all, in file and line order."""

    def __init__(self, problems: Iterable[MeasureProblem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda p: (p.file, p.line or 0, p.column or 0, p.what)))
        first = self.problems[0]
        if len(self.problems) == 1:
            super().__init__(first.what, where=first.where, do=first.do)
        else:
            listed = "".join(f"\n  {problem}" for problem in self.problems)
            super().__init__(f"{len(self.problems)} problems in measures:{listed}")


def suggest(name: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """What a person may have meant."""
    every = sorted(known)
    near = difflib.get_close_matches(name, every, n=3, cutoff=0.6)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    if otherwise:
        return otherwise
    return f"There are: {', '.join(every[:12])}{' …' if len(every) > 12 else ''}." if every else ""
