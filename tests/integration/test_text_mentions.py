"""Mentions in a real graph: who is named where, how surely; new things relink old texts; answers from its indexes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.project import Project
from api.settings import load_settings
from api.texts import Told
from graph_engine.graph import Credentials, Graph
from graph_engine.store.lease import write_lease
from reasoning.answers.mentioning import Hit
from reasoning.answers.reader import Reader
from reasoning.retrieval.embedding import Embedder
from tests.integration.test_answers import _MAPPING
from tests.integration.test_text_index import HashedWords

pytestmark = pytest.mark.integration

_SHOP = """\
source: shop
folder: ../shop
tables:
  cities:
    read: {file: cities.csv}
    key: [Id]
    class: Country
    properties: {code: Id, name: Name}
  customers:
    read: {file: customers.csv}
    key: [Id]
    class: Customer
    properties: {name: Name, account_number: Id}
  orders:
    read: {file: orders.csv}
    key: [No]
    class: Order
    properties: {number: No, ordered_on: Day}
    relations:
      customer: {to: customers, key: [Customer]}
"""


@pytest.fixture
def project(tmp_path: Path, graph: Graph, credentials: Credentials) -> Iterator[Project]:
    """A shop of three customers, two of one name, with letters."""
    place = tmp_path / "company"
    for name in ("mappings", "texts", "shop"):
        (place / name).mkdir(parents=True)
    (place / "knockon.yaml").write_text("company: Shop\nanswers: {embedding: none, index: neo4j}\n", encoding="utf-8")
    (place / "mappings/desk.yaml").write_text(_MAPPING, encoding="utf-8")
    (place / "mappings/shop.yaml").write_text(_SHOP, encoding="utf-8")
    table(place, "cities", "Id,Name", "DE,Germany")
    table(place, "customers", "Id,Name", "K-10,Brandt Gartenbau", "K-11,Ines Weber", "K-12,Ines Weber")
    table(place, "orders", "No,Day,Customer", "O-77001,2026-03-01,K-11", "O-77002,2026-03-02,K-10")
    text(place, "letter.md", "# A letter\n\nBrandt Gartenbau asked about order O-77002 and got an answer.\n")
    text(place, "weber.md", "# Weber\n\nInes Weber called twice about her garden hose.\n")
    text(place, "order.md", "# Late\n\nIn order O-77001 Ines Weber waited three weeks for a hose.\n")
    text(place, "future.md", "# Fairs\n\nAt the fair we met Quellwerk Kiel and drank coffee.\n")
    with Project(replace(load_settings(place), neo4j=credentials), agent="tester") as opened:
        opened.texts.drop()
        yield opened
        opened.texts.drop()


def table(place: Path, name: str, *lines: str) -> None:
    (place / "shop" / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def text(place: Path, name: str, content: str) -> None:
    (place / "texts" / name).write_text(content, encoding="utf-8")


def ingest(project: Project) -> None:
    with Project(project.settings, agent="tester") as again:
        again.pipeline.ingest(again.sources(), accept_retractions=True)


def bring_up(project: Project, model: Embedder | None = None) -> tuple[Told, ...]:
    network = project.network()
    return project.texts.bring_up(network, Reader(network), model, source="none")


def named(project: Project, thing: str) -> list[Hit]:
    network = project.network()
    return list(project.texts.mentions(network, project.entity_id(thing), 50)[1])


def documents(hits: list[Hit]) -> list[str]:
    return [h.document for h in hits]


def test_things_are_found_where_they_are_named_and_doubt_is_kept(project: Project) -> None:
    ingest(project)
    told = bring_up(project)
    brandt = named(project, "Brandt Gartenbau")
    assert [(h.document, h.candidates) for h in brandt] == [("A letter", 1)]
    letter = (project.settings.folder / "texts/letter.md").read_text(encoding="utf-8")
    assert letter[brandt[0].start : brandt[0].end] == "Brandt Gartenbau"
    assert brandt[0].sure == 1.0
    assert brandt[0].record is not None
    assert brandt[0].record.startswith("desk/passages/")
    one, other = named(project, "Customer:K-11"), named(project, "Customer:K-12")
    in_both = {h.document: h for h in one}
    assert in_both["Weber"].candidates == 2  # nothing tells them apart there
    assert in_both["Weber"].sure == pytest.approx(0.5)
    assert in_both["Late"].sure > 0.8  # the order beside the name is hers
    assert "Late" not in documents(other) or other[documents(other).index("Late")].sure < 0.2
    assert sum(t.ambiguous for t in told) >= 2


def test_a_new_thing_is_found_in_old_texts_and_forgotten_when_it_goes(project: Project) -> None:
    ingest(project)
    bring_up(project)
    before = [i.digest() for i in project.texts.indexes]
    place = project.settings.folder
    table(
        place,
        "customers",
        "Id,Name",
        "K-10,Brandt Gartenbau",
        "K-11,Ines Weber",
        "K-12,Ines Weber",
        "K-13,Quellwerk Kiel",
    )
    ingest(project)
    told = bring_up(project)
    assert documents(named(project, "Quellwerk Kiel")) == ["Fairs"]
    assert sum(t.written for t in told) == 0  # no text changed
    assert sum(t.linked for t in told) == 1  # and only the one that may name it was read again
    table(place, "customers", "Id,Name", "K-10,Brandt Gartenbau", "K-11,Ines Weber", "K-12,Ines Weber")
    ingest(project)
    bring_up(project)
    assert [i.digest() for i in project.texts.indexes] == before


def test_one_of_two_namesakes_goes_and_the_other_is_meant(project: Project) -> None:
    ingest(project)
    bring_up(project)
    table(project.settings.folder, "customers", "Id,Name", "K-10,Brandt Gartenbau", "K-11,Ines Weber")
    ingest(project)
    bring_up(project)
    assert {h.document: (h.candidates, h.sure) for h in named(project, "Ines Weber")}["Weber"] == (1, 1.0)


def test_a_document_comes_and_goes_without_a_trace(project: Project) -> None:
    ingest(project)
    bring_up(project)
    before, digest = [i.digest() for i in project.texts.indexes], project.digest()
    text(project.settings.folder, "more.md", "# Brandt\n\nBrandt Gartenbau and Ines Weber share a fence.\n")
    ingest(project)
    bring_up(project)
    assert "Brandt" in documents(named(project, "Brandt Gartenbau"))
    assert [i.digest() for i in project.texts.indexes] != before
    (project.settings.folder / "texts/more.md").unlink()
    ingest(project)
    bring_up(project)
    assert [i.digest() for i in project.texts.indexes] == before
    assert project.digest() == digest


def test_a_process_that_stays_asks_only_for_what_changed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(project)
    bring_up(project)
    before = [i.digest() for i in project.texts.indexes]
    for index in project.texts.indexes:
        monkeypatch.setattr(index, "hashes", lambda: pytest.fail("everything was asked for"))
        index.rehearse()  # does nothing to it
    assert [i.digest() for i in project.texts.indexes] == before
    text(project.settings.folder, "more.md", "# Ines Weber\n\nBrandt Gartenbau and Ines Weber share a fence.\n")
    ingest(project)
    told = bring_up(project)
    assert "Ines Weber" in documents(named(project, "Brandt Gartenbau"))
    assert sum(t.written for t in told) == 3  # the new one, and two letters which name what it defines
    (project.settings.folder / "texts/more.md").unlink()
    ingest(project)
    bring_up(project)
    assert [i.digest() for i in project.texts.indexes] == before
    monkeypatch.undo()
    with Project(project.settings) as again:  # who comes anew finds nothing to do
        assert sum(t.written + t.gone for t in bring_up(again)) == 0


def test_an_index_that_another_process_threw_away_is_made_again(project: Project) -> None:
    ingest(project)
    bring_up(project, HashedWords())
    before = [i.digest() for i in project.texts.indexes]
    with Project(project.settings) as another:
        another.texts.drop()
    bring_up(project, HashedWords())
    assert [i.digest() for i in project.texts.indexes] == before
    state = project.texts.indexes[0].state()
    assert state.model == "hashed@1"
    vector = HashedWords().encode(["garden hose"])[0].tolist()
    assert project.texts.indexes[0].seeds("a", vectors=[vector], words=[["hos"]], names=[], limit=5)


def test_the_index_is_no_part_of_the_state(project: Project) -> None:
    ingest(project)
    digest, version = project.digest(), project.network().snapshot.version
    bring_up(project, HashedWords())
    assert project.digest() == digest
    with Project(project.settings) as again:
        assert again.network().snapshot.version == version
        assert again.show("Brandt Gartenbau").state.title == "Brandt Gartenbau"
        again.texts.drop()
        assert again.digest() == digest


@pytest.mark.parametrize(
    "question",
    ["How long did Ines Weber wait for a hose?", "Whom did we meet at the fair?", "Why is the moon made of cheese?"],
)
def test_answers_are_the_same_from_memory_and_from_neo4j(project: Project, question: str) -> None:
    ingest(project)
    found = {}
    for where in ("memory", "neo4j"):
        with Project(replace(project.settings, text_index=where)) as opened:
            answer = opened.ask(question, today=date(2026, 7, 1))
            found[where] = answer.to_json()
            assert opened.texts.is_current(opened.network()) is (where == "neo4j")
    assert found["memory"] == found["neo4j"]


def test_another_model_takes_over_while_questions_are_answered(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = {"old": HashedWords("old@1"), "new": HashedWords("new@1", shift=3)}
    monkeypatch.setattr(Project, "_embedder_named", lambda _self, name: models.get(name))
    ingest(project)
    question = "Who waited three weeks for a hose?"
    with Project(replace(project.settings, embedding="old")) as opened:
        assert opened.ask(question).known
        assert opened.texts.indexes[0].state().model == "old@1"
    with Project(replace(project.settings, embedding="new")) as opened:
        answerer = opened.answerer()
        assert answerer.index.embedder is models["old"]  # the vectors in use are still its
        waiting = opened.texts.waiting
        assert waiting > 0
        assert opened.ask(question).known
        assert opened.texts._working is not None
        opened.texts._working.join()
        assert opened.texts.waiting == 0
        assert opened.texts.indexes[0].state().model == "new@1"
        assert opened.answerer().index.embedder is models["new"]
    with Project(replace(project.settings, embedding="new")) as opened:
        assert opened.answerer().index.embedder is models["new"]


def test_while_somebody_writes_questions_are_answered_from_what_is_indexed(project: Project) -> None:
    ingest(project)
    bring_up(project)
    text(project.settings.folder, "hours.md", "# Hours\n\nThe showroom opens at nine and closes at five.\n")
    ingest(project)
    with write_lease(project.graph), Project(project.settings) as opened:
        late = opened.ask("When does the showroom open?")
        assert any("not searched yet" in note for note in late.notes)
        assert opened.ask("Who called twice about the garden hose?").known
    with Project(project.settings) as opened:
        assert "nine" in opened.ask("When does the showroom open?").text


def test_the_commands_tell_what_is_indexed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", project.settings.neo4j.uri)  # type: ignore[union-attr]
    monkeypatch.setenv("NEO4J_USERNAME", project.settings.neo4j.username)  # type: ignore[union-attr]
    monkeypatch.setenv("NEO4J_PASSWORD", project.settings.neo4j.password)  # type: ignore[union-attr]
    ingest(project)
    folder = ["-p", str(project.settings.folder)]
    done = CliRunner().invoke(app, ["index", *folder, "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["indexes"][0]["passages"] == 4
    told = CliRunner().invoke(app, ["index", *folder])
    assert "4 passages, 0 indexed now" in told.output
    found = CliRunner().invoke(app, ["mentions", "Brandt Gartenbau", *folder])
    assert "A letter" in found.output
    assert "100%" in found.output
    gone = CliRunner().invoke(app, ["index", "--drop", *folder])
    assert gone.exit_code == 0
    nothing = CliRunner().invoke(app, ["mentions", "Brandt Gartenbau", *folder])
    assert "knockon index" in nothing.output
