"""Rows about an erased thing keep their place and their figures, and lose who it was; other rows stay as they are."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.archive import Archive
from ingest.erasure import Erasure, Erasures, Redactor, redacting
from ingest.mapping.load import load_mapping
from ingest.redaction import quoting_rows, renamed
from ingest.row_rules import row_rule
from ontology.errors import StoreDamaged
from ontology.load import load_ontology

ONTOLOGY = load_ontology()
MAPPING = """\
source: shop
title: Shop
folder: .
nulls: [""]
tables:
  customers:
    read: {file: customers.csv}
    key: [Id]
    class: Customer
    properties: {name: {sql: "First || ' ' || Last"}, emails: {column: Mail, transforms: [trim, lower]}, since: Since,
                 credit_limit: Limit, tax_number: Tax, segment: Segment}
    relations:
      addresses: {to: "#address", properties: {kind: {const: shop}}}
    also:
      address:
        class: Address
        key: [Id]
        properties: {line_1: Street, city: City}
        relations: {country: {to: "#country"}}
      country:
        class: Country
        key: [Land]
        properties: {code: Land}
    contract:
      Mail: {required: true, pattern: "^[^@ ]+@[^@ ]+$"}
  people:
    read: {file: people.csv}
    key: [Mail]
    class: Customer
    properties: {name: Name, emails: Mail}
  payments:
    read: {file: payments.csv}
    key: [No]
    class: Payment
    properties: {number: No, amount: Amount}
    relations:
      party: {to: Customer, by: {tax_number: Payer}}
