from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.record_row import RecordRow
    from ..models.thing import Thing


T = TypeVar("T", bound="Hop")


@_attrs_define
class Hop:
    """One step of a path.

    Attributes:
        relation (str): Id of the relation.
        name (str): Its name in the ontology.
        label (str): How it reads in this direction.
        source (Thing): An entity as a person recognises it.
        target (Thing): An entity as a person recognises it.
        weight (float): How much of a failure is passed on, 0 to 1.
        lag_days (float): Days until it is passed on.
        valid_from (datetime.date | None): First day on which it holds; null: always did.
        valid_to (datetime.date | None): First day on which it no longer holds; null: still does.
        records (list[RecordRow]): The rows that say so.
    """

    relation: str
    name: str
    label: str
    source: Thing
    target: Thing
    weight: float
    lag_days: float
    valid_from: datetime.date | None
    valid_to: datetime.date | None
    records: list[RecordRow]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        relation = self.relation

        name = self.name

        label = self.label

        source = self.source.to_dict()

        target = self.target.to_dict()

        weight = self.weight

        lag_days = self.lag_days

        valid_from: None | str
        if isinstance(self.valid_from, datetime.date):
            valid_from = self.valid_from.isoformat()
        else:
            valid_from = self.valid_from

        valid_to: None | str
        if isinstance(self.valid_to, datetime.date):
            valid_to = self.valid_to.isoformat()
        else:
            valid_to = self.valid_to

        records = []
        for records_item_data in self.records:
            records_item = records_item_data.to_dict()
            records.append(records_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "relation": relation,
                "name": name,
                "label": label,
                "source": source,
                "target": target,
                "weight": weight,
                "lag_days": lag_days,
                "valid_from": valid_from,
                "valid_to": valid_to,
                "records": records,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.record_row import RecordRow  # noqa: PLC0415
        from ..models.thing import Thing  # noqa: PLC0415

        d = dict(src_dict)
        relation = d.pop("relation")

        name = d.pop("name")

        label = d.pop("label")

        source = Thing.from_dict(d.pop("source"))

        target = Thing.from_dict(d.pop("target"))

        weight = d.pop("weight")

        lag_days = d.pop("lag_days")

        def _parse_valid_from(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                valid_from_type_0 = datetime.date.fromisoformat(data)

                return valid_from_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        valid_from = _parse_valid_from(d.pop("valid_from"))

        def _parse_valid_to(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                valid_to_type_0 = datetime.date.fromisoformat(data)

                return valid_to_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        valid_to = _parse_valid_to(d.pop("valid_to"))

        records = []
        _records = d.pop("records")
        for records_item_data in _records:
            records_item = RecordRow.from_dict(records_item_data)

            records.append(records_item)

        hop = cls(
            relation=relation,
            name=name,
            label=label,
            source=source,
            target=target,
            weight=weight,
            lag_days=lag_days,
            valid_from=valid_from,
            valid_to=valid_to,
            records=records,
        )

        hop.additional_properties = d
        return hop

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
