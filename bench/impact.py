"""Impact on a large power-law graph: from a start to the scores of everything it reaches, against named peers.

All do the same work in the same run: the best product of weights over at most 6 hops (rustworkx cannot bound hops and
does without the bound). Typical starts are drawn at random; the hub is the node with most relations.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

from bench.company import cypher
from bench.company import run as run_cypher
from bench.machine import describe
from bench.table import Line, quantile, record, show
from graph_engine.graph import Graph
from graph_engine.server.managed import ManagedServer
from reasoning.flow import Flow, from_arrays
from reasoning.gates import delayed, requires
from reasoning.spreading import STRONGEST, reach_from
from reasoning.types import Start

DEPTH = 6
Peer = Callable[[int], object]
_CLOSING = ExitStack()
"""What peers started."""


def power_law(nodes: int, edges: int, seed: int = 7) -> Flow:
    """A graph whose in- and out-degrees follow a power law; weights in [0.1, 1), lags of 0 to 9 days."""
    rng = np.random.default_rng(seed)

    def ends() -> np.ndarray:
        drawn = np.minimum((nodes * rng.random(edges) ** 2.5).astype(np.int64), nodes - 1)
        return rng.permutation(nodes)[drawn].astype(np.int32)

    tail, head = ends(), ends()
    kept = tail != head
    tail, head = tail[kept], head[kept]
    return from_arrays(nodes, tail, head, 0.1 + 0.9 * rng.random(len(tail)), rng.integers(0, 10, len(tail)) + 0.0)


def timed(starts: Sequence[int], work: Callable[[int], object], budget: float = 60.0) -> list[float]:
    """Milliseconds of each start, until the budget is spent."""
    found: list[float] = []
    begin = time.perf_counter()
    for start in starts:
        at = time.perf_counter()
        work(start)
        found.append((time.perf_counter() - at) * 1000)
        if time.perf_counter() - begin > budget:
            break
    return found


def strongest(flow: Flow) -> Callable[[int], object]:
    return lambda start: reach_from(flow, [start], [1.0], STRONGEST, depth=DEPTH, cutoff=None)


def with_networkx(flow: Flow) -> Callable[[int], object]:
    """Bounded max-product with networkx' adjacency: the same layers, in Python over its dictionaries."""
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_nodes_from(range(flow.size))
    for a, b, w in zip(flow.tail.tolist(), flow.head.tolist(), flow.weight.tolist(), strict=True):
        if not graph.has_edge(a, b) or graph[a][b]["w"] < w:
            graph.add_edge(a, b, w=w)
    adjacency = graph.adj

    def run(start: int) -> dict[int, float]:
        best, front = {start: 1.0}, {start: 1.0}
        for _ in range(DEPTH):
            then: dict[int, float] = {}
            for u, base in front.items():
                for v, data in adjacency[u].items():
                    new = base * data["w"]
                    if new > best.get(v, 0.0):
                        best[v] = new
                        then[v] = new
            front = then
        return best

    return run


def with_scipy(flow: Flow) -> Callable[[int], object]:
    """Bounded max-product with a sparse matrix: only the rows of the front are touched."""
    from scipy.sparse import csr_matrix

    matrix = csr_matrix((flow.weight, flow.head, flow.pointer), shape=(flow.size, flow.size))

    def run(start: int) -> np.ndarray:
        best = np.zeros(flow.size)
        best[start] = 1.0
        front = np.array([start])
        value = np.array([1.0])
        for _ in range(DEPTH):
            rows = matrix[front]
            new = np.repeat(value, np.diff(rows.indptr)) * rows.data
            then = best.copy()
            np.maximum.at(then, rows.indices, new)
            front = np.unique(rows.indices[then[rows.indices] > best[rows.indices]])
            value = then[front]
            best = then
        return best

    return run


def with_igraph(flow: Flow) -> Callable[[int], object]:
    """igraph bounds no weighted distances: the neighbourhood of the depth, then Dijkstra on −log w within it."""
    import igraph

    graph = igraph.Graph(n=flow.size, edges=np.column_stack([flow.tail, flow.head]), directed=True)
    graph.es["cost"] = (-np.log(flow.weight)).tolist()

    def run(start: int) -> object:
        near = graph.neighborhood(start, order=DEPTH, mode="out")
        part = graph.induced_subgraph(near)
        at = near.index(start)
        return part.distances(source=at, weights="cost")

    return run


def with_rustworkx(flow: Flow) -> Callable[[int], object] | None:
    """rustworkx: Dijkstra on −log w without a bound on hops (it has none)."""
    try:
        import rustworkx
    except ImportError:
        return None
    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(flow.size))
    cost = (-np.log(flow.weight)).tolist()
    graph.add_edges_from(list(zip(flow.tail.tolist(), flow.head.tolist(), cost, strict=True)))
    return lambda start: rustworkx.dijkstra_shortest_path_lengths(graph, start, float)


