from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.property_text import PropertyText
    from ..models.role_text import RoleText


T = TypeVar("T", bound="ClassText")


@_attrs_define
class ClassText:
    """A class with everything that its things may have.

    Attributes:
        name (str):
        label (str):
        plural (str):
        comment (str):
        ancestors (list[str]): More general classes.
        title (None | str): The property that its things are called by.
        amount (None | str): The property that holds the money at stake.
        when (None | str): The property that says when it is due.
        properties (list[PropertyText]):
        roles (list[RoleText]):
    """

    name: str
    label: str
    plural: str
    comment: str
    ancestors: list[str]
    title: None | str
    amount: None | str
    when: None | str
    properties: list[PropertyText]
    roles: list[RoleText]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        label = self.label

        plural = self.plural

        comment = self.comment

        ancestors = self.ancestors

        title: None | str
        title = self.title

        amount: None | str
        amount = self.amount

        when: None | str
        when = self.when

        properties = []
        for properties_item_data in self.properties:
            properties_item = properties_item_data.to_dict()
            properties.append(properties_item)

        roles = []
        for roles_item_data in self.roles:
            roles_item = roles_item_data.to_dict()
            roles.append(roles_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "label": label,
                "plural": plural,
                "comment": comment,
                "ancestors": ancestors,
                "title": title,
                "amount": amount,
                "when": when,
                "properties": properties,
                "roles": roles,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.property_text import PropertyText  # noqa: PLC0415
        from ..models.role_text import RoleText  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        label = d.pop("label")

        plural = d.pop("plural")

        comment = d.pop("comment")

        ancestors = cast(list[str], d.pop("ancestors"))

        def _parse_title(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        title = _parse_title(d.pop("title"))

        def _parse_amount(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        amount = _parse_amount(d.pop("amount"))

        def _parse_when(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        when = _parse_when(d.pop("when"))

        properties = []
        _properties = d.pop("properties")
        for properties_item_data in _properties:
            properties_item = PropertyText.from_dict(properties_item_data)

            properties.append(properties_item)

        roles = []
        _roles = d.pop("roles")
        for roles_item_data in _roles:
            roles_item = RoleText.from_dict(roles_item_data)

            roles.append(roles_item)

        class_text = cls(
            name=name,
            label=label,
            plural=plural,
            comment=comment,
            ancestors=ancestors,
            title=title,
            amount=amount,
            when=when,
            properties=properties,
            roles=roles,
        )

        class_text.additional_properties = d
        return class_text

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
