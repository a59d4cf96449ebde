"""Erasing from the archive: every file that a run ever read is gone through, under the mapping it was read with."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from graph_engine.store.runs import Run, RunInput
from ingest.archive import Archive
from ingest.durable import write_once
from ingest.erasure import Erasures, Redactor
from ingest.pins import Pins
from ingest.resolution.pinned import Shelf
from ontology.errors import KnockonError, NotFound, StoreDamaged
from ontology.ids import decode_key, encode_key, record_of
from ontology.model import Ontology


@dataclass(slots=True)
class Redacted:
    """What was changed in the archive."""

    rows: dict[str, int] = field(default_factory=dict)
    """``source.table`` → rows that something was taken out of (each file that holds them counts)."""
    files: int = 0
    unreadable: list[str] = field(default_factory=list)
    """Archived files that could not be gone through, with why."""

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.rows.values())


def identifiers(
    archive: Archive, ontology: Ontology, runs: Sequence[Run], erasures: Erasures, mentions: Iterable[str]
) -> frozenset[str]:
    """What rows about the erased things are referred to by: cells of every version of them that was ever read."""
    tables = {tuple(m.split("/", 2)[:2]) for m in mentions}
    wanted = [g for g in _inputs(runs) if (g.source, g.table) in tables]
    found: set[str] = set()
    for _, address, redactor in _redactors(archive, ontology, wanted, erasures, lambda *_: None):
        sha = archive.find(address).sha256
        for rows, first in archive.tables(address):
            found |= redactor.identifiers(rows, sha, first)
    return frozenset(found)


def redact(
    archive: Archive, ontology: Ontology, runs: Sequence[Run], erasures: Erasures, erasure: str, *,
    dry_run: bool = False,
) -> Redacted:  # fmt: skip
    """Take what is on the list out of every archived file (``dry_run``: only count)."""
    done = Redacted()

    def failed(name: str, why: str) -> None:
        done.unreadable.append(f"{name}: {why}")

    for given, address, redactor in _redactors(archive, ontology, _inputs(runs), erasures, failed):
        try:
            if dry_run:
                sha = archive.find(address).sha256
                count = sum(len(redactor(rows, sha, first)[1]) for rows, first in archive.tables(address))
            else:
                count = archive.erase(address, redactor, erasure)
        except (StoreDamaged, NotFound) as problem:
            failed(f"{given.source}.{given.table}", str(problem))
            continue
        if count:
            name = f"{given.source}.{given.table}"
            done.rows[name] = done.rows.get(name, 0) + count
            done.files += 1
    return done


def _inputs(runs: Sequence[Run]) -> list[RunInput]:
    """Each table, mapping and file once, whatever became of the run."""
    seen: dict[tuple[str, str, str, str], RunInput] = {}
    for run in runs:
        for given in run.inputs:
            for address in given.files:
                seen[given.source, given.table, given.mapping, address] = replace(given, files=(address,))
    return list(seen.values())


def _redactors(
    archive: Archive, ontology: Ontology, inputs: Sequence[RunInput], erasures: Erasures,
    failed: Callable[[str, str], None],
) -> Iterator[tuple[RunInput, str, Redactor]]:  # fmt: skip
    pins = Pins(archive.root)
    by_table: dict[tuple[str, str, str], list[RunInput]] = {}
    for given in inputs:
        by_table.setdefault((given.source, given.table, given.mapping), []).append(given)
    for (source, table, mapping), listed in sorted(by_table.items()):
        try:
            pinned = pins.mapping(mapping, ontology)
        except KnockonError as problem:
            failed(f"{source}.{table}", str(problem))
            continue
        if table not in pinned.tables:
            continue
        with Redactor(erasures, pinned, table, ontology) as redactor:
            for given in listed:
                try:
                    archive.find(given.files[0])
                except (StoreDamaged, NotFound) as problem:
                    failed(f"{source}.{table}", str(problem))
                    continue
                yield given, given.files[0], redactor


def renamed(mentions: Iterable[str], erasures: Erasures) -> dict[str, str]:
    """Mentions (and records) whose key holds an erased identifier → what they are called from now on."""
    found: dict[str, str] = {}
    for mention in mentions:
        record = record_of(mention)
        source, table, key = record.split("/", 2)
        parts = [erasures.pseudonym(p) if erasures.keyed_value(p) in erasures.values else p for p in decode_key(key)]
        fresh = f"{source}/{table}/{encode_key(parts)}"
        if fresh != record:
            found[record] = fresh
            found[mention] = fresh + mention[len(record) :]
    return found


def quoting_rows(archive: Archive, runs: Sequence[Run], quotes: frozenset[str]) -> dict[str, int]:
    """``source.table`` → archived rows that still quote one of these texts somewhere: free text is not rewritten."""
    import duckdb

    found: dict[str, int] = {}
    lowered = sorted({q.lower() for q in quotes})
    if not lowered:
        return found
    with duckdb.connect() as db:
        for name, address in sorted({(f"{g.source}.{g.table}", g.files[0]) for g in _inputs(runs)}):
            try:
                columns = archive.find(address).columns
            except (StoreDamaged, NotFound):
                continue
            if not columns:
                continue
            path = str(archive.parquet(address)).replace("'", "''")
            joined = ", ".join('"' + c.replace('"', '""') + '"' for c in columns)
            tests = " OR ".join("contains(t, ?)" for _ in lowered)
            cells = f"SELECT lower(concat_ws(' ', {joined})) AS t FROM read_parquet('{path}')"
            sql = f"SELECT count(*) FROM ({cells}) WHERE {tests}"
            row = db.execute(sql, lowered).fetchone()
            if row is not None and row[0]:
                found[name] = found.get(name, 0) + int(row[0])
    return found


def redact_models(root: Path, quotes: frozenset[str]) -> dict[str, str]:
    """Take values that name erased things out of pinned resolution models; gives old digest → new digest.

    The models keep how often a value occurs, for values on two records and more. The old file is removed.
    """
    shelf = Shelf(root)
    lowered = {q.lower() for q in quotes}
    found: dict[str, str] = {}
    for file in sorted((root / "resolution").glob("*.json.gz")):
        held = json.loads(gzip.decompress(file.read_bytes()))
        if not _without(held, lowered):
            continue
        digest = file.name.removesuffix(".json.gz")
        text = json.dumps(held, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        fresh = _digest(text)
        write_once(root / "resolution" / f"{fresh}.json.gz", gzip.compress(text.encode(), 6, mtime=0))
        shelf.take(fresh)  # it can be read, and is what its digest says
        file.unlink()
        found[digest] = fresh
    return found


def _digest(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode()).hexdigest()


def _without(held: Mapping[str, object], lowered: set[str]) -> bool:
    """Drop frequencies of these values in place; whether there were any."""
    changed = False
    parties = held.get("parties")
    for model in (parties if isinstance(parties, dict) else {}).values():
        for role, table in dict(model.get("frequencies", {})).items():
            kept = {v: f for v, f in table.items() if str(v).lower() not in lowered}
            if kept != table:
                model["frequencies"][role] = kept
                changed = True
    return changed
