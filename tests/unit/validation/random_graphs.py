"""A small ontology, random graphs over it, random shapes over it: what engines must agree on."""

from __future__ import annotations

from types import MappingProxyType

from hypothesis import strategies as st
from rdflib import Graph

from ontology.model import ClassDef, Datatype, K, Ontology, PropertyDef, RelationDef
from validation import shape_model as m
from validation.engine import Result
from validation.image import EntityImage, RelationImage
from validation.shapes import shapes_from_graph
from validation.suite import Key, result_key


def _property(name: str, datatype: Datatype, iri: str = "", **more: object) -> PropertyDef:
    return PropertyDef(name, K + (iri or name), datatype, name, **more)  # type: ignore[arg-type]


_BASE = [
    _property("s", Datatype.STRING),
    _property("i", Datatype.INTEGER),
    _property("d", Datatype.DECIMAL, scale=2),
    _property("e", Datatype.DECIMAL, scale=4),
    _property("x", Datatype.FLOAT),
    _property("b", Datatype.BOOLEAN),
    _property("day", Datatype.DATE),
    _property("at", Datatype.DATETIME),
    _property("tags", Datatype.STRING, functional=False),
]
_TITLE = {name: _property("title", Datatype.STRING, f"{name}_title") for name in ("A", "C")}


def _class(name: str, parents: tuple[str, ...], ancestors: tuple[str, ...], own: list[PropertyDef]) -> ClassDef:
    return ClassDef(name, K + name, name, name, "", parents, ancestors, MappingProxyType({p.name: p for p in own}))


def _relation(name: str, source: str, target: str, **more: object) -> RelationDef:
    return RelationDef(name, K + name, name.upper(), source, target, name, f"{name}_of", name, name, **more)  # type: ignore[arg-type]


ONTOLOGY = Ontology(
    "1",
    "test",
    {
        "Thing": _class("Thing", (), (), _BASE),
        "A": _class("A", ("Thing",), ("Thing",), [*_BASE, _TITLE["A"]]),
        "B": _class("B", ("A",), ("A", "Thing"), [*_BASE, _TITLE["A"]]),
        "C": _class("C", ("Thing",), ("Thing",), [*_BASE, _TITLE["C"]]),
    },
    {
        "p": _relation("p", "Thing", "Thing"),
        "q": _relation("q", "Thing", "Thing", has_valid_time=True,
                       properties={"w": _property("w", Datatype.FLOAT), "n": _property("n", Datatype.STRING)}),
        "z": _relation("z", "A", "C"),
    },
)  # fmt: skip

_TEXTS = ("", "a", "ab", "b1", "Ärger", "x😀y", "line\nbreak", "12")
_VALUES = {
    "s": st.sampled_from(_TEXTS),
    "i": st.sampled_from(["-3", "0", "1", "2", "9007199254740993"]),
    "d": st.sampled_from(["-150", "0", "100", "150", "200", "-5"]),
    "e": st.sampled_from(["0", "10000", "15000", "1"]),
    "x": st.sampled_from(["-1.5", "0.0", "1.0", "1.5", "2.0"]),
    "b": st.sampled_from(["true", "false"]),
    "day": st.sampled_from(["2024-02-29", "2023-01-01"]),
    "at": st.sampled_from(["2024-02-29T12:00:00Z", "2023-01-01T00:00:00.500000Z"]),
    "title": st.sampled_from(_TEXTS),
}


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[EntityImage], list[RelationImage]]:
    """Up to seven entities with values, and relations between them."""
    entities: list[EntityImage] = []
    for number in range(draw(st.integers(1, 7))):
        classes = draw(st.sampled_from([("A",), ("B",), ("C",), ("Thing",), ("B", "C")]))
        names = [n for n in _VALUES if n != "title" or classes != ("Thing",)]
        held = {n: (draw(_VALUES[n]),) for n in draw(st.sets(st.sampled_from(names), max_size=5))}
        tags = draw(st.sets(st.sampled_from(_TEXTS), max_size=3))
        if tags:
            held["tags"] = tuple(sorted(tags))
        entities.append(EntityImage(f"e_{number}", classes, held))
    ids = [e.id for e in entities]
    relations: list[RelationImage] = []
    for number in range(draw(st.integers(0, 9))):
        name = draw(st.sampled_from(["p", "q", "z"]))
        values: dict[str, str] = {}
        day = None
        if name == "q":
            if draw(st.booleans()):
                values["w"] = draw(_VALUES["x"])
            if draw(st.booleans()):
                values["n"] = draw(_VALUES["s"])
            day = draw(st.sampled_from([None, "2024-02-29", "2023-01-01"]))
        source, target = draw(st.sampled_from(ids)), draw(st.sampled_from(ids))
        relations.append(RelationImage(f"r_{number}", name, source, target, values, day))
    return entities, relations


