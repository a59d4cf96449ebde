"""Cells for each draw of uncertain inputs: only what lies between these and the cells asked for, draws as an axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ontology.errors import BadQuestion
from ontology.model import Datatype, PropertyDef
from reasoning.measures.catalogue import Definition
from reasoning.measures.cells import ERROR, KNOWN, UNKNOWN, Cells
from reasoning.measures.changes import Changes
from reasoning.measures.columns import Columns
from reasoning.measures.dirty import affected, ahead, back
from reasoning.measures.finish import finished
from reasoning.measures.frame import Frame
from reasoning.measures.reads import ReadKind
from reasoning.measures.results import Results
from reasoning.measures.types import Array, Cell, Drawn, Input, Int32, Kind

_BLOCK = 1_000
"""Draws that are computed at once: few enough for their arrays to stay in the processor's cache."""


def evaluate_draws(results: Results, inputs: Mapping[Input, npt.NDArray[np.float64]], cells: Sequence[Cell]) -> Drawn:
    """The values of some cells for each draw of some properties.

    Args:
        inputs: draws in plain units (12.5 is 12.50 €; dates are days since 1970-01-01); all have one length. Exact
            properties are rounded to their scale; NaN is unknown.

    Raises:
        BadQuestion: inputs differ in length, or one cannot be drawn.
        NotFound: an entity, property or cell is not there.
    """
    lengths = {len(a) for a in inputs.values()}
    if len(lengths) != 1 or not min(lengths):
        raise BadQuestion("The inputs have no draws, or differ in how many they have.")
    count = lengths.pop()
    plan = _Cone(results, inputs, cells)
    values = np.full((len(cells), count), np.nan)
    unknown, errors = np.zeros(len(cells), np.int64), np.zeros(len(cells), np.int64)
    for start in range(0, count, _BLOCK):
        stop = min(start + _BLOCK, count)
        plan.run(slice(start, stop))
        for at, cell in enumerate(cells):
            row, state = plan.cell(cell, stop - start)
            values[at, start:stop] = np.where(state == KNOWN, row, np.nan)
            unknown[at] += int((state == UNKNOWN).sum())
            errors[at] += int((state == ERROR).sum())
    return Drawn(tuple(cells), values, unknown, errors)


def cone_size(results: Results, inputs: Sequence[Input], cells: Sequence[Cell]) -> int:
    """How many cells lie between some inputs and some cells: what is computed for each draw."""
    return _Cone(results, {i: np.zeros(1) for i in inputs}, cells).size


