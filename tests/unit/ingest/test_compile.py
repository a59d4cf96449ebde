"""A compiled mapping run in DuckDB: rows in, staging rows out, compared whole."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from ingest.archive import Archive
from ingest.compile.table import CompiledTable, compile_table
from ingest.mapping.load import load_mapping, load_mappings
from ingest.mapping.problems import MappingProblems
from ontology.load import load_ontology
from ontology.model import Ontology

MAPPING = """\
source: erp
currency: EUR
timezone: Europe/Berlin
nulls: ["", "NULL"]
tables:
  customers:
    read: {file: customers.csv}
    key: [{column: No, transforms: [trim]}]
    class: Person
    when: Kind <> 'internal'
    same_as: {people: [Person]}
    properties:
      name: {column: Name, transforms: [trim, collapse_spaces]}
      emails: {column: Mails, split: ";", transforms: [trim, lower]}
      active: {sql: "Active::INT > 0"}
      since: {column: Since, date_format: "%d.%m.%Y"}
    also:
      home:
        class: Address
        key: [Street, City]
        properties: {line_1: Street, city: City}
      note_author:
        class: Person
        properties: {name: Author}
    relations:
      addresses: {to: "#home", properties: {kind: {const: home}}}
    contract:
      Name: {required: true, unique: true}
      Kind: {in: [retail, internal]}
      Person: {reference: people}
  people:
    read: {file: people.csv}
    key: [ID]
    class: Employee
  products:
    read: {file: products.csv}
    key: [Sku]
    class: Product
    properties: {list_price: Price}
  bom:
    read: {file: bom.csv}
    key: [ID]
    relation:
      role: used_in
      from: {products: [Part]}
      to: {products: [Whole]}
      properties: {row_key: ID, quantity: Qty}
      valid_from: From
      valid_to: To
"""
CUSTOMERS = """\
No,Name,Mails,Active,Since,Street,City,Author,Kind,Person
 1|a ,  Ann   Lee ,A@x.de ; b@x.de;;a@x.de,1,31.12.2023,Main St,Köln,Zoe,retail,p1
2,Bo,,0,,,,,retail,
3,Cy,,x,30.02.2024,Main St,Köln,,retail,p9
,Di,,1,,,,,retail,
5,,,1,,,,,odd,
6,Staff,,1,,,,,internal,
7
"""


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


def staged(
    folder: Path, table: str, content: str, ontology: Ontology
) -> tuple[CompiledTable, duckdb.DuckDBPyConnection]:
    (folder / "m.yaml").write_text(MAPPING, encoding="utf-8")
    (folder / f"{table}.csv").write_text(content, encoding="utf-8")
    mapping = load_mapping(folder / "m.yaml", ontology)
    archive = Archive(folder / "archive", {})
    file = archive.store("erp", table, mapping.tables[table].read, folder)[0]
    compiled = compile_table(mapping, table, ontology, file.columns)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(
        "CREATE VIEW raw AS SELECT *, 'f1' AS _file, 3::BIGINT AS _ord "
        f"FROM read_parquet('{archive.parquet(file.name)}')"
    )
    connection.execute(f"CREATE TABLE staged AS {compiled.stage}")
    return compiled, connection


def test_a_table_of_things(tmp_path: Path, ontology: Ontology) -> None:
    compiled, connection = staged(tmp_path, "customers", CUSTOMERS, ontology)

    def result(sql: str) -> list[tuple[object, ...]]:
        return sorted(connection.execute(sql).fetchall(), key=repr)

    rows = {r[2]: r for r in connection.execute(compiled.rows).fetchall()}
    assert [rows[i][3] for i in range(1, 8)] == [
        "erp/customers/1%7Ca", "erp/customers/2", "erp/customers/3", None, "erp/customers/5", "erp/customers/6", None,
    ]  # fmt: skip
    assert rows[1][:2] == (3, "f1")
    broken = {i: sorted((v["rule"], v["column"]) for v in rows[i][5]) for i in rows}
    assert broken == {
        1: [], 2: [], 3: [("expression", None), ("type", "Since")], 4: [("key", "No")],
        5: [("in", "Kind"), ("required", "Name")], 6: [], 7: [("unreadable", None)],
    }  # fmt: skip
    connection.execute("DELETE FROM staged WHERE len(violations) > 0")
    one, two, six = "erp/customers/1%7Ca", "erp/customers/2", "erp/customers/6"
    assert {(r[3], r[4], r[5]) for r in result(compiled.mentions)} == {
        (one, one, "Person"), (one, f"{one}#home", "Address"), (one, f"{one}#note_author", "Person"),
        (two, two, "Person"),
    }  # fmt: skip
    assert six not in {r[4] for r in result(compiled.mentions)}
    assert result(compiled.vals) == sorted(
        [
            (one, one, "name", "Ann Lee"), (one, one, "emails", "a@x.de"), (one, one, "emails", "b@x.de"),
            (one, one, "active", "true"), (one, one, "since", "2023-12-31"),
            (f"{one}#home", one, "line_1", "Main St"), (f"{one}#home", one, "city", "Köln"),
            (f"{one}#note_author", one, "name", "Zoe"), (two, two, "name", "Bo"), (two, two, "active", "false"),
        ],
        key=repr,
    )  # fmt: skip
    assert set(result(compiled.links)) == {
        (one, "erp/people/p1"),
        (f"{one}#home", "erp/customers#home/Main%20St|K%C3%B6ln"),
    }
    assert result(compiled.refs) == [
        (
            one,
            one,
            "party_address",
            False,
            f"{one}#home",
            None,
            None,
            None,
            "quarantine",
            '{"kind":"home"}',
            None,
            None,
            "home",
        )
    ]
    assert [r[1:] for r in result(compiled.uniques)] == [("Name", "  Ann   Lee "), ("Name", "Bo"), ("Name", "Staff")]
    assert result(compiled.checks) == [(one, "Person", "erp/people/p1")]


def test_a_table_of_relations_seen_from_the_other_end(tmp_path: Path, ontology: Ontology) -> None:
    content = "ID,Part,Whole,Qty,From,To\n1,p|1,w,2.5,2024-01-01,\n2,,w,1,,\n3,p,w,1,2024-02-01,2024-01-01\n"
    compiled, connection = staged(tmp_path, "bom", content, ontology)
    rows = {r[2]: [v["rule"] for v in r[5]] for r in connection.execute(compiled.rows).fetchall()}
    assert rows == {1: [], 2: [], 3: ["valid-time"]}
    refs = connection.execute(compiled.refs + " ORDER BY 1").fetchall()
    assert refs[0] == (
        "erp/bom/1", "erp/products/p%7C1", "component", True, "erp/products/w", None, None, None, "quarantine",
        '{"quantity":"25000","row_key":"1"}', date(2024, 1, 1), None, "1",
    )  # fmt: skip
    assert [r[0] for r in refs] == ["erp/bom/1", "erp/bom/3"]
    assert connection.execute(compiled.mentions).fetchall() == []
    assert connection.execute(compiled.vals).fetchall() == []


def test_money_gets_the_constant_currency(tmp_path: Path, ontology: Ontology) -> None:
    compiled, connection = staged(tmp_path, "products", "Sku,Price\na,1.5\nb,\nc,1.23456\n", ontology)
    assert sorted(connection.execute(compiled.vals).fetchall()) == [
        ("erp/products/a", "erp/products/a", "currency", "EUR"),
        ("erp/products/a", "erp/products/a", "list_price", "15000"),
    ]
    broken = [r[5][0]["message"] for r in connection.execute(compiled.rows).fetchall() if r[5]]
    assert broken == [
        'list_price: "1.23456" has more than 4 digits after the point; '
        "nothing is rounded unless the mapping says round:4"
    ]


def test_missing_columns_are_named_when_they_become_known(tmp_path: Path, ontology: Ontology) -> None:
    (tmp_path / "m.yaml").write_text(MAPPING, encoding="utf-8")
    mapping = load_mapping(tmp_path / "m.yaml", ontology)
    with pytest.raises(MappingProblems, match=r"no column called 'Price' in table 'products'. Did you mean 'price'"):
        compile_table(mapping, "products", ontology, ("Sku", "price"))


def test_references_by_property_and_to_other_sources(tmp_path: Path, ontology: Ontology) -> None:
    (tmp_path / "m.yaml").write_text(MAPPING, encoding="utf-8")
    identifying = next(p.name for p in ontology.classes["Customer"].identifying)
    (tmp_path / "shop.yaml").write_text(
        f"""\
