"""``knockon eval resolution``: measure the default matching on two tables of anyone's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ingest.resolution.evaluation import Evaluation


def resolution(
    left: Annotated[Path, typer.Argument(help="The left table: CSV of any kind, JSON, Parquet or a spreadsheet.")],
    right: Annotated[Path, typer.Argument(help="The right table; the same file again finds duplicates within it.")],
    truth: Annotated[Path, typer.Option("--truth", help="Table of true pairs: an id of the left, an id of the right.")],
    class_: Annotated[
        str | None, typer.Option("--class", help="Class of the records, such as Person, Supplier or Product.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Match two tables with the default configuration and compare with known true pairs."""
    from ingest.resolution.evaluation import evaluate

    found = evaluate(left, right, truth, class_)
    if as_json:
        import json

        typer.echo(json.dumps(found.as_json()))
    else:
        for line in _lines(found):
            typer.echo(line)


def _lines(found: Evaluation) -> list[str]:
    lines = [f"left   {found.left}", f"right  {found.right}", f"truth  {found.truth}", ""]
    lines.append(f"rows are named by {found.ids[0]} (left) and {found.ids[1]} (right)")
    lines.append("columns taken to hold the same:")
    lines += [f"  {pair.left:<24} = {pair.right:<24} {pair.kind}, likeness {pair.score:.2f}" for pair in found.mapping]
    if not found.mapping:
        lines.append("  none: records are compared as whole texts")
    lines += [
        f"matched by the {found.method}; {found.shape}",
        "",
        f"precision        {found.precision:.4f}   of {found.found} pairs found",
        f"recall           {found.recall:.4f}   of {found.true} true pairs",
        f"f1               {found.f1:.4f}",
        f"candidate_pairs  {found.candidate_pairs}   holding {found.candidate_recall:.4f} of the true pairs",
        f"seconds          {found.seconds:.2f}",
        f"peak_mb          {found.peak_mb:.1f}",
        f"of {found.merged} pairs that would be merged without asking, {found.merge_precision:.4f} are right "
        f"(expected {found.merge_expected:.4f})",
    ]
    lines += [f"advice: {text}" for text in found.advice]
    return lines
