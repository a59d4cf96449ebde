"""What the entities of a class look like in the graph: presence, range and references, for proposing shapes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from graph_engine.graph import Graph
from graph_engine.statements import with_identifiers
from graph_engine.store.rows import read_native
from ontology import values
from ontology.errors import NotFound
from ontology.model import Datatype, Ontology, PropertyDef
from validation.suggest import ClassProfile, PairProfile, PropertyProfile, RelationProfile, forms_of

_LISTED = 13
_LOOKED_AT = 20_000
_DATES = 6


def profile_class(graph: Graph, ontology: Ontology, name: str) -> ClassProfile:
    """Profile every property and outgoing relation of a class.

    Raises:
        NotFound: the ontology has no such class, or the graph no entity of it.
    """
    definition = ontology.classes.get(name)
    if definition is None:
        raise NotFound(f"There is no class {name!r}.", do="docs/ontology.md lists the classes.")
    total = 0
    properties: list[PropertyProfile] = []
    for prop in definition.properties.values():
        text = with_identifiers("read/profile_property", {"label": name, "property": prop.name})
        row = next(iter(graph.stream_text(text, listed=_LISTED)), None)
        if row is None:
            continue
        total = int(str(row["total"]))
        listed = row["listed"]
        single = prop.functional and int(str(row["present"])) > 0
        texts = [values.canonical(prop, read_native(v)) for v in listed] if single and isinstance(listed, list) else []
        properties.append(
            PropertyProfile(
                definition=prop,
                present=int(str(row["present"])),
                distinct=int(str(row["distinct"])),
                low=values.canonical(prop, read_native(row["low"])) if single else None,
                high=values.canonical(prop, read_native(row["high"])) if single else None,
                listed=tuple(sorted(texts)) if len(texts) < _LISTED else (),
                longest=None if row["longest"] is None else int(str(row["longest"])),
                forms=_forms(graph, name, prop, int(str(row["distinct"]))) if single else (),
            )
        )
    if not total:
        raise NotFound(f"The graph has no {name} to profile.", do="Ingest some first.")
    relations: list[RelationProfile] = []
    for relation in ontology.relations.values():
        if ontology.is_a(name, relation.source):
            text = with_identifiers("read/profile_relation", {"label": name, "type": relation.type})
            row = next(iter(graph.stream_text(text)))
            relations.append(RelationProfile(relation, int(str(row["present"])), int(str(row["most"] or 0))))
    return ClassProfile(definition, total, tuple(properties), tuple(relations), tuple(_pairs(graph, name, properties)))


def _forms(graph: Graph, name: str, prop: PropertyDef, distinct: int) -> tuple[str, ...]:
    """How the texts of a property are built; only where all of them can be looked at."""
    if prop.datatype is not Datatype.STRING or not _LISTED <= distinct <= _LOOKED_AT:
        return ()
    text = with_identifiers("read/profile_values", {"label": name, "property": prop.name})
    return forms_of([str(row["value"]) for row in graph.stream_text(text)])


def _pairs(graph: Graph, name: str, properties: Sequence[PropertyProfile]) -> Iterator[PairProfile]:
    """Dates of the same entities, two by two, and how often the first is not after the second."""
    dates = [p.definition for p in properties if p.present and p.definition.functional
             and p.definition.datatype in (Datatype.DATE, Datatype.DATETIME)]  # fmt: skip
    for first, second in permutations(dates[:_DATES], 2):
        if first.datatype is second.datatype:
            names = {"label": name, "first": first.name, "second": second.name}
            row = next(iter(graph.stream_text(with_identifiers("read/profile_pair", names))))
            yield PairProfile(first, second, int(str(row["both"])), int(str(row["in_order"])))
