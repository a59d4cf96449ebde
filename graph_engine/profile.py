"""What the entities of a class look like in the graph: presence, range and references, for proposing shapes."""

from __future__ import annotations

from graph_engine.graph import Graph
from graph_engine.statements import with_identifiers
from graph_engine.store.rows import read_native
from ontology import values
from ontology.errors import NotFound
from ontology.model import Ontology
from validation.suggest import ClassProfile, PropertyProfile, RelationProfile

_LISTED = 13


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
    return ClassProfile(definition, total, tuple(properties), tuple(relations))
