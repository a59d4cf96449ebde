from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.mentions_out_entity import MentionsOutEntity
    from ..models.mentions_out_mentions_item import MentionsOutMentionsItem


T = TypeVar("T", bound="MentionsOut")


@_attrs_define
class MentionsOut:
    """Where texts name a thing, surest first.

    Attributes:
        entity (MentionsOutEntity):
        version (int): Graph version that it rests on.
        mentions (list[MentionsOutMentionsItem]): Document, the words around the name, its characters, how sure, and the
            record that holds the text.
    """

    entity: MentionsOutEntity
    version: int
    mentions: list[MentionsOutMentionsItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        entity = self.entity.to_dict()

        version = self.version

        mentions = []
        for mentions_item_data in self.mentions:
            mentions_item = mentions_item_data.to_dict()
            mentions.append(mentions_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "entity": entity,
                "version": version,
                "mentions": mentions,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.mentions_out_entity import MentionsOutEntity  # noqa: PLC0415
        from ..models.mentions_out_mentions_item import MentionsOutMentionsItem  # noqa: PLC0415

        d = dict(src_dict)
        entity = MentionsOutEntity.from_dict(d.pop("entity"))

        version = d.pop("version")

        mentions = []
        _mentions = d.pop("mentions")
        for mentions_item_data in _mentions:
            mentions_item = MentionsOutMentionsItem.from_dict(mentions_item_data)

            mentions.append(mentions_item)

        mentions_out = cls(
            entity=entity,
            version=version,
            mentions=mentions,
        )

        mentions_out.additional_properties = d
        return mentions_out

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
