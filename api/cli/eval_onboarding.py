"""``knockon eval onboarding FOLDER --truth schema.json``: keys and references that are found, beside those declared."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.frame import AsJson, out, working

if TYPE_CHECKING:
    from ingest.onboarding.truth import Ratio


def onboarding(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder of exports.")],
    truth: Annotated[
        Path,
        typer.Option("--truth", help="JSON: table → file, columns, primary_key, foreign_keys. Only compared with."),
    ],
    as_json: AsJson = False,
) -> None:
    """Look at a folder as `knockon init` does, and compare keys and references with a schema that is known."""
    from ingest.onboarding.proposal import propose
    from ingest.onboarding.store import Store
    from ingest.onboarding.survey import survey
    from ingest.onboarding.truth import judge, read_truth
    from ontology.load import load_ontology

    declared = read_truth(truth)
    began = time.monotonic()
    with working(progress=not as_json) as (_, tell), Store() as store:
        found = survey(folder, store, ignore=frozenset({truth.resolve()}), tell=tell)
        proposal = propose(found, load_ontology(), store)
    seconds = round(time.monotonic() - began, 2)
    verdict = judge(found, declared)
    if as_json:
        print(
            json.dumps(
                {
                    "key_precision": round(verdict.keys.precision, 4),
                    "key_recall": round(verdict.keys.recall, 4),
                    "fk_precision": round(verdict.references.precision, 4),
                    "fk_recall": round(verdict.references.recall, 4),
                    "questions": len(proposal.questions),
                    "seconds": seconds,
                }
            )
        )
        return
    out.print(f"{len(found.tables)} tables, {sum(t.rows for t in found.tables):,} rows.")
    _show("Keys", verdict.keys)
    _show("References", verdict.references)
    out.print(f"Questions that `knockon init` would ask: {len(proposal.questions)}. Time: {seconds:.1f} s.")
    if verdict.unjudged:
        out.print(f"Not judged: {verdict.unjudged} references of columns whose declared target isn't in the folder.")
    for name in verdict.unmatched:
        out.print(f"Not found in the folder: {name}", markup=False)


def _show(what: str, ratio: Ratio) -> None:
    out.print(
        f"{what}: {ratio.right} of {ratio.proposed} proposed are right (precision {ratio.precision:.3f}); "
        f"{ratio.right} of {ratio.there} declared were found (recall {ratio.recall:.3f})."
    )
    for line in ratio.wrong:
        out.print(f"  wrong   {line}", markup=False)
    for line in ratio.missed:
        out.print(f"  missed  {line}", markup=False)
