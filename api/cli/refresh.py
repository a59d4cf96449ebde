"""``knockon refresh`` and ``changes``: the next export, as a non-event; and what it changed."""

from __future__ import annotations

import json
import os
import re
import time
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.frame import AsJson, Because, Folders, Where, out, project

if TYPE_CHECKING:
    from api.project import Project
    from api.reports.since import AnswerChange
    from ingest.onboarding.changes import Changes
    from ingest.onboarding.drift import Drift

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LISTED = 20


def refresh(
    where: Where = None,
    folder: Folders = None,
    every: Annotated[str | None, typer.Option("--every", help="Again and again: 30m, 6h, 1d. Ctrl-C stops it.")] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Take the proposed changes of the mapping, then read.")
    ] = False,
    accept_retractions: Annotated[
        bool, typer.Option("--accept-retractions", help="A full export that lacks more than 5 % of its rows is right.")
    ] = False,
    because: Because = "",
    as_json: AsJson = False,
) -> None:
    """Read the newest exports; where columns were renamed or went, propose a change of the mapping and go on."""
    pause = interval(every) if every is not None else None
    while True:
        code = _once(
            where, folder, accept=accept, accept_retractions=accept_retractions, because=because, as_json=as_json
        )
        if pause is None:
            if code:
                raise typer.Exit(code)
            return
        again = datetime.now().astimezone() + timedelta(seconds=pause)
        out.print(f"[dim]Next at {again:%Y-%m-%d %H:%M}. Ctrl-C stops it.[/]")
        time.sleep(pause)


def interval(text: str) -> float:
    """Seconds of ``30m``, ``6h``, ``1d``.

    Raises:
        BadQuestion: it is not of that form, or less than a second.
    """
    from ontology.errors import BadQuestion

    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhdw])", text.strip().lower())
    seconds = float(match.group(1)) * _SECONDS[match.group(2)] if match else 0.0
    if seconds < 1:
        raise BadQuestion(f"--every {text!r} is no interval.", do="Write for example 30m, 6h or 1d.")
    return seconds


def _once(
    where: Path | None,
    folders: list[str] | None,
    *,
    accept: bool,
    accept_retractions: bool,
    because: str,
    as_json: bool,
) -> int:
    from api.cli.data import show_report
    from ingest.onboarding.drift import changed_mapping, difference, drift_of
    from ontology.errors import RetractionsRefused

    with project(where, folders) as found:
        drifts: list[Drift] = []
        stuck: set[str] = set()
        """Tables whose mapping must be changed by hand: an expression reads what is written otherwise now."""
        proposed: list[Path] = []
        for mapping in found.mappings():
            own = [
                d for t in mapping.tables.values() if (d := drift_of(mapping, t, found.archive, os.environ)) is not None
            ]
            drifts += own
            fixable = [d for d in own if d.stops and not d.problem and not d.key_gone]
            target = mapping.path.with_name(f"{mapping.path.name}.proposed")
            target.unlink(missing_ok=True)  # of an earlier export: what it proposed may fit no more
            if not fixable:
                continue
            fresh = changed_mapping(mapping.text, fixable)
            if fresh == mapping.text:
                stuck |= {f"{d.source}.{d.table}" for d in fixable}
                continue
            if accept:
                kept = mapping.path.with_name(f"{mapping.path.name}.before")
                kept.write_text(mapping.text, encoding="utf-8")
                mapping.path.write_text(fresh, encoding="utf-8")
            else:
                target.write_text(fresh, encoding="utf-8")
                proposed.append(target)
            if not as_json:
                out.print(difference(mapping.text, fresh, mapping.path), markup=False, style="dim")
    if not as_json:
        for drift in drifts:
            _show(drift, accept)
    waiting = {f"{d.source}.{d.table}" for d in drifts if d.stops and not (accept and not d.problem and not d.key_gone)}
    waiting |= stuck
    with project(where, folders) as found:
        tables = [f"{m.source}.{t}" for m in found.mappings() for t in m.tables if f"{m.source}.{t}" not in waiting]
        try:
            report = (
                found.pipeline.ingest(
                    found.sources(), accept_retractions=accept_retractions, only=tables, because=because
                )
                if tables
                else None
            )
        except RetractionsRefused as problem:
            if as_json:
                print(json.dumps({"stopped": problem.what, "do": problem.do, "waiting": sorted(waiting)}))
            else:
                out.print(
                    f"[yellow]Stopped:[/] this looks like half an export. {problem.what} {problem.do}", markup=True
                )
                out.print("Nothing was changed; the graph answers as before.")
            return problem.exit_code
        if report is not None:
            found.refresh()
    if as_json:
        print(
            json.dumps(
                {
                    "waiting": sorted(waiting),
                    "proposed": [str(p) for p in proposed],
                    "run": report.run if report else None,
                }
            )
        )
    elif report is not None:
        show_report(report, False)
    if waiting and not as_json:
        tables_wait = (
            "1 table waits[/] as it was" if len(waiting) == 1 else f"{len(waiting)} tables wait[/] as they were"
        )
        out.print(f"[yellow]{tables_wait}: {', '.join(sorted(waiting))}.")
        if proposed:
            out.print("`knockon refresh --accept` takes the proposed changes; or edit the mapping yourself.")
    return 3 if waiting else 0


