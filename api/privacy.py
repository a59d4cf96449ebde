"""What is known of one person (or thing), whole: for the right of access (GDPR, article 15)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from api.access.office import Office, text
from api.project import Project
from api.wire import entity_json
from graph_engine.entity_view import EntityView, RecordPlace, earlier_states
from graph_engine.store.runs import Run
from ontology.errors import NotFound, StoreDamaged
from ontology.ids import split_record_id

_ALL = 1_000_000


def subject_data(project: Project, named: str, office: Office | None = None) -> dict[str, object]:
    """Values, relations, earlier states and the raw rows of every source that describe one subject.

    With the service's records also where reports, proposals and the audit name it.

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
        "named_in": {} if office is None else _named_in(shown, office),
    }  # fmt: skip


def _named_in(shown: EntityView, office: Office) -> dict[str, list[str]]:
    """Ids of kept reports, proposals and audit entries that name the subject by id, name or identifier."""
    from api.audit.chain import QUOTING, Audit
    from api.forgetting import quoted
    from graph_engine.store.erasure import Forgotten

    state = shown.state
    texts = {state.title, *(v for name in state.values for v in _texts(state.values[name]) if "@" in v)}
    ids = frozenset({state.id, *shown.aliases})
    what = Forgotten(ids, frozenset(state.mentions), frozenset(t for t in texts if len(t) > 3), {})

    def naming(table: str, column: str) -> list[str]:
        rows = office.rows(f"SELECT id, {column} FROM {table}")  # noqa: S608 - names are written here
        return [text(r, "id") for r in rows if quoted(what, text(r, column))]

    entries = (
        str(e.seq)
        for e in Audit(office).entries()
        if quoted(what, json.dumps({n: e.body.get(n) for n in QUOTING}, ensure_ascii=False))
    )
    return {"reports": naming("report", "body"), "proposals": naming("proposal", "asked"), "audit": list(entries)}


def _texts(value: object) -> list[str]:
    return [v for v in (value if isinstance(value, tuple) else (value,)) if isinstance(v, str)]


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