class _Cone:
    """What is computed: for each measure the rows that depend on an input and that an asked cell depends on."""

    def __init__(
        self, results: Results, inputs: Mapping[Input, npt.NDArray[np.float64]], cells: Sequence[Cell]
    ) -> None:
        self._results = results
        self._tables = results.context.tables
        snapshot = results.snapshot
        self._inputs: dict[str, tuple[Int32, list[npt.NDArray[np.float64]], PropertyDef]] = {}
        by_name: dict[str, list[tuple[int, npt.NDArray[np.float64], PropertyDef]]] = {}
        for one, drawn in inputs.items():
            entity = snapshot.index(one.entity)
            by_name.setdefault(one.name, []).append((entity, drawn, self._definition(entity, one.name)))
        for name, held in by_name.items():
            held.sort(key=lambda h: h[0])
            self._inputs[name] = (np.array([h[0] for h in held], np.int32), [h[1] for h in held], held[0][2])
        for cell in cells:
            results.value(cell)
        wanted = {results.measures.get(c.measure).name for c in cells}
        self._names = [n for n in results.names if n in set(results.measures.needed(sorted(wanted)))]
        changes = Changes(None, np.zeros(0, np.int32), {n: e for n, (e, _, _) in self._inputs.items()})
        self.rows: dict[str, Int32] = {}
        for name in self._names:
            definition = results.measures.definitions[name]
            self.rows[name] = self._dependent(definition, changes)
        self._keep_needed(cells)
        self._computed: dict[str, Cells] = {}
        self._drawn: dict[str, Cells] = {}

    @property
    def size(self) -> int:
        """Cells that are computed for each draw."""
        return sum(len(rows) for rows in self.rows.values())

    def _keep_needed(self, cells: Sequence[Cell]) -> None:
        """Of what depends on an input, keep what an asked cell depends on."""
        measures, snapshot = self._results.measures, self._results.snapshot
        needed: dict[str, Int32] = {n: np.zeros(0, np.int32) for n in self._names}
        for cell in cells:
            name = measures.get(cell.measure).name
            needed[name] = np.union1d(needed[name], [snapshot.index(cell.entity)]).astype(np.int32)
        for name in reversed(self._names):
            definition = measures.definitions[name]
            through = definition.through
            front = needed[name]
            while through is not None and len(front):
                front = np.setdiff1d(
                    np.intersect1d(ahead(self._tables, (through,), front), self.rows[name]), needed[name]
                )
                needed[name] = np.union1d(needed[name], front).astype(np.int32)
            self.rows[name] = np.intersect1d(needed[name], self.rows[name]).astype(np.int32)
            for read in definition.reads:
                if read.kind is ReadKind.MEASURE and read.name != name:
                    met = ahead(self._tables, read.path, self.rows[name])
                    needed[read.name] = np.union1d(needed[read.name], met).astype(np.int32)

    def _definition(self, entity: int, name: str) -> PropertyDef:
        snapshot, ontology = self._results.snapshot, self._results.measures.ontology
        for class_name in snapshot.classes(entity):
            found = ontology.classes[class_name].properties.get(name) if class_name in ontology.classes else None
            if found is not None:
                if found.datatype in (Datatype.STRING, Datatype.DATETIME) or not found.functional:
                    raise BadQuestion(f"{name!r} cannot be drawn: it is no number, date or yes/no.")
                return found
        raise BadQuestion(f"{snapshot.title(entity)} has no property {name!r}.", do="docs/ontology.md lists them.")

    def _dependent(self, definition: Definition, changes: Changes) -> Int32:
        members = self._tables.members(definition.measure.class_name)
        found = members[affected(self._tables, definition, changes, self.rows, members)]
        through = definition.through
        while through is not None:
            at, inside = self._tables.place(definition.measure.class_name, back(self._tables, (through,), found))
            more = np.union1d(found, members[at if inside is None else at[inside]]).astype(np.int32)
            if len(more) == len(found):
                break
            found = more
        return found

    def run(self, draws: slice) -> None:
        """Compute all cells for some draws."""
        count = draws.stop - draws.start
        self._drawn = {n: _input(d, held, draws) for n, (_, held, d) in self._inputs.items()}
        self._computed = {}
        for name in self._names:
            if len(self.rows[name]):
                self._computed[name] = self._measure(self._results.measures.definitions[name], count)

    def cell(self, cell: Cell, count: int) -> tuple[Array, Array]:
        """Values in plain units and states of one cell."""
        name = self._results.measures.get(cell.measure).name
        measure = self._results.measures.get(name)
        entity = self._results.snapshot.index(cell.entity)
        at = int(np.searchsorted(self.rows[name], entity))
        period = cell.period or 0
        if at < len(self.rows[name]) and int(self.rows[name][at]) == entity:
            held = self._computed[name]
        else:
            held = self._results.cells(name)
            at = self._results.row(self._results.column(name), cell.entity)
        values = np.broadcast_to(held.values[at, period], (count,))
        state = np.zeros(count, np.uint8) if held.state is None else np.broadcast_to(held.state[at, period], (count,))
        if measure.kind is Kind.TEXT:
            raise BadQuestion(f"{name} is a text: it has no distribution.")
        return values.astype(np.float64) / (held.den if isinstance(held.den, int) else 1), state

    def _measure(self, definition: Definition, count: int) -> Cells:
        measure = definition.measure
        results, entities = self._results, self.rows[definition.measure.name]
        axis = measure.axis
        length = 1 if axis is None else len(results.context.bounds(axis)) - 1
        policies = (definition.before, definition.after, definition.undated)
        columns = Columns(
            results.context, policies, results.cells, lambda: results.cells(measure.name),
            class_of=results.class_of, overlay=self,
        )  # fmt: skip
        if definition.through is None and not definition.shifted:
            frame = Frame(self._tables, 0, measure.class_name, entities)
            return _lean(finished(definition, columns.evaluate(definition.plan, frame), entities, length, count))
        blank = self._blank(definition, entities, length, count)
        self._computed[measure.name] = blank
        frame = Frame(self._tables, 0, measure.class_name, entities)
        if definition.shifted:
            for period in range(length):
                found = finished(definition, columns.at_period(definition.plan, frame, period), entities, 1, count)
                _put(blank, (slice(None), slice(period, period + 1)), found)
            return _lean(blank)
        self._computed[measure.name] = _lean(blank)
        levels = results._levels[measure.name].level
        at, _ = self._tables.place(measure.class_name, entities)
        for level in np.unique(levels[at]).tolist():
            rows = np.flatnonzero(levels[at] == level)
            if level < 0:
                continue
            part = Frame(self._tables, 0, measure.class_name, entities[rows])
            found = finished(definition, columns.evaluate(definition.plan, part), entities[rows], length, count)
            _put(blank, (rows,), found)
            # What the next level reads: without arrays that say nothing, which would be carried through each term.
            self._computed[measure.name] = _lean(blank)
        return _lean(blank)

    def _blank(self, definition: Definition, entities: Int32, length: int, count: int) -> Cells:
        """Cells as they are without draws, to be filled."""
        held = self._results.cells(definition.measure.name)
        at, _ = self._tables.place(definition.measure.class_name, entities)
        shape = (len(entities), length, count)

        def wide(a: Array | None, dtype: object) -> Array:
            if a is None:
                return np.zeros(shape, dtype=dtype)  # type: ignore[call-overload, no-any-return]
            return np.array(np.broadcast_to(a if a.shape[0] == 1 and len(held.values) > 1 else a[at], shape))

        currency = None if held.currency is None else wide(held.currency, np.int32)
        return Cells(
            held.kind, wide(held.values, held.values.dtype), wide(held.state, np.uint8), wide(held.cause, np.int64),
            held.den, currency,
        )  # fmt: skip

    def drawn(self, name: str) -> tuple[Int32, Cells] | None:
        """Of which entities a property or measure is drawn, and their cells."""
        if name in self._inputs:
            return self._inputs[name][0], self._drawn[name]
        return (self.rows[name], self._computed[name]) if name in self._computed else None

    def __call__(self, found: Cells, frame: Frame, scope: int, name: str) -> Cells:
        """The cells of a property or measure of the entities of a scope, with what is drawn."""
        if name in self._inputs:
            return _overlaid(found, self._inputs[name][0], self._drawn[name], frame.of(scope))
        if name in self._computed:
            return _overlaid(found, self.rows[name], self._computed[name], frame.of(scope))
        return found


