"""Which rows that were set aside a caller may see, with which cells: those whose whole evidence lies in his view.

A row is set aside for what stands in it and for what it refers to. So those of a table are shown where all that is
mapped of it is seen, and all that it refers to; of the cells those that are mapped, since the others may hold anything.
Decided from policy, ontology, rules and mappings alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from api.access.matched import family
from graph_engine.snapshot.visibility import Visibility
from ontology.model import Ontology
from ontology.types import QuarantineState

if TYPE_CHECKING:
    from api.access.apart import Apart
    from api.access.matched import Compared
    from ingest.mapping.model import Cell, SourceMapping, Table, Target

_OF_ROLES = frozenset({"reference", "ambiguous-reference", "shacl", "cycle"})
"""Rules whose ``column`` is a role or a path: what they read is seen with the table."""
_UNREADABLE = "It could not be read; what stands in it is withheld from you."


class Aside:
    """The rows that are set aside, as a caller sees them.

    Args:
        whole: ``source/table`` of those of which he sees every mapped cell.
    """

    def __init__(
        self, ontology: Ontology, visible: Visibility, mappings: Iterable[SourceMapping], whole: frozenset[str],
        compared: Compared, apart: Apart,
    ) -> None:  # fmt: skip
        self._ontology, self._visible, self._whole = ontology, visible, whole
        self._compared, self._apart = compared, apart
        self._mapped = {m.source: m for m in mappings}

    @cached_property
    def tables(self) -> dict[str, Table]:
        """``source/table`` → its mapping, of those whose rows are shown."""
        return {
            f"{source}/{name}": table
            for source, mapping in self._mapped.items()
            for name, table in mapping.tables.items()
            if f"{source}/{name}" in self._whole and all(self._leads_to_seen(source, t) for t in _targets(table))
        }

    def seen(self, row: QuarantineState) -> QuarantineState | None:
        """A row as the caller sees it; None: not at all."""
        place = f"{row.source}/{row.table}"
        table = self.tables.get(place)
        if table is None or (row.rule == "shacl" and not self.stands_apart(place)):
            return None
        shown = self._columns[place]
        raw = json.loads(row.raw)
        if row.rule == "unreadable" or not isinstance(raw, dict):
            return replace(row, raw="{}", reason=_UNREADABLE)
        if row.column is not None and row.rule not in _OF_ROLES and row.column.casefold() not in shown:
            return None
        return replace(row, raw=json.dumps({n: v for n, v in raw.items() if n.casefold() in shown}))

    def stands_apart(self, place: str) -> bool:
        """Whether nothing hidden decides what becomes of a row of a table (``source/table``) once it is put right."""
        table = self.tables.get(place)
        if table is None:
            return False
        stated = [(t.class_name, r) for t in table.things for r in t.relations]
        if table.relation is not None:
            stated.append((table.relation.class_name, table.relation.relation))
        names = [role.relation.name for c, r in stated if (role := self._ontology.roles(c).get(r.role)) is not None]
        return all(self._apart.thing([t.class_name]) for t in table.things) and all(map(self._apart.relation, names))

    @cached_property
    def _columns(self) -> dict[str, frozenset[str]]:
        """Columns that are mapped, by table, in small letters."""
        return {
            place: frozenset(n.casefold() for cell in _cells(table) for n in (cell.column, *cell.columns) if n)
            for place, table in self.tables.items()
        }

    def _leads_to_seen(self, source: str, target: Target) -> bool:
        """Whether everything that may be missing at the other end is seen."""
        if target.class_name is not None:
            related = family(self._ontology, target.class_name)
            hidden = target.property is not None and self._visible.hides_property(sorted(related), target.property)
            return not hidden and target.class_name in self._compared.seen and self._are_seen(related)
        if target.table is None:
            return True
        other = target.source or source
        if self._visible.hides_record(f"{other}/{target.table}/"):
            return False
        table = self._mapped[other].tables.get(target.table) if other in self._mapped else None
        thing = table.thing(target.thing or None) if table is not None else None
        return thing is None or self._are_seen(family(self._ontology, thing.class_name))

    def _are_seen(self, classes: frozenset[str]) -> bool:
        labelled = {path.partition(".")[0] for path, _ in self._visible.values}
        return not self._visible.hides_class(sorted(classes)) and not labelled & classes


def _targets(table: Table) -> Iterator[Target]:
    """All that a row of a table refers to."""
    for thing in table.things:
        yield from (r.target for r in thing.relations)
        yield from thing.same_as
    if table.relation is not None:
        yield from (table.relation.start, table.relation.relation.target)
    yield from (rule.reference for rule in table.contract if rule.reference is not None)


def _cells(table: Table) -> Iterator[Cell]:
    """All cells that a mapping reads."""
    yield from table.key
    relations = [r for t in table.things for r in t.relations]
    for thing in table.things:
        yield from thing.key
        yield from (p.cell for p in thing.properties)
    if table.relation is not None:
        relations.append(table.relation.relation)
    for relation in relations:
        yield from (p.cell for p in relation.properties)
        yield from (c for c in (relation.valid_from, relation.valid_to) if c is not None)
    for target in _targets(table):
        yield from target.key
        if target.value is not None:
            yield target.value
