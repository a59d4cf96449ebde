"""The same data at 1×, 3× and 10×: how time and memory grow with the rows.

``python -m bench growth [--factors 1 3 10] [--all]`` copies AdventureWorks with its keys offset for each copy, so that
every copy is a company of its own inside the same tables (countries, currencies and units are shared), and ingests
each size into a project of its own, in a process of its own. Unless ``--all``, only the tables of products,
purchasing, stock and sales are taken: those of people and addresses, which are most of the rows, are left out, with
the relations that lead to them. ``--quick`` takes 1× and 2× of a few tables.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bench.company import ROOT, Company, NoData, adventureworks, opened, work_folder
from bench.machine import describe
from bench.table import Line, record, show

OFFSET = 10_000_000
"""What each copy adds to every number that is a key or leads to one."""
_SHARED = {"units", "currencies", "countries"}
"""Tables whose keys are codes that the world agrees on: one copy for all."""
_TEXTS = {"nationalidnumber", "loginid", "productnumber", "accountnumber", "emailaddress"}
"""Columns whose texts identify: each copy has its own."""
_PARTY = {
    "addresses", "address_uses", "business_entities", "persons", "email_addresses", "phone_numbers", "stores",
    "contact_assignments", "exchange_rates", "employees", "assignments", "pay_rates", "sales_persons",
    "sales_territory_history", "customers",
}  # fmt: skip
_FEW = {"units", "products", "product_categories", "product_subcategories", "product_models", "cost_history"}
_SCHEMA = "stage schema"
"""Made once for an empty graph, whatever its size; it would hide how the rest grows."""
_SLOWEST = 1.2
"""How much worse than linear it may be."""

Row = list[str]


def offset(columns: Sequence[str], row: Row, copy: int) -> Row:
    """The row as the ``copy``-th company has it: key numbers moved, identifying texts its own."""
    moved = []
    for name, field in zip(columns, row, strict=True):
        low = name.lower()
        if low in _TEXTS and field:
            moved.append(f"{copy}-{field}")
        elif low.endswith("id") and field.isdigit():
            moved.append(str(int(field) + copy * OFFSET))
        else:
            moved.append(field)
    return moved


def copies(text: str, columns: Sequence[str], separator: str, end: str, count: int) -> Iterator[str]:
    """Copies 1 to ``count`` of a table's text, one row at a time; rows with line breaks in a field are left out."""
    for copy in range(1, count + 1):
        for line in text.split(end):
            row = line.strip("\r\n").split(separator)
            if len(row) == len(columns):
                yield separator.join(offset(columns, row, copy)) + end


