"""How unlikely it is that a column's values are another's keys by chance: what an inclusion says without any name."""

from __future__ import annotations

import math

from ingest.onboarding.inclusion import Inclusion
from ingest.onboarding.model import ColumnProfile, Kind
from ingest.onboarding.names import is_key_like


def evidence(column: ColumnProfile, key: ColumnProfile, found: Inclusion) -> tuple[float, str]:
    """How much an inclusion says by itself, in [0, 1]: how unlikely it were by chance."""
    if column.distinct < 2:
        return (0.1 if column.kind is Kind.INTEGER else 0.3), "one value only"
    if column.kind is Kind.UUID:
        return 1.0, "ids that come nowhere else by chance"
    if (
        column.kind is not Kind.INTEGER
        or key.low is None
        or key.high is None
        or column.low is None
        or column.high is None
    ):
        length = min(1.0, key.mean_length / 6)
        many = min(1.0, column.distinct / 8)
        if not column.named and found.missing == 0 and _rare(column, key):
            return _RARE, f"{column.distinct} codes, all known there, of the many that could be written so"
        return round(0.35 + 0.35 * length + 0.3 * many, 2), f"{column.distinct} texts, all known there"
    span = key.high - key.low + 1
    reach = (column.high - key.low + 1) / span
    begins = (column.low - key.low) / span
    own = column.distinct / (column.high - column.low + 1)
    if found.near < 0.95 and column.distinct >= 3:
        # chance that as many different numbers in this range are keys, all of them (in truth less yet)
        chance = found.near ** min(column.distinct, 400)
        if chance < 1e-3:
            return 0.95, f"the key has gaps there, and none of {column.distinct} values falls into one"
        if chance < 0.05:
            return 0.7, f"the key has gaps there, and none of {column.distinct} values falls into one"
    if key.low > 50 and column.distinct >= 3:
        return min(0.9, 0.6 + 0.3 * reach), f"the key begins at {key.low}, and so do the values"
    if key.distinct < 5:
        return 0.2, "few small numbers"
    if begins <= 0.05 and reach >= 0.95 and own >= 0.5:
        return 0.45 + 0.35 * min(
            1.0, key.distinct / 20
        ) * found.covered**0.5, f"the values go from {column.low} to {column.high} as the key does"
    if reach > 0.6 and column.distinct >= 20:
        return 0.4, "numbers in the key's range"
    return 0.15, "small numbers, which are in any such key"


_TORN = 0.95
"""Share of the values that must be there at least where an export has lost rows of the other table."""
_TELLING = 4.0
"""Mean length from which codes say something by themselves."""
_CODE = 20
_MANY = 20
_NEVER_BY_CHANCE = -12.0
"""Logarithm of a probability: far below what all pairs of columns in a folder could come to."""


def hardly_by_chance(column: ColumnProfile, found: Inclusion) -> bool:
    """Whether values fit a key too well for chance, though a few are missing; or are codes, nearly all of them known.

    Chernoff's bound of the binomial tail (Hoeffding 1963, theorem 1): of ``n`` numbers, where a share ``p`` of those
    beside them are keys, the probability that a share ``q`` or more are is at most ``exp(-n·KL(q‖p))``. What is called
    an id need only fit better than any number of the range.
    """
    if column.kind is Kind.TEXT and column.mean_length >= _TELLING and column.longest <= _CODE:
        return _TORN <= found.included < 1 and column.distinct >= _MANY
    called = column.named and is_key_like(column.name)
    q, p, n = found.included, found.near if called else found.beside, min(column.distinct, 400)
    return column.kind is Kind.INTEGER and _TORN <= q < 1 and is_no_chance(q, p, n)


def is_no_chance(share: float, usual: float, of: int) -> bool:
    """Whether a share of so many is far above what is usual: the tail's bound is below 1 in 100,000."""
    if not 0 < usual < share <= 1:
        return 0 == usual < share
    rest = (1 - share) * math.log((1 - share) / (1 - usual)) if share < 1 else 0.0
    return -of * (share * math.log(share / usual) + rest) < _NEVER_BY_CHANCE


_RARE = 0.8
_LETTERS = 26
_BY_CHANCE = 1e-4


def _rare(column: ColumnProfile, key: ColumnProfile) -> bool:
    """Whether codes fall into a key of codes hardly by chance: two or more, and few of all that could be written.

    Only short codes of one length; what people write in words is alike for other reasons.
    """
    same = 2 <= key.mean_length <= 5 and abs(column.mean_length - key.mean_length) <= 0.5
    code = column.kind is Kind.TEXT is key.kind and key.longest <= 5 and column.longest <= key.longest
    if not (same and code) or column.distinct < 2:
        return False
    chance: float = key.distinct / _LETTERS**key.mean_length
    return chance**column.distinct < _BY_CHANCE
