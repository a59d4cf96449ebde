"""``knockon init``: from a folder of exports to a project with a mapping, at most ten questions on the way."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.frame import AsJson, out, working

if TYPE_CHECKING:
    from api.onboarding import Place
    from ingest.onboarding.model import Survey
    from ingest.onboarding.proposed import Proposal, Question

_MOST_LISTED = 12


def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder that the exports lie in.")],
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing: take every default and list what was not asked.")
    ] = False,
    into: Annotated[
        Path | None, typer.Option("--into", help="Where to put the project (default: FOLDER, if it can be written to).")
    ] = None,
    company: Annotated[
        str | None, typer.Option("--company", help="The company's name (default: the folder's).")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write over a mapping that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look at a folder of exports, propose what its tables mean, ask what is not sure, and write a project."""
    from api.onboarding import place_for, proposal_json, write_files
    from ingest.onboarding.first_look import first_look
    from ingest.onboarding.proposal import propose
    from ingest.onboarding.store import Store
    from ingest.onboarding.survey import survey
    from ingest.onboarding.writing import files_of
    from ontology.load import load_ontology

    folder = folder.expanduser()
    place = place_for(folder, into)
    ontology = load_ontology()
    with Store() as store:
        with working(progress=not as_json) as (_, tell):
            found = survey(folder, store, tell=tell)
            proposal = propose(found, ontology, store)
        if not as_json:
            _show_survey(found)
        asked = not (yes or as_json) and sys.stdin.isatty() and bool(proposal.questions)
        if asked:
            proposal = propose(found, ontology, store, _ask(proposal.questions))
        seen = first_look(proposal, ontology, store)
    files = files_of(proposal, place.folder, company or folder.resolve().name)
    write_files(files, replace=replace)
    if as_json:
        from api.onboarding import finding_json

        content = {
            "project": str(place.folder),
            **proposal_json(proposal),
            "first_look": [finding_json(f) for f in seen],
        }
        print(json.dumps(content, ensure_ascii=False))
        return
    _show_proposal(proposal, asked=asked)
    if seen:
        out.print("\n[bold]What a first look shows[/]")
        for finding in seen:
            rows = f" (row{'s' if len(finding.rows) > 1 else ''} " if finding.rows else ""
            rows += f"{', '.join(map(str, finding.rows))} of {finding.table})" if finding.rows else ""
            out.print(f"  {finding.what}{rows}", markup=False)
            if finding.evidence:
                out.print(f"      {finding.evidence}", markup=False, style="dim")
    _show_next(place, [f.path.relative_to(place.folder).as_posix() for f in files])


def _ask(questions: Sequence[Question]) -> dict[str, str]:
    """The answers given in the terminal; an empty line takes the default."""
    out.print(f"\n[bold]{len(questions)} questions[/] – Enter takes the answer in brackets.")
    answers: dict[str, str] = {}
    for number, question in enumerate(questions, 1):
        out.print(f"\n{number}. {question.text}", markup=False, style="bold")
        if question.why:
            out.print(f"   {question.why}", markup=False, style="dim")
        for example in question.examples:
            out.print(f"   e.g. {example}", markup=False, style="dim")
        for i, option in enumerate(question.options, 1):
            mark = "*" if option.value == question.default else " "
            out.print(f"  {mark}{i}) {option.text}", markup=False)
        default = next((i for i, o in enumerate(question.options, 1) if o.value == question.default), 1)
        given = typer.prompt("  Which", default=default, type=typer_range(len(question.options)))
        answers[question.id] = question.options[int(given) - 1].value
    return answers


def typer_range(most: int) -> object:
    """Numbers from 1 to ``most``."""
    from click import IntRange

    return IntRange(1, most)


