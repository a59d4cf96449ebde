"""Shape files: what is wrong or unsupported is an error with file and line, never a shape that finds nothing."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from ontology.errors import ShapeError
from ontology.load import load_ontology
from tests.unit.validation.random_graphs import ONTOLOGY, PREFIXES
from validation import shape_model as m
from validation.gate import Gate
from validation.shapes import load_shapes

GOOD = "k:Good a sh:NodeShape ; sh:targetClass k:A ; sh:property [ sh:path k:s ; sh:minCount 1 ] .\n"


def load(tmp_path: Path, text: str, name: str = "own.ttl") -> m.Shapes:
    file = tmp_path / name
    file.write_text(PREFIXES + GOOD + text, encoding="utf-8")
    return load_shapes(ONTOLOGY, [file], shipped=False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("k:B a sh:NodeShape ; sh:rule [ ] .", "sh:rule is not supported"),
        ("k:B a sh:NodeShape ; sh:minCount 1 .", "needs a property shape"),
        ("k:B a sh:PropertyShape ; sh:minCount 1 .", "no sh:path"),
        ("k:B a sh:NodeShape ; sh:property [ sh:path k:s ; sh:minCount -1 ] .", "whole number"),
        ("k:B a sh:NodeShape ; sh:property [ sh:path k:s ; sh:minCount 1 , 2 ] .", "more than once"),
        ("k:B a sh:NodeShape ; sh:property [ sh:path k:s ; sh:pattern '(a)\\\\1' ] .", "cannot be run"),
        ("k:B a sh:NodeShape ; sh:property [ sh:path k:s ; sh:pattern 'a(?=b)' ] .", "cannot be run"),
        ("k:B a sh:NodeShape ; sh:targetClass k:Aa .", "class Aa is not in the ontology"),
        ("k:B a sh:NodeShape ; sh:property [ sh:path k:tag ; sh:minCount 1 ] .", "tags"),
        ("k:B a sh:NodeShape ; sh:node k:Nowhere .", "not defined"),
        ("k:B a sh:NodeShape ; sh:node k:B .", "refers to itself"),
        ("k:B a sh:NodeShape ; sh:not [ sh:and ( k:B ) ] .", "refers to itself"),
        ("k:B a sh:NodeShape ; sh:in ( 1 2 .", "not Turtle"),
        ("k:B a sh:NodeShape ; sh:in [ rdf:first 1 ] .", "list is not well-formed"),
        ("k:B a sh:NodeShape ; sh:property [ sh:path ( k:s ) ] .", "at least two steps"),
        ("k:B a sh:NodeShape ; sh:node [ sh:path k:s ; sh:minCount 1 ] .", "property shape"),
        ("k:B <http://www.w3.org/2002/07/owl#imports> <http://127.0.0.1:1/x> .", "imports is not followed"),
        (
            "k:B a sh:NodeShape ; sh:sparql [ sh:select 'SELECT $this { SERVICE <http://x/> { ?a ?b ?c } }' ] .",
            "SERVICE",
        ),
        ("k:B a sh:NodeShape ; sh:deactivated 'yes' .", "true or false"),
    ],
)
def test_what_cannot_be_checked_is_refused_when_loaded(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ShapeError, match=message) as caught:
        load(tmp_path, text)
    assert caught.value.where is not None
    assert str(tmp_path / "own.ttl") in str(caught.value.where)


def test_errors_name_the_line_of_the_shape(tmp_path: Path) -> None:
    with pytest.raises(ShapeError) as caught:
        load(tmp_path, "\n\nk:B a sh:NodeShape ;\n  sh:minCount 1 .")
    assert caught.value.where is not None
    assert caught.value.where.line == len((PREFIXES + GOOD).splitlines()) + 3


@pytest.mark.parametrize("name", ["own.rdf", "own.xml", "own.jsonld", "own"])
def test_formats_that_can_fetch_or_explode_are_not_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(ShapeError, match="Turtle"):
        load(tmp_path, "", name)


def test_a_missing_file_and_one_that_is_not_text(tmp_path: Path) -> None:
    with pytest.raises(ShapeError, match="Cannot read"):
        load_shapes(ONTOLOGY, [tmp_path / "gone.ttl"], shipped=False)
    (tmp_path / "bytes.ttl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ShapeError, match="UTF-8"):
        load_shapes(ONTOLOGY, [tmp_path / "bytes.ttl"], shipped=False)


def test_an_inverse_over_a_text_is_refused_by_the_gate(tmp_path: Path) -> None:
    """The gate cannot look a text up, so it must not pretend to."""
    shapes = load(tmp_path, "k:B a sh:NodeShape ; sh:targetClass k:A ; "
                  "sh:property [ sh:path ( k:s [ sh:inversePath k:s ] ) ; sh:maxCount 1 ] .")  # fmt: skip
    with pytest.raises(ShapeError, match="cannot look up"):
        Gate(shapes, ONTOLOGY)


def test_numbers_are_compared_as_values_whatever_their_spelling(tmp_path: Path) -> None:
    shapes = load(
        tmp_path, "k:B a sh:NodeShape ; sh:targetClass k:A ; sh:property [ sh:path k:d ; sh:hasValue 12.50 ] ."
    )
    held = [c for s in shapes.by_id.values() for c in s.constraints if isinstance(c, m.HasValue)]
    assert [c.value[0] for c in held if isinstance(c.value, tuple)] == ["12.5"]


def test_the_shipped_shapes_load_without_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(socket.socket, "connect", refused)
    ontology = load_ontology()
    shapes = load_shapes(ontology)
    assert len(shapes.targeted()) > 20
    Gate(shapes, ontology)


def test_messages_of_shipped_shapes_are_in_english_and_german() -> None:
    shapes = load_shapes(load_ontology())
    spoken = [s for s in shapes.by_id.values() if s.messages]
    assert spoken
    assert all({"en", "de"} <= set(s.messages) for s in spoken)
