"""Made-up two-hop questions over titles: an unseen set with known gold, of any size, from a seed.

The films, people and places do not exist, so that no model knows them; people share first and family names, films
share actors, and titles repeat with qualifiers, as in an encyclopaedia. ``python bench/retrieval.py OUT [--films 400]``
writes ``corpus.jsonl`` and ``questions.jsonl`` for ``knockon eval retrieval OUT``, which prints BM25, the dense
model alone and their fusion beside knockon.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import dataclass, field
from pathlib import Path

SOUNDS = "b br c ch d dr f fr g gr h j k kr l m n p pr r s st t tr v w z"
ONSETS = SOUNDS.split()
NUCLEI = ["a", "e", "i", "o", "u", "ai", "ei", "ou"]
CODAS = ["", "n", "r", "l", "s", "t", "m", "rd", "nd", "ck"]
JOBS = ["film director", "screenwriter", "actor", "cinematographer", "film producer", "theatre manager"]
KINDS = ["drama", "comedy", "thriller", "western", "musical", "war"]


def invented(random_: random.Random, syllables: int) -> str:
    """A capitalised made-up word."""
    text = "".join(random_.choice(ONSETS) + random_.choice(NUCLEI) for _ in range(syllables))
    return (text + random_.choice(CODAS)).capitalize()


@dataclass
class World:
    """Passages by title, and the questions over them."""

    passages: list[dict[str, object]] = field(default_factory=list)
    questions: list[dict[str, object]] = field(default_factory=list)

    def passage(self, title: str, text: str) -> int:
        self.passages.append({"pid": len(self.passages), "title": title, "text": text})
        return len(self.passages) - 1

    def question(self, kind: str, text: str, answer: str, gold: list[int]) -> None:
        self.questions.append(
            {"qid": f"{kind}-{len(self.questions)}", "question": text, "answer": answer, "type": kind, "gold": gold}
        )


@dataclass
class Person:
    name: str
    title: str
    born: int
    place: str
    job: str
    father: str
    mother: str
    spouse: str
    pid: int = -1
    father_pid: int = -1


def make_world(seed: int, films: int) -> World:
    """A world of ``films`` films and as many directors and fathers; the same seed gives the same bytes."""
    rng = random.Random(seed)
    world = World()
    firsts = [invented(rng, 2) for _ in range(60)]
    lasts = [invented(rng, 2) for _ in range(max(80, films // 3))]
    places = [invented(rng, 3) for _ in range(40)]
    nouns = [invented(rng, 2) for _ in range(films)] + ["The Last Harvest", "Night Train", "Silent Water", "The Heir"]

    def name() -> str:
        middle = f" {rng.choice('ABCDEFGHJKLMPRST')}." if rng.random() < 0.25 else ""
        return f"{rng.choice(firsts)}{middle} {rng.choice(lasts)}"

    people: list[Person] = []
    for _ in range(films):
        own = name()
        father = f"{rng.choice(firsts)} {own.split()[-1]}"
        job = JOBS[0] if rng.random() < 0.7 else rng.choice(JOBS)
        title = f"{own} ({job.split()[-1]})" if rng.random() < 0.15 else own
        person = Person(own, title, rng.randint(1860, 1975), rng.choice(places), job, father, name(), name())
        person.pid = world.passage(
            title,
            f"{own} (born {rng.randint(1, 28)} March {person.born} in {person.place}) was a {job}."
            f" A child of {father} and {person.mother}, {own.split()[-1]} studied in {rng.choice(places)}"
            f" and was married to {person.spouse}. The work includes several {rng.choice(KINDS)} pictures.",
        )
        person.father_pid = world.passage(
            father,
            f"{father} was a {rng.choice(JOBS)} and the son of {name()}. He lived in {rng.choice(places)} and died in"
            f" {person.born + rng.randint(20, 60)}. His father kept a shop in {rng.choice(places)}.",
        )
        people.append(person)
    made: list[tuple[str, Person, int, int]] = []
    for number in range(films):
        title = (
            nouns[number]
            if rng.random() < 0.6
            else f"{rng.choice(nouns)} {rng.choice(['Road', 'and', 'of'])} {rng.choice(nouns)}"
        )
        year = rng.randint(1915, 2015)
        shown = f"{title} ({year} film)" if rng.random() < 0.3 else title
        director = rng.choice(people)
        cast = ", ".join(rng.choice(people).name for _ in range(3))
        pid = world.passage(
            shown,
            f"{title} is a {year} {rng.choice(KINDS)} film directed by {director.name} and written by {name()}."
            f" It stars {cast}. The film was produced by {name()} and shot in {rng.choice(places)}.",
        )
        made.append((shown, director, pid, year))
    for _ in range(films // 4):
        shown, director, pid, _year = rng.choice(made)
        relation, answer = rng.choice(
            [
                ("Where was the director of film {} born?", director.place),
                ("Who is the mother of the director of film {}?", director.mother),
                ("Who is the spouse of the director of film {}?", director.spouse),
                ("When was the director of film {} born?", str(director.born)),
            ]
        )
        world.question("compositional", relation.format(shown), answer, [pid, director.pid])
        one, two = rng.sample(made, 2)
        world.question(
            "comparison",
            f"Which film came out first, {one[0]} or {two[0]}?",
            min(one, two, key=lambda m: m[3])[0],
            [one[2], two[2]],
        )
        if one[1] is not two[1]:
            world.question(
                "bridge_comparison",
                f"Which film has the director who was born earlier, {one[0]} or {two[0]}?",
                (one if one[1].born < two[1].born else two)[0],
                [one[2], one[1].pid, two[2], two[1].pid],
            )
        person = rng.choice(people)
        world.question(
            "inference", f"Who is the paternal grandfather of {person.title}?", "", [person.pid, person.father_pid]
        )
    return world


def main() -> None:
    """Write a made-up world as an evaluation folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--films", type=int, default=400)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    world = make_world(options.seed, options.films)
    options.out.mkdir(parents=True, exist_ok=True)
    for file, rows in (("corpus.jsonl", world.passages), ("questions.jsonl", world.questions)):
        (options.out / file).write_text(
            "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
        )
    print(f"{len(world.passages)} passages, {len(world.questions)} questions in {options.out}")


if __name__ == "__main__":
    main()
