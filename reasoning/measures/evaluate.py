"""All cells of a snapshot, and after an edit those that it changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import numpy as np

from graph_engine.snapshot import Snapshot, date_of
from ontology.errors import BadQuestion, NotFound
from reasoning.measures import currencies
from reasoning.measures.cells import ERROR, KNOWN, UNKNOWN, Cells
from reasoning.measures.changes import Changes, changes_between
from reasoning.measures.columns import Columns
from reasoning.measures.context import Context
from reasoning.measures.dirty import affected
from reasoning.measures.faults import decode, encode, moved, sentence
from reasoning.measures.finish import finished, stored
from reasoning.measures.frame import Frame
from reasoning.measures.levels import Levels, cycle_of, levels
from reasoning.measures.load import Definition, Measures
from reasoning.measures.reads import ReadKind
from reasoning.measures.types import (
    Array,
    Cell,
    CellChange,
    CellValue,
    Fault,
    FaultKind,
    Int32,
    Int64,
    Kind,
    MeasureColumn,
    OffAxis,
    Options,
    Periods,
    Scalar,
)

_FEW = 0.05
"""Share of rows up to which only these are computed; above it a whole column is cheaper."""


class Results:
    """The cells of some measures on a snapshot."""

    def __init__(self, snapshot: Snapshot, measures: Measures, options: Options, names: Sequence[str]) -> None:
        self.snapshot = snapshot
        self.measures = measures
        self.options = options
        self.names = tuple(names)
        """Measures computed, each after those that it uses."""
        self.recomputed = 0
        """Cells that were computed (an update computes few)."""
        self.context = Context(snapshot, options, measures.periods)
        self._columns: dict[str, MeasureColumn] = {}
        self._cells: dict[str, Cells] = {}
        self._off: dict[str, Int64] = {}
        self._levels: dict[str, Levels] = {}
        self._class_of = {n: measures.definitions[n].measure.class_name for n in names}

    # What a reader asks

    def column(self, name: str) -> MeasureColumn:
        """All values of a measure.

        Raises:
            NotFound: there is none of that name, or it was not computed.
        """
        found = self.measures.get(name).name
        if found not in self._columns:
            raise NotFound(f"{found} was not computed.", do=f"Computed are: {', '.join(self.names)}.")
        return self._columns[found]

    def value(self, cell: Cell) -> CellValue:
        """The value of one cell.

        Raises:
            NotFound: there is no such measure or entity, or the entity is not of the measure's class.
            BadQuestion: the period is missing or out of range.
        """
        column = self.column(cell.measure)
        at = self.row(column, cell.entity)
        if (cell.period is None) != (column.measure.axis is None):
            what = "a period" if column.measure.axis else "no period"
            raise BadQuestion(f"{column.measure.name} takes {what}.")
        if cell.period is not None and not 0 <= cell.period < column.values.shape[1]:
            raise BadQuestion(f"{column.measure.name} has periods 0 to {column.values.shape[1] - 1}.")
        return self.at(column, (at,) if cell.period is None else (at, cell.period))

    def row(self, column: MeasureColumn, entity_id: str) -> int:
        """Where an entity stands in a column.

        Raises:
            NotFound: it is not of the measure's class.
        """
        entity = self.snapshot.index(entity_id)
        at = int(np.searchsorted(column.entities, entity))
        if at == len(column.entities) or int(column.entities[at]) != entity:
            raise NotFound(
                f"{self.snapshot.title(entity)} has no {column.measure.name}: it is not a {column.measure.class_name}."
            )
        return at

    def at(self, column: MeasureColumn, place: tuple[int, ...]) -> CellValue:
        """The value at a place of a column."""
        state = column.state[place]
        if state == UNKNOWN:
            return CellValue()
        if state == ERROR:
            assert column.cause is not None
            return CellValue(fault=self.fault(int(column.cause[place])))
        code = 0 if column.currency is None else int(column.currency[place])
        return CellValue(scalar(column.measure.kind, column.values[place], column.measure.scale), currencies.text_of(code))

    def fault(self, cause: int) -> Fault:
        """A cause in words."""
        site, kind, entity = decode(cause)
        name, part = self.measures.sites[site]
        text = sentence(kind, part.text)
        if kind is FaultKind.CYCLE:
            definition = self.measures.definitions[name]
            assert definition.through is not None
            circle = cycle_of(self.context.tables, definition.measure.class_name, definition.through, entity)
            titles = [self.snapshot.title(e) for e in circle]
            text = f"It leads back to itself: {' → '.join([*titles, *titles[:1]])}."
        return Fault(kind, name, self.snapshot.entity_id(entity), text)

    def periods(self, axis: str) -> Periods:
        """The periods of a time axis."""
        return self.context.periods(axis)

    @property
    def cycles(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        """Cycles in the data, by measure: entity ids in order. One shortest cycle of each group of entities."""
        found: dict[str, tuple[tuple[str, ...], ...]] = {}
        for name, held in self._levels.items():
            definition = self.measures.definitions[name]
            starts = np.unique(held.first[held.first >= 0]).tolist()
            if starts:
                assert definition.through is not None
                through, class_name = definition.through, definition.measure.class_name
                circles = [cycle_of(self.context.tables, class_name, through, s) for s in starts]
                found[name] = tuple(tuple(self.snapshot.entity_id(e) for e in circle) for circle in circles)
        return found

    # What evaluators ask

    def cells(self, name: str) -> Cells:
        """A column as cells of the shape (entities, periods, 1)."""
        if name not in self._cells:
            column = self._columns[name]
            self._cells[name] = as_cells(column)
        return self._cells[name]

    @property
    def class_of(self) -> dict[str, str]:
        """Measure → its class."""
        return self._class_of

    def put(self, definition: Definition, cells: Cells, entities: Int32, off: Int64 | None) -> None:
        """Keep a column."""
        measure = definition.measure
        values, state, currency, cause = stored(cells, measure.axis is not None)
        counts = OffAxis() if off is None else OffAxis(*(int(v) for v in off.sum(axis=0)))
        if off is not None:
            self._off[measure.name] = off
        self._columns[measure.name] = MeasureColumn(measure, entities, values, state, currency, cause, counts)
        self._cells.pop(measure.name, None)


def scalar(kind: Kind, value: object, scale: int) -> Scalar:
    """One value of a column as Python has it."""
    match kind:
        case Kind.NUMBER:
            return Fraction(int(value), 10**scale)  # type: ignore[call-overload]
        case Kind.FLOAT:
            return float(value)  # type: ignore[arg-type]
        case Kind.BOOLEAN:
            return bool(value)
        case Kind.DATE:
            return date_of(int(value))  # type: ignore[call-overload]
        case Kind.INSTANT:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(value))  # type: ignore[call-overload]
    return str(value)


def as_cells(column: MeasureColumn) -> Cells:
    """A column as cells of the shape (entities, periods, 1)."""

    def wide(a: Array | None) -> Array | None:
        return None if a is None else a[:, :, None] if a.ndim == 2 else a[:, None, None]

    values = wide(column.values)
    assert values is not None
    state = wide(column.state) if bool(column.state.any()) else None
    den = 10**column.measure.scale if column.measure.kind is Kind.NUMBER else 1
    currency = column.currency
    if currency is not None and currency.size and state is None and bool((currency == currency.flat[0]).all()):
        return Cells(column.measure.kind, values, state, wide(column.cause), den, currency.reshape(-1)[:1][:, None, None])
    return Cells(column.measure.kind, values, state, wide(column.cause), den, wide(currency))


def evaluate(
    snapshot: Snapshot, measures: Measures, options: Options, *, names: Sequence[str] | None = None
) -> Results:
    """All cells of the measures named (None: of all) and of those that they use.

    Raises:
        NotFound: a measure is not there.
        BadQuestion: the options are out of range.
    """
    results = Results(snapshot, measures, options, measures.names if names is None else measures.needed(names))
    for name in results.names:
        _whole(results, measures.definitions[name])
    return results


def update(results: Results, edited: Snapshot, changes: Changes | None = None) -> Results:
    """The cells of an edited snapshot; only what depends on the changes is computed. Equal to ``evaluate``, bit for bit.

    Args:
        changes: what was changed; None: it is found by comparing the snapshots.
    """
    measures = results.measures
    definitions = [measures.definitions[n] for n in results.names]
    if changes is None:
        reads = [r for d in definitions for r in d.reads]
        properties = {r.name for r in reads if r.kind is ReadKind.PROPERTY}
        relations = {r.name for r in reads if r.kind is ReadKind.RELATION}
        if any(r.kind is ReadKind.RATES for r in reads):
            properties |= {"on", "closing_rate", "code"}
            relations |= {"exchange_rate_from", "exchange_rate_to"}
        changes = changes_between(results.snapshot, edited, properties, relations)
    new = Results(edited, measures, results.options, results.names)
    touched: dict[str, Int32] = {}
    for definition in definitions:
        _updated(results, new, definition, changes, touched)
    return new


def _columns(results: Results, definition: Definition, itself: Cells | None) -> Columns:
    return Columns(
        results.context,
        (definition.before, definition.after, definition.undated),
        results.cells,
        lambda: itself if itself is not None else results.cells(definition.measure.name),
        class_of=results.class_of,
    )


def _length(results: Results, definition: Definition) -> int:
    axis = definition.measure.axis
    return 1 if axis is None else len(results.context.bounds(axis)) - 1


def _whole(results: Results, definition: Definition) -> None:
    """Compute a whole column."""
    measure = definition.measure
    members = results.context.tables.members(measure.class_name)
    if definition.through is not None:
        _by_levels(results, definition, members)
        return
    frame = Frame(results.context.tables, 0, measure.class_name, members, whole=True)
    cells, off = _rows(results, definition, frame)
    results.recomputed += cells.values.size
    results.put(definition, cells, members, off)


def _rows(results: Results, definition: Definition, frame: Frame) -> tuple[Cells, Int64 | None]:
    """The cells of the rows of a frame."""
    length = _length(results, definition)
    if definition.shifted:
        return _by_periods(results, definition, frame, length)
    columns = _columns(results, definition, None)
    found = columns.evaluate(definition.plan, frame)
    return finished(definition, found, frame.entities, length), columns.off_axis


def _by_periods(results: Results, definition: Definition, frame: Frame, length: int) -> tuple[Cells, Int64 | None]:
    """A measure that reads its own earlier values: one period after the other."""
    measure = definition.measure
    blank = finished(definition, Cells(measure.kind, _zeros(measure.kind, len(frame), length)), frame.entities, length)
    members = results.context.tables.members(measure.class_name)
    at, _ = results.context.tables.place(measure.class_name, frame.entities)
    state = np.full((len(members), length, 1), UNKNOWN)
    values = np.zeros((len(members), length, 1), dtype=blank.values.dtype)
    cause = np.zeros((len(members), length, 1), dtype=np.int64)
    currency = np.zeros((len(members), length, 1), dtype=np.int32) if measure.is_money else None
    itself = Cells(measure.kind, values, state, cause, blank.den, currency)
    columns = _columns(results, definition, itself)
    for period in range(length):
        found = columns.at_period(definition.plan, frame, period)
        one = finished(definition, found, frame.entities, 1)
        values[at, period] = one.values[:, 0]
        state[at, period] = KNOWN if one.state is None else one.state[:, 0]
        cause[at, period] = 0 if one.cause is None else one.cause[:, 0]
        if currency is not None and one.currency is not None:
            currency[at, period] = one.currency[:, 0]
    rows = slice(None) if frame.whole else at
    kept = cause[rows] if bool((state[rows] == ERROR).any()) else None
    return (
        Cells(measure.kind, values[rows], state[rows], kept, blank.den, None if currency is None else currency[rows]),
        columns.off_axis,
    )


def _zeros(kind: Kind, rows: int, length: int) -> Array:
    if kind is Kind.TEXT:
        return np.full((rows, length, 1), "", dtype=object)
    dtype = {Kind.FLOAT: np.float64, Kind.BOOLEAN: np.bool_}.get(kind, np.int64)
    return np.zeros((rows, length, 1), dtype=dtype)


class _Growing:
    """A column that is filled level by level."""

    def __init__(self, results: Results, definition: Definition, members: Int32, base: MeasureColumn | None) -> None:
        measure = definition.measure
        self.definition = definition
        self.entities = members
        length = _length(results, definition)
        shape = (len(members), length, 1)
        self.den = 10**measure.scale if measure.kind is Kind.NUMBER else 1
        if base is None:
            self.values = _zeros(measure.kind, *shape[:2])
            self.state = np.zeros(shape, dtype=np.uint8)
            self.cause = np.zeros(shape, dtype=np.int64)
            self.currency = np.zeros(shape, dtype=np.int32) if measure.is_money else None
        else:
            self.values = base.values.reshape(shape).copy()
            self.state = base.state.reshape(shape).copy()
            self.cause = np.zeros(shape, np.int64) if base.cause is None else base.cause.reshape(shape).copy()
            self.currency = None if base.currency is None else base.currency.reshape(shape).copy()

    def cells(self) -> Cells:
        """What is there by now."""
        return Cells(
            self.definition.measure.kind, self.values, self.state, self.cause, self.den, self.currency
        )

    def fill(self, rows: Array, cells: Cells) -> Array:
        """Put cells at some rows; gives which rows differ from before."""
        state = np.zeros_like(cells.values, dtype=np.uint8) if cells.state is None else cells.state
        cause = np.zeros(cells.values.shape, np.int64) if cells.cause is None else cells.cause
        differ = (self.values[rows] != cells.values) | (self.state[rows] != state) | (self.cause[rows] != cause)
        self.values[rows], self.state[rows], self.cause[rows] = cells.values, state, cause
        if self.currency is not None:
            assert cells.currency is not None
            differ = differ | (self.currency[rows] != cells.currency)
            self.currency[rows] = cells.currency
        found: Array = np.asarray(differ, dtype=np.bool_).any(axis=(1, 2))
        return found

    def cyclic(self, rows: Array, first: Int32) -> Array:
        """Make rows errors of a cycle."""
        cause = encode(self.definition.plan.site, FaultKind.CYCLE, first)[:, None, None]
        shape = (len(rows), *self.values.shape[1:])
        blank: object = "" if self.definition.measure.kind is Kind.TEXT else 0
        values = np.full(shape, blank, dtype=self.values.dtype)
        currency = None if self.currency is None else np.zeros(shape, np.int32)
        kind = self.definition.measure.kind
        return self.fill(
            rows, Cells(kind, values, np.full(shape, ERROR), np.broadcast_to(cause, shape), self.den, currency)
        )

    def result(self) -> Cells:
        """The column, without arrays that say nothing."""
        cause = self.cause if bool((self.state == ERROR).any()) else None
        return Cells(self.definition.measure.kind, self.values, self.state, cause, self.den, self.currency)


def _by_levels(results: Results, definition: Definition, members: Int32) -> None:
    """A measure that uses itself over an acyclic relation: leaves first."""
    measure = definition.measure
    tables = results.context.tables
    assert definition.through is not None
    held = levels(tables, measure.class_name, definition.through)
    results._levels[measure.name] = held
    column = _Growing(results, definition, members, None)
    if len(held.cyclic):
        column.cyclic(held.cyclic, held.first[held.cyclic])
    off: Int64 | None = None
    order = np.argsort(held.level, kind="stable")
    bounds = np.searchsorted(held.level[order], np.arange(int(held.level.max(initial=-1)) + 2))
    for low, high in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        rows = order[low:high]
        cells, counts = _some(results, definition, members[rows], column.cells())
        column.fill(rows, cells)
        off = _counted(off, counts, rows, len(members))
    results.recomputed += column.values.size
    results.put(definition, column.result(), members, off)


def _some(results: Results, definition: Definition, entities: Int32, itself: Cells) -> tuple[Cells, Int64 | None]:
    columns = _columns(results, definition, itself)
    frame = Frame(results.context.tables, 0, definition.measure.class_name, entities)
    found = columns.evaluate(definition.plan, frame)
    return finished(definition, found, entities, _length(results, definition)), columns.off_axis


def _counted(off: Int64 | None, counts: Int64 | None, rows: Array, size: int) -> Int64 | None:
    if counts is None:
        return off
    total = np.zeros((size, 3), dtype=np.int64) if off is None else off
    total[rows] = counts
    return total


def _updated(
    base: Results, new: Results, definition: Definition, changes: Changes, touched: dict[str, Int32]
) -> None:
    """Bring one column up to date; ``touched`` gets the entities whose value differs."""
    measure = definition.measure
    members = new.context.tables.members(measure.class_name)
    old = base.column(measure.name)
    held, carried = _carried(base, old, members, changes)
    dirty = affected(new.context.tables, definition, changes, touched, members)
    if definition.through is not None:
        _levels_updated(base, new, definition, members, held, dirty, changes, touched)
        return
    if len(dirty) == 0 and carried:
        new._columns[measure.name] = held
        if measure.name in base._off:
            new._off[measure.name] = base._off[measure.name]
        return
    if len(dirty) > _FEW * len(members):
        _whole(new, definition)
        touched[measure.name] = _differing(held, new.column(measure.name), members)
        return
    off_before = base._off.get(measure.name)
    off = None if off_before is None else _moved_rows(off_before, old.entities, members, changes)
    column = _Growing(new, definition, members, held)
    if len(dirty):
        frame = Frame(new.context.tables, 0, measure.class_name, members[dirty])
        cells, counts = _rows(new, definition, frame)
        differs = column.fill(dirty, cells)
        off = _counted(off, counts, dirty, len(members))
        touched[measure.name] = members[dirty[differs]]
        new.recomputed += cells.values.size
    new.put(definition, column.result(), members, off)


def _carried(base: Results, old: MeasureColumn, members: Int32, changes: Changes) -> tuple[MeasureColumn, bool]:
    """The old column with the edited snapshot's entities, and whether that is all of it."""
    if changes.moved is None:
        return old, True
    rows, places = _same_entities(old.entities, members, changes)
    complete = len(rows) == len(members) == len(old.entities) and old.cause is None
    shape = (len(members), *old.values.shape[1:])
    values = _zeros(old.measure.kind, len(members), 1).reshape(len(members), *([1] * (len(shape) - 1)))
    values = np.array(np.broadcast_to(values, shape), dtype=old.values.dtype)
    state = np.full(shape, UNKNOWN)
    values[places], state[places] = old.values[rows], old.state[rows]
    cause = currency = None
    if old.cause is not None:
        cause = np.zeros(shape, dtype=np.int64)
        cause[places] = moved(old.cause[rows], changes.moved)
    if old.currency is not None:
        currency = np.zeros(shape, dtype=np.int32)
        currency[places] = old.currency[rows]
    del base
    return MeasureColumn(old.measure, members, values, state, currency, cause, old.off_axis), complete


