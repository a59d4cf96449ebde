"""Published approaches on the same tables, run by an interpreter of their own: they need other versions than knockon.

    PYTHON bench/onboarding_peers.py FOLDER MATCHER

FOLDER holds one ``.csv`` for each table, comma and heading (as `bench/onboarding.py --peers PYTHON` writes them). MATCHER:

* ``spider``: exact unary inclusion dependencies (Bauckmann, Leser, Naumann, ICDE 2007) as Desbordante has them.
* ``coma``: schema and instance matching (Do, Rahm, VLDB 2002) as Valentine has it (Koutras et al., ICDE 2021), each pair
  of tables, each column's best partner.

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
    """The best partner of each column in each other table."""
    import pandas
    from valentine import valentine_match
    from valentine.algorithms import Coma

    tables = {p.stem: pandas.read_csv(p, dtype=str, nrows=1000, keep_default_na=False) for p in folder.glob("*.csv")}
    found: Found = []
    for a, b in itertools.combinations(sorted(tables), 2):
        matches = valentine_match([tables[a], tables[b]], Coma(use_instances=True), [a, b], instance_sample_size=200)
        for pair, score in matches.one_to_one().items():
            found.append((a, pair.source_column, b, pair.target_column, float(score)))
    return found


def main() -> None:
    """Run one of them."""
    folder, matcher = Path(sys.argv[1]), sys.argv[2]
    began = time.perf_counter()
    found = {"spider": spider, "coma": coma}[matcher](folder)
    json.dump({"found": found, "seconds": time.perf_counter() - began}, sys.stdout)


if __name__ == "__main__":
    main()
