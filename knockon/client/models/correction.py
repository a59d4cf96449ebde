from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Correction")


@_attrs_define
class Correction:
    """Accepted facts put right.

    Attributes:
        entity (str): An id, `Class:key`, or a name.
        changes (list[str]): `property=value`, `role=THING`, `role+=THING`, `role-=THING`; `property=` empties it.
        because (str): Why this is right and the source is not.
        until (datetime.date | None | Unset): Last day on which it holds.
        dry_run (bool | Unset): Compute what would change; write nothing. Default: False.
    """

    entity: str
    changes: list[str]
    because: str
    until: datetime.date | None | Unset = UNSET
    dry_run: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        entity = self.entity

        changes = self.changes

        because = self.because

        until: None | str | Unset
        if isinstance(self.until, Unset):
            until = UNSET
        elif isinstance(self.until, datetime.date):
            until = self.until.isoformat()
        else:
            until = self.until

        dry_run = self.dry_run

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "entity": entity,
                "changes": changes,
                "because": because,
            }
        )
        if until is not UNSET:
            field_dict["until"] = until
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        entity = d.pop("entity")

        changes = cast(list[str], d.pop("changes"))

        because = d.pop("because")

        def _parse_until(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                until_type_0 = datetime.date.fromisoformat(data)

                return until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        until = _parse_until(d.pop("until", UNSET))

        dry_run = d.pop("dry_run", UNSET)

        correction = cls(
            entity=entity,
            changes=changes,
            because=because,
            until=until,
            dry_run=dry_run,
        )

        return correction
