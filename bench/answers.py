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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ruamel.yaml import YAML

from bench import table
from reasoning.answers.engine import Answerer
from reasoning.answers.types import Answer
from reasoning.network import Network

_EDGES = (0.0, 0.5, 0.7, 0.85, 0.95, 1.01)
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
        told = " ".join((given.text, *(c.text for c in given.citations), *(f.text for f in given.facts))).lower()
        wanted = [_expected(network, words).lower() for words in one.answer]
        titles = {f.entity.title for f in given.facts}
        right = not given.known if one.unknown else given.known and all(w in told for w in wanted)
        right = right and all(any(p in t for t in titles) for p in one.path)
        cited = not one.passage or any(one.passage in c.headings for c in given.citations)
        found.append(Judged(one, given, right, cited, ms))
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


def reliability(judged: Sequence[Judged]) -> list[tuple[str, int, str]]:
    """Of the questions answered with a confidence in each range: how many, and what share was right."""
    rows = []
    for low, high in pairwise(_EDGES):
        own = [j for j in judged if j.given.known and low <= j.given.confidence < high]
        share = f"{100 * sum(j.right for j in own) / len(own):.0f} %" if own else "–"
        rows.append((f"{low:.2f} to {min(high, 1.0):.2f}", len(own), share))
    return rows


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
    for label, count, share in reliability(judged):
        print(f"confidence {label}: {count} answered, {share} right")
    for j in judged:
        if not (j.right and j.cited):
            print(f"- {j.asked.question} → {j.given.kind.value} {j.given.confidence:.2f}: {j.given.text[:120]}")


def _share(held: Iterable[bool]) -> float:
    listed = list(held)
    return 100 * sum(listed) / len(listed) if listed else 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Ingest the two desks into a temporary project and ask; 3 where the data is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/support"))
    parser.add_argument("--no-model", action="store_true")
    given = parser.parse_args(arguments)
    if not given.data.is_dir():
        print(f"There is no folder {given.data}.")
        return 3
    os.environ["SUPPORT_DATA"] = str(given.data.resolve())
    from api.project import open_project

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "support"
        shutil.copytree(FOLDER, folder)
        with open_project(folder) as project:
            try:
                project.pipeline.ingest(project.sources())
                answerer = project.answerer(embedding=not given.no_model)
                show(judge(answerer.network, answerer, load()))
            finally:
                project.close()
                project.server.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
