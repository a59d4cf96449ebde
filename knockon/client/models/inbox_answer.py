from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.task_line import TaskLine


T = TypeVar("T", bound="InboxAnswer")


@_attrs_define
class InboxAnswer:
    """What needs a person, most pressing first.

    Attributes:
        version (int): Graph version that it rests on.
        tasks (list[TaskLine]):
        snoozed (int): How many are put off to a later day.
    """

    version: int
    tasks: list[TaskLine]
    snoozed: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        tasks = []
        for tasks_item_data in self.tasks:
            tasks_item = tasks_item_data.to_dict()
            tasks.append(tasks_item)

        snoozed = self.snoozed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "tasks": tasks,
                "snoozed": snoozed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.task_line import TaskLine  # noqa: PLC0415

        d = dict(src_dict)
        version = d.pop("version")

        tasks = []
        _tasks = d.pop("tasks")
        for tasks_item_data in _tasks:
            tasks_item = TaskLine.from_dict(tasks_item_data)

            tasks.append(tasks_item)

        snoozed = d.pop("snoozed")

        inbox_answer = cls(
            version=version,
            tasks=tasks,
            snoozed=snoozed,
        )

        inbox_answer.additional_properties = d
        return inbox_answer

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
