"""Files with mistakes: every message names the file, the line and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from ontology.check import Severity, check
from ontology.errors import OntologyError
from ontology.load import load_ontology
from ontology.problems import OntologyProblems

PREFIXES = """\
@prefix k: <https://w3id.org/knockon/ns#> .
@prefix ko: <https://w3id.org/knockon/meta#> .
@prefix my: <https://example.com/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix unit: <http://qudt.org/vocab/unit/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
CLASS = 'my:Rental a owl:Class ; rdfs:label "rental"@en ; rdfs:comment "A rental."@en'
PROPERTY = 'my:rental_fee a owl:DatatypeProperty ; rdfs:label "fee"@en ; rdfs:domain my:Rental ; rdfs:range xsd:decimal'
RELATION = """my:rental_of a owl:ObjectProperty ;
    rdfs:label "is of"@en ; ko:inverseLabel "is rented in"@en ;
    rdfs:domain k:Order ; ko:role "rented" ;
    rdfs:range k:Product ; ko:inverseRole "rentals\""""

CASES = {
    "unknown class in domain": (PROPERTY.replace("my:Rental", "k:Prodct") + " ; ko:scale 2 .", "Prodct", "Product", 1),
    "unknown class in range": (RELATION.replace("k:Product", "k:Gizmo") + " .", "Gizmo, which is not a class", "", 4),
    "duplicate role": (RELATION.replace('"rented"', '"customer"') + " .", "two roles called customer", "Rename", 3),
    "duplicate role in ancestor": (
        RELATION.replace("k:Order", "k:Supplier").replace('"rented"', '"addresses"') + " .",
        "two roles called addresses",
        "Rename",
        3,
    ),
    "role and property of one name": (
        RELATION.replace('"rented"', '"total"') + " .",
        "both a role and a property",
        "",
        3,
    ),
    "unknown datatype": (
        f"{CLASS} .\n" + PROPERTY.replace("xsd:decimal", "xsd:float") + " .",
        "float",
        "xsd:double",
        2,
    ),
    "decimal without scale": (f"{CLASS} .\n{PROPERTY} .", "without ko:scale", "digits", 2),
    "scale out of range": (f"{CLASS} .\n{PROPERTY} ;\n    ko:scale 40 .", "ko:scale of rental_fee is 40", "0 to 12", 3),
    "money without currency property": (
        f'{CLASS} .\n{PROPERTY} ; ko:scale 2 ;\n  ko:currencyProperty "currency" .',
        "which is not a single text property beside it",
        "",
        3,
    ),
    "weight above 1": (
        RELATION + ' ;\n    ko:impact [ ko:direction "with" ; ko:weight 1.5 ] .',
        "ko:weight",
        "between 0",
        5,
    ),
    "negative lag": (RELATION + ' ;\n    ko:impact [ ko:direction "with" ; ko:lag -3 ] .', "ko:lag", "0 or more", 5),
    "wrong direction": (
        RELATION + ' ;\n    ko:impact [ ko:direction "forward" ] .',
        "'forward'",
        '"with", "against"',
        5,
    ),
    "k without ko:k": (RELATION + ' ;\n    ko:impact [ ko:direction "with" ; ko:gate "k" ] .', "no ko:k", "", 5),
    "lag property not in days": (
        RELATION + ' ;\n    ko:impact [ ko:direction "against" ; ko:lagNodeProperty "reorder_point" ] .',
        "not in days",
        "unit:DAY",
        5,
    ),
    "lag property of the wrong end": (
        RELATION + ' ;\n    ko:impact [ ko:direction "with" ; ko:lagNodeProperty "days_to_make" ] .',
        "not a property of the Order",
        "",
        5,
    ),
    "unknown title": (f'{CLASS} ;\n    ko:title "nam" .', "names nam, which is not one of its properties", "", 2),
    "misspelt annotation": (f'{CLASS} ;\n    ko:tittle "x" .', "no annotation ko:tittle", '"title"', 2),
    "amount that is a text": ('k:Product ko:amount "name" .', "ko:amount of Product names name", "", 1),
    "cycle of classes": (
        'my:A a owl:Class ; rdfs:label "a"@en ; rdfs:subClassOf my:B .\n'
        'my:B a owl:Class ; rdfs:label "b"@en ; rdfs:subClassOf my:A .',
        "A is a subclass of itself, through A → B → A",
        "Remove one",
        1,
    ),
    "unsafe class name": (
        'my:rental-thing a owl:Class ; rdfs:label "x"@en .',
        "can't be a class's name",
        "CamelCase",
        1,
    ),
    "reserved class name": ('my:Record a owl:Class ; rdfs:label "x"@en .', "knockon uses itself", "another", 1),
    "unsafe property name": (
        f'{CLASS} .\n{PROPERTY} ; ko:scale 2 ; ko:name "fee`" .',
        "can't be a property's name",
        "",
        2,
    ),
    "reserved property name": (f'{CLASS} .\n{PROPERTY} ; ko:scale 2 ; ko:name "id" .', "knockon uses itself", "", 2),
    "clash with an ancestor's datatype": (
        'my:Pump a owl:Class ; rdfs:label "pump"@en ; rdfs:subClassOf k:Product .\n'
        'my:pump_sku a owl:DatatypeProperty ; ko:name "sku" ; rdfs:domain my:Pump ; rdfs:range xsd:integer ;'
        ' rdfs:label "SKU"@en .',
        "sku of Pump is a integer, but the one it has from Product is a string",
        "another ko:name",
        1,
    ),
    "functional and multiple": (
        f"{CLASS} .\nmy:tags a owl:DatatypeProperty , owl:FunctionalProperty ; rdfs:domain my:Rental ;"
        ' rdfs:range xsd:string ; rdfs:label "tags"@en ; ko:multiple true .',
        "is functional and has ko:multiple true",
        "Keep one",
        2,
    ),
    "missing label": ("my:Rental a owl:Class .", "no English rdfs:label", "Add one", 1),
    "missing inverse label": (
        RELATION.replace(' ; ko:inverseLabel "is rented in"@en', "") + " .",
        "ko:inverseLabel",
        "",
        1,
    ),
    "no type": ('my:Rental rdfs:label "rental"@en .', "nothing says what it is", "owl:Class", 1),
    "acyclic between unlike classes": (
        RELATION.replace("owl:ObjectProperty", "owl:ObjectProperty , ko:AcyclicRelation") + " .",
        "can't have cycles",
        "",
        1,
    ),
    "two classes of one name": (
        'my:Product a owl:Class ; rdfs:label "x"@en .',
        "two classes called Product",
        "Rename",
        1,
    ),
    "shipped datatype changed": ("k:product_sku rdfs:range xsd:integer .", "rdfs:range can't be changed", "Define", 1),
    "shipped class moved": ("k:Product rdfs:subClassOf k:Document .", "rdfs:subClassOf can't be changed", "Define", 1),
    "shipped key changed": ("k:product_name ko:identifying true .", "ko:identifying can't be changed", "Define", 1),
    "not a QUDT unit": (f'{CLASS} .\n{PROPERTY} ; ko:scale 2 ;\n ko:unit "days" .', "not a QUDT unit", "unit:DAY", 3),
}


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    body, what, do, line = CASES[name]
    file = tmp_path / "mine.ttl"
    file.write_text(PREFIXES + body + "\n", encoding="utf-8")
    with pytest.raises(OntologyProblems) as caught:
        load_ontology([file])
    found = [p for p in caught.value.problems if what in p.what]
    assert found, caught.value
    assert (found[0].file, found[0].line) == (str(file), PREFIXES.count("\n") + line)
    assert do in found[0].do