_RELATIONS = st.sampled_from(["k:p", "k:q", "k:z"])
_PROPERTIES = st.sampled_from(
    [f"k:{n}" for n in ("s", "i", "d", "e", "x", "b", "day", "at", "tags", "A_title", "C_title")]
)
_HOP = st.one_of(_RELATIONS, _RELATIONS.map(lambda r: f"[ sh:inversePath {r} ]"))
_TO_NODES = st.recursive(
    _HOP,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: f"( {p[0]} {p[1]} )"),
        st.tuples(inner, inner).map(lambda p: f"[ sh:alternativePath ( {p[0]} {p[1]} ) ]"),
        _HOP.map(lambda p: f"[ sh:zeroOrMorePath {p} ]"),
        _HOP.map(lambda p: f"[ sh:oneOrMorePath {p} ]"),
        st.tuples(_HOP, _HOP).map(lambda p: f"[ sh:zeroOrMorePath [ sh:alternativePath ( {p[0]} {p[1]} ) ] ]"),
        inner.map(lambda p: f"[ sh:zeroOrOnePath {p} ]"),
    ),
    max_leaves=3,
)
_STATEMENT = st.sampled_from(["[ sh:inversePath rdf:subject ]", "[ sh:inversePath rdf:object ]"])
_OF_STATEMENT = st.sampled_from(["k:w", "k:n", "rdf:object", "rdf:subject", "ko:valid_from", "( rdf:object k:s )"])
PATHS = st.one_of(
    _PROPERTIES,
    _TO_NODES,
    st.tuples(_TO_NODES, _PROPERTIES).map(lambda p: f"( {p[0]} {p[1]} )"),
    st.tuples(_PROPERTIES, _PROPERTIES).map(lambda p: f"[ sh:alternativePath ( {p[0]} {p[1]} ) ]"),
    st.tuples(_PROPERTIES, _HOP).map(lambda p: f"[ sh:alternativePath ( {p[0]} {p[1]} ) ]"),
    st.tuples(_STATEMENT, _OF_STATEMENT).map(lambda p: f"( {p[0]} {p[1]} )"),
    st.just("rdf:type"),
)
_CLASSES = st.sampled_from(["k:A", "k:B", "k:C", "k:Thing"])
_LITERALS = st.sampled_from(
    ['"a"', '"ab"', '""', "0", "1", "1.5", "1.0", "-1.5", "1.5e0", "0.0e0", "true", '"2024-02-29"^^xsd:date',
     '"2024-02-29T12:00:00Z"^^xsd:dateTime', "9007199254740993", '"Ärger"']
)  # fmt: skip
_TERMS = st.one_of(_LITERALS, st.sampled_from([f"<urn:knockon:entity:e_{n}>" for n in range(4)]), _CLASSES)
_COUNTS = st.integers(0, 3)
_PLAIN_VALUE_CONSTRAINTS = st.one_of(
    _CLASSES.map(lambda c: f"sh:class {c}"),
    st.sampled_from(["string", "integer", "decimal", "double", "date", "dateTime", "boolean"]).map(
        lambda d: f"sh:datatype xsd:{d}"
    ),
    st.sampled_from(["IRI", "Literal", "BlankNode", "BlankNodeOrIRI", "IRIOrLiteral"]).map(
        lambda k: f"sh:nodeKind sh:{k}"
    ),
    _COUNTS.map(lambda n: f"sh:minLength {n}"),
    _COUNTS.map(lambda n: f"sh:maxLength {n}"),
    st.sampled_from(["^a", "b$", "^[a-z]+$", "[0-9]", "^$", "k.n", r"^\\w{2}$"]).map(lambda p: f'sh:pattern "{p}"'),
    st.lists(_TERMS, min_size=1, max_size=4).map(lambda t: f"sh:in ( {' '.join(t)} )"),
)
_BOUND_NAMES = st.sampled_from(["minInclusive", "minExclusive", "maxInclusive", "maxExclusive"])
_BOUNDS = st.tuples(_BOUND_NAMES, _LITERALS).map(lambda p: f"sh:{p[0]} {p[1]}")
_PLAIN_SET_CONSTRAINTS = st.one_of(
    _COUNTS.map(lambda n: f"sh:minCount {n}"),
    _COUNTS.map(lambda n: f"sh:maxCount {n}"),
    _TERMS.map(lambda t: f"sh:hasValue {t}"),
    st.tuples(st.sampled_from(["equals", "disjoint"]), st.one_of(_PROPERTIES, _RELATIONS)).map(
        lambda p: f"sh:{p[0]} {p[1]}"
    ),
)
_ORDERS = st.tuples(st.sampled_from(["lessThan", "lessThanOrEquals"]), st.one_of(_PROPERTIES, _RELATIONS)).map(
    lambda p: f"sh:{p[0]} {p[1]}"
)
# What can be compared with what: pySHACL orders unlike types by their names, where SHACL wants a result.
_FAMILIES = st.sampled_from([
    (["k:i", "k:d", "k:e", "k:x"], ["0", "1", "1.5", "-1.5", "1.5e0", "9007199254740993"]),
    (["k:s", "k:tags", "k:A_title"], ['"a"', '"ab"', '""', '"Ärger"']),
    (["k:day"], ['"2024-02-29"^^xsd:date']),
    (["k:at"], ['"2024-02-29T12:00:00Z"^^xsd:dateTime']),
])  # fmt: skip


