from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="UploadAnswer")


@_attrs_define
class UploadAnswer:
    """A file that was taken in.

    Attributes:
        id (str):
        source (str):
        file (str):
        size (int):
        sha256 (str):
        tables (list[str]): Tables that are read from it.
    """

    id: str
    source: str
    file: str
    size: int
    sha256: str
    tables: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        source = self.source

        file = self.file

        size = self.size

        sha256 = self.sha256

        tables = self.tables

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "source": source,
                "file": file,
                "size": size,
                "sha256": sha256,
                "tables": tables,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        source = d.pop("source")

        file = d.pop("file")

        size = d.pop("size")

        sha256 = d.pop("sha256")

        tables = cast(list[str], d.pop("tables"))

        upload_answer = cls(
            id=id,
            source=source,
            file=file,
            size=size,
            sha256=sha256,
            tables=tables,
        )

        upload_answer.additional_properties = d
        return upload_answer

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
