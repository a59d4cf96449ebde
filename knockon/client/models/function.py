from typing import Literal

Function = Literal["count", "max", "mean", "min", "sum"]

FUNCTION_VALUES: set[Function] = {
    "count",
    "max",
    "mean",
    "min",
    "sum",
}


def check_function(value: str) -> Function:
    if value in FUNCTION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FUNCTION_VALUES!r}")
