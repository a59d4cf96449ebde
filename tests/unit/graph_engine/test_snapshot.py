"""Columns, containers and the snapshot without a database: what goes in comes out; what is damaged is refused."""

from __future__ import annotations

import json
import string
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_engine.snapshot import OPEN_FROM, OPEN_TO, Snapshot, assemble, days_of, fold
from graph_engine.snapshot.columns import Column, concatenate, load, pack, store
from graph_engine.snapshot.container import read, write
from graph_engine.snapshot.texts import Ids, Texts
from ontology.errors import NotFound, StoreDamaged
from ontology.load import load_ontology
from ontology.model import Datatype
from tests.unit.reasoning import company

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
CELLS = {
    Datatype.STRING: TEXTS,
    Datatype.INTEGER: st.integers(-(2**63), 2**63 - 1),
    Datatype.DECIMAL: st.integers(-(2**63), 2**63 - 1),
    Datatype.FLOAT: st.floats(allow_nan=False, allow_infinity=False),
    Datatype.BOOLEAN: st.booleans(),
    Datatype.DATE: st.dates(),
    Datatype.DATETIME: st.datetimes(timezones=st.just(UTC)),
}


@given(st.data(), st.sampled_from(list(Datatype)), st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_column_gives_back_what_was_packed(data: st.DataObject, datatype: Datatype, several: bool) -> None:
    value = CELLS[datatype]
    cell = st.lists(value, min_size=1, max_size=3).map(tuple) if several else value
    cells = data.draw(st.lists(st.none() | cell, max_size=8))
    column = pack(datatype, cells, functional=not several)
    assert [column.python(i) for i in range(len(cells))] == cells
    arrays: dict[str, np.ndarray] = {}
    store(arrays, "x", column)
    again = load(arrays, "x", datatype, len(cells))
    assert [again.python(i) for i in range(len(cells))] == cells
    rows = np.array(data.draw(st.lists(st.integers(0, max(len(cells) - 1, 0)), max_size=5)) if cells else [], dtype=int)
    taken = again.take(rows)
    assert [taken.python(i) for i in range(len(rows))] == [cells[i] for i in rows]
    joined = concatenate(datatype, [column, again])
    assert [joined.python(i) for i in range(2 * len(cells))] == cells * 2


def test_a_value_of_another_type_is_refused() -> None:
    for datatype, wrong in (
        (Datatype.INTEGER, "x"),
        (Datatype.DATE, 5),
        (Datatype.BOOLEAN, 1),
        (Datatype.INTEGER, True),
    ):
        with pytest.raises(ValueError, match="price"):
            pack(datatype, [wrong], name="price")
    with pytest.raises(ValueError, match="price"):
        pack(Datatype.DECIMAL, [2**63], name="price")


@given(st.lists(TEXTS, unique=True), TEXTS)
def test_sorted_texts_are_found(texts: list[str], other: str) -> None:
    texts.sort()
    table = Texts.of(texts)
    assert list(table) == texts == table[:]
    assert all(table.find(t) == i for i, t in enumerate(texts))
    assert (table.find(other) is not None) == (other in texts)
    assert table.lower_bound(other) == sum(t < other for t in texts)


HEX = st.text(alphabet="0123456789abcdef", min_size=6, max_size=6).map(lambda t: "r_" + t)
PLAIN = st.text(alphabet=string.ascii_letters + string.digits + "_-", min_size=1, max_size=6)


@given(st.lists(HEX, unique=True) | st.lists(PLAIN, unique=True), HEX | PLAIN)
def test_ids_come_back_in_order_and_are_found(ids: list[str], other: str) -> None:
    ids.sort()
    table = Ids.of(ids)
    again = Ids(table.array, table.prefix)
    assert again[:] == ids
    assert all(again.find(id_) == i for i, id_ in enumerate(ids))
    assert (again.find(other) is not None) == (other in ids)


def test_hex_ids_are_packed() -> None:
    packed, plain = Ids.of(["e_0000", "e_ff00"]), Ids.of(["e_0000", "e_xx"])
    assert (packed.prefix, packed.array.itemsize, packed[:]) == ("e_", 2, ["e_0000", "e_ff00"])
    assert (plain.prefix, plain.array.itemsize, plain[:]) == ("", 6, ["e_0000", "e_xx"])
    assert Ids.of([]).find("e_00") is None


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return company.company()


def test_written_and_opened_it_is_the_same(snapshot: Snapshot, tmp_path: Path) -> None:
    folder = write(tmp_path / "v5", snapshot.container.meta, snapshot.container.arrays)
    for mmap in (True, False):
        again = Snapshot.open(folder, mmap=mmap)
        assert again.digest() == snapshot.digest()
        assert (again.version, again.epoch, again.size) == (5, 1, snapshot.size)
        for i in range(snapshot.size):
            assert again.values(i) == snapshot.values(i)
            assert again.find(snapshot.entity_id(i)) == i
    assert [p.name for p in tmp_path.iterdir()] == ["v5"]


def test_rows_come_back(snapshot: Snapshot) -> None:
    ontology = load_ontology()
    for row in company.entity_rows():
        at = snapshot.index(row.id)
        values = {n: tuple(v) if isinstance(v, list) else v for n, v in row.values.items()}
        assert (snapshot.title(at), snapshot.values(at)) == (row.title, values)
        assert snapshot.classes(at) == tuple(row.classes)
        assert snapshot.mention_key(at) == min(row.mentions)
        assert {snapshot.record(c).id for c in snapshot.records(at)} == {m.split("#")[0] for m in row.mentions}
    for link in company.relation_rows(ontology):
        located = snapshot.locate(link.id)
        assert located is not None
        name, at = located
        edges = snapshot.relation(name)
        assert name == link.name and edges.id(at) == link.id
        ends = snapshot.entity_id(int(edges.source[at])), snapshot.entity_id(int(edges.target[at]))
        assert ends == (link.source, link.target)
        assert at in edges.out.of(int(edges.source[at])) and at in edges.into.of(int(edges.target[at]))
        assert edges.valid_from[at] == (OPEN_FROM if link.valid_from is None else days_of(link.valid_from))
        assert edges.valid_to[at] == (OPEN_TO if link.valid_to is None else days_of(link.valid_to))
        assert [snapshot.record(c).id for c in edges.records(at)] == list(link.records)
        for prop, value in link.values.items():
            assert edges.column(prop).python(at) == value


def test_members_and_columns_take_subclasses_in(snapshot: Snapshot) -> None:
    parties = snapshot.members("Party")
    names = {snapshot.title(int(i)) for i in parties}
    assert names == {"Ünal Metall GmbH", "Bolt & Co", "Boltz Ltd", "Anna Schmidt", "Bob Ross"}
    column = snapshot.column("Party", "name")
    assert [column.python(i) for i in range(len(column))] == [snapshot.title(int(i)) for i in parties]
    emails = snapshot.column("Party", "emails")
    assert [emails.python(i) for i in range(len(emails)) if emails.python(i)] == [("a@x.de", "anna@x.de")]
    assert len(snapshot.column("Invoice", "total")) == 0
    with pytest.raises(NotFound, match="no property 'nope'"):
        snapshot.column("Party", "nope")


def test_edges_by_entity_and_by_day(snapshot: Snapshot) -> None:
    component = snapshot.relation("component")
    bike, frame = snapshot.index(company.id_of("P4")), snapshot.index(company.id_of("P3"))
    assert {int(component.target[r]) for r in component.out.of(bike)} == {frame, snapshot.index(company.id_of("P5"))}
    members = snapshot.members("Product")
    start, stop = component.out.bounds(members)
    assert [component.out.rows[a:b].tolist() for a, b in zip(start, stop, strict=True)] == [
        component.out.of(int(i)).tolist() for i in members
    ]
    assert component.valid_on(days_of(date(2026, 6, 15))).sum() == 3
    assert component.valid_on(days_of(date(2025, 6, 15))).sum() == 4
    assert snapshot.relation("ticket_order").size == 0
    assert len(snapshot.relation("ticket_order").out.of(3)) == 0


def test_winners_are_kept_where_there_was_a_choice(snapshot: Snapshot) -> None:
    bolt = snapshot.winners(snapshot.index(company.id_of("V2")))
    assert {n: [snapshot.record(c).id for c in codes] for n, codes in bolt.items()} == {"name": ["manual/suppliers/V2"]}
    assert snapshot.winners(snapshot.index(company.id_of("V1"))) == {}
    assert [snapshot.record(c).kind for c in snapshot.records_of_kind("assumption")] == ["assumption"]
    assert "erp/orders/" in snapshot.record_tables()


def test_order_of_arrival_does_not_matter(snapshot: Snapshot) -> None:
    ontology = load_ontology()
    turned = assemble(
        ontology,
        reversed(company.entity_rows()),
        reversed(company.relation_rows(ontology)),
        reversed(company.record_rows()),
        reversed(company.file_rows()),
        company.alias_rows(),
    )
    assert turned.digest() == snapshot.digest()


def test_a_relation_into_nothing_is_refused() -> None:
    ontology = load_ontology()
    entities = [e for e in company.entity_rows() if e.id != company.id_of("V1")]
    with pytest.raises(StoreDamaged, match=company.id_of("V1")):
        assemble(ontology, entities, company.relation_rows(ontology))


@pytest.mark.parametrize("damage", ["cut", "flip", "manifest", "no manifest", "no arrays", "format"])
def test_damage_is_found(snapshot: Snapshot, tmp_path: Path, damage: str) -> None:
    folder = write(tmp_path / "v5", snapshot.container.meta, snapshot.container.arrays)
    arrays, manifest = folder / "arrays.bin", folder / "manifest.json"
    data = arrays.read_bytes()
    match damage:
        case "cut":
            arrays.write_bytes(data[:-1])
        case "flip":
            arrays.write_bytes(data[:1000] + bytes([data[1000] ^ 1]) + data[1001:])
        case "manifest":
            manifest.write_text(manifest.read_text().replace('"version":5', '"version":6'))
        case "no manifest":
            manifest.unlink()
        case "no arrays":
            arrays.unlink()
        case _:
            write(folder, {**snapshot.container.meta, "format": 0}, {"x": np.zeros(1)})
    with pytest.raises(StoreDamaged):
        Snapshot.open(folder)


def test_a_damaged_folder_is_replaced_and_a_sound_one_is_kept(snapshot: Snapshot, tmp_path: Path) -> None:
    folder = write(tmp_path / "v5", snapshot.container.meta, snapshot.container.arrays)
    (folder / "manifest.json").write_text(json.dumps({}))
    write(folder, snapshot.container.meta, snapshot.container.arrays)
    stamp = (folder / "arrays.bin").stat().st_mtime_ns
    write(folder, snapshot.container.meta, snapshot.container.arrays)
    assert (folder / "arrays.bin").stat().st_mtime_ns == stamp
    assert read(folder).crc == snapshot.container.crc


def test_names_fold() -> None:
    assert fold("  Ünal  GMBH ") == fold("unal gmbh") == "unal gmbh"
    assert fold("Straße") == fold("STRASSE")
    assert fold("ﬁx Ⅳ") == "fix iv"


def test_datetime_keeps_microseconds() -> None:
    moment = datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC)
    assert isinstance(column := pack(Datatype.DATETIME, [moment]), Column)
    assert column.python(0) == moment
