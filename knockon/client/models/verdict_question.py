from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.verdict_question_verdict import (
    VerdictQuestionVerdict,
    check_verdict_question_verdict,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="VerdictQuestion")


@_attrs_define
class VerdictQuestion:
    """What somebody else says of a proposal.

    Attributes:
        verdict (VerdictQuestionVerdict): Only its author withdraws it.
        because (str | Unset):  Default: ''.
    """

    verdict: VerdictQuestionVerdict
    because: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        verdict: str = self.verdict

        because = self.because

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "verdict": verdict,
            }
        )
        if because is not UNSET:
            field_dict["because"] = because

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        verdict = check_verdict_question_verdict(d.pop("verdict"))

        because = d.pop("because", UNSET)

        verdict_question = cls(
            verdict=verdict,
            because=because,
        )

        return verdict_question
