from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.path import Path
    from ..models.thing import Thing


T = TypeVar("T", bound="ConnectionAnswer")


@_attrs_define
class ConnectionAnswer:
    """How two things hang together.

    Attributes:
        start (Thing): An entity as a person recognises it.
        end (Thing): An entity as a person recognises it.
        version (int): Graph version that the answer rests on.
        complete (bool): Whether the paths are proven to be the best.
        assumed_inputs (int):
        paths (list[Path]):
    """

    start: Thing
    end: Thing
    version: int
    complete: bool
    assumed_inputs: int
    paths: list[Path]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        start = self.start.to_dict()

        end = self.end.to_dict()

        version = self.version

        complete = self.complete

        assumed_inputs = self.assumed_inputs

        paths = []
        for paths_item_data in self.paths:
            paths_item = paths_item_data.to_dict()
            paths.append(paths_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "start": start,
                "end": end,
                "version": version,
                "complete": complete,
                "assumed_inputs": assumed_inputs,
                "paths": paths,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.path import Path  # noqa: PLC0415
        from ..models.thing import Thing  # noqa: PLC0415

        d = dict(src_dict)
        start = Thing.from_dict(d.pop("start"))

        end = Thing.from_dict(d.pop("end"))

        version = d.pop("version")

        complete = d.pop("complete")

        assumed_inputs = d.pop("assumed_inputs")

        paths = []
        _paths = d.pop("paths")
        for paths_item_data in _paths:
            paths_item = Path.from_dict(paths_item_data)

            paths.append(paths_item)

        connection_answer = cls(
            start=start,
            end=end,
            version=version,
            complete=complete,
            assumed_inputs=assumed_inputs,
            paths=paths,
        )

        connection_answer.additional_properties = d
        return connection_answer

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
