from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define

from ..models.semantics import Semantics, check_semantics
from ..models.towards import Towards, check_towards
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.start_question import StartQuestion


T = TypeVar("T", bound="ImpactQuestion")


@_attrs_define
class ImpactQuestion:
    """What is affected if some things fail?

    Attributes:
        starts (list[StartQuestion | str]): What fails: names, or more.
        semantics (None | Semantics | Unset): In which sense affected (docs/impact.md); null: `delayed` where a start
            says how many days it lasts, otherwise `reach`.
        depth (int | None | Unset): At most so many steps; null: no bound.
        via (list[str] | Unset): Only along these relations or roles.
        avoid (list[str] | Unset): Nothing of these classes is followed.
        to (list[str] | Unset): Report only these classes; others are followed through.
        towards (Towards | Unset): Which way to look from the start.
        cutoff (float | None | Unset): `strongest`: least score; `earliest`: most days.
        valid_at (datetime.date | Literal['any'] | None | Unset): What held on that day, or `any` for all of time; null:
            today.
        known_at (None | str | Unset): As it was recorded then: a graph version, a run, a date or an instant.
        limit (int | Unset): How many to list; totals count all. Default: 25.
        paths (int | Unset): Paths for each of those listed. Default: 3.
    """

    starts: list[StartQuestion | str]
    semantics: None | Semantics | Unset = UNSET
    depth: int | None | Unset = UNSET
    via: list[str] | Unset = UNSET
    avoid: list[str] | Unset = UNSET
    to: list[str] | Unset = UNSET
    towards: Towards | Unset = UNSET
    cutoff: float | None | Unset = UNSET
    valid_at: datetime.date | Literal["any"] | None | Unset = UNSET
    known_at: None | str | Unset = UNSET
    limit: int | Unset = 25
    paths: int | Unset = 3

    def to_dict(self) -> dict[str, Any]:
        from ..models.start_question import StartQuestion  # noqa: PLC0415

        starts = []
        for starts_item_data in self.starts:
            starts_item: dict[str, Any] | str
            if isinstance(starts_item_data, StartQuestion):
                starts_item = starts_item_data.to_dict()
            else:
                starts_item = starts_item_data
            starts.append(starts_item)

        semantics: None | str | Unset
        if isinstance(self.semantics, Unset):
            semantics = UNSET
        elif isinstance(self.semantics, str):
            semantics = self.semantics
        else:
            semantics = self.semantics

        depth: int | None | Unset
        if isinstance(self.depth, Unset):
            depth = UNSET
        else:
            depth = self.depth

        via: list[str] | Unset = UNSET
        if not isinstance(self.via, Unset):
            via = self.via

        avoid: list[str] | Unset = UNSET
        if not isinstance(self.avoid, Unset):
            avoid = self.avoid

        to: list[str] | Unset = UNSET
        if not isinstance(self.to, Unset):
            to = self.to

        towards: str | Unset = UNSET
        if not isinstance(self.towards, Unset):
            towards = self.towards

        cutoff: float | None | Unset
        if isinstance(self.cutoff, Unset):
            cutoff = UNSET
        else:
            cutoff = self.cutoff

        valid_at: Literal["any"] | None | str | Unset
        if isinstance(self.valid_at, Unset):
            valid_at = UNSET
        elif isinstance(self.valid_at, datetime.date):
            valid_at = self.valid_at.isoformat()
        else:
            valid_at = self.valid_at

        known_at: None | str | Unset
        if isinstance(self.known_at, Unset):
            known_at = UNSET
        else:
            known_at = self.known_at

        limit = self.limit

        paths = self.paths

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "starts": starts,
            }
        )
        if semantics is not UNSET:
            field_dict["semantics"] = semantics
        if depth is not UNSET:
            field_dict["depth"] = depth
        if via is not UNSET:
            field_dict["via"] = via
        if avoid is not UNSET:
            field_dict["avoid"] = avoid
        if to is not UNSET:
            field_dict["to"] = to
        if towards is not UNSET:
            field_dict["towards"] = towards
        if cutoff is not UNSET:
            field_dict["cutoff"] = cutoff
        if valid_at is not UNSET:
            field_dict["valid_at"] = valid_at
        if known_at is not UNSET:
            field_dict["known_at"] = known_at
        if limit is not UNSET:
            field_dict["limit"] = limit
        if paths is not UNSET:
            field_dict["paths"] = paths

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.start_question import StartQuestion  # noqa: PLC0415

        d = dict(src_dict)
        starts = []
        _starts = d.pop("starts")
        for starts_item_data in _starts:

            def _parse_starts_item(data: object) -> StartQuestion | str:
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    starts_item_type_1 = StartQuestion.from_dict(data)

                    return starts_item_type_1
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                return cast(StartQuestion | str, data)

            starts_item = _parse_starts_item(starts_item_data)

            starts.append(starts_item)

        def _parse_semantics(data: object) -> None | Semantics | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                semantics_type_0 = check_semantics(data)

                return semantics_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Semantics | Unset, data)

        semantics = _parse_semantics(d.pop("semantics", UNSET))

        def _parse_depth(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        depth = _parse_depth(d.pop("depth", UNSET))

        via = cast(list[str], d.pop("via", UNSET))

        avoid = cast(list[str], d.pop("avoid", UNSET))

        to = cast(list[str], d.pop("to", UNSET))

        _towards = d.pop("towards", UNSET)
        towards: Towards | Unset
        if isinstance(_towards, Unset):
            towards = UNSET
        else:
            towards = check_towards(_towards)

        def _parse_cutoff(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        cutoff = _parse_cutoff(d.pop("cutoff", UNSET))

        def _parse_valid_at(
            data: object,
        ) -> datetime.date | Literal["any"] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                valid_at_type_0 = datetime.date.fromisoformat(data)

                return valid_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            valid_at_type_1 = cast(Literal["any"], data)
            if valid_at_type_1 != "any":
                raise ValueError(
                    f"valid_at_type_1 must match const 'any', got '{valid_at_type_1}'"
                )
            return valid_at_type_1
            return cast(datetime.date | Literal["any"] | None | Unset, data)

        valid_at = _parse_valid_at(d.pop("valid_at", UNSET))

        def _parse_known_at(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        known_at = _parse_known_at(d.pop("known_at", UNSET))

        limit = d.pop("limit", UNSET)

        paths = d.pop("paths", UNSET)

        impact_question = cls(
            starts=starts,
            semantics=semantics,
            depth=depth,
            via=via,
            avoid=avoid,
            to=to,
            towards=towards,
            cutoff=cutoff,
            valid_at=valid_at,
            known_at=known_at,
            limit=limit,
            paths=paths,
        )

        return impact_question
