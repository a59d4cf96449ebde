"""``knockon check``: what is wrong in configuration, ontology, shapes, mappings and the heads of files. No database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from api.settings import Settings, find_project, idle_patterns, load_settings
from ontology.errors import KnockonError, Where

if TYPE_CHECKING:
    from ingest.mapping.model import SourceMapping, Table
    from ontology.model import Ontology

T = TypeVar("T")


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"  # it can't be used
    WARNING = "warning"  # it can be used, but answers will be worse


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or could be better: where, what, what to do."""

    severity: Severity
    message: str
    file: str = ""
    line: int | None = None
    column: int | None = None
    do: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part not in (None, ""))
        text = f"{place}: {self.severity.value}: {self.message}" if place else f"{self.severity.value}: {self.message}"
        return f"{text} → {self.do}" if self.do else text

    def to_json(self) -> dict[str, object]:
        """The exact terms."""
        return {
            "severity": self.severity.value, "file": self.file or None, "line": self.line, "column": self.column,
            "message": self.message, "do": self.do or None,
        }  # fmt: skip


def check_project(
    where: Path | None = None, folders: Mapping[str, Path] = MappingProxyType({}), *, data: bool = False
) -> list[Finding]:
    """Everything that can be found wrong without a database: errors first, each kind in file and line order.

    What a file says is never raised, always found.

    Args:
        where: the project folder; None: the nearest upwards.
        folders: source → folder that its files lie in, in place of the one that the mapping names.
        data: try the first rows of every file as well, and take a file that is not there for an error.
    """
    settings, found = _tried(lambda: load_settings(find_project(where), dict(folders)))
    if settings is None:
        return found
    base = settings.folder
    ontology, problems = _ontology(settings)
    found.extend(problems)
    if ontology is not None:
        loaded = ontology
        found.extend(_shapes(settings, loaded))
        found.extend(_measures(settings, loaded))
        found.extend(_mappings(settings, loaded, data=data))
    ordered = sorted(set(found), key=lambda f: (f.severity is not Severity.ERROR, f.file, f.line or 0, f.column or 0))
    return [_relative(f, base) for f in ordered]


def _ontology(settings: Settings) -> tuple[Ontology | None, list[Finding]]:
    """The ontology, if it can be used, and what is wrong with the user's part of it."""
    from ontology.check import check
    from ontology.load import load_ontology

    found = [
        Finding(Severity(f.severity.value), f.message, f.file, f.line, None, f.do) for f in check(settings.ontology)
    ]
    if any(f.severity is Severity.ERROR for f in found):
        return None, found
    return load_ontology(settings.ontology), found


def _shapes(settings: Settings, ontology: Ontology) -> list[Finding]:
    from validation.shapes import load_shapes

    return _tried(lambda: load_shapes(ontology, settings.shapes))[1]


def _measures(settings: Settings, ontology: Ontology) -> Iterator[Finding]:
    """The company's own measure files, together with the shipped ones."""
    from api.measures import measure_files
    from reasoning.measures.load import load_measures
    from reasoning.measures.problems import MeasureProblems

    files = measure_files(settings)
    if not files:
        return
    try:
        load_measures(ontology, files)
    except MeasureProblems as error:
        for p in error.problems:
            yield Finding(Severity.ERROR, p.what, p.file, p.line, p.column, p.do)


def _mappings(settings: Settings, ontology: Ontology, *, data: bool) -> Iterator[Finding]:
    """Each mapping by itself, then all together, then against the heads of the files that they name."""
    from ingest.mapping.check import check_together
    from ingest.mapping.problems import Collector

    if not settings.mappings:
        yield Finding(
            Severity.WARNING, "The project has no mapping, so there is nothing to ingest.",
            str(settings.folder / "knockon.yaml"), do="Write one below mappings/ (docs/mapping.md shows how).",
        )  # fmt: skip
    for pattern in idle_patterns(settings.folder) if settings.mappings else ():
        yield Finding(
            Severity.WARNING, f"mappings: no file fits {pattern!r}.", str(settings.folder / "knockon.yaml"),
            do="Correct the pattern, or take it out.",
        )  # fmt: skip
    good: list[SourceMapping] = []
    for path in settings.mappings:
        mapping, found = _mapping(path, ontology, settings.folders)
        yield from found
        if mapping is not None and not found:
            good.append(mapping)
        elif mapping is not None and mapping.folder.is_dir():
            for table in mapping.tables.values():
                yield from _against_files(mapping, table, Severity.WARNING)
    if len(good) == len(settings.mappings):
        together = Collector()
        yield from _tried(lambda: check_together(good, ontology, together))[1]
        yield from _listed(together.problems)
    severity = Severity.ERROR if data else Severity.WARNING
    for mapping in good:
        if not mapping.folder.is_dir() and any(t.read.file is not None for t in mapping.tables.values()):
            yield Finding(
                severity, f"the folder of source {mapping.source!r} isn't there: {mapping.folder}.",
                str(mapping.path), do=f"Correct `folder:`, or name one: --folder {mapping.source}=PATH.",
            )  # fmt: skip
            continue
        for table in mapping.tables.values():
            wrong = list(_against_files(mapping, table, severity))
            yield from wrong
            if data and not wrong:
                yield from _on_rows(mapping, table, ontology, good)