def with_cypher(flow: Flow) -> Peer:
    """Neo4j's own query, on a server of its own: what is reached within the depth (it cannot bound the best product).

    Rows come by its offline import; ids are indexed. A start that takes longer than a minute counts as a minute.
    """
    place = Path(_CLOSING.enter_context(tempfile.TemporaryDirectory(prefix="knockon-bench-")))
    server = ManagedServer(place / "neo4j", heap="4g", page_cache="2g")
    ids = np.arange(flow.size)
    csv.write_csv(pa.table({":ID": ids, "id:int": ids}), place / "nodes.csv")
    csv.write_csv(pa.table({":START_ID": flow.tail, ":END_ID": flow.head}), place / "edges.csv")
    server.installation.admin(
        "database", "import", "full", "neo4j", "--overwrite-destination",
        f"--nodes=Thing={place / 'nodes.csv'}", f"--relationships=AFFECTS={place / 'edges.csv'}",
    )  # fmt: skip
    graph = Graph.connect(server.ensure_running())
    _CLOSING.callback(server.stop)
    _CLOSING.callback(graph.close)
    run_cypher(graph, "CREATE CONSTRAINT thing IF NOT EXISTS FOR (n:Thing) REQUIRE n.id IS UNIQUE")
    run_cypher(graph, "CALL db.awaitIndexes(300)")
    text = cypher("within", depth=str(DEPTH))

    def run(start: int) -> object:
        with graph.driver.session(database=graph.credentials.database) as session:
            try:
                with session.begin_transaction(timeout=60.0) as transaction:
                    return transaction.run(text, {"id": start}).single()
            except Exception as problem:
                if "imeout" not in type(problem).__name__ + str(problem) and "terminated" not in str(problem):
                    raise
                return None

    return run


def measure(nodes: int, edges: int, count: int, peers: Sequence[str]) -> tuple[str, list[Line]]:
    """The title and the lines."""
    begin = time.perf_counter()
    flow = power_law(nodes, edges)
    built = time.perf_counter() - begin
    degree = np.diff(flow.pointer)
    starts = np.random.default_rng(1).choice(np.flatnonzero(degree > 0), count, replace=False).tolist()
    hub = int(np.argmax(degree))
    run = strongest(flow)
    run(hub)
    typical, largest = timed(starts, run), quantile(timed([hub] * 5, run), 0.5)
    reached = reach_from(flow, [hub], [1.0], STRONGEST, depth=DEPTH, cutoff=None)
    events = reached.events
    lines = [Line("build the merged graph", built, "s")]
    for name in peers:
        peer = PEERS[name](flow)
        if peer is None:
            print(f"{name} is not installed: left out")
            continue
        few = starts[:3] if name == "rustworkx" else starts[:20] if name == "cypher" else starts
        theirs = timed(few, peer)
        note = "" if len(theirs) == len(starts) else f"{len(theirs)} of {len(starts)} starts"
        for label, share in (("typical", 0.5), ("p95", 0.95)):
            lines.append(Line(f"{name}: {label}", quantile(typical, share), "ms", quantile(theirs, share), note))
        lines.append(Line(f"{name}: largest hub", largest, "ms", timed([hub], peer)[0]))
    order = np.argsort(-reached.value[events], kind="stable")[1:101]
    rank = np.arange(flow.size, dtype=np.int64)
    targets = reached.node[events][order].tolist()
    reached.routes(targets[0], 3, rank)
    at = time.perf_counter()
    complete = all(done for _, done in (reached.routes(target, 3, rank) for target in targets))
    note = "all proven best" if complete else "some given up"
    lines.append(Line("3 best paths for the hub's top 100", (time.perf_counter() - at) * 1000, "ms", note=note))
    for name, ask in (
        ("requires", lambda start: requires(flow, [start], DEPTH)),
        ("delayed, 21 days", lambda start: delayed(flow, [start], [Start("", days=21.0)], DEPTH, None)),
    ):
        ask(starts[0])
        lines.append(Line(f"{name}: typical", quantile(timed(starts[:50], ask), 0.5), "ms"))
    title = (
        f"Impact, {nodes:,} nodes, {flow.edges:,} relations, depth {DEPTH}; "
        f"hub: {degree[hub]:,} relations, reaches {len(events) - 1:,}"
    )
    return title, lines


PEERS: Mapping[str, Callable[[Flow], Peer | None]] = {
    "networkx": with_networkx,
    "scipy": with_scipy,
    "igraph": with_igraph,
    "rustworkx": with_rustworkx,
    "cypher": with_cypher,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m bench impact", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20,000 nodes and 100,000 relations.")
    parser.add_argument("--nodes", type=int, default=1_000_000)
    parser.add_argument("--edges", type=int, default=5_000_000)
    parser.add_argument("--starts", type=int, default=200)
    parser.add_argument("--peers", default=",".join(PEERS), help="Comma-separated.")
    parser.add_argument("--json", type=Path, help="File to append the figures to.")
    options = parser.parse_args(argv)
    size = (20_000, 100_000, 20) if options.quick else (options.nodes, options.edges, options.starts)
    with _CLOSING:
        title, lines = measure(*size, [p for p in options.peers.split(",") if p])
    print("\n" + show(title, lines), flush=True)
    record("impact", title, lines, describe(), options.json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
