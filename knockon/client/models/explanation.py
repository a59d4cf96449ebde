from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.aggregate_step import AggregateStep
    from ..models.measure_value import MeasureValue
    from ..models.operand_step import OperandStep
    from ..models.thing import Thing


T = TypeVar("T", bound="Explanation")


@_attrs_define
class Explanation:
    """Why a value is what it is.

    Attributes:
        measure (str):
        entity (Thing): An entity as a person recognises it.
        period (None | str):
        label (str):
        formula (str):
        unit (str):
        value (MeasureValue): One value.
        aggregates (list[AggregateStep]):
        operands (list[OperandStep]):
        more (int): Things of a whole class that count too, but are not among the operands.
    """

    measure: str
    entity: Thing
    period: None | str
    label: str
    formula: str
    unit: str
    value: MeasureValue
    aggregates: list[AggregateStep]
    operands: list[OperandStep]
    more: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        measure = self.measure

        entity = self.entity.to_dict()

        period: None | str
        period = self.period

        label = self.label

        formula = self.formula

        unit = self.unit

        value = self.value.to_dict()

        aggregates = []
        for aggregates_item_data in self.aggregates:
            aggregates_item = aggregates_item_data.to_dict()
            aggregates.append(aggregates_item)

        operands = []
        for operands_item_data in self.operands:
            operands_item = operands_item_data.to_dict()
            operands.append(operands_item)

        more = self.more

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "measure": measure,
                "entity": entity,
                "period": period,
                "label": label,
                "formula": formula,
                "unit": unit,
                "value": value,
                "aggregates": aggregates,
                "operands": operands,
                "more": more,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.aggregate_step import AggregateStep  # noqa: PLC0415
        from ..models.measure_value import MeasureValue  # noqa: PLC0415
        from ..models.operand_step import OperandStep  # noqa: PLC0415
        from ..models.thing import Thing  # noqa: PLC0415

        d = dict(src_dict)
        measure = d.pop("measure")

        entity = Thing.from_dict(d.pop("entity"))

        def _parse_period(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        period = _parse_period(d.pop("period"))

        label = d.pop("label")

        formula = d.pop("formula")

        unit = d.pop("unit")

        value = MeasureValue.from_dict(d.pop("value"))

        aggregates = []
        _aggregates = d.pop("aggregates")
        for aggregates_item_data in _aggregates:
            aggregates_item = AggregateStep.from_dict(aggregates_item_data)

            aggregates.append(aggregates_item)

        operands = []
        _operands = d.pop("operands")
        for operands_item_data in _operands:
            operands_item = OperandStep.from_dict(operands_item_data)

            operands.append(operands_item)

        more = d.pop("more")

        explanation = cls(
            measure=measure,
            entity=entity,
            period=period,
            label=label,
            formula=formula,
            unit=unit,
            value=value,
            aggregates=aggregates,
            operands=operands,
            more=more,
        )

        explanation.additional_properties = d
        return explanation

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
