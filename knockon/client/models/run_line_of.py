from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.rule_line import RuleLine


T = TypeVar("T", bound="RunLineOf")


@_attrs_define
class RunLineOf:
    """What rules found in the state that a run made.

    Attributes:
        run (str):
        version (int):
        at (str):
        standing (list[RuleLine]): What is in the graph and breaks a rule.
        stopped (list[RuleLine]): What was kept out of the graph.
    """

    run: str
    version: int
    at: str
    standing: list[RuleLine]
    stopped: list[RuleLine]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        run = self.run

        version = self.version

        at = self.at

        standing = []
        for standing_item_data in self.standing:
            standing_item = standing_item_data.to_dict()
            standing.append(standing_item)

        stopped = []
        for stopped_item_data in self.stopped:
            stopped_item = stopped_item_data.to_dict()
            stopped.append(stopped_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "run": run,
                "version": version,
                "at": at,
                "standing": standing,
                "stopped": stopped,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rule_line import RuleLine  # noqa: PLC0415

        d = dict(src_dict)
        run = d.pop("run")

        version = d.pop("version")

        at = d.pop("at")

        standing = []
        _standing = d.pop("standing")
        for standing_item_data in _standing:
            standing_item = RuleLine.from_dict(standing_item_data)

            standing.append(standing_item)

        stopped = []
        _stopped = d.pop("stopped")
        for stopped_item_data in _stopped:
            stopped_item = RuleLine.from_dict(stopped_item_data)

            stopped.append(stopped_item)

        run_line_of = cls(
            run=run,
            version=version,
            at=at,
            standing=standing,
            stopped=stopped,
        )

        run_line_of.additional_properties = d
        return run_line_of

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
