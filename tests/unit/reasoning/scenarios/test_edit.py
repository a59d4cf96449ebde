"""The edited snapshot against rows edited by hand and assembled anew; the base never changes."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_engine.snapshot import EntityRow, RelationRow, Snapshot, assemble
from ontology.ids import content_hash
from reasoning.measures.evaluate import evaluate, update
from reasoning.network import Network
from reasoning.scenarios.edit import edited
from reasoning.scenarios.pinning import pinned
from reasoning.scenarios.resolve import resolve
from reasoning.scenarios.types import ScenarioError
from tests.unit.reasoning.company import alias_rows, company, entity_rows, file_rows, id_of, record_rows, relation_rows
from tests.unit.reasoning.scenarios.shop import base, cell, measures, ontology, ran, scenario

Edit = Callable[[list[EntityRow], list[RelationRow]], tuple[list[EntityRow], list[RelationRow]]]


def snapshot_of(text: str) -> Snapshot:
    """The edited snapshot of some interventions."""
    network, _ = base()
    return edited(resolve(network, scenario(text)), ontology()).snapshot


def content(snapshot: Snapshot, *, ids: bool = False) -> str:
    """What a snapshot says: things with values, relations with ends (``ids``: and their ids), dates and values."""
    things = [
        [snapshot.entity_id(i), snapshot.classes(i), snapshot.title(i), _values(snapshot, i)]
        for i in range(snapshot.size)
    ]
    links = []
    for name in snapshot.relations:
        edges = snapshot.relation(name)
        for row in range(edges.size):
            values = [(n, str(edges.column(n).python(row))) for n in sorted(edges.filled)]
            ends = [snapshot.entity_id(int(edges.source[row])), snapshot.entity_id(int(edges.target[row]))]
            days = [int(edges.valid_from[row]), int(edges.valid_to[row])]
            links.append([name, *ends, days, values, *([edges.id(row)] if ids else [])])
    return content_hash([things, sorted(links, key=str)])


def _values(snapshot: Snapshot, entity: int) -> list[tuple[str, str]]:
    return sorted((n, str(v)) for n, v in snapshot.values(entity).items())


def by_hand(edit: Edit) -> Snapshot:
    """The company with its rows edited by hand."""
    entities, relations = edit(entity_rows(), relation_rows(ontology()))
    return assemble(ontology(), entities, relations, record_rows(), file_rows(), alias_rows(), version=5, epoch=1)


def with_value(key: str, name: str, value: object) -> Edit:
    """One value set (None: taken away)."""

    def edit(entities: list[EntityRow], relations: list[RelationRow]) -> tuple[list[EntityRow], list[RelationRow]]:
        made = []
        for row in entities:
            if row.id == id_of(key):
                values = {n: v for n, v in {**row.values, name: value}.items() if v is not None}
                row = row._replace(values=values)
            made.append(row)
        return made, relations

    return edit


def without(*keys: str) -> Edit:
    """Things gone with their relations."""
    ids = {id_of(k) for k in keys}
    return lambda entities, relations: (
        [e for e in entities if e.id not in ids],
        [r for r in relations if r.source not in ids and r.target not in ids],
    )


def leading(name: str, sources: Sequence[str], old: str, new: str) -> Edit:
    """Relations from some things to one led to another."""
    chosen = {id_of(s) for s in sources}
    return lambda entities, relations: (
        entities,
        [
            r._replace(target=id_of(new)) if r.name == name and r.source in chosen and r.target == id_of(old) else r
            for r in relations
        ],
    )


def cut(name: str, source: str, target: str) -> Edit:
    """One relation gone."""
    return lambda entities, relations: (
        entities,
        [r for r in relations if (r.name, r.source, r.target) != (name, id_of(source), id_of(target))],
    )


CASES: list[tuple[str, Edit]] = [
    ("- {set: lead_time_days, of: 'Offer:O1', to: 63}", with_value("O1", "lead_time_days", 63)),
    ("- {set: price, of: 'Offer:O1', to: 7.5}", with_value("O1", "price", 75_000)),
    ("- {set: price, of: 'Offer:O1', to: null}", with_value("O1", "price", None)),
    ("- {scale: price, of: 'Offer:O3', by: +8 %}", with_value("O3", "price", 432)),
    ("- {scale: price, of: 'Offer:O2', by: 1.0011}", with_value("O2", "price", 501)),  # 500.55 → 501
    ("- {shift: due_on, of: 'Order:7', by: 3 weeks}", with_value("7", "due_on", date(2026, 7, 22))),
    ("- {delay: 'Bolt & Co', days: 4}", with_value("O2", "lead_time_days", 7)),
    ("- {delay: 'Order:7', days: 2}", with_value("7", "due_on", date(2026, 7, 3))),
    ("- {fail: 'Bolt & Co', days: 21}", with_value("O2", "lead_time_days", 24)),
    ("- {set: name, of: 'Product:P1', to: Pipe}", with_value("P1", "name", "Pipe")),
    ("- {set: name, of: 'Product:P1', to: null}", with_value("P1", "name", None)),
    ("- {set: emails, of: 'Customer:C1', to: z@x.de|b@x.de}", with_value("C1", "emails", ["b@x.de", "z@x.de"])),
    ("- {set: safety_stock, of: 'Product:P5', to: 3}", with_value("P5", "safety_stock", 30_000)),
    ("- {remove: 'Bolt & Co'}", without("V2")),
    ("- {remove: ['Product:P3', 'Customer:C2']}", without("P3", "C2")),
    ("- {remove: {class: Employee}}", without("E1")),
    ("- {replace: 'Bolt & Co', by: 'Boltz Ltd'}", leading("offer_supplier", ["O2"], "V2", "V3")),
    (
        "- {replace: 'Product:P4', by: 'Product:P5', of: 'OrderLine:7|1'}",
        leading("order_line_product", ["7|1"], "P4", "P5"),
    ),
    ("- {disconnect: 'Product:P3', role: components, to: 'Product:P2'}", cut("component", "P3", "P2")),
    ("- {disconnect: 'Employee:E1', role: orders}", cut("order_sales_rep", "9", "E1")),
]


@pytest.mark.parametrize(("text", "edit"), CASES, ids=[c[0] for c in CASES])
def test_an_edit_is_what_the_edited_rows_are(text: str, edit: Edit) -> None:
    if "role: orders" in text:
        text = text.replace("role: orders", f"role: {ontology().relations['order_sales_rep'].inverse_role}")
    network, results = base()
    digest = network.snapshot.digest()
    ours, theirs = snapshot_of(text), by_hand(edit)
    assert content(ours) == content(theirs)
    assert network.snapshot.digest() == digest
    # What is computed on it is what is computed on the edited rows.
    names = results.names
    after, anew = update(results, ours), evaluate(theirs, measures(), results.options, names=names)
    for name in names:
        column, wanted = after.column(name), anew.column(name)
        assert column.values.tolist() == wanted.values.tolist(), name
        assert column.state.tolist() == wanted.state.tolist(), name


def test_added_things_stand_as_rows_would() -> None:
    text = """
