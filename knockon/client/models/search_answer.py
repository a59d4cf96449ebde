from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.found import Found


T = TypeVar("T", bound="SearchAnswer")


@_attrs_define
class SearchAnswer:
    """Things that a text may name.

    Attributes:
        query (str):
        version (int): Graph version that the answer rests on.
        results (list[Found]): Best first.
    """

    query: str
    version: int
    results: list[Found]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        query = self.query

        version = self.version

        results = []
        for results_item_data in self.results:
            results_item = results_item_data.to_dict()
            results.append(results_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "query": query,
                "version": version,
                "results": results,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.found import Found  # noqa: PLC0415

        d = dict(src_dict)
        query = d.pop("query")

        version = d.pop("version")

        results = []
        _results = d.pop("results")
        for results_item_data in _results:
            results_item = Found.from_dict(results_item_data)

            results.append(results_item)

        search_answer = cls(
            query=query,
            version=version,
            results=results,
        )

        search_answer.additional_properties = d
        return search_answer

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
