"""Definitions as they stand in the files: gathered by kind, shipped ones protected, every misspelt annotation found."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rdflib import OWL, RDF, RDFS, Literal, URIRef
from rdflib.term import Node

from ontology.errors import Where
from ontology.problems import Collector
from ontology.read_turtle import TurtleFile
from ontology.vocabulary import ANNOTATIONS, KO, REFINEMENTS, SHACL, local_name

_KINDS: dict[Node, str] = {
    OWL.Class: "class",
    RDFS.Class: "class",
    OWL.DatatypeProperty: "property",
    OWL.ObjectProperty: "relation",
}
_STRUCTURE = frozenset({RDFS.domain, RDFS.range, RDFS.subClassOf, RDF.type})
"""What can't be changed on a shipped definition: data depends on it."""


@dataclass(slots=True)
class Definition:
    """Everything said about one IRI: the file that defines it first, then those that refine it."""

    kind: str
    iri: URIRef
    files: list[TurtleFile]
    problems: Collector = field(repr=False)

    @property
    def name(self) -> str:
        """Local name of the IRI."""
        return local_name(str(self.iri))

    def where(self, detail: Node | str | None = None) -> Where:
        """The place of the definition, or of one of its annotations."""
        for file in reversed(self.files):
            place = file.where(self.iri, detail)
            if place.line is not None:
                return place
        return Where(file=self.files[0].name)

    def add(self, what: str, do: str = "", *, at: Node | str | None = None) -> None:
        """Note a problem of this definition."""
        self.problems.add(self.where(at), what, do)

    def objects(self, predicate: URIRef) -> list[Node]:
        """All objects, in a fixed order."""
        return sorted({o for file in self.files for o in file.graph.objects(self.iri, predicate)}, key=str)

    def one(self, predicate: URIRef) -> Node | None:
        """The single object; the last file that states one wins. More than one in a file is a problem."""
        for file in reversed(self.files):
            found = sorted(set(file.graph.objects(self.iri, predicate)), key=str)
            if len(found) > 1:
                self.add(f"{self.name} has more than one {_short(predicate)}.", "Keep one.", at=_short(predicate))
            if found:
                return found[0]
        return None

    def text(self, predicate: URIRef, default: str = "") -> str:
        """The single object as text."""
        found = self.one(predicate)
        return default if found is None else str(found)

    def flag(self, predicate: URIRef) -> bool:
        """Whether a ``true`` is stated."""
        found = self.objects(predicate)
        for value in found:
            if not isinstance(value, Literal) or not isinstance(value.value, bool):
                self.add(f"{_short(predicate)} of {self.name} is neither true nor false.", at=_short(predicate))
        return any(isinstance(value, Literal) and value.value is True for value in found)

    def labels(self, predicate: URIRef = RDFS.label) -> dict[str, str]:
        """Texts by language tag; text without a tag counts as English. The first file wins."""
        found: dict[str, str] = {}
        for file in self.files:
            for value in sorted(set(file.graph.objects(self.iri, predicate)), key=str):
                if isinstance(value, Literal):
                    found.setdefault(value.language or "en", str(value))
        return dict(sorted(found.items()))

    def texts(self, predicate: URIRef) -> tuple[str, ...]:
        """All distinct texts, sorted."""
        return tuple(sorted({str(value) for value in self.objects(predicate)}))


def _short(predicate: Node) -> str:
    text = str(predicate)
    for prefix, namespace in (("ko", str(KO)), ("rdfs", str(RDFS)), ("owl", str(OWL))):
        if text.startswith(namespace):
            return f"{prefix}:{text[len(namespace) :]}"
    return local_name(text)


def suggestion(name: str, known: Iterable[str]) -> str:
    """``Did you mean "x"?`` or nothing."""
    close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return f'Did you mean "{close[0]}"?' if close else ""


