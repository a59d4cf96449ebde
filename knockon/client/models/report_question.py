from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.report_question_kind import ReportQuestionKind, check_report_question_kind
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.report_question_question import ReportQuestionQuestion


T = TypeVar("T", bound="ReportQuestion")


@_attrs_define
class ReportQuestion:
    """An answer to keep.

    Attributes:
        kind (ReportQuestionKind):
        question (ReportQuestionQuestion): As it is asked of `/impact`, `/paths`, `/query` or `/ask`; of a what-if
            `{"scenario": ID}`.
        title (str | Unset):  Default: ''.
    """

    kind: ReportQuestionKind
    question: ReportQuestionQuestion
    title: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        kind: str = self.kind

        question = self.question.to_dict()

        title = self.title

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
                "question": question,
            }
        )
        if title is not UNSET:
            field_dict["title"] = title

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.report_question_question import ReportQuestionQuestion  # noqa: PLC0415

        d = dict(src_dict)
        kind = check_report_question_kind(d.pop("kind"))

        question = ReportQuestionQuestion.from_dict(d.pop("question"))

        title = d.pop("title", UNSET)

        report_question = cls(
            kind=kind,
            question=question,
            title=title,
        )

        return report_question
