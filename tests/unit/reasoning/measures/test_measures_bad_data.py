"""Data as bad as it comes: every shipped figure of things without any value, and of a company that has nothing."""

from __future__ import annotations

import pytest

from reasoning.measures.evaluate import evaluate, update
from reasoning.measures.listing import listing
from reasoning.measures.trace import trace
from reasoning.measures.types import Cell, CellState, Options
from reasoning.network import Network
from tests.unit.reasoning.measures.made_up import TODAY, MadeUp, ontology, shipped

OPTIONS = Options(TODAY)


def bare() -> MadeUp:
    """One thing of each class that has figures, without a value, and related to all it can be."""
    made = MadeUp()
    classes = sorted({m.class_name for m in shipped()} - {"Company"})
    extra = ["OrderLine", "Offer", "PaymentTerm", "Stock", "Ticket", "Evidence"]
    for name in dict.fromkeys([*classes, *extra]):
        made.add(name, f"a {name}")
    for name, relation in sorted(ontology().relations.items()):
        if relation.source in made.entities and relation.target in made.entities and not relation.acyclic:
            made.link(name, f"a {relation.source}", f"a {relation.target}")
    return made


@pytest.mark.parametrize("made", [MadeUp(), bare()], ids=["nothing", "no values"])
def test_every_shipped_figure_can_be_had_of_data_without_values(made: MadeUp) -> None:
    if not made.entities:
        made.add("Country", "DE")  # a graph has something
    results = evaluate(made.snapshot(), shipped(), OPTIONS)
    network = Network(results.snapshot, ontology())
    for measure in shipped():
        found = listing(results, network, measure.name)
        assert found.errors == 0, measure.name
        for row in found.rows:
            period = None if measure.axis is None else 0
            why = trace(results, network, Cell(measure.name, row.entity.id, period), depth=2)
            assert why.value == row.values[0]
    cash = results.column("Company.cash_by_week")
    assert (cash.state == CellState.UNKNOWN).all()  # no balance is known, and none is made up
    again = update(results, made.snapshot())
    assert again.recomputed == 0
