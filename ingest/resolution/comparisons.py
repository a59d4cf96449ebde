"""Comparisons: how alike the two records of a pair are, column by column and as a whole.

Every comparison is a number that grows with likeness; NaN where one side has no value. None is tuned to a data set:
what a number is worth is learned from the tables themselves (:mod:`ingest.resolution.weights`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from ingest.resolution import vectors
from ingest.resolution.columns import ColumnPair, Kind, amount, day
from ingest.resolution.tables import Table
from ingest.resolution.text import codes, fold, numbers, plain, squeezed

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
NEIGHBOURS = 10
LARGEST = 600_000
"""Candidate pairs aimed at: larger tables get fewer neighbours per record (never fewer than three)."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of rows and their comparisons; ``values`` has a row per pair and a column per comparison."""

    left: Ints
    right: Ints
    names: tuple[str, ...]
    values: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.left)


def compare(left: Table, right: Table, mapping: Sequence[ColumnPair], ignore: Sequence[str | None]) -> Candidates:
    """Find candidate pairs and compare them. The same object on both sides means: one table with itself, i < j.

    Args:
        mapping: columns that hold the same (:func:`ingest.resolution.columns.map_columns`).
        ignore: the id columns of left and right; everything else joins the text of the whole record.
    """
    own = left is right
    whole_left = _whole(left, ignore[0])
    whole_right = whole_left if own else _whole(right, ignore[1])
    plain_left = [plain(text) for text in whole_left]
    plain_right = plain_left if own else [plain(text) for text in whole_right]
    by_word, by_gram = vectors.words(plain_left, plain_right), vectors.grams(plain_left, plain_right)
    nothing = np.empty(0, np.int64)
    if by_word is None or by_gram is None or not len(left) or not len(right):
        return Candidates(nothing, nothing, (), np.empty((0, 0), np.float32))
    i, j = _candidates(by_word, by_gram, own)
    if not len(i):
        return Candidates(nothing, nothing, (), np.empty((0, 0), np.float32))
    found: dict[str, Floats] = {
        "record: words": by_word.cosine(i, j),
        "record: letters": by_gram.cosine(i, j),
        "record: information": by_word.shared_bits(i, j),
        "record: codes": _codes(whole_left, whole_right, i, j),
        "record: numbers": _numbers(whole_left, whole_right, i, j),
    }
    for pair in mapping:
        a = left.column(pair.left)
        b = a if own else right.column(pair.right)
        found |= {f"{pair.name}: {what}": value for what, value in _column(pair, a, b, i, j).items()}
    always = ("record: words", "record: letters")  # the first guess at what is alike
    kept = {name: value for name, value in found.items() if name in always or _tells(value)}
    return Candidates(i, j, tuple(kept), np.stack(list(kept.values()), axis=1).astype(np.float32))


def _tells(value: Floats) -> bool:
    return bool(np.isfinite(value).any() and np.nanstd(value) > 0)


def _whole(table: Table, ignored: str | None) -> list[str]:
    skip = table.columns.index(ignored) if ignored in table.columns else -1
    return [" ".join(cell for at, cell in enumerate(row) if at != skip and cell) for row in table.rows]


