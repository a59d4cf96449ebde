"""The edited snapshot: the base's arrays with some replaced. The base itself is never written, so it can be shared."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from graph_engine.snapshot import Column, Snapshot, date_of
from graph_engine.snapshot.columns import OPEN_FROM, OPEN_TO, nothing, pack
from graph_engine.snapshot.container import Container
from graph_engine.snapshot.patch import Difference, patched
from graph_engine.snapshot.rows import AliasRow, EntityRow, FileRow, RecordRow, RelationRow
from graph_engine.snapshot.texts import Array, Texts
from ontology.errors import Where
from ontology.model import Ontology
from ontology.types import Value
from reasoning.flow import Bool, Int32
from reasoning.scenarios.edited_column import EditedColumn, set_value
from reasoning.scenarios.edited_relation import EditedRelation, Touched, put_column, put_relation
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

__all__ = ["KIND", "Edited", "Touched", "edited", "lag_properties", "set_value"]
KIND = "scenario"
"""Kind of the records that stand for what a scenario adds."""


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


class _Draft:
    def __init__(self, base: Snapshot, ontology: Ontology, plan: Plan) -> None:
        self.base = base
        self.ontology = ontology
        self.plan = plan
        self.columns: dict[tuple[int, str], EditedColumn] = {}
        self.relations: dict[str, EditedRelation] = {}
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
                self.columns[key] = EditedColumn(column, step.definition)
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
            column = pack(step.definition.datatype, [held], functional=step.definition.functional)
            one = EditedColumn(column, step.definition)
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
            held.cells[name] = EditedColumn(held.edges.column(name), step.definition)
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

    def relation(self, name: str) -> EditedRelation:
        if name not in self.relations:
            self.relations[name] = EditedRelation(self.base.relation(name))
        return self.relations[name]

    def _apply(self, cells: EditedColumn, rows: Array, step: CellEdit | RelationEdit) -> None:
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
            put_column(arrays, f"block/{number}/{name}", column, kept[number], name)
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
            made, changed = put_relation(arrays, dict(entry), held, cells, self.base)
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

    def _led(self, name: str, held: EditedRelation, quick: Snapshot, lost: set[str]) -> list[RelationRow]:
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


def _files(base: Snapshot) -> list[FileRow]:
    paths = Texts.load(base.container.arrays, "file/path")
    return [FileRow(sha, path) for sha, path in zip(base.file_ids, paths, strict=True)]


def _aliases(base: Snapshot) -> list[AliasRow]:
    arrays = base.container.arrays
    names = Texts.load(arrays, "alias/id")
    return [AliasRow(a, base.entity_id(int(e))) for a, e in zip(names, arrays["alias/entity"], strict=True)]
