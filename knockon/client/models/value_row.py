from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.measure_value import MeasureValue
    from ..models.thing import Thing


T = TypeVar("T", bound="ValueRow")


@_attrs_define
class ValueRow:
    """The values of one thing: one, or one for each period.

    Attributes:
        entity (Thing): An entity as a person recognises it.
        values (list[MeasureValue]):
    """

    entity: Thing
    values: list[MeasureValue]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        entity = self.entity.to_dict()

        values = []
        for values_item_data in self.values:
            values_item = values_item_data.to_dict()
            values.append(values_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "entity": entity,
                "values": values,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.measure_value import MeasureValue  # noqa: PLC0415
        from ..models.thing import Thing  # noqa: PLC0415

        d = dict(src_dict)
        entity = Thing.from_dict(d.pop("entity"))

        values = []
        _values = d.pop("values")
        for values_item_data in _values:
            values_item = MeasureValue.from_dict(values_item_data)

            values.append(values_item)

        value_row = cls(
            entity=entity,
            values=values,
        )

        value_row.additional_properties = d
        return value_row

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
