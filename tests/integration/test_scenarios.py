"""Scenarios on a real graph: what they say is what the edited files say once ingested; the graph is never written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from api.measures import ProjectMeasures
from api.scenarios import Scenarios
from graph_engine.graph import Credentials, Graph
from ontology.errors import BadQuestion, KnockonError
from reasoning.measures.evaluate import Results, evaluate
from reasoning.measures.load import load_measures
from reasoning.measures.types import CellState, Options
from reasoning.scenarios.answer import explanation_json
from reasoning.scenarios.deltas import deltas_of
from reasoning.scenarios.document import parse_scenario
from reasoning.scenarios.types import Scenario, ScenarioError
from tests.conftest import empty
from tests.integration.tiny_company import Company

pytestmark = pytest.mark.integration
DAY = date(2026, 3, 1)
MEASURES = """
measures:
  Product.tiny_cost:
    formula: |
      if(count(components) == 0, coalesce(min(offers, it.price), list_price),
         sum(components, rel.quantity * it.tiny_cost))
    unit: money
    scale: 4
  OrderLine.tiny_cost: {formula: "quantity * one(product, it.tiny_cost)", unit: money, scale: 4}
  Order.tiny_cost: {formula: "sum_known(lines, it.tiny_cost)", unit: money, scale: 4}
