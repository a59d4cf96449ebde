"""Which names may be spelt like a text, found without comparing it with each of them.

A name's likeness (``fuzz.WRatio`` of rapidfuzz) cannot reach a score without sharing enough letters, or a whole word,
with the text. These bounds need a count of letters and of pairs of letters for each name, made once; what passes them
is compared as before, so nothing is found otherwise. The bounds, for lengths ``m <= n`` and at most ``c`` letters in
common: a ratio is at most ``2c / (m + n)``; the best part of the longer one gives at most ``2c / (m + c)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from graph_engine.snapshot.texts import Texts
from reasoning.flow import Bool, Float, Int32, Int64

Counts = npt.NDArray[np.uint8]

SCORE = 70.0
"""Likeness from which a name is offered."""
_LETTERS, _PAIRS = 48, 64
_PART = 0.9
"""What rapidfuzz multiplies the likeness with a part by."""
_LONGER, _FAR = 1.5, 8.0
"""Quotients of lengths from which only parts count, and from which these count too little."""
_NEAR = 1e-6


class Spellings:
    """The names of a snapshot as they are compared, each once, with what bounds their likeness.

    Args:
        spelt: for each name in order, how it is compared.
        owners: the entity of each name.
    """

    def __init__(self, spelt: Sequence[str], owners: Int32) -> None:
        self._owners = owners
        place: dict[str, int] = {}
        self._of: Int64 = np.fromiter((place.setdefault(s, len(place)) for s in spelt), np.int64, len(spelt))
        self.texts: list[str] = list(place)
        """Each spelling once, in the order of the names."""
        order = np.argsort(self._of, kind="stable")
        self._sorted = order
        self._starts = np.searchsorted(self._of[order], np.arange(len(self.texts) + 1))

    def owners(self, spelling: int, among: Bool | None, limit: int) -> list[int]:
        """The first entities that are spelt so, of those in ``among`` (by name) only."""
        names = self._sorted[self._starts[spelling] : self._starts[spelling + 1]]
        if among is not None:
            names = names[among[names]]
        return [int(o) for o in self._owners[names[:limit]]]

    def candidates(self, text: str, among: Bool | None = None) -> Int64:
        """Spellings that may reach :data:`SCORE`, in the order of the names (of those in ``among`` only)."""
        passed = self._passes(text)
        if among is None:
            return np.flatnonzero(passed)
        used, first = np.unique(self._of[among], return_index=True)
        used = used[np.argsort(first, kind="stable")]
        return used[passed[used]]

    def _passes(self, text: str) -> Bool:
        words = text.split()
        if not text or len(set(words)) < len(words):  # a word said twice counts once in some likenesses
            return np.ones(len(self.texts), dtype=np.bool_)
        passed = self._bounds.may_be_like(text, by_length=True)
        if len(self._repeats):  # where a word stands twice, some likenesses look at it once
            passed[self._repeats] |= self._once.may_be_like(text, by_length=False)
        near = self._bounds.apart(text) < _FAR + _NEAR
        for word in words:
            found = self._with_word(word)
            passed[found[near[found]]] = True
        return passed

    def _with_word(self, word: str) -> Int64:
        """Spellings that have a whole word."""
        joined, wanted = self._joined, f" {word} ".encode()
        found: list[int] = []
        at = joined.find(wanted)
        while at >= 0:
            found.append(at)
            at = joined.find(wanted, at + 1)
        return np.searchsorted(self._begins, np.array(found, dtype=np.int64), side="right") - 1

    @cached_property
    def _bounds(self) -> _Bounds:
        return _Bounds(self.texts)

    @cached_property
    def _repeats(self) -> Int64:
        """Spellings in which a word stands twice."""
        return np.flatnonzero(
            np.fromiter((" " in t and len(set(w := t.split())) < len(w) for t in self.texts), np.bool_, len(self.texts))
        )

    @cached_property
    def _once(self) -> _Bounds:
        """The same with each word once."""
        return _Bounds([" ".join(dict.fromkeys(self.texts[i].split())) for i in self._repeats.tolist()])

    @cached_property
    def _joined(self) -> bytes:
        return b"".join(b" %s \n" % text.encode() for text in self.texts)

    @cached_property
    def _begins(self) -> Int64:
        """Where each spelling begins in :attr:`_joined`."""
        return self._bounds.packed.offsets[:-1] + 3 * np.arange(len(self.texts), dtype=np.int64)


class _Bounds:
    """How like a text each of some names can be at most, from the letters that they have."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.packed = Texts.of(texts)
        self._lengths: Int64 = np.fromiter(map(len, texts), np.int64, len(texts))

    def apart(self, text: str) -> Float:
        """The quotients of the lengths."""
        size, lengths = len(text), self._lengths
        found: Float = np.maximum(lengths, size) / np.maximum(np.minimum(lengths, size), 1)
        return found

    def may_be_like(self, text: str, *, by_length: bool) -> Bool:
        """Those that share enough letters with a text.

        Args:
            by_length: only by likenesses that are looked at where lengths are so far apart.
        """
        size, lengths, apart = len(text), self._lengths, self.apart(text)
        shared = _in_common(self._letters, _letters_of(text))
        # Of similar length: the whole, or its words in another order.
        passed: Bool = 200.0 * shared >= (SCORE - _NEAR) * (lengths + size)
        # Much longer: a part of it.
        part: Bool = 2.0 * shared >= (SCORE / _PART / 100.0 - _NEAR) * (np.minimum(lengths, size) + shared)
        if by_length:
            passed &= apart < _LONGER + _NEAR
            part &= (apart > _LONGER - _NEAR) & (apart < _FAR + _NEAR)
        if part.any():
            rows = np.flatnonzero(part)
            part[rows] = self._pairs_suffice(text, rows)
        return passed | part

    def _pairs_suffice(self, text: str, rows: Int64) -> Bool:
        """Those of ``rows`` that share enough pairs of letters for the shorter to be like a part of the longer."""
        pairs = _pairs_of(text)
        shared = _in_common(self._pairs, pairs, rows)
        lengths = self._lengths[rows]
        own = np.where(lengths < len(text), self._pair_counts[rows], int(pairs.sum()))
        short = np.minimum(lengths, len(text))
        needed: Int64 = own - _broken(int(short.max(initial=0)))[short]
        passes: Bool = shared >= needed
        return passes

    @cached_property
    def _letters(self) -> Counts:
        """By letter, how often each name has it; letters beyond a few share a place, which only loosens a bound."""
        data, owner = self._bytes
        return _table(data[_begin(data)], owner[_begin(data)], _LETTERS, len(self._lengths))

    @cached_property
    def _pairs(self) -> Counts:
        return _table(*self._pair_codes, _PAIRS, len(self._lengths))

    @cached_property
    def _pair_counts(self) -> Int64:
        return np.bincount(self._pair_codes[1], minlength=len(self._lengths))

    @property
    def _pair_codes(self) -> tuple[Int64, Int64]:
        """Pairs of letters within words, and whose they are."""
        data, owner = self._bytes
        kept = _begin(data)
        letters, owner = data[kept], owner[kept]
        inside = (owner[1:] == owner[:-1]) & (letters[1:] != _SPACE) & (letters[:-1] != _SPACE)
        return (letters[:-1] * 31 + letters[1:])[inside], owner[1:][inside]

    @property
    def _bytes(self) -> tuple[Int64, Int64]:
        packed = self.packed
        return np.asarray(packed.data, dtype=np.int64), np.repeat(np.arange(len(packed)), np.diff(packed.offsets))


