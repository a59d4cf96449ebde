"""``make demo`` from nothing, in a fresh clone: seconds and bytes fetched, with and without what earlier starts kept.

``python -m bench cold_start --fetch`` clones the checkout into a temporary folder and runs ``make demo`` with empty
caches of packages and of Neo4j's jars (``nothing kept``), then in another clone with the jars kept (``jars kept``), and
with both kept (``all kept``). It fetches several hundred MB from the package index and the jar repository, so that
``make bench`` leaves it out. Bytes are what the machine's network interfaces received in that time (loopback apart).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.company import ROOT, work_folder
from bench.machine import MIB, describe
from bench.table import Line, record, show

ON_REQUEST = True
"""Not part of ``make bench``."""
CASES = ("nothing kept", "jars kept", "all kept")


@dataclass(frozen=True, slots=True)
class Start:
    """One ``make demo``."""

    case: str
    seconds: float
    received: float
    """MiB."""
    succeeded: bool


def environment(caches: Path) -> dict[str, str]:
    """The environment with every cache below ``caches``; how packages are found stays as it is."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NEO4J_", "KNOCKON_", "VIRTUAL_ENV"))}
    places = {"KNOCKON_CACHE": "knockon", "UV_CACHE_DIR": "uv", "PIP_CACHE_DIR": "pip", "XDG_CACHE_HOME": "xdg"}
    return kept | {name: str(caches / part) for name, part in places.items()}


def received() -> float:
    """MiB that the network interfaces have received, loopback apart."""
    counters = psutil.net_io_counters(pernic=True)
    return float(sum(c.bytes_recv for name, c in counters.items() if not name.startswith("lo"))) / MIB


def start(case: str, folder: Path, caches: Path) -> Start:
    """Clone the checkout, run ``make demo``, stop its database, remove the clone; output goes to a log beside it."""
    clone = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    before, began = received(), time.perf_counter()
    with (folder / f"{case.replace(' ', '-')}.log").open("w", encoding="utf-8") as log:
        done = subprocess.run(
            ["make", "demo"], cwd=clone, env=environment(caches), stdout=log, stderr=subprocess.STDOUT, check=False
        )
    seconds, fetched = time.perf_counter() - began, received() - before
    knockon = clone / ".venv" / "bin" / "python"
    if knockon.exists():
        subprocess.run(
            [str(knockon), "-m", "knockon", "db", "stop", "--project", "knockon-demo"],
            cwd=clone, env=environment(caches), check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    shutil.rmtree(clone, ignore_errors=True)
    return Start(case, seconds, fetched, done.returncode == 0)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; 1 where a demo failed."""
    parser = argparse.ArgumentParser(prog="python -m bench cold_start", description=__doc__)
    parser.add_argument("--fetch", action="store_true", help="Yes, fetch several hundred MB.")
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES), help="What was kept before.")
    parser.add_argument("--work", type=Path, help="Folder to work in and to keep (logs, caches).")
    parser.add_argument("--json", type=Path, help="File to append the figures to.")
    options = parser.parse_args(argv)
    if not options.fetch:
        print("This fetches several hundred MB: say --fetch.")
        return 0
    machine = describe()
    starts = []
    with work_folder(options.work) as folder:
        caches = folder / "caches"
        for case in options.cases:
            if case == "nothing kept":
                shutil.rmtree(caches, ignore_errors=True)
            elif case == "jars kept":
                for part in ("uv", "pip", "xdg"):
                    shutil.rmtree(caches / part, ignore_errors=True)
            starts.append(start(case, folder, caches))
            print(f"{case}: {starts[-1].seconds:.0f} s, {starts[-1].received:.0f} MiB", flush=True)
    lines = []
    for made in starts:
        note = "" if made.succeeded else "FAILED: see the log"
        lines += [
            Line(f"make demo, {made.case}", made.seconds, "s", note=note),
            Line(f"  received, {made.case}", made.received, "MiB"),
        ]
    print("\n" + show("Cold start", lines))
    record("cold_start", "Cold start", lines, machine, options.json)
    return 0 if all(made.succeeded for made in starts) else 1


if __name__ == "__main__":
    raise SystemExit(main())
