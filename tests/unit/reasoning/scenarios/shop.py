"""The small company with figures: measures of its own, and helpers to run a scenario on it."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from ontology.load import load_ontology
from ontology.model import Ontology
from reasoning.measures.catalogue import Measures
from reasoning.measures.evaluate import Results, evaluate
from reasoning.measures.load import load_measures
from reasoning.measures.types import Cell, Options
from reasoning.network import Network
from reasoning.scenarios.document import parse_scenario
from reasoning.scenarios.run import Run, run
from reasoning.scenarios.types import Scenario
from tests.unit.reasoning.company import TODAY, company, id_of

MEASURES = """
measures:
  Product.test_buy:
    label: purchase price
    formula: min(offers, it.price)
    unit: money
  Product.test_cost:
    label: cost
    scale: 4
    formula: if(count(components) == 0, test_buy, sum_known(components, rel.quantity * it.test_cost))
    unit: money
  Product.test_lead:
    label: days until it can be had
    formula: min(offers, it.lead_time_days)
    unit: day
  OrderLine.test_gain:
    label: gain
    formula: total - one(product, it.test_cost)
    unit: money
  Order.test_gain:
    label: gain
    formula: sum(lines, it.test_gain)
    unit: money
    better: higher
  Product.test_offers:
    label: offers
    formula: count(offers)
"""


@cache
def ontology() -> Ontology:
    """The shipped ontology."""
    return load_ontology()


@cache
def measures() -> Measures:
    """The shipped measures and those above."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "test.yaml"
        file.write_text(MEASURES, encoding="utf-8")
        return load_measures(ontology(), [file])


@cache
def base() -> tuple[Network, Results]:
    """The company with its figures on the day of the tests."""
    network = Network(company(ontology()), ontology())
    names = [m.name for m in measures() if m.short.startswith("test_")]
    return network, evaluate(network.snapshot, measures(), Options(TODAY), names=names)


def scenario(text: str, *, day: date = TODAY) -> Scenario:
    """A scenario with these interventions (the lines below ``do:``)."""
    lines = "\n".join(f"  {line}" for line in text.strip().splitlines())
    return parse_scenario(f"name: test\nas_of: {day}\nseed: 7\ndo:\n{lines}\n")


def ran(text: str) -> Run:
    """A run of these interventions."""
    network, results = base()
    return run(network, scenario(text), results)


def cell(name: str, key: str) -> Cell:
    """A cell by the key of its thing."""
    return Cell(name, id_of(key))
