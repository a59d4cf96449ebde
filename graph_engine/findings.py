"""What rules found, kept in the graph: marks on things, counts with runs, and by which rules everything was checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from graph_engine.graph import Graph
from validation.gate import GateReport
from validation.marks import Mark, RuleCount, RunFindings, counts_text, read_counts, read_mark, renewed

_BATCH = 5000


def rules_in_force(graph: Graph) -> frozenset[str] | None:
    """The rules by which all that is in the graph was checked; None where that is not known."""
    found = graph.read("read/rules")
    rules = found[0]["rules"] if found else None
    return frozenset(str(r) for r in rules) if isinstance(rules, list) else None


def begin_change(graph: Graph) -> None:
    """From here until :func:`keep`, what is in the graph counts as unchecked: a run that dies leaves it so."""
    graph.write("write/rules_set", rules=None)


def keep(
    graph: Graph, run: str, report: GateReport, stopped: Iterable[RuleCount], *, rules: Iterable[str],
    before: frozenset[str] | None,
) -> None:  # fmt: skip
    """Mark things with what the gate found and let in, count it with the run, and note the rules that hold now.

    Args:
        stopped: what was kept out.
        before: the rules that held until now; marks of rules that are gone are taken off everywhere.
    """
    now = frozenset(rules)
    ids = _looked_at(report) if now == before else None
    if report.engine != "off":
        held: dict[str, tuple[str, ...]] = {}
        rows = graph.stream("read/findings_all") if ids is None else _by_id(graph, ids)
        for row in rows:
            held[str(row["id"])] = _texts(row["findings"])
        _mark(graph, renewed(report, held))
        graph.write("write/run_findings", id=run, findings=counts_text(standing(graph), stopped))
    graph.write("write/rules_set", rules=sorted(now))


def standing(graph: Graph) -> tuple[RuleCount, ...]:
    """How often each rule is marked in the graph."""
    counts = {str(r["rule"]): int(str(r["count"])) for r in graph.stream("read/findings_counts")}
    if not counts:
        return ()
    named: dict[str, Mark] = {}
    for row in graph.stream("read/findings_all"):
        for text in _texts(row["findings"]):
            if text.partition("\t")[0] not in named:
                named[text.partition("\t")[0]] = read_mark(text)
        if len(named) == len(counts):
            break
    return tuple(RuleCount(r, named[r].message(), named[r].severity, n) for r, n in sorted(counts.items()))


def keep_counts(graph: Graph, run: str, found: Iterable[RuleCount]) -> None:
    """Put what a check of the whole graph found in the place of what the run counted; what it stopped stays."""
    stopped = next((r.stopped for r in history(graph, 1000) if r.run == run), {})
    graph.write("write/run_findings", id=run, findings=counts_text(found, stopped.values()))


def history(graph: Graph, limit: int) -> tuple[RunFindings, ...]:
    """What rules found, run by run, newest first."""
    return tuple(
        RunFindings(str(r["id"]), int(str(r["published"])), str(r["finished"] or ""), *read_counts(str(r["findings"])))
        for r in graph.read("read/run_findings", limit=limit)
    )


def marks_on(graph: Graph, ids: Sequence[str]) -> dict[str, tuple[Mark, ...]]:
    """The marks of things that have any."""
    return {str(r["id"]): tuple(read_mark(t) for t in _texts(r["findings"])) for r in _by_id(graph, ids)}


def marks_of(properties: Mapping[str, object]) -> tuple[Mark, ...]:
    """The marks of a thing, from its properties as they are kept."""
    return tuple(read_mark(t) for t in _texts(properties.get("_findings")))


def all_marks(graph: Graph) -> dict[str, tuple[Mark, ...]]:
    """The marks of everything that has any."""
    return {str(r["id"]): tuple(read_mark(t) for t in _texts(r["findings"])) for r in graph.stream("read/findings_all")}


def _by_id(graph: Graph, ids: Sequence[str]) -> Iterable[dict[str, object]]:
    for start in range(0, len(ids), _BATCH):
        yield from graph.stream("read/findings_by_id", ids=ids[start : start + _BATCH])


def _mark(graph: Graph, marks: dict[str, tuple[str, ...]]) -> None:
    rows = [{"id": entity, "findings": list(texts)} for entity, texts in marks.items()]
    for start in range(0, len(rows), _BATCH):
        graph.write("write/findings_mark", rows=rows[start : start + _BATCH])


def _looked_at(report: GateReport) -> list[str] | None:
    """Everything that was checked or found; None: all that there is."""
    ids = {f.entity for f in (*report.warnings, *report.infos) if f.entity}
    for scope in report.scopes:
        if scope.entities is None:
            return None
        ids |= scope.entities
    return sorted(ids)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(v) for v in value) if isinstance(value, list) else ()
