from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.assigned_answer_assigned import AssignedAnswerAssigned


T = TypeVar("T", bound="AssignedAnswer")


@_attrs_define
class AssignedAnswer:
    """Who looks after what from now on.

    Attributes:
        assigned (AssignedAnswerAssigned): Task → who.
    """

    assigned: AssignedAnswerAssigned
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        assigned = self.assigned.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "assigned": assigned,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.assigned_answer_assigned import AssignedAnswerAssigned  # noqa: PLC0415

        d = dict(src_dict)
        assigned = AssignedAnswerAssigned.from_dict(d.pop("assigned"))

        assigned_answer = cls(
            assigned=assigned,
        )

        assigned_answer.additional_properties = d
        return assigned_answer

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
