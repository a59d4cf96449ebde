from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.aside_row_raw import AsideRowRaw


T = TypeVar("T", bound="AsideRow")


@_attrs_define
class AsideRow:
    """A row that was set aside.

    Attributes:
        id (str):
        run (str):
        source (str):
        table (str):
        file (str): As it was given.
        sha256 (str): Of the file's content.
        row (int):
        record (None | str): Its record id, where its key can be read.
        rule (str): What it broke.
        column (None | str):
        reason (str):
        raw (AsideRowRaw): The row as it arrived, by column.
    """

    id: str
    run: str
    source: str
    table: str
    file: str
    sha256: str
    row: int
    record: None | str
    rule: str
    column: None | str
    reason: str
    raw: AsideRowRaw
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        run = self.run

        source = self.source

        table = self.table

        file = self.file

        sha256 = self.sha256

        row = self.row

        record: None | str
        record = self.record

        rule = self.rule

        column: None | str
        column = self.column

        reason = self.reason

        raw = self.raw.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "run": run,
                "source": source,
                "table": table,
                "file": file,
                "sha256": sha256,
                "row": row,
                "record": record,
                "rule": rule,
                "column": column,
                "reason": reason,
                "raw": raw,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.aside_row_raw import AsideRowRaw  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        run = d.pop("run")

        source = d.pop("source")

        table = d.pop("table")

        file = d.pop("file")

        sha256 = d.pop("sha256")

        row = d.pop("row")

        def _parse_record(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        record = _parse_record(d.pop("record"))

        rule = d.pop("rule")

        def _parse_column(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        column = _parse_column(d.pop("column"))

        reason = d.pop("reason")

        raw = AsideRowRaw.from_dict(d.pop("raw"))

        aside_row = cls(
            id=id,
            run=run,
            source=source,
            table=table,
            file=file,
            sha256=sha256,
            row=row,
            record=record,
            rule=rule,
            column=column,
            reason=reason,
            raw=raw,
        )

        aside_row.additional_properties = d
        return aside_row

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
