"""Keys and references of databases whose schema is known, with headings and without."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.onboarding_damage import damaged
from ingest.onboarding.store import Store
from ingest.onboarding.survey import survey
from ingest.onboarding.truth import Verdict, judge, read_truth
from tests.unit.ingest.onboarding import schemas


def verdict(name: str, folder: Path, *, header: bool, seed: int = 11) -> Verdict:
    """How the survey of a made-up database compares with what it declares."""
    path = schemas.write(schemas.ALL[name](seed), folder, header=header)
    with Store() as store:
        found = survey(folder, store, ignore=frozenset({path.resolve()}))
    return judge(found, read_truth(path))


@pytest.mark.parametrize("name", schemas.ALL)
def test_with_headings_nearly_all_is_found_and_nothing_invented(name: str, tmp_path: Path) -> None:
    found = verdict(name, tmp_path, header=True)
    assert found.unmatched == ()
    assert found.references.precision == 1.0, found.references.wrong
    assert found.references.recall >= 0.9, found.references.missed
    assert found.keys.precision == 1.0, found.keys.wrong
    assert found.keys.recall == 1.0, found.keys.missed


@pytest.mark.parametrize("name", schemas.ALL)
def test_without_headings_it_abstains_rather_than_guesses(name: str, tmp_path: Path) -> None:
    found = verdict(name, tmp_path, header=False)
    assert found.references.precision >= 0.9, found.references.wrong
    assert found.references.recall >= 0.4, found.references.missed
    assert found.keys.precision >= 0.9, found.keys.wrong


def test_a_table_that_the_schema_does_not_know_is_not_judged(tmp_path: Path) -> None:
    path = schemas.write(schemas.generic(), tmp_path, header=True)
    (tmp_path / "notes.csv").write_text("id,user_id\n1,1\n2,1\n", encoding="utf-8")
    with Store() as store:
        found = survey(tmp_path, store, ignore=frozenset({path.resolve()}))
    assert judge(found, read_truth(path)).references.wrong == ()


@pytest.mark.parametrize("name", schemas.ALL)
def test_rows_gone_and_rows_twice_hide_no_key_and_no_reference(name: str, tmp_path: Path) -> None:
    path = schemas.write(schemas.ALL[name](11), tmp_path / "sound", header=True)
    damaged(tmp_path / "sound", tmp_path / "later")
    with Store() as store:
        found = survey(tmp_path / "later", store, ignore=frozenset({(tmp_path / "later" / path.name).resolve()}))
    judged = judge(found, read_truth(path))
    assert (judged.keys.precision, judged.keys.recall) == (1.0, 1.0), (judged.keys.wrong, judged.keys.missed)
    assert judged.references.precision == 1.0, judged.references.wrong
    assert judged.references.recall >= 0.9, judged.references.missed
    said = [f for f in found.findings if f.code == "repeated-rows"]
    assert said and all(f.rows and "word for word" in f.what for f in said)


def test_rows_that_are_alike_by_nature_are_not_taken_for_damage(tmp_path: Path) -> None:
    rows = "\n".join(f"{'ABC'[i % 3]},{i % 2}" for i in range(60))
    (tmp_path / "clicks.csv").write_text(f"page,visitor\n{rows}\n", encoding="utf-8")
    with Store() as store:
        found = survey(tmp_path, store)
    assert found.tables[0].rows == 60
    assert found.keys == {} and not any(f.code == "repeated-rows" for f in found.findings)


def test_a_file_put_below_itself_has_the_key_of_one(tmp_path: Path) -> None:
    rows = "".join(f"P-{i:03},{'ABC'[i % 3]}\n" for i in range(40))
    (tmp_path / "parts.csv").write_text(f"part_no,group\n{rows}{rows}", encoding="utf-8")
    with Store() as store:
        found = survey(tmp_path, store)
    assert found.tables[0].rows == 40 and found.keys["parts"].columns == ("part_no",)


def test_a_lost_row_that_most_rows_lead_to_hides_no_reference(tmp_path: Path) -> None:
    units = "".join(f"{code},{code.lower()}\n" for code in ("BOX", "KGM", "MTR"))
    (tmp_path / "Unit.csv").write_text(f"UnitCode,Name\n{units}", encoding="utf-8")
    used = "".join(f"{i},{('PCE', 'PCE', 'PCE', 'BOX', 'KGM', 'MTR')[i % 6]}\n" for i in range(1, 61))
    (tmp_path / "Part.csv").write_text(f"PartID,UnitCode\n{used}", encoding="utf-8")
    with Store() as store:
        found = survey(tmp_path, store)
    assert [(r.table, r.columns, r.to, r.missing) for r in found.references] == [("part", ("UnitCode",), "unit", 1)]
