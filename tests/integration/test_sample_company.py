"""The shipped sample company: its files are what its generator writes, and its truth is true."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).resolve().parents[2] / "examples/plaetscher"
GENERATED = ("shop", "erp", "helpdesk", "accounting", "later", "truth")


def truth(name: str) -> Any:
    """What the generator knows to be true."""
    return json.loads((SAMPLE / "truth" / f"{name}.json").read_text(encoding="utf-8"))


def files(folder: Path) -> dict[str, bytes]:
    """Content of all generated files by their path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for part in GENERATED
        for path in sorted((folder / part).rglob("*"))
        if path.is_file()
    }


def test_the_files_are_what_the_generator_writes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SAMPLE / "generate.py"), str(tmp_path)], check=True, capture_output=True)
    assert files(SAMPLE) == files(tmp_path)


def test_the_company_is_small_and_has_everything() -> None:
    content = files(SAMPLE)
    assert sum(len(data) for data in content.values()) < 3_000_000
    assert {"erp/stammdaten.xlsx", "shop/orders.csv", "helpdesk/tickets.json", "accounting/rechnungen.csv"} <= set(
        content
    )
    assert content["erp/stueckliste.csv"][:2] in (b"\xff\xfe", b"\xfe\xff")
    assert not content["erp/wareneingang.csv"].endswith(b"\n")
    assert "Ã¼".encode() in content["shop/customers.csv"]
    assert 10 <= len(list((SAMPLE / "documents").glob("*.md"))) <= 15


def test_bad_rows_are_as_many_as_the_counts_say() -> None:
    counts = truth("counts")
    for table, expected in counts.items():
        assert expected["read"] == expected["new"] + expected["duplicate"] + expected["quarantined"], table
        assert expected["quarantined"] == sum(row["table"] == table for row in truth("bad_rows"))


def test_the_page_about_it_gives_the_right_figures() -> None:
    page = (SAMPLE.parents[1] / "docs/sample-company.md").read_text(encoding="utf-8")
    counts = truth("counts")
    for system in ("shop", "erp", "helpdesk", "accounting"):
        rows = sum(table["read"] for name, table in counts.items() if name.startswith(system))
        assert f"(`{system}/`)" in page and f"| {rows:,} |" in page, (system, rows)
    assert f"{len(truth('bad_rows'))} in all" in page
    affected = {name: len(records) for name, records in truth("impact")["records"].items()}
    for name, plural in (
        ("Product", "products"),
        ("OrderLine", "order lines"),
        ("Order", "orders"),
        ("Customer", "customers"),
    ):
        assert f"{affected[name]} {plural}" in page.replace("\n", " "), name
