"""A validation report: its findings, and as JSON for programs and Turtle for RDF tools (text: ``report_text``)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdfLiteral

from ontology.model import KO, K
from validation.image import ENTITY, RELATION
from validation.marks import RuleCount, RunFindings
from validation.terms import RDF, SH, XSD
from validation.violations import in_language, rule_of


@dataclass(frozen=True, slots=True)
class Place:
    """A record to blame, and where it stands."""

    record: str
    file: str = ""
    row: int = 0

    def __str__(self) -> str:
        return f"{self.record} ({self.file}, row {self.row})" if self.file else self.record


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, in which entity, and from which records."""

    focus: str
    title: str
    cls: str
    shape: str
    shape_id: str
    path: str
    value: str | None
    component: str
    severity: str
    messages: Mapping[str, str]
    records: tuple[Place, ...] = ()
    mend: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What usually mends it, by language; empty: what usually mends that kind of finding."""
    on_relation: bool = False
    """``focus`` is a relation; ``entity``, ``title`` and ``cls`` are those of its source."""
    entity: str = ""

    @property
    def rule(self) -> str:
        """What it is counted under, run after run."""
        return rule_of(self.shape, self.shape_id, self.path, self.component)

    def message(self, language: str = "en") -> str:
        """The text in a language, else in English, else in whatever there is."""
        return in_language(self.messages, language)


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """What was found in the graph at a version."""

    findings: tuple[Finding, ...]
    version: int | None
    shapes: int
    seconds: float
    gate_only: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Shapes that were checked at the gate, because they cannot be in the graph; with the reason."""
    since: str = ""
    """Only what changed since that run was looked at."""
    history: tuple[RunFindings, ...] = ()
    """What the rules found run by run, newest first."""

    @property
    def conforms(self) -> bool:
        """There are no violations (warnings and notes are not)."""
        return not any(f.severity == "violation" for f in self.findings)

    def totals(self) -> Mapping[str, int]:
        """Findings by severity."""
        found = {"violation": 0, "warning": 0, "info": 0}
        for finding in self.findings:
            found[finding.severity] += 1
        return found

    def counts(self) -> tuple[RuleCount, ...]:
        """By rule, how many things break it."""
        things: dict[str, set[str]] = {}
        first: dict[str, Finding] = {}
        for finding in self.findings:
            things.setdefault(finding.rule, set()).add(finding.focus)
            first.setdefault(finding.rule, finding)
        return tuple(RuleCount(r, first[r].message(), first[r].severity, len(things[r])) for r in sorted(things))


def as_json(report: ValidationReport) -> str:
    """The report for programs: one object."""
    return json.dumps(
        {
            "conforms": report.conforms,
            "version": report.version,
            "since": report.since or None,
            "shapes": report.shapes,
            "seconds": round(report.seconds, 3),
            "totals": dict(report.totals()),
            "findings": [
                {
                    "focus": f.focus,
                    "title": f.title,
                    "class": f.cls,
                    "shape": f.shape_id or f.shape,
                    "name": f.shape,
                    "path": f.path,
                    "value": f.value,
                    "component": f.component,
                    "severity": f.severity,
                    "rule": f.rule,
                    "messages": dict(f.messages),
                    "records": [{"record": p.record, "file": p.file, "row": p.row} for p in f.records],
                }
                for f in report.findings
            ],
            "gate_only": dict(report.gate_only),
            "history": [
                {
                    "run": run.run,
                    "version": run.version,
                    "at": run.at,
                    "standing": {c.rule: c.count for c in run.standing.values()},
                    "stopped": {c.rule: c.count for c in run.stopped.values()},
                }
                for run in report.history
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def as_turtle(report: ValidationReport) -> str:
    """The report in SHACL's own vocabulary; ``ko:record`` names the records to blame."""
    graph = Graph(bind_namespaces="none")
    for prefix, name in (("sh", SH), ("k", K), ("ko", KO), ("xsd", XSD)):
        graph.bind(prefix, name)
    top = BNode()
    graph.add((top, URIRef(RDF + "type"), URIRef(SH + "ValidationReport")))
    graph.add((top, URIRef(SH + "conforms"), RdfLiteral(not report.findings)))
    for finding in report.findings:
        node = BNode()
        graph.add((top, URIRef(SH + "result"), node))
        for predicate, value in _triples(finding):
            graph.add((node, URIRef(predicate), value))
    return graph.serialize(format="turtle")


def _triples(finding: Finding) -> Iterable[tuple[str, URIRef | RdfLiteral]]:
    level = {"violation": "Violation", "warning": "Warning", "info": "Info"}[finding.severity]
    yield RDF + "type", URIRef(SH + "ValidationResult")
    yield SH + "focusNode", URIRef((RELATION if finding.on_relation else ENTITY) + finding.focus)
    yield SH + "resultSeverity", URIRef(SH + level)
    yield SH + "sourceConstraintComponent", URIRef(f"{SH}{finding.component}ConstraintComponent")
    if not finding.shape_id.startswith("_:") and finding.shape_id:
        yield SH + "sourceShape", URIRef(finding.shape_id)
    if finding.path:
        yield KO + "path", RdfLiteral(finding.path)
    if finding.value is not None:
        yield SH + "value", RdfLiteral(finding.value)
    for language, text in finding.messages.items():
        yield SH + "resultMessage", RdfLiteral(text, lang=language or None)
    for place in finding.records:
        yield KO + "record", RdfLiteral(place.record)
