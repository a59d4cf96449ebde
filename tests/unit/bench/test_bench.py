"""The benchmarks' own parts on tiny data: what they compare must be comparable. Nothing here is timed."""

from __future__ import annotations

import json
from pathlib import Path

import networkx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import __main__ as runner
from bench.adventureworks import _networkx
from bench.cold_start import environment
from bench.company import NoData, adventureworks, cypher
from bench.growth import OFFSET, copies, lines_of, offset
from bench.machine import describe, peak
from bench.table import Line, quantile, record, show
from bench.writer import BATCH, Items, prepared
from ontology.load import load_ontology
from ontology.types import Change, EntityState, Op, RecordState, RelationState
from reasoning.flow import from_arrays


@pytest.mark.parametrize(
    ("line", "ratio"),
    [
        (Line("time", 2.0, "s", 6.0), 3.0),
        (Line("rate", 200.0, "items/s", 50.0), 4.0),
        (Line("alone", 2.0, "s"), None),
        (Line("nothing done", 0.0, "s", 1.0), None),
    ],
)
def test_above_one_always_means_that_knockon_is_better(line: Line, ratio: float | None) -> None:
    assert line.ratio == ratio


def test_a_table_shows_every_figure_and_is_kept_as_one_json_line(tmp_path: Path) -> None:
    lines = [Line("totals", 1.5, "ms", 15.0, note="104 starts"), Line("rows", 12_345.6, "rows/s")]
    text = show("Impact", lines, peer="networkx")
    assert "networkx" in text
    assert "10.00×" in text
    assert "12,346 rows/s" in text
    file = tmp_path / "new" / "figures.jsonl"
    for _ in range(2):
        record("impact", "Impact", lines, describe(), file)
    kept = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [len(k["lines"]) for k in kept] == [2, 2]
    assert kept[0]["lines"][0]["ratio"] == 10.0
    assert kept[0]["machine"]["cores"] >= 1


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50), st.sampled_from([0.0, 0.5, 0.9, 0.95, 1.0]))
def test_quantiles_are_numpys(values: list[float], share: float) -> None:
    assert quantile(values, share) == pytest.approx(float(np.quantile(values, share)))


