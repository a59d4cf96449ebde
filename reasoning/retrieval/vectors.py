"""Vectors kept on disk by the hash of their text: only what is new is embedded, per model and version."""

from __future__ import annotations

import hashlib
import os
import threading
import uuid
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reasoning.retrieval.embedding import Embedder, Vectors
from reasoning.retrieval.models import is_loaded, prepare

_KEY = 16  # bytes of the text's sha256
_PARTS = 20  # files of what came later; then all become one


class KeptVectors:
    """An embedder that remembers. ``folder`` holds the vectors of each model; a damaged file is made anew.

    What is new is written beside what is there, so keeping the vectors of one more text takes no longer with many.
    ``made`` counts the texts that had to be embedded since the last :meth:`save`; ``source`` is how settings name the
    model, so that it can be opened again.
    """

    def __init__(self, embedder: Embedder, folder: Path, *, source: str = "") -> None:
        self._embedder = embedder
        self._folder, self._plain = folder, _plain(embedder.name)
        self._held: dict[bytes, Vectors] = {}
        self._fresh: list[bytes] = []
        self._here = threading.local()
        self._saving = threading.Lock()
        self.name, self.source = embedder.name, source
        self.made = 0
        self.remembers = True
        """Whether what is embedded from now on is kept: texts are, questions need not be."""
        for file in self._files():
            self._held |= _read(file, self.name)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit row per text; those known already are not embedded again."""
        keys = [_key(t) for t in texts]
        missing = {k: t for k, t in zip(keys, texts, strict=True) if k not in self._held}
        if missing and not (self.remembers or getattr(self._here, "remembers", False)):
            fresh = dict(zip(missing, self._embedder.encode(list(missing.values())), strict=True))
            return np.stack([fresh[k] if k in fresh else self._held[k] for k in keys])
        if missing:
            made = self._embedder.encode(list(missing.values()))
            with self._saving:
                self._held |= zip(missing, made, strict=True)
                self._fresh += missing
                self.made += len(missing)
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        return np.stack([self._held[k] for k in keys])

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """While this lasts, what this thread embeds is kept, whatever other threads ask."""
        self._here.remembers = True
        try:
            yield
        finally:
            self._here.remembers = False

    def prepare(self) -> None:
        """Begin to load the model, if it is one that is loaded."""
        prepare(self._embedder)

    @property
    def loaded(self) -> bool:
        """Whether what is not kept is embedded without waiting for the model to be loaded."""
        return is_loaded(self._embedder)

    def lacks(self, text: str) -> bool:
        """Whether a text would have to be embedded."""
        return _key(text) not in self._held

    def save(self, texts: Iterable[str] | None = None) -> None:
        """Write what is held (of ``texts``, if given: what none of them needs goes). Atomic; a crash loses nothing."""
        with self._saving:
            self._save(texts)

    def _save(self, texts: Iterable[str] | None) -> None:
        whole = texts is not None
        if texts is not None:
            needed = {_key(t) for t in texts}
            gone = self._held.keys() - needed
            for key in gone:
                del self._held[key]
            self.made += len(gone)
        if not self.made:
            return
        older = self._files()
        fresh, self._fresh = [k for k in self._fresh if k in self._held], []
        if whole or len(older) > _PARTS or 2 * len(fresh) >= len(self._held):
            self._write(self._folder / f"{self._plain}.npz", list(self._held))
            for file in older:
                if file.name != f"{self._plain}.npz":
                    file.unlink(missing_ok=True)
        elif fresh:
            self._write(self._folder / f"{self._plain}+{uuid.uuid4().hex[:12]}.npz", fresh)
        self.made = 0

    def _files(self) -> list[Path]:
        return [self._folder / f"{self._plain}.npz", *sorted(self._folder.glob(f"{self._plain}+*.npz"))]

    def _write(self, file: Path, keys: list[bytes]) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_name(f".{uuid.uuid4().hex}.npz")
        rows = np.stack([self._held[k] for k in keys]) if keys else np.zeros((0, 0), dtype=np.float32)
        marks = np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, _KEY)
        model, source = np.array(self.name), np.array(self.source)
        try:
            np.savez(temporary, keys=marks, vectors=rows, model=model, source=source)
            os.replace(temporary, file)  # noqa: PTH105 - atomic on one file system
        finally:
            temporary.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class KeptModel:
    """A model of which vectors are kept, and how settings named it."""

    name: str
    source: str


def kept_models(folder: Path) -> tuple[KeptModel, ...]:
    """The models of which a folder holds vectors, the latest first."""
    found: dict[KeptModel, float] = {}
    for file in folder.glob("[!.]*.npz"):
        with suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            with np.load(file, allow_pickle=False) as held:
                model = KeptModel(str(held["model"]), str(held["source"]))
            found[model] = max(found.get(model, 0.0), file.stat().st_mtime)
    return tuple(sorted(found, key=lambda m: -found[m]))


def forget_model(folder: Path, name: str) -> None:
    """Delete the vectors of a model."""
    plain = _plain(name)
    for file in (folder / f"{plain}.npz", *folder.glob(f"{plain}+*.npz")):
        file.unlink(missing_ok=True)


def _read(file: Path, model: str) -> dict[bytes, Vectors]:
    """The vectors of a file; none where it is missing, damaged or of another model."""
    try:
        with np.load(file, allow_pickle=False) as found:
            if str(found["model"]) != model:
                return {}
            keys, vectors = found["keys"], np.asarray(found["vectors"], dtype=np.float32)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
    return {bytes(k): v for k, v in zip(keys, vectors, strict=True)} if keys.shape[0] == vectors.shape[0] else {}


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:_KEY]


def _plain(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in name)[:100] or "model"
