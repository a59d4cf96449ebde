"""Scenarios: create and run one, explain a figure, draw 10,000 times; against computing everything anew and one by one.

On a company of AdventureWorks' size (made up, or a real snapshot with ``--snapshot FOLDER``).
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from bench.machine import describe
from bench.table import Line, record, show
from graph_engine.snapshot import EntityRow, RelationRow, Snapshot, assemble
from ontology.ids import entity_id, relation_id
from ontology.load import load_ontology
from ontology.model import Ontology
from reasoning.measures.draws import cone_size, evaluate_draws
from reasoning.measures.evaluate import evaluate
from reasoning.measures.load import load_measures
from reasoning.measures.types import Cell, Options
from reasoning.network import Network
from reasoning.scenarios.document import parse_scenario
from reasoning.scenarios.draws import inputs_of
from reasoning.scenarios.edit import edited
from reasoning.scenarios.explain import explain
from reasoning.scenarios.pinning import pinned
from reasoning.scenarios.resolve import resolve
from reasoning.scenarios.run import run

DAY = date(2012, 1, 1)
DEARER = """
name: one vendor becomes dearer
as_of: 2012-01-01
do:
  - {scale: price, of: {class: Offer, where: {supplier: "NAME"}}, by: +8 %}
"""
FAILS = """
name: one vendor stops
as_of: 2012-01-01
do:
  - {fail: "NAME", days: 3 weeks}
"""
UNSURE = """
name: every offer is unsure
as_of: 2012-01-01
seed: 1
do:
  - {scale: price, of: {class: Offer}, by: {normal: [1, 0.1]}}
"""


def company(ontology: Ontology, seed: int = 1) -> Snapshot:
    """A made-up company with as many things as AdventureWorks: vendors, products, order lines, 130,000 others."""
    random = np.random.default_rng(seed)
    things: list[EntityRow] = []
    links: list[RelationRow] = []

    def thing(class_name: str, key: str, **values: object) -> str:
        mention = f"made/{class_name}/{key}"
        id_ = entity_id(class_name, mention)
        things.append(EntityRow(id_, [class_name], f"{class_name} {key}", [mention], [], values))
        return id_

    def link(name: str, source: str, target: str, **values: object) -> None:
        links.append(RelationRow(
            relation_id(name, source, target, [str(len(links))]), name, source, target, None, None, [], values
        ))  # fmt: skip

    vendors = [thing("Supplier", f"{i}", name=f"Vendor {i}") for i in range(104)]
    products = [thing("Product", f"{i}", name=f"Product {i}", sku=f"P-{i}") for i in range(504)]
    for i in range(460):
        offer = thing("Offer", f"{i}", price=int(random.integers(10_000, 900_000)), currency="USD", lead_time_days=14)
        link("offer_product", offer, products[i % 300])
        link("offer_supplier", offer, vendors[i % 104])
    for i in range(300, 504):
        low, high = (0, 300) if i < 380 else (300, 380) if i < 440 else (300, 440)
        for part in random.choice(np.arange(low, high), size=12, replace=False).tolist():
            link("component", products[i], products[part], quantity=int(random.integers(1, 5)) * 10_000)
    orders = [thing("Order", f"{i}", number=f"{i}", currency="USD", due_on=DAY) for i in range(1_566)]
    for i in range(5_675):
        line = thing("OrderLine", f"{i}", quantity=10_000, unit_price=5_000_000, total=5_000_000, currency="USD")
        link("order_line_order", line, orders[i % 1_566])
        link("order_line_product", line, products[380 + i % 124])
    for i in range(130_000):
        thing("Address", f"{i}", city=f"Town {i % 600}")
    return assemble(ontology, things, links, version=1)


def timed(work: Callable[[], object], rounds: int) -> float:
    """Median milliseconds."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def measure(snapshot: Snapshot, ontology: Ontology, vendor: str, rounds: int) -> list[Line]:
    """The table's lines."""
    network = Network(snapshot, ontology)
    measures = load_measures(ontology)
    results = evaluate(snapshot, measures, Options(DAY))
    dearer, fails = DEARER.replace("NAME", vendor), FAILS.replace("NAME", vendor)

    def whole(text: str) -> object:
        return run(network, pinned(network, parse_scenario(text)), results)

    def anew() -> object:
        made = edited(resolve(network, parse_scenario(dearer)), ontology).snapshot
        return evaluate(made, measures, Options(DAY))

    done = run(network, pinned(network, parse_scenario(dearer)), results)
    whole(fails)
    changed = max((d for d in done.measures if d.name == "Order.margin"), key=lambda d: d.count)
    target = changed.largest[0].cell
    lines = [
        Line("create and run, prices +8 %", timed(lambda: whole(dearer), rounds), "ms", timed(anew, rounds),
             f"{done.cells:,} of the figures differ; peer: all {len(results.names)} measures anew"),
        Line("create and run, a failure with its impact", timed(lambda: whole(fails), rounds), "ms"),
        Line("explain one figure", timed(lambda: explain(done, target), 3), "ms", None, "by edit and along paths"),
    ]  # fmt: skip
    plan = resolve(network, parse_scenario(UNSURE))
    cells = _cone(snapshot, results.names)
    inputs = inputs_of(plan, 10_000)
    size = cone_size(results, tuple(inputs), cells)
    draw = timed(lambda: evaluate_draws(results, inputs_of(plan, 10_000), cells), 3)
    few = inputs_of(plan, 1)
    one = timed(lambda: evaluate_draws(results, few, cells), 5)
    lines.append(
        Line(
            "10,000 draws",
            draw,
            "ms",
            one * 10_000,
            f"{size:,} cells in the cone, {len(inputs)} inputs; peer: one draw × 10,000",
        )
    )
    return lines


def _cone(snapshot: Snapshot, names: Sequence[str]) -> list[Cell]:
    """Unit costs of products: with what they rest on some 1,000 cells."""
    assert "Product.unit_cost" in names
    members = snapshot.members("Product")
    return [Cell("Product.unit_cost", snapshot.entity_id(int(i))) for i in members[-250:]]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snapshot", type=Path, help="a snapshot folder, in place of the made-up company")
    parser.add_argument("--vendor", default="Supplier:7", help="who becomes dearer and who fails")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    ontology = load_ontology()
    snapshot = Snapshot.open(given.snapshot) if given.snapshot else company(ontology)
    title = f"Scenarios, {snapshot.size:,} things"
    lines = measure(snapshot, ontology, given.vendor, 5 if given.quick else given.rounds)
    print(show(title, lines, peer="anew"))
    record("scenarios", title, lines, describe(), given.json)


if __name__ == "__main__":
    main()
