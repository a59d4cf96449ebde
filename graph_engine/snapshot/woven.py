"""Typed columns, ids and places under a :class:`Weave`: the parts that a patched snapshot is put together from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from graph_engine.snapshot.columns import Column
from graph_engine.snapshot.texts import Array, Ids
from graph_engine.snapshot.weave import Weave

K = TypeVar("K", str, tuple[str, str], tuple[str, int])


class CannotPatch(Exception):
    """The change does not fit the old arrays (ids of another form); a rebuild does."""


def weave_column(weave: Weave, old: Column, new: Column) -> Column:
    """A column that loses and gets rows; its dictionary keeps only texts that occur."""
    if weave.is_identity:
        return old
    null = weave.array(old.null, new.null)
    dictionary = old.dictionary
    values, fresh = old.values, new.values
    if dictionary is not None and new.dictionary is not None:
        stays = values
        if old.offsets is None:
            stays = values[weave.kept]
        else:
            stays = np.delete(values, positions(old.offsets, weave.removed))
        used = np.bincount(stays[stays >= 0], minlength=len(dictionary)) > 0
        texts = list(new.dictionary)
        added = []
        for text in texts:
            at = dictionary.find(text)
            if at is None:
                added.append(text)
            else:
                used[at] = True
        words = Weave(len(dictionary), np.flatnonzero(~used), [dictionary.lower_bound(t) for t in added])
        place = {text: int(at) for text, at in zip(added, words.places, strict=True)}
        own = np.array(
            [place[t] if t in place else words.map[dictionary.find(t)] for t in texts] + [-1], dtype=np.int32
        )
        values = values if words.is_identity else np.append(words.map, np.int32(-1))[values]
        fresh = own[fresh]
        dictionary = words.texts(dictionary, added)
    if old.offsets is None:
        return Column(old.datatype, weave.array(values, fresh), null, dictionary)
    assert new.offsets is not None
    offsets, flat = weave.segments(old.offsets, values, new.offsets, fresh)
    return Column(old.datatype, flat, null, dictionary, offsets)


def weave_ids(weave: Weave, old: Ids, fresh: Sequence[str]) -> Array:
    """The array of ids that lose and get some.

    Raises:
        CannotPatch: the new ids are not packed as the old ones are.
    """
    if not fresh:
        array = weave.array(old.array, np.zeros(0, dtype=old.array.dtype))
        if weave.new_size == 0 or (not old.prefix and len(array) != len(old)):
            raise CannotPatch
        return array
    packed = Ids.of(fresh)
    if packed.prefix != old.prefix or packed.array.dtype != old.array.dtype or not old.prefix:
        raise CannotPatch
    return weave.array(old.array, packed.array)


def place_of(ids: Ids, id_: str, start: int, stop: int) -> int:
    """Where an id is or would be among the sorted ids ``[start, stop)``."""
    return start + bisect(stop - start, lambda at: ids[start + at], id_)


def bisect(size: int, key: Callable[[int], K], wanted: K) -> int:
    """The first position whose key is not below ``wanted``; keys ascend."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        if key(middle) < wanted:
            low = middle + 1
        else:
            high = middle
    return low


def positions(offsets: Array, rows: Sequence[int] | Array) -> Array:
    """Positions in a ragged array's flat values that belong to some rows."""
    if len(rows) == 0:
        return np.zeros(0, dtype=np.int64)
    parts = [np.arange(offsets[r], offsets[r + 1]) for r in rows]
    return np.concatenate(parts)
