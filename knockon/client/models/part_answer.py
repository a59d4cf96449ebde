from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="PartAnswer")


@_attrs_define
class PartAnswer:
    """What one comparison adds.

    Attributes:
        comparison (str):
        bits (float):
        left (str):
        right (str):
    """

    comparison: str
    bits: float
    left: str
    right: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        comparison = self.comparison

        bits = self.bits

        left = self.left

        right = self.right

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "comparison": comparison,
                "bits": bits,
                "left": left,
                "right": right,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        comparison = d.pop("comparison")

        bits = d.pop("bits")

        left = d.pop("left")

        right = d.pop("right")

        part_answer = cls(
            comparison=comparison,
            bits=bits,
            left=left,
            right=right,
        )

        part_answer.additional_properties = d
        return part_answer

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