def _same_entities(old: Int32, members: Int32, changes: Changes) -> tuple[Array, Array]:
    """Rows of the old column, and their rows in the new one."""
    assert changes.moved is not None
    to = changes.moved[old]
    at = np.minimum(np.searchsorted(members, to), max(len(members) - 1, 0))
    there = (to >= 0) & (members[at] == to) if len(members) else np.zeros(len(old), dtype=np.bool_)
    return np.flatnonzero(there), at[there]


def _moved_rows(off: Int64, old: Int32, members: Int32, changes: Changes) -> Int64:
    if changes.moved is None:
        return off.copy()
    rows, places = _same_entities(old, members, changes)
    found = np.zeros((len(members), 3), dtype=np.int64)
    found[places] = off[rows]
    return found


def _differing(a: MeasureColumn, b: MeasureColumn, members: Int32) -> Int32:
    differ = (a.values != b.values) | (a.state != b.state)
    if a.currency is not None and b.currency is not None:
        differ = differ | (a.currency != b.currency)
    if a.cause is not None or b.cause is not None:
        differ = differ | ((0 if a.cause is None else a.cause) != (0 if b.cause is None else b.cause))
    flags = np.asarray(differ, dtype=np.bool_)
    return members[flags.any(axis=1) if flags.ndim == 2 else flags]


