"""The sample company as tests use it: copied to a folder of its own, ingested into the session's graph."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from fastapi.testclient import TestClient

from api.app import create_app
from api.project import Project
from api.settings import load_settings
from graph_engine.graph import Credentials, Graph
from tests.conftest import empty

SAMPLE = Path(__file__).resolve().parents[2] / "examples/plaetscher"
SUPPLIER = "Magnetfabrik Kolding A/S"


@contextmanager
def sample_company(
    folder: Path, graph: Graph, credentials: Credentials, *, sources: Sequence[str] = (), only: Sequence[str] = (),
    policies: str = "", model: bool = True,
) -> Iterator[Project]:  # fmt: skip
    """The sample company's project, once its sources are read.

    Args:
        folder: where it is copied to; made.
        graph: emptied before.
        sources: only these; none: all.
        only: only these tables.
        policies: a file of the project's own.
        model: let texts be embedded, where a model is installed (loading it takes long).
    """
    empty(graph)
    shutil.copytree(SAMPLE, folder)
    if policies:
        (folder / "policies").mkdir()
        (folder / "policies/own.cedar").write_text(policies, encoding="utf-8")
    settings = folder / "knockon.yaml"
    if not model:  # in the file, as commands read it too
        settings.write_text(settings.read_text(encoding="utf-8") + "\nanswers: {embedding: none}\n", encoding="utf-8")
    with Project(replace(load_settings(folder), neo4j=credentials), agent="tester") as opened:
        opened.pipeline.ingest(opened.sources(sources), only=only, because="first")
        yield opened


def asking(project: Project) -> TestClient:
    """What asks its API without a port; a defect is an answer, as it is for others."""
    return TestClient(create_app(project), base_url="http://127.0.0.1", raise_server_exceptions=False)
