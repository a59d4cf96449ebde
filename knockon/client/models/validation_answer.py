from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.finding_of import FindingOf
    from ..models.validation_answer_totals import ValidationAnswerTotals


T = TypeVar("T", bound="ValidationAnswer")


@_attrs_define
class ValidationAnswer:
    """What the company's rules find in its graph.

    Attributes:
        version (int): Graph version that the answer rests on.
        conforms (bool): There is no violation; warnings and notes are not.
        totals (ValidationAnswerTotals): Findings by severity, those beyond the limit included.
        shapes (int): Rules that were checked.
        findings (list[FindingOf]):
    """

    version: int
    conforms: bool
    totals: ValidationAnswerTotals
    shapes: int
    findings: list[FindingOf]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        conforms = self.conforms

        totals = self.totals.to_dict()

        shapes = self.shapes

        findings = []
        for findings_item_data in self.findings:
            findings_item = findings_item_data.to_dict()
            findings.append(findings_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "conforms": conforms,
                "totals": totals,
                "shapes": shapes,
                "findings": findings,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.finding_of import FindingOf  # noqa: PLC0415
        from ..models.validation_answer_totals import ValidationAnswerTotals  # noqa: PLC0415

        d = dict(src_dict)
        version = d.pop("version")

        conforms = d.pop("conforms")

        totals = ValidationAnswerTotals.from_dict(d.pop("totals"))

        shapes = d.pop("shapes")

        findings = []
        _findings = d.pop("findings")
        for findings_item_data in _findings:
            findings_item = FindingOf.from_dict(findings_item_data)

            findings.append(findings_item)

        validation_answer = cls(
            version=version,
            conforms=conforms,
            totals=totals,
            shapes=shapes,
            findings=findings,
        )

        validation_answer.additional_properties = d
        return validation_answer

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
