"""Documents are parsed in a process of their own, which is stopped when a file takes too long or too much memory.

One child serves many files; after one that was stopped the next file gets a new one. The child has no network.
"""

from __future__ import annotations

import multiprocessing
from contextlib import suppress
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock

from ingest.documents.model import Document, Limits
from ontology.errors import KnockonError, LimitExceeded, SourceError
from validation.confinement import confine

_SERVED = 500  # files that one child reads before it makes way: parsers leak


class Reader:
    """Reads files in a child process that can be killed. Safe to share between threads: one file at a time."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._child: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._served = 0
        self._lock = Lock()

    def read(self, path: Path) -> tuple[Document, ...]:
        """The documents of a file.

        Raises:
            SourceError: it cannot be read; what is wrong with it.
            LimitExceeded: it is too large, took too long, or needed too much memory; the child was stopped.
        """
        with self._lock:
            pipe = self._ready()
            try:
                pipe.send((str(path), self.limits))
                if not pipe.poll(self.limits.seconds):
                    raise LimitExceeded(
                        f"Reading the file took more than {self.limits.seconds:g} s and was stopped.",
                        where=path,
                        do="Save it in a simpler form, or split it.",
                    )
                kind, value = pipe.recv()
            except (EOFError, BrokenPipeError, ConnectionResetError):
                self.close()
                raise LimitExceeded(
                    f"Reading the file needed more than {self.limits.megabytes} MB, or made the reader fail.",
                    where=path,
                    do="Save it in a simpler form, or split it.",
                ) from None
            except BaseException:
                self.close()
                raise
        if kind == "documents":
            assert isinstance(value, tuple)
            return value
        what, do = value
        if kind == "memory":
            self.close()
        raise (SourceError if kind == "source" else LimitExceeded)(what, where=path, do=do)

    def close(self) -> None:
        """Stop the child, if there is one."""
        child, self._child, pipe, self._pipe, self._served = self._child, None, self._pipe, None, 0
        if pipe is not None:
            pipe.close()
        if child is not None:
            child.kill()
            child.join()

    def _ready(self) -> Connection:
        if self._pipe is not None and self._child is not None and self._child.is_alive() and self._served < _SERVED:
            self._served += 1
            return self._pipe
        self.close()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        child = context.Process(target=_serve, args=(theirs, self.limits.megabytes), daemon=True)
        child.start()
        theirs.close()
        self._child, self._pipe, self._served = child, ours, 1
        return ours


@cache
def shared_reader() -> Reader:
    """The reader of this process; its child ends with it."""
    return Reader()


def _serve(pipe: Connection, megabytes: int) -> None:
    from ingest.documents.read import read_file

    confine(megabytes, closed_to="documents")
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            path, limits = pipe.recv()
            pipe.send(_answer(lambda path=path, limits=limits: tuple(read_file(Path(path), limits))))


def _answer(read: object) -> tuple[str, object]:
    assert callable(read)
    try:
        return "documents", read()
    except MemoryError:
        return "memory", ("Reading the file needed too much memory and was stopped.", "Split it.")
    except LimitExceeded as problem:
        return "limit", (problem.what, problem.do)
    except KnockonError as problem:
        return "source", (problem.what, problem.do)
    except RecursionError:
        return "limit", ("The file is nested too deeply.", "Save it in a simpler form.")
    except OSError as problem:
        why = problem.strerror or type(problem).__name__
        return "source", (f"The file cannot be read: {why}.", "Look whether it is there, and who may read it.")
    except Exception as problem:  # noqa: BLE001 - whatever a parser does to a damaged file, one sentence comes back
        return "source", (f"The file is damaged ({type(problem).__name__}).", "Save or export it again.")
