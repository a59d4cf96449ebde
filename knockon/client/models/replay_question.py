from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.mended_row import MendedRow


T = TypeVar("T", bound="ReplayQuestion")


@_attrs_define
class ReplayQuestion:
    """Try again what is set aside.

    Attributes:
        mended (list[MendedRow] | Unset): Rows put right; they take the place of what was set aside.
        dry_run (bool | Unset): Compute what would change; write nothing. Default: False.
        because (str | Unset): Why; it is kept with the run. Default: ''.
    """

    mended: list[MendedRow] | Unset = UNSET
    dry_run: bool | Unset = False
    because: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        mended: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.mended, Unset):
            mended = []
            for mended_item_data in self.mended:
                mended_item = mended_item_data.to_dict()
                mended.append(mended_item)

        dry_run = self.dry_run

        because = self.because

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if mended is not UNSET:
            field_dict["mended"] = mended
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run
        if because is not UNSET:
            field_dict["because"] = because

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.mended_row import MendedRow  # noqa: PLC0415

        d = dict(src_dict)
        _mended = d.pop("mended", UNSET)
        mended: list[MendedRow] | Unset = UNSET
        if _mended is not UNSET:
            mended = []
            for mended_item_data in _mended:
                mended_item = MendedRow.from_dict(mended_item_data)

                mended.append(mended_item)

        dry_run = d.pop("dry_run", UNSET)

        because = d.pop("because", UNSET)

        replay_question = cls(
            mended=mended,
            dry_run=dry_run,
            because=because,
        )

        return replay_question
