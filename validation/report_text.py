"""The report as a person reads it: what is wrong, how often, where, since when, an example, what usually mends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from validation.marks import RunFindings
from validation.report import Finding, ValidationReport
from validation.violations import in_language

_ORDER = {"violation": 0, "warning": 1, "info": 2}
_RUNS = 5

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "violation": "VIOLATION (must be mended)",
        "warning": "WARNING (should be looked at)",
        "info": "NOTE (worth knowing)",
        "rule": "rule {rule}",
        "on": "rule {rule}, on {path}",
        "files": "in {files}",
        "from": "from {place}",
        "row": "{file}, row {row}",
        "relation": "relation of {title}",
        "more": "… and {count} more (`--format json` lists all)",
        "new": "new since {run}",
        "same": "as in {run}",
        "change": "{change} since {run}",
        "runs": "over the last runs: {counts}",
        "gone": "No longer found: {name} ({count} in {run}).",
        "gate": "Checked at the gate, not inside the graph: {name} ({reason}).",
        "nothing": "Nothing is wrong.",
        "totals": "{violation} violations, {warning} warnings, {info} notes{scope}{version}; "
        "{shapes} rules in {seconds} s.",
        "scope": " in what changed since {run}",
        "version": " at graph version {version}",
    },
    "de": {
        "violation": "VERSTOSS (ist zu beheben)",
        "warning": "WARNUNG (sollte man ansehen)",
        "info": "HINWEIS (gut zu wissen)",
        "rule": "Regel {rule}",
        "on": "Regel {rule}, an {path}",
        "files": "in {files}",
        "from": "aus {place}",
        "row": "{file}, Zeile {row}",
        "relation": "Beziehung von {title}",
        "more": "… und {count} weitere (`--format json` nennt alle)",
        "new": "neu seit {run}",
        "same": "wie in {run}",
        "change": "{change} seit {run}",
        "runs": "in den letzten Läufen: {counts}",
        "gone": "Nicht mehr gefunden: {name} ({count} in {run}).",
        "gate": "Am Eingang geprüft, nicht in der Datenbank: {name} ({reason}).",
        "nothing": "Alles in Ordnung.",
        "totals": "{violation} Verstöße, {warning} Warnungen, {info} Hinweise{scope}{version}; "
        "{shapes} Regeln in {seconds} s.",
        "scope": " in dem, was sich seit {run} geändert hat",
        "version": " in Version {version} des Graphen",
    },
}
_MISSING = {
    "en": "Enter the missing value in the source, or correct the mapping's column or key for it.",
    "de": "Den fehlenden Wert im System nachtragen oder Spalte und Schlüssel in der Zuordnung berichtigen.",
}
_ORDERED = {
    "en": "One of the two values is wrong: compare them with the document.",
    "de": "Einer der beiden Werte ist falsch: mit dem Beleg vergleichen.",
}
_SMALL = {
    "en": "The value is too small: check the sign and the unit in the source.",
    "de": "Der Wert ist zu klein: Vorzeichen und Einheit im System prüfen.",
}
_LARGE = {
    "en": "The value is too large: check the decimal point and the unit in the source.",
    "de": "Der Wert ist zu groß: Komma und Einheit im System prüfen.",
}
_MANY = {
    "en": "Keep one: correct the source, or say in the mapping which one counts.",
    "de": "Nur einen behalten: im System berichtigen oder in der Zuordnung sagen, welcher gilt.",
}
_LENGTH = {
    "en": "Correct the text in the source: its length is not what it should be.",
    "de": "Den Text im System berichtigen: seine Länge stimmt nicht.",
}
_MENDS: Mapping[str, Mapping[str, str]] = {
    "MinCount": _MISSING,
    "QualifiedMinCount": _MISSING,
    "MaxCount": _MANY,
    "QualifiedMaxCount": _MANY,
    "Class": {
        "en": "The key points to a thing of another kind: correct the key in the source.",
        "de": "Der Schlüssel zeigt auf etwas anderer Art: den Schlüssel im System berichtigen.",
    },
    "Pattern": {
        "en": "Correct the spelling in the source, or cleanse it in the mapping (`transforms`).",
        "de": "Die Schreibweise im System berichtigen oder in der Zuordnung bereinigen (`transforms`).",
    },
    "In": {
        "en": "Correct the value in the source, or add it to the list of permitted values in the rule.",
        "de": "Den Wert im System berichtigen oder in der Regel zu den erlaubten Werten nehmen.",
    },
    "Equals": _ORDERED, "Disjoint": _ORDERED, "LessThan": _ORDERED, "LessThanOrEquals": _ORDERED,
    "MinInclusive": _SMALL, "MinExclusive": _SMALL, "MaxInclusive": _LARGE, "MaxExclusive": _LARGE,
    "MinLength": _LENGTH, "MaxLength": _LENGTH,
}  # fmt: skip
_OTHERWISE = {
    "en": "Correct the rows below in the source, or the rule if it asks for too much.",
    "de": "Die genannten Zeilen im System berichtigen – oder die Regel, wenn sie zu viel verlangt.",
}


def as_text(report: ValidationReport, *, language: str = "en", sample: int = 3) -> str:
    """What is wrong and what to do about it; sentences around the rules' own messages are English or German."""
    said = _WORDS.get(language.lower().split("-")[0], _WORDS["en"])
    lines: list[str] = []
    rules: dict[str, list[Finding]] = {}
    for finding in report.findings:
        rules.setdefault(finding.rule, []).append(finding)
    earlier = _earlier(report)
    ordered = sorted(rules.items(), key=lambda i: (_ORDER[i[1][0].severity], -len(i[1]), i[0]))
    for rule, found in ordered:
        lines.extend(_rule(rule, found, earlier, said, language, sample))
        lines.append("")
    if earlier:
        for rule, count in earlier[0].standing.items():
            if rule not in rules:
                lines.append(said["gone"].format(name=count.name, count=f"{count.count:,}", run=earlier[0].run))
    for name, reason in sorted(report.gate_only.items()):
        lines.append(said["gate"].format(name=name, reason=reason))
    if not report.findings:
        lines.append(said["nothing"])
    lines.append(
        said["totals"].format(
            **{level: f"{count:,}" for level, count in report.totals().items()},
            scope=said["scope"].format(run=report.since) if report.since else "",
            version=said["version"].format(version=report.version) if report.version is not None else "",
            shapes=report.shapes,
            seconds=f"{report.seconds:.1f}",
        )
    )
    return "\n".join(lines)


