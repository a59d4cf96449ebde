"""The embedding models of this process, each loaded once and shared by all who ask."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from threading import Lock

from reasoning.retrieval.embedding import Embedder, bundled_model, fingerprint
from reasoning.retrieval.model_process import ModelProcess

_KEPT = 2  # models that stay loaded: the one in use, and one that is being changed to
_OPENED: dict[str, ModelProcess] = {}
_OPENING = Lock()


def opened(folder: Path | None = None) -> ModelProcess:
    """A model, loaded once in a process and again when its files changed; None: the bundled one.

    Raises:
        ConfigurationError: the optional packages or the model are missing.
    """
    place = folder or bundled_model()
    with _OPENING:
        key = "" if place is None or not place.exists() else f"{place.resolve()}@{fingerprint(place)}"
        if key not in _OPENED:
            made = ModelProcess(folder)
            while len(_OPENED) >= _KEPT:
                _OPENED.pop(next(iter(_OPENED))).close()
            _OPENED[key] = made
        return _OPENED[key]


def available_embedder() -> Embedder | None:
    """The bundled model when it and torch are installed, else None: retrieval then runs on words and the graph."""
    if importlib.util.find_spec("sentence_transformers") is None or bundled_model() is None:
        return None
    return opened()


def prepare(model: Embedder | None) -> None:
    """Begin to load a model beside everything else, if it is one that is loaded."""
    if isinstance(model, ModelProcess):
        model.prepare()


def is_loaded(model: Embedder | None) -> bool:
    """Whether a model answers without being waited for; if it is one that is loaded, that begins now."""
    found: object = getattr(model, "loaded", True)
    return bool(found)
