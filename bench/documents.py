"""Ten thousand documents: how long indexing takes beside embedding alone, what it takes to add or delete one, memory.

    python -m bench documents [--quick] [-- --documents 10000 --no-database]

The documents are made up (sections, names, figures). The model embeds a sample, and the time is reckoned up; the other
vectors are random of the same size, since only their number matters here. Measured are the index in memory and Neo4j's
own indexes, on a server of its own.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from bench import table
from bench.machine import describe
from bench.retrieval import invented
from graph_engine.graph import Graph
from graph_engine.server.managed import ManagedServer
from graph_engine.text_index import TextIndex
from reasoning.retrieval.embedding import Embedder, Vectors
from reasoning.retrieval.index import PassageIndex
from reasoning.retrieval.models import available_embedder
from reasoning.retrieval.pieces import changes, changes_since, names_of, texts_of
from reasoning.retrieval.search import Retriever
from reasoning.retrieval.stored import StoredIndex
from reasoning.retrieval.types import Passage

_SIZE = 384
_SAMPLE = 100  # documents that the model really embeds
_VERBS = [
    "is delivered by",
    "was sold to",
    "needs",
    "replaces",
    "is stored beside",
    "must be checked with",
    "was returned by",
]
_RULES = [
    "Unused goods may be returned within {n} days of delivery.", "The warranty on {a} is {n} months.",
    "Orders above {n}00 EUR need the consent of {a}.", "{a} is serviced every {n} weeks.",
    "A late delivery of {a} is reported within {n} hours.",
]  # fmt: skip


class RandomVectors:
    """Unit vectors without meaning; the same text has the same."""

    name = "random@1"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row per text."""
        seeds = [hash(t) & 0xFFFFFFFF for t in texts]
        rows = np.array([np.random.default_rng(s).normal(size=_SIZE) for s in seeds], dtype=np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True)) if len(texts) else rows.reshape(0, _SIZE)


