"""Onboarding wired: survey, proposal, answers and files, for the command line and the API alike."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ontology.errors import ConfigurationError

if TYPE_CHECKING:
    from api.project import Project
    from ingest.onboarding.by_hand import Beside
    from ingest.onboarding.model import Finding
    from ingest.onboarding.proposed import Proposal, Question
    from ingest.onboarding.writing import WrittenFile
    from ontology.model import Ontology


@dataclass(frozen=True, slots=True)
class Place:
    """Where the project goes."""

    folder: Path
    apart: bool
    """Not the folder of the exports: that one cannot be written to."""


def place_for(folder: Path, into: Path | None) -> Place:
    """The project's folder: the one named, else that of the exports, else one of its name here."""
    if into is not None:
        return Place(into.expanduser().resolve(), into.expanduser().resolve() != folder.resolve())
    if os.access(folder, os.W_OK):
        return Place(folder.resolve(), False)
    return Place(Path.cwd() / folder.resolve().name, True)


def write_files(files: Sequence[WrittenFile], *, replace: bool) -> None:
    """Write the project's files; none of them, if one is there already.

    Raises:
        ConfigurationError: something is there, and ``replace`` is false.
    """
    there = [f.path for f in files if f.path.exists()]
    if there and not replace:
        raise ConfigurationError(
            "there is a project already.",
            where=there[0],
            do="Name another place (`--into FOLDER`), or write over it with --replace. `knockon refresh` updates it.",
        )
    for file in files:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.path.with_name(file.path.name + ".part")
        unfinished.write_text(file.text, encoding="utf-8")
        unfinished.replace(file.path)


def question_json(question: Question) -> dict[str, object]:
    """A question as data, for a page."""
    return {
        "id": question.id,
        "question": question.text,
        "default": question.default,
        "why": question.why,
        "options": [{"value": o.value, "text": o.text} for o in question.options],
        "examples": list(question.examples),
    }


def finding_json(finding: Finding) -> dict[str, object]:
    """A finding as data."""
    return {
        "code": finding.code,
        "what": finding.what,
        "evidence": finding.evidence,
        "table": finding.table,
        "column": finding.column,
        "rows": list(finding.rows),
    }


def proposal_json(proposal: Proposal) -> dict[str, object]:
    """A proposal as data: tables with their reasons, questions, findings, what was left out."""
    tables = []
    for t in proposal.tables:
        tables.append(
            {
                "table": t.table.name,
                "file": t.table.read.file,
                "rows": t.table.rows,
                "sample": t.table.sampled,
                "class": t.class_.name,
                "score": round(t.class_.score, 3),
                "reason": t.class_.reason,
                "key": list(t.key.columns) if t.key else [],
                "mode": t.mode,
                "left_out": t.left_out or None,
                "relation": t.link.role if t.link else None,
                "properties": {
                    p.name: {"column": p.column, "score": round(p.score, 3), "reason": p.reason} for p in t.properties
                },
                "rules": [{"column": r.column, "rules": dict(r.parts), "evidence": r.evidence} for r in t.rules],
                "relations": {
                    r.role: {"to": r.by[0] if r.by else r.to, "score": round(r.score, 3), "reason": r.reason}
                    for r in t.relations
                },
            }
        )
    return {
        "tables": tables,
        "currency": proposal.currency,
        "shape_rules": proposal.shape_rules,
        "documents": [
            {"table": p.name, "files": p.files, "pattern": p.pattern, "class": p.class_name, "reason": p.reason}
            for p in proposal.papers
        ],
        "questions": [question_json(q) for q in proposal.questions],
        "not_asked": [question_json(q) for q in proposal.unasked],
        "findings": [finding_json(f) for f in proposal.findings],
        "skipped": [{"path": s.path, "why": s.why, "do": s.do} for s in proposal.survey.skipped],
    }


