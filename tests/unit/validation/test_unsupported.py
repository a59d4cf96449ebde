"""Every construct is either run or refused when shapes are loaded: none passes because nobody looked."""

from __future__ import annotations

from pathlib import Path

import pytest

from ontology.errors import ShapeError
from tests.unit.validation.random_graphs import ONTOLOGY, PREFIXES
from validation.gate import Gate
from validation.image import EntityImage, MemoryImage, RelationImage, Touched
from validation.shapes import load_shapes

XSD = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
A = "k:B a sh:NodeShape ; sh:targetClass k:A ; "

# Each construct of SHACL Core with data that breaks it once: (shape, expected component).
CORE = [
    ("sh:property [ sh:path k:p ; sh:class k:C ]", "Class"),
    ("sh:property [ sh:path k:s ; sh:datatype xsd:integer ]", "Datatype"),
    ("sh:property [ sh:path k:p ; sh:nodeKind sh:Literal ]", "NodeKind"),
    ("sh:property [ sh:path k:i ; sh:minCount 1 ]", "MinCount"),
    ("sh:property [ sh:path k:s ; sh:maxCount 0 ]", "MaxCount"),
    ("sh:property [ sh:path k:d ; sh:minExclusive 1.5 ]", "MinExclusive"),
    ("sh:property [ sh:path k:d ; sh:minInclusive 1.6 ]", "MinInclusive"),
    ("sh:property [ sh:path k:d ; sh:maxExclusive 1.5 ]", "MaxExclusive"),
    ("sh:property [ sh:path k:d ; sh:maxInclusive 1.4 ]", "MaxInclusive"),
    ("sh:property [ sh:path k:s ; sh:minLength 4 ]", "MinLength"),
    ("sh:property [ sh:path k:s ; sh:maxLength 2 ]", "MaxLength"),
    ("sh:property [ sh:path k:s ; sh:pattern '^X' ]", "Pattern"),
    ("sh:property [ sh:path k:s ; sh:pattern '^ABD' ; sh:flags 'i' ]", "Pattern"),
    ("sh:property [ sh:path k:s ; sh:languageIn ( 'en' ) ]", "LanguageIn"),
    ("sh:property [ sh:path k:s ; sh:equals k:A_title ]", "Equals"),
    ("sh:property [ sh:path k:s ; sh:disjoint k:s ]", "Disjoint"),
    ("sh:property [ sh:path k:d ; sh:lessThan k:e ]", "LessThan"),
    ("sh:property [ sh:path k:d ; sh:lessThanOrEquals k:e ]", "LessThanOrEquals"),
    ("sh:not [ sh:property [ sh:path k:s ; sh:minCount 1 ] ]", "Not"),
    ("sh:and ( [ sh:property [ sh:path k:i ; sh:minCount 1 ] ] [ sh:class k:A ] )", "And"),
    ("sh:or ( [ sh:property [ sh:path k:i ; sh:minCount 1 ] ] [ sh:class k:C ] )", "Or"),
    ("sh:xone ( [ sh:class k:A ] [ sh:property [ sh:path k:s ; sh:minCount 1 ] ] )", "Xone"),
    ("sh:node [ sh:property [ sh:path k:i ; sh:minCount 1 ] ]", "Node"),
    ("sh:property [ sh:path k:p ; sh:qualifiedValueShape [ sh:class k:C ] ; sh:qualifiedMinCount 1 ]",
     "QualifiedMinCount"),
    ("sh:property [ sh:path k:p ; sh:qualifiedValueShape [ sh:class k:A ] ; sh:qualifiedMaxCount 0 ]",
     "QualifiedMaxCount"),
    ("sh:closed true ; sh:ignoredProperties ( rdf:type k:p k:d k:e )", "Closed"),
    ("sh:property [ sh:path k:s ; sh:hasValue 'x' ]", "HasValue"),
    ("sh:property [ sh:path k:s ; sh:in ( 'x' 'y' ) ]", "In"),
    ("sh:property [ sh:path ( k:p k:s ) ; sh:maxCount 0 ]", "MaxCount"),
    ("sh:property [ sh:path [ sh:inversePath k:p ] ; sh:maxCount 0 ]", "MaxCount"),
    ("sh:property [ sh:path [ sh:alternativePath ( k:i k:s ) ] ; sh:maxCount 0 ]", "MaxCount"),
    ("sh:property [ sh:path [ sh:zeroOrMorePath k:p ] ; sh:maxCount 0 ]", "MaxCount"),
    ("sh:property [ sh:path [ sh:oneOrMorePath k:p ] ; sh:maxCount 0 ]", "MaxCount"),
    ("sh:property [ sh:path [ sh:zeroOrOnePath k:p ] ; sh:maxCount 0 ]", "MaxCount"),
    ("sh:sparql [ sh:select 'SELECT $this { $this <https://w3id.org/knockon/ns#s> ?x }' ]", "SPARQL"),
]  # fmt: skip

