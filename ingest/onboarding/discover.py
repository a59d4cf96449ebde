"""The files of a folder that may hold tables, and those that do not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.adapters.spec import SUFFIXES, Format
from ingest.onboarding.model import Skipped

MOST_FILES = 5_000
_LEFT_OUT = {"knockon.yaml", "knockon.yml", ".ds_store", "thumbs.db", "desktop.ini"}
_OWN_ENDINGS = (".proposed", ".before", ".part")
"""What knockon writes beside a mapping."""
_FOLDERS = {".knockon", ".git", "__pycache__", "node_modules", "mappings", "venv", ".venv"}
_TABLES = frozenset(
    {Format.DELIMITED, Format.EXCEL, Format.JSON, Format.JSONL, Format.YAML, Format.TOML, Format.PARQUET}
)
_NO_TABLE = {
    ".md": "a text",
    ".pdf": "a document",
    ".docx": "a document",
    ".doc": "a document",
    ".pptx": "slides",
    ".html": "a page",
    ".htm": "a page",
    ".png": "a picture",
    ".jpg": "a picture",
    ".jpeg": "a picture",
    ".gif": "a picture",
    ".svg": "a picture",
    ".zip": "an archive",
    ".gz": "an archive",
    ".7z": "an archive",
    ".eml": "a mail",
    ".msg": "a mail",
    ".py": "a program",
    ".exe": "a program",
    ".log": "a log",
    ".ttl": "an ontology",
    ".sql": "a script",
    ".ini": "settings",
    ".cfg": "settings",
    ".sh": "a program",
    ".bat": "a program",
    ".mp4": "a film",
    ".mp3": "a recording",
    ".lock": "a lock file",
}
_PACKED = {".zip", ".gz", ".7z"}


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may hold tables."""

    path: Path
    relative: str
    """As seen from the surveyed folder, with ``/``."""


def files_in(folder: Path, ignore: frozenset[Path] = frozenset()) -> tuple[list[Found], list[Skipped]]:
    """Files with endings that knockon reads, in the order of their names; the others with a reason."""
    found: list[Found] = []
    skipped: list[Skipped] = []
    for path in _walk(folder):
        relative = path.relative_to(folder).as_posix()
        name = path.name.lower()
        if name in _LEFT_OUT or name.endswith(_OWN_ENDINGS) or path.resolve() in ignore or _is_own(path, folder):
            continue
        if name.startswith("~$"):
            skipped.append(Skipped(relative, "a lock that Excel leaves while a workbook is open"))
        elif len(found) >= MOST_FILES:
            skipped.append(Skipped(relative, f"more than {MOST_FILES:,} files", "Name a smaller folder."))
        elif SUFFIXES.get(path.suffix.lower()) in _TABLES and not _is_notice(name):
            found.append(Found(path, relative))
        elif SUFFIXES.get(path.suffix.lower()) is Format.DOCUMENTS and path.stat().st_size > 0:
            skipped.append(Skipped(relative, "a document, not a table", paper=True))
        else:
            kind = _NO_TABLE.get(path.suffix.lower(), "no kind of file that holds tables")
            do = "Unpack it, then run again." if path.suffix.lower() in _PACKED else ""
            skipped.append(Skipped(relative, f"{kind}, not a table", do))
    return found, skipped


def _is_own(path: Path, folder: Path) -> bool:
    """Whether a file of a project stands where knockon puts its shapes and scenarios: they are no data."""
    parts = path.relative_to(folder).parts
    if path.suffix.lower() == ".ttl":
        return parts[0] == "shapes"
    return len(parts) > 1 and parts[0] == "scenarios" and (folder / "knockon.yaml").exists()


def _is_notice(name: str) -> bool:
    return name.split(".")[0] in {"license", "licence", "readme", "notice", "changelog", "copying"}


def _walk(folder: Path) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if f.lower() not in _FOLDERS and not f.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(here) / name
