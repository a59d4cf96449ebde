from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.warning_of_messages import WarningOfMessages


T = TypeVar("T", bound="WarningOf")


@_attrs_define
class WarningOf:
    """A rule that a thing breaks, and that does not keep it out.

    Attributes:
        rule (str): The rule: shape, path and kind of constraint.
        path (str): Where it looks; empty for the thing itself.
        value (None | str): The value that breaks it, if it is one.
        messages (WarningOfMessages): What is wrong, by language.
    """

    rule: str
    path: str
    value: None | str
    messages: WarningOfMessages
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        rule = self.rule

        path = self.path

        value: None | str
        value = self.value

        messages = self.messages.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "rule": rule,
                "path": path,
                "value": value,
                "messages": messages,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.warning_of_messages import WarningOfMessages  # noqa: PLC0415

        d = dict(src_dict)
        rule = d.pop("rule")

        path = d.pop("path")

        def _parse_value(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        value = _parse_value(d.pop("value"))

        messages = WarningOfMessages.from_dict(d.pop("messages"))

        warning_of = cls(
            rule=rule,
            path=path,
            value=value,
            messages=messages,
        )

        warning_of.additional_properties = d
        return warning_of

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
