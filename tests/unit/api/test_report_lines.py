"""What the command line says after `replay`, `ingest` and `undo`."""

from __future__ import annotations

import pytest

from api.cli.data import show_report
from ingest.report import ItemCounts, RowAside, RunReport, TableCounts

ASIDE = RowAside("shop.orders", "orders.csv", 7, "reference", "There is no customer with key 9.")


def said(capsys: pytest.CaptureFixture[str], report: RunReport) -> str:
    show_report(report, as_json=False)
    return " ".join(capsys.readouterr().out.split())


def report(kind: str, *, aside: tuple[RowAside, ...] = (), written: int = 0, dry_run: bool = False) -> RunReport:
    none = ItemCounts()
    return RunReport(
        "run-4", kind, 12, (), ItemCounts(added=written), none, none, len(aside), aside=aside, dry_run=dry_run
    )


def test_a_mended_row_that_fits_is_written_and_nothing_is_said_of_quarantine(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = said(capsys, report("replay", written=1))
    assert "run-4 wrote: records +1" in text and "Graph version 12." in text
    assert "set aside" not in text


def test_one_mended_row_that_still_does_not_fit_is_named_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, report("replay", aside=(ASIDE,)))
    assert "1 mended row is set aside again:" in text
    assert "shop.orders orders.csv row 7 reference: There is no customer with key 9." in text
    assert "nothing to write" in text


def test_several_mended_rows_are_counted_and_the_first_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, report("replay", aside=(ASIDE,) * 60))
    assert "60 mended rows are set aside again:" in text
    assert 1 <= text.count("orders.csv row 7") < 60 and "--json lists 60" in text


def test_a_dry_run_does_not_speak_of_rows_as_set_aside_again(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, report("replay", aside=(ASIDE,), dry_run=True))
    assert "again" not in text and "orders.csv row 7" in text and "Graph version" not in text


def test_a_row_without_a_number_is_shown_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, report("replay", aside=(RowAside("shop.orders", "a.csv", None, "key", "It has no key."),)))
    assert "a.csv row ? key: It has no key." in text


def test_tables_are_shown_with_what_was_set_aside(capsys: pytest.CaptureFixture[str]) -> None:
    counts = TableCounts("shop", "orders", 10, 8, 0, 0, 0, 2, 0)
    none = ItemCounts()
    found = RunReport("run-5", "ingest", 3, (counts,), ItemCounts(added=8), none, none, 2, {"reference": 2})
    text = said(capsys, found)
    assert "shop.orders 10 8" in text and "2 rows are set aside (reference 2): `knockon quarantine list`." in text
