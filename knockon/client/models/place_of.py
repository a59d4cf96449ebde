from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="PlaceOf")


@_attrs_define
class PlaceOf:
    """Where a row stands.

    Attributes:
        kind (str):
        file (str): As it was given.
        sha256 (str): Of the file's content.
        row (int):
        run (str): The run that read it.
        stale (bool): A newer version of the row is set aside.
        recorded (str): When.
        agent (str): By whom.
        because (str): Why, where a person said so.
    """

    kind: str
    file: str
    sha256: str
    row: int
    run: str
    stale: bool
    recorded: str
    agent: str
    because: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind

        file = self.file

        sha256 = self.sha256

        row = self.row

        run = self.run

        stale = self.stale

        recorded = self.recorded

        agent = self.agent

        because = self.because

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "file": file,
                "sha256": sha256,
                "row": row,
                "run": run,
                "stale": stale,
                "recorded": recorded,
                "agent": agent,
                "because": because,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = d.pop("kind")

        file = d.pop("file")

        sha256 = d.pop("sha256")

        row = d.pop("row")

        run = d.pop("run")

        stale = d.pop("stale")

        recorded = d.pop("recorded")

        agent = d.pop("agent")

        because = d.pop("because")

        place_of = cls(
            kind=kind,
            file=file,
            sha256=sha256,
            row=row,
            run=run,
            stale=stale,
            recorded=recorded,
            agent=agent,
            because=because,
        )

        place_of.additional_properties = d
        return place_of

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
