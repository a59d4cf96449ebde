"""Shapes that mean harm: nothing reaches the network, explodes, or runs without end. A server stands by and listens."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ontology.errors import KnockonError, LimitExceeded, ShapeError
from tests.unit.validation.random_graphs import ONTOLOGY, PREFIXES
from validation.gate import Gate
from validation.image import EntityImage, MemoryImage, RelationImage, Touched
from validation.shapes import load_shapes, read_turtle
from validation.worker import Limits, run_limited


class Canary:
    """A server of this machine that remembers who called."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.calls: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/context"

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            with caller:
                self.calls.append(caller.recv(4096))
                caller.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/turtle\r\n\r\n")

    def close(self) -> None:
        self._listening.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    made = Canary()
    yield made
    made.close()


def test_the_canary_sings(canary: Canary) -> None:
    """The test would see a call: rdflib itself makes one when it is asked to."""
    from rdflib import Graph

    with contextlib.suppress(OSError):
        Graph().parse(canary.url, format="turtle")
    assert canary.calls


FILES = {
    "imports.ttl": "<urn:x> <http://www.w3.org/2002/07/owl#imports> <{url}> .",
    "imports-in-shape.ttl": "k:B a sh:NodeShape ; <http://www.w3.org/2002/07/owl#imports> <{url}> .",
    "base.ttl": "@base <{url}> . <#B> <http://www.w3.org/ns/shacl#node> <#other> .",
    "service.ttl": "k:B a sh:NodeShape ; sh:targetClass k:A ; "
    "sh:sparql [ sh:select 'SELECT $this {{ SERVICE <{url}> {{ ?a ?b ?c }} }}' ] .",
    "silent.ttl": "k:B a sh:NodeShape ; sh:targetClass k:A ; "
    "sh:sparql [ sh:select 'SELECT $this {{ SERVICE SILENT <{url}> {{ ?a ?b ?c }} }}' ] .",
    "hidden.ttl": "k:B a sh:NodeShape ; sh:targetClass k:A ; "
    "sh:sparql [ sh:select 'SELECT $this {{ S\\\\u0045RVICE <{url}> {{ ?a ?b ?c }} }}' ] .",
    "from.ttl": "k:B a sh:NodeShape ; sh:targetClass k:A ; "
    "sh:sparql [ sh:select 'SELECT $this FROM <{url}> {{ $this ?b ?c }}' ] .",
    "named.ttl": "k:B a sh:NodeShape ; sh:targetClass k:A ; "
    "sh:sparql [ sh:select 'SELECT $this FROM NAMED <{url}> {{ GRAPH ?g {{ $this ?b ?c }} }}' ] .",
    "library.ttl": "k:l a sh:JSLibrary ; sh:jsLibraryURL '{url}'^^<http://www.w3.org/2001/XMLSchema#anyURI> .",
    "shapesgraph.ttl": "<urn:x> sh:shapesGraph <{url}> .",
    "context.jsonld": '{{"@context": "{url}", "@id": "urn:x", "@type": "http://www.w3.org/ns/shacl#NodeShape"}}',
    "context.ttl": '{{"@context": "{url}", "@id": "urn:x"}}',
    "external.rdf": '<!DOCTYPE r [<!ENTITY x SYSTEM "{url}">]>'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&x;</rdf:RDF>',
    "external.ttl": '<!DOCTYPE r [<!ENTITY x SYSTEM "{url}">]>'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&x;</rdf:RDF>',
    "dtd.xml": '<!DOCTYPE r SYSTEM "{url}"><r/>',
}


