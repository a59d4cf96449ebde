from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.earlier_state_became import EarlierStateBecame
    from ..models.earlier_state_values import EarlierStateValues


T = TypeVar("T", bound="EarlierState")


@_attrs_define
class EarlierState:
    """What was recorded of a thing until it was replaced.

    Attributes:
        since (int): Graph version from which on it was so.
        until (int): Graph version that replaced it.
        run (None | str): The run that replaced it.
        at (None | str): When that was.
        title (str):
        values (EarlierStateValues): What then was different from what came next.
        became (EarlierStateBecame): What came next; null: nothing.
    """

    since: int
    until: int
    run: None | str
    at: None | str
    title: str
    values: EarlierStateValues
    became: EarlierStateBecame
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        since = self.since

        until = self.until

        run: None | str
        run = self.run

        at: None | str
        at = self.at

        title = self.title

        values = self.values.to_dict()

        became = self.became.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "since": since,
                "until": until,
                "run": run,
                "at": at,
                "title": title,
                "values": values,
                "became": became,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.earlier_state_became import EarlierStateBecame  # noqa: PLC0415
        from ..models.earlier_state_values import EarlierStateValues  # noqa: PLC0415

        d = dict(src_dict)
        since = d.pop("since")

        until = d.pop("until")

        def _parse_run(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        run = _parse_run(d.pop("run"))

        def _parse_at(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        at = _parse_at(d.pop("at"))

        title = d.pop("title")

        values = EarlierStateValues.from_dict(d.pop("values"))

        became = EarlierStateBecame.from_dict(d.pop("became"))

        earlier_state = cls(
            since=since,
            until=until,
            run=run,
            at=at,
            title=title,
            values=values,
            became=became,
        )

        earlier_state.additional_properties = d
        return earlier_state

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
