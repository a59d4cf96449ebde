from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Found")


@_attrs_define
class Found:
    """A thing that a text may name.

    Attributes:
        id (str): Its id; stays the same over merges.
        class_ (str): Its most specific class.
        title (str): What a person calls it.
        why (str): Why it may be meant.
        score (float): 1: exactly that name.
    """

    id: str
    class_: str
    title: str
    why: str
    score: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        class_ = self.class_

        title = self.title

        why = self.why

        score = self.score

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "class": class_,
                "title": title,
                "why": why,
                "score": score,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        class_ = d.pop("class")

        title = d.pop("title")

        why = d.pop("why")

        score = d.pop("score")

        found = cls(
            id=id,
            class_=class_,
            title=title,
            why=why,
            score=score,
        )

        found.additional_properties = d
        return found

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