def test_several_problems_are_reported_together_in_order(tmp_path: Path) -> None:
    file = tmp_path / "mine.ttl"
    bodies = [CASES[name][0] for name in ("unknown title", "unsafe class name", "shipped class moved")]
    file.write_text(PREFIXES + "\n".join(bodies), encoding="utf-8")
    with pytest.raises(OntologyProblems) as caught:
        load_ontology([file])
    lines = [p.line for p in caught.value.problems]
    assert len(lines) == 3 and lines == sorted(x for x in lines if x is not None)
    assert "3 problems" in str(caught.value)
    found = check([file])
    assert [(f.severity, f.line) for f in found] == [(Severity.ERROR, line) for line in lines]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("my:A a owl:Class ;\n  rdfs:label \n", 2),
        ("my:A a owl:Class .\nyour:B a owl:Class .", 2),
        ("this is not Turtle", 1),
    ],
)
def test_broken_turtle_is_located(tmp_path: Path, text: str, line: int) -> None:
    file = tmp_path / "mine.ttl"
    file.write_text(PREFIXES + text, encoding="utf-8")
    with pytest.raises(OntologyError) as caught:
        load_ontology([file])
    where = caught.value.where
    assert where is not None and where.file == str(file)
    assert where.line is not None and abs(where.line - PREFIXES.count("\n") - line) <= 1
    assert "not valid Turtle" in caught.value.what


def test_imports_are_refused_and_nothing_is_fetched(tmp_path: Path) -> None:
    file = tmp_path / "mine.ttl"
    file.write_text(PREFIXES + "<https://e.com/o> a owl:Ontology ;\n  owl:imports <http://127.0.0.1:9/x> .", "utf-8")
    with pytest.raises(OntologyError, match="imports are not followed") as caught:
        load_ontology([file])
    assert caught.value.where is not None and caught.value.where.line == PREFIXES.count("\n") + 2


def test_a_missing_file_a_folder_and_a_binary_file_are_named(tmp_path: Path) -> None:
    binary = tmp_path / "photo.ttl"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe\x00")
    for path, what in ((tmp_path / "no.ttl", "no such file"), (tmp_path, "no such file"), (binary, "not UTF-8")):
        with pytest.raises(OntologyError, match=what) as caught:
            load_ontology([path])
        assert str(path) in str(caught.value)


def test_refinements_of_shipped_definitions_are_taken(tmp_path: Path) -> None:
    file = tmp_path / "mine.ttl"
    file.write_text(
        PREFIXES + 'k:Product rdfs:label "produit"@fr ; ko:synonym "gizmo"@en .\n'
        'k:order_sales_rep ko:impact [ ko:direction "against" ; ko:weight 0.9 ] .',
        encoding="utf-8",
    )
    ontology = load_ontology([file])
    product = ontology.classes["Product"]
    assert product.labels["fr"] == "produit" and product.label == "product"
    assert {"gizmo", "article"} <= set(product.synonyms)
    impact = ontology.relations["order_sales_rep"].impact
    assert impact is not None and impact.weight == 0.9


def test_check_warns_of_what_is_merely_poor(tmp_path: Path) -> None:
    file = tmp_path / "mine.ttl"
    file.write_text(PREFIXES + 'my:Rental a owl:Class ; rdfs:label "rental"@en .', encoding="utf-8")
    found = check([file])
    assert [f.severity for f in found] == [Severity.WARNING, Severity.WARNING]
    assert all(f.line == PREFIXES.count("\n") + 1 and f.file == str(file) for f in found)
    assert check() == []
