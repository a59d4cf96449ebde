"""Currencies by table and column, bought or sold, stock lists, work done in hours, totals without a name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.onboarding.drift import Drift, Rename, changed_mapping
from ingest.onboarding.money import CODES, marks_in, said_in
from ingest.onboarding.proposal import propose
from ingest.onboarding.proposed import Proposal, TableProposal
from ingest.onboarding.store import Store
from ingest.onboarding.survey import survey
from ingest.onboarding.writing import files_of
from ontology.load import load_ontology
from ontology.model import Ontology


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


def proposed(folder: Path, ontology: Ontology, answers: Mapping[str, str] | None = None) -> Proposal:
    with Store() as store:
        return propose(survey(folder, store), ontology, store, answers or {})


def table(found: Proposal, name: str) -> TableProposal:
    return next(t for t in found.tables if t.table.name == name)


def currency(t: TableProposal) -> str | None:
    """What the mapping says of the currency of a table's amounts: a constant, a column, an expression."""
    held = next((p.value for p in t.properties if p.name == "currency"), None)
    return None if held is None else held.const or held.column or held.sql


def written(folder: Path, name: str, heading: str, rows: list[str]) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")


PRODUCTS = [f"P-{i:03},Thing {chr(65 + i)},{3 * i + 1}.50" for i in range(20)]


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("Price (GBP)", "GBP"),
        ("Betrag in €", "EUR"),
        ("cost_usd", "USD"),
        ("Preis EUR / USD", None),
        ("Weight in pounds", None),
        ("Try again", None),
        ("CADdrawing", None),
        ("Price SEK", "SEK"),
    ],
)
def test_a_heading_says_its_currency_or_none(heading: str, said: str | None) -> None:
    assert said_in(heading) == said


@given(st.lists(st.tuples(st.sampled_from(CODES), st.integers(0, 10**6)), min_size=1, max_size=30))
def test_codes_beside_numbers_are_found_the_most_frequent_first(amounts: list[tuple[str, int]]) -> None:
    found = marks_in([f"{code} {n / 100:.2f}" for code, n in amounts])
    counts = {c: sum(code == c for code, _ in amounts) for c, _ in amounts}
    assert set(found) == set(counts)
    assert [counts[c] for c in found] == sorted(counts.values(), reverse=True)


def test_each_table_has_the_currency_that_it_says(tmp_path: Path, ontology: Ontology) -> None:
    written(tmp_path, "products.csv", "SKU,Name,Price (GBP)", PRODUCTS)
    orders = [f"O{i},2026-02-{i % 28 + 1:02},€ {i + 10}.00" for i in range(60)]
    written(tmp_path, "orders.csv", "Order ID,Order Date,Total", orders)
    purchases = [f"B{i},2026-02-{i % 28 + 1:02},{i + 7}.00,{('USD', 'CHF')[i % 2]}" for i in range(60)]
    written(tmp_path, "purchase_orders.csv", "PO Number,Order Date,Total,Currency", purchases)
    found = proposed(tmp_path, ontology)
    assert currency(table(found, "products")) == "GBP"
    held = currency(table(found, "orders"))
    assert held is not None and '"Total"' in held and "WHEN '€' THEN 'EUR'" in held
    assert currency(table(found, "purchase_orders")) == "Currency"
    assert not any(q.id == "currency" for q in (*found.questions, *found.unasked))


def test_amounts_of_which_nothing_is_said_are_asked_about_where_others_disagree(
    tmp_path: Path, ontology: Ontology
) -> None:
    written(tmp_path, "uk/products.csv", "SKU,Name,Price (GBP)", PRODUCTS)
    written(tmp_path, "de/orders.csv", "Order ID,Order Date,Total (EUR)", [f"O{i},2026-02-03,{i}.00" for i in range(9)])
    written(tmp_path, "other/invoices.csv", "Invoice No,Date,Total", [f"I{i},2026-02-03,{i}.00" for i in range(9)])
    found = proposed(tmp_path, ontology)
    question = next(q for q in found.questions if q.id == "currency-of:other")
    assert {o.value for o in question.options} == {"GBP", "EUR"}
    text = {f.path.stem: f.text for f in files_of(proposed(tmp_path, ontology, {question.id: "GBP"}), tmp_path, "x")}
    assert "currency: GBP " in text["other"]
    assert "currency: EUR " in text["de"] and "currency: GBP " in text["uk"]


