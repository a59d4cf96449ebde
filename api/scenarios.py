"""Scenarios of a project: asked, kept, compared, rebased, applied. The work is in ``reasoning/scenarios``."""

from __future__ import annotations

import getpass
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from api.access.edits import require_seen, require_seen_selections
from api.access.seen import SeenProject, refuse_partial_view, view_digest
from api.entering import Entering
from api.measures import ProjectMeasures
from api.project import Project
from ontology.errors import BadQuestion, NotFound

if TYPE_CHECKING:
    from graph_engine.store.scenarios import KeptScenario
    from ingest.report import RunReport
    from reasoning.measures.catalogue import Measures
    from reasoning.measures.evaluate import Results
    from reasoning.measures.types import Cell, CellValue, Options
    from reasoning.network import Network
    from reasoning.scenarios.corrections import Facts
    from reasoning.scenarios.draws import Outlook
    from reasoning.scenarios.explain import Explanation
    from reasoning.scenarios.rebase import Rebase
    from reasoning.scenarios.run import Run
    from reasoning.scenarios.seek import Driver, Sought
    from reasoning.scenarios.types import Scenario
    from reasoning.scenarios.verify import Verdict

_KEPT = 4
FILES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """What scenarios are run on: one version of the graph with its measures as of a day."""

    network: Network
    results: Results


