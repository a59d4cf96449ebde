"""Measures on 1 M things and 5 M relations: a full pass and one edit, against DuckDB's SQL and pandas on the same rows.

All compute the same figures, exactly: unit costs over five levels of bills of materials, cost and margin of each order
line, margin of each order and product. DuckDB and pandas are told the level of each product.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from bench.machine import describe
from bench.table import Line, quantile, record, show
from graph_engine.snapshot import Snapshot
from graph_engine.snapshot.assemble import put_csr
from graph_engine.snapshot.container import Container, in_memory
from graph_engine.snapshot.model import FORMAT
from graph_engine.snapshot.texts import Array, Texts
from ontology.load import load_ontology
from ontology.model import Ontology
from reasoning.measures.catalogue import Measures
from reasoning.measures.changes import edits
from reasoning.measures.draws import cone_size, evaluate_draws
from reasoning.measures.evaluate import Results, evaluate, update
from reasoning.measures.load import load_measures
from reasoning.measures.types import Cell, Input, Options

LEVELS = 5
MEASURES = """
measures:
  Product.rolled_cost:
    formula: if(count(components) == 0, standard_cost, sum(components, rel.quantity * it.rolled_cost))
    unit: money
    scale: 4
  OrderLine.rolled_cost: {formula: "quantity * product.rolled_cost", scale: 4}
  OrderLine.gain: total - rolled_cost
  Order.gain: sum(lines, it.gain)
  Product.gain: sum(order_lines, it.gain)
