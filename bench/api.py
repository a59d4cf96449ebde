"""The HTTP API on a real port against the same work called in-process; the cost of restricted views; many at once.

The ways of one kind of work take turns, and what is told of two of them is the median over rounds in which both ran: a
machine that is busier for a while is so for both.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from api.access.keys import create_key
from api.project import Project, open_project
from api.service import office_of
from bench.company import adventureworks, opened, sample, work_folder
from bench.machine import describe
from bench.table import Line, record, show

ON_REQUEST = "an ingest of AdventureWorks takes minutes"
MOST = 80
"""Calls of one kind: fewer than a key may make in one burst."""
_SERVE = "from api.cli import app; app()"


@dataclass(frozen=True, slots=True)
class Question:
    """One kind of work, over HTTP and in-process."""

    name: str
    method: str
    path: str
    body: dict[str, object] | None
    called: Callable[[Project], object]
    viewed: str = ""
    """The path for a caller from whom something is withheld, if it is another."""


def questions(project: Project, names: Sequence[str], scenario: str, viewed: str) -> list[Question]:
    """The kinds that are measured, about one thing of the company, and a kept scenario about it (and a viewer's)."""
    from api.cli import whatif_answers
    from api.query.run import run_query
    from api.scenarios import Scenarios
    from api.wire import entity_json
    from api.wire_query import GraphQuery
    from graph_engine.snapshot.visibility import Visibility
    from reasoning.types import Filters, Start

    start = names[0]
    query: dict[str, object] = {"class": "Order", "aggregates": [{"fn": "count", "name": "n"}]}

    def queried(held: Project) -> object:
        version = held.network().snapshot.version
        asked = GraphQuery.model_validate(query)
        return run_query(held.graph, held.ontology, asked, Visibility(), version=version, skip=0)

    words = f"Which products does {names[1]} supply?"
    desk = Scenarios(project)
    kept = desk.kept(scenario)
    body: dict[str, object] = {"starts": [start], "valid_at": "any", "limit": 25, "paths": 1}
    filters = Filters(valid_at="any")
    return [
        Question("entity", "GET", f"/v1/entities/{start}", None, lambda p: entity_json(p.ontology, p.show(start))),
        Question("search", "GET", "/v1/search?q=bi&limit=10", None, lambda p: p.search_at("bi", limit=10)),
        Question(
            "impact", "POST", "/v1/impact", body,
            lambda p: p.impact([Start(p.entity_id(start))], filters=filters, limit=25, paths=1).to_json(),
        ),
        Question("query", "POST", "/v1/query", query, queried),
        Question(
            "ask", "POST", "/v1/ask", {"question": words, "phrase": False},
            lambda p: p.ask(words, valid_at="any", phrase=False).to_json(),
        ),
        Question(
            "scenario run", "POST", f"/v1/scenarios/{scenario}/run", {"check": False},
            lambda _: whatif_answers.run_answer(desk.run(kept, check=False), 10), f"/v1/scenarios/{viewed}/run",
        ),
    ]  # fmt: skip


def taking_turns(works: Mapping[str, Callable[[], object]], seconds: float) -> dict[str, list[float]]:
    """Seconds of each call of each way, round by round, for some seconds for each; warmed up before."""
    for work in works.values():
        for _ in range(3):
            work()
    took: dict[str, list[float]] = {name: [] for name in works}
    end = time.perf_counter() + seconds * len(works)
    names = list(works)
    rounds = 0
    while (time.perf_counter() < end and rounds < MOST) or rounds < 5:
        for name in names if rounds % 2 else reversed(names):
            begun = time.perf_counter()
            works[name]()
            took[name].append(time.perf_counter() - begun)
        rounds += 1
    return took


def added(one: Sequence[float], other: Sequence[float]) -> float:
    """The median of what one takes longer than the other in the same round, in milliseconds."""
    return 1e3 * statistics.median(a - b for a, b in zip(one, other, strict=True))


def quotient(one: Sequence[float], other: Sequence[float]) -> float:
    """The median of one over the other in the same round."""
    return statistics.median(a / b for a, b in zip(one, other, strict=True))


def p(took: Sequence[float], share: float) -> float:
    """A quantile in milliseconds."""
    return 1e3 * sorted(took)[min(len(took) - 1, int(share * len(took)))]


def searched(titles: Sequence[str]) -> list[str]:
    """What people type to find things of these titles: their beginnings, whole, and with two letters changed over."""
    found = []
    for title in titles:
        swapped = f"{title[:1]}{title[2:3]}{title[1:2]}{title[3:]}"
        found += [title[:2], title[:4], title, swapped]
    return found


def crowd(client: httpx.Client, texts: Sequence[str], users: int, seconds: float) -> tuple[list[float], int]:
    """Seconds of each request of many users at once, who search for one text after another, and how many failed."""
    took: list[float] = []
    failed = 0
    lock = threading.Lock()
    end = time.perf_counter() + seconds

    def user(first: int) -> None:
        nonlocal failed
        for n in itertools.count(first):
            begun = time.perf_counter()
            if begun >= end:
                return
            try:
                asked = {"q": texts[n % len(texts)], "limit": "5"}
                good = client.get("/v1/search", params=asked).status_code == 200
            except httpx.HTTPError:
                good = False
            with lock:
                took.append(time.perf_counter() - begun)
                failed += not good

    with ThreadPoolExecutor(users) as pool:
        for n in range(users):
            pool.submit(user, n)
    return took, failed


def measure(project: Project, address: str, seconds: float, users: int, crowded: float) -> list[Line]:
    """All lines of the table."""
    snapshot = project.network().snapshot
    suppliers = snapshot.members("Supplier")
    start, title = snapshot.entity_id(int(suppliers[0])), snapshot.title(int(suppliers[0]))
    office = office_of(project)
    viewer = {"Authorization": f"Bearer {create_key(office, 'bench', ['viewer'])[1]}"}
    lines: list[Line] = []
    limits = httpx.Limits(max_connections=users + 10)
    with httpx.Client(base_url=address, timeout=120, limits=limits) as client:
        kept: dict[str, str] = {}
        for role, headers in (("owner", {}), ("viewer", viewer)):
            asked = {"question": f"what if {title} is down for 3 weeks?"}
            made = client.post("/v1/scenarios", json=asked, headers=headers)
            made.raise_for_status()
            kept[role] = str(made.json()["id"])
        for question in questions(project, [start, title], kept["owner"], kept["viewer"]):

            def ask(path: str, headers: dict[str, str], asked: Question = question) -> None:
                answer = client.request(asked.method, path, json=asked.body, headers=headers)
                if answer.status_code != 200:
                    raise RuntimeError(answer.text)

            took = taking_turns({
                "owner": partial(ask, question.path, {}),
                "viewer": partial(ask, question.viewed or question.path, viewer),
                "inside": partial(question.called, project),
            }, seconds)  # fmt: skip
            half, inner, seen = (statistics.median(took[n]) * 1e3 for n in ("owner", "inside", "viewer"))
            rate = len(took["owner"]) / sum(took["owner"])
            more = added(took["owner"], took["inside"])
            note = f"{rate:,.0f}/s, p95 {p(took['owner'], 0.95):.1f} ms, adds {more:+.1f} ms"
            lines.append(Line(f"{question.name}, p50 against in-process", half, "ms", inner, note))
            note = f"{quotient(took['viewer'], took['owner']) - 1:+.0%} round by round"
            lines.append(Line(f"{question.name}, p50 as viewer against owner", seen, "ms", half, note))
        things = (*suppliers[:50].tolist(), *snapshot.members("Product")[:50].tolist())
        at_once, failed = crowd(client, searched([snapshot.title(i) for i in things]), users, crowded)
        note = f"{len(at_once):,} requests in {crowded:g} s, {failed} failed, p95 {p(at_once, 0.95):.0f} ms"
        lines.append(Line(f"{users} users at once, p50", p(at_once, 0.5), "ms", None, note))
    office.close()
    return lines


def served(project: Project, seconds: float, users: int, crowded: float) -> list[Line]:
    """Serve a project on a free port, and measure."""
    command = [sys.executable, "-c", _SERVE, "serve", "--project", str(project.settings.folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as server:
        try:
            assert server.stdout is not None
            line = next(text for text in server.stdout if "Serving" in text)
            address = next(word for word in line.split() if word.startswith("http://")).rstrip("/")
            return measure(project, address, seconds, users, crowded)
        finally:
            server.terminate()


def main(argv: Sequence[str] | None = None) -> None:
    """Ingest, serve, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the sample company, and fewer seconds")
    parser.add_argument("--json", type=Path, help="append the measurements there")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--crowded", type=float, default=60.0, help="seconds that all users ask at once")
    parser.add_argument("--sample", action="store_true", help="the sample company")
    parser.add_argument("--at", type=Path, help="a project folder that is there, ingested")
    parser.add_argument("--keep", type=Path, help="a folder to ingest into, or one that was")
    asked = parser.parse_args(argv)
    seconds = 2.0 if asked.quick else asked.seconds
    if asked.at is not None:
        with open_project(asked.at) as project:
            name, lines = project.settings.company, served(project, seconds, asked.users, asked.crowded)
    else:
        company = sample() if asked.quick or asked.sample else adventureworks()
        name = company.name
        with work_folder(asked.keep) as place, opened(company, place / "company") as project:
            if not project.runs():
                project.pipeline.ingest(project.sources(), because="bench")
            lines = served(project, seconds, asked.users, 5.0 if asked.quick else asked.crowded)
    title = f"HTTP API on {name}"
    print(show(title, lines, peer="other"))
    record("api", title, lines, describe(), asked.json)


if __name__ == "__main__":
    main()
