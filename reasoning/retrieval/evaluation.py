"""Measure retrieval on questions with known passages, beside BM25, the dense model alone and their fusion.

A set is a folder with ``corpus.jsonl`` (``pid``, ``title``, ``text``) and ``questions.jsonl`` (``question``, ``gold``:
a list of pids; ``qid``, ``type`` and ``answer`` may be missing).
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ontology.errors import SourceError, Where
from reasoning.retrieval.embedding import Embedder
from reasoning.retrieval.extract import Short, short_answer
from reasoning.retrieval.index import PassageIndex
from reasoning.retrieval.joined import Floats
from reasoning.retrieval.search import Retriever
from reasoning.retrieval.types import Passage, Weights

CUTS = (2, 5, 10)
COVERAGE = (10, 25, 50, 75, 100)
_FUSION = 60  # k of reciprocal rank fusion (Cormack et al. 2009)


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the ids of the passages that answer it."""

    id: str
    text: str
    kind: str
    gold: frozenset[str]
    answers: tuple[str, ...] = ()
    """Accepted short answers; empty where the set has none."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares in 0..100: gold passages among the first 2, 5, 10, and questions with all of them among the first 5."""

    recall: dict[int, float]
    all_at_5: float
    questions: int


@dataclass(frozen=True, slots=True)
class AnswerScores:
    """Short answers in per cent: exact match and F1 over words (SQuAD's rules, Rajpurkar et al. 2016).

    ``curve``: for each share of questions answered, the surest first, exact match and F1 among those answered.
    """

    exact: float
    f1: float
    questions: int
    curve: tuple[tuple[int, float, float], ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a run found; times in ms (a question, after embedding) and s (index); ``model`` None is no model."""

    scores: Scores
    by_type: dict[str, Scores]
    peers: dict[str, Scores]
    p50_ms: float
    p95_ms: float
    embed_p95_ms: float
    index_s: float
    passages: int
    model: str | None
    answers: AnswerScores | None = None
    """None where the questions have no answers."""


def load_corpus(folder: Path) -> list[Passage]:
    """Passages of a set, each its own document. Raises SourceError that names file and line."""
    found: dict[str, Passage] = {}
    for line, row in _rows(folder / "corpus.jsonl"):
        where = Where(file="corpus.jsonl", line=line)
        if "pid" not in row or not isinstance(row.get("text"), str):
            raise SourceError("A passage needs `pid` and `text`.", where=where)
        pid, text = str(row["pid"]), str(row["text"])
        if pid in found:
            raise SourceError(f"Passage {pid} is there twice.", where=where)
        found[pid] = Passage(id=pid, document=pid, text=text, title=str(row.get("title") or ""), end=len(text))
    if not found:
        raise SourceError("The corpus is empty.", where=folder / "corpus.jsonl")
    return list(found.values())


def load_questions(folder: Path, known: frozenset[str]) -> list[Question]:
    """Questions of a set. Raises SourceError on a question without gold, or with gold that is not in ``known``."""
    found: list[Question] = []
    for line, row in _rows(folder / "questions.jsonl"):
        where = Where(file="questions.jsonl", line=line)
        listed = row.get("gold")
        if not isinstance(row.get("question"), str) or not isinstance(listed, list) or not listed:
            raise SourceError("A question needs `question` and a list `gold` that is not empty.", where=where)
        gold = frozenset(str(g) for g in listed)
        if missing := sorted(gold - known):
            raise SourceError(f"Gold passage {missing[0]} is not in the corpus.", where=where)
        kind = str(row.get("type") or "all")
        found.append(Question(str(row.get("qid", line)), str(row["question"]), kind, gold, _answers(row)))
    if not found:
        raise SourceError("There are no questions.", where=folder / "questions.jsonl")
    return found


def evaluate(
    corpus: Sequence[Passage],
    questions: Sequence[Question],
    embedder: Embedder | None,
    *,
    weights: Weights | None = None,
    progress: Callable[[int], None] | None = None,
) -> Evaluation:
    """Index ``corpus``, rank every question, and do the same with the peers over the same vectors."""
    started = time.perf_counter()
    index = PassageIndex(embedder)
    index.put_all({p.document: [p] for p in corpus}, progress=progress)
    view = index.view()
    index_s = time.perf_counter() - started
    retriever = Retriever(index, weights)
    ranked: list[list[str]] = []
    rank_ms: list[float] = []
    read_ms: list[float] = []
    shorts: list[Short | None] = []
    peers: dict[str, list[list[str]]] = {"bm25": []}
    for question in questions:
        at = time.perf_counter()
        query = retriever.read(question.text)
        read_ms.append((time.perf_counter() - at) * 1000)
        at = time.perf_counter()
        best = retriever.rank(query, k=max(CUTS))
        ranked.append([r.passage.id for r in best])
        rank_ms.append((time.perf_counter() - at) * 1000)
        shorts.append(short_answer(query, best))
        words = view.bm25(query.stems)
        peers["bm25"].append(_best(words, view.passages))
        if view.vectors is not None and query.vectors is not None:
            dense = np.asarray(view.vectors @ query.vectors[0], dtype=np.float64)
            peers.setdefault("dense", []).append(_best(dense, view.passages))
            peers.setdefault("fusion", []).append(_best(_fused(words, dense), view.passages))
    kinds = sorted({q.kind for q in questions})
    return Evaluation(
        scores=score(ranked, questions),
        by_type={kind: score(*_of_kind(ranked, questions, kind)) for kind in kinds},
        peers={name: score(lists, questions) for name, lists in peers.items() if len(lists) == len(questions)},
        p50_ms=float(np.percentile(rank_ms, 50)),
        p95_ms=float(np.percentile(rank_ms, 95)),
        embed_p95_ms=float(np.percentile(read_ms, 95)),
        index_s=index_s,
        passages=len(corpus),
        model=None if embedder is None else embedder.name,
        answers=score_answers(shorts, questions),
    )


def score_answers(shorts: Sequence[Short | None], questions: Sequence[Question]) -> AnswerScores | None:
    """Exact match and F1 of short answers, and what they are when only the surest are given; None without answers."""
    rows = sorted(
        ((s.score if s is not None else -1.0, *_right(s.text if s is not None else "", q.answers))
         for s, q in zip(shorts, questions, strict=True) if q.answers),
        reverse=True,
    )  # fmt: skip
    if not rows:
        return None
    curve = []
    for share in COVERAGE:
        kept = rows[: max(1, round(len(rows) * share / 100))]
        exact, f1 = (100 * sum(r[i] for r in kept) / len(kept) for i in (1, 2))
        curve.append((share, exact, f1))
    return AnswerScores(curve[-1][1], curve[-1][2], len(rows), tuple(curve))


def _right(text: str, accepted: Sequence[str]) -> tuple[float, float]:
    """Exact match and F1 with the closest accepted answer."""
    said = _normal(text)
    best = (0.0, 0.0)
    for answer in accepted:
        wanted = _normal(answer)
        common = sum((Counter(said) & Counter(wanted)).values())
        f1 = 2 * common / (len(said) + len(wanted)) if common else 0.0
        best = max(best, (float(said == wanted), f1))
    return best


def _normal(text: str) -> list[str]:
    """Words in small letters, without punctuation and articles."""
    return [w for w in re.sub(r"[^\w\s]", "", text.lower()).split() if w not in ("a", "an", "the")]


def _answers(row: dict[str, object]) -> tuple[str, ...]:
    found = row.get("answer", row.get("answers"))
    listed = found if isinstance(found, list) else [] if found is None else [found]
    more = row.get("answer_aliases")
    return tuple(str(a) for a in (*listed, *(more if isinstance(more, list) else [])))


def score(ranked: Sequence[Sequence[str]], questions: Sequence[Question]) -> Scores:
    """Recall@k, averaged over questions, and All@5, in per cent."""
    pairs = list(zip(ranked, questions, strict=True))
    recall = {
        k: 100 * sum(len(q.gold.intersection(found[:k])) / len(q.gold) for found, q in pairs) / len(pairs) for k in CUTS
    }
    return Scores(recall, 100 * sum(q.gold <= set(found[:5]) for found, q in pairs) / len(pairs), len(pairs))


def _of_kind(
    ranked: Sequence[Sequence[str]], questions: Sequence[Question], kind: str
) -> tuple[list[Sequence[str]], list[Question]]:
    chosen = [(r, q) for r, q in zip(ranked, questions, strict=True) if q.kind == kind]
    return [r for r, _ in chosen], [q for _, q in chosen]


def _best(values: Floats, passages: Sequence[Passage]) -> list[str]:
    return [passages[i].id for i in np.argsort(-values, kind="stable")[: max(CUTS)]]


def _fused(*lists: Floats) -> Floats:
    total = np.zeros(len(lists[0]))
    for values in lists:
        places = np.empty(len(values))
        places[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
        total += 1 / (_FUSION + places)
    return total


def _rows(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    if not path.is_file():
        raise SourceError("This file is missing.", where=path, do="The folder needs corpus.jsonl and questions.jsonl.")
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as problem:
                raise SourceError(f"Not JSON: {problem.msg}.", where=Where(file=path.name, line=number)) from problem
            if not isinstance(row, dict):
                raise SourceError("Each line must be one object.", where=Where(file=path.name, line=number))
            yield number, row
