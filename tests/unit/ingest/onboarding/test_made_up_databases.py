"""Keys and references of databases whose schema is known, with headings and without."""

from __future__ import annotations

from pathlib import Path

import pytest

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
