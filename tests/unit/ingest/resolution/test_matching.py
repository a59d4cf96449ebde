"""The default matching on made-up tables: every shape of data, with floors that a broken part would fall through."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from made_up import (  # type: ignore[import-not-found]
    Case,
    one_table,
    paper,
    paper_left,
    paper_right,
    person,
    person_again,
    product,
    product_left,
    product_right,
    related_paper,
    related_product,
    restaurant,
    restaurant_left,
    restaurant_right,
    same,
    two_tables,
)

from ingest.resolution import assignment
from ingest.resolution.calibration import calibrate
from ingest.resolution.evaluation import evaluate, read_truth
from ingest.resolution.linkage import Shape
from ingest.resolution.matching import match_tables
from ingest.resolution.resolver import Method, default_config, judgements_of, resolve
from ingest.resolution.tables import Table, from_columns

PRODUCTS = two_tables("p", product, product_left, product_right, 250, 60, 200, related=related_product)
REPEATS = two_tables("d", paper, paper_left, paper_right, 200, 60, 300, related=related_paper, repeats=1.2, kin=0.05)
PLACES = two_tables("r", restaurant, restaurant_left, restaurant_right, 80, 200, 120)


def f1(case: Case, pairs: set[tuple[int, int]]) -> float:
    hits = len(pairs & case.truth)
    return 2 * hits / (len(pairs) + len(case.truth))


@pytest.mark.parametrize(
    ("case", "shape", "floor"),
    [(PRODUCTS, Shape.ONE_TO_ONE, 0.88), (REPEATS, Shape.RIGHT_REPEATS, 0.85), (PLACES, Shape.ONE_TO_ONE, 0.95)],
    ids=["products", "right has duplicates", "few of many match"],
)
def test_two_tables(case: Case, shape: Shape, floor: float) -> None:
    found = match_tables(case.left, case.right)
    assert found.shape is shape
    assert f1(case, set(found.accepted())) >= floor


def test_one_table_with_itself() -> None:
    case = one_table("o", paper, paper_right, paper_right, 150, 1.0)
    found = match_tables(case.left, case.right)
    assert found.shape is Shape.ONE_TABLE
    assert f1(case, set(found.accepted())) >= 0.9


def test_row_order_changes_nothing() -> None:
    order = np.random.default_rng(1).permutation(len(PLACES.left))
    shuffled = Table("s", PLACES.left.columns, tuple(PLACES.left.rows[i] for i in order))
    found = match_tables(PLACES.left, PLACES.right).accepted()
    again = match_tables(shuffled, PLACES.right).accepted()
    assert {(int(order[a]), b) for a, b in again} == set(found)


def test_parts_add_up_to_the_weight() -> None:
    found = match_tables(PRODUCTS.left, PRODUCTS.right)
    rows = np.arange(50)
    total = found.bits(rows).sum(axis=1) + found.prior
    assert np.allclose(total, found.weight[rows], atol=0.05)  # beside the small share that orders equals


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_hardly_any_rows(rows: int) -> None:
    small = from_columns("s", {"id": list(range(rows)), "name": ["lamp"] * rows})
    assert match_tables(small, small).accepted() == [] or rows == 2
    assert len(match_tables(small, PRODUCTS.right).accepted()) <= rows


def test_tables_without_any_value() -> None:
    empty = from_columns("e", {"id": [1, 2, 3], "name": ["", "", ""]})
    assert match_tables(empty, empty).accepted() == []


def test_greedy_matching_is_stable() -> None:
    rng = np.random.default_rng(5)
    i, j = (axis.ravel() for axis in np.meshgrid(np.arange(12), np.arange(9)))
    weight = rng.random(len(i))
    taken = assignment.one_to_one(i, j, weight, 12, 9)
    own = {("l", a): w for a, w in zip(i[taken], weight[taken], strict=True)} | {
        ("r", b): w for b, w in zip(j[taken], weight[taken], strict=True)
    }
    for a, b, w in zip(i, j, weight, strict=True):
        assert own.get(("l", a), -1) >= w or own.get(("r", b), -1) >= w


def test_calibration_finds_the_share_of_wrong_pairs() -> None:
    rng = np.random.default_rng(2)
    right, wrong = rng.normal(6, 1.5, 3000), rng.normal(0, 1.5, 3000)
    found = calibrate(np.concatenate([right, wrong]), rng.normal(0, 1.5, 3000))
    assert found.alone == pytest.approx(0.5, abs=0.06)
    at = np.array([1.0, 3.0, 5.0])
    true = np.exp(-((at - 6) ** 2) / 4.5) / (np.exp(-((at - 6) ** 2) / 4.5) + np.exp(-(at**2) / 4.5))
    assert np.allclose(found.of(at), true, atol=0.15)


def write(path: Path, columns: tuple[str, ...], rows: list[tuple[str, ...]], separator: str) -> Path:
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, delimiter=separator).writerows([columns, *rows])
    return path


@pytest.mark.parametrize("turned", [False, True])
def test_the_evaluation_understands_truth_either_way_round(tmp_path: Path, turned: bool) -> None:
    left = write(tmp_path / "l.csv", PLACES.left.columns, list(PLACES.left.rows), "|")
    right = write(tmp_path / "r.csv", PLACES.right.columns, list(PLACES.right.rows), "%")
    pairs = [(PLACES.left.rows[a][0], PLACES.right.rows[b][0], "1") for a, b in sorted(PLACES.truth)]
    pairs += [(PLACES.left.rows[a][0], PLACES.right.rows[0][0], "0") for a in range(5)]
    rows = [(b, a, label) if turned else (a, b, label) for a, b, label in pairs]
    truth = write(tmp_path / "g.csv", ("D1", "D2", "label"), rows, ",")
    found = evaluate(left, right, truth)
    assert found.f1 >= 0.95
    assert found.true == len(PLACES.truth)
    assert {"precision", "recall", "f1", "candidate_pairs", "seconds", "peak_mb"} <= found.as_json().keys()


def test_truth_that_names_no_rows_is_an_error(tmp_path: Path) -> None:
    truth = write(tmp_path / "g.csv", ("a", "b"), [("x", "y")], ",")
    with pytest.raises(Exception, match="name no rows"):
        read_truth(truth, PLACES.left, PLACES.right)


def test_resolving_people_merges_the_sure_and_asks_about_the_rest() -> None:
    case = one_table("q", person, same, person_again, 400, 0.5)
    names = [name for name in case.left.columns if name != "id"]
    values = {name: case.left.column(name) for name in names}
    mentions = case.left.column("id")
    found = resolve(mentions, values, default_config("Person", names, ["email"], party=True))
    merged = {(min(p.left, p.right), max(p.left, p.right)) for p in found.merged}
    assert len(merged - case.truth) <= 0.01 * len(merged)
    assert len(merged & case.truth) >= 0.85 * len(case.truth)
    assert len(judgements_of(found, mentions)) >= len(merged)


def test_the_same_name_alone_merges_nobody() -> None:
    names = ["Smith", "Smith", "Smith", "Jones", "Jones", "Brown"] * 5
    found = resolve([f"m{i:02}" for i in range(30)], {"surname": names}, default_config("P", ["surname"], party=True))
    assert found.merged == ()


def test_articles_of_one_catalogue_are_not_merged_by_likeness() -> None:
    names = [f"Road-150 Red, {size}" for size in range(44, 64, 2)]
    config = default_config("Product", ["name", "sku"], ["sku"])
    assert config.method is Method.TEXT
    found = resolve(names, {"name": names, "sku": [f"R{i}" for i in range(10)]}, config, sources=["erp"] * 10)
    assert found.clustering.count == 10


def test_a_class_with_one_record() -> None:
    for party in (True, False):
        assert resolve(["a"], {"name": ["x"]}, default_config("C", ["name"], party=party)).clustering.count == 1
