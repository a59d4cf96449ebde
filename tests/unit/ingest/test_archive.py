"""The archive: content addresses, immutability, row hashes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from ingest import archive_rows
from ingest.adapters import delimited
from ingest.adapters.spec import ReadSpec
from ingest.archive import Archive
from ontology.errors import NotFound, SourceError, StoreDamaged


def stored(tmp_path: Path, content: bytes, **options: object) -> tuple[Archive, object, list[dict[str, object]]]:
    (tmp_path / "t.csv").write_bytes(content)
    archive = Archive(tmp_path / "archive", {})
    file = archive.store("erp", "t", ReadSpec(file="t.csv", **options), tmp_path)[0]  # type: ignore[arg-type]
    return archive, file, parquet.read_table(archive.parquet(file.name)).to_pylist()


def test_store_numbers_hashes_and_keeps_bad_rows(tmp_path: Path) -> None:
    _, file, rows = stored(tmp_path, b"a,b\n1,2\n3\n1,2\n")
    assert [r["_row"] for r in rows] == [1, 2, 3]
    assert [r["_problem"] for r in rows] == [None, "1 fields where 2 are expected", None]
    assert rows[1]["_raw"] == "3"
    assert rows[0]["_hash"] == rows[2]["_hash"] == hashlib.sha256(b'{"a":"1","b":"2"}').hexdigest()
    assert (file.rows, file.problems, file.columns, file.encoding) == (3, 1, ("a", "b"), "utf-8")  # type: ignore[attr-defined]
    assert file.sha256 == hashlib.sha256(b"a,b\n1,2\n3\n1,2\n").hexdigest()  # type: ignore[attr-defined]


def test_the_same_content_is_stored_once_and_other_options_elsewhere(tmp_path: Path) -> None:
    archive, first, _ = stored(tmp_path, b"a,b\n1,2\n")
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "archive").rglob("*.parquet")}
    (tmp_path / "copy.csv").write_bytes(b"a,b\n1,2\n")
    again = archive.store("erp", "t", ReadSpec(file="copy.csv"), tmp_path)[0]
    assert (again.name, again.path, again.new) == (first.name, "copy.csv", False)  # type: ignore[attr-defined]
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "archive").rglob("*.parquet")} == before
    other = archive.store("erp", "t", ReadSpec(file="t.csv", separator=";"), tmp_path)[0]
    assert other.name != first.name  # type: ignore[attr-defined]
    assert archive.names() == tuple(sorted((first.name, other.name)))  # type: ignore[attr-defined]


@given(
    st.dictionaries(
        st.text("abAB é\"'", min_size=1, max_size=3), st.none() | st.text(max_size=8), min_size=1, max_size=4
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hash_is_that_of_canonical_json_whatever_the_order(tmp_path: Path, row: dict[str, str | None]) -> None:
    row = {k.lower(): (v.replace("\0", "") if v is not None else None) for k, v in row.items() if k.strip()}
    if not row or any(c < " " for v in row.values() if v for c in v):
        return  # DuckDB writes control characters with capital hex digits
    hashes = set()
    for columns in (list(row), list(reversed(row))):
        parquet.write_table(pa.table({c: pa.array([row[c]], pa.string()) for c in columns}), tmp_path / "r.parquet")
        archive = Archive(tmp_path / "archive", {})
        file = archive.store("s", "t", ReadSpec(file="r.parquet"), tmp_path)[0]
        hashes |= {r["_hash"] for r in parquet.read_table(archive.parquet(file.name)).to_pylist()}
    present = {k: v for k, v in row.items() if v is not None}
    text = json.dumps(present, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashes == {hashlib.sha256(text.encode()).hexdigest()}


def test_a_row_is_found_again(tmp_path: Path) -> None:
    archive, file, _ = stored(tmp_path, b"a,b\n" + b"".join(f"{i},x{i}\n".encode() for i in range(5000)) + b"bad\n")
    assert archive.row(file, 1) == {"a": "0", "b": "x0"}  # type: ignore[arg-type]
    assert archive.row(file, 5000) == {"a": "4999", "b": "x4999"}  # type: ignore[arg-type]
    assert archive.row(file, 5001) == {"_problem": "1 fields where 2 are expected", "_raw": "bad"}  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        archive.row(file, 5002)  # type: ignore[arg-type]


def test_damage_is_found(tmp_path: Path) -> None:
    archive, file, _ = stored(tmp_path, b"a,b\n1,2\n")
    name = file.name  # type: ignore[attr-defined]
    assert archive.verify() == []
    archive.check(name)
    path = archive.parquet(name)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert archive.verify() == [name]
    with pytest.raises(StoreDamaged):
        archive.check(name)
    path.unlink()
    with pytest.raises(StoreDamaged):
        archive.check(name)


def test_a_failed_read_leaves_nothing_behind(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive", {})
    (tmp_path / "t.csv").write_bytes(b"a,b\n")
    with pytest.raises(SourceError):
        archive.store("erp", "t", ReadSpec(file="t.csv"), tmp_path)
    assert list((tmp_path / "archive").iterdir()) == []


def test_a_glob_gives_a_part_for_each_file(tmp_path: Path) -> None:
    for month in ("01", "02"):
        (tmp_path / f"sales-{month}.csv").write_bytes(f"a,b\n{month},x\n".encode())
    files = Archive(tmp_path / "archive", {}).store("erp", "sales", ReadSpec(file="sales-*.csv"), tmp_path)
    assert [f.path for f in files] == ["sales-01.csv", "sales-02.csv"]


def test_memory_does_not_grow_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sizes are scaled down, so that a small file is already much larger than what may be held."""
    monkeypatch.setattr(archive_rows, "_GROUP", 10_000)
    monkeypatch.setattr(delimited, "_BLOCK", 1 << 16)
    peaks = []
    for count in (100_000, 600_000):
        with (tmp_path / f"{count}.csv").open("w") as stream:
            stream.write("a,b\n")
            stream.writelines(f"{i},{'x' * 60}\n" for i in range(count))
        before = pa.total_allocated_bytes()
        peak = [0]

        def progress(_name: str, _rows: int, peak: list[int] = peak, before: int = before) -> None:
            peak[0] = max(peak[0], pa.total_allocated_bytes() - before)

        archive = Archive(tmp_path / "archive", {})
        file = archive.store("erp", "big", ReadSpec(file=f"{count}.csv"), tmp_path, progress)[0]
        assert file.rows == count
        peaks.append(peak[0])
    assert peaks[1] < 2 * peaks[0]
