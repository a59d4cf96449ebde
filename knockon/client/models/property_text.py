from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="PropertyText")


@_attrs_define
class PropertyText:
    """A property, as people call it and as it is stored.

    Attributes:
        name (str):
        label (str):
        comment (str):
        type_ (str): `string`, `integer`, `decimal`, `float`, `boolean`, `date`, `datetime`.
        unit (None | str): QUDT unit, where there is one.
        currency (None | str): For money: the property beside it that holds the currency.
        scale (int): Digits after the point, of decimals.
        many (bool): Whether a thing may have several.
        personal (bool): Whether it says something about a person.
        values (list[str]): What it may be, if that is a closed list.
    """

    name: str
    label: str
    comment: str
    type_: str
    unit: None | str
    currency: None | str
    scale: int
    many: bool
    personal: bool
    values: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        label = self.label

        comment = self.comment

        type_ = self.type_

        unit: None | str
        unit = self.unit

        currency: None | str
        currency = self.currency

        scale = self.scale

        many = self.many

        personal = self.personal

        values = self.values

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "label": label,
                "comment": comment,
                "type": type_,
                "unit": unit,
                "currency": currency,
                "scale": scale,
                "many": many,
                "personal": personal,
                "values": values,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        label = d.pop("label")

        comment = d.pop("comment")

        type_ = d.pop("type")

        def _parse_unit(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        unit = _parse_unit(d.pop("unit"))

        def _parse_currency(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        currency = _parse_currency(d.pop("currency"))

        scale = d.pop("scale")

        many = d.pop("many")

        personal = d.pop("personal")

        values = cast(list[str], d.pop("values"))

        property_text = cls(
            name=name,
            label=label,
            comment=comment,
            type_=type_,
            unit=unit,
            currency=currency,
            scale=scale,
            many=many,
            personal=personal,
            values=values,
        )

        property_text.additional_properties = d
        return property_text

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
