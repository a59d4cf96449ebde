"""The edited snapshot: the base's arrays with some replaced. The base itself is never written, so it can be shared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np

from graph_engine.snapshot import Column, Snapshot, date_of, days_of
from graph_engine.snapshot.assemble import put_csr, put_ragged
from graph_engine.snapshot.columns import OPEN_FROM, OPEN_TO, nothing, pack, store
from graph_engine.snapshot.container import Container
from graph_engine.snapshot.edges import Edges, ragged_parts
from graph_engine.snapshot.patch import Difference, patched
from graph_engine.snapshot.rows import AliasRow, EntityRow, FileRow, RecordRow, RelationRow
from graph_engine.snapshot.texts import Array, Ids, Texts
from graph_engine.snapshot.weave import Weave
from graph_engine.snapshot.woven import weave_column
from ontology.errors import Where
from ontology.model import Datatype, Ontology, PropertyDef
from ontology.types import Value
from ontology.values import INT64
from reasoning.flow import Bool, Int32
from reasoning.scenarios.plan import (
    Amount,
    CellEdit,
    Cut,
    Gone,
    Link,
    New,
    Plan,
    Ref,
    RelationEdit,
    Retarget,
    redirected_id,
)
from reasoning.scenarios.sampling import median
from reasoning.scenarios.types import Distribution, Op, ScenarioError

KIND = "scenario"
"""Kind of the records that stand for what a scenario adds."""


@dataclass(frozen=True, slots=True, eq=False)
class Touched:
    """Values of one property that differ: of entities of the base, or (``relation`` given) of its relations."""

    definition: PropertyDef
    rows: Int32
    """Entities of the base, or rows of the base's relations."""
    before: Column
    after: Column
    relation: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Edited:
    """A snapshot with a plan applied, and what became different."""

    snapshot: Snapshot
    """The base itself where nothing is different."""
    cells: tuple[Touched, ...]
    redirected: int
    """Relations that lead elsewhere."""
    cut: int
    """Relations that are gone."""
    linked: int
    """Relations that are new."""
    added: tuple[New, ...]
    removed: Int32
    """Entities of the base that are gone."""

    @property
    def count(self) -> int:
        """How many values are different."""
        return sum(len(t.rows) for t in self.cells)


def edited(plan: Plan, ontology: Ontology) -> Edited:
    """The base with the plan's steps applied in order.

    Values that are drawn stand at their median.

    Raises:
        ScenarioError: a value would leave its range (a negative lead time, a number past 64 bits).
    """
    draft = _Draft(plan.base, ontology, plan)
    for step in plan.steps:
        match step:
            case CellEdit():
                draft.cells(step)
            case RelationEdit():
                draft.relation_cells(step)
            case Retarget():
                draft.retarget(step)
            case Cut():
                draft.relation(step.relation).alive[step.rows] = False
            case Gone():
                draft.gone[step.entities] = True
            case New():
                draft.new[step.id] = step
                draft.new_values[step.id] = dict(step.values)
            case Link():
                draft.links.append(step)
    return draft.result()


class _Cells:
    """A column that is being edited: numbers in an array of their own, texts and lists as the rows that differ."""

    def __init__(self, column: Column, definition: PropertyDef) -> None:
        self.column = column
        self.definition = definition
        self.texts: dict[int, Value | None] = {}
        self.plain = column.dictionary is None and column.offsets is None
        self.values = column.values.copy() if self.plain else column.values
        self.null = column.null.copy() if self.plain else column.null

    def set(self, rows: Array, value: Value | None) -> None:
        if not self.plain:
            self.texts.update((int(r), value) for r in rows)
            return
        self.null[rows] = value is None
        self.values[rows] = 0 if value is None else _stored(value)

    def combine(self, rows: Array, op: Op, amount: Decimal) -> None:
        """Multiply or shift; null stays null.

        Raises:
            ScenarioError: the result does not fit 64 bits.
        """
        rows = rows[~self.null[rows]]
        if len(rows) == 0:
            return
        kind = self.definition.datatype
        held = self.values[rows]
        if kind is Datatype.FLOAT:
            with np.errstate(over="ignore"):
                made: Array = held * float(amount) if op is Op.SCALE else held + float(amount)
            if not np.isfinite(made).all():
                raise ScenarioError(f"{self.definition.label} would become too large a number.")
        elif op is Op.SHIFT:
            unit = 10**self.definition.scale if kind is Datatype.DECIMAL else 1
            if kind is Datatype.DATETIME:
                unit = 86_400_000_000
            made = _within(self.definition, held, Fraction(1), Fraction(amount) * unit)
        else:
            made = _within(self.definition, held, Fraction(amount), Fraction(0))
        self.values[rows] = made

    def done(self) -> Column:
        column = self.column
        if self.plain:
            if np.array_equal(self.null, column.null) and np.array_equal(self.values, column.values):
                return column
            return Column(column.datatype, self.values, self.null)
        rows = sorted(r for r, value in self.texts.items() if column.python(r) != value)
        if not rows:
            return column
        cells = [None if self.texts[r] is None else self.texts[r] for r in rows]
        fresh = pack(column.datatype, cells, functional=column.offsets is None, name=self.definition.name)
        return weave_column(Weave(len(column), rows, rows), column, fresh)

    def rows(self) -> Array:
        """Rows that differ."""
        if self.plain:
            return np.flatnonzero((self.null != self.column.null) | (self.values != self.column.values))
        return np.array(sorted(r for r, v in self.texts.items() if self.column.python(r) != v), dtype=np.int64)


