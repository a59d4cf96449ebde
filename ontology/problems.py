"""What is wrong with an ontology file: collected, so that all of it is reported at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ontology.errors import OntologyError, Where


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: where, what, and what to do about it."""

    file: str
    line: int | None
    what: str
    do: str = ""

    @property
    def where(self) -> Where:
        """The place, for messages."""
        return Where(file=self.file, line=self.line)

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f" {self.do}" if self.do else "")


class OntologyProblems(OntologyError):
    """One or more problems in ontology files; ``problems`` lists them all, in file and line order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda p: (p.file, p.line or 0, p.what)))
        first = self.problems[0]
        if len(self.problems) == 1:
            super().__init__(first.what, where=first.where, do=first.do)
        else:
            listed = "".join(f"\n  {problem}" for problem in self.problems)
            super().__init__(f"{len(self.problems)} problems in the ontology:{listed}")


@dataclass(slots=True)
class Collector:
    """Gathers problems while a file is read."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, where: Where, what: str, do: str = "") -> None:
        """Note one problem."""
        self.problems.append(Problem(where.file or "", where.line, what, do))

    def raise_if_any(self) -> None:
        """Stop if there is any.

        Raises:
            OntologyProblems: naming all of them.
        """
        if self.problems:
            raise OntologyProblems(self.problems)
