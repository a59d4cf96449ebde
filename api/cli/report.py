"""``knockon report``: a kept answer as a page or a workbook, and what has changed since."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.frame import AsJson, Where, out, project
from ontology.errors import BadQuestion, ConfigurationError

if TYPE_CHECKING:
    from api.reports.keep import Report


def report(
    answer: Annotated[
        str | None,
        typer.Argument(help="A report's id, or a file with the JSON of an answer (--json of impact or path)."),
    ] = None,
    form: Annotated[str, typer.Option("--format", "-f", help="html or xlsx.")] = "html",
    to: Annotated[
        Path | None, typer.Option("--to", help="Where to write it; default: REPORT.html or .xlsx here.")
    ] = None,
    title: Annotated[str, typer.Option("--title", help="Its heading.")] = "",
    today: Annotated[bool, typer.Option("--today", help="Ask again now, and say what is different.")] = False,
    where: Where = None,
    as_json: AsJson = False,
) -> None:
    """Write a kept answer as one page or a workbook with its source rows; without ANSWER: list what is kept."""
    from api.reports import keep, render
    from api.service import office_of

    if form not in ("html", "xlsx"):
        raise BadQuestion(f"There is no format {form!r}.", do="There are: html, xlsx.")
    with project(where) as found:
        office = office_of(found)
        try:
            if answer is None:
                _list(keep.reports(office), as_json)
                return
            held = _from_file(Path(answer), title) if Path(answer).is_file() else keep.kept(office, answer)
            if today:
                lines = keep.differences(held, keep.answer_of(found, held.kind, held.question, today=True))
                for line in lines or ["Nothing is different today."]:
                    out.print(line, markup=False)
        finally:
            office.close()
        place = to or Path(f"{held.id}.{form}")
        company = found.settings.company
        if form == "xlsx":
            place.write_bytes(render.xlsx(held, company))
        else:
            place.write_text(render.html(held, company), encoding="utf-8")
    out.print(f"{held.title} (version {held.version}) → {place}", markup=False)


def _list(reports: list[Report], as_json: bool) -> None:
    if as_json:
        kept = [
            {"id": r.id, "kind": r.kind, "title": r.title, "version": r.version, "created": r.created} for r in reports
        ]
        out.print_json(json.dumps(kept))
        return
    for held in reports:
        out.print(f"{held.id}  {held.created[:16]}  version {held.version}  {held.title}", markup=False)
    if not reports:
        out.print("No answer is kept yet: POST /v1/reports keeps one.", markup=False)


def _from_file(file: Path, title: str) -> Report:
    """An answer that `--json` wrote, as a report."""
    from api.access.office import now
    from api.reports.keep import Report

    try:
        held = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise ConfigurationError(f"This is not the JSON of an answer: {problem}.", where=file) from problem
    kind = "impact" if isinstance(held, dict) and "affected" in held else "path"
    if not isinstance(held, dict) or ("affected" not in held and "paths" not in held):
        raise ConfigurationError(
            "This is not the JSON of an answer.", where=file, do="Write one: knockon impact NAME --json > answer.json"
        )
    return Report(file.stem, "command", kind, title or file.stem, int(str(held.get("version", 0))), "", now(), {}, held)


COMMANDS = (report,)
