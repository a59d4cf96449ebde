from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="RoleText")


@_attrs_define
class RoleText:
    """A relation as seen from things of a class.

    Attributes:
        name (str):
        label (str): How it reads from here.
        relation (str):
        to (str): The class at the other end.
        one (bool): Whether it leads to at most one thing.
        impact (bool): Whether a failure spreads along it.
    """

    name: str
    label: str
    relation: str
    to: str
    one: bool
    impact: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        label = self.label

        relation = self.relation

        to = self.to

        one = self.one

        impact = self.impact

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "label": label,
                "relation": relation,
                "to": to,
                "one": one,
                "impact": impact,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        label = d.pop("label")

        relation = d.pop("relation")

        to = d.pop("to")

        one = d.pop("one")

        impact = d.pop("impact")

        role_text = cls(
            name=name,
            label=label,
            relation=relation,
            to=to,
            one=one,
            impact=impact,
        )

        role_text.additional_properties = d
        return role_text

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