currency: EUR
"""
CUSTOMERS = [
    ("1", "Anna", "Beck", " Anna@Beck.test", "2024-01-02", "100", "DE-77", "gold", "Gasse 1", "Ulm", "DE", "likes tea"),
    ("2", "Anna", "Beck", "other@beck.test", "2024-01-03", "50", "DE-78", "gold", "Gasse 2", "Ulm", "DE", "likes tea"),
]
HEADS = ("Id", "First", "Last", "Mail", "Since", "Limit", "Tax", "Segment", "Street", "City", "Land", "Unmapped")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop.yaml").write_text(MAPPING, encoding="utf-8")
    tables = {
        "customers": (HEADS, CUSTOMERS),
        "people": (("Mail", "Name"), [("anna@beck.test", "Anna Beck"), ("x@y.test", "X Y")]),
        "payments": (
            ("No", "Amount", "Payer", "Note"),
            [("P1", "5", "DE-77", "from Anna Beck"), ("P2", "6", "DE-78", "")],
        ),
    }
    for name, (heads, rows) in tables.items():
        with (tmp_path / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([heads, *rows])
    return tmp_path


def listed(*mentions: str, values: tuple[str, ...] = ()) -> Erasures:
    fresh = Erasures("5ec2e7" * 8)
    return fresh.with_one(
        Erasure("erasure-1", "2026-01-01", ("x",), "test", (), tuple(fresh.keyed(m) for m in mentions),
                tuple(fresh.keyed_value(v) for v in values))
    )  # fmt: skip


def rows_of(archive: Archive, name: str) -> list[dict[str, object]]:
    return [row for table, _ in archive.tables(name) for row in table.to_pylist()]


def test_the_row_keeps_place_and_figures(folder: Path) -> None:
    mapping, archive = load_mapping(folder / "shop.yaml", ONTOLOGY), Archive(folder / "archive")
    listed("shop/customers/1", values=("anna@beck.test", "DE-77")).write(archive.root)
    with redacting(archive.root, mapping, "customers", ONTOLOGY) as redact:
        stored = archive.store("shop", "customers", mapping.tables["customers"].read, folder, redact=redact)[0]
    her, other = rows_of(archive, stored.name)
    assert {k: her[k] for k in ("Id", "Since", "Limit", "Land")} == {
        "Id": "1", "Since": "2024-01-02", "Limit": "100", "Land": "DE"
    }  # fmt: skip
    assert str(her["Mail"]).startswith("erased-") and str(her["Mail"]).endswith("@erased.invalid")
    assert str(her["First"]).startswith("erased-") and her["First"] == her["Last"]
    assert str(her["Tax"]).startswith("erased-")
    assert [her[k] for k in ("Segment", "Street", "City", "Unmapped")] == [None] * 4
    assert other == {**dict(zip(HEADS, CUSTOMERS[1], strict=True)), "_problem": None, "_raw": None}, "a namesake"
    assert archive.erased_rows(stored.name) == (1,) and archive.verify() == []


def test_a_file_that_was_kept_before_is_redacted_in_its_place(folder: Path) -> None:
    mapping, archive = load_mapping(folder / "shop.yaml", ONTOLOGY), Archive(folder / "archive")
    stored = archive.store("shop", "customers", mapping.tables["customers"].read, folder)[0]
    plain = archive.parquet(stored.name).read_bytes()
    erasures = listed("shop/customers/1", values=("anna@beck.test",))
    with Redactor(erasures, mapping, "customers", ONTOLOGY) as redactor:
        assert archive.erase(stored.name, redactor, "erasure-1") == 1
        once = archive.parquet(stored.name).read_bytes()
        archive.erase(stored.name, redactor, "erasure-1")
    assert rows_of(archive, stored.name)[0]["Street"] is None and once != plain
    meta = json.loads(archive.parquet(stored.name).with_suffix(".json").read_text())
    import hashlib

    assert meta["erased"]["was"][0]["parquet_sha256"] == hashlib.sha256(plain).hexdigest(), "what it was, as a claim"
    assert archive.verify() == [] and archive.find(stored.name).sha256 == stored.sha256
    again = archive.store("shop", "customers", mapping.tables["customers"].read, folder)[0]
    assert not again.new and rows_of(archive, again.name)[0]["Street"] is None, "the same export is the redacted one"


def test_what_refers_to_her_does_so_by_the_same_pseudonym(folder: Path) -> None:
    mapping, archive = load_mapping(folder / "shop.yaml", ONTOLOGY), Archive(folder / "archive")
    erasures = listed("shop/customers/1", "shop/people/anna%40beck.test", values=("anna@beck.test", "DE-77"))
    held = {}
    for table in ("customers", "people", "payments"):
        with Redactor(erasures, mapping, table, ONTOLOGY) as redact:
            stored = archive.store("shop", table, mapping.tables[table].read, folder, redact=redact)[0]
        held[table] = rows_of(archive, stored.name)
    assert held["people"][0]["Mail"] == held["customers"][0]["Mail"] == erasures.pseudonym("ANNA@beck.test ")
    assert held["payments"][0]["Payer"] == held["customers"][0]["Tax"] and held["payments"][1]["Payer"] == "DE-78"
    assert held["people"][1] == {"Mail": "x@y.test", "Name": "X Y", "_problem": None, "_raw": None}
    assert renamed(["shop/people/anna%40beck.test"], erasures) == {
        "shop/people/anna%40beck.test": f"shop/people/{erasures.pseudonym('anna@beck.test').replace('@', '%40')}"
    }


def test_a_key_that_tells_who_it_is_is_replaced_and_any_other_key_stays(folder: Path) -> None:
    """Also an address that is new since the erasure: her row is known by its record, not by the list of values."""
    mapping = load_mapping(folder / "shop.yaml", ONTOLOGY)
    people, payments = mapping.tables["people"], mapping.tables["payments"]
    assert row_rule(people, ONTOLOGY, ("Mail", "Name")).sealed[None] == {"Mail"}
    rule = row_rule(payments, ONTOLOGY, ("No", "Amount", "Payer", "Note"))
    assert rule.sealed[None] == frozenset() and rule.wiped[None] == {"Note"}, "the number of a payment is no name"
    archive = Archive(folder / "archive")
    with Redactor(listed("shop/people/anna%40beck.test"), mapping, "people", ONTOLOGY) as redact:
        stored = archive.store("shop", "people", people.read, folder, redact=redact)[0]
    assert str(rows_of(archive, stored.name)[0]["Mail"]).endswith("@erased.invalid")
    with Redactor(listed("shop/payments/P1"), mapping, "payments", ONTOLOGY) as redact:
        stored = archive.store("shop", "payments", payments.read, folder, redact=redact)[0]
    kept = rows_of(archive, stored.name)[0]
    assert (kept["No"], kept["Amount"], kept["Payer"], kept["Note"]) == ("P1", "5", "DE-77", None)


def test_a_further_thing_takes_only_its_own_columns(folder: Path) -> None:
    mapping, archive = load_mapping(folder / "shop.yaml", ONTOLOGY), Archive(folder / "archive")
    with Redactor(listed("shop/customers/1#address"), mapping, "customers", ONTOLOGY) as redact:
        stored = archive.store("shop", "customers", mapping.tables["customers"].read, folder, redact=redact)[0]
    her = rows_of(archive, stored.name)[0]
    assert (her["Street"], her["City"], her["First"], her["Segment"]) == (None, None, "Anna", "gold")


def test_identifiers_are_found_in_every_version(folder: Path) -> None:
    mapping = load_mapping(folder / "shop.yaml", ONTOLOGY)
    rows = pa.table(
        {"_problem": pa.array([None, None], pa.string()), "_raw": pa.array([None, None], pa.string())}
        | {h: [r[i] for r in CUSTOMERS] for i, h in enumerate(HEADS)}
    )
    with Redactor(listed("shop/customers/1"), mapping, "customers", ONTOLOGY) as redactor:
        assert redactor.identifiers(rows, "sha") == {"Anna@Beck.test", "DE-77"}


def test_shared_things_keep_their_names() -> None:
    mapping = load_mapping_text()
    rule = row_rule(mapping.tables["customers"], ONTOLOGY, HEADS)
    assert "Land" not in rule.wiped[None] and rule.wiped["country"] == {"Unmapped"}
    assert rule.named == {"First", "Last"} and rule.identifying[None] == {"Mail", "Tax"}


def load_mapping_text():  # type: ignore[no-untyped-def]
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "shop.yaml"
        file.write_text(MAPPING, encoding="utf-8")
        return load_mapping(file, ONTOLOGY)


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n"), max_size=12)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(*[TEXT] * 11), min_size=1, max_size=6), which=st.integers(0, 5))
def test_redacting_is_idempotent_and_touches_no_other_row(rows: list[tuple[str, ...]], which: int) -> None:
    """Whatever the cells hold: a second time changes nothing, other rows stay, her texts are gone."""
    mapping = load_mapping_text()
    which %= len(rows)
    table = pa.table(
        {"_problem": pa.array([None] * len(rows), pa.string()), "_raw": pa.array([None] * len(rows), pa.string()),
         "Id": [str(i) for i in range(len(rows))]}
        | {h: pa.array([r[i] for r in rows], pa.string()) for i, h in enumerate(HEADS[1:])}
    )  # fmt: skip
    with Redactor(listed(f"shop/customers/{which}"), mapping, "customers", ONTOLOGY) as redactor:
        once, changed = redactor(table, "sha")
        twice, _ = redactor(once, "sha")
    assert changed == [which + 1] and twice.equals(once)
    before, after = table.to_pylist(), once.to_pylist()
    assert [r for i, r in enumerate(after) if i != which] == [r for i, r in enumerate(before) if i != which]
    for column in ("First", "Last", "Mail", "Tax", "Segment", "Street", "City", "Unmapped"):
        assert after[which][column] is None or str(after[which][column]).startswith("erased-")


def test_a_list_that_cannot_be_read_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "erasures.json").write_text('{"secret": "x"', encoding="utf-8")
    with pytest.raises(StoreDamaged, match="come back"):
        Erasures.read(tmp_path)


def test_free_text_that_still_quotes_is_counted(folder: Path) -> None:
    from graph_engine.store.runs import Run, RunInput

    mapping, archive = load_mapping(folder / "shop.yaml", ONTOLOGY), Archive(folder / "archive")
    stored = archive.store("shop", "payments", mapping.tables["payments"].read, folder)[0]
    given_ = RunInput("shop", "payments", "full", mapping.digest, (stored.name,))
    run = Run(id="run-1", ordinal=1, kind="ingest", status="live", agent="x", inputs=(given_,))
    assert quoting_rows(archive, [run], frozenset({"anna beck"})) == {"shop.payments": 1}
