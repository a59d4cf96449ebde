"""Rows that are set aside, as one file that a person can mend."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from ingest.mend import export
from ontology.types import QuarantineState


def entry(id_: str, table: str, row: int, raw: dict[str, str | None]) -> QuarantineState:
    return QuarantineState(
        id_, "run-1", "shop", table, "f" * 64, f"{table}.csv", row, None, "type", None, "Why.", json.dumps(raw)
    )


def test_names_that_differ_by_case_are_one_column_and_unreadable_rows_stand_as_they_were(tmp_path: Path) -> None:
    entries = [
        entry("q1", "orders", 1, {"Status": "open", "Number": "7"}),
        entry("q2", "tickets", 1, {"status": "new"}),
        entry("q3", "places", 4, {"_raw": "=a;b;c", "_problem": "3 fields where 2 are expected"}),
    ]
    file = tmp_path / "mend.csv"
    assert export(entries, file, lambda e: ("Town", "Street") if e.table == "places" else ()) == 3
    with file.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
    assert header == ["_table", "_ids", "_why", "_as_read", "Status", "Number", "Town", "Street"]
    assert [r[3:] for r in rows] == [["", "open", "7", "", ""], ["", "new", "", "", ""], ["'=a;b;c", "", "", "", ""]]
