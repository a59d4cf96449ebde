"""Measures of a project: which there are, their values, why a value is what it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from api.access.seen import visibility_of
from api.project import Project, parse_valid_at
from api.settings import Settings
from ontology.errors import BadQuestion, NotFound

if TYPE_CHECKING:
    from reasoning.measures.catalogue import Measures
    from reasoning.measures.evaluate import Results
    from reasoning.measures.listing import Listing
    from reasoning.measures.types import Measure, Trace
    from reasoning.network import Network

_TRACED = 8
"""Levels of measures that an explanation follows."""


def measure_files(settings: Settings) -> tuple[Path, ...]:
    """The company's own measure files: ``measures/*.yaml`` in the project folder."""
    folder = settings.folder / "measures"
    return tuple(sorted(folder.glob("*.yaml"))) if folder.is_dir() else ()


def measure_json(measure: Measure) -> dict[str, object]:
    """A measure in exact terms."""
    return {
        "name": measure.name, "class": measure.class_name, "label": measure.label,
        "description": measure.description, "formula": measure.formula, "type": measure.kind.value,
        "unit": measure.unit, "scale": measure.scale, "over": measure.axis, "better": measure.better or None,
        "uses": list(measure.uses), "shipped": measure.shipped, "file": measure.file, "line": measure.line,
    }  # fmt: skip


class ProjectMeasures:
    """The measures of one project, as its caller sees them."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @cached_property
    def measures(self) -> Measures:
        """The shipped measures and the company's own.

        Raises:
            MeasureProblems: a file is wrong.
        """
        from reasoning.measures.load import load_measures

        return load_measures(self.project.ontology, measure_files(self.project.settings))

    @cached_property
    def withheld(self) -> frozenset[str]:
        """Measures that the caller may not see."""
        from reasoning.measures.rights import withheld

        return withheld(self.measures, visibility_of(self.project))

    def seen(self, class_name: str | None = None) -> tuple[Measure, ...]:
        """The measures that the caller may see, by name; only those that things of a class have.

        Raises:
            BadQuestion: there is no such class.
        """
        if class_name is not None and class_name not in self.measures.ontology.classes:
            raise BadQuestion(f"There is no class {class_name!r}.", do="docs/ontology.md lists them.")
        found = self.measures if class_name is None else self.measures.of_class(class_name)
        return tuple(sorted((m for m in found if m.name not in self.withheld), key=lambda m: m.name))

    def get(self, name: str) -> Measure:
        """A measure by name.

        Raises:
            NotFound: there is none, or the caller may not see it.
        """
        found = self.measures.get(name)
        if found.name in self.withheld:
            raise NotFound(f"There is no measure {name!r}.", do="`knockon measures list` lists them.")
        return found

    def used_by(self, name: str) -> tuple[str, ...]:
        """Measures whose formula uses this one."""
        return tuple(sorted(m.name for m in self.seen() if name in m.uses))

    def values(
        self, name: str, *, class_name: str | None = None, things: Sequence[str] = (), descending: bool | None = None,
        limit: int | None = 20, as_of: date | None = None, valid_at: str | None = None, known_at: str | None = None,
    ) -> Listing:  # fmt: skip
        """The values of a measure; ``things`` are named as a person names them."""
        from reasoning.linking import link
        from reasoning.measures.listing import listing

        measure = self.get(name)
        network, results = self.results([measure.name], as_of=as_of, valid_at=valid_at, known_at=known_at)
        ids = [link(network, t, to_class=measure.class_name).id for t in things]
        return listing(
            results, network, measure.name, class_name=class_name, entities=ids, descending=descending, limit=limit
        )

    def explained(
        self, name: str, thing: str, *, period: str | None = None, as_of: date | None = None,
        valid_at: str | None = None, known_at: str | None = None, depth: int = _TRACED,
    ) -> Trace:  # fmt: skip
        """Why a thing has the value it has; of a measure with a time axis, in a period (its name or number)."""
        from reasoning.linking import link
        from reasoning.measures.trace import trace
        from reasoning.measures.types import Cell

        measure = self.get(name)
        network, results = self.results([measure.name], as_of=as_of, valid_at=valid_at, known_at=known_at)
        entity = link(network, thing, to_class=measure.class_name).id
        at = None if measure.axis is None else _period(results, measure.axis, period)
        return trace(results, network, Cell(measure.name, entity, at), depth=depth)

    def results(
        self, names: Sequence[str], *, as_of: date | None = None, valid_at: str | None = None,
        known_at: str | None = None,
    ) -> tuple[Network, Results]:  # fmt: skip
        """Some measures evaluated on the caller's view of the graph."""
        from reasoning.measures.evaluate import evaluate
        from reasoning.measures.types import Options

        network = self.project.network(self.project.version_at(known_at))
        day = parse_valid_at(valid_at)
        held: date | Literal["any"] | None = "any" if day == "any" else day if isinstance(day, date) else None
        options = Options(as_of or date.today(), held, zone=self.project.settings.timezone or "UTC")
        return network, evaluate(network.snapshot, self.measures, options, names=names)


def _period(results: Results, axis: str, text: str | None) -> int:
    periods = results.periods(axis)
    labels = [periods.label(p) for p in range(len(periods))]
    if text is None:
        return 0
    if text in labels:
        return labels.index(text)
    if text.isdigit() and int(text) < len(labels):
        return int(text)
    raise BadQuestion(f"There is no {axis} {text!r}.", do=f"There are {labels[0]} to {labels[-1]}.")
