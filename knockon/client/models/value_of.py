from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.other_value import OtherValue


T = TypeVar("T", bound="ValueOf")


@_attrs_define
class ValueOf:
    """A value and where it came from.

    Attributes:
        value (bool | float | int | list[bool | float | int | None | str] | None | str): Decimals and dates as text.
        unit (None | str): QUDT unit, where the ontology knows one.
        records (list[str]): Ids of the rows whose value it is.
        others (list[OtherValue] | Unset): What other rows say, where one value had to be chosen.
    """

    value: bool | float | int | list[bool | float | int | None | str] | None | str
    unit: None | str
    records: list[str]
    others: list[OtherValue] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        value: bool | float | int | list[bool | float | int | None | str] | None | str
        if isinstance(self.value, list):
            value = []
            for value_type_4_item_data in self.value:
                value_type_4_item: bool | float | int | None | str
                value_type_4_item = value_type_4_item_data
                value.append(value_type_4_item)

        else:
            value = self.value

        unit: None | str
        unit = self.unit

        records = self.records

        others: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.others, Unset):
            others = []
            for others_item_data in self.others:
                others_item = others_item_data.to_dict()
                others.append(others_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "value": value,
                "unit": unit,
                "records": records,
            }
        )
        if others is not UNSET:
            field_dict["others"] = others

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.other_value import OtherValue  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_value(
            data: object,
        ) -> bool | float | int | list[bool | float | int | None | str] | None | str:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                value_type_4 = []
                _value_type_4 = data
                for value_type_4_item_data in _value_type_4:

                    def _parse_value_type_4_item(
                        data: object,
                    ) -> bool | float | int | None | str:
                        if data is None:
                            return data
                        return cast(bool | float | int | None | str, data)

                    value_type_4_item = _parse_value_type_4_item(value_type_4_item_data)

                    value_type_4.append(value_type_4_item)

                return value_type_4
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(
                bool | float | int | list[bool | float | int | None | str] | None | str,
                data,
            )

        value = _parse_value(d.pop("value"))

        def _parse_unit(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        unit = _parse_unit(d.pop("unit"))

        records = cast(list[str], d.pop("records"))

        _others = d.pop("others", UNSET)
        others: list[OtherValue] | Unset = UNSET
        if _others is not UNSET:
            others = []
            for others_item_data in _others:
                others_item = OtherValue.from_dict(others_item_data)

                others.append(others_item)

        value_of = cls(
            value=value,
            unit=unit,
            records=records,
            others=others,
        )

        value_of.additional_properties = d
        return value_of

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