def _rule(
    rule: str, found: Sequence[Finding], earlier: Sequence[RunFindings], said: Mapping[str, str], language: str,
    sample: int,
) -> list[str]:  # fmt: skip
    first = found[0]
    count = f"{len(found):,} × " if len(found) > 1 else ""
    lines = [f"{said[first.severity]}: {count}{first.message(language)}{_trend(rule, found, earlier, said)}"]
    lines.append("  " + said["on" if first.path else "rule"].format(rule=first.shape, path=first.path))
    if earlier:
        before = [r.standing[rule].count if rule in r.standing else 0 for r in reversed(earlier)]
        lines.append("  " + said["runs"].format(counts=", ".join(f"{n:,}" for n in (*before, _things(found)))))
    files = _files(found)
    if files:
        lines.append("  " + said["files"].format(files=files))
    for finding in found[:sample]:
        name = f"{finding.cls} {finding.title}".strip()
        if finding.on_relation:
            name = said["relation"].format(title=name)
        value = f" = {finding.value}" if finding.value is not None else ""
        lines.append(f"  - {name} [{finding.focus}]{value}")
        for place in finding.records[:2]:
            where = said["row"].format(file=place.file, row=place.row) if place.file else ""
            lines.append("      " + said["from"].format(place=f"{place.record} ({where})" if where else place.record))
    if len(found) > sample:
        lines.append("  " + said["more"].format(count=f"{len(found) - sample:,}"))
    mend = first.mend or _MENDS.get(first.component, _OTHERWISE)
    lines.append(f"  → {in_language(mend, language)}")
    return lines


def _things(found: Sequence[Finding]) -> int:
    return len({f.focus for f in found})


def _files(found: Sequence[Finding]) -> str:
    """The files that the findings come from, the most frequent first; nothing to say where it is one row."""
    counts: dict[str, int] = {}
    for finding in found:
        for file in {PurePath(p.file).name for p in finding.records if p.file}:
            counts[file] = counts.get(file, 0) + 1
    if len(found) < 2 or not counts:
        return ""
    ordered = sorted(counts.items(), key=lambda i: (-i[1], i[0]))
    shown = ", ".join(f"{name} ({count:,})" for name, count in ordered[:3])
    return shown + (", …" if len(ordered) > 3 else "")


def _earlier(report: ValidationReport) -> tuple[RunFindings, ...]:
    """Runs before the state that is shown, newest first; none for a part of the graph, whose counts say nothing."""
    if report.since or report.version is None:
        return ()
    return tuple(r for r in report.history if r.version < report.version)[:_RUNS]


def _trend(rule: str, found: Sequence[Finding], earlier: Sequence[RunFindings], said: Mapping[str, str]) -> str:
    if not earlier:
        return ""
    last = earlier[0]
    if rule not in last.standing:
        return f" ({said['new'].format(run=last.run)})"
    change = _things(found) - last.standing[rule].count
    if not change:
        return f" ({said['same'].format(run=last.run)})"
    return f" ({said['change'].format(change=f'{change:+,}', run=last.run)})"
