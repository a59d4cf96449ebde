"""Constraints and indexes on a real Neo4j."""

from __future__ import annotations

from pathlib import Path

import pytest
from neo4j import Query

from graph_engine.graph import Graph
from graph_engine.schema import TEXT_INDEX, apply_schema, desired_schema
from ontology.errors import DatabaseError
from ontology.load import load_ontology

pytestmark = pytest.mark.integration

EXTENSION = """\
@prefix k: <https://w3id.org/knockon/ns#> .
@prefix ko: <https://w3id.org/knockon/meta#> .
@prefix my: <https://example.com/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
my:Rental a owl:Class ; rdfs:label "rental"@en .
my:rental_plate a owl:DatatypeProperty ; ko:name "plate" ; rdfs:domain my:Rental ; rdfs:range xsd:string ;
    rdfs:label "plate"@en ; ko:identifying true ; ko:searchable true .
my:rental_of a owl:ObjectProperty ; rdfs:label "is of"@en ; ko:inverseLabel "is in"@en ; rdfs:domain my:Rental ;
    ko:role "product" ; rdfs:range k:Product ; ko:inverseRole "rentals" .
"""


def _run(graph: Graph, text: str, **params: object) -> list[dict[str, object]]:
    """Statements of the test's own: an independent view of the server."""
    with graph.driver.session(database=graph.credentials.database) as session:
        return [dict(row) for row in session.run(Query(text), params)]


def _names(graph: Graph) -> set[str]:
    return {str(row["name"]) for row in _run(graph, "SHOW INDEXES YIELD name, state WHERE state = 'ONLINE'")}


def test_everything_is_made_once_and_online(graph: Graph) -> None:
    ontology = load_ontology()
    apply_schema(graph, ontology)
    wanted = {item.name for item in desired_schema(ontology)}
    assert wanted <= _names(graph)
    again = apply_schema(graph, ontology)
    assert not again.changed
    _run(
        graph, "MATCH (g:Graph) DETACH DELETE g"
    )  # as after a restore: the record of it is gone, the indexes are there
    assert not apply_schema(graph, ontology).changed


def test_ids_are_unique_for_entities_and_for_each_relation_type(graph: Graph) -> None:
    apply_schema(graph, load_ontology())
    _run(graph, "CREATE (:Entity:Product {id: 'a'})-[:COMPONENT {id: 'r'}]->(:Entity:Product {id: 'b'})")
    for text in (
        "CREATE (:Entity {id: 'a'})",
        "MATCH (a {id: 'a'}), (b {id: 'b'}) CREATE (b)-[:COMPONENT {id: 'r'}]->(a)",
    ):
        with pytest.raises(Exception, match="already exists"):
            _run(graph, text)
    _run(graph, "MATCH (a {id: 'a'}), (b {id: 'b'}) CREATE (b)-[:PRODUCT_SUBSTITUTE {id: 'r'}]->(a)")


def test_lookups_by_identifying_property_use_an_index(graph: Graph) -> None:
    apply_schema(graph, load_ontology())
    with graph.driver.session(database=graph.credentials.database) as session:
        for text in (
            "MATCH (n:Product {sku: 'x'}) RETURN n",
            "MATCH (n:Entity {id: 'x'}) RETURN n",
            "MATCH ()-[r:COMPONENT {id: 'x'}]->() RETURN r",
            "MATCH (n:Record {source: 'a', table: 'b'}) RETURN n",
            "MATCH (n:Closed) WHERE n.seq_to > 3 RETURN n",
            "MATCH (n:Entity) WHERE n._seq > 3 RETURN n",
        ):
            plan = str(session.run(Query("EXPLAIN " + text)).consume().plan)
            assert "Index" in plan and "AllNodesScan" not in plan and "NodeByLabelScan" not in plan, text


def test_words_are_found_whatever_their_accents(graph: Graph) -> None:
    apply_schema(graph, load_ontology())
    _run(graph, "CREATE (:Entity:Party {id: 'x', _title: 'Kundé', legal_name: 'Sánchez Lager GmbH'})")
    graph.wait_for_indexes()
    call = "CALL db.index.fulltext.queryNodes($index, $words) YIELD node RETURN node.id AS id"
    for words in ("sanchez", "KUNDE", "lager"):
        assert [r["id"] for r in _run(graph, call, index=TEXT_INDEX, words=words)] == ["x"], words


def test_an_extension_adds_and_taking_it_out_removes(graph: Graph, tmp_path: Path) -> None:
    file = tmp_path / "rental.ttl"
    file.write_text(EXTENSION, encoding="utf-8")
    plain, extended = load_ontology(), load_ontology([file])
    apply_schema(graph, plain)
    before = _names(graph)
    _run(graph, "CREATE INDEX of_the_users_own IF NOT EXISTS FOR (n:Product) ON (n.colour)")
    report = apply_schema(graph, extended)
    added = {"knockon_unique_RENTAL_OF_id", "knockon_index_RENTAL_OF__seq", "knockon_index_Rental_plate"}
    assert set(report.created) == added | {TEXT_INDEX}
    assert added <= _names(graph)
    listed = _run(graph, "SHOW INDEXES YIELD name, properties WHERE name = $name RETURN properties", name=TEXT_INDEX)
    assert "plate" in listed[0]["properties"]  # type: ignore[operator]
    assert set(apply_schema(graph, plain).dropped) == added | {TEXT_INDEX}
    assert _names(graph) == before | {"of_the_users_own"}
    _run(graph, "DROP INDEX of_the_users_own")


def test_data_that_breaks_a_constraint_is_an_error_that_says_so(graph: Graph, tmp_path: Path) -> None:
    file = tmp_path / "rental.ttl"
    file.write_text(EXTENSION, encoding="utf-8")
    apply_schema(graph, load_ontology())
    _run(graph, "CREATE (a)-[:RENTAL_OF {id: 'r'}]->(b), (a)-[:RENTAL_OF {id: 'r'}]->(b)")
    with pytest.raises(DatabaseError):
        apply_schema(graph, load_ontology([file]))
    assert "knockon_unique_RENTAL_OF_id" not in _names(graph)
