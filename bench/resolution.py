"""Entity resolution: quality beside a plain peer on real tables, and time, memory and quality on made-up parties.

    python bench/resolution.py --data FOLDER [--people 100000]

FOLDER holds ``abt-buy`` and ``dblp-acm`` (Köpcke, Thor, Rahm, PVLDB 2010, as cleaned by JedAI). The peer runs in the
same process on the same rows: TF-IDF over groups of three letters, mutual best,
cosine from 0.4. Published whole-table F1: JedAI
.867/.982, AutoER with ground truth .859/.986, ZeroER .465/.970, Magellan .435/.948.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from random import Random

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "unit" / "ingest" / "resolution")]

from ingest.resolution.clusters import cluster  # noqa: E402
from ingest.resolution.evaluation import evaluate, peak_mb, read_truth  # noqa: E402
from ingest.resolution.judgements import Links  # noqa: E402
from ingest.resolution.party_records import Role, standardise  # noqa: E402
from ingest.resolution.party_scoring import fit_and_predict  # noqa: E402
from ingest.resolution.tables import Table, read_table  # noqa: E402
from ingest.resolution.text import plain  # noqa: E402

SETS = {
    "abt-buy": ("abt-buy/abtclean.csv", "abt-buy/buyclean.csv", "abt-buy/gtclean.csv"),
    "dblp-acm": ("dblp-acm/dblpclean.csv", "dblp-acm/acmclean.csv", "dblp-acm/gtclean.csv"),
}
PEER_AT = 0.4


def tfidf_mutual_best(left: Table, right: Table) -> set[tuple[int, int]]:
    """The peer: cosine of TF-IDF over groups of three letters of all columns but the id, mutual best, from 0.4 on."""
    texts = [[plain(" ".join(row[1:])) for row in table.rows] for table in (left, right)]
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), sublinear_tf=True).fit([*texts[0], *texts[1]])
    cosine = (vectors.transform(texts[0]) @ vectors.transform(texts[1]).T).toarray()
    best, back = cosine.argmax(axis=1), cosine.argmax(axis=0)
    return {(i, int(j)) for i, j in enumerate(best) if back[j] == i and cosine[i, j] >= PEER_AT}


def scores(found: set[tuple[int, int]], true: frozenset[tuple[int, int]]) -> tuple[float, float, float]:
    """Precision, recall, F1."""
    hits = len(found & true)
    return hits / max(len(found), 1), hits / len(true), 2 * hits / (len(found) + len(true))


def real_tables(data: Path) -> None:
    """Print both methods on both sets, with the ratio of what each gets wrong."""
    print(
        f"{'set':<10} {'method':<26} {'precision':>9} {'recall':>7} {'f1':>7} {'seconds':>8}  1-f1 of the peer / ours"
    )
    for name, paths in SETS.items():
        left, right, truth = (data / path for path in paths)
        one, other = read_table(left), read_table(right)
        start = time.perf_counter()
        peer = scores(tfidf_mutual_best(one, other), read_truth(truth, one, other).pairs)
        took = time.perf_counter() - start
        print(f"{name:<10} {'TF-IDF, mutual best, 0.4':<26} {peer[0]:9.4f} {peer[1]:7.4f} {peer[2]:7.4f} {took:8.1f}")
        ours = evaluate(left, right, truth)
        ratio = (1 - peer[2]) / max(1 - ours.f1, 1e-9)
        print(
            f"{name:<10} {'knockon, defaults':<26} {ours.precision:9.4f} {ours.recall:7.4f} {ours.f1:7.4f} "
            f"{ours.seconds:8.1f}  {ratio:.1f}"
        )


def people(size: int) -> None:
    """Made-up people, a third of them twice (typos, moved house, swapped names): F1, time, memory."""
    from made_up import one_table, person, person_again, same

    case = one_table("bench", person, same, person_again, int(size / 1.5), 0.5, seed=Random(size).randrange(99))
    columns = {
        Role.GIVEN: "given_name", Role.FAMILY: "surname", Role.BORN: "birth_date", Role.STREET: "street",
        Role.CITY: "city", Role.POSTCODE: "postcode", Role.PHONE: "phone", Role.EMAIL: "email",
    }  # fmt: skip
    start = time.perf_counter()
    records = standardise(case.left, columns)
    cleaned = time.perf_counter() - start
    found = fit_and_predict(records, None)
    matched = time.perf_counter() - start
    sure = found.probability >= 0.5
    links = Links.same(found.left[sure], found.right[sure], found.weight[sure])
    clusters = cluster([f"{i:08}" for i in range(len(case.left))], links)
    total = time.perf_counter() - start
    low, high = np.minimum(links.left, links.right), np.maximum(links.left, links.right)
    pairs = set(zip(low.tolist(), high.tolist(), strict=True))
    precision, recall, f1 = scores(pairs, frozenset(case.truth))
    print(
        f"{len(case.left):>9} people: precision {precision:.4f} recall {recall:.4f} f1 {f1:.4f}, "
        f"cleaned {cleaned:.1f} s, matched {matched - cleaned:.1f} s, clustered {total - matched:.1f} s; "
        f"{len(case.left) / total:,.0f} records/s, peak {peak_mb():,.0f} MB, "
        f"{clusters.count} entities, {len(found.left)} scored pairs kept"
    )


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--people", type=int, nargs="*", default=[])
    asked = parser.parse_args()
    if asked.data is not None:
        real_tables(asked.data)
    for size in asked.people:
        people(size)


if __name__ == "__main__":
    main()
