"""The shipped shapes, run by pySHACL on small RDF images made of the ontology's own IRIs."""

from __future__ import annotations

import pyshacl
import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.namespace import SH

from ontology.load import MODULES, load_ontology
from ontology.model import K
from validation.image import Encoder, EntityImage, RelationImage
from validation.terms import to_rdflib

NS = Namespace(K)


@pytest.fixture(scope="module")
def shapes() -> Graph:
    graph = Graph()
    for path in sorted((MODULES.parent / "shapes").glob("*.ttl")):
        graph.parse(path, format="turtle")
    return graph


def _results(shapes: Graph, entities: list[EntityImage], relations: list[RelationImage]) -> set[tuple[str, str, str]]:
    """(focus local name, path local name, severity)."""
    encoder = Encoder(load_ontology())
    data = Graph()
    triples = [*encoder.hierarchy(), *(t for e in entities for t in encoder.entity(e))]
    triples += [t for r in relations for t in encoder.relation(r)]
    for subject, predicate, object_ in triples:
        data.add((to_rdflib(subject), to_rdflib(predicate), to_rdflib(object_)))
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=False, do_owl_imports=False)
    assert isinstance(report, Graph)
    return {
        (_short(report.value(r, SH.focusNode)), _short(report.value(r, SH.resultPath)), _short(severity))
        for r, severity in report.subject_objects(SH.resultSeverity)
    }


def _short(term: object) -> str:
    return str(term).rsplit("#", 1)[-1].rsplit(":", 1)[-1]


def _entity(id_: str, class_: str, **values: str) -> EntityImage:
    return EntityImage(id_, (class_,), {name: (text,) for name, text in values.items()})


def _relation(name: str, source: str, target: str, **values: str) -> RelationImage:
    return RelationImage(f"{name}_{source}_{target}", name, source, target, values)


GOOD = (
    [
        _entity("s", "Supplier", name="Nordic Bearings", emails="sales@nordic.example"),
        _entity("p", "Product", name="Pump", list_price="1250000", days_to_make="2"),
        _entity("q", "Product", name="Seal"),
        _entity("f", "Offer", price="10000", lead_time_days="14"),
        _entity("o", "Order", number="SO1", ordered_on="2024-01-01", due_on="2024-01-01", total="0"),
        _entity("l", "OrderLine", quantity="10000", discount_rate="150000"),
        _entity("c", "Customer", name="Acme"),
        _entity("r", "Review", rating="5"),
        _entity("bare", "Party"),
    ],
    [
        _relation("offer_supplier", "f", "s"),
        _relation("offer_product", "f", "q"),
        _relation("component", "p", "q", quantity="20000", row_key="1"),
        _relation("order_customer", "o", "c"),
        _relation("order_line_order", "l", "o"),
        _relation("order_line_product", "l", "p"),
        _relation("review_product", "r", "p"),
    ],
)


def test_good_data_passes_without_a_word(shapes: Graph) -> None:
    assert _results(shapes, *GOOD) == set()


BAD = {
    "offer without supplier": ([_entity("f", "Offer")], [], ("f", "offer_supplier", "Violation")),
    "offer without product": ([_entity("f", "Offer")], [], ("f", "offer_product", "Violation")),
    "negative lead time": (
        [_entity("f", "Offer", lead_time_days="-1")],
        [],
        ("f", "offer_lead_time_days", "Violation"),
    ),
    "negative price": ([_entity("p", "Product", list_price="-1")], [], ("p", "product_list_price", "Violation")),
    "due before ordered": (
        [_entity("o", "Order", ordered_on="2024-01-02", due_on="2024-01-01")],
        [],
        ("o", "order_ordered_on", "Warning"),
    ),
    "rating of six": ([_entity("r", "Review", rating="6")], [], ("r", "review_rating", "Violation")),
    "rating of zero": ([_entity("r", "Review", rating="0")], [], ("r", "review_rating", "Violation")),
    "discount of 15": (
        [_entity("l", "OrderLine", discount_rate="15000000")],
        [],
        ("l", "order_line_discount_rate", "Violation"),
    ),
    "line without order": ([_entity("l", "OrderLine")], [], ("l", "order_line_order", "Violation")),
    "line in two orders": (
        [_entity("l", "OrderLine"), _entity("a", "Order"), _entity("b", "Order")],
        [_relation("order_line_order", "l", "a"), _relation("order_line_order", "l", "b")],
        ("l", "order_line_order", "Violation"),
    ),
    "line without product": ([_entity("l", "OrderLine")], [], ("l", "order_line_product", "Warning")),
    "e-mail without @": ([_entity("c", "Customer", emails="acme.example")], [], ("c", "party_emails", "Warning")),
    "supplier without name": ([_entity("s", "Supplier")], [], ("s", "party_name", "Warning")),
    "component of nothing": (
        [_entity("p", "Product"), _entity("q", "Product")],
        [_relation("component", "p", "q", quantity="0", row_key="1")],
        ("component_p_q", "component_quantity", "Violation"),
    ),
    "component without quantity": (
        [_entity("p", "Product"), _entity("q", "Product")],
        [_relation("component", "p", "q", row_key="1")],
        ("component_p_q", "component_quantity", "Warning"),
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_data_is_found(shapes: Graph, name: str) -> None:
    entities, relations, expected = BAD[name]
    assert expected in _results(shapes, entities, relations)


def test_messages_are_in_english_and_german_and_severities_are_stated(shapes: Graph) -> None:
    for shape in shapes.objects(None, SH.property):
        languages = {message.language for message in shapes.objects(shape, SH.message) if isinstance(message, Literal)}
        assert languages == {"en", "de"}, shapes.value(shape, SH.path)
        assert shapes.value(shape, SH.severity) in (SH.Violation, SH.Warning, SH.Info)


def test_each_class_has_few_shapes_and_all_names_are_the_ontologys(shapes: Graph) -> None:
    ontology = load_ontology()
    known = {c.iri for c in ontology.classes.values()} | {r.iri for r in ontology.relations.values()}
    known |= {p.iri for c in ontology.classes.values() for p in c.properties.values()}
    known |= {p.iri for r in ontology.relations.values() for p in r.properties.values()}
    for node in shapes.subjects(RDF.type, SH.NodeShape):
        assert str(shapes.value(node, SH.targetClass)) in known
        properties = list(shapes.objects(node, SH.property))
        assert len(properties) <= 5, node
        for shape in properties:
            named = [shapes.value(shape, SH.path), *shapes.objects(shape, SH.lessThanOrEquals)]
            assert {str(iri) for iri in named if isinstance(iri, URIRef)} <= known
