"""The texts of a project in Neo4j's indexes: brought up to date with the graph, searched, and told about.

What is indexed follows from the published version alone: bringing it up twice changes nothing, and adding a document
and deleting it leaves the same digest. It raises no version of the graph and changes none of its data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import cached_property
from threading import Lock, Thread

from graph_engine.graph import Graph
from graph_engine.store.lease import write_lease
from graph_engine.text_index import IndexState, TextIndex, mentions_of
from ontology.errors import Busy, KnockonError
from reasoning.answers.corpus import passage_at, passages_of
from reasoning.answers.mentioning import Hit, Mentions, hit
from reasoning.answers.reader import Reader
from reasoning.network import Network
from reasoning.retrieval.embedding import Embedder
from reasoning.retrieval.pieces import Changes, changes, changes_since, names_of, texts_of
from reasoning.retrieval.stored import StoredIndex
from reasoning.retrieval.text import terms
from reasoning.retrieval.types import Passage
from reasoning.types import EntityRef

_EMBEDDED = 64  # passages that are embedded and written at once
_IN_MEMORY = 20_000  # passages up to which an index in memory is the faster one (docs/retrieval.md)
_BESIDE = 256  # passages of which another model's vectors are made with one question
_WRITTEN = ("Handbook", "Said")
"""What was written to be looked up, and what somebody once said: searched apart (docs/answers.md)."""


@dataclass(frozen=True, slots=True)
class Told:
    """An index and what was done to it."""

    name: str
    state: IndexState
    written: int
    gone: int
    embedded: int
    waiting: int
    """Passages that lack a vector of the model asked for."""
    mentions: int
    ambiguous: int
    entities: int
    linked: int
    """Passages in which entities were looked for (again)."""

    def to_json(self) -> dict[str, object]:
        """As the command line has it."""
        return {
            "name": self.name, "passages": self.state.passages, "model": self.state.model,
            "version": self.state.version, "written": self.written, "gone": self.gone, "embedded": self.embedded,
            "waiting": self.waiting,
            "mentions": self.mentions, "ambiguous": self.ambiguous, "entities": self.entities, "linked": self.linked,
        }  # fmt: skip


@dataclass(slots=True)
class _Held:
    """What this process knows an index to hold: it need not be asked for what has not changed."""

    version: int
    passages: dict[str, Passage]
    names: Counter[str]
    filled: str | None = None
    """The model of which all of them have vectors."""
    mentions: int | None = None
    """How many mentions there were when all of them had been looked through."""


class ProjectTexts:
    """The two text indexes of one graph. Only callers who see everything may search them."""

    def __init__(
        self, graph: Graph, opened: Callable[[str], Embedder | None] = lambda _name: None,
        *, progress: Callable[[str, int], None] = lambda _what, _n: None, changed: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        """Over one graph.

        Args:
            opened: opens an embedding model by the name that settings have for it.
            changed: told when another model's vectors came into use.
        """
        self._graph = graph
        self._opened = opened
        self._changed = changed
        self._progress = progress
        self._next: tuple[Embedder, str] | None = None
        self._working: Thread | None = None
        self.indexes = tuple(TextIndex(graph, name) for name in _WRITTEN)
        self._held: dict[str, _Held] = {}
        self._lock = Lock()

    @cached_property
    def _prepared(self) -> bool:
        for index in self.indexes:
            index.prepare()
        return True

    def rehearse(self) -> None:
        """Let the database plan what a change and a question run, where there is an index: the first is quick then."""
        with suppress(KnockonError):
            if all(i.state().version is not None for i in self.indexes):
                for index in self.indexes:
                    index.rehearse()

    def is_wanted(self, network: Network, where: str) -> bool:
        """Whether texts are to be searched here, by the setting ``answers.index``."""
        if where == "auto":
            return len(network.snapshot.members("Passage")) > _IN_MEMORY
        return where == "neo4j"

    def is_current(self, network: Network) -> bool:
        """Whether the indexes stand for this version of the graph."""
        version = network.snapshot.version
        return all(s.version == version and s.linked == version for s in (i.state() for i in self.indexes))

    def bring_up(
        self, network: Network, reader: Reader, embedder: Embedder | None, *, source: str = "auto",
        at_most: int | None = None, counted: bool = True,
    ) -> tuple[Told, ...]:  # fmt: skip
        """Index what changed, link what may have come to mean something else, and embed what lacks vectors.

        Args:
            source: how the embedding model was named in the settings.
            at_most: passages of which vectors of *another* model are made; None: all. Until all are there, those of the
                older model stay in use.
            counted: whether mentions are counted, all of them, for what is told.

        Raises:
            Busy: another process is writing to the graph.
        """
        with self._lock, write_lease(self._graph):
            if any(i.state().version is None for i in self.indexes):
                self.__dict__.pop("_prepared", None)  # new, or thrown away by another process
            assert self._prepared
            texts: tuple[dict[str, Passage], dict[str, Passage]] = ({}, {})
            for passage in passages_of(network):
                texts[passage.standing < 1][passage.id] = passage
            return tuple(
                self._one(index, own, network, reader, embedder, source, at_most, counted)
                for index, own in zip(self.indexes, texts, strict=True)
            )

    def _one(
        self, index: TextIndex, passages: dict[str, Passage], network: Network, reader: Reader,
        embedder: Embedder | None, source: str, at_most: int | None, counted: bool,
    ) -> Told:  # fmt: skip
        version = network.snapshot.version
        held = self._held.pop(index.name, None)  # put back when all is written
        if held is not None and index.state().version != held.version:
            held = None  # another process wrote to it
        due, names = self._due(index, passages, held)
        none_lost = held is not None and held.mentions == index.mentions_held()
        for done in index.replace((), due.touched):
            self._progress("names in texts", done)
        for done in index.replace((), due.fresh):
            self._progress("texts", done)
        for _ in index.replace(due.gone, ()):
            pass
        index.note_version(version)
        written = sorted(p.id for p in (*due.touched, *due.fresh))
        now = self._held[index.name] = _Held(version, passages, names)
        embedded = 0
        if embedder is not None:
            known = written if held is not None and held.filled == embedder.name else None
            embedded = self._embed(index, passages, embedder, source, at_most, known)
        linked = self._link(index, passages, network, reader, written if none_lost else None)
        index.note_linked(version)
        now.mentions = index.mentions_held()
        state = index.state()
        waiting = 0 if embedder is None else self._waiting(index, state, embedder)
        return Told(
            index.name, state, len(due.touched) + len(due.fresh), len(due.gone), embedded, waiting,
            *(index.mention_counts() if counted else (0, 0, 0)), linked,
        )  # fmt: skip

    def _due(self, index: TextIndex, passages: dict[str, Passage], held: _Held | None) -> tuple[Changes, Counter[str]]:
        """What an index lacks, and the names that all passages define."""
        defined = lambda keys: {name: count for name, (count, _) in index.names(keys).items()}  # noqa: E731
        if held is not None:
            due = changes_since(passages, held.passages, held.names, index.defined_by, defined, index.holding)
            return due, held.names
        return changes(passages, index.hashes(), index.defined_by, defined, index.holding), names_of(passages.values())

    # -- vectors ---

    def _embed(
        self, index: TextIndex, passages: dict[str, Passage], embedder: Embedder, source: str, at_most: int | None,
        known: list[str] | None,
    ) -> int:  # fmt: skip
        state = index.state()
        if state.model in (None, embedder.name):
            if state.model is None and passages:
                index.note_model(state.active, embedder.name, source)
            made = self._fill(index, state.active, passages, embedder, None, known if state.model else None)
            self._held[index.name].filled = embedder.name
            return made
        other = "b" if state.active == "a" else "a"
        if state.models.get(other) != embedder.name:
            if state.models.get(other) is not None:
                index.drop_vectors(other)  # of a change that was given up
            index.note_model(other, embedder.name, source)
        made = self._fill(index, other, passages, embedder, at_most)
        if not index.waiting_count(other, embedder.name):
            index.use(other)
            index.drop_vectors(state.active)
        return made

    def _fill(
        self, index: TextIndex, place: str, passages: dict[str, Passage], embedder: Embedder, at_most: int | None,
        known: list[str] | None = None,
    ) -> int:  # fmt: skip
        """Make the vectors that a place lacks; those of new passages are never put off.

        Args:
            known: the passages that lack them, where that is known: they need not be looked for among all.
        """
        made = 0
        while at_most is None or made < at_most:
            size = _EMBEDDED if at_most is None else min(_EMBEDDED, at_most - made)
            found = index.waiting(place, embedder.name, size) if known is None else known[made : made + size]
            ids = [i for i in found if i in passages]
            if not ids:
                break
            texts = [texts_of(passages[i]) for i in ids]
            rows = iter(embedder.encode([t for own in texts for t in own]).tolist())
            vectors = {i: (next(rows), [next(rows) for _ in own[1:]]) for i, own in zip(ids, texts, strict=True)}
            index.prepare_vectors(place, len(next(iter(vectors.values()))[0]))
            index.set_vectors(place, embedder.name, vectors)
            made += len(ids)
            self._progress("vectors", len(ids))
        return made

    def _waiting(self, index: TextIndex, state: IndexState, embedder: Embedder) -> int:
        held = self._held.get(index.name)
        if held is not None and held.version == state.version and held.filled == embedder.name == state.model:
            return 0
        place = next((p for p, m in state.models.items() if m == embedder.name), None)
        return state.passages if place is None else index.waiting_count(place, embedder.name)

    # -- mentions ---

    def _link(
        self, index: TextIndex, passages: dict[str, Passage], network: Network, reader: Reader, known: list[str] | None
    ) -> int:
        """Look for entities in passages that changed, and in those where an entity that changed may be meant.

        Args:
            known: the passages that changed, where they are known and no mention was lost with a thing that is gone.
        """
        mentions, since = Mentions(reader), index.state().linked
        due = set(index.unlinked() if known is None else known)
        if since is not None and since != network.snapshot.version:
            changed = [str(r["id"]) for r in self._graph.read("read/changed_entities", version=since)]
            found = [e for i in changed if (e := network.snapshot.exact(i)) is not None]
            due |= set(index.holding([terms(name) for name in mentions.names_of(found)]))
            due |= set(index.naming(changed))
        ids = [i for i in sorted(due) if i in passages]
        for at in range(0, len(ids), _EMBEDDED):
            own = ids[at : at + _EMBEDDED]
            index.set_mentions({i: mentions.of(passages[i]) for i in own})
            self._progress("mentions", len(own))
        return len(ids)

    def mentions(self, network: Network, entity: str, limit: int) -> tuple[EntityRef, tuple[Hit, ...]]:
        """Where texts of this version name an entity, surest first."""
        at = network.snapshot.index(entity)
        found = []
        for one in mentions_of(self._graph, network.snapshot.entity_id(at), limit):
            passage, m = passage_at(network, one.passage), one.mention
            if passage is not None and passage.text[m.start : m.end] == m.text:  # else of another version
                found.append(hit(passage, m))
        return network.entity(at), tuple(found)

    def drop(self) -> None:
        """Throw both indexes away; they can be made again from the graph."""
        begun = bool(self._graph.read("read/graph_state"))  # else nothing is there that could be written to
        with self._lock, write_lease(self._graph) if begun else nullcontext():
            self._held = {}
            for index in self.indexes:
                index.drop()
            self.__dict__.pop("_prepared", None)

    # -- asking ---

    def searched(
        self, network: Network, reader: Reader, embedder: Embedder | None, *, source: str
    ) -> tuple[tuple[StoredIndex, StoredIndex], tuple[str, ...]]:
        """The indexes for questions at this version, brought up to it, and what there is to say about them.

        Where vectors are of another model than ``embedder``, that one goes on to answer until those of ``embedder`` are
        all made (:meth:`go_on`); a model that cannot be opened any more is replaced at once.
        """
        notes: tuple[str, ...] = ()
        used = embedder
        if embedder is not None:
            used, at_most = self._in_use(embedder)
            self._next = None if used is embedder else (embedder, source)
        else:
            at_most = None
        if not self.is_current(network) or (self._next is None and embedder is not None and self._lacks(embedder)):
            try:
                self.bring_up(network, reader, embedder, source=source, at_most=at_most, counted=False)
            except Busy:
                behind = [i.state().version for i in self.indexes]
                if None in behind:
                    raise
                notes = (
                    f"Something is being written to the graph: texts that changed since version "
                    f"{min(v for v in behind if v is not None)} are not searched yet.",
                )
        held: dict[str, Passage | None] = {}

        def passage(id_: str) -> Passage | None:
            if id_ not in held:
                held[id_] = passage_at(network, id_)
            return held[id_]

        languages = frozenset(_languages(network))
        made = []
        for index in self.indexes:
            model = used if used is not None and index.state().model == used.name else None
            made.append(StoredIndex(index, passage, model, languages=lambda: languages))
        return (made[0], made[1]), notes

    def _in_use(self, embedder: Embedder) -> tuple[Embedder, int | None]:
        """The model to ask with, and how many vectors of another one may be made now."""
        for state in (i.state() for i in self.indexes):
            if state.model is None or state.model == embedder.name:
                continue
            try:
                older = self._opened(state.sources.get(state.active) or "auto")
            except KnockonError:
                older = None
            if older is not None and older.name == state.model:
                return older, 0
            return embedder, None
        return embedder, None

    def _lacks(self, embedder: Embedder) -> bool:
        return any(self._waiting(i, i.state(), embedder) for i in self.indexes)

    @property
    def waiting(self) -> int:
        """Passages that lack the vector of a model that is being changed to; 0 when none is."""
        return 0 if self._next is None else sum(self._waiting(i, i.state(), self._next[0]) for i in self.indexes)

    def go_on(self, network: Network, reader: Reader) -> None:
        """Make some more vectors of the model that is being changed to, beside the questions."""
        if self._next is None or (self._working is not None and self._working.is_alive()):
            return
        embedder, source = self._next

        def work() -> None:
            with suppress(KnockonError):  # somebody is writing: with the next question
                self.bring_up(network, reader, embedder, source=source, at_most=_BESIDE, counted=False)
                if not self.waiting:
                    self._changed()

        self._working = Thread(target=work, name="vectors")
        self._working.start()


def _languages(network: Network) -> set[str]:
    snapshot = network.snapshot
    found: set[str] = set()
    for block in snapshot.blocks:
        column = snapshot.block_column(block, "language_tag")
        if column is not None and column.dictionary is not None:
            found |= {str(v) for v in column.dictionary}
    return found