def _show(drift: Drift, accept: bool) -> None:
    place = f"{drift.source}.{drift.table}"
    if drift.problem:
        out.print(f"{place}: {drift.problem}", markup=False, style="yellow")
    for rename in drift.renamed:
        verb = "is called" if accept else "seems to be called"
        out.print(f"{place}: {rename.old!r} {verb} {rename.new!r} now ({rename.reason}).", markup=False)
    for reform in drift.reforms:
        out.print(f"{place}: {reform.column!r}: {reform.reason}.", markup=False)
    if drift.order:
        out.print(f"{place}: the file has no headings; its columns seem to stand in another order now.", markup=False)
    for column in drift.gone:
        out.print(f"{place}: {column!r} is gone, and the mapping reads it.", markup=False, style="yellow")
    if drift.key_gone:
        out.print(f"{place}: its key is gone: name another one in the mapping.", markup=False, style="yellow")
    if drift.new:
        out.print(f"{place}: new columns, not read yet: {', '.join(drift.new)}.", markup=False)
    if drift.dropped:
        out.print(f"{place}: columns gone that nothing reads: {', '.join(drift.dropped)}.", markup=False, style="dim")


def changes(
    since: Annotated[str, typer.Option("--since", help="A date, an instant, a run or a graph version.")],
    where: Where = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="How many things to list of each kind.")] = _LISTED,
    as_json: AsJson = False,
) -> None:
    """What changed since a date, in the facts (with the rows that say so) and in kept answers (with the reason)."""
    from api.reports.since import answers_since
    from api.service import office_of
    from graph_engine.store.current import graph_state
    from ingest.onboarding.changes import changes_since

    with project(where, progress=not as_json) as found:
        found.ready()
        version = _version(found, since)
        state = graph_state(found.graph)
        assert state is not None
        result = changes_since(found.graph, found.ontology, version, state.published, found.runs())
        office = office_of(found)
        try:
            answers = answers_since(found, office, result)
        finally:
            office.close()
    if as_json:
        content = {**_json(result), "answers": [asdict(a) for a in answers]}
        print(json.dumps(content, ensure_ascii=False, default=str))
    else:
        _show_changes(result, limit)
        _show_answers(answers)


def _version(found: Project, since: str) -> int:
    """The graph version at the beginning of ``since``: 0, if nothing was recorded before."""
    from ontology.errors import BadQuestion

    text = since
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", since):
        text = f"{datetime.fromisoformat(since) - timedelta(seconds=1):%Y-%m-%dT%H:%M:%S}"
    try:
        return found.version_at(text) or 0
    except BadQuestion:
        if re.match(r"\d{4}-\d{2}-\d{2}", since):
            return 0
        raise


def _json(result: Changes) -> dict[str, object]:
    return {
        "since": result.since,
        "until": result.until,
        "runs": [{"id": r.id, "kind": r.kind, "because": r.because, "finished": r.finished} for r in result.runs],
        "things": [
            {
                "id": t.id,
                "class": t.class_name,
                "title": t.title,
                "kind": t.kind,
                "values": [
                    {"name": v.name, "before": v.before, "after": v.after, "record": v.record} for v in t.values
                ],
            }
            for t in result.things
        ],
        "relations": dict(result.relations),
    }


def _show_changes(result: Changes, limit: int) -> None:
    if result.since == result.until:
        out.print("Nothing has changed since.")
        return
    for run in result.runs:
        why = f": {run.because}" if run.because else ""
        out.print(f"{run.id} ({run.kind}, {run.agent}){why}", markup=False, style="dim")
    for kind, title in (("new", "new"), ("gone", "gone"), ("changed", "with other values")):
        things = [t for t in result.things if t.kind == kind]
        if not things:
            continue
        counts: dict[str, int] = {}
        for t in things:
            counts[t.class_name] = counts.get(t.class_name, 0) + 1
        listed = ", ".join(f"{n:,} {c}" for c, n in sorted(counts.items(), key=lambda i: -i[1]))
        out.print(f"\n[bold]{len(things):,} {title}[/]: {listed}")
        for t in things[:limit]:
            out.print(f"  {t.class_name} {t.title} [{t.id}]", markup=False)
            for v in t.values:
                out.print(f"      {v.name}: {v.before} → {v.after}   ({v.record})", markup=False, style="dim")
    if result.relations:
        out.print("\nRelations: " + ", ".join(f"{n:,} {name}" for name, n in result.relations))


def _show_answers(answers: list[AnswerChange]) -> None:
    """Kept answers that would be given otherwise today; of the others, how many there are."""
    if not answers:
        return
    other = [a for a in answers if a.different or a.problem]
    same = len(answers) - len(other)
    out.print(f"\n[bold]{len(other)} of {len(answers)} kept answers would be given otherwise now[/]")
    for a in other:
        out.print(f"  {a.title} [{a.report}, version {a.version}]", markup=False)
        if a.problem:
            out.print(f"      cannot be asked again: {a.problem}", markup=False, style="yellow")
        for line in a.different:
            out.print(f"      {line}", markup=False)
        for line in a.because:
            out.print(f"      because: {line}", markup=False, style="dim")
    if same and other:
        out.print(f"  {same} others are as they were.", style="dim")


COMMANDS = (refresh, changes)
