"""TF-IDF vectors of texts, the nearest records by them, and likenesses of given pairs.

Weights: (1 + ln tf) · (1 + ln((1+n)/(1+df))), rows of length one (Manning et al., *Introduction to Information
Retrieval*, ch. 6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from numba import njit
from sklearn.feature_extraction.text import CountVectorizer

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_CELLS = 30_000_000
"""Cells of the dense block that the nearest records are picked from."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """Vectors of the left and the right texts over one vocabulary."""

    left: sp.csr_matrix
    right: sp.csr_matrix
    bits: npt.NDArray[np.float32]
    """Information of each term, log2(n / df)."""

    def cosine(self, i: Ints, j: Ints) -> Floats:
        """Cosine of each pair."""
        found: Floats = _pair_dots(
            self.left.indptr, self.left.indices, self.left.data,
            self.right.indptr, self.right.indices, self.right.data, i, j,
        )  # fmt: skip
        return found

    def shared_bits(self, i: Ints, j: Ints) -> Floats:
        """Information of the terms that both texts of a pair hold, bits."""
        a, b = self.left, self.right
        found: Floats = _pair_bits(a.indptr, a.indices, b.indptr, b.indices, self.bits, i, j)
        return found


def words(left: Sequence[str], right: Sequence[str]) -> Vectors | None:
    """Vectors over the words of plain texts; None where no text has a word."""
    return _vectors(CountVectorizer(token_pattern=r"\S+", lowercase=False, dtype=np.float32), left, right)


def grams(left: Sequence[str], right: Sequence[str]) -> Vectors | None:
    """Vectors over the groups of three and four letters within words."""
    counter = CountVectorizer(analyzer="char_wb", ngram_range=(3, 4), lowercase=False, dtype=np.float32)
    return _vectors(counter, left, right)


def _vectors(counter: CountVectorizer, left: Sequence[str], right: Sequence[str]) -> Vectors | None:
    same = left is right
    try:
        counts = counter.fit_transform(left if same else [*left, *right]).tocsr()
    except ValueError:  # an empty vocabulary
        return None
    counts.sort_indices()
    n, df = counts.shape[0], np.bincount(counts.indices, minlength=counts.shape[1])
    idf = (1 + np.log((1 + n) / (1 + df))).astype(np.float32)
    counts.data = (1 + np.log(counts.data)) * idf[counts.indices]
    rows = np.repeat(np.arange(n), np.diff(counts.indptr))
    norms = np.sqrt(np.bincount(rows, counts.data.astype(np.float64) ** 2, n))
    counts.data = (counts.data / np.maximum(norms, 1e-12)[rows]).astype(np.float32)
    bits = np.log2(n / np.maximum(df, 1)).astype(np.float32)
    return Vectors(counts, counts, bits) if same else Vectors(counts[: len(left)], counts[len(left) :], bits)


def nearest(left: sp.csr_matrix, right: sp.csr_matrix, k: int, skip_self: bool = False) -> tuple[Ints, Ints]:
    """For each left row the k right rows with the largest dot product above zero."""
    across = right.T.tocsr()
    step = max(1, _CELLS // max(1, right.shape[0]))
    found_left, found_right = [], []
    for start in range(0, left.shape[0], step):
        block = (left[start : start + step] @ across).toarray()
        if skip_self:
            block[np.arange(len(block)), np.arange(start, start + len(block))] = 0
        width = min(k, block.shape[1])
        best = np.argpartition(-block, width - 1, axis=1)[:, :width]
        rows, places = np.nonzero(np.take_along_axis(block, best, 1) > 0)
        found_left.append(rows + start)
        found_right.append(best[rows, places])
    return np.concatenate(found_left).astype(np.int64), np.concatenate(found_right).astype(np.int64)


def prune(matrix: sp.csr_matrix, limit: int) -> npt.NDArray[np.bool_]:
    """Which terms occur in at most ``limit`` rows: frequent ones cost much and tell little."""
    return np.bincount(matrix.indices, minlength=matrix.shape[1]) <= limit


@njit(cache=True, nogil=True)
def _pair_dots(ap, ai, ad, bp, bi, bd, i, j):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    out = np.zeros(len(i))
    for p in range(len(i)):
        x, xe, y, ye = ap[i[p]], ap[i[p] + 1], bp[j[p]], bp[j[p] + 1]
        total = 0.0
        while x < xe and y < ye:
            if ai[x] == bi[y]:
                total += ad[x] * bd[y]
                x += 1
                y += 1
            elif ai[x] < bi[y]:
                x += 1
            else:
                y += 1
        out[p] = total
    return out


@njit(cache=True, nogil=True)
def _pair_bits(ap, ai, bp, bi, bits, i, j):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    out = np.zeros(len(i))
    for p in range(len(i)):
        x, xe, y, ye = ap[i[p]], ap[i[p] + 1], bp[j[p]], bp[j[p] + 1]
        total = 0.0
        while x < xe and y < ye:
            if ai[x] == bi[y]:
                total += bits[ai[x]]
                x += 1
                y += 1
            elif ai[x] < bi[y]:
                x += 1
            else:
                y += 1
        out[p] = total
    return out
