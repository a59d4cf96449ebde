"""Published approaches on the same tables, run by an interpreter of their own: they need other versions than knockon.

    PYTHON bench/onboarding_peers.py FOLDER MATCHER

FOLDER holds one ``.csv`` for each table, comma and heading, as ``bench/onboarding.py --peers PYTHON`` writes them.
MATCHER:

* ``spider``: exact unary inclusion dependencies (Bauckmann, Leser, Naumann, ICDE 2007) as Desbordante has them.
* ``coma``: schema matching (Do, Rahm, VLDB 2002) as Valentine has it (Koutras et al., ICDE 2021): each pair of tables,
  each column's best partner. Its matching of instances needs word lists from the network and is left out.
* ``distribution``: matching by the distribution of values (Zhang et al., SIGMOD 2011) as Valentine has it.

Prints JSON: a list of [table, column, table, column, score], and the seconds.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
import time
from pathlib import Path

Found = list[tuple[str, str, str, str, float]]


def spider(folder: Path) -> Found:
    """Every inclusion of one column in another."""
    import desbordante

    algorithm = desbordante.ind.algorithms.Spider()
    algorithm.load_data(tables=[(str(p), ",", True) for p in sorted(folder.glob("*.csv"))])
    algorithm.execute()
    found: Found = []
    for ind in algorithm.get_inds():
        (a, i), (b, j) = re.findall(r"\((.+?)\.csv, \[([^\]]+)\]\)", str(ind))
        found.append((a, i, b, j, 1.0))
    return found


def coma(folder: Path) -> Found:
    """The best partner of each column in each other table, by names."""
    from valentine.algorithms import Coma

    return _valentine(folder, Coma())


def distribution(folder: Path) -> Found:
    """The best partner of each column in each other table, by how their values are distributed."""
    from valentine.algorithms import DistributionBased

    return _valentine(folder, DistributionBased())


def _valentine(folder: Path, matcher: object) -> Found:
    import pandas
    from valentine import valentine_match

    tables = {p.stem: pandas.read_csv(p, dtype=str, nrows=1000, keep_default_na=False) for p in folder.glob("*.csv")}
    found: Found = []
    for a, b in itertools.combinations(sorted(tables), 2):
        matches = valentine_match([tables[a], tables[b]], matcher, [a, b], instance_sample_size=200)
        best: dict[str, tuple[float, str]] = {}
        for pair, score in matches.items():
            best[pair.source_column] = max(
                best.get(pair.source_column, (0.0, "")), (float(score), str(pair.target_column))
            )
        found += [(a, column, b, other, score) for column, (score, other) in best.items()]
    return found


def main() -> None:
    """Run one of them."""
    folder, matcher = Path(sys.argv[1]), sys.argv[2]
    began = time.perf_counter()
    found = {"spider": spider, "coma": coma, "distribution": distribution}[matcher](folder)
    json.dump({"found": found, "seconds": time.perf_counter() - began}, sys.stdout)


if __name__ == "__main__":
    main()