def _levels_updated(
    base: Results, new: Results, definition: Definition, members: Int32, held: MeasureColumn, dirty: Int64,
    changes: Changes, touched: dict[str, Int32],
) -> None:  # fmt: skip
    measure, through = definition.measure, definition.through
    assert through is not None
    tables = new.context.tables
    before = base._levels[measure.name]
    other_relations = changes.moved is not None or through.relation.name in changes.relations
    now = levels(tables, measure.class_name, through) if other_relations else before
    new._levels[measure.name] = now
    if len(dirty) == 0 and not other_relations:
        new._columns[measure.name] = held
        if measure.name in base._off:
            new._off[measure.name] = base._off[measure.name]
        return
    if len(dirty) > _FEW * len(members) or changes.moved is not None:
        _by_levels(new, definition, members)
        touched[measure.name] = _differing(held, new.column(measure.name), members)
        return
    column = _Growing(new, definition, members, held)
    waiting = np.zeros(len(members), dtype=np.bool_)
    waiting[dirty] = True
    waiting[before.cyclic] = True  # those that are on one no more
    changed = np.zeros(len(members), dtype=np.bool_)
    if len(now.cyclic):
        changed[now.cyclic[column.cyclic(now.cyclic, now.first[now.cyclic])]] = True
        waiting[now.cyclic] = False
        waiting[_owners(tables, through, measure.class_name, members, np.flatnonzero(changed))] = True
        waiting[now.cyclic] = False
    off_before = base._off.get(measure.name)
    off = None if off_before is None else off_before.copy()
    front = np.flatnonzero(waiting)
    while len(front):
        level = now.level[front].min()
        rows = front[now.level[front] == level]
        waiting[rows] = False
        cells, counts = _some(new, definition, members[rows], column.cells())
        new.recomputed += cells.values.size
        differs = rows[column.fill(rows, cells)]
        off = _counted(off, counts, rows, len(members))
        changed[differs] = True
        front = front[now.level[front] != level]
        owners = _owners(tables, through, measure.class_name, members, differs)
        owners = owners[now.level[owners] >= 0]
        front = np.union1d(front, owners)
    touched[measure.name] = members[changed]
    new.put(definition, column.result(), members, off)


