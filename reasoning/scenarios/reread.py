"""Checks an explanation against the archived rows: what each row says through its mapping, not what the graph holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Protocol

import numpy as np

from graph_engine.snapshot import Snapshot
from ontology.model import Ontology, PropertyDef
from ontology.values import native
from reasoning.measures.reading import cell_value
from reasoning.measures.types import CellValue, Operand, OperandKind

Places = Mapping[str, tuple[str | None, int | None]]
"""Record → sha256 of its file, and row."""


class RowRelation(Protocol):
    """A relation that a row states."""

    @property
    def relation(self) -> str:
        """Its name in the ontology, or the role that a person wrote."""
        ...

    @property
    def other(self) -> str | None:
        """Mention at the other end."""
        ...

    @property
    def values(self) -> Mapping[str, str]:
        """Property → canonical text."""
        ...

    @property
    def valid_from(self) -> date | None:
        """First day."""
        ...


class RawRow(Protocol):
    """What an archived row says."""

    @property
    def place(self) -> str:
        """File and row."""
        ...

    @property
    def values(self) -> Mapping[str, frozenset[str]]:
        """Property → canonical texts."""
        ...

    @property
    def relations(self) -> Sequence[RowRelation]:
        """What it relates."""
        ...

    @property
    def problem(self) -> str:
        """Why it cannot be read, or is not what was archived."""
        ...


Rows = Callable[[Places], Mapping[str, RawRow]]


class Reread:
    """Compares arguments of an explanation with archived rows; what differs is named."""

    def __init__(self, snapshot: Snapshot, ontology: Ontology, rows: Rows) -> None:
        self._snapshot, self._ontology, self._read = snapshot, ontology, rows
        self._wanted: list[tuple[Operand, str, CellValue, tuple[str, ...]]] = []
        self.rows = 0
        """Rows read again."""
        self.values = 0
        """Values that a row gives as the explanation has them."""

    def want(self, operand: Operand, label: str, value: CellValue, records: Sequence[str]) -> None:
        """Note an argument with its value in the base and the rows that it is said to come from."""
        if value.value is not None and records and operand.kind not in (OperandKind.MEASURE, OperandKind.TODAY):
            self._wanted.append((operand, label, value, tuple(records)))

    def failures(self) -> list[str]:
        """What the archived rows say otherwise."""
        found = self._read(self._places())
        self.rows = len(found)
        problems = [f"{r} ({row.place}): {row.problem}." for r, row in sorted(found.items()) if row.problem]
        for operand, label, value, records in self._wanted:
            rows = [found[r] for r in records if r in found]
            if not rows or any(row.problem for row in rows):
                continue
            wrong = self._differs(operand, value, rows)
            if wrong is None:
                self.values += 1
            else:
                problems.append(f"{records[0]} ({rows[0].place}): {label} {wrong}.")
        return problems

    def _places(self) -> dict[str, tuple[str | None, int | None]]:
        arrays = self._snapshot.container.arrays
        places: dict[str, tuple[str | None, int | None]] = {}
        for record in sorted({r for _, _, _, records in self._wanted for r in records}):
            code = self._snapshot.record_code(record)
            if code is None:
                continue  # of the scenario itself
            file, row = int(arrays["record/file"][code]), int(arrays["record/row"][code])
            places[record] = (self._snapshot.file_ids[file] if file >= 0 else None, row if row >= 0 else None)
        return places

    def _differs(self, operand: Operand, value: CellValue, rows: Sequence[RawRow]) -> str | None:
        """What the rows say in place of a value; None: the same."""
        if operand.kind is OperandKind.PROPERTY:
            at = self._snapshot.find(operand.owner)
            definition = None if at is None else self._property(at, operand.name)
            if definition is None:
                return None
            texts = sorted({t for row in rows for t in row.values.get(operand.name, ())})
            return _unlike(definition, value, texts)
        located = self._snapshot.locate(operand.owner)
        if located is None:
            return None  # a thing of a class, or a relation of the scenario: its rows were read
        relation = self._ontology.relations[located[0]]
        names = {relation.name, relation.role, relation.inverse_role}
        stated = [r for row in rows for r in row.relations if r.relation in names]
        edges = self._snapshot.relation(relation.name)
        ends = {int(edges.source[located[1]]), int(edges.target[located[1]])}
        leading = [r for r in stated if r.other is None or self._leads(r.other, ends)]
        if not leading:
            return "is not what the archived row relates"
        if operand.kind is OperandKind.TERM:
            return None
        texts = sorted({r.values[operand.name] for r in leading if operand.name in r.values})
        return _unlike(relation.properties[operand.name], value, texts)

    def _leads(self, mention: str, ends: set[int]) -> bool:
        """Whether a mention is of one of some things (one that is no record of its own is not known, and passes)."""
        code = self._snapshot.record_code(mention.split("#", 1)[0])
        if code is None:
            return True
        _, entities = self._snapshot.described_by(np.array([code], dtype=np.int32))
        return not len(entities) or bool(ends & set(entities.tolist()))

    def _property(self, entity: int, name: str) -> PropertyDef | None:
        for class_name in self._snapshot.classes(entity):
            if class_name in self._ontology.classes and name in self._ontology.classes[class_name].properties:
                return self._ontology.classes[class_name].properties[name]
        return None


def _unlike(definition: PropertyDef, value: CellValue, texts: Sequence[str]) -> str | None:
    said = [cell_value(definition, native(definition, t), None).value for t in texts]
    if value.value in said:
        return None
    if not said:
        return "is not in the archived row"
    return f"is {' or '.join(str(s) for s in said)} in the archived row, not {value.value}"
