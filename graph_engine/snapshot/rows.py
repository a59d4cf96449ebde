"""The rows that a snapshot is made of, as the graph gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple


class EntityRow(NamedTuple):
    """One entity at the snapshot's version. Values as Neo4j holds them."""

    id: str
    classes: Sequence[str]
    """Most specific classes."""
    title: str
    mentions: Sequence[str]
    winners: Sequence[str]
    """``property=record id``."""
    values: Mapping[str, object]


class RelationRow(NamedTuple):
    """One relation instance at the snapshot's version."""

    id: str
    name: str
    """The ontology's name of the relation."""
    source: str
    target: str
    valid_from: date | None
    valid_to: date | None
    records: Sequence[str]
    values: Mapping[str, object]


class RecordRow(NamedTuple):
    """One source row behind entities and relations."""

    id: str
    kind: str
    """``source``, ``assumption`` or ``correction``."""
    stale: bool
    file: str | None
    """sha256 of the file."""
    row: int | None


class FileRow(NamedTuple):
    """One file that records came from."""

    sha256: str
    path: str


class AliasRow(NamedTuple):
    """An id that another entity answers to."""

    id: str
    entity: str
