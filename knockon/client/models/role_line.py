from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="RoleLine")


@_attrs_define
class RoleLine:
    """A role: what those who have it may do, and what answers leave out for them.

    Attributes:
        role (str):
        may (list[str]): Actions that are permitted.
        withheld (list[str]): What answers leave out, by policy; empty too where nothing is permitted.
        second_person (list[str]): Changes that need a second person: `apply`, `correct-money`, …
    """

    role: str
    may: list[str]
    withheld: list[str]
    second_person: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        role = self.role

        may = self.may

        withheld = self.withheld

        second_person = self.second_person

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "role": role,
                "may": may,
                "withheld": withheld,
                "second_person": second_person,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        role = d.pop("role")

        may = cast(list[str], d.pop("may"))

        withheld = cast(list[str], d.pop("withheld"))

        second_person = cast(list[str], d.pop("second_person"))

        role_line = cls(
            role=role,
            may=may,
            withheld=withheld,
            second_person=second_person,
        )

        role_line.additional_properties = d
        return role_line

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
