"""Turtle files: parsed with located errors, never following anything to the network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import OWL, Graph, URIRef
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from ontology.errors import OntologyError, Where

_PREFIX = re.compile(r"^\s*(?:@prefix|PREFIX)\s+([\w-]*):\s*<([^>]*)>", re.MULTILINE | re.IGNORECASE)
SHIPPED_PREFIX = "knockon:"
"""What the names of shipped files start with, so that a user's ``core.ttl`` is not taken for ours."""
MAX_BYTES = 20_000_000
"""An ontology file larger than this is taken for something else."""


@dataclass(frozen=True, slots=True)
class TurtleFile:
    """One parsed file."""

    name: str
    text: str
    graph: Graph
    shipped: bool = False

    def where(self, subject: Node, detail: Node | str | None = None) -> Where:
        """The line on which ``subject`` is described (and, within that, on which ``detail`` is written).

        Found by searching the text for the name as it is written there; the file alone if it cannot be found.
        """
        lines = self.text.splitlines()
        start = next((number for number, line in enumerate(lines) if self._opens(line, subject)), None)
        if start is None:
            return Where(file=self.name)
        if detail is not None:
            spellings = list(self._spellings(detail))  # a URIRef is a str, too
            for number in range(start, len(lines)):
                if any(spelling in lines[number] for spelling in spellings):
                    return Where(file=self.name, line=number + 1)
                if lines[number].rstrip().endswith("."):
                    break
        return Where(file=self.name, line=start + 1)

    def _opens(self, line: str, subject: Node) -> bool:
        stripped = line.lstrip()
        return any(
            stripped.startswith(spelling) and stripped[len(spelling) : len(spelling) + 1] in ("", " ", "\t")
            for spelling in self._spellings(subject)
        )

    def _spellings(self, term: Node | str) -> Iterator[str]:
        text = str(term)
        if isinstance(term, URIRef):
            yield f"<{text}>"
            for prefix, namespace in _PREFIX.findall(self.text):
                if namespace and text.startswith(namespace):
                    yield f"{prefix}:{text[len(namespace) :]}"
        else:
            yield text


def read_turtle(path: Path, *, shipped: bool = False) -> TurtleFile:
    """Parse a Turtle file in UTF-8.

    Raises:
        OntologyError: the file is missing, too large, not UTF-8, not Turtle, or imports another file.
    """
    if not path.is_file():
        raise OntologyError("There is no such file.", where=path, do="Check the name in `ontology:` of knockon.yaml.")
    if path.stat().st_size > MAX_BYTES:
        raise OntologyError(f"The file is larger than {MAX_BYTES // 1_000_000} MB.", where=path, do="Is it Turtle?")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as problem:
        line = path.read_bytes()[: problem.start].count(b"\n") + 1
        raise OntologyError(
            "The file is not UTF-8.", where=Where(file=str(path), line=line), do="Save it as UTF-8."
        ) from problem
    return parse_turtle(f"{SHIPPED_PREFIX}{path.name}" if shipped else str(path), text, shipped=shipped)


def parse_turtle(name: str, text: str, *, shipped: bool = False) -> TurtleFile:
    """Parse Turtle text; ``name`` is what messages call it.

    Raises:
        OntologyError: not Turtle, or it imports another file.
    """
    graph = Graph(bind_namespaces="none")
    try:
        graph.parse(data=text, format="turtle", publicID="https://w3id.org/knockon/file#")
    except BadSyntax as problem:
        what = str(problem._why).strip().rstrip(".")
        raise OntologyError(
            f"This is not valid Turtle: {what}.",
            where=Where(file=name, line=_line(text, problem)),
            do="The mistake is on this line or just before it: look for a missing `.`, `;` or quotation mark.",
        ) from problem
    except (ValueError, IndexError, AssertionError) as problem:  # rdflib raises these for some broken escapes and IRIs
        raise OntologyError(f"This is not valid Turtle: {problem}.", where=name) from problem
    parsed = TurtleFile(name, text, graph, shipped)
    for subject, imported in graph.subject_objects(OWL.imports):
        raise OntologyError(
            f"The file imports <{imported}>, and imports are not followed.",
            where=parsed.where(subject, "owl:imports"),
            do="Save that file beside this one, list it under `ontology:` in knockon.yaml, and remove the owl:imports.",
        )
    return parsed


def _line(text: str, problem: BadSyntax) -> int:
    """The line of a syntax error; one at the end of the file is put on its last line that says something.

    Counted from the offset: rdflib's own line number was seen past the end of the file.
    """
    before = problem._str[: problem._i]
    said = before if isinstance(before, str) else before.decode("utf-8", "replace")
    return min(said.count("\n"), text.rstrip().count("\n")) + 1
