from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.mended_row_cells import MendedRowCells


T = TypeVar("T", bound="MendedRow")


@_attrs_define
class MendedRow:
    """A row that was set aside, put right.

    Attributes:
        id (str): Its id in `/quarantine`.
        cells (MendedRowCells): Column → text, of those that change.
    """

    id: str
    cells: MendedRowCells

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        cells = self.cells.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "cells": cells,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.mended_row_cells import MendedRowCells  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        cells = MendedRowCells.from_dict(d.pop("cells"))

        mended_row = cls(
            id=id,
            cells=cells,
        )

        return mended_row
