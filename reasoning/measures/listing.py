"""A measure's values as a person asks for them: sorted, the worst first, with totals and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction

import numpy as np

from ontology.errors import BadQuestion
from reasoning.measures import currencies
from reasoning.measures.reads import ReadKind
from reasoning.measures.results import Results
from reasoning.measures.types import Array, CellState, CellValue, Fault, Kind, Measure, MeasureColumn, OffAxis, Periods
from reasoning.measures.wording import scalar_json, value_json
from reasoning.network import Network
from reasoning.types import EntityRef


@dataclass(frozen=True, slots=True)
class Row:
    """One entity's value; of a measure with a time axis, one for each period."""

    entity: EntityRef
    values: tuple[CellValue, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Values of a measure."""

    measure: Measure
    version: int
    as_of: date
    rows: tuple[Row, ...]
    periods: Periods | None
    found: int
    """Entities that fit; ``rows`` may be fewer."""
    known: int
    """Cells of these whose value is known."""
    unknown: int
    errors: int
    faults: tuple[tuple[Fault, int], ...]
    """Each cause once, the most frequent first, with the cells that it spoils."""
    totals: tuple[dict[str, Fraction], ...]
    """Known values added up, by currency (empty: none), for each period; none where their sum means nothing."""
    off_axis: OffAxis
    blank: tuple[tuple[str, str], ...] = ()
    """(things, property) that go into it and that none of these things has: everything then counts as if it had not."""

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        labels = [self.periods.label(p) for p in range(len(self.periods))] if self.periods is not None else None
        return {
            "measure": self.measure.name, "label": self.measure.label, "unit": self.measure.unit,
            "formula": self.measure.formula, "version": self.version, "as_of": self.as_of.isoformat(),
            "periods": labels, "found": self.found, "known": self.known, "unknown": self.unknown,
            "errors": self.errors,
            "causes": [{**f.to_json(), "cells": n} for f, n in self.faults],
            "totals": [{c: scalar_json(v) for c, v in sorted(t.items())} for t in self.totals],
            "off_axis": asdict(self.off_axis),
            "rows": [
                {"entity": r.entity.to_json(), "values": [value_json(v) for v in r.values]} for r in self.rows
            ],
        }  # fmt: skip


def listing(
    results: Results, network: Network, name: str, *, class_name: str | None = None, entities: Sequence[str] = (),
    descending: bool | None = None, limit: int | None = 20,
) -> Listing:  # fmt: skip
    """The values of a measure.

    Args:
        class_name: only entities of this class; None: of the measure's.
        entities: only these (ids).
        descending: the largest first; None: the worst first, as far as the measure says what is worse. What is
            unknown or an error comes last. A measure with a time axis is sorted by its last period.
        limit: how many to list; None: all.

    Raises:
        NotFound: there is no such measure or entity.
        BadQuestion: the class is not one that has the measure.
    """
    column = results.column(name)
    measure = column.measure
    rows = _chosen(results, column, class_name, entities)
    flip = descending if descending is not None else measure.better != "higher"
    order = _order(network, column, rows, flip)
    shown = order if limit is None else order[:limit]
    state = column.state[rows]
    errors = int((state == CellState.ERROR).sum())
    return Listing(
        measure=measure,
        version=results.snapshot.version,
        as_of=results.options.as_of,
        rows=tuple(_row(results, network, column, int(at)) for at in shown),
        periods=results.periods(measure.axis) if measure.axis is not None else None,
        found=len(rows),
        known=int((state == CellState.KNOWN).sum()),
        unknown=int((state == CellState.UNKNOWN).sum()),
        errors=errors,
        faults=_faults(results, column, rows) if errors else (),
        totals=_totals(column, rows),
        off_axis=column.off_axis,
        blank=tuple(_blank(results, name)),
    )


def _blank(results: Results, name: str) -> Iterator[tuple[str, str]]:
    """What no system has said of anything, among what the measure and those that it uses read."""
    snapshot, ontology = results.snapshot, results.measures.ontology
    wanted = {
        (read.class_name, read.name)
        for used in results.measures.needed([name])
        for read in results.measures.definitions[used].reads
        if read.kind is ReadKind.PROPERTY and read.class_name in ontology.classes
    }
    for class_name, prop in sorted(wanted):
        definition = ontology.classes[class_name]
        described = definition.properties.get(prop)
        if described is None or prop in {p.currency for p in definition.properties.values()}:
            continue
        if len(snapshot.members(class_name)) and bool(snapshot.column(class_name, prop).null.all()):
            yield definition.plural, described.label


def _chosen(results: Results, column: MeasureColumn, class_name: str | None, entities: Sequence[str]) -> Array:
    snapshot, measure = results.snapshot, column.measure
    if entities:
        return np.array(sorted({results.row(column, e) for e in entities}), dtype=np.int64)
    if class_name is None or class_name == measure.class_name:
        return np.arange(len(column))
    if not results.measures.ontology.is_a(class_name, measure.class_name):
        raise BadQuestion(f"{class_name} has no {measure.name}.", do=f"It is of {measure.class_name}.")
    found: Array = np.searchsorted(column.entities, snapshot.members(class_name))
    return found


def _order(network: Network, column: MeasureColumn, rows: Array, descending: bool) -> Array:
    values, state = column.values[rows], column.state[rows]
    if column.measure.axis is not None:
        values, state = values[:, -1], state[:, -1]
    rank = network.rank[np.minimum(column.entities[rows], len(network.rank) - 1)]  # the company as a whole is alone
    if column.measure.kind is Kind.TEXT:
        _, key = np.unique(values.astype(str), return_inverse=True)
        key = np.asarray(key, dtype=np.int64)
    else:
        key = values.astype(np.float64) if column.measure.kind is Kind.FLOAT else values.astype(np.int64)
    order = np.lexsort((rank, -key if descending else key, state))
    found: Array = rows[order]
    return found


def _row(results: Results, network: Network, column: MeasureColumn, at: int) -> Row:
    places: list[tuple[int, ...]] = [(at,)]
    if column.measure.axis is not None:
        places = [(at, p) for p in range(column.values.shape[1])]
    return Row(network.entity(int(column.entities[at])), tuple(results.at(column, p) for p in places))


def _faults(results: Results, column: MeasureColumn, rows: Array) -> tuple[tuple[Fault, int], ...]:
    assert column.cause is not None
    causes = column.cause[rows]
    counted = Counter(causes[causes != 0].tolist())
    most = sorted(counted.items(), key=lambda c: (-c[1], c[0]))[:5]
    return tuple((results.fault(cause), count) for cause, count in most)


def _totals(column: MeasureColumn, rows: Array) -> tuple[dict[str, Fraction], ...]:
    """Known values added up by currency, if the measure says that their sum means something."""
    measure = column.measure
    if not measure.total or measure.kind is not Kind.NUMBER:
        return ()
    values, state = column.values[rows], column.state[rows]
    codes = np.zeros(values.shape, np.int32) if column.currency is None else column.currency[rows]
    if values.ndim == 1:
        values, codes, state = values[:, None], codes[:, None], state[:, None]
    found: list[dict[str, Fraction]] = []
    for period in range(values.shape[1]):
        total: dict[str, Fraction] = {}
        known = state[:, period] == CellState.KNOWN
        for code in np.unique(codes[known, period]).tolist():
            here = known & (codes[:, period] == code)
            exact = sum(values[here, period].tolist())
            text = currencies.text_of(code) or ""
            if text or exact or not measure.is_money:
                total[text] = total.get(text, Fraction(0)) + Fraction(exact, 10**measure.scale)
        found.append(total)
    return tuple(found)
