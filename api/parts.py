"""The parts of a project, wired together once: ontology, database, archive, gate, pipeline, snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Self

from api.settings import Settings
from graph_engine.graph import Graph
from ingest.progress import Progress, silent
from ontology.errors import BadQuestion, ConfigurationError, NotFound

if TYPE_CHECKING:
    from graph_engine.server.managed import ManagedServer
    from graph_engine.snapshot import Snapshot
    from graph_engine.store.current import GraphState
    from ingest.archive import Archive
    from ingest.mapping.model import SourceMapping
    from ingest.pipeline import Pipeline, Source
    from ingest.resolution.policy import Policy
    from ontology.model import Ontology
    from reasoning.network import Network
    from validation.gate import Gate

# What is heavy (rdflib, scipy, numba, pyshacl, the adapters) is imported where it is used.

Say = Callable[[str], None]


_NETWORKS = 3
"""Recorded versions that are kept ready for reasoning at once."""


def quiet(_: str) -> None:
    """Say nothing."""


class NotReady(BadQuestion):
    """Nothing was ingested yet, so nothing can be asked."""

    code = "not-ready"
    http_status = 503


class Parts:
    """Parts are made when first asked for; close them, or use them as a context manager."""

    def __init__(self, settings: Settings, *, agent: str = "", say: Say = quiet, progress: Progress = silent) -> None:
        self.settings = settings
        self.agent = agent
        self._say = say
        self._progress = progress
        self._networks: dict[tuple[int, int, int | None], Network] = {}
        self._reading = RLock()
        self._epoch = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the managed server goes on running."""
        held = self.__dict__.pop("graph", None)
        if held is not None:
            held.close()

    # -- parts ------------------------------------------------------------------------------------------------------

    @cached_property
    def ontology(self) -> Ontology:
        """The shipped ontology with the project's extensions."""
        from ontology.load import load_ontology

        return load_ontology(self.settings.ontology)

    @cached_property
    def server(self) -> ManagedServer:
        """The managed server of this project (not started by asking for it)."""
        from graph_engine.server.managed import ManagedServer

        return ManagedServer(
            self.settings.server_home, heap=self.settings.heap, page_cache=self.settings.page_cache, say=self._say
        )

    @cached_property
    def graph(self) -> Graph:
        """The connection; starts the managed server when it isn't running."""
        return Graph.connect(self.settings.neo4j or self.server.ensure_running())

    @cached_property
    def archive(self) -> Archive:
        """Raw rows and what is pinned."""
        from ingest.archive import Archive

        return Archive(self.settings.archive)

    @cached_property
    def gate(self) -> Gate:
        """The SHACL gate over shipped and own shapes."""
        from validation.gate import Gate
        from validation.shapes import load_shapes

        shapes = load_shapes(self.ontology, self.settings.shapes)
        engine = self.settings.validation_engine
        return Gate(shapes, self.ontology, engine=engine) if engine else Gate(shapes, self.ontology)

    @property
    def resolution(self) -> Policy:
        """How the records of each class are matched, as ``knockon.yaml`` says.

        Raises:
            ConfigurationError: it names a class or property that is none.
        """
        from ingest.resolution.policy import Policy

        said = {n: c.model_dump(exclude_none=True) for n, c in self.settings.resolution.items()}
        policy = Policy.from_json(said)
        policy.check(self.ontology, str(self.settings.folder / "knockon.yaml"))
        return policy

    @property
    def pipeline(self) -> Pipeline:
        """What changes the graph."""
        from ingest.pipeline import Pipeline

        return Pipeline(
            self.graph, self.ontology, self.archive, self.gate, self.settings.tmp,
            agent=self.agent, progress=self._progress, policy=self.resolution,
        )  # fmt: skip

    def mappings(self) -> tuple[SourceMapping, ...]:
        """All mappings of the project, checked alone and against each other.

        Raises:
            ConfigurationError: there is none, or two are for one source.
            MappingError: one is wrong.
        """
        from ingest.mapping.load import load_mappings

        found = load_mappings(self.settings.mappings, self.ontology, self.settings.folders)
        if not found:
            raise ConfigurationError(
                "The project has no mapping.", where=self.settings.folder / "knockon.yaml",
                do="Write one below mappings/ (docs/mapping.md shows how).",
            )  # fmt: skip
        for name in self.settings.folders:
            if name not in {m.source for m in found}:
                known = ", ".join(m.source for m in found)
                raise ConfigurationError(f"--folder: no mapping is for a source {name!r}.", do=f"There are: {known}.")
        return found

    def sources(self, names: Iterable[str] = ()) -> list[Source]:
        """The project's mappings with their folders (all, or those of the sources named).

        Raises:
            NotFound: there is none of that name.
        """
        from ingest.pipeline import Source

        by_name = {m.source: m for m in self.mappings()}
        wanted = {n.split(".")[0] for n in names}
        for name in wanted - set(by_name):
            raise NotFound(f"No mapping is for a source {name!r}.", do=f"There are: {', '.join(sorted(by_name))}.")
        return [Source(m, m.folder) for n, m in by_name.items() if not wanted or n in wanted]

    # -- reading ----------------------------------------------------------------------------------------------------

    def ready(self) -> GraphState:
        """Where the graph stands; what a run that died left behind is put right first, so answers rest on whole runs.

        Raises:
            NotReady: nothing was ever published.
        """
        from graph_engine.store.current import graph_state

        state = graph_state(self.graph)
        if state is None or state.published == 0:
            raise NotReady("The graph is empty.", do="Run `knockon ingest` first.")
        if state.seq <= state.published:  # every batch raises ``seq``: nothing is half-written
            return state
        if self.graph.read("read/unfinished_runs") and self.pipeline.repair_if_dead() is not None:
            return graph_state(self.graph) or state
        return state

    def snapshot(self, known_at: int | None = None) -> Snapshot:
        """The columnar copy at the published version (or as recorded at an earlier one)."""
        from graph_engine.snapshot import build, current

        self.ready()
        if known_at is None:
            return current(self.graph, self.ontology, self.settings.snapshots)
        return build(self.graph, self.ontology, self.settings.snapshots, known_at=known_at)

    def network(self, known_at: int | None = None) -> Network:
        """The snapshot made ready for reasoning; kept while the version is the same. Threads may share it."""
        from reasoning.network import Network

        state = self.ready()
        with self._reading:
            found = self._networks.get((state.epoch, state.published, known_at))
            if found is not None:
                return found
            state = self.ready()  # who waited here while another thread built may find it done, or the graph further on
            if state.epoch != self._epoch:  # history was removed: nothing that held it is kept
                self.forget()
                self._epoch = state.epoch
            at = (state.epoch, state.published, known_at)
            found = self._networks.pop(at, None) or Network(self.snapshot(known_at), self.ontology)
            kept = [k for k in self._networks if k[:2] == at[:2]][-_NETWORKS + 1 :]
            self._networks = {**{k: self._networks[k] for k in kept}, at: found}
            return found

    def forget(self) -> None:
        """Keep nothing ready in memory."""
        with self._reading:
            self._networks.clear()

    def refresh(self) -> None:
        """Bring the snapshot up to the published version, so that the first question need not wait for it."""
        from graph_engine.snapshot import current
        from graph_engine.store.current import graph_state

        state = graph_state(self.graph)
        if state is not None and state.published:
            self._progress("building the snapshot", 0, 0)
            current(self.graph, self.ontology, self.settings.snapshots)
