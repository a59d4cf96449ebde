"""Rows taken out of and put into arrays without touching the rest: what a patched snapshot is made by."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from graph_engine.snapshot.columns import Int32, ragged
from graph_engine.snapshot.texts import Array, Int64, Texts


class Weave:
    """A table of ``size`` rows that loses the rows ``removed`` and gets new ones before the old rows ``at``.

    Both are ascending positions in the old table; new rows come in their order. With nothing removed or put in, every
    method gives back what it was given.
    """

    def __init__(self, size: int, removed: Sequence[int] | Int64, at: Sequence[int] | Int64) -> None:
        self.size = size
        self.removed: Int64 = np.asarray(removed, dtype=np.int64)
        self.at: Int64 = np.asarray(at, dtype=np.int64)

    @property
    def is_identity(self) -> bool:
        """Whether nothing changes."""
        return len(self.removed) == 0 and len(self.at) == 0

    @cached_property
    def in_place(self) -> bool:
        """Whether each new row takes the place of a row that is removed, and nothing else moves."""
        return len(self.removed) == len(self.at) and bool((self.removed == self.at).all())

    @property
    def new_size(self) -> int:
        """Rows afterwards."""
        return self.size - len(self.removed) + len(self.at)

    @cached_property
    def map(self) -> Int32:
        """Old row → new row; -1 for rows that are gone."""
        if self.in_place:
            same = np.arange(self.size, dtype=np.int32)
            same[self.removed] = -1
            return same
        old = np.arange(self.size, dtype=np.int64)
        new = old - np.searchsorted(self.removed, old, side="left") + np.searchsorted(self.at, old, side="right")
        new[self.removed] = -1
        return new.astype(np.int32)

    @cached_property
    def places(self) -> Int64:
        """New row of each row put in."""
        before = self.at - np.searchsorted(self.removed, self.at, side="left")
        return before + np.arange(len(self.at))

    @cached_property
    def kept(self) -> Array:
        """Mask of the old rows that stay."""
        mask = np.ones(self.size, dtype=np.bool_)
        mask[self.removed] = False
        return mask

    def array(self, old: Array, new: Array | Sequence[object]) -> Array:
        """One value for each row."""
        if self.is_identity:
            return old
        fresh = np.asarray(new, dtype=old.dtype)
        if self.in_place:
            if np.array_equal(old[self.removed], fresh):
                return old
            changed = old.copy()
            changed[self.removed] = fresh
            return changed
        pieces: list[Array] = []
        for piece in self._pieces():
            pieces.append(old[piece] if isinstance(piece, slice) else fresh[piece : piece + 1])
        return np.concatenate(pieces) if pieces else old[:0]

    def ragged(self, offsets: Int64, flat: Array, new: Sequence[Sequence[int]]) -> tuple[Int64, Array]:
        """Some values for each row."""
        if self.is_identity:
            return offsets, flat
        new_offsets, fresh = ragged(new)
        return self.segments(offsets, flat, new_offsets, fresh.astype(flat.dtype))

    def texts(self, old: Texts, new: Sequence[str]) -> Texts:
        """One text for each row."""
        if self.is_identity:
            return old
        fresh = Texts.of(new)
        return Texts(*self.segments(old.offsets, old.data, fresh.offsets, fresh.data))

    def segments(self, offsets: Int64, flat: Array, new_offsets: Int64, fresh: Array) -> tuple[Int64, Array]:
        """Some values for each row; those of new rows also with their offsets."""
        if self.in_place and self._same(offsets, flat, new_offsets, fresh):
            return offsets, flat
        pieces: list[Array] = []
        for piece in self._pieces():
            if isinstance(piece, slice):
                pieces.append(flat[offsets[piece.start] : offsets[piece.stop]])
            else:
                pieces.append(fresh[new_offsets[piece] : new_offsets[piece + 1]])
        lengths = self.array(np.diff(offsets), np.diff(new_offsets))
        result = np.zeros(len(lengths) + 1, dtype=np.int64)
        np.cumsum(lengths, out=result[1:])
        return result, np.concatenate(pieces) if pieces else flat[:0]

    def _same(self, offsets: Int64, flat: Array, new_offsets: Int64, fresh: Array) -> bool:
        """Whether the new rows hold what the rows hold whose place they take."""
        starts, stops = offsets[self.removed], offsets[self.removed + 1]
        if not np.array_equal(stops - starts, np.diff(new_offsets)):
            return False
        held = [flat[a:b] for a, b in zip(starts.tolist(), stops.tolist(), strict=True)]
        return bool(np.array_equal(np.concatenate(held) if held else flat[:0], fresh))

    def _pieces(self) -> list[slice | int]:
        """Runs of old rows, and numbers of new ones, in the new order."""
        pieces: list[slice | int] = []
        done, number = 0, 0
        gone = self.removed.tolist()
        # A new row goes before the old row at its place, also if that one is removed.
        stops = sorted({*gone, *self.at.tolist(), self.size})
        removed = set(gone)
        at = self.at.tolist()
        for stop in stops:
            if stop > done:
                pieces.append(slice(done, stop))
            while number < len(at) and at[number] == stop:
                pieces.append(number)
                number += 1
            done = stop + 1 if stop in removed else stop
        return pieces
