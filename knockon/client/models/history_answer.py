from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.run_line_of import RunLineOf


T = TypeVar("T", bound="HistoryAnswer")


@_attrs_define
class HistoryAnswer:
    """What rules found, run by run, newest first.

    Attributes:
        version (int): Graph version that the answer rests on.
        runs (list[RunLineOf]):
    """

    version: int
    runs: list[RunLineOf]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        runs = []
        for runs_item_data in self.runs:
            runs_item = runs_item_data.to_dict()
            runs.append(runs_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "runs": runs,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.run_line_of import RunLineOf  # noqa: PLC0415

        d = dict(src_dict)
        version = d.pop("version")

        runs = []
        _runs = d.pop("runs")
        for runs_item_data in _runs:
            runs_item = RunLineOf.from_dict(runs_item_data)

            runs.append(runs_item)

        history_answer = cls(
            version=version,
            runs=runs,
        )

        history_answer.additional_properties = d
        return history_answer

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
