from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="BulkChange")


@_attrs_define
class BulkChange:
    """The same said of several tasks.

    Attributes:
        ids (list[str]):
        assigned (None | str | Unset): Who; empty: nobody.
        due (datetime.date | None | Unset):
        snoozed_until (datetime.date | None | Unset): Not shown before that day; a day that is past: shown again.
        note (None | str | Unset):
        done (bool | Unset): Strike off questions that were answered badly; others leave by themselves. Default: False.
    """

    ids: list[str]
    assigned: None | str | Unset = UNSET
    due: datetime.date | None | Unset = UNSET
    snoozed_until: datetime.date | None | Unset = UNSET
    note: None | str | Unset = UNSET
    done: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        ids = self.ids

        assigned: None | str | Unset
        if isinstance(self.assigned, Unset):
            assigned = UNSET
        else:
            assigned = self.assigned

        due: None | str | Unset
        if isinstance(self.due, Unset):
            due = UNSET
        elif isinstance(self.due, datetime.date):
            due = self.due.isoformat()
        else:
            due = self.due

        snoozed_until: None | str | Unset
        if isinstance(self.snoozed_until, Unset):
            snoozed_until = UNSET
        elif isinstance(self.snoozed_until, datetime.date):
            snoozed_until = self.snoozed_until.isoformat()
        else:
            snoozed_until = self.snoozed_until

        note: None | str | Unset
        if isinstance(self.note, Unset):
            note = UNSET
        else:
            note = self.note

        done = self.done

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "ids": ids,
            }
        )
        if assigned is not UNSET:
            field_dict["assigned"] = assigned
        if due is not UNSET:
            field_dict["due"] = due
        if snoozed_until is not UNSET:
            field_dict["snoozed_until"] = snoozed_until
        if note is not UNSET:
            field_dict["note"] = note
        if done is not UNSET:
            field_dict["done"] = done

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        ids = cast(list[str], d.pop("ids"))

        def _parse_assigned(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        assigned = _parse_assigned(d.pop("assigned", UNSET))

        def _parse_due(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                due_type_0 = datetime.date.fromisoformat(data)

                return due_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        due = _parse_due(d.pop("due", UNSET))

        def _parse_snoozed_until(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                snoozed_until_type_0 = datetime.date.fromisoformat(data)

                return snoozed_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        snoozed_until = _parse_snoozed_until(d.pop("snoozed_until", UNSET))

        def _parse_note(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        note = _parse_note(d.pop("note", UNSET))

        done = d.pop("done", UNSET)

        bulk_change = cls(
            ids=ids,
            assigned=assigned,
            due=due,
            snoozed_until=snoozed_until,
            note=note,
            done=done,
        )

        return bulk_change
