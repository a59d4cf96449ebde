"""Exports as small firms have them: tills, price lists with headings of groups, helpdesks that know addresses only.

Each firm is made up here; what its tables are was decided when they were made, not by the code under test.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import xlsxwriter
from typer.testing import CliRunner

from api.checking import check_project
from api.cli import app
from ingest.adapters import parts, read
from ingest.adapters.spec import ReadSpec
from ingest.onboarding.first_look import first_look
from ingest.onboarding.model import Finding
from ingest.onboarding.proposal import propose
from ingest.onboarding.proposed import Proposal, TableProposal
from ingest.onboarding.store import Store
from ingest.onboarding.survey import survey
from ontology.load import load_ontology
from ontology.model import Ontology


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


def proposed(folder: Path, ontology: Ontology) -> Proposal:
    with Store() as store:
        return propose(survey(folder, store), ontology, store)


def tables(folder: Path, ontology: Ontology) -> dict[str, TableProposal]:
    return {t.table.name: t for t in proposed(folder, ontology).tables}


def written(folder: Path, tmp_path: Path) -> dict[str, str]:
    """What `knockon init --yes` writes; it must pass `knockon check` without an error."""
    project = tmp_path / "project"
    result = CliRunner().invoke(app, ["init", str(folder), "--yes", "--into", str(project)])
    assert result.exit_code == 0, result.output
    problems = check_project(project, {})
    assert [p for p in problems if not p.warning] == [], problems
    return {p.name: p.read_text(encoding="utf-8") for p in project.rglob("*.yaml")}


@pytest.fixture
def till(tmp_path: Path) -> Path:
    folder = tmp_path / "till"
    folder.mkdir()
    items = "".join(f"K{i:02},Loaf {chr(65 + i)},{i}.20\n" for i in range(12))
    (folder / "items.csv").write_text("\ufeffItem Code,Item Name,Price\n" + items, encoding="utf-8")
    day = [f"03/{i % 28 + 1:02}/2026" for i in range(80)]
    day[40] = "02/30/2026"
    heads = "".join(f"R{1000 + i},{day[i]},ac-{i % 6},{i}.10\n" for i in range(80))
    (folder / "receipts.csv").write_text("\ufeffReceipt No,Date,Customer,Total\n" + heads, encoding="utf-8")
    lines = "".join(f"R{1000 + i // 2},{i % 2 + 1},K{i % 12:02},{i % 4 + 1},{i % 12}.20\n" for i in range(160))
    lines += "R9999,1,K01,2,1.20\n"
    (folder / "receipt_lines.csv").write_text(
        "\ufeffReceipt No,Line,Item Code,Qty,Unit Price\n" + lines, encoding="utf-8"
    )
    accounts = "".join(f"ac-{i};Café {chr(65 + i)};c{i}@cafe.example\n" for i in range(6))
    (folder / "accounts.csv").write_text("Account;Company;E-mail\n" + accounts, encoding="cp1252")
    return folder


def test_receipts_with_lines_are_sales_and_it_is_asked(till: Path, ontology: Ontology) -> None:
    found = proposed(till, ontology)
    by_name = {t.table.name: t for t in found.tables}
    assert {n: t.class_.name for n, t in by_name.items()} == {
        "items": "Product",
        "receipts": "Order",
        "receipt_lines": "OrderLine",
        "accounts": "Customer",
    }
    assert {r.role: r.to for r in by_name["receipt_lines"].relations} == {"order": "receipts", "product": "items"}
    assert {r.role: r.to for r in by_name["receipts"].relations} == {"customer": "accounts"}
    assert {p.name: p.column for p in by_name["items"].properties}["sku"] == "Item Code"
    asked = next(q for q in found.questions if q.id == "class:receipts")
    assert asked.default == "Order" and "Invoice" in {o.value for o in asked.options}


def test_a_first_look_says_bad_dates_and_orphans_also_behind_a_byte_order_mark(till: Path, ontology: Ontology) -> None:
    with Store() as store:
        seen = first_look(propose(survey(till, store), ontology, store), ontology, store)
    by_code: dict[str, Finding] = {f.code: f for f in seen}
    assert by_code["bad-dates"].rows == (41,) and "02/30/2026" in by_code["bad-dates"].evidence
    assert by_code["orphans"].rows == (161,) and "R9999" in by_code["orphans"].evidence
    assert by_code["orphans"].what.startswith("1 row of receipt_lines names an order")


def test_one_mistyped_month_does_not_make_the_order_of_dates_a_question(till: Path, ontology: Ontology) -> None:
    found = proposed(till, ontology)
    assert not any(q.id.startswith("dates:") for q in (*found.questions, *found.unasked))


def test_few_customers_and_one_orphan_are_still_a_reference(tmp_path: Path, ontology: Ontology) -> None:
    (tmp_path / "Kunden.csv").write_text(
        "Kundennummer;Name\n" + "".join(f"{100 + i};Firma {i}\n" for i in range(8)), encoding="utf-8"
    )
    rows = "".join(f"RE-{i:03};{100 + i % 8 if i != 7 else 999};{i},50\n" for i in range(90))
    (tmp_path / "Rechnungen.csv").write_text("Rechnungsnr;Kundennummer;Brutto\n" + rows, encoding="utf-8")
    invoices = tables(tmp_path, ontology)["rechnungen"]
    assert [(r.role, r.to, r.missing) for r in invoices.relations] == [("customer", "kunden", 1)]


def test_half_of_the_rows_leading_nowhere_is_no_reference(tmp_path: Path, ontology: Ontology) -> None:
    (tmp_path / "customers.csv").write_text(
        "customer_id,name\n" + "".join(f"{100 + i},Firm {i}\n" for i in range(8)), encoding="utf-8"
    )
    rows = "".join(f"{i},{100 + i % 16},{i}.50\n" for i in range(90))
    (tmp_path / "invoices.csv").write_text("invoice_no,customer_id,total\n" + rows, encoding="utf-8")
    assert tables(tmp_path, ontology)["invoices"].relations == ()


def price_list(path: Path, *, merged: bool) -> None:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Ingredients")
    for j, name in enumerate(("Supplier", "Ingredient No", "Ingredient", "Price per kg")):
        sheet.write(0, j, name)
    row = 1
    for number, supplier in enumerate(("Green Mills", "Dairy Co-op", "Sugar Ltd")):
        for place in range(4):
            if not merged and place == 0:
                sheet.write(row, 0, supplier)
            sheet.write(row, 1, f"I-{row:03}")
            sheet.write(row, 2, f"Flour {'abcdefghijklmnop'[row]}")
            sheet.write(row, 3, 1.25 * (number + 1))
            row += 1
        if merged:
            sheet.merge_range(row - 4, 0, row - 1, 0, supplier)
    second = book.add_worksheet("Suppliers")
    rows = [("Supplier", "Account no."), ("Green Mills", "0012"), ("Dairy Co-op", "0013"), ("Sugar Ltd", "0014")]
    for i, cells in enumerate(rows):
        for j, cell in enumerate(cells):
            second.write(i, j, cell)
    book.close()


@pytest.mark.parametrize("merged", [True, False])
def test_a_group_is_filled_down_and_its_supplier_found_by_name(
    merged: bool, tmp_path: Path, ontology: Ontology
) -> None:
    folder = tmp_path / "purchasing"
    folder.mkdir()
    price_list(folder / "prices.xlsx", merged=merged)
    found = proposed(folder, ontology)
    table = next(t for t in found.tables if t.table.read.sheet == "Ingredients")
    assert table.table.read.fill_down == ("Supplier",)
    assert table.table.column("Supplier").filled == 12
    codes = {f.code: f for f in found.findings}
    assert "Supplier" in codes["merged-cells" if merged else "group-headings"].what
    offer = next(f for f in table.further if f.class_name == "Offer")
    assert {r.role: (r.to, r.at) for r in offer.relations}["supplier"] == ("prices_suppliers", "Supplier")
    texts = written(folder, tmp_path)
    assert "prices_suppliers#by_supplier" in texts["purchasing.yaml"]
    assert "same_as: {prices_suppliers: [Account no.]}" in texts["purchasing.yaml"]


def test_a_gap_in_a_column_is_not_a_group(tmp_path: Path, ontology: Ontology) -> None:
    rows = "".join(f"{'' if i % 7 else f'Town {i}'},{i},x{i}\n" for i in range(20))
    (tmp_path / "gaps.csv").write_text("town,number,note\n,0,first\n" + rows, encoding="utf-8")
    assert proposed(tmp_path, ontology).tables[0].table.read.fill_down == ()


def test_a_filled_column_reads_the_same_across_batches(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    rows = [f"{'g' + str(i // 30_000) if i % 30_000 == 0 else ''},{i}" for i in range(90_000)]
    path.write_text("group,n\n" + "\n".join(rows) + "\n", encoding="utf-8")
    spec = ReadSpec(file="long.csv", fill_down=("group",))
    reading = read(spec, parts(spec, tmp_path)[0], {}, tmp_path)
    held = [v for batch in reading.batches for v in batch.column(0).to_pylist()]
    assert held == [f"g{i // 30_000}" for i in range(90_000)]


@pytest.fixture
def helpdesk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    folder.mkdir()
    tickets = [
        {
            "id": 500 + i,
            "subject": f"Help {i}",
            "created_at": f"2026-01-{i % 28 + 1:02}T10:00:00Z",
            "requester": {"name": f"Person {i % 9}", "email": f"P{i % 9}@firm.example"},
            "assignee": {"email": f"agent{i % 3}@we.example"},
        }
        for i in range(40)
    ]
    (folder / "tickets.json").write_text(json.dumps({"tickets": tickets}), encoding="utf-8")
    return folder


def test_who_wrote_is_a_person_where_nobody_else_knows_the_address(helpdesk: Path, ontology: Ontology) -> None:
    ticket = tables(helpdesk, ontology)["tickets"]
    person = next(f for f in ticket.further if f.class_name == "Person")
    assert {p.name: p.column for p in person.properties} == {"name": "requester.name", "emails": "requester.email"}
    assert any(r.role == "requester" and r.to == "#requester" for r in ticket.relations)


def test_who_wrote_and_who_answers_are_found_by_their_address(
    helpdesk: Path, tmp_path: Path, ontology: Ontology
) -> None:
    customers = "".join(f"{i},Firm {i},p{i}@firm.example\n" for i in range(6))
    (helpdesk / "customers.csv").write_text("customer_id,name,email\n" + customers, encoding="utf-8")
    staff = "".join(f"e{i},Agent {i},agent{i}@we.example\n" for i in range(4))
    (helpdesk / "employees.csv").write_text("employee_id,name,email\n" + staff, encoding="utf-8")
    found = proposed(helpdesk, ontology)
    ticket = next(t for t in found.tables if t.table.name == "tickets")
    assert {r.role: (r.to, r.at, r.loose) for r in ticket.relations} == {
        "customer": ("customers", "email", True),
        "assignee": ("employees", "email", True),
    }
    text = written(helpdesk, tmp_path)["desk.yaml"]
    assert "customers#by_email" in text and "missing: drop" in text


def test_an_address_that_two_customers_share_leads_nowhere(helpdesk: Path, ontology: Ontology) -> None:
    customers = "".join(f"{i},Firm {i},p{i // 2}@firm.example\n" for i in range(12))
    (helpdesk / "customers.csv").write_text("customer_id,name,email\n" + customers, encoding="utf-8")
    assert all(r.at is None for r in tables(helpdesk, ontology)["tickets"].relations)


def test_documents_become_a_source_that_can_be_asked(till: Path, tmp_path: Path, ontology: Ontology) -> None:
    (till / "papers").mkdir()
    (till / "papers/contract-mills.md").write_text("# Contract\n\nFlour comes on Mondays.\n", encoding="utf-8")
    (till / "papers/notes.md").write_text("# Notes\n\nThe oven is old.\n", encoding="utf-8")
    (till / "papers/late.eml").write_bytes(
        b"From: Ann <ann@mill.example>\r\nSubject: Late\r\nDate: Tue, 3 Mar 2026 09:00:00 +0000\r\n\r\nIt is late.\r\n"
    )
    prose = "Leave\n\nEach of us has 30 days of leave, to be asked for four weeks before, so that we can plan.\n"
    (till / "leave.txt").write_text(prose * 4, encoding="utf-8")
    found = proposed(till, ontology)
    assert {(p.pattern, p.class_name, p.files) for p in found.papers} == {
        ("leave.txt", "Document", 1),
        ("papers/*.eml", "Message", 1),
        ("papers/contract*.md", "Contract", 1),
        ("papers/*.md", "Document", 1),
    }
    assert found.survey.skipped == ()
    text = written(till, tmp_path)["documents.yaml"]
    assert "explode: passages" in text and "NOT regexp_matches(document, '(^|/)(contract)')" in text


def test_a_folder_of_documents_alone_is_enough(tmp_path: Path) -> None:
    folder = tmp_path / "manuals"
    folder.mkdir()
    (folder / "pump.md").write_text("# Pump\n\nClean the filter each month.\n", encoding="utf-8")
    texts = written(folder, tmp_path)
    assert set(texts) == {"knockon.yaml", "documents.yaml"}


def test_links_between_tables_of_two_systems_are_written_where_they_may_stand(tmp_path: Path) -> None:
    folder = tmp_path / "firm"
    for name, text in {
        "shop/items.csv": "item_code,item_name\n" + "".join(f"K{i},Loaf {i}\n" for i in range(9)),
        "kitchen/ingredients.csv": "ingredient_no,ingredient\n" + "".join(f"I-{i:03},Flour {i}\n" for i in range(9)),
        "kitchen/recipes.csv": "item_code,ingredient_no,quantity\n"
        + "".join(f"K{i % 9},I-{(i * 4 + i // 9) % 9:03},{i}.5\n" for i in range(27)),
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    texts = written(folder, tmp_path)
    assert "recipes" in texts["kitchen.yaml"] and "from: {ingredients: [ingredient_no]}" in texts["kitchen.yaml"]


def test_an_address_of_a_known_systems_customers_leads_there_too(
    helpdesk: Path, tmp_path: Path, ontology: Ontology
) -> None:
    heading = "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Total Spent,Total Orders,Phone\n"
    rows = "".join(f"{i},Ann,Lee {i},p{i}@firm.example,yes,1.00,1,\n" for i in range(9))
    (helpdesk / "customers_export.csv").write_text(heading + rows, encoding="utf-8")
    found = proposed(helpdesk, ontology)
    customers = next(t for t in found.tables if t.table.name == "customers_export")
    assert customers.known is not None and customers.known.template.system == "shopify"
    ticket = next(t for t in found.tables if t.table.name == "tickets")
    assert ("customer", "customers_export", "Email") in {(r.role, r.to, r.at) for r in ticket.relations}
    assert "customers_export#by_email" in written(helpdesk, tmp_path)["desk.yaml"]


def test_the_same_customer_twice_in_an_export_shares_no_address(helpdesk: Path, ontology: Ontology) -> None:
    rows = [f"{i},Firm {i},p{i}@firm.example" for i in range(60)]
    text = "\n".join(["customer_id,name,email", *rows, rows[3]]) + "\n"
    (helpdesk / "customers.csv").write_text(text, encoding="utf-8")
    ticket = tables(helpdesk, ontology)["tickets"]
    assert ("customer", "email") in {(r.role, r.at) for r in ticket.relations}


def test_amounts_by_account_and_month_are_lines_of_a_budget(tmp_path: Path, ontology: Ontology) -> None:
    accounts = "".join(f"{3400 + i * 25};Konto {i}\n" for i in range(12))
    (tmp_path / "Konten.csv").write_text("Konto;Bezeichnung\n" + accounts, encoding="utf-8")
    rows = "".join(f"{3400 + (i % 12) * 25};2026-{i // 12 + 1:02};{i}00,00\n" for i in range(72))
    (tmp_path / "Budget.csv").write_text("Konto;Monat;Betrag\n" + rows, encoding="utf-8")
    budget = tables(tmp_path, ontology)["budget"]
    assert budget.class_.name == "BudgetLine"
    assert [(r.role, r.to) for r in budget.relations] == [("account", "konten")]


def test_a_position_is_a_line_number_and_no_amount(tmp_path: Path, ontology: Ontology) -> None:
    orders = "".join(f"B-{i};2026-01-{i % 28 + 1:02};{i},50\n" for i in range(40))
    (tmp_path / "Auftraege.csv").write_text("Auftragsnr;Datum;Summe\n" + orders, encoding="utf-8")
    lines = "".join(f"B-{i // 2};{i % 2 + 1};{i % 5 + 1};{i},25\n" for i in range(80))
    (tmp_path / "Auftragspositionen.csv").write_text("Auftragsnr;Pos;Menge;Einzelpreis\n" + lines, encoding="utf-8")
    found = tables(tmp_path, ontology)["auftragspositionen"]
    assert found.class_.name == "OrderLine"
    assert {p.name: p.column for p in found.properties}["line_number"] == "Pos"


def test_a_flat_export_holds_orders_customers_and_products(tmp_path: Path, ontology: Ontology) -> None:
    """One row for each line; the order's day and total, and the customer, are repeated in each."""
    folder = tmp_path / "flat"
    folder.mkdir()
    lines = ["Order ID,Order Date,Customer Name,Customer Email,SKU,Product Name,Quantity,Unit Price,Order Total"]
    for i in range(60):
        who = i % 9
        for k in range(i % 3 + 1):
            item = (i * 5 + k * 7) % 20
            name = f"Widget {'abcdefghijklmnopqrst'[item]}"
            lines.append(
                f"SO-{500 + i},2026-01-{i % 28 + 1:02},Ann {'abcdefghi'[who]},c{who}@x.example,P{item:03},{name},"
                f"{k + 1},{item}.50,{i}.00"
            )
    (folder / "orders.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = proposed(folder, ontology)
    table = found.tables[0]
    assert table.class_.name == "OrderLine"
    assert {p.name: p.column for p in table.properties} == {"quantity": "Quantity", "unit_price": "Unit Price"}
    assert {r.role: r.to for r in table.relations} == {"order": "#head", "product": "#product"}
    things = {f.name: f for f in table.further}
    assert things["head"].key[0].column == "Order ID"
    assert {p.name: p.column for p in things["head"].properties} == {
        "ordered_on": "Order Date",
        "total": "Order Total",
        "number": "Order ID",
    }
    assert {r.role: r.to for r in things["head"].relations} == {"customer": "#customer"}
    assert {p.name: p.column for p in things["customer"].properties} == {
        "name": "Customer Name",
        "emails": "Customer Email",
    }
    assert {p.name: p.column for p in things["product"].properties} == {"sku": "SKU", "name": "Product Name"}
    assert any(q.id == "class:orders" for q in found.questions)
    written(folder, tmp_path)


def test_what_differs_among_rows_of_one_order_is_not_said_of_the_order(tmp_path: Path, ontology: Ontology) -> None:
    lines = ["order_id,order_date,sku,quantity,order_note"]
    lines += [f"SO-{500 + i // 2},2026-01-{i // 2 % 28 + 1:02},P{i % 7:03},{i % 4 + 1},n{i}" for i in range(80)]
    (tmp_path / "orders.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    table = tables(tmp_path, ontology)["orders"]
    head = next(f for f in table.further if f.class_name == "Order")
    assert {p.column for p in head.properties} == {"order_date", "order_id"}


def test_stock_without_a_list_of_products_knows_them_by_their_number(tmp_path: Path, ontology: Ontology) -> None:
    rows = "".join(f"P-{i:03},{'North' if i % 2 else 'South'},{i}\n" for i in range(30))
    (tmp_path / "stock.csv").write_text("SKU,Warehouse,Qty on hand\n" + rows, encoding="utf-8")
    stock = tables(tmp_path, ontology)["stock"]
    assert stock.left_out == ""
    product = next(f for f in stock.further if f.class_name == "Product")
    assert {p.name: p.column for p in product.properties}["sku"] == "SKU"


def test_a_short_list_is_told_apart_by_its_names(tmp_path: Path, ontology: Ontology) -> None:
    rows = "Acme Ltd,0123,3\nBolt & Co,0123,9\nCog GmbH,0123,9\n"
    (tmp_path / "suppliers.csv").write_text("Supplier Name,Phone,Lead time\n" + rows, encoding="utf-8")
    found = proposed(tmp_path, ontology)
    assert found.survey.keys["suppliers"].columns == ("Supplier Name",)
