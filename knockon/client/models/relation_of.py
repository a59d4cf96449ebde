from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.relation_of_values import RelationOfValues
    from ..models.thing import Thing


T = TypeVar("T", bound="RelationOf")


@_attrs_define
class RelationOf:
    """A relation as seen from the entity.

    Attributes:
        id (str):
        relation (str): Its name in the ontology.
        role (str): What it is called from here.
        label (str): How it reads from here.
        other (Thing): An entity as a person recognises it.
        values (RelationOfValues): Its own values.
        valid_from (datetime.date | None):
        valid_to (datetime.date | None):
        records (list[str]): Ids of the rows that say so.
    """

    id: str
    relation: str
    role: str
    label: str
    other: Thing
    values: RelationOfValues
    valid_from: datetime.date | None
    valid_to: datetime.date | None
    records: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        relation = self.relation

        role = self.role

        label = self.label

        other = self.other.to_dict()

        values = self.values.to_dict()

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

        records = self.records

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "relation": relation,
                "role": role,
                "label": label,
                "other": other,
                "values": values,
                "valid_from": valid_from,
                "valid_to": valid_to,
                "records": records,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.relation_of_values import RelationOfValues  # noqa: PLC0415
        from ..models.thing import Thing  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        relation = d.pop("relation")

        role = d.pop("role")

        label = d.pop("label")

        other = Thing.from_dict(d.pop("other"))

        values = RelationOfValues.from_dict(d.pop("values"))

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

        records = cast(list[str], d.pop("records"))

        relation_of = cls(
            id=id,
            relation=relation,
            role=role,
            label=label,
            other=other,
            values=values,
            valid_from=valid_from,
            valid_to=valid_to,
            records=records,
        )

        relation_of.additional_properties = d
        return relation_of

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
