"""What holds for any scenario and any caller: nothing changed is the base, more failures hit no less, and so on."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_engine.snapshot.view import view
from graph_engine.snapshot.visibility import Visibility
from reasoning.impact import impact
from reasoning.measures.evaluate import evaluate
from reasoning.measures.reading import CellReader
from reasoning.measures.types import Cell, Options
from reasoning.network import Network
from reasoning.scenarios.attribution import Remembered, split
from reasoning.scenarios.run import run
from reasoning.types import Filters, Semantics, Start
from tests.unit.reasoning.company import id_of
from tests.unit.reasoning.measures.made_up import TODAY, shipped
from tests.unit.reasoning.measures.test_measures_company import company
from tests.unit.reasoning.scenarios.shop import base, ontology, scenario

SUPPLIERS = ("V1", "V2", "V3")
NOTHING = (
    "- {scale: price, of: {class: Offer}, by: 1}",
    "- {shift: lead_time_days, of: {class: Offer}, by: 0}",
    "- {scale: components.quantity, of: {class: Product}, by: 1}",
    "- {shift: due_on, of: {class: Order}, by: 0 days}",
    "- {set: price, of: 'Offer:O1', to: 5}",
)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(NOTHING), min_size=1, max_size=4))
def test_a_scenario_that_changes_nothing_is_the_base(edits: list[str]) -> None:
    network, results = base()
    done = run(network, scenario("\n".join(edits)), results)
    assert done.network is network
    assert done.after is not None
    assert (done.measures, done.cells, done.after.recomputed) == ((), 0, 0)
    assert any("No value, relation or thing is different" in n for n in done.notes)


@settings(max_examples=8, deadline=None)
@given(
    late=st.integers(-20, 60), totals=st.lists(st.integers(0, 900), min_size=3, max_size=3), seed=st.integers(0, 5),
    gone=st.booleans(),
)  # fmt: skip
def test_a_sum_taken_apart_gives_every_argument_what_all_coalitions_give(
    late: int, totals: list[int], seed: int, gone: bool
) -> None:
    compared(late, totals, seed, gone)


def test_the_comparison_compares() -> None:
    assert compared(20, [5, 6, 7], 1, False) > 0


def compared(late: int, totals: list[int], seed: int, gone: bool) -> int:
    """How many cells were divided both ways, with equal shares."""
    before = company(6, seed)
    for nr, row in enumerate(before.entities["Order"]):
        row.update(shipped_on=TODAY + timedelta(days=4 * nr - 28), cancelled_on=None)
    after = before.copy()
    after.row("term customers")["days_late"] = late
    for nr, total in enumerate(totals):
        after.row(f"O{nr}")["total"] = Decimal(total)
    if gone:
        after.entities["Order"] = [r for r in after.entities["Order"] if r["id"] != "O5"]
        for rows in after.relations.values():
            rows[:] = [r for r in rows if "O5" not in (r["from"], r["to"])]
    names = ["Company.cash_by_week", "Company.revenue"]
    was, now = (Remembered(evaluate(m.snapshot(), shipped(), Options(TODAY), names=names)) for m in (before, after))
    reader = CellReader(shipped())
    count = 0
    for cell in (
        *(Cell("Company.order_receipts_by_week", "e_company", p) for p in range(8)),
        Cell("Company.cash_by_week", "e_company", 7),
    ):
        whole = split(reader, was, now, cell)
        if not 0 < len(whole.changed) <= 9 or whole.division.method != "exact":
            continue
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("reasoning.scenarios.attribution.EXACT", 0)
            parts = split(reader, was, now, cell)
        assert parts.delta == whole.delta
        shares = {o: s for o, s in whole.division.shares.items() if s}
        assert {o: s for o, s in parts.division.shares.items() if s} == shares
        count += 1
    return count


def hit(network: Network, starts: tuple[str, ...], semantics: Semantics, day: date = TODAY) -> set[str]:
    """Ids of what failures hit."""
    found = impact(
        network, tuple(Start(s) for s in starts), semantics=semantics, filters=Filters(valid_at="any"), limit=None,
        paths=0, as_of=day,
    )  # fmt: skip
    return {a.entity.id for a in found.affected} | set(starts)


@settings(max_examples=30, deadline=None)
@given(
    few=st.sets(st.sampled_from(SUPPLIERS), min_size=1), more=st.sets(st.sampled_from(SUPPLIERS)),
    semantics=st.sampled_from([Semantics.REACH, Semantics.REQUIRES, Semantics.STRONGEST]),
)  # fmt: skip
def test_more_failures_hit_no_less(few: set[str], more: set[str], semantics: Semantics) -> None:
    network, _ = base()
    small = tuple(sorted(id_of(v) for v in few))
    large = tuple(sorted(id_of(v) for v in few | more))
    assert hit(network, small, semantics) <= hit(network, large, semantics)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    classes=st.sets(st.sampled_from(["Offer", "Order", "Customer", "Employee", "Contract"]), max_size=2),
    relations=st.sets(st.sampled_from(["component", "offer_product", "order_line_order"]), max_size=2),
)
def test_who_sees_less_is_told_no_more(classes: set[str], relations: set[str]) -> None:
    network, _ = base()
    hidden = Visibility(classes=frozenset(classes), relations=frozenset(relations))
    seen = Network(view(network.snapshot, ontology(), hidden), ontology())
    start = (id_of("V1"),)
    assert hit(seen, start, Semantics.REACH) <= hit(network, start, Semantics.REACH)
    there = {seen.snapshot.entity_id(i) for i in range(seen.snapshot.size)}
    assert hit(seen, start, Semantics.REACH) <= there
