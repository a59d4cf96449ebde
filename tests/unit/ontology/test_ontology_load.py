"""The shipped ontology: what other rooms rely on."""

from __future__ import annotations

import re
from collections import deque
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontology.identifiers import is_safe
from ontology.load import load_ontology, load_texts, module_files
from ontology.model import Datatype, Direction, Gate, Ontology, RelationDef


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


def test_every_definition_in_the_files_is_loaded(ontology: Ontology) -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in module_files())
    assert len(re.findall(r"^k:\w+ a owl:Class\b", text, re.M)) == len(ontology.classes)
    assert len(re.findall(r"^k:\w+ a owl:ObjectProperty\b", text, re.M)) == len(ontology.relations)
    iris = {p.iri for c in ontology.classes.values() for p in c.properties.values()}
    iris |= {p.iri for r in ontology.relations.values() for p in r.properties.values()}
    assert len(re.findall(r"^k:\w+ a owl:DatatypeProperty\b", text, re.M)) == len(iris)


def test_version_and_pinned_texts_give_the_same_ontology(ontology: Ontology) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", ontology.version)
    again = load_texts(ontology.turtle)
    assert (again.digest, again.version) == (ontology.digest, ontology.version)
    assert dict(again.classes) == dict(ontology.classes)


def test_classes_inherit_and_carry_their_ancestors_as_labels(ontology: Ontology) -> None:
    supplier = ontology.classes["Supplier"]
    assert supplier.ancestors == ("Organisation", "Party")
    assert supplier.neo4j_labels == ("Entity", "Party", "Organisation", "Supplier")
    assert supplier.title == "name"
    assert supplier.properties["tax_number"].identifying
    assert "addresses" in ontology.roles("Supplier")
    assert "offers" not in ontology.roles("Organisation")


def test_the_bill_of_materials_is_acyclic_with_parallel_lines(ontology: Ontology) -> None:
    component = ontology.relations["component"]
    assert (component.source, component.role, component.inverse_role) == ("Product", "components", "used_in")
    assert component.acyclic and component.has_valid_time
    assert component.discriminators == ("row_key",)
    assert component.properties["quantity"].datatype is Datatype.DECIMAL
    assert component.impact is not None
    assert (component.impact.direction, component.impact.gate) == (Direction.AGAINST, Gate.ALL)


def test_an_offer_is_one_of_several_ways_to_get_a_product(ontology: Ontology) -> None:
    impact = ontology.relations["offer_product"].impact
    assert impact is not None
    assert (impact.direction, impact.gate, impact.lag_node_property) == (Direction.WITH, Gate.ANY, "lead_time_days")


def _reached(ontology: Ontology, start: str, without: frozenset[str] = frozenset()) -> set[str]:
    """Classes that impact can reach from a class, by breadth-first search over the impact specs."""
    found, queue = {start}, deque([start])
    while queue:
        here = queue.popleft()
        for relation in ontology.relations.values():
            if relation.impact is None or relation.name in without:
                continue
            ends = (relation.source, relation.target)
            from_, to = ends if relation.impact.direction is Direction.WITH else ends[::-1]
            if (ontology.is_a(here, from_) or ontology.is_a(from_, here)) and to not in found:
                found.add(to)
                queue.append(to)
    return found - {start}


def test_a_failing_supplier_reaches_products_lines_orders_customers_and_no_more(ontology: Ontology) -> None:
    other_supplies = frozenset({"capability_supplier", "shipping_method_carrier"})
    assert _reached(ontology, "Supplier", other_supplies) == {
        "Offer", "Product", "OrderLine", "Order", "Customer", "Invoice", "Payment",
        "PurchaseOrder", "PurchaseOrderLine",
    }  # fmt: skip


def _impact_end(relation: RelationDef) -> str | None:
    if relation.impact is None:
        return None
    return relation.target if relation.impact.direction is Direction.WITH else relation.source


def test_no_relation_leads_impact_from_purchases_stock_or_customers_back_to_products(ontology: Ontology) -> None:
    into_product = {r.name for r in ontology.relations.values() if _impact_end(r) == "Product"}
    assert into_product == {
        "offer_product", "component", "stock_product", "machine_product", "process_product", "incident_product",
    }  # fmt: skip
    assert "Order" not in _reached(ontology, "Customer")
    assert "Supplier" not in _reached(ontology, "Employee")


