from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="MeAnswer")


@_attrs_define
class MeAnswer:
    """Who asks, and what he may do and see.

    Attributes:
        id (str):
        name (str):
        kind (str): `key`, `person`, `token` or `local`.
        roles (list[str]):
        may (list[str]): Actions that are permitted.
        withheld (list[str]): What answers leave out, by policy.
        not_editable (list[str]): Properties and relations that policy keeps him from entering.
        company (str):
    """

    id: str
    name: str
    kind: str
    roles: list[str]
    may: list[str]
    withheld: list[str]
    not_editable: list[str]
    company: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        kind = self.kind

        roles = self.roles

        may = self.may

        withheld = self.withheld

        not_editable = self.not_editable

        company = self.company

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "kind": kind,
                "roles": roles,
                "may": may,
                "withheld": withheld,
                "not_editable": not_editable,
                "company": company,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        kind = d.pop("kind")

        roles = cast(list[str], d.pop("roles"))

        may = cast(list[str], d.pop("may"))

        withheld = cast(list[str], d.pop("withheld"))

        not_editable = cast(list[str], d.pop("not_editable"))

        company = d.pop("company")

        me_answer = cls(
            id=id,
            name=name,
            kind=kind,
            roles=roles,
            may=may,
            withheld=withheld,
            not_editable=not_editable,
            company=company,
        )

        me_answer.additional_properties = d
        return me_answer

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
