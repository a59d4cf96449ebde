from typing import Literal

AnswerOutKind = Literal[
    "ambiguous", "impact", "structure", "text", "unknown", "what-if"
]

ANSWER_OUT_KIND_VALUES: set[AnswerOutKind] = {
    "ambiguous",
    "impact",
    "structure",
    "text",
    "unknown",
    "what-if",
}


def check_answer_out_kind(value: str) -> AnswerOutKind:
    if value in ANSWER_OUT_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {ANSWER_OUT_KIND_VALUES!r}"
    )
