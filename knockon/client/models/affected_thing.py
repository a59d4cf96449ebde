from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.path import Path
    from ..models.record_row import RecordRow
    from ..models.thing import Thing


T = TypeVar("T", bound="AffectedThing")


@_attrs_define
class AffectedThing:
    """One thing that is affected.

    Attributes:
        entity (Thing): An entity as a person recognises it.
        score (float): How strongly, in the sense that was asked.
        earliest_days (float | None): Days until it can first be felt.
        earliest_on (datetime.date | None): The day of that.
        hops (int): Steps of the path that the score belongs to.
        amount (None | str): The money at stake, exact.
        currency (None | str):
        when (datetime.date | None): When it is due.
        paths (list[Path]): Its best paths, best first.
        records (list[RecordRow]): The rows that describe it.
        interval (list[float] | None | Unset): Confidence interval of a sampled score.
        until_days (float | None | Unset): Days until it is over; null: no end known.
        note (None | str | Unset): What to know about it.
    """

    entity: Thing
    score: float
    earliest_days: float | None
    earliest_on: datetime.date | None
    hops: int
    amount: None | str
    currency: None | str
    when: datetime.date | None
    paths: list[Path]
    records: list[RecordRow]
    interval: list[float] | None | Unset = UNSET
    until_days: float | None | Unset = UNSET
    note: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        entity = self.entity.to_dict()

        score = self.score

        earliest_days: float | None
        earliest_days = self.earliest_days

        earliest_on: None | str
        if isinstance(self.earliest_on, datetime.date):
            earliest_on = self.earliest_on.isoformat()
        else:
            earliest_on = self.earliest_on

        hops = self.hops

        amount: None | str
        amount = self.amount

        currency: None | str
        currency = self.currency

        when: None | str
        if isinstance(self.when, datetime.date):
            when = self.when.isoformat()
        else:
            when = self.when

        paths = []
        for paths_item_data in self.paths:
            paths_item = paths_item_data.to_dict()
            paths.append(paths_item)

        records = []
        for records_item_data in self.records:
            records_item = records_item_data.to_dict()
            records.append(records_item)

        interval: list[float] | None | Unset
        if isinstance(self.interval, Unset):
            interval = UNSET
        elif isinstance(self.interval, list):
            interval = self.interval

        else:
            interval = self.interval

        until_days: float | None | Unset
        if isinstance(self.until_days, Unset):
            until_days = UNSET
        else:
            until_days = self.until_days

        note: None | str | Unset
        if isinstance(self.note, Unset):
            note = UNSET
        else:
            note = self.note

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "entity": entity,
                "score": score,
                "earliest_days": earliest_days,
                "earliest_on": earliest_on,
                "hops": hops,
                "amount": amount,
                "currency": currency,
                "when": when,
                "paths": paths,
                "records": records,
            }
        )
        if interval is not UNSET:
            field_dict["interval"] = interval
        if until_days is not UNSET:
            field_dict["until_days"] = until_days
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.path import Path  # noqa: PLC0415
        from ..models.record_row import RecordRow  # noqa: PLC0415
        from ..models.thing import Thing  # noqa: PLC0415

        d = dict(src_dict)
        entity = Thing.from_dict(d.pop("entity"))

        score = d.pop("score")

        def _parse_earliest_days(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        earliest_days = _parse_earliest_days(d.pop("earliest_days"))

        def _parse_earliest_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                earliest_on_type_0 = datetime.date.fromisoformat(data)

                return earliest_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        earliest_on = _parse_earliest_on(d.pop("earliest_on"))

        hops = d.pop("hops")

        def _parse_amount(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        amount = _parse_amount(d.pop("amount"))

        def _parse_currency(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        currency = _parse_currency(d.pop("currency"))

        def _parse_when(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                when_type_0 = datetime.date.fromisoformat(data)

                return when_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        when = _parse_when(d.pop("when"))

        paths = []
        _paths = d.pop("paths")
        for paths_item_data in _paths:
            paths_item = Path.from_dict(paths_item_data)

            paths.append(paths_item)

        records = []
        _records = d.pop("records")
        for records_item_data in _records:
            records_item = RecordRow.from_dict(records_item_data)

            records.append(records_item)

        def _parse_interval(data: object) -> list[float] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                interval_type_0 = cast(list[float], data)

                return interval_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[float] | None | Unset, data)

        interval = _parse_interval(d.pop("interval", UNSET))

        def _parse_until_days(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        until_days = _parse_until_days(d.pop("until_days", UNSET))

        def _parse_note(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        note = _parse_note(d.pop("note", UNSET))

        affected_thing = cls(
            entity=entity,
            score=score,
            earliest_days=earliest_days,
            earliest_on=earliest_on,
            hops=hops,
            amount=amount,
            currency=currency,
            when=when,
            paths=paths,
            records=records,
            interval=interval,
            until_days=until_days,
            note=note,
        )

        affected_thing.additional_properties = d
        return affected_thing

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
