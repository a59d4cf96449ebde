"""Cycles in relations that the ontology declares acyclic: a part that contains itself, two bosses of each other.

Every row that states a link of a cycle is set aside (none of them can be told to be the wrong one), with the cycle's
members by name. Links that never hold on the same day make no cycle. Things that became one by resolution count as one.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ingest.state.staging import Staging
from ontology.model import Ontology

_SHOWN = 8
"""Members of a cycle that a message names."""
_SOUGHT = 300
"""Links of one knot for which a cycle of their own is sought; the others share the last one found."""


@dataclass(frozen=True, slots=True)
class Link:
    """One relation, as far as cycles need it."""

    source: str
    target: str
    since: date
    until: date
    """The first day on which it no longer holds."""
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InCycle:
    """A link that is part of a cycle: the members of one through it, beginning and ending with the same."""

    link: Link
    members: tuple[str, ...]


def in_cycles(links: Sequence[Link]) -> list[InCycle]:
    """Every link that lies on a cycle of links which all hold on some day."""
    found: dict[Link, InCycle] = {}
    for knot in _knots(links):
        for day in sorted({link.since for link in knot}):
            for part in _knots([link for link in knot if link.since <= day < link.until]):
                fresh = [link for link in part if link not in found]
                ways = _Ways(part)
                last: tuple[str, ...] = ()
                for number, link in enumerate(fresh):
                    if number < _SOUGHT or not last:
                        last = ways.around(link)
                    found[link] = InCycle(link, last)
    return list(found.values())


def _knots(links: Sequence[Link]) -> Iterator[list[Link]]:
    """The links inside each strongly connected part (also of one thing that points to itself)."""
    import numpy as np
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    if not links:
        return
    places: dict[str, int] = {}
    for link in links:
        places.setdefault(link.source, len(places))
        places.setdefault(link.target, len(places))
    sources = np.fromiter((places[link.source] for link in links), np.int64, len(links))
    targets = np.fromiter((places[link.target] for link in links), np.int64, len(links))
    shape = (len(places), len(places))
    graph = csr_array((np.ones(len(links), np.int8), (sources, targets)), shape=shape)
    _, part = connected_components(graph, directed=True, connection="strong")
    knots: dict[int, list[Link]] = defaultdict(list)
    for i in np.flatnonzero(part[sources] == part[targets]):
        knots[int(part[sources[i]])].append(links[int(i)])
    yield from knots.values()


class _Ways:
    """Shortest ways inside a knot."""

    def __init__(self, links: Iterable[Link]) -> None:
        self._next: dict[str, list[str]] = defaultdict(list)
        for link in links:
            self._next[link.source].append(link.target)
        for targets in self._next.values():
            targets.sort()

    def around(self, link: Link) -> tuple[str, ...]:
        """Source, target, … and back to the source."""
        came: dict[str, str] = {link.target: ""}
        queue = deque([link.target])
        while queue:
            here = queue.popleft()
            if here == link.source:
                way = [here]
                while came[way[-1]]:
                    way.append(came[way[-1]])
                return (link.source, *reversed(way))
            for other in self._next[here]:
                if other not in came:
                    came[other] = here
                    queue.append(other)
        raise AssertionError("a link inside a knot lies on a cycle")


def find_cycles(db: Staging, ontology: Ontology) -> list[tuple[str, str, str]]:
    """(record, relation, reason) for every record that states a link of a cycle, from ``fin_relation``."""
    acyclic = [r for r in ontology.relations.values() if r.acyclic]
    out: dict[tuple[str, str], str] = {}
    for relation in acyclic:
        links = [_link(row) for row in _rows(db, relation.name)]
        for found in in_cycles(links):
            reason = f"{relation.label or relation.name} leads in a circle: {_named(db, found.members).rstrip('.')}."
            for record in found.link.records:
                out.setdefault((record, relation.name), reason)
    return sorted((record, name, reason) for (record, name), reason in out.items())


def _rows(db: Staging, name: str) -> Iterator[dict[str, object]]:
    # A link from something that nothing points to, or to something that points nowhere, is on no cycle.
    return (
        row
        for batch in db.batches(
            "SELECT source, target, coalesce(valid_from, DATE '0001-01-01') AS since, "
            "coalesce(valid_to, DATE '9999-12-31') AS until, records FROM fin_relation f "
            f"WHERE name = '{name}' AND source IN (SELECT target FROM fin_relation WHERE name = '{name}') "
            f"AND target IN (SELECT source FROM fin_relation WHERE name = '{name}') ORDER BY id"
        )
        for row in batch
    )


def _link(row: dict[str, object]) -> Link:
    since, until, records = row["since"], row["until"], row["records"]
    assert isinstance(since, date) and isinstance(until, date) and isinstance(records, list)
    return Link(str(row["source"]), str(row["target"]), since, until, tuple(str(r) for r in records))


def _named(db: Staging, members: Sequence[str]) -> str:
    """``Wheel → Spoke → Wheel``, by the names that the things have."""
    distinct = members[:-1]
    shown = [*distinct[:_SHOWN], distinct[0]]
    titles = {
        str(i): str(t)
        for i, t in db.rows(
            f"SELECT id, title FROM fin_entity WHERE id IN ({', '.join('?' * len(set(shown)))})", sorted(set(shown))
        )
        if t is not None
    }
    names = [titles.get(member, member) for member in shown]
    if len(distinct) > _SHOWN:
        names.insert(_SHOWN, f"… ({len(distinct) - _SHOWN} more)")
    return " → ".join(name if len(name) <= 60 else name[:59] + "…" for name in names)
