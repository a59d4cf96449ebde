from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ImpactFilters")


@_attrs_define
class ImpactFilters:
    """The filters that the answer was computed with.

    Attributes:
        depth (int | None):
        via (list[str]):
        avoid (list[str]):
        to (list[str]):
        towards (str):
        valid_at (None | str):
        cutoff (float | None):
    """

    depth: int | None
    via: list[str]
    avoid: list[str]
    to: list[str]
    towards: str
    valid_at: None | str
    cutoff: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        depth: int | None
        depth = self.depth

        via = self.via

        avoid = self.avoid

        to = self.to

        towards = self.towards

        valid_at: None | str
        valid_at = self.valid_at

        cutoff: float | None
        cutoff = self.cutoff

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "depth": depth,
                "via": via,
                "avoid": avoid,
                "to": to,
                "towards": towards,
                "valid_at": valid_at,
                "cutoff": cutoff,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_depth(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        depth = _parse_depth(d.pop("depth"))

        via = cast(list[str], d.pop("via"))

        avoid = cast(list[str], d.pop("avoid"))

        to = cast(list[str], d.pop("to"))

        towards = d.pop("towards")

        def _parse_valid_at(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        valid_at = _parse_valid_at(d.pop("valid_at"))

        def _parse_cutoff(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        cutoff = _parse_cutoff(d.pop("cutoff"))

        impact_filters = cls(
            depth=depth,
            via=via,
            avoid=avoid,
            to=to,
            towards=towards,
            valid_at=valid_at,
            cutoff=cutoff,
        )

        impact_filters.additional_properties = d
        return impact_filters

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