def test_two_currencies_in_one_row_are_not_mixed(tmp_path: Path, ontology: Ontology) -> None:
    rows = [f"{row},{i + 2}.00" for i, row in enumerate(PRODUCTS)]
    written(tmp_path, "products.csv", "SKU,Name,List Price (GBP),Standard Cost (EUR)", rows)
    found = proposed(tmp_path, ontology)
    question = next(q for q in found.questions if q.id == "currency:products")
    assert "nothing is converted" in question.why
    money = {p.column for p in table(found, "products").properties} & {"List Price (GBP)", "Standard Cost (EUR)"}
    assert money == {"Standard Cost (EUR)"} and currency(table(found, "products")) == "EUR"
    said = table(proposed(tmp_path, ontology, {question.id: "GBP"}), "products")
    assert currency(said) == "GBP" and "Standard Cost (EUR)" not in {p.column for p in said.properties}
    assert "Standard Cost (EUR)" in said.refused


def test_a_heading_that_contradicts_the_column_beside_it_is_asked_about(tmp_path: Path, ontology: Ontology) -> None:
    rows = [f"O{i},2026-02-{i % 28 + 1:02},{i + 1}.00,EUR" for i in range(40)]
    written(tmp_path, "orders.csv", "Order ID,Order Date,Total (GBP),Currency", rows)
    found = proposed(tmp_path, ontology)
    assert currency(table(found, "orders")) == "Currency"
    question = next(q for q in found.questions if q.id == "currency:orders")
    assert currency(table(proposed(tmp_path, ontology, {question.id: "GBP"}), "orders")) == "GBP"


def test_a_heading_that_names_another_currency_later_changes_it() -> None:
    mapping = (
        "source: a\ntables:\n  products:\n    key: [SKU]\n    class: Product\n    properties:\n"
        '      list_price: "Price (GBP)"\n      currency: {const: GBP}  # Price (GBP): it says so\n'
    )
    drift = Drift("a", "products", renamed=(Rename("Price (GBP)", "Price (EUR)", 0.9, ""),))
    changed = changed_mapping(mapping, [drift])
    assert "list_price: Price (EUR)" in changed.replace('"', "") and "{const: EUR}" in changed


def suppliers(folder: Path) -> None:
    written(folder, "suppliers.csv", "Supplier ID,Name", [f"S-{i},Firm {chr(65 + i)}" for i in range(8)])


def test_what_suppliers_deliver_is_received(tmp_path: Path, ontology: Ontology) -> None:
    suppliers(tmp_path)
    rows = [f"D{i},S-{i % 8},2026-03-{i % 28 + 1:02},{i % 5 + 1}" for i in range(50)]
    written(tmp_path, "deliveries.csv", "Delivery ID,Supplier ID,Delivered,Boxes", rows)
    found = table(proposed(tmp_path, ontology), "deliveries")
    assert found.class_.name == "Receipt" and [r.role for r in found.relations] == ["supplier"]
    assert "suppliers" in found.class_.reason


def test_what_customers_get_is_a_shipment(tmp_path: Path, ontology: Ontology) -> None:
    written(tmp_path, "orders.csv", "Order ID,Order Date,Customer", [f"O-{i},2026-03-01,c{i % 9}" for i in range(60)])
    rows = [f"D{i},O-{i},2026-03-{i % 28 + 1:02}" for i in range(50)]
    written(tmp_path, "deliveries.csv", "Delivery ID,Order ID,Delivered", rows)
    assert table(proposed(tmp_path, ontology), "deliveries").class_.name == "Shipment"


def test_deliveries_of_which_nobody_says_whose_are_asked_about(tmp_path: Path, ontology: Ontology) -> None:
    rows = [f"D{i},2026-03-{i % 28 + 1:02},{i % 5 + 1}" for i in range(50)]
    written(tmp_path, "deliveries.csv", "Delivery ID,Delivered,Boxes", rows)
    question = next(q for q in proposed(tmp_path, ontology).questions if q.id == "class:deliveries")
    assert {"Shipment", "Receipt"} <= {o.value for o in question.options}


