from typing import Literal

DecisionVerdict = Literal["different", "same", "unsure"]

DECISION_VERDICT_VALUES: set[DecisionVerdict] = {
    "different",
    "same",
    "unsure",
}


def check_decision_verdict(value: str) -> DecisionVerdict:
    if value in DECISION_VERDICT_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {DECISION_VERDICT_VALUES!r}"
    )
