"""Confidence fitted on questions with known answers: how often an answer with a given confidence is right.

    python -m bench calibrate [-- --data ../shared/data --write]

Fitted on half of the questions over encyclopaedia paragraphs and on those over the handbooks of two service desks that
served in development, each half of the weight. Shown for the other half of the paragraphs and for fresh questions over
the handbooks, which the fit never saw. Each question over paragraphs is asked twice: as it is, and without those that
answer it, where no answer is right. ``--write`` puts the parameters into ``reasoning/answers/confidence.json``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import table
from bench.answers import FOLDER, load
from ingest.documents.read import read_file
from reasoning.answers.confidence import (
    FILE,
    Signals,
    abstention,
    calibration_error,
    chance,
    fit,
    fitted,
    reliability,
)
from reasoning.answers.engine import kept_of
from reasoning.answers.sentences import Case, Finder
from reasoning.retrieval.embedding import Embedder
from reasoning.retrieval.evaluation import load_corpus, load_questions
from reasoning.retrieval.index import PassageIndex
from reasoning.retrieval.models import available_embedder
from reasoning.retrieval.text import terms
from reasoning.retrieval.types import Passage
from reasoning.retrieval.vectors import KeptVectors

_GROUP = 25  # questions whose paragraphs are taken away together
_RIGHT = 0.5
"""Share of right answers from which on an answer is given."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer: its signals, and whether it was right."""

    signals: Signals
    right: bool


