"""Communities: things that hang together more with one another than with the rest, labelled by what is in them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from reasoning.network import Network
from reasoning.retrieval.text import terms
from reasoning.similarity.profiles import Ints, ties
from reasoning.types import EntityRef

_NAMED = 4
_WORDS = 4
_LEAST = 3
"""Things that make a group worth telling."""


@dataclass(frozen=True, slots=True)
class Community:
    """A group: its size, the words that tell it from others, its best connected things, how many of which class."""

    size: int
    label: str
    words: tuple[str, ...]
    centre: tuple[EntityRef, ...]
    classes: tuple[tuple[str, int], ...]

    def to_json(self) -> dict[str, object]:
        """As the command line has it."""
        return {
            "size": self.size, "label": self.label, "words": list(self.words),
            "centre": [e.to_json() for e in self.centre], "classes": dict(self.classes),
        }  # fmt: skip


def described(network: Network, numbers: Ints, *, limit: int = 20) -> tuple[Community, ...]:
    """The largest groups of a partition (one number for each thing; -1 is none), in words that occur in them."""
    snapshot = network.snapshot
    degree = np.diff(ties(network).indptr)
    sizes = Counter(n for n in numbers.tolist() if n >= 0)
    everywhere: Counter[str] = Counter()
    titled: dict[int, set[str]] = {}
    for entity in np.flatnonzero(numbers >= 0).tolist():
        titled[entity] = {t for t in terms(snapshot.title(entity)) if not t.isdigit()}
        everywhere.update(titled[entity])
    total = max(len(titled), 1)
    found = []
    for number, size in sorted(sizes.items(), key=lambda s: (-s[1], s[0]))[:limit]:
        if size < _LEAST:
            continue
        members = np.flatnonzero(numbers == number)
        inside = Counter(t for m in members.tolist() for t in titled[m])
        worth = {t: n * np.log(n * total / (size * everywhere[t])) for t, n in inside.items() if n > 1}
        words = tuple(sorted((t for t, w in worth.items() if w > 0), key=lambda t: (-worth[t], t))[:_WORDS])
        order = np.lexsort((network.rank[members], -degree[members]))[:_NAMED]
        centre = tuple(network.entity(int(members[i])) for i in order)
        classes = Counter(network.entity(int(m)).kind for m in members)
        spoken = _spoken([snapshot.title(int(m)) for m in members], words)
        label = f"{', '.join(spoken) or 'no words in common'}: around {', '.join(e.title for e in centre[:2])}"
        counted = tuple(sorted(classes.items(), key=lambda c: (-c[1], c[0])))
        found.append(Community(size, label, spoken, centre, counted))
    return tuple(found)


def _spoken(titles: list[str], stems: tuple[str, ...]) -> tuple[str, ...]:
    """The stems as they are written in titles (the commonest spelling)."""
    spelled: dict[str, Counter[str]] = {s: Counter() for s in stems}
    for title in titles:
        for word in title.split():
            for term in terms(word):
                if term in spelled:
                    spelled[term][word.strip(".,:;()#")] += 1
    return tuple(c.most_common(1)[0][0] if c else s for s, c in spelled.items())
