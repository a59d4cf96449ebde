from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.total_amounts import TotalAmounts
    from ..models.total_past_amounts import TotalPastAmounts


T = TypeVar("T", bound="Total")


@_attrs_define
class Total:
    """All that is affected of one class, listed or not.

    Attributes:
        class_ (str):
        label (str):
        count (int):
        amounts (TotalAmounts): Exact sums by currency.
        without_amount (int): How many have none although the class has one.
        past (int): How many are due (or done) before they could be affected.
        past_amounts (TotalPastAmounts): Their part of the amounts.
        first_on (datetime.date | None): When the first of them can be affected.
    """

    class_: str
    label: str
    count: int
    amounts: TotalAmounts
    without_amount: int
    past: int
    past_amounts: TotalPastAmounts
    first_on: datetime.date | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        class_ = self.class_

        label = self.label

        count = self.count

        amounts = self.amounts.to_dict()

        without_amount = self.without_amount

        past = self.past

        past_amounts = self.past_amounts.to_dict()

        first_on: None | str
        if isinstance(self.first_on, datetime.date):
            first_on = self.first_on.isoformat()
        else:
            first_on = self.first_on

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "class": class_,
                "label": label,
                "count": count,
                "amounts": amounts,
                "without_amount": without_amount,
                "past": past,
                "past_amounts": past_amounts,
                "first_on": first_on,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.total_amounts import TotalAmounts  # noqa: PLC0415
        from ..models.total_past_amounts import TotalPastAmounts  # noqa: PLC0415

        d = dict(src_dict)
        class_ = d.pop("class")

        label = d.pop("label")

        count = d.pop("count")

        amounts = TotalAmounts.from_dict(d.pop("amounts"))

        without_amount = d.pop("without_amount")

        past = d.pop("past")

        past_amounts = TotalPastAmounts.from_dict(d.pop("past_amounts"))

        def _parse_first_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                first_on_type_0 = datetime.date.fromisoformat(data)

                return first_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        first_on = _parse_first_on(d.pop("first_on"))

        total = cls(
            class_=class_,
            label=label,
            count=count,
            amounts=amounts,
            without_amount=without_amount,
            past=past,
            past_amounts=past_amounts,
            first_on=first_on,
        )

        total.additional_properties = d
        return total

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