def test_a_stock_list_names_products_and_says_how_many_there_are(tmp_path: Path, ontology: Ontology) -> None:
    suppliers(tmp_path)
    rows = [f"ST{i:02},Flour {chr(65 + i)},{i}.20,{i * 3},{i % 4}" for i in range(20)]
    written(tmp_path, "stock list.csv", "Item Code,Item,Price (GBP),In Stock,Reorder Level", rows)
    offers = [f"ST{i:02},S-{i % 8},€ {i}.10,{i % 9 + 1}" for i in range(15)]
    written(tmp_path, "import prices.csv", "Item Code,Supplier,Unit Price,Lead Time Days", offers)
    found = proposed(tmp_path, ontology)
    goods = table(found, "stock_list")
    assert goods.class_.name == "Product" and currency(goods) == "GBP"
    stock = next(f for f in goods.further if f.class_name == "Stock")
    assert [(p.name, p.column) for p in stock.properties] == [("quantity", "In Stock")]
    assert "reorder_point" in {p.name for p in goods.properties}
    offered = table(found, "import_prices")
    assert offered.class_.name == "Offer" and {r.role for r in offered.relations} == {"supplier", "product"}
    held = currency(offered)
    assert held is not None and "'EUR'" in held


def test_projects_and_the_hours_for_them(tmp_path: Path, ontology: Ontology) -> None:
    people = [f"E{i:02},Person {chr(65 + i)}" for i in range(9)]
    written(tmp_path, "Mitarbeiter.csv", "Personalnr;Name", [p.replace(",", ";") for p in people])
    written(tmp_path, "Kunden.csv", "Kundennr;Name", [f"K{i:02};Firma {chr(65 + i)}" for i in range(12)])
    rows = [f"PR-{i};Umbau {chr(65 + i)};K{i % 12:02};E{i % 3:02};0{i % 9 + 1}.03.2026;{20 + i}" for i in range(14)]
    written(tmp_path, "Projekte.csv", "Projektnr;Bezeichnung;Kunde;Projektleiter;Beginn;Stundenbudget", rows)
    hours = [f"Z{i};E{i % 9:02};{i % 27 + 1:02}.04.2026;PR-{i % 14};{i % 8 + 1},5;ja" for i in range(90)]
    written(tmp_path, "Zeiterfassung.csv", "Nr;Mitarbeiter;Datum;Projekt;Stunden;abrechenbar", hours)
    away = [f"E{i % 9:02};Urlaub;{i + 1:02}.05.2026;{i + 3:02}.05.2026;3" for i in range(20)]
    written(tmp_path, "Urlaub.csv", "Mitarbeiter;Art;Von;Bis;Tage", away)
    found = proposed(tmp_path, ontology)
    project, entry, absence = (table(found, n) for n in ("projekte", "zeiterfassung", "urlaub"))
    assert (project.class_.name, entry.class_.name, absence.class_.name) == ("Project", "TimeEntry", "Absence")
    assert {r.role for r in project.relations} == {"customer", "manager"}
    assert {r.role for r in entry.relations} == {"employee", "project"}
    assert {"worked_on", "hours", "billable"} <= {p.name for p in entry.properties}
    assert {"starts_on", "budget_hours", "name"} <= {p.name for p in project.properties}
    assert {"starts_on", "ends_on", "days", "kind"} <= {p.name for p in absence.properties}


def test_quotes_are_the_company_s_and_offers_are_suppliers(tmp_path: Path, ontology: Ontology) -> None:
    suppliers(tmp_path)
    written(tmp_path, "products.csv", "SKU,Name,Price", PRODUCTS)
    written(tmp_path, "customers.csv", "Customer ID,Name", [f"C-{i:02},Buyer {chr(65 + i)}" for i in range(12)])
    rows = [f"Q{i},C-{i % 12:02},2026-03-{i % 28 + 1:02},{i}.00" for i in range(40)]
    written(tmp_path, "quotes.csv", "Quote No,Customer ID,Quote Date,Total", rows)
    offers = [f"P-{i % 20:03},S-{i % 8},{i + 1}.50" for i in range(40)]
    written(tmp_path, "supplier quotes.csv", "SKU,Supplier ID,Price", offers)
    found = proposed(tmp_path, ontology)
    assert table(found, "quotes").class_.name == "Quote"
    assert table(found, "supplier_quotes").class_.name == "Offer"


def test_a_postal_code_is_no_key(tmp_path: Path, ontology: Ontology) -> None:
    rows = [f"{10000 + 17 * i};Firma {chr(65 + i)};{20000 + 31 * i};Kiel" for i in range(20)]
    written(tmp_path, "Debitoren.csv", "Konto;Name;PLZ;Ort", rows)
    key = table(proposed(tmp_path, ontology), "debitoren").key
    assert key is not None and key.columns == ("Konto",)


