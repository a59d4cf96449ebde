from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.aside_row import AsideRow


T = TypeVar("T", bound="QuarantineAnswer")


@_attrs_define
class QuarantineAnswer:
    """Rows that were set aside.

    Attributes:
        version (int): Graph version that the answer rests on.
        total (int): Lines in all: a row that breaks two rules has two.
        set_aside (int): Rows in all, each counted once.
        rows (list[AsideRow]):
        next_ (None | str | Unset): Cursor of the next page; null: this is the last.
    """

    version: int
    total: int
    set_aside: int
    rows: list[AsideRow]
    next_: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        total = self.total

        set_aside = self.set_aside

        rows = []
        for rows_item_data in self.rows:
            rows_item = rows_item_data.to_dict()
            rows.append(rows_item)

        next_: None | str | Unset
        if isinstance(self.next_, Unset):
            next_ = UNSET
        else:
            next_ = self.next_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "total": total,
                "set_aside": set_aside,
                "rows": rows,
            }
        )
        if next_ is not UNSET:
            field_dict["next"] = next_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.aside_row import AsideRow  # noqa: PLC0415

        d = dict(src_dict)
        version = d.pop("version")

        total = d.pop("total")

        set_aside = d.pop("set_aside")

        rows = []
        _rows = d.pop("rows")
        for rows_item_data in _rows:
            rows_item = AsideRow.from_dict(rows_item_data)

            rows.append(rows_item)

        def _parse_next_(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        next_ = _parse_next_(d.pop("next", UNSET))

        quarantine_answer = cls(
            version=version,
            total=total,
            set_aside=set_aside,
            rows=rows,
            next_=next_,
        )

        quarantine_answer.additional_properties = d
        return quarantine_answer

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
