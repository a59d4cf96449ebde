"""Frames: the rows that a part of a formula is evaluated for, and the entities and relations they stand for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reasoning.measures.cells import UNKNOWN, Cells
from reasoning.measures.tables import Tables, Terms
from reasoning.measures.types import Array, Int32, Int64

NOBODY = 0x7FFFFFFF
"""Number of no entity: stands for the owner of a cell where a whole class is read for all owners at once."""


@dataclass(eq=False)
class Frame:
    """Rows of one scope. The outermost holds the owners of the cells; each aggregate opens one inside another."""

    tables: Tables
    scope: int
    class_name: str
    entities: Int32
    whole: bool = False
    """Outermost: all members of the class, in their order."""
    parent: Frame | None = None
    terms: Terms | None = None
    owners: Int64 | None = None
    """The parent's row of each row."""
    alone: bool = False
    """Read for all owners at once, so that it knows none of them."""

    def __post_init__(self) -> None:
        self._entities: dict[int, Int32] = {self.scope: self.entities}
        if self.alone:
            self._entities[0] = np.full(len(self.entities), NOBODY, dtype=np.int32)
        self._places: dict[tuple[int, str], tuple[Array, Array | None]] = {}
        self._root: Int64 | None = None

    def __len__(self) -> int:
        return len(self.entities)

    def of(self, scope: int) -> Int32:
        """The entity of a scope for each row."""
        if scope not in self._entities:
            assert self.parent is not None
            assert self.owners is not None
            self._entities[scope] = self.parent.of(scope)[self.owners]
        return self._entities[scope]

    def related(self, scope: int) -> tuple[Terms, Array]:
        """The terms of a scope and, for each row, which of their relations it is (a row of the edges)."""
        if scope == self.scope:
            assert self.terms is not None
            return self.terms, self.terms.rows
        assert self.parent is not None
        terms, rows = self.parent.related(scope)
        return terms, rows[self.owners]

    def root(self) -> Int64:
        """The owner's row of each row."""
        if self._root is None:
            if self.parent is None:
                self._root = np.arange(len(self))
            else:
                self._root = self.parent.root()[self.owners]
        return self._root

    def place(self, scope: int, class_name: str) -> tuple[Array, Array | None]:
        """Where each row's entity of a scope stands among the members of a class."""
        key = (scope, class_name)
        if key not in self._places:
            self._places[key] = self.tables.place(class_name, self.of(scope))
        return self._places[key]

    def gather(self, cells: Cells, scope: int, class_name: str) -> Cells:
        """A column of a class, for the entity of a scope of each row; unknown where that is no member."""
        if self.whole and scope == self.scope and class_name == self.class_name:
            return cells
        at, inside = self.place(scope, class_name)
        if len(cells.values) == 0:
            return _absent(cells, len(self))
        found = take(cells, at)
        if inside is None:
            return found
        state = np.where(inside[:, None, None], 0 if found.state is None else found.state, UNKNOWN)
        return Cells(found.kind, found.values, state.astype(np.uint8), found.cause, found.den, found.currency)


def take(cells: Cells, rows: Array) -> Cells:
    """Rows of a column; unlike ``Cells.take`` a column of one row is not taken to stand for all."""

    def one(a: Array | None) -> Array | None:
        return None if a is None else a if a.shape[0] == 1 and len(cells.values) > 1 else a[rows]

    currency = cells.currency
    if currency is not None and currency.size > 1:
        currency = currency[rows]
    den = cells.den if isinstance(cells.den, int) else cells.den[rows]
    return Cells(cells.kind, cells.values[rows], one(cells.state), one(cells.cause), den, currency)


def _absent(cells: Cells, rows: int) -> Cells:
    shape = (rows, *cells.values.shape[1:])
    return Cells(
        cells.kind, np.zeros(shape, dtype=cells.values.dtype), np.full((rows, 1, 1), UNKNOWN), None,
        cells.den if isinstance(cells.den, int) else 1, cells.currency if cells.currency is None else cells.currency[:1]
        if cells.currency.size else np.zeros((1, 1, 1), dtype=np.int32),
    )  # fmt: skip
