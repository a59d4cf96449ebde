from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="TaskLine")


@_attrs_define
class TaskLine:
    """One thing that needs a person.

    Attributes:
        id (str):
        kind (str): `quarantine`, `job`, `approval`, `resolution` or `answer`.
        title (str):
        count (int): How many it is about.
        where (str): What to ask to see it whole.
        since (str): Since when, as far as known.
        assigned (None | str): Who looks after it.
        due (datetime.date | None):
        snoozed_until (datetime.date | None):
        note (str):
    """

    id: str
    kind: str
    title: str
    count: int
    where: str
    since: str
    assigned: None | str
    due: datetime.date | None
    snoozed_until: datetime.date | None
    note: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        kind = self.kind

        title = self.title

        count = self.count

        where = self.where

        since = self.since

        assigned: None | str
        assigned = self.assigned

        due: None | str
        if isinstance(self.due, datetime.date):
            due = self.due.isoformat()
        else:
            due = self.due

        snoozed_until: None | str
        if isinstance(self.snoozed_until, datetime.date):
            snoozed_until = self.snoozed_until.isoformat()
        else:
            snoozed_until = self.snoozed_until

        note = self.note

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "title": title,
                "count": count,
                "where": where,
                "since": since,
                "assigned": assigned,
                "due": due,
                "snoozed_until": snoozed_until,
                "note": note,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        kind = d.pop("kind")

        title = d.pop("title")

        count = d.pop("count")

        where = d.pop("where")

        since = d.pop("since")

        def _parse_assigned(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        assigned = _parse_assigned(d.pop("assigned"))

        def _parse_due(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                due_type_0 = datetime.date.fromisoformat(data)

                return due_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        due = _parse_due(d.pop("due"))

        def _parse_snoozed_until(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                snoozed_until_type_0 = datetime.date.fromisoformat(data)

                return snoozed_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        snoozed_until = _parse_snoozed_until(d.pop("snoozed_until"))

        note = d.pop("note")

        task_line = cls(
            id=id,
            kind=kind,
            title=title,
            count=count,
            where=where,
            since=since,
            assigned=assigned,
            due=due,
            snoozed_until=snoozed_until,
            note=note,
        )

        task_line.additional_properties = d
        return task_line

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
