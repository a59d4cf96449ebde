from typing import Literal

VerdictQuestionVerdict = Literal["approved", "rejected", "withdrawn"]

VERDICT_QUESTION_VERDICT_VALUES: set[VerdictQuestionVerdict] = {
    "approved",
    "rejected",
    "withdrawn",
}


def check_verdict_question_verdict(value: str) -> VerdictQuestionVerdict:
    if value in VERDICT_QUESTION_VERDICT_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {VERDICT_QUESTION_VERDICT_VALUES!r}"
    )