def made_up(count: int, seed: int = 5) -> list[list[Passage]]:
    """Documents of two to four passages with names that recur."""
    rng = random.Random(seed)
    kinds = ["pump", "fountain", "GmbH", "ring", "filter"]
    names = [f"{invented(rng, 2)} {rng.choice(kinds)}" for _ in range(count // 4)]
    found = []
    for number in range(count):
        document, title, at = f"d{number:06d}", f"{rng.choice(names)} {number}", 0
        passages = []
        for part in range(rng.randint(2, 4)):
            sentences = []
            for _ in range(rng.randint(2, 5)):
                if rng.random() < 0.4:
                    sentences.append(rng.choice(_RULES).format(n=rng.randint(2, 90), a=rng.choice(names)))
                else:
                    sentences.append(f"The {rng.choice(names)} {rng.choice(_VERBS)} {rng.choice(names)}.")
            text = " ".join(sentences)
            passages.append(Passage(f"{document}#{part}", document, text, title, start=at, end=at + len(text)))
            at += len(text) + 1
        found.append(passages)
    return found


def embedding_alone(documents: Sequence[Sequence[Passage]]) -> float | None:
    """Seconds that embedding all documents takes, reckoned up from a sample; None without a model."""
    model = available_embedder()
    if model is None:
        return None
    sample = [t for passages in documents[:_SAMPLE] for p in passages for t in texts_of(p)]
    model.encode(sample[:64])
    begun = time.perf_counter()
    model.encode(sample)
    return (time.perf_counter() - begun) * len(documents) / min(_SAMPLE, len(documents))


def in_memory(documents: Sequence[Sequence[Passage]], vectors: Embedder, alone: float | None) -> list[table.Line]:
    """The index in memory."""
    process = psutil.Process()
    before = process.memory_info().rss
    begun = time.perf_counter()
    index = PassageIndex(_Prepared(vectors, documents))
    prepared = time.perf_counter() - begun
    begun = time.perf_counter()
    index.put_all({held[0].document: held for held in documents})
    index.view()
    took = time.perf_counter() - begun
    question = f"What replaces the {documents[7][0].title}?"
    lines = [
        table.Line("memory: index, beside embedding", took, "s", alone, f"{len(index):,} passages; peer: embedding"),
        table.Line(
            "memory: resident",
            (process.memory_info().rss - before) / 2**20,
            "MiB",
            note=f"{prepared:.0f} s of made-up vectors",
        ),
    ]
    extra = [Passage("x#0", "x", "The new rule holds from May.", "New rule")]
    steps: list[tuple[str, Callable[[], None]]] = [
        ("add one", lambda: index.put("x", extra)), ("delete one", lambda: index.delete("x")),
    ]  # fmt: skip
    for name, change in steps:
        begun = time.perf_counter()
        change()
        Retriever(index).search(question)
        lines.append(table.Line(f"memory: {name}, and ask", time.perf_counter() - begun, "s"))
    times = asked(Retriever(index), documents)
    return [*lines, table.Line("memory: a question, 95 of 100", times, "ms", note="embedding left out")]


def asked(retriever: Retriever, documents: Sequence[Sequence[Passage]]) -> float:
    """Milliseconds a question, 95 of 100."""
    times = []
    for held in documents[:: max(1, len(documents) // 60)]:
        begun = time.perf_counter()
        retriever.search(f"What replaces the {held[0].title} and who needs it?", k=5)
        times.append((time.perf_counter() - begun) * 1000)
    return table.quantile(times, 0.95)


class _Prepared:
    """Vectors made beforehand, so that indexing is measured without them."""

    def __init__(self, vectors: Embedder, documents: Sequence[Sequence[Passage]]) -> None:
        self.name = vectors.name
        self._vectors = vectors
        texts = [t for held in documents for p in held for t in texts_of(p)]
        self._rows = vectors.encode(texts)
        self._at = {t: i for i, t in enumerate(texts)}

    def encode(self, texts: Sequence[str]) -> Vectors:
        known = [self._at.get(t, -1) for t in texts]
        if -1 in known:
            return self._vectors.encode(texts)
        return self._rows[known]


def in_neo4j(
    graph: Graph, documents: Sequence[Sequence[Passage]], vectors: Embedder, alone: float | None
) -> list[table.Line]:
    """Neo4j's own indexes."""
    index = TextIndex(graph, "Bench")
    passages = {p.id: p for held in documents for p in held}
    index.prepare()
    index.note_version(0)
    begun = time.perf_counter()
    _bring_up(index, passages)
    words = time.perf_counter() - begun
    begun = time.perf_counter()
    made = _embed(index, passages, vectors)
    took = time.perf_counter() - begun
    lines = [
        table.Line("Neo4j: words and names", words, "s", alone, f"{len(passages):,} passages; peer: embedding"),
        table.Line("Neo4j: vectors stored and indexed", took, "s", alone, f"{made:,} passages and their sentences"),
    ]
    extra = Passage("x#0", "x", "The new rule holds from May.", "New rule")
    index.rehearse()
    held = _Known(passages, names_of(passages.values()))
    for again in ("", " again"):
        for name, wanted in (("add one", passages | {"x#0": extra}), ("delete one", passages)):
            begun = time.perf_counter()
            _change(index, wanted, held, vectors)
            lines.append(table.Line(f"Neo4j: {name}{again}", time.perf_counter() - begun, "s"))
    times = asked(Retriever(StoredIndex(index, passages.get, vectors)), documents)
    return [*lines, table.Line("Neo4j: a question, 95 of 100", times, "ms")]


def _bring_up(index: TextIndex, passages: Mapping[str, Passage]) -> None:
    due = changes(
        passages, index.hashes(), index.defined_by,
        lambda keys: {n: d for n, (d, _) in index.names(keys).items()}, index.holding,
    )  # fmt: skip
    for pieces in (due.touched, due.fresh):
        for _ in index.replace((), pieces):
            pass
    for _ in index.replace(due.gone, ()):
        pass


@dataclass(slots=True)
class _Known:
    """What a process that stays knows the index to hold."""

    passages: Mapping[str, Passage]
    names: Counter[str]


def _change(index: TextIndex, wanted: Mapping[str, Passage], held: _Known, vectors: Embedder) -> None:
    """As `knockon serve` does it: what it wrote before need not be asked for."""
    due = changes_since(
        wanted, held.passages, held.names, index.defined_by,
        lambda keys: {n: d for n, (d, _) in index.names(keys).items()}, index.holding,
    )  # fmt: skip
    written = (*due.touched, *due.fresh)
    for _ in (*index.replace((), written), *index.replace(due.gone, ())):
        pass
    if written:
        rows = {p.id: vectors.encode(texts_of(wanted[p.id])).tolist() for p in written}
        index.prepare_vectors("a", _SIZE)
        index.set_vectors("a", vectors.name, {i: (v[0], v[1:]) for i, v in rows.items()})
    index.set_mentions({p.id: () for p in written})
    index.note_version(index.mentions_held())
    held.passages = wanted


def _embed(index: TextIndex, passages: Mapping[str, Passage], vectors: Embedder) -> int:
    index.note_model("a", vectors.name, "bench")
    made = 0
    while ids := index.waiting("a", vectors.name, 256):
        index.prepare_vectors("a", _SIZE)
        rows = {i: vectors.encode(texts_of(passages[i])).tolist() for i in ids}
        index.set_vectors("a", vectors.name, {i: (v[0], v[1:]) for i, v in rows.items()})
        made += len(ids)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--quick", action="store_true", help="A thousand documents.")
    parser.add_argument("--no-database", action="store_true")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    count = 1_000 if given.quick else given.documents
    documents, vectors = made_up(count), RandomVectors()
    alone = embedding_alone(documents)
    lines = (
        []
        if alone is None
        else [table.Line("embedding alone", alone, "s", note=f"reckoned up from {_SAMPLE} documents")]
    )
    lines += in_memory(documents, vectors, alone)
    title = f"{count:,} documents"
    print(table.show(title, lines, peer="embedding"), flush=True)
    if not given.no_database:
        with tempfile.TemporaryDirectory(prefix="knockon-bench-") as place:
            server = ManagedServer(Path(place) / "server", heap="2g", page_cache="512m")
            try:
                with Graph.connect(server.ensure_running()) as graph:
                    more = in_neo4j(graph, documents, vectors, alone)
            finally:
                server.kill()
        print(table.show(f"{title}, in Neo4j", more, peer="embedding"), flush=True)
        lines += more
    table.record("documents", title, lines, describe(), given.json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