- {add: Supplier, as: neu, properties: {name: Neu AG}}
- {add: Offer, as: cheap, properties: {price: 1.5, lead_time_days: 5, currency: EUR}, relations: {supplier: neu}}
- {connect: cheap, role: product, to: 'Product:P1'}
- {shift: lead_time_days, of: cheap, by: 2}
- {replace: 'Bolt & Co', by: neu, role: supplier}
"""
    found = snapshot_of(text)
    offers = {found.title(i): i for i in found.members("Offer").tolist()}
    cheap = offers["cheap"]
    assert found.values(cheap) == {"price": 15_000, "lead_time_days": 7, "currency": "EUR"}
    suppliers = found.relation("offer_supplier")
    named = {found.title(int(s)): found.title(int(t)) for s, t in zip(suppliers.source, suppliers.target, strict=True)}
    assert named["cheap"] == "Neu AG"
    assert named["Bolt by Bolt & Co"] == "Neu AG"
    run = ran(text)
    assert run.after is not None
    assert str(run.after.value(cell("Product.test_buy", "P1")).value) == "3/2"
    assert [n.title for n in run.edits.added] == ["Neu AG", "cheap"]
    assert run.edits.linked == 2
    record = found.record(int(found.records(cheap)[0]))
    assert record.kind == "scenario"


@pytest.mark.parametrize(
    "text",
    [
        "- {scale: price, of: {class: Offer}, by: 2}\n- {scale: price, of: {class: Offer}, by: 0.5}",
        "- {shift: due_on, of: 'Order:7', by: 9}\n- {shift: due_on, of: 'Order:7', by: -9}",
        "- {set: name, of: 'Product:P1', to: x}\n- {set: name, of: 'Product:P1', to: Steel tube}",
    ],
)
def test_undoing_an_edit_restores_the_base_itself(text: str) -> None:
    network, _ = base()
    assert snapshot_of(text) is network.snapshot


AMOUNTS = st.tuples(
    st.sampled_from(["O1", "O2", "O3"]),
    st.sampled_from(["price", "lead_time_days"]),
    st.sampled_from(["set", "scale", "shift"]),
    st.decimals(min_value=0, max_value=50, places=2),
)


def _line(edit: tuple[str, str, str, Decimal]) -> str:
    key, name, op, amount = edit
    if name == "lead_time_days" and op != "scale":
        amount = amount.to_integral_value()
    return f"- {{{op}: {name}, of: 'Offer:{key}', {'to' if op == 'set' else 'by'}: '{amount}'}}"


@settings(max_examples=60, deadline=None)
@given(st.lists(AMOUNTS, max_size=6))
def test_any_edits_give_what_doing_them_one_by_one_in_decimals_gives(
    edits: list[tuple[str, str, str, Decimal]],
) -> None:
    network, results = base()
    held = {("O1", "price"): Decimal(5), ("O2", "price"): Decimal("0.05"), ("O3", "price"): Decimal("0.04")}
    held |= {
        ("O1", "lead_time_days"): Decimal(10),
        ("O2", "lead_time_days"): Decimal(3),
        ("O3", "lead_time_days"): Decimal(20),
    }
    for key, name, op, amount in edits:
        value = held[key, name]
        if name == "lead_time_days" and op != "scale":
            amount = amount.to_integral_value()
        made = amount if op == "set" else value * amount if op == "scale" else value + amount
        held[key, name] = made.quantize(Decimal("0.0001" if name == "price" else "1"), ROUND_HALF_UP)
    found = snapshot_of("\n".join(map(_line, edits))) if edits else network.snapshot
    for (key, name), wanted in held.items():
        stored = found.value(found.index(id_of(key)), name)
        assert isinstance(stored, int)
        assert (Decimal(stored) / 10_000 if name == "price" else stored) == wanted
    after = update(results, found)
    anew = evaluate(found, measures(), results.options, names=results.names)
    assert all(after.column(n).values.tolist() == anew.column(n).values.tolist() for n in results.names)


@settings(max_examples=30, deadline=None)
@given(st.lists(AMOUNTS, max_size=5, unique_by=lambda e: (e[0], e[1])), st.randoms())
def test_the_order_of_independent_edits_does_not_matter(
    edits: list[tuple[str, str, str, Decimal]], source: object
) -> None:
    assert isinstance(source, random.Random)
    if not edits:
        return
    shuffled = list(edits)
    source.shuffle(shuffled)
    first, second = ("\n".join(map(_line, some)) for some in (edits, shuffled))
    assert snapshot_of(first).digest() == snapshot_of(second).digest()


def test_running_scenarios_at_once_leaves_the_base_alone() -> None:
    network, _ = base()
    digest = network.snapshot.digest()
    texts = [c[0] for c in CASES if "role: orders" not in c[0]]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda t: content(snapshot_of(t)), texts * 3))
    assert found == [content(snapshot_of(t)) for t in texts] * 3
    assert network.snapshot.digest() == digest


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- {set: lead_time_days, of: 'Offer:O1', to: -5}", "less than 0"),
        ("- {shift: lead_time_days, of: {class: Offer}, by: -4}", "less than 0"),
        ("- {scale: price, of: 'Offer:O1', by: 1e30}", "too large"),
        ("- {shift: due_on, of: 'Order:7', by: 9999999}", "leave the calendar"),
        ("- {set: prise, of: 'Offer:O1', to: 1}", "'price'"),
        ("- {set: price, of: 'Offer:O1', to: cheap}", "decimal"),
        ("- {set: lead_time_days, of: 'Offer:O1', to: 1.5}", "integer"),
        ("- {set: price, of: 'Offer:nothing', to: 1}", "nothing"),
        ("- {set: name, of: Anna Schmidt, to: x}", "2 things"),
        ("- {scale: name, of: 'Product:P1', by: 2}", "no number"),
        ("- {scale: due_on, of: 'Order:7', by: 2}", "no number"),
        ("- {set: price, of: {class: Ofer}, to: 1}", "Offer"),
        ("- {set: price, of: {class: Offer, where: {price: {above: 9999}}}, to: 1}", "empty"),
        ("- {set: price, of: {class: Offer, where: {suplier: V1}}, to: 1}", "supplier"),
        ("- {set: price, of: {class: Offer, where: {name: {above: x}}}, to: 1}", "text"),
        ("- {replace: 'Bolt & Co', by: 'Product:P1'}", "could stand"),
        ("- {replace: 'Bolt & Co', by: 'Bolt & Co'}", "same thing"),
        ("- {replace: 'Bolt & Co', by: 'Boltz Ltd', role: maker}", "supplier"),
        ("- {disconnect: 'Product:P1', role: components}", "no such relations"),
        ("- {delay: 'Customer:C1', days: 3}", "date or a lead time"),
        ("- {add: Offer, as: x, relations: {supplier: 'Product:P1'}}", "Product:P1"),
        ("- {add: Offer, as: x}\n- {add: Offer, as: x}", "added twice"),
        ("- {connect: 'Product:P1', role: components, to: 'Product:P2', properties: {quantty: 1}}", "'quantity'"),
        ("- {set: components.quantity, of: 'Product:P3', to: {uniform: [1, 2]}}", "cannot be uncertain"),
        ("- {set: name, of: 'Product:P1', to: {uniform: [1, 2]}}", "cannot be drawn"),
    ],
)
def test_what_cannot_be_done_is_said_with_its_place(text: str, says: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        snapshot_of(text)
    assert says in str(caught.value)
    assert caught.value.where is not None
    assert caught.value.where.line in (5, 6)


def test_a_pinned_scenario_says_what_is_gone_by_the_name_it_had() -> None:
    network, _ = base()
    made = pinned(network, scenario("- {set: price, of: 'Offer:O1', to: 1}"))
    assert made.base == 5
    smaller = Network(by_hand(without("O1")), ontology())
    with pytest.raises(ScenarioError, match=r"'Offer:O1' .* is no longer in the graph"):
        resolve(smaller, made)


def test_selections_follow_relations_that_hold_and_mean_the_base() -> None:
    many = "- {scale: price, of: {class: Offer, where: {price: {below: 1}}}, by: 100}\n"
    once, twice = snapshot_of(many), snapshot_of(many + many)
    for key, price in (("O2", 50_000), ("O3", 40_000)):
        assert once.value(once.index(id_of(key)), "price") == price
        assert twice.value(twice.index(id_of(key)), "price") == price * 100
    assert once.value(once.index(id_of("O1")), "price") == 50_000
    found = snapshot_of("- {set: name, of: {class: Product, where: {offers.supplier: Bolt & Co}}, to: x}")
    assert [k for k in ("P1", "P2", "P3", "P4", "P5") if found.value(found.index(id_of(k)), "name") == "x"] == ["P2"]
    ended = "- {set: name, of: {class: Product, where: {components: 'Product:P5'}}, to: x}"
    with pytest.raises(ScenarioError, match="empty"):
        snapshot_of(ended)
    network, _ = base()
    early = replace(scenario(ended), as_of=TODAY_BEFORE)
    assert edited(resolve(network, early), ontology()).count == 1


TODAY_BEFORE = date(2026, 1, 1) - timedelta(days=1)


def test_a_hundred_thousand_edits_of_one_company() -> None:
    rows = [
        EntityRow("e_" + f"{i:020x}", ["Offer"], f"offer {i}", [f"erp/offers/{i}"], [], {"price": i, "currency": "EUR"})
        for i in range(100_000)
    ]
    snapshot = assemble(ontology(), rows, [], version=1)
    many = "- {scale: price, of: {class: Offer}, by: 2}\n- set: price\n  values:\n"
    many += "".join(f"    Offer:{i}: {i % 7}.5\n" for i in range(2000))
    made = edited(resolve(Network(snapshot, ontology()), scenario(many)), ontology())
    assert made.count == 100_000
    assert made.snapshot.value(made.snapshot.index("e_" + f"{9:020x}"), "price") == 25_000
    assert made.snapshot.value(made.snapshot.index("e_" + f"{5000:020x}"), "price") == 10_000


def test_the_company_of_the_tests_is_what_it_was() -> None:
    assert base()[0].snapshot.digest() == company(ontology()).digest()
