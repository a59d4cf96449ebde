"""Answers to questions over handbooks and records: how many are right, cited from the right place, honestly not known.

    python -m bench answers [-- --data ../shared/data/support --no-model]

The questions (``bench/support/questions.yaml``) were written from the data before any of them was asked.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from bench import table
from reasoning.answers.confidence import abstention, calibration_error, reliability
from reasoning.answers.engine import Answerer
from reasoning.answers.types import Answer
from reasoning.network import Network

FOLDER = Path(__file__).parent / "support"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what must be in its answer, above its citation, and among its facts; or that it is unknown."""

    question: str
    answer: tuple[str, ...]
    passage: str
    path: tuple[str, ...]
    unknown: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """How one question went."""

    asked: Asked
    given: Answer
    right: bool
    cited: bool
    told_right: bool
    """Whether what was found, told or refused, holds the answer: what the confidence is the chance of."""
    ms: float


def load(file: Path = FOLDER / "questions.yaml") -> list[Asked]:
    """The questions."""
    return [
        Asked(
            q["question"], tuple(q.get("answer", ())), q.get("passage", ""), tuple(q.get("path", ())),
            bool(q.get("unknown")),
        )
        for q in YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    ]  # fmt: skip


def judge(network: Network, answerer: Answerer, questions: Sequence[Asked]) -> list[Judged]:
    """Ask every question. Right: all words are there and all things named, or it is rightly not known."""
    found = []
    for one in questions:
        begun = time.perf_counter()
        given = answerer.ask(one.question)
        ms = (time.perf_counter() - begun) * 1000
        cited = (*given.citations, *given.nearest)
        told = " ".join((given.text, *(c.text for c in cited), *(f.text for f in given.facts))).lower()
        wanted = [_expected(network, words).lower() for words in one.answer]
        titles = {f.entity.title for f in given.facts}
        holds = not one.unknown and all(w in told for w in wanted)
        holds = holds and all(any(p in t for t in titles) for p in one.path)
        right = not given.known if one.unknown else given.known and holds
        placed = not one.passage or any(one.passage in c.headings for c in given.citations)
        found.append(Judged(one, given, right, placed, holds, ms))
    return found


def _expected(network: Network, words: str) -> str:
    """Words as they are; ``~count:Class:property=value`` counts the snapshot's own rows."""
    if not words.startswith("~count:"):
        return words
    class_name, _, condition = words.removeprefix("~count:").partition(":")
    members = network.snapshot.members(class_name).tolist()
    if condition:
        name, _, value = condition.partition("=")
        members = [m for m in members if network.snapshot.value(m, name) == value]
    return f"{len(members):,} "


def show(judged: Sequence[Judged]) -> None:
    """Print the figures, then every question that went wrong."""
    answerable = [j for j in judged if not j.asked.unknown]
    unknown = [j for j in judged if j.asked.unknown]
    placed = [j for j in answerable if j.asked.passage]
    times = sorted(j.ms for j in judged)
    lines = [
        table.Line(
            "answered right, of 100", _share(j.right for j in answerable), "", note=f"{len(answerable)} questions"
        ),
        table.Line(
            "from the right section", _share(j.cited and j.given.known for j in placed), "", note=f"{len(placed)}"
        ),
        table.Line("rightly not known", _share(j.right for j in unknown), "", note=f"{len(unknown)} questions"),
        table.Line("answered wrong", _share(not j.right and j.given.known for j in judged), "", note="of all"),
        table.Line("a question, median", times[len(times) // 2], "ms"),
        table.Line("a question, 95 of 100", times[int(len(times) * 0.95)], "ms"),
    ]
    print(table.show("answers over two service desks", lines))
    known = [j for j in judged if j.given.known]
    bins = reliability([j.given.confidence for j in known], [j.right for j in known])
    lines = [
        table.Line(f"{b.low:.2f} to {b.high:.2f}", 100 * b.sure, "", 100 * b.right, f"{b.count} answers") for b in bins
    ]
    print(table.show("confidence of what is answered", lines, peer="right"))
    print(f"calibration error {100 * calibration_error(bins):.1f} points")
    texts = [j for j in judged if j.given.signals is not None]
    lines = [
        table.Line(f"{share:.0%} answered", 100 * of, "", note=f"confidence from {least:.2f}")
        for share, least, of in abstention([j.given.confidence for j in texts], [j.told_right for j in texts])
    ]
    print(table.show(f"only the surest of {len(texts)} answers from texts: share right", lines))
    for j in judged:
        if not (j.right and j.cited):
            print(f"- {j.asked.question} → {j.given.kind.value} {j.given.confidence:.2f}: {j.given.text[:120]}")


def _share(held: Iterable[bool]) -> float:
    listed = list(held)
    return 100 * sum(listed) / len(listed) if listed else 0.0


@contextmanager
def asked_desks(data: Path, *, with_model: bool) -> Iterator[Answerer]:
    """The two desks ingested into a temporary project, ready for questions."""
    os.environ["SUPPORT_DATA"] = str(data.resolve())
    from api.project import open_project

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "support"
        shutil.copytree(FOLDER, folder)
        with open_project(folder) as project:
            try:
                project.pipeline.ingest(project.sources())
                yield project.answerer(embedding=with_model)
            finally:
                project.close()
                project.server.stop()


def main(arguments: Sequence[str] | None = None) -> int:
    """Ingest the two desks into a temporary project and ask; 3 where the data is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/support"))
    parser.add_argument("--questions", type=Path, default=FOLDER / "questions.yaml")
    parser.add_argument("--no-model", action="store_true")
    given = parser.parse_args(arguments)
    if not given.data.is_dir():
        print(f"There is no folder {given.data}.")
        return 3
    with asked_desks(given.data, with_model=not given.no_model) as answerer:
        show(judge(answerer.network, answerer, load(given.questions)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
