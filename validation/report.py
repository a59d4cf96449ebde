"""A validation report that a business person can act on, and the same for programs and for RDF tools."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdfLiteral

from ontology.model import KO, K
from validation.image import ENTITY, RELATION
from validation.terms import RDF, SH, XSD


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
    mend: str = ""
    on_relation: bool = False

    def message(self, language: str = "en") -> str:
        """The text in a language, else in English, else in whatever there is."""
        for key in (language, language.split("-")[0], "en", ""):
            if key in self.messages:
                return self.messages[key]
        return next(iter(self.messages.values()), "")


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """What was found in the graph at a version."""

    findings: tuple[Finding, ...]
    version: int | None
    shapes: int
    seconds: float
    gate_only: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Shapes that were checked at the gate, because they cannot be in the graph; with the reason."""
    unchecked: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    since: str = ""
    before: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Findings by shape and path when this was last checked."""

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

    def counts(self) -> dict[str, int]:
        """Findings by rule."""
        found: dict[str, int] = {}
        for finding in self.findings:
            key = _rule(finding)
            found[key] = found.get(key, 0) + 1
        return found


def _rule(finding: Finding) -> str:
    named = finding.shape if finding.shape_id.startswith("_:") else finding.shape_id or finding.shape
    return " · ".join(part for part in (named, finding.path, finding.component) if part)


_WORDS = {"violation": "must be mended", "warning": "should be looked at", "info": "worth knowing"}
_MENDS = {
    "MinCount": "Enter the missing value in the source, or correct the mapping's column or key for it.",
    "MaxCount": "Keep one: correct the source, or say in the mapping which one counts.",
    "Class": "The key points to a thing of another kind: correct the key in the source.",
    "Pattern": "Correct the spelling in the source, or cleanse it in the mapping (`transforms`).",
    "In": "Correct the value in the source, or add it to the list of permitted values.",
    "LessThan": "One of the two values is wrong: compare them with the document.",
    "LessThanOrEquals": "One of the two values is wrong: compare them with the document.",
    "MinInclusive": "The number is too small: check the sign and the unit in the source.",
    "MinExclusive": "The number is too small: check the sign and the unit in the source.",
    "MaxInclusive": "The number is too large: check the decimal point and the unit in the source.",
    "MaxExclusive": "The number is too large: check the decimal point and the unit in the source.",
}


def as_text(report: ValidationReport, *, language: str = "en", sample: int = 3) -> str:
    """What is wrong, how often, a sample with records, and what usually mends it."""
    lines: list[str] = []
    rules: dict[str, list[Finding]] = {}
    for finding in report.findings:
        rules.setdefault(_rule(finding), []).append(finding)
    order = {"violation": 0, "warning": 1, "info": 2}
    for key, found in sorted(rules.items(), key=lambda i: (order[i[1][0].severity], -len(i[1]), i[0])):
        first = found[0]
        trend = _trend(len(found), report.before.get(key)) if report.before else ""
        count = f"{len(found):,} × " if len(found) > 1 else ""
        lines.append(f"{first.severity.upper()} ({_WORDS[first.severity]}): {count}{first.message(language)}{trend}")
        lines.append(f"  rule {first.shape}{f', on {first.path}' if first.path else ''}")
        for finding in found[:sample]:
            name = f"{finding.cls} {finding.title}".strip() or "relation"
            value = f" = {finding.value}" if finding.value is not None else ""
            lines.append(f"  - {name} [{finding.focus}]{value}")
            lines.extend(f"      from {place}" for place in finding.records[:2])
        if len(found) > sample:
            lines.append(f"  … and {len(found) - sample:,} more (`--format json` lists all)")
        mend = first.mend or _MENDS.get(first.component, "")
        if mend:
            lines.append(f"  → {mend}")
        lines.append("")
    for name, reason in sorted(report.gate_only.items()):
        lines.append(f"Checked at the gate, not inside the graph: {name} ({reason}).")
    for name, reason in sorted(report.unchecked.items()):
        lines.append(f"NOT checked: {name} ({reason}).")
    totals = report.totals()
    scope = f" of what changed since {report.since}" if report.since else ""
    version = f" at version {report.version}" if report.version is not None else ""
    counted = f"{totals['violation']:,} violations, {totals['warning']:,} warnings, {totals['info']:,} notes"
    lines.append(f"{counted}{scope}{version}; {report.shapes} shapes in {report.seconds:.1f} s.")
    return "\n".join(lines)


def _trend(now: int, before: int | None) -> str:
    if before is None:
        return " (new)"
    if now == before:
        return " (as last time)"
    return f" ({now - before:+,} since last time)"


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
                    "messages": dict(f.messages),
                    "records": [{"record": p.record, "file": p.file, "row": p.row} for p in f.records],
                }
                for f in report.findings
            ],
            "gate_only": dict(report.gate_only),
            "unchecked": dict(report.unchecked),
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
