"""Which changes are made at once by who does not see everything: those that nothing hidden decides about."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.access.apart import Apart
from api.access.aside import Aside
from api.access.matched import Compared
from api.access.policy import Policies
from graph_engine.snapshot.visibility import Visibility
from ingest.mapping.load import load_mappings
from ingest.resolution.policy import Policy
from ontology.load import load_ontology
from ontology.types import QuarantineState
from validation.shapes import load_shapes

ONTOLOGY = load_ontology()
SHAPES = load_shapes(ONTOLOGY)
PAY = Visibility(properties=frozenset({"PayRate.amount", "BankAccount.iban"}))
MAPPING = """\
source: shop
folder: .
currency: EUR
tables:
  customers:
    read: {file: customers.csv}
    key: [Id]
    class: Customer
    properties: {name: Name, credit_limit: Limit}
  orders:
    read: {file: orders.csv}
    key: [No]
    class: Order
    properties: {number: No, total: Total}
    relations:
      customer: {to: customers, key: [Customer]}
"""


def apart(visible: Visibility) -> Apart:
    return Apart(ONTOLOGY, visible, SHAPES, Compared(ONTOLOGY, visible, (), Policy()))


def test_who_sees_all_but_pay_does_nearly_everything_at_once() -> None:
    found = apart(PAY)
    for name in ("Customer", "Order", "Product", "Supplier", "Ticket"):
        assert found.thing([name]) and all(found.value([name], p) for p in ONTOLOGY.classes[name].properties), name
    assert not found.thing(["PayRate"]), "its rule reads the amount"
    assert [r for r in ONTOLOGY.relations if not found.relation(r)] == ["pay_rate_employee"]


def test_what_is_compared_or_ruled_with_something_hidden_is_not_apart() -> None:
    found = apart(Visibility(properties=frozenset({"Customer.emails", "Offer.price"})))
    assert not found.value(["Customer"], "name") and not found.thing(["Customer"]), "names and e-mails are compared"
    assert found.value(["Customer"], "credit_limit") and found.thing(["Order"])
    assert not found.value(["Address"], "city"), "customers are compared by their addresses"
    assert not found.value(["Offer"], "lead_time_days"), "one rule reads it and the price"


@pytest.mark.parametrize(
    "visible", [Visibility(sources=frozenset({"pay"})), Visibility(values=frozenset({("Order.status", "open")}))]
)
def test_where_rows_are_hidden_nothing_is(visible: Visibility) -> None:
    found = apart(visible)
    assert not found.value(["Product"], "list_price") and not found.relation("order_customer")
    assert not found.thing(["Product"])


def aside(visible: Visibility, folder: Path) -> Aside:
    file = folder / "shop.yaml"
    file.write_text(MAPPING, encoding="utf-8")
    mappings = load_mappings((file,), ONTOLOGY, {})
    compared = Compared(ONTOLOGY, visible, mappings, Policy())
    hidden = {"shop/customers"} if "Customer.credit_limit" in visible.properties else set()
    whole = frozenset({"shop/customers", "shop/orders"} - hidden)
    return Aside(ONTOLOGY, visible, mappings, whole, compared, Apart(ONTOLOGY, visible, SHAPES, compared))


def row(table: str, rule: str, column: str | None, raw: str) -> QuarantineState:
    return QuarantineState("q_1", "run", "shop", table, "0" * 64, "f.csv", 3, None, rule, column, "why", raw)


def test_rows_are_shown_with_the_cells_that_are_mapped(tmp_path: Path) -> None:
    found = aside(Visibility(properties=frozenset({"Customer.credit_limit"})), tmp_path)
    shown = found.seen(row("orders", "type", "Total", '{"No": "1", "total": "x", "Salary": "9", "_problem": "z"}'))
    assert shown is not None and shown.raw == '{"No": "1", "total": "x"}'
    assert found.seen(row("customers", "type", "Limit", "{}")) is None, "its cells are not all seen"
    assert found.seen(row("orders", "range", "Salary", "{}")) is None, "no mapping names the column"
    torn = found.seen(row("orders", "unreadable", None, '{"_raw": "1;9"}'))
    assert torn is not None and torn.raw == "{}" and "why" not in torn.reason
    assert found.stands_apart("shop/orders") and not found.stands_apart("shop/customers")


def test_rows_that_refer_to_what_is_hidden_are_not_shown(tmp_path: Path) -> None:
    assert aside(Visibility(), tmp_path).tables.keys() == {"shop/customers", "shop/orders"}
    hidden = (Visibility(classes=frozenset({"Customer"})), Visibility(sources=frozenset({"shop/customers"})))
    assert not any("shop/orders" in aside(visible, tmp_path).tables for visible in hidden)


def test_policies_keep_roles_from_entering_what_they_see(tmp_path: Path) -> None:
    own = tmp_path / "own.cedar"
    own.write_text(
        'forbid(principal in Role::"clerk", action == Action::"edit", resource in Property::"Party.name");\n'
        'forbid(principal in Role::"clerk", action == Action::"edit", resource == Relation::"order_customer");\n'
        'forbid(principal in Role::"clerk", action == Action::"edit", resource in Class::"PayRate");',
        encoding="utf-8",
    )
    found = Policies([own])
    assert found.not_editable(["steward"], ONTOLOGY) == frozenset()
    fixed = found.not_editable(["steward", "clerk"], ONTOLOGY)
    assert {"Customer.name", "Party.name", "order_customer", "PayRate.amount"} <= fixed
    assert "Product.name" not in fixed and "Customer.credit_limit" not in fixed
