"""What people's folders hold besides tidy tables: nothing of it may stop the survey, and each is said."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from ingest.onboarding.model import Kind, Survey
from ingest.onboarding.proposal import propose
from ingest.onboarding.proposed import Proposal
from ingest.onboarding.store import Store
from ingest.onboarding.survey import survey
from ontology.errors import SourceError
from ontology.load import load_ontology
from ontology.model import Ontology


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


def look(folder: Path, **whole: int) -> Survey:
    with Store(**whole) as store:
        return survey(folder, store)


def proposal(folder: Path, ontology: Ontology) -> Proposal:
    with Store() as store:
        return propose(survey(folder, store), ontology, store)


def codes(found: Survey) -> set[str]:
    return {f.code for f in found.findings}


def workbook(path: Path, rows: list[list[object]], **more: list[list[object]]) -> None:
    book = xlsxwriter.Workbook(str(path))
    for name, content in {"Sheet1": rows, **more}.items():
        sheet = book.add_worksheet(name)
        for i, row in enumerate(content):
            for j, value in enumerate(row):
                sheet.write(i, j, value)
    book.close()


def test_three_hundred_columns(tmp_path: Path) -> None:
    heading = ",".join(["id", *(f"field_{i}" for i in range(299))])
    rows = "\n".join(",".join([str(n), *(str(n * i % 17) for i in range(299))]) for n in range(40))
    (tmp_path / "wide.csv").write_text(f"{heading}\n{rows}\n", encoding="utf-8")
    found = look(tmp_path)
    assert len(found.tables[0].columns) == 300
    assert found.keys["wide"].columns == ("id",)
    assert "many-columns" in codes(found)


def test_two_rows_and_one_column(tmp_path: Path) -> None:
    (tmp_path / "two.csv").write_text("id,name\n1,Ann\n", encoding="utf-8")
    (tmp_path / "one.csv").write_text("sku\nP-1\nP-2\nP-3\n", encoding="utf-8")
    found = look(tmp_path)
    assert {t.name: (t.rows, len(t.columns)) for t in found.tables} == {"one": (3, 1), "two": (1, 2)}
    assert found.keys["one"].columns == ("sku",)


def test_three_dates_that_can_be_read_both_ways_become_a_question(tmp_path: Path, ontology: Ontology) -> None:
    lines = "order_id,order_date,total\n" + "".join(f"{i},0{i}/0{i + 1}/2024,{i}.50\n" for i in range(1, 4))
    (tmp_path / "orders.csv").write_text(lines, encoding="utf-8")
    result = proposal(tmp_path, ontology)
    assert "date-order" in {f.code for f in result.findings}
    asked = next(q for q in result.questions if q.id == "dates:orders:order_date")
    assert {o.value for o in asked.options} == {"%d/%m/%Y", "%m/%d/%Y"}
    with Store() as store:
        answered = propose(survey(tmp_path, store), ontology, store, {asked.id: "%m/%d/%Y"})
    value = next(p.value for p in answered.tables[0].properties if p.name == "ordered_on")
    assert value.date_format == "%m/%d/%Y"


def test_a_date_past_the_twelfth_decides(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("id,day\n1,01/02/2024\n2,01/25/2024\n3,03/04/2024\n", encoding="utf-8")
    column = look(tmp_path).tables[0].column("day")
    assert (column.kind, column.date_format, column.date_sure) == (Kind.DATE, "%m/%d/%Y", True)


def test_keys_that_are_used_again_each_year(tmp_path: Path) -> None:
    for year in (2023, 2024):
        rows = "".join(f"{i},{year},{i * 3 + year % 10}.00\n" for i in range(1, 31))
        (tmp_path / f"invoices_{year}.csv").write_text(f"invoice_no,year,total\n{rows}", encoding="utf-8")
    found = look(tmp_path)
    assert [t.read.file for t in found.tables] == ["invoices_202*.csv"]
    assert set(found.keys["invoices"].columns) == {"invoice_no", "year"}


def test_the_same_table_twice_counts_once(tmp_path: Path) -> None:
    content = "id,name\n" + "".join(f"{i},thing {i}\n" for i in range(9))
    (tmp_path / "things.csv").write_text(content, encoding="utf-8")
    (tmp_path / "things (1).csv").write_text(content, encoding="utf-8")
    (tmp_path / "later").mkdir()
    (tmp_path / "later/things.csv").write_text(content + "10,new\n", encoding="utf-8")
    found = look(tmp_path)
    assert len(found.tables) == 1
    reasons = " ".join(s.why for s in found.skipped)
    assert "the same bytes" in reasons and "another export" in reasons


def test_an_export_cut_off_in_the_middle(tmp_path: Path) -> None:
    rows = "".join(f"{i},name {i},{i}.00\n" for i in range(50))
    (tmp_path / "cut.csv").write_text("id,name,amount\n" + rows + "50,na", encoding="utf-8")
    (tmp_path / "cut.json").write_text('[{"id": 1}, {"id": 2}, {"id"', encoding="utf-8")
    found = look(tmp_path)
    finding = next(f for f in found.findings if f.code == "unreadable-rows")
    assert "cut off" in finding.what and finding.rows == (51,)
    assert any(s.path == "cut.json" and "JSON" in s.why for s in found.skipped)


def test_headings_that_are_there_twice_or_missing(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,name,name,\n1,a,b,c\n2,d,e,f\n3,g,h,i\n", encoding="utf-8")
    found = look(tmp_path)
    assert [c.name for c in found.tables[0].columns] == ["id", "name", "name_2", "column4"]
    assert found.tables[0].read.columns == ("id", "name", "name_2", "column4")
    assert "headings" in codes(found)


def test_a_workbook_with_titles_totals_errors_and_merged_cells(tmp_path: Path) -> None:
    path = tmp_path / "prices.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("List")
    sheet.write(0, 0, "Price list of the north")
    sheet.write(1, 0, "as of May")
    for j, name in enumerate(("sku", "name", "price")):
        sheet.write(3, j, name)
    for i in range(10):
        sheet.write(4 + i, 0, f"P-{i}")
        sheet.write(4 + i, 1, f"Part {i}")
        sheet.write(4 + i, 2, 1.5 * i + 0.25)
    sheet.write(8, 1, "#REF!")
    sheet.merge_range(9, 1, 10, 1, "Part 5")
    sheet.write(14, 0, "Total")
    sheet.write(14, 2, 70)
    book.close()
    found = look(tmp_path)
    table = found.tables[0]
    assert [c.name for c in table.columns] == ["sku", "name", "price"]
    assert table.rows == 10 and table.read.skip_rows == 2 and table.drop_rows is not None
    assert {"title-rows", "total-rows", "error-cells", "merged-cells"} <= codes(found)


def test_a_pivot_table_is_no_table_and_months_side_by_side_are_said(tmp_path: Path) -> None:
    workbook(
        tmp_path / "p.xlsx",
        [["Row Labels", "Sum of total"], ["A", 1], ["B", 2], ["Grand Total", 3]],
        Plan=[["account", "2024-01", "2024-02", "2024-03", "2024-04"], *[[f"4{i}00", i, i, i, i] for i in range(1, 9)]],
    )
    found = look(tmp_path)
    assert [t.read.sheet for t in found.tables] == ["Plan"]
    assert any("pivot" in s.why for s in found.skipped)
    assert "pivot" in codes(found)


def test_a_workbook_with_a_password(tmp_path: Path) -> None:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
    (tmp_path / "secret.xlsx").write_bytes(head)
    (tmp_path / "open.csv").write_text("id,name\n1,a\n2,b\n", encoding="utf-8")
    found = look(tmp_path)
    assert [(s.path, "password" in s.why) for s in found.skipped] == [("secret.xlsx", True)]


def test_a_folder_of_unrelated_files(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text(
        "Dear all,\nthis is a letter, with commas, and no table.\n" * 5, encoding="utf-8"
    )
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(200)))
    (tmp_path / "noise.csv").write_bytes(bytes(range(256)) * 20)
    with pytest.raises(SourceError, match="nothing in it is a table"):
        look(tmp_path)


def test_damaged_keys_and_lost_zeros_are_said(tmp_path: Path) -> None:
    rows = "".join(f"{i:05},{'1.2E+05' if i == 7 else 400000 + i},x\n" for i in range(1, 40))
    (tmp_path / "k.csv").write_text("zip,article_number,note\n" + rows, encoding="utf-8")
    found = look(tmp_path)
    assert {"damaged-keys", "leading-zeros"} <= codes(found)
    assert found.tables[0].column("zip").kind is Kind.TEXT
    assert next(f for f in found.findings if f.code == "damaged-keys").rows == (7,)


@pytest.mark.parametrize(
    ("written", "kind", "transforms"),
    [
        (["1.234,50", "12,00", "3.000,10"], Kind.DECIMAL, ("decimal_comma",)),
        (["1,234.50", "12.00", "3,000.10"], Kind.DECIMAL, ("thousands",)),
        (["12.50 €", "1.00 €", "3.25 €"], Kind.DECIMAL, ("money",)),
        (["12 %", "5.5 %", "7 %"], Kind.DECIMAL, ("percent",)),
        (["12.5", "1", "3.25"], Kind.DECIMAL, ()),
        (["0012", "0003", "1234"], Kind.TEXT, ()),
    ],
)
def test_how_numbers_are_written(tmp_path: Path, written: list[str], kind: Kind, transforms: tuple[str, ...]) -> None:
    lines = "".join(f'{i};"{w}"\n' for i, w in enumerate(written * 5))
    (tmp_path / "n.csv").write_text("id;value\n" + lines, encoding="utf-8")
    column = look(tmp_path).tables[0].column("value")
    assert (column.kind, column.transforms) == (kind, transforms)


def test_a_large_file_is_sampled_and_said_to_be(tmp_path: Path) -> None:
    with (tmp_path / "big.csv").open("w", encoding="utf-8") as out:
        out.write("id,city,amount\n")
        for i in range(120_000):
            out.write(f"{i},City {i % 90},{i % 1000}.50\n")
    found = look(tmp_path, whole=256 << 10)
    table = found.tables[0]
    assert table.sampled and 1_000 < table.rows < 120_000
    assert "sample" in codes(found)
    assert table.bad_rows == 0
    assert found.keys["big"].columns == ("id",)


def test_error_cells_and_formulas_without_result_are_said(tmp_path: Path) -> None:
    """Written by a spreadsheet these are cells of their own kind; the table begins at C5, as people's tables do."""
    book = xlsxwriter.Workbook(str(tmp_path / "stock.xlsx"))
    sheet = book.add_worksheet("Stock")
    for j, name in enumerate(("sku", "on hand", "value", "note")):
        sheet.write(4, 2 + j, name)
    for i in range(12):
        sheet.write(5 + i, 2, f"P-{i}")
        sheet.write(5 + i, 3, i * 2)
        sheet.write_formula(5 + i, 4, f"=D{i + 6}*2", None, "" if i in (2, 3) else i * 4)
        if i == 7:
            sheet.write_formula(5 + i, 5, "=1/0", None, "#DIV/0!")
        else:
            sheet.write(5 + i, 5, f"counted {i}")
    book.close()
    found = look(tmp_path)
    said = {f.code: f for f in found.findings}
    assert (said["error-cells"].column, said["error-cells"].rows) == ("note", (13,))
    assert said["error-cells"].evidence == "#DIV/0!"
    assert found.tables[0].column("note").filled == 11
    assert (said["formulas"].column, said["formulas"].rows) == ("value", (8, 9))