@pytest.mark.parametrize(
    ("total", "left_out"),
    [
        (";;;Summe;780,00", True),
        (";;;;780,00", True),
        (";;;;781,00", False),  # a row that lacks its number by mistake
        (";Firma X;02.03.2026;;780,00", False),
    ],
)
def test_a_total_without_a_key_is_a_total(tmp_path: Path, ontology: Ontology, total: str, left_out: bool) -> None:
    rows = [f"RE{i};Firma {chr(65 + i)};0{i % 9 + 1}.03.2026;offen;{i * 10},00" for i in range(1, 13)]
    written(tmp_path, "Rechnungen.csv", "Belegnr;Name;Datum;Stand;Betrag", [*rows, total])
    found = proposed(tmp_path, ontology)
    profile = table(found, "rechnungen").table
    assert profile.rows == (12 if left_out else 13)
    assert (profile.drop_rows is not None) == left_out
    assert any(f.code == "total-rows" for f in found.findings) == left_out


def test_empty_fields_side_by_side_are_no_separator(tmp_path: Path, ontology: Ontology) -> None:
    rows = [f"{100 + i}{i},50;S;EUR;{10000 + i};8400;;RE{i};Erlöse {chr(65 + i)}" for i in range(20)]
    text = '"EXTF";700;21;"Stapel";9;20260501;;"RE";"";"";29098\n'
    text += "Umsatz;Soll/Haben;WKZ Umsatz;Konto;Gegenkonto;BU;Belegfeld 1;Buchungstext\n" + "\n".join(rows) + "\n"
    (tmp_path / "Stapel.csv").write_text(text, encoding="cp1252")
    columns = [c.name for c in proposed(tmp_path, ontology).survey.tables[0].columns]
    assert columns[:4] == ["Umsatz", "Soll/Haben", "WKZ Umsatz", "Konto"]


def test_rates_in_percent_become_shares_and_flags_are_read(tmp_path: Path, ontology: Ontology) -> None:
    written(tmp_path, "tax rates.csv", "Tax Rate ID,Name,Tax Rate", [f"T{i},Rate {i},{i + 4}.5" for i in range(9)])
    rows = [f"P-{i:03},Thing {chr(65 + i)},{i % 2}" for i in range(20)]
    written(tmp_path, "products.csv", "SKU,Name,MakeFlag", rows)
    found = proposed(tmp_path, ontology)
    rate = next(p.value for p in table(found, "tax_rates").properties if p.name == "rate")
    assert rate.sql is not None and rate.transforms == ("percent",)
    assert "made" in {p.name for p in table(found, "products").properties}


def test_the_only_amount_of_a_thing_is_what_it_is_about(tmp_path: Path, ontology: Ontology) -> None:
    written(tmp_path, "employees.csv", "Employee ID,Name", [f"E{i},Person {chr(65 + i)}" for i in range(9)])
    rows = [f"E{i % 9},2026-0{i // 9 + 1}-01,{i + 12}.40" for i in range(27)]
    written(tmp_path, "pay rates.csv", "Employee ID,Start Date,Rate", rows)
    found = table(proposed(tmp_path, ontology), "pay_rates")
    assert found.class_.name == "PayRate"
    assert {p.name: p.column for p in found.properties}["amount"] == "Rate"


def test_codes_without_headings_lead_to_the_key_that_they_are_all_in(tmp_path: Path, ontology: Ontology) -> None:
    units = ["KGM", "MTR", "LTR", "PCE", "BOX", "SET", "PAR", "ROL", "CTN", "DZN"]
    (tmp_path / "units.csv").write_text(
        "\n".join(f"{u},{u.lower()} unit,{i + 10}" for i, u in enumerate(units)) + "\n", encoding="utf-8"
    )
    rows = "\n".join(f"{7000 + i},{i % 13 + 1},{units[i % 4]},{('RED', 'TAN', 'SKY')[i % 3]}" for i in range(300))
    (tmp_path / "parts.csv").write_text(rows + "\n", encoding="utf-8")
    led = {(r.table, r.columns, r.to) for r in proposed(tmp_path, ontology).survey.references}
    assert ("parts", ("column3",), "units") in led
    assert not any(r[1] == ("column4",) for r in led)


def test_a_known_system_s_products_are_known_by_their_number(tmp_path: Path, ontology: Ontology) -> None:
    rows = [f"thing-{i},Thing {chr(65 + i)},Firm,AB-{i:02},{i}.50,{i},active" for i in range(20)]
    written(tmp_path, "products.csv", "Handle,Title,Vendor,Variant SKU,Variant Price,Cost per item,Status", rows)
    suppliers(tmp_path)
    received = [f"G{i},S-{i % 8},AB-{i % 20:02},{i % 7 + 1},2026-03-{i % 28 + 1:02}" for i in range(60)]
    written(tmp_path, "goods receipts.csv", "Receipt No,Supplier ID,Item,Quantity,Received On", received)
    found = table(proposed(tmp_path, ontology), "goods_receipts")
    product = next(r for r in found.relations if r.role == "product")
    assert product.by is not None and product.by[:2] == ("Product", "sku")


