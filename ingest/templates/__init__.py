"""Exports of widely used systems, recognised by their headings; what the mapping of such a table looks like.

Made from what the systems' public documentation says of their formats. None was tried on a live export: the mapping
says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML

Part = Mapping[str, object]
_LEAST = 0.85
"""Share of a template's headings that a table must have."""


@dataclass(frozen=True, slots=True)
class Template:
    """One table of a known system."""

    system: str
    title: str
    about: str
    """Where the format is documented."""
    name: str
    headings: tuple[str, ...]
    class_name: str
    key: tuple[str, ...]
    body: Part
    """The table's mapping without ``read``; ``@name`` leads to another table of the system."""


@lru_cache(maxsize=1)
def templates() -> tuple[Template, ...]:
    """All templates, those with most headings first."""
    found = []
    for path in sorted(Path(__file__).parent.glob("*.yaml")):
        held = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        for name, body in held["tables"].items():
            headings = tuple(body.pop("headings"))
            key = tuple(k["column"] if isinstance(k, dict) else str(k) for k in body["key"])
            found.append(
                Template(held["system"], held["title"], held["about"], name, headings, body["class"], key, body)
            )
    return tuple(sorted(found, key=lambda t: (-len(t.headings), t.system, t.name)))


def recognise(headings: Iterable[str]) -> Template | None:
    """The template whose headings are there (nearly all, and the key's for certain), upper and lower case alike."""
    there = {h.strip().lower() for h in headings}
    best: tuple[float, Template] | None = None
    for template in templates():
        wanted = [h.lower() for h in template.headings]
        share = sum(h in there for h in wanted) / len(wanted)
        if (
            share >= _LEAST
            and all(k.lower() in there for k in template.key)
            and (best is None or share * len(wanted) > best[0])
        ):
            best = (share * len(wanted), template)
    return best[1] if best is not None else None
