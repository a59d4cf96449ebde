from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="StartQuestion")


@_attrs_define
class StartQuestion:
    """What fails, and how badly.

    Attributes:
        entity (str): An id, `Class:key`, or a name.
        severity (float | Unset): How badly it is hit; 1: fully. Default: 1.0.
        days (float | None | Unset): How long it lasts; null: until further notice.
        after (float | Unset): Days until it begins. Default: 0.0.
    """

    entity: str
    severity: float | Unset = 1.0
    days: float | None | Unset = UNSET
    after: float | Unset = 0.0

    def to_dict(self) -> dict[str, Any]:
        entity = self.entity

        severity = self.severity

        days: float | None | Unset
        if isinstance(self.days, Unset):
            days = UNSET
        else:
            days = self.days

        after = self.after

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "entity": entity,
            }
        )
        if severity is not UNSET:
            field_dict["severity"] = severity
        if days is not UNSET:
            field_dict["days"] = days
        if after is not UNSET:
            field_dict["after"] = after

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        entity = d.pop("entity")

        severity = d.pop("severity", UNSET)

        def _parse_days(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        days = _parse_days(d.pop("days", UNSET))

        after = d.pop("after", UNSET)

        start_question = cls(
            entity=entity,
            severity=severity,
            days=days,
            after=after,
        )

        return start_question
