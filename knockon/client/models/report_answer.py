from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.report_answer_answer import ReportAnswerAnswer
    from ..models.report_answer_question import ReportAnswerQuestion


T = TypeVar("T", bound="ReportAnswer")


@_attrs_define
class ReportAnswer:
    """A kept answer, as it was then.

    Attributes:
        id (str):
        kind (str):
        title (str):
        version (int):
        created (str):
        question (ReportAnswerQuestion):
        answer (ReportAnswerAnswer):
        changed (bool | None): Whether the answer is another one today; null: the graph is the same.
        differences (list[str]): What is different today, in words.
    """

    id: str
    kind: str
    title: str
    version: int
    created: str
    question: ReportAnswerQuestion
    answer: ReportAnswerAnswer
    changed: bool | None
    differences: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        kind = self.kind

        title = self.title

        version = self.version

        created = self.created

        question = self.question.to_dict()

        answer = self.answer.to_dict()

        changed: bool | None
        changed = self.changed

        differences = self.differences

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "title": title,
                "version": version,
                "created": created,
                "question": question,
                "answer": answer,
                "changed": changed,
                "differences": differences,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.report_answer_answer import ReportAnswerAnswer  # noqa: PLC0415
        from ..models.report_answer_question import ReportAnswerQuestion  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        kind = d.pop("kind")

        title = d.pop("title")

        version = d.pop("version")

        created = d.pop("created")

        question = ReportAnswerQuestion.from_dict(d.pop("question"))

        answer = ReportAnswerAnswer.from_dict(d.pop("answer"))

        def _parse_changed(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        changed = _parse_changed(d.pop("changed"))

        differences = cast(list[str], d.pop("differences"))

        report_answer = cls(
            id=id,
            kind=kind,
            title=title,
            version=version,
            created=created,
            question=question,
            answer=answer,
            changed=changed,
            differences=differences,
        )

        report_answer.additional_properties = d
        return report_answer

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