def test_merged_cells_count_from_where_the_sheet_begins(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "plan.xlsx"))
    sheet = book.add_worksheet()
    for j, name in enumerate(("category", "number", "name")):
        sheet.write(3, 2 + j, name)
    for i in range(8):
        sheet.write(4 + i, 3, f"S{i}")
        sheet.write(4 + i, 4, f"Person {i}")
    sheet.merge_range(4, 2, 7, 2, "North")
    sheet.merge_range(8, 2, 11, 2, "South")
    book.close()
    table = look(tmp_path).tables[0]
    assert table.read.fill_down == ("category",)
    assert (table.column("category").filled, table.column("category").distinct) == (8, 2)


def test_a_merged_cell_beside_a_gap_is_not_filled(tmp_path: Path) -> None:
    """An empty cell that no merged one covers means nothing is known: filling the column would invent something."""
    book = xlsxwriter.Workbook(str(tmp_path / "plan.xlsx"))
    sheet = book.add_worksheet()
    for j, name in enumerate(("number", "category", "name")):
        sheet.write(0, j, name)
    for i in range(8):
        sheet.write(1 + i, 0, f"S{i}")
        sheet.write(1 + i, 2, f"Person {i}")
    sheet.merge_range(1, 1, 3, 1, "North")
    sheet.write(7, 1, "South")
    book.close()
    table = look(tmp_path).tables[0]
    assert table.read.fill_down == ()
    assert table.column("category").filled == 2


