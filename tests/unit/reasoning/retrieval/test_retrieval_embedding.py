"""The bundled model: optional, local, unit vectors."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from ontology.errors import ConfigurationError
from reasoning.retrieval.embedding import SentenceTransformerEmbedder, Vectors, bundled_model, fingerprint
from reasoning.retrieval.model_process import ModelProcess
from reasoning.retrieval.models import available_embedder


def test_retrieval_imports_without_torch() -> None:
    code = "import reasoning.retrieval.search, reasoning.retrieval.evaluation, sys; sys.exit('torch' in sys.modules)"
    root = Path(__file__).parents[4]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_a_model_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No embedding model"):
        SentenceTransformerEmbedder(tmp_path / "none")


@pytest.mark.slow
def test_the_bundled_model_gives_unit_vectors_that_know_meaning() -> None:
    embedder = available_embedder()
    if embedder is None:
        pytest.skip("the extra `embed` is not installed")
    car, auto, soup = embedder.encode(["The car is broken.", "My automobile does not work.", "A recipe for soup."])
    assert np.linalg.norm(car) == pytest.approx(1, abs=1e-5)
    assert car @ auto > car @ soup + 0.2
    assert embedder.encode([]).shape[0] == 0


def test_a_model_that_is_replaced_in_its_folder_has_another_version(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    weights = tmp_path / "sub" / "model.safetensors"
    weights.write_bytes(b"\0" * 300_000)
    first = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == first
    weights.write_bytes(b"\0" * 299_999 + b"\1")
    second = fingerprint(tmp_path)
    (tmp_path / "config.json").write_text("{ }", encoding="utf-8")
    assert len({first, second, fingerprint(tmp_path)}) == 3


def _model() -> ModelProcess:
    pytest.importorskip("sentence_transformers")
    if bundled_model() is None:
        pytest.skip("the extra `embed` is not installed")
    return ModelProcess()


@pytest.mark.slow
def test_a_model_is_loaded_beside_everything_else_and_comes_back_when_its_process_was_killed() -> None:
    model, here = _model(), "torch" in sys.modules
    found: list[Vectors] = []
    thread = threading.Thread(target=lambda: found.append(model.encode([*["A pump."] * 70, "A recipe for soup."])))
    longest, last = 0.0, time.perf_counter()
    try:
        thread.start()
        while thread.is_alive():
            time.sleep(0.002)
            now = time.perf_counter()
            longest, last = max(longest, now - last), now
        assert longest < 0.8  # in this process it was up to 1.9 s
        assert ("torch" in sys.modules) is here
        assert found[0].shape == (71, 384)
        assert np.abs(np.linalg.norm(found[0], axis=1) - 1).max() < 1e-5
        assert model._child is not None
        model._child.kill()
        model._child.join()
        assert np.abs(model.encode(["A recipe for soup."])[0] - found[0][-1]).max() < 1e-5
        assert model.encode([]).shape[0] == 0
        assert model.loaded
        model.close()
        begun = time.perf_counter()
        assert not model.loaded  # loading begins; who asks is told at once
        assert time.perf_counter() - begun < 0.8
        while not model.loaded:
            time.sleep(0.05)
        assert model.encode(["A pump."]).shape == (1, 384)
    finally:
        thread.join()
        model.close()


@pytest.mark.slow
def test_a_folder_that_holds_no_model_is_said_when_it_is_asked(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    (tmp_path / "notes.txt").write_text("no model", encoding="utf-8")
    model = ModelProcess(tmp_path)
    try:
        with pytest.raises(ConfigurationError, match="cannot be loaded"):
            model.encode(["A text."])
        assert model.loaded  # nothing to wait for: who asks next is told the same
    finally:
        model.close()
