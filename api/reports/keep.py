"""Keeping an answer: what was asked, what was answered, at which graph version, by whose view."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from api.access.caller import Caller
from api.access.office import Office, Row, now, text
from api.access.seen import visibility_of
from api.project import Project
from api.wire_query import GraphQuery
from api.wire_questions import ImpactQuestion, start_of
from ontology.errors import BadQuestion, NotFound
from reasoning.types import Filters


@dataclass(frozen=True, slots=True)
class Report:
    """An answer as it was given."""

    id: str
    caller: str
    kind: str
    title: str
    version: int
    view: str
    """Digest of what was hidden: a report shows its reader only what he could have asked himself."""
    created: str
    question: Mapping[str, object]
    answer: Mapping[str, object]


def answer_of(project: Project, kind: str, question: Mapping[str, object]) -> dict[str, object]:
    """The answer to a question of ``/impact``, ``/paths`` or ``/query``, as JSON.

    Raises:
        BadQuestion: the question is not one of that kind.
    """
    try:
        match kind:
            case "impact":
                asked = ImpactQuestion.model_validate(question)
                starts = [start_of(s, project.entity_id(s.entity, asked.known_at)) for s in asked.begun()]
                found: object = project.impact(
                    starts, semantics=asked.semantics, filters=asked.filters(), known_at=asked.known_at,
                    limit=asked.limit, paths=asked.paths,
                ).to_json()  # fmt: skip
            case "path":
                ends = [str(question.get(n, "")) for n in ("from", "to")]
                k = question.get("k", 3)
                if not all(ends) or not isinstance(k, int) or not 1 <= k <= 50:
                    raise BadQuestion("A path needs `from`, `to`, and `k` from 1 to 50.", do="Correct the question.")
                found = project.paths(ends[0], ends[1], k, filters=Filters(valid_at="any")).to_json()
            case "query":
                found = _queried(project, GraphQuery.model_validate(question))
            case _:
                raise BadQuestion(f"There is no kind of report {kind!r}.", do="There are: impact, path, query.")
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(p) for p in first["loc"])
        raise BadQuestion(f"question.{where}: {first['msg']}.", do="/docs describes what is expected.") from problem
    held: dict[str, object] = json.loads(json.dumps(found, default=str))
    return held


def _queried(project: Project, query: GraphQuery) -> dict[str, object]:
    from api.query.run import run_query

    version = project.network().snapshot.version
    columns, rows, more = run_query(
        project.graph, project.ontology, query, visibility_of(project), version=version, skip=0
    )
    return {"version": version, "columns": [c.name for c in columns], "rows": rows, "complete": not more}


def keep(
    office: Office, project: Project, caller: Caller, kind: str, question: Mapping[str, object], title: str
) -> Report:
    """Answer a question and keep it."""
    answer = answer_of(project, kind, question)
    report = Report(
        f"report-{secrets.token_hex(6)}", caller.id, kind, title or _title(kind, answer), int(str(answer["version"])),
        view_digest(project), now(), question, answer,
    )  # fmt: skip
    office.change(
        "INSERT INTO report VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (report.id, report.caller, kind, report.title, report.version, report.view, report.created,
         json.dumps({"question": question, "answer": answer})),
    )  # fmt: skip
    return report


def kept(office: Office, id_: str) -> Report:
    """A report by its id (or a unique beginning of it).

    Raises:
        NotFound: there is none.
    """
    rows = office.rows("SELECT * FROM report WHERE id = ? OR substr(id, 1, length(?)) = ?", (id_, id_, id_))
    if len(rows) != 1:
        raise NotFound(f"There is no report {id_[:60]!r}.", do="`knockon report --list` lists them.")
    return _report(rows[0])


def reports(office: Office, limit: int = 100) -> list[Report]:
    """Reports, newest first."""
    return [_report(r) for r in office.rows("SELECT * FROM report ORDER BY created DESC LIMIT ?", (limit,))]


def differences(then: Report, today: Mapping[str, object]) -> list[str]:
    """What is different between the kept answer and today's, in words."""
    found: list[str] = []
    before, after = _counts(then.answer), _counts(today)
    for name in sorted({*before, *after}):
        old, new = before.get(name, "none"), after.get(name, "none")
        if old != new:
            found.append(f"{name}: {old} then, {new} now")
    old_things, new_things = _things(then.answer), _things(today)
    gone = [old_things[i] for i in old_things if i not in new_things]
    come = [new_things[i] for i in new_things if i not in old_things]
    found += [f"no longer listed: {t}" for t in gone[:20]] + [f"newly listed: {t}" for t in come[:20]]
    old_values, new_values = _values(then.answer), _values(today)
    other = [
        f"{new_things[i]}: {name} {old} then, {new_values[i][name]} now"
        for i, held in old_values.items() if i in new_values
        for name, old in held.items() if old != new_values[i].get(name, old)
    ]  # fmt: skip
    found += other[:20] + ([f"and {len(other) - 20:,} more with other values"] if len(other) > 20 else [])
    return found


def view_digest(project: Project) -> str:
    """What is hidden in a project, as a hash."""
    visible = visibility_of(project)
    parts = [sorted(map(str, getattr(visible, n))) for n in visible.__dataclass_fields__]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _counts(answer: Mapping[str, object]) -> dict[str, str]:
    totals = answer.get("totals")
    held = {str(t["label"]): str(t["count"]) for t in totals} if isinstance(totals, list) else {}
    for name in ("rows", "paths"):
        listed = answer.get(name)
        if isinstance(listed, list):
            held[name] = str(len(listed))
    return held


def _things(answer: Mapping[str, object]) -> dict[str, str]:
    found: dict[str, str] = {}
    affected, rows = answer.get("affected"), answer.get("rows")
    for a in affected if isinstance(affected, list) else ():
        found[str(a["entity"]["id"])] = str(a["entity"]["title"])
    for r in rows if isinstance(rows, list) else ():
        key = json.dumps(r, sort_keys=True, default=str)
        found[key] = ", ".join(str(v) for v in r["values"].values())
    return found


def _values(answer: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """What an impact says of each thing: when it is first felt, and how much money it is about."""
    affected = answer.get("affected")
    return {
        str(a["entity"]["id"]): {
            called: str(a.get(name)) for name, called in (("earliest_on", "first felt"), ("amount", "amount"))
        }
        for a in (affected if isinstance(affected, list) else ())
    }


def _title(kind: str, answer: Mapping[str, object]) -> str:
    starts, start, end = answer.get("starts"), answer.get("start"), answer.get("end")
    if kind == "impact" and isinstance(starts, list):
        return "What is affected if " + ", ".join(str(s["title"]) for s in starts[:3]) + " fails"
    if isinstance(start, dict) and isinstance(end, dict):
        return f"How {start['title']} and {end['title']} hang together"
    return "Rows of a query"


def _report(row: Row) -> Report:
    body = json.loads(text(row, "body"))
    return Report(
        text(row, "id"), text(row, "caller"), text(row, "kind"), text(row, "title"), int(str(row["version"])),
        text(row, "view"), text(row, "created"), body["question"], body["answer"],
    )  # fmt: skip
