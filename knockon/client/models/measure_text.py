from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="MeasureText")


@_attrs_define
class MeasureText:
    """A measure as it is declared.

    Attributes:
        name (str): Class and name.
        class_ (str): Things of this class have it.
        label (str):
        description (str):
        formula (str): In the language of docs/measures.md.
        type_ (str):
        unit (str): `money`, a unit, or empty.
        scale (int): Digits after the point that it is rounded to, half-up.
        over (None | str): The time axis, if it has one.
        better (None | str): Which way is good.
        uses (list[str]): Measures that the formula reads.
        shipped (bool): Whether it comes with knockon.
    """

    name: str
    class_: str
    label: str
    description: str
    formula: str
    type_: str
    unit: str
    scale: int
    over: None | str
    better: None | str
    uses: list[str]
    shipped: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        class_ = self.class_

        label = self.label

        description = self.description

        formula = self.formula

        type_ = self.type_

        unit = self.unit

        scale = self.scale

        over: None | str
        over = self.over

        better: None | str
        better = self.better

        uses = self.uses

        shipped = self.shipped

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "class": class_,
                "label": label,
                "description": description,
                "formula": formula,
                "type": type_,
                "unit": unit,
                "scale": scale,
                "over": over,
                "better": better,
                "uses": uses,
                "shipped": shipped,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        class_ = d.pop("class")

        label = d.pop("label")

        description = d.pop("description")

        formula = d.pop("formula")

        type_ = d.pop("type")

        unit = d.pop("unit")

        scale = d.pop("scale")

        def _parse_over(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        over = _parse_over(d.pop("over"))

        def _parse_better(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        better = _parse_better(d.pop("better"))

        uses = cast(list[str], d.pop("uses"))

        shipped = d.pop("shipped")

        measure_text = cls(
            name=name,
            class_=class_,
            label=label,
            description=description,
            formula=formula,
            type_=type_,
            unit=unit,
            scale=scale,
            over=over,
            better=better,
            uses=uses,
            shipped=shipped,
        )

        measure_text.additional_properties = d
        return measure_text

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