def _put(cells: Cells, place: tuple[object, ...], found: Cells) -> None:
    cells.values[place] = found.values  # type: ignore[index]
    assert cells.state is not None
    assert cells.cause is not None
    cells.state[place] = 0 if found.state is None else found.state  # type: ignore[index]
    cells.cause[place] = 0 if found.cause is None else found.cause  # type: ignore[index]
    if cells.currency is not None:
        cells.currency[place] = 0 if found.currency is None else found.currency  # type: ignore[index]


def _lean(cells: Cells) -> Cells:
    """The cells without arrays that say nothing."""
    state = cells.state if cells.state is not None and bool(cells.state.any()) else None
    currency = cells.currency
    if currency is not None and currency.size:
        if bool((currency == currency.flat[0]).all()):
            currency = currency.reshape(-1)[:1][:, None, None]
        elif bool((currency == currency[:, :, :1]).all()):
            currency = currency[:, :, :1]
    return Cells(cells.kind, cells.values, state, None if state is None else cells.cause, cells.den, currency)


def _input(definition: PropertyDef, held: list[npt.NDArray[np.float64]], draws: slice) -> Cells:
    values = np.stack([a[draws] for a in held])[:, None, :]
    missing = np.isnan(values)
    state = np.where(missing, UNKNOWN, KNOWN) if missing.any() else None
    clean = np.where(missing, 0.0, values)
    match definition.datatype:
        case Datatype.FLOAT:
            return Cells(Kind.FLOAT, clean, state)
        case Datatype.BOOLEAN:
            return Cells(Kind.BOOLEAN, clean != 0, state)
        case Datatype.DATE:
            return Cells(Kind.DATE, np.floor(clean).astype(np.int64), state)
    scaled = clean * 10.0**definition.scale
    if np.abs(scaled).max(initial=0) >= 2.0**62:
        raise BadQuestion(f"A draw of {definition.name!r} is too large.")
    half_up = np.floor(np.abs(scaled) + 0.5) * np.sign(scaled)
    return Cells(Kind.NUMBER, half_up.astype(np.int64), state, None, 10**definition.scale)


def _same_single(a: Array | None, b: Array) -> bool:
    return a is not None and a.size == 1 and b.size == 1 and bool(a.flat[0] == b.flat[0])


def _overlaid(found: Cells, entities: Int32, drawn: Cells, asked: Int32) -> Cells:
    """A column's cells with those of some entities replaced by drawn ones."""
    at = np.minimum(np.searchsorted(entities, asked), max(len(entities) - 1, 0))
    here = entities[at] == asked if len(entities) else np.zeros(len(asked), np.bool_)
    rows = np.flatnonzero(here)
    if len(rows) == 0:
        return found

    def put(base: Array | None, over: Array | None, dtype: object) -> Array | None:
        if base is None and over is None:
            return None
        held = np.zeros((1, 1, 1), dtype=dtype) if base is None else base  # type: ignore[call-overload]
        fresh = np.zeros((1, 1, 1), dtype=dtype) if over is None else over  # type: ignore[call-overload]
        result = np.empty((len(asked), *np.broadcast_shapes(held.shape[1:], fresh.shape[1:])), dtype=held.dtype)
        if not bool(here.all()):
            result[...] = held
        result[rows] = fresh if fresh.shape[0] == 1 and len(entities) > 1 else fresh[at[rows]]
        return result

    values = put(found.values, drawn.values, found.values.dtype)
    assert values is not None
    # A property's currency stays what it is; a measure's may differ between draws.
    currency = found.currency
    if drawn.currency is not None and not _same_single(currency, drawn.currency):
        currency = put(found.currency, drawn.currency, np.int32)
    return Cells(
        found.kind, values, put(found.state, drawn.state, np.uint8), put(found.cause, drawn.cause, np.int64), found.den,
        currency,
    )  # fmt: skip
