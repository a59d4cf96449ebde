"""What the service keeps about its callers' work (reports, jobs, uploads, the audit), without what was erased."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_plus

from api.access.office import Office, text
from api.audit.chain import Audit
from api.project import Project
from graph_engine.store.erasure import Forgotten


@dataclass(frozen=True, slots=True)
class Kept:
    """How much of what was kept named an erased thing."""

    reports: int
    jobs: int
    uploads: int
    audit: int
    left: tuple[str, ...]


def forget_kept(project: Project, office: Office, audit: Audit, what: Forgotten, tables: Sequence[str]) -> Kept:
    """Take what was erased out of reports and jobs, remove uploads of its tables, destroy the keys of audit entries."""
    reports = _cleaned(office, "report", ("title", "body"), what)
    jobs = _cleaned(office, "job", ("asked", "result", "problem"), what)
    _cleaned(office, "task", ("note",), what)
    _cleaned(office, "proposal", ("asked", "because"), what)
    _cleaned(office, "doubt", ("question",), what)
    office.change("DELETE FROM once")  # answers that are kept for a day, to be given again
    uploads = _uploads(project, office, tables)
    gone, plain = audit.forget(lambda held: quoted(what, held))
    office.wipe()
    left = (f"{plain} entries of the audit written by an earlier version quote it in the open",) if plain else ()
    return Kept(reports, jobs, uploads, gone, left)


def quoted(what: Forgotten, held: str) -> bool:
    """Whether a text names an erased thing: by name, identifier, id or key, also as an address spells them."""
    plain = unquote_plus(held)
    spelled = {held, plain, json.dumps(plain, ensure_ascii=False)}
    marks = [*what.things, *(m.split("/", 2)[2] for m in what.renamed)]
    return any(what.clean(t) != t or any(m in t for m in marks) for t in spelled)


def _cleaned(office: Office, table: str, columns: Sequence[str], what: Forgotten) -> int:
    changed = 0
    for row in office.rows(f"SELECT id, {', '.join(columns)} FROM {table}"):  # noqa: S608 - names are written here
        fresh = {c: _clean(text(row, c), what) if row[c] is not None else None for c in columns}
        different = [c for c in columns if fresh[c] != row[c]]
        for column in different:
            office.change(f"UPDATE {table} SET {column} = ? WHERE id = ?", (fresh[column], row["id"]))  # noqa: S608
        changed += bool(different)
    return changed


def _clean(held: str, what: Forgotten) -> str:
    try:
        return json.dumps(what.clean_all(json.loads(held), keys=True))
    except ValueError:
        return what.clean(held)


def _uploads(project: Project, office: Office, tables: Sequence[str]) -> int:
    """Remove the files that were sent for these tables: what was ingested of them is in the archive."""
    removed = 0
    for row in office.rows("SELECT id, file FROM upload"):
        _, *named, place = json.loads(text(row, "file"))
        if set(named) & set(tables) and Path(place).is_relative_to(project.settings.data):
            shutil.rmtree(place, ignore_errors=True)
            office.change("DELETE FROM upload WHERE id = ?", (row["id"],))
            removed += 1
    return removed
