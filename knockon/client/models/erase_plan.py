from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.erase_plan_rows import ErasePlanRows


T = TypeVar("T", bound="ErasePlan")


@_attrs_define
class ErasePlan:
    """What an erasure would take something out of.

    Attributes:
        things (list[str]):
        rows (ErasePlanRows): `source.table` → archived rows.
        left (list[str]): What it would not erase.
    """

    things: list[str]
    rows: ErasePlanRows
    left: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        things = self.things

        rows = self.rows.to_dict()

        left = self.left

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "things": things,
                "rows": rows,
                "left": left,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.erase_plan_rows import ErasePlanRows  # noqa: PLC0415

        d = dict(src_dict)
        things = cast(list[str], d.pop("things"))

        rows = ErasePlanRows.from_dict(d.pop("rows"))

        left = cast(list[str], d.pop("left"))

        erase_plan = cls(
            things=things,
            rows=rows,
            left=left,
        )

        erase_plan.additional_properties = d
        return erase_plan

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
