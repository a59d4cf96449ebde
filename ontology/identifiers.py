"""Names that are safe as Neo4j labels, relationship types and property keys, and free of knockon's own."""

from __future__ import annotations

import re

_CLASS = re.compile(r"[A-Z][A-Za-z0-9]{0,62}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")

RESERVED_CLASSES = frozenset(
    {"Entity", "Alias", "Record", "File", "Run", "Quarantine", "Graph", "Closed", "Mention", "Judgement"}
    | {"Sentence", "Scenario", "Measure"}
)
"""Labels of the nodes that knockon keeps for itself."""
RESERVED_RELATIONS = frozenset(["describes", "alias_of", "mentions", "judges", "from_file", "of_run"])
"""Relationship types, in lower case, that knockon keeps for itself."""
RESERVED_PROPERTIES = frozenset(["id", "rel", "it", "valid_from", "valid_to"])
"""Names with a meaning of their own on nodes, relationships and in measures."""


def is_class_name(name: str) -> bool:
    """Whether ``name`` is CamelCase ASCII, at most 63 characters."""
    return _CLASS.fullmatch(name) is not None


def is_snake_name(name: str) -> bool:
    """Whether ``name`` is snake_case ASCII, at most 63 characters."""
    return _NAME.fullmatch(name) is not None


def is_safe(name: str) -> bool:
    """Whether ``name`` may stand between backquotes in a Cypher statement."""
    return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,79}", name) is not None