def _property_shape(path: str, constraints: list[str]) -> str:
    # A parameter may be given once: the first of each kind stays.
    kept = {c.split()[0]: c for c in reversed(constraints)}
    return f"[ sh:path {path} ; {' ; '.join(kept.values())} ]"


def _node_shape(constraints: list[str]) -> str:
    kept = {c.split()[0]: c for c in reversed(constraints)}
    return f"[ {' ; '.join(kept.values())} ]"


@st.composite
def _ordered(draw: st.DrawFn) -> str:
    names, bounds = draw(_FAMILIES)
    path, constraints = draw(st.sampled_from(names)), []
    if draw(st.booleans()):
        path = f"( {draw(_TO_NODES)} {path} )"
    else:
        order = draw(st.sampled_from(["lessThan", "lessThanOrEquals"]))
        constraints.append(f"sh:{order} {draw(st.sampled_from(names))}")
    constraints.append(f"sh:{draw(_BOUND_NAMES)} {draw(st.sampled_from(bounds))}")
    return _property_shape(path, constraints)


def _as_node(shape: str) -> str:
    return f"sh:node [ sh:property {shape} ]" if _has_path(shape) else f"sh:node {shape}"


def _has_path(shape: str) -> bool:
    return shape.startswith("[ sh:path")


def _logic(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    lists = st.lists(inner, min_size=1, max_size=3).map(" ".join)
    return st.one_of(
        inner.map(lambda s: f"sh:not {s}"),
        lists.map(lambda s: f"sh:and ( {s} )"),
        lists.map(lambda s: f"sh:or ( {s} )"),
        lists.map(lambda s: f"sh:xone ( {s} )"),
        inner.map(_as_node),
    )


def _qualified(path: str, shape: str, low: int, high: int) -> str:
    counts = f"sh:qualifiedMinCount {low} ; sh:qualifiedMaxCount {high}"
    return f"[ sh:path {path} ; sh:qualifiedValueShape {shape} ; {counts} ]"


def _nested(*, comparable: bool) -> st.SearchStrategy[str]:
    values = _PLAIN_VALUE_CONSTRAINTS if comparable else st.one_of(_PLAIN_VALUE_CONSTRAINTS, _BOUNDS)
    sets = _PLAIN_SET_CONSTRAINTS if comparable else st.one_of(_PLAIN_SET_CONSTRAINTS, _ORDERS)
    simple = st.one_of(
        st.builds(_property_shape, PATHS, st.lists(st.one_of(values, sets), min_size=1, max_size=2)),
        st.builds(_node_shape, st.lists(values, min_size=1, max_size=2)),
        _ordered(),
    )
    return st.recursive(
        simple,
        lambda inner: st.one_of(
            st.builds(lambda path, logic: f"[ sh:path {path} ; {logic} ]", PATHS, _logic(inner)),
            _logic(inner).map(lambda logic: f"[ {logic} ]"),
            st.builds(_qualified, PATHS, inner, st.integers(0, 2), st.integers(0, 2)),
            st.builds(lambda path, p: f"[ sh:path {path} ; sh:property {p} ]", PATHS, inner.filter(_has_path)),
        ),
        max_leaves=4,
    )


_TARGETS = st.one_of(
    _CLASSES.map(lambda c: f"sh:targetClass {c}"),
    st.just("sh:targetClass k:q"),
    _RELATIONS.map(lambda r: f"sh:targetSubjectsOf {r}"),
    _RELATIONS.map(lambda r: f"sh:targetObjectsOf {r}"),
    st.sampled_from(["k:s", "k:tags", "k:A_title"]).map(lambda p: f"sh:targetSubjectsOf {p}"),
    st.just("sh:targetNode <urn:knockon:entity:e_0>"),
)
_CLOSED = st.lists(st.one_of(_PROPERTIES, _RELATIONS), min_size=0, max_size=4, unique=True).map(
    lambda ps: f"sh:closed true ; sh:ignoredProperties ( rdf:type {' '.join(ps)} )"
)


def _top(*, comparable: bool) -> st.SearchStrategy[str]:
    nested = _nested(comparable=comparable)
    return st.one_of(
        nested.map(lambda s: f"sh:property {s}" if _has_path(s) else f"sh:node {s}"),
        nested.map(_as_node),
        _logic(nested),
        _CLOSED,
    )


_TOPS = {comparable: _top(comparable=comparable) for comparable in (True, False)}
PREFIXES = """@prefix k: <https://w3id.org/knockon/ns#> .
@prefix ko: <https://w3id.org/knockon/meta#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


@st.composite
def shape_files(draw: st.DrawFn, *, comparable: bool = False) -> str:
    """Turtle with one to three targeted shapes; ``comparable``: only like types are ordered."""
    texts = []
    for number in range(draw(st.integers(1, 3))):
        texts.append(f"k:Shape{number} a sh:NodeShape ; {draw(_TARGETS)} ; {draw(_TOPS[comparable])} .")
    return PREFIXES + "\n".join(texts)


def read(text: str) -> m.Shapes:
    """The shapes of a Turtle text."""
    graph = Graph(bind_namespaces="none")
    graph.parse(data=text, format="turtle")
    return shapes_from_graph(graph, ONTOLOGY)


def keys(results: list[Result]) -> list[Key]:
    """Results for comparison."""
    return sorted(result_key(r) for r in results)