source: shop
tables:
  orders:
    read: {{file: o.csv}}
    key: [ID]
    class: Order
    relations:
      customer: {{to: Customer, by: {{{identifying}: Mail}}}}
      ship_to: {{to: "erp.customers#home", key: [Street, City]}}
""",
        encoding="utf-8",
    )
    mappings = load_mappings([tmp_path / "m.yaml", tmp_path / "shop.yaml"], ontology)
    compiled = compile_table(mappings[1], "orders", ontology, ("ID", "Mail", "Street", "City"), mappings)
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE raw AS SELECT 1::BIGINT AS _ord, 'f' AS _file, 1::BIGINT AS _row, 'h' AS _hash, "
        "NULL::VARCHAR AS _problem, "
        "'7' AS ID, 'a' AS Mail, 'Main St' AS Street, 'Köln' AS City"
    )
    connection.execute(f"CREATE TABLE staged AS {compiled.stage}")
    found = {r[2]: r for r in connection.execute(compiled.refs).fetchall()}
    assert found["order_customer"][4:8] == (None, "Customer", identifying, "a")
    assert found["order_ship_to"][4] == "erp/customers#home/Main%20St|K%C3%B6ln"


def test_every_result_can_be_run_where_a_mapping_says_nothing(tmp_path: Path, ontology: Ontology) -> None:
    compiled, connection = staged(tmp_path, "people", "ID\n1\n", ontology)
    for sql in (compiled.vals, compiled.links, compiled.refs, compiled.uniques, compiled.checks):
        assert connection.execute(sql).fetchall() == []
    assert (
        json.dumps(connection.execute(compiled.mentions).fetchall())
        == '[[3, "f1", 1, "erp/people/1", "erp/people/1", "Employee"]]'
    )


def test_a_row_without_a_key_that_the_table_leaves_out_is_none(tmp_path: Path, ontology: Ontology) -> None:
    lines = [
        "No,Name,Mails,Active,Since,Street,City,Author,Kind,Person",
        "1,Ann,,1,,,,,retail,",
        "2,Bo,,1,,,,,internal,",
    ]
    lines += [",Total,,x,99,,,,internal,", ",Cy,,1,,,,,retail,"]
    compiled, connection = staged(tmp_path, "customers", "\n".join(lines) + "\n", ontology)
    rows = {r[2]: [v["rule"] for v in r[5]] for r in connection.execute(compiled.rows).fetchall()}
    assert rows == {1: [], 2: [], 4: ["key"]}