def test_a_workbook_cut_off_and_a_file_of_headings_alone_are_said(tmp_path: Path) -> None:
    workbook(tmp_path / "whole.xlsx", [["id", "name"], *[[i, f"n{i}"] for i in range(9)]])
    content = (tmp_path / "whole.xlsx").read_bytes()
    (tmp_path / "cut.xlsx").write_bytes(content[: len(content) // 2])
    (tmp_path / "heads.csv").write_text("a,b,c\n", encoding="utf-8")
    reasons = {s.path: s.why for s in look(tmp_path).skipped}
    assert "cut off" in reasons["cut.xlsx"] and "one row only" in reasons["heads.csv"]


def test_of_two_equal_files_the_one_that_is_no_copy_counts(tmp_path: Path) -> None:
    content = "sku,name,price\n" + "".join(f"P-{i},thing {i},{i}.50\n" for i in range(9))
    for name in ("products copy.csv", "products.csv"):
        (tmp_path / name).write_text(content, encoding="utf-8")
    found = look(tmp_path)
    assert [t.read.file for t in found.tables] == ["products.csv"]


def test_what_knockon_wrote_itself_is_no_data(tmp_path: Path, ontology: Ontology) -> None:
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes/proposed.ttl").write_text("@prefix k: <x> .\n", encoding="utf-8")
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings/a.yaml").write_text("source: a\ntables: {}\n", encoding="utf-8")
    (tmp_path / "knockon.yaml").write_text("company: x\n", encoding="utf-8")
    (tmp_path / "a.yaml.proposed").write_text("source: a\n", encoding="utf-8")
    (tmp_path / "customers.csv").write_text("customer_id,name\n1,Ann\n2,Bo\n3,Cy\n", encoding="utf-8")
    found = look(tmp_path)
    assert [t.name for t in found.tables] == ["customers"] and found.skipped == ()


def test_stock_of_one_place_leads_to_its_product(tmp_path: Path, ontology: Ontology) -> None:
    """The product's number is the list's own key as well; and a bare list of numbers is no rival to the products."""
    products = "".join(f"P-{i},Thing {i},{i}.50\n" for i in range(30))
    (tmp_path / "products.csv").write_text("sku,product name,price\n" + products, encoding="utf-8")
    (tmp_path / "skus.csv").write_text("sku\n" + "".join(f"P-{i}\n" for i in range(30)), encoding="utf-8")
    stock = "".join(f"P-{i},{i * 2}\n" for i in range(30))
    (tmp_path / "stock.csv").write_text("sku,on hand\n" + stock, encoding="utf-8")
    tables = {t.table.name: t for t in proposal(tmp_path, ontology).tables}
    assert tables["stock"].left_out == ""
    assert [(r.role, r.by and r.by[:2]) for r in tables["stock"].relations] == [("product", ("Product", "sku"))]
    assert tables["skus"].left_out


def test_numbers_used_again_each_year_go_with_the_day_and_not_with_the_customer(tmp_path: Path) -> None:
    customers = "".join(f"{100 + i},Firm {i}\n" for i in range(20))
    (tmp_path / "customers.csv").write_text("customer_id,name\n" + customers, encoding="utf-8")
    for year in (2023, 2024, 2025):
        rows = "".join(f"{i},{100 + i % 20},{year}-{i % 12 + 1:02}-{i % 27 + 1:02},{i}.90\n" for i in range(1, 40))
        (tmp_path / f"invoices_{year}.csv").write_text(
            "invoice_no,customer_id,invoice_date,gross\n" + rows, encoding="utf-8"
        )
    assert look(tmp_path).keys["invoices"].columns == ("invoice_no", "invoice_date")
