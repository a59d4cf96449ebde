"""kill -9 of knockon or of Neo4j, Ctrl-C, two at once: then once more, and the digest is that of an undisturbed run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_engine.entity_view import view
from graph_engine.graph import Credentials, Graph
from graph_engine.server.managed import ManagedServer
from ingest.pipeline import Pipeline
from ontology.errors import Busy, DatabaseError
from tests.conftest import empty
from tests.integration.tiny_company import Company

pytestmark = [pytest.mark.integration, pytest.mark.slow]

_DIES = """
import os, signal, sys
from pathlib import Path
from api.project import open_project
left = int(sys.argv[3])
def progress(stage, done, total):
    global left
    if stage == sys.argv[2]:
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
with open_project(Path(sys.argv[1]), progress=progress) as p:
    p.pipeline.ingest(p.sources(), accept_retractions=True)
"""

_WAITS = """
import sys, threading
from pathlib import Path
import typer
from api.cli.frame import guarded
from api.project import open_project
def progress(stage, done, total):
    if stage == sys.argv[2]:
        print("here", flush=True)
        threading.Event().wait(300)
def main():
    with open_project(Path(sys.argv[1]), progress=progress) as p:
        p.pipeline.ingest(p.sources(), accept_retractions=True)
try:
    guarded(main)()
except typer.Exit as end:
    sys.exit(end.exit_code)
"""


@pytest.fixture
def company(tmp_path: Path, graph: Graph, credentials: Credentials) -> Iterator[Company]:
    """The company, ingested once, with changes waiting that add, change and remove."""
    made = Company(tmp_path / "tiny", credentials)
    made.ingest()
    change(made)
    yield made
    made.close()


def change(company: Company) -> None:
    """Changes of every kind: new, changed, retracted, set aside, merged."""
    company.row("shop.customers", "3")["Tax"] = "DE1"
    company.row("erp.products", "P2")["Name"] = "Rim"
    company.row("erp.products", "P3")["Price"] = "-4"
    company.drop("shop.lines", "O3")
    company.add("erp.suppliers", "S3", "Third", "")
    company.add("erp.offers", "F3", "S3", "P1", "6", "1")
    company.row("shop.orders", "O2")["Customer"] = "1"
    company.export()


def environment(credentials: Credentials) -> dict[str, str]:
    """Variables that lead a process of its own to the test's server."""
    return {
        **os.environ, "NEO4J_URI": credentials.uri, "NEO4J_USERNAME": credentials.username,
        "NEO4J_PASSWORD": credentials.password, "NEO4J_DATABASE": credentials.database,
    }  # fmt: skip


def undisturbed(folder: Path, credentials: Credentials) -> str:
    """The digest of the same two ingests on an empty graph."""
    calm = Company(folder, credentials)
    try:
        empty(calm.project.graph)
        calm.ingest()
        change(calm)
        calm.ingest(accept=True)
        return calm.digest()
    finally:
        calm.close()


def test_killed_at_any_stage_then_run_again(company: Company, tmp_path: Path, credentials: Credentials) -> None:
    wheel = company.project.show("Product:P2").state.id
    before = company.project.show("Product:P2").state.title
    stages = [("reading rows", 1), ("writing", 1), ("writing", 2), ("writing", 4), ("writing", 6)]
    for stage, number in stages:
        died = subprocess.run(
            [sys.executable, "-c", _DIES, str(company.folder), stage, str(number)], env=environment(credentials),
            cwd=Path(__file__).resolve().parents[2], capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert died.returncode == -signal.SIGKILL, died.stderr[-2000:]
        # what is shown is the published version, whatever the dead run had written
        shown = view(company.project.graph, company.project.ontology, wheel)
        assert shown.state.title == before
    report = company.ingest(accept=True)
    assert all(t.adds_up for t in report.tables)
    found = company.digest()
    assert [r.status for r in company.project.runs()].count("writing") == 0
    assert found == undisturbed(tmp_path / "calm", credentials)


def test_a_question_repairs_what_a_dead_run_left(company: Company, credentials: Credentials) -> None:
    before = company.digest()
    subprocess.run(
        [sys.executable, "-c", _DIES, str(company.folder), "writing", "3"], env=environment(credentials),
        cwd=Path(__file__).resolve().parents[2], capture_output=True, timeout=300,
    )  # fmt: skip
    assert company.digest() != before  # half a run is there
    company.project.ready()
    assert company.digest() == before
    assert [r.kind for r in company.project.runs()] == ["ingest", "ingest", "repair"]


def test_two_at_once_and_ctrl_c(company: Company, tmp_path: Path, credentials: Credentials) -> None:
    before = company.digest()
    command = [sys.executable, "-c", _WAITS, str(company.folder), "resolving entities"]
    place = Path(__file__).resolve().parents[2]
    first = subprocess.Popen(
        command, env=environment(credentials), cwd=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert first.stdout is not None
    assert first.stdout.readline().strip() == b"here"  # it holds the lease, and waits
    with pytest.raises(Busy, match="Another knockon process"):
        company.ingest(accept=True)
    first.send_signal(signal.SIGINT)
    out, _ = first.communicate(timeout=120)
    assert first.returncode == 130, out.decode()[-2000:]
    company.project.ready()
    assert company.digest() == before
    company.ingest(accept=True)
    assert company.digest() == undisturbed(tmp_path / "calm", credentials)


def test_the_database_is_killed_in_the_middle(
    tmp_path: Path, graph: Graph, credentials: Credentials, short_lived_java: None, own_server: ManagedServer
) -> None:
    own = Company(tmp_path / "tiny", own_server.ensure_running())
    own.ingest()
    change(own)
    written = 0

    def progress(stage: str, done: int, total: int) -> None:
        nonlocal written
        written += stage == "writing"
        if stage == "writing" and written == 3:
            own_server.kill()

    p = own.project
    mortal = Pipeline(p.graph, p.ontology, p.archive, p.gate, p.settings.tmp, progress=progress)
    with pytest.raises(DatabaseError):
        mortal.ingest(p.sources(), accept_retractions=True)
    own.close()
    again = Company.at(tmp_path / "tiny", own_server.ensure_running())
    again.pipeline().ingest(again.project.sources(), accept_retractions=True)
    found = again.digest()
    again.close()
    assert found == undisturbed(tmp_path / "calm", credentials)
