"""Constraints and indexes, derived from the ontology and kept in step with it.

What is asked for is a set of :class:`SchemaItem`; what the server has is listed; the difference is created and
dropped. Only what knockon made (by its names) is ever dropped.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from graph_engine.graph import Graph
from graph_engine.statements import IDENTIFIER, with_identifiers
from ontology.errors import ConfigurationError, DatabaseError
from ontology.ids import content_hash
from ontology.model import Ontology

PREFIX = "knockon_"
"""Every constraint and index that knockon makes starts with this, but for the text index."""
TEXT_INDEX = "entity_text"
"""The full-text index over ``_title`` and all searchable properties of entities."""

_UNIQUE_NODES = (
    ("Graph", "key"),
    ("Entity", "id"),
    ("Alias", "id"),
    ("Record", "id"),
    ("File", "sha256"),
    ("Run", "id"),
    ("Quarantine", "id"),
    ("Scenario", "id"),
    ("Judgement", "id"),
)
_INDEXES = (
    ("Entity", "_seq"),
    ("Entity", "_title"),
    ("Entity", "_marked"),
    ("Record", "_seq"),
    ("Record", "run"),
    ("Quarantine", "run"),
    ("Judgement", "verdict"),
    ("Judgement", "decided_by"),
    ("Closed", "id"),
    ("Closed", "seq_to"),
)
_INDEX_PAIRS = (("Record", "source", "table"),)


@dataclass(frozen=True, slots=True)
class SchemaItem:
    """One constraint or index.

    ``template`` is a statement below ``cypher/schema``; ``identifiers`` fill its placeholders; ``properties`` are
    those of the text index.
    """

    name: str
    template: str
    identifiers: Mapping[str, str]
    properties: tuple[str, ...] = ()

    @property
    def relation(self) -> str | None:
        """The relationship type that it is for, if it is for one."""
        return self.identifiers.get("type")

    @property
    def is_constraint(self) -> bool:
        """Whether dropping it needs ``DROP CONSTRAINT``."""
        return "constraint" in self.identifiers

    @property
    def statement(self) -> str:
        """The Cypher text; every identifier in it is checked and back-quoted.

        Raises:
            ConfigurationError: an identifier is not a plain name.
        """
        text = with_identifiers(self.template, dict(self.identifiers))
        unsafe = [name for name in self.properties if not IDENTIFIER.match(name)]
        if unsafe:
            raise ConfigurationError(f"{unsafe[0]!r} cannot be a property's name.", do="Rename it in the ontology.")
        return text.replace("{properties}", "".join(f", n.`{name}`" for name in self.properties))


@dataclass(frozen=True, slots=True)
class SchemaReport:
    """What :func:`apply_schema` did."""

    created: tuple[str, ...]
    dropped: tuple[str, ...]
    digest: str

    @property
    def changed(self) -> bool:
        """Whether anything had to be done."""
        return bool(self.created or self.dropped)


def desired_schema(ontology: Ontology) -> tuple[SchemaItem, ...]:
    """Everything the ontology asks for, sorted by name."""
    items = [
        *(_unique(label, property_) for label, property_ in _UNIQUE_NODES),
        *(_index(label, property_) for label, property_ in _INDEXES),
        *(_pair(*pair) for pair in _INDEX_PAIRS),
        *(_unique_relation(relation.type) for relation in ontology.relations.values()),
        *(_relation_index(relation.type, "_seq") for relation in ontology.relations.values()),
        *(_index(label, property_) for label, property_ in _identifying(ontology)),
        _text_index(ontology),
    ]
    return tuple(sorted(items, key=lambda item: item.name))


def schema_digest(items: Iterable[SchemaItem]) -> str:
    """sha256 over the statements."""
    return content_hash([item.statement for item in items])


def apply_schema(
    graph: Graph, ontology: Ontology, *, relations: Collection[str] | None = None, seconds: int = 300
) -> SchemaReport:
    """Make the server's constraints and indexes what the ontology asks for, and wait until they are online.

    Doing it again does nothing. Makes the ``Graph`` node when there is none, and records the schema's digest on it.

    Args:
        relations: the relationship types that must have their constraint; None: all of the ontology. An empty graph
            of a company that uses 40 of 200 relations is ready in a third of the time.
        seconds: how long to wait for indexes to be filled.

    Raises:
        DatabaseError: the data that is there breaks a constraint, or the server refuses.
    """
    items = desired_schema(ontology)
    digest = schema_digest(items)
    recorded = graph.read("schema/schema_version")
    current = bool(recorded) and recorded[0]["schema"] == digest
    if current and relations is not None and not relations:
        return SchemaReport((), (), digest)
    present = _present(graph)
    wanted = {item.name: item for item in items}
    stale = [name for name, found in present.items() if _is_stale(name, found, wanted)]
    required = (i for i in items if i.relation is None or relations is None or i.relation in relations)
    missing = [item for item in required if item.name not in present or item.name in stale]
    if not stale and not missing and current:
        return SchemaReport((), (), digest)
    _drop(graph, stale, present)
    _create(graph, missing)
    graph.wait_for_indexes(seconds)
    _require_online(graph, wanted)
    graph.write("write/graph_create", ontology_version=ontology.version, ontology_digest=ontology.digest)
    graph.write("schema/schema_version_set", schema=digest)
    return SchemaReport(tuple(item.name for item in missing), tuple(sorted(stale)), digest)


@dataclass(frozen=True, slots=True)
class _Present:
    constraint: str | None
    properties: tuple[str, ...]


def _present(graph: Graph) -> dict[str, _Present]:
    found: dict[str, _Present] = {}
    for row in graph.read("schema/show_indexes"):
        constraint = row["constraint"]
        properties = row["properties"]
        assert isinstance(properties, list)
        name = str(constraint or row["name"])
        found[name] = _Present(None if constraint is None else str(constraint), tuple(str(p) for p in properties))
    return found


def _is_stale(name: str, found: _Present, wanted: Mapping[str, SchemaItem]) -> bool:
    if name == TEXT_INDEX:
        return found.properties != ("_title", *wanted[TEXT_INDEX].properties)
    return name.startswith(PREFIX) and name not in wanted


def _drop(graph: Graph, names: Iterable[str], present: Mapping[str, _Present]) -> None:
    with graph.transaction() as transaction:
        for name in sorted(names):
            if present[name].constraint is not None:
                transaction.run_text(with_identifiers("schema/drop_constraint", {"constraint": name}))
            else:
                transaction.run_text(with_identifiers("schema/drop_index", {"index": name}))


def _create(graph: Graph, items: Iterable[SchemaItem]) -> None:
    with graph.transaction() as transaction:
        for item in items:
            transaction.run_text(item.statement)


def _require_online(graph: Graph, wanted: Mapping[str, SchemaItem]) -> None:
    failed = sorted(
        str(row["name"])
        for row in graph.read("schema/show_indexes")
        if row["state"] != "ONLINE" and str(row["constraint"] or row["name"]) in wanted
    )
    if failed:
        raise DatabaseError(
            f"Neo4j could not build {len(failed)} of its indexes, among them {failed[0]}.",
            do="`knockon db logs` says why; free disk space is the usual reason.",
        )


def _identifying(ontology: Ontology) -> list[tuple[str, str]]:
    """(class, property) of every identifying property, at the most general class that has it."""
    found: list[tuple[str, str]] = []
    for class_ in ontology.classes.values():
        for property_ in class_.identifying:
            inherited = any(property_.name in ontology.classes[a].properties for a in class_.ancestors)
            if not inherited:
                found.append((class_.name, property_.name))
    return found


def _text_index(ontology: Ontology) -> SchemaItem:
    searchable = {p.name for class_ in ontology.classes.values() for p in class_.properties.values() if p.searchable}
    return SchemaItem(
        TEXT_INDEX, "schema/text_index", MappingProxyType({"index": TEXT_INDEX}), tuple(sorted(searchable))
    )


def _unique(label: str, property_: str) -> SchemaItem:
    name = f"{PREFIX}unique_{label}_{property_}"
    identifiers = {"constraint": name, "label": label, "property": property_}
    return SchemaItem(name, "schema/unique_node", MappingProxyType(identifiers))


def _unique_relation(type_: str) -> SchemaItem:
    name = f"{PREFIX}unique_{type_}_id"
    return SchemaItem(name, "schema/unique_relation", MappingProxyType({"constraint": name, "type": type_}))


def _relation_index(type_: str, property_: str) -> SchemaItem:
    name = f"{PREFIX}index_{type_}_{property_}"
    identifiers = {"index": name, "type": type_, "property": property_}
    return SchemaItem(name, "schema/index_relation", MappingProxyType(identifiers))


def _index(label: str, property_: str) -> SchemaItem:
    name = f"{PREFIX}index_{label}_{property_}"
    identifiers = {"index": name, "label": label, "property": property_}
    return SchemaItem(name, "schema/index_node", MappingProxyType(identifiers))


def _pair(label: str, first: str, second: str) -> SchemaItem:
    name = f"{PREFIX}index_{label}_{first}_{second}"
    identifiers = {"index": name, "label": label, "first": first, "second": second}
    return SchemaItem(name, "schema/index_node_pair", MappingProxyType(identifiers))
