from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.query_row import QueryRow


T = TypeVar("T", bound="QueryAnswer")


@_attrs_define
class QueryAnswer:
    """Rows of a query.

    Attributes:
        version (int): Graph version that the answer rests on.
        columns (list[str]):
        rows (list[QueryRow]):
        next_ (None | str): Cursor of the next page; null: this is the last.
        withheld (list[str]): What the caller may not see, by policy.
    """

    version: int
    columns: list[str]
    rows: list[QueryRow]
    next_: None | str
    withheld: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        columns = self.columns

        rows = []
        for rows_item_data in self.rows:
            rows_item = rows_item_data.to_dict()
            rows.append(rows_item)

        next_: None | str
        next_ = self.next_

        withheld = self.withheld

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "columns": columns,
                "rows": rows,
                "next": next_,
                "withheld": withheld,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.query_row import QueryRow  # noqa: PLC0415

        d = dict(src_dict)
        version = d.pop("version")

        columns = cast(list[str], d.pop("columns"))

        rows = []
        _rows = d.pop("rows")
        for rows_item_data in _rows:
            rows_item = QueryRow.from_dict(rows_item_data)

            rows.append(rows_item)

        def _parse_next_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_ = _parse_next_(d.pop("next"))

        withheld = cast(list[str], d.pop("withheld"))

        query_answer = cls(
            version=version,
            columns=columns,
            rows=rows,
            next_=next_,
            withheld=withheld,
        )

        query_answer.additional_properties = d
        return query_answer

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
