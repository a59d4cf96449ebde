"""Kept answers against changed facts: which would be given otherwise today, and what among the changes is why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from api.access.office import Office
from api.access.seen import view_digest
from api.project import Project
from api.reports.keep import Report, answer_of, differences, reports
from ingest.onboarding.changes import Changes, LinkChange, ThingChange
from ontology.errors import KnockonError
from ontology.model import Ontology

_MOST = 1_000
_REASONS = 6


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """What became of one kept answer."""

    report: str
    title: str
    kind: str
    version: int
    """The graph version that today's answer is compared with."""
    different: tuple[str, ...]
    """In words; empty: it would be given as it was."""
    because: tuple[str, ...] = ()
    """Changes of facts that the answer rests on, those first that belong to what is listed now or no longer."""
    problem: str = ""
    """Why it could not be asked again."""


def answers_since(project: Project, office: Office, changes: Changes) -> list[AnswerChange]:
    """Every kept answer, asked again and compared with how it was at ``changes.since`` (or when it was kept, if later).

    An answer to "as of a day in the past" cannot change and is left out; so is one that was given under other rights.
    """
    view = view_digest(project)
    found = []
    for report in reports(office, _MOST):
        if report.view != view or report.question.get("known_at") is not None or report.version > changes.until:
            continue
        try:
            before = _then(project, report, changes.since)
            today = answer_of(project, report.kind, report.question, today=True)
        except KnockonError as problem:
            found.append(AnswerChange(report.id, report.title, report.kind, report.version, (), (), problem.what))
            continue
        lines = tuple(differences(before, today))
        because = tuple(_because(before.answer, today, changes, project.ontology)) if lines else ()
        found.append(AnswerChange(report.id, report.title, report.kind, before.version, lines, because))
    return found


def _then(project: Project, report: Report, since: int) -> Report:
    """The answer as it was at ``since``, if it is older and can be asked for that version; else as it was kept."""
    if report.version >= since or report.kind != "impact" or since == 0:
        return report
    held = answer_of(project, report.kind, {**report.question, "known_at": str(since)})
    return replace(report, version=since, answer=held)


def _because(
    before: Mapping[str, object], today: Mapping[str, object], changes: Changes, ontology: Ontology
) -> Iterator[str]:
    names = _titles(before) | _titles(today)
    names |= {t.id: t.title for t in changes.things}
    old, new = set(_listed(before)), set(_listed(today))
    moved = old ^ new
    rests_on = {*_texts(before), *_texts(today)}
    links = [x for x in changes.links if x.source in rests_on and x.target in rests_on]
    things = [t for t in changes.things if t.id in rests_on]
    links.sort(key=lambda x: (not {x.source, x.target} & moved, x.name, x.source, x.target))
    things.sort(key=lambda t: (t.id not in moved, t.class_name, t.title))
    said = [*(_of_thing(t) for t in things), *(_of_link(x, names, ontology) for x in links)]
    told = [line for at, line in enumerate(said) if line not in said[:at]]
    yield from told[:_REASONS]
    if len(told) > _REASONS:
        yield f"and {len(told) - _REASONS:,} more changes of what it rests on"


def _of_thing(t: ThingChange) -> str:
    called = f"{t.class_name} {t.title}"
    if t.kind == "new":
        return f"{called} is new"
    if t.kind == "gone":
        return f"{called} is gone"
    values = "; ".join(f"{v.name} was {v.before}, is {v.after} ({v.record})" for v in t.values[:3])
    return f"{called}: {values}"


def _of_link(link: LinkChange, names: Mapping[str, str], ontology: Ontology) -> str:
    relation = ontology.relations.get(link.name)
    label = relation.label if relation is not None else link.name
    source, target = (names.get(i, i) for i in (link.source, link.target))
    return f"{source} – {label} – {target} {'no longer holds' if link.gone else 'is new or was changed'}"


def _listed(answer: Mapping[str, object]) -> Iterator[str]:
    affected = answer.get("affected")
    for item in affected if isinstance(affected, list) else ():
        yield str(item["entity"]["id"])


def _texts(node: object) -> Iterator[str]:
    """Every text of an answer: ids of things and records stand among them."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for held in node.values():
            yield from _texts(held)
    elif isinstance(node, Sequence):
        for held in node:
            yield from _texts(held)


def _titles(node: object) -> dict[str, str]:
    """Id → title of the things in an answer."""
    found: dict[str, str] = {}
    if isinstance(node, Mapping):
        if isinstance(node.get("id"), str) and isinstance(node.get("title"), str):
            found[str(node["id"])] = str(node["title"])
        for held in node.values():
            found |= _titles(held)
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for held in node:
            found |= _titles(held)
    return found
