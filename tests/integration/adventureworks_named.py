"""The bicycle maker's files with a heading above each, otherwise as exported: same encoding, separators, row ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

_ESCAPES = {"\\t": "\t", "\\n": "\n", "\\r\\n": "\r\n"}


def with_headings(root: Path, target: Path) -> Path:
    """A copy of ``tables`` and ``sales_slice`` in one folder; of the schema only the names of columns are taken."""
    target.mkdir(parents=True)
    for table in json.loads((root / "schema.json").read_text(encoding="utf-8")).values():
        file = root / table["file"]
        text = file.read_bytes().decode(table["encoding"]).removeprefix("\ufeff")
        separator, end = (_ESCAPES.get(table[n], table[n]) for n in ("column_separator", "row_separator"))
        after = text[text.find(end) + len(end) :]
        if end != "\n":
            end += "\r\n" if after.startswith("\r\n") else "\n" if after.startswith("\n") else ""
        elif text[: text.find("\n")].endswith("\r"):
            end = "\r\n"
        heading = separator.join(column["name"] for column in table["columns"])
        (target / file.name).write_bytes((heading + end + text).encode(table["encoding"]))
    for file in sorted((root / "sales_slice").glob("*.csv")):
        shutil.copyfile(file, target / file.name)
    return target
