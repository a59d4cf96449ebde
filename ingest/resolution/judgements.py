"""Judgements: who said that two mentions are the same, are different, or may be either, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]


class Verdict(StrEnum):
    """What a judgement says."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


class Decider(StrEnum):
    """Who says it. A person outranks a rule, a rule outranks the model."""

    MODEL = "model"
    RULE = "rule"
    PERSON = "person"


BY_MAPPING = "mapping"
"""Agent of the judgements that a mapping makes (``same_as``)."""
VERDICTS = (Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE)
DECIDERS = (Decider.MODEL, Decider.RULE, Decider.PERSON)
_VERDICT_CODE = {verdict: code for code, verdict in enumerate(VERDICTS)}
_DECIDER_CODE = {decider: code for code, decider in enumerate(DECIDERS)}


@dataclass(frozen=True, slots=True)
class Judgement:
    """One entry of the ledger. ``weight`` is a match weight in bits: log2 of the odds for *same*."""

    left: str
    right: str
    verdict: Verdict
    weight: float = 0.0
    decided_by: Decider = Decider.MODEL
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Links:
    """Judgements as columns; ``left`` and ``right`` are positions in the array of mentions.

    ``verdict`` and ``decider`` hold positions in :data:`VERDICTS` and :data:`DECIDERS`.
    """

    left: Ints
    right: Ints
    verdict: Codes
    weight: Floats
    decider: Codes

    def __len__(self) -> int:
        return len(self.left)

    @classmethod
    def same(
        cls, left: npt.ArrayLike, right: npt.ArrayLike, weight: npt.ArrayLike, decider: Decider = Decider.MODEL
    ) -> Links:
        """Links that all say *same*, by one decider."""
        return cls.of_verdict(left, right, weight, Verdict.SAME, decider)

    @classmethod
    def of_verdict(
        cls, left: npt.ArrayLike, right: npt.ArrayLike, weight: npt.ArrayLike, verdict: Verdict, decider: Decider
    ) -> Links:
        """Links with one verdict, by one decider."""
        ends = np.asarray(left, np.int64), np.asarray(right, np.int64)
        size = len(ends[0])
        return cls(
            ends[0],
            ends[1],
            np.full(size, _VERDICT_CODE[verdict], np.int8),
            np.broadcast_to(np.asarray(weight, np.float64), (size,)).copy(),
            np.full(size, _DECIDER_CODE[decider], np.int8),
        )

    @classmethod
    def empty(cls) -> Links:
        """No links."""
        return cls.same([], [], [])

    @classmethod
    def concat(cls, parts: Sequence[Links]) -> Links:
        """All links of ``parts``, in their order."""
        if not parts:
            return cls.empty()
        return cls(
            np.concatenate([part.left for part in parts]),
            np.concatenate([part.right for part in parts]),
            np.concatenate([part.verdict for part in parts]),
            np.concatenate([part.weight for part in parts]),
            np.concatenate([part.decider for part in parts]),
        )

    @classmethod
    def of(cls, judgements: Iterable[Judgement], mentions: Sequence[str] | pa.Array) -> tuple[Links, tuple[int, ...]]:
        """The columns of ``judgements``, and the positions of those that sleep because a mention is not there."""
        listed = list(judgements)
        keys = pa.array(mentions, pa.string()) if not isinstance(mentions, pa.Array) else mentions.cast(pa.string())
        left = _positions([judgement.left for judgement in listed], keys)
        right = _positions([judgement.right for judgement in listed], keys)
        awake = (left >= 0) & (right >= 0)
        links = cls(
            left,
            right,
            np.array([_VERDICT_CODE[judgement.verdict] for judgement in listed], np.int8),
            np.array([judgement.weight for judgement in listed], np.float64),
            np.array([_DECIDER_CODE[judgement.decided_by] for judgement in listed], np.int8),
        )
        return links.take(np.flatnonzero(awake)), tuple(int(i) for i in np.flatnonzero(~awake))

    def take(self, rows: Ints) -> Links:
        """The links at these positions."""
        return Links(self.left[rows], self.right[rows], self.verdict[rows], self.weight[rows], self.decider[rows])


def _positions(names: list[str], keys: pa.Array) -> Ints:
    found = pc.fill_null(pc.index_in(pa.array(names, pa.string()), keys), -1)
    return np.asarray(found.to_numpy(zero_copy_only=False), np.int64)
