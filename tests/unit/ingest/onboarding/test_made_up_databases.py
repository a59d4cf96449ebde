"""Keys and references of databases whose schema is known, with headings and without."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.onboarding_damage import damaged
from ingest.onboarding.model import Survey
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


def _plain(folder: Path, tables: dict[str, list[str]]) -> Survey:
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    with Store() as store:
        return survey(folder, store)


def test_without_headings_two_ways_to_the_same_place_decide_between_equal_keys(tmp_path: Path) -> None:
    codes = ["AUS", "BEL", "CHE", "DEU", "ESP", "FRA", "GBR", "ITA"]
    found = _plain(
        tmp_path,
        {
            "Country": [f"{c},The land of {c.title()},{900 + len(c) * i}" for i, c in enumerate(codes)],
            "Region": [f"{i},Region {i} north,{codes[i % 8]}" for i in range(1, 11)],
            "Reason": [f"{i},Because of {i} things,{'why' if i % 2 else 'what for'}" for i in range(1, 11)],
            "Province": [f"{1000 + 7 * i},Province {i},{codes[(1 + i % 10) % 8]},{1 + i % 10}" for i in range(90)],
        },
    )
    leads = {(r.table, r.columns[0]): r for r in found.references}
    assert leads["province", "column4"].to == "region"
    assert "both ways to Country agree" in leads["province", "column4"].reason


def test_without_headings_what_things_are_sorted_by_is_named_for_them(tmp_path: Path) -> None:
    found = _plain(
        tmp_path,
        {
            "AddressType": [f"{i},kind {'abcdef'[i]} of place" for i in range(1, 6)],
            "CustomerAddress": [f"{500 + 3 * i},Street {i} at the hill,{(2, 3, 5)[i % 3]}" for i in range(60)],
            "ProductCategory": [f"{i},all sorts of {'wxyz'[i - 1]}" for i in range(1, 5)],
            "ProductSubcategory": [f"{i},{1 + i % 4},sort {i} of them" for i in range(1, 38)],
        },
    )
    leads = {(r.table, r.columns[0]): r.to for r in found.references}
    assert leads["customer_address", "column3"] == "address_type"
    assert leads["product_subcategory", "column2"] == "product_category"


def test_without_headings_two_columns_that_could_be_it_are_not_decided(tmp_path: Path) -> None:
    found = _plain(
        tmp_path,
        {
            "AddressType": [f"{i},kind {'abcdef'[i]} of place" for i in range(1, 6)],
            "CustomerAddress": [
                f"{500 + 3 * i},Street {i} at the hill,{(2, 3, 5)[i % 3]},{(1, 2, 4)[i % 3]}" for i in range(60)
            ],
        },
    )
    assert found.references == ()
