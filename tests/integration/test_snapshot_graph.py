"""The snapshot against a real Neo4j: what is read is what is there, at any version, also while it is being changed.

The oracle is the table in ``tests/unit/reasoning/company.py``: the snapshot assembled from it without a database.
Entities, relations and history are written by the statements that the writer uses.
"""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from graph_engine.graph import Graph
from graph_engine.schema import apply_schema
from graph_engine.snapshot import EntityRow, RelationRow, Snapshot, build, current
from graph_engine.store import rows
from ontology.errors import BadQuestion
from ontology.ids import canonical_json
from ontology.load import load_ontology
from ontology.model import Ontology
from tests.unit.reasoning import company

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


@pytest.fixture
def filled(graph: Graph, ontology: Ontology) -> Graph:
    """The company written at version 3."""
    apply_schema(graph, ontology)
    graph.wait_for_indexes()
    graph.write("write/graph_create", ontology_version=ontology.version, ontology_digest=ontology.digest)
    graph.write("write/files_merge", rows=[{"sha256": f.sha256, "path": f.path} for f in company.file_rows()])
    graph.write("write/records_create", rows=[r._asdict() for r in company.record_rows()], seq=1)
    graph.write("write/entities_create", rows=[_node(ontology, e) for e in company.entity_rows()], seq=2)
    graph.write("write/aliases_merge", rows=[{"alias": a.id, "entity": a.entity} for a in company.alias_rows()])
    graph.write("write/relations_create", rows=[_edge(ontology, r) for r in company.relation_rows(ontology)], seq=3)
    _publish(graph, 3)
    return graph


def test_what_is_read_is_what_was_written(filled: Graph, ontology: Ontology, tmp_path: Path) -> None:
    snapshot = build(filled, ontology, tmp_path)
    assert snapshot.version == 3
    assert snapshot.digest() == company.company(ontology).digest()
    frame = snapshot.index(company.id_of("P3"))
    assert snapshot.value(frame, "days_to_make") == 2
    assert snapshot.title(snapshot.index("e_" + "0" * 20)) == "Anna Schmidt"