class _Relation:
    """Relations of one type that are being edited."""

    def __init__(self, edges: Edges) -> None:
        self.edges = edges
        self.alive: Bool = np.ones(edges.size, dtype=np.bool_)
        self.source: Int32 = edges.source
        self.target: Int32 = edges.target
        self.led: dict[int, tuple[bool, Ref]] = {}
        """Rows whose end is an added entity, which has no number yet."""
        self.cells: dict[str, _Cells] = {}


class _Draft:
    def __init__(self, base: Snapshot, ontology: Ontology, plan: Plan) -> None:
        self.base = base
        self.ontology = ontology
        self.plan = plan
        self.columns: dict[tuple[int, str], _Cells] = {}
        self.relations: dict[str, _Relation] = {}
        self.gone: Bool = np.zeros(base.size, dtype=np.bool_)
        self.new: dict[str, New] = {}
        self.new_values: dict[str, dict[str, Value]] = {}
        self.links: list[Link] = []
        self._lags = lag_properties(ontology)

    # Steps

    def cells(self, step: CellEdit) -> None:
        if len(step.entities):
            block = self.base.block_of(int(step.entities[0]))
            key = (block.number, step.definition.name)
            if key not in self.columns:
                column = self.base.block_column(block, step.definition.name)
                if column is None:
                    size = block.stop - block.start
                    column = nothing(step.definition.datatype, size, functional=step.definition.functional)
                self.columns[key] = _Cells(column, step.definition)
            cells = self.columns[key]
            rows = step.entities.astype(np.int64) - block.start
            self._apply(cells, rows, step)
            if step.definition.name in self._lags and cells.plain and (cells.values[rows][~cells.null[rows]] < 0).any():
                bad = int(step.entities[int(np.argmax((cells.values[rows] < 0) & ~cells.null[rows]))])
                raise ScenarioError(
                    f"{step.definition.label} of {self.base.title(bad)} would be less than 0.",
                    where=self._where(step.number), do="A lead time is 0 days or more.",
                )  # fmt: skip
        for id_ in step.added:
            held = self.new_values[id_].get(step.definition.name)
            one = _Cells(pack(step.definition.datatype, [held], functional=step.definition.functional), step.definition)
            self._apply(one, np.zeros(1, dtype=np.int64), step)
            value = one.done().python(0)
            if value is None:
                self.new_values[id_].pop(step.definition.name, None)
            else:
                self.new_values[id_][step.definition.name] = value

    def relation_cells(self, step: RelationEdit) -> None:
        held = self.relation(step.relation)
        name = step.definition.name
        if name not in held.cells:
            held.cells[name] = _Cells(held.edges.column(name), step.definition)
        self._apply(held.cells[name], step.rows.astype(np.int64), step)
        impact = self.ontology.relations[step.relation].impact
        if impact is not None and name in (impact.weight_property, impact.lag_property):
            cells = held.cells[name]
            numbers = Column(cells.column.datatype, cells.values, cells.null).floats(step.definition.scale)[step.rows]
            most = 1.0 if name == impact.weight_property else np.inf
            if ((numbers < 0) | (numbers > most)).any():
                raise ScenarioError(
                    f"{step.definition.label} would leave the range 0 to {most:g}.", where=self._where(step.number),
                    do="It says how much, or after how many days, a failure is passed on.",
                )  # fmt: skip

    def retarget(self, step: Retarget) -> None:
        held = self.relation(step.relation)
        if isinstance(step.to, str):
            held.led.update((int(r), (step.at_source, step.to)) for r in step.rows)
            return
        for row in step.rows.tolist() if held.led else ():
            held.led.pop(row, None)
        ends = (held.source if step.at_source else held.target).copy()
        ends[step.rows] = step.to
        if step.at_source:
            held.source = ends
        else:
            held.target = ends

    def relation(self, name: str) -> _Relation:
        if name not in self.relations:
            self.relations[name] = _Relation(self.base.relation(name))
        return self.relations[name]

    def _apply(self, cells: _Cells, rows: Array, step: CellEdit | RelationEdit) -> None:
        amount: Amount = step.amount
        if isinstance(amount, Distribution):
            amount = median(amount)
            if step.op is Op.SET:
                amount = set_value(step.definition, amount)
        try:
            if step.op is Op.SET:
                assert not isinstance(amount, Decimal | Distribution)
                cells.set(rows, amount)
            else:
                assert isinstance(amount, Decimal)
                cells.combine(rows, step.op, amount)
        except ScenarioError as problem:
            raise ScenarioError(problem.what, where=self._where(step.number), do=problem.do) from None

    def _where(self, number: int) -> Where | None:
        return self.plan.scenario.interventions[number].at

    # The result

    def result(self) -> Edited:
        quick, touched = self._quick()
        whole = self.gone.any() or self.new or self.links or any(r.led for r in self.relations.values())
        snapshot = self._rebuilt(quick) if whole else quick
        redirected = cut = 0
        for held in self.relations.values():
            edges = held.edges
            moved = (held.source != edges.source) | (held.target != edges.target)
            moved[list(held.led)] = True
            redirected += int((moved & held.alive).sum())
            cut += int((~held.alive).sum())
        removed = np.flatnonzero(self.gone).astype(np.int32)
        return Edited(snapshot, touched, redirected, cut, len(self.links), tuple(self.new.values()), removed)

    def _quick(self) -> tuple[Snapshot, tuple[Touched, ...]]:
        """Everything but entities that come or go: their numbers stay, and unchanged arrays are shared."""
        cells: list[Touched] = []
        arrays = dict(self.base.container.arrays)
        meta = dict(self.base.container.meta)
        touched = False
        blocks = meta["blocks"]
        assert isinstance(blocks, list)
        kept = {n: set(b["columns"]) for n, b in enumerate(blocks)}
        for (number, name), cells_ in self.columns.items():
            column = cells_.done()
            if column is cells_.column:
                continue
            touched = True
            _put(arrays, f"block/{number}/{name}", column, kept[number], name)
            rows = cells_.rows()
            entities = (rows + self.base.blocks[number].start).astype(np.int32)
            cells.append(Touched(cells_.definition, entities, cells_.column.take(rows), column.take(rows)))
        meta["blocks"] = [{**b, "columns": sorted(kept[n])} for n, b in enumerate(blocks)]
        entries = []
        relations = meta["relations"]
        assert isinstance(relations, list)
        for entry in relations:
            held = self.relations.get(str(entry["name"]))
            if held is None:
                entries.append(entry)
                continue
            made, changed = _relation(arrays, dict(entry), held, cells, self.base)
            touched |= changed
            if made is not None:
                entries.append(made)
        if not touched:
            return self.base, ()
        meta["relations"] = entries
        return Snapshot(Container(meta, arrays, 0)), tuple(cells)

    def _rebuilt(self, quick: Snapshot) -> Snapshot:
        base, gone = self.base, np.flatnonzero(self.gone)
        ids = {int(e): base.entity_id(int(e)) for e in gone}
        lost: set[str] = set()
        for name in quick.relations if len(gone) else ():
            edges = quick.relation(name)
            hit = self.gone[edges.source] | self.gone[edges.target]
            lost.update(edges.id(int(r)) for r in np.flatnonzero(hit))
        records: dict[str, RecordRow] = {}
        things = []
        for new in self.new.values():
            records[new.mention] = RecordRow(new.mention, KIND, False, None, None)
            things.append(EntityRow(new.id, (new.class_name,), new.title, (new.mention,), (), self.new_values[new.id]))
        links: list[RelationRow] = []
        for link in self.links:
            if any(isinstance(end, int) and self.gone[end] for end in (link.source, link.target)):
                continue
            records[link.record] = RecordRow(link.record, KIND, False, None, None)
            links.append(RelationRow(
                link.id, link.relation, self._id(link.source), self._id(link.target), link.valid_from, link.valid_to,
                (link.record,), link.values,
            ))  # fmt: skip
        for name, held in self.relations.items():
            links += self._led(name, held, quick, lost)
        change = Difference(
            frozenset(ids.values()), frozenset(lost), things, links, records, _files(base), _aliases(base)
        )
        return Snapshot(patched(quick, self.ontology, change, version=base.version))

    def _led(self, name: str, held: _Relation, quick: Snapshot, lost: set[str]) -> list[RelationRow]:
        """Relations that lead to an added thing, as rows."""
        found = []
        edges = quick.relation(name)
        for row, (at_source, to) in held.led.items():
            if not held.alive[row]:
                continue
            id_ = held.edges.id(row)
            at = edges.ids.find(id_)
            if at is None:  # its other end was redirected before
                continue
            other = int(edges.target[at] if at_source else edges.source[at])
            lost.add(id_)
            if self.gone[other]:
                continue
            ends = [quick.entity_id(int(edges.source[at])), quick.entity_id(int(edges.target[at]))]
            ends[0 if at_source else 1] = self._id(to)
            begin, end = int(edges.valid_from[at]), int(edges.valid_to[at])
            values = {n: v for n in sorted(edges.filled) if (v := edges.column(n).python(at)) is not None}
            found.append(RelationRow(
                redirected_id(name, id_, ends[0], ends[1]), name, ends[0], ends[1],
                None if begin == OPEN_FROM else date_of(begin), None if end == OPEN_TO else date_of(end),
                [quick.record(int(c)).id for c in edges.records(at)], values,
            ))  # fmt: skip
        return found

    def _id(self, ref: Ref) -> str:
        return ref if isinstance(ref, str) else self.base.entity_id(ref)


