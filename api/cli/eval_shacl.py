"""``knockon eval shacl DIR``: a suite in the W3C manifest format, at the gate and inside the graph."""

from __future__ import annotations

import json
import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.frame import AsJson, err, out

if TYPE_CHECKING:
    from graph_engine.graph import Graph
    from validation.suite import Case, Outcome


@dataclass(slots=True)
class _Side:
    """Cases of one execution and one part of the suite, by verdict."""

    passed: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    not_expressible: list[tuple[str, str]] = field(default_factory=list)

    def add(self, case: Case, outcome: Outcome) -> None:
        match outcome.verdict:
            case "passed":
                self.passed.append(case.name)
            case "failed":
                self.failed.append((case.name, outcome.reason))
            case _:
                self.not_expressible.append((case.name, outcome.reason))


def shacl(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with a manifest.ttl in the W3C format.")],
    as_json: AsJson = False,
    engine: Annotated[str, typer.Option("--engine", help="At the gate: gate, pyshacl or shifty.")] = "gate",
    in_graph: Annotated[bool, typer.Option("--graph/--no-graph", help="Also inside a Neo4j of its own.")] = True,
) -> None:
    """Run a SHACL test suite at the gate and inside Neo4j; say what passed, failed, cannot be expressed, and agrees."""
    from ontology.errors import BadQuestion
    from validation.suite import at_the_gate, by_engine, by_reference, cases, run_case

    logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # ill-formed literals are what some tests are about
    warnings.filterwarnings("ignore", module="rdflib")
    executions = {"gate": at_the_gate, "pyshacl": by_reference, "shifty": by_engine("shifty")}
    if engine not in executions:
        raise BadQuestion(f"--engine {engine!r} is not known.", do="Use gate, pyshacl or shifty.")
    gate = {"core": _Side(), "sparql": _Side()}
    graph_side = _Side()
    disagreements: list[dict[str, str]] = []
    listed = list(cases(folder))
    with _database(in_graph) as graph:
        for case in listed:
            first = run_case(case, executions[engine])
            gate["sparql" if case.sparql else "core"].add(case, first)
            if graph is None or case.sparql:
                continue
            second = run_case(case, _inside(graph))
            graph_side.add(case, second)
            if second.verdict == "not_expressible":
                continue
            reference = first if engine == "pyshacl" else run_case(case, by_reference)
            for name, other in (("gate", first), ("pyshacl", reference)):
                if other.found != second.found:
                    disagreements.append({"test": case.name, "between": f"graph and {name}"})
    if as_json:
        print(json.dumps(_object(gate, graph_side, disagreements), indent=1))
    else:
        _show(gate, graph_side, disagreements, in_graph=in_graph)
    if disagreements:
        raise typer.Exit(1)


def _inside(graph: Graph):  # type: ignore[no-untyped-def]
    from graph_engine.validate import in_the_graph

    return in_the_graph(graph)


@contextmanager
def _database(wanted: bool) -> Iterator[Graph | None]:
    """A Neo4j that holds nothing else and is gone afterwards: a suite's data never meets a company's."""
    if not wanted:
        yield None
        return
    from graph_engine.graph import Graph
    from graph_engine.server.managed import ManagedServer

    with tempfile.TemporaryDirectory(prefix="knockon-eval-") as folder:
        server = ManagedServer(Path(folder) / "neo4j", heap="512m", page_cache="128m", say=lambda text: err.print(text))
        try:
            with Graph.connect(server.ensure_running()) as graph:
                yield graph
        finally:
            server.kill()


def _object(gate: dict[str, _Side], graph: _Side, disagreements: list[dict[str, str]]) -> dict[str, object]:
    return {
        "gate": {part: {"passed": len(s.passed), "failed": len(s.failed)} for part, s in gate.items()},
        "graph": {
            "core": {
                "passed": len(graph.passed),
                "failed": len(graph.failed),
                "not_expressible": len(graph.not_expressible),
            }
        },
        "disagreements": disagreements,
    }


def _show(gate: dict[str, _Side], graph: _Side, disagreements: list[dict[str, str]], *, in_graph: bool) -> None:
    for part, side in gate.items():
        _line(f"At the gate, {part}", side)
    if in_graph:
        _line("Inside the graph, core", graph)
        out.print(f"Disagreements with the gate and pySHACL: {len(disagreements)}")
        for item in disagreements:
            out.print(f"  {item['test']}: {item['between']}", markup=False)


def _line(title: str, side: _Side) -> None:
    total = len(side.passed) + len(side.failed) + len(side.not_expressible)
    out.print(
        f"{title}: {len(side.passed)} of {total} passed, {len(side.failed)} failed, "
        f"{len(side.not_expressible)} not expressible",
        markup=False,
    )
    for name, reason in side.failed:
        out.print(f"  failed {name}: {reason}", markup=False)
    for name, reason in side.not_expressible:
        out.print(f"  not expressible {name}: {reason}", markup=False)
