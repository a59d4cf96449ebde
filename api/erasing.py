"""Erasing persons (GDPR, article 17) and things past their time (``docs/privacy.md``)."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from secrets import token_hex
from typing import TYPE_CHECKING

from api.access.office import Office, now
from api.audit.chain import Audit
from api.forgetting import forget_kept
from api.project import Project
from ontology.errors import BadQuestion, NotFound, StoreDamaged

if TYPE_CHECKING:
    from graph_engine.store.erasure import Forgotten
    from graph_engine.store.runs import Run

_SHORTEST_NAME = 4
_MOST_QUOTES = 200
"""Above so many names and identifiers, free text is not searched for them."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did, or would do. Names nobody."""

    id: str
    things: tuple[str, ...]
    rows: Mapping[str, int]
    """``source.table`` → archived rows that something was taken out of."""
    run: str = ""
    version: int = 0
    history: int = 0
    set_aside: int = 0
    statements: int = 0
    scenarios: int = 0
    reports: int = 0
    jobs: int = 0
    uploads: int = 0
    audit: int = 0
    models: int = 0
    newly_set_aside: int = 0
    """Rows that break a rule because of it."""
    left: tuple[str, ...] = ()
    """What could not be erased, in words."""
    dry_run: bool = False

    def counts(self) -> dict[str, object]:
        """What it did, in numbers and words; whom is not among them."""
        return {n: v for n, v in asdict(self).items() if n not in ("run", "version", "dry_run")}

    def to_json(self) -> dict[str, object]:
        """As JSON objects."""
        return asdict(self)


@dataclass(slots=True)
class _Subject:
    """What is known of the things to erase, gathered before anything is changed."""

    ids: set[str] = field(default_factory=set)
    mentions: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    identifiers: set[str] = field(default_factory=set)


def erase(
    project: Project, named: Sequence[str], *, because: str, by: Sequence[str], office: Office, audit: Audit,
    dry_run: bool = False,
) -> Erased:  # fmt: skip
    """Erase things: from raw rows, the graph, its history, and all that was derived or kept. For good.

    Args:
        named: ids, ``Class:key`` or names.
        by: who asked for it, and who approved.

    Raises:
        NotFound: nothing is called so.
        BadQuestion: no reason is given.
    """
    from graph_engine.store import erasure as store
    from ingest import redaction
    from ingest.erasure import Erasure, Erasures

    if not because.strip():
        raise BadQuestion("No reason is given.", do="Say why in a few words: it is kept, the person is not.")
    subject = _gather(project, named)
    root, runs = project.archive.root, project.runs()
    before = Erasures.read(root)
    id_ = f"erasure-{token_hex(6)}"
    made = Erasure(
        id_, now(), tuple(by), because, tuple(sorted(subject.ids)),
        tuple(sorted(before.keyed(m) for m in subject.mentions)),
    )  # fmt: skip
    subject.identifiers |= redaction.identifiers(
        project.archive, project.ontology, runs, before.with_one(made), subject.mentions
    )
    made = replace(made, values=tuple(sorted(before.keyed_value(i) for i in subject.identifiers)))
    after = before.with_one(made)
    if dry_run:
        counted = redaction.redact(project.archive, project.ontology, runs, after, id_, dry_run=True)
        return Erased(id_, made.things, counted.rows, left=_left(project, runs, subject, counted), dry_run=True)
    after.write(root)  # first: from now on no export brings anything back, and a second try goes on where this ends
    redacted = redaction.redact(project.archive, project.ontology, runs, after, id_)
    forgotten = store.Forgotten(
        frozenset(subject.ids), frozenset(subject.mentions), frozenset(subject.names | subject.identifiers),
        redaction.renamed(subject.mentions, after),
    )  # fmt: skip
    statements = store.forget_statements(project.graph, project.ontology, forgotten)
    models = _forget_models(project, forgotten)
    aside = len(project.quarantine())
    report = project.pipeline.erase(because=f"{id_}: {forgotten.clean(because)}")
    aside = len(project.quarantine()) - aside
    done = _forget_derived(project, forgotten, report.run)
    kept = forget_kept(project, office, audit, forgotten, tuple(redacted.rows))
    found = Erased(
        id_, made.things, redacted.rows, run=report.run, version=report.version, statements=statements, models=models,
        history=done["history"], set_aside=done["set_aside"], scenarios=done["scenarios"], reports=kept.reports,
        jobs=kept.jobs, uploads=kept.uploads, audit=kept.audit, newly_set_aside=max(0, aside),
        left=(*_left(project, runs, subject, redacted), *kept.left),
    )  # fmt: skip
    audit.append({"action": "privacy.erase", "who": {"id": by[0], "name": by[0], "kind": "command"}, "by": list(by),
                  "erasure": id_, "things": list(made.things), "version": report.version})  # fmt: skip
    project.refresh()
    return found


def again(project: Project, office: Office, audit: Audit) -> Mapping[str, int]:
    """Apply the list of what was erased to the archive once more: after a restore, or an erasure that broke off."""
    from graph_engine.store.erasure import Forgotten
    from ingest import redaction
    from ingest.erasure import Erasures

    erasures = Erasures.read(project.archive.root)
    rows: dict[str, int] = {}
    if erasures.listed:
        done = redaction.redact(project.archive, project.ontology, project.runs(), erasures, erasures.listed[-1].id)
        rows = done.rows
        report = project.pipeline.erase(because="erasures applied again")
        _forget_derived(project, Forgotten(frozenset(), frozenset(), frozenset(), {}), report.run)
        audit.append({"action": "privacy.again", "rows": sum(rows.values()), "version": report.version})
        office.wipe()
    return rows


