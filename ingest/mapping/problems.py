"""What is wrong with a mapping: collected, so that all of it is reported at once; suggestions for misspelt names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from rapidfuzz import fuzz, process, utils

from ontology.errors import MappingError, Where
from ontology.located import Problem, in_order, suggestion

__all__ = ["Collector", "MappingProblems", "Problem", "suggestion"]


class MappingProblems(MappingError):
    """One or more problems in mapping files; ``problems`` lists them all, in file and line order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
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

    def unknown(
        self,
        where: Where,
        kind: str,
        name: str,
        known: Iterable[str],
        of: str = "",
        called: Mapping[str, Iterable[str]] = MappingProxyType({}),
    ) -> None:
        """Note a name that does not exist, with the nearest that does. ``called``: what else it goes by."""
        self.add(where, f"there is no {kind} called {name!r}{of}.", _meant(name, called) or suggestion(name, known))

    def raise_if_any(self) -> None:
        """Stop if there is any.

        Raises:
            MappingProblems: naming all of them.
        """
        if self.problems:
            raise MappingProblems(self.problems)


def _meant(name: str, called: Mapping[str, Iterable[str]]) -> str:
    """The name whose label, in any language, or synonym this is or nearly is; empty: none."""
    words = [(word, official) for official, others in called.items() for word in others]
    found = process.extractOne(
        name, [word for word, _ in words], scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=85
    )
    if found is None:
        return ""
    word, official = words[found[2]]
    return f"Did you mean {official!r}? It is what {word!r} is called here."
