from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.measure_value import MeasureValue


T = TypeVar("T", bound="AggregateStep")


@_attrs_define
class AggregateStep:
    """An aggregate in a formula: how many relations it counted.

    Attributes:
        text (str):
        terms (int):
        unknown (int): Of these, terms whose value is not known.
        value (MeasureValue): One value.
    """

    text: str
    terms: int
    unknown: int
    value: MeasureValue
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        text = self.text

        terms = self.terms

        unknown = self.unknown

        value = self.value.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "text": text,
                "terms": terms,
                "unknown": unknown,
                "value": value,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.measure_value import MeasureValue  # noqa: PLC0415

        d = dict(src_dict)
        text = d.pop("text")

        terms = d.pop("terms")

        unknown = d.pop("unknown")

        value = MeasureValue.from_dict(d.pop("value"))

        aggregate_step = cls(
            text=text,
            terms=terms,
            unknown=unknown,
            value=value,
        )

        aggregate_step.additional_properties = d
        return aggregate_step

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
