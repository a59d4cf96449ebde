from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.cause_count import CauseCount
    from ..models.measure_values_totals_item import MeasureValuesTotalsItem
    from ..models.off_axis_count import OffAxisCount
    from ..models.value_row import ValueRow


T = TypeVar("T", bound="MeasureValues")


@_attrs_define
class MeasureValues:
    """Values of a measure.

    Attributes:
        measure (str):
        label (str):
        unit (str):
        formula (str):
        version (int): Graph version that the answer rests on.
        as_of (datetime.date): The day that counts as today.
        periods (list[str] | None): Names of the periods.
        found (int): Things that fit; `rows` may be fewer.
        known (int):
        unknown (int):
        errors (int):
        causes (list[CauseCount]):
        totals (list[MeasureValuesTotalsItem]): Known amounts added up by currency, for each period.
        off_axis (OffAxisCount): Dated terms that lie off the time axis.
        rows (list[ValueRow]):
    """

    measure: str
    label: str
    unit: str
    formula: str
    version: int
    as_of: datetime.date
    periods: list[str] | None
    found: int
    known: int
    unknown: int
    errors: int
    causes: list[CauseCount]
    totals: list[MeasureValuesTotalsItem]
    off_axis: OffAxisCount
    rows: list[ValueRow]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        measure = self.measure

        label = self.label

        unit = self.unit

        formula = self.formula

        version = self.version

        as_of = self.as_of.isoformat()

        periods: list[str] | None
        if isinstance(self.periods, list):
            periods = self.periods

        else:
            periods = self.periods

        found = self.found

        known = self.known

        unknown = self.unknown

        errors = self.errors

        causes = []
        for causes_item_data in self.causes:
            causes_item = causes_item_data.to_dict()
            causes.append(causes_item)

        totals = []
        for totals_item_data in self.totals:
            totals_item = totals_item_data.to_dict()
            totals.append(totals_item)

        off_axis = self.off_axis.to_dict()

        rows = []
        for rows_item_data in self.rows:
            rows_item = rows_item_data.to_dict()
            rows.append(rows_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "measure": measure,
                "label": label,
                "unit": unit,
                "formula": formula,
                "version": version,
                "as_of": as_of,
                "periods": periods,
                "found": found,
                "known": known,
                "unknown": unknown,
                "errors": errors,
                "causes": causes,
                "totals": totals,
                "off_axis": off_axis,
                "rows": rows,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cause_count import CauseCount  # noqa: PLC0415
        from ..models.measure_values_totals_item import MeasureValuesTotalsItem  # noqa: PLC0415
        from ..models.off_axis_count import OffAxisCount  # noqa: PLC0415
        from ..models.value_row import ValueRow  # noqa: PLC0415

        d = dict(src_dict)
        measure = d.pop("measure")

        label = d.pop("label")

        unit = d.pop("unit")

        formula = d.pop("formula")

        version = d.pop("version")

        as_of = datetime.date.fromisoformat(d.pop("as_of"))

        def _parse_periods(data: object) -> list[str] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                periods_type_0 = cast(list[str], data)

                return periods_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None, data)

        periods = _parse_periods(d.pop("periods"))

        found = d.pop("found")

        known = d.pop("known")

        unknown = d.pop("unknown")

        errors = d.pop("errors")

        causes = []
        _causes = d.pop("causes")
        for causes_item_data in _causes:
            causes_item = CauseCount.from_dict(causes_item_data)

            causes.append(causes_item)

        totals = []
        _totals = d.pop("totals")
        for totals_item_data in _totals:
            totals_item = MeasureValuesTotalsItem.from_dict(totals_item_data)

            totals.append(totals_item)

        off_axis = OffAxisCount.from_dict(d.pop("off_axis"))

        rows = []
        _rows = d.pop("rows")
        for rows_item_data in _rows:
            rows_item = ValueRow.from_dict(rows_item_data)

            rows.append(rows_item)

        measure_values = cls(
            measure=measure,
            label=label,
            unit=unit,
            formula=formula,
            version=version,
            as_of=as_of,
            periods=periods,
            found=found,
            known=known,
            unknown=unknown,
            errors=errors,
            causes=causes,
            totals=totals,
            off_axis=off_axis,
            rows=rows,
        )

        measure_values.additional_properties = d
        return measure_values

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
