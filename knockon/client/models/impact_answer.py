from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.affected_thing import AffectedThing
    from ..models.impact_filters import ImpactFilters
    from ..models.thing import Thing
    from ..models.total import Total


T = TypeVar("T", bound="ImpactAnswer")


@_attrs_define
class ImpactAnswer:
    """What is affected.

    Attributes:
        starts (list[Thing]):
        semantics (str):
        filters (ImpactFilters): The filters that the answer was computed with.
        version (int): Graph version that the answer rests on.
        known_at (int | None): The earlier graph version that was asked for, if one was.
        as_of (datetime.date): The day that days are counted from.
        valid_at (str): The day whose relations count, or `any`.
        found (int): How many are affected.
        listed (int): How many of them are listed.
        complete (bool): Whether nothing was left out by depth, cutoff or an effort limit.
        cutoff (float | None):
        frontier_dropped (int): Steps that were not followed for depth, cutoff or limit.
        assumed_inputs (int): How many of the rows behind it are assumptions, not data.
        notes (list[str]): What a reader should know about it.
        totals (list[Total]):
        affected (list[AffectedThing]): Best first.
        self_supporting (list[list[Thing]] | Unset): `requires`: sets that stand only because each needs another of the
            set.
    """

    starts: list[Thing]
    semantics: str
    filters: ImpactFilters
    version: int
    known_at: int | None
    as_of: datetime.date
    valid_at: str
    found: int
    listed: int
    complete: bool
    cutoff: float | None
    frontier_dropped: int
    assumed_inputs: int
    notes: list[str]
    totals: list[Total]
    affected: list[AffectedThing]
    self_supporting: list[list[Thing]] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        starts = []
        for starts_item_data in self.starts:
            starts_item = starts_item_data.to_dict()
            starts.append(starts_item)

        semantics = self.semantics

        filters = self.filters.to_dict()

        version = self.version

        known_at: int | None
        known_at = self.known_at

        as_of = self.as_of.isoformat()

        valid_at = self.valid_at

        found = self.found

        listed = self.listed

        complete = self.complete

        cutoff: float | None
        cutoff = self.cutoff

        frontier_dropped = self.frontier_dropped

        assumed_inputs = self.assumed_inputs

        notes = self.notes

        totals = []
        for totals_item_data in self.totals:
            totals_item = totals_item_data.to_dict()
            totals.append(totals_item)

        affected = []
        for affected_item_data in self.affected:
            affected_item = affected_item_data.to_dict()
            affected.append(affected_item)

        self_supporting: list[list[dict[str, Any]]] | Unset = UNSET
        if not isinstance(self.self_supporting, Unset):
            self_supporting = []
            for self_supporting_item_data in self.self_supporting:
                self_supporting_item = []
                for self_supporting_item_item_data in self_supporting_item_data:
                    self_supporting_item_item = self_supporting_item_item_data.to_dict()
                    self_supporting_item.append(self_supporting_item_item)

                self_supporting.append(self_supporting_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "starts": starts,
                "semantics": semantics,
                "filters": filters,
                "version": version,
                "known_at": known_at,
                "as_of": as_of,
                "valid_at": valid_at,
                "found": found,
                "listed": listed,
                "complete": complete,
                "cutoff": cutoff,
                "frontier_dropped": frontier_dropped,
                "assumed_inputs": assumed_inputs,
                "notes": notes,
                "totals": totals,
                "affected": affected,
            }
        )
        if self_supporting is not UNSET:
            field_dict["self_supporting"] = self_supporting

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.affected_thing import AffectedThing  # noqa: PLC0415
        from ..models.impact_filters import ImpactFilters  # noqa: PLC0415
        from ..models.thing import Thing  # noqa: PLC0415
        from ..models.total import Total  # noqa: PLC0415

        d = dict(src_dict)
        starts = []
        _starts = d.pop("starts")
        for starts_item_data in _starts:
            starts_item = Thing.from_dict(starts_item_data)

            starts.append(starts_item)

        semantics = d.pop("semantics")

        filters = ImpactFilters.from_dict(d.pop("filters"))

        version = d.pop("version")

        def _parse_known_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        known_at = _parse_known_at(d.pop("known_at"))

        as_of = datetime.date.fromisoformat(d.pop("as_of"))

        valid_at = d.pop("valid_at")

        found = d.pop("found")

        listed = d.pop("listed")

        complete = d.pop("complete")

        def _parse_cutoff(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        cutoff = _parse_cutoff(d.pop("cutoff"))

        frontier_dropped = d.pop("frontier_dropped")

        assumed_inputs = d.pop("assumed_inputs")

        notes = cast(list[str], d.pop("notes"))

        totals = []
        _totals = d.pop("totals")
        for totals_item_data in _totals:
            totals_item = Total.from_dict(totals_item_data)

            totals.append(totals_item)

        affected = []
        _affected = d.pop("affected")
        for affected_item_data in _affected:
            affected_item = AffectedThing.from_dict(affected_item_data)

            affected.append(affected_item)

        _self_supporting = d.pop("self_supporting", UNSET)
        self_supporting: list[list[Thing]] | Unset = UNSET
        if _self_supporting is not UNSET:
            self_supporting = []
            for self_supporting_item_data in _self_supporting:
                self_supporting_item = []
                _self_supporting_item = self_supporting_item_data
                for self_supporting_item_item_data in _self_supporting_item:
                    self_supporting_item_item = Thing.from_dict(
                        self_supporting_item_item_data
                    )

                    self_supporting_item.append(self_supporting_item_item)

                self_supporting.append(self_supporting_item)

        impact_answer = cls(
            starts=starts,
            semantics=semantics,
            filters=filters,
            version=version,
            known_at=known_at,
            as_of=as_of,
            valid_at=valid_at,
            found=found,
            listed=listed,
            complete=complete,
            cutoff=cutoff,
            frontier_dropped=frontier_dropped,
            assumed_inputs=assumed_inputs,
            notes=notes,
            totals=totals,
            affected=affected,
            self_supporting=self_supporting,
        )

        impact_answer.additional_properties = d
        return impact_answer

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
