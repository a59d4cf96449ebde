from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="HoldingAnswer")


@_attrs_define
class HoldingAnswer:
    """A link that holds an entity together.

    Attributes:
        left (str):
        right (str):
        weight (float):
        decided_by (str):
    """

    left: str
    right: str
    weight: float
    decided_by: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        left = self.left

        right = self.right

        weight = self.weight

        decided_by = self.decided_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "left": left,
                "right": right,
                "weight": weight,
                "decided_by": decided_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        left = d.pop("left")

        right = d.pop("right")

        weight = d.pop("weight")

        decided_by = d.pop("decided_by")

        holding_answer = cls(
            left=left,
            right=right,
            weight=weight,
            decided_by=decided_by,
        )

        holding_answer.additional_properties = d
        return holding_answer

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
