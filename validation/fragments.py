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


class _Negated(str):
    """A negation that remembers what it negates, so that two of them cancel."""

    inner: str


def both(*conditions: str) -> str:
    """Conjunction, constants folded."""
    kept = [c for c in dict.fromkeys(conditions) if c != TRUE]
    if FALSE in kept:
        return FALSE
    if not kept:
        return TRUE
    return kept[0] if len(kept) == 1 else "(" + " AND ".join(kept) + ")"


def either(*conditions: str) -> str:
    """Disjunction, constants folded.

    Written as CASE unless its parts are plain: Neo4j's planner brings conditions into conjunctive normal form, which
    grows exponentially with disjunctions of conjunctions (33 s of planning for four rules of a class); CASE is opaque.
    """
    kept = [c for c in dict.fromkeys(conditions) if c != FALSE]
    if TRUE in kept:
        return TRUE
    if not kept:
        return FALSE
    if len(kept) == 1:
        return kept[0]
    if not any(_compound(c) for c in kept):
        return "(" + " OR ".join(kept) + ")"
    return "CASE " + " ".join(f"WHEN {c} THEN true" for c in kept) + " ELSE false END"


def any_of(*conditions: str) -> str:
    """Disjunction at the top of a WHERE, where null is as good as false: subqueries in it become joins.

    What is a conjunction or disjunction itself is closed in a CASE, for the reason that :func:`either` gives.
    """
    kept = [c for c in dict.fromkeys(conditions) if c != FALSE]
    if TRUE in kept:
        return TRUE
    closed = [f"CASE WHEN {c} THEN true ELSE false END" if _is_open(c) else c for c in kept]
    return " OR ".join(closed) if closed else FALSE


def _is_open(condition: str) -> bool:
    """Whether the condition has AND or OR outside of any subquery, call or CASE."""
    text = condition
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    if text.startswith("CASE "):
        return False
    depth = 0
    for part in re.split(r"([(){}\[\]])", text):
        if part in ("(", "{", "["):
            depth += 1
        elif part in (")", "}", "]"):
            depth -= 1
        elif depth <= 0 and (" AND " in part or " OR " in part):
            return True
    return False


def no(condition: str) -> str:
    """Negation, constants folded."""
    if condition == TRUE:
        return FALSE
    if condition == FALSE:
        return TRUE
    if isinstance(condition, _Negated):
        return condition.inner
    plain = f"CASE WHEN {condition} THEN false ELSE true END" if _compound(condition) else f"NOT ({condition})"
    negated = _Negated(plain)
    negated.inner = condition
    return negated


def _compound(condition: str) -> bool:
    return " AND " in condition or " OR " in condition or "CASE " in condition
