from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="CompareBody")


@_attrs_define
class CompareBody:
    """What a scenario is compared with.

    Attributes:
        others (list[str]): Other kept scenarios.
        chances (list[str] | Unset):
        draws (int | None | Unset):
        limit (int | Unset): Figures listed. Default: 25.
    """

    others: list[str]
    chances: list[str] | Unset = UNSET
    draws: int | None | Unset = UNSET
    limit: int | Unset = 25

    def to_dict(self) -> dict[str, Any]:
        others = self.others

        chances: list[str] | Unset = UNSET
        if not isinstance(self.chances, Unset):
            chances = self.chances

        draws: int | None | Unset
        if isinstance(self.draws, Unset):
            draws = UNSET
        else:
            draws = self.draws

        limit = self.limit

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "others": others,
            }
        )
        if chances is not UNSET:
            field_dict["chances"] = chances
        if draws is not UNSET:
            field_dict["draws"] = draws
        if limit is not UNSET:
            field_dict["limit"] = limit

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        others = cast(list[str], d.pop("others"))

        chances = cast(list[str], d.pop("chances", UNSET))

        def _parse_draws(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        draws = _parse_draws(d.pop("draws", UNSET))

        limit = d.pop("limit", UNSET)

        compare_body = cls(
            others=others,
            chances=chances,
            draws=draws,
            limit=limit,
        )

        return compare_body
