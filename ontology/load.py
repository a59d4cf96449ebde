"""Loads the ontology: the shipped modules, and the files with which a user extends them.

Nothing is fetched: prefixes are names, and ``owl:imports`` is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from rdflib import OWL, RDF, URIRef

from ontology.canonical_form import digest
from ontology.consistency import (
    check_annotated_properties,
    check_currencies,
    check_relation_properties,
    check_roles,
    check_wholes,
)
from ontology.definitions import gather
from ontology.errors import OntologyError
from ontology.model import Ontology
from ontology.problems import Collector
from ontology.read_classes import read_classes
from ontology.read_properties import read_properties
from ontology.read_relations import read_relations
from ontology.read_turtle import SHIPPED_PREFIX, TurtleFile, parse_turtle, read_turtle

MODULES = Path(__file__).parent / "modules"
_CORE = URIRef("https://w3id.org/knockon/ns/core")
_ORDER = ("core", "commerce", "supply", "people", "support", "finance", "compliance", "operations", "work")
SHIPPED_NAMES = frozenset(f"{SHIPPED_PREFIX}{name}.ttl" for name in _ORDER)
"""What the shipped modules are called in ``Ontology.turtle``; a user's files stand there with their path."""


def module_files() -> tuple[Path, ...]:
    """The shipped modules, core first."""
    return tuple(MODULES / f"{name}.ttl" for name in _ORDER)


def load_ontology(extra: Sequence[Path] = ()) -> Ontology:
    """The shipped ontology, extended by the Turtle files in ``extra`` (in that order).

    Raises:
        OntologyError: a file can't be read.
        OntologyProblems: files can be read but say something that can't be used; all problems are named.
    """
    shipped = [read_turtle(path, shipped=True) for path in module_files()]
    return _build([*shipped, *(read_turtle(Path(path)) for path in extra)])


def load_texts(texts: Iterable[tuple[str, str]]) -> Ontology:
    """The ontology that a run pinned, from ``Ontology.turtle``; today's shipped modules have no part in it.

    Raises:
        OntologyError: as :func:`load_ontology`.
    """
    return _build([parse_turtle(name, text, shipped=name in SHIPPED_NAMES) for name, text in texts])


def _build(files: Sequence[TurtleFile]) -> Ontology:
    problems = Collector()
    definitions = gather(files, problems)
    owned, sources = read_properties(definitions)
    classes = read_classes(definitions, owned)
    relations = read_relations(definitions, owned, classes)
    check_annotated_properties(definitions, classes)
    check_currencies(sources, classes, relations)
    check_roles(definitions, classes, relations)
    check_wholes(definitions, classes, relations)
    check_relation_properties(sources, relations)
    problems.raise_if_any()
    ontology = Ontology(
        version=_version(files),
        digest="",
        classes=MappingProxyType(classes),
        relations=MappingProxyType(relations),
        files=tuple(file.name for file in files),
        turtle=tuple((file.name, file.text) for file in files),
    )
    return replace(ontology, digest=digest(ontology))


def _version(files: Sequence[TurtleFile]) -> str:
    for file in files:
        found = file.graph.value(_CORE, OWL.versionInfo)
        if found is not None:
            return str(found)
    named = {file.name for file in files if (None, RDF.type, OWL.Ontology) in file.graph}
    where = sorted(named)[0] if named else None
    raise OntologyError("The core module has no owl:versionInfo.", where=where, do="Install knockon again.")