def names_known(definition: Definition, target: Node, kind: str, definitions: Mapping[URIRef, Definition]) -> bool:
    """Whether ``target`` is defined as a ``kind``; if not, that is noted."""
    other = definitions.get(target) if isinstance(target, URIRef) else None
    if other is not None and other.kind == kind:
        return True
    name = local_name(str(target))
    names = [d.name for d in definitions.values() if d.kind == kind]
    said = f"{definition.name} names {name}, which is not a {kind}."
    definition.add(said, suggestion(name, names) or f"Define it, or name a {kind} that exists.", at=target)
    return False


def gather(files: Sequence[TurtleFile], problems: Collector) -> dict[URIRef, Definition]:
    """All definitions by IRI, in the order of the files. Problems are noted, not raised."""
    found: dict[URIRef, Definition] = {}
    for file in files:
        for subject, kind in _typed(file):
            known = found.get(subject)
            if known is None:
                found[subject] = Definition(kind, subject, [file], problems)
            elif known.kind != kind:
                problems.add(
                    file.where(subject), f"{known.name} is a {known.kind} in {known.files[0].name}, and a {kind} here."
                )
            elif file not in known.files:
                known.files.append(file)
        _stray(file, found, problems)
    for definition in found.values():
        _protect_shipped(definition)
        _check_annotations(definition)
    return found


def _typed(file: TurtleFile) -> Iterator[tuple[URIRef, str]]:
    pairs = {
        (subject, _KINDS[type_])
        for subject, type_ in file.graph.subject_objects(RDF.type)
        if type_ in _KINDS and isinstance(subject, URIRef)
    }
    yield from sorted(pairs)


def _stray(file: TurtleFile, found: dict[URIRef, Definition], problems: Collector) -> None:
    """Subjects that are nothing knockon knows: refinements of what other files define, or mistakes."""
    for subject in sorted({s for s in file.graph.subjects() if isinstance(s, URIRef)}, key=str):
        types = set(file.graph.objects(subject, RDF.type))
        if OWL.Ontology in types or any(str(t).startswith(SHACL) for t in types):
            continue
        known = found.get(subject)
        if known is not None:
            if file not in known.files:
                known.files.append(file)
            continue
        predicates = set(file.graph.predicates(subject))
        if any(str(p).startswith((str(KO), str(RDFS))) for p in predicates):
            problems.add(
                file.where(subject),
                f"{local_name(str(subject))} is described, but nothing says what it is.",
                "Add `a owl:Class`, `a owl:DatatypeProperty` or `a owl:ObjectProperty`.",
            )


def _protect_shipped(definition: Definition) -> None:
    if not definition.files[0].shipped:
        return
    for file in definition.files[1:]:
        for predicate, value in sorted(file.graph.predicate_objects(definition.iri), key=str):
            text = str(predicate)
            same = (definition.iri, predicate, value) in definition.files[0].graph
            free = (predicate not in _STRUCTURE) and not (
                text.startswith(str(KO)) and local_name(text) not in REFINEMENTS
            )
            if not same and not free:
                definition.add(
                    f"{definition.name} comes with knockon, and its {_short(predicate)} can't be changed.",
                    "Define a subclass, or a property or relation of your own.",
                    at=_short(predicate),
                )


def _check_annotations(definition: Definition) -> None:
    allowed = ANNOTATIONS[definition.kind]
    for file in definition.files:
        for predicate in sorted(set(file.graph.predicates(definition.iri)), key=str):
            name = local_name(str(predicate))
            if str(predicate).startswith(str(KO)) and name not in allowed:
                definition.add(
                    f"{definition.name} is a {definition.kind}, which has no annotation ko:{name}.",
                    suggestion(name, allowed) or f"Possible are: {', '.join(sorted(allowed))}.",
                    at=f"ko:{name}",
                )
    if "en" not in definition.labels():
        definition.add(f"{definition.name} has no English rdfs:label.", 'Add one: rdfs:label "…"@en.')
