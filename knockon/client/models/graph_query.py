from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.aggregate import Aggregate
    from ..models.condition import Condition
    from ..models.order import Order


T = TypeVar("T", bound="GraphQuery")


@_attrs_define
class GraphQuery:
    """Things of one class that meet conditions, as rows; or groups of them with what is counted.

    Attributes:
        class_ (str):
        where (list[Condition] | Unset): All of these have to hold.
        select (list[str] | Unset): Columns; empty: the title property.
        group (list[str] | Unset): Group by these; only over roles that lead to one thing. Days may be cut to a part of
            the calendar: `ordered_on:month` (day, week, month, quarter, year, weekday).
        aggregates (list[Aggregate] | Unset):
        order (list[Order] | Unset): Ties by id, or by group.
        limit (int | Unset):  Default: 100.
        cursor (None | str | Unset): `next` of the page before.
    """

    class_: str
    where: list[Condition] | Unset = UNSET
    select: list[str] | Unset = UNSET
    group: list[str] | Unset = UNSET
    aggregates: list[Aggregate] | Unset = UNSET
    order: list[Order] | Unset = UNSET
    limit: int | Unset = 100
    cursor: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        class_ = self.class_

        where: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.where, Unset):
            where = []
            for where_item_data in self.where:
                where_item = where_item_data.to_dict()
                where.append(where_item)

        select: list[str] | Unset = UNSET
        if not isinstance(self.select, Unset):
            select = self.select

        group: list[str] | Unset = UNSET
        if not isinstance(self.group, Unset):
            group = self.group

        aggregates: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.aggregates, Unset):
            aggregates = []
            for aggregates_item_data in self.aggregates:
                aggregates_item = aggregates_item_data.to_dict()
                aggregates.append(aggregates_item)

        order: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.order, Unset):
            order = []
            for order_item_data in self.order:
                order_item = order_item_data.to_dict()
                order.append(order_item)

        limit = self.limit

        cursor: None | str | Unset
        if isinstance(self.cursor, Unset):
            cursor = UNSET
        else:
            cursor = self.cursor

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "class": class_,
            }
        )
        if where is not UNSET:
            field_dict["where"] = where
        if select is not UNSET:
            field_dict["select"] = select
        if group is not UNSET:
            field_dict["group"] = group
        if aggregates is not UNSET:
            field_dict["aggregates"] = aggregates
        if order is not UNSET:
            field_dict["order"] = order
        if limit is not UNSET:
            field_dict["limit"] = limit
        if cursor is not UNSET:
            field_dict["cursor"] = cursor

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.aggregate import Aggregate  # noqa: PLC0415
        from ..models.condition import Condition  # noqa: PLC0415
        from ..models.order import Order  # noqa: PLC0415

        d = dict(src_dict)
        class_ = d.pop("class")

        _where = d.pop("where", UNSET)
        where: list[Condition] | Unset = UNSET
        if _where is not UNSET:
            where = []
            for where_item_data in _where:
                where_item = Condition.from_dict(where_item_data)

                where.append(where_item)

        select = cast(list[str], d.pop("select", UNSET))

        group = cast(list[str], d.pop("group", UNSET))

        _aggregates = d.pop("aggregates", UNSET)
        aggregates: list[Aggregate] | Unset = UNSET
        if _aggregates is not UNSET:
            aggregates = []
            for aggregates_item_data in _aggregates:
                aggregates_item = Aggregate.from_dict(aggregates_item_data)

                aggregates.append(aggregates_item)

        _order = d.pop("order", UNSET)
        order: list[Order] | Unset = UNSET
        if _order is not UNSET:
            order = []
            for order_item_data in _order:
                order_item = Order.from_dict(order_item_data)

                order.append(order_item)

        limit = d.pop("limit", UNSET)

        def _parse_cursor(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        cursor = _parse_cursor(d.pop("cursor", UNSET))

        graph_query = cls(
            class_=class_,
            where=where,
            select=select,
            group=group,
            aggregates=aggregates,
            order=order,
            limit=limit,
            cursor=cursor,
        )

        return graph_query