_SPACE = 32


def _begin(data: Int64) -> Bool:
    """Bytes that begin a letter (UTF-8)."""
    begins: Bool = (data & 0xC0) != 0x80
    return begins


def _table(codes: Int64, owner: Int64, places: int, rows: int) -> Counts:
    counts = np.bincount((codes % places) * rows + owner, minlength=places * rows)
    return np.minimum(counts, 255).astype(np.uint8).reshape(places, rows)


def _letters_of(text: str) -> Int64:
    data = np.frombuffer(text.encode(), dtype=np.uint8).astype(np.int64)
    return np.bincount(data[_begin(data)] % _LETTERS, minlength=_LETTERS)


def _pairs_of(text: str) -> Int64:
    data = np.frombuffer(text.encode(), dtype=np.uint8).astype(np.int64)
    letters = data[_begin(data)]
    inside = (letters[1:] != _SPACE) & (letters[:-1] != _SPACE)
    return np.bincount((letters[:-1] * 31 + letters[1:])[inside] % _PAIRS, minlength=_PAIRS)


def _in_common(table: Counts, wanted: Int64, rows: Int64 | None = None) -> Int64:
    """How many of ``wanted`` each row has at most; counted in 16 bits, which a name's length does not pass."""
    found = np.zeros(table.shape[1] if rows is None else len(rows), dtype=np.uint16)
    for place in np.flatnonzero(wanted).tolist():
        held = table[place] if rows is None else table[place][rows]
        found += np.minimum(held, np.uint8(min(int(wanted[place]), 255)))
    return found.astype(np.int64)


def _broken(most: int) -> Int64:
    """For each length of the shorter text up to ``most``: how many of its pairs may be broken where it is like a part.

    A letter left out breaks two pairs, one put in between breaks one. With ``k`` of ``m`` letters in common the part is
    at most ``2k / least - m`` long.
    """
    least = SCORE / _PART / 100.0
    found = np.zeros(most + 1, dtype=np.int64)
    for m in range(1, most + 1):
        worst = 0
        for k in range(m + 1):
            longest = min(m, int(2 * k / least - m + _NEAR))
            if longest >= k:
                worst = max(worst, 2 * (m - k) + longest - k)
        found[m] = worst
    return found
