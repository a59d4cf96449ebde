from typing import Literal

MeasuresValuesOrder = Literal["largest", "smallest", "worst"]

MEASURES_VALUES_ORDER_VALUES: set[MeasuresValuesOrder] = {
    "largest",
    "smallest",
    "worst",
}


def check_measures_values_order(value: str) -> MeasuresValuesOrder:
    if value in MEASURES_VALUES_ORDER_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {MEASURES_VALUES_ORDER_VALUES!r}"
    )
