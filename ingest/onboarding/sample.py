"""A stand-in for a text file too large to be read as a whole: its head, blocks from all over it, and its end."""

from __future__ import annotations

from pathlib import Path

from ingest.adapters.spec import SUFFIXES, Format

WHOLE = 256 << 20
"""Bytes up to which a file is read as a whole."""
_HEAD = 16 << 20
_BLOCKS = 48
_BLOCK = 1 << 20
_SAMPLED = (Format.DELIMITED, Format.JSONL)


class Sampler:
    """Keeps the stand-ins in a temporary folder."""

    def __init__(self, folder: Path, whole: int = WHOLE) -> None:
        self._folder = folder
        self._whole = whole
        self._made: dict[Path, Path] = {}

    def __call__(self, path: Path) -> Path:
        """The file itself, or its stand-in."""
        if path in self._made:
            return self._made[path]
        if path.stat().st_size <= self._whole or SUFFIXES.get(path.suffix.lower()) not in _SAMPLED:
            return path
        target = self._folder / f"{len(self._made)}-{path.name}"
        head = min(_HEAD, self._whole)
        block = min(_BLOCK, max(1 << 12, self._whole // 64))
        size = path.stat().st_size
        with path.open("rb") as source, target.open("wb") as out:
            out.write(_to_line_end(source.read(head)))
            wide = b"\0" in source.read(0) or _is_wide(path)
            if not wide:
                step = max(block, (size - head) // _BLOCKS)
                for at in range(head, size - block, step):
                    source.seek(at)
                    source.readline(block)
                    out.write(_to_line_end(source.read(block)))
        self._made[path] = target
        return target

    def is_sample(self, path: Path) -> bool:
        """Whether only a stand-in of this file is read."""
        return path in self._made


def _is_wide(path: Path) -> bool:
    """Encodings of two bytes and more are not cut in the middle: only their head is read."""
    with path.open("rb") as stream:
        return b"\0" in stream.read(1 << 12)


def _to_line_end(data: bytes) -> bytes:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data[: len(data) - len(data) % 2]
    end = data.rfind(b"\n")
    return data if end < 0 else data[: end + 1]
