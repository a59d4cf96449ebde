from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.entity_answer_records import EntityAnswerRecords
    from ..models.entity_answer_totals import EntityAnswerTotals
    from ..models.entity_answer_values import EntityAnswerValues
    from ..models.relation_of import RelationOf
    from ..models.warning_of import WarningOf


T = TypeVar("T", bound="EntityAnswer")


@_attrs_define
class EntityAnswer:
    """A thing with its values and relations, and the row that each came from.

    Attributes:
        id (str):
        title (str):
        classes (list[str]): Its most specific classes.
        aliases (list[str]): Ids that it had before a merge.
        version (int): Graph version that the answer rests on.
        values (EntityAnswerValues):
        relations (list[RelationOf]):
        totals (EntityAnswerTotals): Relations by role, those beyond the limit included.
        records (EntityAnswerRecords): The rows behind it, by id.
        warnings (list[WarningOf] | Unset): Rules that it breaks and that stop nothing.
    """

    id: str
    title: str
    classes: list[str]
    aliases: list[str]
    version: int
    values: EntityAnswerValues
    relations: list[RelationOf]
    totals: EntityAnswerTotals
    records: EntityAnswerRecords
    warnings: list[WarningOf] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        title = self.title

        classes = self.classes

        aliases = self.aliases

        version = self.version

        values = self.values.to_dict()

        relations = []
        for relations_item_data in self.relations:
            relations_item = relations_item_data.to_dict()
            relations.append(relations_item)

        totals = self.totals.to_dict()

        records = self.records.to_dict()

        warnings: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.warnings, Unset):
            warnings = []
            for warnings_item_data in self.warnings:
                warnings_item = warnings_item_data.to_dict()
                warnings.append(warnings_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "title": title,
                "classes": classes,
                "aliases": aliases,
                "version": version,
                "values": values,
                "relations": relations,
                "totals": totals,
                "records": records,
            }
        )
        if warnings is not UNSET:
            field_dict["warnings"] = warnings

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.entity_answer_records import EntityAnswerRecords  # noqa: PLC0415
        from ..models.entity_answer_totals import EntityAnswerTotals  # noqa: PLC0415
        from ..models.entity_answer_values import EntityAnswerValues  # noqa: PLC0415
        from ..models.relation_of import RelationOf  # noqa: PLC0415
        from ..models.warning_of import WarningOf  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        title = d.pop("title")

        classes = cast(list[str], d.pop("classes"))

        aliases = cast(list[str], d.pop("aliases"))

        version = d.pop("version")

        values = EntityAnswerValues.from_dict(d.pop("values"))

        relations = []
        _relations = d.pop("relations")
        for relations_item_data in _relations:
            relations_item = RelationOf.from_dict(relations_item_data)

            relations.append(relations_item)

        totals = EntityAnswerTotals.from_dict(d.pop("totals"))

        records = EntityAnswerRecords.from_dict(d.pop("records"))

        _warnings = d.pop("warnings", UNSET)
        warnings: list[WarningOf] | Unset = UNSET
        if _warnings is not UNSET:
            warnings = []
            for warnings_item_data in _warnings:
                warnings_item = WarningOf.from_dict(warnings_item_data)

                warnings.append(warnings_item)

        entity_answer = cls(
            id=id,
            title=title,
            classes=classes,
            aliases=aliases,
            version=version,
            values=values,
            relations=relations,
            totals=totals,
            records=records,
            warnings=warnings,
        )

        entity_answer.additional_properties = d
        return entity_answer

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
