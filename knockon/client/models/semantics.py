from typing import Literal

Semantics = Literal[
    "delayed", "earliest", "expected", "probability", "reach", "requires", "strongest"
]

SEMANTICS_VALUES: set[Semantics] = {
    "delayed",
    "earliest",
    "expected",
    "probability",
    "reach",
    "requires",
    "strongest",
}


def check_semantics(value: str) -> Semantics:
    if value in SEMANTICS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SEMANTICS_VALUES!r}")
