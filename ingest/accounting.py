"""What a run counted: rows by table, items by kind; also for a run that had nothing to compute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graph_engine.graph import Graph
from graph_engine.store import current
from graph_engine.store.runs import Run, RunInput
from ingest.archive import Archive
from ingest.report import ItemCounts, RowAside, RunReport, TableCounts
from ingest.state.staging import Staging

_LISTED = 200
"""Rows that a dry run names."""


def run_report(
    db: Staging, run: Run, dropped_references: int, warnings: Sequence[object], seconds: dict[str, float], *,
    version: int, dry_run: bool,
) -> RunReport:  # fmt: skip
    """The report of a run whose difference is computed; ``version`` is the one that is published so far."""
    by_message: dict[str, int] = {}
    for warning in warnings:
        message = str(getattr(warning, "message", lambda: "")())
        by_message[message] = by_message.get(message, 0) + 1
    return RunReport(
        run=run.id,
        kind=run.kind,
        version=version,
        tables=(*(_table_counts(db, run, given) for given in run.inputs), *_entered(db, run)),
        records=_items(db, "d_record"),
        entities=_items(db, "d_entity"),
        relations=_items(db, "d_relation"),
        quarantined=db.count("SELECT count(DISTINCT (source, tname, file, row)) FROM fin_quarantine"),
        reasons={
            str(r): int(str(n))
            for r, n in db.rows("SELECT rule, count(*) FROM fin_quarantine GROUP BY rule ORDER BY 2 DESC, 1")
        },
        warnings=by_message,
        dropped_references=dropped_references,
        sleeping=tuple((str(a), str(b)) for a, b in db.rows("SELECT record, reason FROM sleeping ORDER BY 1")),
        seconds=seconds,
        dry_run=dry_run,
        aside=_aside(db) if dry_run else _again(db, run) if run.kind == "replay" else (),
    )


def _aside(db: Staging) -> tuple[RowAside, ...]:
    """Rows that are in quarantine after the run and were not before."""
    return tuple(
        RowAside(f"{source}.{table}", str(path or ""), None if row is None else int(str(row)), str(rule), str(reason))
        for source, table, path, row, rule, reason in db.rows(
            "SELECT source, tname, path, row, rule, reason FROM fin_quarantine WHERE id NOT IN (SELECT id FROM "
            f"cur_quarantine) ORDER BY 1, 2, 3, 4, 5 LIMIT {_LISTED}"
        )
    )


def _again(db: Staging, run: Run) -> tuple[RowAside, ...]:
    """Mended rows that are set aside again."""
    found = []
    for given in run.inputs:
        for address in dict.fromkeys(given.files):
            found += db.rows(
                "SELECT source, tname, path, row, rule, reason FROM fin_quarantine WHERE source = ? AND tname = ? AND "
                "file IN (SELECT sha256 FROM source_file WHERE address = ?) ORDER BY 3, 4, 5",
                [given.source, given.table, address],
            )
    return tuple(
        RowAside(f"{source}.{table}", str(path or ""), None if row is None else int(str(row)), str(rule), str(reason))
        for source, table, path, row, rule, reason in found[:_LISTED]
    )


def _entered(db: Staging, run: Run) -> list[TableCounts]:
    """A replay without mended rows: those that were set aside and entered now, by table."""
    if run.kind != "replay" or run.inputs:
        return []
    rows = db.rows(
        "SELECT split_part(id, '/', 1), split_part(id, '/', 2), count(*) FROM d_record WHERE op = 'add' "
        "GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return [TableCounts(str(s), str(t), int(str(n)), int(str(n)), 0, 0, 0, 0, 0) for s, t, n in rows]


def unchanged_report(
    graph: Graph, archive: Archive, ontology_digest: str, run: Run, live: Sequence[Run]
) -> RunReport | None:
    """The report of a run whose every input is what the table's newest live input was, or None."""
    published = current.graph_state(graph)
    if published is None or published.ontology_digest != ontology_digest:
        return None
    if any(s.until is not None for r in live for s in r.statements):
        return None  # what holds depends on the day
    before: dict[tuple[str, str], tuple[RunInput, Run]] = {}
    for earlier in live[:-1]:
        for given in earlier.inputs:
            before[(given.source, given.table)] = (given, earlier)
    tables = []
    aside = graph.read("read/quarantine_totals")
    held = graph.read("read/quarantine_files")
    for given in run.inputs:
        found = before.get((given.source, given.table))
        if found is None or replace(found[0], retractions_accepted=given.retractions_accepted) != given:
            return None
        files = {archive.find(address).sha256 for address in given.files}
        mine = (h for h in held if (h["source"], h["table"]) == (given.source, given.table) and h["file"] in files)
        counts = _kept_counts(found[1], given, sum(int(str(h["rows"])) for h in mine))
        if counts is None:
            return None
        tables.append(counts)
    reasons: dict[str, int] = {}
    for total in aside:
        reasons[str(total["rule"])] = reasons.get(str(total["rule"]), 0) + int(str(total["rows"]))
    return RunReport(
        run=run.id, kind=run.kind, version=published.published, tables=tuple(tables), records=ItemCounts(),
        entities=ItemCounts(), relations=ItemCounts(), quarantined=sum(int(str(h["rows"])) for h in held),
        reasons=reasons, nothing_new=True,
    )  # fmt: skip


