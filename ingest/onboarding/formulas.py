"""What a workbook's reader does not show: cells that hold an error, and formulas that were never calculated."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Sequence
from html import unescape
from pathlib import Path

from ingest.onboarding.model import Finding

_MOST = 200 << 20
"""Bytes of a sheet's XML that are looked through."""
_TAG = re.compile(r"<(?:\w+:)?(sheet|Relationship)\s([^>]*?)/?>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*\"([^\"]*)\"")
_ERROR = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*\bt="e"[^>]*>(?:(?!</c>).)*?<v>([^<]*)</v>', re.DOTALL)
_EMPTY = re.compile(
    rb'<c r="([A-Z]+)(\d+)"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>',
)
_SHOWN = 5


def formula_findings(
    path: Path, sheet: str, first: tuple[int, int], columns: Sequence[str], title: str
) -> list[Finding]:
    """Cells below the heading that hold an error, and formulas without a result; nothing for other formats.

    Args:
        first: the sheet's row (from 1) and column (from 0) in which the rows of the table begin.
    """
    content = _sheet(path, sheet)
    if content is None:
        return []
    found = []
    errors = [(col, int(row), said.decode()) for col, row, said in _ERROR.findall(content) if int(row) >= first[0]]
    if errors:
        what = f"{len(errors)} cell{'' if len(errors) == 1 else 's'} hold{'s' if len(errors) == 1 else ''} an error in "
        shown = ", ".join(dict.fromkeys(said for _, _, said in errors))
        found.append(
            Finding(
                "error-cells",
                f"{what}place of a value; nothing is read there.",
                shown,
                title,
                _column(errors[0][0], first[1], columns),
                tuple(row for _, row, _ in errors[:_SHOWN]),
            )
        )
    empty = [(col, int(row)) for col, row in _EMPTY.findall(content) if int(row) >= first[0]]
    if empty:
        what = f"{len(empty)} formula{'' if len(empty) == 1 else 's'} {'has' if len(empty) == 1 else 'have'} no result"
        found.append(
            Finding(
                "formulas",
                f"{what}: open the workbook in a spreadsheet and save it, then export again.",
                ", ".join(f"{col.decode()}{row}" for col, row in empty[:3]),
                title,
                _column(empty[0][0], first[1], columns),
                tuple(row for _, row in empty[:_SHOWN]),
            )
        )
    return found


def _column(letters: bytes, offset: int, columns: Sequence[str]) -> str | None:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return columns[place - 1 - offset] if 0 <= place - 1 - offset < len(columns) else None


def _sheet(path: Path, name: str) -> bytes | None:
    """The XML of a sheet of an .xlsx; None where it cannot be had."""
    try:
        with zipfile.ZipFile(path) as archive:
            ids = [s.get("r:id") for s in _tags(archive, "xl/workbook.xml") if s.get("name") == name]
            links = _tags(archive, "xl/_rels/workbook.xml.rels")
            targets = [r.get("Target", "") for r in links if ids and r.get("Id") == ids[0]]
            return (
                _bounded(archive, posixpath.normpath(posixpath.join("xl", targets[0])).lstrip("/")) if targets else None
            )
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile, zlib.error):
        return None


def _tags(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    """The attributes of the elements that name sheets and their parts. Patterns, no parser: nothing is expanded."""
    text = (_bounded(archive, name) or b"").decode("utf-8", "replace")
    return [{n: unescape(v) for n, v in _ATTRIBUTE.findall(tag)} for _, tag in _TAG.findall(text)]


def _bounded(archive: zipfile.ZipFile, name: str) -> bytes | None:
    return archive.read(name) if archive.getinfo(name).file_size <= _MOST else None
