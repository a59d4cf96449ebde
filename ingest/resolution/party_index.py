"""Scored pairs of a class, kept up to date: only what is new or different is standardised and compared.

The result is the same as if everything were scored anew (a property test holds it to that): a pair depends on its two
records, the model, and on which blocks and values are crowded. Where that last thing changes, all is scored anew.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.resolution import several
from ingest.resolution.party_model import PartyModel
from ingest.resolution.party_records import SHAREABLE, SHARED_BY, PartyRecords, Role, standardise_columns
from ingest.resolution.party_scoring import score_table

Ints = npt.NDArray[np.int64]
_NOT_ROLES = ("mention", "raw", "seen")


@dataclass(frozen=True, slots=True)
class PartyIndex:
    """Standardised records and their scored pairs.

    ``records``: mention, raw (hash of the values as they came), the roles as standardised, seen (hash of what was
    compared). ``pairs``: left, right (mentions), weight, probability, bits (list, one per comparison).
    """

    records: pa.Table
    pairs: pa.Table
    comparisons: tuple[str, ...]
    crowded: frozenset[tuple[int, int]]
    advice: tuple[str, ...]
    compared: int = 0
    """Records that were new or different when it was last brought up to date."""

    def save(self, folder: Path) -> None:
        """Keep it as ``folder``, all or nothing; it is derived, and may be deleted at any time."""
        part = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        crowd = sorted(self.crowded)
        told = pa.table(
            {"rule": pa.array([r for r, _ in crowd], pa.int64()), "key": pa.array([k for _, k in crowd], pa.uint64())}
        )
        named = {b"comparisons": ",".join(self.comparisons).encode(), b"advice": "\x1f".join(self.advice).encode()}
        for name, table in (
            ("crowded", told), ("pairs", self.pairs), ("records", self.records.replace_schema_metadata(named)),
        ):  # fmt: skip
            pq.write_table(table, part / f"{name}.parquet", compression="zstd")
        shutil.rmtree(folder, ignore_errors=True)
        part.replace(folder)

    @classmethod
    def load(cls, folder: Path) -> PartyIndex | None:
        """What was kept; None where there is nothing usable."""
        try:
            records, pairs, crowd = (pq.read_table(folder / f"{n}.parquet") for n in ("records", "pairs", "crowded"))
            said = records.schema.metadata or {}
            comparisons = tuple(said[b"comparisons"].decode().split(",")) if said.get(b"comparisons") else ()
            advice = tuple(said[b"advice"].decode().split("\x1f")) if said.get(b"advice") else ()
        except (OSError, KeyError, pa.ArrowException):
            return None
        crowded = frozenset(zip(crowd["rule"].to_pylist(), crowd["key"].to_pylist(), strict=True))
        return cls(records.replace_schema_metadata(None), pairs, comparisons, crowded, advice)


def bring_up_to_date(
    before: PartyIndex | None, model: PartyModel, raw: pa.Table, region: str | None, least: float
) -> PartyIndex:
    """The index of these records.

    Args:
        before: of the same model, region and ``least``; None: from nothing.
        raw: ``mention``, ``raw`` (a hash of the values), and text columns named by roles; sorted by mention.
    """
    records, kept = _standardised(before, raw, region)
    records, crowds = _without_crowds(records)
    records = records.append_column("seen", _hashes(records))
    if not model.usable:
        return PartyIndex(records, _no_pairs(), (), frozenset(), (*model.advice, *crowds), raw.num_rows)
    fresh = _fresh(before, records, kept)
    gone = before is not None and _lost(before, records)
    if before is not None and not len(fresh) and not gone and before.comparisons == model.comparisons():
        return PartyIndex(records, before.pairs, before.comparisons, before.crowded, before.advice, 0)
    part = fresh if before is not None and len(fresh) < records.num_rows // 2 else None
    table = _for_scoring(records)
    found = score_table(model, table, least=least, fresh=part)
    if part is not None and before is not None and found.crowded != before.crowded:
        part, found = None, score_table(model, table, least=least)
    mentions = records["mention"].combine_chunks()
    pairs = pa.table(
        {
            "left": mentions.take(pa.array(found.left)),
            "right": mentions.take(pa.array(found.right)),
            "weight": pa.array(found.weight),
            "probability": pa.array(found.probability),
            "bits": pa.array(list(found.bits), pa.list_(pa.float64())),
        }
    )
    if part is not None and before is not None:
        changed = mentions.take(pa.array(fresh))
        same = pc.invert(pc.is_in(mentions, value_set=changed))
        valid = mentions.filter(same)
        old = before.pairs
        alive = pc.and_(pc.is_in(old["left"], value_set=valid), pc.is_in(old["right"], value_set=valid))
        pairs = pa.concat_tables([old.filter(alive), pairs])
    pairs = pairs.sort_by([("left", "ascending"), ("right", "ascending")])
    compared = records.num_rows if part is None else len(fresh)
    return PartyIndex(records, pairs, found.comparisons, found.crowded, (*found.advice, *crowds), compared)


def records_of(raw: pa.Table, region: str | None) -> PartyRecords:
    """Standardised records to train on, without values that too many share."""
    table, _ = _without_crowds(_standardise(raw, region))
    columns = {Role(n): tuple(v or "" for v in table[n].to_pylist()) for n in table.column_names if n in set(Role)}
    return PartyRecords(columns, table.num_rows)


def _standardised(before: PartyIndex | None, raw: pa.Table, region: str | None) -> tuple[pa.Table, pa.Array]:
    """Records with cleaned roles; and for each the position that it had before, null for one that is new or changed."""
    names = [name for name in raw.column_names if name not in ("mention", "raw")]
    if before is None or not set(names) <= set(before.records.column_names):
        return _standardise(raw, region), pa.nulls(raw.num_rows, pa.int64())
    place = pc.index_in(raw["mention"].combine_chunks(), value_set=before.records["mention"].combine_chunks())
    then = before.records["raw"].combine_chunks().take(place)
    same = pc.fill_null(pc.equal(then, raw["raw"].combine_chunks()), False)
    kept = pc.if_else(same, place, None)
    new = pc.indices_nonzero(pc.invert(same))
    cleaned = _standardise(raw.take(new), region)
    wide = [n for n in before.records.column_names if n not in _NOT_ROLES]
    columns = {"mention": raw["mention"].combine_chunks(), "raw": raw["raw"].combine_chunks()}
    turn = pc.indices_nonzero(same)
    order = np.argsort(np.concatenate([np.asarray(turn), np.asarray(new)]), kind="stable")
    for name in wide:
        old = before.records[name].combine_chunks().take(pc.drop_null(kept))
        role = name.removeprefix("full_")
        fresh = cleaned[role].combine_chunks() if role in cleaned.column_names else pa.nulls(len(new), pa.string())
        columns[name] = pa.concat_arrays([old, fresh]).take(pa.array(order))
    return pa.table(columns), kept


def _standardise(raw: pa.Table, region: str | None) -> pa.Table:
    held: Mapping[Role, list[str | None]] = {Role(n): raw[n].to_pylist() for n in raw.column_names if n in set(Role)}
    table = standardise_columns(held, raw.num_rows, region).arrow().drop_columns(["unique_id"])
    out = raw.select(["mention", "raw"])
    for name in table.column_names:
        out = out.append_column(name, table[name])
    return out


def _without_crowds(records: pa.Table) -> tuple[pa.Table, tuple[str, ...]]:
    """Without e-mails, phones and codes on more records than can be one thing; what that was, in words.

    What was cleaned is kept under ``full_…``, so that a value can come back when its crowd has gone.
    """
    said = []
    for role in SHAREABLE:
        name, full = str(role), f"full_{role}"
        if full not in records.column_names:
            if name not in records.column_names:
                continue
            records = records.append_column(full, records[name])
        values = records[full].combine_chunks()
        counts = several.counted(values)
        many = pc.and_(pc.greater(counts.field("counts"), SHARED_BY), pc.is_valid(counts.field("values")))
        crowd = counts.filter(many)
        kept = several.without(values, crowd.field("values")) if len(crowd) else values
        records = records.set_column(records.column_names.index(name), name, kept)
        if len(crowd):
            most, value = max(zip(crowd.field("counts").to_pylist(), crowd.field("values").to_pylist(), strict=True))
            more = f" (and {len(crowd) - 1} more like it)" if len(crowd) > 1 else ""
            said.append(f"{role} '{value}' is on {most:,} records{more}: it tells nobody apart and is not used.")
    return records, tuple(said)


def _hashes(records: pa.Table) -> pa.Array:
    names = [n for n in sorted(records.column_names) if n not in _NOT_ROLES and not n.startswith("full_")]
    if not names or not records.num_rows:
        return pa.array([0] * records.num_rows, pa.uint64())
    con = duckdb.connect(":memory:")
    try:
        con.register("records", records)
        found = con.sql(f"SELECT hash({', '.join(names)}) AS h FROM records").to_arrow_table()
        return found["h"].combine_chunks()
    finally:
        con.close()


def _fresh(before: PartyIndex | None, records: pa.Table, kept: pa.Array) -> Ints:
    if before is None:
        return np.arange(records.num_rows, dtype=np.int64)
    then = before.records["seen"].combine_chunks().take(kept)
    same = pc.fill_null(pc.equal(then, records["seen"].combine_chunks()), False)
    return np.asarray(pc.indices_nonzero(pc.invert(same)).to_numpy(), np.int64)


def _lost(before: PartyIndex, records: pa.Table) -> bool:
    there = pc.is_in(before.records["mention"].combine_chunks(), value_set=records["mention"].combine_chunks())
    return not bool(pc.all(there).as_py() if len(there) else True)


def _for_scoring(records: pa.Table) -> pa.Table:
    roles = [n for n in records.column_names if n not in _NOT_ROLES and not n.startswith("full_")]
    return records.select(roles).add_column(0, "unique_id", pa.array(np.arange(records.num_rows, dtype=np.int64)))


def _no_pairs() -> pa.Table:
    return pa.table(
        {
            "left": pa.array([], pa.string()),
            "right": pa.array([], pa.string()),
            "weight": pa.array([], pa.float64()),
            "probability": pa.array([], pa.float64()),
            "bits": pa.array([], pa.list_(pa.float64())),
        }
    )
