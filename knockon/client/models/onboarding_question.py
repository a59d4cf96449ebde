from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.onboarding_question_answers import OnboardingQuestionAnswers


T = TypeVar("T", bound="OnboardingQuestion")


@_attrs_define
class OnboardingQuestion:
    """A folder below the project's, and the answers given so far.

    Attributes:
        folder (str | Unset): Relative to the project's folder. Default: '.'.
        answers (OnboardingQuestionAnswers | Unset): Question id → the value of an option.
    """

    folder: str | Unset = "."
    answers: OnboardingQuestionAnswers | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        folder = self.folder

        answers: dict[str, Any] | Unset = UNSET
        if not isinstance(self.answers, Unset):
            answers = self.answers.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if folder is not UNSET:
            field_dict["folder"] = folder
        if answers is not UNSET:
            field_dict["answers"] = answers

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.onboarding_question_answers import OnboardingQuestionAnswers  # noqa: PLC0415

        d = dict(src_dict)
        folder = d.pop("folder", UNSET)

        _answers = d.pop("answers", UNSET)
        answers: OnboardingQuestionAnswers | Unset
        if isinstance(_answers, Unset):
            answers = UNSET
        else:
            answers = OnboardingQuestionAnswers.from_dict(_answers)

        onboarding_question = cls(
            folder=folder,
            answers=answers,
        )

        return onboarding_question
