"""Any table is read: separators, encodings, quoting, headers; columns are understood and mapped."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from ingest.resolution.columns import Kind, amount, day, find_id, map_columns, profile
from ingest.resolution.parties import with_one_name
from ingest.resolution.tables import Table, from_columns, read_table
from ontology.errors import SourceError

ROWS = [["id", "name", "price"], ["1", "Käse, alt", "12.50"], ["2", 'Nagel 3"', ""], ["3", "Rad|x", "7"]]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "%"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_separators_and_encodings(tmp_path: Path, separator: str, encoding: str) -> None:
    path = tmp_path / "t.csv"
    with path.open("w", encoding=encoding, newline="") as out:
        csv.writer(out, delimiter=separator).writerows(ROWS)
    table = read_table(path)
    assert table.columns == ("id", "name", "price")
    assert table.rows[0] == ("1", "Käse, alt", "12.50")
    assert table.rows[1][2] == ""


def test_stray_quotes_do_not_swallow_rows(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('id%title\n1%"Open" systems\n2%5" disks\n3%"never closed\n4%last\n', "utf-8")
    assert [row[0] for row in read_table(path).rows] == ["1", "2", "3", "4"]


def test_a_table_without_header(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("".join(f"{i},name {i},{i * 1.5}\n" for i in range(20)), "utf-8")
    table = read_table(path)
    assert (table.columns[0], len(table)) == ("column_1", 20)


def test_json_lines_and_lists(tmp_path: Path) -> None:
    rows = [{"id": 1, "tags": ["a", "b"]}, {"id": 2, "more": None}]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    (tmp_path / "b.jsonl").write_text("\n".join(map(json.dumps, rows)))
    for name in ("a.json", "b.jsonl"):
        table = read_table(tmp_path / name)
        assert table.rows == (("1", "a, b", ""), ("2", "", ""))


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_an_empty_file_says_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises(SourceError, match="empty"):
        read_table(path)


@pytest.mark.parametrize(
    ("text", "value"),
    [("$1,299.00", 1299.0), ("12,50 €", 12.5), ("1.234,5", 1234.5), ("1,000", 1000.0), ("7", 7.0), ("USD 5", 5.0)],
)
def test_amounts(text: str, value: float) -> None:
    assert amount(text) == value


def test_days_and_kinds() -> None:
    assert day("31.12.2024") == day("2024-12-31") == day("12/31/2024")
    assert day("2024-02-30") is None
    assert profile("y", ["1999.0", "2001", ""]).kind is Kind.YEAR
    assert profile("p", ["12.50", "$3", "1,099.00"]).kind is Kind.NUMBER
    assert profile("z", ["01067", "10115", "80331", "20095"]).kind is Kind.CODE
    assert profile("f", ["310/246-1501", "213/467-1108"]).kind is Kind.CODE
    assert profile("n", ["Bosch drill 18 V", "Makita"]).kind is Kind.TEXT


def test_columns_are_mapped_by_name_and_content() -> None:
    left = from_columns("l", {"id": [1, 2, 3], "title": ["red lamp", "blue saw", "old oven"], "price": ["5", "7", "9"]})
    right = from_columns(
        "r", {"key": ["a", "b", "c"], "cost": ["5.0", "7", "8"], "name": ["lamp red", "saw", "oven old"]}
    )
    assert (find_id(left), find_id(right)) == ("id", "key")
    found = {pair.left: (pair.right, pair.kind) for pair in map_columns(left, right, "id", "key")}
    assert found == {"title": ("name", Kind.TEXT), "price": ("cost", Kind.NUMBER)}


def test_nothing_in_common_maps_nothing() -> None:
    assert map_columns(Table("l", ("a",), (("x",),)), Table("r", ("b",), (("5",),)), None, None) == ()


def test_a_header_with_one_umlaut_of_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "k.csv"
    path.write_bytes("Nr;Name;Straße\n".encode("cp1252") + b"".join(b"%d;Name;Weg 1\n" % n for n in range(2000)))
    assert read_table(path).columns == ("Nr", "Name", "Straße")


def test_first_and_last_names_meet_whole_ones() -> None:
    left = from_columns("l", {"Nr": ["1"], "Vorname": ["Anna"], "Nachname": ["Boats"], "Telefon": ["030 1"]})
    right = from_columns("r", {"id": ["7"], "full name": ["Boats, Anna"], "phone": ["030 1"]})
    ours, theirs = with_one_name(left, right)
    assert ours.column("full name") == ["Anna Boats"]
    assert theirs is right
    assert "Vorname" not in ours.columns


def test_prices_with_a_decimal_comma_are_numbers() -> None:
    assert profile("Preis", ["899,90", "128,50", "456,00", "333,20"] * 9).kind is Kind.NUMBER
