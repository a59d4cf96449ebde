"""A question taken apart: the names it holds, and what is left to ask once those are known."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace

from reasoning.retrieval.embedding import Embedder, Vectors
from reasoning.retrieval.mentions import FoldedText, Mention, capitalised_spans, known_names
from reasoning.retrieval.text import STOP, bare_name, terms, words
from reasoning.retrieval.view import View

_LONGEST = 4_000  # characters of a question that are read; the rest adds time, not meaning


@dataclass(frozen=True, slots=True)
class Query:
    """``text``, its names, its stems; ``rest`` is the question without the names that are defined.

    ``vectors`` has two rows, of ``text`` and of ``rest``, or is None without a model.
    """

    text: str
    names: tuple[Mention, ...]
    stems: tuple[str, ...]
    rest: str
    rest_stems: tuple[str, ...]
    rest_worth: dict[str, float]
    vectors: Vectors | None


def read_question(text: str, view: View, embedder: Embedder | None) -> Query:
    """Take ``text`` apart against the names of ``view`` and embed it, once, in one batch."""
    query = take_apart(text, _Defined(view), view.openers)
    vectors = None
    if embedder is not None and view.vectors is not None and words(query.text):
        vectors = embedder.encode([query.text, query.rest])
    return replace(query, vectors=vectors, rest_worth=view.worth(query.rest_stems))


def read_part(text: str) -> str:
    """As much of a question as is read, on one line."""
    return " ".join(text[:_LONGEST].split())


def take_apart(text: str, names: Container[str], openers: Mapping[str, int]) -> Query:
    """``text`` against a gazetteer, without what only an index knows: how rare its words are, and vectors."""
    text = read_part(text)
    known = known_names(FoldedText.of(text), names, openers)
    covered = [(m.start, m.end) for m in known if m.weight >= 1]
    others = [m for m in capitalised_spans(text) if not any(m.start < e and s < m.end for s, e in covered)]
    rest = _without(text, covered)
    return Query(text, (*known, *others), tuple(terms(bare_name(text))), rest, tuple(terms(rest)), {}, None)


def _without(text: str, ranges: list[tuple[int, int]]) -> str:
    """``text`` without ``ranges``; whole when nothing but empty words would be left."""
    pieces, at = [], 0
    for start, end in ranges:
        pieces.append(text[at:start])
        at = end
    rest = " ".join(" ".join([*pieces, text[at:]]).split())
    return rest if any(w not in STOP and len(w) > 1 for w in words(rest)) else text


class _Defined:
    """The names of a view that some visible passage defines, looked up without a copy."""

    def __init__(self, view: View) -> None:
        self._view = view

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._view.is_name(key)
