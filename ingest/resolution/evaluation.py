"""Measure the default matching on two tables of anyone's with known true pairs."""

from __future__ import annotations

import re
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest.resolution.columns import ColumnPair, name_likeness
from ingest.resolution.matching import ACCEPT_AT
from ingest.resolution.parties import match_records
from ingest.resolution.policy import MERGE_AT
from ingest.resolution.tables import Table, read_table
from ontology.errors import SourceError

Pair = tuple[int, int]
_LABEL = re.compile(r"^(label|match|is_?match|gold|gold_?standard|same|duplicate|y|target)$", re.IGNORECASE)
_YES = frozenset({"1", "1.0", "true", "yes", "y", "match", "same", "t"})
_NO = frozenset({"0", "0.0", "false", "no", "n", "non-match", "nonmatch", "different", "f"})


@dataclass(frozen=True, slots=True)
class Truth:
    """The true pairs as row positions, and how the file was understood."""

    pairs: frozenset[Pair]
    left_id: str
    right_id: str
    columns: tuple[str, str]
    unknown: int
    """Pairs that name a row which is not in the tables."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of one evaluation; ``seconds`` and ``peak_mb`` (of the whole process) include reading the files."""

    precision: float
    recall: float
    f1: float
    candidate_pairs: int
    seconds: float
    peak_mb: float
    found: int
    true: int
    candidate_recall: float
    merge_precision: float
    """Precision of what would be merged without asking."""
    merge_expected: float
    """Precision that the model itself expects there."""
    merged: int
    shape: str
    method: str
    left: str
    right: str
    truth: str
    mapping: tuple[ColumnPair, ...]
    ids: tuple[str, str]
    advice: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """One object: the six named figures, and what helps to read them."""
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "candidate_pairs": self.candidate_pairs,
            "seconds": round(self.seconds, 2),
            "peak_mb": round(self.peak_mb, 1),
            "found": self.found,
            "true": self.true,
            "candidate_recall": round(self.candidate_recall, 4),
            "merge": {
                "at": MERGE_AT,
                "pairs": self.merged,
                "precision": round(self.merge_precision, 4),
                "expected_precision": round(self.merge_expected, 4),
            },
            "shape": self.shape,
            "method": self.method,
            "ids": list(self.ids),
            "advice": list(self.advice),
            "mapping": [
                {"left": pair.left, "right": pair.right, "kind": str(pair.kind), "score": pair.score}
                for pair in self.mapping
            ],
        }


def evaluate(left: Path, right: Path, truth: Path, class_name: str | None = None) -> Evaluation:
    """Resolve two tables (or one, named twice) with the default configuration and compare with the true pairs.

    Args:
        class_name: class of the records; parties, people and addresses are matched by the party model, anything else
            by text. Without it the kind is read from the columns.

    Raises:
        SourceError: a file cannot be read, or the true pairs name no rows of the tables.
    """
    start = time.perf_counter()
    one = read_table(left)
    other = one if _same_file(left, right) else read_table(right)
    known = read_truth(truth, one, other)
    ids = (known.left_id, known.right_id)
    method, matches = match_records(one, other, ids, class_name)
    found = set(matches.accepted(ACCEPT_AT))
    merged = set(matches.accepted(MERGE_AT))
    if one is other:
        found, merged = _ordered(found), _ordered(merged)
    seconds = time.perf_counter() - start
    candidates = set(zip(matches.left.tolist(), matches.right.tolist(), strict=True))
    hits = len(found & known.pairs)
    precision, recall = hits / max(len(found), 1), hits / max(len(known.pairs), 1)
    return Evaluation(
        precision=precision,
        recall=recall,
        f1=2 * precision * recall / (precision + recall) if hits else 0.0,
        candidate_pairs=len(matches.left),
        seconds=seconds,
        peak_mb=peak_mb(),
        found=len(found),
        true=len(known.pairs),
        candidate_recall=len((_ordered(candidates) if one is other else candidates) & known.pairs)
        / max(len(known.pairs), 1),
        merge_precision=len(merged & known.pairs) / len(merged) if merged else 1.0,
        merge_expected=matches.threshold(MERGE_AT).precision,
        merged=len(merged),
        shape=str(matches.shape),
        method=method,
        left=f"{left.name}: {len(one)} rows ({one.how})",
        right=f"{right.name}: {len(other)} rows ({other.how})",
        truth=f"{truth.name}: {len(known.pairs)} pairs ({' = '.join(known.columns)})"
        + (f", {known.unknown} name rows that are not there" if known.unknown else ""),
        mapping=matches.mapping,
        ids=ids,
        advice=matches.advice,
    )