def lag_properties(ontology: Ontology) -> frozenset[str]:
    """Names of properties that hold how long something takes."""
    return frozenset(
        r.impact.lag_node_property
        for r in ontology.relations.values()
        if r.impact is not None and r.impact.lag_node_property is not None
    )


def set_value(definition: PropertyDef, amount: Decimal) -> Value:
    """A drawn number as a value of the property, rounded half-up to what it can hold."""
    if definition.datatype is Datatype.FLOAT:
        return float(amount)
    scaled = amount.scaleb(definition.scale) if definition.datatype is Datatype.DECIMAL else amount
    return _half_up(Fraction(scaled))


def _put(arrays: dict[str, Array], prefix: str, column: Column, kept: set[str], name: str) -> None:
    for part in ("/values", "/null", "/rows", "/offsets", "/bytes"):
        arrays.pop(prefix + part, None)
    if column.null.all():
        kept.discard(name)
        return
    store(arrays, prefix, column)
    kept.add(name)


def _relation(
    arrays: dict[str, Array], entry: dict[str, object], held: _Relation, cells: list[Touched], base: Snapshot
) -> tuple[dict[str, object] | None, bool]:
    """Replace the arrays of one relation type; gives its entry (None: none are left) and whether anything changed."""
    edges, prefix = held.edges, f"relation/{held.edges.name}/"
    columns = {name: done for name, cells in held.cells.items() if (done := cells.done()) is not cells.column}
    for name, column in columns.items():
        rows = held.cells[name].rows()
        before = held.cells[name].column.take(rows)
        cells.append(Touched(held.cells[name].definition, rows.astype(np.int32), before, column.take(rows), edges.name))
    moved = not (np.array_equal(held.source, edges.source) and np.array_equal(held.target, edges.target))
    if held.alive.all() and not columns and not moved:
        return entry, False
    kept = set(edges.filled)
    if held.alive.all() and not moved:
        for name, column in columns.items():
            _put(arrays, f"{prefix}column/{name}", column, kept, name)
        return {**entry, "columns": sorted(kept)}, True
    rows = np.flatnonzero(held.alive)
    offsets, flat = ragged_parts(arrays, prefix + "record", edges.size)
    everything = {name: columns.get(name, edges.column(name)) for name in {*kept, *columns}}
    for key in [k for k in arrays if k.startswith(prefix)]:
        del arrays[key]
    if len(rows) == 0:
        return None, True
    # A relation that leads elsewhere is another one, with an id of its own; rows stay in the order of ids.
    fresh = (held.source != edges.source) | (held.target != edges.target)
    ids = edges.ids
    if fresh.any():
        moved_rows = np.flatnonzero(fresh).tolist()
        own_ids = [
            redirected_id(edges.name, ids[r], base.entity_id(int(held.source[r])), base.entity_id(int(held.target[r])))
            for r in moved_rows
        ]
        packed = Ids.of(own_ids)
        if ids.prefix and packed.prefix == ids.prefix and packed.array.dtype == ids.array.dtype:
            values = ids.array.copy()
            values[fresh] = packed.array
            ids = Ids(values, ids.prefix)
        else:
            renamed = dict(zip(moved_rows, own_ids, strict=True))
            ids = Ids.of([renamed.get(r, edges.ids[r]) for r in range(edges.size)])
        rows = rows[np.argsort(ids.array[rows], kind="stable")]
    arrays[prefix + "id"] = ids.array[rows]
    _put_ends(arrays, prefix, held.source[rows], held.target[rows])
    for part, days, open_ in (("valid_from", edges.valid_from, OPEN_FROM), ("valid_to", edges.valid_to, OPEN_TO)):
        if (days[rows] != open_).any():
            arrays[prefix + part] = days[rows]
    lengths = np.diff(offsets)[rows]
    own = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum(lengths, out=own[1:])
    put_ragged(
        arrays, prefix + "record", own, flat[np.repeat(offsets[:-1][rows] - own[:-1], lengths) + np.arange(own[-1])]
    )
    kept = set()
    for name, column in everything.items():
        _put(arrays, f"{prefix}column/{name}", _compact(column.take(rows)), kept, name)
    return {**entry, "size": len(rows), "prefix": ids.prefix, "columns": sorted(kept)}, True


