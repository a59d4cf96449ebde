"""What is known of one person (or thing), whole: for the right of access (GDPR, article 15)."""

from __future__ import annotations

from collections.abc import Mapping

from api.project import Project
from api.wire import entity_json
from graph_engine.entity_view import RecordPlace, earlier_states
from graph_engine.store.runs import Run
from ontology.errors import NotFound, StoreDamaged
from ontology.ids import split_record_id

_ALL = 1_000_000


def subject_data(project: Project, named: str) -> dict[str, object]:
    """Values, relations, earlier states and the raw rows of every source that describe one subject.

    Raises:
        NotFound: nothing is called so.
    """
    shown = project.show(named, limit=_ALL)
    runs = {run.id: run for run in project.runs()}
    described = {m.split("#", 1)[0] for m in shown.state.mentions}
    rows = [
        {"record": place.id, "file": place.path, "row": place.row, "cells": _raw(project, runs, place)}
        for place in sorted(shown.records.values(), key=lambda p: p.id)
        if place.id in described
    ]
    aside = [
        {"source": q.source, "table": q.table, "file": q.path, "row": q.row, "reason": q.reason, "cells": q.raw}
        for q in project.quarantine()
        if q.record in described
    ]
    personal = sorted(
        p.label
        for c in shown.state.classes
        for p in project.ontology.classes[c].properties.values()
        if p.personal and p.name in shown.state.values
    )
    held = entity_json(project.ontology, shown)
    held["version"] = held["version"] or project.network().snapshot.version
    return {
        "subject": held, "personal": personal, "earlier": earlier_states(project.graph, shown.state.id),
        "source_rows": rows, "set_aside": aside,
    }  # fmt: skip


def _raw(project: Project, runs: Mapping[str, Run], place: RecordPlace) -> dict[str, str | None] | None:
    """The row as it was read; None for what a person entered, or where the archive lacks it."""
    run = runs.get(place.run)
    if run is None or place.id.count("/") < 2:
        return None
    source, table, _ = split_record_id(place.id)
    for given in run.inputs:
        if (given.source, given.table) != (source, table):
            continue
        for address in given.files:
            try:
                stored = project.archive.find(address)
                if stored.sha256 == place.file:
                    return project.archive.row(stored, place.row)
            except (NotFound, StoreDamaged):
                continue
    return None
