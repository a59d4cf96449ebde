"""Snapshots on disk: which one fits, building it, and removing those that nobody needs.

Below one folder lie ``v<version>-<epoch>-<ontology>`` for published versions and ``k…`` for questions about an earlier
recorded state. Removing a folder that is mapped is safe: POSIX keeps the file until it is unmapped, Windows refuses,
and it goes the next time.
"""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread

from graph_engine.graph import Graph
from graph_engine.snapshot.assemble import arrange
from graph_engine.snapshot.container import write
from graph_engine.snapshot.model import Snapshot
from graph_engine.snapshot.patch import Difference, patched
from graph_engine.snapshot.source import (
    Changes,
    GraphState,
    Progress,
    graph_state,
    read_changes,
    read_records,
    read_version,
)
from graph_engine.snapshot.woven import CannotPatch
from ontology.errors import BadQuestion, Busy, StoreDamaged
from ontology.ids import record_of
from ontology.model import Ontology

_KEPT_HISTORIC = 3
_FEW, _PART = 1_000, 10
# Up to so many changes, or this part of the graph, a snapshot is patched; past that reading all is as fast.
_ABANDONED = 3600.0
_LARGE = 64 << 20
"""Bytes from which a snapshot that was brought up to date is written beside its use, not before it."""


def current(graph: Graph, ontology: Ontology, folder: Path, *, progress: Progress | None = None) -> Snapshot:
    """The snapshot of the published version: opened if there is a sound one, otherwise built.

    Raises:
        DatabaseError: the graph cannot be read.
        Busy: it was compacted again and again while it was read.
    """
    state = graph_state(graph)
    found = _sound(folder / _name(state, ontology)) or _brought_up(graph, ontology, folder, state)
    if found is not None:
        if found.container.folder is not None:
            prune(folder, keep=found)
        return found
    return build(graph, ontology, folder, progress=progress)


def _brought_up(graph: Graph, ontology: Ontology, folder: Path, state: GraphState) -> Snapshot | None:
    """The newest older snapshot of this epoch and ontology with the changes since; None: there is none, or too many."""
    ending = _name(state, ontology).partition("-")[2]
    older = [
        (int(version), place)
        for place in (folder.iterdir() if folder.is_dir() else ())
        for version, _, rest in [place.name[1:].partition("-")]
        if place.name.startswith("v") and rest == ending and version.isdigit() and int(version) < state.published
    ]
    for version, place in sorted(older, reverse=True)[:1]:
        base = _sound(place)
        if base is None:
            return None
        limit = max(_FEW, base.size // _PART)
        changes = read_changes(graph, ontology, version, state.published, limit)
        if changes is None or graph_state(graph).epoch != state.epoch:
            return None
        try:
            container = patched(base, ontology, _difference(graph, base, changes), version=state.published)
        except CannotPatch:
            return None
        place = folder / _name(state, ontology)
        if sum(a.nbytes for a in container.arrays.values()) < _LARGE:
            return Snapshot.open(write(place, container.meta, container.arrays))
        # Writing takes longer than bringing it up to date: readers do not wait for it.
        made = Snapshot(container)
        Thread(target=_keep, args=(made, place), name="snapshot").start()
        return made
    return None


def _keep(made: Snapshot, place: Path) -> None:
    """Write a snapshot and remove those that it takes the place of; one that cannot be written is made again later."""
    with suppress(OSError):
        write(place, made.container.meta, made.container.arrays)
        prune(place.parent, keep=Snapshot(replace(made.container, folder=place)))


def _difference(graph: Graph, base: Snapshot, changes: Changes) -> Difference:
    rows = changes.rows
    known = {row.id: row for row in rows.records}
    named = {record_of(m) for e in rows.entities for m in e.mentions}
    named.update(w.split("=", 1)[1] for e in rows.entities for w in e.winners)
    named.update(r for link in rows.relations for r in link.records)
    missing = sorted(i for i in named if i not in known and base.record_code(i) is None)
    known.update((row.id, row) for row in read_records(graph, missing))
    return Difference(
        frozenset(changes.entities),
        frozenset(changes.relations),
        rows.entities,
        rows.relations,
        known,
        rows.files,
        rows.aliases,
    )


def build(
    graph: Graph, ontology: Ontology, folder: Path, *, known_at: int | None = None, progress: Progress | None = None
) -> Snapshot:
    """Read a version of the graph (the published one, or what was recorded at version ``known_at``) into a snapshot.

    Raises:
        BadQuestion: ``known_at`` lies after the published version or before the first.
    """
    for _ in range(3):
        state = graph_state(graph)
        if known_at is not None and not 0 <= known_at <= state.published:
            raise BadQuestion(
                f"Version {known_at} is not recorded; versions go from 0 to {state.published}.",
                do="`knockon runs` lists the version that each run published.",
            )
        version = state.published if known_at is None else known_at
        place = folder / _name(GraphState(version, state.epoch), ontology, historic=known_at is not None)
        if known_at is not None and (found := _sound(place)) is not None:
            return found
        rows = read_version(graph, ontology, version, progress)
        # Compaction and erasure remove history: what was read across one may lack some of it.
        if graph_state(graph).epoch != state.epoch:
            continue
        container = arrange(
            ontology,
            rows.entities,
            rows.relations,
            rows.records,
            rows.files,
            rows.aliases,
            version=version,
            epoch=state.epoch,
            known_at=known_at,
        )
        write(place, container.meta, container.arrays)
        snapshot = Snapshot.open(place)
        prune(folder, keep=snapshot)
        return snapshot
    raise Busy("The graph is being compacted; a snapshot cannot be taken now.", do="Try again in a minute.")


def prune(folder: Path, *, keep: Snapshot) -> None:
    """Remove snapshots of other published versions, historic ones but the newest, and abandoned temporary folders."""
    kept = keep.container.folder
    historic: list[tuple[float, Path]] = []
    for entry in folder.iterdir():
        try:
            modified = entry.stat().st_mtime
        except OSError:
            continue
        if entry.name.startswith(".") and entry.name.endswith(".tmp"):
            if time.time() - modified > _ABANDONED:
                shutil.rmtree(entry, ignore_errors=True)
        elif entry.name.startswith("k"):
            historic.append((modified, entry))
        elif entry.name.startswith("v") and keep.known_at is None and entry != kept:
            shutil.rmtree(entry, ignore_errors=True)
    for _, entry in sorted(historic)[:-_KEPT_HISTORIC]:
        if entry != kept:
            shutil.rmtree(entry, ignore_errors=True)


def _name(state: GraphState, ontology: Ontology, *, historic: bool = False) -> str:
    return f"{'k' if historic else 'v'}{state.published}-{state.epoch}-{ontology.digest[:12]}"


def _sound(place: Path) -> Snapshot | None:
    if not place.is_dir():
        return None
    try:
        return Snapshot.open(place)
    except StoreDamaged:
        shutil.rmtree(place, ignore_errors=True)
        return None
