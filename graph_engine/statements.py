"""The ``.cypher`` files: one statement a file, found by name, its header checked.

A file starts with comment lines ``// purpose: …``, ``// params: a LIST<MAP>, b INTEGER``, ``// returns: …`` and
``// index: …``. Schema files may hold ``{placeholders}`` for identifiers; these come from the ontology only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ontology.errors import ConfigurationError

FOLDER = Path(__file__).resolve().parent.parent / "cypher"
_HEADER = re.compile(r"^//\s*(purpose|params|returns|index):\s*(.*)$")
_PARAMETER = re.compile(r"(\w+)\s+[A-Z]")
_GIVEN = re.compile(r"\$(\w+)")
IDENTIFIER = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")


@dataclass(frozen=True, slots=True)
class Statement:
    """One Cypher statement with what its header says of it."""

    name: str
    text: str
    purpose: str
    params: tuple[str, ...]
    returns: str
    index: str


@cache
def statement(name: str) -> Statement:
    """The statement in ``cypher/<name>.cypher``.

    Raises:
        ConfigurationError: there is no such file, or its header lacks a purpose.
    """
    file = FOLDER / f"{name}.cypher"
    if not file.is_file():
        raise ConfigurationError(f"There is no statement {name!r}.", where=file, do="Reinstall knockon.")
    header: dict[str, str] = {}
    body: list[str] = []
    last = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        found = _HEADER.match(line)
        if found:
            last = found[1]
            header[last] = found[2].strip()
        elif line.startswith("//") and last and not body:
            header[last] += " " + line.lstrip("/ ").strip()
        else:
            body.append(line)
    if "purpose" not in header:
        raise ConfigurationError(f"The statement {name!r} has no purpose in its header.", where=file)
    params = header.get("params", "")
    names = () if params in ("", "none") else tuple(_PARAMETER.findall(params))
    return Statement(
        name, "\n".join(body).strip(), header["purpose"], names, header.get("returns", ""), header.get("index", "")
    )


def names() -> tuple[str, ...]:
    """All statement names, sorted."""
    return tuple(sorted(str(f.relative_to(FOLDER).with_suffix("")) for f in FOLDER.rglob("*.cypher")))


def with_identifiers(name: str, identifiers: dict[str, str]) -> str:
    """A template's text with its ``{placeholders}`` filled by back-quoted identifiers.

    Raises:
        ConfigurationError: an identifier is not a plain name (letters, digits, underscore).
    """
    text = statement(name).text
    for key, value in identifiers.items():
        if not IDENTIFIER.match(value):
            raise ConfigurationError(f"{value!r} cannot be an identifier in {name!r}.", do="Rename it in the ontology.")
        bare = "{" + key + "}"
        text = text.replace("{name:" + key + "}", value).replace(bare, f"`{value}`")
    return text


def in_one(text: str, params: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    """A statement and its parameters, with all of them as entries of a single one, a map.

    The database makes a plan of its own for each magnitude of a list or text that is a parameter (none, 1, up to 10,
    up to 100, …), which takes it 0.1 to 1 s each. What lies in a map has no such hint: one plan serves all.
    """
    return _GIVEN.sub(r"$given.\1", text), {"given": dict(params)} if params else {}
