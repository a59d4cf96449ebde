"""Identifiers and content hashes (``docs/semantics.md``, "Identity").

=============  ==================================================================================================
record         ``source/table/key``; key columns percent-encoded and joined by ``|``
mention        the record's id, plus ``#name`` for a further thing that the same row describes
entity         ``e_`` + 20 hex digits of sha256 over class and founding mention
relation       ``r_`` + 24 hex digits of sha256 over type, source mention, target mention, discriminators
=============  ==================================================================================================
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from urllib.parse import quote, unquote

_UNIT = "\x1f"  # ASCII unit separator: cannot survive normalisation, so it cannot occur in a part


def encode_key(parts: Iterable[str]) -> str:
    """Percent-encode each key part and join them by ``|``. The safe set is RFC 3986 unreserved characters."""
    return "|".join(quote(part, safe="") for part in parts)


def decode_key(key: str) -> tuple[str, ...]:
    """The parts that :func:`encode_key` joined."""
    return tuple(unquote(part) for part in key.split("|"))


def record_id(source: str, table: str, key: str) -> str:
    """``source/table/key``; ``key`` comes from :func:`encode_key` or is ``<file sha256>:<row>``."""
    return f"{source}/{table}/{key}"


def split_record_id(record: str) -> tuple[str, str, str]:
    """Source, table and encoded key of a record id."""
    source, table, key = record.split("/", 2)
    return source, table, key


def mention_key(record: str, name: str | None = None) -> str:
    """The key of the mention called ``name`` in a record (the main one has no name)."""
    return record if name is None else f"{record}#{name}"


def record_of(mention: str) -> str:
    """The record that a mention stands in. ``#`` in a key is percent-encoded, so the split is safe."""
    return mention.split("#", 1)[0]


def entity_id(class_name: str, founding_mention: str) -> str:
    """The id that an entity of this class gets from its founding mention."""
    return "e_" + hashlib.sha256(f"{class_name}{_UNIT}{founding_mention}".encode()).hexdigest()[:20]


def relation_id(type_: str, source_mention: str, target_mention: str, discriminators: Iterable[str] = ()) -> str:
    """The id of a relation instance."""
    text = _UNIT.join((type_, source_mention, target_mention, *discriminators))
    return "r_" + hashlib.sha256(text.encode()).hexdigest()[:24]


def canonical_json(value: object) -> str:
    """JSON with sorted keys and no spaces: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def content_hash(value: object) -> str:
    """sha256 over :func:`canonical_json`."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
