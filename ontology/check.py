"""Findings: what is wrong, or could be better, with file and line. ``knockon check`` prints them.

Checks of other rooms give findings of the same form: :func:`guarded` turns the error of any loader into them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rdflib import URIRef

from ontology.errors import KnockonError
from ontology.load import SHIPPED_NAMES, load_ontology
from ontology.model import Ontology
from ontology.problems import OntologyProblems
from ontology.read_turtle import parse_turtle


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"  # it can't be used
    WARNING = "warning"  # it can be used, but answers will be worse


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found."""

    severity: Severity
    file: str
    line: int | None
    message: str
    do: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        text = f"{place}: {self.severity.value}: {self.message}" if place else f"{self.severity.value}: {self.message}"
        return f"{text} {self.do}" if self.do else text


def check(extra: Sequence[Path] = ()) -> list[Finding]:
    """What is wrong with the user's ontology files, each by itself and together with the shipped modules.

    Errors first, then warnings, each in file and line order. Nothing is raised for what a file says.
    """
    found = guarded(lambda: load_ontology(extra))
    if not found and extra:
        found = list(_warnings(load_ontology(extra)))
    return found


def guarded(load: Callable[[], object]) -> list[Finding]:
    """Run a loader; the findings are what its error says, none when it works."""
    try:
        load()
    except KnockonError as error:
        return list(findings(error))
    return []


def findings(error: KnockonError) -> Iterator[Finding]:
    """The findings in an error: one for each problem it lists."""
    if isinstance(error, OntologyProblems):
        for problem in error.problems:
            yield Finding(Severity.ERROR, problem.file, problem.line, problem.what, problem.do)
        return
    where = error.where
    file = where.file if where is not None and where.file is not None else ""
    yield Finding(Severity.ERROR, file, where.line if where is not None else None, error.what, error.do)


def _warnings(ontology: Ontology) -> Iterator[Finding]:
    """What a user's definitions lack, without being wrong."""
    shipped = load_ontology()
    for name, text in ontology.turtle:
        if name in SHIPPED_NAMES:
            continue
        file = parse_turtle(name, text)
        subjects = {str(subject) for subject in file.graph.subjects() if isinstance(subject, URIRef)}
        own = [c for c in ontology.classes.values() if c.iri in subjects and c.name not in shipped.classes]
        for class_ in sorted(own, key=lambda c: c.name):
            line = file.where(URIRef(class_.iri)).line
            if not class_.comment:
                yield Finding(
                    Severity.WARNING, name, line, f"{class_.name} has no comment.", 'Add rdfs:comment "…"@en.'
                )
            if class_.title is None:
                yield Finding(
                    Severity.WARNING,
                    name,
                    line,
                    f"{class_.name} has no ko:title, so its things are shown by their keys.",
                    "Name the property that people call them by.",
                )
        for relation in sorted(ontology.relations.values(), key=lambda r: r.name):
            if relation.iri in subjects and relation.impact is not None and not relation.comment:
                yield Finding(
                    Severity.WARNING,
                    name,
                    file.where(URIRef(relation.iri)).line,
                    f"{relation.name} carries impact and doesn't say why.",
                    "Add an rdfs:comment: answers quote it.",
                )
