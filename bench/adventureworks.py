"""AdventureWorks end to end: ingest by stage, the same ingest again, and impact of every vendor against two peers.

``python -m bench adventureworks`` makes a project in a temporary folder, with a server of its own. Impact is measured
as the command line asks it (100 listed, 3 paths each) and as totals only. Peers: networkx (breadth-first search over a
graph built beforehand from the same relations) and one Cypher query (every entity that relations with impact lead to).
All three must reach the same set for every start, or the run fails. ``--quick`` takes the sample company.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import ingest.pipeline
from api.project import Project
from bench.company import Company, NoData, adventureworks, cypher, empty, opened, run, sample, work_folder
from bench.machine import Peak, describe, peak
from bench.table import Line, quantile, record, show
from graph_engine.graph import Graph
from ingest.archive import Archive
from ingest.report import RunReport
from ontology.model import Direction, Ontology
from reasoning.flow import Flow
from reasoning.types import Filters, Start
from validation.gate import Gate

_ALWAYS = Filters(valid_at="any")
_STARTS = "Supplier"


@dataclass(frozen=True, slots=True)
class Ingested:
    """One ingest: its report, wall-clock seconds by stage, and the memory it took."""

    report: RunReport
    seconds: float
    stages: dict[str, float]
    memory: Peak

    @property
    def rows(self) -> int:
        """Rows that were read."""
        return sum(t.read for t in self.report.tables)


def ingested(project: Project) -> Ingested:
    """Ingest all sources of the project."""
    spent = {"read files": 0.0, "schema": 0.0, "gate": 0.0}

    def counted(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            try:
                return method(*args, **kwargs)
            finally:
                spent[name] += time.perf_counter() - began

        return timed

    with (
        mock.patch.object(Archive, "store", counted("read files", Archive.store)),
        mock.patch.object(ingest.pipeline, "apply_schema", counted("schema", ingest.pipeline.apply_schema)),
        mock.patch.object(Gate, "check", counted("gate", Gate.check)),
        peak(lambda: project.server.status().pid) as memory,
    ):
        began = time.perf_counter()
        report = project.pipeline.ingest(project.sources())
        seconds = time.perf_counter() - began
    stages = {"read files": spent["read files"], "schema": spent["schema"], **report.seconds}
    stages["lease, publish"] = seconds - sum(stages.values())
    stages["of which gate"] = spent["gate"]
    return Ingested(report, seconds, stages, memory)


def ingest_lines(project: Project) -> list[Line]:
    """First ingest by stage, the same again, all of it computed anew without a change, and the snapshot."""
    first = ingested(project)
    written = first.report.written
    lines = [
        Line("first ingest", first.seconds, "s", note=f"{first.rows:,} rows, {written:,} items written"),
        Line("rows per second", first.rows / first.seconds, "rows/s"),
        Line("processor time, with the server", first.memory.cpu, "s"),
        Line("peak memory, knockon", first.memory.own, "MiB", note="DuckDB and Arrow included"),
        Line("peak memory, server", first.memory.server, "MiB", note="heap and page cache as set"),
    ]
    lines += [
        Line(f"  {stage}", seconds, "s", note=f"{seconds / first.seconds:.0%} of the first ingest")
        for stage, seconds in first.stages.items()
    ]
    if "write" in first.stages:
        lines.append(Line("items per second in write", written / max(first.stages["write"], 1e-9), "items/s"))
    again = ingested(project)
    assert again.report.written == 0, "the same export wrote something"
    lines.append(
        Line("same ingest again", again.seconds, "s", note=f"{again.seconds / first.seconds:.1%} of the first")
    )
    began = time.perf_counter()
    anew = project.replay(None)
    seconds = time.perf_counter() - began
    assert anew.written == 0, "computing the same state anew wrote something"
    lines.append(Line("all computed anew", seconds, "s", note=f"{seconds / first.seconds:.1%} of the first; no change"))
    began = time.perf_counter()
    project.refresh()
    lines.append(Line("snapshot", time.perf_counter() - began, "s"))
    return lines


def impact_lines(project: Project, count: int | None) -> list[Line]:
    """Impact of every supplier, ours and the peers'; the sets must be the same."""
    from reasoning.impact import impact

    began = time.perf_counter()
    network = project.network()
    loaded = time.perf_counter() - began
    snapshot = network.snapshot
    starts = [int(i) for i in snapshot.members(_STARTS)][:count]
    ids = [snapshot.entity_id(i) for i in starts]
    flow = network.flow(_ALWAYS, "any")

    def listed(start: str) -> object:
        return impact(network, [Start(start)], filters=_ALWAYS, limit=100, paths=3)

    def totals(start: str) -> object:
        return impact(network, [Start(start)], filters=_ALWAYS, limit=0, paths=0)

    listed(ids[0])
    built, reach = _networkx(flow)
    asked = _cypher(project.graph, project.ontology)
    asked(ids[0])
    ours_listed, ours_totals = _timed(listed, ids), _timed(totals, ids)
    nx_times, cypher_times = _timed(reach, starts), _timed(asked, ids)
    sizes = []
    for start, id_ in zip(starts, ids, strict=True):
        found = {a.entity.id for a in impact(network, [Start(id_)], filters=_ALWAYS, limit=None, paths=0).affected}
        by_networkx = {snapshot.entity_id(int(i)) for i in reach(start)}
        by_cypher = asked(id_) - {id_}
        assert found == by_networkx == by_cypher, f"{id_}: the sets differ"
        sizes.append(len(found))
    about = f"{len(ids)} starts, {min(sizes):,} to {max(sizes):,} reached, {flow.edges:,} relations with impact"
    lines = [Line("network from snapshot", loaded, "s", note=about)]
    for share, name in ((0.5, "p50"), (0.95, "p95")):
        mine, whole = quantile(ours_totals, share), quantile(ours_listed, share)
        lines += [
            Line(f"{name}, 100 listed with 3 paths", whole, "ms", note="target p95 ≤ 50 ms" if share > 0.5 else ""),
            Line(f"{name}, totals only, against networkx", mine, "ms", quantile(nx_times, share)),
            Line(f"{name}, totals only, against Cypher", mine, "ms", quantile(cypher_times, share)),
            Line(f"{name}, 100 listed with 3 paths, against Cypher", whole, "ms", quantile(cypher_times, share)),
        ]
    lines.append(Line("networkx: building its graph", built, "s", note="not part of its times"))
    return lines


