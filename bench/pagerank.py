"""Personalised PageRank from several families of seeds, mixed linearly, beside knockon's bounded walk over names.

    python -m bench pagerank [-- --data ../shared/data/qa --no-model]

Both rank the same passages from the same vectors, words and names. The mix of PageRank is chosen on one half of the
questions and measured on the other, both ways round; the bounded walk is the shipped setting.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from scipy import sparse

from bench import table
from reasoning.retrieval.evaluation import Question, load_corpus, load_questions
from reasoning.retrieval.index import PassageIndex
from reasoning.retrieval.joined import Floats
from reasoning.retrieval.models import available_embedder
from reasoning.retrieval.question import Query
from reasoning.retrieval.search import Retriever, gather
from reasoning.retrieval.types import Weights
from reasoning.retrieval.view import View

_DAMPING = (0.3, 0.5, 0.7)
_STEPS = 12
_FAMILIES = ("names", "passages", "sentences", "words")
_SEEDS = 20  # passages or sentences that a family starts from
_SHARES = (0.0, 0.5, 1.0, 2.0)


@dataclass(frozen=True, slots=True)
class Walks:
    """Where walks from each family of seeds are found, for one question and one damping; and the direct evidence."""

    visits: Floats
    direct: Floats


def transitions(view: View, common: int = 30) -> sparse.csr_matrix:
    """Column-stochastic steps between passages (first) and names: over mentions and definitions, both ways.

    Names that are everywhere carry nothing, as in the bounded walk.
    """
    total, sentences = len(view.passages), len(view.spans)
    owner = sparse.csr_matrix((np.ones(sentences), (view.owner, np.arange(sentences))), shape=(total, sentences))
    said = (owner @ view.mentions).tocsr()
    rare = sparse.diags((view.spread <= common).astype(float))
    about = said @ rare + 2.0 * view.definitions.T
    whole = sparse.bmat([[None, about], [about.T, None]]).tocsc()
    mass = np.asarray(whole.sum(axis=0)).ravel()
    return (whole @ sparse.diags(np.where(mass > 0, 1 / np.maximum(mass, 1e-12), 0))).tocsr()


def seeds(view: View, query: Query, weights: Weights) -> Floats:
    """One column for each family, each summing to 1 (or all 0)."""
    total = len(view.passages)
    evidence = gather(view, query, weights)
    found = np.zeros((total + len(view.names), len(_FAMILIES)))
    for mention in query.names:
        number = view.names.get(mention.key)
        if number is not None:
            found[total + number, 0] += mention.weight / np.sqrt(max(view.meanings[number], 1))
    dense = evidence.direct if view.vectors is None or query.vectors is None else view.vectors @ query.vectors[0]
    for column, values in ((1, dense), (3, view.bm25(query.stems))):
        top = np.argsort(-values, kind="stable")[:_SEEDS]
        found[top, column] = np.maximum(values[top] - values[top].min(), 0)
    if len(evidence.sentence):
        top = np.argsort(-evidence.sentence, kind="stable")[:_SEEDS]
        lowest = evidence.sentence[top].min()
        for at in top:
            names = view.mentions[int(at)]
            found[total + names.indices, 2] += (evidence.sentence[at] - lowest) * names.data
            found[view.owner[at], 2] += evidence.sentence[at] - lowest
    mass = found.sum(axis=0)
    return np.asarray(found / np.where(mass > 0, mass, 1))


def pagerank(steps: sparse.csr_matrix, start: Floats, damping: float) -> Floats:
    """Personalised PageRank of every column of ``start`` (power iteration)."""
    found = start.copy()
    for _ in range(_STEPS):
        found = (1 - damping) * start + damping * (steps @ found)
    return found


def walk_all(view: View, queries: Sequence[Query], damping: float) -> tuple[list[Walks], float]:
    """The walks for every question, and milliseconds a question."""
    steps, weights, walks = transitions(view), Weights(), []
    begun = time.perf_counter()
    for query in queries:
        visits = pagerank(steps, seeds(view, query, weights), damping)[: len(view.passages)]
        top = visits.max(axis=0)
        walks.append(Walks(visits / np.where(top > 0, top, 1), gather(view, query, weights).direct))
    return walks, (time.perf_counter() - begun) * 1000 / max(len(queries), 1)


def recall(ranked: Sequence[str], question: Question, k: int = 5) -> float:
    """Share of a question's passages among the first ``k``."""
    return len(set(ranked[:k]) & question.gold) / len(question.gold)


def recalls(view: View, walks: Walks, mixes: Floats, question: Question, k: int = 5) -> Floats:
    """Recall@k of one question under many mixes at once; a mix is a share of each family, then of direct evidence."""
    scores = np.column_stack([walks.visits, walks.direct]) @ mixes.T
    first = np.argpartition(-scores, k, axis=0)[:k]
    gold = np.zeros(len(view.passages))
    gold[[view.position[g] for g in question.gold]] = 1
    return np.asarray(gold[first].sum(axis=0) / len(question.gold))


def compare(folder: Path, *, with_model: bool) -> list[table.Line]:
    """Recall@5 of the bounded walk and of PageRank on one set."""
    corpus = load_corpus(folder)
    questions = load_questions(folder, frozenset(p.id for p in corpus))
    index = PassageIndex(available_embedder() if with_model else None)
    index.put_all({p.document: [p] for p in corpus})
    view, retriever = index.view(), Retriever(index)
    queries = [retriever.read(q.text) for q in questions]
    begun = time.perf_counter()
    walked = [
        recall([r.passage.id for r in retriever.rank(q, k=5)], own) for q, own in zip(queries, questions, strict=True)
    ]
    ours_ms = (time.perf_counter() - begun) * 1000 / len(queries)
    halves = (range(0, len(questions), 2), range(1, len(questions), 2))
    mixes = np.array([m for m in product(_SHARES, _SHARES, _SHARES, _SHARES, (0.0, 1.0, 2.0)) if any(m[:4])])
    scores, times = {}, {}
    for damping in _DAMPING:
        walks, times[damping] = walk_all(view, queries, damping)
        scores[damping] = np.array([recalls(view, w, mixes, q) for w, q in zip(walks, questions, strict=True)])
    held: list[float] = []
    chosen = []
    for one, other in (halves, halves[::-1]):
        _, damping, at = max(
            (float(found[list(one)].mean(axis=0).max()), d, int(found[list(one)].mean(axis=0).argmax()))
            for d, found in scores.items()
        )
        chosen.append((damping, *mixes[at]))
        held += scores[damping][list(other), at].tolist()
    seen = max(float(found.mean(axis=0).max()) for found in scores.values())
    note = "; ".join(f"damping {c[0]}, mix {', '.join(f'{m:g}' for m in c[1:5])}, direct {c[5]:g}" for c in chosen)
    both = 100 * float(np.mean(walked))
    name = folder.name
    return [
        table.Line(f"{name}: recall@5, held out", both, "", 100 * float(np.mean(held)), note),
        table.Line(f"{name}: recall@5, PageRank's best mix on the same questions", both, "", 100 * seen),
        table.Line(f"{name}: a question", ours_ms, "ms", times[chosen[0][0]]),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare on every set of the folder; 3 where there is none."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/qa"))
    parser.add_argument("--no-model", action="store_true")
    given = parser.parse_args(arguments)
    folders = [f.parent for f in sorted(given.data.glob("*/questions.jsonl"))]
    for folder in folders:
        lines = compare(folder, with_model=not given.no_model)
        print(table.show(folder.name, lines, peer="PageRank"), flush=True)
    return 0 if folders else 3


if __name__ == "__main__":
    raise SystemExit(main())
