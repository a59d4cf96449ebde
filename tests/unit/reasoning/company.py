"""A company of a few dozen things, as snapshot rows: suppliers, offers, a bill of materials, orders, customers.

It is small enough to follow by hand: the expected answers in the tests were written down from this table, not computed.
Ids are made as knockon makes them, so that the packed form of ids is tested too.
"""

from __future__ import annotations

from datetime import date

from graph_engine.snapshot import AliasRow, EntityRow, FileRow, RecordRow, RelationRow, Snapshot, assemble
from ontology.ids import entity_id, relation_id
from ontology.load import load_ontology
from ontology.model import Ontology
from reasoning.network import Network

TODAY = date(2026, 6, 15)
_CLASSES = {
    "Supplier": "vendors",
    "Offer": "offers",
    "Product": "products",
    "OrderLine": "lines",
    "Order": "orders",
    "Customer": "customers",
    "Country": "countries",
    "Employee": "staff",
}
_TABLE = [
    # class, key, title, values
    ("Supplier", "V1", "Ünal Metall GmbH", {"name": "Ünal Metall GmbH", "tax_number": "DE111"}),
    ("Supplier", "V2", "Bolt & Co", {"name": "Bolt & Co"}),
    ("Supplier", "V3", "Boltz Ltd", {"name": "Boltz Ltd"}),
    ("Offer", "O1", "Steel tube by Ünal", {"lead_time_days": 10, "price": 50_000, "currency": "EUR"}),
    ("Offer", "O2", "Bolt by Bolt & Co", {"lead_time_days": 3, "price": 500, "currency": "EUR"}),
    ("Offer", "O3", "Bolt by Boltz", {"lead_time_days": 20, "price": 400, "currency": "EUR"}),
    ("Product", "P1", "Steel tube", {"name": "Steel tube", "sku": "ST-1"}),
    ("Product", "P2", "Bolt", {"name": "Bolt", "sku": "BO-2"}),
    ("Product", "P3", "Frame", {"name": "Frame", "sku": "FR-3", "days_to_make": 2}),
    ("Product", "P4", "City bike", {"name": "City bike", "sku": "CB-4", "days_to_make": 1}),
    ("Product", "P5", "Bell", {"name": "Bell", "sku": "BE-5"}),
    ("OrderLine", "7|1", "7-1", {"line_number": 1, "total": 5_000_000, "currency": "EUR"}),
    ("OrderLine", "7|2", "7-2", {"line_number": 2, "total": 100_000, "currency": "EUR"}),
    ("OrderLine", "8|1", "8-1", {"line_number": 1, "total": 20_000, "currency": "USD"}),
    ("OrderLine", "9|1", "9-1", {"line_number": 1}),
    ("Order", "7", "Order 7", {"number": "7", "total": 5_100_000, "currency": "EUR", "due_on": date(2026, 7, 1)}),
    ("Order", "8", "Order 8", {"number": "8", "total": 20_000, "currency": "USD"}),
    ("Order", "9", "Order 9", {"number": "9", "currency": "EUR"}),
    ("Customer", "C1", "Anna Schmidt", {"name": "Anna Schmidt", "emails": ["a@x.de", "anna@x.de"]}),
    ("Customer", "C2", "Bob Ross", {"name": "Bob Ross"}),
    ("Country", "DE", "Germany", {"name": "Germany", "code": "DE"}),
    ("Employee", "E1", "Anna Schmidt", {"name": "Anna Schmidt", "employee_number": "E1"}),
]
_LINKS: list[tuple[str, str, str, date | None, date | None, dict[str, object]]] = [
    # relation, source, target, from, to, values
    ("offer_supplier", "O1", "V1", None, None, {}),
    ("offer_supplier", "O2", "V2", None, None, {}),
    ("offer_supplier", "O3", "V3", None, None, {}),
    ("offer_product", "O1", "P1", None, None, {}),
    ("offer_product", "O2", "P2", None, None, {}),
    ("offer_product", "O3", "P2", None, None, {}),
    ("component", "P3", "P1", None, None, {"quantity": 40_000}),
    ("component", "P3", "P2", None, None, {"quantity": 80_000}),
    ("component", "P4", "P3", None, None, {"quantity": 10_000}),
    ("component", "P4", "P5", date(2020, 1, 1), date(2026, 1, 1), {"quantity": 10_000}),
    ("order_line_product", "7|1", "P4", None, None, {}),
    ("order_line_product", "7|2", "P2", None, None, {}),
    ("order_line_product", "8|1", "P5", None, None, {}),
    ("order_line_product", "9|1", "P4", None, None, {}),
    ("order_line_order", "7|1", "7", None, None, {}),
    ("order_line_order", "7|2", "7", None, None, {}),
    ("order_line_order", "8|1", "8", None, None, {}),
    ("order_line_order", "9|1", "9", None, None, {}),
    ("order_customer", "7", "C1", None, None, {}),
    ("order_customer", "8", "C2", None, None, {}),
    ("order_customer", "9", "C2", None, None, {}),
    ("order_sales_rep", "9", "E1", None, None, {}),
]


