from typing import Literal

ReportQuestionKind = Literal["ask", "impact", "path", "query", "what-if"]

REPORT_QUESTION_KIND_VALUES: set[ReportQuestionKind] = {
    "ask",
    "impact",
    "path",
    "query",
    "what-if",
}


def check_report_question_kind(value: str) -> ReportQuestionKind:
    if value in REPORT_QUESTION_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {REPORT_QUESTION_KIND_VALUES!r}"
    )
