"""How a delimited text is written: separator, row end, quotes, rows that span lines, rows before the heading.

Found from the text alone: of the ways to cut it, the one that gives most rows the same number of fields.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from ingest.adapters.encoding import TextFile, inspect
from ingest.adapters.split import Dialect, rows_of
from ontology.errors import KnockonError, SourceError

_SINGLE = (",", ";", "\t", "|", "^", "~", "\x1f", "\x01")
_RARE = ("%", "#", ":", "*", "&", "!", "@")
"""Tried where nothing else cuts the text."""
_MARK = re.compile(r"[^\w\s\"'().,/\\<>={}\[\]-]{2,3}")
_LOOK = 1 << 20
_ROWS = 400
_WIDEST = 2_000


@dataclass(frozen=True, slots=True)
class TextShape:
    """What was found out about a delimited text."""

    encoding: str
    separator: str
    row_end: str | None
    quote: str
    line_breaks: bool
    width: int
    skip: int
    """Rows (that hold anything) before the first row of the table."""
    before: tuple[str, ...]
    """Those rows."""
    regular: float
    """Share of the rows looked at that have ``width`` fields."""
    rows: tuple[tuple[str, ...], ...]
    """The first rows from ``skip`` on, the heading (if any) first."""


def shape_of(path: Path, encoding: str | None = None) -> TextShape:
    """The dialect of a text file.

    Raises:
        SourceError: it is no text, cut off in the middle of a character, or empty.
    """
    text = western(inspect(path, encoding)) if encoding is None else inspect(path, encoding)
    sample = _head(text)
    best = _best(text, sample, _candidates(sample)) or _best(text, sample, ((",", None),))
    if best is None or best.width == 1 or best.regular < 0.75:
        best = _wrapped(text, sample) or best
    if best is None or best.width == 1:
        rare = _best(text, sample, ((mark, None) for mark in _RARE if mark in sample))
        best = rare if rare is not None and rare.regular > 0.95 and rare.width > 1 and len(rare.rows) > 2 else best
    if best is None:
        raise SourceError("the file holds no rows.", where=path, do="Export it again.")
    return best


def _best(text: TextFile, sample: str, ways: Iterable[tuple[str, str | None]]) -> TextShape | None:
    best: TextShape | None = None
    for separator, row_end in ways:
        quotes = ("",) if row_end is not None or len(separator) > 1 else (('"', "") if '"' in sample else ('"',))
        for quote in quotes:
            rows = _rows(text, Dialect(separator, row_end, quote, False, None))
            found = _shaped(text, rows, separator, row_end, quote, False) if rows else None
            if found is not None and (best is None or _rank(found) > _rank(best)):
                best = found
    return best


def western(text: TextFile) -> TextFile:
    """The file as cp1252 where a rarer single-byte encoding was guessed and cp1252 makes letters of all its bytes."""
    if text.encoding.startswith(("utf", "cp1252")):
        return text
    with text.path.open("rb") as stream:
        data = stream.read(_LOOK)
    shown = data.decode("cp1252", "replace")
    foreign = [c for c in shown if ord(c) > 127]
    letters = sum(c.isalpha() for c in shown)
    if (
        foreign
        and all((c.isalpha() and c not in "ƒŠŒŽšœžŸ") or c in "°€–“”„’…§²³µ" for c in foreign)
        and len(foreign) * 3 < letters
    ):
        return replace(text, encoding="cp1252")
    return text


def _rank(shape: TextShape) -> tuple[float, float, int]:
    """Most rows alike first, then more fields, then quotes that are understood."""
    broken = any(cell.count('"') % 2 for row in shape.rows for cell in row) if not shape.quote else False
    loose = not shape.quote and any(len(c) > 1 and c[0] == '"' == c[-1] for row in shape.rows for c in row)
    return (
        round(shape.regular, 2) - 0.05 * (shape.skip > 0) - 0.04 * loose,
        min(shape.width, _WIDEST),
        1 if shape.quote and not broken else 0,
    )


def _head(text: TextFile) -> str:
    held, size = [], 0
    for chunk in text.chunks():
        held.append(chunk)
        size += len(chunk)
        if size >= _LOOK:
            break
    return "".join(held)[:_LOOK]


def _candidates(sample: str) -> Iterator[tuple[str, str | None]]:
    """(separator, row end). Where lines end in a mark of their own, such as ``&|``, it is the row end."""
    lines = sample.splitlines()
    ends = Counter(line[-2:] for line in lines if len(line) >= 2 and not re.search(r"[\w\s\"'().,;<>/{}-]", line[-2:]))
    end, count = ends.most_common(1)[0] if ends else ("", 0)
    row_end = f"{end}\n" if count >= max(1, len(lines) // 50) else None
    first = sample[: sample.find(end)] if row_end is not None else (lines[0] if lines else "")
    found = Counter(_MARK.findall(first)).most_common(3)
    marks = [mark for mark, _ in found if mark != end and not _is_empty_field(mark, first)]
    if row_end is None or end.strip("|;,\t") == "":  # a row of empty fields ends so, too
        yield from ((separator, None) for separator in _SINGLE if separator in sample)
        yield from ((mark, None) for mark in marks)
    if row_end is not None:
        yield from ((mark, row_end) for mark in marks)
        if not marks:
            yield from ((separator, row_end) for separator in _SINGLE if separator in first)


def _is_empty_field(mark: str, line: str) -> bool:
    """``;;`` in a line that has ``;`` alone, too: nothing stands between two separators."""
    single = mark[0]
    alone = rf"(?<!{re.escape(single)}){re.escape(single)}(?!{re.escape(single)})"
    return single in _SINGLE and mark == single * len(mark) and re.search(alone, line) is not None


def _rows(text: TextFile, dialect: Dialect) -> list[tuple[str, ...]]:
    try:
        return [tuple(row.cells) for row in islice(rows_of(text, dialect), _ROWS)]
    except (KnockonError, ValueError):
        return []


def _shaped(
    text: TextFile, rows: list[tuple[str, ...]], separator: str, row_end: str | None, quote: str, line_breaks: bool
) -> TextShape | None:
    counts = Counter(len(row) for row in rows)
    body = Counter(len(row) for row in rows[len(rows) // 4 :]) or counts
    width, _ = max(body.items(), key=lambda item: (item[1], item[0]))
    if width < 2 and len(rows) > 1 and max(counts) >= 2 and counts[max(counts)] >= 2:
        width = max(counts)
    skip = next((i for i, row in enumerate(rows) if len(row) == width and _is_full(row, width)), 0)
    if skip > 12:
        skip = next((i for i, row in enumerate(rows) if len(row) == width), 0)
    kept = rows[skip:]
    regular = sum(len(row) == width for row in kept) / max(1, len(kept))
    before = tuple(" ".join(cell for cell in row if cell.strip()) for row in rows[:skip])
    return TextShape(text.encoding, separator, row_end, quote, line_breaks, width, skip, before, regular, tuple(kept))


def _is_full(row: tuple[str, ...], width: int) -> bool:
    """A row that may be a heading or data, not a title that was padded with separators."""
    filled = sum(bool(cell.strip()) for cell in row)
    return filled >= max(2, width // 2) or width == 1


def _wrapped(text: TextFile, sample: str) -> TextShape | None:
    """Unquoted fields with line breaks in them: rows of the widest line, pieces joined until they are complete."""
    best: TextShape | None = None
    for separator in ("\t", "|", ";", ","):
        lines = [line for line in sample.splitlines() if line]
        widths = Counter(line.count(separator) + 1 for line in lines)
        totals = sum((w - 1) * n for w, n in widths.items())
        for width in range(max(widths, default=1), min(max(widths, default=1) * 2, _WIDEST) + 1):
            if width < 3 or totals % (width - 1):
                continue
            found = _rows(text, Dialect(separator, None, "", True, width))
            shape = _shaped(text, found, separator, None, "", True) if found else None
            if shape and shape.width == width and shape.regular > 0.98 and len(found) >= 2 and _looks_alike(found):
                best = shape if best is None or len(shape.rows) > len(best.rows) else best
                break
    return best


def _looks_alike(rows: list[tuple[str, ...]]) -> bool:
    """Whether at least a third of the columns hold numbers or dates throughout: joined at the right places."""
    width = len(rows[0])
    typed = sum(
        all(re.fullmatch(r"[\d .,:/T+-]*", row[i].strip()) for row in rows[1:]) for i in range(width) if len(rows) > 1
    )
    return typed >= max(1, width // 3)
