from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="KeyLine")


@_attrs_define
class KeyLine:
    """A key, without its secret.

    Attributes:
        id (str):
        name (str):
        roles (list[str]):
        scopes (list[str]):
        created (str):
        expires (None | str):
        revoked (None | str):
        state (str): `valid`, `expired` or `revoked`.
    """

    id: str
    name: str
    roles: list[str]
    scopes: list[str]
    created: str
    expires: None | str
    revoked: None | str
    state: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        roles = self.roles

        scopes = self.scopes

        created = self.created

        expires: None | str
        expires = self.expires

        revoked: None | str
        revoked = self.revoked

        state = self.state

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "roles": roles,
                "scopes": scopes,
                "created": created,
                "expires": expires,
                "revoked": revoked,
                "state": state,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        roles = cast(list[str], d.pop("roles"))

        scopes = cast(list[str], d.pop("scopes"))

        created = d.pop("created")

        def _parse_expires(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        expires = _parse_expires(d.pop("expires"))

        def _parse_revoked(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        revoked = _parse_revoked(d.pop("revoked"))

        state = d.pop("state")

        key_line = cls(
            id=id,
            name=name,
            roles=roles,
            scopes=scopes,
            created=created,
            expires=expires,
            revoked=revoked,
            state=state,
        )

        key_line.additional_properties = d
        return key_line

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