"""
NAMES = ("Product.tiny_cost", "OrderLine.tiny_cost", "Order.tiny_cost")


@pytest.fixture
def company(tmp_path: Path, graph: Graph, credentials: Credentials) -> Iterator[Company]:
    """The tiny company with figures, ingested."""
    empty(graph)
    made = Company(tmp_path / "tiny", credentials)
    (made.folder / "measures").mkdir()
    (made.folder / "measures" / "tiny.yaml").write_text(MEASURES, encoding="utf-8")
    made.ingest(today=DAY)
    yield made
    made.close()


def said(text: str) -> Scenario:
    """A scenario as of the day of the tests."""
    lines = "\n".join(f"  {line}" for line in text.strip().splitlines())
    return parse_scenario(f"name: test\nas_of: {DAY}\nseed: 3\ndo:\n{lines}\n")


def figures(results: Results) -> dict[tuple[str, str], Fraction | str | None]:
    """Every cell of the tiny figures by name and mention key of its thing."""
    found: dict[tuple[str, str], Fraction | str | None] = {}
    for name in NAMES:
        column = results.column(name)
        for row, entity in enumerate(column.entities.tolist()):
            value = results.at(column, (row,))
            key = results.snapshot.mention_key(entity)
            held = value.value if value.state is CellState.KNOWN else value.state.name
            assert isinstance(held, Fraction | str)
            found[name, key] = held
    return found


def by_title(results: Results) -> dict[tuple[str, str], Fraction | str | None]:
    """Every cell of the tiny figures by name and title: what a person enters about a thing gives it other mentions."""
    snapshot = results.snapshot
    return {
        (name, snapshot.title(entity)): results.at(results.column(name), (row,)).value
        for name in NAMES
        for row, entity in enumerate(results.column(name).entities.tolist())
    }  # type: ignore[return-value]


def evaluated(company: Company) -> Results:
    """The figures of what the graph holds now."""
    project = company.project
    measures = load_measures(project.ontology, [company.folder / "measures" / "tiny.yaml"])
    return evaluate(project.network().snapshot, measures, Options(DAY), names=NAMES)


EDITS = """
- {scale: price, of: {class: Offer, where: {supplier: Steel AG}}, by: +10 %}
- {set: price, of: "Offer:F2", to: 3.55}
- {set: list_price, of: "Product:P3", to: 120}
- {replace: Tyre Ltd, by: Steel AG, of: "Offer:F2"}
- {scale: components.quantity, of: "Product:P3", by: 2}
- {remove: "Order:O3"}
"""


def edit_files(company: Company) -> None:
    """The same edits in what the systems export."""
    company.row("erp.offers", "F1")["Price"] = "8.8"
    company.row("erp.offers", "F2").update(Price="3.55", Supplier="S1")
    company.row("erp.products", "P3")["Price"] = "120"
    for key, quantity in (("B1", "2"), ("B3", "6")):  # B2 has ended by then: it is no part any more
        company.row("erp.bom", key)["Qty"] = quantity
    company.drop("shop.orders", "O3")
    company.tables["shop.lines"] = [r for r in company.tables["shop.lines"] if r["Order"] != "O3"]


def test_a_scenario_says_what_ingesting_the_edited_files_gives(company: Company) -> None:
    digest = company.digest()
    desk = Scenarios(company.project)
    done = desk.run(desk.pinned(said(EDITS)))
    assert done.after is not None
    assert company.digest() == digest
    found = {k: v for k, v in figures(done.after).items() if k[0] in NAMES}
    edit_files(company)
    company.ingest(accept=True, today=DAY)
    company.project.refresh()
    wanted = figures(evaluated(company))
    assert {k: v for k, v in found.items() if "/lines/O3" not in k[1]} == wanted
    assert found["Product.tiny_cost", "erp/products/P3"] == 2 * Fraction("8.8") + 6 * Fraction("3.55")


def test_a_scenario_says_what_sql_with_edits_as_sql_says(company: Company) -> None:
    desk = Scenarios(company.project)
    text = EDITS.replace('- {remove: "Order:O3"}\n', "").replace("\n- {replace", "\n- {replace")
    done = desk.run(desk.pinned(said(text)), check=False)
    assert done.after is not None
    with duckdb.connect() as db:
        for source, tables in (("shop", ("orders", "lines")), ("erp", ("products", "offers", "bom"))):
            for table in tables:
                file = company.folder / source / f"{table}.csv"
                db.execute(f"CREATE TABLE {table} AS SELECT * FROM read_csv('{file}', all_varchar := true)")
        db.execute(
            "UPDATE offers SET Price = (Price::DECIMAL(18,4) * 1.1)::DECIMAL(18,4)::VARCHAR WHERE Supplier = 'S1'"
        )
        db.execute("UPDATE offers SET Price = '3.55', Supplier = 'S1' WHERE Id = 'F2'")
        db.execute(
            "UPDATE bom SET Qty = (Qty::DECIMAL(18,4) * 2)::VARCHAR WHERE Assembly = 'P3' AND "
            f'("End" IS NULL OR "End" = \'\' OR "End"::DATE > DATE \'{DAY}\')'
        )
        rows = db.execute(
            f"""
            WITH RECURSIVE held AS (
              SELECT Assembly, Part, Qty::DECIMAL(18,4) AS Qty FROM bom
              WHERE Start::DATE <= DATE '{DAY}' AND ("End" IS NULL OR "End" = '' OR "End"::DATE > DATE '{DAY}')
            ), needs AS (
              SELECT Id AS top, Id AS part, 1::DECIMAL(18,4) AS qty FROM products
              UNION ALL
              SELECT top, h.Part, (needs.qty * h.Qty)::DECIMAL(18,4) FROM needs JOIN held h ON h.Assembly = needs.part
            ), leaf AS (
              SELECT p.Id, coalesce((SELECT min(o.Price::DECIMAL(18,4)) FROM offers o WHERE o.Product = p.Id),
                                    p.Price::DECIMAL(18,4)) AS cost
              FROM products p WHERE p.Id NOT IN (SELECT Assembly FROM held)
            ), cost AS (
              SELECT top, sum(needs.qty * leaf.cost) AS cost FROM needs JOIN leaf ON leaf.Id = needs.part GROUP BY top
            )
            SELECT 'Product.tiny_cost', 'erp/products/' || top, cost::VARCHAR FROM cost
            UNION ALL SELECT 'Order.tiny_cost', 'shop/orders/' || o.No,
              coalesce((SELECT sum(l.Qty::DECIMAL(18,4) * c.cost) FROM lines l JOIN cost c ON c.top = l.Product
                        WHERE l."Order" = o.No), 0)::VARCHAR FROM orders o
            """
        ).fetchall()
    found = figures(done.after)
    assert len(rows) == 6
    for name, key, value in rows:
        assert found[name, key] == Fraction(str(value)), (name, key)
    # Every other cell is what it was.
    before = figures(done.before) if done.before is not None else {}
    touched = (
        {c.cell for d in deltas_of(done.before, done.after, NAMES, limit=None) for c in d.largest}
        if done.before
        else set()
    )
    keys = {(c.measure, done.network.snapshot.mention_key(done.network.snapshot.index(c.entity))) for c in touched}
    assert {k for k, v in found.items() if before[k] != v} == keys


def test_kept_scenarios_are_found_shown_and_never_change(company: Company) -> None:
    desk = Scenarios(company.project)
    digest, version = company.digest(), company.project.network().snapshot.version
    made = desk.pinned(said(EDITS), author="Eva")
    desk.keep(made)
    desk.keep(replace(made, name="another name", author="Max"))
    (kept,) = desk.listed()
    assert (kept.id, kept.name, kept.author, kept.base) == (made.id, "test", "Eva", version)
    for name in (made.id, made.id[:6], "test", "last"):
        assert desk.kept(name) == replace(made, seed=None)  # nothing is drawn
        assert desk.kept(name).id == made.id
    assert company.digest() == digest
    assert company.project.network().snapshot.version == version
    again = desk.run(desk.kept("last"), check=False)
    first = desk.run(made, check=False)
    assert again.after is not None
    assert first.after is not None
    assert figures(again.after) == figures(first.after)


def test_applying_is_a_run_like_any_other_and_can_be_undone(company: Company) -> None:
    desk = Scenarios(company.project)
    digest = company.digest()
    text = '- {set: price, of: "Offer:F1", to: 9.5}\n- {replace: Tyre Ltd, by: Steel AG, of: "Offer:F2"}'
    made = desk.pinned(said(text))
    desk.keep(made)
    wanted = desk.run(made).after
    assert wanted is not None
    dry = desk.apply(made, because="agreed", author="Eva", dry_run=True)
    assert dry.written > 0
    assert company.digest() == digest
    desk.apply(desk.kept("last"), because="agreed", author="Eva")
    company.project.refresh()
    assert figures(evaluated(company)) == figures(wanted)
    shown = company.project.show("Offer:F1")
    (record,) = shown.state.winners["price"]
    assert shown.records[record].kind == "correction"
    assert "agreed" in (shown.records[record].because or "")
    assert made.id in (shown.records[record].because or "")
    run = company.project.runs()[-1]
    assert (run.kind, len(run.statements)) == ("correct", 2)
    company.project.pipeline.undo("last")
    assert company.digest() == digest
    for text, reason in (
        ("- {fail: Steel AG, days: 3}", "event"),
        ("- {scale: price, of: {class: Offer}, by: {normal: [1, 0.1]}}", "uncertain"),
        ("- {scale: components.quantity, of: 'Product:P3', by: 2}", "in their source"),
    ):
        with pytest.raises(ScenarioError, match=reason):
            desk.apply(desk.pinned(said(text)), because="no")
    assert company.digest() == digest


NEW_SUPPLIER = """
- {add: Supplier, as: bolt, properties: {name: Bolt & Sons}}
- {add: Product, as: rivet, properties: {name: Rivet, sku: RV-1, list_price: 0.25, currency: EUR}}
- {add: Offer, as: cheap, properties: {price: 3, currency: EUR, lead_time_days: 2}, relations: {supplier: bolt, product: "Product:P1"}}
- {set: price, of: cheap, to: 2.75}
- {connect: "Product:P3", role: components, to: rivet, properties: {quantity: 12}, valid_from: 2026-01-01}
- {replace: Tyre Ltd, by: bolt, of: "Offer:F2"}
"""  # noqa: E501


def test_things_and_relations_come_and_go_as_records_of_their_own(company: Company) -> None:
    desk = Scenarios(company.project)
    digest = company.digest()
    made = desk.pinned(said(NEW_SUPPLIER))
    done = desk.run(made)
    assert done.after is not None
    wanted = by_title(done.after)
    assert figures(done.after)["Product.tiny_cost", "erp/products/P1"] == Fraction("2.75")
    desk.apply(made, because="contract signed", author="Eva")
    company.project.refresh()
    assert by_title(evaluated(company)) == wanted
    shown = company.project.show("Supplier:Bolt & Sons")
    (place,) = {shown.records[r].kind for r in shown.state.winners["name"]}
    assert place == "correction"
    assert shown.totals["offers"] == 2
    rivet = company.project.show("Product:RV-1")
    (part,) = [line for line in rivet.relations if line.state.name == "component"]
    assert (part.state.values["quantity"], part.state.valid_from) == (120_000, date(2026, 1, 1))
    company.ingest(today=DAY)  # what people entered stays when sources are read again
    company.project.refresh()
    assert by_title(evaluated(company)) == wanted
    company.project.pipeline.undo(company.project.runs()[1].id)
    assert company.digest() == digest


def test_a_thing_that_is_taken_out_stays_out_until_that_is_undone(company: Company) -> None:
    desk = Scenarios(company.project)
    digest = company.digest()
    made = desk.pinned(said("- {remove: 'Offer:F1'}"))
    done = desk.run(made)
    assert done.after is not None
    desk.apply(made, because="offer withdrawn", author="Eva")
    company.project.refresh()
    assert figures(evaluated(company)) == figures(done.after)
    company.row("erp.offers", "F1")["Price"] = "1"
    company.ingest(today=DAY)
    company.project.refresh()
    assert figures(evaluated(company)) == figures(done.after)  # the source goes on naming it
    company.project.pipeline.undo("last")
    company.project.pipeline.undo(company.project.runs()[1].id)
    assert company.digest() == digest
    with pytest.raises(KnockonError, match="rule would be broken"):
        desk.apply(desk.pinned(said("- {remove: 'Product:P1'}")), because="gone", author="Eva")
    assert company.digest() == digest


def test_newer_data_moves_under_a_scenario(company: Company) -> None:
    desk = Scenarios(company.project)
    made = desk.pinned(said('- {set: price, of: "Offer:F1", to: 9.5}\n- {scale: price, of: "Offer:F2", by: 2}'))
    desk.keep(made)
    company.row("erp.offers", "F1")["Price"] = "8.40"
    company.row("erp.offers", "F2")["Price"] = "3.10"
    company.ingest(today=DAY)
    company.project.refresh()
    moved = desk.rebase(desk.kept("last"))
    assert [(c.number, c.was, c.now, c.wanted) for c in moved.conflicts] == [(1, "8.0000", "8.4000", "9.5000")]
    assert [(c.number, c.was, c.now, c.wanted) for c in moved.moved] == [(2, "3.0000", "3.1000", "6.2000")]
    with pytest.raises(BadQuestion, match="1 of its fields"):
        desk.apply(desk.kept("last"), because="agreed")
    desk.keep(moved.scenario)
    assert [k.parent for k in desk.listed()] == [None, made.id]
    old, new = desk.run(made, check=False), desk.run(moved.scenario, check=False)  # each on its own version
    assert (old.version, new.version) == (made.base, company.project.network().snapshot.version)
    assert old.version < new.version


def test_an_explanation_is_replayed_from_the_graph(company: Company) -> None:
    desk = Scenarios(company.project)
    done = desk.run(desk.pinned(said(EDITS)))
    base = desk.base(done.scenario)
    content = json.loads(
        json.dumps(explanation_json(desk.explain(done, desk.cell(base, "Order.tiny_cost of Order:O1"))))
    )
    verdict = desk.verify(content)
    assert verdict.failures == []
    assert verdict.reread > 3
    assert verdict.raw > 3
    changed = json.loads(json.dumps(content))
    changed["steps"][0]["after"]["number"] = "1"
    assert not desk.verify(changed).holds
    # Neither the graph nor the answer changes now, but a row in the archive.
    archive = company.project.archive
    (address,) = [
        a for r in company.project.runs() for i in r.inputs if i.table == "offers" for a in i.files
    ]  # fmt: skip
    file = archive.parquet(address)
    table = parquet.read_table(file)
    at = table.column("Id").to_pylist().index("F2")
    prices = table.column("Price").to_pylist()
    prices[at] = "99"
    file.chmod(0o644)
    number = table.schema.get_field_index("Price")
    parquet.write_table(table.set_column(number, table.schema.field(number), pa.array(prices, pa.string())), file)
    spoiled = desk.verify(content)
    assert any("erp/offers/F2" in f and "not what was archived" in f for f in spoiled.failures)
    meta = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    meta["parquet_sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()  # even if the notes are forged as well
    file.with_suffix(".json").chmod(0o644)
    file.with_suffix(".json").write_text(json.dumps(meta), encoding="utf-8")
    forged = desk.verify(content)
    assert [f for f in forged.failures if "erp/offers/F2" in f and "99" in f and "row 2" in f]


def test_rules_are_checked_inside_the_scenario(company: Company) -> None:
    desk = Scenarios(company.project)
    done = desk.run(desk.pinned(said('- {disconnect: "Offer:F1", role: supplier}')))
    assert done.findings is not None
    assert [f.severity for f in done.findings if "supplier" in f.message] == ["violation"]
    clean = desk.run(desk.pinned(said('- {set: price, of: "Offer:F1", to: 9}')))
    assert clean.findings == ()


def test_scenarios_side_by_side(company: Company) -> None:
    desk = Scenarios(company.project)
    runs = desk.compared(
        [said('- {set: price, of: "Offer:F1", to: 9}'), said('- {set: price, of: "Offer:F1", to: 10}')]
    )
    table = desk.side_by_side(runs, limit=50)
    row = next(r for r in table.rows if r.cell.measure == "Product.tiny_cost" and r.title == "Frame")
    assert row.base is not None
    assert [row.base.value, *(v.value for v in row.values if v is not None)] == [8, 9, 10]


BASIS = """
- {add: BankAccount, as: account, properties: {name: Main account, opening_balance: 1000, currency: EUR}}
- {add: PaymentTerm, as: customers, properties: {code: customers, days_due: 30, days_late: 0}}
"""


def test_what_no_system_holds_is_assumed_and_says_so(company: Company) -> None:
    desk = Scenarios(company.project)
    digest = company.digest()
    desk.apply(desk.pinned(said(BASIS)), because="the treasurer", author="Eva", assume=True, review="2026-12-31")
    company.project.refresh()
    held = ProjectMeasures(company.project)
    assert held.values("Company.opening_cash", as_of=DAY).rows[0].values[0].value == 1000
    trace = held.explained("Company.opening_cash", "company", as_of=DAY)
    assert [o.assumed for o in trace.operands] == [True]
    done = desk.run(desk.pinned(said("- {set: days_late, of: 'PaymentTerm:customers', to: 30}")))
    assert done.cells > 0
    with pytest.raises(BadQuestion, match="gone cannot be assumed"):
        desk.apply(desk.pinned(said("- {remove: 'Offer:F1'}")), because="no", assume=True, review="2026-12-31")
    company.project.pipeline.undo("last")
    assert company.digest() == digest
