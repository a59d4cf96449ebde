"""Texts and ids in arrays: UTF-8 bytes with offsets, and ids of a fixed width packed to bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Int64 = npt.NDArray[np.int64]

_HEX = re.compile(r"^[a-z]_(?:[0-9a-f]{2})+$")


class Texts(Sequence[str]):
    """Texts as UTF-8 bytes with offsets. Sorted tables can be searched."""

    __slots__ = ("data", "offsets")

    def __init__(self, offsets: Int64, data: npt.NDArray[np.uint8]) -> None:
        self.offsets = offsets
        self.data = data

    @classmethod
    def of(cls, texts: Sequence[str]) -> Texts:
        """Pack texts in their order."""
        encoded = [text.encode() for text in texts]
        offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
        np.cumsum([len(e) for e in encoded], out=offsets[1:])
        return cls(offsets, np.frombuffer(b"".join(encoded), dtype=np.uint8))

    @classmethod
    def load(cls, arrays: Mapping[str, Array], prefix: str) -> Texts:
        """From a container's arrays."""
        return cls(arrays[prefix + "/offsets"], arrays[prefix + "/bytes"])

    def store(self, arrays: dict[str, Array], prefix: str) -> None:
        """Into a container's arrays."""
        arrays[prefix + "/offsets"] = self.offsets
        arrays[prefix + "/bytes"] = self.data

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, i: Any) -> Any:
        if isinstance(i, slice):
            return [self._raw(j).decode() for j in range(*i.indices(len(self)))]
        return self._raw(int(i)).decode()

    def __iter__(self) -> Iterator[str]:
        data = self.data.tobytes()
        offsets = self.offsets.tolist()
        for start, stop in pairwise(offsets):
            yield data[start:stop].decode()

    def _raw(self, i: int) -> bytes:
        if not 0 <= i < len(self):
            raise IndexError(i)
        return self.data[self.offsets[i] : self.offsets[i + 1]].tobytes()

    def lower_bound(self, text: str) -> int:
        """Where ``text`` is or would be in a sorted table (code-point order)."""
        # Through views: bytes out of arrays cost ten times as much, and a search looks up dozens of names.
        data, offsets = self.data.data, self.offsets.data
        key, low, high = text.encode(), 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if bytes(data[offsets[middle] : offsets[middle + 1]]) < key:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, text: str) -> int | None:
        """The position of ``text`` in a sorted table."""
        at = self.lower_bound(text)
        return at if at < len(self) and self._raw(at) == text.encode() else None


class Ids(Sequence[str]):
    """Ids in a fixed width. Those of the form ``x_<hex>`` with one prefix are packed to bytes; order is kept."""

    __slots__ = ("_prefix", "_values")

    def __init__(self, values: Array, prefix: str) -> None:
        self._values = values
        self._prefix = prefix

    @classmethod
    def of(cls, ids: Sequence[str]) -> Ids:
        """Pack ids in their order."""
        if ids:
            prefix, width = ids[0][:2], len(ids[0])
            if all(len(i) == width and i[:2] == prefix and _HEX.match(i) for i in ids):
                packed = bytes.fromhex("".join(i[2:] for i in ids))
                return cls(np.frombuffer(packed, dtype=f"S{(width - 2) // 2}"), prefix)
        return cls(np.array([i.encode() for i in ids], dtype=None if ids else "S1"), "")

    @classmethod
    def load(cls, arrays: Mapping[str, Array], name: str, prefix: str) -> Ids:
        """From a container's arrays; ``prefix`` comes from its metadata."""
        return cls(arrays[name], prefix)

    @property
    def array(self) -> Array:
        """What a container stores."""
        return self._values

    @property
    def prefix(self) -> str:
        """What packed ids begin with; empty for unpacked ones."""
        return self._prefix

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, i: Any) -> Any:
        if isinstance(i, slice):
            return [self[j] for j in range(*i.indices(len(self)))]
        raw = bytes(self._values[int(i)])
        if self._prefix:
            return self._prefix + raw.ljust(self._values.dtype.itemsize, b"\0").hex()
        return raw.decode()

    def find(self, id_: str, start: int = 0, stop: int | None = None) -> int | None:
        """The position of ``id_`` among the sorted ids ``[start, stop)``."""
        if self._prefix:
            width = self._values.dtype.itemsize
            if len(id_) != 2 + 2 * width or not id_.startswith(self._prefix) or not _HEX.match(id_):
                return None
            key = bytes.fromhex(id_[2:])
        else:
            key = id_.encode()
            if len(key) > self._values.dtype.itemsize:
                return None
        part = self._values[start : len(self._values) if stop is None else stop]
        at = int(np.searchsorted(part, np.array([key], dtype=self._values.dtype))[0])
        return start + at if at < len(part) and self[start + at] == id_ else None
