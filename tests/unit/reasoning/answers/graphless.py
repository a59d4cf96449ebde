"""A project's snapshot without a database: the pipeline's own computation, its plan read straight into a snapshot.

What the writer and Neo4j add is tested in tests/integration; here questions are asked of real mappings in seconds.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from api.project import Project
from api.settings import load_settings
from graph_engine.snapshot import AliasRow, EntityRow, FileRow, RecordRow, RelationRow, assemble
from graph_engine.store.runs import Run, RunInput
from ingest.compile.table import CompiledTable, compile_table
from ingest.pins import Pins
from ingest.progress import silent
from ingest.state.desired import DesiredState
from ingest.state.plan import StagedPlan
from ingest.state.staging import Staging
from reasoning.network import Network


class _Nothing:
    """A graph that holds nothing."""

    def read(self, *_: object, **__: object) -> list[dict[str, object]]:
        return []


def network_of(folder: Path, place: Path) -> Network:
    """The network of a project folder; what is made on the way goes below ``place``."""
    project = Project(load_settings(folder))
    from ingest.archive import Archive

    archive = Archive(place / "archive")
    pins = Pins(archive.root)
    inputs = []
    for source in project.sources():
        digest = pins.pin_mapping(source.mapping)
        for name, table in source.mapping.tables.items():
            stored = archive.store(source.mapping.source, name, table.read, source.folder)
            addresses = tuple(f.name for f in stored)
            inputs.append(RunInput(source.mapping.source, name, table.mode.value, digest, addresses, False))
    run = Run(id="run-0001", ordinal=1, kind="ingest", status="live", agent="t", inputs=tuple(inputs))
    mappings = {m.digest: m for m in project.mappings()}

    def compile_one(mapping: str, table: str, columns: tuple[str, ...]) -> CompiledTable:
        return compile_table(mappings[mapping], table, project.ontology, columns, list(mappings.values()))

    (place / "tmp").mkdir(parents=True, exist_ok=True)
    with Staging(place / "tmp") as db:
        priorities = {m.source: m.priority for m in mappings.values()}
        state = DesiredState(
            db,
            _Nothing(),
            project.ontology,
            archive,
            compile_one,
            [run],
            run,
            priorities,
            date(2026, 7, 1),  # type: ignore[arg-type]
        )
        state.compute(silent)
        state.difference()
        plan = StagedPlan(db, project.ontology, lambda address, row: archive.row(archive.find(address), row))
        entities, relations, records, files, aliases = [], [], [], [], []
        for part in plan.parts():
            for e in part.entities:
                if (s := e.after) is not None:
                    winners = [f"{p}={r}" for p, listed in s.winners.items() for r in listed]
                    values = {k: list(v) if isinstance(v, tuple) else v for k, v in s.values.items()}
                    entities.append(EntityRow(s.id, s.classes, s.title, s.mentions, winners, values))
            for r in part.relations:
                if (t := r.after) is not None:
                    relations.append(
                        RelationRow(
                            t.id, t.name, t.source, t.target, t.valid_from, t.valid_to, t.records, dict(t.values)
                        )
                    )
            for q in part.records:
                if (u := q.after) is not None:
                    records.append(RecordRow(u.id, u.kind, u.stale, u.file, u.row))
            files += [FileRow(f.sha256, f.path) for f in part.files]
            aliases += [AliasRow(a, e) for a, e in part.aliases]
        described = {r for e in entities for m in e.mentions for r in (m.partition("#")[0],)}
        snapshot = assemble(
            project.ontology, entities, relations, [r for r in records if r.id in described], files, aliases, version=1
        )
    return Network(snapshot, project.ontology)
