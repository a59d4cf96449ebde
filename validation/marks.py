"""Marks: what rules found about a thing that may enter all the same, kept on the thing; and counts, run by run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from validation.gate import GateReport
from validation.violations import Violation, in_language


@dataclass(frozen=True, slots=True)
class Mark:
    """One warning or note about a thing."""

    rule: str
    """What it is counted under."""
    key: str
    """Digest of the shape that was broken."""
    severity: str
    shape: str
    path: str
    value: str | None
    messages: Mapping[str, str]

    def message(self, language: str = "en") -> str:
        """The text in a language, else in English, else in whatever there is."""
        return in_language(self.messages, language)

    def text(self) -> str:
        """As the graph keeps it: the rule, a tab, and the rest as JSON."""
        rest = [self.key, self.severity, self.shape, self.path, self.value, dict(self.messages)]
        return "\t".join((self.rule.replace("\t", " "), json.dumps(rest, ensure_ascii=False)))


def read_mark(text: str) -> Mark:
    """A mark as the graph keeps it."""
    rule, _, rest = text.partition("\t")
    key, severity, shape, path, value, messages = json.loads(rest)
    return Mark(rule, key, severity, shape, path, value, MappingProxyType(messages))


def mark_of(found: Violation) -> Mark:
    """The mark for a finding."""
    return Mark(found.rule, found.key, found.severity, found.shape, found.path, found.value, found.messages)


def renewed(report: GateReport, held: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """The marks of each thing after a check, where they are others than before.

    Args:
        held: marks as the graph keeps them, of everything that was checked.
    """
    found: dict[str, list[str]] = {}
    for finding in (*report.warnings, *report.infos):
        if finding.entity:
            found.setdefault(finding.entity, []).append(mark_of(finding).text())
    changed: dict[str, tuple[str, ...]] = {}
    for entity in sorted({*found, *held}):
        before = tuple(held.get(entity, ()))
        kept = [text for text in before if not _looked_at(report, entity, read_mark(text).key)]
        after = tuple(sorted({*kept, *found.get(entity, ())}))
        if after != before:
            changed[entity] = after
    return changed


def _looked_at(report: GateReport, entity: str, key: str) -> bool:
    """Whether this check decides about the mark: it looked, or there is no such rule any more."""
    return key not in report.known or any(
        key in s.shapes and (s.entities is None or entity in s.entities) for s in report.scopes
    )


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often a rule was found broken."""

    rule: str
    name: str
    severity: str
    count: int


@dataclass(frozen=True, slots=True)
class RunFindings:
    """What rules found in the state that a run made."""

    run: str
    version: int
    at: str
    standing: Mapping[str, RuleCount] = field(default_factory=lambda: MappingProxyType({}))
    """By rule: what is in the graph and breaks it."""
    stopped: Mapping[str, RuleCount] = field(default_factory=lambda: MappingProxyType({}))
    """By rule: what was kept out of the graph."""


def counts_text(standing: Iterable[RuleCount], stopped: Iterable[RuleCount]) -> str:
    """Counts as the graph keeps them."""
    return json.dumps(
        {
            name: {c.rule: [c.name, c.severity, c.count] for c in counts}
            for name, counts in (("standing", standing), ("stopped", stopped))
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def read_counts(text: str) -> tuple[Mapping[str, RuleCount], Mapping[str, RuleCount]]:
    """What stands and what was stopped, by rule."""
    held = json.loads(text)
    standing, stopped = (
        MappingProxyType({r: RuleCount(r, *values) for r, values in held.get(name, {}).items()})
        for name in ("standing", "stopped")
    )
    return standing, stopped


def counted(found: Iterable[Violation]) -> tuple[RuleCount, ...]:
    """Findings by rule, each thing once."""
    things: dict[str, set[str]] = {}
    first: dict[str, Violation] = {}
    for finding in found:
        things.setdefault(finding.rule, set()).add(finding.focus)
        first.setdefault(finding.rule, finding)
    return tuple(RuleCount(r, first[r].message(), first[r].severity, len(things[r])) for r in sorted(things))
