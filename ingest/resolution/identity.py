"""Stable ids: which id each cluster goes by, given the ids its mentions had (``docs/semantics.md``, "Identity").

- An entity lives on in the part that holds its founding mention; where that mention is gone, in the part with the
  smallest mention that it had.
- Entities that meet in one cluster merge: the lowest (first version, id) survives, the others become aliases.
- A part that no entity lives on in gets back an alias whose founding mention it holds, or else
  hash(class, smallest mention key).
- An alias follows its founding mention; where that is gone it stays with the entity that it led to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ontology.ids import entity_id

LATEST = 2**62
"""Stands for a first version that is not known."""


@dataclass(frozen=True, slots=True)
class Known:
    """An id that was given before. ``alias_of`` is empty for a live entity."""

    id: str
    founding: str
    """Founding mention; empty when not known (aliases of old): it is then looked for by its hash."""
    first: int = LATEST
    """First version; lower is older."""
    alias_of: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The id of every mention, and what became of the ids. Sequences of clusters are in label order."""

    cluster_ids: tuple[str, ...]
    founding: tuple[str, ...]
    """Founding mention of each cluster's entity."""
    first: tuple[int, ...]
    mention_ids: pa.Array
    """Entity id per mention, in the order of the mentions."""
    aliases: Mapping[str, str]
    """Every alias that leads somewhere now → live entity id."""
    alias_founding: Mapping[str, str]
    """Founding mention of each alias, as far as it is known."""
    retired: tuple[str, ...]
    """Ids (of entities and aliases) that lead nowhere now: all their mentions are gone."""


def assign(
    mentions: Sequence[str] | pa.Array,
    labels: npt.ArrayLike,
    classes: Sequence[str] | pa.Array,
    previous: Mapping[str, str],
    known: Sequence[Known],
    version: int,
) -> Assignment:
    """Give each cluster its id.

    Args:
        mentions: distinct mention keys.
        labels: cluster per mention, 0 … count−1 (:class:`ingest.resolution.clusters.Clustering`).
        classes: class name per mention; a new id is made with the class of its founding mention.
        previous: mention → entity id (live) before; mentions that were not there are missing.
        known: every id in force before, live and alias.
        version: first version of the entities that begin now.
    """
    keys: list[str] = mentions.to_pylist() if isinstance(mentions, pa.Array) else list(mentions)
    kinds: list[str] = classes.to_pylist() if isinstance(classes, pa.Array) else list(classes)
    label_of = np.asarray(labels, np.int64).tolist()
    count = max(label_of, default=-1) + 1
    where = dict(zip(keys, label_of, strict=True))
    live = {entry.id: entry for entry in known if not entry.alias_of}
    owned, orphans = _owners(live, where, previous)
    given: list[Known | None] = [_oldest([live[name] for name in owned.get(label, ())]) for label in range(count)]
    aliases = {entry.id: entry for entry in known if entry.alias_of}
    home = _alias_homes(aliases, where, dict(zip(keys, kinds, strict=True)) if aliases else {})
    returned: defaultdict[int, list[Known]] = defaultdict(list)
    for name, (label, founding) in home.items():
        if given[label] is None:
            returned[label].append(Known(name, founding, aliases[name].first))
    for label, candidates in returned.items():
        oldest = min(candidates, key=lambda entry: (entry.first, entry.id))
        given[label] = Known(oldest.id, oldest.founding, version if oldest.first == LATEST else oldest.first)

    smallest = _smallest(keys, kinds, label_of, count)
    reserved = set(live) | set(aliases)
    entries: list[Known] = []
    for label, entry in enumerate(given):
        if entry is None:
            founding, kind = smallest[label]
            entry = Known(_fresh(kind, founding, reserved), founding, version)
            reserved.add(entry.id)
        elif where.get(entry.founding) != label:
            entry = Known(entry.id, orphans.get(entry.id, entry.founding), entry.first)
        entries.append(entry)
    return _result(label_of, entries, owned, live, aliases, home)


def _oldest(entries: Sequence[Known]) -> Known | None:
    return min(entries, key=lambda entry: (entry.first, entry.id), default=None)


def _owners(
    live: Mapping[str, Known], where: Mapping[str, int], previous: Mapping[str, str]
) -> tuple[dict[int, list[str]], dict[str, str]]:
    """Cluster → entities that live on in it; and for those whose founding mention is gone, the one that stands in."""
    owned: defaultdict[int, list[str]] = defaultdict(list)
    gone = set()
    for name, entry in live.items():
        label = where.get(entry.founding)
        if label is None or previous.get(entry.founding, name) != name:
            gone.add(name)
        else:
            owned[label].append(name)
    stand_in: dict[str, str] = {}
    if gone:
        for mention, name in previous.items():
            if name in gone and mention in where and mention < stand_in.get(name, "\U0010ffff"):
                stand_in[name] = mention
        for name, mention in stand_in.items():
            owned[where[mention]].append(name)
    return dict(owned), stand_in


def _alias_homes(
    aliases: Mapping[str, Known], where: Mapping[str, int], kinds: Mapping[str, str]
) -> dict[str, tuple[int, str]]:
    """Alias → (cluster that holds its founding mention, that mention)."""
    home = {}
    unknown = {name for name, entry in aliases.items() if not entry.founding}
    for name, entry in aliases.items():
        if entry.founding in where:
            home[name] = (where[entry.founding], entry.founding)
    if unknown:
        for mention, label in where.items():
            name = entity_id(kinds[mention], mention)
            if name in unknown:
                home[name] = (label, mention)
    return home


def _smallest(keys: list[str], kinds: list[str], labels: list[int], count: int) -> list[tuple[str, str]]:
    out: list[tuple[str, str]] = [("", "")] * count
    for key, kind, label in zip(keys, kinds, labels, strict=True):
        if not out[label][0] or key < out[label][0]:
            out[label] = (key, kind)
    return out


def _fresh(kind: str, founding: str, reserved: set[str]) -> str:
    """hash(class, mention); a counter is added in the rare case that the id already stands for something else."""
    name = entity_id(kind, founding)
    turn = 1
    while name in reserved:
        turn += 1
        name = entity_id(kind, f"{founding}\x1f{turn}")
    return name


def _result(
    label_of: list[int],
    entries: list[Known],
    owned: Mapping[int, list[str]],
    live: Mapping[str, Known],
    aliases: Mapping[str, Known],
    home: Mapping[str, tuple[int, str]],
) -> Assignment:
    ids = [entry.id for entry in entries]
    leads: dict[str, str] = {}
    founding: dict[str, str] = {}
    for label, names in owned.items():
        for name in names:
            if name != ids[label]:
                leads[name] = ids[label]
                founding[name] = live[name].founding
    now = set(ids)
    current = {name: ids[label] for label, names in owned.items() for name in names}
    retired = [name for name in live if name not in current]
    for name, entry in aliases.items():
        if name in now:
            continue
        if name in home:
            label, mention = home[name]
            leads[name], founding[name] = ids[label], mention
        elif entry.alias_of in current:
            leads[name], founding[name] = current[entry.alias_of], entry.founding
        else:
            retired.append(name)
    return Assignment(
        tuple(ids),
        tuple(entry.founding for entry in entries),
        tuple(entry.first for entry in entries),
        pa.array([ids[label] for label in label_of], pa.string()),
        leads,
        founding,
        tuple(sorted(retired)),
    )
