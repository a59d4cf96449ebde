"""The audit for other programs: JSON Lines, and PROV-O (https://www.w3.org/TR/prov-o/)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from api.audit.chain import Entry


def json_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """One JSON object a line: the entry with its number and hash."""
    for entry in entries:
        yield json.dumps({"seq": entry.seq, "hash": entry.hash, **entry.body}, ensure_ascii=False, sort_keys=True)


def prov(entries: Iterable[Entry]) -> Iterator[str]:
    """PROV-O Turtle: each entry an activity of an agent that used a version of the graph."""
    yield "@prefix prov: <http://www.w3.org/ns/prov#> .\n@prefix k: <https://w3id.org/knockon/ns#> .\n"
    yield "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    for entry in entries:
        who = entry.body.get("who")
        agent = str(who.get("id", "unknown")) if isinstance(who, dict) else "unknown"
        lines = [f"<urn:knockon:decision:{entry.seq}> a prov:Activity"]
        lines.append(f"  prov:startedAtTime {_literal(entry.body.get('at'))}^^xsd:dateTime")
        lines.append(f"  prov:wasAssociatedWith <urn:knockon:agent:{quote(agent, safe='')}>")
        lines.append(f"  k:action {_literal(entry.body.get('action'))}")
        if entry.body.get("version") is not None:
            lines.append(f"  prov:used <urn:knockon:graph:{entry.body['version']}>")
        lines.append(f"  k:hash {_literal(entry.hash)}")
        yield " ;\n".join(lines) + " .\n"


def _literal(value: object) -> str:
    return json.dumps("" if value is None else str(value))
