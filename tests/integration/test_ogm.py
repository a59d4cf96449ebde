"""The object classes read what a real Neo4j holds, and write nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from graph_engine.graph import Graph
from graph_engine.ogm import ReadOnly, connect, object_classes
from ontology.load import load_ontology
from ontology.model import Ontology

pytestmark = pytest.mark.integration

SEED = """
CREATE (p:Entity:Product {id: 'e1', _title: 'Pump', name: 'Pump', sku: 'P-1', list_price: 125000,
                          sell_start: date('2024-02-29')})
CREATE (q:Entity:Product {id: 'e2', name: 'Seal'})
CREATE (p)-[:COMPONENT {id: 'r1', quantity: 20000, row_key: '1', valid_from: date('2024-01-01')}]->(q)
CREATE (s:Entity:Party:Organisation:Supplier:Customer {id: 'e3', name: 'Nordic', emails: ['a@b.c', 'd@e.f']})
CREATE (:Entity:Offer {id: 'e4'})-[:OFFER_SUPPLIER {id: 'r2'}]->(s)
CREATE (:Entity:Ticket {id: 'e5', opened_at: datetime('2024-01-01T12:00:00+02:00')})-[:TICKET_CUSTOMER {id: 'r3'}]->(s)
"""


@pytest.fixture
def ontology(graph: Graph) -> Ontology:
    with graph.driver.session(database=graph.credentials.database) as session:
        session.run(SEED).consume()
    connect(graph)
    return load_ontology()


def test_values_come_out_as_python_values(ontology: Ontology) -> None:
    classes = object_classes(ontology)
    pump = classes["Product"].nodes.get(sku="P-1")
    assert (pump.entity_id, pump.display_name) == ("e1", "Pump")
    assert (pump.list_price, pump.sell_start, pump.weight) == (Decimal("12.5000"), date(2024, 2, 29), None)
    ticket = classes["Ticket"].nodes.get(entity_id="e5")
    assert ticket.opened_at == datetime(2024, 1, 1, 10, tzinfo=UTC)
    assert [p.entity_id for p in classes["Product"].nodes.filter(list_price=Decimal("12.5"))] == ["e1"]


def test_roles_lead_both_ways_and_carry_their_properties(ontology: Ontology) -> None:
    pump = object_classes(ontology)["Product"].nodes.get(sku="P-1")
    (seal,) = pump.components.all()
    assert seal.name == "Seal"
    line = pump.components.relationship(seal)
    assert (line.quantity, line.valid_from, line.valid_to) == (Decimal("2.0000"), date(2024, 1, 1), None)
    assert [p.entity_id for p in seal.used_in.all()] == ["e1"]


def test_a_thing_of_several_classes_is_found_through_each_of_them(ontology: Ontology) -> None:
    classes = object_classes(ontology)
    supplier = classes["Offer"].nodes.get(entity_id="e4").supplier.single()
    assert isinstance(supplier, classes["Supplier"])
    assert sorted(supplier.emails) == ["a@b.c", "d@e.f"]
    assert [p.entity_id for p in classes["Party"].nodes.all()] == ["e3"]
    assert [p.entity_id for p in classes["Customer"].nodes.all()] == ["e3"]


def test_nothing_can_be_written(ontology: Ontology) -> None:
    classes = object_classes(ontology)
    pump, seal = classes["Product"].nodes.get(sku="P-1"), classes["Product"].nodes.get(name="Seal")
    attempts: list[Callable[[], object]] = [
        pump.save,
        pump.delete,
        lambda: pump.components.connect(seal),
        lambda: pump.components.disconnect(seal),
        lambda: classes["Product"].create({"name": "x"}),
        lambda: classes["Product"].get_or_create({"name": "x"}),
        lambda: pump.components.relationship(seal).save(),
    ]
    for attempt in attempts:
        with pytest.raises(ReadOnly):
            attempt()
    assert len(classes["Product"].nodes) == 2


def test_every_class_property_and_role_is_there(ontology: Ontology) -> None:
    classes = object_classes(ontology)
    for name, class_ in ontology.classes.items():
        defined = classes[name].defined_properties()
        assert set(class_.properties) <= {p.rstrip("_") if p.endswith("_") else p for p in defined}, name
        assert {r.rstrip("_") for r in ontology.roles(name)} <= {p.rstrip("_") for p in defined}, name
        assert set(classes[name].inherited_labels()) == set(class_.neo4j_labels)
