"""A company to measure on: a fresh project in a folder of its own, with a database of its own that is stopped after."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from api.project import Project
from api.settings import load_settings
from graph_engine.graph import Graph

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
HEAP, PAGE_CACHE = "2g", "512m"
_CYPHER = Path(__file__).resolve().parent / "cypher"


class NoData(RuntimeError):
    """The data to measure on is not on this machine."""


@dataclass(frozen=True, slots=True)
class Company:
    """What is ingested: a project folder to copy, and where its sources' files lie if not in it."""

    name: str
    shipped: Path
    folders: dict[str, Path]


def adventureworks() -> Company:
    """The bicycle maker, from ``KNOCKON_TEST_DATA`` or beside the project.

    Raises:
        NoData: its files are in neither place.
    """
    data = Path(os.environ.get("KNOCKON_TEST_DATA", ROOT.parent / "shared" / "data")) / "adventureworks"
    if not (data / "schema.json").is_file():
        raise NoData(f"AdventureWorks is not at {data} (KNOCKON_TEST_DATA names the folder that holds it).")
    return Company("AdventureWorks", EXAMPLES / "adventureworks", {"aw": data.resolve()})


def sample() -> Company:
    """The sample company that travels with knockon; small."""
    return Company("the sample company", EXAMPLES / "plaetscher", {})


@contextmanager
def work_folder(chosen: Path | None) -> Iterator[Path]:
    """The folder to work in: the one chosen (kept), or a temporary one (removed)."""
    if chosen is not None:
        chosen.mkdir(parents=True, exist_ok=True)
        yield chosen.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="knockon-bench-") as made:
        yield Path(made)


@contextmanager
def opened(company: Company, folder: Path) -> Iterator[Project]:
    """A project of the company in ``folder``, whose own server runs; ``NEO4J_URI`` is left alone, as it is emptied."""
    if not (folder / "knockon.yaml").is_file():
        shutil.copytree(
            company.shipped, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".knockon", "__pycache__")
        )
    held = load_settings(folder, company.folders)
    sized = replace(held, neo4j=None, heap=held.heap or HEAP, page_cache=held.page_cache or PAGE_CACHE)
    with Project(sized, agent="bench") as project:
        project.server.ensure_running()
        try:
            yield project
        finally:
            project.server.stop()


def empty(graph: Graph) -> None:
    """Delete every node and relation; constraints and indexes stay."""
    run(graph, cypher("empty"))


def cypher(name: str, **identifiers: str) -> str:
    """A statement of the benchmarks' own, its ``{placeholders}`` filled with names from the ontology."""
    lines = (_CYPHER / f"{name}.cypher").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("//")).strip()
    for key, value in identifiers.items():
        text = text.replace("{" + key + "}", value)
    return text


def run(graph: Graph, text: str, **params: object) -> list[dict[str, object]]:
    """Run a statement as the plain driver does: one auto-commit transaction."""
    with graph.driver.session(database=graph.credentials.database) as session:
        return [record.data() for record in session.run(text, params)]
