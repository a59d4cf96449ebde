"""What is wrong with a mapping: collected, so that all of it is reported at once; suggestions for misspelt names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process, utils

from ontology.errors import MappingError, Where


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what, and what to do about it."""

    where: Where
    what: str
    do: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f" {self.do}" if self.do else "")


class MappingProblems(MappingError):
    """One or more problems in mapping files; ``problems`` lists them all, in file and line order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(
            sorted(set(problems), key=lambda p: (p.where.file or "", p.where.line or 0, p.where.column or 0, p.what))
        )
        first = self.problems[0]
        if len(self.problems) == 1:
            super().__init__(first.what, where=first.where, do=first.do)
        else:
            listed = "".join(f"\n  {problem}" for problem in self.problems)
            super().__init__(f"{len(self.problems)} problems in the mapping:{listed}")


@dataclass(slots=True)
class Collector:
    """Gathers problems while a mapping is read and checked."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, where: Where, what: str, do: str = "") -> None:
        """Note one problem."""
        self.problems.append(Problem(where, what, do))

    def unknown(self, where: Where, kind: str, name: str, known: Iterable[str], of: str = "") -> None:
        """Note a name that does not exist, with the nearest that does."""
        names = list(known)
        self.add(where, f"there is no {kind} called {name!r}{of}.", suggestion(name, names))

    def raise_if_any(self) -> None:
        """Stop if there is any.

        Raises:
            MappingProblems: naming all of them.
        """
        if self.problems:
            raise MappingProblems(self.problems)


def suggestion(name: str, known: Iterable[str]) -> str:
    """``Did you mean 'name'?`` or, where nothing is near, what there is."""
    names = sorted(known)
    found = process.extractOne(name, names, scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=65)
    if found is not None:
        return f"Did you mean {found[0]!r}?"
    if not names:
        return ""
    shown = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
    return f"There is: {shown}."
