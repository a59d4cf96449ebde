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
import tempfile
import time
from pathlib import Path
from random import Random

import duckdb
import numpy as np
import pyarrow as pa
from sklearn.feature_extraction.text import TfidfVectorizer
from splink import DuckDBAPI

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "unit" / "ingest" / "resolution")]

from ingest.resolution.clusters import cluster  # noqa: E402
from ingest.resolution.evaluation import evaluate, peak_mb, read_truth  # noqa: E402
from ingest.resolution.judgements import Links  # noqa: E402
from ingest.resolution.party_index import PartyIndex, bring_up_to_date, records_of  # noqa: E402
from ingest.resolution.party_model import PartyModel, linker_of, train  # noqa: E402
from ingest.resolution.party_scoring import score  # noqa: E402
from ingest.resolution.policy import MERGE_AT, REVIEW_AT  # noqa: E402
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


def people(size: int, lean: bool) -> None:
    """Made-up people, a third of them twice (typos, moved house, swapped names): F1, time, memory; Splink's own scoring
    with the same model beside it; and what 100 new ones cost against all the others. ``lean``: nothing is computed a
    second time to be compared with (neither by Splink nor from nothing)."""
    from made_up import one_table, person, person_again, same

    case = one_table("bench", person, same, person_again, int(size / 1.5), 0.5, seed=Random(size).randrange(99))
    truth, total = frozenset(case.truth), len(case.left)
    raw = as_raw(case.left)
    start = time.perf_counter()
    records = records_of(raw, None)
    cleaned = time.perf_counter() - start
    print(f"{total:>9,} people: cleaned {cleaned:.1f} s", flush=True)
    model = train(records)
    trained = time.perf_counter() - start - cleaned
    print(f"{'':>9}  trained {trained:.1f} s", flush=True)
    begun = time.perf_counter()
    found = score(model, records, least=0.1)
    scored = time.perf_counter() - begun
    sure = found.probability >= 0.5
    links = Links.same(found.left[sure], found.right[sure], found.weight[sure])
    begun = time.perf_counter()
    clusters = cluster([f"{i:08}" for i in range(total)], links)
    clustered = time.perf_counter() - begun
    seconds = cleaned + trained + scored + clustered
    print(
        f"{total:>9,} people, knockon: {_quality(found.left[sure], found.right[sure], truth)}; "
        f"cleaned {cleaned:.1f} s, trained {trained:.1f} s, scored {scored:.1f} s, clustered {clustered:.1f} s "
        f"({total / seconds:,.0f} records/s), peak {peak_mb():,.0f} MB, {clusters.count:,} entities",
        flush=True,
    )
    merged = found.probability >= MERGE_AT
    asked = int((~merged & (found.probability >= REVIEW_AT)).sum())
    print(
        f"{'':>9}  merged unasked (from {MERGE_AT}): {_quality(found.left[merged], found.right[merged], truth)}, "
        f"expected precision {found.probability[merged].mean():.4f}; asked {asked:,}"
    )
    incremental(raw, model, lean)
    if lean:
        return
    con = duckdb.connect(":memory:", config={"threads": 2})
    api = DuckDBAPI(connection=con)
    begun = time.perf_counter()
    linker = linker_of(model, api, [api.register(records.arrow(), dataset_display_name="people")])
    frame = linker.inference.predict(threshold_match_probability=0.1).as_duckdbpyrelation().to_arrow_table()
    took = time.perf_counter() - begun
    chance = frame["match_probability"].to_numpy() >= 0.5
    left, right = (np.asarray(frame[f"unique_id_{side}"].to_numpy())[chance] for side in "lr")
    print(
        f"{'':>9}  Splink's predict, same model: {_quality(left, right, truth)}; scored {took:.1f} s, "
        f"{took / scored:.2f} x our time, peak {peak_mb():,.0f} MB"
    )


def incremental(raw: pa.Table, model: PartyModel, lean: bool) -> None:
    """100 new records against all the others, as a run does it: what is kept is read, what is new is compared."""
    with tempfile.TemporaryDirectory() as folder:
        rng = np.random.default_rng(1)
        new = rng.choice(raw.num_rows, 100, replace=False)
        mask = np.ones(raw.num_rows, bool)
        mask[new] = False
        bring_up_to_date(None, model, raw.filter(pa.array(mask)), None, 0.1).save(Path(folder))
        start = time.perf_counter()
        index = bring_up_to_date(PartyIndex.load(Path(folder)), model, raw, None, 0.1)
        took = time.perf_counter() - start
        held = "not held against the pairs from nothing"
        if not lean:
            whole = bring_up_to_date(None, model, raw, None, 0.1)
            same = index.pairs.select(["left", "right"]).equals(whole.pairs.select(["left", "right"]))
            held = "the same pairs as from nothing" if same else "OTHER PAIRS THAN FROM NOTHING"
        print(f"{'':>9}  100 new against {int(mask.sum()):,}: {took:.1f} s, {index.compared:,} compared, {held}")


def as_raw(table: Table) -> pa.Table:
    """A made-up table as staging gives it: mention, hash of the values, roles."""
    columns = {
        "given": "given_name", "family": "surname", "born": "birth_date", "street": "street", "city": "city",
        "postcode": "postcode", "phone": "phone", "email": "email",
    }  # fmt: skip
    held = {role: pa.array([v or None for v in table.column(name)], pa.string()) for role, name in columns.items()}
    mentions = pa.array([f"m/p/{i:08}" for i in range(len(table))], pa.string())
    wide = pa.table({"mention": mentions, **held})
    con = duckdb.connect(":memory:")
    con.register("wide", wide)
    return con.sql(
        f"SELECT mention, hash({', '.join(columns)}) AS raw, * EXCLUDE (mention) FROM wide ORDER BY mention"
    ).to_arrow_table()


def _quality(left: np.ndarray, right: np.ndarray, truth: frozenset[tuple[int, int]]) -> str:
    low, high = np.minimum(left, right), np.maximum(left, right)
    precision, recall, f1 = scores(set(zip(low.tolist(), high.tolist(), strict=True)), truth)
    return f"precision {precision:.4f} recall {recall:.4f} f1 {f1:.4f}"


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--people", type=int, nargs="*", default=[])
    parser.add_argument("--lean", action="store_true", help="Nothing is computed twice to be compared with.")
    asked = parser.parse_args()
    if asked.data is not None:
        real_tables(asked.data)
    for size in asked.people:
        people(size, asked.lean)


if __name__ == "__main__":
    main()
