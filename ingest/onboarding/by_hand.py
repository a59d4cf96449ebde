"""A proposed mapping beside one that a person made of the same files: classes, columns as properties, relations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.compile.expression import parse_expression
from ingest.mapping.model import Cell, SourceMapping, Table
from ingest.onboarding.truth import Ratio


@dataclass(frozen=True, slots=True)
class Beside:
    """How the proposal compares. What only one of the two speaks of is no choice that can be judged right or wrong.

    ``there`` counts what the mapping by hand has, ``proposed`` what both speak of.
    """

    classes: Ratio
    properties: Ratio
    relations: Ratio

    @property
    def parts(self) -> tuple[Ratio, ...]:
        """All three."""
        return (self.classes, self.properties, self.relations)


@dataclass(frozen=True, slots=True)
class _Said:
    """What mappings say of one file."""

    classes: frozenset[str]
    properties: dict[str, set[str]]
    """Column, in small letters → names of properties."""
    relations: dict[str, set[str]]
    """Column → roles (of things) and roles of rows that are relations."""


def beside(proposed: Iterable[SourceMapping], by_hand: Iterable[SourceMapping]) -> Beside:
    """Compare, file by file; files are the same that are called the same."""
    theirs = _by_file(by_hand)
    names = {file: _names(tables) for file, tables in theirs.items()}
    ours = _by_file(proposed)
    both = [
        (file, _said(ours.get(file, ()), names[file]), _said(tables, names[file])) for file, tables in theirs.items()
    ]
    return Beside(
        _ratio((f, {"": set(a.classes)}, {"": set(b.classes)}) for f, a, b in both),
        _ratio((f, a.properties, b.properties) for f, a, b in both),
        _ratio((f, a.relations, b.relations) for f, a, b in both),
    )


def _ratio(pairs: Iterable[tuple[str, dict[str, set[str]], dict[str, set[str]]]]) -> Ratio:
    right = proposed = there = 0
    wrong: list[str] = []
    missed: list[str] = []
    for file, ours, theirs in pairs:
        for column, wanted in theirs.items():
            if not wanted:
                continue
            there += 1
            place = f"{file}.{column}" if column else file
            found = ours.get(column, set())
            if not found:
                missed.append(f"{place}: {', '.join(sorted(wanted))}")
                continue
            proposed += 1
            if found & wanted:
                right += 1
            else:
                wrong.append(f"{place}: {', '.join(sorted(found))} (by hand: {', '.join(sorted(wanted))})")
    return Ratio(right, proposed, there, tuple(sorted(wrong)), tuple(sorted(missed)))


def _by_file(mappings: Iterable[SourceMapping]) -> dict[str, list[Table]]:
    found: dict[str, list[Table]] = {}
    for mapping in mappings:
        for table in mapping.tables.values():
            if table.read.file is not None:
                part = "".join(f" {p}" for p in (table.read.sheet, table.read.records, table.read.explode) if p)
                found.setdefault(Path(table.read.file).name.lower() + part, []).append(table)
    return found


def _names(tables: Iterable[Table]) -> tuple[str, ...]:
    """The columns of a file by position, where its mapping names them."""
    return next((t.read.columns for t in tables if t.read.columns), ())


def _said(tables: Iterable[Table], names: tuple[str, ...]) -> _Said:
    classes: set[str] = set()
    properties: dict[str, set[str]] = {}
    relations: dict[str, set[str]] = {}

    def called(column: str) -> str:
        number = column.removeprefix("column")
        if column.startswith("column") and number.isdigit() and 0 < int(number) <= len(names):
            return names[int(number) - 1].lower()  # a file without headings
        return column.lower()

    for table in tables:
        for thing in table.things:
            if thing.name is None:
                classes.add(thing.class_name)
            for prop in thing.properties:
                for column in _columns(prop.cell):
                    properties.setdefault(called(column), set()).add(prop.name)
            for relation in thing.relations:
                for cell in (*relation.target.key, *((relation.target.value,) if relation.target.value else ())):
                    for column in _columns(cell):
                        relations.setdefault(called(column), set()).add(relation.role)
            for same in thing.same_as:
                for cell in same.key:
                    for column in _columns(cell):
                        relations.setdefault(called(column), set()).add("the same thing")
        if table.relation is not None:
            classes.add(f"relation {table.relation.role}")
            row = table.relation
            for cell in (*row.start.key, *row.relation.target.key):
                for column in _columns(cell):
                    relations.setdefault(called(column), set()).add(row.role)
            times = (("valid_from", row.relation.valid_from), ("valid_to", row.relation.valid_to))
            for name, cell_ in (*((p.name, p.cell) for p in row.relation.properties), *times):
                for column in _columns(cell_) if cell_ is not None else ():
                    properties.setdefault(called(column), set()).add(name)
    return _Said(frozenset(classes), properties, relations)


def _columns(cell: Cell) -> Iterator[str]:
    if cell.column is not None:
        yield cell.column
    yield from cell.columns
    if cell.sql is not None:
        yield from parse_expression(cell.sql).columns
