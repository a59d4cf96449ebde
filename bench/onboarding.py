"""Onboarding: keys and references beside inclusion-dependency discovery; time; memory on a large file.

    python bench/onboarding.py FOLDER --truth schema.json [--large GIGABYTES]

The peer is Desbordante's Spider (exact unary inclusion dependencies, Bauckmann, Leser, Naumann, ICDE 2007), in the same
run on the same rows: every column that lies within a column of unique values counts as a reference. It is asked nothing
of names. It is no dependency of knockon: install ``desbordante`` where the comparison is wanted.
"""

from __future__ import annotations

import argparse
import csv
import re
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from ingest.adapters import Part, read  # noqa: E402
from ingest.onboarding.model import Survey  # noqa: E402
from ingest.onboarding.proposal import propose  # noqa: E402
from ingest.onboarding.store import Store  # noqa: E402
from ingest.onboarding.survey import survey  # noqa: E402
from ingest.onboarding.truth import Truth, judge, read_truth  # noqa: E402
from ontology.load import load_ontology  # noqa: E402


def plain_files(found: Survey, folder: Path) -> dict[str, Path]:
    """Each table as a plain comma-separated file with its columns by number: the peer reads nothing else."""
    made = {}
    for table in found.tables:
        path = folder / f"{table.name}.csv"
        with path.open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow([f"c{i}" for i in range(len(table.columns))])
            reading = read(table.read, Part(table.name, table.path), {}, found.folder)
            for batch in reading.batches:
                columns = [batch.column(i).to_pylist() for i in range(len(table.columns))]
                writer.writerows(
                    [re.sub(r"[\r\n,\"]", " ", (cell or "").strip()) for cell in row]
                    for row in zip(*columns, strict=True)
                )
        made[table.name] = path
    return made


def peer(found: Survey, truth: Truth) -> tuple[float, float, int, float] | None:
    """Precision, recall, number of references and seconds of the peer; None where it is not installed."""
    try:
        import desbordante
    except ImportError:
        return None
    with tempfile.TemporaryDirectory() as place:
        files = plain_files(found, Path(place))
        began = time.perf_counter()
        algorithm = desbordante.ind.algorithms.Spider()
        algorithm.load_data(tables=[(str(path), ",", True) for path in files.values()])
        algorithm.execute()
        pairs = [re.findall(r"\((.+?)\.csv, \[c(\d+)\]\)", str(ind)) for ind in algorithm.get_inds()]
        seconds = time.perf_counter() - began
    unique = {(t.name, c.position) for t in found.tables for c in t.columns if c.unique}
    declared = {Path(table.file).name.lower(): name for name, table in truth.items()}
    names = {t.name: declared.get(Path(t.read.file or "").name.lower(), "") for t in found.tables}
    proposed = {
        (names[a], int(i), names[b])
        for (a, i), (b, j) in pairs
        if (b, int(j)) in unique and a != b and names[a] and names[b]
    }
    wanted = set()
    for name, table in truth.items():
        at = {c.name: i for i, c in enumerate(table.columns)}
        wanted |= {(name, at[f.cols[0]], f.ref) for f in table.foreign_keys if len(f.cols) == 1 and f.ref in truth}
    right = len(proposed & wanted)
    return right / max(1, len(proposed)), right / max(1, len(wanted)), len(proposed), seconds


def quality(folder: Path, schema: Path) -> None:
    """Keys, references and time, beside the peer."""
    truth = read_truth(schema)
    began = time.perf_counter()
    with Store() as store:
        found = survey(folder, store, ignore=frozenset({schema.resolve()}))
        proposal = propose(found, load_ontology(), store)
    seconds = time.perf_counter() - began
    verdict = judge(found, truth)
    rows = sum(t.rows for t in found.tables)
    print(f"{len(found.tables)} tables, {rows:,} rows; {len(proposal.questions)} questions")
    print("| | proposed | precision | recall | seconds |")
    print("|---|---|---|---|---|")
    keys, references = verdict.keys, verdict.references
    print(f"| keys | {keys.proposed} | {keys.precision:.3f} | {keys.recall:.3f} | {seconds:.1f} (all) |")
    print(f"| references | {references.proposed} | {references.precision:.3f} | {references.recall:.3f} | |")
    other = peer(found, truth)
    if other is None:
        print("| inclusion dependencies (Desbordante) | not installed | | | |")
    else:
        precision, recall, count, took = other
        print(
            f"| inclusion dependencies (Desbordante, Spider) | {count} | {precision:.3f} | {recall:.3f} | {took:.1f} |"
        )


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
    parser.add_argument("--large", type=float, help="also look at one made-up file of so many gigabytes")
    given = parser.parse_args()
    if given.folder is not None and given.truth is not None:
        quality(given.folder, given.truth)
    if given.large:
        large(given.large)


if __name__ == "__main__":
    main()
