"""Onboarding: keys, references and columns beside published approaches and a mapping by hand; memory on a large file.

    python bench/onboarding.py FOLDER --truth schema.json [--mapping MAPPING] [--peers PYTHON] [--large GIGABYTES]

The peers get the same rows in the same run, by an interpreter of their own (``bench/onboarding_peers.py``): inclusion
dependencies (Desbordante's Spider), two matchers of columns (Valentine). They are no dependencies of knockon.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from ingest.adapters import Part, read  # noqa: E402
from ingest.onboarding.model import Survey  # noqa: E402
from ingest.onboarding.proposal import asked_about, propose  # noqa: E402
from ingest.onboarding.store import Store  # noqa: E402
from ingest.onboarding.survey import survey  # noqa: E402
from ingest.onboarding.truth import Truth, judge, read_truth  # noqa: E402
from ontology.load import load_ontology  # noqa: E402

PEERS = {
    "spider": "inclusion dependencies (Desbordante, Spider)",
    "coma": "COMA (Valentine)",
    "distribution": "distributions (Valentine)",
}
MATCHED = 0.5
"""A match of Valentine's counts from this score on."""


def plain_files(found: Survey, folder: Path) -> dict[str, Path]:
    """Each table as a plain comma-separated file with its columns by number: the peer reads nothing else."""
    made = {}
    for table in found.tables:
        path = folder / f"{table.name}.csv"
        with path.open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow([c.name for c in table.columns])
            reading = read(table.read, Part(table.name, table.path), {}, found.folder)
            for batch in reading.batches:
                columns = [batch.column(i).to_pylist() for i in range(len(table.columns))]
                writer.writerows(
                    [re.sub(r"[\r\n,\"]", " ", (cell or "").strip()) for cell in row]
                    for row in zip(*columns, strict=True)
                )
        made[table.name] = path
    return made


def peer(found: Survey, truth: Truth, python: str, matcher: str) -> tuple[float, float, int, float]:
    """Precision, recall, number of references and seconds of a peer (``bench/onboarding_peers.py``).

    A proposal counts as a reference where the other column is unique; a match has no direction, so either way counts.
    """
    with tempfile.TemporaryDirectory() as place:
        plain_files(found, Path(place))
        script = Path(__file__).with_name("onboarding_peers.py")
        run = subprocess.run(
            [python, str(script), place, matcher], check=True, capture_output=True, text=True, encoding="utf-8"
        )
        result = json.loads(run.stdout.splitlines()[-1])
    unique = {(t.name, c.name) for t in found.tables for c in t.columns if c.unique}
    position = {(t.name, c.name): c.position for t in found.tables for c in t.columns}
    declared = {Path(table.file).name.lower(): name for name, table in truth.items()}
    names = {t.name: declared.get(Path(t.read.file or "").name.lower(), "") for t in found.tables}
    ways = [(a, i, b, j, s) for a, i, b, j, s in result["found"]]
    if matcher != "spider":
        ways = [w for w in ways if w[4] >= MATCHED]
        ways += [(b, j, a, i, s) for a, i, b, j, s in ways]
    proposed = {
        (names[a], position[a, i], names[b])
        for a, i, b, j, _ in ways
        if (b, j) in unique and a != b and names[a] and names[b]
    }
    wanted = set()
    for name, table in truth.items():
        at = {c.name: i for i, c in enumerate(table.columns)}
        wanted |= {(name, at[f.cols[0]], f.ref) for f in table.foreign_keys if len(f.cols) == 1 and f.ref in truth}
    right = len(proposed & wanted)
    return right / max(1, len(proposed)), right / max(1, len(wanted)), len(proposed), float(result["seconds"])


def quality(folder: Path, schema: Path, by_hand: Sequence[Path], python: str | None) -> None:
    """Keys, references, columns and time, beside the peers."""
    from api.onboarding import compared

    ontology = load_ontology()
    truth = read_truth(schema)
    began = time.perf_counter()
    with Store() as store:
        found = survey(folder, store, ignore=frozenset({schema.resolve()}))
        proposal = propose(found, ontology, store)
    seconds = time.perf_counter() - began
    verdict = judge(found, truth, asked_about(proposal))
    rows = sum(t.rows for t in found.tables)
    print(f"{len(found.tables)} tables, {rows:,} rows; {len(proposal.questions)} questions")
    print("| | proposed | precision | recall | seconds |")
    print("|---|---|---|---|---|")
    keys, references = verdict.keys, verdict.references
    print(f"| keys | {keys.proposed} | {keys.precision:.3f} | {keys.recall:.3f} | {seconds:.1f} (all) |")
    print(f"| references | {references.proposed} | {references.precision:.3f} | {references.recall:.3f} | |")
    parts = [keys, references]
    if by_hand:
        hand = compared(proposal, ontology, by_hand)
        for name, ratio in (("classes", hand.classes), ("columns", hand.properties), ("relations", hand.relations)):
            figures = f"{ratio.proposed} | {ratio.precision:.3f} | {ratio.recall:.3f}"
            print(f"| {name}, beside the mapping by hand | {figures} | |")
            parts.append(ratio)
    choices, right = sum(p.proposed - p.asked for p in parts), sum(p.right - p.asked_right for p in parts)
    print(f"| choices not asked | {choices} | {right / max(1, choices):.3f} | | |")
    for matcher, called in PEERS.items() if python is not None else ():
        precision, recall, count, took = peer(found, truth, str(python), matcher)
        print(f"| {called} | {count} | {precision:.3f} | {recall:.3f} | {took:.1f} |")


def large(gigabytes: float) -> None:
    """Time and memory on one large file."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "movements.csv"
        line = 0
        with path.open("w", encoding="utf-8") as out:
            out.write("movement_id,sku,warehouse,quantity,moved_on,note\n")
            while out.tell() < gigabytes * 1e9:
                out.writelines(
                    f"{line + i},P-{(line + i) % 9000},W{i % 7},{i % 90 + 1},2024-{i % 12 + 1:02}-07,moved by hand\n"
                    for i in range(100_000)
                )
                line += 100_000
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        began = time.perf_counter()
        with Store() as store:
            found = survey(Path(place), store)
        table = found.tables[0]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{path.stat().st_size / 1e9:.1f} GB, {line:,} rows: {time.perf_counter() - began:.1f} s, "
            f"{table.rows:,} rows looked at (sample: {table.sampled}), peak {peak:.0f} MB (before: {before:.0f})"
        )


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--mapping", type=Path, action="append", default=[], help="made by hand, to compare with")
    parser.add_argument("--peers", metavar="PYTHON", help="an interpreter that has desbordante and valentine")
    parser.add_argument("--large", type=float, help="also look at one made-up file of so many gigabytes")
    given = parser.parse_args()
    if given.folder is not None and given.truth is not None:
        quality(given.folder, given.truth, given.mapping, given.peers)
    if given.large:
        large(given.large)


if __name__ == "__main__":
    main()