def test_every_impact_says_why(ontology: Ontology) -> None:
    silent = [r.name for r in ontology.relations.values() if r.impact is not None and not r.comment]
    assert silent == []


def test_one_name_has_one_datatype_scale_and_unit_everywhere(ontology: Ontology) -> None:
    """A node may carry several classes, and measures name properties without their class."""
    seen: dict[str, set[tuple[object, ...]]] = {}
    for class_ in ontology.classes.values():
        for p in class_.properties.values():
            seen.setdefault(p.name, set()).add((p.datatype, p.scale, p.functional, p.is_money))
    assert {name: kinds for name, kinds in seen.items() if len(kinds) > 1} == {}


def test_names_are_safe_in_cypher_and_labels_are_there(ontology: Ontology) -> None:
    for class_ in ontology.classes.values():
        assert is_safe(class_.name) and class_.label and class_.plural and class_.comment
        assert all(is_safe(p.name) and p.label for p in class_.properties.values())
    for relation in ontology.relations.values():
        assert relation.type == relation.name.upper() and is_safe(relation.type)
        assert relation.label and relation.inverse_label


def test_words_that_operations_people_use_are_synonyms(ontology: Ontology) -> None:
    words = {w.lower() for c in ontology.classes.values() for w in (c.label, *c.synonyms)}
    words |= {w.lower() for r in ontology.relations.values() for w in r.synonyms}
    assert {"vendor", "client", "article", "sku", "po", "bom", "sla", "invoice", "kreditor"} <= words


@pytest.mark.parametrize("name", ["Product", "Order", "Customer", "Supplier", "Invoice", "Ticket", "Employee", "Stock"])
def test_main_classes_have_german_labels(ontology: Ontology, name: str) -> None:
    assert ontology.classes[name].labels["de"]


_BLOCKS = (
    'my:Rental a owl:Class ; rdfs:label "rental"@en .',
    'my:rental_number a owl:DatatypeProperty ; ko:name "number" ; rdfs:domain my:Rental ; rdfs:range xsd:string ;'
    ' rdfs:label "number"@en ; ko:synonym "b"@en , "a"@en .',
    'my:rental_of a owl:ObjectProperty ; rdfs:label "is of"@en ; ko:inverseLabel "is in"@en ; rdfs:domain my:Rental ;'
    ' ko:role "product" ; rdfs:range k:Product ; ko:inverseRole "rentals" .',
    'my:ShortRental a owl:Class ; rdfs:subClassOf my:Rental ; rdfs:label "short rental"@en .',
)
PREFIXES = """\
@prefix k: <https://w3id.org/knockon/ns#> .
@prefix ko: <https://w3id.org/knockon/meta#> .
@prefix my: <https://example.com/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


@settings(max_examples=8, deadline=None)
@given(order=st.permutations(_BLOCKS), split=st.integers(0, len(_BLOCKS)))
def test_the_digest_does_not_depend_on_order_layout_or_files(
    tmp_path_factory: pytest.TempPathFactory, order: list[str], split: int
) -> None:
    folder: Path = tmp_path_factory.mktemp("order")
    parts = [order[:split], order[split:]]
    files = [folder / f"{n}.ttl" for n in range(2)]
    for file, part in zip(files, parts, strict=True):
        file.write_text(PREFIXES + "\n# a comment\n".join(part), encoding="utf-8")
    assert load_ontology(files).digest == _expected_digest(folder)


def _expected_digest(folder: Path) -> str:
    whole = folder / "whole.ttl"
    whole.write_text(PREFIXES + "\n".join(_BLOCKS), encoding="utf-8")
    return load_ontology([whole]).digest


def test_the_digest_changes_with_any_definition(ontology: Ontology, tmp_path: Path) -> None:
    file = tmp_path / "more.ttl"
    file.write_text(PREFIXES + 'k:Product ko:synonym "gadget"@en .', encoding="utf-8")
    assert load_ontology([file]).digest != ontology.digest
