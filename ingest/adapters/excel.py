"""Excel and OpenDocument workbooks, one sheet, by python-calamine (formulas give their stored results)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import python_calamine as calamine

from ingest.adapters.rows import NO_ROWS, Cells, Reading, batches_of, cell_text, check_columns
from ingest.adapters.spec import ReadSpec
from ontology.errors import LimitExceeded, SourceError

MOST_UNPACKED = 2 << 30
"""Bytes. A workbook is a zip archive, and a small one can be made that fills the memory."""


def read_excel(spec: ReadSpec, path: Path) -> Reading:
    """Open one sheet: the one named, or the only one.

    Raises:
        SourceError: no workbook, protected by a password, no such sheet, no rows, or a header that cannot be used.
        LimitExceeded: it unpacks to more than :data:`MOST_UNPACKED`.
    """
    _check_size(path)
    try:
        book = calamine.CalamineWorkbook.from_path(path)
    except calamine.PasswordError as problem:
        raise _protected(path) from problem
    except (calamine.CalamineError, OSError) as problem:
        if _is_encrypted(path):
            raise _protected(path) from problem
        if path.suffix.lower() in (".xlsx", ".xlsm", ".xlsb", ".ods") and not zipfile.is_zipfile(path):
            raise SourceError(
                "the workbook is damaged or was cut off.", where=path, do="Copy or export it again."
            ) from problem
        raise SourceError(
            f"this cannot be read as a workbook: {problem}.",
            where=path,
            do="Save it again as .xlsx, or name its real `format:` in the mapping.",
        ) from problem
    names = book.sheet_names
    if spec.sheet is None and len(names) != 1:
        raise SourceError(
            f"the workbook has {len(names)} sheets and the mapping names none.",
            where=path,
            do=f"Add `sheet:` with one of: {', '.join(names)}.",
        )
    name = spec.sheet if spec.sheet is not None else names[0]
    if name not in names:
        raise SourceError(f"there is no sheet called {name!r}.", where=path, do=f"There is: {', '.join(names)}.")
    try:
        sheet = book.get_sheet_by_name(name)
    except (calamine.CalamineError, OSError) as problem:
        raise SourceError(
            f"sheet {name!r} cannot be read: {problem}.", where=path, do="Save the workbook again."
        ) from problem
    rows = islice(_filled(sheet), spec.skip_rows, None)
    header = spec.header if spec.header is not None else not spec.columns
    first = next(rows, None)
    if first is None:
        raise SourceError(f"sheet {name!r} is empty.", where=path, do="Check `sheet:` and `skip_rows:` in the mapping.")
    width = len(first)
    if spec.columns:
        columns = check_columns(spec.columns, path)
        if len(columns) != width:
            raise SourceError(
                f"sheet {name!r} has {width} columns; the mapping names {len(columns)}.",
                where=path,
                do="Check `columns:`.",
            )
    elif header:
        names_found = [(cell_text(cell) or "").strip() for cell in first]
        while names_found and not names_found[-1]:
            names_found.pop()
        columns = check_columns(names_found, path)
    else:
        columns = tuple(f"column{i}" for i in range(1, width + 1))
    data = rows if header else _with(first, rows)
    return Reading(
        columns,
        batches_of(columns, _texts(data, len(columns), path, name, spec.allow_empty)),
        None,
        (f"sheet {name!r}",),
    )


def _check_size(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        size = sum(item.file_size for item in archive.infolist())
    if size > MOST_UNPACKED:
        raise LimitExceeded(
            f"the workbook unpacks to {size:,} bytes.",
            where=path,
            do=f"At most {MOST_UNPACKED:,} are read: export it as CSV.",
        )


def _is_encrypted(path: Path) -> bool:
    """An encrypted .xlsx is an OLE container with a stream of this name (MS-OFFCRYPTO 2.3.4.4)."""
    with path.open("rb") as stream:
        head = stream.read(8)
        if not head.startswith(b"\xd0\xcf\x11\xe0"):
            return False
        while chunk := stream.read(1 << 20):
            if "EncryptedPackage".encode("utf-16-le") in chunk:
                return True
    return False


def _protected(path: Path) -> SourceError:
    return SourceError(
        "the workbook is protected by a password.",
        where=path,
        do="Save a copy without a password (File, Info, Protect Workbook).",
    )


def _filled(sheet: calamine.CalamineSheet) -> Iterator[list[object]]:
    """Rows with anything in them."""
    for row in sheet.iter_rows():
        if any(cell != "" for cell in row):
            yield list(row)


def _with(first: list[object], rest: Iterator[list[object]]) -> Iterator[list[object]]:
    yield first
    yield from rest


def _texts(rows: Iterator[list[object]], width: int, path: Path, sheet: str, allow_empty: bool) -> Iterator[Cells]:
    count = 0
    for row in rows:
        count += 1
        texts = [None if cell == "" else cell_text(cell) for cell in row[:width]]
        yield texts + [None] * (width - len(texts))
    if not count and not allow_empty:
        raise SourceError(
            f"sheet {sheet!r} has a header and no rows.",
            where=path,
            do=NO_ROWS,
        )
