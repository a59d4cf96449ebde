"""Fragments of Cypher (``cypher/query/*.cypher``) that the query compiler joins. They hold no values, only names."""

from __future__ import annotations

import re
from functools import cache

from graph_engine.statements import FOLDER

_HOLE = re.compile(r"<<(\w+)>>")


@cache
def _text(name: str) -> str:
    lines = (FOLDER / "query" / f"{name}.cypher").read_text(encoding="utf-8").splitlines()
    return "\n".join(line.strip() for line in lines if not line.startswith("//")).strip()


def fill(name: str, /, **parts: str) -> str:
    """The fragment with its holes filled, each exactly once through: what is put in is not looked at again.

    Raises:
        KeyError: a hole has no part.
    """
    return _HOLE.sub(lambda found: parts[found[1]], _text(name))
