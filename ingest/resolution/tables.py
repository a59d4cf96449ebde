"""Reading a table of anyone's: encoding, separator, quoting and header are found from the file itself."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ontology.errors import SourceError

SEPARATORS = (",", ";", "\t", "|", "%", "^", "~", "\x1f", ":")
NULLS = frozenset({"", "null", "none", "nan", "n/a", "na", "#n/a", "nil", "-", "--", "\\n", "unknown"})
"""Texts that stand for an absent value, in lower case."""
_SCRIPTS = ("Cyrillic", "Greek", "CJK", "Hiragana", "Katakana", "Hangul", "Arabic", "Hebrew", "Thai")
_LARGEST_FIELD = 10_000_000


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts; an absent value is an empty text."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    how: str = ""
    """How the file was read, for the reader of a report."""

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> list[str]:
        """The values of one column, in row order."""
        at = self.columns.index(name)
        return [row[at] for row in self.rows]


def read_table(path: Path) -> Table:
    """Read CSV in any dialect, JSON (a list of objects, or one object a line), Parquet or a spreadsheet's first sheet.

    Raises:
        SourceError: the file cannot be read as a table.
    """
    if not path.is_file():
        raise SourceError("there is no such file", where=path, do="Give the path of a table.")
    try:
        if path.suffix.lower() in {".parquet", ".pq"}:
            import pyarrow.parquet as pq

            content = pq.read_table(path)
            return from_columns(
                path.stem, {name: content[name].to_pylist() for name in content.column_names}, "Parquet"
            )
        if path.suffix.lower() in {".xlsx", ".xls", ".xlsb", ".ods"}:
            return _sheet(path)
        text, encoding = _decode(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SourceError(f"the file cannot be read as a table: {error}", where=path) from error
    if text.lstrip()[:1] in {"{", "["} and path.suffix.lower() not in {".csv", ".tsv"}:
        return _json(path, text, encoding)
    return _delimited(path, text, encoding)


def from_columns(name: str, columns: dict[str, Sequence[object]], how: str = "") -> Table:
    """A table from columns of values of any kind."""
    cleaned = [[clean(value) for value in values] for values in columns.values()]
    return Table(name, tuple(columns), tuple(zip(*cleaned, strict=True)), how)


def clean(value: object) -> str:
    """The text of a value; what stands for an absent value becomes empty. Lists are joined by commas."""
    if isinstance(value, list | tuple):
        return ", ".join(text for item in value if (text := clean(item)))
    if value is None:
        return ""
    text = str(value).strip()
    return "" if text.lower() in NULLS else text


def _decode(raw: bytes) -> tuple[str, str]:
    for encoding in ("utf-8-sig", "utf-16") if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig",):
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    try:  # a broken byte here and there in what is otherwise UTF-8
        text = raw.decode("utf-8", errors="replace")
        broken = text.count("\ufffd")
        if broken < 0.0001 * len(text) and sum(ord(letter) > 127 for letter in text) > 4 * broken:
            return text, "utf-8 with broken bytes"
    except UnicodeDecodeError:  # pragma: no cover - errors="replace" does not raise
        pass
    from charset_normalizer import from_bytes

    best = from_bytes(raw[:200_000]).best()
    foreign = best is not None and any(script in " ".join(best.alphabets) for script in _SCRIPTS)
    high = sum(byte > 127 for byte in raw[:200_000]) / len(raw[:200_000])
    encoding = best.encoding if best is not None and foreign and high > 0.1 else "cp1252"
    return raw.decode(encoding, errors="replace"), encoding


def _json(path: Path, text: str, encoding: str) -> Table:
    try:
        found = json.loads(text)
        rows = found if isinstance(found, list) else [found]
    except json.JSONDecodeError:
        try:
            rows = [json.loads(line) for line in text.splitlines() if line.strip()]
        except json.JSONDecodeError as error:
            raise SourceError(f"neither JSON nor one object a line: {error}", where=path) from error
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise SourceError("the JSON is not a list of objects", where=path)
    names = list(dict.fromkeys(key for row in rows for key in row))
    return from_columns(path.stem, {name: [row.get(name) for row in rows] for name in names}, f"JSON, {encoding}")


def _sheet(path: Path) -> Table:
    import python_calamine

    rows = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    if not rows:
        raise SourceError("the first sheet is empty", where=path)
    names = [str(cell) for cell in rows[0]]
    return from_columns(path.stem, {name: [row[i] for row in rows[1:]] for i, name in enumerate(names)}, "first sheet")


def _delimited(path: Path, text: str, encoding: str) -> Table:
    if not text.strip():
        raise SourceError("the file is empty", where=path)
    separator, quoted = _dialect(text.lstrip("\n\r"))
    parsed = [row for row in _parse(text, separator, quoted) if any(cell.strip() for cell in row)]
    if not parsed:
        raise SourceError("the file is empty", where=path)
    width = Counter(len(row) for row in islice(parsed, 2000)).most_common(1)[0][0]
    header = len(parsed[0]) == width and not _looks_like_data(parsed[0], parsed[1:200])
    names = [cell.strip() for cell in parsed[0]] if header else [f"column_{i + 1}" for i in range(width)]
    seen: Counter[str] = Counter()
    columns = []
    for i, name in enumerate(names):
        name = name or f"column_{i + 1}"
        seen[name] += 1
        columns.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    body = parsed[1:] if header else parsed
    rows = tuple(tuple(clean(cell) for cell in _fit(row, width, separator)) for row in body)
    shown = {"\t": "tab", "\x1f": "unit separator"}.get(separator, separator)
    how = f"{encoding}, separator {shown}" + ("" if quoted else ", no quoting") + ("" if header else ", no header")
    return Table(path.stem, tuple(columns), rows, how)


def _parse(text: str, separator: str, quoted: bool) -> list[list[str]]:
    limit = csv.field_size_limit(_LARGEST_FIELD)
    try:
        lines = io.StringIO(text, newline="")
        if quoted:
            return list(csv.reader(lines, delimiter=separator))
        return list(csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE))
    except csv.Error:
        return []
    finally:
        csv.field_size_limit(limit)


def _dialect(text: str) -> tuple[str, bool]:
    """Separator and whether quotes quote: what gives most cells in rows of equal width."""
    lines = text.splitlines()
    sample = "\n".join(lines[:500])
    best: tuple[float, str, bool] = (-1.0, ",", True)
    for separator in SEPARATORS:
        if separator not in lines[0]:
            continue
        for quoted in (True, False):
            rows = [row for row in _parse(sample, separator, quoted) if row]
            if not rows:
                continue
            width, hits = Counter(len(row) for row in rows).most_common(1)[0]
            if width < 2:
                continue
            agreement = hits / len(rows) * min(1.0, len(rows) / max(1, 0.5 * min(len(lines), 500)))
            header = 0.25 if len(rows[0]) == width else 0.0
            whole = 0.2 * hits / min(len(lines), 500)  # a stray quote swallows rows
            score = agreement + header + whole + 0.01 * min(width, 10) + (0.01 if quoted else 0.0)
            if score > best[0]:
                best = (score, separator, quoted)
    return best[1], best[2]


def _fit(row: list[str], width: int, separator: str) -> list[str]:
    """Cells of a row that is too long are joined at its end; one that is too short is filled up."""
    if len(row) > width:
        return [*row[: width - 1], separator.join(row[width - 1 :])]
    return row + [""] * (width - len(row))


def _looks_like_data(first: list[str], rest: list[list[str]]) -> bool:
    """A first row is data when it has a number in a column of numbers."""
    for i, cell in enumerate(first):
        values = [row[i] for row in rest if i < len(row) and row[i].strip()]
        if _number(cell) and len(values) >= 3 and sum(map(_number, values)) > 0.9 * len(values):
            return True
    return False


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
