from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="RecordRow")


@_attrs_define
class RecordRow:
    """A row of a source that an answer rests on.

    Attributes:
        id (str): Source, table and key.
        source (str):
        table (str):
        key (str):
        kind (str): `source`, `correction` or `assumption`.
        stale (bool): A newer version of the row is set aside.
        file (None | str): The file it was read from.
        row (int | None): The row in the file, from 1, without the header.
    """

    id: str
    source: str
    table: str
    key: str
    kind: str
    stale: bool
    file: None | str
    row: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        source = self.source

        table = self.table

        key = self.key

        kind = self.kind

        stale = self.stale

        file: None | str
        file = self.file

        row: int | None
        row = self.row

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "source": source,
                "table": table,
                "key": key,
                "kind": kind,
                "stale": stale,
                "file": file,
                "row": row,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        source = d.pop("source")

        table = d.pop("table")

        key = d.pop("key")

        kind = d.pop("kind")

        stale = d.pop("stale")

        def _parse_file(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        file = _parse_file(d.pop("file"))

        def _parse_row(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        row = _parse_row(d.pop("row"))

        record_row = cls(
            id=id,
            source=source,
            table=table,
            key=key,
            kind=kind,
            stale=stale,
            file=file,
            row=row,
        )

        record_row.additional_properties = d
        return record_row

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
