"""Which sentences answer: ranked passages, then their sentences judged by meaning, words and the facts of the case."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from reasoning.answers.tables import heading_row, is_heading_row
from reasoning.retrieval.index import Searchable
from reasoning.retrieval.search import Retriever, gather
from reasoning.retrieval.text import terms
from reasoning.retrieval.types import Filter, Passage, Ranked, Weights

_PASSAGES = 12  # passages whose sentences are judged
_OWN = 0.35  # a sentence that speaks of what the thing asked about is (wholesale …)
_OTHER = 0.45  # one that speaks of what it is not
_ASKED = 0.25  # a sentence that is itself a question
_LABELS = 0.2  # a line of labels below a title
_ITEM = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s")
_LONGEST = 700  # characters of a sentence with its list
_LEAD = 0.2  # a sentence that only leads to what follows
_SHORT = 0.2  # a sentence of one or two words
_WORDS = 0.5
_PLACE = 0.35
_EXPLAINED = 0.3  # of the weight of a word that the facts account for
_NEAR = 0.3
_WIDER = 0.3  # a passage found by the words of the case beside one found by those of the question


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of the things asked about: values that they have, and those that others of their kind have.

    ``near`` says how close a passage is to those things in the graph, 0 to 1.
    """

    own: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    """Further words to search with, such as the titles of what was found around the things named."""
    explained: frozenset[str] = frozenset()
    """Stems of the question that the facts already account for ("the pump it bought" is the order line)."""
    near: Callable[[Passage], float] | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence (characters ``start:end`` of its passage) with its score and the parts of it."""

    passage: Passage
    start: int
    end: int
    score: float
    likeness: float
    """Cosine with the question, or, without a model, the share of its telling words."""
    words: float
    """Share of the question's telling words that the sentence, its titles included, holds."""
    ranked: Ranked

    @property
    def text(self) -> str:
        """The sentence as it stands in the document."""
        return self.passage.text[self.start : self.end]


class Finder:
    """Finds sentences for questions over one index."""

    def __init__(self, index: Searchable, weights: Weights | None = None) -> None:
        self._weights = weights or Weights()
        self._retriever = Retriever(index, self._weights)

    def find(self, question: str, case: Case, *, filter_: Filter | None = None, most: int = 8) -> tuple[Said, ...]:
        """The best sentences, best first; each passage gives several at most when they say different things."""
        wider = f"{question} {' '.join(case.words)}" if case.words else None
        retriever = self._retriever.over([question, wider] if wider else [question], filter_)
        ranked = self._ranked(retriever, question, wider, case, filter_)
        if not ranked:
            return ()
        view = retriever.view(filter_)
        query = retriever.read(question, filter_)
        evidence = gather(view, query, self._weights)
        # A word that no text holds counts in full: what is asked with it cannot be answered from them.
        worth = dict.fromkeys(query.stems, 1.0) | view.worth(query.stems)
        worth = {t: w * (_EXPLAINED if t in case.explained else 1.0) for t, w in worth.items()}
        total = sum(worth.values()) or 1.0
        top = ranked[0][0]
        found: list[Said] = []
        for score, one in ranked[:_PASSAGES]:
            number = view.position[one.passage.id]
            first, last = view.sentences_of(number)
            above = set(terms(" ".join((one.passage.title, *one.passage.path))))
            for at in range(first, last):
                start, end = view.spans[at]
                end = _with_list(one.passage.text, start, end)
                text = one.passage.text[start:end]
                held = set(terms(text))
                if not held or is_heading_row(one.passage.text, start, end):
                    continue
                held |= set(terms(" ".join(heading_row(one.passage.text, start))))
                words = sum(w for t, w in worth.items() if t in held or t in above) / total
                near = float(evidence.sentence[at]) if query.vectors is not None else words
                value = near + _WORDS * words + _PLACE * score / top
                value += _OWN * bool(case.own & held) - _OTHER * bool(case.others & held and not case.own & held)
                value -= _ASKED * text.rstrip().endswith("?")
                value -= _SHORT * (len(held) < 3)
                value *= one.passage.standing
                value -= _LABELS * (text.count(" · ") > 1)
                value -= _LEAD * text.rstrip().endswith(":")
                found.append(Said(one.passage, start, end, value, near, words, one))
        found.sort(key=lambda s: (-s.score, s.passage.id, s.start))
        return _different(found, most)

    def nearest(self, question: str, *, filter_: Filter | None = None, most: int = 3) -> tuple[Said, ...]:
        """What comes nearest, whatever it is worth."""
        return self.find(question, Case(), filter_=filter_, most=most)

    def _ranked(
        self, retriever: Retriever, question: str, wider: str | None, case: Case, filter_: Filter | None
    ) -> list[tuple[float, Ranked]]:
        plain = retriever.rank(retriever.read(question, filter_), k=40, filter_=filter_)
        scores: dict[str, tuple[float, Ranked]] = {r.passage.id: (r.score, r) for r in plain}
        if wider is not None:
            for r in retriever.rank(retriever.read(wider, filter_), k=40, filter_=filter_):
                held = scores.get(r.passage.id)
                scores[r.passage.id] = (_WIDER * r.score + (held[0] if held else 0.0), held[1] if held else r)
        near = case.near or (lambda _: 0.0)
        mixed = [((s + _NEAR * near(r.passage)) * r.passage.standing, r) for s, r in scores.values()]
        return sorted(mixed, key=lambda m: (-m[0], m[1].passage.id))


def _with_list(text: str, start: int, end: int) -> int:
    """Where a sentence ends together with the list that it leads to (``… for these reasons:``)."""
    if not text[start:end].rstrip().endswith(":"):
        return end
    at = end
    for line in text[end:].splitlines(keepends=True):
        if line.strip() and not _ITEM.match(line):
            break
        if at + len(line) - start > _LONGEST:
            break
        at += len(line)
    return start + len(text[start:at].rstrip())


def _different(found: Sequence[Said], most: int) -> tuple[Said, ...]:
    """The best sentences, without those that repeat a better one."""
    kept: list[Said] = []
    bags: list[set[str]] = []
    for said in found:
        bag = set(terms(said.text))
        if any(_repeats(bag, other) for other in bags):
            continue
        kept.append(said)
        bags.append(bag)
        if len(kept) == most:
            break
    return tuple(kept)


def _repeats(bag: set[str], other: set[str]) -> bool:
    """Whether two sentences say the same; other figures make another statement."""
    figures = {t for t in bag if t[0].isdigit()} ^ {t for t in other if t[0].isdigit()}
    return bool(bag) and not figures and len(bag & other) >= 0.8 * min(len(bag), len(other))


def telling(values: Iterable[str]) -> frozenset[str]:
    """Stems of short values."""
    return frozenset(t for v in values for t in terms(v))


def closeness(cost: float) -> float:
    """A cost of the walk as closeness, 0 to 1."""
    return float(np.exp(-cost / 3.0))