@dataclass(frozen=True, slots=True)
class Row:
    """One figure in the base and in each scenario."""

    cell: Cell
    title: str
    base: CellValue | None
    values: tuple[CellValue | None, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Scenarios side by side: the figures in which they differ most from the base."""

    letters: tuple[str, ...]
    rows: tuple[Row, ...]
    found: int
    """How many figures differ in any of them."""


class Scenarios:
    """Everything about the scenarios of one project. Nothing here writes to the company's data but :meth:`apply`.

    Where something is withheld from the caller, names are looked up and figures worked out on his view of the graph,
    and he sees the scenarios that were made under the same view: others name, quote and describe what he may not see.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.view = view_digest(project) if isinstance(project, SeenProject) else ""
        self._held: dict[tuple[object, ...], Results] = {}

    # Reading them

    def read(self, text: str) -> Scenario:
        """The scenario in a file, kept in the graph (id, name, ``last``), or described in words.

        Raises:
            ScenarioError: the file is wrong.
            BadQuestion: the words are not understood.
            NotFound, Ambiguous: a name in them is unknown, or means several things.
        """
        from reasoning.scenarios.document import read_scenario
        from reasoning.scenarios.words import scenario_in_words

        path = Path(text).expanduser()
        if path.suffix.lower() in FILES:
            return read_scenario(path)
        if text == "last" or text.startswith("s_"):
            return self.kept(text)
        return scenario_in_words(self.project.network(), text)

    def asked(self, question: str) -> Scenario:
        """The scenario that a question in words describes; a question is never read as a file's name."""
        from reasoning.scenarios.words import scenario_in_words

        return scenario_in_words(self.project.network(), question)

    def sentences(self, scenario: Scenario) -> list[str]:
        """What a scenario does, one sentence for each intervention."""
        from reasoning.scenarios.wording import sentence

        network = self._network(scenario.base)
        return [sentence(i, network) for i in scenario.interventions]

    def content(self, content: object) -> Scenario:
        """The scenario in plain content, as a request has it."""
        from reasoning.scenarios.document import scenario_from

        return scenario_from(content)  # type: ignore[arg-type]

    def pinned(self, scenario: Scenario, *, author: str = "") -> Scenario:
        """The scenario on the published version, with ids in place of names and its day fixed.

        Raises:
            Forbidden: it names a class, property or relation that is withheld from the caller.
        """
        from reasoning.scenarios.pinning import pinned

        project, network = self.project, self.project.network()
        if isinstance(project, SeenProject):
            require_seen_selections(scenario, project.visible, project.ontology)
        made = replace(pinned(network, scenario), view=self.view)
        if isinstance(project, SeenProject):
            from reasoning.scenarios.resolve import resolve

            require_seen(resolve(network, made), project.visible, project.ontology)
        return replace(made, author=scenario.author or author or self.project.agent or getpass.getuser())

    # Keeping them

    def keep(self, scenario: Scenario) -> KeptScenario:
        """Keep a pinned scenario in the graph; it never changes afterwards."""
        from graph_engine.store.scenarios import KeptScenario, keep_scenario
        from reasoning.scenarios.wire import scenario_json

        assert scenario.base is not None
        made = KeptScenario(
            scenario.id, scenario.name, scenario.author, scenario.because, scenario.base, scenario.parent,
            len(scenario.interventions), json.dumps(scenario_json(scenario), ensure_ascii=False), view=scenario.view,
        )  # fmt: skip
        keep_scenario(self.project.graph, made)
        return made

    def kept(self, name: str) -> Scenario:
        """A scenario that is kept.

        Raises:
            NotFound: there is none of that id or name that the caller may see, or several.
        """
        from graph_engine.store.scenarios import kept_scenario
        from reasoning.scenarios.document import scenario_from

        held = kept_scenario(self.project.graph, name, self._shown)
        return replace(scenario_from(json.loads(held.body), held.id), parent=held.parent, view=held.view)

    def listed(self) -> tuple[KeptScenario, ...]:
        """All scenarios that are kept and that the caller may see, oldest first."""
        from graph_engine.store.scenarios import kept_scenarios

        return kept_scenarios(self.project.graph, self._shown)

    @property
    def _shown(self) -> str | None:
        """The view that scenarios must have been made under to be shown; None: any."""
        return self.view or None

    # Running them

    def base(self, scenario: Scenario, *, newest: bool = False) -> Base:
        """The version that a scenario was made on (or the newest), with measures as of its day."""
        from reasoning.measures.types import Options

        network = self._network(None if newest else scenario.base)
        held = scenario.valid_at
        valid_at = None if held is None else "any" if held == "any" else date.fromisoformat(held)
        zone = self.project.settings.timezone or "UTC"
        options = Options(scenario.as_of or date.today(), valid_at, zone=zone)  # type: ignore[arg-type]
        return Base(network, self._results(network, options))

    def run(self, scenario: Scenario, *, check: bool = True) -> Run:
        """Run a scenario; the graph is only read."""
        from reasoning.scenarios.run import run

        base = self.base(scenario)
        gate = self.project.rules_inside() if check else None
        return self._told(run(base.network, scenario, base.results, gate=gate))

    def today(self, scenario: Scenario) -> Run:
        """Run a scenario on the published version, whatever it was made on; as of its own day.

        Raises:
            ScenarioError: it names what is not there any more.
        """
        from reasoning.scenarios.run import run

        made = self.pinned(replace(scenario, base=None))
        base = self.base(made, newest=True)
        return self._told(run(base.network, made, base.results))

    def compared(self, scenarios: Sequence[Scenario], *, measures: Sequence[str] = ()) -> tuple[Run, ...]:
        """Several scenarios, each run on the published version as of one day.

        Raises:
            ScenarioError: one names what is not there any more.
        """
        from reasoning.scenarios.run import run

        days = [s.as_of for s in scenarios if s.as_of is not None]
        found = []
        for scenario in scenarios:
            made = replace(scenario, as_of=max(days, default=date.today()), base=None)
            if measures:
                made = replace(made, ask=replace(made.ask, measures=tuple(measures)))
            made = self.pinned(made)
            base = self.base(made, newest=True)
            found.append(run(base.network, made, base.results))
        return tuple(found)

    def side_by_side(self, runs: Sequence[Run], *, limit: int = 10) -> SideBySide:
        """The figures in which some scenarios differ most from the base, one from each measure first."""
        from reasoning.scenarios.deltas import deltas_of

        listed: list[Cell] = []
        found = 0
        ranked: list[list[Cell]] = []
        for done in runs:
            assert done.before is not None and done.after is not None
            for delta in deltas_of(done.before, done.after, done.scenario.ask.measures, limit=limit):
                found = max(found, sum(d.count for d in done.measures))
                ranked.append([c.cell for c in delta.largest])
        for rank in range(limit):
            listed += [cells[rank] for cells in ranked if rank < len(cells)]
        rows = []
        for cell in list(dict.fromkeys(listed))[:limit]:
            values = [_value(r.after, cell) for r in runs]
            snapshot = next(
                s for r in runs for s in (r.plan.base, r.network.snapshot) if s.exact(cell.entity) is not None
            )
            rows.append(
                Row(cell, snapshot.title(snapshot.index(cell.entity)), _value(runs[0].before, cell), tuple(values))
            )
        letters = tuple(chr(ord("A") + i) if i < 26 else f"S{i + 1}" for i in range(len(runs)))
        return SideBySide(letters, tuple(rows), found)

    def explain(self, done: Run, cell: Cell, *, routes: int = 20) -> Explanation:
        """Why a figure differs: by intervention, and along paths."""
        from reasoning.scenarios.explain import explain

        return explain(done, cell, routes=routes)

    def outlook(self, runs: Sequence[Run], cells: Sequence[Cell], *, draws: int | None = None) -> Outlook:
        """Figures under uncertainty, of several scenarios with the same luck."""
        from reasoning.scenarios.draws import outlook

        return outlook(runs, cells, draws=draws)

    def seek(self, scenario: Scenario, wanted: str, *, number: int = 0) -> Sought:
        """The amount of an intervention from which on a figure meets a condition (``CELL >= VALUE``)."""
        from reasoning.scenarios.seek import parse_goal, seek

        base = self.base(scenario)
        name, test, value = parse_goal(wanted)
        cell = self.cell(base, name)
        if wanted.rstrip().endswith("%") and self.measures.get(cell.measure).unit == "percent":
            value *= 100  # the measure counts in per cent itself
        return seek(base.network, scenario, base.results, cell, test, value, number=number)

    def drivers(self, done: Run, cell: Cell) -> tuple[Driver, ...]:
        """The inputs that a figure rests on, and how much it moves with each."""
        from reasoning.scenarios.seek import drivers

        assert done.after is not None
        return drivers(done.network, done.after, cell)

    def verify(self, content: object) -> Verdict:
        """Replay an explanation from the records alone; their rows are read again from the archive."""
        from ingest.rereading import Rereading
        from reasoning.scenarios.verify import verify, version_of

        version = version_of(content)
        runs = [
            r for r in self.project.runs()
            if r.status == "live" and r.kind != "undo" and r.published is not None and r.published <= version
        ]  # fmt: skip
        again = Rereading(self.project.archive, self.project.ontology, runs)
        return verify(content, self._network(version), self.measures, again.read)

    def cell(self, base: Base, text: str) -> Cell:
        """The cell that ``MEASURE of THING [in PERIOD]`` names.

        Raises:
            NotFound: no such measure or thing; BadQuestion: it is not written so.
        """
        from reasoning.linking import link
        from reasoning.measures.types import Cell

        name, of, rest = text.partition(" of ")
        if not of and text.startswith("Company."):
            name, said, period = text.partition(" in ")
            of, rest = " of ", f"company{said}{period}"
        if not of:
            raise BadQuestion(
                f"{text!r} names no figure.", do="Write MEASURE of THING, e.g. Product.unit_cost of OTT-550."
            )
        measure = self._figures.get(name.strip())
        thing, said, period = rest.partition(" in ") if measure.axis else (rest, "", "")
        entity = link(base.network, thing.strip(), to_class=measure.class_name)
        if measure.axis is None:
            return Cell(measure.name, entity.id)
        axis = base.results.periods(measure.axis)
        labels = [axis.label(i) for i in range(len(axis))]
        if said and period.strip() not in labels and not period.strip().isdigit():
            raise NotFound(
                f"There is no {measure.axis} {period.strip()!r}.", do=f"There are {labels[0]} to {labels[-1]}."
            )
        at = 0 if not said else labels.index(period.strip()) if period.strip() in labels else int(period)
        return Cell(measure.name, entity.id, at)

    # Moving and applying them

    def rebase(self, scenario: Scenario) -> Rebase:
        """The scenario on the published version, with conflicts field by field."""
        from reasoning.scenarios.rebase import rebase

        return rebase(self._network(scenario.base), self.project.network(), scenario)

    def facts(self, scenario: Scenario, *, assume: bool = False) -> Facts:
        """What a scenario comes to as facts that can be entered, as far as the caller sees.

        Raises:
            ScenarioError: some of it is no fact that could be entered.
            BadQuestion: the data moved since the scenario was made (rebase it first), or nothing would change.
        """
        from reasoning.scenarios.corrections import facts
        from reasoning.scenarios.resolve import resolve

        network = self.project.network()
        if scenario.base is not None and scenario.base != network.snapshot.version:
            moved = self.rebase(scenario)
            if moved.conflicts or moved.dropped:
                raise BadQuestion(
                    f"The data changed under {len(moved.conflicts)} of its fields since version {scenario.base}.",
                    do=f"Look at `knockon scenarios rebase {scenario.id}`, and apply the scenario that it makes.",
                )
        said = facts(resolve(network, scenario), self.project.ontology)
        if not said:
            raise BadQuestion("The scenario says nothing that is not so already.", do="There is nothing to apply.")
        if assume and said.departures:
            raise BadQuestion("That something is gone cannot be assumed.", do="Apply it without --assume.")
        return said

    def apply(
        self, scenario: Scenario, *, because: str, author: str = "", dry_run: bool = False, assume: bool = False,
        review: str | None = None,
    ) -> RunReport:  # fmt: skip
        """Enter what a scenario says as corrections, through the ordinary pipeline: rules, history, undo.

        Args:
            assume: as assumptions: a source that has a value wins, and answers say how much they assume.
            review: of an assumption: the day on which it is to be looked at again.

        Raises:
            ScenarioError, BadQuestion: as :meth:`facts`.
            Forbidden: something is withheld from the caller: what would be corrected is checked against all of it.
        """
        refuse_partial_view(
            self.project, "A correction is checked against the whole graph, and some of it is withheld from you."
        )
        project, said = self.project, self.facts(scenario, assume=assume)
        reason = f"{because} (scenario {scenario.id}: {scenario.name})"
        who = author or project.agent or getpass.getuser()
        kind = "assume" if assume else "correct"
        statements = Entering(project, project.network(), kind, who, reason, review).statements(said)
        return project.pipeline.state(kind, statements, because=reason, dry_run=dry_run)

    # Parts

    @cached_property
    def _figures(self) -> ProjectMeasures:
        return ProjectMeasures(self.project)

    @property
    def measures(self) -> Measures:
        """The measures of the project."""
        return self._figures.measures

    def _told(self, done: Run) -> Run:
        """A run that says, by policy, that it was worked out on a part of the graph."""
        if not isinstance(self.project, SeenProject):
            return done
        left_out = ["What is withheld from you is not in these figures (excludes by policy: "
                    f"{', '.join(self.project.visible.withheld(self.project.ontology))})."]  # fmt: skip
        hidden = self.project.visible
        if hidden.sources or hidden.values:
            left_out.append("Rules were not checked: single rows or values are withheld from you.")
        else:
            left_out.append("Rules that read what is withheld from you were not checked.")
        return replace(done, notes=(*done.notes, *left_out))

    def _network(self, version: int | None) -> Network:
        newest = self.project.network()
        if version is None or version == newest.snapshot.version:
            return newest
        return self.project.network(version)

    def _results(self, network: Network, options: Options) -> Results:
        """Measures of a version as of a day; kept, since every scenario of that day compares with them."""
        from reasoning.measures.evaluate import evaluate

        snapshot = network.snapshot
        # Kept results hold their snapshot, so its id is its own; where something was erased, a version is built anew.
        key = id(snapshot), snapshot.version, snapshot.known_at, options.as_of, options.valid_at
        if key not in self._held:
            self._held = dict(list(self._held.items())[-_KEPT + 1 :])
            names = [m.name for m in self._figures.seen()]  # what the caller may not see is not computed
            self._held[key] = evaluate(snapshot, self.measures, options, names=names)
        return self._held[key]


def desk_of(project: Project) -> Scenarios:
    """The scenarios of a project, kept with it, since measures are kept with them."""
    found = project.__dict__.setdefault("_desk", None) or Scenarios(project)
    assert isinstance(found, Scenarios)
    project.__dict__["_desk"] = found
    return found


def _value(results: Results | None, cell: Cell) -> CellValue | None:
    if results is None or results.snapshot.exact(cell.entity) is None:
        return None
    return results.value(cell)
