"""The snapshot of 1 M things and 5 M relations: opening it, bringing it up to date after 100 changes, its memory."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from bench.machine import describe
from bench.measures import Rows, snapshot_of
from bench.table import Line, quantile, record, show
from graph_engine.snapshot import EntityRow, FileRow, RecordRow, Snapshot
from graph_engine.snapshot.container import Container, read, write
from graph_engine.snapshot.patch import Difference, patched
from graph_engine.snapshot.texts import Array, Texts
from ontology.load import load_ontology
from ontology.model import Ontology


def whole(rows: Rows, ontology: Ontology) -> Snapshot:
    """The snapshot of the benchmark of measures, each thing with a title and a row that it comes from."""
    bare = snapshot_of(rows, ontology).container
    arrays: dict[str, Array] = dict(bare.arrays)
    size = int(str(bare.meta["size"]))
    for name, begin in (("entity/title", b"thing "), ("entity/mention", b"erp/things/"), ("record/id", b"erp/things/")):
        _numbered(begin, size).store(arrays, name)
    arrays["record/kind"], arrays["record/stale"] = np.zeros(size, np.uint8), np.zeros(size, np.bool_)
    arrays["record/file"] = np.zeros(size, np.int32)
    arrays["record/row"] = np.arange(1, size + 1, dtype=np.int32)
    Texts.of(["f" * 64]).store(arrays, "file/sha256")
    Texts.of(["things.csv"]).store(arrays, "file/path")
    arrays["entity/record/codes"] = np.arange(size, dtype=np.int32)
    arrays["entity/record/offsets"] = np.arange(size + 1, dtype=np.int64)
    arrays["winner/offsets"], arrays["winner/pairs"] = np.zeros(size + 1, np.int64), np.zeros(0, np.int32)
    for name in snapshot_of_relations(bare.meta):
        edges = len(arrays[f"relation/{name}/source"])
        arrays[f"relation/{name}/record/codes"] = np.minimum(np.arange(edges), size - 1).astype(np.int32)
        arrays[f"relation/{name}/record/offsets"] = np.arange(edges + 1, dtype=np.int64)
    _numbered(b"thing ", size).store(arrays, "name/key")
    arrays["name/entity"] = np.arange(size, dtype=np.int32)
    return Snapshot(Container(bare.meta, arrays, 0))


def snapshot_of_relations(meta: Mapping[str, object]) -> list[str]:
    """Names of the relations of a snapshot."""
    entries = meta["relations"]
    assert isinstance(entries, list)
    return [str(e["name"]) for e in entries]


def _numbered(begin: bytes, size: int) -> Texts:
    """``begin`` and a number of nine digits, for each row."""
    digits = np.char.zfill(np.arange(size).astype("S9"), 9)
    flat = np.char.add(np.full(size, begin), digits)
    width = len(begin) + 9
    return Texts(np.arange(size + 1, dtype=np.int64) * width, flat.view(np.uint8).reshape(-1))


def change(base: Snapshot, count: int, seed: int = 5) -> Difference:
    """Another cost of some products, as a new export would bring."""
    members = base.members("Product")
    chosen = np.random.default_rng(seed).choice(members, count, replace=False)
    things, records = [], {}
    for at in np.sort(chosen).tolist():
        mention = base.mention_key(at)
        values = {**base.values(at), "standard_cost": 1_234_500}
        things.append(EntityRow(base.entity_id(at), ["Product"], base.title(at), [mention], [], values))
        row = base.record(int(base.records(at)[0]))
        records[mention] = RecordRow(mention, "source", False, "f" * 64, row.row)
    return Difference(
        frozenset(t.id for t in things), frozenset(), things, [], records, _files(base), []
    )  # fmt: skip


def _files(base: Snapshot) -> list[FileRow]:
    return [FileRow("f" * 64, "things.csv")] if len(base.file_ids) else []


def timed(work: Callable[[], object], runs: int) -> float:
    """Median milliseconds."""
    found = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        found.append((time.perf_counter() - begin) * 1000)
    return quantile(found, 0.5)


def measure(things: int, relations: int, runs: int) -> tuple[str, list[Line]]:
    """The title and the lines."""
    ontology = load_ontology()
    snapshot = whole(Rows(things, relations), ontology)
    arrays = snapshot.container.arrays
    ends = sum(a.nbytes for n, a in arrays.items() if n.startswith("relation/"))
    rest = sum(a.nbytes for a in arrays.values()) - ends
    count = sum(snapshot.relation(n).size for n in snapshot.relations)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "v1"
        begin = time.perf_counter()
        write(folder, snapshot.container.meta, arrays)
        written = (time.perf_counter() - begin) * 1000
        opened = timed(lambda: Snapshot.open(folder), runs)
        base = Snapshot(read(folder))
        new = change(base, 100)
        fresh = timed(lambda: Snapshot(patched(base, ontology, new, version=2)), runs)
        kept = timed(lambda: write(Path(place) / "v2", *_parts(base, ontology, new)), 3)
    lines = [
        Line("bytes for each thing", rest / snapshot.size, "B", note="id, title, key, values, its row"),
        Line("bytes for each relation", ends / count, "B", note="id, both ends, both directions, a quantity"),
        Line("all", (rest + ends) / 2**20, "MiB"),
        Line("open, with its checksum", opened, "ms"),
        Line("100 changed rows: ready to be asked", fresh, "ms"),
        Line("100 changed rows: kept on disk", kept, "ms"),
        Line("write all of it", written, "ms"),
    ]
    return f"Snapshot, {snapshot.size:,} things, {count:,} relations", lines


def _parts(base: Snapshot, ontology: Ontology, new: Difference) -> tuple[Mapping[str, object], Mapping[str, Array]]:
    made = patched(base, ontology, new, version=2)
    return made.meta, made.arrays


def main(argv: Sequence[str] | None = None) -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m bench snapshot", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20,000 things and 100,000 relations.")
    parser.add_argument("--things", type=int, default=1_000_000)
    parser.add_argument("--relations", type=int, default=5_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=Path, help="File to append the figures to.")
    options = parser.parse_args(argv)
    size = (20_000, 100_000) if options.quick else (options.things, options.relations)
    title, lines = measure(*size, options.runs)
    print("\n" + show(title, lines), flush=True)
    record("snapshot", title, lines, describe(), options.json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