def compared(proposal: Proposal, ontology: Ontology, by_hand: Sequence[Path]) -> Beside:
    """The mapping that would be written, beside mappings of the same files that a person made.

    Raises:
        MappingProblems: one of those cannot be used.
    """
    from ingest.mapping.load import load_mapping
    from ingest.onboarding.by_hand import beside
    from ingest.onboarding.writing import files_of

    with tempfile.TemporaryDirectory() as place:
        files = files_of(proposal, Path(place), "compared")
        write_files(files, replace=True)
        made = [load_mapping(f.path, ontology) for f in files if f.path.parent.name == "mappings"]
        return beside(made, [load_mapping(path, ontology) for path in by_hand])


def checked_answers(answers: Mapping[str, str], proposal: Proposal) -> dict[str, str]:
    """The answers, if each is to a question and one of its options.

    Raises:
        ConfigurationError: one is not.
    """
    known = {q.id: {o.value for o in q.options} for q in (*proposal.questions, *proposal.unasked)}
    for name, value in answers.items():
        if name not in known:
            raise ConfigurationError(f"{name!r} is no question of this folder.", do="Ask for the questions again.")
        if value not in known[name] and name != "currency" and not name.startswith("class:"):
            raise ConfigurationError(
                f"{value!r} is no answer to {name!r}.", do=f"Choose one of: {', '.join(sorted(known[name]))}."
            )
    return dict(answers)


@dataclass(frozen=True, slots=True)
class CatalogLine:
    """One table of the catalog."""

    source: str
    table: str
    holds: str
    owner: str
    """The one who last had it read."""
    read_at: str | None
    rows: int
    """In the newest reading."""
    set_aside: int
    trend: str
    """Rows set aside in the last readings, oldest first."""
    rests: tuple[str, ...]
    """Tables that lead to it."""

    def to_json(self) -> dict[str, object]:
        """The line as data."""
        return {
            "source": self.source,
            "table": self.table,
            "holds": self.holds,
            "owner": self.owner,
            "read_at": self.read_at,
            "rows": self.rows,
            "set_aside": self.set_aside,
            "trend": self.trend,
            "rests": list(self.rests),
        }


def catalog_of(project: Project) -> list[CatalogLine]:
    """Every table of the project's mappings; what is not in the graph yet is in it, too."""
    from ingest.mapping.model import relation_cells

    mappings = project.mappings()
    runs = project.runs()
    rests: dict[tuple[str, str], list[str]] = {}
    for mapping in mappings:
        for table in mapping.tables.values():
            relations = [r for thing in table.things for r in thing.relations]
            targets = [r.target for r in relations] + [s for thing in table.things for s in thing.same_as]
            if table.relation is not None:
                targets += [table.relation.start, table.relation.relation.target]
                assert list(relation_cells(table.relation.relation))
            for target in targets:
                if target.table is not None and (target.source, target.table) != (mapping.source, table.name):
                    named = rests.setdefault((target.source or mapping.source, target.table), [])
                    if table.name not in named:
                        named.append(table.name)
    lines = []
    for mapping in mappings:
        for table in mapping.tables.values():
            holds = (
                table.main.class_name
                if table.main is not None
                else f"relation {table.relation.role}"
                if table.relation
                else "several things"
            )
            readings: list[tuple[str, str, int, int]] = []
            for run in runs:
                counts = run.counts.get("tables")
                if run.status != "live" or not isinstance(counts, list):
                    continue
                for held in counts:
                    if (
                        isinstance(held, dict)
                        and held.get("source") == mapping.source
                        and held.get("table") == table.name
                    ):
                        readings.append(
                            (run.finished or run.started, run.agent, int(held["read"]), int(held["quarantined"]))
                        )
            last = readings[-1] if readings else None
            lines.append(
                CatalogLine(
                    mapping.source,
                    table.name,
                    holds,
                    last[1] if last else "",
                    last[0] if last else None,
                    last[2] if last else 0,
                    last[3] if last else 0,
                    " ".join(str(r[3]) for r in readings[-5:]),
                    tuple(rests.get((mapping.source, table.name), ())),
                )
            )
    return lines
