"""Which way a relation is meant, *only one*, stock against its bounds, prices and stock by their everyday words."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from graph_engine.snapshot import EntityRow, FileRow, RecordRow, RelationRow, assemble
from ontology.ids import entity_id, relation_id
from ontology.load import load_ontology
from reasoning.answers.engine import Answerer
from reasoning.answers.types import Answer, Kind
from reasoning.network import Network

TODAY = date(2026, 4, 20)
NUMBER = 10_000
THINGS: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("Product", "Mixer", {"list_price": 990_000, "standard_cost": 400_000, "currency": "EUR",
                          "safety_stock": 5 * NUMBER}),
    ("Product", "Motor", {"safety_stock": 4 * NUMBER}),
    ("Product", "Screw", {"standard_cost": 200, "currency": "EUR", "safety_stock": 100 * NUMBER}),
    ("Product", "Bowl", {"list_price": 100_000, "standard_cost": 120_000, "currency": "EUR"}),
    ("Supplier", "Ampere AG", {}),
    ("Supplier", "Bolt & Co", {}),
    ("Location", "Cellar", {}),
    ("Location", "Attic", {}),
    ("Stock", "Mixer in Cellar", {"quantity": 3 * NUMBER}),
    ("Stock", "Mixer in Attic", {"quantity": 1 * NUMBER}),
    ("Stock", "Motor in Cellar", {"quantity": 9 * NUMBER}),
    ("Offer", "Motor of Ampere", {"price": 150_000, "currency": "EUR"}),
    ("Offer", "Screw of Ampere", {"price": 300, "currency": "EUR"}),
    ("Offer", "Screw of Bolt", {"price": 250, "currency": "EUR"}),
    ("Offer", "Screws of Bolt by the box", {"price": 240, "currency": "EUR"}),
    ("PurchaseOrder", "PO-1", {"number": "PO-1", "ordered_on": date(2025, 12, 20)}),
    ("PurchaseOrder", "PO-2", {"number": "PO-2", "ordered_on": date(2026, 2, 2)}),
    ("PurchaseOrderLine", "PO-1/1", {"due_on": date(2026, 1, 8)}),
    ("PurchaseOrderLine", "PO-2/1", {"due_on": date(2026, 2, 20)}),
    ("Order", "1042", {"number": "1042"}),
    ("Ticket", "2001", {"number": "2001"}),
)  # fmt: skip
TIES = (
    ("component", "Mixer", "Motor"), ("component", "Mixer", "Bowl"), ("component", "Motor", "Screw"),
    ("stock_product", "Mixer in Cellar", "Mixer"), ("stock_product", "Mixer in Attic", "Mixer"),
    ("stock_product", "Motor in Cellar", "Motor"), ("stock_location", "Mixer in Cellar", "Cellar"),
    ("stock_location", "Mixer in Attic", "Attic"), ("stock_location", "Motor in Cellar", "Cellar"),
    ("offer_product", "Motor of Ampere", "Motor"), ("offer_supplier", "Motor of Ampere", "Ampere AG"),
    ("offer_product", "Screw of Ampere", "Screw"), ("offer_supplier", "Screw of Ampere", "Ampere AG"),
    ("offer_product", "Screw of Bolt", "Screw"), ("offer_supplier", "Screw of Bolt", "Bolt & Co"),
    ("offer_product", "Screws of Bolt by the box", "Screw"),
    ("offer_supplier", "Screws of Bolt by the box", "Bolt & Co"),
    ("purchase_order_supplier", "PO-1", "Ampere AG"), ("purchase_order_supplier", "PO-2", "Ampere AG"),
    ("purchase_order_line_order", "PO-1/1", "PO-1"), ("purchase_order_line_order", "PO-2/1", "PO-2"),
    ("purchase_order_line_product", "PO-1/1", "Motor"), ("purchase_order_line_product", "PO-2/1", "Screw"),
)  # fmt: skip


@cache
def workshop() -> Network:
    """The workshop's books, ready for questions."""
    ontology = load_ontology()
    record = {name: f"shop/{class_name}/{name.replace('/', '-')}" for class_name, name, _ in THINGS}
    id_ = {name: entity_id(class_name, record[name]) for class_name, name, _ in THINGS}
    entities = []
    for class_name, name, values in THINGS:
        own = {**values, "name": name} if "name" in ontology.classes[class_name].properties else dict(values)
        entities.append(
            EntityRow(id_[name], [class_name], name, [record[name]], [f"{n}={record[name]}" for n in sorted(own)], own)
        )
    relations = [
        RelationRow(relation_id(ontology.relations[n].type, record[a], record[b]), n, id_[a], id_[b], None, None,
                    [record[a]], {"quantity": NUMBER} if n == "component" else {})
        for n, a, b in TIES
    ]  # fmt: skip
    records = [RecordRow(r, "source", False, "sha", n) for n, r in enumerate(record.values(), 1)]
    return Network(assemble(ontology, entities, relations, records, [FileRow("sha", "b.csv")], [], version=1), ontology)