def test_memory_of_a_large_block_is_seen() -> None:
    with peak() as before:
        pass
    with peak() as seen:
        held = np.ones(40_000_000 // 8)
        held += 1
    assert seen.own >= before.own
    assert seen.server == 0.0


def test_networkx_reaches_what_breadth_first_search_reaches() -> None:
    tail, head = np.array([0, 1, 2, 3, 4], dtype=np.int32), np.array([1, 2, 0, 4, 3], dtype=np.int32)
    flow = from_arrays(6, tail, head, np.ones(5), np.zeros(5))
    _, reach = _networkx(flow)
    assert [reach(n) for n in (0, 3, 5)] == [{1, 2}, {4}, set()]
    assert networkx.__version__


def test_each_copy_of_a_company_has_keys_of_its_own() -> None:
    columns = ["ProductID", "Name", "ProductNumber", "SizeUnitMeasureCode", "ProductModelID"]
    assert offset(columns, ["7", "Bolt", "BO-7", "CM ", ""], 2) == [
        str(7 + 2 * OFFSET), "Bolt", "2-BO-7", "CM ", "",
    ]  # fmt: skip


def test_copies_leave_out_rows_that_do_not_fit_and_keep_the_dialect() -> None:
    text = '1+|a&|\r\n2+|b&|\r\nhalf a row&|\r\n3+|"c"&|\r\n'
    found = list(copies(text, ["ID", "Name"], "+|", "&|\r\n", 2))
    assert found == [f"{n + c * OFFSET}+|{t}&|\r\n" for c in (1, 2) for n, t in ((1, "a"), (2, "b"), (3, '"c"'))]


def test_growth_compares_with_the_rows_not_with_the_factor() -> None:
    first = {
        "rows": 100.0,
        "items": 1.0,
        "quarantined": 0.0,
        "seconds": 11.0,
        "stage schema": 1.0,
        "cpu": 8.0,
        "own": 50.0,
        "server": 9.0,
    }
    then = {**first, "rows": 400.0, "seconds": 61.0, "cpu": 24.0, "own": 75.0}
    by_name = {line.name: line.ours for line in lines_of([1, 3], [first, then])}
    assert by_name["3×: time ÷ rows"] == pytest.approx(1.5)
    assert by_name["3×: processor time ÷ rows"] == pytest.approx(0.75)
    assert by_name["3×: memory ÷ that of 1×"] == pytest.approx(1.5)


def _items() -> Items:
    mentions = [f"erp/products/{n}" for n in range(12)]
    records = tuple(Change(Op.ADD, m, RecordState(m, "h", "erp", "products", "run", "f", 1)) for m in mentions)
    entities = tuple(
        Change(Op.ADD, f"e_{n}", EntityState(f"e_{n}", ("Product",), m, (m,), {"name": m}, {"name": (m,)}))
        for n, m in enumerate(mentions)
    )
    relations = tuple(
        Change(Op.ADD, f"r_{n}", RelationState(f"r_{n}", "product_component", f"e_{n}", f"e_{n + 1}", {}, ()))
        for n in range(11)
    )
    return Items(records, entities, relations)


def test_the_plain_driver_is_given_all_that_the_writer_is_given() -> None:
    ontology = load_ontology()
    name = next(n for n, r in ontology.relations.items() if r.source == "Product" and r.target == "Product")
    items = _items()
    renamed = tuple(
        Change(c.op, c.id, RelationState(c.id, name, c.after.source, c.after.target, {}, ()))
        for c in items.relations
        if c.after
    )
    items = Items(items.records, items.entities, renamed)
    rows = {"records": 0, "entities": 0, "links": 0, "relations": 0}
    for kind, text, held in prepared(ontology, items):
        assert "{labels}" not in text
        assert "{type}" not in text
        rows[kind] += len(held)
    assert rows == {"records": 12, "entities": 12, "links": items.links, "relations": 11}
    assert sum(len(p) for p in items.parts()) == items.size()
    assert all(len(p) <= BATCH for p in items.parts())


@given(st.sampled_from([1.0, 0.5, 0.25, 0.1]))
def test_a_share_of_the_items_holds_together(part: float) -> None:
    taken = _items().share(part)
    entities = {c.id for c in taken.entities}
    described = {m for c in taken.entities if c.after for m in c.after.mentions}
    assert {e for c in taken.relations if c.after for e in (c.after.source, c.after.target)} <= entities
    assert {c.id for c in taken.records} == described


def test_every_benchmark_is_listed_and_only_those_that_fetch_or_make_data_wait_to_be_named() -> None:
    found = {b.name: b for b in runner.benches()}
    assert {"adventureworks", "cold_start", "growth", "writer"} <= set(found)
    assert not found["cold_start"].runs
    assert found["writer"].runs
    assert all(b.about for b in found.values())
    assert found["writer"].arguments(True, None) == ["--quick"]
    assert "table" not in found


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        runner.main(["nothing"])
    assert "adventureworks" in capsys.readouterr().err


def test_a_cold_start_keeps_no_cache_of_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KNOCKON_CACHE", "/elsewhere")
    monkeypatch.setenv("NEO4J_URI", "bolt://elsewhere")
    made = environment(tmp_path)
    assert "NEO4J_URI" not in made
    assert all(made[n].startswith(str(tmp_path)) for n in ("KNOCKON_CACHE", "UV_CACHE_DIR", "PIP_CACHE_DIR"))


def test_data_that_is_not_here_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KNOCKON_TEST_DATA", str(tmp_path))
    with pytest.raises(NoData, match="KNOCKON_TEST_DATA"):
        adventureworks()


def test_statements_are_filled() -> None:
    assert "`BUYS`" in cypher("merge_relations", type="`BUYS`")
    assert "//" not in cypher("reach", types="`A`")
