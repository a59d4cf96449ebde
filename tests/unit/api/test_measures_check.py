"""``knockon check`` and ``knockon measures`` on a company's own measure files; no database is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.checking import Severity, check_project
from api.cli import app
from api.measures import ProjectMeasures, measure_files
from api.project import open_project


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "knockon.yaml").write_text("company: Nobody\n", encoding="utf-8")
    (tmp_path / "measures").mkdir()
    return tmp_path


def test_check_names_file_line_and_what_was_meant(place: Path) -> None:
    (place / "measures/own.yaml").write_text("measures:\n  Order.double: revenu * 2\n  Ordr.x: '1'\n", encoding="utf-8")
    found = [f for f in check_project(place) if f.file.endswith("own.yaml")]
    assert [(f.file, f.line, f.severity) for f in found] == [
        ("measures/own.yaml", 2, Severity.ERROR),
        ("measures/own.yaml", 3, Severity.ERROR),
    ]
    assert "revenue" in found[0].do
    assert "Order" in found[1].do


def test_a_sound_file_is_no_finding(place: Path) -> None:
    (place / "measures/own.yaml").write_text("measures:\n  Order.double: revenue * 2\n", encoding="utf-8")
    assert [f for f in check_project(place) if "measures" in f.file] == []
    with open_project(place) as project:
        held = ProjectMeasures(project)
        assert held.get("Order.double").unit == "money"
        assert "Order.double" in held.used_by("Order.revenue")
        assert {m.name for m in held.seen("Order")} > {"Order.double", "Order.margin"}
        assert measure_files(project.settings) == (place / "measures/own.yaml",)


def test_list_and_show_need_no_database(place: Path) -> None:
    (place / "measures/own.yaml").write_text("measures:\n  Order.double: revenue * 2\n", encoding="utf-8")
    run = CliRunner()
    listed = run.invoke(app, ["measures", "list", "--project", str(place), "--class", "Order"])
    assert listed.exit_code == 0, listed.output
    assert "Order.double" in listed.output
    assert "Product.unit_cost" not in listed.output
    shown = run.invoke(app, ["measures", "show", "Order.double", "--project", str(place)])
    assert "revenue * 2" in shown.output
    assert "uses Order.revenue" in shown.output
    wrong = run.invoke(app, ["measures", "show", "Order.doubel", "--project", str(place)])
    assert wrong.exit_code == 5
    assert "Order.double" in wrong.output + (wrong.stderr if wrong.stderr_bytes else "")