@cache
def _answerer() -> Answerer:
    return Answerer(workshop())


def ask(question: str) -> Answer:
    return _answerer().ask(question, today=TODAY)


def found(question: str) -> set[str]:
    answer = ask(question)
    assert answer.kind is Kind.STRUCTURE, answer
    assert answer.table is not None, answer
    return {row[0] for row in answer.table.rows}


@pytest.mark.parametrize(
    "question",
    [
        "components of the Mixer",
        "What is the Mixer made of?",
        "What does the Mixer consist of?",
        "Which parts does the Mixer need?",
        "Woraus besteht der Mixer?",
        "Welche Teile enthält der Mixer?",
        "Which parts are used in the Mixer?",
    ],
)
def test_parts_of_a_thing_are_those_it_is_made_of(question: str) -> None:
    assert found(question) == {"Motor", "Bowl"}


@pytest.mark.parametrize(
    "question",
    [
        "Where is the Screw used?",
        "Which products contain the Screw?",
        "Which products are made of the Screw?",
        "What is the Screw built into?",
        "Welche Produkte enthalten die Screw?",
        "Worin wird die Screw verbaut?",
    ],
)
def test_where_a_part_is_used_are_the_things_made_of_it(question: str) -> None:
    answer = ask(question)
    assert answer.text == "1 product: Motor."


def test_what_has_no_parts_is_said_to_have_none_and_not_answered_with_those_of_others() -> None:
    assert ask("components of the Bowl").text == "No product fits."
    assert ask("How many components does the Mixer have?").text == "2 products."


@pytest.mark.parametrize(
    "question",
    [
        "Which products have only one supplier?",
        "products with a single supplier",
        "single-source products",
        "products with exactly one supplier",
        "Welche Produkte haben nur einen Lieferanten?",
    ],
)
def test_only_one_is_one_and_two_offers_of_one_supplier_are_one_supplier(question: str) -> None:
    assert ask(question).text == "1 product: Motor."


def test_numbers_are_understood_as_words_and_what_only_leaves_out_is_not_passed_over() -> None:
    assert ask("Which products have more than one supplier?").text == "1 product: Screw."
    assert ask("Which suppliers only offer the Screw?").kind is not Kind.STRUCTURE


@pytest.mark.parametrize(
    "question",
    [
        "Which products are below their safety stock?",
        "Which products are low on stock?",
        "Welche Produkte liegen unter dem Sicherheitsbestand?",
        "Which products need to be reordered?",
    ],
)
def test_stock_is_added_up_and_compared_with_the_things_own_bound(question: str) -> None:
    assert found(question) == {"Mixer", "Screw"}  # the bowl has no bound, and nobody has a screw in stock


def test_figures_of_one_thing_are_compared() -> None:
    assert ask("Which products have a list price below standard cost?").text == "1 product: Bowl."


def test_stock_and_cost_are_understood_by_everyday_words() -> None:
    asked = ("How many Mixer do we have in stock?", "stock of the Mixer", "Wie viele Mixer haben wir auf Lager?")
    for question in asked:
        assert ask(question).text == "The sum of quantity is 4, over 2 stocks.", question
    assert ask("Which locations have the Mixer in stock?").text == "2 locations: Attic, Cellar."
    assert ask("How much does the Mixer cost?").text == "Mixer: list price 99.00 EUR."
    assert ask("Was kostet der Mixer?").text == "Mixer: list price 99.00 EUR."
    assert ask("What does the Screw cost?").text == "Screw: standard cost 0.02 EUR."
    assert ask("How much does the Motor cost?").text == "Motor of Ampere: price 15.00 EUR."


def test_what_was_bought_from_a_supplier_is_of_the_day_it_was_ordered() -> None:
    assert ask("What did we buy from Ampere AG in 2025?").text == "1 product: Motor."
    assert ask("Was haben wir 2026 bei Ampere AG gekauft?").text == "1 product: Screw."


def test_a_number_of_another_class_is_not_taken_for_the_one_that_is_named() -> None:
    answer = ask("Who is responsible for ticket 1042?")
    assert not answer.known
    assert answer.notes == ("No ticket is called '1042'; there is the order 1042.",)
