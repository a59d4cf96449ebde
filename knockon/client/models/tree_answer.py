from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.holding_answer import HoldingAnswer


T = TypeVar("T", bound="TreeAnswer")


@_attrs_define
class TreeAnswer:
    """Records of an entity and the strongest links that suffice to hold them together.

    Attributes:
        records (list[str]):
        links (list[HoldingAnswer]):
        weakest (HoldingAnswer | None):
    """

    records: list[str]
    links: list[HoldingAnswer]
    weakest: HoldingAnswer | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.holding_answer import HoldingAnswer  # noqa: PLC0415

        records = self.records

        links = []
        for links_item_data in self.links:
            links_item = links_item_data.to_dict()
            links.append(links_item)

        weakest: dict[str, Any] | None
        if isinstance(self.weakest, HoldingAnswer):
            weakest = self.weakest.to_dict()
        else:
            weakest = self.weakest

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "records": records,
                "links": links,
                "weakest": weakest,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.holding_answer import HoldingAnswer  # noqa: PLC0415

        d = dict(src_dict)
        records = cast(list[str], d.pop("records"))

        links = []
        _links = d.pop("links")
        for links_item_data in _links:
            links_item = HoldingAnswer.from_dict(links_item_data)

            links.append(links_item)

        def _parse_weakest(data: object) -> HoldingAnswer | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                weakest_type_0 = HoldingAnswer.from_dict(data)

                return weakest_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(HoldingAnswer | None, data)

        weakest = _parse_weakest(d.pop("weakest"))

        tree_answer = cls(
            records=records,
            links=links,
            weakest=weakest,
        )

        tree_answer.additional_properties = d
        return tree_answer

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
