from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.function import Function, check_function
from ..types import UNSET, Unset

T = TypeVar("T", bound="Aggregate")


@_attrs_define
class Aggregate:
    """One number for each group.

    Attributes:
        fn (Function): What is counted over a group.
        name (str):
        path (None | str | Unset): A property of the class; `count` needs none.
    """

    fn: Function
    name: str
    path: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        fn: str = self.fn

        name = self.name

        path: None | str | Unset
        if isinstance(self.path, Unset):
            path = UNSET
        else:
            path = self.path

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "fn": fn,
                "name": name,
            }
        )
        if path is not UNSET:
            field_dict["path"] = path

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        fn = check_function(d.pop("fn"))

        name = d.pop("name")

        def _parse_path(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        path = _parse_path(d.pop("path", UNSET))

        aggregate = cls(
            fn=fn,
            name=name,
            path=path,
        )

        return aggregate
