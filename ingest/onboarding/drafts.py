"""From the files of a folder to drafts of tables: each format by its own module, the same table twice only once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from ingest.adapters.spec import SUFFIXES, Format, ReadSpec
from ingest.onboarding.dialect import TextShape, shape_of
from ingest.onboarding.discover import Found
from ingest.onboarding.documents import tables_in
from ingest.onboarding.draft import Draft
from ingest.onboarding.groups import filled_finding, group_headings
from ingest.onboarding.headings import column_names, is_heading
from ingest.onboarding.model import Finding, Skipped
from ingest.onboarding.workbook import sheets_of
from ontology.errors import KnockonError

MOST_COLUMNS = 2_000


def drafts_of(
    files: Iterable[Found], sample: Callable[[Path], Path], tell: Callable[[str], None] = lambda _: None
) -> tuple[list[Draft], list[Skipped]]:
    """Every table in the files. ``sample``: a smaller stand-in for a file too large to read as a whole."""
    found: list[Draft] = []
    skipped: list[Skipped] = []
    for file in files:
        tell(file.relative)
        try:
            drafts, left = _of_file(file, sample)
        except KnockonError as problem:
            skipped.append(Skipped(file.relative, problem.what, problem.do))
            continue
        except (OSError, ValueError, ArithmeticError) as problem:
            skipped.append(
                Skipped(file.relative, f"it cannot be read: {problem}", "Check the file, or export it again.")
            )
            continue
        found += drafts
        skipped += left
    return _once(found, skipped)


def _of_file(file: Found, sample: Callable[[Path], Path]) -> tuple[list[Draft], list[Skipped]]:
    kind = SUFFIXES[file.path.suffix.lower()]
    if file.path.stat().st_size == 0:
        return [], [Skipped(file.relative, "the file is empty", "Export it again.")]
    match kind:
        case Format.EXCEL:
            return sheets_of(file.path, file.relative)
        case Format.PARQUET:
            names = tuple(pq.read_schema(file.path).names)
            return [Draft(file.path.stem, file.path, ReadSpec(file=file.relative), names, True)], []
        case Format.DELIMITED:
            shape = shape_of(sample(file.path))
            if shape.width > MOST_COLUMNS:
                return [], [Skipped(file.relative, f"it has {shape.width:,} columns")]
            if _is_prose(shape):
                return [], [_prose(file, "no way to cut its lines gives columns")]
            if len(shape.rows) < 2:
                return [], [Skipped(file.relative, "it has one row only: headings, or nothing to compare")]
            draft = _text_table(file, shape)
            if not draft.header and _is_running_text(shape):
                return [], [_prose(file, "neither headings nor columns of one kind")]
            return [draft], []
        case _:
            return tables_in(file.path, file.relative, kind)


def _prose(file: Found, why: str) -> Skipped:
    return Skipped(file.relative, f"text, not a table: {why}", paper=file.path.suffix.lower() == ".txt")


def _is_prose(shape: TextShape) -> bool:
    if shape.regular < 0.5:
        return True
    if shape.width > 1:
        return (
            shape.width <= 3
            and shape.separator == ","
            and sum(len(c) > 60 for r in shape.rows for c in r) > len(shape.rows)
        )
    return sum(len(row[0]) > 80 for row in shape.rows) > len(shape.rows) // 3


def _is_typed(cell: str) -> bool:
    """A number, a date, a code: digits and no sentence around them."""
    return any(c.isdigit() for c in cell) and len(cell.split()) <= 3


def _is_running_text(shape: TextShape) -> bool:
    """Whether no column holds numbers or dates, and cells are parts of sentences."""
    rows = [row for row in shape.rows if len(row) == shape.width]
    typed = any(sum(_is_typed(row[i]) for row in rows) > 0.6 * len(rows) for i in range(shape.width))
    said = [cell for row in rows for cell in row if cell.strip()]
    return not typed and bool(said) and sum(len(cell.split()) for cell in said) / len(said) >= 2


def _text_table(file: Found, shape: TextShape) -> Draft:
    body = [row for row in shape.rows[1:] if len(row) == shape.width]
    heading, reason = is_heading(shape.rows[0], body) if shape.rows else (False, "")
    title = file.path.stem
    findings: list[Finding] = []
    if shape.skip:
        findings.append(
            Finding(
                "title-rows",
                f"What stands above the table is left out: {shape.skip} row{'' if shape.skip == 1 else 's'}.",
                "; ".join(shape.before)[:120],
                title,
            )
        )
    names: tuple[str, ...] = ()
    if heading:
        columns, changed = column_names(shape.rows[0])
        if changed:
            names = columns
            findings.append(
                Finding(
                    "headings", "Headings are missing or twice there; they were told apart.", ", ".join(columns), title
                )
            )
    else:
        columns = tuple(f"column{i}" for i in range(1, shape.width + 1))
        findings.append(
            Finding("no-heading", "The file has no headings; columns are called by their number.", reason, title)
        )
    if shape.line_breaks:
        names = columns
        findings.append(
            Finding("line-breaks", "Fields hold line breaks; rows were joined until they were whole.", "", title)
        )
    if not shape.encoding.startswith("utf-8"):
        findings.append(Finding("encoding", f"The text is in {shape.encoding}, not UTF-8.", "", title))
    groups = group_headings([columns, *body] if heading else body)
    if groups:
        findings.append(filled_finding(columns[0], groups, title))
    read = ReadSpec(
        file=file.relative,
        fill_down=columns[:1] if groups else (),
        encoding=None if shape.encoding == "utf-8" else _said(shape.encoding),
        header=None if heading and not names else heading,
        columns=names,
        separator=shape.separator,
        row_end=shape.row_end,
        quote=shape.quote if shape.quote != _usual_quote(shape) else None,
        line_breaks=shape.line_breaks,
        skip_rows=shape.skip,
    )
    return Draft(title, file.path, read, columns, heading, tuple(findings))


def _said(encoding: str) -> str:
    return "utf-16" if encoding == "utf-16-le" else encoding


def _usual_quote(shape: TextShape) -> str:
    return '"' if shape.row_end is None and len(shape.separator) == 1 else ""


def _once(drafts: list[Draft], skipped: list[Skipped]) -> tuple[list[Draft], list[Skipped]]:
    """The same table in several files: the same bytes count once; parts of one folder are read together."""
    groups: dict[tuple[object, ...], list[Draft]] = {}
    for draft in drafts:
        plain = re.sub(r"[\d\W_]+|copy|kopie", "", draft.path.stem.lower()) + draft.path.suffix.lower()
        where = (draft.read.sheet, draft.read.records, draft.read.explode)
        groups.setdefault((plain, draft.columns if draft.header else len(draft.columns), *where), []).append(draft)
    kept: list[Draft] = []
    for group in groups.values():
        if len(group) == 1 or (not group[0].header and len({d.path.name for d in group}) > 1):
            kept += group
            continue
        kept += _merged(group, skipped)
    order = {id(d.path): i for i, d in enumerate(drafts)}
    return sorted(kept, key=lambda d: order.get(id(d.path), 0)), skipped


def _merged(group: list[Draft], skipped: list[Skipped]) -> list[Draft]:
    seen: dict[str, Draft] = {}
    for draft in sorted(group, key=lambda d: (len(d.path.parts), len(d.path.name), d.path.name)):
        digest = _digest(draft.path)
        if digest in seen:
            skipped.append(Skipped(draft.read.file or "", f"the same bytes as {seen[digest].read.file}"))
        else:
            seen[digest] = draft
    rest = list(seen.values())
    folders: dict[Path, list[Draft]] = {}
    for draft in rest:
        folders.setdefault(draft.path.parent, []).append(draft)
    first, *later = sorted(folders, key=lambda f: (len(f.parts), f))
    for folder in later:
        for draft in folders[folder]:
            skipped.append(
                Skipped(
                    draft.read.file or "",
                    f"the same table as {folders[first][0].read.file}, probably another export of it",
                    "Bring it in later: `knockon ingest --folder "
                    f"SOURCE={Path(draft.read.file or '').parent.as_posix()}`.",
                )
            )
    together = folders[first]
    if len(together) == 1:
        return together
    pattern = _glob([d.path.name for d in together])
    there = {p.name for p in first.glob(pattern)}
    if there != {d.path.name for d in together}:
        return together
    lead = together[0]
    file = (Path(lead.read.file or "").parent / pattern).as_posix()
    note = Finding(
        "several-files",
        f"{len(together)} files hold this table; they are read as one.",
        ", ".join(d.path.name for d in together),
        lead.title,
    )
    title = re.sub(r"[\W_]*\d[\d\W_]*$", "", lead.title) or lead.title
    return [
        replace(
            lead,
            title=title,
            read=replace(lead.read, file=file),
            parts=tuple(d.path for d in together[1:]),
            findings=(*lead.findings, note),
        )
    ]


def _glob(names: list[str]) -> str:
    """The narrowest ``front*back`` that fits all names."""
    front = names[0]
    back = names[0]
    for name in names[1:]:
        while not name.startswith(front):
            front = front[:-1]
        while not name.endswith(back):
            back = back[1:]
    shortest = min(map(len, names))
    back = back[max(0, len(front) + len(back) - shortest) :]
    return f"{front}*{back}"


def _digest(path: Path) -> str:
    seen = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            seen.update(chunk)
    return seen.hexdigest()
