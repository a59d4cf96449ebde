"""Impact on a large power-law graph, and on a real company's snapshot, against named peers in the same run.

``python -m bench.impact`` prints a table for a generated graph (1 M nodes, 5 M relations unless ``--nodes``/``--edges``
say otherwise): the time from a start to scores, by knockon, networkx, igraph, rustworkx (if installed) and scipy.
``python -m bench.impact --project FOLDER --class Supplier`` does the same for every member of a class of an ingested
project, against networkx and against one Cypher query. Medians; the ratio is peer ÷ knockon.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reasoning.flow import Flow, from_arrays
from reasoning.spreading import STRONGEST, reach_from

DEPTH = 6


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of each start."""

    name: str
    seconds: tuple[float, ...]
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        return float(np.quantile(np.array(self.seconds), 0.95))


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


def timed(name: str, starts: Sequence[int], work: Callable[[int], object], budget: float = 60.0) -> Timing:
    """Each start once, until the budget is spent."""
    seconds: list[float] = []
    begin = time.perf_counter()
    for start in starts:
        at = time.perf_counter()
        work(start)
        seconds.append(time.perf_counter() - at)
        if time.perf_counter() - begin > budget:
            break
    note = "" if len(seconds) == len(starts) else f"{len(seconds)} of {len(starts)} starts in {budget:.0f} s"
    return Timing(name, tuple(seconds), note)


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


def generated(nodes: int, edges: int, count: int, peers: Sequence[str]) -> None:
    """The table for a generated graph."""
    begin = time.perf_counter()
    flow = power_law(nodes, edges)
    print(f"{nodes:,} nodes, {flow.edges:,} relations, built in {time.perf_counter() - begin:.1f} s, depth {DEPTH}")
    degree = np.diff(flow.pointer)
    rng = np.random.default_rng(1)
    starts = rng.choice(np.flatnonzero(degree > 0), count, replace=False).tolist()
    hub = int(np.argmax(degree))
    run = strongest(flow)
    run(hub)
    ours = timed("knockon", starts, run)
    ours_hub = timed("knockon", [hub] * 5, run)
    reached = reach_from(flow, [hub], [1.0], STRONGEST, depth=DEPTH, cutoff=None)
    events = reached.events
    order = np.argsort(-reached.value[events], kind="stable")[1:101]
    rank = np.arange(flow.size, dtype=np.int64)
    targets = reached.node[events][order].tolist()
    reached.routes(targets[0], 3, rank)
    at = time.perf_counter()
    found = [reached.routes(target, 3, rank) for target in targets]
    paths = time.perf_counter() - at
    print(f"largest hub: {degree[hub]:,} relations, reaches {len(events) - 1:,}")
    print(f"3 paths each for its top 100: {paths * 1000:.1f} ms, all complete: {all(c for _, c in found)}\n")
    print(f"{'':12}{'typical p50':>14}{'p95':>12}{'hub':>12}{'× p50':>10}{'× hub':>10}")
    _line("knockon", ours, ours_hub, ours, ours_hub)
    makers: dict[str, Callable[[Flow], Callable[[int], object] | None]] = {
        "networkx": with_networkx, "scipy": with_scipy, "igraph": with_igraph, "rustworkx": with_rustworkx,
    }  # fmt: skip
    for name in peers:
        peer = makers[name](flow)
        if peer is None:
            print(f"{name:12} not installed")
            continue
        few = starts[: 5 if name == "rustworkx" else count]
        _line(name, timed(name, few, peer), timed(name, [hub], peer), ours, ours_hub)


def _line(name: str, typical: Timing, hub: Timing, ours: Timing, ours_hub: Timing) -> None:
    print(
        f"{name:12}{typical.median * 1000:11.2f} ms{typical.p95 * 1000:9.2f} ms{hub.median * 1000:9.1f} ms"
        f"{typical.median / ours.median:10.1f}{hub.median / ours_hub.median:10.1f}  {typical.note}"
    )


def project(folder: Path, class_name: str, count: int | None) -> None:
    """The table for every member of a class of an ingested project."""
    from api.project import open_project
    from reasoning.impact import impact
    from reasoning.types import Filters, Start

    with open_project(folder) as opened:
        network = opened.network()
        snapshot = network.snapshot
        starts = [int(i) for i in snapshot.members(class_name)][:count]
        flow = network.flow(Filters(valid_at="any"), "any")
        print(f"{snapshot.size:,} entities, {flow.edges:,} relations that carry impact, {len(starts)} × {class_name}")
        filters = Filters(valid_at="any")

        def full(start: int) -> object:
            return impact(network, [Start(snapshot.entity_id(start))], filters=filters, limit=100, paths=3)

        def found(start: int) -> object:
            return impact(network, [Start(snapshot.entity_id(start))], filters=filters, limit=0, paths=0)

        full(starts[0])
        ours = timed("knockon", starts, found)
        answers = timed("knockon, 100 listed with 3 paths", starts, full)
        peer = timed("networkx", starts, _reach_networkx(flow))
        lines = [ours, answers, peer]
        cypher = _reach_cypher(opened.graph, network.ontology)
        lines.append(timed("Cypher", starts, lambda start: cypher(snapshot.entity_id(start)), budget=120))
        print(f"{'':36}{'p50':>12}{'p95':>12}{'× p50':>10}")
        for line in lines:
            ratio = line.median / ours.median
            print(f"{line.name:36}{line.median * 1000:9.2f} ms{line.p95 * 1000:9.2f} ms{ratio:10.1f}  {line.note}")


def _reach_networkx(flow: Flow) -> Callable[[int], object]:
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_nodes_from(range(flow.size))
    graph.add_edges_from(zip(flow.tail.tolist(), flow.head.tolist(), strict=True))
    return lambda start: nx.descendants(graph, start)


def _reach_cypher(graph, ontology) -> Callable[[str], object]:  # type: ignore[no-untyped-def]
    """One query: everything that relations with impact lead to, each in the direction in which impact runs."""
    from ontology.model import Direction

    along = "|".join(r.type for r in ontology.relations.values() if r.impact and r.impact.direction is Direction.WITH)
    against = "|".join(
        r.type for r in ontology.relations.values() if r.impact and r.impact.direction is Direction.AGAINST
    )
    text = (
        f"MATCH (s:Entity {{id: $id}}) MATCH (s) ((x)-[r:{along}|{against}]-(y) "
        f"WHERE (type(r) IN $along AND startNode(r) = x) OR (type(r) IN $against AND endNode(r) = x))* (t) "
        "RETURN count(DISTINCT t) AS n"
    )
    kinds = {"along": along.split("|"), "against": against.split("|")}
    return lambda id_: list(graph.stream_text(text, id=id_, **kinds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=1_000_000)
    parser.add_argument("--edges", type=int, default=5_000_000)
    parser.add_argument("--starts", type=int, default=200)
    parser.add_argument("--peers", default="networkx,scipy,igraph,rustworkx")
    parser.add_argument("--project", type=Path)
    parser.add_argument("--class", dest="class_name", default="Supplier")
    options = parser.parse_args()
    if options.project is not None:
        project(options.project, options.class_name, None)
    else:
        generated(options.nodes, options.edges, options.starts, [p for p in options.peers.split(",") if p])


if __name__ == "__main__":
    main()
