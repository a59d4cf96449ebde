"""``requires`` against the machine's package manager: what `apt-get -s remove` would take with a package.

A package needs all of its dependencies; a dependency with alternatives (or that several packages provide) needs any of
them. Nothing is removed: apt only simulates. What it would replace or upgrade instead is no removal, and left out.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
from collections.abc import Iterator

import numpy as np
import pytest

from ontology.model import Gate
from reasoning.flow import Flow, from_arrays
from reasoning.gates import requires

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not (shutil.which("apt-get") and shutil.which("dpkg-query")), reason="no Debian packages here"),
]
FORMAT = "${Package}\t${db:Status-Status}\t${Pre-Depends}, ${Depends}\t${Provides}\n"
ALL, ANY = 0, 1
TRIED = 15


def said(*command: str) -> subprocess.CompletedProcess[str]:
    """What a command prints, in English."""
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})


def bare(name: str) -> str:
    """A package's name without version and architecture."""
    return re.sub(r"\(.*?\)", "", name).strip().split(":")[0]


@pytest.fixture(scope="module")
def installed() -> dict[str, list[set[str]]]:
    """Package → its dependencies, each with the installed packages that fulfil it."""
    rows = [line.split("\t") for line in said("dpkg-query", "-W", "-f", FORMAT).stdout.splitlines()]
    rows = [r for r in rows if r[1] == "installed"]
    providers: dict[str, set[str]] = {}
    for name, _, _, provides in rows:
        for virtual in (name, *(bare(p) for p in provides.split(",") if p.strip())):
            providers.setdefault(virtual, set()).add(name)

    def clauses(text: str) -> Iterator[set[str]]:
        for clause in text.split(","):
            met = set[str]().union(*(providers.get(bare(a), set()) for a in clause.split("|")))
            if clause.strip() and met:
                yield met

    return {name: list(clauses(depends)) for name, _, depends, _ in rows}


def network(installed: dict[str, list[set[str]]]) -> tuple[Flow, list[str]]:
    """Packages and their dependencies as one graph; packages come first."""
    names = sorted(installed)
    number = {n: i for i, n in enumerate(names)}
    edges: list[tuple[int, int, int]] = []
    size = len(names)
    for name in names:
        for clause in installed[name]:
            edges += [(number[p], size, ANY) for p in sorted(clause)]
            edges.append((size, number[name], ALL))
            size += 1
    tail, head, relation = (np.array(c, dtype=np.int32) for c in zip(*edges, strict=True))
    ones = np.ones(len(edges))
    return from_arrays(size, tail, head, ones, ones, relation=relation, gates=[(Gate.ALL, 1), (Gate.ANY, 1)]), names


def test_what_a_package_takes_with_it_is_what_apt_says(installed: dict[str, list[set[str]]]) -> None:
    flow, names = network(installed)
    if len(names) < 50:
        pytest.skip("hardly any packages")
    compared = larger = 0
    order = list(names)
    random.Random(7).shuffle(order)
    for name in order:
        if compared >= TRIED:
            break
        answer = said("apt-get", "-s", "-o", "APT::Get::AutomaticRemove=false", "remove", name)
        removed = {bare(n) for n in re.findall(r"^Remv (\S+)", answer.stdout, re.M)}
        if answer.returncode or not removed or re.search(r"^Inst ", answer.stdout, re.M):
            continue  # essential to the system, or something else would take its place
        start = names.index(name)
        down = requires(flow, [start], None).entities
        found = {names[e] for e in down.tolist() if e < len(names)}
        assert found | {name} == removed, name
        compared += 1
        larger += len(removed) > 1
    assert compared >= min(TRIED, 10)
    assert larger
