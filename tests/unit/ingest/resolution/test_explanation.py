"""Explanations add up, escape what they show, and find the weakest link."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import networkx as nx
import numpy as np
import pytest

from ingest.resolution.explanation import explain_entity, explain_pair
from ingest.resolution.judgements import Decider, Links
from ingest.resolution.resolver import ScoredPair

PAIR = ScoredPair(0, 1, 9.5, 0.998, (("name: words", 7.0), ("city", -1.5), ("phone", 0.0)))


def test_prior_and_parts_add_up_to_the_weight() -> None:
    found = explain_pair(PAIR, ["a", "b"], {"name": ("Ann <script>", "Anne"), "city": ("Bonn", "Kiel")})
    assert found.prior + sum(part[1] for part in found.parts) == pytest.approx(found.weight)
    text = found.as_text()
    assert "'Ann <script>' / 'Anne'" in text
    assert "nothing to compare" in text


def test_the_chart_is_xml_and_escapes_names() -> None:
    found = explain_pair(PAIR, ["<b>", "x&y"], {})
    root = ET.fromstring(found.as_svg())
    assert root[0].text == "<b> and x&y"
    bars = [e for e in root if e.tag.endswith("rect")]
    assert len(bars) == 5  # prior, three parts, the sum


def test_the_tree_is_a_maximum_spanning_tree() -> None:
    rng = np.random.default_rng(3)
    left, right = rng.integers(0, 12, 60), rng.integers(0, 12, 60)
    weight = rng.permutation(60).astype(float)
    names = [f"m{i:02}" for i in range(12)]
    graph = nx.Graph()
    for a, b, w in zip(left.tolist(), right.tolist(), weight.tolist(), strict=True):
        if a != b and w > graph.get_edge_data(a, b, {"weight": -1})["weight"]:
            graph.add_edge(a, b, weight=w)
    best = nx.maximum_spanning_tree(graph)
    members = sorted(graph.nodes)
    found = explain_entity(members, names, Links.same(left, right, weight))
    assert sum(link.weight for link in found.tree) == best.size(weight="weight")
    assert found.weakest is not None
    assert found.weakest.weight == min(w for _, _, w in best.edges(data="weight"))


def test_a_persons_link_is_never_the_weakest_beside_the_models() -> None:
    links = Links.concat([Links.same([0], [1], [99.0]), Links.same([1], [2], [0.0], Decider.PERSON)])
    found = explain_entity([0, 1, 2], ["a", "b", "c"], links)
    assert found.weakest is not None
    assert found.weakest.decided_by is Decider.MODEL
    assert found.as_text().endswith("a = b  (model +99.0 bits)  <- weakest")