def _timed(work: Callable[[Any], object], starts: Sequence[object]) -> list[float]:
    """Milliseconds of each start, once."""
    took = []
    for start in starts:
        began = time.perf_counter()
        work(start)
        took.append((time.perf_counter() - began) * 1000)
    return took


def _networkx(flow: Flow) -> tuple[float, Callable[[int], set[int]]]:
    """Seconds to build the graph, and what finds all that is reached from a node."""
    import networkx

    began = time.perf_counter()
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(flow.size))
    graph.add_edges_from(zip(flow.tail.tolist(), flow.head.tolist(), strict=True))
    seconds = time.perf_counter() - began
    return seconds, lambda start: set(networkx.descendants(graph, start))


def _cypher(graph: Graph, ontology: Ontology) -> Callable[[str], set[str]]:
    """What asks the database for the ids of all that is reached from an entity."""
    with_impact = [r for r in ontology.relations.values() if r.impact is not None]
    along = [r.type for r in with_impact if r.impact and r.impact.direction is Direction.WITH]
    against = [r.type for r in with_impact if r.impact and r.impact.direction is Direction.AGAINST]
    text = cypher("reach", types="|".join(f"`{t}`" for t in (*along, *against)))
    return lambda id_: {str(row["id"]) for row in run(graph, text, id=id_, along=along, against=against)}


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; 0, or 3 where the data is not on this machine."""
    parser = argparse.ArgumentParser(prog="python -m bench adventureworks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="The sample company in place of AdventureWorks.")
    parser.add_argument("--starts", type=int, help="Suppliers to ask about (all).")
    parser.add_argument("--only", choices=("ingest", "impact"), help="Half; impact needs an ingested --work folder.")
    parser.add_argument("--work", type=Path, help="Folder to work in and to keep.")
    parser.add_argument("--json", type=Path, help="File to append the figures to.")
    options = parser.parse_args(argv)
    try:
        company: Company = sample() if options.quick else adventureworks()
    except NoData as problem:
        print(problem)
        return 3
    machine = describe()
    with work_folder(options.work) as folder, opened(company, folder / "company") as project:
        if options.only != "impact":
            empty(project.graph)
            _print(f"Ingest of {company.name}", ingest_lines(project), machine, options.json)
        if options.only != "ingest":
            _print(f"Impact on {company.name}", impact_lines(project, options.starts), machine, options.json)
    return 0


def _print(title: str, lines: Sequence[Line], machine: dict[str, object], file: Path | None) -> None:
    print("\n" + show(title, lines), flush=True)
    record("adventureworks", title, lines, machine, file)


if __name__ == "__main__":
    raise SystemExit(main())
