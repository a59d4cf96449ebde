"""What goes into retrieval and what comes out: passages, filters, settings, ranked passages with their reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document, or a record told as text; both are ranked in one list.

    ``title`` names what the passage is about: a passage *defines* the thing of that name. ``aliases`` are further names
    of the thing (keys, SKUs, order numbers). ``start`` and ``end`` are character offsets into the source document.
    ``labels`` are access labels, all of which a reader needs. ``valid_to`` is exclusive; None is open. ``standing``, 0
    to 1, says how far the text was written to be looked up: a manual 1, what somebody once wrote in a message less. It
    counts when sentences are chosen to answer, not when passages are ranked.
    """

    id: str
    document: str
    text: str
    title: str = ""
    aliases: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    start: int = 0
    end: int = 0
    classes: frozenset[str] = frozenset()
    language: str | None = None
    labels: frozenset[str] = frozenset()
    valid_from: date | None = None
    valid_to: date | None = None
    standing: float = 1.0


@dataclass(frozen=True, slots=True)
class Filter:
    """What may be seen, decided *before* ranking; what is filtered out leaks neither scores nor links.

    ``labels`` None means that labels are not checked; a set names the labels that the reader holds.
    """

    classes: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    labels: frozenset[str] | None = None
    valid_at: date | None = None

    def allows(self, passage: Passage) -> bool:
        """Whether ``passage`` may be ranked at all."""
        if self.classes and not self.classes & passage.classes:
            return False
        if self.languages and passage.language is not None and passage.language not in self.languages:
            return False
        if self.labels is not None and not passage.labels <= self.labels:
            return False
        if self.valid_at is not None:
            if passage.valid_from is not None and self.valid_at < passage.valid_from:
                return False
            if passage.valid_to is not None and self.valid_at >= passage.valid_to:
                return False
        return True

    @property
    def open(self) -> bool:
        """Whether everything passes."""
        return not (self.classes or self.languages) and self.labels is None and self.valid_at is None


@dataclass(frozen=True, slots=True)
class Weights:
    """How evidence is mixed. One setting serves all kinds of text; docs/retrieval.md says how each was chosen.

    words: BM25 (the best passage has 1) beside cosines.
    link: a passage that defines a name of the question.
    rest: share of the question without its names in judging what a bridge leads to; words_fit: BM25 in the same.
    bridge: bridges beside direct evidence.
    mention_of, shared: a bridge to a passage that mentions what the start defines, or a name that both hold, beside a
        bridge to the passage that defines a name (1). Names held by more than ``common`` passages carry neither.
    starts, rounds: passages that bridges leave from, and how often they are followed.
    trust, focus: how fast a bridge weakens with the score of its start (a passage that the question names stays
        trusted) and of the sentence in it, in units of score.
    cue: weight of a word of the question that stands within ``cue_reach`` characters before a name.
    without_model: what BM25 counts for where no model gives cosines.
    """

    words: float = 0.25
    link: float = 0.5
    rest: float = 0.7
    words_fit: float = 0.2
    bridge: float = 1.6
    mention_of: float = 0.5
    shared: float = 0.4
    starts: int = 15
    rounds: int = 2
    trust: float = 0.15
    focus: float = 0.35
    common: int = 30
    cue: float = 1.0
    cue_reach: int = 30
    without_model: float = 0.5


@dataclass(frozen=True, slots=True)
class Hop:
    """From one passage over a name to another; passages by id."""

    source: str
    name: str
    target: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage with its score, the part of it that needs no other passage, the path that led to it, its best sentence.

    ``sentence`` is a character range in the passage's text.
    """

    passage: Passage
    score: float
    direct: float
    path: tuple[Hop, ...]
    sentence: tuple[int, int] | None
