from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ApplyBody")


@_attrs_define
class ApplyBody:
    """Who makes a scenario true, and why.

    Attributes:
        because (str):
        author (str | Unset):  Default: ''.
        dry_run (bool | Unset):  Default: False.
        assume (bool | Unset): Enter it as assumptions: a source that has a value wins. Default: False.
        review (datetime.date | None | Unset): Of assumptions: the day on which they are to be looked at again.
    """

    because: str
    author: str | Unset = ""
    dry_run: bool | Unset = False
    assume: bool | Unset = False
    review: datetime.date | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        because = self.because

        author = self.author

        dry_run = self.dry_run

        assume = self.assume

        review: None | str | Unset
        if isinstance(self.review, Unset):
            review = UNSET
        elif isinstance(self.review, datetime.date):
            review = self.review.isoformat()
        else:
            review = self.review

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "because": because,
            }
        )
        if author is not UNSET:
            field_dict["author"] = author
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run
        if assume is not UNSET:
            field_dict["assume"] = assume
        if review is not UNSET:
            field_dict["review"] = review

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        because = d.pop("because")

        author = d.pop("author", UNSET)

        dry_run = d.pop("dry_run", UNSET)

        assume = d.pop("assume", UNSET)

        def _parse_review(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                review_type_0 = datetime.date.fromisoformat(data)

                return review_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        review = _parse_review(d.pop("review", UNSET))

        apply_body = cls(
            because=because,
            author=author,
            dry_run=dry_run,
            assume=assume,
            review=review,
        )

        return apply_body
