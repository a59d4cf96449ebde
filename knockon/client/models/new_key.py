from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="NewKey")


@_attrs_define
class NewKey:
    """A key to be made.

    Attributes:
        name (str): What it is for.
        roles (list[str]):
        scopes (list[str] | Unset): Actions it is limited to; empty: all of its roles.
        days (float | None | Unset): Until it ends; null: never. Default: 365.0.
    """

    name: str
    roles: list[str]
    scopes: list[str] | Unset = UNSET
    days: float | None | Unset = 365.0

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        roles = self.roles

        scopes: list[str] | Unset = UNSET
        if not isinstance(self.scopes, Unset):
            scopes = self.scopes

        days: float | None | Unset
        if isinstance(self.days, Unset):
            days = UNSET
        else:
            days = self.days

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "roles": roles,
            }
        )
        if scopes is not UNSET:
            field_dict["scopes"] = scopes
        if days is not UNSET:
            field_dict["days"] = days

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        roles = cast(list[str], d.pop("roles"))

        scopes = cast(list[str], d.pop("scopes", UNSET))

        def _parse_days(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        days = _parse_days(d.pop("days", UNSET))

        new_key = cls(
            name=name,
            roles=roles,
            scopes=scopes,
            days=days,
        )

        return new_key