def _owners(tables: object, through: object, class_name: str, members: Int32, rows: Array) -> Array:
    from ontology.model import Role
    from reasoning.measures.dirty import back
    from reasoning.measures.tables import Tables

    assert isinstance(tables, Tables)
    assert isinstance(through, Role)
    owners = back(tables, (through,), members[rows])
    at, inside = tables.place(class_name, owners)
    return at if inside is None else at[inside]


def changed(before: Results, after: Results, *, names: Sequence[str] | None = None) -> tuple[CellChange, ...]:
    """The cells that differ, by measure, entity id and period."""
    found: list[CellChange] = []
    for name in before.names if names is None else before.measures.needed(names):
        found.extend(_changed(before, after, before.column(name), after.column(name)))
    return tuple(found)


def _changed(before: Results, after: Results, a: MeasureColumn, b: MeasureColumn) -> list[CellChange]:
    if a is b:
        return []
    ids_a = {before.snapshot.entity_id(int(e)): at for at, e in enumerate(a.entities)} if a.entities is not b.entities else {}
    found: list[CellChange] = []
    name = a.measure.name
    if np.array_equal(a.entities, b.entities) and before.snapshot.ids.array is after.snapshot.ids.array:
        rows = [(before.snapshot.entity_id(int(a.entities[r])), r, r) for r in _rows_that_differ(before, after, a, b)]
    else:
        ids_a = {before.snapshot.entity_id(int(e)): at for at, e in enumerate(a.entities)}
        ids_b = {after.snapshot.entity_id(int(e)): at for at, e in enumerate(b.entities)}
        rows = [(i, ids_a.get(i, -1), ids_b.get(i, -1)) for i in {**ids_a, **ids_b}]
    for id_, i, j in sorted(rows):
        for period in range(a.values.shape[1]) if a.measure.axis is not None else (None,):
            place = (lambda r, p=period: (r,) if p is None else (r, p))  # noqa: E731
            left = before.at(a, place(i)) if i >= 0 else None
            right = after.at(b, place(j)) if j >= 0 else None
            if left != right:
                found.append(CellChange(Cell(name, id_, period), left, right))
    return found


def _rows_that_differ(before: Results, after: Results, a: MeasureColumn, b: MeasureColumn) -> list[int]:
    differ = (a.values != b.values) | (a.state != b.state)
    if a.currency is not None and b.currency is not None:
        differ = differ | (a.currency != b.currency)
    if a.cause is not None and b.cause is not None:
        differ = differ | (a.cause != b.cause)
    flags = np.asarray(differ, dtype=np.bool_)
    return [int(r) for r in np.flatnonzero(flags.any(axis=1) if flags.ndim == 2 else flags)]