def test_people_of_no_certain_kind_are_asked_about_with_what_people_can_be(tmp_path: Path, ontology: Ontology) -> None:
    rows = [f"{900 + i},Person {chr(65 + i)},p{i}@mail.example,{('end-user', 'agent')[i % 2]}" for i in range(20)]
    written(tmp_path, "users.csv", "id,name,email,role", rows)
    question = next(q for q in proposed(tmp_path, ontology).questions if q.id == "class:users")
    assert [o.value for o in question.options][:3] == ["Person", "Customer", "Employee"]
    said = table(proposed(tmp_path, ontology, {question.id: "Employee"}), "users")
    assert said.class_.name == "Employee" and not said.left_out


def test_a_helpdesk_s_users_ask_and_answer(tmp_path: Path, ontology: Ontology) -> None:
    users = [
        {"id": 9000 + i, "name": f"Person {chr(65 + i)}", "email": f"p{i}@mail.example", "locale": "de",
         "verified": True, "role": "agent" if i % 5 == 0 else "end-user", "organization_id": None, "time_zone": "UTC"}
        for i in range(20)
    ]  # fmt: skip
    tickets = [
        {"id": 500 + i, "requester_id": 9001 + i % 3, "assignee_id": 9000, "organization_id": None, "status": "open",
         "subject": f"Question {i}", "created_at": f"2026-03-{i % 28 + 1:02}T09:00:00Z", "via": {"channel": "email"}}
        for i in range(40)
    ]  # fmt: skip
    (tmp_path / "zendesk.json").write_text(json.dumps({"tickets": tickets, "users": users}), encoding="utf-8")
    text = files_of(proposed(tmp_path, ontology), tmp_path / "project", "x")[0].text
    assert "requester: {to: zendesk_users, key: [requester_id], missing: drop}" in text
    assert 'assignee: {to: "zendesk_users#agent", key: [assignee_id], missing: drop}' in text
    assert "class: Employee" in text and "class: Person" in text


def test_an_order_has_its_number_though_each_of_its_lines_repeats_it(tmp_path: Path, ontology: Ontology) -> None:
    heading = "Name,Email,Financial Status,Fulfillment Status,Currency,Total,Created at,"
    heading += "Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku"
    rows = []
    for i in range(30):
        head = f"c{i}@mail.example,paid,fulfilled,EUR,{i}.00,2026-03-{i % 28 + 1:02} 10:00:00 +0100"
        rows.append(f"#{1000 + i},{head},1,Thing A,{i}.00,A-{i}")
        rows += [f"#{1000 + i},,,,,,,{n},Thing {n},{i}.50,B-{n}" for n in range(2, 5)]
    written(tmp_path, "orders_export.csv", heading, rows)
    text = files_of(proposed(tmp_path, ontology), tmp_path / "project", "x")[0].text
    order = text[text.index("class: Order\n") :]
    assert "number: Name" in order[: order.index("relations:")]


def test_one_entry_a_day_for_each_person_may_be_chance_and_is_asked_about(tmp_path: Path, ontology: Ontology) -> None:
    written(tmp_path, "Mitarbeiter.csv", "Personalnr;Name", [f"MA{i:02};Person {chr(65 + i)}" for i in range(6)])
    written(tmp_path, "Projekte.csv", "Projektnr;Bezeichnung", [f"P-{100 + i};Umbau {chr(65 + i)}" for i in range(9)])
    rows = [f"MA{i // 20:02};{i % 20 + 1:02}.04.2026;P-{100 + i * 5 % 9};{i % 8 + 1},5" for i in range(120)]
    written(tmp_path, "Zeiterfassung.csv", "Mitarbeiter;Datum;Projekt;Stunden", rows)
    found = proposed(tmp_path, ontology)
    key = table(found, "zeiterfassung").key
    assert key is not None
    if "Projekt" not in key.columns:
        question = next(q for q in found.questions if q.id == "key:zeiterfassung")
        assert question.default == "|".join(key.columns)
        key = table(proposed(tmp_path, ontology, {question.id: question.options[1].value}), "zeiterfassung").key
    assert key is not None and set(key.columns) == {"Mitarbeiter", "Datum", "Projekt"}
