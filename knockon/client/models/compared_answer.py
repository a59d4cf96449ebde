from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.part_answer import PartAnswer


T = TypeVar("T", bound="ComparedAnswer")


@_attrs_define
class ComparedAnswer:
    """What the model sees in two records; prior and parts add up to the weight.

    Attributes:
        left (str):
        right (str):
        weight (float):
        probability (float):
        prior (float):
        parts (list[PartAnswer]):
    """

    left: str
    right: str
    weight: float
    probability: float
    prior: float
    parts: list[PartAnswer]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        left = self.left

        right = self.right

        weight = self.weight

        probability = self.probability

        prior = self.prior

        parts = []
        for parts_item_data in self.parts:
            parts_item = parts_item_data.to_dict()
            parts.append(parts_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "left": left,
                "right": right,
                "weight": weight,
                "probability": probability,
                "prior": prior,
                "parts": parts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.part_answer import PartAnswer  # noqa: PLC0415

        d = dict(src_dict)
        left = d.pop("left")

        right = d.pop("right")

        weight = d.pop("weight")

        probability = d.pop("probability")

        prior = d.pop("prior")

        parts = []
        _parts = d.pop("parts")
        for parts_item_data in _parts:
            parts_item = PartAnswer.from_dict(parts_item_data)

            parts.append(parts_item)

        compared_answer = cls(
            left=left,
            right=right,
            weight=weight,
            probability=probability,
            prior=prior,
            parts=parts,
        )

        compared_answer.additional_properties = d
        return compared_answer

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
