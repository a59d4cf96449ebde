"""``python -m bench [NAME …] [--quick] [--json FILE] [-- OPTIONS]``: run the benchmarks, each in a process of its own.

Without names all run but those that say ``ON_REQUEST`` (they fetch a lot) or that only make data. ``--list`` names
them. What follows ``--`` is handed to the benchmark named.
"""

from __future__ import annotations

import argparse
import ast
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
_SMALL = {
    "impact": ["--nodes", "20000", "--edges", "100000", "--starts", "20"],
    "validation": ["--nodes", "2000", "--peers", "2000", "--heap", "1g"],
}
"""What stands for ``--quick`` where a benchmark has other words for it."""


@dataclass(frozen=True, slots=True)
class Bench:
    """One module that can be run."""

    name: str
    about: str
    runs: bool
    """Part of a run without names."""
    options: frozenset[str]
    """Of ``--quick`` and ``--json``, those that it knows."""

    def arguments(self, quick: bool, json: Path | None) -> list[str]:
        """What to hand it."""
        given = []
        if quick:
            given += ["--quick"] if "--quick" in self.options else _SMALL.get(self.name, [])
        if json is not None and "--json" in self.options:
            given += ["--json", str(json.resolve())]
        return given


def benches(folder: Path = HERE) -> list[Bench]:
    """Every module with a ``main`` and words of its own, by name; read, not imported, so that listing is fast."""
    found = []
    for file in sorted(folder.glob("*.py")):
        if file.stem.startswith("_"):
            continue
        source = file.read_text(encoding="utf-8")
        tree = ast.parse(source)
        if not any(isinstance(n, ast.FunctionDef) and n.name == "main" for n in tree.body):
            continue
        about = (ast.get_docstring(tree) or "").split("\n")[0]
        needs_a_place = 'add_argument("out"' in source
        asked = "ON_REQUEST" in source and any("ON_REQUEST" in ast.unparse(n) for n in tree.body)
        known = frozenset(o for o in ("--quick", "--json") if f'"{o}"' in source)
        found.append(Bench(file.stem, about, not asked and not needs_a_place, known))
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Run what is named; 1 if one failed (what the data is missing for is skipped)."""
    words = list(sys.argv[1:] if argv is None else argv)
    rest = words[words.index("--") + 1 :] if "--" in words else []
    words = words[: words.index("--")] if "--" in words else words
    known = {b.name: b for b in benches()}
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--quick", action="store_true", help="Small data, to see that they run.")
    parser.add_argument("--json", type=Path, help="File to append the figures to, one JSON object a table.")
    parser.add_argument("--list", action="store_true", help="Name them.")
    options = parser.parse_args(words)
    unknown = [n for n in options.names if n not in known]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]!r}; there are {', '.join(known)}")
    if options.list:
        for bench in known.values():
            print(f"{bench.name:16}{bench.about}" + ("" if bench.runs else "  [only by name]"))
        return 0
    chosen = [known[n] for n in options.names] or [b for b in known.values() if b.runs]
    if rest and len(chosen) != 1:
        parser.error("what follows -- is for one benchmark: name it")
    results = {bench.name: _run(bench, [*bench.arguments(options.quick, options.json), *rest]) for bench in chosen}
    words_of = {0: "done", 3: "skipped: its data is not here"}
    for name, code in results.items():
        print(f"{name:16}{words_of.get(code, f'FAILED ({code})')}")
    return 0 if all(code in words_of for code in results.values()) else 1


def _run(bench: Bench, arguments: Sequence[str]) -> int:
    print(f"== {bench.name}: {bench.about}", flush=True)
    command = [sys.executable, "-m", f"bench.{bench.name}", *arguments]
    path = os.pathsep.join(p for p in (str(HERE.parent), os.environ.get("PYTHONPATH", "")) if p)
    return subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
