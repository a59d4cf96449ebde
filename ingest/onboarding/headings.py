"""Whether the first row names the columns, and what the columns are called then."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.adapters.rows import RESERVED
from ingest.onboarding.names import KEY_WORDS, WORDS, words

_NUMBER = re.compile(r"[+-]?[\d.,' ]*\d%?")
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([ T]\d{1,2}:\d{2}.*)?")
_UUID = re.compile(r"\{?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?")
_SAID = frozenset(
    [w for value in WORDS.values() for w in value.split()]
    + list(KEY_WORDS)
    + [
        "name",
        "date",
        "price",
        "amount",
        "email",
        "address",
        "city",
        "country",
        "created",
        "updated",
        "modified",
        "title",
        "description",
        "quantity",
        "total",
        "status",
        "first",
        "last",
        "phone",
        "type",
        "flag",
        "line",
        "rate",
        "cost",
        "by",
        "on",
        "at",
        "group",
        "color",
        "size",
        "weight",
        "year",
        "month",
        "currency",
        "tax",
        "discount",
        "url",
        "note",
        "active",
        "street",
    ]
)


def _form(cell: str) -> str:
    cell = cell.strip()
    if not cell:
        return "empty"
    if _NUMBER.fullmatch(cell):
        return "number"
    if _DATE.fullmatch(cell):
        return "date"
    if _UUID.fullmatch(cell):
        return "uuid"
    if "@" in cell and "." in cell:
        return "mail"
    return "text"


def is_heading(first: Sequence[str], body: Sequence[Sequence[str]]) -> tuple[bool, str]:
    """Whether ``first`` names the columns of ``body``; and what speaks for it.

    A cell that is a number, date or id where the column below holds such values speaks against; text above numbers
    speaks for. Where all is text, known words and values that don't come again decide.
    """
    cells = [cell.strip() for cell in first]
    filled = [cell for cell in cells if cell]
    if not filled or not body:
        spoken = sum(bool(set(words(c)) & _SAID) for c in filled)
        return bool(filled) and spoken >= max(1, len(filled) // 3), "its words are those of headings"
    for_, against = 0, 0
    for i, cell in enumerate(cells):
        below = [_form(row[i]) for row in body[:100] if i < len(row) and row[i].strip()]
        if not below or not cell:
            continue
        usual = max(set(below), key=below.count)
        if usual == "text" or below.count(usual) < 0.7 * len(below):
            continue
        own = _form(cell)
        if own == usual:
            against += 1
        elif own == "text":
            for_ += 1
    if against:
        years = [c for c in filled if re.fullmatch(r"(19|20)\d\d([-/.]?\d\d)?", c)]
        if for_ and len(years) >= against and len(years) >= 3:
            return True, "its years name columns"
        return for_ > 2 * against, f"{against} of its cells look like the values below"
    spoken = sum(bool(set(words(c)) & _SAID) for c in filled)
    if for_:
        if for_ == 1 and not spoken and len(filled) > 3:
            return False, "only one of its cells differs from the values below"
        return True, f"text above numbers or dates in {for_} columns"
    again = sum(cell in {row[i].strip() for row in body if i < len(row)} for i, cell in enumerate(cells) if cell)
    if again:
        return False, "its values come again below"
    if len({c.lower() for c in filled}) < len(filled):
        return False, "it says the same twice"
    enough = spoken >= max(1, (len(filled) + 1) // 2)
    return enough, "its words are those of headings" if enough else "nothing in it is a usual heading"


def column_names(cells: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """Names that can be told apart, in the order of the cells; and whether they differ from what stands there."""
    names: list[str] = []
    seen: set[str] = set()
    changed = False
    for i, cell in enumerate(cells, 1):
        name = re.sub(r"\s+", " ", cell).strip() or f"column{i}"
        if name.lower() in RESERVED:
            name = f"{name.strip('_')}_value"
        base, n = name, 2
        while name.lower() in seen:
            name, n = f"{base}_{n}", n + 1
        seen.add(name.lower())
        changed = changed or name != cell.strip()
        names.append(name)
    return tuple(names), changed