def peak_mb() -> float:
    """Largest resident memory of this process so far, MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform != "darwin" else peak / 2**20


def read_truth(path: Path, left: Table, right: Table) -> Truth:
    """Read true pairs: which columns of the file name rows of which table, and by which of their columns.

    Pairs that a column ``label`` (or ``match`` …) marks as no match are left out.

    Raises:
        SourceError: no two columns hold values of the tables' columns.
    """
    table = read_table(path)
    rows = table.rows
    labels = [name for name in table.columns if _is_label(name, table.column(name))]
    if labels and len(table.columns) > 2:
        flags = table.column(labels[0])
        rows = tuple(row for row, flag in zip(rows, flags, strict=True) if flag.lower() in _YES)
    named = [name for name in table.columns if name not in labels[:1] or len(table.columns) <= 2]
    values = {name: [_key(row[table.columns.index(name)]) for row in rows] for name in named}
    of_left, of_right = _keys(left), _keys(right) if right is not left else _keys(left)
    best: tuple[float, tuple[str, str, str, str]] | None = None
    for first in named:
        for second in named:
            if first == second:
                continue
            a, left_id = _covered(values[first], of_left)
            b, right_id = _covered(values[second], of_right)
            order = 0.02 * (named.index(first) < named.index(second))
            score = a + b + order + 0.1 * _side(first, left.name, "left l") + 0.1 * _side(second, right.name, "right r")
            if min(a, b) > 0.5 and (best is None or score > best[0]):
                best = (score, (first, second, left_id, right_id))
    if best is None:
        raise SourceError(
            "the true pairs name no rows of the two tables",
            where=path,
            do="Give a file with one column of ids of the left table and one of the right.",
        )
    first, second, left_id, right_id = best[1]
    at_left, at_right = _places(left, left_id), _places(right, right_id)
    forward = _resolve(values[first], values[second], at_left, at_right)
    if right is not left:
        backward = _resolve(values[second], values[first], at_left, at_right)
        if len(backward) > 0.8 * len(forward) and _alike(backward, left, right) > 2 * _alike(forward, left, right):
            first, second, forward = second, first, backward
    pairs = frozenset(_ordered(forward) if left is right else forward)
    return Truth(pairs, left_id, right_id, (first, second), len(rows) - len(forward))


def _is_label(name: str, values: list[str]) -> bool:
    seen = {value.lower() for value in values if value}
    return bool(_LABEL.match(name)) and bool(seen) and seen <= _YES | _NO


def _key(value: str) -> str:
    """Ids written as ``206``, ``206.0`` and `` 206`` are one."""
    text = value.strip()
    return text[:-2] if re.fullmatch(r"\d+\.0", text) else text


def _keys(table: Table) -> dict[str, set[str]]:
    found = {}
    for name in table.columns:
        values = [_key(value) for value in table.column(name)]
        if len(set(values)) > 0.98 * len(values):
            found[name] = set(values)
    return found


def _covered(values: list[str], keys: dict[str, set[str]]) -> tuple[float, str]:
    """The share of values that the best key column holds; a column called id wins among equals."""
    best = (0.0, 0.0, "")
    for name, held in keys.items():
        share = sum(value in held for value in values) / max(1, len(values))
        best = max(best, (round(share, 3), name_likeness(name, "id"), name))
    return best[0], best[2]


def _side(column: str, table: str, words: str) -> float:
    """Whether the name of a truth column speaks of this table: ``idAbt`` of ``Abt.csv``, ``ltable_id`` of the left."""
    name, stem = column.lower(), re.sub(r"[^a-z]", "", table.lower())
    bare = re.sub(r"(^|_)ids?($|_)|id", "", name).strip("_")
    if bare and len(bare) >= 3 and (bare in stem or stem in bare):
        return 1.0
    return float(
        any(name.startswith(word) for word in words.split()[:1]) or name.startswith(words.split()[1] + "table")
    )


def _places(table: Table, name: str) -> dict[str, int]:
    return {_key(value): place for place, value in enumerate(table.column(name))}


def _resolve(first: list[str], second: list[str], left: dict[str, int], right: dict[str, int]) -> set[Pair]:
    return {(left[a], right[b]) for a, b in zip(first, second, strict=True) if a in left and b in right}


def _ordered(pairs: set[Pair]) -> set[Pair]:
    return {(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}


def _alike(pairs: set[Pair], left: Table, right: Table) -> float:
    """Mean share of common words over some pairs: tells which way round the columns of true pairs are meant."""
    shares = []
    for a, b in sorted(pairs)[:: max(1, len(pairs) // 300)]:
        x, y = (set(" ".join(row).lower().split()) for row in (left.rows[a], right.rows[b]))
        shares.append(len(x & y) / max(1, min(len(x), len(y))))
    return float(np.mean(shares)) if shares else 0.0


def _same_file(left: Path, right: Path) -> bool:
    return left.resolve() == right.resolve() or (
        left.is_file()
        and right.is_file()
        and left.stat().st_size == right.stat().st_size
        and left.read_bytes() == right.read_bytes()
    )