"""
NAMES = ("Product.rolled_cost", "OrderLine.rolled_cost", "OrderLine.gain", "Order.gain", "Product.gain")


class Rows:
    """The made-up company as arrays."""

    def __init__(self, things: int, relations: int, seed: int = 3) -> None:
        rng = np.random.default_rng(seed)
        self.products, self.orders = things // 5, things // 5
        self.lines = things - self.products - self.orders
        parts = relations - 2 * self.lines
        level_size = self.products // LEVELS
        self.level = np.minimum(np.arange(self.products) // level_size, LEVELS - 1)
        self.standard_cost = rng.integers(1_00, 20_00, self.products) * 100  # scale 4
        whole = rng.integers(level_size, self.products, parts)
        self.whole = np.sort(whole)
        below = self.level[self.whole] * level_size
        self.part = (rng.random(parts) * below).astype(np.int64)
        self.part_quantity = rng.integers(1, 4, parts) * 2_500
        self.line_order = rng.integers(0, self.orders, self.lines)
        self.line_product = rng.integers(0, self.products, self.lines)
        self.line_quantity = rng.integers(1, 10, self.lines) * 10_000
        self.line_total = rng.integers(1_00, 9_999_00, self.lines) * 100


def snapshot_of(rows: Rows, ontology: Ontology) -> Snapshot:
    """A snapshot with these arrays, put together without rows in Python."""
    sizes = {"Order": rows.orders, "OrderLine": rows.lines, "Product": rows.products}
    size = sum(sizes.values())
    arrays: dict[str, Array] = {}
    digits = np.arange(size, dtype=">u8").view(np.uint8).reshape(size, 8)
    arrays["entity/id"] = np.concatenate([np.full((size, 2), 1, np.uint8), digits], axis=1).reshape(-1).view("S10")
    arrays["entity/rank"] = np.arange(size, dtype=np.int32)
    for name in ("entity/title", "entity/mention"):
        arrays[name + "/offsets"], arrays[name + "/bytes"] = np.zeros(size + 1, np.int64), np.zeros(0, np.uint8)
    for name in ("alias/id", "record/id", "file/sha256", "file/path", "name/key", "winner/property"):
        Texts.of([]).store(arrays, name)
    for name in ("alias/entity", "name/entity", "entity/record/codes"):
        arrays[name] = np.zeros(0, np.int32)
    starts: dict[str, int] = {}
    blocks: list[dict[str, object]] = []
    columns: dict[str, dict[str, Array]] = {
        "Order": {}, "OrderLine": {"quantity": rows.line_quantity, "total": rows.line_total},
        "Product": {"standard_cost": rows.standard_cost},
    }  # fmt: skip
    at = 0
    for number, (name, count) in enumerate(sizes.items()):
        starts[name] = at
        for prop, values in columns[name].items():
            arrays[f"block/{number}/{prop}/values"] = values
        kept = [*columns[name]]
        if columns[name]:
            arrays[f"block/{number}/currency/values"] = np.zeros(count, np.int32)
            Texts.of(["EUR"]).store(arrays, f"block/{number}/currency")
            kept.append("currency")
        blocks.append({"classes": [name], "start": at, "stop": at + count, "columns": kept})
        at += count
    p, o, li = starts["Product"], starts["Order"], starts["OrderLine"]
    every = np.arange(rows.lines)
    relations = [
        _relation(arrays, "component", p + rows.whole, p + rows.part, {"quantity": rows.part_quantity}),
        _relation(arrays, "order_line_order", li + every, o + rows.line_order, {}),
        _relation(arrays, "order_line_product", li + every, p + rows.line_product, {}),
    ]
    meta: dict[str, object] = {
        "format": FORMAT, "version": 1, "epoch": 0, "known_at": None, "ontology": ontology.digest,
        "ontology_version": ontology.version, "size": size, "entity_prefix": "e_", "record_kinds": ["source"],
        "classes": {n: list(c.ancestors) for n, c in ontology.classes.items()},
        "properties": {
            n: {q.name: [q.datatype.value, q.functional] for q in c.properties.values()}
            for n, c in ontology.classes.items()
        },
        "relation_properties": {
            n: {q.name: [q.datatype.value, q.functional] for q in r.properties.values()}
            for n, r in ontology.relations.items()
        },
        "blocks": blocks, "relations": relations,
    }  # fmt: skip
    return Snapshot(in_memory(meta, arrays))


def _relation(
    arrays: dict[str, Array], name: str, source: Array, target: Array, columns: Mapping[str, Array]
) -> dict[str, object]:
    prefix, size = f"relation/{name}/", len(source)
    digits = np.arange(size, dtype=">u8").view(np.uint8).reshape(size, 8)
    arrays[prefix + "id"] = np.concatenate([np.full((size, 2), 1, np.uint8), digits], axis=1).reshape(-1).view("S10")
    arrays[prefix + "source"], arrays[prefix + "target"] = source.astype(np.int32), target.astype(np.int32)
    put_csr(arrays, prefix + "out/", arrays[prefix + "source"])
    put_csr(arrays, prefix + "into/", arrays[prefix + "target"])
    for prop, values in columns.items():
        arrays[f"{prefix}column/{prop}/values"] = values
    return {"name": name, "size": size, "prefix": "r_", "columns": list(columns)}


def with_duckdb(rows: Rows) -> Callable[[], tuple[int, int]]:
    """The same in SQL, with exact decimals, into tables."""
    import duckdb

    database = duckdb.connect()
    frames = {
        "p": {"id": np.arange(rows.products), "level": rows.level, "cost": rows.standard_cost},
        "c": {"whole": rows.whole, "part": rows.part, "quantity": rows.part_quantity},
        "l": {"id": np.arange(rows.lines), "o": rows.line_order, "p": rows.line_product, "quantity": rows.line_quantity,
              "total": rows.line_total},
    }  # fmt: skip
    import pandas as pd

    def decimal(name: str) -> str:
        return f"cast({name} as decimal(18, 4)) / 10000" if name in ("cost", "quantity", "total") else name

    for table, columns in frames.items():
        database.register("given", pd.DataFrame(columns))
        named = ", ".join(
            f"cast({decimal(c)} as decimal(18, 4)) as {c}" if c in ("cost", "quantity", "total") else c for c in columns
        )
        database.execute(f"create table {table} as select {named} from given")
        database.unregister("given")

    def run() -> tuple[int, int]:
        database.execute("create or replace table u as select id, cost from p where level = 0")
        for level in range(1, LEVELS):
            database.execute(
                "insert into u select p.id, "
                "coalesce(cast(round(sum(c.quantity * u.cost), 4) as decimal(18, 4)), p.cost) "
                f"from p left join c on c.whole = p.id left join u on u.id = c.part where p.level = {level} "
                f"group by p.id, p.cost"
            )
        database.execute(
            "create or replace table lines as select l.id, l.o, l.p, "
            "l.total - cast(round(l.quantity * u.cost, 4) as decimal(18, 4)) as gain from l join u on u.id = l.p"
        )
        database.execute("create or replace table orders as select o, sum(gain) as gain from lines group by o")
        database.execute("create or replace table sold as select p, sum(gain) as gain from lines group by p")
        found = database.execute("select cast(sum(cost) * 10000 as hugeint), "
                                 "(select cast(sum(gain) * 10000 as hugeint) "
                                 "from orders) from u").fetchall()[0]  # fmt: skip
        return int(found[0]), int(found[1])

    return run


def with_pandas(rows: Rows) -> Callable[[], tuple[int, int]]:
    """The same with pandas: 64-bit integers at a scale, joins by merge and groupby."""
    import pandas as pd

    parts = pd.DataFrame({"whole": rows.whole, "part": rows.part, "quantity": rows.part_quantity})
    parts["level"] = rows.level[rows.whole]
    lines = pd.DataFrame(
        {"o": rows.line_order, "p": rows.line_product, "quantity": rows.line_quantity, "total": rows.line_total}
    )

    def run() -> tuple[int, int]:
        cost = pd.Series(rows.standard_cost, index=np.arange(rows.products))
        for level in range(1, LEVELS):
            here = parts[parts["level"] == level].merge(cost.rename("cost"), left_on="part", right_index=True)
            rolled = (here["quantity"] * here["cost"]).groupby(here["whole"]).sum()
            cost.loc[rolled.index] = (rolled + 5_000) // 10_000
        joined = lines.merge(cost.rename("cost"), left_on="p", right_index=True)
        joined["gain"] = joined["total"] - (joined["quantity"] * joined["cost"] + 5_000) // 10_000
        orders = joined.groupby("o")["gain"].sum()
        joined.groupby("p")["gain"].sum()
        return int(cost.sum()), int(orders.sum())

    return run


def timed(work: Callable[[], object], runs: int) -> float:
    """Median seconds."""
    found: list[float] = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        found.append(time.perf_counter() - begin)
    return quantile(found, 0.5)


def sums(results: Results) -> tuple[int, int]:
    """What is compared with the peers."""
    return int(results.column(NAMES[0]).values.sum()), int(results.column(NAMES[3]).values.sum())


def measure(things: int, relations: int, runs: int, peers: Sequence[str]) -> tuple[str, list[Line]]:
    """The title and the lines."""
    ontology = load_ontology()
    rows = Rows(things, relations)
    snapshot = snapshot_of(rows, ontology)
    measures = _measures(ontology)
    options = Options(date(2026, 6, 15))

    def full() -> Results:
        return evaluate(Snapshot(snapshot.container), measures, options)

    results = full()
    ours = timed(full, runs)
    lines = [
        Line("full pass, five measures", ours, "s", note=f"{sum(results.column(n).values.size for n in NAMES):,} cells")
    ]
    for name in peers:
        run = PEERS[name](rows)
        if run() != sums(results):
            raise SystemExit(f"{name} computes other figures: {run()} and {sums(results)}")
        lines.append(Line(f"full pass against {name}", ours, "s", timed(run, runs)))
    lines += _edits(rows, snapshot, results, ours, runs)
    lines += _draws(results)
    return f"Measures, {things:,} things, {relations:,} relations, bills of materials of {LEVELS} levels", lines


def _measures(ontology: Ontology) -> Measures:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.yaml"
        file.write_text(MEASURES, encoding="utf-8")
        return load_measures(ontology, [file], shipped=False)


def _edits(rows: Rows, snapshot: Snapshot, results: Results, full: float, runs: int) -> list[Line]:
    used = np.bincount(rows.part, minlength=rows.products)
    part = int(np.argmax(np.where(rows.level == LEVELS - 2, 0, used) * (used < 40)))
    found: list[Line] = []
    for label, class_name, prop, values, at in (
        ("one order line's total", "OrderLine", "total", rows.line_total, 17),
        ("one part's cost", "Product", "standard_cost", rows.standard_cost, part),
    ):
        edited, id_ = edited_snapshot(snapshot, class_name, prop, values, at)
        known = edits(snapshot, edited, [(id_, prop)])
        after = update(results, edited, known)
        whole = evaluate(edited, results.measures, results.options)
        if any(not np.array_equal(after.column(n).values, whole.column(n).values) for n in NAMES):
            raise SystemExit("an update and a full pass differ")
        note = f"{after.recomputed:,} cells; beside the full pass"
        took = timed(lambda e=edited, k=known: update(results, Snapshot(e.container), k), runs * 3)
        found.append(Line(label, took * 1000, "ms", full * 1000, note))
        took = timed(lambda e=edited: update(results, Snapshot(e.container)), runs)
        found.append(Line(f"{label}, found by comparing", took * 1000, "ms", full * 1000))
    return found


def edited_snapshot(snapshot: Snapshot, class_name: str, prop: str, values: Array, at: int) -> tuple[Snapshot, str]:
    """The snapshot with another value of one thing, and that thing's id."""
    block = next(b for b in snapshot.blocks if b.classes == (class_name,))
    changed = values.copy()
    changed[at] += 10_000
    held = snapshot.container
    arrays = {**held.arrays, f"block/{block.number}/{prop}/values": changed}
    return Snapshot(Container(held.meta, arrays, held.crc)), snapshot.entity_id(block.start + at)


