"""``knockon check``: each kind of mistake is found where it stands, with what to do; a sound project has none."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from api.checking import Finding, Severity, check_project

SAMPLE = Path(__file__).resolve().parents[3] / "examples/plaetscher"
MAPPING = """\
source: crm
folder: ../data
tables:
  customers:
    read: {file: customers.csv}
    key: [Id]
    class: Customer
    properties:
      name: Name
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small sound project."""
    monkeypatch.delenv("KNOCKON_PROJECT", raising=False)
    monkeypatch.delenv("NEO4J_URI", raising=False)
    folder = tmp_path / "company"
    (folder / "mappings").mkdir(parents=True)
    (folder / "data").mkdir()
    (folder / "knockon.yaml").write_text("company: Ours\n", encoding="utf-8")
    (folder / "mappings/crm.yaml").write_text(MAPPING, encoding="utf-8")
    (folder / "data/customers.csv").write_text("Id,Name\n1,Anna\n", encoding="utf-8")
    return folder


def only(found: list[Finding]) -> Finding:
    """The one finding."""
    assert len(found) == 1, [str(f) for f in found]
    return found[0]


def test_the_sample_company_and_a_sound_project_have_no_findings(place: Path) -> None:
    assert check_project(SAMPLE) == []
    assert check_project(place) == []


def test_every_misspelt_name_in_a_mapping_is_found_with_line_column_and_suggestion(place: Path) -> None:
    text = MAPPING.replace("class: Customer", "class: Custommer")
    (place / "mappings/crm.yaml").write_text(text, encoding="utf-8")
    finding = only(check_project(place))
    assert (finding.file, finding.line, finding.severity) == ("mappings/crm.yaml", 7, Severity.ERROR)
    assert finding.column is not None
    assert "Customer" in finding.do
    assert str(finding).startswith(f"mappings/crm.yaml:7:{finding.column}: error: ")
    assert str(finding).endswith(f" → {finding.do}")


def test_a_column_that_the_file_lacks_is_found_by_its_head(place: Path) -> None:
    (place / "data/customers.csv").write_text("Id,Nam\n1,Anna\n", encoding="utf-8")
    finding = only(check_project(place))
    assert (finding.file, finding.line, finding.severity) == ("mappings/crm.yaml", 9, Severity.ERROR)
    assert "'Name'" in finding.message and "'Nam'" in finding.do


def test_files_and_folders_that_are_not_there_are_warnings(place: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.move(place / "data", elsewhere)
    finding = only(check_project(place))
    assert (finding.severity, finding.file) == (Severity.WARNING, "mappings/crm.yaml")
    assert "--folder crm=PATH" in finding.do
    assert check_project(place, {"crm": elsewhere}) == []
    (elsewhere / "customers.csv").unlink()
    finding = only(check_project(place, {"crm": elsewhere}))
    assert (finding.severity, finding.line) == (Severity.WARNING, 4)
    assert "customers" in finding.message


def test_a_missing_file_is_an_error_and_rows_that_break_a_rule_are_named_unless_told_otherwise(place: Path) -> None:
    rows = "".join(f"{n},Anna,{n}\n" for n in range(1, 40)) + "40,Eva,many\n41,Kim,few\n"
    (place / "data/customers.csv").write_text("Id,Name,Age\n" + rows, encoding="utf-8")
    with_rule = MAPPING + "    contract:\n      Age: {type: integer}\n"
    (place / "mappings/crm.yaml").write_text(with_rule, encoding="utf-8")
    assert check_project(place) == []
    finding = only(check_project(place, data=True))
    assert finding.severity is Severity.WARNING
    assert "2 of the 41 rows" in finding.message and "row 40" in finding.message and "'Age'" in finding.message
    (place / "data/customers.csv").write_text("Id,Name,Age\n1,Anna,x\n2,Eva,y\n", encoding="utf-8")
    assert only(check_project(place, data=True)).severity is Severity.ERROR  # most rows: the mapping is wrong
    (place / "data/customers.csv").unlink()
    assert only(check_project(place)).severity is Severity.WARNING
    assert only(check_project(place, data=True)).severity is Severity.ERROR


def test_a_mistake_in_the_mapping_does_not_hide_a_column_that_is_not_there(place: Path) -> None:
    text = MAPPING.replace("class: Customer", "class: Customer\n    modee: full").replace("    modee: full\n", "")
    text = text.replace("      name: Name", "      namme: Name\n      phones: Fon")
    (place / "mappings/crm.yaml").write_text(text, encoding="utf-8")
    found = check_project(place)
    assert len(found) == 2
    assert any("'namme'" in f.message for f in found) and any("'Fon'" in f.message for f in found)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("class: Lieferant", "Supplier"), ("class: vendor", "Supplier"), ("class: Kunde", "Customer")],
)
def test_a_name_in_german_or_a_synonym_is_understood_in_the_suggestion(place: Path, written: str, meant: str) -> None:
    (place / "mappings/crm.yaml").write_text(MAPPING.replace("class: Customer", written), encoding="utf-8")
    assert f"'{meant}'" in only(check_project(place)).do


def test_a_pattern_that_no_file_fits_is_named(place: Path) -> None:
    (place / "knockon.yaml").write_text("mappings: [mappings/*.yaml, maps/*.yaml]\n", encoding="utf-8")
    finding = only(check_project(place))
    assert "maps/*.yaml" in finding.message and finding.severity is Severity.WARNING


def test_mistakes_in_configuration_come_with_their_line(place: Path) -> None:
    (place / "knockon.yaml").write_text("company: Ours\ncolour: red\n", encoding="utf-8")
    finding = only(check_project(place))
    assert (Path(finding.file).name, finding.line) == ("knockon.yaml", 2)
    (place / "knockon.yaml").write_text("company: [Ours\n", encoding="utf-8")
    assert only(check_project(place)).line is not None
    (place / "knockon.yaml").write_text("ontology: [own.ttl]\n", encoding="utf-8")
    assert "own.ttl" in only(check_project(place)).message


def test_mistakes_in_ontology_and_shapes_are_found_together_with_those_in_mappings(place: Path) -> None:
    (place / "knockon.yaml").write_text("ontology: [own.ttl]\nshapes: [rules.ttl]\n", encoding="utf-8")
    (place / "own.ttl").write_text("", encoding="utf-8")
    (place / "rules.ttl").write_text("this is not turtle", encoding="utf-8")
    (place / "mappings/crm.yaml").write_text(MAPPING.replace("name: Name", "nam: Name"), encoding="utf-8")
    found = check_project(place)
    assert {f.file for f in found if f.severity is Severity.ERROR} == {"rules.ttl", "mappings/crm.yaml"}
    (place / "own.ttl").write_text("nor is this", encoding="utf-8")
    assert {f.file for f in check_project(place)} == {"own.ttl"}, "nothing can be said of what rests on it"


def test_a_project_without_a_mapping_is_warned_of(place: Path) -> None:
    (place / "mappings/crm.yaml").unlink()
    assert only(check_project(place)).severity is Severity.WARNING


def test_a_folder_without_a_project_is_a_finding_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KNOCKON_PROJECT", raising=False)
    assert only(check_project(tmp_path)).severity is Severity.ERROR


def test_errors_come_first_and_go_to_json() -> None:
    finding = Finding(Severity.ERROR, "no.", "a.yaml", 3, 7, "Mend it.")
    assert json.loads(json.dumps(finding.to_json())) == {
        "severity": "error", "file": "a.yaml", "line": 3, "column": 7, "message": "no.", "do": "Mend it.",
    }  # fmt: skip
    assert str(Finding(Severity.WARNING, "no.")) == "warning: no."
