"""The bicycle maker's unit costs and margins through the whole pipeline, equal to SQL over the raw files, cell by cell.

Then all prices of one vendor rise by 8 %: every product's cost and margin is again as SQL says, computed from the edit.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from api.measures import ProjectMeasures
from api.project import Project
from api.settings import load_settings
from graph_engine.graph import Credentials, Graph
from graph_engine.snapshot import Snapshot
from graph_engine.snapshot.container import Container
from reasoning.measures.evaluate import Results, evaluate, update
from reasoning.measures.types import Cell, Options
from reasoning.network import Network
from tests.conftest import empty
from tests.integration import adventureworks_oracle as raw
from tests.integration import measures_oracle as oracle

ROOT = raw.folder()
EXAMPLE = Path(__file__).resolve().parents[2] / "examples/adventureworks"
DAY = date(2014, 6, 30)
NAMES = ("Product.unit_cost", "Product.margin")
pytestmark = [
    pytest.mark.integration,
    pytest.mark.slow,
    pytest.mark.skipif(not ROOT.is_dir(), reason=f"no data in {ROOT}"),
]


@pytest.fixture(scope="module")
def project(
    tmp_path_factory: pytest.TempPathFactory, _session_graph: Graph, credentials: Credentials
) -> Iterator[Project]:
    place = tmp_path_factory.mktemp("figures") / "adventureworks"
    shutil.copytree(EXAMPLE, place)
    empty(_session_graph)
    with Project(replace(load_settings(place, {"aw": ROOT}), neo4j=credentials)) as opened:
        opened.pipeline.ingest(opened.sources())
        yield opened


def wrong(results: Results, name: str, expected: Mapping[str, Decimal | None]) -> list[str]:
    """Products of which knockon says something else than SQL; keys as the ERP writes them."""
    snapshot, column = results.snapshot, results.column(name)
    found = []
    for at, entity in enumerate(column.entities.tolist()):
        (code,) = [c for c in snapshot.records(entity).tolist() if snapshot.record(c).id.startswith("aw/products/")]
        key = snapshot.record(code).id.rpartition("/")[2]
        value, wanted = results.at(column, (at,)).value, expected[key]
        if value != (None if wanted is None else Fraction(wanted)):
            found.append(f"{key}: {value} and not {wanted}")
    return found


def dearer(snapshot: Snapshot, vendor: int) -> Snapshot:
    """The snapshot with all prices of one vendor 8 % up, rounded half-up."""
    edges = snapshot.relation("offer_supplier")
    offers = edges.source[edges.into.of(vendor)]
    (block,) = [b for b in snapshot.blocks if b.classes == ("Offer",)]
    name = f"block/{block.number}/price/values"
    prices = np.array(snapshot.container.arrays[name])
    prices[offers - block.start] = (prices[offers - block.start] * 216 + 100) // 200
    return Snapshot(Container(snapshot.container.meta, {**snapshot.container.arrays, name: prices}, 0))


@pytest.mark.parametrize("day", [None, DAY, date(2010, 9, 1)])
def test_costs_and_margins_are_what_sql_says(project: Project, day: date | None) -> None:
    held = ProjectMeasures(project)
    con = oracle.load(ROOT)
    options = Options(DAY, "any" if day is None else day)
    network: Network = project.network()
    base = evaluate(network.snapshot, held.measures, options, names=NAMES)
    costs = oracle.unit_costs(con, day)
    assert sum(c is not None for c in costs.values()) == len(costs) == 504
    assert wrong(base, "Product.unit_cost", costs) == []
    assert wrong(base, "Product.margin", oracle.margins(con)) == []

    vendor = oracle.vendor_of_most(con)
    edited = dearer(network.snapshot, network.snapshot.index(project.entity_id(f"Supplier:{vendor}")))
    after = update(base, edited)
    assert 0 < after.recomputed < base.recomputed
    assert wrong(after, "Product.unit_cost", oracle.unit_costs(con, day, vendor)) == []
    assert wrong(after, "Product.margin", oracle.margins(con)) == []


def test_a_cost_is_walked_back_to_its_rows(project: Project) -> None:
    trace = ProjectMeasures(project).explained("Product.unit_cost", "Product:749", valid_at="any", as_of=DAY, depth=8)
    rows: set[str] = set()
    depth = 0
    stack = [(trace, 1)]
    while stack:
        one, level = stack.pop()
        depth = max(depth, level)
        for operand in one.operands:
            rows.update(r.id for r in operand.records)
            if operand.trace is not None:
                stack.append((operand.trace, level + 1))
    assert depth >= 4  # through the levels of the bill of materials
    assert any(r.startswith("aw/offers/") for r in rows)
    assert any(r.startswith("aw/bill_of_materials/") for r in rows)


def test_values_name_what_is_missing(project: Project) -> None:
    listed = ProjectMeasures(project).values("Product.days_of_cover", as_of=DAY)
    assert listed.known == 0
    assert listed.unknown == listed.found == 504  # no daily demand is known, and none is made up
    assert Cell("Product.days_of_cover", listed.rows[0].entity.id).period is None
