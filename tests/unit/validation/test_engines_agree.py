"""The direct engine and pyshifty against pySHACL, on random graphs and shapes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from ontology.errors import ShapeError
from tests.unit.validation.random_graphs import ONTOLOGY, graphs, keys, read, shape_files
from validation.direct import DirectEngine
from validation.graph import TripleIndex
from validation.image import Encoder, EntityImage, RelationImage
from validation.pyshacl_engine import PyShaclEngine


def triples(graph: tuple[list[EntityImage], list[RelationImage]]) -> TripleIndex:
    encoder = Encoder(ONTOLOGY)
    index = TripleIndex(encoder.hierarchy())
    for entity in graph[0]:
        index.add(encoder.entity(entity))
    for relation in graph[1]:
        index.add(encoder.relation(relation))
    return index


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(graph=graphs(), text=shape_files(comparable=True))
def test_direct_and_reference_give_the_same_results(
    graph: tuple[list[EntityImage], list[RelationImage]], text: str
) -> None:
    shapes = read(text)
    data = triples(graph)
    assert keys(DirectEngine().validate(data, shapes)) == keys(PyShaclEngine().validate(data, shapes))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(graph=graphs(), text=shape_files())
def test_shifty_finds_the_same_focus_nodes(graph: tuple[list[EntityImage], list[RelationImage]], text: str) -> None:
    pytest.importorskip("shifty")
    from validation.shifty_engine import ShiftyEngine

    shapes = read(text)
    data = triples(graph)
    try:
        found = ShiftyEngine().validate(data, shapes)
    except ShapeError:
        return
    assert keys(found) == keys(DirectEngine().validate(data, shapes))
