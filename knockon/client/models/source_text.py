from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.table_text import TableText


T = TypeVar("T", bound="SourceText")


@_attrs_define
class SourceText:
    """A system whose exports are read.

    Attributes:
        source (str):
        title (str):
        tables (list[TableText]):
    """

    source: str
    title: str
    tables: list[TableText]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        source = self.source

        title = self.title

        tables = []
        for tables_item_data in self.tables:
            tables_item = tables_item_data.to_dict()
            tables.append(tables_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "source": source,
                "title": title,
                "tables": tables,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.table_text import TableText  # noqa: PLC0415

        d = dict(src_dict)
        source = d.pop("source")

        title = d.pop("title")

        tables = []
        _tables = d.pop("tables")
        for tables_item_data in _tables:
            tables_item = TableText.from_dict(tables_item_data)

            tables.append(tables_item)

        source_text = cls(
            source=source,
            title=title,
            tables=tables,
        )

        source_text.additional_properties = d
        return source_text

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
