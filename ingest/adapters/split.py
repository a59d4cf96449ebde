"""Text into rows and fields, for every dialect of delimited text, in bounded memory."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ingest.adapters.encoding import TextFile
from ontology.errors import LimitExceeded

LONGEST_ROW = 16 << 20
"""Characters. A quote that is never closed must not swallow a file of a gigabyte."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How fields and rows are told apart."""

    separator: str
    row_end: str | None
    """None: any line break."""
    quote: str
    """Empty: quotes are ordinary characters."""
    line_breaks: bool
    """Unquoted fields hold row ends."""
    width: int | None
    """Number of columns, once known."""


class RawRow(NamedTuple):
    """The fields of one row and, where it may be needed, the text they were found in."""

    cells: list[str]
    raw: str
    problem: str = ""


def rows_of(text: TextFile, dialect: Dialect) -> Iterator[RawRow]:
    """The rows of a file in their order; lines with nothing in them are skipped.

    Raises:
        LimitExceeded: a row runs on for more than :data:`LONGEST_ROW` characters.
    """
    if dialect.quote and len(dialect.separator) == 1 and dialect.row_end is None and not dialect.line_breaks:
        yield from _quoted_csv(text, dialect)
    elif dialect.quote:
        yield from _quoted_general(text, dialect)
    elif dialect.line_breaks:
        yield from _continued(text, dialect)
    else:
        separator = dialect.separator
        for piece in _pieces(text, dialect.row_end):
            if piece:
                yield RawRow(piece.split(separator), piece)


def _too_long(text: TextFile, line: int) -> LimitExceeded:
    return LimitExceeded(
        f"a row that begins near row {line} runs on for more than {LONGEST_ROW:,} characters.",
        where=text.path,
        do="A quote is probably never closed: turn quoting off with `quote: ''`, or check `row_end:`.",
    )


def _pieces(text: TextFile, row_end: str | None) -> Iterator[str]:
    """The text between row ends. A line break after (or written as part of) a row end belongs to it, in any style."""
    if row_end is None:
        pattern = re.compile(r"\r\n|\n|\r")
        core = ""
    else:
        core = row_end.rstrip("\r\n")
        breaks = row_end[len(core) :]
        after = r"(?:\r\n|\n|\r)?" if not breaks else (r"\r?\n" if "\n" in breaks else r"\r")
        pattern = re.compile(re.escape(core) + after)
    hold = len(core) + 2
    buffer = ""
    count = 0
    for chunk in text.chunks():
        buffer += chunk
        # The last characters may be the first half of a row end.
        cut = len(buffer) - hold
        last = 0
        for match in pattern.finditer(buffer):
            if match.end() > cut:
                break
            count += 1
            yield buffer[last : match.start()]
            last = match.end()
        buffer = buffer[last:]
        if len(buffer) > LONGEST_ROW:
            raise _too_long(text, count + 1)
    last = 0
    for match in pattern.finditer(buffer):
        yield buffer[last : match.start()]
        last = match.end()
    if last < len(buffer):
        yield buffer[last:]


def _quoted_csv(text: TextFile, dialect: Dialect) -> Iterator[RawRow]:
    """Standard quoting (RFC 4180) by Python's csv module; the lines of a row are kept for the case that it is bad."""
    held: list[str] = []
    length = 0
    ended = False

    def lines() -> Iterator[str]:
        nonlocal length, ended
        for line in _lines(text):
            held.append(line)
            length += len(line)
            if length > LONGEST_ROW:
                raise _too_long(text, reader.line_num)
            yield line
        ended = True

    csv.field_size_limit(LONGEST_ROW)
    reader = csv.reader(lines(), delimiter=dialect.separator, quotechar=dialect.quote, doublequote=True, strict=False)
    for cells in reader:
        if ended:  # the reader asked for one more line: a quote is open
            yield RawRow(cells, "".join(held), f"a quote ({dialect.quote}) is never closed")
        elif len(cells) == dialect.width:
            yield RawRow(cells, "")
        elif cells:
            yield RawRow(cells, "".join(held).rstrip("\r\n"))
        held.clear()
        length = 0


def _lines(text: TextFile) -> Iterator[str]:
    """Lines with their ends, whatever the style; a ``\\r\\n`` is never cut in two."""
    pattern = re.compile(r"\r\n|\n|\r")
    buffer = ""
    for chunk in text.chunks():
        searched = max(0, len(buffer) - 1)  # holds no line end, but perhaps the first half of one at its end
        buffer += chunk
        if len(buffer) > 2 * LONGEST_ROW:
            raise _too_long(text, 1)
        cut = len(buffer) - 1
        last = 0
        for match in pattern.finditer(buffer, searched):
            if match.end() > cut:
                break
            yield buffer[last : match.end()]
            last = match.end()
        buffer = buffer[last:]
    last = 0
    for match in pattern.finditer(buffer):
        yield buffer[last : match.end()]
        last = match.end()
    if last < len(buffer):
        yield buffer[last:]


def _continued(text: TextFile, dialect: Dialect) -> Iterator[RawRow]:
    """Rows of unquoted text whose fields hold row ends: a row is complete when it has all its columns."""
    held = ""
    fields = 0
    join = dialect.row_end or "\n"
    for piece in _pieces(text, dialect.row_end):
        found = piece.count(dialect.separator)
        if fields == 0:
            held, fields = piece, found + 1
        elif dialect.width is not None and fields + found <= dialect.width:
            held, fields = held + join + piece, fields + found
        else:
            yield RawRow(held.split(dialect.separator), held)
            held, fields = piece, found + 1
        if len(held) > LONGEST_ROW:
            raise _too_long(text, 1)
        if dialect.width is None or fields >= dialect.width:
            if held:
                yield RawRow(held.split(dialect.separator), held)
            held, fields = "", 0
        elif not held:
            fields = 0
    if held:
        yield RawRow(held.split(dialect.separator), held)


def _quoted_general(text: TextFile, dialect: Dialect) -> Iterator[RawRow]:
    """Quoting with a separator or row end of several characters: pieces are joined while a quote is open."""
    separator, quote = dialect.separator, dialect.quote
    field = re.compile(
        rf"\s*{re.escape(quote)}((?:[^{re.escape(quote)}]|{re.escape(quote * 2)})*){re.escape(quote)}\s*"
    )
    held: str | None = None
    for piece in _pieces(text, dialect.row_end):
        held = piece if held is None else held + (dialect.row_end or "\n") + piece
        if len(held) > LONGEST_ROW:
            raise _too_long(text, 1)
        cells = _fields(held, separator, quote, field) if held is piece or quote in piece else None
        if cells is None:
            continue
        if held:
            yield RawRow(cells, held)
        held = None
    if held:
        yield RawRow(held.split(separator), held, f"a quote ({quote}) is never closed")


def _fields(row: str, separator: str, quote: str, field: re.Pattern[str]) -> list[str] | None:
    """The fields of a row; None while a quoted field is open."""
    cells: list[str] = []
    at = 0
    while True:
        if row.startswith(quote, at):
            match = field.match(row, at)
            if match is None:
                return None
            if match.end() == len(row) or row.startswith(separator, match.end()):
                cells.append(match.group(1).replace(quote * 2, quote))
                at = match.end()
            else:
                end = row.find(separator, at)
                end = len(row) if end < 0 else end
                cells.append(row[at:end])
                at = end
        else:
            end = row.find(separator, at)
            end = len(row) if end < 0 else end
            cells.append(row[at:end])
            at = end
        if at >= len(row):
            return cells
        at += len(separator)
        if at == len(row):
            return [*cells, ""]
