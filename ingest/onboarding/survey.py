"""The survey of a folder: tables, columns, keys, references, findings; reads everything, changes nothing."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from ingest.adapters.spec import ReadSpec
from ingest.onboarding.called import references_by_name
from ingest.onboarding.discover import files_in
from ingest.onboarding.draft import Draft
from ingest.onboarding.drafts import drafts_of
from ingest.onboarding.inclusion import ValueSets
from ingest.onboarding.keys import Uniqueness, propose_key, unique_columns
from ingest.onboarding.model import Finding, KeyProposal, Kind, Reference, Skipped, Survey, TableProfile
from ingest.onboarding.names import plain, words
from ingest.onboarding.references import find_references
from ingest.onboarding.repeats import without_repeats
from ingest.onboarding.slugs import Slugs
from ingest.onboarding.statistics import column_profiles
from ingest.onboarding.store import Loaded, Store
from ingest.onboarding.totals import without_totals
from ontology.errors import SourceError

Tell = Callable[[str, int, int], None]
_CASE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
"""Where a word in one begins: ``SalesOrder``."""
_MONTHS = [
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
    "mrz",
    "mai",
    "okt",
    "dez",
]


def survey(
    folder: Path, store: Store, *, ignore: frozenset[Path] = frozenset(), tell: Tell = lambda *_: None
) -> Survey:
    """Everything that a folder of exports holds.

    Raises:
        SourceError: the folder is not there, or holds no table.
    """
    began = time.monotonic()
    if not folder.is_dir():
        raise SourceError("there is no such folder.", where=folder, do="Name the folder that the exports lie in.")
    files, skipped = files_in(folder, ignore)
    drafts, left = drafts_of(files, store.sampler, lambda name: tell(f"looking at {name}", 0, 0))
    skipped += left
    tables: list[TableProfile] = []
    findings: list[Finding] = []
    stored: dict[str, str] = {}
    names = Slugs("table")
    titles: dict[tuple[Path, str], str] = {}
    for i, draft in enumerate(drafts):
        tell("reading", i, len(drafts))
        loaded = store.try_load(draft, folder, os.environ)
        if isinstance(loaded, str):
            skipped.append(Skipped(draft.read.file or "", loaded))
            continue
        if loaded.rows == 0:
            skipped.append(Skipped(draft.read.file or "", "it has headings and no rows", "Export it again."))
            continue
        loaded, drop, totals = without_totals(store, loaded)
        loaded, repeats = without_repeats(store, loaded)
        columns, found = column_profiles(store.connection, loaded)
        name = names.take(_CASE.sub("_", draft.title))
        titles[draft.path, draft.title] = name
        stored[name] = loaded.table
        store.names[name] = int(loaded.table[1:])
        parent = titles.get((draft.path, draft.explode_of)) if draft.explode_of else None
        pivot = _pivot(draft)
        if draft.explode_of:
            own = set(draft.inherited)
            found = [f for f in found if f.column not in own]
        findings += [
            replace(f, table=name) for f in (*draft.findings, *found, *totals, *repeats, *_of_rows(loaded, pivot))
        ]
        tables.append(
            TableProfile(
                name,
                draft.title,
                _source(draft),
                draft.path,
                _lean(draft.read),
                columns,
                loaded.rows,
                draft.header,
                loaded.sampled,
                loaded.bad_rows,
                drop,
                parent,
                pivot,
            )
        )
    papers = tuple(s.path for s in skipped if s.paper)
    if not tables and all(p.lower().endswith(".txt") for p in papers):
        why = "; ".join(f"{s.path}: {s.why}" for s in skipped[:3])
        raise SourceError(
            f"nothing in it is a table. {why}".strip(),
            where=folder,
            do="Name a folder with exports (CSV, Excel, JSON …) or documents.",
        )
    tell("keys and references", 0, 0)
    keys, references, possible = relate(tables, stored, store)
    findings += _key_findings(tables, keys)
    return Survey(
        folder,
        tuple(tables),
        MappingProxyType(keys),
        tuple(references),
        tuple(findings),
        tuple(s for s in skipped if not s.paper),
        papers,
        tuple(possible),
        time.monotonic() - began,
        MappingProxyType({t.name: t for t in tables}),
    )


def relate(
    tables: list[TableProfile], stored: Mapping[str, str], store: Store
) -> tuple[dict[str, KeyProposal], list[Reference], list[Reference]]:
    """Keys and references together: single keys first, references to them, then keys that are made of references."""
    count = Uniqueness(store.connection, stored)
    sets = ValueSets(store.connection, stored)
    keys: dict[str, KeyProposal] = {}
    for table in tables:
        first = propose_key(table, {}, frozenset(c.name for c in unique_columns(table)), count)
        if first is not None:
            keys[table.name] = first
    references, possible = find_references(tables, keys, sets)
    for _ in range(2):
        again: dict[str, KeyProposal] = {}
        for table in tables:
            referring = {r.columns[0]: r.to for r in references if r.table == table.name and len(r.columns) == 1}
            referred = frozenset(r.key[0] for r in references if r.to == table.name and r.table != table.name)
            found = propose_key(table, referring, referred, count)
            if found is not None:
                again[table.name] = found
        if again == keys:
            break
        keys = again
        references, possible = find_references(tables, keys, sets)
    by_name = {t.name: t for t in tables}
    for table in tables:
        whole = keys.get(table.parent or "")
        names = {c.name for c in table.columns}
        if whole is not None and table.parent is not None and set(whole.columns) <= names:
            references.append(
                Reference(table.name, whole.columns, table.parent, whole.columns, 1.0, 1.0, "it lies in that record")
            )
            possible = [r for r in possible if (r.table, r.columns) != (table.name, whole.columns)]
    named = references_by_name(tables, keys, references, sets)
    leading = {(r.table, r.columns) for r in named}
    possible = [r for r in possible if (r.table, r.columns) not in leading]
    return keys, [*(_folded(r, by_name, stored, store) for r in references), *named], possible


def _folded(
    reference: Reference, tables: Mapping[str, TableProfile], stored: Mapping[str, str], store: Store
) -> Reference:
    """With what the letters need, where the two sides write them differently."""
    if len(reference.columns) != 1:
        return reference
    column = tables[reference.table].column(reference.columns[0])
    key = tables[reference.to].column(reference.key[0])
    if column.kind is not Kind.TEXT:
        return reference
    a, b = f"c{column.position}", f"c{key.position}"
    row = store.connection.execute(
        f"SELECT (SELECT count(DISTINCT {a}) FROM {stored[reference.table]} WHERE {a} IS NOT NULL AND {a} NOT IN "
        f"(SELECT {b} FROM {stored[reference.to]} WHERE {b} IS NOT NULL)), "
        f"(SELECT bool_and({b} = upper({b})) FROM {stored[reference.to]}), (SELECT bool_and({b} = lower({b})) FROM "
        f"{stored[reference.to]})"
    ).fetchone()
    if row is None or row[0] is None or row[0] <= reference.missing:
        return reference
    return replace(reference, fold="upper" if row[1] else "lower" if row[2] else None)


def _source(draft: Draft) -> str:
    """The system: the folder below the surveyed one that the file lies in; none: the surveyed one."""
    parts = Path(draft.read.file or "").parts
    return parts[0] if len(parts) > 1 else ""


def _lean(read: ReadSpec) -> ReadSpec:
    """Without what knockon finds out by itself anyway, where that is certain."""
    return replace(read, separator=None) if read.separator == "," and read.row_end is None else read


def _pivot(draft: Draft) -> tuple[str, ...]:
    """Headings that are values of one dimension: months or years side by side."""
    found = [c for c in draft.columns if _is_period(c)]
    return tuple(found) if len(found) >= 4 and len(found) >= len(draft.columns) / 2 else ()


def _is_period(name: str) -> bool:
    text = plain(name.strip().lower())
    return bool(re.fullmatch(r"(19|20)\d\d([-/. ]?(0?[1-9]|1[0-2]|q[1-4]))?|q[1-4]([ -]?(19|20)\d\d)?", text)) or (
        text[:3] in _MONTHS and len(text) <= 12
    )


def _rows(number: int) -> str:
    return f"{number:,} row{'' if number == 1 else 's'}"


def _of_rows(loaded: Loaded, pivot: tuple[str, ...]) -> list[Finding]:
    found = []
    title = loaded.draft.title
    if loaded.bad_rows:
        at, why = loaded.first_bad or (0, "")
        cut = " The last row is incomplete: the export was probably cut off." if at and at > loaded.rows else ""
        found.append(
            Finding(
                "unreadable-rows",
                f"{_rows(loaded.bad_rows)} cannot be read and will be set aside.{cut}",
                f"row {at}: {why}",
                title,
                rows=(at,),
            )
        )
    if loaded.sampled:
        found.append(
            Finding(
                "sample", f"The file is large: what is said of it rests on a sample of {loaded.rows:,} rows.", "", title
            )
        )
    if pivot:
        found.append(
            Finding(
                "pivot",
                f"{len(pivot)} columns are periods: amounts side by side that belong below each other.",
                ", ".join(pivot[:4]),
                title,
            )
        )
    if len(loaded.draft.columns) > 100:
        found.append(Finding("many-columns", f"The table has {len(loaded.draft.columns)} columns.", "", title))
    return found


def _key_findings(tables: list[TableProfile], keys: Mapping[str, KeyProposal]) -> list[Finding]:
    found = []
    for table in tables:
        key = keys.get(table.name)
        if key is None:
            found.append(
                Finding(
                    "no-key", "Nothing tells its rows apart: no column, and no few columns together.", "", table.name
                )
            )
            continue
        if key.repeated:
            more = " The files may use the same numbers again." if "*" in (table.read.file or "") else ""
            found.append(
                Finding(
                    "repeated-keys",
                    f"{_rows(key.repeated)} with a key that another row has, too.{more}",
                    " + ".join(key.columns),
                    table.name,
                )
            )
        if key.empty:
            found.append(
                Finding("empty-keys", f"{_rows(key.empty)} without a key.", " + ".join(key.columns), table.name)
            )
        column = table.column(key.columns[0])
        if len(key.columns) == 1 and column.kind is Kind.TEXT and set(words(column.name)) & {"name", "title"}:
            found.append(
                Finding(
                    "name-as-key", "Its rows are told apart by a name, which people change.", column.name, table.name
                )
            )
    return found