def _mapping(path: Path, ontology: Ontology, folders: Mapping[str, Path]) -> tuple[SourceMapping | None, list[Finding]]:
    """A mapping with what is wrong in it; None where its form is wrong."""
    from ingest.mapping.load import inspect_mapping
    from ingest.mapping.problems import Collector

    collector = Collector()
    mapping, found = _tried(lambda: inspect_mapping(path, ontology, collector))
    given = folders.get(mapping.source) if mapping is not None else None
    if given is not None:
        collector = Collector()
        mapping, found = _tried(lambda: inspect_mapping(path, ontology, collector, given))
    return mapping, [*found, *_listed(collector.problems)]


def _against_files(mapping: SourceMapping, table: Table, severity: Severity) -> Iterator[Finding]:
    """The columns that a table's mapping names, against the heads of the files that there are."""
    from ingest.adapters import parts, read
    from ingest.mapping.columns import check_columns
    from ingest.mapping.problems import Collector

    if table.read.file is None:
        return  # a database or an address: reading it would not be cheap
    here = table.where
    try:
        for part in parts(table.read, mapping.folder):
            found = Collector()
            check_columns(table, read(table.read, part, os.environ, mapping.folder).columns, found)
            yield from _listed(found.problems)
    except KnockonError as error:
        place = str(error.where) if error.where is not None else ""
        yield Finding(
            severity, f"table {table.name!r} cannot be read now: {place + ': ' if place else ''}{error.what}",
            here.file or "", here.line, here.column, error.do,
        )  # fmt: skip


def _on_rows(
    mapping: SourceMapping, table: Table, ontology: Ontology, others: Iterable[SourceMapping]
) -> Iterator[Finding]:
    """The rules that the first rows of a table's files break. Not a mistake of the mapping where a few rows do."""
    from ingest.trial import try_rows

    if table.read.file is None:
        return
    trial, wrong = _tried(lambda: try_rows(mapping, table.name, ontology, os.environ, others))
    yield from wrong
    if trial is None:
        return
    for broken in trial.broken:
        most = broken.rows * 2 > trial.rows
        column = f" in {broken.column!r}" if broken.column else ""
        yield Finding(
            Severity.ERROR if most else Severity.WARNING,
            f"table {table.name!r}: {broken.rows:,} of the {trial.rows:,} rows tried would be set aside "
            f"({broken.rule}{column}); first row {broken.first:,}: {broken.message}.",
            table.where.file or "", table.where.line, table.where.column,
            "The mapping seems to be wrong about that column: correct it." if most
            else "Mend the rows, or change the mapping if they are right.",
        )  # fmt: skip


def _tried(load: Callable[[], T]) -> tuple[T | None, list[Finding]]:
    """What a loader gives, or what its error says."""
    try:
        return load(), []
    except KnockonError as error:
        return None, list(_of_error(error))


def _of_error(error: KnockonError) -> Iterator[Finding]:
    from ingest.mapping.problems import MappingProblems
    from ontology.check import findings

    if isinstance(error, MappingProblems):
        yield from _listed(error.problems)
        return
    for f in findings(error):
        column = error.where.column if error.where is not None else None
        yield Finding(Severity(f.severity.value), f.message, f.file, f.line, column, f.do)


def _listed(problems: Iterable[object]) -> Iterator[Finding]:
    from ingest.mapping.problems import Problem

    for problem in problems:
        if isinstance(problem, Problem):
            where: Where = problem.where
            yield Finding(Severity.ERROR, problem.what, where.file or "", where.line, where.column, problem.do)


def _relative(finding: Finding, base: Path) -> Finding:
    """The finding with its file as seen from the project, where it lies below it."""
    try:
        return replace(finding, file=Path(finding.file).relative_to(base).as_posix()) if finding.file else finding
    except ValueError:
        return finding
