"""Vectors kept on disk by the hash of their text: only what is new is embedded, per model and version."""

from __future__ import annotations

import hashlib
import os
import uuid
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from reasoning.retrieval.embedding import Embedder, Vectors

_KEY = 16  # bytes of the text's sha256


class KeptVectors:
    """An embedder that remembers. ``folder`` holds one file for each model; a damaged file is made anew.

    ``made`` counts the texts that had to be embedded since the last :meth:`save`.
    """

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self._embedder = embedder
        self._file = folder / f"{_plain(embedder.name)}.npz"
        self._held: dict[bytes, Vectors] = {}
        self.name = embedder.name
        self.made = 0
        self.remembers = True
        """Whether what is embedded from now on is kept: texts are, questions need not be."""
        self._load()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit row per text; those known already are not embedded again."""
        keys = [hashlib.sha256(t.encode()).digest()[:_KEY] for t in texts]
        missing = {k: t for k, t in zip(keys, texts, strict=True) if k not in self._held}
        if missing and not self.remembers:
            fresh = dict(zip(missing, self._embedder.encode(list(missing.values())), strict=True))
            return np.stack([fresh[k] if k in fresh else self._held[k] for k in keys])
        if missing:
            for key, vector in zip(missing, self._embedder.encode(list(missing.values())), strict=True):
                self._held[key] = vector
            self.made += len(missing)
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        return np.stack([self._held[k] for k in keys])

    def save(self, texts: Sequence[str] | None = None) -> None:
        """Write what is held (of ``texts``, if given: what none of them needs goes). Atomic; a crash loses nothing."""
        if texts is not None:
            needed = {hashlib.sha256(t.encode()).digest()[:_KEY] for t in texts}
            gone = self._held.keys() - needed
            for key in gone:
                del self._held[key]
            self.made += len(gone)
        if not self.made:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._file.with_name(f".{uuid.uuid4().hex}.npz")
        keys = np.frombuffer(b"".join(self._held), dtype=np.uint8).reshape(-1, _KEY)
        rows = np.stack(list(self._held.values())) if self._held else np.zeros((0, 0), dtype=np.float32)
        try:
            np.savez(temporary, keys=keys, vectors=rows, model=np.array(self.name))
            os.replace(temporary, self._file)  # noqa: PTH105 - atomic on one file system
        finally:
            temporary.unlink(missing_ok=True)
        self.made = 0

    def _load(self) -> None:
        if not self._file.is_file():
            return
        try:
            with np.load(self._file, allow_pickle=False) as found:
                if str(found["model"]) != self.name:
                    return
                keys, vectors = found["keys"], np.asarray(found["vectors"], dtype=np.float32)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return
        if keys.shape[0] == vectors.shape[0]:
            self._held = {bytes(k): v for k, v in zip(keys, vectors, strict=True)}


def _plain(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in name)[:100] or "model"