def paragraphs(folder: Path, embedder: Embedder | None, most: int | None = None) -> list[Seen]:
    """Every question of a set, with and without the paragraphs that answer it, in the order of the questions.

    ``most`` takes only so many questions, and ten paragraphs for each.
    """
    corpus = load_corpus(folder)
    questions = load_questions(folder, frozenset(p.id for p in corpus))
    if most is not None:
        questions = questions[:most]
        gold = {g for q in questions for g in q.gold}
        others = [p for p in corpus if p.id not in gold]
        step = max(1, len(others) // max(1, 10 * most - len(gold)))
        corpus = [p for p in corpus if p.id in gold] + others[::step]
    index = PassageIndex(embedder)
    index.put_all({p.document: [p] for p in corpus})
    with_them = [_asked(index, q.text, q.gold) for q in questions]
    without: list[Seen] = []
    for at in range(0, len(questions), _GROUP):
        group = questions[at : at + _GROUP]
        gone = [p for p in corpus if any(p.id in q.gold for q in group)]
        for passage in gone:
            index.delete(passage.document)
        without += [Seen(_asked(index, q.text, q.gold).signals, False) for q in group]
        index.put_all({p.document: [p] for p in gone})
    return [seen for pair in zip(with_them, without, strict=True) for seen in pair]


def _asked(index: PassageIndex, question: str, gold: frozenset[str]) -> Seen:
    kept = kept_of(Finder(index).find(question, Case()))
    if not kept:
        return Seen(Signals(0.0, 0.0, 0.0, 0.0), False)
    view = index.view()
    query = index.read(question)
    worth = dict.fromkeys(query.stems, 1.0) | view.worth(query.stems)
    said = {t for s in kept for t in terms(f"{s.passage.title} {' '.join(s.passage.path)} {s.text}")}
    covered = sum(w for t, w in worth.items() if t in said) / (sum(worth.values()) or 1.0)
    known = [m for m in query.names if view.is_name(m.key)]
    linked = len(known) / len(query.names) if query.names else 1.0
    return Seen(Signals(kept[0].likeness, covered, kept[0].words, linked), kept[0].passage.id in gold)


def handbooks(data: Path, embedder: Embedder | None, questions: Path) -> list[Seen]:
    """Questions over the handbooks of two service desks; right: what was found holds the words of the answer.

    Some ask for what is not there. Sections cannot be taken away as paragraphs are: manuals say things twice.
    """
    passages = [
        Passage(
            f"{file.name}#{n}", f"{file.name}#{n}", d.text[piece.start : piece.end], d.title, path=piece.path,
            start=piece.start, end=piece.end,
        )
        for file in sorted(data.glob("tau2-*/*.md"))
        for d in read_file(file)
        for n, piece in enumerate(d.pieces)
    ]  # fmt: skip
    index = PassageIndex(embedder)
    index.put_all({p.document: [p] for p in passages})
    found = []
    for one in load(questions):
        if not one.passage and not one.unknown:
            continue  # answered from the records
        kept = kept_of(Finder(index).find(one.question, Case()))
        told = " ".join(s.text for s in kept).lower()
        right = not one.unknown and all(w.lower() in told for w in one.answer)
        found.append(Seen(_asked(index, one.question, frozenset()).signals, right))
    return found


def show(name: str, parameters: Sequence[float], seen: Sequence[Seen]) -> None:
    """The reliability table and the abstention curve."""
    sure = [chance(parameters, s.signals.row) for s in seen]
    right = [s.right for s in seen]
    bins = reliability(sure, right)
    print(table.show(f"{name}: confidence and share right", [
        table.Line(f"{b.low:.2f} to {b.high:.2f}", 100 * b.sure, "", 100 * b.right, f"{b.count} answers") for b in bins
    ], peer="right"))  # fmt: skip
    print(f"calibration error {100 * calibration_error(bins):.1f} points, {len(seen)} answers")
    print(table.show(f"{name}: only the surest answered", [
        table.Line(f"{share:.0%} answered", 100 * of, "", note=f"confidence from {least:.2f}")
        for share, least, of in abstention(sure, right)
    ]))  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, show, and keep the parameters when asked to; 3 where the data is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--vectors", type=Path, help="Folder where vectors of texts are kept.")
    parser.add_argument("--questions", type=int, help="Take only so many questions of each set.")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args(arguments)
    sets = [f.parent for f in sorted((given.data / "qa").glob("*/questions.jsonl"))]
    if not sets or not (given.data / "support").is_dir():
        print(f"There are no questions below {given.data}.")
        return 3
    found: dict[str, tuple[float, ...]] = {}
    for name, with_model in (("with_model", True), ("without_model", False)):
        model = available_embedder() if with_model else None
        if with_model and model is None:
            print("No embedding model is installed: only the parameters without one are fitted.")
            found[name] = fitted().with_model
            continue
        kept = KeptVectors(model, given.vectors) if model is not None and given.vectors is not None else model
        learnt: list[Seen] = []
        held: list[Seen] = []
        for folder in sets:
            seen = paragraphs(folder, kept, given.questions)
            for at in range(0, len(seen), 2):  # a question and its double go together
                (learnt if at % 4 == 0 else held).extend(seen[at : at + 2])
        support = given.data / "support"
        business = handbooks(support, kept, FOLDER / "questions.yaml")
        fresh = handbooks(support, kept, FOLDER / "held_out.yaml")
        if isinstance(kept, KeptVectors):
            kept.save()
        both = [*learnt, *business]  # business questions are fewer and count as much
        counts = [1.0] * len(learnt) + [len(learnt) / len(business)] * len(business)
        found[name] = fit([s.signals.row for s in both], [s.right for s in both], weights=counts)
        told = ", ".join(f"{p:.2f}" for p in found[name])
        print(f"{name}: {told} from {len(learnt)} answers over paragraphs, {len(business)} over handbooks\n")
        shipped = fitted().with_model if with_model else fitted().without_model
        for what, seen in (("paragraphs", held), ("fresh questions over handbooks", fresh)):
            show(f"{name}, shipped, {what}", shipped, seen)
            show(f"{name}, fitted now, {what}", found[name], seen)
    if given.write:
        body = {
            "version": fitted().version + 1,
            "fitted_on": "half of the HotpotQA and MuSiQue questions with and without their paragraphs, and the "
            "development questions over two handbooks, each half of the weight (python -m bench calibrate)",
            "refuse_below": _RIGHT,
            **{name: [round(p, 3) for p in parameters] for name, parameters in found.items()},
        }
        FILE.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
