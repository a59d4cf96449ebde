"""Headings of groups: a first column that is filled only where a group of rows begins."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.onboarding.draft import TOTALS
from ingest.onboarding.model import Finding

_EMPTY = 0.3
"""Share of the rows in which the first cell must be empty, at least: below, something is missing rather than meant."""
_OTHERS = 0.6


def group_headings(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """What the first column says, where each value begins a group and the rows below leave it empty; else nothing.

    It must come first in the table, each value once (a group has one place), beside other filled cells (it is no title
    on a line of its own), and the second cell of every row must be filled: what is a row is no group.

    Args:
        rows: the heading, then the rows that were looked at.
    """
    body = [r for r in rows[1:] if len(r) >= 2 and not any(re.search(TOTALS, cell, re.I) for cell in r[:2] if cell)]
    if len(body) < 4 or not body[0][0].strip():
        return ()
    first = [r[0].strip() for r in body]
    values = [cell for cell in first if cell]
    empty = len(first) - len(values)
    if empty < _EMPTY * len(first) or len(values) < 2 or len({v.lower() for v in values}) < len(values):
        return ()
    if not all(r[1].strip() for r in body) or any(re.fullmatch(r"[\d.,-]+", v) for v in values):
        return ()
    filled = sum(bool(cell.strip()) for r in body for cell in r[1:]) / sum(len(r) - 1 for r in body)
    return tuple(values) if filled >= _OTHERS else ()


def filled_finding(column: str, groups: Sequence[str], title: str) -> Finding:
    """What is said of it."""
    what = f"{column!r} is filled only where a group of rows begins; each row below is taken to belong to it."
    return Finding("group-headings", what, ", ".join(groups[:3]), title, column)
