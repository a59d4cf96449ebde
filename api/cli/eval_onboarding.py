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
    mappings: Annotated[
        list[Path] | None,
        typer.Option("--mapping", help="A mapping of these files made by hand; may be repeated. Only compared with."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look at a folder as `knockon init` does, and compare with what is known: keys, references, a mapping by hand."""
    from api.onboarding import compared
    from ingest.onboarding.proposal import asked_about, propose
    from ingest.onboarding.store import Store
    from ingest.onboarding.survey import survey
    from ingest.onboarding.truth import judge, read_truth
    from ontology.load import load_ontology

    declared = read_truth(truth)
    ontology = load_ontology()
    began = time.monotonic()
    with working(progress=not as_json) as (_, tell), Store() as store:
        found = survey(folder, store, ignore=frozenset({truth.resolve()}), tell=tell)
        proposal = propose(found, ontology, store)
    seconds = round(time.monotonic() - began, 2)
    verdict = judge(found, declared, asked_about(proposal))
    hand = compared(proposal, ontology, mappings) if mappings else None
    unasked = (verdict.keys, verdict.references, *(hand.parts if hand is not None else ()))
    choices = sum(r.proposed - r.asked for r in unasked)
    right = sum(r.right - r.asked_right for r in unasked)
    if as_json:
        numbers: dict[str, float | int] = {
            "key_precision": round(verdict.keys.precision, 4),
            "key_recall": round(verdict.keys.recall, 4),
            "fk_precision": round(verdict.references.precision, 4),
            "fk_recall": round(verdict.references.recall, 4),
            "questions": len(proposal.questions),
            "seconds": seconds,
            "unasked": choices,
            "unasked_right": round(right / choices, 4) if choices else 1.0,
        }
        if hand is not None:
            for name, ratio in (("class", hand.classes), ("property", hand.properties), ("relation", hand.relations)):
                numbers[f"{name}_precision"] = round(ratio.precision, 4)
                numbers[f"{name}_recall"] = round(ratio.recall, 4)
        print(json.dumps(numbers))
        return
    out.print(f"{len(found.tables)} tables, {sum(t.rows for t in found.tables):,} rows.")
    _show("Keys", verdict.keys)
    _show("References", verdict.references)
    if hand is not None:
        _show("Classes of tables, beside the mapping by hand", hand.classes)
        _show("Columns as properties, beside the mapping by hand", hand.properties)
        _show("Relations, beside the mapping by hand", hand.relations)
    out.print(f"Choices taken without a question: {choices}, of which {right} are right.")
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
