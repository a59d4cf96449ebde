"""Keeping an answer: what was asked, what was answered, at which graph version, by whose view."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pydantic import ValidationError

from api.access.caller import Caller
from api.access.office import Office, Row, now, text
from api.access.seen import view_digest, visibility_of
from api.asking import answered
from api.project import Project
from api.wire_query import GraphQuery
from api.wire_questions import ImpactQuestion, Question, start_of
from ontology.errors import BadQuestion, NotFound
from reasoning.types import Filters

_LISTED = 25
"""Figures of each measure that the report of a what-if holds."""


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


KINDS = ("impact", "path", "query", "ask", "what-if")


def answer_of(project: Project, kind: str, question: Mapping[str, object], *, today: bool = False) -> dict[str, object]:
    """The answer to a question of ``/impact``, ``/paths``, ``/query`` or ``/ask``, or a scenario's run, as JSON.

    Args:
        today: a scenario is run on the published version, not on the one that it was made on.

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
            case "ask":
                found = answered(project, Question.model_validate(question)).to_json()
            case "what-if":
                found = _tried(project, str(question.get("scenario") or ""), today)
            case _:
                raise BadQuestion(f"There is no kind of report {kind!r}.", do=f"There are: {', '.join(KINDS)}.")
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


def _tried(project: Project, scenario: str, today: bool) -> dict[str, object]:
    from api.cli.whatif_answers import run_answer
    from api.scenarios import desk_of

    if not scenario:
        raise BadQuestion("No scenario is named.", do='Write {"scenario": ID}; POST /v1/scenarios makes one.')
    desk = desk_of(project)
    kept_ = desk.kept(scenario)
    run = desk.today(kept_) if today else desk.run(kept_, check=False)
    return {**run_answer(run, _LISTED), "sentences": desk.sentences(kept_)}


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


def _counts(answer: Mapping[str, object]) -> dict[str, str]:
    totals = answer.get("totals")
    held = {str(t["label"]): str(t["count"]) for t in totals} if isinstance(totals, list) else {}
    for name in ("rows", "paths"):
        listed = answer.get(name)
        if isinstance(listed, list) and "statements" not in answer:  # how an answer in words was found is no news
            held[name] = str(len(listed))
    if "statements" in answer:
        held["answer"] = f"“{answer.get('text')}”" if answer.get("known") else "not known"
    measures = answer.get("measures")
    for m in measures if isinstance(measures, list) else ():
        held[f"{m['measure']}: figures that differ"] = str(m["count"])
    return held


def _things(answer: Mapping[str, object]) -> dict[str, str]:
    found: dict[str, str] = {}
    affected, rows = answer.get("affected"), answer.get("rows")
    for a in affected if isinstance(affected, list) else ():
        found[str(a["entity"]["id"])] = str(a["entity"]["title"])
    table = answer.get("table")
    if isinstance(table, dict):
        found.update((json.dumps(r), ", ".join(map(str, r))) for r in table["rows"])
    for _, change in _changes(answer):
        found[_cell(change)] = str(change["title"])
    for r in rows if isinstance(rows, list) else ():
        key = json.dumps(r, sort_keys=True, default=str)
        found[key] = ", ".join(str(v) for v in r["values"].values())
    return found


def _changes(answer: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The figures that a what-if lists, each with its measure."""
    measures = answer.get("measures")
    for m in measures if isinstance(measures, list) else ():
        for change in m["largest"]:
            yield str(m["measure"]), change


def _cell(change: Mapping[str, object]) -> str:
    return f"{change.get('measure')} {change.get('entity')} {change.get('period')}"


def figure_text(held: object) -> str:
    """A figure of a what-if, as people read it."""
    if not isinstance(held, Mapping):
        return "not there"
    if held.get("unknown"):
        return "not known"
    if held.get("error") is not None:
        return f"error: {held['error']}"
    found = next(
        (held[n] for n in ("number", "about", "text", "date", "instant", "flag") if held.get(n) is not None), ""
    )
    return f"{_near(str(found))} {held.get('currency') or ''}".strip()


def _near(text_: str) -> str:
    """A fraction as a decimal; any other text as it is."""
    over, bar, under = text_.partition("/")
    try:
        return f"{Fraction(int(over), int(under)):.6g}" if bar else text_
    except (ValueError, ZeroDivisionError):
        return text_


def _values(answer: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """What is said of each thing: by an impact when it is felt and for how much money, by a what-if its figures."""
    affected = answer.get("affected")
    figures = {_cell(c): {m: figure_text(c.get("after"))} for m, c in _changes(answer)}
    return figures | {
        str(a["entity"]["id"]): {
            called: str(a.get(name)) for name, called in (("earliest_on", "first felt"), ("amount", "amount"))
        }
        for a in (affected if isinstance(affected, list) else ())
    }


def _title(kind: str, answer: Mapping[str, object]) -> str:
    starts, start, end = answer.get("starts"), answer.get("start"), answer.get("end")
    if kind == "impact" and isinstance(starts, list):
        return "What is affected if " + ", ".join(str(s["title"]) for s in starts[:3]) + " fails"
    if kind == "ask":
        return str(answer.get("question"))[:200]
    if kind == "what-if":
        scenario, said = answer.get("scenario"), answer.get("sentences")
        named = str(scenario.get("name") or "") if isinstance(scenario, dict) else ""
        return named or ("What if " + "; ".join(map(str, said if isinstance(said, list) else ())))[:200]
    if isinstance(start, dict) and isinstance(end, dict):
        return f"How {start['title']} and {end['title']} hang together"
    return "Rows of a query"


def _report(row: Row) -> Report:
    body = json.loads(text(row, "body"))
    return Report(
        text(row, "id"), text(row, "caller"), text(row, "kind"), text(row, "title"), int(str(row["version"])),
        text(row, "view"), text(row, "created"), body["question"], body["answer"],
    )  # fmt: skip
