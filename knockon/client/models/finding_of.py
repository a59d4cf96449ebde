from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.blamed_row import BlamedRow


T = TypeVar("T", bound="FindingOf")


@_attrs_define
class FindingOf:
    """One thing that breaks a rule.

    Attributes:
        focus (str): Id of the entity or relation.
        title (str):
        class_ (str):
        rule (str): What it is counted under: shape, path and kind of constraint.
        path (str):
        value (None | str):
        severity (str): `violation`, `warning` or `info`.
        message (str): In the language asked for, else in English.
        records (list[BlamedRow]):
    """

    focus: str
    title: str
    class_: str
    rule: str
    path: str
    value: None | str
    severity: str
    message: str
    records: list[BlamedRow]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        focus = self.focus

        title = self.title

        class_ = self.class_

        rule = self.rule

        path = self.path

        value: None | str
        value = self.value

        severity = self.severity

        message = self.message

        records = []
        for records_item_data in self.records:
            records_item = records_item_data.to_dict()
            records.append(records_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "focus": focus,
                "title": title,
                "class": class_,
                "rule": rule,
                "path": path,
                "value": value,
                "severity": severity,
                "message": message,
                "records": records,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.blamed_row import BlamedRow  # noqa: PLC0415

        d = dict(src_dict)
        focus = d.pop("focus")

        title = d.pop("title")

        class_ = d.pop("class")

        rule = d.pop("rule")

        path = d.pop("path")

        def _parse_value(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        value = _parse_value(d.pop("value"))

        severity = d.pop("severity")

        message = d.pop("message")

        records = []
        _records = d.pop("records")
        for records_item_data in _records:
            records_item = BlamedRow.from_dict(records_item_data)

            records.append(records_item)

        finding_of = cls(
            focus=focus,
            title=title,
            class_=class_,
            rule=rule,
            path=path,
            value=value,
            severity=severity,
            message=message,
            records=records,
        )

        finding_of.additional_properties = d
        return finding_of

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
