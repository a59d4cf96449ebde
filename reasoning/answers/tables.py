"""Rows of Markdown tables: which headings stand above them."""

from __future__ import annotations

import re
from itertools import takewhile

_RULE = re.compile(r"^\s*\|?[\s:|-]*-[\s:|-]*\|?\s*$")


def cells(row: str) -> list[str]:
    """The cells of a row."""
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def heading_row(text: str, start: int) -> list[str]:
    """The headings of the table whose row begins at ``start``; empty where there is none, or it is the headings."""
    line = text[start : (text.find("\n", start) + 1 or len(text) + 1) - 1]
    if not line.lstrip().startswith("|"):
        return []
    above = text[: text.rfind("\n", 0, start + 1) + 1].rstrip("\n").split("\n")
    table = list(takewhile(lambda row: row.lstrip().startswith("|"), reversed(above)))
    if len(table) < 2 or not _RULE.match(table[-2]) or len(cells(table[-1])) != len(cells(line)):
        return []
    return cells(table[-1])


def is_heading_row(text: str, start: int, end: int) -> bool:
    """Whether ``start:end`` is a table's headings or the rule below them."""
    row = text[start:end]
    if not row.lstrip().startswith("|"):
        return False
    below = text[end:].lstrip("\n").split("\n", 1)[0]
    return bool(_RULE.match(row) or (_RULE.match(below) and "|" in below))