def _compact(column: Column) -> Column:
    """A column whose dictionary holds only texts that occur."""
    if column.dictionary is None:
        return column
    used = np.unique(column.values[column.values >= 0])
    if len(used) == len(column.dictionary):
        return column
    table = np.full(len(column.dictionary) + 1, -1, dtype=np.int32)
    table[used] = np.arange(len(used), dtype=np.int32)
    texts = Texts.of([column.dictionary[int(code)] for code in used])
    return Column(column.datatype, table[column.values], column.null, texts, column.offsets)


def _put_ends(arrays: dict[str, Array], prefix: str, source: Int32, target: Int32) -> None:
    arrays[prefix + "source"], arrays[prefix + "target"] = source, target
    put_csr(arrays, prefix + "out/", source)
    put_csr(arrays, prefix + "into/", target)


def _stored(value: Value) -> int | float | bool:
    if isinstance(value, datetime):
        return int(value.astimezone(UTC).timestamp()) * 1_000_000 + value.microsecond
    if isinstance(value, date):
        return days_of(value)
    assert isinstance(value, int | float)
    return value


def _half_up(number: Fraction) -> int:
    """Half away from zero, as the ontology's decimals are rounded."""
    sign = -1 if number < 0 else 1
    return sign * int((abs(number) * 2 + 1) // 2)


def _within(definition: PropertyDef, held: Array, factor: Fraction, plus: Fraction) -> Array:
    """``held * factor + plus``, rounded half-up, exactly.

    Raises:
        ScenarioError: a result does not fit the column.
    """
    most = INT64 if held.dtype == np.int64 else 2**31
    over = factor.denominator * plus.denominator
    times, add = factor.numerator * plus.denominator, plus.numerator * factor.denominator
    largest = int(np.abs(held.astype(np.int64)).max(initial=0)) * abs(times) + abs(add)
    if (largest + over) * 2 < 2**62:
        top = held.astype(np.int64) * times + add
        made = np.where(top < 0, -((2 * -top + over) // (2 * over)), (2 * top + over) // (2 * over))
    else:
        exact = [_half_up(Fraction(int(v) * times + add, over)) for v in held]
        if any(not -most < v < most for v in exact):
            raise ScenarioError(f"{definition.label} would become too large a number.", do="Check the amount.")
        made = np.array(exact, dtype=np.int64)
    if held.dtype != np.int64 and (np.abs(made) >= most - 1).any():
        raise ScenarioError(f"{definition.label} would leave the calendar.", do="Check the number of days.")
    if definition.datatype is Datatype.DATE and len(made) and not (made.min() >= -719_162 and made.max() <= 2_932_896):
        raise ScenarioError(f"{definition.label} would leave the calendar.", do="Check the number of days.")
    return made.astype(held.dtype)


def _files(base: Snapshot) -> list[FileRow]:
    paths = Texts.load(base.container.arrays, "file/path")
    return [FileRow(sha, path) for sha, path in zip(base.file_ids, paths, strict=True)]


def _aliases(base: Snapshot) -> list[AliasRow]:
    arrays = base.container.arrays
    names = Texts.load(arrays, "alias/id")
    return [AliasRow(a, base.entity_id(int(e))) for a, e in zip(names, arrays["alias/entity"], strict=True)]
