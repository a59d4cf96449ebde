from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="VerifyAnswer")


@_attrs_define
class VerifyAnswer:
    """What a check of the audit found.

    Attributes:
        sound (bool):
        entries (int):
        head (str): Hash of the last entry that fits.
        broken_at (int | None): Number of the first entry that was changed, dropped or moved.
        why (str):
    """

    sound: bool
    entries: int
    head: str
    broken_at: int | None
    why: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        sound = self.sound

        entries = self.entries

        head = self.head

        broken_at: int | None
        broken_at = self.broken_at

        why = self.why

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "sound": sound,
                "entries": entries,
                "head": head,
                "broken_at": broken_at,
                "why": why,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        sound = d.pop("sound")

        entries = d.pop("entries")

        head = d.pop("head")

        def _parse_broken_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        broken_at = _parse_broken_at(d.pop("broken_at"))

        why = d.pop("why")

        verify_answer = cls(
            sound=sound,
            entries=entries,
            head=head,
            broken_at=broken_at,
            why=why,
        )

        verify_answer.additional_properties = d
        return verify_answer

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
