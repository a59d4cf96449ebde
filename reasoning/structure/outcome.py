"""What carrying out a plan gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from reasoning.structure.grouped import Group


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a plan gave.

    ``entities`` in order of the answer; ``amounts`` by currency (empty text: no currency) for sums and means;
    ``missing``: how many of the things have no value; ``groups`` in order of time, else largest first.
    """

    entities: tuple[int, ...]
    amounts: dict[str, Decimal] = field(default_factory=dict)
    missing: int = 0
    groups: tuple[Group, ...] = ()
    whole: int = 0
    """For a share: how many things it is a share of."""
    whole_amounts: dict[str, Decimal] = field(default_factory=dict)
    """For a share of a sum: what it is a share of, by currency."""
    whole_groups: tuple[Group, ...] = ()
    """For a share in each group: the groups of what it is a share of."""
    beside: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """What belongs to the things told and was asked for too: the supplier of an offer."""
    tied: int = 0
    """Further things with the same value as the last one told."""