# What nothing here runs: (text, what the refusal says).
REFUSED = {
    # SHACL Advanced Features
    "triple rule": ("k:B a sh:NodeShape ; sh:rule [ sh:subject sh:this ; sh:predicate k:s ; sh:object 1 ] .", "sh:"),
    "typed rule": (A + "sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate k:s ; sh:object 1 ] .", "sh:"),
    "SPARQL rule": (A + "sh:rule [ a sh:SPARQLRule ; sh:construct 'CONSTRUCT {} WHERE {}' ] .", "not supported"),
    "rule condition": (A + "sh:rule [ sh:condition k:Good ] .", "not supported"),
    "SPARQL target": ("k:B a sh:NodeShape ; sh:target [ sh:select 'SELECT ?this { ?this ?p 1 }' ] .", "sh:target "),
    "target type": ("k:T a sh:SPARQLTargetType ; sh:select 'SELECT ?this { ?this ?p 1 }' .", "SPARQLTargetType"),
    "SPARQL function": ("k:f a sh:SPARQLFunction ; sh:returnType xsd:integer ; sh:select 'SELECT ?r {}' .", "sh:"),
    "expression": (A + "sh:expression [ sh:path k:s ] .", "expression"),
    "values": ("k:B a sh:PropertyShape ; sh:path k:s ; sh:values [ sh:path k:i ] .", "values"),
    "entailment": ("<urn:x> sh:entailment <http://www.w3.org/ns/entailment/RDFS> .", "entailment"),
    "shapes graph": ("<urn:x> sh:shapesGraph <http://127.0.0.1/x> .", "shapesGraph"),
    "suggested shapes": ("<urn:x> sh:suggestedShapesGraph <http://127.0.0.1/x> .", "suggestedShapesGraph"),
    # SHACL-JS
    "JS constraint": (A + "sh:js [ a sh:JSConstraint ; sh:jsFunctionName 'f' ] .", "not supported"),
    "JS function": ("k:f a sh:JSFunction ; sh:jsFunctionName 'f' .", "not supported"),
    "JS library": ("k:l a sh:JSLibrary ; sh:jsLibraryURL 'http://127.0.0.1/x.js'^^xsd:anyURI .", "not supported"),
    "JS rule": (A + "sh:rule [ a sh:JSRule ; sh:jsFunctionName 'f' ] .", "not supported"),
    "JS target": (A + "sh:target [ a sh:JSTarget ; sh:jsFunctionName 'f' ] .", "not supported"),
    "JS validator": (
        "k:C a sh:ConstraintComponent ; sh:parameter [ sh:path k:q1 ] ; "
        "sh:validator [ a sh:JSValidator ; sh:jsFunctionName 'f' ] .", "not supported",
    ),
    # drafts of SHACL 1.2, DASH
    "reifier": (A + "sh:property [ sh:path k:p ; sh:reifierShape k:Good ] .", "reifierShape"),
    "reification required": (A + "sh:property [ sh:path k:p ; sh:reificationRequired true ] .", "reificationRequired"),
    "member shape": (A + "sh:property [ sh:path k:p ; sh:memberShape k:Good ] .", "memberShape"),
    "unique members": (A + "sh:property [ sh:path k:p ; sh:uniqueMembers true ] .", "uniqueMembers"),
    "list length": (A + "sh:property [ sh:path k:p ; sh:minListLength 1 ] .", "minListLength"),
    "single line": (A + "sh:property [ sh:path k:s ; sh:singleLine true ] .", "singleLine"),
    "some value": (A + "sh:property [ sh:path k:s ; sh:someValue k:Good ] .", "someValue"),
    "subset": (A + "sh:property [ sh:path k:s ; sh:subsetOf k:i ] .", "subsetOf"),
    "root class": (A + "sh:property [ sh:path k:p ; sh:rootClass k:A ] .", "rootClass"),
    "by expression": (A + "sh:nodeByExpression [ sh:path k:p ] .", "nodeByExpression"),
    "target where": ("k:B a sh:NodeShape ; sh:targetWhere k:Good .", "targetWhere"),
    "shape": ("<urn:x> sh:shape k:Good .", "sh:shape is"),
    "dash": (A + "sh:property [ sh:path k:s ; <http://datashapes.org/dash#singleLine> true ] .", "dash:singleLine"),
    # misspelt, or without effect
    "misspelt constraint": (A + "sh:property [ sh:path k:s ; sh:minCont 1 ] .", "minCont"),
    "misspelt namespace": (A + "sh:property [ sh:path k:s ; k:minCount 1 ] .", "minCount is not a constraint"),
    "misspelt target": ("k:B sh:tagetClass k:A .", "tagetClass"),
    "misspelt path": ("[] sh:pth k:s .", "pth"),
    "misspelt severity": (A + "sh:severity sh:Warnin .", "Warnin is not a severity"),
    "severity as text": (A + "sh:severity 'Warning' .", "not a severity"),
    "two severities": (A + "sh:severity sh:Warning , sh:Info .", "more than once"),
    "misspelt datatype": (A + "sh:property [ sh:path k:s ; sh:datatype xsd:strin ] .", "xsd:strin"),
    "message as name": (A + "sh:message k:x .", "not a text"),
    "flags alone": (A + "sh:property [ sh:path k:s ; sh:flags 'i' ] .", "without sh:pattern"),
    "ignored alone": (A + "sh:ignoredProperties ( k:s ) .", "without sh:closed"),
    "qualified shape alone": (A + "sh:property [ sh:path k:p ; sh:qualifiedValueShape k:Good ] .", "without"),
    "qualified count alone": (A + "sh:property [ sh:path k:p ; sh:qualifiedMinCount 1 ] .", "without"),
    "shape that nothing uses": ("[] sh:path k:s ; sh:minCount 1 .", "no target"),
    "class of another namespace": ("k:B a sh:NodeShape ; sh:targetClass <urn:other:A> .", "not in the ontology"),
    "property of another namespace": (A + "sh:property [ sh:path <urn:other:p> ; sh:minCount 1 ] .", "not in the onto"),
    # SPARQL constraints
    "no query": (A + "sh:sparql [ sh:message 'x' ] .", "no sh:select"),
    "no SPARQL": (A + "sh:sparql [ sh:select 'SELEC $this' ] .", "cannot be read"),
    "undeclared prefix": (A + "sh:sparql [ sh:select 'SELECT $this { $this k:s ?x }' ] .", "prefix"),
    "minus": (A + "sh:sparql [ sh:select 'SELECT $this { $this ?p ?x MINUS { $this ?p 1 } }' ] .", "MINUS"),
    "values in a query": (A + "sh:sparql [ sh:select 'SELECT $this { $this ?p ?x VALUES ?x { 1 } }' ] .", "VALUES"),
    "values behind": (A + "sh:sparql [ sh:select 'SELECT $this { $this ?p ?x } VALUES ?x { 1 }' ] .", "VALUES"),
    "service": (A + "sh:sparql [ sh:select 'SELECT $this { SERVICE <http://x/> { $this ?p ?x } }' ] .", "SERVICE"),
    "from": (A + "sh:sparql [ sh:select 'SELECT $this FROM <http://x/> { $this ?p ?x }' ] .", "FROM"),
    "inner query": (A + "sh:sparql [ sh:select 'SELECT $this { { SELECT ?x { ?y ?p ?x } } }' ] .", r"\$this"),
    "function": (A + "sh:sparql [ sh:select 'SELECT $this { $this ?p ?x FILTER(<urn:f>(?x)) }' ] .", "function"),
    "component without a validator": ("k:C a sh:ConstraintComponent ; sh:parameter [ sh:path k:q1 ] .", "no validator"),
}  # fmt: skip