def _show_survey(found: Survey) -> None:
    rows = sum(t.rows for t in found.tables)
    out.print(f"Found [bold]{len(found.tables)} tables[/] with {rows:,} rows in {found.seconds:.0f} s.")
    by_code: dict[str, list[str]] = {}
    for finding in found.findings:
        place = f"{finding.table}.{finding.column}" if finding.column else finding.table or ""
        by_code.setdefault(finding.code, []).append(
            f"{place}: {finding.what} {f'({finding.evidence})' if finding.evidence else ''}"
        )
    for code, lines in by_code.items():
        out.print(f"  {lines[0]}", markup=False)
        if len(lines) > 1:
            out.print(f"      … and {len(lines) - 1} more of this kind ({code})", markup=False, style="dim")
    texts = [s for s in found.skipped if not s.do]
    for skipped in [s for s in found.skipped if s.do][:_MOST_LISTED]:
        why = skipped.why if skipped.why.endswith((".", "!")) else f"{skipped.why}."
        out.print(f"  not read: {skipped.path}: {why} {skipped.do}", markup=False, style="yellow")
    if texts:
        shown = ", ".join(s.path for s in texts[:3])
        out.print(
            f"  {len(texts)} files hold no table ({shown}{' …' if len(texts) > 3 else ''}).", markup=False, style="dim"
        )


def _show_proposal(proposal: Proposal, *, asked: bool) -> None:
    from rich.markup import escape
    from rich.table import Table

    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("table", "rows", "is taken for", "because", "key", "relations"):
        grid.add_column(name, justify="right" if name == "rows" else "left", overflow="fold")
    for t in proposal.mapped():
        what = t.class_.name or (f"relation {t.link.role}" if t.link else "")
        because = t.link.reason if t.link else t.class_.reason
        key = " + ".join(t.key.columns) if t.key else "–"
        relations = ", ".join(r.role for r in t.relations if not r.to.startswith("#"))
        grid.add_row(*(escape(x) for x in (t.table.name, f"{t.table.rows:,}", what, because, key, relations)))
    out.print()
    out.print(grid)
    for p in proposal.papers:
        files = f"{p.files:,} file{'' if p.files == 1 else 's'}"
        out.print(f"Documents: {p.pattern} ({files}) as {p.class_name}, for `knockon ask`.", markup=False)
    left = [t for t in proposal.tables if t.left_out]
    if left:
        are = "1 table is" if len(left) == 1 else f"{len(left)} tables are"
        out.print(f"\n[bold]{are} left out[/] (the mapping says why):")
        for t in left[:_MOST_LISTED]:
            out.print(f"  {t.table.name}: {t.left_out}", markup=False)
    rules = sum(len(r.parts) for t in proposal.mapped() for r in t.rules)
    if rules or proposal.shape_rules:
        out.print(
            f"\nRules are proposed with their evidence, {rules} for columns (as comments in the mapping) and "
            f"{proposal.shape_rules} for things (shapes/proposed.ttl); none is in force until you say so.",
            markup=False,
        )
    open_ = (*(() if asked else proposal.questions), *proposal.unasked)
    if open_:
        doubts = "1 doubt took its default" if len(open_) == 1 else f"{len(open_)} doubts took their default"
        out.print(f"\n[bold]{doubts}[/]; each is marked in the mapping:")
        for question in open_[:_MOST_LISTED]:
            chosen = next((o.text for o in question.options if o.value == question.default), question.default)
            out.print(f"  {question.text} → {chosen}", markup=False)
        if len(open_) > _MOST_LISTED:
            out.print(f"  … and {len(open_) - _MOST_LISTED} more", style="dim")


def _show_next(place: Place, files: Sequence[str]) -> None:
    out.print(f"\nWritten below {place.folder}: {', '.join(files)}", markup=False)
    if place.apart:
        out.print("The exports stay where they are.")
    where = f" --project {shlex.quote(str(place.folder))}" if place.folder != Path.cwd() else ""
    out.print(f"Next: `knockon check{where}`, then `knockon ingest{where}`.", markup=False)


COMMANDS = (init,)
