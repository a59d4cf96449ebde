"""Why a cell has the value it has: its formula, what that reads, and the rows which that comes from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

import numpy as np

from reasoning.evidence import ASSUMPTION
from reasoning.measures.reading import CellReader, Reading
from reasoning.measures.results import Results
from reasoning.measures.sources import SnapshotSource
from reasoning.measures.types import Cell, CellValue, Operand, OperandKind, OperandTrace, Trace
from reasoning.network import Network
from reasoning.types import EntityRef, RecordRef

LISTED = 50
"""Things of a whole class that an explanation lists."""


def trace(
    results: Results, network: Network, cell: Cell, *, depth: int | None = 1, listed: int | None = LISTED,
    only: Collection[Operand] | None = None,
) -> Trace:  # fmt: skip
    """The formula of a cell with its operands, their values and rows.

    Args:
        network: of the snapshot that the results are of.
        depth: how many levels of measures to follow: 1 names the operands only; None follows all.
        listed: of the things of a whole class that count, so many with the largest values; None: all, also those that
            do not count.
        only: of the cell itself, only these operands; None: all.

    Raises:
        NotFound: there is no such cell.
        BadQuestion: its period is missing or out of range.
    """
    return _Tracer(results, network, listed).trace(cell, depth, (), only)


class _Tracer:
    def __init__(self, results: Results, network: Network, listed: int | None) -> None:
        self._results = results
        self._listed = listed
        self._network = network
        self._reader = CellReader(results.measures)
        self._source = SnapshotSource(results)
        self._done: dict[Cell, Trace] = {}

    def trace(
        self, cell: Cell, depth: int | None, above: tuple[Cell, ...], only: Collection[Operand] | None = None
    ) -> Trace:
        """The trace of a cell, which lies below others."""
        results = self._results
        value = results.value(cell)
        measure = results.measures.get(cell.measure)
        reading = self._reader.read(cell, self._source)
        deeper = None if depth is None else depth - 1
        kept, more = self._kept(reading)
        operands = tuple(
            self._operand(reading, operand, found, deeper, (*above, cell))
            for operand, found in kept.items()
            if only is None or operand in only
            if operand.kind is not OperandKind.TERM or self._telling(reading, operand)
        )  # fmt: skip
        period = "" if cell.period is None or measure.axis is None else results.periods(measure.axis).label(cell.period)
        entity = self._network.entity(results.snapshot.index(cell.entity))
        return Trace(
            cell, entity, measure.label, measure.formula, measure.unit, value, operands, reading.aggregates, period,
            more,
        )  # fmt: skip

    def _kept(self, reading: Reading) -> tuple[Mapping[Operand, CellValue], int]:
        """The operands to list, and how many things of whole classes are left out."""
        if self._listed is None:
            return reading.operands, 0
        kept = {o: v for o, v in reading.operands.items() if o not in reading.idle}
        members = {o.owner for o in kept if o.kind is OperandKind.TERM and self._is_member(o)}
        if len(members) <= self._listed:
            return kept, 0
        size: dict[str, Fraction] = dict.fromkeys(sorted(members), Fraction(-1))
        for operand, value in kept.items():
            if operand.owner in size and isinstance(value.value, Fraction):
                size[operand.owner] = max(size[operand.owner], abs(value.value))
        largest = set(sorted(size, key=lambda e: -size[e])[: self._listed])
        left = members - largest
        return {o: v for o, v in kept.items() if o.owner not in left}, len(left)

    def _is_member(self, term: Operand) -> bool:
        """Whether a term is a thing of a whole class, and no relation."""
        return term.name.rpartition(".")[2] in self._results.measures.ontology.classes

    def _telling(self, reading: Reading, term: Operand) -> bool:
        """A relation is worth a line if the formula reads nothing else of it: `count(components)`."""
        del term
        return all(o.kind in (OperandKind.TERM, OperandKind.TODAY) for o in reading.operands)

    def _operand(
        self, reading: Reading, operand: Operand, value: CellValue, depth: int | None, above: tuple[Cell, ...]
    ) -> OperandTrace:
        match operand.kind:
            case OperandKind.TODAY:
                return OperandTrace(operand, value, "Today", None)
            case OperandKind.MEASURE:
                return self._measure(operand, value, depth, above)
            case OperandKind.PROPERTY:
                return self._property(operand, value)
        return self._relation(reading, operand, value)

    def _measure(self, operand: Operand, value: CellValue, depth: int | None, above: tuple[Cell, ...]) -> OperandTrace:
        cell = operand.cell
        assert cell is not None
        measure = self._results.measures.get(cell.measure)
        entity = self._network.entity(self._results.snapshot.index(cell.entity))
        label = f"{measure.label} of {entity.title}"
        if cell.period is not None and measure.axis is not None:
            label += f" in {self._results.periods(measure.axis).label(cell.period)}"
        # In a cycle the same cell comes up again; it is explained once.
        follow = (depth is None or depth > 0) and cell not in above
        inner = None
        if follow:
            if cell not in self._done:
                self._done[cell] = self.trace(cell, depth, above)
            inner = self._done[cell]
        return OperandTrace(operand, value, label, entity, trace=inner)

    def _property(self, operand: Operand, value: CellValue) -> OperandTrace:
        snapshot = self._results.snapshot
        at = snapshot.index(operand.owner)
        entity = self._network.entity(at)
        codes = snapshot.winners(at).get(operand.name)
        records = self._records(codes if codes is not None else tuple(snapshot.records(at).tolist()))
        if value.value is None:
            records = ()
        label = self._label(entity, operand.name)
        return OperandTrace(operand, value, f"{label} of {entity.title}", entity, records, _assumed(records))

    def _label(self, entity: EntityRef, name: str) -> str:
        ontology = self._network.ontology
        for class_name in self._results.snapshot.classes(self._results.snapshot.index(entity.id)):
            properties = ontology.classes[class_name].properties if class_name in ontology.classes else {}
            if name in properties:
                return properties[name].label[:1].upper() + properties[name].label[1:]
        return name

    def _relation(self, reading: Reading, operand: Operand, value: CellValue) -> OperandTrace:
        snapshot, ontology = self._results.snapshot, self._network.ontology
        at = snapshot.find(operand.owner) if operand.kind is OperandKind.TERM and self._is_member(operand) else None
        if at is not None:
            member = self._network.entity(at)
            rows = self._records(tuple(snapshot.records(at).tolist()))
            return OperandTrace(operand, value, f"{member.title} is one of them", member, rows, _assumed(rows))
        found = snapshot.locate(operand.owner)
        if found is None:
            return OperandTrace(operand, value, operand.name, None)
        name, row = found
        edges = snapshot.relation(name)
        owner = next(
            (
                o.name.rpartition(".")[0]
                for o in reading.operands
                if o.kind is OperandKind.TERM and o.owner == operand.owner
            ),
            "",
        )
        source, target = int(edges.source[row]), int(edges.target[row])
        far = source if snapshot.entity_id(target) == owner else target
        near = target if far == source else source
        entity = self._network.entity(far)
        records = self._records(tuple(edges.records(row).tolist()))
        definition = ontology.relations[name]
        if operand.kind is OperandKind.TERM:
            said = definition.inverse_label if far == source else definition.label
            label = f"{snapshot.title(near)} {said} {entity.title}"
        else:
            held = definition.properties[operand.name].label
            label = f"{held[:1].upper()}{held[1:]} of {entity.title} in {snapshot.title(near)}"
        return OperandTrace(operand, value, label, entity, records, _assumed(records))

    def _records(self, codes: tuple[int, ...]) -> tuple[RecordRef, ...]:
        return self._network.records(np.array(codes, dtype=np.int32))


def _assumed(records: tuple[RecordRef, ...]) -> bool:
    return any(r.kind == ASSUMPTION for r in records)
