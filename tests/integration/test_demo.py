"""``knockon demo`` end to end: it tells the story, and tells it again without reading anything anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.console import Console

from api.cli.frame import out
from api.demo import run_demo
from graph_engine.graph import Credentials, Graph
from graph_engine.store.runs import read_runs

pytestmark = pytest.mark.integration


def test_it_answers_one_question_of_each_kind_and_goes_on_where_it_is(
    graph: Graph, credentials: Credentials, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.delenv("NEO4J_URI", raising=False)
    place = tmp_path / "demo"
    run_demo(place, out=out, neo4j=credentials)
    story = capsys.readouterr().out
    assert "shop.order_lines" in story and "52 rows" in story
    touched = re.search(r"(\d+) customers are touched", story)
    assert touched is not None and 200 < int(touched[1]) <= 240  # the truth names 240 accounts, some of one customer
    assert "angebote.csv row 25" in story or "angebote.csv row 26" in story  # the rows behind a path
    assert "stammdaten.xlsx row 7" in story  # and behind a value
    assert "14 days from then on ended on" in story and "policy-returns.md" in story  # an answer in words, its source
    assert "Figures that differ" in story and "nothing in it was changed" in story  # what if
    assert "Along paths" in story  # and why
    assert "knockon db stop" in story
    assert len(story.splitlines()) < 400, "short enough to read"
    runs = read_runs(graph)
    assert [r.kind for r in runs] == ["ingest"]

    run_demo(place, out=Console(width=200), neo4j=credentials)
    assert "nothing is read again" in capsys.readouterr().out
    assert read_runs(graph) == runs
