"""``knockon validate`` and ``knockon shapes suggest``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.frame import Where, out, project

if TYPE_CHECKING:
    from api.project import Project
    from validation.report import ValidationReport
    from validation.shape_model import Shapes

shapes = typer.Typer(no_args_is_help=True)
_HISTORY = "validation.jsonl"


def validate(
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
    from graph_engine.store.runs import find_run, read_runs
    from graph_engine.validation_run import Scope, pick, validate_graph
    from ontology.errors import BadQuestion
    from validation.report import as_json, as_text, as_turtle
    from validation.shapes import load_shapes

    if form not in ("text", "json", "turtle"):
        raise BadQuestion(f"--format {form!r} is not known.", do="Use text, json or turtle.")
    if dry_run and not files:
        raise BadQuestion("--dry-run needs --shapes FILE.", do="Name the file with the new shapes.")
    with project(where) as found:
        loaded = load_shapes(found.ontology, (*found.settings.shapes, *(files or ())))
        if dry_run:
            report = _newly(found, loaded, files or [], shape)
        else:
            scope = Scope(find_run(read_runs(found.graph), changed_since)) if changed_since else Scope()
            report = validate_graph(found.graph, found.ontology, pick(loaded, shape), scope=scope)
        if not (files or shape or changed_since):
            report = _compared(found, report)
    match form:
        case "json":
            print(as_json(report))
        case "turtle":
            print(as_turtle(report))
        case _:
            out.print(as_text(report, language=language), markup=False)
            if dry_run:
                out.print("Nothing was changed: add the file to `shapes:` in knockon.yaml to let these rules count.")
    if not report.conforms:
        raise typer.Exit(1)


def _newly(found: Project, loaded: Shapes, files: list[Path], shape: str | None) -> ValidationReport:
    """What the shapes of these files find and the shapes as they are do not."""
    import dataclasses

    from graph_engine.validation_run import pick, validate_graph
    from validation.shapes import load_shapes

    tried = set(load_shapes(found.ontology, files, shipped=False).by_id)
    known = load_shapes(found.ontology, found.settings.shapes)
    after = validate_graph(found.graph, found.ontology, pick(loaded.only(tried & set(loaded.by_id)), shape))
    former = tried & set(known.by_id)
    if not former:
        return after
    before = validate_graph(found.graph, found.ontology, known.only(former))
    had = {(f.focus, f.path, f.component, f.value) for f in before.findings}
    fresh = tuple(f for f in after.findings if (f.focus, f.path, f.component, f.value) not in had)
    return dataclasses.replace(after, findings=fresh)


def _compared(found: Project, report: ValidationReport) -> ValidationReport:
    """The report with what was found last time, and remember this time."""
    import dataclasses
    from datetime import UTC, datetime

    file = found.settings.folder / ".knockon" / _HISTORY
    before: dict[str, int] = {}
    if file.is_file():
        lines = file.read_text(encoding="utf-8").splitlines()
        before = {str(k): int(n) for k, n in json.loads(lines[-1])["counts"].items()} if lines else {}
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = {"at": datetime.now(UTC).isoformat(), "version": report.version, "counts": report.counts()}
    with file.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(kept, ensure_ascii=False) + "\n")
    return dataclasses.replace(report, before=before)


@shapes.command("suggest")
def suggest(
    cls: Annotated[str, typer.Argument(metavar="CLASS", help="The class to profile.")],
    where: Where = None,
    to: Annotated[Path | None, typer.Option("--to", help="Write the Turtle here; default: show it.")] = None,
    strict: Annotated[
        float, typer.Option("--presence", min=0.5, max=1.0, help="Propose `required` from this share of values on.")
    ] = 0.98,
) -> None:
    """Profile a class and propose shapes with their evidence, for a person to keep or drop."""
    from graph_engine.profile import profile_class
    from validation.suggest import suggested_turtle

    with project(where) as found:
        text = suggested_turtle(found.ontology, profile_class(found.graph, found.ontology, cls), presence=strict)
    if to is None:
        print(text)
    else:
        to.write_text(text, encoding="utf-8")
        out.print(f"Wrote {to}. Read it, drop what is chance, then add it to `shapes:` in knockon.yaml.", markup=False)
        out.print(f"`knockon validate --shapes {to} --dry-run` shows what would newly fail.", markup=False)
