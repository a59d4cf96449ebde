from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.class_text import ClassText


T = TypeVar("T", bound="OntologyAnswer")


@_attrs_define
class OntologyAnswer:
    """The words of the graph, without those that the caller may not see.

    Attributes:
        ontology (str): Version of the ontology.
        digest (str): The same ontology has the same.
        classes (list[ClassText]): By name.
    """

    ontology: str
    digest: str
    classes: list[ClassText]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        ontology = self.ontology

        digest = self.digest

        classes = []
        for classes_item_data in self.classes:
            classes_item = classes_item_data.to_dict()
            classes.append(classes_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "ontology": ontology,
                "digest": digest,
                "classes": classes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.class_text import ClassText  # noqa: PLC0415

        d = dict(src_dict)
        ontology = d.pop("ontology")

        digest = d.pop("digest")

        classes = []
        _classes = d.pop("classes")
        for classes_item_data in _classes:
            classes_item = ClassText.from_dict(classes_item_data)

            classes.append(classes_item)

        ontology_answer = cls(
            ontology=ontology,
            digest=digest,
            classes=classes,
        )

        ontology_answer.additional_properties = d
        return ontology_answer

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
