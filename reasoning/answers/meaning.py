"""Which things a question is about: names settled by class words and by what lies around, or shown as readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from graph_engine.snapshot import fold
from reasoning.answers.reader import Ask
from reasoning.answers.surroundings import look_around
from reasoning.answers.types import Reading
from reasoning.network import Network

_LISTED = 10
_TRIED = 5  # things of one name that are compared by what lies around them
_CLEARLY = 0.3  # weight of words of the question by which one candidate must be ahead
_TELLING = ("account_number", "number", "sku", "legal_name", "city", "segment", "job_title")


@dataclass(frozen=True, slots=True)
class Open:
    """A name that may mean several things."""

    name: str
    count: int
    readings: tuple[Reading, ...]

    @property
    def note(self) -> str:
        """What to tell the person who asked."""
        more = f" The first {_LISTED} are listed." if self.count > _LISTED else ""
        return f"{self.name!r} may mean {self.count} things.{more} Ask again with the full name, a number or the id."


def settle(network: Network, ask: Ask, valid_at: date | Literal["any"]) -> tuple[int, ...] | Open:
    """The entities that a question is about, in order of mention; or the first name that stays open."""
    chosen: list[int] = []
    for named in ask.names:
        if not named.ambiguous:
            chosen.append(named.entities[0])
            continue
        fitting = _of_class_beside(network, ask, named.entities, named.start, named.end) or named.entities
        if len(fitting) == 1:
            chosen.append(fitting[0])
            continue
        best = _by_surroundings(network, fitting, ask, valid_at) if len(fitting) <= _TRIED else None
        if best is None and named.how != "name" and not any(_is_party(network, i) for i in fitting):
            continue  # "a Dachs": a word that many things share, not the name of one
        if best is None and len(fitting) > _TRIED and not any(_is_called(network, i, named.text) for i in fitting):
            continue  # "in Kassel": a value that many things have
        if best is None:
            return Open(
                named.text, len(fitting), tuple(_reading(network, i, ask, named.text) for i in fitting[:_LISTED])
            )
        chosen.append(best)
    return tuple(dict.fromkeys(chosen))


def _is_party(network: Network, entity: int) -> bool:
    return "Party" in network.ontology.classes and network.snapshot.is_a(entity, "Party")


def _is_called(network: Network, entity: int, text: str) -> bool:
    return fold(network.snapshot.title(entity)) == fold(text) or _is_party(network, entity)


def _of_class_beside(network: Network, ask: Ask, entities: Sequence[int], start: int, end: int) -> tuple[int, ...]:
    """Candidates of a class that stands right before or behind the name: ``customer Weber``."""
    beside = [name for name, first, last in ask.classes if 0 <= start - last <= 2 or 0 <= first - end <= 2]
    return tuple(i for i in entities if any(network.snapshot.is_a(i, name) for name in beside))


def _by_surroundings(
    network: Network, entities: Sequence[int], ask: Ask, valid_at: date | Literal["any"]
) -> int | None:
    """The one candidate around which clearly more of the question is found; None where there is none."""
    scored = []
    for entity in entities:
        around = look_around(network, [entity], ask.wanted, valid_at=valid_at, most=1)
        scored.append((around.ways[0].score if around.ways else 0.0, -int(network.rank[entity]), entity))
    scored.sort(reverse=True)
    return scored[0][2] if scored[0][0] > scored[1][0] + _CLEARLY else None


def _reading(network: Network, entity: int, ask: Ask, name: str) -> Reading:
    found = network.entity(entity)
    values = network.snapshot.values(entity)
    told = [str(values[n]) for n in _TELLING if n in values][:3]
    apart = f": {', '.join(told)}" if told else ""
    exact = ask.text.replace(name, found.id, 1)
    return Reading(f"{found.title} ({found.kind}){apart}", exact)