@pytest.mark.parametrize("name", FILES)
def test_no_file_makes_a_parser_call_anybody(canary: Canary, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    head = PREFIXES if name.endswith(".ttl") and not FILES[name].startswith(("<!", "{{")) else ""
    file.write_text(head + FILES[name].format(url=canary.url), encoding="utf-8")
    with pytest.raises(KnockonError):
        Gate(load_shapes(ONTOLOGY, [file], shipped=False), ONTOLOGY)
    with pytest.raises(KnockonError):
        Gate(load_shapes(ONTOLOGY, (), shipped=False, instead=[file]), ONTOLOGY)
    assert not canary.calls


def test_the_ontology_of_a_company_calls_nobody(canary: Canary, tmp_path: Path) -> None:
    from ontology.load import load_ontology

    file = tmp_path / "own.ttl"
    file.write_text(f"<urn:x> <http://www.w3.org/2002/07/owl#imports> <{canary.url}> .\n", encoding="utf-8")
    with contextlib.suppress(KnockonError):
        load_ontology([file])
    assert not canary.calls


def test_an_entity_that_grows_without_end_is_not_expanded(tmp_path: Path) -> None:
    """A billion laughs in RDF/XML: the format is refused by its name, and by its content under another name."""
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    text = (
        f'<!DOCTYPE r [<!ENTITY l0 "lol">{laughs}]>'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&l9;</rdf:RDF>'
    )
    begun = time.perf_counter()
    for name in ("laughs.rdf", "laughs.xml", "laughs.owl", "laughs.ttl", "laughs.nt"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(ShapeError):
            read_turtle(tmp_path / name)
    assert time.perf_counter() - begun < 5


def test_shapes_nested_without_end_are_refused_not_a_crash(tmp_path: Path) -> None:
    file = tmp_path / "deep.ttl"
    file.write_text(PREFIXES + "k:B a sh:NodeShape ; sh:not " + "[ sh:not " * 20_000 + "k:B" + " ]" * 20_000 + " .")
    with pytest.raises(KnockonError):
        load_shapes(ONTOLOGY, [file], shipped=False)
    chain = "".join(f"k:N{n} a sh:NodeShape ; sh:node k:N{n + 1} . " for n in range(3000))
    (tmp_path / "chain.ttl").write_text(PREFIXES + chain + "k:N3000 a sh:NodeShape ; sh:class k:A .")
    with pytest.raises(ShapeError, match="deep"):
        load_shapes(ONTOLOGY, [tmp_path / "chain.ttl"], shipped=False)


def endless() -> tuple[str, MemoryImage]:
    """A dozen shapes, each of which refers to the next twice over a dense graph: 4^12 visits."""
    text = "".join(
        f"k:N{n} a sh:NodeShape ; sh:property [ sh:path k:p ; sh:minCount 1 ; sh:node k:N{n + 1} ] ; "
        f"sh:property [ sh:path k:q ; sh:minCount 1 ; sh:node k:N{n + 1} ] . "
        for n in range(14)
    )
    text += "k:N14 a sh:NodeShape ; sh:class k:A . k:N0 sh:targetClass k:A ."
    entities = [EntityImage(f"e{n}", ("A",), {}) for n in range(8)]
    relations = [
        RelationImage(f"{name}{a}{b}", name, f"e{a}", f"e{b}") for name in "pq" for a in range(8) for b in range(8)
    ]
    return PREFIXES + text, MemoryImage(ONTOLOGY, entities, relations)


def test_shapes_that_run_without_end_are_stopped(tmp_path: Path) -> None:
    text, image = endless()
    (tmp_path / "endless.ttl").write_text(text, encoding="utf-8")
    shapes = load_shapes(ONTOLOGY, (), shipped=False, instead=[tmp_path / "endless.ttl"])
    gate = Gate(shapes, ONTOLOGY, trusted=False, limits=Limits(seconds=5, megabytes=1500))
    begun = time.perf_counter()
    with pytest.raises(LimitExceeded, match="within"):
        gate.check(Touched(everything=True), image)
    assert time.perf_counter() - begun < 30


def test_a_file_that_takes_too_long_to_read_is_stopped(tmp_path: Path) -> None:
    file = tmp_path / "long.ttl"
    file.write_text("@prefix k: <urn:k#> .\n" + "".join(f"k:s{n} k:p k:o{n} .\n" for n in range(400_000)))
    with pytest.raises(LimitExceeded, match="within"):
        run_limited(read_turtle, file, limits=Limits(seconds=2, megabytes=2048))


def test_shapes_that_nobody_answers_for_give_the_same_as_trusted_ones() -> None:
    from tests.unit.validation.random_graphs import read

    shapes = read(PREFIXES + "k:S a sh:NodeShape ; sh:targetClass k:A ; sh:property [ sh:path k:s ; sh:minCount 1 ] .")
    image = MemoryImage(ONTOLOGY, [EntityImage("a", ("A",), {}), EntityImage("b", ("A",), {"s": ("x",)})], [])
    everything = Touched(everything=True)
    reports = [Gate(shapes, ONTOLOGY, trusted=trusted).check(everything, image) for trusted in (True, False)]
    found = [[(v.focus, v.component, v.message("de")) for v in r.violations] for r in reports]
    assert found == [[("a", "MinCount", "s fehlt.")]] * 2


@pytest.mark.parametrize("pattern", ["(a)\\\\1", "a(?=b)", "(?<!a)b", "(?>a+)b", "a(?R)?b"])
def test_a_pattern_that_no_linear_engine_can_run_is_refused(tmp_path: Path, pattern: str) -> None:
    file = tmp_path / "own.ttl"
    file.write_text(
        f"{PREFIXES}k:B a sh:NodeShape ; sh:targetClass k:A ; sh:property [ sh:path k:s ; sh:pattern '{pattern}' ] ."
    )
    with pytest.raises(ShapeError, match="cannot be run"):
        load_shapes(ONTOLOGY, [file], shipped=False)


@pytest.mark.parametrize("engine", ["direct", "pyshacl"])
def test_an_exponential_pattern_takes_no_time_at_the_gate(tmp_path: Path, engine: str) -> None:
    file = tmp_path / "own.ttl"
    file.write_text(
        f"{PREFIXES}k:B a sh:NodeShape ; sh:targetClass k:A ; sh:property [ sh:path k:s ; sh:pattern '^(a+)+$' ] ."
    )
    gate = Gate(load_shapes(ONTOLOGY, [file], shipped=False), ONTOLOGY, engine=engine)
    image = MemoryImage(ONTOLOGY, [EntityImage("a", ("A",), {"s": ("a" * 5000 + "!",)})], [])
    begun = time.perf_counter()
    assert [v.component for v in gate.check(Touched(everything=True), image).violations] == ["Pattern"]
    assert time.perf_counter() - begun < 5
