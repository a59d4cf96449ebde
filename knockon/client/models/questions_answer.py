from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.question_answer import QuestionAnswer


T = TypeVar("T", bound="QuestionsAnswer")


@_attrs_define
class QuestionsAnswer:
    """Open questions, those whose answer changes most first.

    Attributes:
        version (int): The graph version.
        questions (list[QuestionAnswer]):
        contradictions (list[str]): Judgements that cannot all hold, in words; none for callers from whom something is
            withheld.
        left_out (list[str] | Unset): Kinds of things whose pairs the caller is not shown, as some of what is compared
            is withheld.
    """

    version: int
    questions: list[QuestionAnswer]
    contradictions: list[str]
    left_out: list[str] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        questions = []
        for questions_item_data in self.questions:
            questions_item = questions_item_data.to_dict()
            questions.append(questions_item)

        contradictions = self.contradictions

        left_out: list[str] | Unset = UNSET
        if not isinstance(self.left_out, Unset):
            left_out = self.left_out

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "questions": questions,
                "contradictions": contradictions,
            }
        )
        if left_out is not UNSET:
            field_dict["left_out"] = left_out

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.question_answer import QuestionAnswer  # noqa: PLC0415

        d = dict(src_dict)
        version = d.pop("version")

        questions = []
        _questions = d.pop("questions")
        for questions_item_data in _questions:
            questions_item = QuestionAnswer.from_dict(questions_item_data)

            questions.append(questions_item)

        contradictions = cast(list[str], d.pop("contradictions"))

        left_out = cast(list[str], d.pop("left_out", UNSET))

        questions_answer = cls(
            version=version,
            questions=questions,
            contradictions=contradictions,
            left_out=left_out,
        )

        questions_answer.additional_properties = d
        return questions_answer

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
