"""Another embedding model: questions go on with the one before, or with words, until its vectors are all there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from api.remembering import WORDS_ONLY, MemoryTexts
from ontology.errors import ConfigurationError
from reasoning.retrieval.embedding import Embedder, Vectors
from reasoning.retrieval.pieces import texts_of
from reasoning.retrieval.types import Passage
from reasoning.retrieval.vectors import KeptVectors, kept_models


class Model:
    """Counts what it embeds; waits in between where it is told to."""

    def __init__(self, name: str, gate: Event | None = None) -> None:
        self.name = name
        self.gate = gate
        self.made: list[str] = []
        self.loaded = True

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self.gate is not None:
            assert self.gate.wait(20)
        self.made += texts
        return np.array([[len(t), 1.0] for t in texts], dtype=np.float32)


def passages(count: int) -> list[Passage]:
    return [Passage(f"p{n}", f"d{n}", f"Text number {n}. It says {n * n}.", f"Title {n}") for n in range(count)]


def kept(folder: Path, model: Embedder, texts: list[Passage], source: str) -> None:
    made = KeptVectors(model, folder, source=source)
    made.encode([t for p in texts for t in texts_of(p)])
    made.save()


class Desk:
    """A project of which only the models matter."""

    def __init__(self, folder: Path, *models: Model) -> None:
        self.models = {m.name.split("@")[0]: m for m in models}
        self.changes = 0
        self.texts = MemoryTexts(folder, self.opened, changed=self.changed)

    def opened(self, name: str) -> Model:
        if name not in self.models:
            raise ConfigurationError(f"There is no model {name}.")
        return self.models[name]

    def changed(self) -> None:
        self.changes += 1

    def done(self) -> None:
        assert self.texts._working is not None
        self.texts._working.join(20)
        assert not self.texts._working.is_alive()


@pytest.mark.parametrize("stays", [True, False])
def test_the_older_model_answers_until_the_newer_has_all_vectors(tmp_path: Path, stays: bool) -> None:
    texts, gate = passages(300), Event()
    old, new = Model("old@1"), Model("new@2", gate)
    kept(tmp_path, old, texts, "old")
    old.made.clear()
    desk = Desk(tmp_path, old, new)
    if stays:
        desk.texts.stay()
    used, notes = desk.texts.embedder(texts, new, "new")
    assert used is not None and used.name == "old@1" and notes == ()
    assert desk.texts.waiting == 300
    desk.texts.go_on()  # does not wait for the model
    assert desk.texts.embedder(texts, new, "new")[0] is used
    gate.set()
    desk.done()
    if not stays:  # a command makes some with each question
        assert desk.texts.waiting == 300 - 256
        assert desk.changes == 0
        desk = Desk(tmp_path, old, new)
        assert desk.texts.embedder(texts, new, "new")[0] is not None
        assert desk.texts.waiting == 300 - 256
        desk.texts.go_on()
        desk.done()
    assert (desk.texts.waiting, desk.changes) == (0, 1)
    assert len(new.made) == len(set(new.made)) == sum(len(texts_of(p)) for p in texts)
    assert not old.made
    assert [m.name for m in kept_models(tmp_path)] == ["new@2"]
    used, notes = desk.texts.embedder(texts, new, "new")
    assert used is not None and used.name == "new@2" and notes == ()


def test_where_no_model_was_a_service_answers_from_words_and_a_command_waits(tmp_path: Path) -> None:
    texts, model = passages(100), Model("first@1")
    desk = Desk(tmp_path, model)
    used, notes = desk.texts.embedder(texts, model, "first")
    assert used is not None and used.name == "first@1" and notes == ()
    desk.texts.stay()
    assert desk.texts.embedder(texts, model, "first") == (None, (WORDS_ONLY,))
    desk.texts.go_on()
    desk.done()
    assert desk.changes == 1
    used, notes = desk.texts.embedder(texts, model, "first")
    assert used is not None and notes == ()


def test_an_older_model_that_is_gone_or_was_replaced_is_not_used(tmp_path: Path) -> None:
    texts, new = passages(60), Model("new@2")
    kept(tmp_path, Model("gone@1"), texts, "gone")
    kept(tmp_path, Model("changed@1"), texts, "changed")
    desk = Desk(tmp_path, new, Model("changed@9"))
    used, _ = desk.texts.embedder(texts, new, "new")
    assert used is not None and used.name == "new@2"


def test_a_few_new_texts_are_embedded_with_the_question(tmp_path: Path) -> None:
    texts, model = passages(50), Model("one@1")
    kept(tmp_path, model, texts[:45], "one")
    desk = Desk(tmp_path, model)
    desk.texts.stay()
    used, notes = desk.texts.embedder(texts, model, "one")
    assert used is not None and notes == () and desk.texts.waiting == 0


def test_who_sees_less_shares_vectors_and_throws_none_away(tmp_path: Path) -> None:
    texts, gate = passages(80), Event()
    old, new = Model("old@1"), Model("new@2", gate)
    kept(tmp_path, old, texts, "old")
    desk = Desk(tmp_path, old, new)
    desk.texts.stay()
    told: list[None] = []
    seen = desk.texts.seen(lambda: told.append(None))
    first = desk.texts.embedder(texts, new, "new")[0]
    assert seen.embedder(texts[:50], new, "new")[0] is first
    gate.set()
    seen.go_on()
    assert seen._working is not None
    seen._working.join(20)
    assert len(told) == 1
    assert {m.name for m in kept_models(tmp_path)} == {"old@1", "new@2"}  # others still answer with the older one


def test_what_is_added_is_written_beside_what_is_there_and_joined_at_times(tmp_path: Path) -> None:
    first = Model("m@1")
    kept_ = KeptVectors(first, tmp_path, source="m")
    kept_.encode([f"text {n}" for n in range(200)])
    kept_.save()
    before = (tmp_path / "m_1.npz").stat()
    for n in range(25):
        kept_.encode([f"more {n}"])
        kept_.save()
        assert len(list(tmp_path.glob("*.npz"))) <= 23
        if n == 10:
            after = (tmp_path / "m_1.npz").stat()
            assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    again = Model("m@1")
    found = KeptVectors(again, tmp_path).encode([*(f"text {n}" for n in range(200)), *(f"more {n}" for n in range(25))])
    assert not again.made
    assert found[:, 0].tolist() == [len(t) for t in first.made]
    parts = sorted(tmp_path.glob("m_1+*.npz"))
    parts[-1].write_bytes(b"PK nonsense")  # one part is damaged: what it held is made anew, nothing else
    third = Model("m@1")
    KeptVectors(third, tmp_path).encode([*(f"text {n}" for n in range(200)), *(f"more {n}" for n in range(25))])
    assert len(third.made) == 1


def test_what_one_thread_asks_is_not_kept_while_another_reads_texts(tmp_path: Path) -> None:
    model = Model("m@1")
    kept_ = KeptVectors(model, tmp_path)
    kept_.remembers = False
    with kept_.remembering():
        kept_.encode(["a text"])
    kept_.encode(["a question"])
    assert not kept_.lacks("a text") and kept_.lacks("a question")


def test_a_service_does_not_wait_for_a_model_that_is_being_loaded(tmp_path: Path) -> None:
    model = Model("one@1")
    model.loaded = False
    texts = passages(5)
    desk = Desk(tmp_path, model)
    desk.texts.stay()
    assert desk.texts.embedder(texts, model, "one") == (None, (WORDS_ONLY,))
    model.loaded = True
    found, notes = desk.texts.embedder(texts, model, "one")  # five texts are embedded at once
    assert found is not None and notes == ()
