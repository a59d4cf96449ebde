from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="RunLine")


@_attrs_define
class RunLine:
    """One change of the graph.

    Attributes:
        id (str):
        ordinal (int):
        kind (str): `ingest`, `replay`, `correct`, `assume`, `undo` or `repair`.
        status (str): `writing`, `live` or `failed`.
        in_force (bool): Whether it holds: it was published, and no undo that holds takes it back.
        agent (str):
        because (str):
        target (None | str): The run that an undo is about.
        started (str):
        finished (None | str):
        published (int | None): The graph version that it made.
        undone_by (None | str | Unset): The undo that takes it back.
    """

    id: str
    ordinal: int
    kind: str
    status: str
    in_force: bool
    agent: str
    because: str
    target: None | str
    started: str
    finished: None | str
    published: int | None
    undone_by: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        ordinal = self.ordinal

        kind = self.kind

        status = self.status

        in_force = self.in_force

        agent = self.agent

        because = self.because

        target: None | str
        target = self.target

        started = self.started

        finished: None | str
        finished = self.finished

        published: int | None
        published = self.published

        undone_by: None | str | Unset
        if isinstance(self.undone_by, Unset):
            undone_by = UNSET
        else:
            undone_by = self.undone_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "ordinal": ordinal,
                "kind": kind,
                "status": status,
                "in_force": in_force,
                "agent": agent,
                "because": because,
                "target": target,
                "started": started,
                "finished": finished,
                "published": published,
            }
        )
        if undone_by is not UNSET:
            field_dict["undone_by"] = undone_by

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        ordinal = d.pop("ordinal")

        kind = d.pop("kind")

        status = d.pop("status")

        in_force = d.pop("in_force")

        agent = d.pop("agent")

        because = d.pop("because")

        def _parse_target(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        target = _parse_target(d.pop("target"))

        started = d.pop("started")

        def _parse_finished(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        finished = _parse_finished(d.pop("finished"))

        def _parse_published(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        published = _parse_published(d.pop("published"))

        def _parse_undone_by(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        undone_by = _parse_undone_by(d.pop("undone_by", UNSET))

        run_line = cls(
            id=id,
            ordinal=ordinal,
            kind=kind,
            status=status,
            in_force=in_force,
            agent=agent,
            because=because,
            target=target,
            started=started,
            finished=finished,
            published=published,
            undone_by=undone_by,
        )

        run_line.additional_properties = d
        return run_line

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