def mention(key: str) -> str:
    """The mention key of the thing with this key."""
    class_name = next(c for c, k, _, _ in _TABLE if k == key)
    return f"erp/{_CLASSES[class_name]}/{key.replace('|', '|')}"


def id_of(key: str) -> str:
    """The entity id of the thing with this key."""
    class_name = next(c for c, k, _, _ in _TABLE if k == key)
    return entity_id(class_name, mention(key))


def link_id(ontology: Ontology, name: str, source: str, target: str) -> str:
    """The id of a relation between two things."""
    return relation_id(ontology.relations[name].type, mention(source), mention(target))


def entity_rows() -> list[EntityRow]:
    """All entities; Bolt & Co is also known to a second system, by assumption for its name."""
    rows = []
    for class_name, key, title, values in _TABLE:
        mentions, winners = [mention(key)], [f"{name}={mention(key)}" for name in sorted(values)]
        if key == "V2":
            mentions.append("manual/suppliers/V2#guess")
            winners = ["name=manual/suppliers/V2"]
        rows.append(EntityRow(entity_id(class_name, mention(key)), [class_name], title, mentions, winners, values))
    return rows


def relation_rows(ontology: Ontology) -> list[RelationRow]:
    """All relations, each supported by the record of its source."""
    return [
        RelationRow(
            link_id(ontology, name, source, target),
            name,
            id_of(source),
            id_of(target),
            valid_from,
            valid_to,
            [mention(source)],
            values,
        )
        for name, source, target, valid_from, valid_to, values in _LINKS
    ]


def record_rows() -> list[RecordRow]:
    """One record for each entity, one assumption."""
    rows = [RecordRow(mention(key), "source", False, "sha-" + c, at) for at, (c, key, _, _) in enumerate(_TABLE, 1)]
    return [*rows, RecordRow("manual/suppliers/V2", "assumption", False, None, None)]


def file_rows() -> list[FileRow]:
    """One file for each class."""
    return [FileRow("sha-" + name, f"{table}.csv") for name, table in _CLASSES.items()]


def alias_rows() -> list[AliasRow]:
    """An id that Anna's customer entity had before a merge."""
    return [AliasRow("e_" + "0" * 20, id_of("C1"))]


def company(ontology: Ontology | None = None) -> Snapshot:
    """The company as a snapshot."""
    ontology = ontology or load_ontology()
    return assemble(
        ontology, entity_rows(), relation_rows(ontology), record_rows(), file_rows(), alias_rows(), version=5, epoch=1
    )


def network() -> Network:
    """The company, ready for questions."""
    ontology = load_ontology()
    return Network(company(ontology), ontology)
