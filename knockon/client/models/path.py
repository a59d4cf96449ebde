from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.hop import Hop


T = TypeVar("T", bound="Path")


@_attrs_define
class Path:
    """A way from a start to what is affected; nothing occurs twice on it.

    Attributes:
        sentence (str):
        score (float): Product of the weights.
        lag_days (float | None): Sum of the lags.
        hops (list[Hop]):
    """

    sentence: str
    score: float
    lag_days: float | None
    hops: list[Hop]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        sentence = self.sentence

        score = self.score

        lag_days: float | None
        lag_days = self.lag_days

        hops = []
        for hops_item_data in self.hops:
            hops_item = hops_item_data.to_dict()
            hops.append(hops_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "sentence": sentence,
                "score": score,
                "lag_days": lag_days,
                "hops": hops,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.hop import Hop  # noqa: PLC0415

        d = dict(src_dict)
        sentence = d.pop("sentence")

        score = d.pop("score")

        def _parse_lag_days(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        lag_days = _parse_lag_days(d.pop("lag_days"))

        hops = []
        _hops = d.pop("hops")
        for hops_item_data in _hops:
            hops_item = Hop.from_dict(hops_item_data)

            hops.append(hops_item)

        path = cls(
            sentence=sentence,
            score=score,
            lag_days=lag_days,
            hops=hops,
        )

        path.additional_properties = d
        return path

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
