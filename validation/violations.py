"""Results in terms of entities and relations, for people and for laying them to records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ontology.model import Ontology
from validation import shape_model as m
from validation.engine import Result
from validation.image import RelationImage, entity_of, relation_of
from validation.terms import SH, readable


@dataclass(frozen=True, slots=True)
class Violation:
    """One finding, in terms of entities and relations."""

    focus: str
    """Entity id, or relation id for shapes on statements."""
    shape: str
    """What a person calls the shape."""
    path: str
    properties: tuple[str, ...]
    """Ontology names of the properties and relations on the path, first hop first."""
    value: str | None
    component: str
    severity: str
    messages: Mapping[str, str]
    relations: tuple[str, ...]
    """Ids of relations along the offending path, where they are known."""
    shape_id: str = ""
    key: str = ""
    """Digest of the shape that was broken."""
    entity: str = ""
    """The entity that it is about: the focus, or the source of a relation; empty for anything else."""

    @property
    def rule(self) -> str:
        """What the same finding is counted under, run after run."""
        return rule_of(self.shape, self.shape_id, self.path, self.component)

    def message(self, language: str = "en") -> str:
        """The text in a language, else in English, else in whatever there is."""
        return in_language(self.messages, language)


def in_language(messages: Mapping[str, str], language: str) -> str:
    """The text in a language (``de-AT`` is served by ``de``), else in English, else in whatever there is."""
    for key in (language.lower(), language.lower().split("-")[0], "en", ""):
        if key in messages:
            return messages[key]
    return next(iter(messages.values()), "")


def rule_of(shape: str, shape_id: str, path: str, component: str) -> str:
    """The rule that a finding is counted under: the shape (by name where it has no IRI), path and component."""
    named = shape if shape_id.startswith("_:") or not shape_id else shape_id
    return " · ".join(part for part in (named, path, component) if part)


def to_violations(
    results: Iterable[Result], relations: Iterable[RelationImage], shapes: m.Shapes, names: Mapping[str, str]
) -> Iterator[Violation]:
    """Results in terms of entities and relations; ``names`` maps predicates to ontology names."""
    out: dict[str, list[RelationImage]] = {}
    into: dict[str, list[RelationImage]] = {}
    for relation in relations:
        out.setdefault(relation.source, []).append(relation)
        into.setdefault(relation.target, []).append(relation)
    sources = {r.id: r.source for found in out.values() for r in found}
    for result in results:
        yield _violation(result, shapes, names, out, into, sources)


def _violation(
    result: Result,
    shapes: m.Shapes,
    names: Mapping[str, str],
    out: Mapping[str, list[RelationImage]],
    into: Mapping[str, list[RelationImage]],
    sources: Mapping[str, str],
) -> Violation:
    shape = shapes.by_id[result.shape]
    on_path = [] if result.path is None else [names.get(p, readable(p)) for p in m.predicates(result.path)]
    statement = relation_of(result.focus)
    blamed: tuple[str, ...] = (statement,) if statement is not None else ()
    focus = entity_of(result.focus)
    if focus is not None and result.path is not None:
        target = entity_of(result.value) if result.value is not None else None
        blamed = tuple(dict.fromkeys(_along(result.path, focus, target, names, out, into)))
    return Violation(
        focus=focus or statement or readable(result.focus),
        shape=shape.name,
        path="" if result.path is None else m.path_text(result.path),
        properties=tuple(dict.fromkeys(on_path)),
        value=None if result.value is None else readable(result.value),
        component=result.component.removeprefix(SH).removesuffix("ConstraintComponent"),
        severity=shape.level.value,
        messages=result.messages or MappingProxyType({"": f"{shape.name} is broken."}),
        relations=blamed,
        shape_id=str(shape.id),
        key=shapes.digests.get(shape.id, ""),
        entity=focus or sources.get(statement or "", ""),
    )


def _along(
    path: m.Path,
    focus: str,
    value: str | None,
    names: Mapping[str, str],
    out: Mapping[str, list[RelationImage]],
    into: Mapping[str, list[RelationImage]],
) -> Iterator[str]:
    """Relations that the path can have used: its first hop; of a single hop, only those that lead to the value."""
    match path:
        case m.Predicate(iri):
            for relation in out.get(focus, ()):
                if relation.name == names.get(iri) and value in (None, relation.target):
                    yield relation.id
        case m.Inverse(m.Predicate(iri)):
            for relation in into.get(focus, ()):
                if relation.name == names.get(iri) and value in (None, relation.source):
                    yield relation.id
        case m.Sequence(steps):
            yield from _along(steps[0], focus, None, names, out, into)
        case m.Alternative(options):
            for option in options:
                yield from _along(option, focus, value, names, out, into)
        case m.Repeat(inner):
            yield from _along(inner, focus, None, names, out, into)
        case _:
            return


def predicate_names(ontology: Ontology) -> dict[str, str]:
    """Ontology name of each property's and relation's IRI."""
    names = {p.iri: p.name for c in ontology.classes.values() for p in c.properties.values()}
    for relation in ontology.relations.values():
        names[relation.iri] = relation.name
        names.update({p.iri: p.name for p in relation.properties.values()})
    return names
