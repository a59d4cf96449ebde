from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Assumption")


@_attrs_define
class Assumption:
    """Values that no system holds.

    Attributes:
        entity (str): An id, `Class:key`, or a name.
        changes (list[str]):
        because (str): What it rests on.
        owner (str): Who answers for it.
        review (datetime.date): Day on which it is to be looked at again.
        dry_run (bool | Unset): Compute what would change; write nothing. Default: False.
    """

    entity: str
    changes: list[str]
    because: str
    owner: str
    review: datetime.date
    dry_run: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        entity = self.entity

        changes = self.changes

        because = self.because

        owner = self.owner

        review = self.review.isoformat()

        dry_run = self.dry_run

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "entity": entity,
                "changes": changes,
                "because": because,
                "owner": owner,
                "review": review,
            }
        )
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        entity = d.pop("entity")

        changes = cast(list[str], d.pop("changes"))

        because = d.pop("because")

        owner = d.pop("owner")

        review = datetime.date.fromisoformat(d.pop("review"))

        dry_run = d.pop("dry_run", UNSET)

        assumption = cls(
            entity=entity,
            changes=changes,
            because=because,
            owner=owner,
            review=review,
            dry_run=dry_run,
        )

        return assumption
