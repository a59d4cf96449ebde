from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="UndoQuestion")


@_attrs_define
class UndoQuestion:
    """What to take back.

    Attributes:
        run (str | Unset): A run's id, its number, or `last`. Default: 'last'.
        dry_run (bool | Unset): Compute what would change; write nothing. Default: False.
        because (str | Unset): Why; it is kept with the run. Default: ''.
    """

    run: str | Unset = "last"
    dry_run: bool | Unset = False
    because: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        run = self.run

        dry_run = self.dry_run

        because = self.because

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if run is not UNSET:
            field_dict["run"] = run
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run
        if because is not UNSET:
            field_dict["because"] = because

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        run = d.pop("run", UNSET)

        dry_run = d.pop("dry_run", UNSET)

        because = d.pop("because", UNSET)

        undo_question = cls(
            run=run,
            dry_run=dry_run,
            because=because,
        )

        return undo_question
