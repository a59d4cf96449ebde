from typing import Literal

Towards = Literal["downstream", "upstream"]

TOWARDS_VALUES: set[Towards] = {
    "downstream",
    "upstream",
}


def check_towards(value: str) -> Towards:
    if value in TOWARDS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TOWARDS_VALUES!r}")
