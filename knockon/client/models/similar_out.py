from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.similar_out_entity import SimilarOutEntity
    from ..models.similar_out_similar_item import SimilarOutSimilarItem
    from ..models.similar_out_suggested_item import SimilarOutSuggestedItem


T = TypeVar("T", bound="SimilarOut")


@_attrs_define
class SimilarOut:
    """Things like one, best first, each with what both hang together with.

    Attributes:
        entity (SimilarOutEntity):
        version (int): Graph version that it rests on.
        similar (list[SimilarOutSimilarItem]): Score from 0 to 1, why in words, reasons with their rows.
        suggested (list[SimilarOutSuggestedItem]): What is like the things it has, but is not there: may be missing, or
            come.
        notes (list[str]):
    """

    entity: SimilarOutEntity
    version: int
    similar: list[SimilarOutSimilarItem]
    suggested: list[SimilarOutSuggestedItem]
    notes: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        entity = self.entity.to_dict()

        version = self.version

        similar = []
        for similar_item_data in self.similar:
            similar_item = similar_item_data.to_dict()
            similar.append(similar_item)

        suggested = []
        for suggested_item_data in self.suggested:
            suggested_item = suggested_item_data.to_dict()
            suggested.append(suggested_item)

        notes = self.notes

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "entity": entity,
                "version": version,
                "similar": similar,
                "suggested": suggested,
                "notes": notes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.similar_out_entity import SimilarOutEntity  # noqa: PLC0415
        from ..models.similar_out_similar_item import SimilarOutSimilarItem  # noqa: PLC0415
        from ..models.similar_out_suggested_item import SimilarOutSuggestedItem  # noqa: PLC0415

        d = dict(src_dict)
        entity = SimilarOutEntity.from_dict(d.pop("entity"))

        version = d.pop("version")

        similar = []
        _similar = d.pop("similar")
        for similar_item_data in _similar:
            similar_item = SimilarOutSimilarItem.from_dict(similar_item_data)

            similar.append(similar_item)

        suggested = []
        _suggested = d.pop("suggested")
        for suggested_item_data in _suggested:
            suggested_item = SimilarOutSuggestedItem.from_dict(suggested_item_data)

            suggested.append(suggested_item)

        notes = cast(list[str], d.pop("notes"))

        similar_out = cls(
            entity=entity,
            version=version,
            similar=similar,
            suggested=suggested,
            notes=notes,
        )

        similar_out.additional_properties = d
        return similar_out

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