def grow(data: Path, shipped: Path, out: Path, factor: int, keep: Callable[[str], bool]) -> int:
    """Write ``factor`` companies' files and a mapping that reads them; gives the tables taken."""
    yaml = YAML(typ="safe", pure=True)
    mapping = yaml.load((shipped / "adventureworks.yaml").read_text(encoding="utf-8"))
    tables: dict[str, Any] = {name: table for name, table in mapping["tables"].items() if keep(name)}
    for table in tables.values():
        _without_strangers(table, tables)
    mapping.update(tables=tables, folder="data")
    done = set()
    for name, table in tables.items():
        spec = table["read"]
        if spec["file"] in done:
            continue
        done.add(spec["file"])
        _grow_file(data / spec["file"], out / "data" / spec["file"], spec, 0 if name in _SHARED else factor - 1)
    with (out / "adventureworks.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(mapping, file)
    (out / "knockon.yaml").write_bytes((shipped / "knockon.yaml").read_bytes())
    return len(tables)


def _grow_file(source: Path, target: Path, spec: Mapping[str, Any], count: int) -> None:
    encoding, separator = spec.get("encoding", "utf-8"), spec.get("separator", ",")
    text = source.read_bytes().decode(encoding)
    end = spec.get("row_end") or ("\r\n" if "\r\n" in text else "\n")
    target.parent.mkdir(parents=True, exist_ok=True)
    columns = spec.get("columns")
    body = text
    if columns is None:
        first, _, body = text.partition(end)
        columns = first.split(separator)
    with target.open("w", encoding=encoding, newline="") as out:
        out.write(text if text.endswith(end) else text + end)
        out.writelines(copies(body, columns, separator, end, count))


def _without_strangers(table: dict[str, Any], tables: Mapping[str, Any]) -> None:
    """Leave out what leads to a table that isn't taken."""
    for part in (table, *table.get("also", {}).values()):
        relations = part.get("relations", {})
        for role in [r for r, to in relations.items() if to.get("to") not in tables and not _own(to)]:
            del relations[role]
        if any(name not in tables for name in part.get("same_as", {})):
            del part["same_as"]


def _own(relation: Mapping[str, Any]) -> bool:
    return str(relation.get("to", "")).startswith("#")


def measure(project: Path) -> dict[str, float]:
    """Ingest a grown project: rows, seconds by stage, memory."""
    from bench.adventureworks import ingested

    with opened(Company("grown", project, {}), project) as opened_project:
        found = ingested(opened_project)
    counted = found.report
    return {
        "rows": found.rows, "items": counted.written, "quarantined": counted.quarantined, "seconds": found.seconds,
        "cpu": found.memory.cpu, "own": found.memory.own, "server": found.memory.server,
        **{f"stage {name}": seconds for name, seconds in found.stages.items()},
    }  # fmt: skip


def in_a_process(project: Path) -> dict[str, float]:
    """The same, in a fresh Python, so that no memory is left over from the size before."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.growth", "--one", str(project)],
        cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def lines_of(factors: Sequence[int], found: Sequence[Mapping[str, float]]) -> list[Line]:
    """A row for each size, and how each compares with the first."""
    first = found[0]
    lines: list[Line] = []
    for factor, held in zip(factors, found, strict=True):
        about = f"{held['rows']:,.0f} rows, {held['items']:,.0f} items, {held['quarantined']:,.0f} set aside"
        lines += [
            Line(f"{factor}×: time", held["seconds"], "s", note=about),
            Line(f"{factor}×: processor time, with the server", held["cpu"], "s"),
            Line(f"{factor}×: rows per second", held["rows"] / held["seconds"], "rows/s"),
            Line(f"{factor}×: peak memory, knockon", held["own"], "MiB"),
            Line(f"{factor}×: peak memory, server", held["server"], "MiB"),
        ]
        if held is not first:
            rows = held["rows"] / first["rows"]
            seconds = (held["seconds"] - held[_SCHEMA]) / (first["seconds"] - first[_SCHEMA])
            lines.append(
                Line(f"{factor}×: time ÷ rows", seconds / rows, "", note=f"without schema; target ≤ {_SLOWEST}")
            )
            lines.append(Line(f"{factor}×: processor time ÷ rows", held["cpu"] / first["cpu"] / rows, ""))
            memory = held["own"] / first["own"]
            lines.append(Line(f"{factor}×: memory ÷ that of {factors[0]}×", memory, "", note=f"{rows:.1f}× the rows"))
    for name in [n for n in found[-1] if n.startswith("stage ")]:
        if min(held.get(name, 0.0) for held in found) > 0.0:
            each = " → ".join(f"{held[name]:.1f}" for held in found)
            rows = found[-1]["rows"] / first["rows"]
            worse = found[-1][name] / first[name] / rows
            lines.append(Line(f"  {name[6:]}: time ÷ rows, last size", worse, "", note=f"{each} s"))
    return lines


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; 0, or 3 where the data is not on this machine."""
    parser = argparse.ArgumentParser(prog="python -m bench growth", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1× and 2× of a few tables.")
    parser.add_argument("--factors", type=int, nargs="+", default=[1, 3, 10], help="Sizes.")
    parser.add_argument("--all", action="store_true", help="All tables (10× is 1.7 million rows).")
    parser.add_argument("--work", type=Path, help="Folder to work in and to keep.")
    parser.add_argument("--json", type=Path, help="File to append the figures to.")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.one is not None:
        print(json.dumps(measure(options.one)))
        return 0
    try:
        company = adventureworks()
    except NoData as problem:
        print(problem)
        return 3
    factors = [1, 2] if options.quick else options.factors
    machine = describe()
    found = []
    with work_folder(options.work) as folder:
        for factor in factors:
            project = folder / f"times-{factor}"
            began = time.perf_counter()
            taken = grow(company.folders["aw"], company.shipped, project, factor, _chosen(options.quick, options.all))
            print(f"{factor}×: {taken} tables written in {time.perf_counter() - began:.1f} s", flush=True)
            found.append(in_a_process(project))
            print(f"{factor}×: {found[-1]['rows']:,.0f} rows in {found[-1]['seconds']:.1f} s", flush=True)
    lines = lines_of(factors, found)
    title = f"{company.name} grown" + ("" if options.all else ", without people and addresses")
    print("\n" + show(title, lines))
    record("growth", title, lines, machine, options.json)
    return 0


def _chosen(quick: bool, everything: bool) -> Callable[[str], bool]:
    if quick:
        return lambda name: name in _FEW
    return lambda name: everything or name not in _PARTY


if __name__ == "__main__":
    raise SystemExit(main())
