"""Who stands still holds up what is on its way from him: expected arrivals are later, and the stock with them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from reasoning.measures.evaluate import evaluate
from reasoning.measures.types import Options
from reasoning.network import Network
from reasoning.scenarios.document import parse_scenario
from reasoning.scenarios.plan import CellEdit
from reasoning.scenarios.resolve import resolve
from reasoning.scenarios.run import run
from tests.unit.reasoning.measures.made_up import MadeUp, ontology, shipped

TODAY = date(2026, 6, 15)
DUE = {"L1": date(2026, 6, 20), "L2": date(2026, 7, 5), "late": date(2026, 6, 1), "other": date(2026, 6, 20)}
"""Due dates: two on their way from the supplier, one that should have come already, one of another supplier."""


def firm() -> MadeUp:
    made = MadeUp().add("Supplier", "V", name="Steel AG").add("Supplier", "W", name="Wood AG")
    made.add("Product", "P", sku="P", name="Tube").add("Stock", "S", quantity=Decimal(10))
    made.link("stock_product", "S", "P")
    made.add("PurchaseOrder", "B", due_on=date(2026, 6, 20), currency="EUR").link("purchase_order_supplier", "B", "V")
    made.add("PurchaseOrder", "X", currency="EUR").link("purchase_order_supplier", "X", "W")
    for key, due in DUE.items():
        made.add("PurchaseOrderLine", key, quantity=Decimal(5), due_on=due)
        made.link("purchase_order_line_order", key, "X" if key == "other" else "B")
        made.link("purchase_order_line_product", key, "P")
    made.add("Order", "O", due_on=date(2026, 6, 22), currency="EUR").add("OrderLine", "OL", quantity=Decimal(18))
    made.link("order_line_order", "OL", "O").link("order_line_product", "OL", "P")
    return made


def edited(text: str) -> dict[str, dict[str, object]]:
    """Which properties of what are edited, with the days they move."""
    made = firm()
    network = Network(made.snapshot(), ontology())
    plan = resolve(network, parse_scenario(f"name: x\nas_of: 2026-06-15\ndo:\n  - {text}\n"), today=TODAY)
    keys = {made.id(k): k for k in ("V", "B", "X", "O", "OL", *DUE)}
    found: dict[str, dict[str, object]] = {}
    for step in plan.steps:
        if isinstance(step, CellEdit):
            for entity in step.entities.tolist():
                found.setdefault(keys[network.snapshot.entity_id(entity)], {})[step.definition.name] = step.amount
    return found


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("{fail: 'Supplier:V', days: 21}", {"B", "L1", "L2"}),  # not what was due before, not what others bring
        ("{fail: 'Supplier:V', days: 21, after: 10}", {"L2"}),  # what comes before the failure begins comes in time
        ("{delay: 'Supplier:V', days: 21}", {"B", "L1", "L2"}),
        ("{delay: 'PurchaseOrder:B', days: 21}", {"B", "L1", "L2"}),
    ],
)
def test_what_is_on_its_way_is_later(text: str, moved: set[str]) -> None:
    assert edited(text) == {key: {"due_on": Decimal(21)} for key in moved}


def test_the_stock_runs_short_and_the_demand_stays_where_it_is() -> None:
    made = firm()
    network = Network(made.snapshot(), ontology())
    measures = shipped()
    base = evaluate(network.snapshot, measures, Options(TODAY))
    stands_still = parse_scenario("name: x\nas_of: 2026-06-15\ndo:\n  - {fail: 'Supplier:V', days: 21}\n")
    found = run(network, stands_still, base, today=TODAY)
    differ = {d.name: d for d in found.measures}
    short = differ["Product.first_day_short"].largest[0]
    # 10 + 5 (L1) + 5 (other) ≥ 18 on 22 June; without L1 it is 15.
    assert short.before.value is None
    assert short.after.value == date(2026, 6, 22)
    assert not any(name.startswith("Order.due") for name in differ)
