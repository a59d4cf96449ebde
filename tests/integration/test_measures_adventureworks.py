"""The bicycle maker's unit costs and margins through the whole pipeline, equal to SQL over the raw files, cell by cell.

Then all prices of one vendor rise by 8 %: every product's cost and margin is again as SQL says, computed from the edit.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from api.measures import ProjectMeasures
from api.project import Project
from api.scenarios import Scenarios
from api.settings import load_settings
from graph_engine.graph import Credentials, Graph
from graph_engine.snapshot import Snapshot
from graph_engine.snapshot.container import Container
from reasoning.measures.evaluate import Results, evaluate, update
from reasoning.measures.types import Cell, Options, Trace
from reasoning.network import Network
from reasoning.scenarios.answer import explanation_json
from reasoning.scenarios.document import read_scenario
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


def test_cash_by_week_with_assumed_terms_and_customers_who_pay_late(project: Project) -> None:
    """What the ERP lacks is entered as assumptions; then each week is what SQL says, and 30 days later again."""
    desk = Scenarios(project)
    measured = ("Company.cash_by_week", "Company.first_week_below_zero")
    assumed = desk.pinned(read_scenario(EXAMPLE / "scenarios/cash-basis.yaml"))
    shown = desk.run(assumed, check=False)
    desk.apply(assumed, because="what the treasurer says", author="Eva", assume=True, review="2012-04-01")
    project.refresh()
    con = oracle.load(ROOT)
    opening, monday, weeks = Decimal(1_000_000), date(2012, 1, 2), 26

    def by_week(results: Results) -> list[Fraction | None]:
        column = results.column(measured[0])
        return [results.at(column, (0, p)).value for p in range(weeks)]  # type: ignore[misc]

    held = ProjectMeasures(project)
    base = evaluate(project.network().snapshot, held.measures, Options(monday), names=measured)
    wanted = oracle.cash(con, monday, weeks, opening, 0)
    assert by_week(base) == [Fraction(w) for w in wanted]
    assert shown.after is not None
    assert by_week(shown.after) == by_week(base)  # what applying it would give was shown before

    late = desk.pinned(read_scenario(EXAMPLE / "scenarios/customers-pay-late.yaml"))
    done = desk.run(late, check=False)
    assert done.after is not None
    delayed = oracle.cash(con, monday, weeks, opening, 30)
    assert by_week(done.after) == [Fraction(w) for w in delayed]
    assert delayed != wanted
    below = [p for p, w in enumerate(delayed) if w < 0]
    first = done.after.value(Cell(measured[1], "e_company")).value
    assert first == (monday + timedelta(weeks=below[0]) if below else None)

    why = desk.explain(done, desk.cell(desk.base(late), "Company.cash_by_week in 2012-W03"))
    assert why.delta == Fraction(delayed[2] - wanted[2]) != 0
    assert why.flows.complete
    assert sum(why.flows.inputs.values()) == why.delta
    assert [o.name for o in why.flows.inputs] == ["days_late"]
    content = json.loads(json.dumps(explanation_json(why)))
    verdict = desk.verify(content)
    assert verdict.failures == []
    assert verdict.raw > 0
    trace = held.explained("Company.cash_by_week", "company", as_of=monday, depth=3)
    assert any(o.assumed for t in _traces(trace) for o in t.operands)


def _traces(trace: Trace) -> Iterator[Trace]:
    yield trace
    for operand in trace.operands:
        if operand.trace is not None:
            yield from _traces(operand.trace)
