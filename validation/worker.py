"""Shapes that nobody here wrote are run in a process of their own, with limits on time and memory, that can be killed.

The child has no network: name resolution and sockets are refused in it, so no parser or query can reach out. Its
memory is limited by the operating system where that is possible (not on Windows).
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import TypeVar

from rdflib import Graph

from ontology.errors import KnockonError, LimitExceeded, ShapeError
from validation import shape_model as m
from validation.confinement import confine
from validation.engine import Focus, Result
from validation.graph import TripleIndex
from validation.terms import Triple

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """What untrusted work may use."""

    seconds: float = 60.0
    megabytes: int = 2048


def run_limited(work: Callable[..., T], *arguments: object, limits: Limits | None = None) -> T:
    """The result of ``work(*arguments)``, computed in a child process.

    ``work`` must be a function of a module (it is sent by name); arguments and result are pickled.

    Raises:
        LimitExceeded: it took too long or too much memory; the child was killed.
        ShapeError: what the work itself raised.
    """
    limits = limits or Limits()
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(theirs, limits.megabytes, work, arguments), daemon=True)
    child.start()
    theirs.close()
    try:
        if not ours.poll(limits.seconds):
            raise LimitExceeded(
                f"The shapes were not checked within {limits.seconds:g} s and were stopped.",
                do="Look for repeated paths and SPARQL in them, or give them more time.",
            )
        try:
            kind, value = ours.recv()
        except EOFError:
            raise LimitExceeded(
                f"Checking the shapes needed more than {limits.megabytes} MB and was stopped.",
                do="Check fewer shapes or less data at once, or give it more memory.",
            ) from None
    finally:
        child.kill()
        child.join()
        ours.close()
    if kind == "result":
        return value  # type: ignore[no-any-return]
    if kind == "memory":
        raise LimitExceeded(
            f"Checking the shapes needed more than {limits.megabytes} MB and was stopped.",
            do="Check fewer shapes or less data at once, or give it more memory.",
        )
    raise ShapeError(str(value), do="Correct the shape, or leave it out.")


def _child(pipe: Connection, megabytes: int, work: Callable[..., object], arguments: tuple[object, ...]) -> None:
    confine(megabytes, closed_to="shapes")
    try:
        pipe.send(("result", work(*arguments)))
    except MemoryError:
        pipe.send(("memory", ""))
    except KnockonError as problem:
        pipe.send(("error", f"{problem}"))
    except Exception as problem:  # noqa: BLE001 - whatever untrusted work does, the parent gets a sentence
        pipe.send(("error", f"{type(problem).__name__}: {problem}"))


class LimitedEngine:
    """An engine whose work is done by child processes that share one allowance of time.

    Raises:
        LimitExceeded: from :meth:`validate`, when the time or the memory is used up.
    """

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self._limits = limits
        self._left = limits.seconds

    def validate(self, data: TripleIndex, shapes: m.Shapes, focus: Focus | None = None) -> list[Result]:
        """All results; with ``focus`` only those of the given shapes on the given nodes."""
        begun = time.perf_counter()
        limits = replace(self._limits, seconds=max(0.1, self._left))
        try:
            return run_limited(check_by, self.name, shapes.graph, list(data), focus, limits=limits)
        finally:
            self._left -= time.perf_counter() - begun


def check_by(name: str, graph: Graph, triples: Sequence[Triple], focus: Focus | None) -> list[Result]:
    """An engine's results for :func:`run_limited`: shapes graph, data, focus nodes for each shape.

    Raises:
        ShapeError: a constraint cannot be run.
    """
    from validation.engines import make_engine
    from validation.shapes import shapes_from_graph

    engine = make_engine(name)
    assert engine is not None
    found = engine.validate(TripleIndex(triples), shapes_from_graph(graph), focus)
    return [replace(r, messages=dict(r.messages)) for r in found]


def check_by_reference(graph: Graph, triples: Sequence[Triple], focus: Focus | None) -> list[Result]:
    """pySHACL's results, for :func:`run_limited`: the one engine that runs SPARQL constraints.

    Raises:
        ShapeError: a constraint cannot be run.
    """
    return check_by("pyshacl", graph, triples, focus)
