"""Pairs of parties scored from a pinned model: a pure function of the two records, the model and crowded blocks.

The weights are Splink's (Fellegi–Sunter with term frequencies, Linacre et al. 2022): per comparison log2(m/u) of the
first level that holds, and for an exact agreement log2(u / max(tf)) more. Every pair of one block is looked at once,
under the first rule that brings it together; a block of more than ``LARGEST_BLOCK`` records is not used at all, so
time and memory stay bounded whatever the data. Only pairs with a fresh record are compared where ``fresh`` is given.
Of several values on a record (:mod:`ingest.resolution.several`) the best match counts, less log2 of how many there were
to choose from.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import log2

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingest.resolution.party_comparisons import DIFFERS
from ingest.resolution.party_model import LARGEST_BLOCK, PartyModel, Rule, train
from ingest.resolution.party_records import PartyRecords, Role, without_shared
from ingest.resolution.party_sql import bits_of
from ingest.resolution.several import spread

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
ALONE = 0.9
"""Highest probability of a pair that one kind of evidence alone speaks for: a person is asked, nothing is merged."""
OTHERS = 0.5
"""Highest probability of a pair whose official numbers differ, however much else is the same."""
SHARED = 0.4
"""Highest probability of a pair of another name that only shares what a family or an office shares."""
APART = 0.1
"""Highest probability of a pair of another given name and another birth date."""
EVIDENCE = (Role.EMAIL, Role.PHONE, Role.BORN, Role.STREET, Role.CODE, Role.REGISTER)
"""Independent kinds of evidence beside the name. A town or a postcode is none: an area tells few apart."""
_ANY = 1e-200
"""A probability that no pair is below: two records that were named are always explained."""
_PLACE = ("street", "postcode", "city")
_NUMBERS = ("code", "register")
_SWAPPED = "swapped"
_AS_WRITTEN = (*_PLACE, "email", "phone", "born", *_NUMBERS)
_BESIDE = {"street": "house", "email": "own"}
"""Comparison → the column that it looks at beside its own."""


@dataclass(frozen=True, slots=True)
class PartyPairs:
    """Scored pairs; ``bits`` holds per pair what each comparison adds to the weight."""

    left: Ints
    right: Ints
    weight: Floats
    probability: Floats
    comparisons: tuple[str, ...]
    bits: Floats
    advice: tuple[str, ...]
    crowded: frozenset[tuple[int, int]] = frozenset()
    """Blocks (rule, hash of what its records share) that were too large to be used."""


def fit_and_predict(left: PartyRecords, right: PartyRecords | None, least: float = 0.001) -> PartyPairs:
    """Train on the records and score the pairs that a blocking rule brings together.

    Args:
        right: None to find duplicates within ``left``.
        least: pairs below this probability are left out.
    """
    (ours, said), (theirs, also) = without_shared(left), (right, ()) if right is None else without_shared(right)
    found = score(train(ours, theirs), ours, theirs, least=least)
    return replace(found, advice=(*found.advice, *said, *also))


def score(
    model: PartyModel, left: PartyRecords, right: PartyRecords | None = None, *, least: float = 0.001,
    fresh: Ints | None = None,
) -> PartyPairs:  # fmt: skip
    """Score the pairs of one table with itself, or of two tables, that a blocking rule of the model brings together.

    Args:
        fresh: positions in ``left``: only pairs with at least one of them (one table only). None: all pairs.
    """
    table = left.arrow() if right is None else pa.concat_tables([left.arrow(), right.arrow(left.size)])
    return score_table(model, table, least=least, fresh=fresh, split=None if right is None else left.size)


def score_table(
    model: PartyModel, records: pa.Table, *, least: float, fresh: Ints | None = None, split: int | None = None
) -> PartyPairs:
    """Score the pairs of standardised records (``unique_id`` 0 … n−1, roles, ``house``, ``own``).

    Args:
        split: records from this one on are the right table, and only pairs across are looked at.
    """
    if not model.usable:
        return _nothing(model.advice)
    for missing in (*sorted(set(model.comparisons())), *_BESIDE.values()):
        if missing not in records.column_names:
            records = records.append_column(missing, pa.nulls(records.num_rows, pa.string()))
    with _database() as con:
        crowded = _blocks(con, model, records, fresh)
        frame = _scored(con, model, split, fresh is not None, least)
    pairs = _pairs(frame, model, split or 0)
    return replace(
        pairs,
        advice=(*model.advice, *_crowded_advice(model, crowded)),
        crowded=frozenset((at, key) for at, key, _ in crowded),
    )


def compare_two(model: PartyModel, records: pa.Table) -> PartyPairs:
    """Score one pair (two standardised records), whether or not a blocking rule would bring it together."""
    return score_table(_of_all(model), records, least=_ANY)


def compare_each(model: PartyModel, records: pa.Table, split: int) -> PartyPairs:
    """Score each of the first ``split`` records with each of the others, none of which has several values."""
    return score_table(_of_all(model), records, least=_ANY, split=split)


def _of_all(model: PartyModel) -> PartyModel:
    return replace(model, rules=(("'all of them'",),))


@contextmanager
def _database() -> Iterator[duckdb.DuckDBPyConnection]:
    with tempfile.TemporaryDirectory(prefix="knockon-resolution-") as folder:
        con = duckdb.connect(":memory:", config={"threads": 2, "temp_directory": folder})
        try:
            con.execute("SET preserve_insertion_order = false")
            yield con
        finally:
            con.close()


def _blocks(
    con: duckdb.DuckDBPyConnection, model: PartyModel, records: pa.Table, fresh: Ints | None
) -> list[tuple[int, int, int]]:
    """Fill ``party`` (records with term frequencies) and ``block`` (per record a key for each rule, null in a crowd);
    gives the crowded blocks (rule, key, records). A record of several values has a row for each variant in both."""
    rows = spread(con, records)
    many, counted = ("many", "count(DISTINCT id)") if rows == "variant" else ("false", "count(*)")
    con.register("fresh_ids", pa.table({"id": pa.array(fresh if fresh is not None else [], pa.int64())}))
    keys = ", ".join(f"{_key(rule)} AS k{at}" for at, rule in enumerate(model.rules))
    con.execute(f"CREATE TABLE keyed AS SELECT unique_id AS id, {many} AS many, {keys} FROM {rows}")
    crowded: list[tuple[int, int, int]] = []
    for at in range(len(model.rules)):
        con.execute(
            f"CREATE TABLE crowd{at} AS SELECT k{at} AS k, {counted} AS n FROM keyed WHERE k{at} IS NOT NULL "
            f"GROUP BY 1 HAVING {counted} > {LARGEST_BLOCK}"
        )
        crowded += [(at, int(k), int(n)) for k, n in con.execute(f"SELECT k, n FROM crowd{at}").fetchall()]
    kept = ", ".join(f"CASE WHEN c{at}.k IS NULL THEN k{at} END AS k{at}" for at in range(len(model.rules)))
    joins = " ".join(f"LEFT JOIN crowd{at} c{at} ON c{at}.k = k{at}" for at in range(len(model.rules)))
    con.execute(
        f"CREATE TABLE block AS SELECT id, many, id IN (SELECT id FROM fresh_ids) AS fresh, {kept} FROM keyed {joins}"
    )
    con.execute("DROP TABLE keyed")
    tf, sources = [], []
    for role, table in model.frequencies.items():
        con.register(f"known_{role}", table)
        tf.append(f"CASE WHEN p.{role} IS NOT NULL THEN coalesce(t_{role}.tf, {model.rare[role]!r}) END AS tf_{role}")
        sources.append(f"LEFT JOIN known_{role} t_{role} ON t_{role}.value = p.{role}")
    needed = ""
    if fresh is not None:  # only the records that share a block with a fresh one
        near = " OR ".join(
            f"k{at} IN (SELECT k{at} FROM block WHERE fresh AND k{at} IS NOT NULL)" for at in range(len(model.rules))
        )
        con.execute(f"DELETE FROM block WHERE NOT fresh AND NOT coalesce({near}, false)")
        needed = "WHERE p.unique_id IN (SELECT id FROM block)"
    con.execute(f"CREATE TABLE party AS SELECT {', '.join(['p.*', *tf])} FROM {rows} p {' '.join(sources)} {needed}")
    return crowded


def _key(rule: Rule) -> str:
    present = " AND ".join(f"{part} IS NOT NULL" for part in rule)
    return f"CASE WHEN {present} THEN hash({', '.join(rule)}) END"


def _scored(
    con: duckdb.DuckDBPyConnection, model: PartyModel, split: int | None, fresh: bool, least: float
) -> pa.Table:
    settings = model.parsed()
    prior = float(settings["probability_two_random_records_match"])
    start = log2(prior / (1 - prior))
    names = model.comparisons()
    columns = sorted({c for name in names for c in (name, *([f"tf_{name}"] if name in model.frequencies else []))})
    columns += [beside for name, beside in _BESIDE.items() if name in names]
    sides = ", ".join(f"a.{c} AS {c}_l, b.{c} AS {c}_r" for c in columns)
    said = _same(names)
    alike = ", ".join(f"coalesce({how}, false) AS same_{what}" for what, how in said.items()) or "true AS same_"
    floor = log2(least / (1 - least))
    across = "b.id > a.id"
    if split is not None:
        across = f"a.id < {split} AND b.id >= {split}"
    elif fresh:  # a fresh record with every other; of two fresh ones once
        across = "b.fresh AND (NOT a.fresh OR a.id < b.id)"
    total = f"{start!r} + " + " + ".join(f"mw_{name}" for name in names)
    bits = ", ".join(f"{bits_of(c)} AS mw_{c['output_column_name']}" for c in settings["comparisons"])
    parts, rules = [], [f"a.k{at} = b.k{at}" for at in range(len(model.rules))]
    for at, rule in enumerate(rules):
        earlier = "".join(f" AND NOT coalesce({held}, false)" for held in rules[:at])
        pairs = f"SELECT a.id AS l, b.id AS r FROM block a JOIN block b ON {rule} WHERE {across}{earlier}"
        parts.append(
            f"SELECT *, {total} AS weight FROM (SELECT l, r, {bits}, {alike} FROM (SELECT l, r, {sides} FROM "
            f"({pairs} AND NOT a.many AND NOT b.many) JOIN party a ON a.unique_id = l JOIN party b ON b.unique_id = r))"
            f" WHERE {total} >= {floor!r}"
        )
    ((several,),) = con.execute("SELECT coalesce(bool_or(many), false) FROM block").fetchall()
    if several:
        pairs = " UNION ".join(
            f"SELECT a.id AS l, b.id AS r FROM block a JOIN block b ON {rule} WHERE {across} AND (a.many OR b.many)"
            for rule in rules
        )
        counts = ", ".join(f"a.n_{name} * b.n_{name} AS n_{name}" for name in names)
        every = ", ".join(f"{bits_of(c, 'NULL')} AS mw_{c['output_column_name']}" for c in settings["comparisons"])
        best = ", ".join(f"{_best(name)} AS mw_{name}" for name in names)
        same = ", ".join(f"bool_or(same_{what}) AS same_{what}" for what in said) or "true AS same_"
        chosen = ", ".join(f"n_{name}" for name in names)
        parts.append(
            f"SELECT *, {total} AS weight FROM (SELECT l, r, {best}, {same} FROM (SELECT l, r, {chosen}, {every}, "
            f"{alike} FROM (SELECT l, r, {counts}, {sides} FROM ({pairs}) JOIN party a ON a.unique_id = l "
            f"JOIN party b ON b.unique_id = r)) GROUP BY l, r) WHERE {total} >= {floor!r}"
        )
    made: pa.Table = pa.concat_tables(con.sql(part).to_arrow_table() for part in parts)
    return made


def _same(names: Sequence[str]) -> dict[str, str]:
    """What is noted of a pair beside the weights, as SQL: values that are written alike, names that changed places."""
    said = {p: f"{p}_l = {p}_r" for p in _AS_WRITTEN if p in names}
    if {"given", "family"} <= set(names):
        said[_SWAPPED] = "given_l = family_r OR family_l = given_r"
    return said


def _best(name: str) -> str:
    """The best match of several values; what agrees by chance does so more often where there is more to choose from."""
    best = f"max(mw_{name})"
    return f"CASE WHEN {best} > 0 THEN greatest({best} - log2(any_value(n_{name})), 0.0) ELSE coalesce({best}, 0.0) END"


def _pairs(frame: pa.Table, model: PartyModel, offset: int) -> PartyPairs:
    names = model.comparisons()
    low, high = (np.asarray(frame[side].to_numpy(), np.int64) for side in "lr")
    left, right = np.minimum(low, high), np.maximum(low, high)
    order = np.lexsort((right, left))
    bits = np.stack([np.asarray(frame[f"mw_{name}"].to_numpy(), np.float64) for name in names], axis=1)
    weight = np.asarray(frame["weight"].to_numpy(), np.float64)
    probability = 1.0 / (1.0 + np.exp2(-weight))
    alike = {p: np.asarray(frame[f"same_{p}"].to_numpy(zero_copy_only=False), bool) for p in _same(names)}
    proven = _corroborated(names, bits, alike)
    if not {"given", "family", "name"} & set(names):  # a bare address: only what is written alike is one place
        proven = np.ones(len(left), bool)
        for place in _PLACE:
            if place in names:
                proven &= alike[place]
        proven &= "street" in names and len(set(_PLACE) & set(names)) > 1
    probability = np.where(proven, probability, np.minimum(probability, ALONE))
    probability = np.minimum(probability, _of_one_person(names, bits, alike))
    for number in _NUMBERS:  # official numbers that differ, be it by a slip of the pen: a person is asked at most
        if number in names:
            worth = bits[:, names.index(number)]
            most = np.where(alike[number] | (worth == 0.0), 1.0, np.where(worth > DIFFERS / 2, ALONE, OTHERS))
            probability = np.minimum(probability, most)
    return PartyPairs(
        left[order], right[order] - offset, weight[order], probability[order], names, bits[order], model.advice
    )


def _of_one_person(names: Sequence[str], bits: Floats, alike: Mapping[str, Bools]) -> Floats:
    """The highest probability that what belongs to one person alone leaves.

    A family shares its name, house, phone and often a mailbox, colleagues share an office: however much of that agrees,
    another given name or birth date is asked about, and both together are another person. Given and family name that
    changed places are the same name.
    """
    column = {name: bits[:, at] for at, name in enumerate(names)}
    nothing = np.zeros(len(bits))
    if _SWAPPED in alike:
        column["given"] = np.where(alike[_SWAPPED], np.maximum(column["given"], 0.0), column["given"])
    own = [column.get("given", column.get("name", nothing)), column.get("born", nothing)]
    against = sum((worth <= -1.0).astype(np.int64) for worth in own)
    speaks = sum((worth >= 1.0).astype(np.int64) for worth in own)
    for number in _NUMBERS:
        speaks = speaks + alike.get(number, nothing).astype(np.int64)
    most = np.where(against == 0, 1.0, np.where(speaks > 0, ALONE, SHARED))
    return np.where(against >= 2, APART, most)


def _corroborated(names: Sequence[str], bits: Floats, alike: Mapping[str, Bools]) -> Bools:
    """Whether two independent kinds of evidence speak for a pair: the same name alone is no proof.

    What is only similar (a birthday, a phone number one digit off) counts half, and so does a given name without the
    family name; an e-mail address that is only similar is often made of the same name, and does not count.
    """
    says = {Role(name): bits[:, at] >= 1.0 for at, name in enumerate(names)}
    nobody = np.zeros(len(bits), bool)
    family = says.get(Role.FAMILY, nobody) | says.get(Role.NAME, nobody)
    spoken = np.where(family, 1.0, np.where(says.get(Role.GIVEN, nobody), 0.5, 0.0))
    for role in EVIDENCE:
        if role in says:
            similar = 0.0 if role is Role.EMAIL else 0.5
            spoken += np.where(says[role], np.where(alike[str(role)], 1.0, similar), 0.0)
    return np.asarray(spoken >= 2.0, bool)


def _crowded_advice(model: PartyModel, crowded: Sequence[tuple[int, int, int]]) -> list[str]:
    largest: dict[int, list[int]] = {}
    for at, _, count in crowded:
        largest.setdefault(at, []).append(count)
    return [
        f"{len(counts):,} value{'s' if len(counts) > 1 else ''} of {model.rules[at][0]} "
        f"{'are' if len(counts) > 1 else 'is'} shared by more than {LARGEST_BLOCK} records (up to {max(counts):,}): "
        "sharing one is no reason to compare them."
        for at, counts in sorted(largest.items())
        if len(model.rules[at]) == 1
    ]


def _nothing(advice: tuple[str, ...]) -> PartyPairs:
    none, zero = np.empty(0, np.int64), np.empty(0)
    return PartyPairs(none, none, zero, zero, (), np.empty((0, 0)), advice)