def test_pages_smaller_than_the_graph_lose_nothing(
    filled: Graph, ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ENTITY_PAGE", "RELATION_PAGE", "RECORD_PAGE"):
        monkeypatch.setattr(f"graph_engine.snapshot.source.{name}", 3)
    assert build(filled, ontology, tmp_path).digest() == company.company(ontology).digest()


def test_an_earlier_version_is_what_it_was(filled: Graph, ontology: Ontology, tmp_path: Path) -> None:
    before = build(filled, ontology, tmp_path)
    _change(filled, ontology, 4)
    _publish(filled, 4)
    now = current(filled, ontology, tmp_path)
    assert now.version == 4
    assert now.title(now.index(company.id_of("P1"))) == "Steel pipe"
    assert now.relation("order_customer").size == before.relation("order_customer").size - 1
    assert now.digest() != before.digest()
    historic = build(filled, ontology, tmp_path, known_at=3)
    assert (historic.version, historic.known_at) == (3, 3)
    assert historic.digest() == before.digest()
    with pytest.raises(BadQuestion, match="go from 0 to 4"):
        build(filled, ontology, tmp_path, known_at=5)


def test_brought_up_to_date_by_change_equals_a_rebuild(
    filled: Graph, ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = current(filled, ontology, tmp_path)
    _change(filled, ontology, 4)
    _publish(filled, 4)
    rebuilt = build(filled, ontology, tmp_path / "rebuilt")
    assert rebuilt.digest() != before.digest()
    # Nothing is read as a whole: the old snapshot and the feed are enough.
    monkeypatch.setattr("graph_engine.snapshot.folders.build", None)
    patched = current(filled, ontology, tmp_path)
    assert (patched.version, patched.digest()) == (4, rebuilt.digest())
    assert patched.container.meta == rebuilt.container.meta


def test_a_large_snapshot_is_ready_before_it_is_written(
    filled: Graph, ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = current(filled, ontology, tmp_path)
    _change(filled, ontology, 4)
    _publish(filled, 4)
    monkeypatch.setattr("graph_engine.snapshot.folders._LARGE", 0)
    made = current(filled, ontology, tmp_path)
    assert made.container.folder is None
    for thread in threading.enumerate():
        if thread.name == "snapshot":
            thread.join()
    (folder,) = [p for p in tmp_path.iterdir() if p.name.startswith("v")]
    assert before.container.folder is not None
    assert folder.name != before.container.folder.name
    assert Snapshot.open(folder).digest() == made.digest() == current(filled, ontology, tmp_path).digest()


def test_what_came_after_the_published_version_is_left_out_of_the_change(
    filled: Graph, ontology: Ontology, tmp_path: Path
) -> None:
    current(filled, ontology, tmp_path)
    _publish(filled, 4)  # a version in which nothing changed
    _change(filled, ontology, 5)  # not published
    patched = current(filled, ontology, tmp_path)
    assert (patched.version, patched.digest()) == (4, company.company(ontology).digest())


def test_unpublished_changes_are_not_seen(filled: Graph, ontology: Ontology, tmp_path: Path) -> None:
    before = build(filled, ontology, tmp_path).digest()
    _change(filled, ontology, 4)  # not published
    assert build(filled, ontology, tmp_path / "again").digest() == before


def test_reading_while_it_changes_gives_one_version(filled: Graph, ontology: Ontology, tmp_path: Path) -> None:
    expected = company.company(ontology).digest()
    reading = threading.Event()

    def progress(stage: str, _count: int) -> None:
        # The entities are read: change some of them, and relations that are still to be read.
        if stage == "entities" and not reading.is_set():
            reading.set()
            _change(filled, ontology, 4)
            _publish(filled, 4)

    assert build(filled, ontology, tmp_path, progress=progress).digest() == expected
    assert reading.is_set()


def test_current_opens_what_fits_and_rebuilds_what_is_damaged(
    filled: Graph, ontology: Ontology, tmp_path: Path
) -> None:
    built: list[str] = []
    first = current(filled, ontology, tmp_path, progress=lambda stage, _n: built.append(stage))
    assert built
    built.clear()
    again = current(filled, ontology, tmp_path, progress=lambda stage, _n: built.append(stage))
    assert not built
    assert again.digest() == first.digest()
    folder = first.container.folder
    assert folder is not None
    data = bytearray((folder / "arrays.bin").read_bytes())
    data[len(data) // 2] ^= 0xFF
    (folder / "arrays.bin").write_bytes(data)
    healed = current(filled, ontology, tmp_path, progress=lambda stage, _n: built.append(stage))
    assert built
    assert healed.digest() == company.company(ontology).digest()


def test_old_snapshots_go_and_what_a_reader_holds_stays_readable(
    filled: Graph, ontology: Ontology, tmp_path: Path
) -> None:
    old = current(filled, ontology, tmp_path)
    _change(filled, ontology, 4)
    _publish(filled, 4)
    new = current(filled, ontology, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == [new.container.folder.name if new.container.folder else ""]
    assert old.digest() == company.company(ontology).digest()


def test_an_empty_graph_gives_an_empty_snapshot(graph: Graph, ontology: Ontology, tmp_path: Path) -> None:
    snapshot = current(graph, ontology, tmp_path)
    assert (snapshot.size, snapshot.version, snapshot.relations) == (0, 0, ())
    assert isinstance(Snapshot.open(snapshot.container.folder or tmp_path), Snapshot)


def _publish(graph: Graph, version: int) -> None:
    with graph.driver.session(database=graph.credentials.database) as session:
        session.run("MATCH (g:Graph {key: 'knockon'}) SET g.seq = $v, g.published = $v", v=version).consume()


def _change(graph: Graph, ontology: Ontology, seq: int) -> None:
    """Rename a product and drop a relation, history first, as the writer does."""
    product = next(e for e in company.entity_rows() if e.id == company.id_of("P1"))
    gone = next(r for r in company.relation_rows(ontology) if r.name == "order_customer")
    relation_type = ontology.relations["order_customer"].type
    graph.write("write/closed_create", rows=[_closed_entity(ontology, product), _closed_relation(gone)], seq=seq)
    with graph.driver.session(database=graph.credentials.database) as session:
        session.run(
            "MATCH (e:Entity {id: $id}) SET e.name = 'Steel pipe', e._title = 'Steel pipe', e._seq = $seq",
            id=product.id, seq=seq,
        ).consume()  # fmt: skip
        session.run(f"MATCH ()-[r:{relation_type} {{id: $id}}]->() DELETE r", id=gone.id).consume()


def _closed_entity(ontology: Ontology, row: EntityRow) -> dict[str, object]:
    definitions = rows.class_properties(ontology, row.classes)
    values = {n: tuple(v) if isinstance(v, list) else v for n, v in row.values.items()}
    payload = {
        "classes": list(row.classes),
        "values": rows.canonical_values(definitions, values),  # type: ignore[arg-type]
        "title": row.title,
        "mentions": list(row.mentions),
        "winners": list(row.winners),
    }
    return {"kind": "entity", "id": row.id, "seq_from": 2, "payload": canonical_json(payload)}


def _closed_relation(row: RelationRow) -> dict[str, object]:
    payload = {
        "name": row.name,
        "source": row.source,
        "target": row.target,
        "values": {},
        "records": list(row.records),
        "valid_from": None,
        "valid_to": None,
    }
    return {"kind": "relation", "id": row.id, "seq_from": 3, "payload": canonical_json(payload)}


def _node(ontology: Ontology, row: EntityRow) -> dict[str, object]:
    properties = {
        "id": row.id,
        **row.values,
        "_title": row.title,
        "_classes": list(row.classes),
        "_founding": row.mentions[0],
        "_mentions": list(row.mentions),
        "_winners": list(row.winners),
        "_hash": "",
    }
    return {"properties": properties, "labels": rows.labels(ontology, row.classes)}


def _edge(ontology: Ontology, row: RelationRow) -> dict[str, object]:
    valid = {"valid_from": row.valid_from, "valid_to": row.valid_to}
    properties = {
        "id": row.id,
        **row.values,
        **{name: day for name, day in valid.items() if day is not None},
        "_records": list(row.records),
        "_hash": "",
    }
    return {
        "type": ontology.relations[row.name].type,
        "source": row.source,
        "target": row.target,
        "properties": properties,
    }
