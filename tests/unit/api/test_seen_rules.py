"""A caller sees findings only of rules that read nothing hidden; decided without looking at the data."""

from __future__ import annotations

import pytest

from api.access.policy import Policies
from api.access.rules import seen_shapes
from graph_engine.snapshot.visibility import Visibility
from ontology.load import load_ontology
from validation.shapes import load_shapes

ONTOLOGY = load_ontology()
SHAPES = load_shapes(ONTOLOGY, ())


def names(visible: Visibility) -> set[str]:
    return {s.name for s in seen_shapes(SHAPES, ONTOLOGY, visible).targeted()}


def reads(name: str, iri: str) -> bool:
    """Whether a shape mentions an IRI: read from the Turtle it came from, another way than the code's."""
    from rdflib import BNode, URIRef

    shape = next(s for s in SHAPES.targeted() if s.name == name)
    start = next(n for n in set(SHAPES.graph.subjects()) if str(n) == str(shape.id))
    seen, todo = set(), [start]
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        for _, _, value in SHAPES.graph.triples((node, None, None)):
            if str(value) == iri:
                return True
            if isinstance(value, BNode) or (isinstance(value, URIRef) and (value, None, None) in SHAPES.graph):
                todo.append(value)
    return False


def test_who_sees_all_sees_all_rules() -> None:
    assert names(Visibility()) == {s.name for s in SHAPES.targeted()} != set()


@pytest.mark.parametrize("class_name", ["Party", "Product", "Order", "Offer", "Country"])
def test_no_rule_that_is_shown_mentions_a_hidden_property(class_name: str) -> None:
    tried = 0
    for held in ONTOLOGY.classes[class_name].properties.values():
        everywhere = {
            f"{c.name}.{held.name}" for c in ONTOLOGY.classes.values()
            if held.name in c.properties and c.properties[held.name].iri == held.iri
        }  # fmt: skip
        shown = names(Visibility(properties=frozenset(everywhere)))
        for shape in SHAPES.targeted():
            assert (shape.name in shown) != reads(shape.name, held.iri), (held.name, shape.name)
            tried += reads(shape.name, held.iri)
    assert tried or class_name == "Offer"


@pytest.mark.parametrize("relation", ["order_customer", "order_line_product", "bill_supplier"])
def test_no_rule_that_is_shown_follows_a_hidden_relation_or_one_to_hidden_things(relation: str) -> None:
    held = ONTOLOGY.relations[relation]
    for visible in (Visibility(relations=frozenset({relation})), Visibility(classes=frozenset({held.target}))):
        shown = names(visible)
        assert not [n for n in shown if reads(n, held.iri)]
        assert shown, "rules about other things are seen"


def test_the_shipped_roles_see_rules_without_what_is_personal() -> None:
    visible = Policies().visibility(("analyst",), ONTOLOGY, (), {})
    shown = names(visible)
    personal = {p.iri for c in ONTOLOGY.classes.values() for p in c.properties.values() if p.personal}
    assert shown and not [n for n in shown for i in personal if reads(n, i)]
