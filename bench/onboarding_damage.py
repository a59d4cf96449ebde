"""A folder of exports as a careless later export of it: rows gone, rows twice word for word, totals, other dates.

    python bench/onboarding_damage.py FOLDER TARGET [--seed N] [--compare]

Of each table with twenty rows or more, 2 % of the rows are gone, 1 % stand twice (at least one of each), a row of
totals stands at the end, and dates are written day first. The same seed damages the same rows.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from openpyxl import load_workbook

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from ingest.onboarding.dialect import shape_of  # noqa: E402
from ingest.onboarding.store import Store  # noqa: E402
from ingest.onboarding.survey import survey  # noqa: E402

Row = TypeVar("Row")
GONE = 0.02
TWICE = 0.01
LEAST = 20
"""Rows below which a table is left as it is."""
_DATE = re.compile(r"\b((?:19|20)\d\d)-(\d\d)-(\d\d)(?:[ T]00:00:00(?:\.0+)?)?(?![\d:T-]| \d)")
_DECIMAL = re.compile(r"-?\d+\.\d+")


def damaged(folder: Path, target: Path, seed: int = 7, *, totals: bool = True) -> Path:
    """Write a damaged copy of every table below ``folder``; files that are none are copied."""
    chance = random.Random(seed)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        out = target / path.relative_to(folder)
        out.parent.mkdir(parents=True, exist_ok=True)
        match path.suffix.lower():
            case ".csv" | ".tsv" | ".txt":
                _text(path, out, chance, totals=totals)
            case ".json" if path.name != "schema.json":
                document = json.loads(path.read_text(encoding="utf-8"))
                out.write_text(json.dumps(_document(document, chance), indent=1), encoding="utf-8")
            case ".xlsx":
                _workbook(path, out, chance)
            case _:
                shutil.copyfile(path, out)
    return target


def _uneven(rows: Sequence[Row], chance: random.Random) -> list[Row]:
    """The rows without some of them, and with some of them twice, the copy somewhere below."""
    if len(rows) < LEAST:
        return list(rows)
    gone = set(chance.sample(range(len(rows)), max(1, int(GONE * len(rows)))))
    kept = [row for i, row in enumerate(rows) if i not in gone]
    for row in chance.sample(kept, max(1, int(TWICE * len(kept)))):
        kept.insert(chance.randrange(len(kept) + 1), row)
    return kept


def _day_first(text: str) -> str:
    return _DATE.sub(r"\3.\2.\1", text)


def _text(path: Path, out: Path, chance: random.Random, *, totals: bool) -> None:
    """Rows as pieces of text: whatever stands in them is left alone, but for the dates."""
    shape = shape_of(path)
    text = path.read_bytes().decode(shape.encoding)
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    end = shape.row_end or ("\r\n" if "\r\n" in text else "\n")
    if shape.row_end is not None and f"{end}\r\n" in text:
        end += "\r\n"
    elif shape.row_end is not None and f"{end}\n" in text:
        end += "\n"
    pieces = text.removeprefix(mark).split(end)
    if shape.line_breaks or any(piece.count('"') % 2 for piece in pieces):
        out.write_bytes(path.read_bytes())
        return
    closed = pieces[-1:] == [""]
    pieces = pieces[:-1] if closed else pieces
    above = shape.skip + (1 if shape.rows and not any(c.strip().isdigit() for c in shape.rows[0]) else 0)
    rows = _uneven(pieces[above:], chance)
    sums = _sums([r.split(shape.separator) for r in rows], shape.width)
    if totals and sums is not None and len(rows) >= LEAST:
        rows.append(shape.separator.join(sums))
    whole = end.join([*pieces[:above], *map(_day_first, rows)]) + (end if closed else "")
    out.write_bytes((mark + whole).encode(shape.encoding))


def _sums(rows: Sequence[Sequence[str]], width: int) -> list[str] | None:
    """``Total`` and the sum of the first column of decimals; None where there is none."""
    for i in range(1, width):
        cells = [r[i] for r in rows if len(r) == width and r[i]]
        if len(cells) > len(rows) // 2 and all(_DECIMAL.fullmatch(c) for c in cells):
            return ["Total", *[""] * (i - 1), str(sum(map(Decimal, cells))), *[""] * (width - i - 1)]
    return None


def _document(node: object, chance: random.Random) -> object:
    """Records by id cannot stand twice; those in lists can."""
    if isinstance(node, list):
        return [_document(n, chance) for n in _uneven(node, chance)]
    if isinstance(node, dict):
        items = list(node.items())
        by_id = len(items) >= LEAST and all(isinstance(v, dict) for _, v in items)
        kept = list(dict(_uneven(items, chance)).items()) if by_id else items
        return {name: _document(value, chance) for name, value in kept}
    return _day_first(node) if isinstance(node, str) else node


def _workbook(path: Path, out: Path, chance: random.Random) -> None:
    """Rows below the tenth gone, and twice at the end."""
    book = load_workbook(path)
    for sheet in book.worksheets:
        if sheet.max_row < LEAST + 10 or sheet.merged_cells.ranges:
            continue
        count = max(1, int(GONE * sheet.max_row))
        for at in sorted(chance.sample(range(11, sheet.max_row - 2), count), reverse=True):
            sheet.delete_rows(at)
        again = [cell.value for cell in sheet[chance.randrange(11, sheet.max_row - 2)]]
        at = chance.randrange(11, sheet.max_row - 2)
        sheet.insert_rows(at)
        for column, value in enumerate(again, 1):
            sheet.cell(at, column, value)
    book.save(out)


def compare(folder: Path, target: Path) -> None:
    """Print how many keys and references of the folder are proposed for the damaged copy as well, and which are not."""
    with Store() as store:
        sound = survey(folder, store)
    with Store() as store:
        torn = survey(target, store)
    parts = {
        "keys": tuple({(k.table, k.columns) for k in s.keys.values()} for s in (sound, torn)),
        "references": tuple({(r.table, r.columns, r.to) for r in s.references} for s in (sound, torn)),
    }
    for name, (before, after) in parts.items():
        both = len(before & after)
        print(f"{name}: {both} as in the sound export, of {len(after)} proposed and {len(before)} there")
        for sign, different in (("-", before - after), ("+", after - before)):
            for item in sorted(different):
                print(f"  {sign} {item[0]}: {' + '.join(item[1])} {'→ ' + item[2] if len(item) > 2 else ''}".rstrip())


def main() -> None:
    """Damage a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--compare", action="store_true", help="survey both, and say what is proposed differently")
    given = parser.parse_args()
    print(damaged(given.folder, given.target, given.seed))
    if given.compare:
        compare(given.folder, given.target)


if __name__ == "__main__":
    main()
