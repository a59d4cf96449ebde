"""Nested documents, workbooks, Parquet: each test writes its files, with other libraries than read them."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from ingest.adapters import Part, read
from ingest.adapters.rows import PROBLEM, number_text
from ingest.adapters.spec import Format, ReadSpec
from ontology.errors import KnockonError, LimitExceeded, SourceError


def rows(path: Path, **options: object) -> list[dict[str, str | None]]:
    reading = read(ReadSpec(file=path.name, **options), Part(path.name, path), {}, path.parent)  # type: ignore[arg-type]
    return [{c: row[c] for c in reading.columns} for batch in reading.batches for row in batch.to_pylist()]


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_records_by_path_flatten_with_dots_and_numbers_stay_exact(tmp_path: Path) -> None:
    first = (
        '{"id": 1, "price": 12.50, "big": 12345678901234567890, "e": 1e3, "a": {"b": {"c": true}}, "tags": ["x", 1.10]}'
    )
    text = '{"data": {"items": [' + first + ', {"id": 2, "price": null}]}}'
    assert rows(write(tmp_path, "a.json", text), records="data.items") == [
        {
            "id": "1",
            "price": "12.5",
            "big": "12345678901234567890",
            "e": "1000",
            "a.b.c": "true",
            "tags": '["x","1.1"]',
        },
        {"id": "2", "price": None, "big": None, "e": None, "a.b.c": None, "tags": None},
    ]


def test_a_dict_of_records_by_id_gives_a_key(tmp_path: Path) -> None:
    text = json.dumps({"users": {"u1": {"n": "A"}, "u2": {"n": "B"}}})
    assert rows(write(tmp_path, "a.json", text), records="users") == [
        {"_key": "u1", "n": "A"},
        {"_key": "u2", "n": "B"},
    ]


def test_explode_repeats_the_columns_around_each_element(tmp_path: Path) -> None:
    record = {"id": 7, "who": {"n": "A"}, "items": [{"sku": "x", "o": {"q": 1}}, {"sku": "y"}]}
    path = write(tmp_path, "a.jsonl", json.dumps(record) + "\n" + json.dumps({"id": 8, "items": []}) + "\n")
    assert rows(path, explode="items") == [
        {"id": "7", "who.n": "A", "_index": "1", "items.sku": "x", "items.o.q": "1"},
        {"id": "7", "who.n": "A", "_index": "2", "items.sku": "y", "items.o.q": None},
    ]


def test_explode_of_a_dict_keeps_its_names(tmp_path: Path) -> None:
    record = {"id": 7, "variants": {"v1": {"price": 1.5}, "v2": {"price": 2}}}
    path = write(tmp_path, "a.json", json.dumps([record]))
    assert rows(path, explode="variants") == [
        {"id": "7", "_index": "1", "variants._key": "v1", "variants.price": "1.5"},
        {"id": "7", "_index": "2", "variants._key": "v2", "variants.price": "2"},
    ]


def test_a_broken_line_is_a_bad_row_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a": 1}\n{"a": \n' + '{"a": "é"}\n'.encode() * 20 + b'{"a": "\xfc"}\n[1]\n')
    reading = read(ReadSpec(file="a.jsonl"), Part("a.jsonl", path), {}, tmp_path)
    problems = [r[PROBLEM] for b in reading.batches for r in b.to_pylist()]
    assert [p is None for p in problems] == [True, False, *[True] * 20, False, False]


def test_yaml_and_toml(tmp_path: Path) -> None:
    yaml = write(tmp_path, "a.yaml", "plans:\n  - {id: p1, price: 10.10, since: 2024-01-02}\n  - {id: p2}\n")
    assert rows(yaml, records="plans")[0] == {"id": "p1", "price": "10.1", "since": "2024-01-02"}
    toml = write(tmp_path, "a.toml", '[[plans]]\nid = "p1"\nprice = 10.10\nsince = 2024-01-02\n')
    assert rows(toml, records="plans") == [{"id": "p1", "price": "10.1", "since": "2024-01-02"}]


def test_a_yaml_bomb_is_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    with pytest.raises(LimitExceeded):
        rows(write(tmp_path, "a.yaml", "\n".join(lines)))


@pytest.mark.parametrize(
    ("name", "text", "options", "says"),
    [
        ("a.json", '{"a": [', {}, "not JSON"),
        ("a.json", '{"a": 1}\n{"a": 2}\n', {}, "format: jsonl"),
        ("a.json", "[]", {}, "no record"),
        ("a.json", '{"a": {"b": []}}', {"records": "a.c"}, "there is no 'c'"),
        ("a.json", '{"a": 5}', {"records": "a"}, "single value"),
        ("a.toml", "a = ", {}, "not TOML"),
        ("a.yaml", "a: [", {}, "not YAML"),
        ("a.json", "[" * 100_000, {}, "nested too deeply"),
        ("a.json", '[{"A": 1, "a": 2}]', {}, "both called"),
    ],
)
def test_bad_documents(tmp_path: Path, name: str, text: str, options: dict[str, object], says: str) -> None:
    with pytest.raises(KnockonError, match=says) as caught:
        rows(write(tmp_path, name, text), **options)
    assert caught.value.do


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_number_text_is_exact_and_plain(number: Decimal) -> None:
    text = number_text(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert "." not in text or not text.endswith(("0", "."))


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    del book["Sheet"]
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        for row in table:
            sheet.append(row)
    book.save(path)
    return path


def test_the_workbooks_of_older_programs(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Kunden")
    day = xlwt.easyxf(num_format_str="DD.MM.YYYY")
    for column, name in enumerate(("Id", "Name", "Limit", "Since")):
        sheet.write(0, column, name)
    for column, value in enumerate((7, "Müller & Søn", 10.5)):
        sheet.write(1, column, value)
    sheet.write(1, 3, dt.date(2024, 12, 31), day)
    path = tmp_path / "a.xls"
    book.save(str(path))
    assert rows(path) == [{"Id": "7", "Name": "Müller & Søn", "Limit": "10.5", "Since": "2024-12-31"}]


def test_a_sheet_by_name(tmp_path: Path) -> None:
    table: list[list[object]] = [
        ["id", "price", "on", "at", "ok", "note"],
        [1, 12.5, dt.date(2024, 2, 29), dt.datetime(2024, 2, 29, 12, 30), True, None],
        [2, 1e15, dt.date(2024, 3, 1), dt.datetime(2024, 3, 1, 0, 0, 1), False, " x "],
    ]
    path = workbook(tmp_path / "a.xlsx", {"Other": [["a"], [1]], "Data": table})
    found = rows(path, sheet="Data")
    assert found[0]["price"] == "12.5"
    assert found[0]["id"] == "1"
    assert (found[0]["on"] or "")[:10] == "2024-02-29"
    assert found[0]["at"] == "2024-02-29T12:30:00"
    assert [r["ok"] for r in found] == ["true", "false"]
    assert [r["note"] for r in found] == [None, " x "]
    assert found[1]["price"] == "1000000000000000"
    with pytest.raises(SourceError, match="2 sheets"):
        rows(path)
    with pytest.raises(SourceError, match="no sheet called 'Dta'"):
        rows(path, sheet="Dta")


def test_bad_workbooks(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="a header and no rows"):
        rows(workbook(tmp_path / "h.xlsx", {"S": [["a", "b"]]}))
    with pytest.raises(SourceError, match="both called"):
        rows(workbook(tmp_path / "d.xlsx", {"S": [["a", "A"], [1, 2]]}))
    with pytest.raises(SourceError, match="damaged or was cut off"):
        rows(write(tmp_path, "t.xlsx", "a,b\n1,2\n"))
    locked = tmp_path / "l.xlsx"
    locked.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
    )
    with pytest.raises(SourceError, match="password"):
        rows(locked)


def test_parquet_values_are_exact_text(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table(
        {
            "i": pa.array([1, None], pa.int64()),
            "d": pa.array([Decimal("12.50"), Decimal("-0.01")], pa.decimal128(20, 2)),
            "f": pa.array([0.1, 1e22]),
            "b": pa.array([True, False]),
            "t": pa.array([dt.datetime(2024, 1, 2, 3, 4, 5), None], pa.timestamp("us")),
            "o": pa.array([dt.date(2024, 1, 2), None]),
            "s": pa.array(["é", ""]),
            "l": pa.array([[1, 2], []]),
        }
    )
    parquet.write_table(table, path)
    assert rows(path) == [
        {
            "i": "1",
            "d": "12.5",
            "f": "0.1",
            "b": "true",
            "t": "2024-01-02T03:04:05",
            "o": "2024-01-02",
            "s": "é",
            "l": "[1,2]",
        },
        {
            "i": None,
            "d": "-0.01",
            "f": "10000000000000000000000",
            "b": "false",
            "t": None,
            "o": None,
            "s": "",
            "l": "[]",
        },
    ]
    with pytest.raises(SourceError, match="no rows"):
        parquet.write_table(table.slice(0, 0), path)
        rows(path)
    with pytest.raises(SourceError, match="cannot be read as Parquet"):
        rows(write(tmp_path, "b.parquet", "a,b\n"))


def test_the_format_can_be_named(tmp_path: Path) -> None:
    path = write(tmp_path, "export", '{"a": 1}\n')
    assert rows(path, format=Format.JSONL) == [{"a": "1"}]


def test_an_opendocument_sheet(tmp_path: Path) -> None:
    """Written by hand from the OASIS format: no library here writes it."""
    names = " ".join(
        f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
        for p, n in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    cell = '<table:table-cell office:value-type="{}"{}><text:p>{}</text:p></table:table-cell>'
    table = [
        cell.format("string", "", "id") + cell.format("string", "", "price"),
        cell.format("string", "", "é1") + cell.format("float", ' office:value="12.5"', "12,50 €"),
    ]
    rows_xml = "".join(f"<table:table-row>{r}</table:table-row>" for r in table)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Preise">{rows_xml}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?>'
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        )
        archive.writestr("content.xml", content)
    assert rows(tmp_path / "a.ods") == [{"id": "é1", "price": "12.5"}]


def test_names_that_differ_in_case_only_are_one_column(tmp_path: Path) -> None:
    path = tmp_path / "items.json"
    path.write_text('[{"id": 1, "RAM": "8"}, {"id": 2, "ram": "16"}]', encoding="utf-8")
    assert rows(path) == [{"id": "1", "RAM": "8"}, {"id": "2", "RAM": "16"}]
