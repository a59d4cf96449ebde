from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="RunBody")


@_attrs_define
class RunBody:
    """What is reported of a run.

    Attributes:
        explain (list[str] | Unset): Why these figures differ.
        chances (list[str] | Unset): These figures under uncertainty.
        draws (int | None | Unset):
        seek (None | str | Unset): `FIGURE >= VALUE`: from which amount on it holds.
        vary (int | Unset): `seek`: which intervention's amount is varied. Default: 1.
        limit (int | Unset): Figures listed of each measure. Default: 10.
        check (bool | Unset): Check the rules of the data inside the scenario. Default: True.
    """

    explain: list[str] | Unset = UNSET
    chances: list[str] | Unset = UNSET
    draws: int | None | Unset = UNSET
    seek: None | str | Unset = UNSET
    vary: int | Unset = 1
    limit: int | Unset = 10
    check: bool | Unset = True

    def to_dict(self) -> dict[str, Any]:
        explain: list[str] | Unset = UNSET
        if not isinstance(self.explain, Unset):
            explain = self.explain

        chances: list[str] | Unset = UNSET
        if not isinstance(self.chances, Unset):
            chances = self.chances

        draws: int | None | Unset
        if isinstance(self.draws, Unset):
            draws = UNSET
        else:
            draws = self.draws

        seek: None | str | Unset
        if isinstance(self.seek, Unset):
            seek = UNSET
        else:
            seek = self.seek

        vary = self.vary

        limit = self.limit

        check = self.check

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if explain is not UNSET:
            field_dict["explain"] = explain
        if chances is not UNSET:
            field_dict["chances"] = chances
        if draws is not UNSET:
            field_dict["draws"] = draws
        if seek is not UNSET:
            field_dict["seek"] = seek
        if vary is not UNSET:
            field_dict["vary"] = vary
        if limit is not UNSET:
            field_dict["limit"] = limit
        if check is not UNSET:
            field_dict["check"] = check

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        explain = cast(list[str], d.pop("explain", UNSET))

        chances = cast(list[str], d.pop("chances", UNSET))

        def _parse_draws(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        draws = _parse_draws(d.pop("draws", UNSET))

        def _parse_seek(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        seek = _parse_seek(d.pop("seek", UNSET))

        vary = d.pop("vary", UNSET)

        limit = d.pop("limit", UNSET)

        check = d.pop("check", UNSET)

        run_body = cls(
            explain=explain,
            chances=chances,
            draws=draws,
            seek=seek,
            vary=vary,
            limit=limit,
            check=check,
        )

        return run_body