def _items(db: Staging, table: str) -> ItemCounts:
    held = {str(op): int(str(n)) for op, n in db.rows(f"SELECT op, count(*) FROM {table} GROUP BY op")}
    return ItemCounts(held.get("add", 0), held.get("change", 0), held.get("remove", 0))


def _table_counts(db: Staging, run: Run, given: RunInput) -> TableCounts:
    rows = db.rows(
        "WITH mine AS (SELECT v.* FROM version v WHERE v.ord = ? AND v.tbl IN "
        "(SELECT tbl FROM input WHERE source = ? AND tname = ?)) "
        "SELECT count(*), count(*) FILTER (verdict = 'duplicate'), "
        "count(*) FILTER (verdict IS NOT NULL AND verdict <> 'duplicate'), "
        "count(*) FILTER (verdict IS NULL AND c.id IS NULL), "
        "count(*) FILTER (verdict IS NULL AND c.hash <> mine.hash), "
        "count(*) FILTER (verdict IS NULL AND c.hash = mine.hash) "
        "FROM mine LEFT JOIN cur_record c ON c.id = mine.record",
        [run.ordinal, given.source, given.table],
    )
    read, duplicate, quarantined, new, changed, unchanged = (int(str(n)) for n in rows[0])
    repeated = len(given.files) - len(set(given.files))
    if repeated:  # the same file twice in one export: every row of the second is a duplicate
        for address in set(given.files):
            again = given.files.count(address) - 1
            n = db.count(
                "SELECT count(*) FROM version v JOIN source_file f ON f.sha256 = v.file "
                "WHERE v.ord = ? AND f.address = ?",
                [run.ordinal, address],
            )
            read, duplicate = read + again * n, duplicate + again * n
    retracted = db.count(
        "SELECT count(*) FROM d_record WHERE op = 'remove' AND starts_with(id, ?)", [f"{given.source}/{given.table}/"]
    )
    return TableCounts(given.source, given.table, read, new, changed, unchanged, duplicate, quarantined, retracted)


def _kept_counts(run: Run, given: RunInput, aside: int) -> TableCounts | None:
    """Counts of a table that is read again unchanged: rows and duplicates as then, quarantine as it is now."""
    tables = run.counts.get("tables")
    for held in tables if isinstance(tables, list) else []:
        if held["source"] == given.source and held["table"] == given.table:
            read, duplicate = held["read"], held["duplicate"]
            return TableCounts(given.source, given.table, read, 0, 0, read - duplicate - aside, duplicate, aside, 0)
    return None
