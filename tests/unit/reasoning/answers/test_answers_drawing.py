"""The paths of an answer as a graph: each thing and relation once, and text that nothing in a title can break."""

from __future__ import annotations

import re

from reasoning.answers import drawing
from reasoning.answers.engine import Answerer
from reasoning.types import EntityRef, Hop, Path
from tests.unit.reasoning.answers import shop


def hop(source: str, target: str, relation: str, label: str = "has") -> Hop:
    one, other = (EntityRef(t, "Product", t, "product") for t in (source, target))
    return Hop(relation, "component", label, one, other, 1.0, 0.0, None, None, ())


def path(*hops: Hop) -> Path:
    return Path(hops, 1.0, 0.0)


def test_what_paths_share_is_drawn_once() -> None:
    paths = [path(hop("a", "b", "r1"), hop("b", "c", "r2")), path(hop("a", "b", "r1"), hop("b", "d", "r3"))]
    drawn = drawing.graph_json(paths)
    assert isinstance(drawn["nodes"], list)
    assert isinstance(drawn["edges"], list)
    assert [n["id"] for n in drawn["nodes"]] == ["a", "b", "c", "d"]
    assert [(e["source"], e["target"]) for e in drawn["edges"]] == [("a", "b"), ("b", "c"), ("b", "d")]
    assert drawing.mermaid(paths).count("-->") == 3
    assert drawing.dot(paths).count("->") == 3


def test_titles_cannot_break_out_of_their_labels() -> None:
    nasty = 'x"]; click n0 "javascript:alert(1)" <script>\n  n9["'
    text = drawing.mermaid([path(hop(nasty, "b", "r1", 'a"b'))])
    assert len(text.splitlines()) == 4
    assert re.fullmatch(r'  n0\["[^"<]*<br/>product"\]', text.splitlines()[1])
    drawn = drawing.dot([path(hop(nasty, "b\\", "r1"))])
    assert len(drawn.splitlines()) == 6
    assert all(re.fullmatch(r'  n\d+ (?:-> n\d+ )?\[label="(?:[^"\\]|\\.)*"\];', x) for x in drawn.splitlines()[2:-1])


def test_an_answer_carries_its_graph() -> None:
    answer = Answerer(shop.network()).ask("Can Acme still return the pump it bought in March?", today=shop.TODAY)
    drawn = answer.to_json()["graph"]
    assert isinstance(drawn, dict)
    titles = {n["title"] for n in drawn["nodes"]}
    assert {"Acme GmbH", "#1001", "Otter submersible pump"} <= titles
