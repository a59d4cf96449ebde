"""``knockon validate`` on a graph: findings with the records to blame, what changed since a run, proposals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rdflib import Graph as RdfGraph

from graph_engine.graph import Graph
from graph_engine.profile import profile_class
from graph_engine.schema import apply_schema
from graph_engine.store.runs import Run
from graph_engine.validation_run import Scope, pick, validate_graph
from ontology.errors import NotFound
from ontology.load import load_ontology
from ontology.model import Ontology
from validation.report import as_json, as_turtle
from validation.report_text import as_text
from validation.shapes import load_shapes
from validation.suggest import as_turtle as as_file
from validation.suggest import proposals

pytestmark = pytest.mark.integration

SHAPES = """@prefix k: <https://w3id.org/knockon/ns#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
k:PricedShape a sh:NodeShape ; sh:targetClass k:Product ;
  sh:property [ sh:path k:product_list_price ; sh:minInclusive 0.5 ; sh:message "too cheap"@en , "zu billig"@de ] .
k:OneOfferShape a sh:NodeShape ; sh:targetClass k:Product ;
  sh:property [ sh:path [ sh:inversePath k:offer_product ] ; sh:maxCount 1 ] .
k:OddShape a sh:NodeShape ; sh:targetClass k:Product ;
  sh:property [ sh:path k:product_sku ; sh:pattern "^(a+)+$" ] .
"""


@pytest.fixture
def ontology() -> Ontology:
    return load_ontology()


def entity(id_: str, label: str, seq: int, **values: object) -> dict[str, object]:
    winners = [f"{name}=erp/{label.lower()}/{id_}" for name in values]
    held = {"id": id_, "_seq": seq, "_title": f"the {id_}", "_classes": [label], "_winners": winners,
            "_mentions": [f"erp/{label.lower()}/{id_}"], **values}  # fmt: skip
    return {"labels": [label], "properties": held}


@pytest.fixture
def filled(graph: Graph, ontology: Ontology) -> Graph:
    """Two products: one too cheap, one with two offers (the second came later); each with its record."""
    apply_schema(graph, ontology)
    with graph.driver.session(database=graph.credentials.database) as session:
        session.run("MERGE (g:Graph {key: 'knockon'}) SET g.seq = 9, g.published = 9").consume()
        for row in (
            entity("e_p1", "Product", 1, sku="aaa", list_price=100),
            entity("e_p2", "Product", 1, sku="aab", list_price=990000),
            entity("e_o1", "Offer", 1),
            entity("e_o2", "Offer", 7),
        ):
            session.run("CREATE (n:Entity) SET n = $p, n:$($l)", p=row["properties"], l=row["labels"]).consume()
        for id_, offer, seq in (("r_1", "e_o1", 1), ("r_2", "e_o2", 7)):
            session.run(
                "MATCH (a:Entity {id: $offer}), (b:Entity {id: 'e_p2'}) "
                "CREATE (a)-[:OFFER_PRODUCT {id: $id, _seq: $seq, _records: ['erp/offer/' + $offer]}]->(b)",
                id=id_, offer=offer, seq=seq,
            ).consume()  # fmt: skip
        session.run(
            "CREATE (:File {sha256: 'f', path: 'products.csv'}), "
            "(:Record {id: 'erp/product/e_p1', kind: 'source', run: 'x', row: 12, stale: false, file: 'f'})"
        ).consume()
    return graph


@pytest.fixture
def shapes_file(tmp_path: Path) -> Path:
    file = tmp_path / "own.ttl"
    file.write_text(SHAPES, encoding="utf-8")
    return file


def test_findings_name_the_records_to_blame(filled: Graph, ontology: Ontology, shapes_file: Path) -> None:
    shapes = load_shapes(ontology, [shapes_file], shipped=False)
    report = validate_graph(filled, ontology, shapes)
    found = {(f.focus, f.component): [str(r) for r in f.records] for f in report.findings}
    assert found == {
        ("e_p1", "MinInclusive"): ["erp/product/e_p1 (products.csv, row 12)"],
        ("e_p2", "MaxCount"): ["erp/offer/e_o1", "erp/offer/e_o2"],
        ("e_p2", "Pattern"): ["erp/product/e_p2"],
    }
    assert report.version == 9
    assert set(report.gate_only) == {"OddShape"}, "a pattern that the server cannot bound is checked at the gate"
    assert {f.value for f in report.findings if f.component == "MinInclusive"} == {"0.01"}


def test_the_report_in_all_forms(filled: Graph, ontology: Ontology, shapes_file: Path) -> None:
    report = validate_graph(filled, ontology, load_shapes(ontology, [shapes_file], shipped=False))
    text = as_text(report, language="de")
    assert "zu billig" in text and "products.csv, Zeile 12" in text and "Am Eingang geprüft" in text
    assert json.loads(as_json(report))["totals"] == {"violation": 3, "warning": 0, "info": 0}
    turtle = RdfGraph()
    turtle.parse(data=as_turtle(report), format="turtle")
    focus = {str(o) for o in turtle.objects(None, next(p for p in turtle.predicates() if str(p).endswith("focusNode")))}
    assert focus == {"urn:knockon:entity:e_p1", "urn:knockon:entity:e_p2"}


def test_only_what_a_run_can_have_affected_is_checked(filled: Graph, ontology: Ontology, shapes_file: Path) -> None:
    """The second offer broke the unchanged second product; the first product is none of that run's doing."""
    shapes = load_shapes(ontology, [shapes_file], shipped=False)
    earlier = Run(id="run_1", ordinal=1, kind="ingest", status="live", agent="a", published=5)
    report = validate_graph(filled, ontology, shapes, scope=Scope(earlier))
    assert ("e_p2", "MaxCount") in {(f.focus, f.component) for f in report.findings}
    assert {f.focus for f in report.findings} == {"e_p2"}
    later = Run(id="run_2", ordinal=2, kind="ingest", status="live", agent="a", published=9)
    assert validate_graph(filled, ontology, shapes, scope=Scope(later)).findings == ()


def test_one_shape_by_name(filled: Graph, ontology: Ontology, shapes_file: Path) -> None:
    shapes = load_shapes(ontology, [shapes_file], shipped=False)
    report = validate_graph(filled, ontology, pick(shapes, "PricedShape"))
    assert [f.focus for f in report.findings] == ["e_p1"]
    with pytest.raises(NotFound, match="Prized"):
        pick(shapes, "PrizedShape")


def test_shipped_shapes_all_compile(filled: Graph, ontology: Ontology) -> None:
    report = validate_graph(filled, ontology, load_shapes(ontology))
    assert set(report.gate_only) <= {"PartyShape"}, "an e-mail pattern has more repetitions than the server is given"


def test_proposals_carry_their_evidence_and_load(graph: Graph, ontology: Ontology, tmp_path: Path) -> None:
    apply_schema(graph, ontology)
    rows = [
        entity(f"e_{n}", "Product", 1, sku=f"s{n}", name=f"Bolt {n}", color=("red", "blue")[n % 2], list_price=n)
        for n in range(40)
    ]
    graph.write("write/entities_create", rows=rows, seq=1)
    profile = profile_class(graph, ontology, "Product")
    text = as_file(profile, proposals(profile))
    assert "only 2 values in 40" in text and "40 of 40 have it" in text and "ko:identifying" in text
    file = tmp_path / "proposed.ttl"
    file.write_text(text, encoding="utf-8")
    proposed = load_shapes(ontology, [file], shipped=False)
    assert validate_graph(graph, ontology, proposed).findings == ()
    with pytest.raises(NotFound):
        profile_class(graph, ontology, "Supplier")