def _gather(project: Project, named: Sequence[str]) -> _Subject:
    """Mentions, names and identifiers of the things, now and ever before."""
    from graph_engine.entity_view import earlier_states

    subject = _Subject()
    for text in named:
        shown = project.show(text, limit=1)
        state = shown.state
        subject.ids |= {state.id, *shown.aliases}
        _note(project, subject, state.classes, state.mentions, state.title, state.values)
        for name, value, _ in state.others:
            _note(project, subject, state.classes, (), "", {name: value})
        for id_ in (state.id, *shown.aliases):
            for _, _, was in earlier_states(project.graph, id_):
                classes, mentions, values = was["classes"], was["mentions"], was["values"]
                assert isinstance(classes, list) and isinstance(mentions, list) and isinstance(values, dict)
                _note(project, subject, classes, mentions, str(was["title"]), values)
    subject.names = {n for n in subject.names if len(n) >= _SHORTEST_NAME and not n.startswith("erased")}
    return subject


def _note(
    project: Project, subject: _Subject, classes: Iterable[str], mentions: Iterable[str], title: str,
    values: Mapping[str, object],
) -> None:  # fmt: skip
    from ingest.erasure import SHORTEST

    subject.mentions |= {m for m in mentions if not m.startswith(("corrections/", "assumptions/"))}
    subject.names.add(title)
    definitions = {n: p for c in classes if c in project.ontology.classes
                   for n, p in project.ontology.classes[c].properties.items()}  # fmt: skip
    for name, value in values.items():
        held = definitions.get(name)
        if held is None or not (held.personal or held.identifying):
            continue
        for one in value if isinstance(value, list | tuple) else (value,):
            text = one.strip() if isinstance(one, str) else ""
            if len(text) < SHORTEST or text.startswith("erased-"):
                continue
            if held.identifying or not held.functional or "@" in text:
                subject.identifiers.add(text)
            elif any(c in " 0123456789" for c in text):
                subject.names.add(text)  # a street, a number: quoted elsewhere it tells who is meant


def _forget_models(project: Project, forgotten: Forgotten) -> int:
    """Take the values out of pinned models; runs name the models' new digests."""
    from ingest.redaction import redact_models

    renamed = redact_models(project.archive.root, forgotten.quotes)
    if renamed:
        rows = [
            {"id": r.id, "inputs": r.inputs_json().replace(r.resolution, renamed[r.resolution]), "because": r.because}
            for r in project.runs()
            if r.resolution in renamed
        ]
        project.graph.write("write/run_rewrite", rows=rows)
    return len(renamed)


def _forget_derived(project: Project, forgotten: Forgotten, run: str) -> dict[str, int]:
    """History, quarantine, scenarios, reasons; and what is built anew when it is asked for."""
    from graph_engine.store import erasure as store

    graph = project.graph
    found = {
        "history": store.forget_history(graph, project.ontology, forgotten, run),
        "set_aside": store.forget_set_aside(graph, _cells(project)),
        "scenarios": store.forget_scenarios(graph, forgotten),
        "reasons": store.forget_reasons(graph, forgotten),
    }
    store.raise_epoch(graph)
    for folder in (project.settings.snapshots, project.settings.vectors, project.settings.data / "phrased",
                   project.settings.data / "resolution"):  # fmt: skip
        shutil.rmtree(folder, ignore_errors=True)
    project.texts.drop()
    project.forget()
    return found


def _cells(project: Project) -> dict[str, Mapping[str, object]]:
    """The cells, as the archive has them now, of rows that are set aside and that something was erased from."""
    places: dict[tuple[str, int], str] = {}
    for run in project.runs():
        for address in {a for given in run.inputs for a in given.files}:
            try:
                stored = project.archive.find(address)
            except (StoreDamaged, NotFound):  # said already
                continue
            places |= {(stored.sha256, row): address for row in project.archive.erased_rows(address)}
    found: dict[str, Mapping[str, object]] = {}
    for entry in project.quarantine():
        address = places.get((entry.file, entry.row), "")
        if address:
            found[entry.id] = project.archive.row(project.archive.find(address), entry.row)
    return found


def _left(project: Project, runs: Sequence[Run], subject: _Subject, redacted: object) -> tuple[str, ...]:
    """What is not erased by this, in words that name nobody."""
    from ingest.redaction import Redacted, quoting_rows

    assert isinstance(redacted, Redacted)
    left = [f"not readable, so not gone through: {u}" for u in dict.fromkeys(redacted.unreadable)]
    quotes = frozenset(subject.names | subject.identifiers)
    if len(quotes) <= _MOST_QUOTES:
        for table, count in quoting_rows(project.archive, runs, quotes).items():
            left.append(f"{count} archived row{'s' if count > 1 else ''} of {table} quote a name or identifier in text")
    else:
        left.append("free text was not searched for names: there are too many")
    left.append("the source systems and their export files; backups made before")
    return tuple(left)
