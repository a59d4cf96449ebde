from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.earlier_state import EarlierState


T = TypeVar("T", bound="HistoryOfAnswer")


@_attrs_define
class HistoryOfAnswer:
    """How a thing came to be what it is, newest change first.

    Attributes:
        id (str):
        version (int): Graph version that the answer rests on.
        changes (list[EarlierState]):
    """

    id: str
    version: int
    changes: list[EarlierState]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        version = self.version

        changes = []
        for changes_item_data in self.changes:
            changes_item = changes_item_data.to_dict()
            changes.append(changes_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "version": version,
                "changes": changes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.earlier_state import EarlierState  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        version = d.pop("version")

        changes = []
        _changes = d.pop("changes")
        for changes_item_data in _changes:
            changes_item = EarlierState.from_dict(changes_item_data)

            changes.append(changes_item)

        history_of_answer = cls(
            id=id,
            version=version,
            changes=changes,
        )

        history_of_answer.additional_properties = d
        return history_of_answer

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
