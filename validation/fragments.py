"""Fragments of Cypher (``cypher/validate/*.cypher``) that the compiler joins. They hold no values, only names."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "cypher" / "validate"
_HOLE = re.compile(r"<<(\w+)>>")
_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_@.:/#-]*$")

TRUE, FALSE = "true", "false"


@cache
def _text(name: str) -> str:
    lines = (FOLDER / f"{name}.cypher").read_text(encoding="utf-8").splitlines()
    return " ".join(line.strip() for line in lines if not line.startswith("//")).strip()


def fill(name: str, /, **parts: str) -> str:
    """The fragment with its holes filled.

    Raises:
        KeyError: a hole has no part.
    """
    return _HOLE.sub(lambda found: parts[found[1]], _text(name))


def quoted(name: str) -> str:
    """An identifier between back-quotes.

    Raises:
        ValueError: it is not a plain name. (Names come from the ontology; this is the second lock on that door.)
    """
    if not _NAME.match(name) or "`" in name:
        raise ValueError(f"{name!r} cannot be an identifier")
    return f"`{name}`"


def both(*conditions: str) -> str:
    """Conjunction, constants folded."""
    kept = [c for c in dict.fromkeys(conditions) if c != TRUE]
    if FALSE in kept:
        return FALSE
    if not kept:
        return TRUE
    return kept[0] if len(kept) == 1 else "(" + " AND ".join(kept) + ")"


def either(*conditions: str) -> str:
    """Disjunction, constants folded."""
    kept = [c for c in dict.fromkeys(conditions) if c != FALSE]
    if TRUE in kept:
        return TRUE
    if not kept:
        return FALSE
    return kept[0] if len(kept) == 1 else "(" + " OR ".join(kept) + ")"


def no(condition: str) -> str:
    """Negation, constants folded."""
    if condition == TRUE:
        return FALSE
    if condition == FALSE:
        return TRUE
    return f"NOT ({condition})"
