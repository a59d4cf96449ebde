from typing import Literal

Operator = Literal[
    "contains", "eq", "ge", "gt", "in", "le", "lt", "missing", "ne", "starts"
]

OPERATOR_VALUES: set[Operator] = {
    "contains",
    "eq",
    "ge",
    "gt",
    "in",
    "le",
    "lt",
    "missing",
    "ne",
    "starts",
}


def check_operator(value: str) -> Operator:
    if value in OPERATOR_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {OPERATOR_VALUES!r}")
