"""``knockon validate`` and ``knockon shapes suggest``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.frame import Where, out, project

if TYPE_CHECKING:
    from validation.report import ValidationReport

shapes = typer.Typer(no_args_is_help=True)


def check(
    where: Where = None,
    changed_since: Annotated[
        str | None, typer.Option("--changed-since", metavar="RUN", help="Only what changed after this run.")
    ] = None,
    shape: Annotated[str | None, typer.Option("--shape", "-s", help="Only this shape, by name or IRI.")] = None,
    form: Annotated[str, typer.Option("--format", "-f", help="text, json or turtle")] = "text",
    files: Annotated[
        list[Path] | None, typer.Option("--shapes", help="Further shape files, tried without being installed.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --shapes: show only what those shapes would newly find.")
    ] = False,
    language: Annotated[str, typer.Option("--language", help="Language of the messages, such as de.")] = "en",
) -> None:
    """Check the graph against its shapes; say what is wrong, from which record, and what usually mends it."""
    from api.validating import validate, would_find
    from ontology.errors import BadQuestion
    from validation.report import as_json, as_turtle
    from validation.report_text import as_text

    if form not in ("text", "json", "turtle"):
        raise BadQuestion(f"--format {form!r} is not known.", do="Use text, json or turtle.")
    if dry_run and not files:
        raise BadQuestion("--dry-run needs --shapes FILE.", do="Name the file with the new shapes.")
    with project(where) as found:
        if dry_run:
            report = would_find(found, files or [], shape=shape)
        else:
            report = validate(found, changed_since=changed_since, shape=shape, further=files or ())
        totals = found.graph.read("read/quarantine_files")
        aside = sum(int(str(total["rows"])) for total in totals)
    match form:
        case "json":
            print(as_json(report))
        case "turtle":
            print(as_turtle(report))
        case _:
            out.print(as_text(report, language=language), markup=False)
            if dry_run:
                _what_next(report)
            elif aside:
                rows = "1 row is" if aside == 1 else f"{aside:,} rows are"
                out.print(f"{rows} set aside and not in the graph, so not checked here: `knockon quarantine list`.")
    if not report.conforms:
        raise typer.Exit(1)


def _what_next(report: ValidationReport) -> None:
    """What the rules would do if they counted."""
    rows = {place.record for f in report.findings if f.severity == "violation" for place in f.records}
    if rows:
        out.print(f"At the next ingest {len(rows):,} rows and what rests on them would be set aside in quarantine.")
    out.print("Nothing was changed: list the file under `shapes:` in knockon.yaml to let these rules count.")


@shapes.command("suggest")
def suggest(
    cls: Annotated[str, typer.Argument(metavar="CLASS", help="The class to profile.")],
    where: Where = None,
    to: Annotated[Path | None, typer.Option("--to", help="Write the Turtle here; default: show it.")] = None,
    review: Annotated[bool, typer.Option("--review", help="Ask for each proposal whether to keep it.")] = False,
    strict: Annotated[
        float, typer.Option("--presence", min=0.5, max=1.0, help="Propose `required` from this share of values on.")
    ] = 0.98,
) -> None:
    """Profile a class and propose rules with their evidence, for a person to keep or drop."""
    from graph_engine.profile import profile_class
    from validation.suggest import as_turtle, proposals

    with project(where) as found:
        profile = profile_class(found.graph, found.ontology, cls)
    listed = proposals(profile, presence=strict)
    if review:
        listed = tuple(p for p in listed if typer.confirm(f"{p.name} {p.says} ({p.evidence}). Keep it?", default=True))
    text = as_turtle(profile, listed)
    if to is None:
        print(text)
    else:
        to.write_text(text, encoding="utf-8")
        out.print(
            f"Wrote {len(listed)} rules to {to}; add it to `shapes:` in knockon.yaml to install them.", markup=False
        )
        out.print(f"`knockon validate --shapes {to} --dry-run` shows what would newly fail.", markup=False)
