"""Settings name another embedding model: questions are answered all along, and then with its vectors. Real models."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event

import pytest

from api.project import Project
from api.remembering import LOADING
from api.settings import load_settings
from graph_engine.graph import Credentials, Graph
from reasoning.retrieval import models
from reasoning.retrieval.embedding import bundled_model, fingerprint
from reasoning.retrieval.vectors import kept_models
from tests.integration.test_answers import _MAPPING

pytestmark = [pytest.mark.integration, pytest.mark.slow]
_QUESTION = "Within how many days are shipments delivered?"
_DAY = date(2026, 7, 1)


@pytest.fixture
def project(tmp_path: Path, graph: Graph, credentials: Credentials) -> Iterator[Project]:
    """Forty pages, one of which answers; a copy of the bundled model lies beside them under another name."""
    pytest.importorskip("sentence_transformers")
    model = bundled_model()
    if model is None:
        pytest.skip("the extra `embed` is not installed")
    place = tmp_path / "company"
    for name in ("mappings", "texts"):
        (place / name).mkdir(parents=True)
    shutil.copytree(model, place / "another")
    (place / "knockon.yaml").write_text("company: Texts\n", encoding="utf-8")
    (place / "mappings/desk.yaml").write_text(_MAPPING, encoding="utf-8")
    (place / "texts/post.md").write_text("# Post\n\nShipments are delivered within two days.\n", encoding="utf-8")
    for number in range(40):
        (place / f"texts/shelf{number:02}.md").write_text(
            f"# Shelf {number}\n\nShelf {number} holds {number * 7} boxes of screws.\n", encoding="utf-8"
        )
    settings = replace(load_settings(place), neo4j=credentials)
    with Project(settings, agent="tester") as opened:
        opened.pipeline.ingest(opened.sources(), accept_retractions=True)
    with Project(settings) as opened:
        yield opened


def model_in_use(project: Project) -> str:
    held = project.answerer().index.embedder
    return "" if held is None else held.name


def test_the_model_in_use_answers_until_the_one_that_was_chosen_has_read_everything(project: Project) -> None:
    folder = project.settings.folder / "another"
    first = project.ask(_QUESTION, today=_DAY)
    assert "two days" in first.text
    bundled = model_in_use(project)
    assert bundled.endswith(f"@{fingerprint(folder)}")
    with Project(replace(project.settings, embedding="another")) as opened:
        changing = opened.ask(_QUESTION, today=_DAY)
        assert changing.text == first.text and changing.notes == first.notes
        assert opened.memory._working is not None
        opened.memory._working.join(300)
        assert model_in_use(opened) == f"another@{fingerprint(folder)}"
        assert opened.ask(_QUESTION, today=_DAY).text == first.text
    assert [m.name for m in kept_models(project.settings.vectors)] == [f"another@{fingerprint(folder)}"]
    shutil.rmtree(folder)  # the model is gone: the bundled one takes its place at once
    with Project(project.settings) as opened:
        assert opened.ask(_QUESTION, today=_DAY).text == first.text
        assert model_in_use(opened) == bundled


def test_a_service_answers_from_words_until_its_first_model_has_read_everything(project: Project) -> None:
    project.warm()
    while project.memory._working is not None and project.memory._working.is_alive():
        answer = project.ask(_QUESTION, today=_DAY)
        assert answer.notes == () or "still being read by the embedding model" in answer.notes[0]
        project.memory._working.join(2)
    assert model_in_use(project).startswith("all-MiniLM-L6-v2@")
    answer = project.ask(_QUESTION, today=_DAY)
    assert "two days" in answer.text and answer.notes == ()


def test_a_question_does_not_wait_for_a_model_that_is_being_loaded(project: Project) -> None:
    first = project.ask(_QUESTION, today=_DAY)  # all vectors are on disk now
    assert first.notes == ()
    models.opened().close()  # as when a service starts
    with Project(project.settings) as opened:
        opened.warm()
        while not models.opened().loaded:
            answer = opened.ask(_QUESTION, today=_DAY)
            assert "two days" in answer.text
            assert answer.notes == (LOADING,) or models.opened().loaded
            Event().wait(0.1)
        answer = opened.ask(_QUESTION, today=_DAY)
        assert (answer.text, answer.notes, answer.confidence) == (first.text, (), first.confidence)
