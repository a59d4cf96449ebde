from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.explanation import Explanation
    from ..models.measure_value import MeasureValue
    from ..models.record_row import RecordRow
    from ..models.thing import Thing


T = TypeVar("T", bound="OperandStep")


@_attrs_define
class OperandStep:
    """One thing that a formula reads.

    Attributes:
        kind (str):
        owner (str): Id of the thing or relation that it is read from.
        name (str):
        period (int | None):
        label (str):
        value (MeasureValue): One value.
        entity (None | Thing):
        records (list[RecordRow]):
        assumed (bool): Whether a row behind it is an assumption.
        trace (Explanation | None): Of a measure: why it has its value.
    """

    kind: str
    owner: str
    name: str
    period: int | None
    label: str
    value: MeasureValue
    entity: None | Thing
    records: list[RecordRow]
    assumed: bool
    trace: Explanation | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.explanation import Explanation  # noqa: PLC0415
        from ..models.thing import Thing  # noqa: PLC0415

        kind = self.kind

        owner = self.owner

        name = self.name

        period: int | None
        period = self.period

        label = self.label

        value = self.value.to_dict()

        entity: dict[str, Any] | None
        if isinstance(self.entity, Thing):
            entity = self.entity.to_dict()
        else:
            entity = self.entity

        records = []
        for records_item_data in self.records:
            records_item = records_item_data.to_dict()
            records.append(records_item)

        assumed = self.assumed

        trace: dict[str, Any] | None
        if isinstance(self.trace, Explanation):
            trace = self.trace.to_dict()
        else:
            trace = self.trace

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "owner": owner,
                "name": name,
                "period": period,
                "label": label,
                "value": value,
                "entity": entity,
                "records": records,
                "assumed": assumed,
                "trace": trace,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.explanation import Explanation  # noqa: PLC0415
        from ..models.measure_value import MeasureValue  # noqa: PLC0415
        from ..models.record_row import RecordRow  # noqa: PLC0415
        from ..models.thing import Thing  # noqa: PLC0415

        d = dict(src_dict)
        kind = d.pop("kind")

        owner = d.pop("owner")

        name = d.pop("name")

        def _parse_period(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        period = _parse_period(d.pop("period"))

        label = d.pop("label")

        value = MeasureValue.from_dict(d.pop("value"))

        def _parse_entity(data: object) -> None | Thing:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                entity_type_0 = Thing.from_dict(data)

                return entity_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Thing, data)

        entity = _parse_entity(d.pop("entity"))

        records = []
        _records = d.pop("records")
        for records_item_data in _records:
            records_item = RecordRow.from_dict(records_item_data)

            records.append(records_item)

        assumed = d.pop("assumed")

        def _parse_trace(data: object) -> Explanation | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                trace_type_0 = Explanation.from_dict(data)

                return trace_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Explanation | None, data)

        trace = _parse_trace(d.pop("trace"))

        operand_step = cls(
            kind=kind,
            owner=owner,
            name=name,
            period=period,
            label=label,
            value=value,
            entity=entity,
            records=records,
            assumed=assumed,
            trace=trace,
        )

        operand_step.additional_properties = d
        return operand_step

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
