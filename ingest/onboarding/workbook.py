"""The sheets of a workbook: where the table begins, what stands above and below it, what is damaged."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import python_calamine as calamine

from ingest.adapters.excel import read_excel
from ingest.adapters.rows import cell_text
from ingest.adapters.spec import ReadSpec
from ingest.onboarding.draft import TOTALS, Draft
from ingest.onboarding.formulas import formula_findings
from ingest.onboarding.groups import filled_finding, group_headings
from ingest.onboarding.headings import column_names, is_heading
from ingest.onboarding.model import Finding, Skipped
from ontology.errors import KnockonError

_PIVOT = {
    "row labels",
    "column labels",
    "grand total",
    "zeilenbeschriftungen",
    "spaltenbeschriftungen",
    "gesamtergebnis",
}
_LOOK = 2_000
_TITLES = 15


def sheets_of(path: Path, relative: str) -> tuple[list[Draft], list[Skipped]]:
    """A draft for each sheet that holds a table; a reason for each that does not.

    Raises:
        SourceError: no workbook, damaged, or protected by a password.
    """
    try:
        book = calamine.CalamineWorkbook.from_path(path)
    except (calamine.CalamineError, OSError, ValueError):
        read_excel(ReadSpec(file=relative), path)  # says properly what is wrong
        raise
    found: list[Draft] = []
    skipped: list[Skipped] = []
    names = book.sheet_names
    for name in names:
        title = f"{Path(relative).stem} {name}" if len(names) > 1 else Path(relative).stem
        try:
            draft = _sheet(book.get_sheet_by_name(name), name, path, relative, title, len(names) > 1)
        except (calamine.CalamineError, KnockonError) as problem:
            skipped.append(Skipped(f"{relative}: {name}", str(problem)))
            continue
        if isinstance(draft, Draft):
            found.append(draft)
        else:
            skipped.append(draft)
    return found, skipped


def _sheet(
    sheet: calamine.CalamineSheet, name: str, path: Path, relative: str, title: str, several: bool
) -> Draft | Skipped:
    rows: list[list[str]] = []
    numbers: list[int] = []
    for number, row in enumerate(sheet.iter_rows(), 1):
        if any(cell != "" for cell in row):
            rows.append(["" if cell == "" else (cell_text(cell) or "") for cell in row])
            numbers.append(number)
        if len(rows) >= _LOOK:
            break
    place = f"{relative}: {name}"
    if len(rows) < 2:
        return Skipped(place, "the sheet is empty" if not rows else "the sheet has one row only")
    if _is_pivot(rows):
        return Skipped(
            place, "a pivot table: sums, not the rows they are made of", "Export the rows that it was made from."
        )
    skip = _begin(rows)
    heading, reason = is_heading(rows[skip], rows[skip + 1 :])
    width = len(rows[skip])
    used = [any(r[i] for r in rows[skip:] if i < len(r)) for i in range(width)]
    if sum(used) < 2 and len(rows) - skip < 4:
        return Skipped(place, "nothing in it looks like a table: one column, few rows")
    findings: list[Finding] = []
    if skip:
        above = "; ".join(" ".join(filter(None, row)) for row in rows[:skip])[:120]
        findings.append(
            Finding(
                "title-rows",
                f"What stands above the table is left out: {skip} row{'' if skip == 1 else 's'}.",
                above,
                title,
            )
        )
    names: tuple[str, ...] = ()
    columns: tuple[str, ...]
    if heading:
        cells = rows[skip]
        last = max((i for i, u in enumerate(used) if u), default=width - 1)
        columns, changed = column_names(cells)
        named = [c for c in cells if c.strip()]
        if changed and (
            len({c.strip().lower() for c in named}) < len(named) or any(not c.strip() for c in cells[: last + 1])
        ):
            names = columns
            findings.append(
                Finding(
                    "headings", "Headings are missing or twice there; they were told apart.", ", ".join(columns), title
                )
            )
        elif len(named) < width:
            columns = columns[: max(i for i, c in enumerate(cells) if c.strip()) + 1]
    else:
        columns = tuple(f"column{i}" for i in range(1, width + 1))
        findings.append(Finding("no-heading", "The sheet has no headings.", reason, title))
    begin = (numbers[skip] + heading, (sheet.start or (0, 0))[1])
    fill, said = _filled(sheet, rows[skip + heading :], numbers[skip + heading :], begin[1], columns, title)
    findings += [*said, *formula_findings(path, name, begin, columns, title)]
    read = ReadSpec(
        file=relative,
        fill_down=fill,
        sheet=name if several else None,
        skip_rows=skip,
        header=None if heading and not names else heading,
        columns=names,
    )
    return Draft(title, path, read, columns, heading, tuple(findings))


def _filled(
    sheet: calamine.CalamineSheet,
    body: list[list[str]],
    numbers: list[int],
    offset: int,
    columns: tuple[str, ...],
    title: str,
) -> tuple[tuple[str, ...], list[Finding]]:
    """Columns in which an empty cell means what stands above: merged cells, headings of groups; and what shows it."""
    if not body:
        return (), []
    row_of = {number: i for i, number in enumerate(numbers)}
    below: dict[int, set[int]] = {}
    merged = [r for r in (sheet.merged_cell_ranges or []) if r[1][0] + 1 >= numbers[0]]
    for (top, left), (bottom, right) in merged:
        if left == right and top + 1 in row_of:
            below.setdefault(left - offset, set()).update(
                row_of[n + 1] for n in range(top + 1, bottom + 1) if n + 1 in row_of
            )
    findings = []
    fill = []
    for place, covered in sorted(below.items()):
        empty = {i for i, row in enumerate(body) if place < len(row) and not row[place].strip()}
        total = {i for i in empty if any(re.search(TOTALS, cell, re.I) for cell in body[i] if cell)}
        if 0 <= place < len(columns) and covered & empty and empty - total <= covered:
            fill.append(columns[place])
    if merged:
        what = f"{len(merged)} merged cell{'' if len(merged) == 1 else 's'} below the heading: "
        what += (
            f"the value counts for each of its rows in {', '.join(fill)}."
            if fill
            else "only the first row of each holds the value."
        )
        rows = tuple(r[0][0] + 1 for r in merged[:5])
        findings.append(Finding("merged-cells", what, f"first at row {rows[0]}", title, rows=rows))
    groups = group_headings([columns, *body])
    if groups and columns[0] not in fill and not merged:
        fill.append(columns[0])
        findings.append(filled_finding(columns[0], groups, title))
    return tuple(fill), findings


def _begin(rows: list[list[str]]) -> int:
    """Index of the heading: the first row that is filled as most rows below are."""
    fill = [sum(bool(c) for c in row) for row in rows]
    body = fill[min(len(fill) - 1, 3) :]
    usual = Counter(body).most_common(1)[0][0]
    usual = max(usual, sorted(body)[len(body) // 2])
    for i, row in enumerate(rows[:_TITLES]):
        texts = [c for c in row if c]
        if fill[i] >= max(2 if usual > 1 else 1, round(usual * 0.6)) and not re.search(TOTALS, texts[0], re.I):
            return i
    return 0


def _is_pivot(rows: list[list[str]]) -> bool:
    said = {c.strip().lower() for row in (*rows[:6], *rows[-2:]) for c in row if c}
    return len(said & _PIVOT) >= 2 or bool(said & {"row labels", "zeilenbeschriftungen"})