def _draws(results: Results, cone: int = 1_000, draws: int = 10_000) -> list[Line]:
    """Totals of order lines drawn, up to orders and products; costs of parts drawn, through the bills of materials."""
    snapshot = results.snapshot
    starts = {b.classes[0]: b.start for b in snapshot.blocks}
    rng = np.random.default_rng(5)
    found: list[Line] = []
    edges = snapshot.relation("order_line_order")
    few = [starts["Order"] + i for i in range(cone // 8)]
    lines = np.concatenate([edges.source[edges.into.of(o)] for o in few]).tolist()
    wide = [Cell("Order.gain", snapshot.entity_id(o)) for o in few]
    deep = wide[:1]
    parts = [Input(snapshot.entity_id(starts["Product"] + p), "standard_cost") for p in range(40)]
    while cone_size(results, parts, deep) < cone and len(deep) < len(wide):
        deep = wide[: len(deep) * 2]
    for label, inputs, asked in (
        ("order lines", [Input(snapshot.entity_id(i), "quantity") for i in lines], wide),
        ("parts, through bills of materials,", parts, deep),
    ):
        given = {i: rng.normal(12.0, 1.0, draws) for i in inputs}
        took = timed(lambda g=given, a=asked: evaluate_draws(results, g, a), 3)
        size = cone_size(results, inputs, asked)
        found.append(
            Line(f"{draws:,} draws of {label} a cone of {size:,} cells", took, "s", note=f"{len(given)} drawn")
        )
    return found


PEERS: Mapping[str, Callable[[Rows], Callable[[], tuple[int, int]]]] = {"DuckDB": with_duckdb, "pandas": with_pandas}


def main(argv: Sequence[str] | None = None) -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m bench measures", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20,000 things and 100,000 relations.")
    parser.add_argument("--things", type=int, default=1_000_000)
    parser.add_argument("--relations", type=int, default=5_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", default=",".join(PEERS), help="Comma-separated.")
    parser.add_argument("--json", type=Path, help="File to append the figures to.")
    options = parser.parse_args(argv)
    size = (20_000, 100_000) if options.quick else (options.things, options.relations)
    title, lines = measure(*size, options.runs, [p for p in options.peers.split(",") if p])
    print("\n" + show(title, lines), flush=True)
    record("measures", title, lines, describe(), options.json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
