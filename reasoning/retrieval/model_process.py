"""The embedding model in a process of its own: loading it takes seconds in which nothing else would be answered.

Importing torch holds Python's global lock for up to two seconds at a time. In a child it holds up nobody; the child has
what torch needs of memory, and ends with the process that asked.
"""

from __future__ import annotations

import atexit
import importlib
import multiprocessing
import threading
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock

import numpy as np

from ontology.errors import ConfigurationError, KnockonError
from reasoning.retrieval.embedding import TURN, SentenceTransformerEmbedder, Vectors, model_name, require_model

_GOING = 2.0  # seconds that a child has to end by itself


class ModelProcess:
    """An embedder whose model is loaded in a child process, when first needed or by :meth:`prepare`. Threads share it.

    Raises:
        ConfigurationError: the optional packages or the model are missing.
    """

    def __init__(self, folder: Path | None = None) -> None:
        place = require_model(folder)
        self._folder = folder
        self.name = model_name(folder, place)
        self._child: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._signal: Connection | None = None  # says something once loading is over
        self._ends = False
        self._failed = False
        self._turn = Lock()
        self._starting = Lock()

    def prepare(self) -> None:
        """Begin to load the model, without waiting for it."""
        self._ready()

    @property
    def loaded(self) -> bool:
        """Whether :meth:`encode` need not wait for loading: it is over, well or not. Begins to load, never waits."""
        child = self._child
        if self._failed or (child is not None and not child.is_alive()):
            return True  # to be tried, and said to who asks
        with suppress(OSError):  # stopped meanwhile
            self._ready()
            signal = self._signal
            return signal is not None and signal.poll()
        return False

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit row per text, float32; an empty list gives an array of no rows.

        Raises:
            ConfigurationError: the model cannot be loaded, or its process ended twice.
        """
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))  # texts of one length waste no padding
        found: Vectors | None = None
        for at in range(0, len(order), TURN):
            own = order[at : at + TURN]
            rows = self._asked([texts[i] for i in own], many=len(texts))
            if found is None:
                found = np.empty((len(texts), rows.shape[1]), dtype=np.float32)
            found[own] = rows
        assert found is not None
        return found

    def close(self) -> None:
        """Stop the child; it is started again when needed."""
        with self._starting:
            self._stop()

    def _asked(self, texts: list[str], *, many: int) -> Vectors:
        for _ in range(2):  # a child that was stopped from outside (for want of memory) is started once more
            with self._turn:
                pipe = self._ready()
                try:
                    pipe.send((texts, many))
                    said, value = pipe.recv()
                except (EOFError, OSError):
                    self.close()
                    continue
            self._failed = said != "vectors"
            if not self._failed:
                return np.asarray(value, dtype=np.float32)
            self.close()
            what, do = value
            raise ConfigurationError(what, do=do)
        self._failed = True
        raise ConfigurationError(
            f"The process of the embedding model {self.name} ended before it answered.",
            do="See whether memory ran out; `answers: {embedding: none}` in knockon.yaml does without a model.",
        )

    def _ready(self) -> Connection:
        with self._starting:
            if self._pipe is not None and self._child is not None and self._child.is_alive():
                return self._pipe
            self._stop()
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            signal, told = context.Pipe(duplex=False)
            child = context.Process(target=_serve, args=(theirs, told, self._folder), name="embedding", daemon=True)
            child.start()
            theirs.close()
            told.close()
            if not self._ends:
                atexit.register(self.close)  # before Python ends children the hard way
                self._ends = True
            self._child, self._pipe, self._signal = child, ours, signal
            return ours

    def _stop(self) -> None:
        child, self._child, pipe, self._pipe = self._child, None, self._pipe, None
        signal, self._signal = self._signal, None
        for end in (pipe, signal):
            if end is not None:
                end.close()
        if child is not None:
            child.join(_GOING)  # without its pipe it ends by itself, and leaves nothing behind
            child.kill()
            child.join()


def _serve(pipe: Connection, loaded: Connection, folder: Path | None) -> None:
    with suppress(ImportError):
        # Its own lock would outlive a child that is killed.
        importlib.import_module("tqdm").tqdm.set_lock(threading.RLock())
    with suppress(EOFError, OSError, KeyboardInterrupt):
        try:
            model = SentenceTransformerEmbedder(folder)
        except KnockonError as problem:
            loaded.close()
            pipe.recv()
            pipe.send(("failed", (problem.what, problem.do)))
            return
        except Exception as problem:  # noqa: BLE001 - whatever a damaged model does to its loader, one sentence comes back
            loaded.close()
            pipe.recv()
            told = f"The embedding model in {folder} cannot be loaded ({type(problem).__name__})."
            pipe.send(("failed", (told, "Name another one at `answers: {embedding: …}`, or none.")))
            return
        finally:
            loaded.close()  # the other side sees the end of it
        while True:
            texts, many = pipe.recv()
            pipe.send(("vectors", model.encode(texts, many=many)))
