"""Passages as the database's text index holds them: stems, names and sentences, taken out once when they change."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph_engine.text_index import Piece
from reasoning.retrieval.mentions import FoldedText, capitalised_spans, definition_keys, known_names, merged, openers_of
from reasoning.retrieval.text import sentences, terms
from reasoning.retrieval.types import Passage

_FORMAT = 1
"""Raised when what is taken out of a text changes: everything is then indexed again."""


def passage_hash(passage: Passage) -> str:
    """A hash of what a piece is made from."""
    told = repr((_FORMAT, passage.document, passage.title, passage.aliases, passage.text))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def piece_of(passage: Passage, names: Container[str], openers: Mapping[str, int]) -> Piece:
    """``passage`` against the names that all passages define."""
    spans = tuple(sentences(passage.text))
    found = []
    for start, end in spans:
        text = passage.text[start:end]
        found.append(merged(known_names(FoldedText.of(text), names, openers), capitalised_spans(text)))
    defines = definition_keys(passage.title, passage.aliases)
    return Piece(
        passage.id,
        passage.document,
        passage_hash(passage),
        Counter(terms(f"{passage.title} {passage.text}")),
        defines,
        frozenset(m.key for mentions in found for m in mentions) | frozenset(defines),
        spans,
        tuple(tuple((m.key, m.start, m.end, m.known, m.weight) for m in mentions) for mentions in found),
    )


def texts_of(passage: Passage) -> list[str]:
    """The texts whose vectors a passage has: its own, then each sentence's, below its title."""
    head = f"{passage.title}: " if passage.title else ""
    return [whole_text(passage), *(head + passage.text[a:b] for a, b in sentences(passage.text))]


def whole_text(passage: Passage) -> str:
    """The text whose vector stands for all of a passage."""
    return f"{passage.title}. {passage.text}" if passage.title else passage.text


@dataclass(frozen=True, slots=True)
class Changes:
    """What has to be done to an index: passages to make again since names came or went, fresh ones, and those gone.

    They are done in this order: a process that dies in between finds the same names changed when it starts again.
    """

    touched: tuple[Piece, ...]
    fresh: tuple[Piece, ...]
    gone: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.touched) + len(self.fresh) + len(self.gone)


def changes(
    passages: Mapping[str, Passage],
    hashes: Mapping[str, str],
    stored_names: Callable[[Sequence[str]], Iterable[str]],
    defined: Callable[[Sequence[str]], Mapping[str, int]],
    holding: Callable[[Sequence[Sequence[str]]], Iterable[str]],
) -> Changes:
    """What an index that holds ``hashes`` lacks of ``passages``.

    Args:
        stored_names: passage ids → names that the index says they define.
        defined: names → how many indexed passages define each.
        holding: lists of stems → ids of indexed passages that hold all stems of one of them.
    """
    fresh = [p for p in passages.values() if hashes.get(p.id) != passage_hash(p)]
    gone = [id_ for id_ in hashes if id_ not in passages]
    if not fresh and not gone:
        return Changes((), (), ())
    return _due(passages, hashes.keys(), fresh, gone, names_of(passages.values()), stored_names, defined, holding)


def names_of(passages: Iterable[Passage]) -> Counter[str]:
    """Names → how many of the passages define each."""
    return Counter(k for p in passages for k in definition_keys(p.title, p.aliases))


def changes_since(
    passages: Mapping[str, Passage],
    before: Mapping[str, Passage],
    names: Counter[str],
    stored_names: Callable[[Sequence[str]], Iterable[str]],
    defined: Callable[[Sequence[str]], Mapping[str, int]],
    holding: Callable[[Sequence[Sequence[str]]], Iterable[str]],
) -> Changes:
    """As :func:`changes`, for an index that holds just ``before``: it takes little where little changed.

    Args:
        names: what all of ``before`` define; made that of ``passages``.
    """
    made = [p for id_, p in passages.items() if before.get(id_) != p]
    fresh = [p for p in made if p.id not in before or passage_hash(before[p.id]) != passage_hash(p)]
    gone = [id_ for id_ in before if id_ not in passages]
    if not fresh and not gone:
        return Changes((), (), ())
    names.update(names_of(fresh))
    names.subtract(names_of([before[i] for i in gone] + [before[p.id] for p in fresh if p.id in before]))
    for key in [k for k, n in names.items() if n <= 0]:
        del names[key]
    return _due(passages, before.keys(), fresh, gone, names, stored_names, defined, holding)


def _due(
    passages: Mapping[str, Passage],
    held: Collection[str],
    fresh: Sequence[Passage],
    gone: Sequence[str],
    names: Mapping[str, int],
    stored_names: Callable[[Sequence[str]], Iterable[str]],
    defined: Callable[[Sequence[str]], Mapping[str, int]],
    holding: Callable[[Sequence[Sequence[str]]], Iterable[str]],
) -> Changes:
    openers = openers_of(names)
    came = {k for p in fresh for k in definition_keys(p.title, p.aliases)}
    before = defined(sorted(came))
    changed = {k for k in came if not before.get(k)}
    changed |= {k for k in stored_names([*gone, *(p.id for p in fresh if p.id in held)]) if k not in names}
    redone = {p.id for p in fresh} | set(gone)
    touched = sorted(set(holding([terms(k) for k in sorted(changed)])) - redone) if held else []
    return Changes(
        tuple(piece_of(passages[id_], names, openers) for id_ in touched if id_ in passages),
        tuple(piece_of(p, names, openers) for p in fresh),
        tuple(gone),
    )
