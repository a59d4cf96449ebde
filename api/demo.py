"""``knockon demo``: the sample company from its files to its first answers, told so that one can follow it."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.project import Project
from api.settings import FILE, Settings, load_settings
from graph_engine.graph import Credentials
from ontology.errors import ConfigurationError, KnockonError

FOLDER = Path("knockon-demo")
SHIPPED = Path(__file__).resolve().parents[1] / "examples" / "plaetscher"
SUPPLIER = "Magnetfabrik Kolding A/S"
"""The only maker of two magnet rings, four levels deep in twelve products."""
SCENARIOS = ("magnets-three-weeks", "magnets-elsewhere", "seals-dearer")
QUESTION = "Can Kowalczyk Gartencenter still return the pump it bought in March?"
"""Needs a policy, an order and its dates."""
FIGURE = "Product.unit_cost of Otter 1300 submersible pump"
_LEFT = ("__pycache__", ".knockon")
_ROWS = 5
_FIGURES = 4
"""Measures shown of each scenario."""


def run_demo(
    folder: Path | None = None, *, keep: bool = True, out: Console, neo4j: Credentials | None = None
) -> None:  # fmt: skip
    """Copy the sample company, start its database, ingest, and answer one question of each kind.

    Runs again over what it finds: files that are there stay as they are, what is in the graph is not read anew.

    Args:
        folder: where to put it; None: ``knockon-demo`` here.
        keep: False: stop its database, forget its graph, and begin anew.
        neo4j: a server to use in place of the one that knockon manages.

    Raises:
        ConfigurationError: the folder holds something else.
    """
    began = time.monotonic()
    place = (folder or FOLDER).expanduser()
    _heading(out, 1, "A company with four systems that disagree")
    settings = replace(set_up(place, fresh=not keep), neo4j=neo4j)
    out.print(
        f"{settings.company} makes garden pumps. The exports of its shop, ERP, helpdesk and accounts, as messy as\n"
        f"real ones, are now in [bold]{escape(str(place))}[/]; mappings/ there says how they become one graph."
    )
    _heading(out, 2, "A database of its own")
    if neo4j is None:
        _start(settings, out)
    if "NEO4J_URI" in os.environ and neo4j is None:
        out.print("[yellow]NEO4J_URI is set: the demo leaves that server alone. Unset it to try the commands below.[/]")
    _story(settings, out)
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    out.print(f"\n[dim]All of this took {minutes} min {seconds} s.[/]")
    _try_next(place, out)


def set_up(place: Path, *, fresh: bool = False, shipped: Path = SHIPPED) -> Settings:
    """The sample company in a folder: what is missing is copied, what is there stays (all anew, if ``fresh``).

    Raises:
        ConfigurationError: the folder holds something else.
    """
    if not (shipped / FILE).is_file():
        raise ConfigurationError(
            "The sample company isn't part of this installation.", where=shipped, do="Install knockon from its wheel."
        )
    if place.exists() and not place.is_dir():
        raise ConfigurationError("This is a file, not a folder.", where=place, do="Name another folder.")
    used = place.is_dir() and any(place.iterdir())
    if used and not _is_sample(place, shipped):
        raise ConfigurationError(
            "The folder holds something that isn't the sample company.", where=place,
            do="Name an empty folder, or one that isn't there yet.",
        )  # fmt: skip
    place.mkdir(parents=True, exist_ok=True)
    if fresh and used:
        settings = load_settings(place)
        Project(replace(settings, neo4j=None)).server.stop()
        shutil.rmtree(settings.data, ignore_errors=True)
    files = sorted(shipped.rglob("*"), key=lambda f: (f.name != FILE, f))  # its name first: from then on it is a sample
    for file in files:
        part = file.relative_to(shipped)
        target = place / part
        if file.is_dir() or set(part.parts) & set(_LEFT) or (target.exists() and not fresh):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(target.name + ".part")
        shutil.copyfile(file, unfinished)
        unfinished.replace(target)
    return load_settings(place.resolve())


def program() -> str:
    """How to call knockon from where the user stands."""
    if shutil.which("knockon"):
        return "knockon"
    beside = Path(sys.executable).with_name("knockon.exe" if sys.platform == "win32" else "knockon")
    return shlex.quote(str(beside)) if beside.exists() else f"{shlex.quote(sys.executable)} -m knockon"


def _is_sample(place: Path, shipped: Path) -> bool:
    try:
        return load_settings(place).company == load_settings(shipped).company
    except (KnockonError, OSError):
        return False


def _start(settings: Settings, out: Console) -> None:
    """Start the managed server; what is fetched, and how much, is shown as it goes."""
    from graph_engine.server.managed import ManagedServer
    from graph_engine.server.progress import download_bar

    server = ManagedServer(
        settings.server_home, heap=settings.heap, page_cache=settings.page_cache,
        say=lambda text: out.print(escape(text)), fetching=download_bar,
    )  # fmt: skip
    began = time.monotonic()
    found = server.ensure_running()
    out.print(f"Neo4j answers at {found.uri}, on this machine only ({time.monotonic() - began:.0f} s).")


def _story(settings: Settings, out: Console) -> None:
    from api.cli.answers import filters_of
    from api.cli.ask import print_answer
    from api.cli.data import show_report
    from api.cli.facts import show_view
    from api.cli.frame import working
    from api.cli.impact import print_impact, print_totals
    from graph_engine.store.runs import live_runs
    from reasoning.types import Start

    _heading(out, 3, "Four systems become one graph", "ingest")
    report = None
    with working() as (say, show), Project(settings, say=say, progress=show) as project:
        if not any(r.kind == "ingest" for r in live_runs(project.runs())):
            report = project.pipeline.ingest(project.sources())
        project.refresh()
    if report is not None:
        show_report(report, False)
    else:
        out.print("The company is in the graph already; nothing is read again.")
    with Project(settings) as project:
        _heading(out, 4, "What could not enter, and why", "quarantine list")
        _aside(project, out)
        _heading(out, 5, "Impact: who is affected if one supplier fails?", f'impact "{SUPPLIER}"')
        start = [Start(project.entity_id(SUPPLIER))]
        print_totals(project.impact(start, limit=0, paths=0), console=out)
        _heading(out, 0, "", f'impact "{SUPPLIER}" --to Customer --limit 3 --paths 1')
        buyers = filters_of(None, None, None, ["Customer"], False, None, None)
        print_impact(project.impact(start, filters=buyers, limit=3, paths=1), console=out, trees=1)
        _heading(out, 6, "Support: what is known, and where does it come from?", f'show "{SUPPLIER}" --limit 1')
        show_view(project.ontology, project.show(SUPPLIER, limit=1))
        _heading(out, 0, "", f'ask "{QUESTION}" --no-embedding')
        print_answer(project.ask(QUESTION, embedding=False, phrase=False), console=out, as_json=False)
        _what_if(settings, project, out)


def _what_if(settings: Settings, project: Project, out: Console) -> None:
    """Three scenarios: a failure, a way out of it, and an uncertain price with the reason for its effect."""
    from api.cli import whatif_print
    from api.scenarios import Scenarios

    desk = Scenarios(project)
    for number, name in enumerate(SCENARIOS):
        file = settings.folder / "scenarios" / f"{name}.yaml"
        explained = f' --explain "{FIGURE}"' if name == SCENARIOS[-1] else ""
        title = "What if …? Nothing of it is written to the company's data" if number == 0 else ""
        _heading(out, 7 if number == 0 else 0, title, f"whatif scenarios/{file.name} --limit 2{explained}")
        scenario = desk.pinned(desk.read(str(file)))
        desk.keep(scenario)
        whatif_print.print_scenario(scenario, project.network(), console=out)
        done = desk.run(scenario, check=False)
        whatif_print.print_run(done, console=out, limit=2, measures=_FIGURES)
        if explained:
            found = desk.explain(done, desk.cell(desk.base(scenario), FIGURE))
            whatif_print.print_explanation(found, "text", console=out)


def _aside(project: Project, out: Console) -> None:
    """A few rows that were set aside: one for each rule, the most frequent first."""
    rows = project.quarantine()
    by_rule: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        reason = f"{row.column}: {row.reason}" if row.column else row.reason
        by_rule.setdefault(row.rule, []).append((f"{row.path} row {row.row}", reason))
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("rule", "rows", "for example", "why"):
        grid.add_column(name, justify="right" if name == "rows" else "left")
    ordered = sorted(by_rule.items(), key=lambda item: -len(item[1]))
    for rule, found in ordered[:_ROWS]:
        grid.add_row(rule, f"{len(found)}", *(escape(text) for text in found[0]))
    out.print(grid)
    out.print(f"{len(rows)} rows wait to be mended; all others are in the graph.")


def _try_next(place: Path, out: Console) -> None:
    lines: Sequence[tuple[str, str]] = (
        (f"cd {shlex.quote(str(place))}", ""),
        (f'knockon impact "{SUPPLIER}" --to Order --semantics earliest', "which orders, from when"),
        (f'knockon path "{SUPPLIER}" Product:OTT-550', "through what"),
        ('knockon search "Mueller Gartenbau"', "find things, also by what they are called elsewhere"),
        ("knockon ingest --folder shop=later/shop --folder erp=later/erp", "the exports of a month later"),
        ("knockon undo last", "… and back"),
        ('knockon whatif "what if we lose Dichtungs-Kröger KG?"', "ask in words (then --explain, --seek, --chances)"),
        ("knockon serve", "the same over HTTP"),
        ("knockon check", "what is wrong with a mapping that you changed"),
        ("knockon db stop", "stop the database (it goes on running until then)"),
    )
    _heading(out, 8, "Try next")
    grid = Table(box=None, show_header=False, pad_edge=False)
    grid.add_column(style="cyan", no_wrap=True)
    grid.add_column(style="dim")
    for command, about in lines:
        grid.add_row(escape(command), about)
    out.print(grid)
    if program() != "knockon":
        out.print(f"\n[dim]`knockon` stands for {escape(program())} here.[/]")


def _heading(out: Console, number: int, text: str, command: str = "") -> None:
    """A step of the story, with the command that does it; without a number a further command of the same step."""
    out.print(f"\n[bold green]{number}  {text}[/]" if number else "")
    if command:
        out.print(f"[cyan]$ knockon {escape(command)}[/]\n")