def _candidates(by_word: vectors.Vectors, by_gram: vectors.Vectors, own: bool) -> tuple[Ints, Ints]:
    """The nearest records of each record, both ways, by words and letters together."""
    rows, columns = by_word.left.shape[0], by_word.right.shape[0]
    limit = max(2000, 200_000_000 // max(rows, columns, 1))
    keep_w, keep_g = vectors.prune(by_word.right, limit), vectors.prune(by_gram.right, limit)
    a = sp.hstack([by_word.left[:, keep_w], by_gram.left[:, keep_g]]).tocsr()
    b = a if own else sp.hstack([by_word.right[:, keep_w], by_gram.right[:, keep_g]]).tocsr()
    there = int(np.clip(LARGEST // max(rows, 1), 3, NEIGHBOURS))
    i, j = vectors.nearest(a, b, there, skip_self=own)
    if own:
        i, j = np.minimum(i, j), np.maximum(i, j)
    else:
        back = int(np.clip(LARGEST // max(columns, 1), 3, NEIGHBOURS))
        second, first = vectors.nearest(b, a, back)
        i, j = np.concatenate([i, first]), np.concatenate([j, second])
    pairs = np.unique(i * columns + j)
    return pairs // columns, pairs % columns


def _column(pair: ColumnPair, a: list[str], b: list[str], i: Ints, j: Ints) -> dict[str, Floats]:
    if pair.kind is Kind.NUMBER:
        return {
            "amount": _by(
                lambda x, y: -np.abs(np.log(x) - np.log(y)), [_positive(v) for v in a], [_positive(v) for v in b], i, j
            )
        }
    if pair.kind is Kind.YEAR:
        return {"year": _by(lambda x, y: -np.abs(x - y), [_year(v) for v in a], [_year(v) for v in b], i, j)}
    if pair.kind is Kind.DATE:
        return {"date": _dates(a, b, i, j)}
    if pair.kind is Kind.CODE:
        return {
            "code": _letters(
                [squeezed(v) for v in a], [squeezed(v) for v in b], i, j, JaroWinkler.normalized_similarity
            )
        }
    x = [plain(value) for value in a]
    y = x if a is b else [plain(value) for value in b]
    missing = ~(_filled(x)[i] & _filled(y)[j])
    out: dict[str, Floats] = {}
    by_word, by_gram = vectors.words(x, y), vectors.grams(x, y)
    if by_word is not None and by_gram is not None:
        out["words"], out["letters"] = by_word.cosine(i, j), by_gram.cosine(i, j)
        if pair.short:
            out["information"] = by_word.shared_bits(i, j)
    if pair.short:
        out["spelling"] = _letters(x, y, i, j, fuzz.token_sort_ratio) / 100
    for value in out.values():
        value[missing] = np.nan
    return out


def _filled(values: Sequence[str]) -> npt.NDArray[np.bool_]:
    return np.array([bool(value) for value in values], bool)


def _by(rule: Callable[[Floats, Floats], Floats], a: list[float], b: list[float], i: Ints, j: Ints) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return rule(np.array(a, np.float64)[i], np.array(b, np.float64)[j])


def _positive(text: str) -> float:
    found = amount(text)
    return found if found > 0 else float("nan")


def _year(text: str) -> float:
    found = day(text)
    return float(found.year) if found else amount(text)


def _letters(a: Sequence[str], b: Sequence[str], i: Ints, j: Ints, scorer: Callable[..., float]) -> Floats:
    out = np.empty(len(i))
    for start in range(0, len(i), 200_000):
        part = slice(start, start + 200_000)
        out[part] = process.cpdist([a[p] for p in i[part]], [b[p] for p in j[part]], scorer=scorer, workers=1)
    out[~(_filled(a)[i] & _filled(b)[j])] = np.nan
    return out


def _dates(a: list[str], b: list[str], i: Ints, j: Ints) -> Floats:
    """Share of equal parts (year, month, day; day and month swapped count two), else likeness of the digits."""

    def parts(values: list[str]) -> Floats:
        read = [day(value) for value in values]
        return np.array([(d.year, d.month, d.day) if d else (np.nan,) * 3 for d in read], np.float64).reshape(-1, 3)

    x, y = parts(a)[i], parts(b)[j]
    equal = (x == y).sum(axis=1).astype(np.float64)
    swapped = (x[:, 0] == y[:, 0]) & (x[:, 1] == y[:, 2]) & (x[:, 2] == y[:, 1])
    equal = np.maximum(equal, 2.0 * swapped)
    spelling = _letters([squeezed(v) for v in a], [squeezed(v) for v in b], i, j, fuzz.ratio) / 100
    return np.where(np.isnan(x[:, 0]) | np.isnan(y[:, 0]), spelling * 3, equal + 0.5 * spelling)


def _codes(left: list[str], right: list[str], i: Ints, j: Ints) -> Floats:
    """Information of the rarest code that both records hold, also written apart (``PS-LX 350H``); 0 where both have
    codes and none is shared; NaN where one side has none and nothing is found."""
    ours = [codes(text) for text in left]
    theirs = ours if left is right else [codes(text) for text in right]
    if not any(ours) or not any(theirs):
        return np.full(len(i), np.nan)
    near = [squeezed(text) for text in left]
    far = near if left is right else [squeezed(text) for text in right]
    count: dict[str, int] = {}
    for held in ours if left is right else [*ours, *theirs]:
        for code in held:
            count[code] = count.get(code, 0) + 1
    total = len(near) + (0 if left is right else len(far))
    bits = {code: np.log2(total / seen) * min(len(code), 8) / 8 for code, seen in count.items()}
    out = np.full(len(i), np.nan)
    for place, (p, q) in enumerate(zip(i.tolist(), j.tolist(), strict=True)):
        x, y = ours[p], theirs[q]
        if not x and not y:
            continue
        best = max((bits[code] for code in x if code in y or code in far[q]), default=0.0)
        best = max((bits[code] for code in y if code in near[p]), default=best) if y - x else best
        if best > 0 or (x and y):
            out[place] = best
    return out


def _numbers(left: list[str], right: list[str], i: Ints, j: Ints) -> Floats:
    a = [numbers(fold(text)) for text in left]
    b = a if left is right else [numbers(fold(text)) for text in right]
    found = vectors.words(a, b)
    if found is None:
        return np.full(len(i), np.nan)
    out = found.cosine(i, j)
    out[~(_filled(a)[i] & _filled(b)[j])] = np.nan
    return out