GOOD = "k:Good a sh:NodeShape ; sh:targetClass k:A ; sh:property [ sh:path k:s ; sh:minCount 1 ] .\n"


def shapes_file(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "own.ttl"
    file.write_text(PREFIXES + XSD + GOOD + text, encoding="utf-8")
    return file


@pytest.mark.parametrize(("shape", "component"), CORE)
def test_each_construct_of_core_finds_what_breaks_it(tmp_path: Path, shape: str, component: str) -> None:
    gate = Gate(load_shapes(ONTOLOGY, [shapes_file(tmp_path, A + shape + " .")], shipped=False), ONTOLOGY)
    entities = [EntityImage("a", ("A",), {"s": ("abc",), "d": ("150",), "e": ("10000",), "title": ("t",)})]
    image = MemoryImage(ONTOLOGY, entities, [RelationImage("r", "p", "a", "a")])
    report = gate.check(Touched(everything=True), image)
    assert component in {v.component for v in report.violations}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_engine_runs_is_refused_with_the_reason_and_the_file(tmp_path: Path, name: str) -> None:
    text, reason = REFUSED[name]
    with pytest.raises(ShapeError, match=reason) as caught:
        load_shapes(ONTOLOGY, [shapes_file(tmp_path, text)], shipped=False)
    assert str(tmp_path / "own.ttl") in str(caught.value.where)


@pytest.mark.parametrize(
    "text",
    [
        A + "sh:sparql [ sh:select \"SELECT $this { $this ?p 'from service' FILTER(?from = 1) }\" ] .",
        A + "sh:severity <urn:our:Urgent> .",
        A + "sh:name 'a rule' ; sh:description 'why' ; sh:order 1 ; sh:group k:G . k:G a sh:PropertyGroup .",
        A + "<http://www.w3.org/2000/01/rdf-schema#comment> 'a note' ; <urn:our:owner> 'sales' .",
        A + "sh:sparql [ sh:prefixes k:P ; sh:select 'SELECT $this { $this k:s ?x FILTER(xsd:integer(?x) > 1) }' ] . "
        "k:P sh:declare [ sh:prefix 'k' ; sh:namespace 'https://w3id.org/knockon/ns#'^^xsd:anyURI ] , "
        "[ sh:prefix 'xsd' ; sh:namespace 'http://www.w3.org/2001/XMLSchema#'^^xsd:anyURI ] .",
        "k:C a sh:ConstraintComponent ; sh:parameter [ sh:path k:most ] ; "
        "sh:nodeValidator [ a sh:SPARQLSelectValidator ; "
        "sh:select 'SELECT $this { $this ?p ?x FILTER(?x > $most) }' ] . "
        + A + "k:most 3 .",
    ],
)  # fmt: skip
def test_what_is_meant_for_people_or_is_plain_sparql_is_not_refused(tmp_path: Path, text: str) -> None:
    assert load_shapes(ONTOLOGY, [shapes_file(tmp_path, text)], shipped=False).targeted()
