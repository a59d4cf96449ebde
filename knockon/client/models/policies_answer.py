from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.policy_file import PolicyFile
    from ..models.role_line import RoleLine


T = TypeVar("T", bound="PoliciesAnswer")


@_attrs_define
class PoliciesAnswer:
    """Who may do and see what.

    Attributes:
        digest (str): Of all policies in force; entries of the audit name it.
        roles (list[RoleLine]):
        files (list[PolicyFile]):
    """

    digest: str
    roles: list[RoleLine]
    files: list[PolicyFile]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        digest = self.digest

        roles = []
        for roles_item_data in self.roles:
            roles_item = roles_item_data.to_dict()
            roles.append(roles_item)

        files = []
        for files_item_data in self.files:
            files_item = files_item_data.to_dict()
            files.append(files_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "digest": digest,
                "roles": roles,
                "files": files,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.policy_file import PolicyFile  # noqa: PLC0415
        from ..models.role_line import RoleLine  # noqa: PLC0415

        d = dict(src_dict)
        digest = d.pop("digest")

        roles = []
        _roles = d.pop("roles")
        for roles_item_data in _roles:
            roles_item = RoleLine.from_dict(roles_item_data)

            roles.append(roles_item)

        files = []
        _files = d.pop("files")
        for files_item_data in _files:
            files_item = PolicyFile.from_dict(files_item_data)

            files.append(files_item)

        policies_answer = cls(
            digest=digest,
            roles=roles,
            files=files,
        )

        policies_answer.additional_properties = d
        return policies_answer

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
