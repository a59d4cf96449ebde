"""The bundled model: optional, local, unit vectors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ontology.errors import ConfigurationError
from reasoning.retrieval.embedding import SentenceTransformerEmbedder, available_embedder, fingerprint


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
