"""Text tables and how each system writes them: CSV in its own dialect, JSON, and an .xlsx built by hand (same bytes every time)."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

Row = list[Any]


@dataclass
class Table:
    """A table before it is written. ``notes`` hold what is wrong with a row: (row, record id or None, why)."""

    name: str
    header: list[str]
    rows: list[Row]
    key: tuple[str, ...]
    notes: list[tuple[Row, str | None, str]] = field(default_factory=list)
    file: str = ""

    def column(self, name: str) -> int:
        """Position of a column."""
        return self.header.index(name)

    def record(self, row: Row) -> str | None:
        """The record id that knockon gives to a row (these keys need no escaping); None without a key."""
        parts = [str(row[self.column(k)]) for k in self.key]
        return None if any(p == "" for p in parts) else f"{self.name.replace('.', '/', 1)}/{'|'.join(parts)}"

    def find(self, **wanted: str) -> Row:
        """The one row with these values."""
        found = [r for r in self.rows if all(str(r[self.column(c)]) == v for c, v in wanted.items())]
        assert len(found) == 1, (self.name, wanted, len(found))
        return found[0]

    def note(self, row: Row, why: str) -> None:
        """Remember that this row must end in quarantine, and why."""
        self.notes.append((row, self.record(row), why))

    def add(self, row: Row, why: str, at: int | None = None) -> Row:
        """Insert a row that must end in quarantine."""
        assert len(row) == len(self.header), (self.name, row)
        self.rows.insert(len(self.rows) if at is None else at, row)
        self.note(row, why)
        return row

    def spoil(self, row: Row, column: str, value: Any, why: str) -> None:
        """Overwrite a good value with a bad one."""
        row[self.column(column)] = value
        self.note(row, why)


def german(cents: int, digits: int = 2) -> str:
    """1234567 → ``12.345,67``."""
    whole, rest = divmod(abs(cents), 10**digits)
    return f"{'-' if cents < 0 else ''}{whole:,}".replace(",", ".") + f",{rest:0{digits}d}"


def csv_bytes(table: Table, *, encoding: str, separator: str, row_end: str = "\r\n", cut: int = 0) -> bytes:
    """The table as text; ``cut`` leaves the last so many characters off, as an aborted export does."""

    def cell(value: Any) -> str:
        text = str(value)
        if any(c in text for c in (separator, '"', "\n")):
            text = '"' + text.replace('"', '""') + '"'
        return text

    text = row_end.join(separator.join(cell(c) for c in row) for row in [table.header, *table.rows])
    text = text[:-cut] if cut else text + row_end
    return text.encode(encoding)


def json_bytes(value: Any) -> bytes:
    """Indented JSON, as a person would look at it."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _letters(index: int) -> str:
    return chr(65 + index) if index < 26 else chr(64 + index // 26) + chr(65 + index % 26)


def _sheet(table: Table) -> str:
    lines = []
    for number, row in enumerate([table.header, *table.rows], start=1):
        cells = []
        for index, value in enumerate(row):
            at = f"{_letters(index)}{number}"
            if value == "" or value is None:
                continue
            if isinstance(value, (int, float)):
                cells.append(f'<c r="{at}"><v>{value}</v></c>')
            else:
                cells.append(f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def xlsx_bytes(sheets: dict[str, Table]) -> bytes:
    """A workbook with one sheet a table (ECMA-376, the least that spreadsheets and readers accept)."""
    names = list(sheets)
    files = {
        "[Content_Types].xml": f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET}.sheet.main+xml"/>'
        + "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_SHEET}.worksheet+xml"/>' for n in range(1, len(names) + 1))
        + "</Types>",
        "_rels/.rels": f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
        + "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(names, start=1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(f'<Relationship Id="r{n}" Type="{_REL}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in range(1, len(names) + 1))
        + "</Relationships>",
        **{f"xl/worksheets/sheet{n}.xml": _sheet(sheets[name]) for n, name in enumerate(names, start=1)},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, text in files.items():  # stored, not deflated: what deflate writes depends on its library's version
            info = zipfile.ZipInfo(name, (2026, 7, 1, 8, 0, 0))
            info.external_attr = 0o644 << 16
            archive.writestr(info, text.encode("utf-8"))
    return buffer.getvalue()


def write(path: Path, content: bytes) -> None:
    """Write a file, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
